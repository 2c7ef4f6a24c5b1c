"""Derivatives that are 0 but for rounding: they pass, and no wrong one passes in their company."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from mpmath import mp

from autograd_mini import Value, ops
from autograd_mini.check import comparison, gradcheck
from autograd_mini.check.rounding import path_products
from tests.fuzz.checking import of_floats
from tests.fuzz.dags import built, random_dag, truth


def mean(xs: Sequence[Any]) -> Any:
    return ops.sum(list(xs)) / float(len(xs))


def normalised(xs: Sequence[Any], eps: float) -> list[Any]:
    """As batch normalisation does it."""
    centre = mean(xs)
    spread = ops.sqrt(mean([(x - centre) ** 2 for x in xs]) + eps)
    return [(x - centre) / spread for x in xs]


def shares(xs: Sequence[Any]) -> list[Any]:
    powers = [ops.exp(x) for x in xs]
    return [power / ops.sum(powers) for power in powers]


def chebyquad(*xs: Any) -> Any:
    """Moré, Garbow and Hillstrom (1981), number 35."""
    total: Any = 0.0
    for i in range(1, len(xs) + 1):
        terms = []
        for x in xs:
            before, now = 1.0, 2.0 * x - 1.0
            for _ in range(i - 1):
                before, now = now, 2.0 * (2.0 * x - 1.0) * now - before
            terms.append(now)
        total = total + (mean(terms) + (0.0 if i % 2 else 1.0 / (i * i - 1.0))) ** 2
    return total


def gaussian(height: Any, sharpness: Any, centre: Any) -> Any:
    """The same, number 9."""
    half = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521]
    total: Any = 0.0
    for i, y in enumerate([*half, 0.3989, *half[::-1]], 1):
        t = (8.0 - i) / 2.0
        total = total + (height * ops.exp(-sharpness * (t - centre) ** 2 / 2.0) - y) ** 2
    return total


ZEROS: dict[str, tuple[Callable[..., Any], list[float], list[int]]] = {
    # a function, a point, the inputs by which its derivative is 0
    "a centred sum": (
        lambda *xs: ops.sum([x - mean(xs) for x in xs]),
        [1.0, 5.0, -2.0],
        [0, 1, 2],
    ),
    "batch normalisation": (lambda *xs: ops.sum(normalised(xs, 1e-5)), [1.0, 5.0, 2.0], [0, 1, 2]),
    "its squares": (
        lambda *xs: ops.sum([x**2 for x in normalised(xs, 0.0)]),
        [1.0, 5.0, 2.0, -0.3],
        [0, 1, 2, 3],
    ),
    "of rectified numbers": (
        lambda *xs: ops.sum([ops.relu(x) - mean([ops.relu(x) for x in xs]) for x in xs]),
        [1.0, 5.0, -2.0],
        [0, 1, 2],
    ),
    "a softmax": (lambda *xs: ops.sum(shares(xs)), [0.3, -0.4, 1.1], [0, 1, 2]),
    "a softmax by parts": (lambda a, b: shares([a, b])[0] + shares([a, b])[1], [0.3, -0.4], [0, 1]),
    "cos² + sin²": (lambda x: ops.sin(x) ** 2 + ops.cos(x) ** 2, [0.7], [0]),
    "cosh² − sinh²": (lambda x: ops.cosh(x) ** 2 - ops.sinh(x) ** 2, [1.3], [0]),
    "log of exp": (lambda x: ops.log(ops.exp(x)) - x, [0.31], [0]),
    "gauss between two": (lambda x: ops.gauss(x - 0.1) + ops.gauss(x - 0.3), [0.2], [0]),
    "erf between two": (lambda x: ops.erf(x - 0.1) + ops.erf(0.3 - x), [0.2], [0]),
    "erf cancelled": (lambda x: ops.erf(x - 0.1) + ops.erf(0.1 - x), [0.7], [0]),
    "Gaussian": (gaussian, [0.4, 1.0, 0.0], [2]),
    "Chebyquad of 5": (chebyquad, [i / 6.0 for i in range(1, 6)], [2]),
    "a dead unit": (lambda x: ops.relu(x - 5.0) * 3.0 + 1.0, [0.3], [0]),
}


@pytest.mark.parametrize("name", ZEROS)
def test_a_derivative_of_0_up_to_rounding_passes(name: str) -> None:
    f, point, zeros = ZEROS[name]
    report = gradcheck(f, point)
    assert report, report
    for i in zeros:
        assert abs(report.rows[i].analytic) <= report.rows[i].bound <= 1e-11


@pytest.mark.parametrize("name", ZEROS)
@pytest.mark.parametrize("size", [1e-9, 1e-6, -1.0])
def test_one_that_is_more_than_rounding_fails(
    name: str, size: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    f, point, zeros = ZEROS[name]
    right = comparison._gradients

    def wrong(outcome: Any) -> list[list[float]]:
        found = right(outcome)
        return [[x + size * (i in zeros) for x in numbers] for i, numbers in enumerate(found)]

    monkeypatch.setattr(comparison, "_gradients", wrong)
    report = gradcheck(f, point)
    assert [row.verdict for row in report.rows] == [
        "fail" if i in zeros else "pass" for i in range(len(point))
    ]


@pytest.mark.parametrize("name", [name for name in ZEROS if "unit" not in name])
def test_of_a_gradient_that_is_given_nothing_is_known(name: str) -> None:
    f, point, zeros = ZEROS[name]
    slopes = [row.analytic for row in gradcheck(f, point).rows]
    report = gradcheck(f, point, gradients=lambda *_: slopes)
    assert report.verdict != "fail", report
    for i in zeros:
        if report.rows[i].verdict == "inconclusive" and report.rows[i].bound < math.inf:
            assert "nobody knows how far rounding puts it off" in report.rows[i].reason


HIDDEN: dict[str, tuple[Callable[[Any], Any], float]] = {
    # something large, and a small term whose slope is not 0
    "1e10 and a sine": (lambda x: 1e10 + 1e-8 * ops.sin(x), 0.3),
    "1e10 and an erf": (lambda x: 1e10 + 1e-8 * ops.erf(x), 0.3),
    "1e10 times 1 and an erf": (lambda x: 1e10 * (1.0 + 1e-20 * ops.erf(x)), 0.3),
    "1e15 and a hinge": (lambda x: 1e15 + 1e-3 * ops.relu(x), 0.3),
    "1e10 in and out": (lambda x: (ops.erf(x) + 1e10) - 1e10, 0.3),
    "1 and less than its ulp": (lambda x: 1.0 + 1e-20 * ops.erf(x), 0.3),
    "large lines that cancel": (lambda x: 1e17 * x - 1e17 * x + x, 0.3),
    "the same with less": (lambda x: 1e10 * x - 1e10 * x + 1e-8 * x, 0.3),
    "cosh² − sinh² far out": (lambda x: ops.cosh(x) ** 2 - ops.sinh(x) ** 2 + x, 20.0),
    "erfs that cancel": (lambda x: 1e12 * ops.erf(x) - 1e12 * ops.erf(x) + 1e-5 * ops.erf(x), 0.3),
    "hinges that cancel": (lambda x: 1e18 * ops.relu(x) - 1e18 * ops.relu(x) + ops.relu(x), 0.3),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_wrong_0_does_not_pass_beside_something_large(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    f, x = HIDDEN[name]
    assert gradcheck(f, [x]).verdict != "fail"
    monkeypatch.setattr(comparison, "_gradients", lambda _: [[0.0]])
    assert gradcheck(f, [x]).verdict != "pass"
    monkeypatch.undo()
    if name != "1 and less than its ulp":  # in floats that is 1, and nothing else
        assert gradcheck(of_floats(f), [x], gradients=lambda _: [0.0]).verdict != "pass"


def test_a_local_derivative_far_too_large_has_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: Any) -> Any:
        return ops.exp(x) - ops.exp(x) + x

    x = Value(0.3)
    assert path_products(f(x), [x])[0][1] < 1e-13
    monkeypatch.setattr(ops.exp, "partials", (lambda z, x: 1e20 * z,))
    ((_, error),) = path_products(f(x), [x])
    assert error == math.inf
    assert gradcheck(f, [0.3]).verdict == "fail"


@pytest.mark.parametrize("factor", [0.4, 2.1, -1.0, 0.0])
def test_one_off_by_a_factor_has_none(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops.sin, "partials", (lambda z, x: factor * ops.cos(x),))
    x = Value(0.3)
    assert path_products(ops.sin(x), [x])[0][1] == math.inf


def test_the_sum_of_path_products_by_size() -> None:
    x, y = Value(2.0), Value(3.0)
    root = 4.0 * x * y - 5.0 * x + y * 0.0
    (along_x, _), (along_y, _) = path_products(root, [x, y])
    assert (along_x, along_y) == (17.0, 8.0)
    assert path_products(Value(1.0), [x]) == [(0.0, 0.0)]
    assert path_products(x, [x, y]) == [(1.0, 0.0), (0.0, 0.0)]


def test_the_bound_holds_for_random_graphs() -> None:
    """Against eighty digits: no gradient is off by more, and bounds are not idle."""
    tight = []
    for seed in range(60):
        dag = random_dag(seed)
        leaves, root = built(dag)
        if isinstance(root, float):
            continue
        products = path_products(root, leaves)
        root.backward()
        for leaf, (size, error), slope in zip(leaves, products, truth(dag)[1], strict=True):
            with mp.workdps(80):
                off = abs(mp.mpf(leaf.grad) - slope.value)
            assert off <= error, (seed, off, error)
            assert size >= abs(leaf.grad) * (1.0 - 1e-14)
            if size and error < math.inf:
                tight.append(error / size)
    assert len(tight) > 100
    assert sorted(tight)[len(tight) // 2] < 1e-12


def test_the_bound_grows_with_what_is_lost_on_the_way() -> None:
    """An operand that has lost its digits makes the slope of what is done with it inexact."""
    rng = random.Random(0)
    for _ in range(20):
        lost = 10.0 ** rng.uniform(3, 9)
        x = Value(rng.uniform(0.5, 1.5))
        root = ops.sin((x + lost) - lost)
        ((_, error),) = path_products(root, [x])
        root.backward()
        with mp.workdps(50):
            off = abs(mp.mpf(x.grad) - mp.cos(mp.mpf(x.data)))
        assert off <= error <= 100.0 * math.ulp(lost)
