"""Where everything in a picture stands: boxes in columns, frames around them, arrows between.

The method is that of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical
system structures", IEEE Transactions on Systems, Man, and Cybernetics 11, 1981): columns, an order
in each, then places. What a frame holds is laid out by itself and stands in its surroundings as one
box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_mini.show.layout.items import Measures
from autograd_mini.show.layout.sheets import Sheet
from autograd_mini.show.picture import Layout, Picture, Point, Rectangle, Route


def layout(
    picture: Picture, sizes: Mapping[str, tuple[float, float]], direction: str = "right"
) -> Layout:
    """The layout of a picture.

    The time is about linear in the boxes and in the columns that arrows span.

    Args:
        picture: what to lay out; its arrows lead from operands to results, in no circle.
        sizes: how wide and high each box must be at least, in points.
        direction: "right" or "down", in which the arrows point.

    >>> from autograd_mini.show.picture import Arrow, Box
    >>> boxes = tuple(Box(name, "leaf", (), "") for name in "ab")
    >>> made = layout(Picture(boxes, (Arrow("a", "b"),)), {"a": (40, 30), "b": (40, 30)})
    >>> made.boxes["a"].x < made.boxes["b"].x, made.boxes["a"].y == made.boxes["b"].y
    (True, True)
    """
    down = direction == "down"
    turned = {name: (tall, wide) for name, (wide, tall) in sizes.items()} if down else sizes
    try:
        sheet = Sheet(Measures(picture, turned, down), (), picture.clustered)
        sheet.settle()
    except ValueError:  # a frame that feeds itself by way of another cannot stand in one place
        sheet = Sheet(Measures(picture, turned, down), (), False)
        sheet.settle()
    boxes, frames, pieces = sheet.drawn()
    routes = tuple(pieces[i] for i in range(len(picture.arrows)))
    wide, tall = sheet.along, sheet.across
    if down:
        boxes = {name: _flipped(place) for name, place in boxes.items()}
        frames = {name: _flipped(place) for name, place in frames.items()}
        routes = tuple(Route(_turned(r.points), r.label and _turned([r.label])[0]) for r in routes)
        wide, tall = tall, wide
    return Layout(boxes, routes, frames, wide, tall)


def _turned(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple((y, x) for x, y in points)


def _flipped(place: Rectangle) -> Rectangle:
    return Rectangle(place.y, place.x, place.height, place.width)
