"""Derivatives as Values, which can be differentiated again: reverse mode, forward mode, tables.

Vocabulary:

- *reverse mode* carries adjoints ∂output/∂node from the output to the inputs (:func:`grad`).
- *forward mode* carries tangents ∂node/∂t from the inputs to the output (:func:`jvp`).
- *active*: a node that depends on an input; the others get neither adjoint nor tangent, and the
  local derivative of an operand that is not active is never evaluated.
- *nothing*: what a node without an entry has received. What is not chosen contributes nothing
  (:mod:`autograd_mini.choices`), and the derivative of what is chosen has no factor for the choice.

Both modes read the same partials in the table. An adjoint or a tangent that is known to be a plain
number stays a float on the way and becomes a constant Value at the end. ``.grad`` is not touched.
Source: Griewank and Walther, "Evaluating Derivatives", 2nd ed., chapters 3 and 5.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from autograd_mini import choices, copying, graph, nested, ops
from autograd_mini.real import is_real, real, shown
from autograd_mini.value import Value

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from typing import Any

    from autograd_mini.choices import States
    from autograd_mini.graph import N

    Number = Value | float


def grad(output: Value, inputs: Value | Iterable[Value]) -> tuple[Value, ...]:
    """∂output/∂input for each of the inputs; see :func:`autograd_mini.grad`."""
    wanted = _values(inputs, "grad")
    if not isinstance(output, Value):
        real(output, "grad: output")
        return tuple(Value.constant(0.0) for _ in wanted)
    nodes, active = _active([output], wanted, "grad")
    adjoints = _pull_back(output, nodes, active, set(wanted))
    known = set(nodes)
    return tuple(_as_result(adjoints.get(x, 0.0), known) for x in wanted)


def _active(
    outputs: Sequence[Value], inputs: Sequence[Value], where: str
) -> tuple[list[Value], set[Value]]:
    """The nodes under ``outputs`` in order, and those of them that depend on an input."""
    nodes = graph.order(*outputs)
    if copying.known:
        copying.refuse_cut(nodes, inputs, where)
    interior = [node for node in nodes if not graph.is_leaf(node)]
    graph.refuse_stale(interior)
    return nodes, {*inputs, *depending(interior, inputs)}


def depending(nodes: Iterable[N], inputs: Iterable[N]) -> list[N]:
    """Those of the nodes, operands before results, that are one of the inputs or depend on one."""
    active = set(inputs)
    found = []
    for node in nodes:
        if node in active or not active.isdisjoint(graph.operand_nodes(node)):
            active.add(node)
            found.append(node)
    return found


def _pull_back(
    output: Value, nodes: list[Value], active: set[Value], inputs: set[Value]
) -> dict[Value, Number]:
    """The adjoints of the inputs: the chain rule from the output down, over Values."""
    adjoints = _Totals({output: 1.0} if output in active else {}, nodes)
    for node in reversed(nodes):
        if node not in adjoints or graph.is_leaf(node):
            continue
        adjoint = adjoints[node]
        if (
            node._row.boundary is None and not adjoints.recorded
        ):  # the others' loop, written out: most nodes come here
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


def jvp(output: Value, inputs: Value | Iterable[Value], tangents: object) -> Value:
    """The derivative of ``output`` along a direction: Σ ∂output/∂inputᵢ · tangentᵢ, forward mode.

    Args:
        output: the Value to differentiate.
        inputs: Values that it may depend on, or a single one.
        tangents: for each input the rate at which it moves: a number, or a Value that can be
            differentiated in its turn; a single one for a single input.

    Raises:
        StaleGraphError: a leaf's data was changed after a node had used it.
        TypeError: an input is not a Value, or a tangent neither a Value nor a number.
        ValueError: the inputs and the tangents differ in number, or an input is given twice.

    >>> x, y = Value(3.0), Value(4.0)
    >>> jvp(x * y, [x, y], [1.0, 10.0]).data
    34.0
    """
    wanted = _values(inputs, "jvp")
    moving = _moving(wanted, tangents, "jvp: the tangents are")
    if not isinstance(output, Value):
        real(output, "jvp: output")
        return Value.constant(0.0)
    nodes, active = _active([output], wanted, "jvp")
    tangent = _push_forward(nodes, active, moving).get(output, 0.0)
    return _as_result(tangent, {*nodes, *[t for t in moving.values() if isinstance(t, Value)]})


def _push_forward(
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


class _Totals(dict[Value, "Number"]):
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
        self._states: States = {}

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


def jacobian(
    outputs: Value | Iterable[Value], inputs: Value | Iterable[Value]
) -> list[list[Value]]:
    """∂outputs[i]/∂inputs[j] as rows; see :func:`autograd_mini.jacobian`."""
    rows, columns = _listed(outputs, "jacobian: the outputs are"), _values(inputs, "jacobian")
    if len(columns) >= len(rows) or len(set(columns)) < len(columns):
        return [list(grad(output, columns)) for output in rows]
    return [[jvp(output, [x], [1.0]) for x in columns] for output in rows]


def hessian(output: Value, inputs: Value | Iterable[Value]) -> list[list[Value]]:
    """∂²output/∂inputs[i]∂inputs[j] as rows; see :func:`autograd_mini.hessian`."""
    columns = _values(inputs, "hessian")
    return [list(grad(slope, columns)) for slope in grad(output, columns)]


def hvp(output: Value, inputs: Value | Iterable[Value], vector: object) -> tuple[Value, ...]:
    """The Hessian times a vector; see :func:`autograd_mini.hvp`."""
    wanted = _values(inputs, "hvp")
    moving = _moving(wanted, vector, "hvp: the vector is")
    slopes = grad(output, wanted)
    nodes, active = _active(slopes, wanted, "hvp")
    tangents = _push_forward(nodes, active, moving)
    known = {*nodes, *[t for t in moving.values() if isinstance(t, Value)]}
    return tuple(_as_result(tangents.get(slope, 0.0), known) for slope in slopes)


def detach(values: object) -> Any:
    """The same numbers as constants: no gradient flows through them from here on.

    In a compiled function too, where they are computed anew for each example. Values computed
    under ``no_grad()`` are such constants.

    Args:
        values: a Value, a real number, which stays one, or nested lists of them.

    >>> x = Value(0.5)
    >>> soft = x.tanh()
    >>> hard = soft + detach(x.step() - soft)  # forward the step, backward tanh
    >>> hard.data, round(grad(hard, [x])[0].data, 4)
    (1.0, 0.7864)
    """
    return nested.mapped(_detached, values)


def _detached(x: object) -> Any:
    return x.detach() if isinstance(x, Value) else real(x, "detach")


def _moving(inputs: list[Value], given: object, said: str) -> dict[Value, Number]:
    """For each input the rate at which it moves.

    Raises:
        ValueError: the rates differ from the inputs in number, or an input is given twice.
        TypeError: a rate is neither a Value nor a number.
    """
    rates = _listed(given, said)
    where = said.partition(":")[0]
    if len(rates) != len(inputs) or len(set(inputs)) != len(inputs):
        raise ValueError(
            f"{where}: {len(inputs)} input(s), {len(rates)} tangent(s); "
            "give each input once and one tangent for it"
        )
    return {
        x: t if isinstance(t, Value) else real(t, f"{where}: tangent")
        for x, t in zip(inputs, rates, strict=True)
    }


def _product(adjoint: Number, local: Number) -> Number:
    """adjoint · local, without a node where one of them is the number 1."""
    if type(local) is float and local == 1.0:
        return adjoint
    return local if type(adjoint) is float and adjoint == 1.0 else adjoint * local


def _as_result(derivative: Number, known: set[Value]) -> Value:
    """A Value of its own: a number as a constant, a node of the graph itself times one."""
    if not isinstance(derivative, Value):
        return Value.constant(derivative)
    result: Value = derivative * 1.0 if derivative in known else derivative
    return result


def _values(inputs: Value | Iterable[Value], where: str) -> list[Value]:
    found = _listed(inputs, f"{where}: the inputs are")
    for x in found:
        if not isinstance(x, Value):
            raise TypeError(
                f"{where}: an input is {type(x).__name__} {shown(x)}; derivatives are taken with "
                "respect to Values, so build the expression from Value(...)"
            )
    return found


def _listed(given: object, said: str) -> list[Any]:
    """The elements of what was given; a single Value or number is a list of one.

    Raises:
        TypeError: it is neither; ``said`` begins the message.
    """
    if isinstance(given, Value) or is_real(given):
        return [given]
    if not hasattr(given, "__iter__") or isinstance(given, str):
        raise TypeError(
            f"{said} {type(given).__name__} {shown(given)}; give a list of them, or one"
        )
    return list(given)
