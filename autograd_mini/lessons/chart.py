"""Charts: curves, points and shaded cells on two axes, as DOT text for the layout program.

Vocabulary: a *chart* is in the units of its axes; its *canvas* is the rectangle, in points of 1/72
inch, that the axes enclose. Graphviz draws whatever the attribute ``_background`` of a graph says
in its own small language of *strokes* (https://graphviz.org/docs/outputs/canon/#xdot), and puts a
pinned node where it is told, so a chart becomes SVG or PNG by the same program as a computation
graph, and needs no plotting library. Text is in nodes, because ``dot`` 2.43 crashes on text among
the strokes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from autograd_mini.numbers import short
from autograd_mini.show.text import width

Point = tuple[float, float]

WIDTH, HEIGHT = 400.0, 260.0
LEFT, RIGHT, BOTTOM, TOP = 62.0, 22.0, 46.0, 34.0
FONT = "Helvetica,Arial,Liberation Sans,DejaVu Sans,sans-serif"
SIZE = 14.0
INK, GRID, PAPER = "#333333", "#dddddd", "#ffffff"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""From the palette of Okabe and Ito, which colour-blind readers can tell apart."""


class Curve(NamedTuple):
    """A line through points, in the order given; a dashed one is a helper."""

    points: Sequence[Point]
    name: str = ""
    dashed: bool = False
    colour: str = COLOURS[0]


