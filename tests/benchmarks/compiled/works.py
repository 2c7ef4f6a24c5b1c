"""What is trained: the same numbers, examples and first parameters for everybody.

Vocabulary: a *work* is one training step, repeated: a batch forward, the mean cost, its gradient,
the optimiser's update, in double precision. A *perceptron* work is layers of ReLU with a hinge loss
(and decay) or softmax cross-entropy, and plain gradient descent; a *transformer* work is the
character-level GPT of :mod:`autograd_mini.lessons.gpt`, and Adam.

Parameters are matrices whose rows are neurons: ``W[i]`` are the weights of neuron i.
"""

from __future__ import annotations

import random
from itertools import pairwise
from typing import NamedTuple

from tests.benchmarks.moons import DECAY, moons

Matrix = list[list[float]]
Rows = list[list[float]]


class Layer(NamedTuple):
    """The weights of one layer, a row for each neuron, and their biases."""

    weights: Matrix
    biases: list[float]


class Perceptron(NamedTuple):
    """A network of ReLU layers whose last layer is linear."""

    title: str
    widths: tuple[int, ...]
    batch: int
    loss: str
    """"hinge" with labels -1 and 1, or "softmax" with the numbers of the classes."""
    rate: float
    decay: float = 0.0

    def layers(self) -> list[Layer]:
        """The first parameters."""
        rng = random.Random(2)
        return [
            Layer(
                [[rng.uniform(-1.0, 1.0) / nin**0.5 for _ in range(nin)] for _ in range(nout)],
                [0.0] * nout,
            )
            for nin, nout in pairwise(self.widths)
        ]

    def examples(self) -> tuple[Rows, list[int]]:
        """The batch: rows of inputs, and a label for each."""
        if self.loss == "hinge":
            return moons(self.batch)
        rng = random.Random(1)
        rows = [[rng.random() for _ in range(self.widths[0])] for _ in range(self.batch)]
        return rows, [k % self.widths[-1] for k in range(self.batch)]

    @property
    def flops(self) -> int:
        """Multiplications and additions of the matrix products of one step.

        Each weight is used once forward, once for its own derivative, and once to hand the
        derivative on, which the first layer need not do.
        """
        sizes = [nin * nout for nin, nout in pairwise(self.widths)]
        return 2 * self.batch * (3 * sum(sizes) - sizes[0])

    @property
    def numbers(self) -> int:
        """How many parameters there are."""
        return sum((nin + 1) * nout for nin, nout in pairwise(self.widths))


class Transformer(NamedTuple):
    """The GPT, on names cut to one length."""

    title: str
    batch: int
    length: int
    rate: float = 0.01

    def examples(self) -> list[list[int]]:
        """For each example ``length`` + 1 tokens: each but the last predicts the next."""
        rng = random.Random(1)
        return [[rng.randrange(27) for _ in range(self.length + 1)] for _ in range(self.batch)]


class Recurrent(NamedTuple):
    """A recurrent net with tanh and a squared error at the end, and plain gradient descent."""

    title: str
    width: int
    size: int
    length: int
    batch: int
    rate: float

    def matrices(self) -> list[Matrix]:
        """The first W (input), U (state), b and v, the last two as one row."""
        rng = random.Random(3)
        shapes = (self.width, self.size), (self.width, self.width), (1, self.width), (1, self.width)
        return [[[rng.gauss(0.0, m**-0.5) for _ in range(m)] for _ in range(n)] for n, m in shapes]

    def examples(self) -> tuple[list[Rows], list[float]]:
        """Series of rows, and a target for each."""
        rng = random.Random(1)
        series = [
            [[rng.gauss(0.0, 1.0) for _ in range(self.size)] for _ in range(self.length)]
            for _ in range(self.batch)
        ]
        return series, [rng.gauss(0.0, 1.0) for _ in range(self.batch)]


Work = Perceptron | Transformer

RNN = "RNN"
MOONS, DIGITS, WIDE, GPT_1, GPT_32 = (
    "moons",
    "digits",
    "784-128-10",
    "GPT, batch 1",
    "GPT, batch 32",
)

WORKS: dict[str, Work] = {
    MOONS: Perceptron(
        "moons 2-16-16-1, 100 examples, hinge and decay", (2, 16, 16, 1), 100, "hinge", 0.05, DECAY
    ),
    DIGITS: Perceptron("64-32-10, batch 64, softmax", (64, 32, 10), 64, "softmax", 0.1),
    WIDE: Perceptron("784-128-10, batch 64, softmax", (784, 128, 10), 64, "softmax", 0.1),
    GPT_1: Transformer("GPT of 4,192 parameters, 16 tokens, batch 1", 1, 16),
    GPT_32: Transformer("GPT of 4,192 parameters, 16 tokens, batch 32", 32, 16),
}

EVERY: dict[str, Work | Recurrent] = {
    **WORKS,
    RNN: Recurrent("RNN of width 32 on 50 rows of 8, batch 32", 32, 8, 50, 32, 0.01),
}
"""With what only the tier "jax" is measured on."""
