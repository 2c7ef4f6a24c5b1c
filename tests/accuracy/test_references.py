"""The partials of the rows are true: they are the derivatives of the value, by differences."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import pytest
from mpmath import mp

from autograd_mini import ops
from autograd_mini.rows import TABLE, Op
from tests.accuracy.references import (
    REFERENCES,
    NoDefinitionError,
    Number,
    Of,
    derivatives,
    is_helper,
    orders,
    value,
)

PUBLIC = {name for name in REFERENCES if not is_helper(TABLE[name])}
"""The rows that people use; the others exist to be their derivatives."""


def slope(f: Callable[[Sequence[Number]], Number], i: int, point: Sequence[Number]) -> Number:
    """∂f/∂operand i by central differences: forty of a hundred digits are right."""
    step = mp.mpf(10) ** -30 * max(abs(point[i]), 1)
    above, below = list(point), list(point)
    above[i] += step
    below[i] -= step
    return (f(above) - f(below)) / (2 * step)


def places(name: str, count: int = 10) -> Iterator[list[Number]]:
    """Points in the row's domain, the same in every run."""
    rng = random.Random(name)
    for _ in range(count):
        yield [mp.mpf(rng.uniform(low, high)) for low, high in TABLE[name].domain]


def complaints(name: str) -> list[str]:
    """Where a partial of the row is not the derivative of its value, or of the partial before."""
    found = []
    with mp.workdps(100):
        for point in places(name):
            for of, exact in derivatives(name, point, orders(name)).items():
                if of:
                    estimate = slope(partial(before, name, of), of[-1], point)
                    if abs(estimate - exact.number) > mp.mpf(10) ** -40 * max(1, abs(estimate)):
                        found.append(f"{name}, derivative {of} at {point}: {exact.number}")
    return found


def before(name: str, of: Of, at: Sequence[Number]) -> Number:
    """The function whose derivative by the last operand it is."""
    return derivatives(name, at, len(of) - 1)[of[:-1]].number


@pytest.mark.parametrize("name", REFERENCES)
def test_the_partials_are_the_derivatives_of_the_value(name: str) -> None:
    assert complaints(name) == []


@pytest.mark.parametrize("name", REFERENCES)
def test_the_forward_function_is_the_definition(name: str) -> None:
    for point in places(name):
        truth = value(TABLE[name], point).number
        assert math.isclose(TABLE[name].forward(*map(float, point)), truth, rel_tol=1e-14)


@pytest.mark.parametrize("name", REFERENCES)
def test_there_are_as_many_derivatives_as_second_derivatives_need(name: str) -> None:
    (point,) = places(name, 1)
    found, arity = derivatives(name, point, orders(name)), len(point)
    assert len(found) == sum(arity**order for order in range(orders(name) + 1))
    assert orders(name) == 2 or is_helper(TABLE[name])


def test_a_row_without_a_definition_says_what_to_add() -> None:
    ops.op("unheard_of", lambda x: x * x, lambda z, x: 2.0 * x, domain=((-1.0, 1.0),))
    try:
        with pytest.raises(NoDefinitionError, match=r"give the row a definition: op\('unheard_of'"):
            complaints("unheard_of")
    finally:
        del TABLE["unheard_of"]


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("sin", {"partials": (lambda z, x: -ops.cos(x),)}),
    ("exp", {"partials": (lambda z, x: z * (1.0 + 1e-14),)}),
    ("mul", {"partials": (lambda z, x, y: x, lambda z, x, y: y)}),
    ("log2", {"partials": (lambda z, x: ops.xlogy_dy(1.4427, x),)}),
    ("tanh", {"partials": (lambda z, x: 1.0 - z,)}),
    ("relu", {"partials": (lambda z, x: 1.0 - ops.step(x),)}),
    ("atan2", {"partials": TABLE["atan2"].partials[::-1]}),
    ("gelu_d", {"definition": lambda x: ops.normal_cdf(x) + x * ops.gauss(x)}),
    ("silu", {"definition": lambda x: x * ops.sigmoid(2.0 * x)}),
]
"""What is wrong in a copy of a row."""


@pytest.mark.parametrize(("name", "wrong"), FAULTS, ids=[name for name, _ in FAULTS])
def test_a_planted_fault_is_seen(
    name: str, wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert complaints(name) == []
    monkeypatch.setitem(TABLE, name, copied(TABLE[name], **wrong))
    assert complaints(name)


def copied(row: Op, **changed: Any) -> Op:
    """A copy of a row in which something is different."""
    copy = type(row)()
    vars(copy).update(vars(row))
    for name, new in changed.items():
        setattr(copy, name, new)
    return copy
