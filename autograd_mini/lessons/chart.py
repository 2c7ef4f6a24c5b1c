"""Charts: curves, points and shaded cells on two axes.

Vocabulary: a *chart* is in the units of its axes; what they enclose is a *frame* on the
:mod:`~autograd_mini.lessons.canvas`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import NamedTuple

from autograd_mini.lessons.canvas import INK, SIZE, Canvas, Png, Point, Svg
from autograd_mini.numbers import short
from autograd_mini.show.drawing import bundle, encoded
from autograd_mini.show.palette import LIGHT, Scale, Theme
from autograd_mini.show.text import width

WIDTH, HEIGHT = 400.0, 260.0
LEFT, RIGHT, BOTTOM, TOP = 66.0, 26.0, 50.0, 38.0
WIDE, TALL = LEFT + WIDTH + RIGHT, BOTTOM + HEIGHT + TOP
GRID, PAPER = LIGHT.page["line"], LIGHT.page["paper"]
COLOURS = LIGHT.series


class Curve(NamedTuple):
    """A line through points, in the order given; a dashed one is a helper."""

    points: Sequence[Point]
    name: str = ""
    dashed: bool = False
    colour: str = COLOURS[0]

    def draw(self, canvas: Canvas, points: Sequence[Point]) -> None:
        """Draw a piece of it."""
        canvas.line(points, self.colour, 2.0, self.dashed)

    def draw_sample(self, canvas: Canvas, at: Point) -> None:
        """Draw what stands before its name."""
        self.draw(canvas, [(at[0] - 20.0, at[1]), at])


class Dots(NamedTuple):
    """Points marked one by one; the text of each, if there is any, stands beside it."""

    points: Sequence[Point]
    name: str = ""
    texts: Sequence[str] = ()
    hollow: bool = False
    colour: str = COLOURS[1]

    def draw(self, canvas: Canvas, at: Point) -> None:
        """Draw one of them."""
        fill, edge = (PAPER, self.colour) if self.hollow else (self.colour, PAPER)
        canvas.disc(at, fill, edge, 2.5 if self.hollow else 1.5)

    def draw_sample(self, canvas: Canvas, at: Point) -> None:
        """Draw what stands before their name."""
        self.draw(canvas, (at[0] - 8.0, at[1]))


class Cells(NamedTuple):
    """A rectangle of equal cells, shaded from orange (0) over white (½) to blue (1).

    Attributes:
        low, high: the lower left and the upper right corner.
        rows: the numbers, lowest row first, each from left to right.
    """

    low: Point
    high: Point
    rows: Sequence[Sequence[float]]


class Chart(NamedTuple):
    """What is drawn; ``alt`` says it in words.

    Attributes:
        y_range: what the upright axis shows; left out, what the points need.
    """

    alt: str
    x_name: str
    y_name: str
    curves: Sequence[Curve] = ()
    dots: Sequence[Dots] = ()
    cells: Cells | None = None
    y_range: Point | None = None

    @property
    def parts(self) -> list[Curve | Dots]:
        """The curves and the dots."""
        return [*self.curves, *self.dots]

    @property
    def svg(self) -> str:
        """The chart as the text of one ``<svg>`` element; equal charts have equal texts."""
        return self.themed(LIGHT)

    def themed(self, theme: Theme) -> str:
        """The chart as ``svg``, in the colours of a theme."""
        canvas = Svg(WIDE, TALL)
        _draw(self, canvas, theme)
        return canvas.written(theme)

    @property
    def png(self) -> bytes:
        """The chart as a PNG.

        Raises:
            ImportError: matplotlib is not installed; it is the extra ``plot``.
        """
        canvas = Png(WIDE, TALL)
        _draw(self, canvas)
        return canvas.written()

    @property
    def forms(self) -> tuple[str, ...]:
        """The endings of the files that can be written: svg, and png where matplotlib is."""
        return ("svg", "png") if find_spec("matplotlib") else ("svg",)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        forms = {"image/svg+xml": lambda: self.svg, "image/png": lambda: encoded(self.png)}
        there = forms if "png" in self.forms else {"image/svg+xml": forms["image/svg+xml"]}
        return bundle(self.alt, there, include, exclude)


def nice_ticks(low: float, high: float) -> list[float]:
    """Round numbers from low to high, at most seven.

    >>> nice_ticks(-0.3, 3.2)
    [0.0, 1.0, 2.0, 3.0]
    >>> nice_ticks(0.0, 1.0)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    size = 10.0 ** math.floor(math.log10((high - low) / 7))
    step = next(size * k for k in (1, 2, 5, 10, 20) if (high - low) / (size * k) <= 6)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def clipped(points: Sequence[Point], low: float, high: float) -> list[list[Point]]:
    """The pieces of a line that lie between two heights, cut where it crosses them.

    >>> clipped([(0.0, 0.0), (1.0, 2.0), (2.0, 0.0)], 0.0, 1.0)
    [[(0.0, 0.0), (0.5, 1.0)], [(1.5, 1.0), (2.0, 0.0)]]
    """
    pieces: list[list[Point]] = [[]]
    for (x0, y0), (x1, y1) in pairwise(points):
        shares = [0.0, 1.0]
        if y0 != y1:
            shares += [(edge - y0) / (y1 - y0) for edge in (low, high)]
        cuts = sorted(share for share in shares if 0.0 <= share <= 1.0)
        for start, end in pairwise(cuts):
            middle = y0 + (start + end) / 2 * (y1 - y0)
            if start == end or not low <= middle <= high:
                continue
            first, last = (
                (x0 + share * (x1 - x0), y0 + share * (y1 - y0)) for share in (start, end)
            )
            if pieces[-1] and pieces[-1][-1] != first:
                pieces.append([])
            pieces[-1] += [last] if pieces[-1] else [first, last]
    return [piece for piece in pieces if piece]


