"""Wide layers in the expanded view: the first and the last neurons, and what stands between them.

Vocabulary: an *ellipsis* is one grey box for the neurons, weights or inputs between those that are
shown; it says which they are. A layer is *wide* where it has more neurons than fit on a slide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show import text
from autograd_mini.show.draw.expanded import in_order
from autograd_mini.show.draw.neurons import Neuron, neurons
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.text import plural

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

WIDE = 6
"""A layer of more neurons, or a sum of more terms, is shown with an ellipsis."""
FIRST, LAST = 2, 1
"""How many are shown before and after it."""

NOTE = "Left out at …: {}; all_neurons=True shows them, view='network' draws them small."


class Ellipses:
    """Boxes that stand for others.

    Args:
        name: what their names begin with.
    """

    def __init__(self, name: str = "e") -> None:
        self._name = name
        self._boxes: dict[str, Box] = {}
        self.hidden: dict[str, str] = {}  # the box of a node, and the ellipsis that it is in

    def __bool__(self) -> bool:
        return bool(self._boxes)

    def add(self, members: Sequence[str], lines: tuple[str, ...], scope: tuple[str, ...]) -> None:
        """One box for these, with lines that say what they are."""
        name = f"{self._name}{len(self._boxes)}"
        said = " ".join(lines)
        box = Box(name, "summary", (text.ELLIPSIS, *lines), f"{said}, not shown", scope)
        self._boxes[name] = box
        self.hidden.update(dict.fromkeys(members, name))

    def within(self, picture: Picture, note: str) -> Picture:
        """The picture with these boxes, and the note about them first."""
        hidden = self.hidden
        boxes = {hidden.get(box.id, box.id): box for box in reversed(picture.boxes)}
        shown = [self._boxes.get(name, box) for name, box in reversed(boxes.items())]
        ends = [(hidden.get(x.tail, x.tail), hidden.get(x.head, x.head)) for x in picture.arrows]
        several = Counter(ends)
        arrows: dict[object, Arrow] = {}
        for i, (arrow, (tail, head)) in enumerate(zip(picture.arrows, ends, strict=True)):
            if (tail, head) == (arrow.tail, arrow.head):
                arrows[i] = arrow
            elif head == arrow.head and several[tail, head] == 1:  # its number is right as it is
                arrows[i] = arrow._replace(tail=tail)
            elif tail != head:
                arrows.setdefault((tail, head), Arrow(tail, head, place=arrow.place))
        return picture._replace(
            boxes=tuple(shown),
            arrows=tuple(arrows.values()),
            notes=(note, *picture.notes),
            nodes={name: node for name, node in picture.nodes.items() if name not in hidden},
            box_of={node: hidden.get(name, name) for node, name in picture.box_of.items()},
        )


def elided(picture: Picture, outputs: Sequence[Node]) -> Picture:
    """The picture with ellipses where its layers are wide, or as it was.

    A layer that is used again on what it made, as in a recurrence, keeps all its neurons: an
    ellipsis for those of every use would feed itself.
    """
    scopes = dict.fromkeys(box.scope for box in picture.boxes if len(box.scope) > 1)
    layers: dict[str, list[tuple[str, ...]]] = {}
    for scope in scopes:
        layers.setdefault(scope[0], []).append(scope)
    ellipses = Ellipses()
    for layer, units in layers.items():
        if len(units) > WIDE:
            gone = set(units[FIRST:-LAST])
            members = [box.id for box in picture.boxes if box.scope in gone]
            said = f"neurons {FIRST + 1} to {len(units) - LAST}"
            ellipses.add(members, (said, f"of {len(units)}"), (layer,))
    found = neurons(in_order(outputs), outputs)
    for neuron in found:
        _hide_terms(picture, neuron, ellipses)
    if not ellipses:
        return picture
    left = sum(len(x) - FIRST - LAST for x in layers.values() if len(x) > WIDE)
    what = plural(left, "neuron") if left else "weights and inputs"
    made = ellipses.within(picture, NOTE.format(what))
    return picture if _feeds_itself(made) else made


def _feeds_itself(picture: Picture) -> bool:
    """Whether arrows lead in a circle."""
    tails: dict[str, list[str]] = {}
    for arrow in picture.arrows:
        tails.setdefault(arrow.head, []).append(arrow.tail)
    try:
        TopologicalSorter(tails).prepare()
    except CycleError:
        return True
    return False


def _hide_terms(picture: Picture, neuron: Neuron, ellipses: Ellipses) -> None:
    """The weights of a wide sum, and the inputs if they are leaves."""
    own = picture.box_of.get(neuron.sum)
    if len(neuron.terms) <= WIDE or own not in picture.nodes or own in ellipses.hidden:
        return
    middle = neuron.terms[FIRST:-LAST]
    scope = next(box.scope for box in picture.boxes if box.id == own)
    for nodes, place in (
        ([term.weight for term in middle], scope),
        ([term.input for term in middle if graph.is_leaf(term.input)], ()),
    ):
        shown = [picture.box_of[x] for x in nodes if x in picture.box_of]
        members = [name for name in shown if name not in ellipses.hidden]
        if len(members) > 1:
            labels = [text.one_line(graph.label(x), 16) for x in (nodes[0], nodes[-1])]
            what = f"{labels[0]} to {labels[1]}" if all(labels) else plural(len(members), "number")
            ellipses.add(members, (what,), place)
