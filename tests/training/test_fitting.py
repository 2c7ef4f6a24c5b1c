"""The training loop against loops written out in NumPy, and its own two engines against each other.

The NumPy loops differentiate by hand: a logistic regression and its cross-entropy.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd_mini import data, losses, nn, optim, training
from autograd_mini.value import Value

ENGINES = ["eager", "python", "numpy"]


def logistic(seed: int = 0) -> nn.LogisticRegression:
    return nn.LogisticRegression(2, rng=random.Random(seed))


def numbers(model: Any) -> list[float]:
    return [p.data for p in model.parameters()]


def sigma(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def by_hand(
    theta: Any, examples: data.Dataset[int], epochs: int, size: int, seed: int, lr: float
) -> tuple[Any, list[float]]:
    """Batches in the order that ``shuffled`` draws; the gradient of a logistic regression."""
    rng = random.Random(seed)
    costs = []
    for _ in range(epochs):
        order = examples.shuffled(rng) if size < len(examples) else examples
        X, Y = np.array(order.X), np.array(order.Y)
        for start in range(0, len(X), size):
            x, y = X[start : start + size], Y[start : start + size]
            p = sigma(x @ theta[:2] + theta[2])
            costs.append(float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))))
            gradient = np.append((p - y) @ x, np.sum(p - y)) / len(x)
            theta = theta - lr * gradient
    return theta, costs


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("size", [7, 16, None])
def test_every_step_is_that_of_numpy(engine: str, size: int | None) -> None:
    examples = data.moons(30, rng=random.Random(2))
    model = logistic()
    wanted, costs = by_hand(np.array(numbers(model)), examples, 4, size or 30, 9, 0.3)
    history = training.fit(
        model,
        examples,
        losses.binary_cross_entropy,
        optim.SGD(model.parameters(), lr=0.3),
        epochs=4,
        batch_size=size,
        rng=random.Random(9),
        engine=engine,
    )
    np.testing.assert_allclose(numbers(model), wanted, rtol=1e-12)
    np.testing.assert_allclose(history.steps, costs, rtol=1e-12)
    # An epoch's cost weighs each batch by its examples.
    weights = [len(b) for b in training.batches(examples, size or 30)]
    per_epoch = np.array(costs).reshape(4, len(weights))
    np.testing.assert_allclose(history.costs, per_epoch @ weights / 30, rtol=1e-12)
    assert history.rates == [0.3] * 4
    assert (history.validation, history.stopped, history.best) == ([], "", 0)


def test_the_engines_agree_on_a_network_with_adam() -> None:
    found = []
    for engine in ENGINES:
        train, test = data.moons(40, rng=random.Random(2)).split(0.25, random.Random(3))
        model = nn.MLP(2, [5, 1], "tanh", rng=random.Random(0))
        history = training.fit(
            model,
            train,
            losses.binary_cross_entropy_with_logits,
            optim.Adam(model.parameters(), lr=0.05),
            epochs=5,
            batch_size=8,
            rng=random.Random(1),
            validation=test,
            rate=training.cosine(0.05, 5),
            engine=engine,
        )
        found.append([*history.steps, *history.validation, *history.rates, *numbers(model)])
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
def test_class_indices_reach_the_loss(engine: str) -> None:
    train = data.Dataset("three", [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], [0, 1, 2])
    model = nn.Layer(2, 3, None, rng=random.Random(0))
    training.fit(
        model,
        train,
        losses.cross_entropy,
        optim.SGD(model.parameters(), lr=1.0),
        epochs=60,
        engine=engine,
    )
    assert training.accuracy(model, train) == 1.0


def test_validation_is_the_mean_loss_after_the_epoch() -> None:
    train, test = data.moons(30, rng=random.Random(2)).split(0.3, random.Random(2))
    model = logistic()
    optimizer = optim.SGD(model.parameters(), lr=0.3)
    history = training.fit(
        model, train, losses.binary_cross_entropy, optimizer, epochs=3, validation=test
    )
    w, b = np.array(numbers(model)[:2]), numbers(model)[2]
    p, y = sigma(np.array(test.X) @ w + b), np.array(test.Y)
    wanted = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    assert history.validation[-1] == pytest.approx(wanted, rel=1e-12)
    assert len(history.validation) == 3


def one_number(costs: list[float]) -> tuple[Value, Callable[[Any], Any], Callable[..., Any]]:
    """A model whose parameter moves by 1 each step, and whose cost is read from a list."""
    theta = Value(0.0, "θ")

    def loss(prediction: Any, y: Any) -> Any:
        return prediction - theta.data + costs[round(-theta.data)]

    return theta, lambda x: theta, loss


ONE = data.Dataset("one", [[1.0]], [0.0])


@pytest.mark.parametrize(
    ("costs", "patience", "epochs", "best"),
    [
        ([5, 4, 3, 3, 3, 9], 2, 5, 3),  # equal is no better
        ([5, 4, 3, 4, 2, 1, 1, 1], 2, 8, 6),  # one bad epoch is forgiven
        ([1, 2, 3, 4], 3, 4, 1),
        ([4, 3, 2, 1], 1, 4, 4),  # to the end
    ],
)
def test_early_stop_counts_the_epochs_without_a_lower_cost(
    costs: list[float], patience: int, epochs: int, best: int
) -> None:
    theta, model, loss = one_number([*costs, math.nan])
    optimizer = optim.SGD([theta], lr=1.0)
    history = training.fit(model, ONE, loss, optimizer, epochs=len(costs), patience=patience)
    assert len(history) == epochs
    assert history.best == best
    assert theta.data == -best  # the parameters after the best epoch are put back
    stopped = f"no lower cost since epoch {best}"
    assert history.stopped == (stopped if epochs - best >= patience else "")


def test_early_stop_watches_the_validation_cost() -> None:
    train, test = data.moons(40, noise=0.4, rng=random.Random(5)).split(0.5, random.Random(5))
    model = nn.MLP(2, [12, 1], "tanh", rng=random.Random(0))
    history = training.fit(
        model,
        train,
        losses.binary_cross_entropy_with_logits,
        optim.Adam(model.parameters(), lr=0.1),
        epochs=300,
        validation=test,
        patience=10,
        engine="numpy",
    )
    assert history.stopped
    assert len(history) == history.best + 10
    assert min(history.validation) == history.validation[history.best - 1]
    assert min(history.costs) < history.costs[history.best - 1]  # training itself went on well
    again = [losses.binary_cross_entropy_with_logits(model(x), y).data for x, y in test]
    assert sum(again) / len(again) == pytest.approx(min(history.validation), rel=1e-9)


def test_a_cost_that_is_no_number_ends_the_training() -> None:
    theta = Value(1.0)
    history = training.fit(
        lambda x: theta, ONE, lambda p, y: p**2, optim.SGD([theta], lr=1e200), epochs=50
    )
    assert len(history) < 5
    assert "take a smaller learning rate" in history.stopped
    assert history.stopped.startswith(f"the cost became inf in epoch {len(history)}")


def test_the_rate_is_set_for_every_epoch_and_kept_in_the_history() -> None:
    model = logistic()
    optimizer = optim.SGD(model.parameters(), lr=9.0)
    rate = training.staircase(0.5, every=2)
    history = training.fit(
        model, data.and_(), losses.binary_cross_entropy, optimizer, epochs=5, rate=rate
    )
    assert history.rates == [0.5, 0.5, 0.25, 0.25, 0.125]
    assert optimizer.lr == 0.125


def test_progress_is_told_after_every_epoch() -> None:
    said: list[tuple[int, int, float]] = []
    model = logistic()
    history = training.fit(
        model,
        data.or_(),
        losses.binary_cross_entropy,
        optim.SGD(model.parameters(), lr=1.0),
        epochs=3,
        progress=lambda *words: said.append(words),
    )
    assert said == [(i, 3, cost) for i, cost in enumerate(history.costs, 1)]


def test_no_epochs_change_nothing() -> None:
    model = logistic()
    before = numbers(model)
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    history = training.fit(model, data.or_(), losses.binary_cross_entropy, optimizer, epochs=0)
    assert numbers(model) == before
    assert repr(history) == "<History: no epochs>"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"epochs": -1}, "epochs=-1"),
        ({"epochs": True}, "epochs=True"),
        ({"patience": 0}, "patience=0"),
        ({"batch_size": 0}, "size=0"),
        ({"batch_size": 2.5}, "size=2.5"),
        ({"engine": "steam"}, "there is no backend 'steam'"),
    ],
)
def test_what_is_out_of_range_is_refused(given: dict[str, Any], said: str) -> None:
    model = logistic()
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    with pytest.raises(ValueError, match=said):
        training.fit(model, data.or_(), losses.binary_cross_entropy, optimizer, **given)


def test_an_optimiser_is_asked_for() -> None:
    wrong: Any = 0.1
    with pytest.raises(TypeError, match=r"optim\.SGD"):
        training.fit(logistic(), data.or_(), losses.binary_cross_entropy, wrong)


def test_an_epoch_of_batches_holds_every_example_once() -> None:
    examples = data.Dataset("count", [[float(i)] for i in range(23)], list(range(23)))
    made = list(training.batches(examples, 5, random.Random(0)))
    assert [len(batch) for batch in made] == [5, 5, 5, 5, 3]
    order = [y for batch in made for y in batch.Y]
    assert order != examples.Y
    assert sorted(order) == examples.Y
    other = [y for batch in training.batches(examples, 5, random.Random(1)) for y in batch.Y]
    assert other != order
