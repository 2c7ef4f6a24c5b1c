"""``fit``: the training loop.

Vocabulary: the *engine* computes the costs and gradients of a batch, node by node
(:class:`~autograd_mini.training.steppers.Eager`) or compiled
(:class:`~autograd_mini.training.steppers.Compiled`); the loop around it is the same. *Early stop*:
training ends when the watched cost, the validation cost if there is one, has not become lower for
``patience`` epochs, and the parameters of the best epoch are put back (Prechelt, "Early Stopping,
But When?", 1998).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from autograd_mini import given
from autograd_mini.data import Dataset
from autograd_mini.optim import Optimizer
from autograd_mini.optim.base import Rate
from autograd_mini.training.history import History
from autograd_mini.training.steppers import Stepper, stepper

Progress = Callable[[int, int, float], object]


def fit(
    model: Callable[[Any], Any],
    examples: Dataset[Any],
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    *,
    epochs: int = 100,
    batch_size: int | None = None,
    rng: random.Random | int | None = None,
    validation: Dataset[Any] | None = None,
    patience: int | None = None,
    rate: Rate | None = None,
    engine: str = "eager",
    progress: Progress | None = None,
) -> History:
    """Train a model: epoch after epoch, step after step, on batches in a random order.

    Args:
        model: a function of one example, such as an ``nn.MLP``.
        examples: what it learns from.
        loss: of one example, prediction first, such as ``losses.binary_cross_entropy``; the cost
            of a batch is the mean.
        optimizer: what changes the parameters.
        epochs: how many rounds at most, at least 0.
        batch_size: examples for each step; left out, all of them.
        rng: where the order of the examples comes from: a ``random.Random``, or an int as a seed;
            left out, the module ``random``.
        validation: held-out examples whose cost is computed after every epoch.
        patience: so many epochs without a lower cost end the training, and the parameters go back
            to those of the best epoch; left out, there is no early stop.
        rate: the learning rate as a function of the epoch, counted from 0; left out, it stays.
        engine: "eager", or a backend of ``compile``: "auto", "python", "numpy", ….
        progress: called after every epoch with the epochs done, ``epochs``, and the epoch's cost;
            ``training.Bar("training")`` draws a bar on a terminal.

    Returns:
        The history. If a cost is no finite number, training ends there, and ``history.stopped``
        says so.

    Raises:
        TypeError: an argument is of a wrong type; nothing has been trained then.
        ValueError: a number is out of range, the engine is unknown, or the held-out examples have
            not as many features as the others.
        TracingError: a compiled engine cannot follow the model or the loss.
    """
    given.instance(optimizer, Optimizer, "fit", "optimizer", "an optimiser, such as optim.SGD")
    given.function(model, "fit", "model", "a function of one example, such as an nn.MLP")
    given.function(loss, "fit", "loss", "a function of a prediction and a target")
    _checked_examples(examples, validation)
    epochs = given.whole(epochs, "fit", "epochs", 0)
    if patience is not None:
        patience = given.whole(patience, "fit", "patience", 1)
    size = len(examples)
    if batch_size is not None:
        size = given.whole(batch_size, "fit", "batch_size", 1, of="example")
    if rate is not None:
        given.function(rate, "fit", "rate", "a function of the epoch, such as cosine(0.1, 50)")
    if progress is not None:
        given.function(progress, "fit", "progress", "a function, such as Bar('training')")
    given.text(engine, "fit", "engine")
    source = given.randomness(rng, "fit")
    step = stepper(engine, model, loss, optimizer)
    history = History()
    best = _Best(optimizer, patience)
    for epoch in range(epochs):
        if rate is not None:
            optimizer.lr = rate(epoch)
        order = examples if size >= len(examples) else examples.shuffled(source)
        cost = _epoch(step, order, size, history)
        history.rates.append(optimizer.lr)
        if validation is not None:
            history.validation.append(step.cost(validation))
        if progress is not None:
            progress(epoch + 1, epochs, cost)
        watched = history.validation[-1] if validation is not None else cost
        if not math.isfinite(cost):
            history.stopped = (
                f"the cost became {cost} in epoch {epoch + 1}; take a smaller learning rate, or, "
                "where the loss takes a probability, a network that ends in one: output='sigmoid'"
            )
            break
        if best.gives_up(watched, epoch + 1):
            history.stopped = f"no lower cost since epoch {best.epoch}"
            break
    history.best = best.epoch
    best.restore()
    return history


def _epoch(step: Stepper, examples: Dataset[Any], size: int, history: History) -> float:
    """The mean loss of the epoch's examples."""
    costs = step.epoch(examples, size)
    lengths = [min(size, len(examples) - start) for start in range(0, len(examples), size)]
    history.steps += costs
    weighted = [cost * length for cost, length in zip(costs, lengths, strict=True)]
    history.costs.append(sum(weighted) / len(examples))
    return history.costs[-1]


class _Best:
    """The best epoch so far and its parameters."""

    def __init__(self, optimizer: Optimizer, patience: int | None) -> None:
        self.params = optimizer.params
        self.patience = patience
        self.cost = math.inf
        self.epoch = 0
        self._numbers: list[float] = []

    def gives_up(self, cost: float, epoch: int) -> bool:
        """Take note of an epoch's cost; whether patience is at its end."""
        if self.patience is None:
            return False
        if cost < self.cost:
            self.cost, self.epoch = cost, epoch
            self._numbers = [p.data for p in self.params]
        return epoch - self.epoch >= self.patience

    def restore(self) -> None:
        """Put the best parameters back."""
        for p, number in zip(self.params, self._numbers, strict=False):
            p.data = number


def _checked_examples(examples: Dataset[Any], validation: Dataset[Any] | None) -> None:
    given.instance(examples, Dataset, "fit", "examples", "a Dataset(name, X, Y)")
    if validation is None:
        return
    given.instance(validation, Dataset, "fit", "validation", "a Dataset(name, X, Y), or None")
    widths = len(examples.features), len(validation.features)
    if widths[0] != widths[1]:
        raise ValueError(
            f"fit: the examples have {widths[0]} features and those of validation= {widths[1]}; "
            "hold out a part of one data set, as split() does"
        )
