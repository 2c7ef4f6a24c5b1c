"""A canvas on which boxes, lines and texts are put at fixed places.

Vocabulary: a text by itself is a box without an outline. The text of a line stands on it where it
covers least: none covers another text or a shape, if it can be helped.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograd_mini.show import text
from autograd_mini.show.picture import USUAL, Arrow, Box, Layout, Look, Point, Rectangle, Route

Line = tuple[Point, Point]

FRACTIONS = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.27, 0.73, 0.22, 0.78)
"""Where along a line a text may stand, the best first."""
MARGIN = 4.0
"""The room around everything, in points."""


class Canvas:
    """What has been put on the canvas so far.

    Attributes:
        boxes, arrows: in the order of their making.
        places: of the boxes.
        lines: those that texts should not cover.

    >>> canvas = Canvas()
    >>> [canvas.on_line(((0, 0), (10, 0)), wide=2.0, tall=1.0) for _ in range(2)]
    [(5.0, 0.0), (2.7, 0.0)]
    """

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self.places: dict[str, Rectangle] = {}
        self._routes: list[Route] = []
        self._taken: list[tuple[float, float, float, float]] = []
        self.lines: Sequence[Line] = ()

    def box(self, box: Box, at: Point, wide: float, tall: float) -> None:
        """Put a box around a point."""
        self.boxes.append(box)
        self.places[box.id] = Rectangle(at[0] - wide / 2, at[1] - tall / 2, wide, tall)

    def text(
        self,
        name: str,
        lines: Sequence[str],
        at: Point,
        size: float,
        tooltip: str = "",
        look: Look = USUAL,
    ) -> None:
        """Write a text; without lines it is a point to which lines can lead."""
        wide = text.widest(lines) * size * (1.1 if "fontname" in look else 1.0)
        box = Box(name, "text", tuple(lines), tooltip or " ".join(lines))
        look = {"fontsize": f"{size:g}", **look}
        self.box(box._replace(look=look), at, wide, 1.15 * len(lines) * size)

    def line(self, arrow: Arrow, *points: Point) -> None:
        """Draw an arrow straight from each of these points to the next."""
        route = [points[0]]
        for (x, y), (to_x, to_y) in pairwise(points):
            route += [(x + (to_x - x) * k / 3, y + (to_y - y) * k / 3) for k in (1, 2, 3)]
        self.arrows.append(arrow)
        self._routes.append(Route(tuple(route), None))

    def take(self, at: Point, wide: float, tall: float) -> None:
        """Mark a rectangle as taken."""
        self._taken.append((*at, wide, tall))

    def on_line(self, line: Line, wide: float, tall: float) -> Point:
        """The best place on a line for a text of that size; it is then taken."""
        (x, y), (to_x, to_y) = line
        places = [(x + (to_x - x) * f, y + (to_y - y) * f) for f in FRACTIONS]
        best = min(places, key=lambda at: self._cost(at, wide, tall))
        self.take(best, wide, tall)
        return best

    def _cost(self, at: Point, wide: float, tall: float) -> float:
        """What a text there would cover: an area of a tenth of it counts as much as one line."""
        covered = sum(
            max(0.0, (wide + w) / 2 - abs(at[0] - x)) * max(0.0, (tall + t) / 2 - abs(at[1] - y))
            for x, y, w, t in self._taken
        )
        crossed = sum(crosses(line, at, wide, tall) for line in self.lines)
        return 10.0 * covered / (wide * tall) + crossed

    def layout(self) -> Layout:
        """Where everything is, from the corner at the top left."""
        left = MARGIN - min(place.x for place in self.places.values())
        top = MARGIN - min(place.y for place in self.places.values())
        places = {name: place.shifted(left, top) for name, place in self.places.items()}
        routes = tuple(route.shifted(left, top) for route in self._routes)
        wide = max(place.x + place.width for place in places.values())
        tall = max(place.y + place.height for place in places.values())
        return Layout(places, routes, {}, wide + MARGIN, tall + MARGIN)


def crosses(line: Line, at: Point, wide: float, tall: float) -> bool:
    """Whether a line runs through a rectangle (Liang and Barsky, 1984).

    >>> crosses(((0, 0), (4, 4)), (2, 2), 1, 1), crosses(((0, 0), (4, 0)), (2, 2), 1, 1)
    (True, False)
    """
    first, last = 0.0, 1.0
    for axis, half in ((0, wide / 2), (1, tall / 2)):
        step = line[1][axis] - line[0][axis]
        low, high = at[axis] - half - line[0][axis], at[axis] + half - line[0][axis]
        if step == 0.0:
            if low > 0.0 or high < 0.0:
                return False
            continue
        enter, leave = sorted((low / step, high / step))
        first, last = max(first, enter), min(last, leave)
    return first <= last
