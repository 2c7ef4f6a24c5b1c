"""Where everything in a picture stands: boxes in columns, frames around them, arrows between.

The method is that of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical
system structures", IEEE Transactions on Systems, Man, and Cybernetics 11, 1981): columns, an order
in each, then places. What a frame holds is laid out by itself and stands in its surroundings as one
box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_mini.show.layout.items import TIP, Measures
from autograd_mini.show.layout.sheets import Sheet
from autograd_mini.show.picture import Layout, Picture, Point, Rectangle, Route


def layout(
    picture: Picture, sizes: Mapping[str, tuple[float, float]], direction: str = "right"
) -> Layout:
    """The layout of a picture.

    The time is about linear in the boxes and in the columns that arrows span.

    Args:
        picture: what to lay out; arrows that lead in a circle go back to the left.
        sizes: how wide and high each box must be at least, in points.
        direction: "right" or "down", in which the arrows point.

    >>> from autograd_mini.show.picture import Arrow, Box
    >>> boxes = tuple(Box(name, "leaf", (), "") for name in "ab")
    >>> made = layout(Picture(boxes, (Arrow("a", "b"),)), {"a": (40, 30), "b": (40, 30)})
    >>> made.boxes["a"].x < made.boxes["b"].x, made.boxes["a"].y == made.boxes["b"].y
    (True, True)
    """
    down = direction == "down"
    sides = {name: (tall, wide) for name, (wide, tall) in sizes.items()} if down else sizes
    back = backward(picture)
    arrows = [
        arrow._replace(tail=arrow.head, head=arrow.tail) if i in back else arrow
        for i, arrow in enumerate(picture.arrows)
    ]
    measures = Measures(picture._replace(arrows=tuple(arrows)), sides, down)
    try:
        sheet = Sheet(measures, (), picture.clustered)
        sheet.settle()
    except ValueError:  # a frame that feeds itself by way of another cannot stand in one place
        sheet = Sheet(measures, (), False)
        sheet.settle()
    boxes, frames, pieces = sheet.drawn()
    routes = [
        _reversed(pieces[i], boxes[arrow.tail]) if i in back else pieces[i]
        for i, arrow in enumerate(arrows)
    ]
    if not down:
        return Layout(boxes, tuple(routes), frames, sheet.along, sheet.across)
    boxes = {name: _flipped(place) for name, place in boxes.items()}
    frames = {name: _flipped(place) for name, place in frames.items()}
    routes = [Route(_turned(r.points), r.label and _turned([r.label])[0]) for r in routes]
    return Layout(boxes, tuple(routes), frames, sheet.across, sheet.along)


def backward(picture: Picture) -> set[int]:
    """The arrows that have to be turned so that none lead in a circle, by going depth first."""
    heads: dict[str, list[str]] = {box.id: [] for box in picture.boxes}
    for arrow in picture.arrows:
        heads[arrow.tail].append(arrow.head)
    left: dict[str, int] = {}  # in which order the search leaves the boxes
    met: set[str] = set()
    for start in heads:
        todo = [] if start in met else [start]
        while todo:
            box = todo[-1]
            ahead = [] if box in met else [head for head in heads[box] if head not in met]
            met.add(box)
            todo += reversed(ahead)
            if not ahead:
                left.setdefault(todo.pop(), len(left))
    return {i for i, x in enumerate(picture.arrows) if left[x.head] > left[x.tail]}


def _reversed(route: Route, start: Rectangle) -> Route:
    """The route of a turned arrow from its head, to the side of the box where it begins."""
    (_, y), (x, level), *rest = route.points
    side = start.x + start.width
    return Route(((side, y), (max(x, side + TIP), level), *rest)[::-1], route.label)


def _turned(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple((y, x) for x, y in points)


def _flipped(place: Rectangle) -> Rectangle:
    return Rectangle(place.y, place.x, place.height, place.width)
