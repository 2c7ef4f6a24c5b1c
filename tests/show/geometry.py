"""What a reader sees of a picture, measured in its SVG: boxes, frames, lines and labels as places.

Vocabulary: a line *belongs* to a box that it leaves or enters, and to the frames around those; all
others are *strange* to it. Two lines are *merged* where they run along each other. A label is
*astray* where a strange line is nearer to its middle than its own, or runs through it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from autograd_mini.show.text import SPARE, width
from tests.show import reading
from tests.show.reading import SVG, XLINK

Points = NDArray[np.float64]

NEAR = 1.0
"""Lines closer than this, in points, are one to the eye."""
LONGEST_SHARED = 24.0
"""Two lines may leave or enter one box at one point; along more than this they are merged."""


class Rectangle(NamedTuple):
    """A place with its sides parallel to the axes; y runs downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def smaller(self, by: float) -> Rectangle:
        return Rectangle(self.left + by, self.top + by, self.right - by, self.bottom - by)

    def meets(self, other: Rectangle) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, point: tuple[float, float]) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


class Line(NamedTuple):
    """An arrow: the names of its ends, points along it, what appears at the mouse."""

    tail: str
    head: str
    points: Points
    tooltip: str

    @property
    def around(self) -> Rectangle:
        (left, top), (right, bottom) = self.points.min(axis=0), self.points.max(axis=0)
        return Rectangle(float(left), float(top), float(right), float(bottom))


class Label(NamedTuple):
    """A text beside a line, and the places of the lines that it may belong to."""

    place: Rectangle
    owners: tuple[int, ...]


class Seen(NamedTuple):
    """Everything that has a place in a picture."""

    boxes: dict[str, Rectangle]
    frames: dict[str, Rectangle]
    lines: list[Line]
    labels: list[Label]


class Faults(NamedTuple):
    """How often a reader would be misled."""

    overlaps: int = 0
    through_boxes: int = 0
    through_frames: int = 0
    merged: int = 0
    covered: int = 0
    astray: int = 0


def seen(svg: str) -> Seen:
    """What there is in the text of an SVG as Graphviz writes it."""
    root = reading.parsed(svg)
    found = Seen({}, {}, [], [])
    texts: list[tuple[Rectangle, str]] = []
    edges: list[ET.Element] = []
    for group in root.iter(f"{SVG}g"):
        kind = group.get("class")
        if kind == "edge":
            edges.append(group)
        elif kind in {"node", "cluster"}:
            outline = [point for shape in _shapes(group) for point in shape]
            name = reading.title(group)
            if outline:
                (found.boxes if kind == "node" else found.frames)[name] = _around(outline)
            elif place := _text_place(group):
                texts.append((place, _tooltip(group)))
    for group in edges:
        tail, _, head = re.sub(r":\w+", "", reading.title(group)).partition("->")
        path = next(iter(group.iter(f"{SVG}path")), None)
        if path is None:
            continue  # invisible
        if place := _text_place(group):
            found.labels.append(Label(place, (len(found.lines),)))
        points = np.array([*_along(path.get("d", ""))])
        found.lines.append(Line(tail, head, points, _tooltip(group)))
    for place, tooltip in texts:  # the network view writes on its lines with texts of their own
        owners = [i for i, line in enumerate(found.lines) if tooltip and line.tooltip == tooltip]
        if owners:
            found.labels.append(Label(place, tuple(owners)))
    return found


def faults(picture: Seen) -> Faults:
    """The faults of a picture."""
    boxes, labels = list(picture.boxes.values()), [label.place for label in picture.labels]
    overlaps = sum(a.smaller(0.5).meets(b.smaller(0.5)) for a, b in combinations(boxes, 2))
    covered = sum(a.smaller(1).meets(b.smaller(1)) for a, b in combinations(labels, 2))
    covered += sum(a.smaller(1).meets(b.smaller(1)) for a in labels for b in boxes)
    return Faults(
        overlaps,
        sum(_strange(line, picture.boxes, picture.boxes) for line in picture.lines),
        sum(_strange(line, picture.frames, picture.boxes) for line in picture.lines),
        sum(_merged(a, b) for a, b in combinations(picture.lines, 2)),
        covered,
        sum(_is_astray(label, picture.lines) for label in picture.labels),
    )


def crossings(picture: Seen) -> int:
    """How often two lines cross away from the boxes that both belong to."""
    return sum(_crossed(a, b, picture.boxes) for a, b in combinations(picture.lines, 2))


def disorder(picture: Seen, expected: Sequence[Sequence[str]]) -> int:
    """How many neighbours of the expected columns, from top to bottom, are not in order."""
    wrong = 0
    for column in expected:
        places = [picture.boxes[name].middle for name in column if name in picture.boxes]
        wrong += sum(upper[1] >= lower[1] for upper, lower in pairwise(places))
    return wrong


# --- reading ---


def _shapes(group: ET.Element) -> Iterator[list[tuple[float, float]]]:
    for element in group.iter():
        tag = element.tag.removeprefix(SVG)
        if element.get("stroke") in {"none", "transparent"}:
            continue
        if tag in {"polygon", "polyline"}:
            numbers = _numbers(element.get("points", ""))
            yield list(zip(numbers[::2], numbers[1::2], strict=True))
        elif tag == "path":
            yield [(float(x), float(y)) for x, y in _along(element.get("d", ""))]
        elif tag == "ellipse":
            x, y, rx, ry = (float(element.get(key, "0")) for key in ("cx", "cy", "rx", "ry"))
            yield [(x - rx, y - ry), (x + rx, y + ry)]


