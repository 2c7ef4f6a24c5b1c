"""The Jacobians between vectors, swept over the graph once for each row.

Vocabulary:

- *Jacobian*: the matrix ∂u/∂v of two vectors, a row for each node of u and a column for each node
  of v. Where no path leads from one to the other it holds nothing, and is shown as 0.
- *subgraph*: all that the output and the vectors depend on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from autograd_mini import graph
from autograd_mini.graph import Node
from autograd_mini.show.explain.paths import Edge, edges
from autograd_mini.show.explain.vectors import Vector, bypassed
from autograd_mini.sweeps import depending
from autograd_mini.value import Value

Row = dict[int, float]


class Jacobian(NamedTuple):
    """∂u/∂v of two vectors.

    Attributes:
        tops, bottoms: the nodes of u and of v.
        rows: for each node of u the derivatives by the columns where there is a path.
    """

    tops: tuple[Value, ...]
    bottoms: tuple[Value, ...]
    rows: tuple[Row, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows and of columns."""
        return len(self.tops), len(self.bottoms)

    @property
    def matrix(self) -> list[list[float]]:
        """All entries, 0.0 where there is no path."""
        return [[row.get(j, 0.0) for j in range(len(self.bottoms))] for row in self.rows]

    def corners(self, most: int) -> list[list[float]]:
        """The matrix; of a large one only rows and columns of which ``most`` are first or last."""
        columns = kept(len(self.bottoms), most)
        return [[self.rows[i].get(j, 0.0) for j in columns] for i in kept(len(self.rows), most)]


def kept(count: int, most: int) -> Sequence[int]:
    """Places: the first and the last so many, and one between them where there are more."""
    if count <= 2 * most + 1:
        return range(count)
    return [*range(most + 1), *range(count - most, count)]


class Subgraph:
    """The graph of an output and of the vectors."""

    def __init__(self, root: Value, vectors: Sequence[Vector]) -> None:
        self.nodes = graph.order(root, *[node for each in vectors for node in each.nodes])
        graph.refuse_stale(self.nodes)
        self._states: dict[Node, int] = {}
        self._position = {node: i for i, node in enumerate(self.nodes)}

    def refuse_bypass(self, root: Value, through: Sequence[Vector], wrt: Vector) -> None:
        """Raise where a path misses a vector, or meets the vectors in another order.

        Raises:
            ValueError: naming the vector and an input.
        """
        active = depending(self.nodes, wrt.nodes)
        before: tuple[Value, ...] = (root,)
        for number, each in enumerate(through, 1):
            if len(set(each.nodes)) < len(each.nodes):
                raise ValueError(f"explain: vector {number} holds a Value twice; give each once")
            missed = bypassed(active, before, each.nodes, wrt.nodes)
            if missed is not None:
                raise ValueError(
                    f"explain: a path to {graph.name(missed)} goes around vector {number} "
                    f"({graph.name(each.nodes[0])}, {len(each.nodes)} in all), so the product over "
                    "the vectors would not be the derivative; list the vectors from the output "
                    "to the input, and in each all nodes side by side that the paths go through"
                )
            before = each.nodes

    def jacobian(
        self,
        tops: Sequence[Value],
        bottoms: Sequence[Value],
        stop: bool,
        known: dict[Value, list[Edge]],
    ) -> Jacobian:
        """∂tops/∂bottoms; the edges between them are put into ``known``.

        With ``stop`` the bottoms count as independent of each other.
        """
        active = set(depending(self.nodes, bottoms))
        ends = set(bottoms) if stop else set()
        columns: dict[Value, list[int]] = {}
        for j, x in enumerate(bottoms):
            columns.setdefault(x, []).append(j)
        rows = []
        for top in tops:
            adjoints = self._swept(top, active, ends, known)
            reached = [x for x in adjoints if x in columns]
            rows.append(dict(sorted((j, adjoints[x]) for x in reached for j in columns[x])))
        return Jacobian(tuple(tops), tuple(bottoms), tuple(rows))

    def _swept(
        self, top: Value, active: set[Value], ends: set[Value], known: dict[Value, list[Edge]]
    ) -> dict[Value, float]:
        """The derivatives of one node with respect to the active ones below it."""
        if top not in active:
            return {}
        reached = {top}
        waiting = [top]
        while waiting:
            node = waiting.pop()
            if node not in known:
                known[node] = [] if node in ends else edges(node, active, self._states)
            new = [edge.operand for edge in known[node] if edge.operand not in reached]
            reached.update(new)
            waiting += dict.fromkeys(new)
        adjoints = {top: 1.0}
        for node in sorted(reached, key=self._position.__getitem__, reverse=True):
            for edge in known[node] if node in adjoints else ():
                if not edge.idle:
                    before = adjoints.get(edge.operand, -0.0)
                    adjoints[edge.operand] = before + adjoints[node] * edge.local
        return adjoints

    def count(self, root: Value, wrt: Sequence[Value]) -> int:
        """How many paths lead from the output to the inputs."""
        active = depending(self.nodes, wrt)
        known = set(active)
        ends = Counter(wrt)
        counts = {root: 1}
        total = 0
        for node in reversed(active):
            count = counts.pop(node, 0)
            total += count * ends[node]
            for operand in graph.operand_nodes(node):
                if operand in known:
                    counts[operand] = counts.get(operand, 0) + count
        return total
