"""A walk as lines of text, for a terminal, a pipe or a file.

Vocabulary: a *block* is what one step takes: a line that says what happens, its formulas beside
their captions, and remarks. Where the terminal is narrow, formulas stand below their captions.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import time
from typing import TYPE_CHECKING, TextIO

from autograd_mini.given import visible
from autograd_mini.numbers import unbroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.show.walk.sentences import Description

WIDTH = 80
"""Of text that goes to no terminal."""
NARROW, LEAST, MOST = 56, 24, 100
INDENT = "    "
BOLD, WARN, QUIET, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[2m", "\x1b[0m"
KEYS = "  any key: next step   q: quit "


def block(descriptions: Sequence[Description], step: int, width: int, colour: bool = False) -> str:
    """The text of one step, counted from 0."""
    description = descriptions[step]
    lines = _wrapped(visible(description.numbered(step, len(descriptions))), width, "", INDENT)
    if colour:
        lines = [f"{BOLD}{line}{PLAIN}" for line in lines]
    widest = max(len(caption) for caption, _ in description.lines)
    for caption, formula, repeated in description.captioned():
        if width < NARROW:
            lines += [] if repeated else _wrapped(caption, width, INDENT, INDENT)
            lines += _wrapped(visible(formula), width, INDENT * 2, INDENT * 2)
        else:
            start = f"{INDENT}{'' if repeated else caption:{widest}}  "
            lines += _wrapped(visible(formula), width, start, " " * len(start))
    for remark in description.remarks:
        said = _wrapped(visible(remark), width, INDENT, INDENT)
        if description.wrong and not colour:
            said[0] = f"{INDENT}! {said[0].lstrip()}"
        look = WARN if description.wrong else QUIET
        lines += [f"{look}{line}{PLAIN}" for line in said] if colour else said
    return "\n".join(lines)


def _wrapped(text: str, width: int, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        unbroken(text),
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_on_hyphens=False,
        drop_whitespace=True,
    ) or [first.rstrip()]


def width_of(stream: TextIO) -> int:
    """How wide text for a stream may be: as wide as the terminal, within reason."""
    if not _is_terminal(stream):
        return WIDTH
    return min(max(shutil.get_terminal_size((WIDTH, 24)).columns - 1, LEAST), MOST)


def heading(title: str, about: str, width: int) -> str:
    """A title, and below it the sentences about it."""
    parts = [_wrapped(visible(part), width, "", "") for part in (title, about) if part]
    return "\n\n".join(map("\n".join, parts))


def show(
    titles: tuple[str, str],
    descriptions: Sequence[Description],
    wait: bool | float = False,
    stream: TextIO | None = None,
    before: str = "",
) -> bool:
    """Print the steps one after another; returns whether it came to the end.

    Args:
        titles: what stands above them, a title and what it is about.
        descriptions: what they say.
        wait: True waits for a key after each step, a number waits so many seconds; either only
            where a person sits at a terminal.
        stream: where to; left out, the standard output.
        before: what stands before the titles, to set them off.
    """
    out = stream or sys.stdout
    terminal = _is_terminal(out)
    colour = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    try:
        _write(out, f"{before}{heading(*titles, width_of(out))}\n")
        for step in range(len(descriptions)):
            if step and terminal and wait is not False and not _go_on(out, wait):
                return False
            _write(out, f"\n{block(descriptions, step, width_of(out), colour)}\n")
        out.flush()
    except BrokenPipeError:  # whoever read it has seen enough; what is left goes nowhere,
        nowhere = os.open(os.devnull, os.O_WRONLY)  # or Python would complain at its end
        os.dup2(nowhere, out.fileno())
        os.close(nowhere)
        return False
    return True


def _go_on(out: TextIO, wait: bool | float) -> bool:
    """Wait for a key or for a time; whether to show the next step."""
    if wait is not True:
        out.flush()
        time.sleep(wait)
        return True
    if not _is_terminal(sys.stdin):
        return True
    try:
        _write(out, KEYS)
        out.flush()
        key = _pressed()
    finally:  # also when Ctrl-C ends the program
        _write(out, "\r" + " " * len(KEYS) + "\r")
        out.flush()
    return key not in {"q", "Q", "\x1b", "\x03", "\x04", ""}


def _write(out: TextIO, text: str) -> None:
    """Write, with ? for what the stream's encoding does not have."""
    encoding = getattr(out, "encoding", None) or "utf-8"
    out.write(text.encode(encoding, "replace").decode(encoding))


def _is_terminal(stream: TextIO | None) -> bool:
    """In JupyterLite a stream has not all that Python's have, and is no terminal."""
    closed = stream is None or getattr(stream, "closed", True)
    return stream is not None and not closed and stream.isatty()


def _pressed() -> str:
    """The next key, without waiting for Return; the terminal is left as it was found."""
    try:
        import termios
        import tty
    except ModuleNotFoundError:
        return _pressed_on_windows()
    place = sys.stdin.fileno()
    before = termios.tcgetattr(place)
    try:
        tty.setcbreak(place, termios.TCSANOW)  # a key pressed a moment ago still counts
        sent = os.read(place, 32)  # an arrow key sends several characters at once
        return sent.decode("utf-8", "replace")
    finally:
        termios.tcsetattr(place, termios.TCSADRAIN, before)


def _pressed_on_windows() -> str:
    from importlib import import_module

    pressed = import_module("msvcrt").getwch
    key = str(pressed())
    return key + str(pressed()) if key in {"\x00", "\xe0"} else key
