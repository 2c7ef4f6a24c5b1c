"""What is in a picture, before anything is drawn: the one thing that views make and DOT is from.

Vocabulary: a *picture* is boxes, the arrows between them, and notes below them. Text in it is what
a reader should see, unescaped. A view (:mod:`autograd_mini.show.draw.expanded`) turns a graph into
a picture, :mod:`autograd_mini.show.dot` turns a picture into DOT. A *look* is attributes of DOT
with which a box or an arrow departs from the usual.

A *layout* says where everything stands, in points, x to the right and y downwards from the corner
at the top left. A *route* is how an arrow runs: the control points of cubic Bézier curves joined to
one, as SVG and DOT have them, its tip last.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

Look = Mapping[str, str]
Point = tuple[float, float]
Place = tuple[str, ...]
USUAL: Look = MappingProxyType({})


class Rectangle(NamedTuple):
    """The corner at the top left, and the size."""

    x: float
    y: float
    width: float
    height: float

    def shifted(self, dx: float, dy: float) -> Rectangle:
        """The same elsewhere."""
        return self._replace(x=self.x + dx, y=self.y + dy)


class Route(NamedTuple):
    """How an arrow runs, and where the middle of its label is; None where it has none."""

    points: tuple[Point, ...]
    label: Point | None

    def shifted(self, dx: float, dy: float) -> Route:
        """The same elsewhere."""
        label = self.label and (self.label[0] + dx, self.label[1] + dy)
        return Route(tuple((x + dx, y + dy) for x, y in self.points), label)


class Layout(NamedTuple):
    """Where everything in a picture stands.

    Attributes:
        boxes: by the names of boxes; a box may be larger than asked for, to have room for arrows.
        routes: for each arrow of the picture.
        frames: by places; empty where the picture shows none.
        width, height: of the whole.
    """

    boxes: Mapping[str, Rectangle]
    routes: tuple[Route, ...]
    frames: Mapping[Place, Rectangle]
    width: float
    height: float


class Box(NamedTuple):
    """One shape with text in it.

    Attributes:
        id: its name in the DOT text, ``n0``, ``n1``, …
        kind: which shape it has, a key of :data:`autograd_mini.show.shapes.SHAPES`.
        lines: the text in it.
        tooltip: the text that appears when the mouse rests on it; nothing in it is cut short.
        scope: the place it belongs to, as ("layer 1", "neuron 2").
        flagged: whether the box warns of something that a note explains.
    """

    id: str
    kind: str
    lines: tuple[str, ...]
    tooltip: str
    scope: Place = ()
    flagged: bool = False
    look: Look = USUAL


class Arrow(NamedTuple):
    """An arrow from an operand to the result that uses it, with the text beside it.

    Attributes:
        tail, head: the names of the boxes.
        place: which operand of the result it comes from; −1 where it is no single one.
        weight: the node of the weight that it carries, None where it carries none.
    """

    tail: str
    head: str
    text: str = ""
    tooltip: str = ""
    place: int = -1
    weight: Node | None = None
    look: Look = USUAL


class Picture(NamedTuple):
    """Boxes in the order of their making, arrows in the order of their heads, notes below.

    Attributes:
        clustered: whether a frame shows what belongs to one place.
        nodes: by the names of boxes, the one node of the graph whose number and gradient it shows.
        box_of: by nodes of the graph, the names of the boxes that they are in.
        layout: where everything stands, where the view says so itself.
        whole: attributes of DOT for the picture as a whole.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...] = ()
    clustered: bool = False
    nodes: Mapping[str, Node] = MappingProxyType({})
    box_of: Mapping[Node, str] = MappingProxyType({})
    layout: Layout | None = None
    whole: Look = USUAL

    def looking(self, boxes: Mapping[str, Look], arrows: Mapping[int, Look]) -> Picture:
        """The picture with other looks on top, of boxes by id and of arrows by place."""
        return self._replace(
            boxes=tuple(
                box._replace(look={**box.look, **boxes[box.id]}) if box.id in boxes else box
                for box in self.boxes
            ),
            arrows=tuple(
                arrow._replace(look={**arrow.look, **arrows[i]}) if i in arrows else arrow
                for i, arrow in enumerate(self.arrows)
            ),
        )
