"""The complex extensions of the rows, and which graphs a complex step may be used on."""

from __future__ import annotations

import random
from typing import Any

import pytest
from mpmath import mp

from autograd_mini import Value, ops
from autograd_mini.check.complex_step import EXTENSIONS, USES, complex_slopes
from autograd_mini.check.report import Estimate
from autograd_mini.check.rounding import Recording
from tests.fuzz.dags import applied
from tests.references import REFERENCES

CANCELLING = {"affine", *USES}
"""Rows whose slope is a sum of terms, which may cancel."""
FAR: dict[str, list[tuple[float, ...]]] = {
    "tanh": [(20.0,), (-300.0,)],
    "sech2": [(20.0,), (1e-3,), (-300.0,)],
    "sigmoid": [(100.0,), (-600.0,)],
    "softplus": [(100.0,), (-600.0,)],
    "logsigmoid": [(100.0,), (-600.0,)],
    "gauss": [(20.3,), (-25.7,)],
    "expm1": [(1e-20,), (-50.0,)],
    "log1p": [(1e-20,), (-1.0 + 2.0**-50,)],
    "atanh": [(1.0 - 2.0**-50,)],
    "acosh": [(1.0 + 2.0**-50,), (1e200,)],
    "asinh": [(1e-20,), (1e200,)],
    "log": [(1e-150,), (1e300,)],
    "sin": [(1e15,)],
    "pow": [(-2.0, 3.0), (-2.0, -2.0), (1.5, 300.0), (3.0, 65.0), (-1.01, 99.0), (0.0, 2.0)],
    "logaddexp": [(800.0, 0.0), (-800.0, -801.0)],
    "silu": [(-40.0,), (300.0,)],
}


def points(name: str) -> list[tuple[float, ...]]:
    rng = random.Random(name)
    domain = list(ops.TABLE[name].domain) * (3 if ops.TABLE[name].arity is None else 1)
    inside = [tuple(rng.uniform(low, high) for low, high in domain) for _ in range(100)]
    return inside + FAR.get(name, [])


def true_slope(name: str, point: tuple[float, ...], i: int) -> Any:
    with mp.workdps(700):
        step = max(abs(mp.mpf(point[i])), mp.mpf(1) / 1000) * mp.mpf(10) ** -200
        above = [mp.mpf(x) + step * (j == i) for j, x in enumerate(point)]
        below = [mp.mpf(x) - step * (j == i) for j, x in enumerate(point)]
        return (REFERENCES[name](*above) - REFERENCES[name](*below)) / (2 * step)


def test_only_rows_with_extensions_use_operands_twice() -> None:
    assert set(USES) <= set(EXTENSIONS) <= set(ops.TABLE)


@pytest.mark.parametrize("name", sorted(EXTENSIONS))
def test_an_extension_against_seven_hundred_digits(name: str) -> None:
    for point in points(name):
        leaves = [Value(x) for x in point]
        estimates = complex_slopes(Recording(applied(name, leaves), leaves))
        for i, estimate in enumerate(estimates):
            if name == "pow" and i == 1 and point[0] <= 0.0:
                assert estimate is None or estimate.error > 0.0  # a branch cut
                continue
            assert isinstance(estimate, Estimate), (point, i)
            true = true_slope(name, point, i)
            assert abs(estimate.value - true) <= estimate.error, (point, i, estimate, true)
            if name not in CANCELLING:
                assert estimate.error <= 2e-13 * abs(true) + 1e-200, (point, i, estimate)


def test_the_rows_that_are_not_eligible() -> None:
    x = Value(0.5)
    assert complex_slopes(Recording(ops.erf(x), [x])) == [None]
    assert complex_slopes(Recording(ops.relu(x) * x, [x])) == [None]
    assert complex_slopes(Recording(ops.log(-x) * 0.0, [x])) == [None]


def test_rows_off_the_way_do_not_matter() -> None:
    x, w = Value(0.5), Value(2.0)
    (estimate,) = complex_slopes(Recording(ops.relu(w) * ops.exp(x), [x]))
    assert estimate is not None
    assert estimate.value == pytest.approx(2.0 * ops.exp(0.5), rel=1e-15)


def test_a_singular_point_gives_nothing() -> None:
    x = Value(0.0)
    assert complex_slopes(Recording(ops.sqrt(x), [x])) == [None]
    assert complex_slopes(Recording(ops.log(x), [x])) == [None]
    assert complex_slopes(Recording(ops.pow(x, 1.5), [x])) == [None]


def test_an_output_that_depends_on_nothing() -> None:
    x, y = Value(0.5), Value(1.0)
    (estimate,) = complex_slopes(Recording(y * 2.0, [x]))
    assert estimate is not None
    assert estimate.value == 0.0
    (estimate,) = complex_slopes(Recording(x, [x]))
    assert estimate is not None
    assert estimate.value == 1.0
