"""The two ways to make the steps of an epoch: node by node, and compiled."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Protocol

from autograd_mini import losses
from autograd_mini.compiler import compile
from autograd_mini.data import Dataset
from autograd_mini.given import described
from autograd_mini.modes import no_grad
from autograd_mini.optim import Optimizer
from autograd_mini.value import Value

Model = Callable[..., object]
"""A function of one example, such as an ``nn.MLP``."""

Loss = Callable[..., object]
"""A function of a prediction and a target."""


class Stepper(Protocol):
    """What the training loop asks of an engine."""

    def epoch(self, examples: Dataset[float], size: int) -> list[float]:
        """Make a step on each batch of ``size`` examples, in order; the cost before each step."""

    def cost(self, examples: Dataset[float]) -> float:
        """The mean loss of the examples; nothing changes."""


def stepper(engine: str, model: Model, loss: Loss, optimizer: Optimizer) -> Stepper:
    """The stepper of an engine: "eager", or a backend of ``compile``."""
    if engine == "eager":
        return Eager(model, loss, optimizer)
    return Compiled(engine, model, loss, optimizer)


class Eager:
    """Each step records its graph and goes backward through it."""

    def __init__(self, model: Model, loss: Loss, optimizer: Optimizer) -> None:
        self.model = model
        self.loss = loss
        self.optimizer = optimizer

    def epoch(self, examples: Dataset[float], size: int) -> list[float]:
        """Make the steps of one epoch."""
        costs = []
        for start in range(0, len(examples), size):
            J = self._mean(examples.X[start : start + size], examples.Y[start : start + size])
            costs.append(J.data)
            self.optimizer.zero_grad()
            J.backward()
            self.optimizer.step()
        return costs

    def cost(self, examples: Dataset[float]) -> float:
        """The mean loss, without recording."""
        with no_grad():
            return float(self._mean(examples.X, examples.Y).data)

    def _mean(self, X: list[list[float]], Y: list[float]) -> Value:
        cost = losses.mean(self.loss, [self.model(x) for x in X], Y)
        if not isinstance(cost, Value):
            raise TypeError(
                f"fit: the loss is {described(cost)}, a number without a graph, so nothing can be "
                "learned; the model and the loss must compute with Values"
            )
        return cost


class Compiled:
    """All steps of an epoch run in the backend."""

    def __init__(self, backend: str, model: Model, loss: Loss, optimizer: Optimizer) -> None:
        self.compiled = compile(lambda x, y: loss(model(x), y), optimizer.params, backend=backend)
        self.optimizer = optimizer
        self._arrays = backend != "python" and importlib.util.find_spec("numpy") is not None

    def epoch(self, examples: Dataset[float], size: int) -> list[float]:
        """Make the steps of one epoch."""
        steps = -(-len(examples) // size)
        return self.compiled.train(
            self.optimizer, *self.columns(examples), steps=steps, batch_size=size
        )

    def cost(self, examples: Dataset[float]) -> float:
        """The mean loss, from the compiled forward pass."""
        found = self.compiled.forward(*self.columns(examples))
        return float(sum(found)) / len(examples)

    def columns(self, examples: Dataset[float]) -> tuple[object, object]:
        """X and Y, as arrays where there is NumPy: lists are looked through number by number."""
        if not self._arrays:
            return examples.X, examples.Y
        import numpy as np

        return np.array(examples.X), np.array(examples.Y)
