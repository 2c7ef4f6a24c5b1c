"""From a graph to a picture in one of the views, and to which of them where none is asked for.

Vocabulary: a *part* of a graph is what ``depth`` or ``focus`` choose of it. The *work* of a picture
is how many columns its arrows span, all together: an arrow is something to look at in each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show.draw import collapsed, compact, ellipses, expanded, network
from autograd_mini.show.draw.captions import Captions
from autograd_mini.show.draw.gradients import Gradients
from autograd_mini.show.draw.options import Options, refuse_strangers
from autograd_mini.show.draw.units import network as network_of
from autograd_mini.show.text import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.show.picture import Picture
    from autograd_mini.value import Value as Node

ARROWS_PER_NODE = 3
"""A graph with more arrows than so many times ``max_nodes`` is too large too."""
MOST_WORK = 20_000
"""A picture of more work is collapsed."""
READABLE, WEIGHTS = 40, 40
"""A picture of more boxes is too large for a slide, and so is one with more weights on arrows."""


def made(view: str, outputs: Sequence[Node], options: Options, max_nodes: int) -> Picture:
    """The picture of the outputs in that view."""
    if view == "auto":
        view, why = fitting(outputs)
        picture = made(view, outputs, options, max_nodes)
        return picture._replace(notes=(f"Chosen: view={view!r}, {why}.", *picture.notes))
    if view == "network":
        return _network(outputs, options)
    nodes = [node for node in graph.order(*outputs) if not graph.is_constant(node)]
    focus = [node for node in options.focus if not graph.is_constant(node)]
    refuse_strangers("focus", focus, nodes)
    is_part = options.depth is not None or bool(options.focus)
    uses = sum(len(graph.raw_operands(node)) for node in nodes)
    too_large = len(nodes) > max_nodes or uses > ARROWS_PER_NODE * max_nodes
    if options.loops == "collapsed" or is_part or not too_large:
        make = expanded.picture if view == "expanded" else compact.picture
        shown = make(outputs, options)
        if options.loops == "collapsed":
            shown = ellipses.for_loops(shown, outputs)
        if view == "expanded" and not options.all_neurons and not is_part:
            shown = ellipses.for_wide_layers(shown, outputs)
        boxes = len(shown.boxes)
        if is_part and boxes > max(max_nodes, 2):
            raise ValueError(
                f"draw: the part asked for has {boxes:,} boxes, more than "
                f"max_nodes={max_nodes}; give a smaller depth=, or a larger max_nodes="
            )
        few = boxes <= max_nodes and len(shown.arrows) <= ARROWS_PER_NODE * max_nodes
        if is_part or ((few or not too_large) and work(shown) <= MOST_WORK):
            return shown
    if view == "compact":
        found = network_of(nodes, outputs)
        size = len(found.parts) + len(found.links) / ARROWS_PER_NODE
        if found.applications and size <= max_nodes:
            captions = Captions(Gradients(nodes, outputs), options.short)
            return compact.merged(found, captions, len(nodes), options)
    return collapsed.picture(nodes, outputs, options.short, min(max_nodes, collapsed.MOST_SHOWN))


def fitting(outputs: Sequence[Node]) -> tuple[str, str]:
    """The view that shows most of what can still be read, and the reason in words.

    >>> from autograd_mini import Value
    >>> fitting([Value(2.0, "x") ** 2])
    ('expanded', 'since its 3 boxes can all be read')
    """
    nodes = graph.order(*outputs)
    boxes = len({x for node in nodes for x in (node, *node.operands)}) if nodes else 0
    if boxes <= READABLE:
        return "expanded", f"since its {plural(boxes, 'box')} can all be read"
    found = network_of(nodes, outputs)
    if not found.applications:
        return "expanded", "since there are no neurons to put together"
    weights = sum(len(part.applications[0].terms) for part in found.parts if part.applications)
    many = f"since {plural(boxes, 'box')} are too many to read"
    if weights <= WEIGHTS and found.applications == sum(p.kind == "unit" for p in found.parts):
        return "compact", many
    return "network", f"{many}, and so are the weights of {plural(found.applications, 'neuron')}"


def work(picture: Picture) -> int:
    """How many columns the arrows span.

    >>> from autograd_mini.show.picture import Arrow, Picture
    >>> work(Picture((), (Arrow("a", "b"), Arrow("b", "c"), Arrow("a", "c"))))
    4
    """
    place: dict[str, int] = {}
    for arrow in picture.arrows:
        place.setdefault(arrow.tail, 1)
        place[arrow.head] = max(place.get(arrow.head, 1), place[arrow.tail] + 1)
    return sum(max(place[arrow.head] - place[arrow.tail], 1) for arrow in picture.arrows)


def _network(outputs: Sequence[Node], options: Options) -> Picture:
    nodes = graph.order(*outputs)
    found = network_of(nodes, outputs)
    if not found.applications:
        raise ValueError(
            "draw: view='network' found no neuron here. A neuron is a weighted sum of inputs, "
            "w₁x₁ + … + b with leaves as weights, then at most one unary operation; "
            "view='expanded' shows every operation of any graph"
        )
    return network.picture(found, Captions(Gradients(nodes, outputs), options.short), options)
