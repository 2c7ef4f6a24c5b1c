"""The figures that the documentation quotes: how often bounds hold, and what gradcheck decides.

``python -m tests.fuzz.figures`` takes some minutes and writes FIGURES.md, a line for each figure as
soon as it is there.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd_mini.check import finite_difference, gradcheck
from tests.check.functions import random_case
from tests.fuzz.checking import known, of_floats, verdict_on_a_millionth
from tests.fuzz.dags import function_of, random_dag

CASES = 3_000
DAGS = 1_000
CHECKS = 10_000
FAULTS = 2_000

PAGE = Path(__file__).with_name("FIGURES.md")

HEAD = """\
# How far the checks can be trusted

Measured by `python -m tests.fuzz.figures` on random functions whose derivatives are known to eighty
digits. *Held*: the estimate of `finite_difference` is off by no more than the bound it gives.
*Broken*: by more. *Unsettled*: no estimate, and the reason said. The functions come as Values,
where the estimate may use the recorded graph, and as functions of floats, which could be anybody's.

"""


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
    """Add a line to the page."""
    said = ", ".join(f"{count:,} {kind}" for kind, count in found.most_common())
    sys.stdout.write(f"{what}: {said}\n")
    sys.stdout.flush()
    with PAGE.open("a", encoding="utf-8") as page:
        page.write(f"- {what}: {said}\n")


def main() -> None:
    """Measure everything, the quickest first."""
    PAGE.write_text(HEAD, "utf-8")
    tell("Bounds for functions of one number, as floats", over_cases(of_floats))
    tell("Bounds for functions of one number, as Values", over_cases(as_it_is))
    tell(
        "`gradcheck` on gradients of random graphs, one entry off by 1e-6 of itself",
        verdicts_on_a_millionth(),
    )
    tell("`gradcheck` on right derivatives of random graphs", verdicts())
    tell("Bounds for slopes of random graphs, as floats", over_dags(of_floats))
    tell("Bounds for slopes of random graphs, as Values", over_dags(as_it_is))


if __name__ == "__main__":
    main()
