"""A walk's picture as it stands after each step, for slides, which run no scripts.

Vocabulary: a *frame* is one such picture, an SVG whose colours stand at its elements. Where the
whole would be too small to read it shows a *window*, the part around what the step is about, in
which no text is smaller than :data:`LEAST`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from autograd_mini.show.kit.figure import SVG, read
from autograd_mini.show.walk.stage import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.show.kit.figure import Figure
    from autograd_mini.show.palette import Theme
    from autograd_mini.show.walk.film import Lit, Moment
    from autograd_mini.show.walk.sentences import Description

    Elements = Sequence[ET.Element]

LEAST = 12.0
"""The smallest text, in pixels of a slide that is 1280 wide."""

DRAWN = 13.0
"""The smallest text of a picture, in its own units."""

LARGEST = 1.9
"""A small picture is enlarged up to so many times."""

_PLACE = re.compile(r"\b(box|arrow)-(\d+)\b")
_SHAPES = {f"{SVG}{name}" for name in ("path", "polygon", "ellipse", "polyline")}


class Slide(NamedTuple):
    """What a step says, and its picture as an SVG."""

    description: Description
    picture: str


class Deck(NamedTuple):
    """All slides; ``beside`` says that the text of each stands beside its picture."""

    title: str
    about: str
    theme: Theme
    beside: bool
    slides: Sequence[Slide]


class Room(NamedTuple):
    """The room for a picture, in pixels of a slide."""

    wide: float
    tall: float


class Camera:
    """Which part of a picture is shown in a room, and how large: no text is smaller than ``least``.

    Attributes:
        size: of the part, in the picture's units; it has the shape of the room.
        scale: how many units of the room a unit of the picture takes.
    """

    def __init__(self, figure: Figure, room: Room, least: float = LEAST) -> None:
        self._whole = (figure.wide, figure.tall)
        scale = min(room.wide / figure.wide, room.tall / figure.tall, LARGEST)
        self.scale = max(scale, least / DRAWN)
        self.size = (room.wide / self.scale, room.tall / self.scale)
        self._bounds = {place_of(group.kind): group.bounds for group in figure.groups}

    def corner(self, lit: Lit) -> tuple[float, float]:
        """Where the part begins: what is lit stands in its middle, as far as there is more."""
        names = [("box", place) for place in (*lit.boxes, lit.source) if place is not None]
        found = [self._bounds[name] for name in names if name in self._bounds]
        left, top, right, bottom = zip(*found or [(0.0, 0.0, 0.0, 0.0)], strict=True)
        spans = [(min(left), max(right)), (min(top), max(bottom))]
        if any(end - begin > size for (begin, end), size in zip(spans, self.size, strict=True)):
            spans = [(left[0], right[0]), (top[0], bottom[0])]
        x, y = (self._begin(axis, sum(span) / 2) for axis, span in enumerate(spans))
        return x, y

    def _begin(self, axis: int, middle: float) -> float:
        spare = self._whole[axis] - self.size[axis]
        return spare / 2 if spare <= 0 else min(max(middle - self.size[axis] / 2, 0.0), spare)


def place_of(names: str) -> tuple[str, int]:
    """What a group of the stage is, and its number, by its class; ("", −1) for none."""
    found = _PLACE.search(names)
    return (found[1], int(found[2])) if found else ("", -1)


class Frames:
    """What makes the frames of a walk, from its picture.

    Attributes:
        camera: what part of the picture they show.
    """

    def __init__(self, stage: str, theme: Theme, room: Room) -> None:
        self.camera = Camera(read(stage), room)
        self._page = theme.page
        self._root = ET.fromstring(stage)  # noqa: S314, our own
        for name in ("style", "role", "aria-label"):
            self._root.attrib.pop(name, None)
        for group in self._root.iter():
            for title in group.findall(f"{SVG}title"):
                group.remove(title)
        for text in self._root.iter(f"{SVG}text"):
            text.attrib.setdefault("fill", theme.text)
        self._shapes = [
            (*place_of(group.get("class", "")), [*group.iter(f"{SVG}text")], _outlined(group))
            for group in self._root.iter(f"{SVG}g")
        ]
        """For each group its kind and place, its texts, and what has an outline in it."""

    def at(self, moment: Moment) -> str:
        """The frame of a moment, of the room's shape."""
        before = [(x, dict(x.attrib)) for x in self._root.iter()]
        for kind, place, texts, shapes in self._shapes:
            if kind == "box":
                self._show_box(place, texts, shapes, moment)
            elif kind == "arrow":
                self._show_arrow(place, texts, shapes, moment)
        view = (*self.camera.corner(moment.lit), *self.camera.size)
        self._root.set("viewBox", " ".join(f"{x:.2f}" for x in view))
        svg = written(self._root)
        for element, attributes in before:
            element.attrib.clear()
            element.attrib.update(attributes)
        return svg

    def _show_box(self, place: int, texts: Elements, shapes: Elements, moment: Moment) -> None:
        lit, colour = moment.lit, self._page[moment.lit.side]
        _set_texts(texts, moment.lines[place])
        if place not in moment.born:  # faint, on the background's colour: no arrow shows through
            look = {"stroke": self._page["faint"]}
            for shape in shapes:
                filled = shape.get("fill") not in {None, "none"}
                shape.attrib |= look | ({"fill": self._page["paper"]} if filled else {})
            for text in texts:
                text.set("fill", self._page["faint"])
        look = {"stroke": colour, "stroke-width": "4"}
        if place not in lit.boxes:
            dashed = {"stroke-width": "2.5", "stroke-dasharray": "6 3"}
            look = look | dashed if place == lit.source else {}
        for shape in shapes:
            shape.attrib |= look

    def _show_arrow(self, place: int, texts: Elements, shapes: Elements, moment: Moment) -> None:
        colour, is_lit = self._page[moment.lit.side], place in moment.lit.arrows
        _set_texts(texts, moment.notes.get(place, ()))
        shows = place in moment.seen or place in moment.notes
        for text in texts:
            text.set("visibility", "visible" if shows else "hidden")
            text.attrib |= {"fill": colour, "font-weight": "bold"} if is_lit else {}
        for shape in shapes if is_lit else ():
            is_head = shape.tag == f"{SVG}polygon"
            shape.attrib |= {"stroke": colour, "stroke-width": "1" if is_head else "3.5"}
            shape.attrib |= {"fill": colour} if is_head else {}


def _set_texts(texts: Elements, lines: Sequence[str]) -> None:
    if lines:
        for text, line in zip(texts, lines, strict=True):
            text.text = line


def _outlined(group: ET.Element) -> list[ET.Element]:
    return [x for x in group.iter() if x.tag in _SHAPES and x.get("stroke") not in {None, "none"}]
