"""What stands on a sheet, and how large it is.

Vocabulary: see :mod:`autograd_mini.show.layout.columns`. *Along* is the direction of the arrows,
*across* the one in which a column runs. A *port* is where an arrow meets its item, as a distance
across from its middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from autograd_mini.show import text
from autograd_mini.show.picture import Picture, Place, Point

Ends = tuple[int | None, int | None]
"""The items that an arrow leaves and enters, None outside of the sheet."""

LABEL = 13.0
"""The size of the text on arrows, in points."""
LINE = 1.2
TIP = 7.0
"""How long the head of an arrow is."""
BETWEEN = {"box": 10.0, "frame": 14.0, "lane": 9.0, "same": 5.0}
"""How far items of a column are apart; lanes of arrows from one box stand closer."""
PORTS = 9.0
"""How far arrows into one box are apart that have no labels."""
EDGE, MARGIN = 4.0, 7.0
TITLE = 17.0
"""The room around the picture, around what a frame holds, and for a frame's name."""
CORNER = 6.0
"""How far from its corner an arrow leaves a box at least."""
CURVE, SLOPE, WIDEST = 20.0, 0.22, 420.0
"""A zone of curves: its least width, its width for each point that a curve rises, its largest."""
BEND = 0.25
"""Which part of a curve is spent on turning at either end."""
ROUND = {"leaf": 0.8, "target": 0.8, "input": 0.8, "bias": 0.8}
"""How much of its side a box that is no rectangle offers to arrows."""


class Measures:
    """A picture with the sizes of its boxes, those along the arrows first.

    Args:
        picture: as it is.
        sizes: of the boxes.
        down: whether the arrows point downwards.
    """

    def __init__(
        self, picture: Picture, sizes: Mapping[str, tuple[float, float]], down: bool
    ) -> None:
        self.picture = picture
        self.sizes = sizes
        self.down = down
        self.scope = {box.id: box.scope for box in picture.boxes}
        self.kind = {box.id: box.kind for box in picture.boxes}
        self.labels = [self._label(arrow.text) for arrow in picture.arrows]

    def _label(self, said: str) -> tuple[float, float]:
        if not said:
            return 0.0, 0.0
        lines = said.split("\n")
        wide, tall = text.widest(lines) * LABEL, len(lines) * LABEL * LINE
        return (tall, wide) if self.down else (wide, tall)

    def title(self, place: Place) -> float:
        """How wide a frame's name is."""
        return text.width(place[-1]) * LABEL + 10 if place else 0.0


class Item:
    """A box, a frame or a lane: its size, and the ports of the arrows before and after it."""

    def __init__(self, along: float, across: float, what: str) -> None:
        self.along = along
        self.up = self.down = across / 2
        self.half = across / 2
        self.what = what  # "box", "frame" or "lane"
        self.ins: dict[int, float] = {}
        self.outs: dict[int, float] = {}
        self.side = 1.0

    @property
    def slack(self) -> float:
        """How far from the middle of a box's side an arrow may leave it."""
        return max(self.half * self.side - CORNER, self.half * 0.45)

    def pitch(self, count: int) -> float:
        """How far so many arrows are apart that leave a box."""
        return min(8.0, 2 * self.slack / (count - 1)) if count > 1 else 0.0


class Contents:
    """The contents of one sheet.

    Args:
        measures: the picture and its sizes.
        place: of the sheet's own frame, () for the whole picture.
        framed: whether the places within it have frames.
        members: the names of the boxes in it; None for all.
        arrows: which arrows touch it; None for all.

    Attributes:
        names: the boxes and frames that stand on it, by their numbers.
        numbers: the other way round.
        inner: for each frame the boxes in it.
        into: for each frame the arrows that touch it.
        joins: for each arrow the two that it joins, where it is not within one frame.
    """

    def __init__(
        self,
        measures: Measures,
        place: Place,
        framed: bool,
        members: Sequence[str] | None,
        arrows: Iterable[int] | None,
    ) -> None:
        picture = measures.picture
        self.inner: dict[Place, list[str]] = {}
        key_of: dict[str, str | Place] = {}
        for name in measures.scope if members is None else members:
            scope = measures.scope[name] if framed else ()
            key: str | Place = name if len(scope) <= len(place) else scope[: len(place) + 1]
            key_of[name] = key
            if not isinstance(key, str):
                self.inner.setdefault(key, []).append(name)
        self.names = list(dict.fromkeys(key_of.values()))
        self.numbers = {key: i for i, key in enumerate(self.names)}
        self.into: dict[Place, list[int]] = {key: [] for key in self.inner}
        self.joins: dict[int, Ends] = {}
        for i in range(len(picture.arrows)) if arrows is None else arrows:
            arrow = picture.arrows[i]
            tail, head = key_of.get(arrow.tail), key_of.get(arrow.head)
            for end in dict.fromkeys((tail, head)):
                if isinstance(end, tuple):
                    self.into[end].append(i)
            if tail != head or isinstance(tail, str):
                self.joins[i] = (self._number(tail), self._number(head))

    def _number(self, key: str | Place | None) -> int | None:
        return None if key is None else self.numbers[key]


class Run:
    """A route in the making."""

    def __init__(self) -> None:
        self.points: list[Point] = []

    def to(self, x: float, y: float) -> None:
        """A straight piece."""
        if not self.points:
            self.points = [(x, y)]
        elif x > self.points[-1][0] + 0.01:
            (a, b) = self.points[-1]
            self.points += [(a + (x - a) / 3, b), (a + (x - a) * 2 / 3, y), (x, y)]

    def curve(self, x: float, y: float) -> None:
        """A piece that is level at both ends."""
        (a, b) = self.points[-1]
        if abs(b - y) < 0.01:
            self.to(x, y)
        else:
            bend = (x - a) * BEND
            self.points += [(a + bend, b), (x - bend, y), (x, y)]

    def follow(self, points: Sequence[Point]) -> None:
        """Another route, from where this one is."""
        if self.points:
            self.to(*points[0])
            self.points += points[1:]
        else:
            self.points = list(points)
