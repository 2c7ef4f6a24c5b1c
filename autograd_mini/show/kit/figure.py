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
_PART = re.compile(r"([MLCZ])([^MLCZ]*)")
_NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?")
_MOVED = re.compile(r"translate\((\S+?)[ ,]+(\S+?)\)")

Point = tuple[float, float]
Part = tuple[str, tuple[Point, ...]]
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

    parts: tuple[Part, ...]
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
        points: list[Point] = []
        for letter, placed in (part for outline in self.outlines for part in outline.parts):
            if letter == "E":
                (x, y), (rx, ry) = placed
                points += [(x - rx, y - ry), (x + rx, y + ry)]
            else:
                points += placed
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
    parts = [*_parts(element, shift)]
    colours = (element.get("fill", ""), element.get("stroke", ""))
    fill, stroke = ("" if colour in NONE else colour for colour in colours)
    if not parts or not (fill or stroke):
        return None
    width = float(element.get("stroke-width", "1"))
    return Outline(tuple(parts), fill, stroke, width, "stroke-dasharray" in element.attrib)


def _parts(element: ET.Element, shift: Point) -> Iterator[Part]:
    """The parts of a shape; after M and C more points mean more lines and more curves."""
    shape = element.tag.removeprefix(SVG)
    if shape == "ellipse":
        x, y, rx, ry = (float(element.get(key, "0")) for key in ("cx", "cy", "rx", "ry"))
        yield "E", ((x + shift[0], y + shift[1]), (rx, ry))
    corners = element.get("points", "")
    paths = {"polyline": f"M{corners}", "polygon": f"M{corners}Z", "path": element.get("d", "")}
    for letter, numbers in _PART.findall(paths.get(shape, "")):
        found = [*map(float, _NUMBER.findall(numbers))]
        points = tuple(
            (x + shift[0], y + shift[1]) for x, y in zip(found[::2], found[1::2], strict=True)
        )
        size = 3 if letter == "C" else 1
        for i in range(0, len(points), size):
            yield ("L" if letter == "M" and i else letter), points[i : i + size]
        if letter == "Z":
            yield "Z", ()


def _text(element: ET.Element, shift: Point) -> Text:
    return Text(
        (float(element.get("x", "0")) + shift[0], float(element.get("y", "0")) + shift[1]),
        "".join(element.itertext()),
        float(element.get("font-size", "14")),
        element.get("text-anchor", "start"),
        element.get("fill", ""),
        element.get("font-weight") == "bold",
    )
