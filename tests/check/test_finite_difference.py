"""Estimates of derivatives from values alone: their errors keep within their bounds."""

from __future__ import annotations

import functools
import itertools
import math
import statistics
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from autograd_mini import Value, no_grad, ops
from autograd_mini.check import Estimate, finite_difference
from autograd_mini.check.richardson import Search
from tests.check.functions import FAMILIES, random_case
from tests.fuzz.checking import of_floats


def one(f: Callable[..., Any], x: float) -> Estimate:
    (estimate,) = finite_difference(f, [x])
    return estimate


def test_the_pair() -> None:
    ((value, error),) = finite_difference(math.exp, [1.0])
    assert abs(value - math.e) <= error <= 1e-12


@pytest.mark.parametrize(
    ("wrap", "middle"), [(of_floats, 1e-12), (lambda f: f, 2e-14)], ids=["floats", "Values"]
)
def test_bounds_over_families_of_functions(wrap: Callable[..., Any], middle: float) -> None:
    """They hold, and half of them are less than ``middle``, three times what was measured."""
    names, bounds, unsettled = set(), [], 0
    for seed in range(200):
        case = random_case(seed)
        estimate = one(wrap(case), case.x)
        names.add(case.name)
        if estimate.settled:
            assert abs(estimate.value - case.slope()) <= estimate.error, f"{case} {estimate}"
            bounds.append(estimate.error / (abs(estimate.value) or math.inf))
        unsettled += not estimate.settled
    assert statistics.median(bounds) < middle
    assert names == set(FAMILIES)
    assert unsettled <= 1


