"""What is in a picture, before anything is drawn: the one thing that views make and DOT is from.

Vocabulary: a *picture* is boxes, the arrows between them, and notes below them. Text in it is what
a reader should see, unescaped. A view (:mod:`autograd_mini.show.draw.expanded`) turns a graph into
a picture, :mod:`autograd_mini.show.dot` turns a picture into DOT.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node


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


class Arrow(NamedTuple):
    """An arrow from an operand to the result that uses it, with the text beside it.

    Attributes:
        tail, head: the names of the boxes.
        text, tooltip: as for a box.
        place: which operand of the result it comes from; −1 where it is no single one.
        weight: the node of the weight that it carries, None where it carries none.
    """

    tail: str
    head: str
    text: str = ""
    tooltip: str = ""
    place: int = -1
    weight: Node | None = None


class Picture(NamedTuple):
    """Boxes in the order of their making, arrows in the order of their heads, notes below.

    Attributes:
        clustered: whether a frame shows what belongs to one place.
        nodes: by the names of boxes, the one node of the graph whose number and gradient it shows.
        box_of: by nodes of the graph, the names of the boxes that they are in.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...] = ()
    clustered: bool = False
    nodes: Mapping[str, Node] = MappingProxyType({})
    box_of: Mapping[Node, str] = MappingProxyType({})
