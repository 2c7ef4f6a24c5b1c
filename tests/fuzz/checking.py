"""What the engine and the checks make of a dag, compared with the truth."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import Any

from autograd_mini import Value, grad
from autograd_mini.check import finite_difference, gradcheck
from tests.fuzz.dags import Dag, Truth, built, function_of, random_dag, truth


@cache
def known(seed: int) -> tuple[Dag, Truth, list[Truth]]:
    """A random dag, its value and its slopes."""
    dag = random_dag(seed)
    value, slopes = truth(dag)
    return dag, value, slopes


def faults(seed: int) -> list[str]:
    """What is wrong with the engine's value and gradients of the dag of that seed; mostly nothing.

    The gradients are taken by backward() and by grad.
    """
    dag, value, slopes = known(seed)
    leaves, root = built(dag)
    if isinstance(root, float):  # the dag uses numbers alone
        return []
    found = [] if value.allows(root.data) else [f"value {root.data!r}, truth {value}"]
    by_grad = [slope.data for slope in grad(root, leaves)]
    root.backward()
    by_backward = [leaf.grad for leaf in leaves]
    for way, slopes_found in (("grad", by_grad), ("backward", by_backward)):
        for i, (computed, slope) in enumerate(zip(slopes_found, slopes, strict=True)):
            if not slope.allows(computed):
                found.append(f"{way} of leaf {i}: {computed!r}, truth {slope}")
    return [f"{fault}\n{dag}" for fault in found]


def is_vacuous(seed: int) -> bool:
    """Whether a tolerance is so wide that the comparison means little."""
    _, _, slopes = known(seed)
    return any(slope.tolerance > 1e-6 * max(abs(slope.value), 1e-3) for slope in slopes)


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


def accused(seed: int) -> list[str]:
    """What gradcheck says against right derivatives."""
    dag = random_dag(seed)
    report = gradcheck(function_of(dag), dag.leaves)
    return [f"{report}\n{dag}"] if report.verdict == "fail" else []


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
