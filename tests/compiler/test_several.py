"""Examples of several structures in one batch: documents of all lengths, as in the eager loop."""

from __future__ import annotations

import random
from typing import Any

import pytest

from autograd_mini import Value, losses, optim
from autograd_mini.compiler import compile
from autograd_mini.lessons import gpt
from tests.compiler.agreement import TIERS, eager

NAMES = ["ada", "eve", "bo", "agnes", "al", "iris", "x", "zoe"]


def model() -> gpt.GPT:
    return gpt.GPT(width=4, heads=2, rng=random.Random(2))


def documents() -> list[list[int]]:
    return [gpt.tokens(name) for name in NAMES]


@pytest.mark.parametrize("tier", TIERS)
def test_a_call_is_the_mean_over_documents_of_all_lengths(tier: str) -> None:
    made = model()
    compiled = compile(made.loss, made.parameters(), tier)
    value, gradient = compiled(documents())
    found, gradients = eager(made.loss, made.parameters(), documents())
    assert compiled.tier == tier
    assert value == pytest.approx(sum(found) / len(found), rel=1e-14)
    for g, column in zip(gradient, zip(*gradients, strict=True), strict=True):
        assert g == pytest.approx(sum(column) / len(found), rel=1e-11, abs=1e-16)


@pytest.mark.parametrize("tier", TIERS)
def test_results_come_in_the_order_of_the_documents(tier: str) -> None:
    made = model()
    expected = [made.floats().loss(document) for document in documents()]
    assert compile(made.loss, made.parameters(), tier).forward(documents()) == pytest.approx(
        expected, rel=1e-14
    )
    each, _ = compile(made.loss, made.parameters(), tier, reduce="none")(documents())
    assert each == pytest.approx(expected, rel=1e-14)


def by_hand(made: gpt.GPT, batches: list[list[list[int]]]) -> list[float]:
    """The eager loop, in which a parameter that is not used has the gradient 0."""
    params = made.parameters()
    adam = optim.Adam(params, 0.02)
    costs = []
    for batch in batches:
        for p in params:
            p.grad = 0.0
        cost = sum(made.loss(document) for document in batch) / len(batch)
        cost.backward()
        costs.append(cost.data)
        adam.step()
    return costs


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("size", [1, 3])
def test_training_is_the_eager_loop(tier: str, size: int) -> None:
    one, other = model(), model()
    data = documents()
    batches = [data[start : start + size] for start in range(0, len(data), size)]
    expected = by_hand(one, [*batches, batches[0]])
    compiled = compile(other.loss, other.parameters(), tier)
    adam = optim.Adam(other.parameters(), 0.02)
    costs = compiled.train(adam, data, steps=len(batches) + 1, batch_size=size)
    assert costs == pytest.approx(expected, rel=1e-12)
    for p, q in zip(one.parameters(), other.parameters(), strict=True):
        assert q.data == pytest.approx(p.data, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("tier", TIERS)
def test_shuffled_rounds_have_every_document_once(tier: str) -> None:
    w = [Value(0.5), Value(-0.25)]

    def fn(x: list[Any], y: Any) -> Any:
        return losses.squared_error(sum(w[i % 2] * x_i for i, x_i in enumerate(x)), y)

    X = [[float(i)] * (1 + i % 3) for i in range(7)]
    compiled = compile(fn, w, tier)
    still = optim.SGD(w, lr=0.0)
    y = [0.0] * 7
    costs = compiled.train(still, X, y, steps=14, batch_size=1, shuffle=random.Random(1))
    expected = sorted(compiled.forward(X, y))
    assert sorted(costs[:7]) == pytest.approx(expected)
    assert sorted(costs[7:]) == pytest.approx(expected)
    assert costs[:7] != costs[7:]
    with pytest.raises(TypeError, match="shuffle must be a source of chance"):
        compiled.train(still, X, y, steps=1, shuffle=True)  # type: ignore[arg-type]


def test_programs_share_one_order_of_parameters() -> None:
    made = model()
    compiled = compile(made.loss, made.parameters(), "numpy")
    compiled(documents())
    orders = {tuple(engine.order) for engine in compiled._surroundings.here.engines.values()}
    assert len(orders) == 1
    assert compiled.source.count("def step") == len({len(name) for name in NAMES})
    programs = len(compiled._surroundings.here.engines)
    compiled(documents()[:3])  # and they stay
    assert {
        tuple(engine.order) for engine in compiled._surroundings.here.engines.values()
    } == orders
    assert len(compiled._surroundings.here.engines) == programs


def test_integers_among_numbers_are_numbers() -> None:
    w = Value(2.0)
    compiled = compile(lambda x: w * x, [w], "python", reduce="sum")
    assert compiled([1, 2.5, 3]) == (13.0, [6.5])