HARD: dict[str, tuple[Callable[[float], float], float, Any, float]] = {
    # a function of floats, a point, the derivative there, the relative error that will do
    "x² at 1e150": (lambda x: x * x, 1e150, 2e150, 1e-13),
    "x³ at 1e100": (lambda x: x**3, 1e100, 3e200, 1e-13),
    "log at 1e-150": (math.log, 1e-150, 1e150, 1e-9),
    "log at 1e150": (math.log, 1e150, 1e-150, 1e-9),
    "exp at 1e-150": (math.exp, 1e-150, 1.0, 1e-12),
    "exp at the least double": (math.exp, 5e-324, 1.0, 1e-12),
    "exp at 700": (math.exp, 700.0, math.exp(700.0), 1e-12),
    "exp at -700": (math.exp, -700.0, math.exp(-700.0), 1e-9),
    "sin at 1e10": (math.sin, 1e10, math.cos(1e10), 1e-12),
    "sin of 1e6 x": (lambda x: math.sin(1e6 * x), 0.3, 1e6 * math.cos(3e5), 1e-7),
    "tanh of 1e10 x at 0": (lambda x: math.tanh(1e10 * x), 0.0, 1e10, 1e-12),
    "a bump of width 1e-4": (
        lambda x: 1.0 / (1.0 + 1e8 * x * x),
        1e-3,
        -2e5 / 101.0**2,
        1e-10,
    ),
    "√ next to 0": (math.sqrt, 1e-12, 0.5e6, 1e-10),
    "asin next to 1": (math.asin, 1.0 - 2.0**-40, 2.0**20 / math.sqrt(2.0 - 2.0**-40), 1e-6),
    "acosh next to 1": (math.acosh, 1.0 + 2.0**-30, 2.0**15 / math.sqrt(2.0 + 2.0**-30), 1e-9),
    "relu a millionth right of its kink": (lambda x: max(x - 0.25, 0.0), 0.25 + 1e-6, 1.0, 1e-12),
    "|x| at 1e-30": (abs, 1e-30, 1.0, 1e-12),
    "a C¹ kink": (lambda x: x if x > 0.0 else math.expm1(x), 0.0, 1.0, 1e-12),
    "digits lost inside": (lambda x: (x + 1e8) - 1e8, 0.3, 1.0, 1e-6),
    "a staircase of stairs 1e-14 wide": (
        lambda x: (1.0 - math.cos(x)) / (x * x),
        0.004,
        -0.004 / 12.0,
        1e-2,
    ),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_points(name: str) -> None:
    f, x, slope, enough = HARD[name]
    estimate = one(of_floats(f), x)
    assert abs(estimate.value - slope) <= estimate.error + 4.0 * math.ulp(slope), estimate
    assert estimate.error <= enough * abs(slope)


FLAT: dict[str, tuple[Callable[[float], float], float]] = {
    "a constant": (lambda x: 5.0, 0.3),
    "cos at 0": (math.cos, 0.0),
    "x² at 0": (lambda x: x * x, 0.0),
    "relu a billionth left of its kink": (lambda x: max(x - 0.25, 0.0), 0.25 - 1e-9),
    "a step nearby": (lambda x: float(x > 0.0), 1e-3),
    "tanh far out": (math.tanh, 20.0),
    "exp(-1/x) at 0": (lambda x: math.exp(-1.0 / x) if x > 0.0 else 0.0, 0.0),
}


@pytest.mark.parametrize("name", FLAT)
def test_a_derivative_of_nothing(name: str) -> None:
    f, x = FLAT[name]
    estimate = one(of_floats(f), x)
    assert estimate.settled
    assert abs(estimate.value) <= estimate.error <= 1e-11


OBSTACLES: dict[str, tuple[Callable[[float], Any], float, str]] = {
    "|x| at 0": (abs, 0.0, "kink"),
    "relu at 0.25": (lambda x: max(x - 0.25, 0.0), 0.25, "kink"),
    "a step at 0.25": (lambda x: float(x > 0.25), 0.25, "jump"),
    "√ at 0": (math.sqrt, 0.0, "undefined"),
    "log at the least double": (math.log, 5e-324, "undefined"),
    "the cube root at 0": (lambda x: math.copysign(abs(x) ** (1 / 3), x), 0.0, "unsettled"),
    "sin at 1e16": (lambda x: math.sin(x), 1e16, "unsettled"),
    "nan at the point": (lambda x: math.nan, 1.0, "undefined"),
    "inf at the point": (lambda x: math.inf, 1.0, "undefined"),
    "a point that is nan": (lambda x: 1.0, math.nan, "undefined"),
}


@pytest.mark.parametrize("name", OBSTACLES)
def test_obstacles(name: str) -> None:
    f, x, obstacle = OBSTACLES[name]
    estimate = one(of_floats(f), x)
    assert not estimate.settled
    assert (estimate.obstacle, estimate.error) == (obstacle, math.inf)
    assert estimate.reason in repr(estimate)


def test_one_sided_derivatives_are_told() -> None:
    estimate = one(lambda x: ops.leaky_relu(x, 0.25), 0.0)
    assert estimate.reason == "a kink: the slope is 0.25 on the left and 1 on the right"


def test_slopes_are_told_to_six_digits() -> None:
    estimate = one(lambda x: ops.leaky_relu(x, 0.1234564), 0.0)
    assert estimate.reason == "a kink: the slope is 0.123456 on the left and 1 on the right"


def test_windows_have_no_gaps() -> None:
    """Where samples are missing, a window begins anew: its steps are 0.6 of each other."""

    def sample(x: float) -> tuple[float, float] | None:
        return None if 0.1 < abs(x - 1.0) < 0.2 else (math.exp(x), math.ulp(math.exp(x)))

    search = Search(sample, 1.0)
    value, error = search.estimate()
    assert abs(value - math.e) <= error
    assert search.best is not None
    for candidate in (search.best, *search.refused):
        steps = [step.h for step in candidate.window]
        for long, short in itertools.pairwise(steps):
            assert short / long == pytest.approx(0.6, rel=1e-3)


def test_an_undefined_side_is_told() -> None:
    assert "on the left" in one(of_floats(math.sqrt), 0.0).reason
    assert "on the right" in one(of_floats(math.acos), 1.0).reason


def test_a_complex_step_where_all_rows_are_analytic() -> None:
    estimate = one(lambda x: ops.tanh(x) * ops.exp(x), 0.5)
    assert estimate.method == "complex step"
    truth = mp.diff(lambda x: mp.tanh(x) * mp.exp(x), 0.5)
    assert abs(estimate.value - truth) <= estimate.error <= 2e-14
    assert one(lambda x: ops.relu(x), 0.5).method == "differences"


def test_branches_that_a_complex_step_cannot_see() -> None:
    def bent(x: Any) -> Any:
        return x * 1.0 if x > 0.5 else x * 2.0 - 0.5

    assert one(bent, 0.5).obstacle == "kink"
    assert one(bent, 0.6).method == "complex step"

    def broken(x: Any) -> Any:
        return x * 1.0 if x > 0.5 else x * 2.0

    assert one(broken, 0.5).obstacle == "jump"


def test_a_complex_step_that_differences_contradict() -> None:
    def detached(x: Any) -> Any:
        return ops.exp(x.data) * x  # a factor that the graph takes for a constant

    estimate = one(detached, 0.5)
    assert estimate.obstacle == "unsettled"
    assert "a complex step gives 1.64872" in estimate.reason


def test_functions_of_values_and_of_floats() -> None:
    assert one(lambda x: x.sin(), 0.5).value == pytest.approx(math.cos(0.5), abs=1e-13)
    assert one(math.sin, 0.5).value == pytest.approx(math.cos(0.5), abs=1e-13)
    assert one(ops.sin, 0.5).value == pytest.approx(math.cos(0.5), abs=1e-13)
    assert one(np.sin, 0.5).value == pytest.approx(math.cos(0.5), abs=1e-13)
    assert one(lambda x: np.float64(x) ** 2, 0.5).value == pytest.approx(1.0, abs=1e-12)
    assert one(functools.partial(math.pow, 2.0), 1.0).value == pytest.approx(2.0 * math.log(2.0))


def test_inputs_of_every_kind() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y

    point: list[Any] = [Fraction(1, 2), Value(3.0, "w")]
    assert [round(e.value, 12) for e in finite_difference(f, point)] == [3.0, 0.5]
    assert [round(e.value, 12) for e in finite_difference(f, (2, np.float32(4)))] == [4.0, 2.0]
    assert [round(e.value, 12) for e in finite_difference(f, np.array([2.0, 4.0]))] == [4.0, 2.0]
    assert finite_difference(lambda x: x * 2.0, 3)[0].value == pytest.approx(2.0)


def test_it_leaves_the_inputs_alone() -> None:
    w = Value(3.0)
    finite_difference(lambda x: x * x, [w])
    assert (w.data, w.has_grad) == (3.0, False)


def test_it_needs_no_recording() -> None:
    with no_grad():
        assert one(lambda x: ops.sin(x), 0.5).value == pytest.approx(math.cos(0.5), abs=1e-12)


def test_the_same_estimate_every_time() -> None:
    def f(x: Any) -> Any:
        return ops.gelu(x) * ops.sin(3.0 * x)

    assert [*one(f, 0.7)] == [*one(f, 0.7)]


@pytest.mark.parametrize(
    ("f", "inputs", "error", "said"),
    [
        (3.0, [1.0], TypeError, "pass the function itself"),
        (math.sin, [], ValueError, "no inputs given"),
        (math.sin, "0.5", TypeError, "give a list of numbers"),
        (math.sin, None, TypeError, "give a list of numbers"),
        (math.sin, {"x": 1.0}, TypeError, "give a list of numbers"),
        (math.sin, ["0.5"], TypeError, "input 1"),
        (math.hypot, [1.0, "2.0"], TypeError, "input 2"),
        (math.hypot, [1.0, [2.0, None]], TypeError, "input 3"),
        (math.sin, [2j], TypeError, "complex"),
        (lambda x: [x], [1.0], TypeError, "one real scalar"),
        (lambda x: None, [1.0], TypeError, "one real scalar"),
        (lambda x: 2j, [1.0], TypeError, "one real scalar"),
        (lambda x: np.array([1.0, 2.0]), [1.0], TypeError, "one real scalar"),
        (lambda x, y, z: 1.0, [1.0, 2.0], TypeError, "positional argument"),
    ],
)
def test_wrong_uses(f: Any, inputs: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        finite_difference(f, inputs)


def test_an_error_of_the_function_itself_comes_through() -> None:
    with pytest.raises(ValueError, match=r"math domain error|expected a"):
        finite_difference(of_floats(math.log), [-1.0])
