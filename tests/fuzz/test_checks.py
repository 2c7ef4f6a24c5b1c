"""The checks against random graphs: bounds hold, nothing right is accused, a millionth is seen.

The figures that the long version gives are printed by `python -m tests.fuzz.figures`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini.check import gradcheck
from tests.fuzz.checking import accused, broken_bounds, of_floats, verdict_on_a_millionth
from tests.fuzz.dags import function_of, random_dag

FEW = range(100)
MANY = range(10_000)


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


def test_no_right_derivative_is_accused() -> None:
    found = [sentence for seed in FEW for sentence in accused(seed)]
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize("start", MANY[::500])
def test_no_right_derivative_is_accused_over_many(start: int) -> None:
    found = [sentence for seed in range(start, start + 500) for sentence in accused(seed)]
    assert not found, "\n".join(found)


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
