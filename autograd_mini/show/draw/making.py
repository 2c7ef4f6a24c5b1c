"""From a graph to a picture in one of the views, and to which of them where none is asked for.

Vocabulary: a *part* of a graph is what ``depth`` or ``focus`` choose of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show.draw.options import Options

if TYPE_CHECKING:
    from autograd_mini.show.dot import Marks
    from autograd_mini.show.picture import Picture
    from autograd_mini.value import Value as Node

    Made = tuple[Picture, Marks]

ARROWS_PER_NODE = 3
"""A graph with more arrows than so many times ``max_nodes`` is too large too."""
READABLE, WEIGHTS = 40, 40
"""A picture of more boxes is too large for a slide, and so is one with more weights on arrows."""


def made(view: str, outputs: list[Node], options: Options, max_nodes: int) -> Made:
    """The picture of the outputs in that view, and how it departs from the usual look."""
    if view == "auto":
        view, why = fitting(outputs)
        picture, marks = made(view, outputs, options, max_nodes)
        return picture._replace(notes=(f"Chosen: view={view!r}, {why}.", *picture.notes)), marks
    makers = {"expanded": expanded_view, "compact": compact_view, "network": network_view}
    return makers[view](outputs, options, max_nodes)


def fitting(outputs: list[Node]) -> tuple[str, str]:
    """The view that shows most of what can still be read, and the reason in words.

    >>> from autograd_mini import Value
    >>> fitting([Value(2.0, "x") ** 2])
    ('expanded', 'since its 3 boxes can all be read')
    """
    from autograd_mini.show.draw.units import network
    from autograd_mini.show.text import plural

    nodes = graph.order(*outputs)
    boxes = len({x for node in nodes for x in (node, *node.operands)}) if nodes else 0
    if boxes <= READABLE:
        return "expanded", f"since its {plural(boxes, 'box')} can all be read"
    found = network(nodes, outputs)
    if not found.applications:
        return "expanded", "since there are no neurons to put together"
    weights = sum(len(part.applications[0].terms) for part in found.parts if part.applications)
    many = f"since {plural(boxes, 'box')} are too many to read"
    if weights <= WEIGHTS and found.applications == sum(p.kind == "unit" for p in found.parts):
        return "compact", many
    return "network", f"{many}, and so are the weights of {plural(found.applications, 'neuron')}"


def expanded_view(outputs: list[Node], options: Options, max_nodes: int) -> Made:
    """Every scalar operation, or the graph collapsed where that is too much."""
    from autograd_mini.show.dot import NO_MARKS
    from autograd_mini.show.draw import collapsed, elision, expanded, loops

    nodes = _without_constants(outputs)
    _refuse_strangers(options, nodes)
    collapses = options.loops == "collapsed"
    too_large = _too_large(nodes, max_nodes)
    if collapses or _is_part(options) or not too_large:
        picture = expanded.picture(outputs, options)
        if collapses:
            picture = loops.collapsed(picture, outputs)
        if not options.all_neurons and not _is_part(options):
            picture = elision.elided(picture, outputs)
        _refuse_large_part(picture, options, max_nodes)
        if _is_part(options) or _can_be_read(picture, max_nodes if too_large else None):
            return picture, NO_MARKS
    most = min(max_nodes, collapsed.MOST_SHOWN)
    return collapsed.picture(nodes, outputs, options.short, most), NO_MARKS


def compact_view(outputs: list[Node], options: Options, max_nodes: int) -> Made:
    """A box for each neuron, or each neuron once where that is too much."""
    from autograd_mini.show.dot import NO_MARKS
    from autograd_mini.show.draw import collapsed, compact, loops, merged
    from autograd_mini.show.draw.captions import Captions
    from autograd_mini.show.draw.expanded import in_order
    from autograd_mini.show.draw.gradients import Gradients
    from autograd_mini.show.draw.neurons import neurons
    from autograd_mini.show.draw.units import network

    nodes = _without_constants(outputs)
    _refuse_strangers(options, nodes)
    collapses = options.loops == "collapsed"
    too_large = _too_large(nodes, max_nodes)
    if collapses or _is_part(options) or not too_large:
        nodes = in_order(outputs)
        captions = Captions(Gradients(nodes, outputs), options.short)
        found = neurons(nodes, outputs)
        picture, marks = compact.picture(nodes, outputs, found, captions, options)
        if collapses:
            picture = loops.collapsed(picture, outputs)
        _refuse_large_part(picture, options, max_nodes)
        if _is_part(options) or _can_be_read(picture, max_nodes if too_large else None):
            return picture, marks
    nodes = _without_constants(outputs)
    units = network(nodes, outputs)
    size = len(units.parts) + len(units.links) / ARROWS_PER_NODE
    if not units.applications or size > max_nodes:
        most = min(max_nodes, collapsed.MOST_SHOWN)
        return collapsed.picture(nodes, outputs, options.short, most), NO_MARKS
    captions = Captions(Gradients(nodes, outputs), options.short)
    return merged.picture(units, captions, len(nodes), options)


def network_view(outputs: list[Node], options: Options, max_nodes: int) -> Made:
    """The layers as columns of circles."""
    from autograd_mini.show.draw.captions import Captions
    from autograd_mini.show.draw.gradients import Gradients
    from autograd_mini.show.draw.network import picture
    from autograd_mini.show.draw.units import network

    nodes = graph.order(*outputs)
    found = network(nodes, outputs)
    if not found.applications:
        raise ValueError(
            "draw: view='network' found no neuron here. A neuron is a weighted sum of inputs, "
            "w₁x₁ + … + b with leaves as weights, then at most one unary operation; "
            "view='expanded' shows every operation of any graph"
        )
    return picture(found, Captions(Gradients(nodes, outputs), options.short), options)


def _is_part(options: Options) -> bool:
    """Whether a part of the graph was asked for."""
    return options.depth is not None or bool(options.focus)


def _refuse_strangers(options: Options, nodes: list[Node]) -> None:
    """Raise where the focus is not in the graph."""
    known = set(nodes) if options.focus else set()
    for node in options.focus:
        if node not in known and not graph.is_constant(node):
            raise ValueError(
                f"draw: focus= names {graph.name(node)}, which the output does not use"
            )


def _refuse_large_part(picture: Picture, options: Options, max_nodes: int) -> None:
    """Raise where a part was asked for that is itself too large to read."""
    if _is_part(options) and len(picture.boxes) > max(max_nodes, 2):
        raise ValueError(
            f"draw: the part asked for has {len(picture.boxes):,} boxes, more than "
            f"max_nodes={max_nodes}; give a smaller depth=, or a larger max_nodes="
        )


def _can_be_read(picture: Picture, most: int | None) -> bool:
    """Whether a picture is small enough, of so many boxes where the graph was too large."""
    from autograd_mini.show.draw import large

    boxes, arrows = len(picture.boxes), len(picture.arrows)
    few = most is None or (boxes <= most and arrows <= ARROWS_PER_NODE * most)
    return few and large.work(picture) <= large.MOST


def _without_constants(outputs: list[Node]) -> list[Node]:
    return [node for node in graph.order(*outputs) if not graph.is_constant(node)]


def _too_large(nodes: list[Node], max_nodes: int) -> bool:
    uses = sum(len(graph.raw_operands(node)) for node in nodes)
    return len(nodes) > max_nodes or uses > ARROWS_PER_NODE * max_nodes