class _Frame(NamedTuple):
    """What the axes show, and where it lands on the canvas."""

    x: Point
    y: Point

    def at(self, point: Point) -> Point:
        right = (point[0] - self.x[0]) / (self.x[1] - self.x[0])
        down = (self.y[1] - point[1]) / (self.y[1] - self.y[0])
        return LEFT + right * WIDTH, TOP + down * HEIGHT


def _frame(chart: Chart) -> _Frame:
    points = [p for part in chart.parts for p in part.points]
    points += [chart.cells.low, chart.cells.high] if chart.cells else []
    xs, ys = zip(*points, strict=True)
    return _Frame(_around(xs, 0.0), chart.y_range or _around(ys, 0.0 if chart.cells else 0.06))


def _around(numbers: Sequence[float], margin: float) -> Point:
    """From the smallest to the largest, with a margin; never an empty range."""
    low, high = min(numbers), max(numbers)
    spare = margin * (high - low) if high > low else 1.0
    return low - spare, high + spare


def _draw(chart: Chart, canvas: Canvas, theme: Theme = LIGHT) -> None:
    """Draw everything, from back to front."""
    frame = _frame(chart)
    canvas.box((0.0, 0.0), WIDE, TALL, PAPER)
    if chart.cells:
        _draw_cells(chart.cells, frame, canvas, theme)
    _draw_axes(chart, frame, canvas)
    for curve in chart.curves:
        for piece in clipped(curve.points, *frame.y):
            curve.draw(canvas, [frame.at(point) for point in piece])
    for dots in chart.dots:
        places = [frame.at(point) for point in dots.points]
        for place in places:
            dots.draw(canvas, place)
        for (x, y), text in zip(places, dots.texts, strict=False):
            canvas.text((x + 9.0, y - 9.0), text, "start")
    _draw_legend(chart, canvas)


def _draw_axes(chart: Chart, frame: _Frame, canvas: Canvas) -> None:
    right, bottom = LEFT + WIDTH, TOP + HEIGHT
    for tick in nice_ticks(*frame.x):
        x, _ = frame.at((tick, 0.0))
        canvas.line([(x, bottom), (x, TOP)], GRID)
        canvas.text((x, bottom + 13.0), short(tick))
    for tick in nice_ticks(*frame.y):
        _, y = frame.at((0.0, tick))
        canvas.line([(LEFT, y), (right, y)], GRID)
        canvas.text((LEFT - 8.0, y), short(tick), "end")
    corners = [(LEFT, bottom), (right, bottom), (right, TOP), (LEFT, TOP), (LEFT, bottom)]
    canvas.line(corners, INK)
    canvas.text((LEFT + WIDTH / 2, TALL - 17.0), chart.x_name)
    canvas.text((LEFT - 40.0, TOP - 17.0), chart.y_name, "start")


def _draw_cells(cells: Cells, frame: _Frame, canvas: Canvas, theme: Theme) -> None:
    (left, bottom), (right, top) = frame.at(cells.low), frame.at(cells.high)
    wide, tall = (right - left) / len(cells.rows[0]), (bottom - top) / len(cells.rows)
    for i, row in enumerate(cells.rows, 1):
        for j, value in enumerate(row):
            colour = SHADES[theme.scheme].colour(min(2.0 * value - 1.0, 1.0))
            canvas.box((left + j * wide, bottom - i * tall), wide, tall, colour)


SHADES = {
    "light": Scale((255, 255, 255), (110, 175, 230), (245, 175, 110)),
    "dark": Scale((20, 24, 30), (42, 106, 160), (176, 98, 34)),
}
"""Blue over the colour of the paper to orange, by the scheme of the theme."""


def _draw_legend(chart: Chart, canvas: Canvas) -> None:
    """The named parts in a row above the axes, from the right."""
    x, y = LEFT + WIDTH, TOP - 17.0
    for part in reversed(chart.parts):
        if part.name:
            x -= SIZE * width(part.name) + 6.0
            canvas.text((x + 6.0, y), part.name, "start")
            part.draw_sample(canvas, (x, y))
            x -= 36.0
