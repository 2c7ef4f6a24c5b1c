"""Networks of several kinds, written as loops over scalars: found as array code, and equal."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, losses, nn, ops
from autograd_mini.compiler import compile
from tests.compiler.agreement import TIERS, assert_agrees

Model = tuple[Any, list[Value], list[list[Any]]]
MODELS: dict[str, Callable[[], Model]] = {}
STATEMENTS = {
    "softmax": 36,
    "norms": 57,
    "convolution": 32,
    "recurrent": 45,
    "tied": 24,
    "attention": 76,
    "causal": 77,
}
"""How many lines the source of a step has at most; fewer are welcome."""


def model(make: Callable[[], Model]) -> Callable[[], Model]:
    MODELS[make.__name__] = make
    return make


class Weights:
    """Weights that remember the order in which they were made."""

    def __init__(self) -> None:
        self.rng = random.Random(1)
        self.params: list[Value] = []

    def vector(self, n: int) -> list[Value]:
        made = [Value(self.rng.uniform(-0.5, 0.5), f"w{len(self.params) + i}") for i in range(n)]
        self.params += made
        return made

    def matrix(self, n: int, m: int) -> list[list[Value]]:
        return [self.vector(m) for _ in range(n)]

    def numbers(self, *shape: int) -> Any:
        if not shape:
            return self.rng.uniform(-1, 1)
        return [self.numbers(*shape[1:]) for _ in range(shape[0])]

    def labels(self, below: int, *shape: int) -> Any:
        if not shape:
            return self.rng.randrange(below)
        return [self.labels(below, *shape[1:]) for _ in range(shape[0])]


def linear(W: list[list[Any]], x: list[Any]) -> list[Any]:
    return [sum(w * x_k for w, x_k in zip(row, x, strict=True)) for row in W]


def softmax_of(values: list[Any]) -> list[Any]:
    top = ops.max(values)
    e = [ops.exp(v - top) for v in values]
    total = ops.sum(e)
    return [v / total for v in e]


def surprise(logits: list[Any], label: Any) -> Any:
    top = ops.max(logits)
    return top + ops.log(ops.sum([ops.exp(z - top) for z in logits])) - ops.take(logits, label)


def scaled(x: list[Any]) -> list[Any]:
    scale = (sum(v * v for v in x) / len(x) + 1e-5) ** -0.5
    return [v * scale for v in x]


def normed(x: list[Any], g: list[Any], b: list[Any]) -> list[Any]:
    mean = sum(x) / len(x)
    scale = (sum((v - mean) ** 2 for v in x) / len(x) + 1e-5) ** -0.5
    return [g_i * (v - mean) * scale + b_i for v, g_i, b_i in zip(x, g, b, strict=True)]


@model
def softmax() -> Model:
    made = Weights()
    W1, b1, W2, b2 = made.matrix(8, 5), made.vector(8), made.matrix(4, 8), made.vector(4)

    def fn(x: list[Any], y: Any) -> Any:
        h = [(z + b).relu() for z, b in zip(linear(W1, x), b1, strict=True)]
        return surprise([z + b for z, b in zip(linear(W2, h), b2, strict=True)], y)

    return fn, made.params, [made.numbers(6, 5), made.labels(4, 6)]


@model
def norms() -> Model:
    made = Weights()
    W1, b1, g, b, W2 = (
        made.matrix(8, 5),
        made.vector(8),
        made.vector(8),
        made.vector(8),
        made.matrix(3, 8),
    )

    def fn(x: list[Any]) -> Any:
        h = [z + c for z, c in zip(linear(W1, x), b1, strict=True)]
        return sum(z * z for z in linear(W2, scaled(normed(h, g, b))))

    return fn, made.params, [made.numbers(6, 5)]


@model
def convolution() -> Model:
    made = Weights()
    kernels, b, W = [made.matrix(3, 3) for _ in range(4)], made.vector(4), made.matrix(2, 36)

    def channel(k: Any, c: Any, image: Any) -> list[Any]:
        near = [(i, j) for i in range(3) for j in range(3)]
        maps = [
            [(sum(k[i][j] * image[y + i][x + j] for i, j in near) + c).relu() for x in range(6)]
            for y in range(6)
        ]
        corners = [(y, x) for y in range(0, 6, 2) for x in range(0, 6, 2)]
        return [ops.max([maps[y + i][x + j] for i in (0, 1) for j in (0, 1)]) for y, x in corners]

    def fn(image: Any) -> Any:
        pooled = [v for k, c in zip(kernels, b, strict=True) for v in channel(k, c, image)]
        return sum(z * z for z in linear(W, pooled))

    return fn, made.params, [made.numbers(3, 8, 8)]


@model
def recurrent() -> Model:
    made = Weights()
    Wx, Wh, b, w = made.matrix(6, 3), made.matrix(6, 6), made.vector(6), made.vector(6)

    def fn(xs: list[list[Any]]) -> Any:
        h: list[Any] = [0.0] * 6
        for x in xs:
            sums = zip(linear(Wx, x), linear(Wh, h), b, strict=True)
            h = [(p + q + c).tanh() for p, q, c in sums]
        return sum(a * v for a, v in zip(w, h, strict=True)) ** 2

    return fn, made.params, [made.numbers(4, 5, 3)]


@model
def tied() -> Model:
    """The same matrix there and back, and as a table."""
    made = Weights()
    table = made.matrix(7, 4)

    def fn(token: Any, label: Any) -> Any:
        h = [v.tanh() for v in ops.take(table, token)]
        return surprise(linear(table, h), label)

    return fn, made.params, [made.labels(7, 5), made.labels(7, 5)]


def transformer(causal: bool) -> Model:
    made = Weights()
    width, length, heads = 8, 6, 2
    size = width // heads
    table, out = made.matrix(10, width), made.matrix(10, width)
    Q, K, V = (made.matrix(width, width) for _ in range(3))

    def attend(q: list[Any], keys: Any, values: Any) -> list[Any]:
        mixed: list[Any] = []
        for head in range(heads):
            span = range(head * size, head * size + size)
            scores = [sum(q[j] * k[j] for j in span) / size**0.5 for k in keys]
            share = softmax_of(scores)
            mixed += [ops.sum([a * v[j] for a, v in zip(share, values, strict=True)]) for j in span]
        return mixed

    def fn(tokens: list[Any], labels: list[Any]) -> Any:
        xs = [scaled(ops.take(table, t)) for t in tokens]
        keys, values = [linear(K, x) for x in xs], [linear(V, x) for x in xs]
        costs = []
        for t, x in enumerate(xs):
            seen = t + 1 if causal else length
            mixed = attend(linear(Q, x), keys[:seen], values[:seen])
            costs.append(surprise(linear(out, mixed), labels[t]))
        return sum(costs) / len(costs)

    return fn, made.params, [made.labels(10, 3, length), made.labels(10, 3, length)]


@model
def attention() -> Model:
    return transformer(causal=False)


@model
def causal() -> Model:
    return transformer(causal=True)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_agrees(name: str) -> None:
    fn, params, batch = MODELS[name]()
    assert_agrees(fn, params, *batch)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_model_is_found_again(name: str) -> None:
    fn, params, batch = MODELS[name]()
    compiled = compile(fn, params, "numpy")
    compiled(*batch)
    assert compiled.source.count("\n") <= STATEMENTS[name], compiled.source


LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "squared_error": losses.squared_error,
    "binary_cross_entropy": lambda z, y: losses.binary_cross_entropy(ops.sigmoid(z), y),
    "binary_cross_entropy_with_logits": losses.binary_cross_entropy_with_logits,
    "hinge": losses.hinge,
    "cross_entropy": lambda z, y: losses.cross_entropy([z, -z, z * z], 1) + 0.0 * y,
    "categorical_cross_entropy": lambda z, y: losses.categorical_cross_entropy(
        [ops.sigmoid(z), ops.sigmoid(-z)], [y, 1.0 - y]
    ),
    "mse": lambda z, y: losses.mse([z, 2.0 * z], [y, y]),
    "total": lambda z, y: losses.total(losses.hinge, [z, -z], [y, y]),
    "mean": lambda z, y: losses.mean(losses.hinge, [z, -z], [1.0, -1.0]) + 0.0 * y,
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("tier", TIERS)
def test_every_loss(name: str, tier: str) -> None:
    made = Weights()
    w, b = made.vector(3), made.vector(1)[0]

    def fn(x: list[Any], y: Any) -> Any:
        return LOSSES[name](ops.affine(w, x, b), y)

    labels = [1.0, -1.0] if name in ("hinge", "total") else [0.0, 1.0]
    assert_agrees(fn, made.params, made.numbers(2, 3), labels, tiers=[tier])


@pytest.mark.parametrize("tier", TIERS)
def test_the_librarys_cross_entropy_takes_a_label_that_is_an_argument(tier: str) -> None:
    model = nn.MLP(3, [4, 3], "tanh", rng=random.Random(0))
    compiled = compile(lambda x, t: losses.cross_entropy(model(x), t), model.parameters(), tier)
    X, labels = [[0.1, -0.2, 0.3], [1.0, 2.0, -1.0]], [2, 0]
    value, grads = compiled(X, labels)
    total = losses.mean(losses.cross_entropy, [model(x) for x in X], labels)
    total.backward()
    assert value == pytest.approx(total.data, rel=1e-13)
    for found, parameter in zip(grads, model.parameters(), strict=True):
        assert found == pytest.approx(parameter.grad, rel=1e-11, abs=1e-15)
