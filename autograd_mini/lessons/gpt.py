"""A language model in scalars: a transformer that learns to write names, letter by letter.

Vocabulary: a *token* is a letter, or the mark that begins and ends a name; a *document* is a name
as tokens, with the mark at both ends. A *position* is a place in a document; the model sees the
tokens up to one position and gives a *logit* for each token that may come next. *Attention*: every
position compares its query with the keys of the positions up to its own (*causal*), and gathers
their values in proportion. A *head* does so with a part of the width.

After the published description of microGPT (A. Karpathy, 2026), which trains the model of GPT-2
(A. Radford et al., "Language Models are Unsupervised Multitask Learners", 2019) in this small form:
RMS norm for layer norm, no biases, ReLU for GeLU. Every number is written out; nothing is a tensor.
The same code runs on Values, which learn; on floats, to write names fast; and under ``compile``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from autograd_mini import ops
from autograd_mini.show.html import resource
from autograd_mini.value import Value

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = tuple(resource(__package__, "names.txt").split())
"""Given names, for the model to learn from."""

MARK = len(LETTERS)
"""The token that begins and ends every document."""

Scalar = Any
"""A Value, a float, or what stands for a Value while a program is recorded."""

Vector = list[Scalar]
Matrix = list[Vector]


def linear(W: Matrix, x: Vector) -> Vector:
    """W x, without a bias.

    >>> linear([[1.0, 2.0], [0.0, 3.0]], [10.0, 1.0])
    [12.0, 3.0]
    """
    return [ops.sum([w * x_i for w, x_i in zip(row, x, strict=True)]) for row in W]


def softmax(z: Vector) -> Vector:
    """exp(zᵢ) / Σ exp(zⱼ), the largest logit taken off first, so that nothing overflows."""
    top = ops.max(z)
    powers = [ops.exp(z_i - top) for z_i in z]
    total = ops.sum(powers)
    return [e / total for e in powers]


def rms_norm(x: Vector) -> Vector:
    """x over the root of its mean square (B. Zhang and R. Sennrich, 2019)."""
    mean_square = ops.sum([x_i * x_i for x_i in x]) / float(len(x))
    scale = (mean_square + 1e-5) ** -0.5
    return [x_i * scale for x_i in x]


def added(x: Vector, y: Vector) -> Vector:
    """The residual connection: x + y."""
    return [x_i + y_i for x_i, y_i in zip(x, y, strict=True)]


class Layer:
    """The matrices of one layer, and the keys and values of the positions seen so far."""

    def __init__(self, matrix: Callable[[int, int], Matrix], width: int) -> None:
        self.query, self.key, self.value, self.out = (matrix(width, width) for _ in range(4))
        self.up, self.down = matrix(4 * width, width), matrix(width, 4 * width)

    def matrices(self) -> tuple[Matrix, ...]:
        """All of them, in the order in which they are used."""
        return self.query, self.key, self.value, self.out, self.up, self.down

    def attention(self, x: Vector, past: Past, heads: int) -> Vector:
        """What this position gathers from the ones before it and from itself."""
        query = linear(self.query, x)
        past.keys.append(linear(self.key, x))
        past.values.append(linear(self.value, x))
        size = len(x) // heads
        gathered: Vector = []
        for start in range(0, len(x), size):
            part = slice(start, start + size)
            scores = [
                ops.sum([q * k for q, k in zip(query[part], key[part], strict=True)]) / size**0.5
                for key in past.keys
            ]
            shares = softmax(scores)
            columns = zip(*[value[part] for value in past.values], strict=True)
            gathered += [
                ops.sum([share * v for share, v in zip(shares, column, strict=True)])
                for column in columns
            ]
        return linear(self.out, gathered)

    def perceptron(self, x: Vector) -> Vector:
        """Up to four times the width, ReLU, and down again."""
        return linear(self.down, [ops.relu(h) for h in linear(self.up, x)])


class Past:
    """The keys and values of the positions seen so far, for one layer."""

    def __init__(self) -> None:
        self.keys: Matrix = []
        self.values: Matrix = []


class GPT:
    """The model: embeddings, layers, and a matrix that turns the last vector into logits.

    Args:
        vocabulary: how many tokens there are.
        width: how many numbers describe a position; the heads share them equally.
        heads: how many.
        layers: how many.
        block: the longest document, in positions.
        rng: where the first weights come from, normal with standard deviation 0.08.

    Raises:
        ValueError: the heads do not divide the width.

    >>> model = GPT(rng=random.Random(0))
    >>> len(model.parameters())
    4192
    >>> round(model.loss(tokens("ada")).data, 1)  # an even guess would have log 27, 3.3
    3.6
    """

    def __init__(
        self,
        vocabulary: int = MARK + 1,
        width: int = 16,
        heads: int = 4,
        layers: int = 1,
        block: int = 16,
        *,
        rng: random.Random,
    ) -> None:
        if heads < 1 or width % heads:
            raise ValueError(f"GPT: {heads} heads cannot share a width of {width} equally")

        def matrix(rows: int, columns: int) -> Matrix:
            return [[Value(rng.gauss(0.0, 0.08)) for _ in range(columns)] for _ in range(rows)]

        self.heads = heads
        self.tokens, self.places = matrix(vocabulary, width), matrix(block, width)
        self.layers = [Layer(matrix, width) for _ in range(layers)]
        self.logits = matrix(vocabulary, width)

    def parameters(self) -> Vector:
        """Every weight, matrix by matrix, row by row."""
        return [w for matrix in self.matrices() for row in matrix for w in row]

    def matrices(self) -> Iterator[Matrix]:
        """Every matrix, in the order in which they are used."""
        yield from (self.tokens, self.places)
        for layer in self.layers:
            yield from layer.matrices()
        yield self.logits

    def floats(self) -> GPT:
        """A copy whose weights are floats: it computes the same numbers and records nothing."""
        copy = GPT.__new__(GPT)
        copy.heads = self.heads
        copy.tokens, copy.places = _data(self.tokens), _data(self.places)
        copy.layers = [Layer.__new__(Layer) for _ in self.layers]
        for mine, other in zip(self.layers, copy.layers, strict=True):
            for name, matrix in vars(mine).items():
                setattr(other, name, _data(matrix))
        copy.logits = _data(self.logits)
        return copy

    def past(self) -> list[Past]:
        """The memory of a document that has not begun."""
        return [Past() for _ in self.layers]

    def __call__(self, token: Scalar, place: int, past: list[Past]) -> Vector:
        """The logits of the token that follows, at one position.

        Args:
            token: the token at this position.
            place: the position, counted from 0.
            past: the positions before it, to which this one is added.
        """
        x = rms_norm(added(ops.take(self.tokens, token), self.places[place]))
        for layer, seen in zip(self.layers, past, strict=True):
            x = added(x, layer.attention(rms_norm(x), seen, self.heads))
            x = added(x, layer.perceptron(rms_norm(x)))
        return linear(self.logits, x)

    def loss(self, document: Sequence[Scalar]) -> Scalar:
        """The mean of −log p over a document, p the share of the token that does follow."""
        past = self.past()
        surprises = []
        for place, (token, following) in enumerate(pairwise(document)):
            shares = softmax(self(token, place, past))
            surprises.append(-ops.log(ops.take(shares, following)))
        return ops.sum(surprises) / float(len(surprises))

    def write(self, rng: random.Random, temperature: float = 0.5) -> str:
        """A name, each letter drawn from the shares of its logits over the temperature.

        It works on floats; of a model of Values a copy is made each time, so make one yourself
        with ``model.floats()`` for many names.
        """
        if isinstance(self.logits[0][0], Value):
            return self.floats().write(rng, temperature)
        past, token, name = self.past(), MARK, ""
        for place in range(len(self.places)):
            shares = softmax([z / temperature for z in self(token, place, past)])
            (token,) = rng.choices(range(len(shares)), shares)
            if token == MARK:
                break
            name += LETTERS[token]
        return name


def tokens(name: str) -> list[int]:
    """A name as a document.

    >>> tokens("ada")
    [26, 0, 3, 0, 26]
    """
    return [MARK, *map(LETTERS.index, name), MARK]


def documents(rng: random.Random) -> list[list[int]]:
    """All names that come with the package as documents, shuffled."""
    names = list(NAMES)
    rng.shuffle(names)
    return [tokens(name) for name in names]


def _data(matrix: Matrix) -> Matrix:
    return [[float(w.data) for w in row] for row in matrix]