class Dots(NamedTuple):
    """Points marked one by one; the text of each, if there is any, stands beside it."""

    points: Sequence[Point]
    name: str = ""
    texts: Sequence[str] = ()
    hollow: bool = False
    colour: str = COLOURS[1]


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
        x_range, y_range: what the axes show; left out, what the points need.
    """

    alt: str
    x_name: str
    y_name: str
    curves: Sequence[Curve] = ()
    dots: Sequence[Dots] = ()
    cells: Cells | None = None
    x_range: Point | None = None
    y_range: Point | None = None

    @property
    def dot(self) -> str:
        """The chart as DOT text; equal charts have equal texts."""
        frame = _frame(self)
        wide, tall = LEFT + WIDTH + RIGHT, BOTTOM + HEIGHT + TOP
        canvas = _Text(wide / 2, tall / 2, "", wide, tall)
        lines = [
            "digraph chart {",
            "  graph [layout=neato bgcolor=white pad=0.05",
            f"    _background={_quoted(_strokes(self, frame))}]",
            f'  node [shape=plaintext fixedsize=true margin=0 fontname="{FONT}"',
            f'    fontsize={SIZE:g} fontcolor="{INK}"]',
            *(text.node(i) for i, text in enumerate([canvas, *_texts(self, frame)])),
            "}",
        ]
        return "\n".join(lines) + "\n"


def _quoted(strokes: Iterator[str]) -> str:
    """The strokes as one string in pieces: ``dot`` 2.43 reads no quoted text beyond 16,384 bytes.

    >>> _quoted(iter(["c 3 -red", "E 0 0 1 1"]))
    '"c 3 -red E 0 0 1 1"'
    """
    listed = list(strokes)
    pieces = (" ".join(listed[i : i + 100]) for i in range(0, len(listed), 100))
    return ' " +\n    "'.join(pieces).join('""')


class _Frame(NamedTuple):
    """Where numbers land on the canvas."""

    x: Point
    y: Point

    def at(self, point: Point) -> Point:
        right = (point[0] - self.x[0]) / (self.x[1] - self.x[0])
        up = (point[1] - self.y[0]) / (self.y[1] - self.y[0])
        return LEFT + right * WIDTH, BOTTOM + up * HEIGHT


class _Text(NamedTuple):
    """A text in a box around (x, y): ``l`` puts it to the left of the box, ``r`` to the right."""

    x: float
    y: float
    text: str
    wide: float = 100.0
    tall: float = 20.0
    side: str = ""

    def node(self, i: int) -> str:
        escaped = self.text.replace("\\", "\\\\").replace('"', '\\"')
        label = f"{escaped}\\{self.side}" if self.side else escaped
        place = f'pos="{self.x / 72:.4f},{self.y / 72:.4f}!"'
        return (
            f'  t{i} [label="{label}" {place} '
            f"width={self.wide / 72:.4f} height={self.tall / 72:.4f}]"
        )


def _right_of(x: float, y: float, text: str) -> _Text:
    """A text that begins at x; its box stays on the canvas, which would move otherwise."""
    wide = min(SIZE * width(text), LEFT + WIDTH + RIGHT - x)
    return _Text(x + wide / 2, y, text, wide, side="l")


def nice_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers from low to high, at most so many.

    >>> nice_ticks(-0.3, 3.2)
    [0.0, 1.0, 2.0, 3.0]
    >>> nice_ticks(0.0, 1.0)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(size * k for k in (1, 2, 5, 10, 20) if (high - low) / (size * k) <= most - 1)
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


def _frame(chart: Chart) -> _Frame:
    points = [p for curve in chart.curves for p in curve.points]
    points += [p for dots in chart.dots for p in dots.points]
    if chart.cells:
        points += [chart.cells.low, chart.cells.high]
    return _Frame(
        chart.x_range or _around([x for x, _ in points], 0.0),
        chart.y_range or _around([y for _, y in points], 0.0 if chart.cells else 0.06),
    )


def _around(numbers: list[float], margin: float) -> Point:
    """From the smallest to the largest, with a margin; never an empty range."""
    low, high = min(numbers), max(numbers)
    spare = margin * (high - low) if high > low else 1.0
    return low - spare, high + spare


# --- strokes --------------------------------------------------------------------------------------
# c colours lines, C fills; S is a style, L an open line, P a filled polygon, E a filled ellipse.


def _strokes(chart: Chart, frame: _Frame) -> Iterator[str]:
    if chart.cells:
        yield from _cells(chart.cells, frame)
    yield from _axes(frame)
    for curve in chart.curves:
        for piece in clipped(curve.points, *frame.y):
            yield from _curve(curve, [frame.at(point) for point in piece])
    for dots in chart.dots:
        for point in dots.points:
            yield from _mark(dots, frame.at(point))
    for x, y, part in _legend(chart):
        if isinstance(part, Curve):
            yield from _curve(part, [(x - 20, y), (x, y)])
        else:
            yield from _mark(part, (x - 8, y))


def _word(letter: str, text: str) -> str:
    return f"{letter} {len(text)} -{text}"


def _pen(colour: str, width: float, style: str = "solid") -> str:
    return f"{_word('S', style)} {_word('S', f'setlinewidth({width:g})')} {_word('c', colour)}"


def _path(letter: str, points: Sequence[Point]) -> str:
    return f"{letter} {len(points)} " + " ".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _axes(frame: _Frame) -> Iterator[str]:
    yield _pen(GRID, 1)
    for x in nice_ticks(*frame.x):
        place, _ = frame.at((x, 0.0))
        yield _path("L", [(place, BOTTOM), (place, BOTTOM + HEIGHT)])
    for y in nice_ticks(*frame.y):
        _, place = frame.at((0.0, y))
        yield _path("L", [(LEFT, place), (LEFT + WIDTH, place)])
    yield _pen(INK, 1)
    right, top = LEFT + WIDTH, BOTTOM + HEIGHT
    yield _path("L", [(LEFT, BOTTOM), (right, BOTTOM), (right, top), (LEFT, top), (LEFT, BOTTOM)])


def _cells(cells: Cells, frame: _Frame) -> Iterator[str]:
    (left, low), (right, high) = frame.at(cells.low), frame.at(cells.high)
    wide = (right - left) / len(cells.rows[0])
    tall = (high - low) / len(cells.rows)
    for i, row in enumerate(cells.rows):
        for j, value in enumerate(row):
            x, y = left + j * wide, low + i * tall
            yield f"{_word('c', _shade(value))} {_word('C', _shade(value))}"
            yield _path("P", [(x, y), (x + wide, y), (x + wide, y + tall), (x, y + tall)])


def _shade(value: float) -> str:
    """From orange over white to blue."""
    end = (245, 175, 110) if value < 0.5 else (110, 175, 230)
    share = min(abs(value - 0.5) * 2.0, 1.0)
    return "#" + "".join(f"{round(255 + share * (part - 255)):02x}" for part in end)


def _curve(curve: Curve, points: Sequence[Point]) -> Iterator[str]:
    yield _pen(curve.colour, 2, "dashed" if curve.dashed else "solid")
    yield _path("L", points)


def _mark(dots: Dots, at: Point) -> Iterator[str]:
    yield _pen(dots.colour if dots.hollow else PAPER, 2.5 if dots.hollow else 1.5)
    yield _word("C", PAPER if dots.hollow else dots.colour)
    yield f"E {at[0]:.1f} {at[1]:.1f} 5.5 5.5"


# --- texts ----------------------------------------------------------------------------------------


def _texts(chart: Chart, frame: _Frame) -> Iterator[_Text]:
    for x in nice_ticks(*frame.x):
        place, _ = frame.at((x, 0.0))
        yield _Text(place, BOTTOM - 13, short(x))
    for y in nice_ticks(*frame.y):
        _, place = frame.at((0.0, y))
        yield _Text(LEFT / 2 - 4, place, short(y), LEFT - 8, side="r")
    yield _Text(LEFT + WIDTH / 2, 13, chart.x_name)
    yield _right_of(LEFT - 40, BOTTOM + HEIGHT + 17, chart.y_name)
    for dots in chart.dots:
        for point, text in zip(dots.points, dots.texts, strict=False):
            x, y = frame.at(point)
            yield _right_of(x + 9, y + 9, text)
    for x, y, part in _legend(chart):
        yield _right_of(x + 6, y, part.name)


def _legend(chart: Chart) -> Iterator[tuple[float, float, Curve | Dots]]:
    """The named parts in a row above the axes, from the right: where each name begins."""
    x, y = LEFT + WIDTH, BOTTOM + HEIGHT + 17
    parts: list[Curve | Dots] = [*chart.curves, *chart.dots]
    for part in reversed([part for part in parts if part.name]):
        x -= SIZE * width(part.name) + 6
        yield x, y, part
        x -= 36
