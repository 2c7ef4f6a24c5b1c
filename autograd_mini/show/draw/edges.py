"""The lines of the network view, which are the weights, the numbers on them, and their legend.

Vocabulary: the *share* of a weight, or of its gradient, is its part of the largest on the picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from autograd_mini import graph
from autograd_mini.show import palette, text
from autograd_mini.show.draw.canvas import Canvas, Line, Point, TextPlacement, crosses
from autograd_mini.show.draw.captions import Captions
from autograd_mini.show.draw.options import Options
from autograd_mini.show.draw.units import Link, Network
from autograd_mini.show.picture import Arrow

MOST_TEXTS = 40
"""Up to this many lines, each has its number beside it."""
THIN = 0.6
"""The width of the line of a weight 0, in points."""
SAMPLES = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""The shares that the legend shows."""
PLAIN = {"arrowhead": "none", "tailport": "c", "headport": "c"}


class Room(NamedTuple):
    """Measures in inches: of circles, and of the distances between them.

    ``size`` is that of the text and ``thick`` the width of the thickest line, both in points;
    ``full`` says whether there is room for numbers.
    """

    circle: float
    down: float
    across: float
    size: int
    thick: float
    full: bool


class WeightLines:
    """The lines between parts that have their places.

    Args:
        found: the network.
        captions: what lines say.
        options: the colours, what the lines show, and what is hidden.
        room: the measures.
        at: the places of the shown parts.
        placement: where texts may not stand.
        canvas: where the lines are drawn.
    """

    def __init__(
        self,
        found: Network,
        captions: Captions,
        options: Options,
        room: Room,
        at: Mapping[int, Point],
        placement: TextPlacement,
        canvas: Canvas,
    ) -> None:
        self._found = found
        self._captions = captions
        self._options = options
        self._theme = options.theme
        self._edges = options.edges
        self._room = room
        self._at = at
        self._texts_placed = placement
        self._canvas = canvas

    def draw(self) -> None:
        """A line for each weight between shown parts, and a grey arrow for any other use."""
        shown = [x for x in self._found.links if x.tail in self._at and x.head in self._at]
        weights = [link for link in shown if link.term is not None]
        most = palette.largest(
            number for link in weights if (number := self._number(link)) is not None
        )
        self._most = most
        texts = len(weights) <= MOST_TEXTS and self._room.full
        for link in shown:
            mark = self._line(link, most)
            tooltip = self._captions.link_tooltip(link)
            weight = link.term and link.term.weight
            tail, head = f"p{link.tail}", f"p{link.head}"
            if bend := self._bend(link):
                name = f"bend{len(self._canvas.arrows)}"
                self._canvas.text(name, [], bend, 1)
                self._canvas.arrow(Arrow(tail, name, "", tooltip), {**mark, "arrowhead": "none"})
                tail = name
            self._canvas.arrow(Arrow(tail, head, "", tooltip, weight=weight), mark)
        if texts:
            self._texts_placed.lines = [self._last_piece(link) for link in weights]
            for i, link in enumerate(weights):
                if link.term and not self._options.hides(link.term.weight, "weight"):
                    self._beside(i, link)

    def _last_piece(self, link: Link) -> Line:
        """The line, or what follows its bend."""
        return self._bend(link) or self._at[link.tail], self._at[link.head]

    def _bend(self, link: Link) -> tuple[float, float] | None:
        """A point beside the shape that a line would pass behind; None where it passes none."""
        tail, head = self._at[link.tail], self._at[link.head]
        wide = self._room.circle
        for place, at in self._at.items():
            between = tail[0] + wide < at[0] < head[0] - wide
            others = between and place not in {link.tail, link.head}
            if others and crosses((tail, head), at, wide * 0.7, wide * 0.7):
                return (at[0], at[1] + wide / 2 + 0.2)
        return None

    def _number(self, link: Link) -> float | None:
        """What a line shows; None where a gradient was not computed."""
        assert link.term is not None
        weight = link.term.weight
        if self._edges == "weight":
            return float(link.term.sign * weight.data)
        return None if graph.is_constant(weight) or not weight.has_grad else float(weight.grad)

    def _line(self, link: Link, most: float) -> dict[str, str]:
        if link.term is None:
            return {"tailport": "c", "color": self._theme.lines.colour(0.0), "penwidth": "1.2"}
        return {**self.line_of(self._number(link), most), **PLAIN}

    def line_of(self, number: float | None, most: float) -> dict[str, str]:
        """Colour, width and dash of a line."""
        if number is None:
            return {"color": self._theme.lines.colour(0.0), "penwidth": "1", "style": "dotted"}
        part = palette.share(number, most)
        width = THIN + (self._room.thick - THIN) * abs(part)
        look = {"color": self._theme.lines.colour(part), "penwidth": f"{width:.2f}"}
        if math.isnan(number):
            return {"color": self._theme.flag, "penwidth": "2", "style": "dotted"}
        return look | ({"style": "dashed"} if part < 0 else {})

    def _beside(self, number: int, link: Link) -> None:
        """The text of a line, on it, where it covers least."""
        assert link.term is not None
        lines = self._captions.weight(link.term, self._edges)
        size = self._room.size - 1
        wide, tall = text.widest(lines) * size / 72, 1.15 * len(lines) * size / 72
        at = self._texts_placed.on_line(self._last_piece(link), wide, tall)
        self._canvas.text(
            f"w{number}", lines, at, size, self._captions.weight_tooltip(link.term), True
        )

    def draw_legend(self) -> None:
        """Five sample lines with their numbers, below everything."""
        if not self._most:
            return
        bottom = min(y for _, y in self._at.values()) - self._room.circle / 2 - 0.75
        for i, part in enumerate(SAMPLES):
            number = part * self._most
            x = i * 1.15
            ends = [(f"s{i}a", x - 0.35), (f"s{i}b", x + 0.35)]
            for name, place in ends:
                self._canvas.text(name, [], (place, bottom), 8)
            look = {**self.line_of(number, self._most), **PLAIN}
            self._canvas.arrow(Arrow(f"s{i}a", f"s{i}b"), look)
            self._canvas.text(f"s{i}", [self._captions.short(number)], (x, bottom - 0.2), 11)
        self._canvas.text("legend", [self._legend_title()], (2.3, bottom + 0.25), 11)

    def _legend_title(self) -> str:
        return "line: the weight" if self._edges == "weight" else "line: the weight's gradient"