def _numbers(text: str) -> list[float]:
    return [float(x) for x in re.findall(r"-?[\d.]+(?:e-?\d+)?", text)]


def _along(path: str) -> Iterator[tuple[float, float]]:
    """Points on a path of cubic Bézier curves."""
    numbers = _numbers(path)
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    yield points[0]
    for first in range(0, len(points) - 3, 3):
        corners = np.array(points[first : first + 4])
        long = float(np.abs(np.diff(corners, axis=0)).sum())
        for t in np.linspace(0, 1, max(4, int(long / 5)) + 1)[1:]:
            weights = np.array([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3])
            x, y = weights @ corners
            yield float(x), float(y)


def _around(points: Sequence[tuple[float, float]]) -> Rectangle:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Rectangle(min(xs), min(ys), max(xs), max(ys))


def _text_place(group: ET.Element) -> Rectangle | None:
    corners: list[tuple[float, float]] = []
    for text in group.iter(f"{SVG}text"):
        size, shown = float(text.get("font-size", "14")), "".join(text.itertext()).strip()
        x, y = float(text.get("x", "0")), float(text.get("y", "0"))
        wide = width(shown) / SPARE * size
        left = x - wide * {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", ""), 0.0)
        corners += [(left, y - 0.75 * size), (left + wide, y + 0.2 * size)] if shown else []
    return _around(corners) if corners else None


def _tooltip(group: ET.Element) -> str:
    return next((link.get(f"{XLINK}title", "") for link in group.iter(f"{SVG}a")), "")


# --- measuring ---


def _strange(line: Line, places: dict[str, Rectangle], boxes: dict[str, Rectangle]) -> int:
    """How many boxes or frames a line runs through without belonging to them."""
    found = 0
    ends = [boxes[name].middle for name in (line.tail, line.head) if name in boxes]
    around = line.around
    for name, place in places.items():
        if name in {line.tail, line.head} or any(map(place.holds, ends)):
            continue
        inner = place.smaller(1.5)
        found += inner.meets(around.smaller(-0.1)) and _enters(line.points, inner)
    return found


def _enters(points: Points, place: Rectangle) -> bool:
    x, y = points[:, 0], points[:, 1]
    inside = (x > place.left) & (x < place.right) & (y > place.top) & (y < place.bottom)
    if bool(inside.any()):
        return True
    corners = np.array([place[:2], (place.right, place.top), place[2:], (place.left, place.bottom)])
    return any(_cut(points, np.array([corners[i - 1], corners[i]])).size for i in range(4))


def _cut(one: Points, other: Points) -> Points:
    """Where two polygonal lines cross."""
    p, r = one[:-1, None], np.diff(one, axis=0)[:, None]
    q, s = other[None, :-1], np.diff(other, axis=0)[None]
    across = _cross(r, s)
    with np.errstate(divide="ignore", invalid="ignore"):
        t, u = _cross(q - p, s) / across, _cross(q - p, r) / across
        hit = (across != 0) & (t >= 0) & (t < 1) & (u >= 0) & (u < 1)
        at: Points = (p + t[..., None] * r)[hit]
    return at


def _cross(a: Points, b: Points) -> Points:
    found: Points = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return found


def _crossed(one: Line, other: Line, boxes: dict[str, Rectangle]) -> int:
    if not one.around.smaller(-0.1).meets(other.around.smaller(-0.1)):
        return 0
    common = [boxes[name].smaller(-3) for name in {one.tail, one.head} & {other.tail, other.head}]
    at = _cut(_within(one.points, other), _within(other.points, one))
    return sum(not any(box.holds((x, y)) for box in common) for x, y in at)


def _merged(one: Line, other: Line) -> bool:
    if not one.around.smaller(-NEAR).meets(other.around.smaller(-NEAR)):
        return False
    mine, yours = _within(one.points, other), _within(other.points, one)
    steps = np.linalg.norm(np.diff(mine, axis=0), axis=1)
    if float(steps.sum()) < LONGEST_SHARED or len(yours) < 2:
        return False
    middles = (mine[1:] + mine[:-1]) / 2
    return float(steps[_distances(middles, yours) < NEAR].sum()) > LONGEST_SHARED


def _within(points: Points, other: Line) -> Points:
    """The part of a line that can be near another; both run from left to right or downwards."""
    left, top, right, bottom = other.around.smaller(-NEAR)
    x, y = points[:, 0], points[:, 1]
    outside = np.flatnonzero((x < left) | (x > right) | (y < top) | (y > bottom))
    inside = np.setdiff1d(np.arange(len(points)), outside)
    if not inside.size:
        return points[:0]
    return points[max(inside[0] - 1, 0) : inside[-1] + 2]


def _is_astray(label: Label, lines: Sequence[Line]) -> bool:
    middle = np.array([label.place.middle])
    own = min(float(_distances(middle, lines[i].points)[0]) for i in label.owners)
    inner = label.place.smaller(1)
    for i, line in enumerate(lines):
        if i in label.owners or not line.around.meets(label.place.smaller(-own - 1)):
            continue
        if float(_distances(middle, line.points)[0]) < own:
            return True
        if inner.meets(line.around.smaller(-0.1)) and _enters(line.points, inner):
            return True
    return False


def _distances(points: Points, line: Points) -> Points:
    """How far points are from a polygonal line."""
    start, step = line[None, :-1], np.diff(line, axis=0)[None]
    length = np.maximum((step**2).sum(axis=-1), 1e-12)
    away = points[:, None] - start
    t = np.clip((away * step).sum(axis=-1) / length, 0, 1)
    found: Points = np.linalg.norm(away - t[..., None] * step, axis=-1).min(axis=1)
    return found
