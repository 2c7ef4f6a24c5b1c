"""What lies between an output and an input: the edges, their local derivatives, and two sums.

Vocabulary:

- *edge*: one use of an operand by a node, with the local derivative ∂node/∂operand at that place.
  ``a + a`` has two edges to ``a``. It is *idle* where the operand is not chosen
  (:mod:`autograd_mini.choices`): then it contributes nothing, whatever it is multiplied by.
- *path*: a chain of edges from the output down to the input. Its *contribution* is the product of
  its local derivatives; the gradient is the sum of the contributions of all paths.
- *active*: a node that depends on the input. Every active node is on some path.
- *gate*: an active node that is on every path.

Nothing here enumerates paths: their number and the sum of their contributions are sweeps over the
graph, each edge once.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph
from autograd_mini.choices import chosen
from autograd_mini.show.slopes import slopes

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from autograd_mini.choices import States
    from autograd_mini.value import Value as Node


class Edge(NamedTuple):
    """One use of an operand: the node that uses it, at which place, and ∂node/∂operand there."""

    node: Node
    place: int
    operand: Node
    local: float
    idle: bool = False


class Flow:
    """All paths from an output to an input, as a graph.

    Args:
        root: the output.
        wrt: the input.

    Attributes:
        nodes: everything the output depends on, in the order of its making.
        active: the nodes on the paths, operands before results; empty where there is no path.
        steps: for each active node its edges to active operands, left to right.

    Raises:
        StaleGraphError: a leaf was changed after a node had used it.

    >>> from autograd_mini import Value
    >>> a = Value(3.0)
    >>> flow = Flow((a + a) * a, a)
    >>> flow.count(), flow.gradient()
    (3, 12.0)
    """

    def __init__(self, root: Node, wrt: Node) -> None:
        self.root = root
        self.wrt = wrt
        self.nodes = graph.order(root)
        refuse_stale(self.nodes)
        self.active = depending(self.nodes, [wrt])
        known = set(self.active)
        states: States = {}
        self.steps: dict[Node, list[Edge]] = {
            node: [] if node is wrt else edges(node, known, states) for node in self.active
        }

    def gradient(self) -> float:
        """∂root/∂wrt, added up in the order of the backward pass: the same bits."""
        if not self.active:
            return 0.0
        derivatives = swept(self.root, self.active[::-1], self.steps)
        return derivatives.get(self.wrt, 0.0) + 0.0  # as .grad reads −0.0

    def count(self) -> int:
        """The number of paths, exactly: the product over the stretches between gates."""
        if not self.active:
            return 0
        gates = set(self.gates)
        counts = {self.root: 1}
        stretches = []
        for node in reversed(self.active):
            count = counts.pop(node)  # a number may have a million digits: keep few of them
            if node in gates:
                stretches.append(count)
                count = 1
            for edge in self.steps[node]:
                counts[edge.operand] = counts.get(edge.operand, 0) + count
        return _product(stretches)

    @cached_property
    def gates(self) -> list[Node]:
        """The nodes that all paths go through, from the output to the input.

        In the order of making, a path avoids a node just when one of its edges passes over it.
        """
        place = {node: i for i, node in enumerate(self.active)}
        changes = [0] * (len(place) + 1)
        for node, i in place.items():
            for edge in self.steps[node]:
                changes[place[edge.operand] + 1] += 1
                changes[i] -= 1
        over = accumulate(changes)
        return [
            node for node, edges_over in zip(self.active, over, strict=False) if not edges_over
        ][::-1]

    @cached_property
    def uses(self) -> dict[Node, list[Edge]]:
        """For each active node the edges that use it, in the order of the backward pass."""
        found: dict[Node, list[Edge]] = {node: [] for node in self.active}
        for node in reversed(self.active):
            for edge in self.steps[node]:
                found[edge.operand].append(edge)
        return found


def refuse_stale(nodes: Iterable[Node]) -> None:
    """Raise for the first stale node.

    Raises:
        StaleGraphError: naming the leaf that changed and the node that had used it.
    """
    graph.refuse_stale([node for node in nodes if not graph.is_leaf(node)])


def depending(nodes: Iterable[Node], inputs: Iterable[Node]) -> list[Node]:
    """Those of the nodes, operands before results, that are one of the inputs or depend on one."""
    active = set(inputs)
    found = []
    for node in nodes:
        if node in active:
            found.append(node)
        elif any(operand in active for operand in graph.operand_nodes(node)):
            active.add(node)
            found.append(node)
    return found


def edges(node: Node, active: Container[Node], states: States) -> list[Edge]:
    """The edges from a node to those of its operands that are active, left to right."""
    if graph.is_leaf(node):
        return []
    local = slopes(node)
    taken = zip(graph.raw_operands(node), chosen(node, states), strict=False)
    return [
        Edge(node, i, operand, local(i), choice is False)
        for i, (operand, choice) in enumerate(taken)
        if type(operand) is not float and operand in active
    ]


def swept(
    top: Node, nodes: Iterable[Node], steps: Mapping[Node, Sequence[Edge]]
) -> dict[Node, float]:
    """The derivatives of one node with respect to those below it that receive one.

    Args:
        top: the node.
        nodes: itself and those below it, results first.
        steps: their edges.
    """
    adjoints = {top: 1.0}
    for node in nodes:
        for edge in steps[node] if node in adjoints else ():
            if not edge.idle:
                before = adjoints.get(edge.operand, -0.0)
                adjoints[edge.operand] = before + adjoints[node] * edge.local
    return adjoints


def _product(numbers: Sequence[int]) -> int:
    """The product, multiplied pairwise, so that large numbers meet large ones."""
    while len(numbers) > 1:
        pairs = zip(numbers[::2], [*numbers[1::2], 1], strict=False)
        numbers = [a * b for a, b in pairs]
    return numbers[0]
