"""Functions of floats that round, branch, ring, or live far from 1: bounds hold, wrong never pass.

Of such a function nothing is known but its values. Each comes with its true slope (of the function
that is meant, without its rounding), by hand or by mpmath.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from autograd_mini import Value
from autograd_mini.check import finite_difference, gradcheck
from tests.fuzz.checking import of_floats

Boxes = dict[str, tuple[Callable[[float], Any], float, float]]
"""By its name a function, a point and the slope there."""


def slope_of(f: Callable[[Any], Any], x: float) -> float:
    """At fifty digits."""
    with mp.workdps(50):
        return float(mp.diff(f, mp.mpf(x)))


def by_torch(x: float) -> Any:
    torch = pytest.importorskip("torch")
    t = torch.tensor(x, dtype=torch.float32)
    return torch.tanh(t) * torch.exp(-t * t) + 0.5


def by_numpy(x: float) -> Any:
    t = np.float32(x)
    return np.tanh(t) * np.exp(-t * t) + np.float32(0.5)


def by_halves(x: float) -> Any:
    t = np.float16(x)
    return np.sin(t) + t * t


def bell(x: Any) -> Any:
    return mp.tanh(x) * mp.exp(-x * x)


def residuals(a: float) -> float:
    """A fit at its solution: each residual is a few ulps of a number near 1."""
    return sum([(a * t - 1.7 * t) ** 2 for t in (1.0, 1.3, 2.1, 3.7, 4.9)])


def fit_slope(a: float) -> float:
    return float(sum(2 * (mp.mpf(a) * t - mp.mpf(1.7) * t) * t for t in (1.0, 1.3, 2.1, 3.7, 4.9)))


NEAR_FIT = 1.7 + 3e-13

ROUNDING: Boxes = {
    "(1 − cos x)/x² at 1e-8": (lambda x: (1.0 - math.cos(x)) / (x * x), 1e-8, -1e-8 / 12.0),
    "the same at 3e-8": (lambda x: (1.0 - math.cos(x)) / (x * x), 3e-8, -3e-8 / 12.0),
    "the same at 1e-6": (lambda x: (1.0 - math.cos(x)) / (x * x), 1e-6, -1e-6 / 12.0),
    "the same at 1e-4": (lambda x: (1.0 - math.cos(x)) / (x * x), 1e-4, -1e-4 / 12.0),
    "(eˣ − 1)/x at 1e-12": (lambda x: (math.exp(x) - 1.0) / x, 1e-12, 0.5),
    "(eˣ − 1)/x at 1e-5": (lambda x: (math.exp(x) - 1.0) / x, 1e-5, 0.5 + 1e-5 / 3.0),
    "a fit next to its solution": (residuals, NEAR_FIT, fit_slope(NEAR_FIT)),
    "1e10 and a sine": (lambda x: 1e10 + math.sin(x), 0.3, math.cos(0.3)),
    "1e15 and a sine": (lambda x: 1e15 + math.sin(x), 0.3, math.cos(0.3)),
    "1e10 in and out": (lambda x: (x + 1e10) - 1e10, 0.3, 1.0),
    "1e15 in and out": (lambda x: (x + 1e15) - 1e15, 0.3, 1.0),
    "rounded to 3 digits": (lambda x: round(x * x, 3), 0.7001, 1.4002),
    "rounded to 6 digits": (lambda x: round(x * x, 6), 0.7001, 1.4002),
    "rounded to 12 digits": (lambda x: round(x * x, 12), 0.7001, 1.4002),
    "a rounded operand": (lambda x: math.exp(round(x, 5)), 0.70001, math.exp(0.70001)),
    "float32 by torch": (by_torch, 0.7, slope_of(bell, 0.7)),
    "float32 by NumPy": (by_numpy, 0.7, slope_of(bell, 0.7)),
    "float32 by NumPy at 0.01": (by_numpy, 0.01, slope_of(bell, 0.01)),
    "float16": (by_halves, 0.7, math.cos(0.7) + 1.4),
    "a staircase of 1000 steps": (lambda x: math.floor(x * 1000.0) / 1000.0, 0.12345, 1.0),
    "a staircase of 20 steps": (lambda x: math.floor(x * 20.0) / 20.0, 0.12345, 1.0),
    "a staircase with slanted steps": (lambda x: 3.0 * x - math.fmod(x, 1e-4), 0.12345, 2.0),
    "a jittered line": (lambda x: x + 1e-7 * (hash(x) % 1000) / 1000.0, 0.3, 1.0),
}

EXACT: Boxes = {
    "√ at 1e-300": (math.sqrt, 1e-300, 0.5e150),
    "x² at 1e-150": (lambda x: x * x * 1e300, 1e-150, 2e150),
    "x² at 1e-17": (lambda x: x * x, 1e-17, 2e-17),
    "x⁴ at 1e-6": (lambda x: x**4, 1e-6, 4e-18),
    "x⁴ at 1e-50": (lambda x: x**4, 1e-50, 4e-150),
    "x/1e300 at 1e300": (lambda x: x / 1e300, 1e300, 1e-300),
    "log at 1e300": (math.log, 1e300, 1e-300),
    "log at 1e-300": (math.log, 1e-300, 1e300),
    "atan of 1e300 x": (lambda x: math.atan(1e300 * x), 1e-300, 0.5e300),
    "1e300 times a sine": (lambda x: 1e300 * math.sin(x), 0.3, 1e300 * math.cos(0.3)),
    "1e-300 times a sine": (lambda x: 1e-300 * math.sin(x), 0.3, 1e-300 * math.cos(0.3)),
    "a sine with the period of the step": (
        lambda x: math.sin(4.0 * math.pi * x),
        0.3,
        4.0 * math.pi * math.cos(1.2 * math.pi),
    ),
    "with that of a shorter one": (
        lambda x: math.sin(2.0 * math.pi * x / 0.3**5) + x,
        0.3,
        2.0 * math.pi / 0.3**5 * math.cos(2.0 * math.pi / 0.3**4) + 1.0,
    ),
    "a ripple on a line": (
        lambda x: x + 1e-3 * math.sin(1e5 * x),
        0.3,
        1.0 + 100.0 * math.cos(3e4),
    ),
    "defined on one side only": (lambda x: (x - 0.3) ** 2.5, 0.31, 2.5 * 0.01**1.5),
    "next to a pole": (lambda x: 1.0 / (x - 0.3), 0.3 + 1e-6, -1.0 / ((0.3 + 1e-6) - 0.3) ** 2),
    "clipped nearby": (lambda x: min(x * x, 0.09), 0.3 - 1e-5, 2.0 * (0.3 - 1e-5)),
    "a jump nearby": (lambda x: math.exp(x) + (x > 0.3001), 0.3, math.exp(0.3)),
    "jumps on both sides": (
        lambda x: math.exp(x) + (x > 0.4) - (x < 0.2),
        0.3,
        math.exp(0.3),
    ),
}

ALL = ROUNDING | EXACT


@pytest.mark.parametrize("name", ALL)
def test_no_bound_is_broken(name: str) -> None:
    f, x, slope = ALL[name]
    (estimate,) = finite_difference(of_floats(f), [x])
    if estimate.settled:
        assert abs(estimate.value - slope) <= estimate.error + 4.0 * math.ulp(slope), estimate


@pytest.mark.parametrize("name", ALL)
def test_right_ones_are_not_accused_and_wrong_ones_do_not_pass(name: str) -> None:
    f, x, slope = ALL[name]
    report = gradcheck(of_floats(f), [x], gradients=lambda _: [slope])
    assert report.verdict != "fail", report
    for wrong in (0.0, -slope, 1.01 * slope, 0.99 * slope, 2.0 * slope):
        report = gradcheck(of_floats(f), [x], gradients=lambda _, w=wrong: [w])
        assert report.verdict != "pass", report


@pytest.mark.parametrize("name", EXACT)
def test_of_what_does_not_round_all_is_decided(name: str) -> None:
    f, x, slope = EXACT[name]
    assert gradcheck(of_floats(f), [x], gradients=lambda _: [slope])
    wrong = gradcheck(of_floats(f), [x], gradients=lambda _: [slope * (1.0 + 1e-4)])
    assert wrong.verdict == "fail", wrong


def test_a_remainder_is_decided_between_its_jumps() -> None:
    def mod(a: Any, y: Any) -> Any:
        numbers = [v.data if isinstance(v, Value) else v for v in (a, y)]
        return a - math.floor(numbers[0] / numbers[1]) * y

    assert gradcheck(mod, [7.5, 2.0])
    assert gradcheck(mod, [7.5, 2.0], gradients=lambda *_: [1.0, -2.0]).verdict == "fail"


FLAT: dict[str, tuple[Callable[[float], Any], float]] = {
    "a constant": (lambda x: 2.5, 0.3),
    "a dead unit": (lambda x: max(x - 0.4, 0.0), 0.3),
    "a dead unit in a loss": (lambda x: 2.3 + max(x - 0.31, 0.0), 0.3),
    "between two ramps": (lambda x: max(x - 0.31, 0.0) - max(0.29 - x, 0.0), 0.3),
    "clipped": (lambda x: min(max(x, 0.0), 0.1), 0.3),
    "a step nearby": (lambda x: float(x > 0.301), 0.3),
    "cos at 0": (math.cos, 0.0),
    "x⁴ at 0": (lambda x: x**4, 0.0),
}


@pytest.mark.parametrize("name", FLAT)
def test_where_wider_steps_agree_a_plateau_has_slope_0(name: str) -> None:
    f, x = FLAT[name]
    assert gradcheck(of_floats(f), [x], gradients=lambda _: [0.0])
    for wrong in (1e-6, -1e-6, 1.0):
        report = gradcheck(of_floats(f), [x], gradients=lambda _, w=wrong: [w])
        assert report.verdict == "fail"


@pytest.mark.parametrize("offset", [1e7, 1e10, 1e300])
def test_a_large_number_that_does_not_move_proves_nothing(offset: float) -> None:
    for f in (lambda x: offset, lambda x: offset + 1e-12 * math.sin(x)):
        report = gradcheck(of_floats(f), [0.3], gradients=lambda _: [0.0])
        assert report.verdict == "inconclusive"
        assert "would not be seen" in report.rows[0].reason


def test_fits_whose_residuals_round_alike() -> None:
    """Near a solution every sample loses the same digits; the bounds know of it."""
    held = settled = 0
    for k in range(1, 120):
        scale = 1.0 + k / 37.0

        def cost(a: float, scale: float = scale) -> float:
            return sum([(a * t - scale * t) ** 2 for t in (0.7, 1.3, 2.1, 3.7)])

        x = scale * (1.0 + (k % 11 - 5) * 1e-12)
        slope = sum(2 * (mp.mpf(x) * t - mp.mpf(scale) * t) * t for t in (0.7, 1.3, 2.1, 3.7))
        (estimate,) = finite_difference(of_floats(cost), [x])
        settled += estimate.settled
        held += not estimate.settled or abs(estimate.value - slope) <= estimate.error
    assert held == 119
    assert settled > 100
