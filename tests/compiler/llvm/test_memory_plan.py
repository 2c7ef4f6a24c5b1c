"""The memory plan: buffers share places, and the check finds a plan in which they must not."""

from __future__ import annotations

import random
from typing import Any

import pytest

from autograd_mini import losses, nn
from autograd_mini.compiler import compile
from autograd_mini.compiler.llvm import kernels, memory, planner
from autograd_mini.compiler.llvm.kernels import Buffer
from autograd_mini.compiler.llvm.tier import Native


def plan() -> kernels.Plan:
    model = nn.MLP(6, [8, 8, 8, 4], "tanh", rng=random.Random(0))

    def fn(x: list[Any], label: Any) -> Any:
        return losses.cross_entropy(model(x), label)

    compiled = compile(fn, model.parameters(), "llvm")
    compiled([[0.1] * 6], [2])
    engine = compiled._surroundings.last
    assert isinstance(engine, Native)
    return planner.plan(engine.prepared)


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


def placed(lives: memory.Lives, monkeypatch: pytest.MonkeyPatch) -> int:
    """The length of the arena for buffers with these lives."""
    monkeypatch.setattr(memory, "lives", lambda kernels, buffers: lives)
    return memory.assign([], list(lives), row=1)


@pytest.mark.parametrize("seed", range(20))
def test_no_two_buffers_that_live_at_once_overlap(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    lives = {}
    for i in range(60):
        first = rng.randrange(40)
        lives[Buffer(i, rng.randrange(1, 50), False)] = first, first + rng.randrange(15)
    total = placed(lives, monkeypatch)
    spans = {b: (b.start, b.start + memory.length(b, 1)) for b in lives}
    assert total == max(stop for _, stop in spans.values())
    for one, (low, high) in spans.items():
        for other, (start, stop) in spans.items():
            together = lives[one][0] <= lives[other][1] and lives[other][0] <= lives[one][1]
            assert one is other or not together or high <= start or stop <= low


def test_a_chain_and_its_way_back_take_a_place_for_each_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Forward all stay until the way back needs them. Counted: work grows as their number does."""
    steps, asked = 2000, [0]
    lives = {Buffer(i, 8, False): (i, 2 * steps - i) for i in range(steps)}
    lives |= {Buffer(-i, 8, False): (2 * steps - i, 2 * steps - i + 1) for i in range(1, steps)}
    ordinary = memory.length

    def length(buffer: Buffer, row: int) -> int:
        asked[0] += 1
        return ordinary(buffer, row)

    monkeypatch.setattr(memory, "length", length)
    assert placed(lives, monkeypatch) <= 8 * (steps + 3)
    assert asked[0] <= 2 * len(lives)


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
