"""Handwritten digits: compiled training is eager training, and goes on to a useful network."""

from __future__ import annotations

import random
from typing import Any

import pytest

from autograd_mini import losses, nn, optim
from autograd_mini.compiler import compile
from autograd_mini.data import digits

BATCH = 16
EAGER = 4
"""Steps made by both: an eager one takes a quarter of a second."""


def network() -> nn.MLP:
    return nn.MLP(64, [32, 10], "tanh", rng=random.Random(0))


def accuracy(model: nn.MLP, X: Any, y: Any) -> float:
    """How often the largest logit is the right one, by the weights as they are now."""
    scores = compile(model, model.parameters(), "numpy").forward(X)
    right = sum(row.index(max(row)) == t for row, t in zip(scores, y, strict=True))
    return float(right / len(y))


@pytest.mark.parametrize("tier", ["numpy", "llvm"])
def test_digits(tier: str) -> None:
    train, test = digits().split(0.2, random.Random(0))
    eager, fast = network(), network()
    compiled = compile(
        lambda x, y: losses.cross_entropy(fast(x), y), fast.parameters(), backend=tier
    )
    by_hand = optim.Adam(eager.parameters(), 0.02)
    adam = optim.Adam(fast.parameters(), 0.02)
    for step in range(EAGER):
        here = slice(step * BATCH, (step + 1) * BATCH)
        by_hand.zero_grad()
        cost = losses.mean(losses.cross_entropy, [eager(x) for x in train.X[here]], train.Y[here])
        cost.backward()
        by_hand.step()
    X, Y = train.X[: EAGER * BATCH], train.Y[: EAGER * BATCH]
    compiled.train(adam, X, Y, steps=EAGER, batch_size=BATCH)
    for p, q in zip(eager.parameters(), fast.parameters(), strict=True):
        assert q.data == pytest.approx(p.data, rel=1e-9, abs=1e-12)
    assert accuracy(eager, test.X, test.Y) == accuracy(fast, test.X, test.Y)

    for _ in range(2):
        compiled.train(
            adam, train.X, train.Y, steps=400, batch_size=BATCH, shuffle=random.Random(1)
        )
    assert compiled.tier == tier
    assert accuracy(fast, test.X, test.Y) >= 0.95
