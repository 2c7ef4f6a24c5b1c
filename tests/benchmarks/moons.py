"""W2: one training step of a 2-16-16-1 network on two moons: micrograd's demonstration.

Vocabulary: a *step* is the whole of it: gradients to zero, 100 examples forward, the mean hinge
loss plus 1e-4 times the sum of squared parameters, backward, the update. It comes in two forms:
with the network that a library brings along, and *written out*, where a neuron is
``sum(w * x for …)`` on scalars in every engine.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from tests.benchmarks.engines import Kit

WIDTHS = (2, 16, 16, 1)
LEARNING_RATE = 0.05
DECAY = 1e-4


def moons(examples: int, noise: float = 0.1, seed: int = 1) -> tuple[list[list[float]], list[int]]:
    """Points on two half circles that reach into each other, with labels -1 and 1, in turn."""
    rng = random.Random(seed)
    points, labels = [], []
    for k in range(examples):
        angle = math.pi * (k // 2) / max(1, examples // 2 - 1)
        upper = k % 2 == 0
        x = math.cos(angle) if upper else 1.0 - math.cos(angle)
        y = math.sin(angle) if upper else 0.5 - math.sin(angle)
        points.append([x + rng.gauss(0.0, noise), y + rng.gauss(0.0, noise)])
        labels.append(-1 if upper else 1)
    return points, labels


def first_weights(seed: int = 2) -> list[float]:
    """Every parameter, layer by layer, neuron by neuron, weights then bias."""
    rng = random.Random(seed)
    numbers: list[float] = []
    for nin, nout in pairwise(WIDTHS):
        for _ in range(nout):
            numbers += [rng.uniform(-1.0, 1.0) for _ in range(nin)] + [0.0]
    return numbers


class Cost:
    """The mean hinge loss of the scores, and the decay, for an engine's nodes."""

    def __init__(self, kit: Kit, examples: int) -> None:
        points, labels = moons(examples)
        self.points = [[kit.number(xi) for xi in x] for x in points]
        self.against = [kit.number(-float(y)) for y in labels]
        self.one, self.mean = kit.number(1.0), kit.number(1.0 / examples)
        self.decay = kit.number(DECAY)

    def __call__(self, score: Callable[[Any], Any], parameters: Sequence[Any]) -> Any:
        pairs = zip(self.points, self.against, strict=True)
        losses = [(score(x) * against + self.one).relu() for x, against in pairs]
        squares = [p * p for p in parameters]
        return total(losses) * self.mean + total(squares) * self.decay


def total(nodes: list[Any]) -> Any:
    """The sum, which begins with the first node: not every engine can add one to the int 0."""
    return sum(nodes[1:], nodes[0])


def written_out(parameters: Sequence[Any]) -> Callable[[Any], Any]:
    """The network as a function of one example, its neurons written as sums of products."""
    layers = list(_layers(parameters))

    def score(x: Any) -> Any:
        for number, layer in enumerate(layers, 1):
            sums = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) for w, b in layer]
            x = sums if number == len(layers) else [z.relu() for z in sums]
        return x[0]

    return score


def _layers(parameters: Sequence[Any]) -> Iterator[list[tuple[Sequence[Any], Any]]]:
    start = 0
    for nin, nout in pairwise(WIDTHS):
        stop = start + nout * (nin + 1)
        yield [(parameters[k : k + nin], parameters[k + nin]) for k in range(start, stop, nin + 1)]
        start = stop


def update(parameters: Sequence[Any]) -> None:
    """One step downhill."""
    for p in parameters:
        p.data -= LEARNING_RATE * p.grad


def step_written_out(kit: Kit, examples: int) -> tuple[Callable[[], None], Sequence[Any]]:
    """The step to be timed, and the parameters that it changes."""
    cost = Cost(kit, examples)
    parameters = kit.parameters(first_weights())

    def step() -> None:
        kit.forget(parameters)
        kit.pass_(lambda p: cost(written_out(p), p), parameters)
        update(parameters)

    return step, parameters


def step_of_library(kit: Kit, examples: int) -> tuple[Callable[[], None], Sequence[Any]]:
    """As :func:`step_written_out`, with the library's own network."""
    cost = Cost(kit, examples)
    model = kit.mlp(WIDTHS[0], list(WIDTHS[1:]))
    parameters = model.parameters()
    for parameter, number in zip(parameters, first_weights(), strict=True):
        parameter.data = number

    def score(x: Any) -> Any:
        made = model(x)
        return made[0] if isinstance(made, list) else made

    def step() -> None:
        model.zero_grad()
        kit.pass_(lambda p: cost(score, p), parameters)
        update(parameters)

    return step, parameters
