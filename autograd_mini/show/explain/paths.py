"""The paths between an output and an input: their edges, their number, and what they add up to.

Vocabulary:

- *edge*: one use of an operand by a node, with the local derivative ∂node/∂operand at that place.
  ``a + a`` has two edges to ``a``. It is *idle* where the operand is not chosen
  (:mod:`autograd_mini.choices`): then it contributes nothing, whatever it is multiplied by.
- *path*: a chain of edges from the output down to the input. Its *contribution* is the product of
  its local derivatives, its *factors*; the gradient is the sum of the contributions of all paths.
- *active*: a node that depends on the input. Every active node is on some path.
- *cut node*: an active node that is on every path.
- *share* of some paths: the part that their absolute contributions make up of the sum of the
  absolute contributions of all paths, which is one number for paths that add up as for paths that
  cancel.

The number of paths and the gradient come of one sweep over the graph, each edge once.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from autograd_mini import graph
from autograd_mini.choices import chosen
from autograd_mini.graph import Node
from autograd_mini.sweeps import depending, slopes
from autograd_mini.value import Value


class Edge(NamedTuple):
    """One use of an operand: the node that uses it, at which place, and ∂node/∂operand there."""

    node: Value
    place: int
    operand: Value
    local: float
    idle: bool = False


class Flow:
    """All paths from an output, ``root``, to an input, ``wrt``, as a graph.

    Attributes:
        nodes: everything the output depends on, in the order of its making.
        active: the nodes on the paths, operands before results; empty where there is no path.
        gradient: ∂root/∂wrt, added up in the order of the backward pass: the same bits.
        count: the number of paths, exactly.
        cut_nodes: the nodes that all paths go through, from the output to the input.
        steps: for each active node its edges to active operands, left to right.

    Raises:
        StaleGraphError: a leaf was changed after a node had used it.

    >>> from autograd_mini import Value
    >>> a = Value(3.0)
    >>> flow = Flow((a + a) * a, a)
    >>> flow.count, flow.gradient
    (3, 12.0)
    """

    def __init__(self, root: Value, wrt: Value) -> None:
        self.root = root
        self.wrt = wrt
        self.nodes = graph.order(root)
        graph.refuse_stale(self.nodes)
        self.active = depending(self.nodes, [wrt])
        self.gradient = 0.0
        self.cut_nodes: list[Value] = []
        self.steps: dict[Value, list[Edge]] = {}
        self.count = self._swept() if self.active else 0

    def _swept(self) -> int:
        """Find the gradient and the cut nodes; return the product of the counts between these."""
        adjoints, counts = {self.root: 1.0}, {self.root: 1}
        stretches = []
        known = set(self.active)
        states: dict[Node, int] = {}
        for node in reversed(self.active):
            count = counts.pop(node)  # a number may have a million digits: keep few of them
            adjoint = adjoints.pop(node, None)
            if not counts:  # no path goes around it
                self.cut_nodes.append(node)
                stretches.append(count)
                count = 1
            if node is self.wrt:
                self.gradient = (adjoint or 0.0) + 0.0  # as .grad reads −0.0
                self.steps[node] = []
                break
            self.steps[node] = edges(node, known, states)
            for edge in self.steps[node]:
                counts[edge.operand] = counts.get(edge.operand, 0) + count
                if adjoint is not None and not edge.idle:
                    before = adjoints.get(edge.operand, -0.0)
                    adjoints[edge.operand] = before + adjoint * edge.local
        while len(stretches) > 1:  # multiplied pairwise, so that large numbers meet large ones
            pairs = zip(stretches[::2], [*stretches[1::2], 1], strict=False)
            stretches = [a * b for a, b in pairs]
        return stretches[0]

    @cached_property
    def uses(self) -> dict[Value, list[Edge]]:
        """For each active node the edges that use it, in the order of the backward pass."""
        found: dict[Value, list[Edge]] = {node: [] for node in self.active}
        for node in reversed(self.active):
            for edge in self.steps[node]:
                found[edge.operand].append(edge)
        return found


def edges(node: Value, active: Container[Value], states: dict[Node, int]) -> list[Edge]:
    """The edges from a node to those of its operands that are active, left to right."""
    operands = graph.raw_operands(node)
    places = [i for i, x in enumerate(operands) if type(x) is not float and x in active]
    if not places:
        return []
    slope = slopes(node)
    if node._row.boundary is None:
        return [Edge(node, i, operands[i], slope(i)) for i in places]
    choices = [*islice(chosen(node, states), len(operands))]
    return [Edge(node, i, operands[i], slope(i), choices[i] is False) for i in places]
