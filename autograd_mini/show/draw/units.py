"""The network behind a graph: what is drawn once, though the graph computes it for many examples.

Vocabulary:

- *unit*: a neuron with all its applications. Applications with the same weights, bias and
  activation at the same depth are one unit: that is how a batch of examples reads.
- *depth*: how many neurons lie on the longest way from the inputs: the first hidden layer has 1.
  An input has one less than the first unit that reads it, which is 0 for most.
- *part*: what becomes one shape: an input, a unit, or *operations*: what belongs to no neuron, such
  as a loss, each connected piece at one depth as one part.
- *link*: a line between parts. Into a unit it carries one weight, elsewhere none.

Inputs that stand at the same place of the same unit are one part: x₁ of every example. The time is
linear in the size of the graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph
from autograd_mini.show.draw.neurons import Neuron, Term, neurons

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node


class Part(NamedTuple):
    """One shape of the diagram.

    Attributes:
        kind: "input", "unit" or "operations".
        depth: as above.
        nodes: the inputs, the applications' outputs, or the operations, in order.
        applications: of a unit, else ().
        is_output: whether an output of the picture is among the nodes.
    """

    kind: str
    depth: int
    nodes: tuple[Node, ...]
    applications: tuple[Neuron, ...] = ()
    is_output: bool = False

    @property
    def column(self) -> tuple[int, bool]:
        """Where it stands from left to right: operations to the right of the units they use."""
        return self.depth, self.kind == "operations"


class Link(NamedTuple):
    """A line from one part to another, both by their places in the list of parts.

    Attributes:
        term: the weight that it carries and the input it weighs, None between other parts.
        uses: how many arrows of the graph it stands for.
    """

    tail: int
    head: int
    term: Term | None
    uses: int


class Network(NamedTuple):
    """The parts from left to right, the links between them, and how many neurons were found."""

    parts: tuple[Part, ...]
    links: tuple[Link, ...]
    applications: int

    def shown(self) -> tuple[dict[str, Node], dict[Node, str]]:
        """The one node that the box of a part shows, where it is one; the box of each node."""
        nodes: dict[str, Node] = {}
        box_of: dict[Node, str] = {}
        for i, part in enumerate(self.parts):
            if part.kind == "operations" or len(part.nodes) == 1:
                nodes[f"p{i}"] = part.nodes[-1]
            hidden = [x for neuron in part.applications for x in neuron.hidden]
            box_of |= dict.fromkeys((*part.nodes, *hidden), f"p{i}")
        return nodes, box_of

    def columns(self) -> list[list[int]]:
        """The places of the parts, column by column."""
        columns: dict[tuple[int, bool], list[int]] = {}
        for place, part in enumerate(self.parts):
            columns.setdefault(part.column, []).append(place)
        return [columns[key] for key in sorted(columns)]


def network(nodes: Sequence[Node], outputs: Sequence[Node]) -> Network:
    """The network of a graph.

    Args:
        nodes: everything that the outputs depend on, operands before results.
        outputs: the nodes that the picture is of.

    >>> import random
    >>> from autograd_mini import nn
    >>> model = nn.MLP(2, [3, 1], rng=random.Random(0))
    >>> y = model([1, 2])
    >>> found = network(graph.order(y), [y])
    >>> [len(column) for column in found.columns()], len(found.links)
    ([2, 3, 1], 9)
    """
    found = neurons(nodes, outputs)
    return _Builder(nodes, outputs, found).network() if found else Network((), (), 0)


class _Builder:
    def __init__(
        self, nodes: Sequence[Node], outputs: Sequence[Node], found: Sequence[Neuron]
    ) -> None:
        self._nodes = nodes
        self._outputs = set(outputs)
        self._neurons = found
        self._by_output = {neuron.output: neuron for neuron in found}
        owned = {x for neuron in found for x in (*neuron.hidden, neuron.output)}
        self._operations = [n for n in nodes if n not in owned and not graph.is_leaf(n)]
        self._depths = self._found_depths()
        self._above: dict[Node, Node] = {}

    def network(self) -> Network:
        """Put everything together."""
        units: dict[object, list[Neuron]] = {}
        for neuron in self._neurons:
            units.setdefault(self._key(neuron), []).append(neuron)
        for unit in units.values():
            self._unite_inputs(unit)
        self._unite_operations()
        parts = [
            *self._inputs(),
            *(self._part("unit", [x.output for x in unit], unit) for unit in units.values()),
            *(self._part("operations", nodes) for nodes in self._groups(self._operations)),
        ]
        parts.sort(key=lambda part: (part.column, part.kind == "input"))
        return Network(tuple(parts), tuple(self._links(parts)), len(self._neurons))

    def _part(self, kind: str, nodes: Sequence[Node], applications: Sequence[Neuron] = ()) -> Part:
        is_output = not self._outputs.isdisjoint(nodes)
        return Part(kind, self._depths[nodes[0]], tuple(nodes), tuple(applications), is_output)

    # --- depth ---

    def _found_depths(self) -> dict[Node, int]:
        depths: dict[Node, int] = {}
        for node in self._nodes:
            if neuron := self._by_output.get(node):
                depths[node] = 1 + max(depths.get(x, 0) for x in neuron.operands)
            elif not graph.is_leaf(node):
                depths[node] = max((depths.get(x, 0) for x in graph.operand_nodes(node)), default=0)
        # Operations that no neuron leads to, as 1 − y in a loss, stand where they are used.
        used_at = {x: 0 for neuron in self._neurons for x in neuron.operands}
        for node in reversed(self._operations):
            depths[node] = depths[node] or used_at.get(node, 0)
            for x in graph.operand_nodes(node):
                used_at[x] = min(used_at.get(x, depths[node]), depths[node])
        return depths

    # --- what is one part ---

    def _key(self, neuron: Neuron) -> object:
        """Equal for two applications of one neuron, and for no others."""
        weights = tuple((term.weight, term.sign) for term in neuron.terms)
        bias = neuron.bias and (neuron.bias.weight, neuron.bias.sign)
        name = neuron.activation.op if neuron.activation is not None else ""
        return self._depths[neuron.output], name, weights, bias

    def _unite_inputs(self, unit: Sequence[Neuron]) -> None:
        """Inputs at one place of one unit are one, unless they are neurons' outputs."""
        for neuron in unit[1:]:
            for first, other in zip(unit[0].operands, neuron.operands, strict=True):
                alike = graph.is_leaf(first) == graph.is_leaf(other)
                at_one_depth = self._depths.get(first, 0) == self._depths.get(other, 0)
                outputs = first in self._by_output or other in self._by_output
                if alike and at_one_depth and not outputs:
                    self._unite(first, other)

    def _unite_operations(self) -> None:
        """Operations that touch at one depth are one, and constants that neurons read alike."""
        constants: dict[object, Node] = {}
        for neuron in self._neurons:
            for place, x in enumerate(neuron.operands):
                if graph.is_constant(x):
                    key = (self._depths[neuron.output], place, x.data, graph.label(x))
                    self._unite(constants.setdefault(key, x), x)
        operations = set(self._operations)
        for node in self._operations:
            for x in graph.operand_nodes(node):
                if x in operations and self._depths[x] == self._depths[node]:
                    self._unite(x, node)

    def _inputs(self) -> list[Part]:
        """The leaves that neurons weigh, and those that operations before them read."""
        leaves: dict[Node, None] = {}
        before: dict[Node, int] = {}  # the depth before the first unit that reads a leaf
        for neuron in self._neurons:
            depth = self._depths[neuron.output] - 1
            for x in neuron.operands:
                before[x] = min(before.get(x, depth), depth)
            leaves.update((x, None) for x in neuron.operands if graph.is_leaf(x))
        for node in self._operations:
            depth = self._depths[node]
            for x in graph.operand_nodes(node):
                before[x] = min(before.get(x, depth), depth)
                if depth == 0 and graph.is_leaf(x) and not graph.is_constant(x):
                    leaves[x] = None
        groups = self._groups(leaves)
        return [Part("input", min(map(before.__getitem__, x)), tuple(x)) for x in groups]

    # --- nodes that are drawn as one, by union-find (Tarjan, Journal of the ACM 22, 1975) ---

    def _unite(self, one: Node, other: Node) -> None:
        top, below = self._top(one), self._top(other)
        if top is not below:
            self._above[below] = top

    def _top(self, node: Node) -> Node:
        path = []
        while node in self._above:
            path.append(node)
            node = self._above[node]
        self._above.update(dict.fromkeys(path, node))
        return node

    def _groups(self, nodes: Iterable[Node]) -> list[list[Node]]:
        """The nodes, those that were united in one list, in the order of their first."""
        groups: dict[Node, list[Node]] = {}
        for node in nodes:
            groups.setdefault(self._top(node), []).append(node)
        return list(groups.values())

    # --- links ---

    def _links(self, parts: Sequence[Part]) -> list[Link]:
        place_of = {node: place for place, part in enumerate(parts) for node in part.nodes}
        uses: Counter[tuple[int, int, int]] = Counter()
        terms: dict[tuple[int, int, int], Term] = {}
        for head, part in enumerate(parts):
            for neuron in part.applications:
                for k, term in enumerate(neuron.terms):
                    key = (place_of[term.input], head, k)
                    uses[key] += 1
                    terms.setdefault(key, term)
            for node in part.nodes if part.kind == "operations" else ():
                tails = [place_of.get(x, head) for x in graph.operand_nodes(node)]
                uses.update((tail, head, -1) for tail in tails if tail != head)
        return [Link(*ends[:2], terms.get(ends), n) for ends, n in uses.items()]
