"""A sheet on which boxes, arrows and texts are put at fixed places.

Vocabulary: a *point* is in inches, upwards and to the right. A text by itself is a box without an
outline; *opaque* ones hide what runs behind them. The text of a line stands on it where it covers
least: none covers another text or a shape, if it can be helped.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini.show import text
from autograd_mini.show.picture import Arrow, Box

Point = tuple[float, float]
FRACTIONS = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.27, 0.73, 0.22, 0.78)
"""Where along a line a text may stand, the best first."""

Line = tuple[Point, Point]
PLACED = {"layout": "neato", "splines": "line", "outputorder": "edgesfirst", "pad": "0.15"}


class TextPlacement:
    """The placement taken so far, and the lines that texts should not cover.

    >>> placement = TextPlacement()
    >>> [placement.on_line(((0, 0), (10, 0)), wide=2.0, tall=1.0) for _ in range(2)]
    [(5.0, 0.0), (2.7, 0.0)]
    """

    def __init__(self) -> None:
        self._taken: list[tuple[float, float, float, float]] = []
        self.lines: Sequence[Line] = ()

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


class Canvas:
    """What has been put on the sheet so far.

    Args:
        background: the colour behind everything.

    Attributes:
        boxes, arrows: in the order of their making.
    """

    def __init__(self, background: str) -> None:
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self._background = background

    def box(self, box: Box, at: Point, look: dict[str, str]) -> None:
        """Put a box in its place."""
        place = {"pos": f"{at[0] + 0.0:.3f},{at[1] + 0.0:.3f}!"}
        self.boxes.append(box._replace(look={**look, **place}))

    def arrow(self, arrow: Arrow, look: dict[str, str]) -> None:
        """Draw an arrow between two boxes."""
        self.arrows.append(arrow._replace(look=look))

    def text(
        self,
        name: str,
        lines: Sequence[str],
        at: Point,
        size: float,
        tooltip: str = "",
        opaque: bool = False,
        bold: bool = False,
    ) -> None:
        """Write a text; without lines it is a point to which arrows can lead."""
        wide = text.widest(list(lines)) * size / 72 * (1.1 if bold else 1.0)
        tall = 1.15 * len(lines) * size / 72
        look = {"fontsize": f"{size:g}", "width": f"{wide:.2f}", "height": f"{tall:.2f}"}
        look |= {"style": "filled", "fillcolor": self._background} if opaque else {}
        look |= {"fontname": "Helvetica-Bold"} if bold else {}
        self.box(Box(name, "text", tuple(lines), tooltip or " ".join(lines)), at, look)
