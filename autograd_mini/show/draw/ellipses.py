"""Boxes that stand for others in a picture: what is between the first and the last of many.

Vocabulary: an *ellipsis* is one grey box for the neurons, weights, inputs or steps between those
that are shown; it says which they are. A layer is *wide* where it has more neurons than fit on a
slide. A *step* is what a recurrence computes once for each of its inputs, by the same weights
(:mod:`autograd_mini.show.draw.scopes` finds them); it is *left out* where it is neither the first
nor the last, and with it what lies between such steps, what is made of them alone, and what only
they use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show import text
from autograd_mini.show.draw import scopes
from autograd_mini.show.draw.expanded import in_order
from autograd_mini.show.draw.neurons import Neuron, neurons
from autograd_mini.show.kinds import INDICES
from autograd_mini.show.layout import backward
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.text import plural

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

WIDE = 6
"""A layer of more neurons, or a sum of more terms, is shown with an ellipsis."""
FIRST, LAST = 2, 1
"""How many are shown before and after it."""

WIDE_NOTE = "Left out at …: {}; all_neurons=True shows them, view='network' draws them small."


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


def for_wide_layers(picture: Picture, outputs: Sequence[Node]) -> Picture:
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
    made = ellipses.within(picture, WIDE_NOTE.format(what))
    return picture if backward(made) else made


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


# --- loops ----------------------------------------------------------------------------------------

FEWEST = 3
"""The first step, the last, and one to leave out."""
NO_LOOP = "loops='collapsed' left nothing out: no three steps with the same weights are shown."
LOOP_NOTE = "Left out at …: {}, which the same weights compute as the others; loops='all' shows {}."


def for_loops(picture: Picture, outputs: Sequence[Node]) -> Picture:
    """The picture with an ellipsis for the steps between; where there are none, a note says so."""
    steps = scopes.steps(in_order(outputs), outputs)
    step_of = {picture.box_of[x]: i for x, i in steps.items() if x in picture.box_of}
    shown = sorted(set(step_of.values()))
    if len(shown) < FEWEST:
        return picture._replace(notes=(NO_LOOP, *picture.notes))
    first, last = shown[1], shown[-2]
    said, them = (f"steps {first} to {last}", "them") if first < last else (f"step {first}", "it")
    gone = _left_out(picture, step_of, range(first, last + 1))
    members = [box for box in picture.boxes if box.id in gone]
    leaves = [name for name in _by_step(picture, step_of) if name in gone]
    ellipses = Ellipses("loop")
    named = set(leaves)
    rest = [box for box in members if box.id not in named]
    levels = zip(*[box.scope for box in rest], strict=False)
    scope = [level[0] for level in takewhile(lambda level: len({*level}) == 1, levels)]
    ellipses.add([box.id for box in rest], (said, f"× {last - first + 1}"), tuple(scope))
    if len(leaves) > 1:  # a single one is no larger than an ellipsis
        ellipses.add(leaves, (_names(picture, leaves),), ())
    return ellipses.within(picture, LOOP_NOTE.format(said, them))


def _left_out(picture: Picture, step_of: Mapping[str, int], between: range) -> set[str]:
    """The names of the boxes that are left out."""
    inside = set(step_of)
    users: dict[str, set[str]] = {}
    latest = dict(step_of)  # the last step that a box depends on
    for arrow in picture.arrows:  # operands before results
        users.setdefault(arrow.tail, set()).add(arrow.head)
        latest[arrow.head] = max(latest.get(arrow.tail, 0), latest.get(arrow.head, 0))
    gone = {
        name
        for name, step in latest.items()
        if step in between and (name in inside or users.get(name, set()).isdisjoint(inside))
    }
    after, before = set(gone), set(gone)
    for arrow in picture.arrows:
        after |= {arrow.head} if arrow.tail in after else set()
    for arrow in reversed(picture.arrows):
        before |= {arrow.tail} if arrow.head in before else set()
    gone |= after & before
    for name in (box.id for box in reversed(picture.boxes)):
        used = users.get(name, set())
        of_the_first = 0 < latest.get(name, 0) < between.start and used.isdisjoint(inside)
        if used and used <= gone and name not in inside and not of_the_first:
            gone.add(name)
    return gone


def _by_step(picture: Picture, step_of: Mapping[str, int]) -> list[str]:
    """The boxes of leaves in the order of the steps that use them first."""
    first = dict(step_of)
    for arrow in reversed(picture.arrows):
        if arrow.head in first:
            first[arrow.tail] = min(first[arrow.head], first.get(arrow.tail, first[arrow.head]))
    leaves = [name for name, x in picture.nodes.items() if graph.is_leaf(x)]
    named = [name for name in leaves if not graph.is_constant(picture.nodes[name])]
    return sorted(named, key=lambda name: first.get(name, 0))


def _names(picture: Picture, leaves: Sequence[str]) -> str:
    """The first and the last, where their names differ in an index alone; else how many."""
    labels = [text.one_line(graph.label(picture.nodes[name]), 16) for name in leaves]
    alike = all(labels) and len({label.rstrip(INDICES) for label in labels}) == 1
    return f"{labels[0]} to {labels[-1]}" if alike else plural(len(leaves), "input")
