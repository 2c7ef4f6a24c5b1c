"""Programs whose recording is not what they compute: no derivative of theirs passes that is wrong.

Each program comes with its true slope, by hand or by mpmath. As Values, the derivative under test
is the engine's, of what was recorded; as floats, it is given, right or wrong.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from autograd_mini import Value, ops
from autograd_mini.check import finite_difference, gradcheck
from autograd_mini.check.rounding import Recording
from tests.fuzz.checking import of_floats


def plain(x: Any) -> float:
    """The number itself, off the graph."""
    return x.data if isinstance(x, Value) else float(x)


# --- what the recording does not know -------------------------------------------------------------


def cubic(x: Any, y: Any) -> Any:
    return x * x * x + x - y


def halved(y: Any, halvings: int) -> Any:
    """The root of x³ + x = y by bisection, in which y is only compared."""
    low, high = y * 0.0, y * 0.0 + 2.0
    for _ in range(halvings):
        middle = (low + high) / 2.0
        if plain(cubic(middle, y)) > 0.0:
            high = middle
        else:
            low = middle
    return (low + high) / 2.0


def bisected(y: Any, halvings: int) -> Any:
    """The same between numbers: the graph does not even reach y."""
    low, high = Value(0.0), Value(2.0)
    for _ in range(halvings):
        middle = (low + high) / 2.0
        if plain(cubic(middle, y)) > 0.0:
            high = middle
        else:
            low = middle
    return (low + high) / 2.0


def newton(y: Any, digits: int) -> Any:
    """The same root by Newton's method on numbers, rounded."""
    x = 1.0
    for _ in range(60):
        x -= (x**3 + x - plain(y)) / (3.0 * x * x + 1.0)
    return Value(round(x, digits)) * 1.0


def looked_up(y: Any, fineness: float) -> Any:
    """x² in a table, by the entry next to x."""
    return Value((math.ceil(plain(y) / fineness) * fineness) ** 2) * 1.0


def detached(y: Any) -> Any:
    """A factor that the graph takes for a constant."""
    return ops.exp(plain(y)) * y


def scaled_look_up(y: Any) -> Any:
    """A table whose steps are slanted: on each of them there is a slope, and it is wrong."""
    return y * round(plain(y) ** 2, 7)


def not_analytic(y: Any, halvings: int) -> Any:
    """Bisection with a row that a complex step cannot take."""
    return ops.erf(halved(y, halvings))


ROOT = 1.0 / (3.0 * float(mp.findroot(lambda x: x**3 + x - 1.2, 0.8)) ** 2 + 1.0)
AT_ROOT = float(mp.findroot(lambda x: x**3 + x - 1.2, 0.8))

