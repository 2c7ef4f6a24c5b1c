"""Wide layers in the expanded view: the first and the last neurons, and what stands between them.

Vocabulary: an *ellipsis* is one grey box for the neurons, weights or inputs between those that are
shown; it says which they are. A layer is *wide* where it has more neurons than fit on a slide.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def elided(picture: Picture, outputs: Sequence[Node]) -> Picture:
    """The picture with ellipses where its layers are wide, or as it was."""
    scopes = dict.fromkeys(box.scope for box in picture.boxes if len(box.scope) > 1)
    layers: dict[str, list[tuple[str, ...]]] = {}
    for scope in scopes:
        layers.setdefault(scope[0], []).append(scope)
    hidden: dict[str, str] = {}  # the box of a node, and the ellipsis that it is in
    ellipses: dict[str, Box] = {}
    for layer, units in layers.items():
        if len(units) > WIDE:
            gone = set(units[FIRST:-LAST])
            members = [box.id for box in picture.boxes if box.scope in gone]
            said = f"neurons {FIRST + 1} to {len(units) - LAST}"
            _add(ellipses, hidden, members, (said, f"of {len(units)}"), (layer,))
    found = neurons(in_order(outputs), outputs)
    for neuron in found:
        _hide_terms(picture, neuron, hidden, ellipses)
    if not ellipses:
        return picture
    return _with(picture, hidden, ellipses, [len(x) for x in layers.values() if len(x) > WIDE])


def _hide_terms(
    picture: Picture, neuron: Neuron, hidden: dict[str, str], ellipses: dict[str, Box]
) -> None:
    """The weights of a wide sum, and the inputs if they are leaves."""
    if len(neuron.terms) <= WIDE or picture.box_of.get(neuron.sum, "") in {"", *hidden}:
        return
    middle = neuron.terms[FIRST:-LAST]
    scope = next(box.scope for box in picture.boxes if box.id == picture.box_of[neuron.sum])
    for nodes, place in (
        ([term.weight for term in middle], scope),
        ([term.input for term in middle if graph.is_leaf(term.input)], ()),
    ):
        shown = [picture.box_of[x] for x in nodes if x in picture.box_of]
        members = [name for name in shown if name not in hidden]
        if len(members) > 1:
            labels = [text.one_line(graph.label(x), 16) for x in (nodes[0], nodes[-1])]
            what = f"{labels[0]} to {labels[1]}" if all(labels) else plural(len(members), "number")
            _add(ellipses, hidden, members, (what,), place)


def _add(
    ellipses: dict[str, Box],
    hidden: dict[str, str],
    members: Sequence[str],
    lines: tuple[str, ...],
    scope: tuple[str, ...],
) -> None:
    name = f"e{len(ellipses)}"
    said = " ".join(lines)
    ellipses[name] = Box(name, "summary", (text.ELLIPSIS, *lines), f"{said}, not shown", scope)
    hidden.update(dict.fromkeys(members, name))


def _with(
    picture: Picture, hidden: dict[str, str], ellipses: dict[str, Box], widths: Sequence[int]
) -> Picture:
    boxes = {hidden.get(box.id, box.id): box for box in reversed(picture.boxes)}
    shown = [ellipses.get(name, box) for name, box in reversed(boxes.items())]
    arrows: dict[object, Arrow] = {}
    for i, arrow in enumerate(picture.arrows):
        tail, head = (hidden.get(x, x) for x in (arrow.tail, arrow.head))
        if (tail, head) == (arrow.tail, arrow.head):
            arrows[i] = arrow
        elif tail != head:
            arrows.setdefault((tail, head), Arrow(tail, head, place=arrow.place))
    gone = sum(width - FIRST - LAST for width in widths)
    what = plural(gone, "neuron") if gone else "weights and inputs"
    return picture._replace(
        boxes=tuple(shown),
        arrows=tuple(arrows.values()),
        notes=(NOTE.format(what), *picture.notes),
        nodes={name: node for name, node in picture.nodes.items() if name not in hidden},
        box_of={node: hidden.get(name, name) for node, name in picture.box_of.items()},
    )
