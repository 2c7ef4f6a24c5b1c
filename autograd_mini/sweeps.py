"""The chain rule over Values, in both directions, and what it goes through.

Vocabulary:

- *reverse mode* carries adjoints ∂output/∂node from the output to the inputs.
- *forward mode* carries tangents ∂node/∂t from the inputs to the output.
- *active*: a node that depends on an input; the others get neither adjoint nor tangent, and the
  local derivative of an operand that is not active is never evaluated.
- *nothing*: what a node without an entry has received. What is not chosen contributes nothing
  (:mod:`autograd_mini.choices`), and the derivative of what is chosen has no factor for the choice.

Both modes read the same partials in the table. An adjoint or a tangent that is known to be a plain
number stays a float on the way.
Source: Griewank and Walther, "Evaluating Derivatives", 2nd ed., chapters 3 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import repeat

from autograd_mini import choices, copying, graph, ops
from autograd_mini.graph import N, Node
from autograd_mini.value import Value

Number = Value | float


def between(
    outputs: Sequence[Value], inputs: Sequence[Value], where: str
) -> tuple[list[Value], set[Value]]:
    """The nodes under ``outputs`` in order, and those of them that depend on an input."""
    nodes = graph.order(*outputs)
    if copying.known:
        copying.refuse_cut(nodes, inputs, where)
    interior = [node for node in nodes if not graph.is_leaf(node)]
    graph.refuse_stale(interior)
    return nodes, {*inputs, *depending(interior, inputs)}


def slopes(node: Node) -> Callable[[int], float]:
    """The function i -> ∂node/∂operand i as a number; what all operands share is computed once.

    >>> z = ops.max([Value(1.0), Value(3.0), Value(3.0)])
    >>> list(map(slopes(z), range(3)))
    [0.0, 0.5, 0.5]
    """
    row, z = node._row, node._data
    numbers = graph.numbers(graph.raw_operands(node))
    if row.arity is None:
        return row.at(z, numbers)
    return lambda i: row.local(i, z, numbers)


def depending(nodes: Iterable[N], inputs: Iterable[N]) -> list[N]:
    """Those of the nodes, operands before results, that are one of the inputs or depend on one."""
    active = set(inputs)
    found = []
    for node in nodes:
        if node in active or not active.isdisjoint(graph.operand_nodes(node)):
            active.add(node)
            found.append(node)
    return found


def pull_back(
    output: Value, nodes: list[Value], active: set[Value], inputs: set[Value]
) -> dict[Value, Number]:
    """The adjoints of the inputs: the chain rule from the output down, over Values."""
    adjoints = _Totals({output: 1.0} if output in active else {}, nodes)
    for node in reversed(nodes):
        if node not in adjoints or graph.is_leaf(node):
            continue
        adjoint = adjoints[node]
        # the loop of the others, written out: most nodes come here
        if node._row.boundary is None and not adjoints.recorded:
            operands = graph.raw_operands(node)
            partial = node._row.at(node, operands)
            for i, operand in enumerate(operands):
                if type(operand) is not float and operand in active:
                    share = _product(adjoint, partial(i))
                    before = adjoints.get(operand)
                    adjoints[operand] = share if before is None else before + share
        else:
            for operand, local, left_out in adjoints.locals(node, active):
                adjoints.add(node, operand, local, left_out)
        if node not in inputs:
            del adjoints[node]
    return adjoints


def push_forward(
    nodes: list[Value], active: set[Value], moving: dict[Value, Number]
) -> dict[Value, Number]:
    """The tangents of all active nodes: the chain rule from the inputs up, over Values.

    An input that depends on another input moves on its own account as well as along.
    """
    tangents = _Totals(moving, nodes)
    for node in nodes:
        if graph.is_leaf(node) or node not in active:
            continue
        if node._row.boundary is None and not tangents.recorded:
            operands = graph.raw_operands(node)
            partial = node._row.at(node, operands)
            for i, operand in enumerate(operands):
                if type(operand) is not float and operand in tangents:
                    share = _product(tangents[operand], partial(i))
                    before = tangents.get(node)
                    tangents[node] = share if before is None else before + share
        else:
            for operand, local, left_out in tangents.locals(node, tangents):
                tangents.add(operand, node, local, left_out)
    return tangents


class _Totals(dict[Value, Number]):
    """What nodes have received so far; those without an entry received nothing.

    Attributes:
        recorded: whether choices are recorded, while compile records a function.
        nothing: then for some of the nodes a Value that is 1 in the examples in which they received
            nothing, else 0.
    """

    __slots__ = ("_states", "nothing", "recorded")

    def __init__(self, given: dict[Value, Number], nodes: list[Value]) -> None:
        super().__init__(given)
        self.nothing: dict[Value, Value] = {}
        self.recorded = choices.are_recorded(nodes)
        self._states: dict[Node, int] = {}

    def locals(
        self, node: Value, wanted: Container[Value]
    ) -> Iterator[tuple[Value, Number, Value | None]]:
        """The wanted operands that a derivative goes through, with their local derivatives.

        The third tells, while compile records, where the operand is not chosen.
        """
        row, operands = node._row, graph.raw_operands(node)
        taken = choices.chosen(node, self._states)
        left_out = choices.left_out(node) if self.recorded else repeat(None)
        partial = None
        for i, (operand, chosen, out) in enumerate(zip(operands, taken, left_out, strict=False)):
            if chosen is not False and type(operand) is not float and operand in wanted:
                if chosen:
                    yield operand, 1.0, None
                else:
                    partial = partial or row.at(node, operands)
                    yield operand, partial(i), out

    def add(self, source: Value, to: Value, local: Number, left_out: Value | None) -> None:
        """Hand on what a node received, times a local derivative; nothing if that is left out."""
        share = _product(self[source], local)
        if self.recorded:
            share = self._where_something(source, to, share, left_out)
        before = self.get(to)
        self[to] = share if before is None else before + share

    def _where_something(
        self, source: Value, to: Value, share: Number, left_out: Value | None
    ) -> Number:
        """The share, 0 where it is nothing; and where what is received altogether is nothing."""
        mask = choices.either(self.nothing.get(source), left_out)
        if mask is not None:
            mask = mask if graph.is_constant(mask) else mask.detach()
            share = ops.where(mask, 0.0, share)
        if to in self:
            mask = choices.both(self.nothing.pop(to, None), mask)
        if mask is not None:
            self.nothing[to] = mask
        return share


def _product(adjoint: Number, local: Number) -> Number:
    """adjoint · local, without a node where one of them is the number 1."""
    if type(local) is float and local == 1.0:
        return adjoint
    return local if type(adjoint) is float and adjoint == 1.0 else adjoint * local
