"""Places in DOT: upwards and in points, where a picture has them downwards."""

from __future__ import annotations

import math

from autograd_mini.show.dot_syntax import statement
from autograd_mini.show.fitting import Room
from autograd_mini.show.layout import Rectangle, Route
from autograd_mini.show.layout.items import TIP, Point


def placed(place: Rectangle, tall: float) -> dict[str, str]:
    """The attributes of a box that stands there in a picture so high."""
    x, y = place.x + place.width / 2, tall - place.y - place.height / 2
    size = {"width": f"{place.width / 72:.3f}", "height": f"{place.height / 72:.3f}"}
    return {"pos": point(x, y), **size}


def routed(route: Route, tall: float) -> dict[str, str]:
    """The curve of an arrow, whose head begins a little before its tip, and its label's place."""
    *points, before, (x, y) = route.points
    (a, b), tip = before, (x, y)
    long = math.hypot(x - a, y - b) or 1.0
    back = min(TIP, long) / long
    end = (x - (x - a) * back, y - (y - b) * back)
    points = [*points, _nearer(points[-1], before, end), end]
    said = " ".join(point(p, tall - q) for p, q in points)
    place = {"pos": f"e,{point(tip[0], tall - tip[1])} {said}"}
    if route.label:
        place["lp"] = point(route.label[0], tall - route.label[1])
    return place


def _nearer(start: Point, control: Point, end: Point) -> Point:
    """The last control point, which must not lie behind the end."""
    inside = min(start[0], end[0]) <= control[0] <= max(start[0], end[0])
    return control if inside and start[1] != end[1] else ((start[0] + 2 * end[0]) / 3, end[1])


def corners(wide: float, tall: float, spare: Room) -> list[str]:
    """Two points that nobody sees, between which the whole picture has its aspect."""
    places = (-spare.across, tall + spare.down), (wide + spare.across, -spare.down)
    look = {"shape": "point", "style": "invis", "width": "0.01", "height": "0.01"}
    return [
        statement(f"corner{i}", {**look, "label": "", "pos": point(x, y)})
        for i, (x, y) in enumerate(places)
    ]


def lowered(place: Rectangle, height: float) -> Rectangle:
    """A place further down."""
    return place._replace(y=place.y + height)


def point(x: float, y: float) -> str:
    """A point as DOT has it."""
    return f"{x + 0.0:.1f},{y + 0.0:.1f}"
