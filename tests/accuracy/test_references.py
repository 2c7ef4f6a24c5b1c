"""The references belong together: each derivative is that of the function before it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp

from autograd_mini import ops
from tests.accuracy.measure import order_of
from tests.accuracy.references import REFERENCES

PUBLIC = {
    *("add", "sub", "mul", "div", "neg", "pow", "abs", "exp", "expm1", "log", "log1p", "sqrt"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh"),
    *("atanh", "hypot", "atan2", "erf", "sigmoid", "logsigmoid", "softplus", "relu"),
    *("leaky_relu", "elu", "gelu", "silu", "logaddexp", "xlogy", "maximum", "minimum"),
    *("where", "sign", "step", "log2", "log10", "exp2", "square", "cbrt", "erfc", "normal_cdf"),
    *("lgamma", "digamma", "floor", "ceil", "round", "trunc", "mod", "floordiv", "fmod"),
    "copysign",
}


def slope(f: Callable[..., Any], i: int, point: list[Any]) -> Any:
    """∂f/∂operand i by central differences: forty of a hundred digits are right."""
    step = mp.mpf(10) ** -30 * max(abs(point[i]), 1)
    above, below = list(point), list(point)
    above[i] += step
    below[i] -= step
    return (f(*above) - f(*below)) / (2 * step)


@pytest.mark.parametrize("name", REFERENCES)
def test_the_derivatives_are_those_of_the_value(name: str) -> None:
    reference, rng = REFERENCES[name], random.Random(name)
    with mp.workdps(100):
        for _ in range(10):
            point = [mp.mpf(rng.uniform(low, high)) for low, high in ops.TABLE[name].domain]
            for of in reference.derivatives():
                if of:
                    before = reference.derivative(of[:-1])
                    found, truth = slope(before, of[-1], point), reference.derivative(of)(*point)
                    assert abs(found - truth) <= mp.mpf(10) ** -40 * max(1, abs(truth)), (of, point)


@pytest.mark.parametrize("name", REFERENCES)
def test_there_are_as_many_derivatives_as_second_derivatives_need(name: str) -> None:
    reference, arity = REFERENCES[name], len(ops.TABLE[name].partials)
    orders = 2 if name in PUBLIC else 1 if reference.first else 0
    assert len(reference.first) == (arity if orders else 0)
    assert [len(row) for row in reference.second] == ([arity] * arity if orders == 2 else [])
    assert orders + order_of(name) <= 2


def test_the_public_rows_have_all_three_orders() -> None:
    assert {name for name, reference in REFERENCES.items() if reference.second} == PUBLIC
