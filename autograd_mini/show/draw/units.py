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
from collections.abc import Sequence
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
    return _Builder(nodes, outputs).network()


class _Builder:
    def __init__(self, nodes: Sequence[Node], outputs: Sequence[Node]) -> None:
        self._nodes = nodes
        self._outputs = set(outputs)
        self._neurons = neurons(nodes, outputs)
        self._by_output = {neuron.output: neuron for neuron in self._neurons}
        owned = {x for neuron in self._neurons for x in (neuron.sum, *neuron.inside)}
        owned.update(self._by_output)
        self._operations = [n for n in nodes if n not in owned and not graph.is_leaf(n)]
        self._depths = self._found_depths() if self._neurons else {}
        self._same = _Sets()

    def network(self) -> Network:
        """Put everything together; nothing at all where there is no neuron."""
        if not self._neurons:
            return Network((), (), 0)
        units: dict[object, list[Neuron]] = {}
        for neuron in self._neurons:
            units.setdefault(self._key(neuron), []).append(neuron)
        self._unite(list(units.values()))
        parts = [*self._inputs(), *self._units(list(units.values())), *self._pieces()]
        parts.sort(key=lambda part: (part.column, part.kind == "input"))
        place_of = {node: place for place, part in enumerate(parts) for node in part.nodes}
        return Network(tuple(parts), tuple(self._links(parts, place_of)), len(self._neurons))

    # --- depth ---

    def _found_depths(self) -> dict[Node, int]:
        depths: dict[Node, int] = {}
        for node in self._nodes:
            if neuron := self._by_output.get(node):
                depths[node] = 1 + max(depths.get(term.input, 0) for term in neuron.terms)
            elif not graph.is_leaf(node):
                depths[node] = max((depths.get(x, 0) for x in graph.operand_nodes(node)), default=0)
        self._move_right(depths)
        return depths

    def _move_right(self, depths: dict[Node, int]) -> None:
        """Operations that no neuron leads to, as 1 − y in a loss, stand where they are used."""
        early = [node for node in self._operations if depths[node] == 0]
        used_at: dict[Node, int] = {}
        for neuron in self._neurons:
            for term in neuron.terms:
                used_at[term.input] = 0
        for node in reversed(self._operations):
            depth = used_at.get(node, depths[node]) if depths[node] == 0 else depths[node]
            for x in graph.operand_nodes(node):
                used_at[x] = min(used_at.get(x, depth), depth)
        for node in early:
            depths[node] = used_at.get(node, 0)

    # --- what is one part ---

    def _key(self, neuron: Neuron) -> object:
        """Equal for two applications of one neuron, and for no others."""
        weights = tuple((term.weight, term.sign) for term in neuron.terms)
        bias = neuron.bias and (neuron.bias.weight, neuron.bias.sign)
        name = neuron.activation.op if neuron.activation is not None else ""
        return self._depths[neuron.output], name, weights, bias

    def _unite(self, units: Sequence[Sequence[Neuron]]) -> None:
        """Inputs at one place of one unit are one, and operations that touch at one depth."""
        numbers: dict[object, Node] = {}
        for unit in units:
            for place, first in enumerate(unit[0].terms):
                for neuron in unit[1:]:
                    self._unite_two(first.input, neuron.terms[place].input)
                if graph.is_constant(first.input):
                    depth, x = self._depths[unit[0].output], first.input
                    key = (depth, place, x.data, graph.label(x))
                    self._same.unite(numbers.setdefault(key, x), x)
        operations = set(self._operations)
        for node in self._operations:
            for x in graph.operand_nodes(node):
                if x in operations and self._depths[x] == self._depths[node]:
                    self._same.unite(x, node)

    def _unite_two(self, one: Node, other: Node) -> None:
        if one in self._by_output or other in self._by_output or one is other:
            return
        if graph.is_leaf(one) == graph.is_leaf(other) and self._depth(one) == self._depth(other):
            self._same.unite(one, other)

    def _depth(self, node: Node) -> int:
        return self._depths.get(node, 0)

    def _inputs(self) -> list[Part]:
        """The leaves that neurons weigh, and those that operations before them read."""
        leaves: dict[Node, None] = {}
        for neuron in self._neurons:
            leaves.update((t.input, None) for t in neuron.terms if graph.is_leaf(t.input))
        for node in self._operations:
            if self._depths[node] == 0:
                operands = graph.operand_nodes(node)
                free = [x for x in operands if graph.is_leaf(x) and not graph.is_constant(x)]
                leaves.update((x, None) for x in free)
        before = self._first_uses()
        groups = self._same.groups(leaves)
        return [Part("input", min(map(before.__getitem__, x)), tuple(x)) for x in groups]

    def _first_uses(self) -> dict[Node, int]:
        """For each leaf the depth before the first unit or of the first operation reading it."""
        found: dict[Node, int] = {}
        for neuron in self._neurons:
            depth = self._depths[neuron.output] - 1
            for term in neuron.terms:
                found[term.input] = min(found.get(term.input, depth), depth)
        for node in self._operations:
            for x in graph.operand_nodes(node):
                found[x] = min(found.get(x, self._depths[node]), self._depths[node])
        return found

    def _units(self, units: Sequence[Sequence[Neuron]]) -> list[Part]:
        found = []
        for unit in units:
            nodes = tuple(neuron.output for neuron in unit)
            depth = self._depths[nodes[0]]
            found.append(Part("unit", depth, nodes, tuple(unit), self._has_output(nodes)))
        return found

    def _pieces(self) -> list[Part]:
        return [
            Part("operations", self._depths[nodes[0]], tuple(nodes), (), self._has_output(nodes))
            for nodes in self._same.groups(self._operations)
        ]

    def _has_output(self, nodes: Sequence[Node]) -> bool:
        return not self._outputs.isdisjoint(nodes)

    # --- links ---

    def _links(self, parts: Sequence[Part], place_of: dict[Node, int]) -> list[Link]:
        uses: Counter[tuple[int, int, int]] = Counter()
        terms: dict[tuple[int, int, int], Term] = {}
        for head, part in enumerate(parts):
            for neuron in part.applications:
                for k, term in enumerate(neuron.terms):
                    key = (place_of[term.input], head, k)
                    uses[key] += 1
                    terms.setdefault(key, term)
            if part.kind == "operations":
                for node in part.nodes:
                    for x in graph.operand_nodes(node):
                        tail = place_of.get(x, head)
                        if tail != head:
                            uses[tail, head, -1] += 1
        return [
            Link(tail, head, terms.get((tail, head, k)), n) for (tail, head, k), n in uses.items()
        ]


class _Sets:
    """Nodes that are drawn as one, by union-find (Tarjan, Journal of the ACM 22, 1975)."""

    def __init__(self) -> None:
        self._above: dict[Node, Node] = {}

    def unite(self, one: Node, other: Node) -> None:
        top, below = self._top(one), self._top(other)
        if top is not below:
            self._above[below] = top

    def groups(self, nodes: Sequence[Node] | dict[Node, None]) -> list[list[Node]]:
        """The nodes, those that were united in one list, in the order of their first."""
        groups: dict[Node, list[Node]] = {}
        for node in nodes:
            groups.setdefault(self._top(node), []).append(node)
        return list(groups.values())

    def _top(self, node: Node) -> Node:
        path = []
        while node in self._above:
            path.append(node)
            node = self._above[node]
        for passed in path:
            self._above[passed] = node
        return node
