"""Neurons, found in a graph by its structure: who wrote it, and how, does not matter.

Vocabulary (slides 11 and 16):

- *neuron*: a weighted sum z = w₁x₁ + … + wₙxₙ + b, then at most one unary operation a = g(z).
- *term*: one weight, the input that it weighs, and the sign with which the product counts.
- *spelling*: the sum is one affine node, or products added, subtracted, negated and summed in any
  way, as long as nothing but the sum uses the parts.

A weight is a leaf. Where a product has two leaves, labels and use say which one is the weight
(:mod:`autograd_mini.show.kinds`); where they do not, it is the first. One product without a bias
is a neuron only if it is certain which factor is the weight, and so is a product with a number.

Every step looks at each node and each operand once, without recursion, so the time is linear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import graph
from autograd_mini.show.kinds import leaf_kinds

if TYPE_CHECKING:
    from autograd_mini.value import Value as Node

SUMS = frozenset({"add", "sub", "neg", "sum"})
NO_BIAS = frozenset({"input", "target"})
SURE = 3
"""The chance of a factor whose label or use says that it is a weight."""


class Term(NamedTuple):
    """One product of a weighted sum; ``sign`` is 1.0 or −1.0."""

    weight: Node
    input: Node
    sign: float = 1.0


class Neuron(NamedTuple):
    """One application of a neuron to its inputs.

    Attributes:
        sum: the node that holds z.
        activation: the node that holds a = g(z); None where the neuron is linear.
        terms: the products, in the order of the expression.
        bias: the leaf b, and the sign with which it counts; None where there is none.
        inside: the products and partial sums that the neuron is made of.
    """

    sum: Node
    activation: Node | None
    terms: tuple[Term, ...]
    bias: Term | None
    inside: tuple[Node, ...]

    @property
    def output(self) -> Node:
        """The node that others use."""
        return self.sum if self.activation is None else self.activation

    @property
    def operands(self) -> list[Node]:
        """The inputs."""
        return [term.input for term in self.terms]

    @property
    def hidden(self) -> tuple[Node, ...]:
        """The operations that it is made of, but the last."""
        return self.inside if self.activation is None else (*self.inside, self.sum)


def neurons(nodes: Sequence[Node], outputs: Sequence[Node]) -> list[Neuron]:
    """The neurons of a graph, inputs before what uses them.

    Args:
        nodes: everything that the outputs depend on, operands before results.
        outputs: the nodes that count as used from outside.

    >>> from autograd_mini import Value
    >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
    >>> a = (w * x + b).tanh()
    >>> found, = neurons(graph.order(a), [a])
    >>> found.terms[0].weight is w, found.bias.weight is b, found.activation is a
    (True, True, True)
    """
    return _Search(nodes, outputs).found()


class _Search:
    def __init__(self, nodes: Sequence[Node], outputs: Sequence[Node]) -> None:
        self._nodes = nodes
        self._kinds = leaf_kinds(nodes)
        self._uses: Counter[Node] = Counter(outputs)
        for node in nodes:
            self._uses.update(graph.operand_nodes(node))
        self._counts: dict[Node, tuple[int, int]] = {}  # of products and of biases in a sum

    def found(self) -> list[Neuron]:
        """The neurons, in the order in which their sums are made."""
        for node in self._nodes:
            if counts := self._counted(node):
                self._counts[node] = counts
        inside = self._inside()
        sums = [node for node in self._nodes if node not in inside]
        found = {z: neuron for z in sums if (neuron := self._neuron(z))}
        for node in self._nodes:
            if not graph.is_leaf(node) and _is_unary(node):
                z = node._a
                if z in found and self._uses[z] == 1:
                    found[z] = found[z]._replace(activation=node)
        return [*found.values()]

    # --- which nodes are weighted sums, from the operands up ---

    def _counted(self, node: Node) -> tuple[int, int] | None:
        """How many products and biases the node sums up, None where it is no weighted sum."""
        if node.op == "mul":
            return (1, 0) if self._product(node) else None
        if node.op == "affine":
            *pairs, bias = node.operands
            plain = graph.is_leaf(bias) and all(map(graph.is_leaf, pairs[::2]))
            return (len(pairs) // 2, 1) if plain else None
        if node.op not in SUMS:
            return None
        products = biases = 0
        for x in node.operands:
            if graph.is_leaf(x):
                if self._kind(x) in NO_BIAS:
                    return None
                biases += not _is_zero(x)
            elif x in self._counts and self._uses[x] == 1 and x.op != "affine":
                products += self._counts[x][0]
                biases += self._counts[x][1]
            else:
                return None
        return (products, biases) if biases <= 1 else None

    def _product(self, node: Node) -> Term | None:
        """The weight and the input of a product; None where no factor is a weight."""
        left, right = node.operands
        if left is right:
            return None
        chances = self._chance(left, right), self._chance(right, left)
        if not any(chances) or min(chances) == SURE:
            return None
        return Term(right, left) if chances[1] > chances[0] else Term(left, right)

    def _chance(self, factor: Node, other: Node) -> int:
        """How much speaks for a factor being the weight of the other: 0 nothing, SURE all."""
        if not graph.is_leaf(factor) or self._kind(other) == "target":
            return 0
        kind = self._kind(factor)
        if kind == "weight":
            return SURE
        if graph.is_constant(factor):
            return int(kind == "constant" and self._kind(other) == "input")
        return 0 if kind in NO_BIAS or graph.is_constant(other) else 2

    def _kind(self, node: Node) -> str:
        if node in self._kinds:
            return self._kinds[node]
        return "constant" if graph.is_constant(node) else ""

    def _inside(self) -> set[Node]:
        """The products and partial sums that belong to a larger sum; −z alone is no larger sum."""
        inside: set[Node] = set()
        for node in reversed(self._nodes):  # results before operands
            if node.op in SUMS and node in self._counts and (node.op != "neg" or node in inside):
                inside.update(x for x in graph.operand_nodes(node) if not graph.is_leaf(x))
        return inside

    # --- what a weighted sum is made of ---

    def _neuron(self, z: Node) -> Neuron | None:
        """The neuron of a sum, without its activation; None where it is none."""
        products, biases = self._counts.get(z, (0, 0))
        if not products or z.op == "neg":
            return None
        if z.op == "affine":
            *pairs, last = z.operands
            terms = tuple(map(Term, pairs[::2], pairs[1::2]))
            return Neuron(z, None, terms, None if _is_zero(last) else Term(last, last), ())
        found = self._taken_apart(z)
        sure = products + biases > 1 or self._kind(found.terms[0].weight) == "weight"
        return found if sure else None

    def _taken_apart(self, z: Node) -> Neuron:
        """The terms from left to right, the bias, and the nodes in between."""
        terms: list[Term] = []
        bias = None
        inside: list[Node] = []
        stack = [(z, 1.0)]
        while stack:
            node, sign = stack.pop()
            if graph.is_leaf(node):
                bias = bias if _is_zero(node) else Term(node, node, sign)
                continue
            if node is not z:
                inside.append(node)
            if node.op == "mul":
                product = self._product(node)
                assert product is not None
                terms.append(product._replace(sign=sign))
            else:
                stack += reversed(list(zip(node.operands, _signs(node, sign), strict=True)))
        return Neuron(z, None, tuple(terms), bias, tuple(inside))


def _is_zero(leaf: Node) -> bool:
    """Whether it is a zero that adds nothing, as where sum() begins."""
    return graph.is_constant(leaf) and bool(leaf.data == 0.0)


def _signs(node: Node, sign: float) -> list[float]:
    """The signs with which a sum takes its operands."""
    if node.op == "neg":
        return [-sign]
    if node.op == "sub":
        return [sign, -sign]
    return [sign] * len(node.operands)


def _is_unary(node: Node) -> bool:
    """Whether the node's one operand is a Value; a slope, as of leaky ReLU, is a plain number."""
    row = node._row
    if row.arity == 1:
        return bool(node.op != "neg")
    return bool(row.defaults and (type(node._b) is float or graph.is_constant(node._b)))
