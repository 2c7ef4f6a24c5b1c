"""The compiler finds the same matrix products in every spelling; its source is meant to be read."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from typing import Any

import pytest

from autograd_mini import Value, losses, nn, ops
from autograd_mini.compiler import compile
from tests.compiler.agreement import assert_agrees


def loop(w: list[Any], x: list[Any], b: Any) -> Any:
    total = 0.0
    for i in range(len(w)):
        total = total + w[i] * x[i]
    return total + b


def in_the_middle(w: list[Any], x: list[Any], b: Any) -> Any:
    products = [p * q for p, q in zip(x, w, strict=True)]
    half = len(products) // 2
    return sum([*products[:half], b, *products[half:]])


def tree(w: list[Any], x: list[Any], b: Any) -> Any:
    terms = [p * q for p, q in zip(w, x, strict=True)] + [b]
    while len(terms) > 1:
        pairs = zip(terms[::2], [*terms[1::2], 0.0], strict=False)
        terms = [p + q for p, q in pairs]
    return terms[0]


SPELLINGS: dict[str, Callable[[list[Any], list[Any], Any], Any]] = {
    "sum": lambda w, x, b: sum(p * q for p, q in zip(w, x, strict=True)) + b,
    "inputs first": lambda w, x, b: b + sum(q * p for p, q in zip(w, x, strict=True)),
    "bias first": lambda w, x, b: sum((p * q for p, q in zip(w, x, strict=True)), b),
    "bias in the middle": in_the_middle,
    "loop": loop,
    "balanced tree": tree,
    "reduce": lambda w, x, b: reduce(lambda s, pq: pq[0] * pq[1] + s, zip(w, x, strict=True), b),
    "subtraction": lambda w, x, b: b - sum(-(p * q) for p, q in zip(w, x, strict=True)),
    "ops.sum": lambda w, x, b: ops.sum([*[p * q for p, q in zip(w, x, strict=True)], b]),
    "ops.affine": ops.affine,
}


def network(spelling: Callable[..., Any], widths: list[int], turned: bool = False) -> Any:
    """A function and its parameters: layers of tanh, a squared error, and an L2 term."""
    rng = random.Random(0)
    layers = []
    for n, m in pairwise(widths):
        W = [[Value(rng.uniform(-1, 1)) for _ in range(n)] for _ in range(m)]
        b = [Value(rng.uniform(-1, 1)) for _ in range(m)]
        layers.append((W, b))
    params = [p for W, b in layers for p in [*[w for row in W for w in row], *b]]
    if turned:
        layers = [([list(row) for row in W], b) for W, b in layers]
        params = [p for W, b in layers for p in [*[w for c in zip(*W, strict=True) for w in c], *b]]

    def fn(x: list[Any], y: Any) -> Any:
        for W, b in layers:
            x = [ops.tanh(spelling(w, x, b_j)) for w, b_j in zip(W, b, strict=True)]
        return losses.squared_error(x[0], y) + 0.01 * sum(p * p for p in params)

    return fn, params


def source(fn: Any, params: Any, *batch: Any) -> str:
    compiled = compile(fn, params, "numpy")
    compiled(*batch)
    return compiled.source


def batch(width: int) -> tuple[list[list[float]], list[float]]:
    rng = random.Random(1)
    return [[rng.uniform(-1, 1) for _ in range(width)] for _ in range(5)], [0.5] * 5


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("turned", [False, True])
def test_every_spelling_gives_the_same_program(name: str, turned: bool) -> None:
    reference = source(*network(SPELLINGS["sum"], [3, 4, 2, 1]), *batch(3))
    assert source(*network(SPELLINGS[name], [3, 4, 2, 1], turned), *batch(3)) == reference
    assert_agrees(*network(SPELLINGS[name], [3, 4, 2, 1], turned), *batch(3))


def test_a_model_gives_the_same_program_as_loops() -> None:
    model = nn.MLP(3, [4, 2, 1], "tanh", "tanh", rng=random.Random(0))
    params = model.parameters()

    def fn(x: list[Any], y: Any) -> Any:
        return losses.squared_error(model(x), y) + 0.01 * sum(p * p for p in params)

    assert source(fn, params, *batch(3)) == source(
        *network(SPELLINGS["loop"], [3, 4, 2, 1]), *batch(3)
    )


def test_the_program_does_not_grow_with_the_width() -> None:
    lines = {
        source(*network(SPELLINGS["sum"], [n, 2 * n, n, 1]), *batch(n)).count("\n")
        for n in (2, 3, 8, 20)
    }
    assert len(lines) == 1


def test_no_statement_is_about_one_weight() -> None:
    text = source(*network(SPELLINGS["sum"], [4, 8, 3, 1]), *batch(4))
    single = re.findall(r"theta\[(\d+)\]", text)
    assert len(set(single)) == 1  # the one bias of the one output
    assert "X @ W1.T + b1" in text
    assert "cells" not in text  # no list of indices


MOONS = """\
def step(theta, X, y, weight):
    W1 = theta[256:288].reshape(16, 2)
    b1 = theta[304:320]
    z1 = X @ W1.T + b1
    c1 = theta @ theta
    a1 = np.maximum(z1, 0.0)
    W2 = theta[0:256].reshape(16, 16)
    b2 = theta[320:336]
    z2 = a1 @ W2.T + b2
    a2 = np.maximum(z2, 0.0)
    W3 = theta[288:304]
    b3 = theta[336]
    z3 = a2 @ W3 + b3
    a3 = 1.0 - y * z3
    a4 = np.maximum(a3, 0.0)
    loss = 0.0001 * c1 + a4
    da3 = weight * np.sign(a4)
    dz3 = -da3 * y
    db3 = dz3.sum()
    da2 = dz3[..., None] * W3
    dW3 = dz3 @ a2
    dz2 = da2 * np.sign(a2)
    db2 = dz2.sum(axis=0)
    da1 = dz2 @ W2
    dW2 = dz2.T @ a1
    dc1 = (weight * 0.0001).sum()
    dz1 = da1 * np.sign(a1)
    db1 = dz1.sum(axis=0)
    dW1 = dz1.T @ X
    dtheta = 2.0 * dc1 * theta
    dtheta[336] += db3
    dtheta[288:304] += dW3
    dtheta[320:336] += db2
    dtheta[0:256] += dW2.ravel()
    dtheta[304:320] += db1
    dtheta[256:288] += dW1.ravel()
    return loss, dtheta
