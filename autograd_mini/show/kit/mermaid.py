"""A picture as Mermaid, the language of flow charts in Markdown pages.

Mermaid finds its own places, so only what is joined to what, what it says, its colours and its
frames are carried over. Texts that stand beside a line or a circle, as in the network view, become
labels of the line and lines of the circle. Legends and notes stay behind.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from autograd_mini.show.kit.figure import read
from autograd_mini.show.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograd_mini.show.kit.figure import Bounds, Figure, Group, Point

NEAR = 24.0
"""A text belongs to what is nearer than so many points."""

LEGEND = ("legend", "cluster_legend")
"""How the names of a legend's boxes and of its frame begin."""

ENDS = re.compile(r"(\w+)(?::\w+)?->(\w+)(?::\w+)?")
ENTITIES = {
    **{c: f"#{ord(c)};" for c in "#&`\\|[]{}*_~+-"},
    '"': "#quot;",
    "<": "#lt;",
    ">": "#gt;",
}
"""Characters that mean something to Mermaid, or to the Markdown in its labels."""


def chart(svg: str) -> str:
    """A laid-out picture as a flow chart.

    >>> from autograd_mini import Value, draw
    >>> print(chart(draw(Value(2.0, "w") * Value(3.0, "x")).svg))
    flowchart LR
      n0["w = 2<br>grad –"]:::k1
      n1["x = 3<br>grad –"]:::k2
      n2("×<br>6<br>grad –"):::k3
      n0 -->|"3"| n2
      n1 -->|"2"| n2
      classDef k1 fill:#fbe2b4,stroke:#9a5b00,color:black
      classDef k2 fill:#d3eaf8,stroke:#0b62a0,color:black
      classDef k3 fill:#fff3a6,stroke:#333333,color:black
    <BLANKLINE>
    """
    return "".join(f"{line}\n" for line in ["flowchart LR", *_Chart(read(svg)).statements()])


class _Chart:
    def __init__(self, figure: Figure) -> None:
        groups = [x for x in figure.groups if x.name and not x.name.startswith(LEGEND)]
        boxes = [x for x in groups if x.kind == "node"]
        self._nodes = [x for x in boxes if any(outline.stroke for outline in x.outlines)]
        names = {x.name for x in self._nodes}
        self._edges = [x for x in groups if x.kind == "edge" and x.outlines]
        self._edges = [x for x in self._edges if names.issuperset(_ends(x))]
        frames = [x for x in groups if x.kind == "cluster"]
        self._frames = sorted(frames, key=lambda x: _area(x.bounds), reverse=True)
        self._lines = {id(x): [text.line.strip() for text in x.texts] for x in groups}
        for text in boxes:
            if text.name not in names and text.texts:
                self._attach(text)
        self._kinds: dict[str, str] = {}

    def statements(self) -> Iterator[str]:
        """All of them, indented."""
        body = [*self._boxes(self._frames, self._nodes), *map(self._arrow, self._edges)]
        kinds = [f"classDef {name} {look}" for look, name in self._kinds.items()]
        return (f"  {line}" for line in body + kinds)

    def _attach(self, text: Group) -> None:
        """Give a text without an outline to the line or the circle that it stands beside."""
        left, top, right, bottom = text.bounds
        here = ((left + right) / 2, (top + bottom) / 2)
        found = [(_distance(here, x), i, x) for i, x in enumerate([*self._edges, *self._nodes])]
        distance, _, nearest = min(found, default=(math.inf, 0, text))
        if distance < NEAR:
            self._lines[id(nearest)] += self._lines[id(text)]

    def _boxes(self, frames: Sequence[Group], boxes: Sequence[Group]) -> Iterator[str]:
        """The boxes; those inside of a frame, the largest first, stand in its sub-graph."""
        while frames:
            outer, *others = frames
            yield f'subgraph {_name(outer.name)}["{self._said(outer, " ") or " "}"]'
            inner, frames = _parted(outer, others)
            held, boxes = _parted(outer, boxes)
            yield from self._boxes(inner, held)
            yield "end"
        yield from map(self._box, boxes)

    def _box(self, box: Group) -> str:
        outline = box.outlines[0]
        letters = {letter for letter, _ in outline.parts}
        opening, closing = ("((", "))") if "E" in letters else "()" if "C" in letters else "[]"
        look = f"fill:{outline.fill or 'none'},stroke:{outline.stroke or 'none'}"
        look += f",color:{next((x.colour for x in box.texts if x.colour), 'black')}"
        kind = self._kinds.setdefault(look, f"k{len(self._kinds) + 1}")
        return f'{_name(box.name)}{opening}"{self._said(box) or " "}"{closing}:::{kind}'

    def _arrow(self, edge: Group) -> str:
        tail, head = map(_name, _ends(edge))
        line = "-->" if len(edge.outlines) > 1 else "---"
        said = self._said(edge)
        return f'{tail} {line}|"{said}"| {head}' if said else f"{tail} {line} {head}"

    def _said(self, group: Group, between: str = "<br>") -> str:
        """What stands in a group, with Mermaid's signs escaped."""
        return between.join(map(_escaped, filter(None, self._lines[id(group)])))


def _ends(edge: Group) -> tuple[str, str]:
    found = ENDS.fullmatch(edge.name)
    assert found is not None
    return found[1], found[2]


def _name(name: str) -> str:
    """A name that is no word of Mermaid's."""
    return name if re.fullmatch(r"n\d+", name) else f"x_{name}"


def _escaped(line: str) -> str:
    line = "".join(ENTITIES.get(c, c) for c in visible(line))
    return re.sub(r"^(\d+)\.(?!\d)", r"\1#46;", line)


def _parted(frame: Group, groups: Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """The groups inside of a frame, and the others."""
    left, top, right, bottom = frame.bounds
    parted: tuple[list[Group], list[Group]] = [], []
    for group in groups:
        x0, y0, x1, y1 = group.bounds
        is_inside = left <= x0 and top <= y0 and right >= x1 and bottom >= y1
        parted[not is_inside].append(group)
    return parted


def _area(bounds: Bounds) -> float:
    return (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])


def _distance(here: Point, group: Group) -> float:
    """From a point to a line, or to the outline of a box."""
    if group.kind == "edge":
        points = [ends[-1] for _, ends in group.outlines[0].parts if ends]
        return min(_to_segment(here, a, b) for a, b in pairwise(points))
    left, top, right, bottom = group.bounds
    return math.dist(here, (min(max(here[0], left), right), min(max(here[1], top), bottom)))


def _to_segment(here: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((here[0] - start[0]) * dx + (here[1] - start[1]) * dy) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.dist(here, (start[0] + along * dx, start[1] + along * dy))
