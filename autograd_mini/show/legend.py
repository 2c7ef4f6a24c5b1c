"""The legend of a picture: a row of small shapes in a frame of its own, below everything.

Vocabulary: a *sample* is a small box with a word or a number in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd_mini.show.dot_syntax import literal
from autograd_mini.show.layout import Rectangle
from autograd_mini.show.palette import Theme, ink
from autograd_mini.show.shapes import WORDS, shape

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


def legend_of(samples: Sequence[Sample], room: float) -> Legend:
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


def samples_of(
    kinds: Sequence[str], samples: Sequence[tuple[str, str]], theme: Theme
) -> list[Sample]:
    """Small empty shapes with the words for their kinds, and colours with numbers."""
    small = {"fontsize": str(SIZE)}
    found = []
    for kind in kinds:
        word = WORDS.get(kind, kind)
        look = {**shape(kind, [word], theme, SIZE), **small, "label": word}
        found.append(Sample(f"legend_{kind}", word, look))
    for i, (number, fill) in enumerate(samples):
        look = {**shape("interior", [number], theme, SIZE), **small}
        look |= {"label": literal(number), "fillcolor": fill, "fontcolor": ink(fill)}
        found.append(Sample(f"legend_{i}", number, look))
    return found
