"""What the engine makes of a dag, compared with the truth."""

from __future__ import annotations

from functools import cache

from autograd_mini import grad
from tests.fuzz.dags import Dag, Truth, built, random_dag, truth


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
