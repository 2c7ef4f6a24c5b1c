"""The network view: circles in columns, and the weights on the lines between them (slides 15, 16).

Vocabulary: a *column* is the inputs, one layer of neurons, or what follows a layer without being a
neuron. A line from an input to a neuron *is* a weight; its colour, dash and width say the sign and
the size of the weight, or of its gradient. A neuron's bias stands below its circle.

The places are computed here, since columns need no search: the time is linear in the lines shown.
Columns that are too tall are shown with a gap, and the picture says what is left out.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from autograd_mini.show import text
from autograd_mini.show.draw.canvas import PLACED, Canvas, TextPlacement
from autograd_mini.show.draw.captions import Captions
from autograd_mini.show.draw.edges import Room, WeightLines
from autograd_mini.show.draw.options import Options
from autograd_mini.show.draw.units import Network, Part
from autograd_mini.show.picture import Box, Picture
from autograd_mini.show.text import plural

TALLEST = 16
"""A column with more parts is shown with a gap."""
FIRST, LAST = 8, 4
"""How many parts of it are shown before and after the gap."""
MOST_COLUMNS, BEGINNING = 12, 6
"""A network of more columns is shown with a gap; so many stand before it."""
ROOMY = 6
"""Up to this many parts in the tallest column, circles are large and hold numbers."""
NARROW = 1.4
"""The distance to a column of operations, in inches."""


WHERE = (
    "Where are the weights? They are the lines: each line from an input to a neuron is one weight."
)

LARGE = Room(0.9, 0.7, 3.0, 12, 6.0, full=True)
SMALL = Room(0.5, 0.24, 2.5, 10, 3.5, full=False)


def picture(found: Network, captions: Captions, options: Options) -> Picture:
    """The network view of a network with at least one unit.

    Args:
        found: the network.
        captions: what boxes and lines say.
        options: the colours, and what the lines show.
    """
    view = _Circles(found, captions, options)
    view.place()
    view.draw_parts()
    view.draw_lines()
    return view.finished()


class _Circles:
    def __init__(self, found: Network, captions: Captions, options: Options) -> None:
        self._found = found
        self._captions = captions
        self._options = options
        self._edges = options.edges
        columns = [kept for column in found.columns() if (kept := self._kept(column))]
        self._left_out = max(len(columns) - MOST_COLUMNS, 0)
        if self._left_out:
            columns = [*columns[:BEGINNING], *columns[BEGINNING - MOST_COLUMNS :]]
        self._shown = [_with_gap(column) for column in columns]
        self._hidden = {
            found.parts[column[0]].column: len(column) - FIRST - LAST
            for column in columns
            if len(column) > TALLEST
        }
        tallest = max(map(len, self._shown))
        self._room = LARGE if tallest <= ROOMY else SMALL
        self._tallest = tallest
        circles = [x for x in found.parts if x.kind != "operations"]
        if self._room is LARGE:
            needed = max(_radius(self._lines(part), LARGE.size) for part in circles)
            self._room = LARGE._replace(circle=max(LARGE.circle, 2 * needed))
        self._down = self._room.circle + self._room.down
        self._at: dict[int, tuple[float, float]] = {}
        self._canvas = Canvas(options.theme.background)
        self._texts_placed = TextPlacement()
        units = [place for place, part in enumerate(found.parts) if part.kind == "unit"]
        self._last_layer = max(found.parts[place].depth for place in units)
        self._layers = sorted({found.parts[place].depth for place in units})

    def _kept(self, column: list[int]) -> list[int]:
        """The parts of a column without hidden inputs."""
        parts = self._found.parts
        hides = self._options.hides
        return [
            place
            for place in column
            if parts[place].kind != "input" or not hides(parts[place].nodes[0], "input")
        ]

    # --- places ---

    def place(self) -> None:
        """Give each shown part its place; every column is centred."""
        room = self._room
        across = max(room.across, 0.22 * self._down * (self._tallest - 1) + 1.5)
        x = 0.0
        for number, column in enumerate(self._shown):
            if self._is_narrow(number):  # no weights to write on the lines from the last column
                x -= across - NARROW
            if self._left_out and number == BEGINNING:
                lines = [text.ELLIPSIS, plural(self._left_out, "column"), "not shown"]
                self._canvas.text("columns", lines, (x - across / 2, 0.0), size=14)
            top = (len(column) - 1) / 2 * self._down
            half = max((self._half(place) for place in column if place >= 0), default=0.0)
            x += half
            for i, place in enumerate(column):
                y = top - i * self._down
                if place >= 0:
                    self._at[place] = (x, y)
                else:
                    self._canvas.text(f"gap{number}", ["⋮"], (x, y), size=24)
            self._title(column, x)
            x += half + across

    def _is_narrow(self, number: int) -> bool:
        kind = self._found.parts[self._shown[number][0]].kind
        return number > 0 and kind == "operations"

    def _half(self, place: int) -> float:
        part = self._found.parts[place]
        if part.kind != "operations":
            return self._room.circle / 2
        return _box_width(self._lines(part), self._room.size) / 2

    def _title(self, column: Sequence[int], x: float) -> None:
        top = (self._tallest - 1) / 2 * self._down + self._room.circle / 2 + 0.4
        parts = [self._found.parts[place] for place in column if place >= 0]
        part = next((part for part in parts if part.kind == "unit"), parts[0])
        name = self._column_name(part)
        hidden = self._hidden.get(part.column, 0)
        lines = [name] + ([f"{hidden:,} more not shown"] if hidden else [])
        self._canvas.text(f"title{len(self._canvas.boxes)}", lines, (x, top), size=14, bold=True)

    def _column_name(self, part: Part) -> str:
        if part.kind == "input":
            return "input layer" if part.depth == 0 else "more inputs"
        if part.kind == "operations":
            return "after the neurons" if part.depth == self._last_layer else "in between"
        if part.depth == self._last_layer:
            return "output layer"
        if len(self._layers) == 2:
            return "hidden layer"
        return f"hidden layer {self._layers.index(part.depth) + 1}"

    # --- parts ---

    def draw_parts(self) -> None:
        """A circle for each input and neuron, a box for the rest."""
        for place, at in self._at.items():
            part = self._found.parts[place]
            lines = self._lines(part)
            kind = self._kind(part)
            tooltip = self._captions.part_tooltip(part)
            flagged = any(map(self._captions.gradients.warns, part.nodes))
            name = f"p{place}"
            size = {"fontsize": str(self._room.size)}
            if part.kind == "operations":
                wide = _box_width(lines, self._room.size)
                tall = (len(lines) * 1.2 + 0.7) * self._room.size / 72
                self._texts_placed.take(at, wide, tall)
                size |= {"width": f"{wide:.2f}", "height": f"{tall:.2f}"}
            else:
                wide = self._room.circle
                self._texts_placed.take(at, wide, wide)
                size |= {"shape": "circle", "style": "filled"}
                size |= {"width": f"{wide:.2f}", "height": f"{wide:.2f}"}
            self._canvas.box(Box(name, kind, tuple(lines), tooltip, flagged=flagged), at, size)
            self._bias(place, part, at)

    def _kind(self, part: Part) -> str:
        if part.is_output:
            return "output"
        return {"input": "input", "unit": "interior", "operations": "interior"}[part.kind]

    def _lines(self, part: Part) -> list[str]:
        return self._captions.part(part, full=self._room.full)

    def _bias(self, place: int, part: Part, at: tuple[float, float]) -> None:
        """The bias, below its neuron."""
        if part.kind != "unit" or not self._room.full:
            return
        bias = part.applications[0].bias
        if bias is None or self._options.hides(bias.weight, "bias"):
            return
        lines = self._captions.weight(bias, self._edges)
        size = self._room.size - 1
        below = (at[0], at[1] - self._room.circle / 2 - (0.4 + 0.6 * len(lines)) * size / 72)
        self._canvas.text(
            f"b{place}", lines, below, size, tooltip=self._captions.weight_tooltip(bias)
        )

    def draw_lines(self) -> None:
        """The lines and their legend."""
        found, at = self._found, self._at
        options, room = self._options, self._room
        drawn = WeightLines(
            found, self._captions, options, room, at, self._texts_placed, self._canvas
        )
        drawn.draw()
        if options.legend is not False:
            drawn.draw_legend()

    def finished(self) -> Picture:
        """The picture with its notes."""
        said = [line for box in self._canvas.boxes for line in box.lines]
        notes = [*self._notes(said), *self._gap_notes()]
        shown, box_of = self._found.shown()
        boxes, arrows = tuple(self._canvas.boxes), tuple(self._canvas.arrows)
        return Picture(boxes, arrows, tuple(notes), nodes=shown, box_of=box_of, whole=PLACED)

    def _notes(self, said: Collection[str]) -> list[str]:
        """The sentences below, about what the lines of text hold."""
        what = "weight" if self._edges == "weight" else "weight's gradient"
        notes = [
            f"{WHERE} Its width and shade show the size of the {what}; solid blue is positive, "
            "dashed orange negative."
        ]
        units = [part.applications[0] for part in self._found.parts if part.applications]
        biases = [unit.bias for unit in units if unit.bias is not None]
        if any(self._captions.weight(bias, self._edges)[0] in said for bias in biases):
            notes.append("A bias is a weight of the constant 1; it stands below its neuron.")
        gradients = self._captions.gradients.notes(said)
        return [*notes, *self._captions.shared(self._found), *gradients]

    def _gap_notes(self) -> list[str]:
        hidden = sum(self._hidden.values())
        if not hidden:
            return []
        lines = len(self._found.links) - sum(
            x.tail in self._at and x.head in self._at for x in self._found.links
        )
        return [
            f"Left out at ⋮: {plural(hidden, 'circle')} of tall columns, and "
            f"{plural(lines, 'line')} that end there."
        ]


def _with_gap(column: list[int]) -> list[int]:
    """A column's parts; where there are too many, the first, −1 for a gap, and the last."""
    return column if len(column) <= TALLEST else [*column[:FIRST], -1, *column[-LAST:]]


def _box_width(lines: Sequence[str], size: float) -> float:
    return (text.widest(list(lines)) + 1.2) * size / 72


def _radius(lines: Sequence[str], size: float) -> float:
    """The radius of the circle that holds the lines."""
    tall = len(lines) * 1.2
    corners = []
    for i, line in enumerate(lines):
        reach = max(abs(i * 1.2 - tall / 2), abs((i + 1) * 1.2 - tall / 2))
        corners.append(math.hypot(text.width(line) / 2, reach * 0.85))
    return (max(corners, default=0.0) + 0.3) * size / 72
