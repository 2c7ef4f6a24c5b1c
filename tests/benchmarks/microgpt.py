"""W3: one training step of a transformer written in scalars, after the idea of microGPT.

Vocabulary, from the published description (A. Karpathy, 2026): a *token* is a letter or the mark
that begins and ends a name. One layer: token and position embeddings, RMS norm, causal attention
with four heads, a perceptron with relu, each with a residual connection; softmax and cross-entropy
at every position. No node is fused: linear maps are sums of products. The optimiser is Adam,
written over ``.data`` and ``.grad``.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from tests.benchmarks.engines import Kit

WIDTH = 16
HEADS = 4
HEAD = WIDTH // HEADS
BLOCK = 8
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MARK = len(LETTERS)
TOKENS = MARK + 1
NAMES = ("isabella", "theodore", "penelope", "benjamin")

SHAPES = {
    "token": (TOKENS, WIDTH),
    "place": (BLOCK, WIDTH),
    "query": (WIDTH, WIDTH),
    "key": (WIDTH, WIDTH),
    "value": (WIDTH, WIDTH),
    "mix": (WIDTH, WIDTH),
    "up": (4 * WIDTH, WIDTH),
    "down": (WIDTH, 4 * WIDTH),
    "logits": (TOKENS, WIDTH),
}

Vector = list[Any]
Matrix = list[Vector]


def first_weights(seed: int = 3) -> list[float]:
    """Every parameter, matrix by matrix, row by row."""
    rng = random.Random(seed)
    count = sum(rows * columns for rows, columns in SHAPES.values())
    return [rng.gauss(0.0, 0.08) for _ in range(count)]


def matrices(parameters: Sequence[Any]) -> dict[str, Matrix]:
    """The parameters as named matrices."""
    made: dict[str, Matrix] = {}
    start = 0
    for name, (rows, columns) in SHAPES.items():
        stop = start + rows * columns
        made[name] = [list(parameters[k : k + columns]) for k in range(start, stop, columns)]
        start = stop
    return made


def linear(x: Vector, weights: Matrix) -> Vector:
    return [sum(wi * xi for wi, xi in zip(w, x, strict=True)) for w in weights]


def softmax(x: Vector) -> Vector:
    largest = max(float(xi.data) for xi in x)
    powers = [(xi - largest).exp() for xi in x]
    total = sum(powers)
    return [e / total for e in powers]


def rms_norm(x: Vector) -> Vector:
    mean = sum(xi * xi for xi in x) / float(len(x))
    scale = (mean + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def attention(m: dict[str, Matrix], x: Vector, keys: Matrix, values: Matrix) -> Vector:
    """What this position gathers from itself and the ones before it, whose keys are kept."""
    query = linear(x, m["query"])
    keys.append(linear(x, m["key"]))
    values.append(linear(x, m["value"]))
    gathered: Vector = []
    for first in range(0, WIDTH, HEAD):
        part = range(first, first + HEAD)
        scores = [sum(query[i] * key[i] for i in part) / HEAD**0.5 for key in keys]
        shares = softmax(scores)
        gathered += [
            sum(share * value[i] for share, value in zip(shares, values, strict=True)) for i in part
        ]
    return linear(gathered, m["mix"])


def cost(m: dict[str, Matrix], tokens: Sequence[int]) -> Any:
    """The mean cross-entropy of every next token."""
    keys: Matrix = []
    values: Matrix = []
    losses = []
    for place, (token, following) in enumerate(pairwise(tokens)):
        x = [t + p for t, p in zip(m["token"][token], m["place"][place], strict=True)]
        x = rms_norm(x)
        gathered = attention(m, rms_norm(x), keys, values)
        x = [a + b for a, b in zip(gathered, x, strict=True)]
        hidden = [h.relu() for h in linear(rms_norm(x), m["up"])]
        x = [a + b for a, b in zip(linear(hidden, m["down"]), x, strict=True)]
        losses.append(-softmax(linear(x, m["logits"]))[following].log())
    return sum(losses) * (1.0 / len(losses))


def encoded(name: str, positions: int) -> list[int]:
    """The tokens of a name between two marks, cut after so many positions."""
    return [MARK, *map(LETTERS.index, name), MARK][: positions + 1]


class Adam:
    """Adam as microGPT writes it: moments in lists, gradients back to zero in the same loop."""

    def __init__(self, count: int) -> None:
        self.first = [0.0] * count
        self.second = [0.0] * count
        self.steps = 0

    def update(self, parameters: Sequence[Any], rate: float = 0.01) -> None:
        self.steps += 1
        unbias1, unbias2 = 1.0 - 0.85**self.steps, 1.0 - 0.99**self.steps
        for i, p in enumerate(parameters):
            self.first[i] = 0.85 * self.first[i] + 0.15 * float(p.grad)
            self.second[i] = 0.99 * self.second[i] + 0.01 * float(p.grad) ** 2
            step = rate * (self.first[i] / unbias1)
            p.data -= step / (math.sqrt(self.second[i] / unbias2) + 1e-8)


def step(kit: Kit, positions: int) -> tuple[Callable[[], None], Sequence[Any]]:
    """The step to be timed, and the parameters that it changes."""
    parameters = kit.parameters(first_weights())
    kit.forget(parameters)
    adam = Adam(len(parameters))

    def one() -> None:
        tokens = encoded(NAMES[adam.steps % len(NAMES)], positions)
        kit.forget(parameters)
        kit.pass_(lambda p: cost(matrices(p), tokens), parameters)
        adam.update(parameters)

    return one, parameters
