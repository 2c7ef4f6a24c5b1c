"""The legend of a picture: a row of small shapes in a frame of its own, below everything.

Vocabulary: a *sample* is a small box with a word or a number in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd_mini.show.layout import Rectangle

SIZE = 11
"""The size of the words, in points."""
GAP, ABOVE = 8.0, 14.0


class Sample(NamedTuple):
    """A small box: its name in the DOT text, the word in it, its look."""

    name: str
    word: str
    look: Mapping[str, str]


class Legend(NamedTuple):
    """Where the samples stand, below a picture of some height."""

    places: Mapping[str, Rectangle]
    frame: Rectangle | None

    @property
    def bottom(self) -> float:
        """How far down it reaches, from the picture's lower edge."""
        return self.frame.y + self.frame.height if self.frame else 0.0


def legend(samples: Sequence[Sample], room: float) -> Legend:
    """The samples in rows that are no wider than the room, if it can be helped."""
    x, y, row, widest = GAP, ABOVE + GAP, 0.0, 0.0
    places = {}
    for sample in samples:
        wide = float(sample.look["width"]) * 72
        tall = float(sample.look["height"]) * 72
        if x > GAP and x + wide + GAP > max(room, 360.0):
            x, y, row = GAP, y + row + GAP, 0.0
        places[sample.name] = Rectangle(x, y, wide, tall)
        x, row = x + wide + GAP, max(row, tall)
        widest = max(widest, x)
    frame = Rectangle(0.0, ABOVE, widest, y + row + GAP - ABOVE) if places else None
    return Legend(places, frame)
