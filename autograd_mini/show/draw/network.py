"""The network view: circles in columns, and the weights on the lines between them (slides 15, 16).

Vocabulary: a *column* is the inputs, one layer of neurons, or what follows a layer without being a
neuron. A line from an input to a neuron *is* a weight; its colour, dash and width say the sign and
the size of the weight, or of its gradient. A neuron's bias stands below its circle.

The places are computed here, in points, since columns need no search: the time is linear in the
lines shown. Columns that are too tall are shown with a gap, and the picture says what is left out.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from autograd_mini.show import text
from autograd_mini.show.draw.canvas import Canvas
from autograd_mini.show.draw.captions import Captions
from autograd_mini.show.draw.lines import LARGE, SMALL, Lines
from autograd_mini.show.draw.options import Options
from autograd_mini.show.draw.units import Network, Part
from autograd_mini.show.picture import Box, Picture, Point
from autograd_mini.show.text import plural

TALLEST, FIRST, LAST = 16, 8, 4
"""A column with more parts is shown with a gap; so many stand before and after it."""
MOST_COLUMNS, BEGINNING = 12, 6
"""A network of more columns is shown with a gap; so many stand before it."""
ROOMY = 6
"""Up to this many parts in the tallest column, circles are large and hold numbers."""
NARROW = 100.8
"""The distance to a column of operations."""
WHERE = (
    "Where are the weights? They are the lines: each line from an input to a neuron is one weight."
)


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
    Lines(found, captions, options, view.room, view.at, view.canvas).draw()
    return view.finished()


class _Circles:
    def __init__(self, found: Network, captions: Captions, options: Options) -> None:
        self._found = found
        self._captions = captions
        self._options = options
        columns = [kept for column in found.columns() if (kept := self._kept(column))]
        self._left_out = max(len(columns) - MOST_COLUMNS, 0)
        if self._left_out:
            columns = [*columns[:BEGINNING], *columns[BEGINNING - MOST_COLUMNS :]]
        self._columns = columns
        self._shown = [*map(_with_gap, columns)]
        self._tallest = max(map(len, self._shown))
        self.room = LARGE if self._tallest <= ROOMY else SMALL
        if self.room is LARGE:
            circles = [part for part in found.parts if part.kind != "operations"]
            needed = max(_radius(captions.part(part, full=True), LARGE.size) for part in circles)
            self.room = LARGE._replace(circle=max(LARGE.circle, 2 * needed))
        self._down = self.room.circle + self.room.down
        self._layers = sorted({part.depth for part in found.parts if part.kind == "unit"})
        self.at: dict[int, Point] = {}
        self.canvas = Canvas()

    def _kept(self, column: list[int]) -> list[int]:
        """The parts of a column without hidden inputs."""
        parts, hides = self._found.parts, self._options.hides
        return [
            place
            for place in column
            if parts[place].kind != "input" or not hides(parts[place].nodes[0], "input")
        ]

    # --- places ---

    def place(self) -> None:
        """Give each shown part its place; every column is centred."""
        room, parts = self.room, self._found.parts
        across = max(room.across, 0.22 * self._down * (self._tallest - 1) + 108.0)
        x = 0.0
        for number, (column, shown) in enumerate(zip(self._columns, self._shown, strict=True)):
            if number and parts[column[0]].kind == "operations":
                x -= across - NARROW  # no weights to write on the lines from the last column
            if self._left_out and number == BEGINNING:
                lines = [text.ELLIPSIS, plural(self._left_out, "column"), "not shown"]
                self.canvas.text("columns", lines, (x - across / 2, 0.0), 14)
            half = max(self._wide(parts[place]) / 2 for place in shown if place is not None)
            x += half
            for i, place in enumerate(shown):
                y = (i - (len(shown) - 1) / 2) * self._down
                if place is None:
                    self.canvas.text(f"gap{number}", ["⋮"], (x, y), 24)
                else:
                    self.at[place] = (x, y)
            self._title(column, x)
            x += half + across

    def _wide(self, part: Part) -> float:
        if part.kind != "operations":
            return self.room.circle
        return (text.widest(self._captions.part(part, self.room.full)) + 1.2) * self.room.size

    def _title(self, column: Sequence[int], x: float) -> None:
        y = (self._tallest - 1) / 2 * self._down + self.room.circle / 2 + 28.8
        parts = [self._found.parts[place] for place in column]
        part = next((part for part in parts if part.kind == "unit"), parts[0])
        hidden = len(column) - FIRST - LAST if len(column) > TALLEST else 0
        more = [f"{hidden:,} more not shown"] if hidden else []
        name, bold = f"title{len(self.canvas.boxes)}", {"fontname": "Helvetica-Bold"}
        self.canvas.text(name, [self._name(part), *more], (x, -y), 14, look=bold)

    def _name(self, part: Part) -> str:
        """What the column is called that a part stands in."""
        if part.kind == "input":
            return "input layer" if part.depth == 0 else "more inputs"
        if part.kind == "operations":
            return "after the neurons" if part.depth == self._layers[-1] else "in between"
        if part.depth == self._layers[-1]:
            return "output layer"
        if len(self._layers) == 2:
            return "hidden layer"
        return f"hidden layer {self._layers.index(part.depth) + 1}"

    # --- parts ---

    def draw_parts(self) -> None:
        """A circle for each input and neuron, a box for the rest."""
        size = self.room.size
        for place, at in self.at.items():
            part = self._found.parts[place]
            lines = self._captions.part(part, self.room.full)
            kind = "output" if part.is_output else "input" if part.kind == "input" else "interior"
            look = {"fontsize": str(size)}
            wide = tall = self._wide(part)
            if part.kind == "operations":
                tall = (len(lines) * 1.2 + 0.7) * size
            else:
                look |= {"shape": "circle", "style": "filled"}
            self.canvas.take(at, wide, tall)
            tooltip = self._captions.part_tooltip(part)
            flagged = any(map(self._captions.gradients.warns, part.nodes))
            box = Box(f"p{place}", kind, tuple(lines), tooltip, flagged=flagged, look=look)
            self.canvas.box(box, at, wide, tall)
            self._bias(place, part, at)

    def _bias(self, place: int, part: Part, at: Point) -> None:
        """The bias, below its neuron."""
        bias = part.applications[0].bias if part.applications and self.room.full else None
        if bias is None or self._options.hides(bias.weight, "bias"):
            return
        lines = self._captions.weight(bias, self._options.edges)
        size = self.room.size - 1
        below = (at[0], at[1] + self.room.circle / 2 + (0.4 + 0.6 * len(lines)) * size)
        self.canvas.text(f"b{place}", lines, below, size, self._captions.weight_tooltip(bias))

    # --- the whole ---

    def finished(self) -> Picture:
        """The picture with its notes."""
        canvas = self.canvas
        nodes, box_of = self._found.shown()
        notes = self._notes({line for box in canvas.boxes for line in box.lines})
        made = Picture(tuple(canvas.boxes), tuple(canvas.arrows), tuple(notes))
        return made._replace(nodes=nodes, box_of=box_of, layout=canvas.layout())

    def _notes(self, said: Collection[str]) -> list[str]:
        """The sentences below, about what the lines of text hold."""
        edges, links = self._options.edges, self._found.links
        what = "weight" if edges == "weight" else "weight's gradient"
        notes = [
            f"{WHERE} Its width and shade show the size of the {what}; solid blue is positive, "
            "dashed orange negative."
        ]
        units = [part.applications[0] for part in self._found.parts if part.applications]
        biases = [unit.bias for unit in units if unit.bias is not None]
        if any(self._captions.weight(bias, edges)[0] in said for bias in biases):
            notes.append("A bias is a weight of the constant 1; it stands below its neuron.")
        gradients = self._captions.gradients.notes(said)
        notes += [*self._captions.shared(self._found), *gradients]
        hidden = sum(len(x) - FIRST - LAST for x in self._columns if len(x) > TALLEST)
        if hidden:
            lines = sum(x.tail not in self.at or x.head not in self.at for x in links)
            notes.append(
                f"Left out at ⋮: {plural(hidden, 'circle')} of tall columns, and "
                f"{plural(lines, 'line')} that end there."
            )
        return notes


def _with_gap(column: list[int]) -> list[int | None]:
    """A column's parts; where there are too many, the first, None for a gap, and the last."""
    return [*column] if len(column) <= TALLEST else [*column[:FIRST], None, *column[-LAST:]]


def _radius(lines: Sequence[str], size: float) -> float:
    """The radius of the circle that holds the lines."""
    tall = len(lines) * 1.2
    corners = []
    for i, line in enumerate(lines):
        reach = max(abs(i * 1.2 - tall / 2), abs((i + 1) * 1.2 - tall / 2))
        corners.append(math.hypot(text.width(line) / 2, reach * 0.85))
    return (max(corners, default=0.0) + 0.3) * size
