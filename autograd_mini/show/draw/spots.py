"""Free spots for the texts on lines: none covers another text or a shape, if it can be helped.

Vocabulary: a *spot* is a rectangle that is taken, by its centre and size. The candidates for a
text lie along its line; the best covers least of what is taken and fewest other lines.
"""

from __future__ import annotations

from collections.abc import Sequence

FRACTIONS = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.27, 0.73, 0.22, 0.78)
"""Where along a line a text may stand, the best first."""

Point = tuple[float, float]
Line = tuple[Point, Point]


class Spots:
    """The spots taken so far, and the lines that texts should not cover.

    >>> spots = Spots()
    >>> [spots.on_line(((0, 0), (10, 0)), wide=2.0, tall=1.0) for _ in range(2)]
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
