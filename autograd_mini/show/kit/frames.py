"""A walk's picture as it stands after each step, for slides and paper, which run no scripts.

Vocabulary: a *frame* is one such picture, an SVG whose colours stand at its elements. Where the
whole would be too small to read it shows a *window*, the part around what the step is about, in
which no text is smaller than :data:`LEAST`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from autograd_mini.show.kit.figure import SVG, read
from autograd_mini.show.walk.stage import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autograd_mini.show.kit.deck import Room
    from autograd_mini.show.kit.figure import Bounds, Figure
    from autograd_mini.show.palette import Theme
    from autograd_mini.show.walk.scene import Film, Lit
    from autograd_mini.show.walk.sheet import Lines

LEAST = 12.0
"""The smallest text, in pixels of a slide that is 1280 wide."""

DRAWN = 13.0
"""The smallest text of a picture, in its own units."""

LARGEST = 1.9
"""A small picture is enlarged up to so many times."""

_PLACE = re.compile(r"\b(box|arrow)-(\d+)\b")
_SHAPES = {f"{SVG}{name}" for name in ("path", "polygon", "ellipse", "polyline")}


class Camera:
    """Which part of a picture is shown, and how large.

    Args:
        figure: a walk's picture.
        room: in which it must fit.
        least: how small the smallest text may become in it.

    Attributes:
        size: of the part, in the picture's units; it has the shape of the room.
        scale: how many units of the room a unit of the picture takes.
    """

    def __init__(self, figure: Figure, room: Room, least: float = LEAST) -> None:
        self._whole = (figure.wide, figure.tall)
        scale = min(room.wide / figure.wide, room.tall / figure.tall, LARGEST)
        self.scale = max(scale, least / DRAWN)
        self.size = (room.wide / self.scale, room.tall / self.scale)
        self._bounds = {
            place: group.bounds
            for group in figure.groups
            for kind, place in [place_of(group.kind)]
            if kind == "box"
        }

    def corner(self, lit: Lit) -> tuple[float, float]:
        """Where the part begins: what is lit stands in its middle, as far as there is more."""
        source = () if lit.source is None else (lit.source,)
        around = _around([self._bounds[x] for x in (*lit.boxes, *source) if x in self._bounds])
        if any(around[i + 2] - around[i] > self.size[i] for i in (0, 1)):
            around = self._bounds[lit.boxes[0]]
        left, top = (self._begin(i, (around[i] + around[i + 2]) / 2) for i in (0, 1))
        return left, top

    def _begin(self, axis: int, middle: float) -> float:
        spare = self._whole[axis] - self.size[axis]
        return spare / 2 if spare <= 0 else min(max(middle - self.size[axis] / 2, 0.0), spare)


def place_of(names: str) -> tuple[str, int]:
    """What a group of the stage is, and its number, by its class; ("", −1) for none."""
    found = _PLACE.search(names)
    return (found[1], int(found[2])) if found else ("", -1)


class Frames:
    """The frames of a walk.

    Args:
        stage: the walk's picture.
        film: how it changes.
        theme: the colours.
        room: in which a frame must fit.

    Attributes:
        camera: what part of the picture they show.
    """

    def __init__(self, stage: str, film: Film, theme: Theme, room: Room) -> None:
        self.camera = Camera(read(stage), room)
        self._film = film
        self._theme = theme
        self._paper = theme.page["paper"]
        self._root = ET.fromstring(stage)  # noqa: S314, our own
        for name in ("style", "role", "aria-label"):
            self._root.attrib.pop(name, None)
        groups = {place_of(x.get("class", "")): x for x in self._root.iter(f"{SVG}g")}
        self._boxes = {place: x for (kind, place), x in groups.items() if kind == "box"}
        self._arrows = {place: x for (kind, place), x in groups.items() if kind == "arrow"}
        for group in self._root.iter():
            for title in group.findall(f"{SVG}title"):
                group.remove(title)
        for text in self._root.iter(f"{SVG}text"):
            text.attrib.setdefault("fill", theme.text)

    def __iter__(self) -> Iterator[str]:
        """A frame for each step, of the room's shape."""
        shown: dict[int, Lines] = dict(enumerate(self._film.first))
        notes = dict(self._film.first_notes)
        born: set[int] = set()
        seen: set[int] = set()
        for i, lit in enumerate(self._film.lit):
            shown |= self._film.changes[i]
            notes |= self._film.notes[i]
            born.update(self._film.born[i])
            seen.update(() if lit.forward else lit.arrows)
            yield self._frame(shown, notes, born, seen, lit)

    def _frame(
        self,
        shown: Mapping[int, Lines],
        notes: Mapping[int, Lines],
        born: set[int],
        seen: set[int],
        lit: Lit,
    ) -> str:
        colour = self._theme.page[lit.side]
        before = [(x, dict(x.attrib)) for x in self._root.iter()]
        for place, box in self._boxes.items():
            _set_texts(box, shown[place])
            if place not in born:
                self._fade(box)
            if place in lit.boxes:
                _mark(box, colour, "4")
            elif place == lit.source:
                _mark(box, colour, "2.5", "6 3")
        for place, arrow in self._arrows.items():
            _set_texts(arrow, notes.get(place, ()))
            for text in arrow.iter(f"{SVG}text"):
                shows = place in seen or place in notes
                text.set("visibility", "visible" if shows else "hidden")
            if place in lit.arrows:
                _mark(arrow, colour, "3.5", head=True)
                for text in arrow.iter(f"{SVG}text"):
                    text.attrib |= {"fill": colour, "font-weight": "bold"}
        view = (*self.camera.corner(lit), *self.camera.size)
        self._root.set("viewBox", " ".join(f"{x:.2f}" for x in view))
        svg = written(self._root)
        for element, attributes in before:
            element.attrib.clear()
            element.attrib.update(attributes)
        return svg

    def _fade(self, box: ET.Element) -> None:
        """Draw a box faintly, and on the background's colour, so that no arrow shows through."""
        faint = self._theme.page["faint"]
        for element in box.iter():
            if element.tag in _SHAPES and element.get("stroke") not in {None, "none"}:
                filled = element.get("fill") not in {None, "none"}
                element.attrib |= {"stroke": faint} | ({"fill": self._paper} if filled else {})
            elif element.tag == f"{SVG}text":
                element.set("fill", faint)


def _set_texts(group: ET.Element, lines: Sequence[str]) -> None:
    if lines:
        for text, line in zip(group.iter(f"{SVG}text"), lines, strict=True):
            text.text = line


def _mark(group: ET.Element, colour: str, width: str, dash: str = "", head: bool = False) -> None:
    """Draw the outline of a box, or an arrow with its head, in a colour."""
    for element in group.iter():
        if element.tag in _SHAPES and element.get("stroke") not in {None, "none"}:
            element.attrib |= {"stroke": colour, "stroke-width": width}
            if dash:
                element.set("stroke-dasharray", dash)
            if head and element.tag == f"{SVG}polygon":
                element.attrib |= {"fill": colour, "stroke-width": "1"}


def _around(bounds: Sequence[Bounds]) -> Bounds:
    if not bounds:
        return (0.0, 0.0, 0.0, 0.0)
    lefts, tops, rights, bottoms = zip(*bounds, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
