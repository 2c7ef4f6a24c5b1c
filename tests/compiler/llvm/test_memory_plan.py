"""The memory plan: buffers share places, and the check finds a plan in which they must not."""

from __future__ import annotations

import random
from typing import Any

import pytest

from autograd_mini import losses, nn
from autograd_mini.compiler import compile
from autograd_mini.compiler.llvm import kernels, memory, planner
from autograd_mini.compiler.llvm.engine import Native


def plan() -> kernels.Plan:
    model = nn.MLP(6, [8, 8, 8, 4], "tanh", rng=random.Random(0))

    def fn(x: list[Any], label: Any) -> Any:
        return losses.cross_entropy(model(x), label)

    compiled = compile(fn, model.parameters(), "llvm")
    compiled([[0.1] * 6], [2])
    engine = compiled._last
    assert isinstance(engine, Native)
    return planner.plan(engine.program)


def test_buffers_share_places() -> None:
    made = plan()
    total = memory.assign(made.kernels, made.buffers, row=8)
    assert total < sum(memory.length(buffer, 8) for buffer in made.buffers)
    memory.validate(made.kernels, made.buffers, row=8)


@pytest.mark.parametrize("seed", range(20))
def test_two_living_buffers_in_one_place_are_found(seed: int) -> None:
    made = plan()
    memory.assign(made.kernels, made.buffers, row=8)
    living = memory.lives(made.kernels, made.buffers)
    rng = random.Random(seed)
    clashes = [
        (a, b)
        for a in made.buffers
        for b in made.buffers
        if a is not b and living[a][0] < living[b][0] <= living[a][1]
    ]
    one, other = rng.choice(clashes)
    other.start = one.start
    with pytest.raises(AssertionError, match=r"overwrit"):
        memory.validate(made.kernels, made.buffers, row=8)


def test_pinned_results_keep_their_place() -> None:
    made = plan()
    memory.assign(made.kernels, made.buffers, row=8)
    pinned = [buffer for buffer in made.buffers if buffer.pinned]
    assert pinned
    spans = [(b.start, b.start + memory.length(b, 8)) for b in made.buffers]
    for buffer in pinned:
        first, last = memory.lives(made.kernels, made.buffers)[buffer]
        assert last == len(made.kernels)
        for other, (low, high) in zip(made.buffers, spans, strict=True):
            later = memory.lives(made.kernels, made.buffers)[other][1] >= first
            apart = high <= buffer.start or low >= buffer.start + memory.length(buffer, 8)
            assert other is buffer or apart or not later
