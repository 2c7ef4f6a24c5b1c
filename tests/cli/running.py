"""Running the command line as a person, a pipe and a terminal do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import autograd_mini

ROOT = Path(autograd_mini.__file__).parents[1]

# The interpreter ignores Ctrl-C where whoever started it did; a person's shell does not.
WITH_CTRL_C = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from autograd_mini.cli import main; sys.exit(main(sys.argv[1:]))"
)


def environment(**given: str) -> dict[str, str]:
    """Nothing of the tester's own settings of Python, locale and terminal."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "LC_")) and name not in {"NO_COLOR", "LANG", "TERM"}
    }
    return kept | {"PYTHONPATH": str(ROOT), "TERM": "xterm"} | given


def run(*words: str, given: str | None = None, **world: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command; ``given`` is what it reads from standard input."""
    return subprocess.run(
        [sys.executable, "-m", "autograd_mini", *words],
        env=environment(**world),
        input=None if given is None else given.encode(),
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        check=False,
        timeout=120,
    )


def unread(*words: str, cwd: Path | None = None) -> tuple[int, bytes]:
    """The exit code and the complaints of a command whose output nobody reads."""
    process = subprocess.Popen(
        [sys.executable, "-m", "autograd_mini", *words],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    complained = process.stderr.read()
    process.stderr.close()
    return process.wait(60), complained


AT_ONCE = """
import sys
from autograd_mini.cli import main
from autograd_mini.training import bar
bar.PAUSE = 0.0
sys.exit(main())
"""
"""The command, with a progress bar for what is too quick to need one as well."""


def on_a_terminal(words: list[str], given: dict[str, str]) -> str:
    """What the command writes when both of its streams are a terminal."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", AT_ONCE, *words],
        env=environment(PYTHONIOENCODING="utf-8", **given),
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # how Linux says that nobody writes any more
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    assert process.wait(60) == 0
    return said.decode().replace("\r\n", "\n")
