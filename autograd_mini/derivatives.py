"""Derivatives as Values, which can be differentiated again: reverse mode, forward mode, tables.

Vocabulary: see :mod:`autograd_mini.sweeps`, where the two modes are. A derivative that is a plain
number becomes a constant Value here. ``.grad`` is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd_mini import nested, sweeps
from autograd_mini.real import is_real, real, shown
from autograd_mini.sweeps import Number
from autograd_mini.value import Value


def grad(output: Value, inputs: Value | Iterable[Value]) -> tuple[Value, ...]:
    """∂output/∂input for each of the inputs; see :func:`autograd_mini.grad`."""
    wanted = _values(inputs, "grad")
    if not isinstance(output, Value):
        real(output, "grad: output")
        return tuple(Value.constant(0.0) for _ in wanted)
    nodes, active = sweeps.between([output], wanted, "grad")
    adjoints = sweeps.pull_back(output, nodes, active, set(wanted))
    known = set(nodes)
    return tuple(_as_result(adjoints.get(x, 0.0), known) for x in wanted)


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
    return _along([output], moving, "jvp")[0]


def _along(outputs: Sequence[Value], moving: dict[Value, Number], where: str) -> tuple[Value, ...]:
    """The derivatives of the outputs as the inputs move."""
    nodes, active = sweeps.between(outputs, [*moving], where)
    tangents = sweeps.push_forward(nodes, active, moving)
    known = {*nodes, *[t for t in moving.values() if isinstance(t, Value)]}
    return tuple(_as_result(tangents.get(x, 0.0), known) for x in outputs)


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
    return _along(grad(output, wanted), moving, "hvp")


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
