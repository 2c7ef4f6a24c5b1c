"""The place of each node: its layer and its neuron, as ``nn`` names them or as structure shows.

Vocabulary: a *place* is a path inward, ("layer 1", "neuron 2"). Nodes that ``nn`` made carry it in
their labels. For a hand-written graph the neurons are recognised, and their depth is their layer,
or their step, where every depth has the same weights, as in a recurrence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show.draw.units import Network, Part, network

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

Place = tuple[str, ...]


def places(nodes: Sequence[Node], outputs: Sequence[Node]) -> dict[Node, Place]:
    """The place of every node that has one.

    Args:
        nodes: everything that the outputs depend on, operands before results.
        outputs: the nodes that the picture is of.

    >>> from autograd_mini import Value
    >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
    >>> a = (w * x + b).tanh()
    >>> set(places(graph.order(a), [a]).values()), places(graph.order(a), [a]).get(x)
    ({('neuron',)}, None)
    """
    named = {node: scope for node in nodes if (scope := graph.scope(node))}
    if named:
        return named
    return _recognised(network(nodes, outputs))


def _recognised(found: Network) -> dict[Node, Place]:
    units = [part for part in found.parts if part.kind == "unit"]
    depths = {depth: i for i, depth in enumerate(sorted({part.depth for part in units}), 1)}
    met: Counter[int] = Counter()
    held: dict[Node, Place] = {}
    shared: set[Node] = set()
    level = "step" if _is_repeated(units) else "layer"
    for part in units:
        met[part.depth] += 1
        name = f"neuron {met[part.depth]}"
        layer = (f"{level} {depths[part.depth]}",) if len(depths) > 1 else ()
        place = (*layer, name) if len(units) > 1 else ("neuron",)
        if level == "step" and len(units) == len(depths):
            place = layer
        for node in _members(part):
            if held.setdefault(node, place) != place:
                shared.add(node)
    return {node: place for node, place in held.items() if node not in shared}


def _is_repeated(units: Sequence[Part]) -> bool:
    """Whether every depth has the same weights, as the steps of a recurrence do."""
    weights: dict[int, set[Node]] = {}
    for part in units:
        used = {t.weight for neuron in part.applications for t in neuron.terms}
        weights.setdefault(part.depth, set()).update(used)
    first, *others = weights.values() if weights else [set()]
    return bool(others) and all(used == first for used in others)


def _members(part: Part) -> set[Node]:
    """The weights, the bias and the operations of a unit."""
    found: set[Node] = set()
    for neuron in part.applications:
        found |= {neuron.sum, neuron.output, *neuron.inside}
        found.update(t.weight for t in neuron.terms if not graph.is_constant(t.weight))
        found.update([neuron.bias.weight] if neuron.bias is not None else [])
    return found
