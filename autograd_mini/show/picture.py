"""What is in a picture, before anything is drawn: the one thing that views make and DOT is from.

Vocabulary: a *picture* is boxes, the arrows between them, and notes below them. Text in it is what
a reader should see, unescaped. A view (:mod:`autograd_mini.show.draw.expanded`) turns a graph into
a picture, :mod:`autograd_mini.show.dot` turns a picture into DOT. A *look* is attributes of DOT
with which a box or an arrow departs from the usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

Look = Mapping[str, str]
USUAL: Look = MappingProxyType({})


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
    scope: tuple[str, ...] = ()
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
        whole: attributes of DOT for the picture as a whole.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...] = ()
    clustered: bool = False
    nodes: Mapping[str, Node] = MappingProxyType({})
    box_of: Mapping[Node, str] = MappingProxyType({})
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
