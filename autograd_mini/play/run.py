"""A run: a network, its points, and the steps that it has made.

Vocabulary: a run's *reading* is every neuron's output for many points at once. Steps and readings
are compiled, on the tier that is there; one example's graph is recorded as ever.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from autograd_mini import graph
from autograd_mini.compiler import compile
from autograd_mini.data import Dataset
from autograd_mini.nn import MLP, Neuron
from autograd_mini.play.settings import ACTIVATIONS, OPTIMIZERS, REACH, Settings
from autograd_mini.training import scale_weights
from autograd_mini.training.running import CompiledSteps
from autograd_mini.value import Value

FIRST_PIECE = 4
"""About so many steps are made before their time is known. Those to come take no longer each."""

KEPT = 400
"""Costs that are kept of a set; of more, every second one is forgotten."""


class NetworkRun:
    """A network that is being trained.

    Args:
        settings: what defines it.

    Attributes:
        settings: as given.
        train, test: the points.
        model: the network.
        made, seen: how many steps it has made, on how many examples.
        history: the step and the costs of both sets, for the curves.
        ended: why it goes no further; "" while it does.
        steps_a_second: how fast the last steps were.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.train, self.test = settings.sets()
        rng = random.Random(settings.seed)
        hidden, cost = ACTIVATIONS[settings.activation], settings.cost
        self.model = MLP(2, [*settings.layers, 1], hidden, cost.output, rng=rng)
        scale_weights(self.model)
        if settings.flaw == "equal weights":
            for weight in [w for layer in self.model.layers for row in layer.W for w in row]:
                weight.data = 0.3
        self.parameters = self.model.parameters()
        self.optimizer = OPTIMIZERS[settings.optimizer](self.parameters, settings.rate)
        self._stepper = CompiledSteps("auto", self.model, cost.loss, self.optimizer)
        self._order: list[int] = []
        self._rng = rng
        self._last = FIRST_PIECE, 0.05
        self.made = 0
        self.seen = 0
        self.ended = ""
        self.steps_a_second = 0.0
        self.history: list[tuple[int, float, float]] = []
        self.costs = self.watched()

    @property
    def tier(self) -> str:
        """Where its steps are made."""
        return self._stepper.compiled.tier

    @property
    def epoch(self) -> int:
        """How often all points have been seen."""
        return self.seen // len(self.train)

    def go(self, most: int, seconds: float) -> None:
        """Make steps until their number or the time is reached."""
        began, before = time.perf_counter(), self.made
        while self.made - before < most and not self.ended:
            left = seconds - (time.perf_counter() - began)
            if left <= 0.0 and self.made > before:
                break
            steps, took = self._last
            piece = max(int(steps * max(left, 0.0) / took), 1)
            self._piece(min(piece, most - (self.made - before)))
        passed = time.perf_counter() - began
        if self.made > before:
            self.steps_a_second = (self.made - before) / passed
            self.costs = self.watched()

    def _piece(self, most: int) -> None:
        """A few steps, each on the next examples of an order that is drawn anew each epoch."""
        count = len(self.train)
        size = min(self.settings.batch or count, count)
        while len(self._order) < most * size:
            self._order += self._rng.sample(range(count), count)
        chosen, self._order = self._order[: most * size], self._order[most * size :]
        began = time.perf_counter()
        if self.settings.flaw == "no zero_grad":
            costs = self._accumulating(self.train.take(chosen), size)
        else:
            costs = self._stepper.epoch(self.train.take(chosen), size)
        self._last = len(costs), time.perf_counter() - began
        self.made += len(costs)
        self.seen += len(chosen)
        if not all(map(math.isfinite, costs)) or not all(
            math.isfinite(p.data) for p in self.parameters
        ):
            self.ended = "the cost is no finite number any more"

    def _accumulating(self, examples: Dataset[float], size: int) -> list[float]:
        """Steps without zero_grad(): each gradient is added to all those before it."""
        costs = []
        for start in range(0, len(examples), size):
            batch = examples.take(range(start, min(start + size, len(examples))))
            cost, gradients = self.gradients(batch)
            for parameter, gradient in zip(self.parameters, gradients, strict=True):
                parameter.grad += gradient
            self.optimizer.step()
            costs.append(cost)
        return costs

    def gradients(self, examples: Dataset[float]) -> tuple[float, list[float]]:
        """The cost of some examples, and its gradient for each parameter."""
        cost, gradients = self._stepper.compiled(*self._stepper.columns(examples))
        return float(cost), [float(gradient) for gradient in gradients]

    def losses(self) -> list[float]:
        """The loss of each example trained on."""
        return [*map(float, self._stepper.compiled.forward(*self._stepper.columns(self.train)))]

    def watched(self) -> tuple[float, float]:
        """The costs of both sets, which are kept for the curves too."""
        found = self._stepper.cost(self.train), self._stepper.cost(self.test)
        self.history.append((self.made, *found))
        if len(self.history) > KEPT:
            self.history = [*self.history[:-1:2], self.history[-1]]
        return found

    # --- what the neurons say -------------------------------------------------------------------

    @cached_property
    def _outputs(self) -> Callable[..., Any]:
        def outputs(x: list[Value]) -> list[Value]:
            found: list[Value] = []
            values: list[Value] = x
            for layer in self.model.layers:
                made = layer(values)
                values = made if isinstance(made, list) else [made]
                found += values
            return found

        return compile(outputs, self.parameters).forward

    def reading(self, X: Sequence[Sequence[float]]) -> list[list[float]]:
        """For each neuron, layer by layer, its output at every point."""
        rows = self._outputs(self._stepper.array(X))
        if hasattr(rows, "T"):
            return [column.tolist() for column in rows.T]
        return [list(column) for column in zip(*rows, strict=True)]

    def example(self, place: int) -> tuple[Value, list[Value]]:
        """The graph of one example's loss, and its inputs; both may be opened."""
        x, y = self.at(place)
        inputs = [Value(number, f"x{'₁₂'[i]}") for i, number in enumerate(x)]
        cost: Value = self.settings.cost.loss(self.model(inputs), y)
        cost.label = "J"
        return cost, inputs

    def at(self, place: int) -> tuple[list[float], float]:
        """An example: those to train on come first, then those held out."""
        examples = self.train if place < len(self.train) else self.test
        i = place if place < len(self.train) else place - len(self.train)
        return examples.X[i], examples.Y[i]

    @staticmethod
    def nodes_of(neuron: Neuron, root: Value) -> list[Value]:
        """The nodes of a neuron in the graph of an example: its sum, and its activation if any."""
        nodes = graph.order(root)
        z = next(x for x in nodes if x.op == "affine" and x.operands[0] is neuron.w[0])
        if neuron.activation is None:
            return [z]
        return [z, next(x for x in nodes if x.operands == (z,))]


def grid(side: int) -> list[list[float]]:
    """Points of the plane in rows, from the upper left to the lower right."""
    step = 2.0 * REACH / side
    at = [-REACH + step * (i + 0.5) for i in range(side)]
    return [[x, -y] for y in at for x in at]
