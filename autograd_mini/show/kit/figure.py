"""A laid-out picture taken apart: its outlines and texts at their places, for other formats.

Vocabulary: a *figure* is the groups of an SVG in the order in which they are painted. A *group* is
one box, one arrow or one frame: its *outlines* are paths of absolute lines and curves, its *texts*
stand on a baseline. Lengths are in points, rightwards and downwards.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

SVG = "{http://www.w3.org/2000/svg}"
NONE = ("none", "transparent", "")
_PART = re.compile(r"[MLCZ]|-?[\d.]+(?:e-?\d+)?")
_MOVED = re.compile(r"translate\((\S+?)[ ,]+(\S+?)\)")

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Outline(NamedTuple):
    """One path.

    Attributes:
        parts: what is drawn: "M" moves to a point, "L" draws a line to one, "C" a curve with two
            control points, "Z" closes, "E" is an ellipse with its centre and its two radii.
        fill, stroke: colours, "" for none.
        width: of the line.
        dashed: whether it is.
    """

    parts: tuple[tuple[str, tuple[Point, ...]], ...]
    fill: str
    stroke: str
    width: float = 1.0
    dashed: bool = False


class Text(NamedTuple):
    """One line of text; ``anchor`` says which of its points stands at ``at``."""

    at: Point
    line: str
    size: float
    anchor: str = "middle"
    colour: str = ""
    bold: bool = False


class Group(NamedTuple):
    """A box, an arrow or a frame; ``kind`` is "node", "edge", "cluster", or "" for what is none."""

    kind: str
    name: str
    outlines: tuple[Outline, ...]
    texts: tuple[Text, ...]

    @property
    def bounds(self) -> Bounds:
        """What it covers, by its outlines; by its texts' places where it has none."""
        points = [p for outline in self.outlines for p in _corners(outline)]
        points = points or [text.at for text in self.texts] or [(0.0, 0.0)]
        across, down = zip(*points, strict=True)
        return min(across), min(down), max(across), max(down)


class Figure(NamedTuple):
    """A picture's size and its groups."""

    wide: float
    tall: float
    groups: tuple[Group, ...]


def read(svg: str) -> Figure:
    """The figure of an SVG that a layout program made.

    >>> read('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"/>')
    Figure(wide=40.0, tall=30.0, groups=())
    """
    root = ET.fromstring(svg)  # noqa: S314, what the layout program wrote has been looked at
    _, _, wide, tall = map(float, root.get("viewBox", "0 0 0 0").split())
    whole = root.find(f"{SVG}g")
    if whole is None:
        return Figure(wide, tall, ())
    moved = _MOVED.search(whole.get("transform", ""))
    shift = (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0)
    own = [x for x in whole if x.tag != f"{SVG}g"]
    groups = [_group("", "", own, shift)]
    groups += [
        _group(group.get("class", ""), group.findtext(f"{SVG}title", ""), [group], shift)
        for group in whole.findall(f"{SVG}g")
    ]
    return Figure(wide, tall, tuple(group for group in groups if group.outlines or group.texts))


def _group(kind: str, name: str, elements: list[ET.Element], shift: Point) -> Group:
    inside = [x for element in elements for x in element.iter()]
    outlines = [found for x in inside if (found := _outline(x, shift)) is not None]
    texts = [_text(x, shift) for x in inside if x.tag == f"{SVG}text" and "".join(x.itertext())]
    return Group(kind, name, tuple(outlines), tuple(texts))


def _outline(element: ET.Element, shift: Point) -> Outline | None:
    shape = element.tag.removeprefix(SVG)
    if shape in {"polygon", "polyline"}:
        points = _points(element.get("points", ""), shift)
        parts: list[tuple[str, tuple[Point, ...]]] = [("M", (points[0],))]
        parts += [("L", (point,)) for point in points[1:]]
        parts += [("Z", ())] if shape == "polygon" else []
    elif shape == "ellipse":
        cx, cy, rx, ry = (float(element.get(key, "0")) for key in ("cx", "cy", "rx", "ry"))
        parts = [("E", ((cx + shift[0], cy + shift[1]), (rx, ry)))]
    elif shape == "path":
        parts = list(_path(element.get("d", ""), shift))
    else:
        return None
    fill, stroke = (_colour(element.get(key, "")) for key in ("fill", "stroke"))
    if not (fill or stroke):
        return None
    width = float(element.get("stroke-width", "1"))
    return Outline(tuple(parts), fill, stroke, width, "stroke-dasharray" in element.attrib)


def _path(data: str, shift: Point) -> Iterator[tuple[str, tuple[Point, ...]]]:
    """The parts of a path; after M and C more points mean more lines and more curves."""
    letter, numbers = "", list[float]()
    for word in [*_PART.findall(data), ""]:
        if word and word not in "MLCZ":
            numbers.append(float(word))
            continue
        points = [
            (x + shift[0], y + shift[1]) for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        if letter == "C":
            for i in range(0, len(points), 3):
                yield "C", tuple(points[i : i + 3])
        elif letter in {"M", "L"}:
            for i, point in enumerate(points):
                yield ("M" if letter == "M" and i == 0 else "L"), (point,)
        elif letter == "Z":
            yield "Z", ()
        letter, numbers = word, []


def _points(data: str, shift: Point) -> list[Point]:
    numbers = list(map(float, data.replace(",", " ").split()))
    return [(x + shift[0], y + shift[1]) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


def _colour(name: str) -> str:
    return "" if name in NONE else name


def _text(element: ET.Element, shift: Point) -> Text:
    return Text(
        (float(element.get("x", "0")) + shift[0], float(element.get("y", "0")) + shift[1]),
        "".join(element.itertext()),
        float(element.get("font-size", "14")),
        element.get("text-anchor", "start"),
        element.get("fill", ""),
        element.get("font-weight") == "bold",
    )


def _corners(outline: Outline) -> Iterator[Point]:
    for letter, points in outline.parts:
        if letter == "E":
            (x, y), (rx, ry) = points
            yield from ((x - rx, y - ry), (x + rx, y + ry))
        else:
            yield from points
