"""The figures that the documentation quotes: how often bounds hold, and what gradcheck decides.

    python -m tests.fuzz.figures

It takes some minutes and prints a line for each figure.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from autograd_mini.check import finite_difference, gradcheck
from tests.check.functions import random_case
from tests.fuzz.checking import known, of_floats, verdict_on_a_millionth
from tests.fuzz.dags import function_of, random_dag

CASES = 10_000
DAGS = 5_000
CHECKS = 10_000
FAULTS = 5_000


def as_it_is(f: Callable[..., Any]) -> Callable[..., Any]:
    return f


def over_cases(wrap: Callable[..., Any]) -> Counter[str]:
    """For functions of one number: held, broken, unsettled."""
    found: Counter[str] = Counter()
    for seed in range(CASES):
        case = random_case(seed)
        (estimate,) = finite_difference(wrap(case), [case.x])
        holds = estimate.settled and abs(estimate.value - case.slope()) <= estimate.error
        found["held" if holds else "broken" if estimate.settled else "unsettled"] += 1
    return found


def over_dags(wrap: Callable[..., Any]) -> Counter[str]:
    """For random graphs over all rows: held, broken, unsettled."""
    found: Counter[str] = Counter()
    for seed in range(DAGS):
        dag, _, slopes = known(seed)
        estimates = finite_difference(wrap(function_of(dag)), dag.leaves)
        for estimate, slope in zip(estimates, slopes, strict=True):
            holds = estimate.settled and abs(estimate.value - slope.value) <= estimate.error
            found["held" if holds else "broken" if estimate.settled else "unsettled"] += 1
    return found


def verdicts() -> Counter[str]:
    """Of gradcheck on right derivatives of random graphs."""
    dags = map(random_dag, range(CHECKS))
    return Counter(gradcheck(function_of(dag), dag.leaves).verdict for dag in dags)


def verdicts_on_a_millionth() -> Counter[str]:
    """Of gradcheck on gradients with one entry off by 1e-6 of itself."""
    found = Counter(map(verdict_on_a_millionth, range(FAULTS)))
    del found[""]
    return found


def tell(what: str, found: Counter[str]) -> None:
    said = ", ".join(f"{count:,} {kind}" for kind, count in found.most_common())
    sys.stdout.write(f"{what}: {said}\n")
    sys.stdout.flush()


def main() -> None:
    tell("bounds, functions of one number in floats", over_cases(of_floats))
    tell("bounds, functions of one number in Values", over_cases(as_it_is))
    tell("bounds, random graphs in floats", over_dags(of_floats))
    tell("bounds, random graphs in Values", over_dags(as_it_is))
    tell("right derivatives of random graphs", verdicts())
    tell("derivatives off by a millionth", verdicts_on_a_millionth())


if __name__ == "__main__":
    main()