PROGRAMS: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    # a program, a point, the true slope
    **{
        f"{kind.__name__}, {n} halvings": (partial(kind, halvings=n), 1.2, ROOT)
        for kind in (halved, bisected)
        for n in (6, 8, 12, 16, 20, 25, 30, 35, 40, 45, 52)
    },
    **{
        f"newton to {n} digits": (partial(newton, digits=n), 1.2, ROOT)
        for n in (2, 3, 5, 7, 9, 11, 13)
    },
    **{
        f"a table with steps of {w:g}": (partial(looked_up, fineness=w), 0.30001234, 0.60002468)
        for w in (0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-7, 1e-9, 1e-11)
    },
    "a detached factor": (detached, 0.5, 1.5 * math.exp(0.5)),
    "a slanted table": (scaled_look_up, 0.4, 3.0 * 0.4**2),
    "erf of a bisection": (
        lambda y: not_analytic(y, 30),
        1.2,
        ROOT * 2.0 / math.sqrt(math.pi) * math.exp(-(AT_ROOT**2)),
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_recording_says_does_not_pass(name: str) -> None:
    f, x, _ = PROGRAMS[name]
    report = gradcheck(f, [x])
    assert report.verdict == "inconclusive", report
    assert "branches" in report.rows[0].reason
    assert "rounds" in report.rows[0].reason


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("as_floats", [True, False], ids=["floats", "Values"])
def test_wrong_gradients_do_not_pass_and_right_ones_do_not_fail(name: str, as_floats: bool) -> None:
    f, x, slope = PROGRAMS[name]
    call = of_floats(lambda y: plain(f(y))) if as_floats else f
    for wrong in (0.0, 0.9 * slope, 1.1 * slope, -slope, 2.0 * slope):
        assert gradcheck(call, [x], gradients=lambda _, w=wrong: [w]).verdict != "pass", wrong
    assert gradcheck(call, [x], gradients=lambda _: [slope]).verdict != "fail"


@pytest.mark.parametrize("name", PROGRAMS)
def test_estimates_that_settle_hold(name: str) -> None:
    f, x, slope = PROGRAMS[name]
    for call in (f, of_floats(lambda y: plain(f(y)))):
        (estimate,) = finite_difference(call, [x])
        if estimate.settled:
            assert abs(estimate.value - slope) <= estimate.error, estimate


def least_between(y: Any) -> Any:
    """Where (m − y)² + m⁴ is least, by ternary search."""
    low, high = 0.0, 3.0
    for _ in range(60):
        a, b = low + (high - low) / 3.0, high - (high - low) / 3.0
        if (a - plain(y)) ** 2 + a**4 > (b - plain(y)) ** 2 + b**4:
            low = a
        else:
            high = b
    return Value(low) * 1.0


THRESHOLDS = [(k * 0.6180339887) % 1.0 for k in range(2000)]

FOUND: dict[str, tuple[Callable[[Any], Any], float]] = {
    "a ternary search": (least_between, 1.2),
    "a weight of eight bits": (lambda x: ops.sin(x) * (round(plain(x) * 127.0) / 127.0), 0.4),
    "a share of samples": (lambda x: Value(sum(u < plain(x) for u in THRESHOLDS) / 2000.0), 0.4),
    "the nearest neighbour": (lambda x: x * (round(plain(x) * 50.0) / 50.0), 0.437),
    "a number read back": (lambda x: Value(float(f"{plain(x) ** 2:.4g}")) * 1.0, 0.7),
    "single precision inside": (lambda x: Value(float(np.float32(plain(x) ** 2))) * 1.0, 0.7),
    "an integer": (lambda x: Value(int(plain(x) * 1e8)) * 1.0, 0.7),
    "small steps": (lambda x: x + 1e-9 * math.floor(plain(x) * 1e7), 0.70000003),
    "smaller ones": (lambda x: x + 1e-12 * math.floor(plain(x) * 1e7), 0.70000003),
    "a term detached": (lambda x: ops.exp(x) + 1e-8 * plain(x), 0.7),
    "a small one": (lambda x: ops.exp(x) + 1e-12 * plain(x), 0.7),
    "even or odd": (lambda x: x * (1.0 + int(plain(x) * 1e6) % 2), 0.7),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_programs_do_off_the_graph_does_not_pass(name: str) -> None:
    f, x = FOUND[name]
    report = gradcheck(f, [x])
    assert report.verdict == "inconclusive", report
    assert "branches" in report.rows[0].reason


# --- kinks by comparison --------------------------------------------------------------------------

SIZES = [1e-3, 1e-6, 1e-9, 1e-11, 1e-12]


def bent(x: Any, at: float, size: float) -> Any:
    """A line that bends by ``size`` where it passes ``at``."""
    return (x - at) * 1.0 if plain(x) > at else (x - at) * (1.0 - size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("at", [0.0, 0.3, -1e-5, 1e5])
def test_a_kink_at_the_point_however_small(at: float, size: float) -> None:
    for f in (lambda x: bent(x, at, size), lambda x: bent(x, at, size) + ops.sin(x - at)):
        assert gradcheck(f, [at]).verdict == "inconclusive"
        assert "kink" in gradcheck(f, [at]).rows[0].reason
        (estimate,) = finite_difference(of_floats(f), [at])
        assert estimate.obstacle == "kink"


def test_the_two_slopes_of_a_small_kink_are_told_apart() -> None:
    (estimate,) = finite_difference(of_floats(lambda x: bent(x, 0.0, 2.0**-33)), [0.0])
    left, right = map(
        float, re.findall(r"slope is (.*) on the left and (.*) on", estimate.reason)[0]
    )
    assert left == pytest.approx(1.0 - 2.0**-33, abs=1e-15)
    assert right == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("size", [1.0, *SIZES])
@pytest.mark.parametrize("away", [1e-1, 1e-4, 1e-7, -1e-1, -1e-4, -1e-7])
def test_a_kink_beside_the_point_leaves_the_slope_alone(away: float, size: float) -> None:
    # On the one side the program does all the way what it has recorded.
    slope = 1.0 if away < 0.0 else 1.0 - size
    (estimate,) = finite_difference(lambda x: bent(x, 0.3 + away, size), [0.3])
    assert estimate.settled
    assert abs(estimate.value - slope) <= estimate.error <= 1e-9
    assert gradcheck(lambda x: bent(x, 0.3 + away, size) * ops.exp(x), [0.3])


def test_pieces_on_both_sides() -> None:
    def hard_tanh(x: Any) -> Any:
        return x * 0.0 - 1.0 if plain(x) < -1.0 else x * 0.0 + 1.0 if plain(x) > 1.0 else x * 1.0

    def interpolated(x: Any) -> Any:
        k = math.floor(plain(x) * 100.0)
        t = x * 100.0 - k
        return (1.0 - t) * math.sin(k / 100.0) + t * math.sin((k + 1) / 100.0)

    for x in (0.9, 0.999, -0.99, 0.0, 1.5, 1.001):
        assert gradcheck(hard_tanh, [x]), x
    for x in (0.123, 0.1299, 0.7707):
        assert gradcheck(interpolated, [x]), x
    assert gradcheck(hard_tanh, [1.0]).verdict == "inconclusive"
    assert gradcheck(interpolated, [0.13]).verdict == "inconclusive"


def test_numbers_that_change_nothing() -> None:
    """Softmax with its largest number taken off: other constants everywhere, and the same slope."""

    def share(x: Any, y: Any) -> Any:
        top = max(plain(x), plain(y))
        a, b = ops.exp(x - top), ops.exp(y - top)
        return a / (a + b)

    report = gradcheck(share, [0.3, 1.7])
    assert report, report
    exact = mp.exp(0.3) * mp.exp(1.7) / (mp.exp(0.3) + mp.exp(1.7)) ** 2
    for estimate, slope in zip(finite_difference(share, [0.3, 1.7]), (exact, -exact), strict=True):
        assert abs(estimate.value - slope) <= estimate.error <= 1e-12


def test_constants_that_never_are_the_same() -> None:
    rng = random.Random(0)
    assert gradcheck(lambda x: ops.exp(x) + 0.0 * ops.sin(rng.random()), [0.3])


def test_a_function_that_leaves_the_graph_on_one_side() -> None:
    def rectified(x: Any) -> Any:
        return x * 2.0 if plain(x) > 0.3 else 0.6

    assert gradcheck(rectified, [0.31])
    assert gradcheck(rectified, [0.29])
    assert "a kink" in gradcheck(rectified, [0.3]).rows[0].reason


def test_a_loop_that_ends_when_it_is_exact_enough() -> None:
    """Newton's method on Values: how often it turns depends on y, what it gives does not."""

    def root(y: Any) -> Any:
        x: Any = 1.0
        step = y
        while abs(plain(step)) > 1e-9:
            step = cubic(x, y) / (3.0 * x * x + 1.0)
            x = x - step
        return x

    assert gradcheck(root, [1.2])
    (estimate,) = finite_difference(root, [1.2])
    assert abs(estimate.value - ROOT) <= estimate.error <= 1e-8


# --- recordings -----------------------------------------------------------------------------------


def recorded(f: Callable[..., Any], *point: float) -> Recording:
    leaves = [Value(x) for x in point]
    return Recording(f(*leaves), leaves)


def test_recordings_are_compared() -> None:
    def f(x: Any, y: Any) -> Any:
        return ops.sin(x) * y + 2.0 * x * math.nan

    assert recorded(f, 1.0, 2.0).is_like(recorded(f, 3.0, 4.0))
    others = [
        lambda x, y: ops.sin(x) * y + 3.0 * x * math.nan,
        lambda x, y: ops.sin(x) * y + 2.0 * x * 1.0,
        lambda x, y: ops.sin(y) * y + 2.0 * x * math.nan,
        lambda x, y: ops.cos(x) * y + 2.0 * x * math.nan,
        lambda x, y: ops.sin(x) * y,
        lambda x, y: x,
        lambda x, y: y,
        lambda x, y: Value(2.0),
    ]
    for i, g in enumerate(others):
        assert not recorded(f, 1.0, 2.0).is_like(recorded(g, 1.0, 2.0))
        for j, h in enumerate(others):
            assert recorded(g, 1.0, 2.0).is_like(recorded(h, 3.0, 0.5)) is (i == j or i == j == 1)


def test_a_recording_runs_elsewhere() -> None:
    w = Value(0.5)

    def f(x: Any, y: Any) -> Any:
        return ops.sum([x, y * w, 3.0]) ** 2 + ops.relu(y - x) * w

    here = recorded(f, 1.0, 2.0)
    for point in ((1.0, 2.0), (0.3, -0.7), (1e10, 3.0)):
        assert here.run(point) == f(*map(Value, point)).data
    assert recorded(lambda x: x, 1.0).run([7.0]) == 7.0
    assert recorded(lambda x: w, 1.0).run([7.0]) == 0.5
