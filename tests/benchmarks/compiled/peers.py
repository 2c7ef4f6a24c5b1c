"""Who is measured on which work.

Vocabulary: a *contestant* runs a work; it is one of this project's tiers or a peer. ``PAIRS`` says
which ratio is published: a tier, against whom, and the factor that was aimed at.
"""

from __future__ import annotations

import importlib.util
from typing import NamedTuple

from tests.benchmarks.compiled.timing import Run
from tests.benchmarks.compiled.works import (
    DIGITS,
    EVERY,
    GPT_1,
    GPT_32,
    MOONS,
    WIDE,
    Perceptron,
    Recurrent,
)

PYTHON, NUMPY, LLVM = "tier python", "tier numpy", "tier llvm"
JAX, AHEAD, SCAN = "jax.jit", "jax.jit, ahead", "jax lax.scan"
IN_JAX = "tier jax"
TORCH, HAND = "PyTorch eager", "NumPy by hand"
MICROGRAD, SLOTS = "micrograd", "slots"

LOOPS = {JAX: "each", AHEAD: "ahead", SCAN: "scan"}
"""How JAX is asked for its steps; the published ratios are with "each"."""

NEEDS = {
    PYTHON: ("numpy",),
    NUMPY: ("numpy",),
    LLVM: ("numpy", "llvmlite"),
    IN_JAX: ("numpy", "jax"),
    JAX: ("jax",),
    AHEAD: ("jax",),
    SCAN: ("jax",),
    TORCH: ("torch",),
    HAND: ("numpy",),
    MICROGRAD: ("micrograd",),
    SLOTS: (),
}
"""The modules without which a contestant does not take part."""

WHO = {
    MOONS: (PYTHON, NUMPY, LLVM, HAND, JAX, AHEAD, SCAN, TORCH, MICROGRAD),
    DIGITS: (NUMPY, LLVM, HAND, JAX, AHEAD, SCAN, TORCH),
    WIDE: (NUMPY, LLVM, HAND, JAX, AHEAD, SCAN, TORCH),
    GPT_1: (NUMPY, LLVM, JAX, AHEAD, SCAN, TORCH, SLOTS),
    GPT_32: (NUMPY, LLVM, JAX, AHEAD, SCAN, TORCH),
}


class Pair(NamedTuple):
    """A published ratio: the peer's time by the tier's, and what was aimed at."""

    work: str
    tier: str
    peer: str
    aim: float


PAIRS = (
    Pair(MOONS, PYTHON, MICROGRAD, 300.0),
    Pair(MOONS, NUMPY, JAX, 1.0),
    Pair(MOONS, NUMPY, HAND, 1.25),
    Pair(MOONS, NUMPY, TORCH, 8.0),
    Pair(MOONS, LLVM, JAX, 10.0),
    Pair(MOONS, LLVM, HAND, 14.0),
    Pair(MOONS, LLVM, TORCH, 75.0),
    Pair(DIGITS, LLVM, JAX, 4.5),
    Pair(DIGITS, LLVM, HAND, 5.0),
    Pair(DIGITS, LLVM, TORCH, 14.0),
    Pair(WIDE, NUMPY, JAX, 1.15),
    Pair(WIDE, NUMPY, HAND, 1.0),
    Pair(WIDE, LLVM, JAX, 1.15),
    Pair(WIDE, LLVM, HAND, 1.0),
    Pair(GPT_1, LLVM, JAX, 2.0),
    Pair(GPT_1, LLVM, TORCH, 14.0),
    Pair(GPT_1, LLVM, SLOTS, 8000.0),
    Pair(GPT_32, LLVM, JAX, 1.8),
    Pair(GPT_32, LLVM, TORCH, 5.0),
)


def present(contestant: str) -> bool:
    """Whether everything it needs is installed."""
    return all(importlib.util.find_spec(module) is not None for module in NEEDS[contestant])


def prepare(contestant: str, work_name: str) -> Run:
    """The function that makes steps of a work; only what this contestant needs is imported."""
    work = EVERY[work_name]
    if contestant in (PYTHON, NUMPY, LLVM, IN_JAX):
        from tests.benchmarks.compiled import ours

        return ours.prepare(work, contestant.removeprefix("tier "))
    if contestant in LOOPS:
        from tests.benchmarks.compiled import with_jax

        return with_jax.prepare(work, LOOPS[contestant])
    assert not isinstance(work, Recurrent)
    if contestant == TORCH:
        from tests.benchmarks.compiled import with_torch

        return with_torch.prepare(work)
    if contestant == HAND:
        from tests.benchmarks.compiled import by_hand

        assert isinstance(work, Perceptron)
        return by_hand.perceptron(work)
    from tests.benchmarks.compiled import scalars

    return scalars.prepare(work, contestant)