"""


def test_the_source_of_the_moons_step() -> None:
    model = nn.MLP(2, [16, 16, 1], "relu", rng=random.Random(0))
    params = model.parameters()

    def fn(x: list[Any], y: Any) -> Any:
        return losses.hinge(model(x), y) + 1e-4 * sum(p * p for p in params)

    assert source(fn, params, [[0.5, -0.25], [1.0, 0.0]], [1.0, -1.0]) == MOONS


def test_what_does_not_depend_on_the_batch_is_computed_once() -> None:
    calls: list[float] = []

    def counted(x: float) -> float:
        calls.append(x)
        return x

    w = [Value(0.5), Value(-1.5)]
    row = ops.op("counted", counted, lambda z, x: 1.0, domain=((-1, 1),))
    try:
        compiled = compile(lambda x: w[0] * x + row(w[1] * w[0]), w, "python", reduce="sum")
        compiled([1.0, 2.0, 3.0])
        calls.clear()
        assert compiled([1.0, 2.0, 3.0])[0] == pytest.approx(0.5 * 6 - 3 * 0.75)
        assert len(calls) == 1
    finally:
        del ops.TABLE["counted"]


SHIFTED: dict[str, Callable[[list[Any], Any], Any]] = {
    "cross-entropy": losses.cross_entropy,
    "softmax": lambda z, t: ops.log(ops.take(softmax(z), t)),
}


def softmax(z: list[Any]) -> list[Any]:
    powers = [ops.exp(x - ops.max(z)) for x in z]
    return [p / ops.sum(powers) for p in powers]


@pytest.mark.parametrize("name", SHIFTED)
def test_a_softmax_does_not_depend_on_what_it_is_shifted_by(name: str) -> None:
    w = [Value(0.5), Value(-1.5), Value(0.25)]
    data = [[0.5, 1.0, -2.0], [1.0, 1.0, 1.0]], [2, 0]

    def fn(x: list[Any], t: Any) -> Any:
        return SHIFTED[name]([a * b for a, b in zip(w, x, strict=True)], t)

    assert "equal(" not in source(fn, w, *data).partition("loss =")[2]  # no shares of the largest
    assert_agrees(fn, w, *data)


def test_a_largest_entry_that_is_read_elsewhere_has_its_derivative() -> None:
    w = [Value(0.5), Value(-1.5), Value(0.25)]
    readings: dict[str, Callable[[list[Any], Any], Any]] = {
        "the largest": lambda z, top: ops.sum(softmax(z)) + top,
        "a power": lambda z, top: softmax(z)[0] * ops.exp(z[1] - top),
        "the sum": lambda z, top: softmax(z)[0] + ops.sum([ops.exp(x - top) for x in z]),
    }
    for reading in readings.values():

        def fn(x: list[Any], reading: Any = reading) -> Any:
            z = [a * b for a, b in zip(w, x, strict=True)]
            return reading(z, ops.max(z))

        assert_agrees(fn, w, [[0.5, 1.0, -2.0], [1.0, 1.0, 1.0]])


def over_columns(a: list[list[Any]], top: list[Any]) -> list[Any]:
    """For each column the logarithm of a sum of exponentials, without its largest entry."""
    columns = zip(top, zip(*a, strict=True), strict=True)
    return [ops.log(ops.sum([ops.exp(x - m) for x in column])) for m, column in columns]


COLUMNS: dict[str, tuple[bool, Callable[[list[list[Any]], list[Any]], list[Any]]]] = {
    "sum": (
        True,
        lambda a, top: [m + z + 0.5 for m, z in zip(top, over_columns(a, top), strict=True)],
    ),
    "difference": (
        True,
        lambda a, top: [3.0 - m - z for m, z in zip(top, over_columns(a, top), strict=True)],
    ),
    "one is taken off": (
        False,
        lambda a, top: [m - z for m, z in zip(top, over_columns(a, top), strict=True)],
    ),
    "twice": (
        False,
        lambda a, top: [m + z + m for m, z in zip(top, over_columns(a, top), strict=True)],
    ),
    "times": (
        False,
        lambda a, top: [m + z * m for m, z in zip(top, over_columns(a, top), strict=True)],
    ),
    "crossed": (
        False,
        lambda a, top: [
            m + z
            for m, z in zip(
                top, over_columns(list(map(list, zip(*a, strict=True))), top), strict=True
            )
        ],
    ),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_nor_does_the_logarithm_of_a_sum_over_columns(name: str) -> None:
    rng = random.Random(4)
    w = [[Value(rng.gauss(0, 1)) for _ in range(3)] for _ in range(3)]
    params = [p for row in w for p in row]
    shift, combined = COLUMNS[name]

    def fn(x: list[Any]) -> Any:
        a = [[p * q for p, q in zip(row, x, strict=True)] for row in w]
        top = [ops.max(column) for column in zip(*a, strict=True)]
        return ops.sum([z * z for z in combined(a, top)])

    data = [[0.5, 1.0, -2.0], [1.0, -1.0, 1.0]]
    after = source(fn, params, data).partition("loss =")[2]
    assert ("equal(" not in after) == shift
    assert_agrees(fn, params, data)
