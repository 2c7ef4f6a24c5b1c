"""How often the recipes are right, over seeds: few in every run, a hundred under ``slow``."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, data, nn
from autograd_mini.training import RECIPES, answer, outputs, run


def learned_xor(seed: int, engine: str = "eager") -> bool:
    trained = run(RECIPES["xor"], seed, engine=engine)
    return trained.accuracy(data.xor()) == 1.0


def test_xor_is_learned_from_every_seed_tried() -> None:
    assert all(learned_xor(seed) for seed in range(8))


@pytest.mark.slow
def test_xor_is_learned_from_95_of_100_seeds() -> None:
    assert sum(learned_xor(seed) for seed in range(100)) >= 95


def test_moons_are_told_apart() -> None:
    for seed in range(3):
        trained = run(RECIPES["moons"], seed)
        assert trained.test is not None
        assert len(trained.test) == 40
        assert trained.accuracy(trained.test) >= 0.95
        assert trained.accuracy(trained.train) >= 0.98


@pytest.mark.slow
def test_moons_are_told_apart_from_100_seeds() -> None:
    for seed in range(100):
        trained = run(RECIPES["moons"], seed)
        assert trained.test is not None
        assert trained.accuracy(trained.test) >= 0.95


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 20))]
)
def test_digits_that_were_held_out_are_read(seed: int) -> None:
    trained = run(RECIPES["digits"], seed)
    assert trained.test is not None
    assert len(trained.test) == round(1797 / 5)
    seen = {tuple(x) for x in trained.train.X}
    assert sum(tuple(x) in seen for x in trained.test.X) == 0  # no digit is there twice
    assert trained.accuracy(trained.test) >= 0.95


def test_a_seed_decides_everything() -> None:
    first, again, other = (run(RECIPES["moons"], seed, epochs=2) for seed in (1, 1, 2))
    assert first.history.steps == again.history.steps
    assert first.first == again.first != other.first
    assert first.test is not None
    assert again.test is not None
    assert first.test.X == again.test.X


def test_epochs_and_patience_can_be_asked_for() -> None:
    short = run(RECIPES["xor"], 0, epochs=3)
    assert len(short.history) == 3
    assert [p.data for p in short.model.parameters()] != short.first
    assert run(RECIPES["moons"], 0, epochs=40, patience=1).history.stopped


def test_many_examples_give_what_each_gives_alone() -> None:
    digits = data.digits().take(range(60))
    model = run(RECIPES["digits"], 0, epochs=0).model
    alone = [[z.data for z in model(x)] for x in digits.X]
    np.testing.assert_allclose(outputs(model, digits.X), alone, rtol=1e-12, atol=1e-12)

    class Peeking(nn.LogisticRegression):
        def __call__(self, x: Any) -> Any:
            return super().__call__(x) if x[0] > 0.0 else Value(0.25)

    moons = data.moons(60, rng=random.Random(0))
    peeking = Peeking(2)
    assert outputs(peeking, moons.X) == [peeking(x).data for x in moons.X]


def test_answers_compare_with_a_threshold_or_with_each_other() -> None:
    assert [answer(x) for x in (0.5, 0.500001, 0.0)] == [0, 1, 0]
    assert [answer(x, threshold=0.0) for x in (-1.0, 0.0, 1e-9)] == [0, 0, 1]
    assert answer([0.3, 0.7, 0.7]) == 1  # the first of equals
