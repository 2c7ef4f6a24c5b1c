"""The lines of the network view, which are the weights, the numbers on them, and their legend.

Vocabulary: the *share* of a weight, or of its gradient, is its part of the largest on the picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from autograd_mini import graph
from autograd_mini.show import text
from autograd_mini.show.draw.canvas import Canvas, Line, crosses
from autograd_mini.show.draw.captions import Captions
from autograd_mini.show.draw.options import Options
from autograd_mini.show.draw.units import Link, Network
from autograd_mini.show.palette import Theme, largest, share
from autograd_mini.show.picture import Arrow, Look, Point, Rectangle

MOST_TEXTS = 40
"""Up to this many lines, each has its number beside it."""
THIN = 0.6
"""The width of the line of a weight 0, in points."""
OUTLINE = 4.0
"""How far the second outline of an output is from the first."""
SAMPLES = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""The shares that the legend shows."""


class Room(NamedTuple):
    """Measures: of circles, of the distances between them, of the text and the thickest line.

    ``full`` says whether there is room for numbers.
    """

    circle: float
    down: float
    across: float
    size: int
    thick: float
    full: bool


LARGE = Room(64.8, 50.4, 216.0, 12, 6.0, full=True)
SMALL = Room(36.0, 17.28, 180.0, 10, 3.5, full=False)


class Lines(NamedTuple):
    """The lines of a network between the parts that have their places on a canvas."""

    found: Network
    captions: Captions
    options: Options
    room: Room
    at: Mapping[int, Point]
    canvas: Canvas

    def draw(self) -> None:
        """A line for each weight between shown parts, a grey arrow for any other use, a legend."""
        shown = [x for x in self.found.links if x.tail in self.at and x.head in self.at]
        weights = [link for link in shown if link.term is not None]
        numbers = [self._number(link) for link in weights]
        most = largest(number for number in numbers if number is not None)
        for link in shown:
            self._link(link, most)
        if len(weights) <= MOST_TEXTS and self.room.full:
            lines = [(self._bend(x) or self.at[x.tail], self.at[x.head]) for x in weights]
            self.canvas.lines = lines
            for i, (link, line) in enumerate(zip(weights, lines, strict=True)):
                self._beside(i, link, line)
        if most and self.options.legend is not False:
            self._legend(most)

    def _number(self, link: Link) -> float | None:
        """What a line shows; None where a gradient was not computed."""
        assert link.term is not None
        weight = link.term.weight
        if self.options.edges == "weight":
            return float(link.term.sign * weight.data)
        return None if graph.is_constant(weight) or not weight.has_grad else float(weight.grad)

    def _link(self, link: Link, most: float) -> None:
        bend = self._bend(link)
        tail, head = self.at[link.tail], self.at[link.head]
        look: Look = {"color": self.options.theme.lines.colour(0.0), "penwidth": "1.2"}
        weight = None
        if link.term is not None:
            weight = link.term.weight
            look = _line_of(self._number(link), most, self.room.thick, self.options.theme)
        else:
            around = OUTLINE if self.found.parts[link.head].is_output else 0.0
            head = _edge(self.canvas.places[f"p{link.head}"], around, bend or tail)
        tooltip = self.captions.link_tooltip(link)
        arrow = Arrow(f"p{link.tail}", f"p{link.head}", "", tooltip, weight=weight, look=look)
        self.canvas.line(arrow, tail, *([bend] if bend else []), head)

    def _bend(self, link: Link) -> Point | None:
        """A point beside the shape that a line would pass behind; None where it passes none."""
        tail, head = self.at[link.tail], self.at[link.head]
        wide = self.room.circle
        for place, at in self.at.items():
            between = tail[0] + wide < at[0] < head[0] - wide
            others = between and place not in {link.tail, link.head}
            if others and crosses((tail, head), at, wide * 0.7, wide * 0.7):
                return (at[0], at[1] - wide / 2 - 14.4)
        return None

    def _beside(self, number: int, link: Link, line: Line) -> None:
        """The text of a line, on it, where it covers least."""
        assert link.term is not None
        if self.options.hides(link.term.weight, "weight"):
            return
        lines = self.captions.weight(link.term, self.options.edges)
        size = self.room.size - 1
        at = self.canvas.on_line(line, text.widest(lines) * size, 1.15 * len(lines) * size)
        opaque = {"style": "filled", "fillcolor": self.options.theme.background}
        self.canvas.text(
            f"w{number}", lines, at, size, self.captions.weight_tooltip(link.term), opaque
        )

    def _legend(self, most: float) -> None:
        """Five sample lines with their numbers, below everything."""
        bottom = max(y for _, y in self.at.values()) + self.room.circle / 2 + 54.0
        for i, part in enumerate(SAMPLES):
            number, x = part * most, i * 82.8
            left, right = (x - 25.2, bottom), (x + 25.2, bottom)
            self.canvas.text(f"s{i}a", [], left, 8)
            self.canvas.text(f"s{i}b", [], right, 8)
            look = _line_of(number, most, self.room.thick, self.options.theme)
            self.canvas.line(Arrow(f"s{i}a", f"s{i}b", look=look), left, right)
            self.canvas.text(f"s{i}", [self.captions.short(number)], (x, bottom + 14.4), 11)
        what = "the weight" if self.options.edges == "weight" else "the weight's gradient"
        self.canvas.text("legend", [f"line: {what}"], (165.6, bottom - 18.0), 11)


def _line_of(number: float | None, most: float, thick: float, theme: Theme) -> Look:
    """Colour, width and dash of a line; the largest number has the thickest. None is unknown."""
    if number is None:
        look = {"color": theme.lines.colour(0.0), "penwidth": "1", "style": "dotted"}
    elif math.isnan(number):
        look = {"color": theme.flag, "penwidth": "2", "style": "dotted"}
    else:
        part = share(number, most)
        width = f"{THIN + (thick - THIN) * abs(part):.2f}"
        look = {"color": theme.lines.colour(part), "penwidth": width}
        look |= {"style": "dashed"} if part < 0 else {}
    return {**look, "arrowhead": "none"}


def _edge(box: Rectangle, around: float, start: Point) -> Point:
    """Where the straight way from a point to the middle of a box comes so near to it."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    dx, dy = start[0] - x, start[1] - y
    part = 1.0 / max(abs(dx) / (box.width / 2 + around), abs(dy) / (box.height / 2 + around), 1.0)
    return x + dx * part, y + dy * part
