"""Random functions: graphs with fan-out, and vector code with random shapes and spellings."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Value, ops
from tests.compiler import fuzz
from tests.compiler.agreement import assert_agrees

SMOOTH = ["tanh", "sigmoid", "softplus", "sin", "relu", "abs", "gauss", "exp"]


def graph(rng: random.Random, size: int) -> Any:
    """A function that applies random operations to random earlier results, and its parameters."""
    params = [Value(rng.uniform(-1, 1), f"w{i}") for i in range(3)]
    plan = []
    for i in range(size):
        kind = rng.choice(["+", "-", "*", "neg", "unary", "sum", "max", "affine", "where"])
        plan.append((kind, [rng.randrange(6 + i) for _ in range(4)], rng.choice(SMOOTH)))

    def fn(x: list[Any]) -> Any:
        made = [*params, *x, 0.5]
        for kind, places, name in plan:
            a, b, c, d = (made[j] for j in places)
            made.append(combine(kind, name, a, b, c, d))
        return made[-1] + 0.1 * made[-2] + 0.0 * params[0]

    return fn, params


def combine(kind: str, name: str, a: Any, b: Any, c: Any, d: Any) -> Any:
    match kind:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return ops.tanh(a * b)
        case "neg":
            return -a
        case "unary":
            return ops.tanh(ops.TABLE[name](ops.tanh(a)))
        case "sum":
            return ops.sum([a, b, c])
        case "max":
            return ops.max([a, b, c, d])
        case "affine":
            return ops.tanh(ops.affine([a, b], [c, d], a))
        case _:
            return ops.where(ops.step(a), b, c)


@settings(max_examples=120)
@given(st.integers(0, 10**9), st.integers(1, 25))
def test_graphs_with_fan_out(seed: int, size: int) -> None:
    rng = random.Random(seed)
    fn, params = graph(rng, size)
    assert_agrees(fn, params, [[rng.uniform(-1, 1) for _ in range(2)] for _ in range(3)])


def dot(rng: random.Random, w: list[Any], x: list[Any]) -> Any:
    """One weighted sum, in a spelling drawn at random."""
    match rng.randrange(4):
        case 0:
            return sum(a * b for a, b in zip(w, x, strict=True))
        case 1:
            return ops.affine(w, x)
        case 2:
            return ops.sum([b * a for a, b in zip(w, x, strict=True)])
        case _:
            total = w[0] * x[0]
            for a, b in zip(w[1:], x[1:], strict=True):
                total = total + a * b
            return total


def vector_code(rng: random.Random) -> Any:
    """A random chain of layers, norms, shared weights, softmax and reductions over a vector."""
    width, rows = rng.randint(1, 5), rng.randint(1, 4)
    params = [Value(rng.uniform(-1, 1), f"w{i}") for i in range(rows * width + rows + width)]
    W = [params[i * width : (i + 1) * width] for i in range(rows)]
    b, g = params[rows * width : rows * width + rows], params[-width:]
    stages = [rng.randrange(7) for _ in range(rng.randint(1, 5))]

    def fn(x: list[Any]) -> Any:
        fresh = random.Random(rows)
        for stage in stages:
            x = layer(stage, fresh, x, W, b, g)
        return sum(v * v for v in x) + 0.01 * sum(p**2 for p in params)

    return fn, params, width


def layer(stage: int, rng: random.Random, x: list[Any], W: Any, b: Any, g: Any) -> list[Any]:
    if stage == 0:
        return [x[j % len(x)] * v for j, v in enumerate(g)]
    if stage == 1:
        mean = sum(x) / len(x)
        return [v - mean for v in x]
    if stage == 2:
        top = ops.max(x)
        e = [ops.exp(v - top) for v in x]
        return [v / ops.sum(e) for v in e]
    if stage == 3:
        return [ops.tanh(v) + x[0] for v in x]
    if stage == 4:
        return x[::-1]
    full = [x[k % len(x)] for k in range(len(W[0]))]
    if stage == 5:
        return [ops.tanh(dot(rng, w, full) + c) for w, c in zip(W, b, strict=True)]
    hidden = [ops.tanh(dot(rng, w, full)) for w in W]  # and back through the same weights
    return [dot(rng, [w[k] for w in W], hidden) for k in range(len(W[0]))]


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_vector_code(seed: int) -> None:
    rng = random.Random(seed)
    fn, params, width = vector_code(rng)
    assert_agrees(fn, params, [[rng.uniform(-1, 1) for _ in range(width)] for _ in range(4)])


@settings(max_examples=40)
@given(st.integers(0, 10**9))
def test_programs_with_ragged_rows_and_selections(seed: int) -> None:
    fuzz.check(seed, ["python", "numpy"])


@settings(max_examples=8)
@given(st.integers(0, 10**9))
def test_such_programs_in_native_code(seed: int) -> None:
    fuzz.check(seed, ["llvm"])


@pytest.mark.fuzz
@pytest.mark.slow
def test_ten_thousand_functions() -> None:
    for seed in range(5000):
        rng = random.Random(seed)
        fn, params, width = vector_code(rng)
        assert_agrees(fn, params, [[rng.uniform(-1, 1) for _ in range(width)] for _ in range(2)])
        fn, params = graph(rng, rng.randint(1, 40))
        X = [[rng.uniform(-1, 1) for _ in range(2)] for _ in range(2)]
        assert_agrees(fn, params, X)
