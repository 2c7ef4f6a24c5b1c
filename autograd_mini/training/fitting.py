"""``fit``: the training loop, the batches and learning rates it takes, the history it gives back.

Vocabulary: the *engine* computes the costs and gradients of a batch, node by node or compiled
(:mod:`~autograd_mini.training.running`); the loop around it is the same. *Early stop*: training
ends when the watched cost, the validation cost if there is one, has not become lower for
``patience`` epochs, and the parameters of the best epoch are put back (Prechelt, "Early Stopping,
But When?", 1998).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from autograd_mini import given, optim
from autograd_mini.data import Dataset
from autograd_mini.data.dataset import Label_co
from autograd_mini.numbers import short
from autograd_mini.optim import Optimizer
from autograd_mini.optim.base import Rate
from autograd_mini.training.running import CompiledSteps, EagerSteps, Loss, Model

Progress = Callable[[int, int, float], object]
"""Called with the epochs done, of how many, and the cost of the last one."""


@dataclass
class History:
    """The course of one training; a list has one number for each epoch unless it says otherwise.

    Attributes:
        costs: the mean loss over the epoch's examples, each before the step of its batch.
        validation: the mean loss over the held-out examples after the epoch; empty without them.
        rates: the learning rate α of the epoch.
        steps: the cost of each batch before its step, one for each step.
        stopped: why training ended before its last epoch; empty if it did not.
        best: the epoch, from 1, of the lowest cost that early stopping saw; 0 without early stop.
    """

    costs: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    stopped: str = ""
    best: int = 0

    def __len__(self) -> int:
        return len(self.costs)

    def __repr__(self) -> str:
        if not self.costs:
            return "<History: no epochs>"
        ended = f"; {self.stopped}" if self.stopped else ""
        span = f"cost {short(self.costs[0], 4)} to {short(self.costs[-1], 4)}"
        return f"<History: {len(self)} epoch(s), {len(self.steps)} step(s), {span}{ended}>"


def batches(
    examples: Dataset[Label_co], size: int, rng: random.Random | int | None = None
) -> Iterator[Dataset[Label_co]]:
    """One epoch: the examples in a random order, ``size`` at a time; the last batch may be smaller.

    Args:
        examples: what is shuffled; it is left as it is.
        size: examples in a batch, at least 1.
        rng: where the order comes from, as for :meth:`autograd_mini.data.Dataset.split`.

    Raises:
        TypeError: ``examples`` is no data set, or the size no number.
        ValueError: the size is below 1 or not whole.

    >>> from autograd_mini import data
    >>> [len(batch) for batch in batches(data.moons(10), 4, random.Random(0))]
    [4, 4, 2]
    """
    given.instance(examples, Dataset, "batches", "examples", "a Dataset(name, X, Y)")
    size = given.whole(size, "batches", "size", 1, of="example")
    order = list(range(len(examples)))
    given.randomness(rng, "batches").shuffle(order)
    return (examples.take(order[i : i + size]) for i in range(0, len(order), size))


def cosine(first: float, epochs: int, last: float = 0.0) -> Rate:
    """From ``first`` down to ``last`` along half a cosine (Loshchilov and Hutter, "SGDR", 2017).

    >>> rate = cosine(0.5, 3)
    >>> [round(rate(epoch), 3) for epoch in range(4)]
    [0.5, 0.25, 0.0, 0.0]

    Raises:
        ValueError: a rate is below 0 or not finite, or there are no epochs.
    """
    first = given.within(first, "cosine", "first", 0.0)
    last = given.within(last, "cosine", "last", 0.0)
    epochs = given.whole(epochs, "cosine", "epochs", 1)
    return optim.schedule("cosine", first, steps=max(epochs - 1, 1), last=last)


def staircase(first: float, every: int, factor: float = 0.5) -> Rate:
    """``first`` for so many epochs, then ``factor`` of it for as many more, and so on.

    >>> rate = staircase(0.5, every=2)
    >>> [rate(epoch) for epoch in range(5)]
    [0.5, 0.5, 0.25, 0.25, 0.125]

    Raises:
        ValueError: a number is below 0 or not finite, or ``every`` is below 1.
    """
    first = given.within(first, "staircase", "first", 0.0)
    factor = given.within(factor, "staircase", "factor", 0.0)
    every = given.whole(every, "staircase", "every", 1)
    return optim.schedule("step", first, every=every, factor=factor)


def fit(
    model: Model,
    examples: Dataset[float],
    loss: Loss,
    optimizer: Optimizer,
    *,
    epochs: int = 100,
    batch_size: int | None = None,
    rng: random.Random | int | None = None,
    validation: Dataset[float] | None = None,
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
        rng: where the order of the examples comes from, as for :func:`batches`.
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
    _refuse_misfits(examples, validation, rate, progress)
    given.text(engine, "fit", "engine")
    epochs = given.whole(epochs, "fit", "epochs", 0)
    if patience is not None:
        patience = given.whole(patience, "fit", "patience", 1)
    size = len(examples)
    if batch_size is not None:
        size = given.whole(batch_size, "fit", "batch_size", 1, of="example")
    source = given.randomness(rng, "fit")
    step: EagerSteps | CompiledSteps = (
        EagerSteps(model, loss, optimizer)
        if engine == "eager"
        else CompiledSteps(engine, model, loss, optimizer)
    )
    history = History()
    best: list[float] = []
    for epoch in range(1, epochs + 1):
        if rate is not None:
            optimizer.lr = rate(epoch - 1)
        order = examples if size >= len(examples) else examples.shuffled(source)
        costs = step.epoch(order, size)
        cost = _mean(costs, len(order), size)
        history.steps += costs
        history.costs.append(cost)
        history.rates.append(optimizer.lr)
        if validation is not None:
            history.validation.append(step.cost(validation))
        if progress is not None:
            progress(epoch, epochs, cost)
        if not math.isfinite(cost):
            history.stopped = (
                f"the cost became {cost} in epoch {epoch}; take a smaller learning rate, or, "
                "where the loss takes a probability, a network that ends in one: output='sigmoid'"
            )
            break
        if patience is None:
            continue
        if _is_lowest(history):
            history.best, best = epoch, [p.data for p in optimizer.params]
        if epoch - history.best >= patience:
            history.stopped = f"no lower cost since epoch {history.best}"
            break
    for p, number in zip(optimizer.params, best, strict=False):  # none without early stop
        p.data = number
    return history


def _is_lowest(history: History) -> bool:
    """Whether the last of the watched costs is lower than the best so far."""
    watched = history.validation or history.costs
    return watched[-1] < (watched[history.best - 1] if history.best else math.inf)


def _mean(costs: list[float], count: int, size: int) -> float:
    """The mean loss of the examples, from that of each batch."""
    lengths = [min(size, count - start) for start in range(0, count, size)]
    return sum(cost * length for cost, length in zip(costs, lengths, strict=True)) / count


def _refuse_misfits(
    examples: Dataset[float],
    validation: Dataset[float] | None,
    rate: Rate | None,
    progress: Progress | None,
) -> None:
    if rate is not None:
        given.function(rate, "fit", "rate", "a function of the epoch, such as cosine(0.1, 50)")
    if progress is not None:
        given.function(progress, "fit", "progress", "a function, such as Bar('training')")
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
