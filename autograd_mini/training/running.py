"""A model run over examples, node by node or compiled: its steps, its outputs, its accuracy.

Vocabulary: the *answer* of a model is the class that it chooses: of several outputs the place of
the largest, of a single one whether it is above the *threshold*.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini import given, losses
from autograd_mini.compiler import TracingError, compile
from autograd_mini.data import Dataset
from autograd_mini.modes import no_grad
from autograd_mini.optim import Optimizer
from autograd_mini.real import real, shown
from autograd_mini.value import Value

Model = Callable[..., object]
"""A function of one example, such as an ``nn.MLP``."""

Loss = Callable[..., object]
"""A function of a prediction and a target."""

Numbers = float | list["Numbers"]
"""What a model gives for an example: a number, or a list of them."""

HALF = 0.5

DEEPEST = 20
"""So many lists may stand in one another."""

MANY = 50
"""From so many examples on, compiling a model takes less time than it saves."""


class EagerSteps:
    """Steps each of which records its graph and goes backward through it."""

    def __init__(self, model: Model, loss: Loss, optimizer: Optimizer) -> None:
        self.model = model
        self.loss = loss
        self.optimizer = optimizer

    def epoch(self, examples: Dataset[float], size: int) -> list[float]:
        """Make a step on each batch of ``size`` examples, in order; the cost before each step."""
        costs = []
        for start in range(0, len(examples), size):
            J = self._mean(examples.X[start : start + size], examples.Y[start : start + size])
            costs.append(J.data)
            self.optimizer.zero_grad()
            J.backward()
            self.optimizer.step()
        return costs

    def cost(self, examples: Dataset[float]) -> float:
        """The mean loss of the examples; nothing changes."""
        with no_grad():
            return float(self._mean(examples.X, examples.Y).data)

    def _mean(self, X: list[list[float]], Y: list[float]) -> Value:
        cost = losses.mean(self.loss, [self.model(x) for x in X], Y)
        if not isinstance(cost, Value):
            raise TypeError(
                f"fit: the loss is {given.described(cost)}, a number without a graph, so nothing "
                "can be learned; the model and the loss must compute with Values"
            )
        return cost


class CompiledSteps:
    """The same, all steps of an epoch in a backend of ``compile``."""

    def __init__(self, backend: str, model: Model, loss: Loss, optimizer: Optimizer) -> None:
        self.compiled = compile(lambda x, y: loss(model(x), y), optimizer.params, backend=backend)
        self.optimizer = optimizer
        self.array = array_of(backend)

    def epoch(self, examples: Dataset[float], size: int) -> list[float]:
        """As :meth:`EagerSteps.epoch`."""
        columns, steps = self.columns(examples), -(-len(examples) // size)
        return self.compiled.train(self.optimizer, *columns, steps=steps, batch_size=size)

    def cost(self, examples: Dataset[float]) -> float:
        """As :meth:`EagerSteps.cost`."""
        found = self.compiled.forward(*self.columns(examples))
        return float(sum(found)) / len(examples)

    def columns(self, examples: Dataset[float]) -> tuple[object, object]:
        """X and Y, as the backend takes them most quickly."""
        return self.array(examples.X), self.array(examples.Y)


def array_of(backend: str) -> Callable[[object], object]:
    """What makes arrays for a backend where there is NumPy: lists it looks through one by one."""
    if backend == "python" or importlib.util.find_spec("numpy") is None:
        return lambda rows: rows
    import numpy as np

    return np.array


def answer(output: object, threshold: float = HALF) -> int:
    """The class that an output stands for: a Value, a number, or a list of them.

    Args:
        output: what the model gives for one example.
        threshold: for a single output: ½ for a probability, 0 for a score or a logit.

    >>> answer(0.8), answer(-0.3, threshold=0.0), answer([0.1, 2.0, 0.7])
    (1, 0, 1)
    """
    threshold = real(threshold, "answer: threshold")
    found = _numbers(output)
    if not isinstance(found, list):
        return int(found > threshold)
    scores = [score for score in found if not isinstance(score, list)]
    if not found or len(scores) < len(found):
        raise ValueError(
            f"answer: {shown(output)} is not the output for one example: a number, or a list of "
            "one number for each class"
        )
    return scores.index(max(scores))


def outputs(model: Model, X: Sequence[Sequence[float]]) -> list[Any]:
    """What a model gives for each example, as floats, or lists of them.

    A model with ``parameters()`` is compiled where it has many examples to answer; one that cannot
    be compiled, because it looks at a number, say, is called for each of them.

    Args:
        model: a function of one example.
        X: the examples.

    >>> outputs(lambda x: [x[0], 2.0 * x[0]], [[1.0], [3.0]])
    [[1.0, 2.0], [3.0, 6.0]]
    """
    given.function(model, "outputs", "model", "a function of one example, such as an nn.MLP")
    X = given.series(X, "outputs", "X", "a list of examples")
    parameters = getattr(model, "parameters", None)
    if parameters is not None and len(X) >= MANY:
        try:
            found: list[Any] = compile(model, parameters()).forward(X)
        except TracingError:  # it looks at a number, or uses other Values
            pass
        else:
            return found
    with no_grad():
        return [_numbers(model(x)) for x in X]


def _numbers(output: object, depth: int = 0) -> Numbers:
    if isinstance(output, (list, tuple)):
        if depth > DEEPEST:
            raise ValueError(f"the output of the model is nested too deep: {shown(output)}")
        return [_numbers(part, depth + 1) for part in output]
    return output.data if isinstance(output, Value) else real(output, "the output of the model")


def accuracy(model: Model, examples: Dataset[int], threshold: float = HALF) -> float:
    """The share of examples whose class the model answers, from 0 to 1.

    Args:
        model: a function of one example.
        examples: with classes as labels, as numbers from 0.
        threshold: as for :func:`answer`.

    >>> from autograd_mini import data
    >>> accuracy(lambda x: max(x), data.or_()), accuracy(lambda x: max(x), data.xor())
    (1.0, 0.75)
    """
    given.instance(examples, Dataset, "accuracy", "examples", "a Dataset(name, X, Y)")
    pairs = zip(outputs(model, examples.X), examples.Y, strict=True)
    return sum(answer(output, threshold) == y for output, y in pairs) / len(examples)
