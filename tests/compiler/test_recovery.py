"""The program of a network does not grow with the network, and no weight has a line of its own."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, ops
from autograd_mini.compiler import compile
from autograd_mini.lessons import gpt
from tests.compiler.agreement import assert_agrees
from tests.compiler.test_models import Weights, linear, normed, scaled, softmax_of, surprise

Sized = tuple[Any, list[Value], list[Any]]


def perceptron(n: int) -> Sized:
    made = Weights()
    layers = [(made.matrix(n + 1, n), made.vector(n + 1)), (made.matrix(3, n + 1), made.vector(3))]

    def fn(x: list[Any], y: Any) -> Any:
        for W, b in layers:
            x = [(z + c).tanh() for z, c in zip(linear(W, x), b, strict=True)]
        return surprise(x, y)

    return fn, made.params, [made.numbers(3, n), made.labels(3, 3)]


def norms(n: int) -> Sized:
    made = Weights()
    W, g, b = made.matrix(n, 4), made.vector(n), made.vector(n)

    def fn(x: list[Any]) -> Any:
        return sum(z * z * z for z in scaled(normed(linear(W, x), g, b)))

    return fn, made.params, [made.numbers(3, 4)]


def convolution(n: int) -> Sized:
    """n channels of 3×3 over an image of n + 3, and the largest of each quarter of 2×2."""
    made = Weights()
    kernels, b = [made.matrix(3, 3) for _ in range(n)], made.vector(n)
    size = 2 * n

    def channel(k: Any, c: Any, image: Any) -> Any:
        near = [(i, j) for i in range(3) for j in range(3)]
        maps = [
            [(sum(k[i][j] * image[y + i][x + j] for i, j in near) + c).relu() for x in range(size)]
            for y in range(size)
        ]
        return [
            ops.max([maps[y + i][x + j] for i in (0, 1) for j in (0, 1)])
            for y in range(0, size, 2)
            for x in range(0, size, 2)
        ]

    def fn(image: Any) -> Any:
        return sum(v * v for k, c in zip(kernels, b, strict=True) for v in channel(k, c, image))

    return fn, made.params, [made.numbers(2, size + 2, size + 2)]


def mixture(n: int) -> Sized:
    """Softmax shares of n experts, each a linear map."""
    made = Weights()
    gate, experts = made.matrix(n, 3), [made.matrix(4, 3) for _ in range(n)]

    def fn(x: list[Any]) -> Any:
        shares = softmax_of(linear(gate, x))
        answers = [linear(W, x) for W in experts]
        mixed = [
            ops.sum([s * a[j] for s, a in zip(shares, answers, strict=True)]) for j in range(4)
        ]
        return sum(v * v for v in mixed)

    return fn, made.params, [made.numbers(3, 3)]


def language(n: int) -> Sized:
    """Of n heads, width 4n, and documents of n + 3 tokens."""
    model = gpt.GPT(width=4 * n, heads=n, rng=random.Random(n))
    return model.loss, model.parameters(), [[gpt.tokens("abcdefg"[: n + 1])]]


def weights_shared(n: int) -> Sized:
    """An embedding that is also the last matrix."""
    made = Weights()
    table = made.matrix(n + 2, n)

    def fn(token: Any, label: Any) -> Any:
        return surprise(linear(table, [v.tanh() for v in ops.take(table, token)]), label)

    return fn, made.params, [made.labels(n + 2, 3), made.labels(n + 2, 3)]


MADE: dict[str, tuple[Callable[[int], Sized], int]] = {
    "perceptron": (perceptron, 37),
    "norms": (norms, 39),
    "convolution": (convolution, 23),
    "mixture": (mixture, 32),
    "language": (language, 107),
    "weights shared": (weights_shared, 25),
}
"""How a network of a size is made, and how many lines its step has at most."""


@pytest.mark.parametrize("name", MADE)
def test_a_program_does_not_grow(name: str) -> None:
    make, most = MADE[name]
    lines = {}
    for n in (2, 3, 4):
        fn, params, batch = make(n)
        compiled = compile(fn, params, "numpy")
        compiled(*batch)
        assert compiled.tier == "numpy"
        lines[n] = compiled.source.count("\n")
        assert "cells" not in compiled.source, compiled.source  # no list of indices
        read = re.findall(r"theta\[(\d+)\]", compiled.source)
        assert len(set(read)) <= 1, compiled.source  # no line about one weight
    assert len(set(lines.values())) == 1, lines
    assert lines[2] <= most, compiled.source


@pytest.mark.parametrize("name", MADE)
def test_and_it_is_right(name: str) -> None:
    fn, params, batch = MADE[name][0](3)
    assert_agrees(fn, params, *batch)


def test_the_language_model_has_about_45_statements_forward() -> None:
    for name in ("al", "isabella"):
        model = gpt.GPT(rng=random.Random(0))
        compiled = compile(model.loss, model.parameters(), "numpy")
        compiled.forward([gpt.tokens(name)])
        lines = compiled.source.splitlines()
        views = [
            line for line in lines if re.search(r"= (theta|Document)\[|\[\.\.\., None\]$", line)
        ]
        assert len(lines) - len(views) - 3 <= 45, compiled.source


def test_a_wide_table_is_looked_up_and_not_multiplied() -> None:
    made = Weights()
    table, w = made.matrix(500, 3), made.vector(3)

    def fn(tokens: list[Any]) -> Any:
        rows = [ops.take(table, token) for token in tokens]
        return sum(a * v for row in rows for a, v in zip(w, row, strict=True)) ** 2

    tokens = [[3, 499, 3], [0, 1, 2]]
    compiled = compile(fn, made.params, "numpy")
    compiled(tokens)
    assert re.search(r"W\d\[", compiled.source), compiled.source
    assert "unselect(" in compiled.source
    assert_agrees(fn, made.params, tokens)


def test_an_irregular_function_goes_to_straight_line_code() -> None:
    rng = random.Random(0)
    params = [Value(rng.uniform(-1, 1)) for _ in range(12)]
    names = ["tanh", "sin", "sigmoid", "softplus", "gauss", "relu", "exp", "cos"]
    plan = [(rng.choice(names), rng.randrange(12 + i), rng.randrange(12 + i)) for i in range(60)]

    def fn(x: Any) -> Any:
        made: list[Any] = [*params]
        for name, i, j in plan:
            made.append(ops.TABLE[name](ops.tanh(made[i] * made[j] + x)))
        return made[-1]

    compiled = compile(fn, params)
    compiled([0.5, 1.0])
    assert compiled.tier == "python"
    assert_agrees(fn, params, [0.5, 1.0])
