"""The checks against random graphs: bounds hold, nothing right is accused, a millionth is seen.

The figures that the long version gives are printed by `python -m tests.check.figures`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value
from autograd_mini.check import finite_difference, gradcheck
from tests.fuzz.checking import known
from tests.fuzz.dags import built, function_of, random_dag

FEW = range(100)
MANY = range(10_000)


def of_floats(f: Callable[..., Any]) -> Callable[..., Any]:
    """f as another engine's function: it takes floats only and records nothing."""

    def takes_floats(*xs: Any) -> Any:
        if any(type(x) is not float for x in xs):
            raise TypeError("floats only")
        return f(*xs)

    return takes_floats


def broken_bounds(seed: int, wrap: Callable[..., Any]) -> list[str]:
    """Where an estimate is off by more than its bound."""
    dag, _, slopes = known(seed)
    found = finite_difference(wrap(function_of(dag)), dag.leaves)
    return [
        f"leaf {i}: {estimate}, truth {slope.value}\n{dag}"
        for i, (estimate, slope) in enumerate(zip(found, slopes, strict=True))
        if estimate.settled and not abs(estimate.value - slope.value) <= estimate.error
    ]


@pytest.mark.fuzz
@pytest.mark.parametrize("wrap", [of_floats, lambda f: f], ids=["floats", "Values"])
def test_the_bounds_hold(wrap: Callable[..., Any]) -> None:
    broken = [sentence for seed in FEW for sentence in broken_bounds(seed, wrap)]
    assert not broken, "\n".join(broken)


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize("wrap", [of_floats, lambda f: f], ids=["floats", "Values"])
def test_the_bounds_hold_nearly_always(wrap: Callable[..., Any]) -> None:
    broken = [sentence for seed in MANY[:4000] for sentence in broken_bounds(seed, wrap)]
    assert len(broken) <= 0.0005 * 4000, "\n".join(broken)


def accused(seed: int) -> list[str]:
    """What gradcheck says against right derivatives."""
    dag = random_dag(seed)
    report = gradcheck(function_of(dag), dag.leaves)
    return [f"{report}\n{dag}"] if report.verdict == "fail" else []


def test_no_right_derivative_is_accused() -> None:
    found = [sentence for seed in FEW for sentence in accused(seed)]
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize("start", MANY[::500])
def test_no_right_derivative_is_accused_over_many(start: int) -> None:
    found = [sentence for seed in range(start, start + 500) for sentence in accused(seed)]
    assert not found, "\n".join(found)


def verdict_on_a_millionth(seed: int) -> str:
    """The verdict on a gradient of which one entry is off by 1e-6 of itself; "" if it is 0."""
    dag = random_dag(seed)
    leaves, root = built(dag)
    if not isinstance(root, Value):
        return ""
    root.backward()
    slopes = [leaf.grad for leaf in leaves]
    i = random.Random(seed).randrange(len(slopes))
    if abs(slopes[i]) < 1e-3:  # the condition: slope and value of one size
        return ""
    slopes[i] *= 1.0 + 1e-6
    return gradcheck(function_of(dag), dag.leaves, gradients=lambda *_: slopes).rows[i].verdict


def test_a_relative_error_of_a_millionth_is_seen() -> None:
    verdicts = [verdict_on_a_millionth(seed) for seed in FEW]
    assert verdicts.count("fail") > 0.7 * len(FEW)
    assert set(verdicts) <= {"fail", ""}


@pytest.mark.slow
@pytest.mark.fuzz
def test_a_relative_error_of_a_millionth_is_seen_in_many() -> None:
    verdicts = [verdict_on_a_millionth(seed) for seed in MANY[:2000]]
    assert verdicts.count("pass") == 0
    assert verdicts.count("fail") >= 0.999 * (len(verdicts) - verdicts.count(""))


@pytest.mark.fuzz
def test_second_derivatives_of_random_graphs() -> None:
    for seed in range(25):
        dag = random_dag(seed, most=8)
        report = gradcheck(function_of(dag), dag.leaves, order=2)
        assert report.verdict != "fail", f"{report}\n{dag}"
        assert not any(math.isnan(row.analytic) for row in report.rows)
