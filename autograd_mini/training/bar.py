"""A progress bar for long work, on a terminal and nowhere else.

Vocabulary: the bar stands on the last line of standard error, is drawn over itself, and is wiped
when the work is done, so that neither a pipe nor a file ever holds a piece of it.
"""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType
from typing import Self, TextIO

from autograd_mini import given
from autograd_mini.numbers import short

WIDEST = 30
PAUSE = 0.1
"""Seconds between two drawings."""


class Bar:
    """A progress bar: call it with how much is done, of how much, and a word about it.

    Use it as a context manager to have it wiped also when the work is broken off.

    Args:
        title: what is being done.
        unit: what is counted.
        stream: where it is drawn; left out, standard error.

    >>> import io
    >>> out = io.StringIO()  # no terminal
    >>> with Bar("training", stream=out) as bar:
    ...     bar(1, 2)
    >>> out.getvalue()
    ''
    """

    def __init__(self, title: str, unit: str = "epochs", stream: TextIO | None = None) -> None:
        self.title = title
        self.unit = unit
        given.text(title, "Bar", "title")
        given.text(unit, "Bar", "unit")
        if stream is not None and not (hasattr(stream, "isatty") and hasattr(stream, "write")):
            raise TypeError(f"Bar: stream must be an open file, not {given.described(stream)}")
        self.stream = sys.stderr if stream is None else stream
        self.shown = self.stream is not None and self.stream.isatty()
        self._next = time.monotonic() + PAUSE  # what is done at once needs no bar
        self._drawn = False

    def __call__(self, done: int, total: int, note: object = "") -> None:
        """Draw the bar, unless it was drawn a moment ago; at the end, wipe it.

        Args:
            done: how much is done.
            total: of how much.
            note: a cost (a float), or a few words.
        """
        if not self.shown:
            return
        if done >= total:
            self.wipe()
        elif time.monotonic() >= self._next:
            self._draw(
                done, total, f"cost {short(note, 4)}" if isinstance(note, float) else str(note)
            )
            self._next = time.monotonic() + PAUSE

    def _draw(self, done: int, total: int, note: str) -> None:
        columns = shutil.get_terminal_size().columns - 3  # the ^C of an interruption fits in
        counted = f" {done} of {total} {self.unit}" + (f", {note}" if note else "")
        title = f"{self.title}: "
        room = min(WIDEST, columns - len(title) - len(counted))
        if room < 4:
            line = f"{title}{done}/{total}"[:columns]
        else:
            filled = room * done // total
            line = f"{title}{'█' * filled}{'░' * (room - filled)}{counted}"
        self.stream.write(f"\r{line}\x1b[K")
        self.stream.flush()
        self._drawn = True

    def wipe(self) -> None:
        """Leave an empty line where the bar was."""
        if self._drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()
