"""The place of each node: its layer and its neuron, as ``nn`` names them or as structure shows.

Vocabulary: a *place* is a path inward, ("layer 1", "neuron 2"). Nodes that ``nn`` made carry it in
their labels. For a hand-written graph the neurons are recognised, and their depth is their layer,
or their *step*, where one depth after another has the same weights, as in a recurrence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.show.draw.units import Part, network

if TYPE_CHECKING:
    from autograd_mini.show.picture import Place
    from autograd_mini.value import Value as Node


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
    units = [part for part in network(nodes, outputs).parts if part.kind == "unit"]
    levels = _levels(units)
    met: Counter[int] = Counter()
    held: dict[Node, Place] = {}
    shared: set[Node] = set()
    for part in units:
        met[part.depth] += 1
        name = f"neuron {met[part.depth]}"
        level, i = levels[part.depth]
        layer = (f"{level} {i}",) if len(levels) > 1 else ()
        place = (*layer, name) if len(units) > 1 else ("neuron",)
        if level == "step" and len(units) == len(levels):
            place = layer
        for node in _members(part):
            if held.setdefault(node, place) != place:
                shared.add(node)
    return {node: place for node, place in held.items() if node not in shared}


def steps(nodes: Sequence[Node], outputs: Sequence[Node]) -> dict[Node, int]:
    """The operations in the steps of a recurrence, each with the number of its step, from 1."""
    units = [part for part in network(nodes, outputs).parts if part.kind == "unit"]
    levels = _levels(units)
    found: dict[Node, int] = {}
    for part in units:
        level, i = levels[part.depth]
        if level == "step":
            for neuron in part.applications:
                found |= dict.fromkeys((*neuron.hidden, neuron.output), i)
    return found


def _levels(units: Sequence[Part]) -> Mapping[int, tuple[str, int]]:
    """For each depth, whether it is a step or a layer, and which.

    Steps are depths in a row with the same weights; where there are several such rows, layers only
    share their weights.
    """
    weights: dict[int, set[Node]] = {}
    for part in units:
        used = {t.weight for neuron in part.applications for t in neuron.terms}
        weights.setdefault(part.depth, set()).update(used)
    rows = [[*row] for _, row in groupby(sorted(weights), lambda depth: weights[depth])]
    loops = [row for row in rows if len(row) > 1]
    steps = loops[0] if len(loops) == 1 else []
    layers = sorted(weights.keys() - {*steps})
    return {depth: ("step", i) for i, depth in enumerate(steps, 1)} | {
        depth: ("layer", i) for i, depth in enumerate(layers, 1)
    }


def _members(part: Part) -> set[Node]:
    """The weights, the bias and the operations of a unit."""
    found: set[Node] = set()
    for neuron in part.applications:
        found |= {*neuron.hidden, neuron.output}
        found.update(t.weight for t in neuron.terms if not graph.is_constant(t.weight))
        found.update([neuron.bias.weight] if neuron.bias is not None else [])
    return found
