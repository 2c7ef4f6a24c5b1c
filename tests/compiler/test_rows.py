"""Compiled equals eager for every row of the table, inside its domain and at the edges."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest

from autograd_mini import Value, ops
from autograd_mini.compiler import compile
from tests.compiler.agreement import EVERY_TIER, assert_agrees, eager

EDGES = (0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e300, -1e300, 5e-324, -745.2, 709.9)
FIXED = [row for row in ops.TABLE.values() if row.arity is not None]
NARY = [row for row in ops.TABLE.values() if row.arity is None]


def points(row: Any, count: int) -> list[list[float]]:
    rng = random.Random(row.name)
    return [[rng.uniform(low, high) for low, high in row.domain] for _ in range(count)]


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.name)
def test_a_row_of_parameters_and_arguments(row: Any) -> None:
    X = points(row, 7)
    for trained in range(row.arity):
        w = Value(X[0][trained], "w")

        def fn(x: list[Any], trained: int = trained, w: Value = w) -> Any:
            return row(*[w if i == trained else x_i for i, x_i in enumerate(x)]) + 0.0 * w

        assert_agrees(fn, [w], X)


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.name)
def test_a_row_on_a_vector_of_units(row: Any) -> None:
    params = [Value(1.0 + 0.01 * i, f"w{i}") for i in range(5)]

    def fn(x: list[list[Any]]) -> Any:
        return ops.sum([row(*[w * x_ij for x_ij in x_i]) for w, x_i in zip(params, x, strict=True)])

    inside = [[[0.98 * (low + high) / 2 + 0.0 * i for low, high in row.domain] for i in range(5)]]
    assert_agrees(fn, params, inside * 3)


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.name)
def test_a_row_at_the_edges(row: Any) -> None:
    rng = random.Random(row.name)
    w = Value(1.0, "w")
    X = [[rng.choice(EDGES) for _ in row.domain] for _ in range(60)]
    for x in X:
        assert_agrees(lambda x: row(*[w * x_i for x_i in x]), [w], [x])


@pytest.mark.parametrize("row", NARY, ids=lambda row: row.name)
@pytest.mark.parametrize("width", [1, 2, 5])
def test_a_row_of_any_number_of_operands(row: Any, width: int) -> None:
    params = [Value(0.5 - 0.25 * i, f"w{i}") for i in range(width)]
    apply = (lambda v: ops.affine(v, v, v[0])) if row is ops.affine else row
    rng = random.Random(width)
    X = [[rng.choice([-1.0, 0.5, 2.0]) for _ in params] for _ in range(9)]  # with ties

    def fn(x: list[Any]) -> Any:
        return apply([w * x_i for w, x_i in zip(params, x, strict=True)])

    assert_agrees(fn, params, X)


@pytest.mark.parametrize("name", ["sign", "step", "abs", "sigmoid", "greater"])
def test_a_row_of_many_parameters_and_one_argument(name: str) -> None:
    """The derivative of some is the constant 0, the same for all of them."""
    row = ops.TABLE[name]
    params = [Value(-0.7 + 0.1 * i, f"w{i}") for i in range(15)]

    def fn(x: list[Any]) -> Any:
        operands = [0.25] * ((row.arity or 1) - 1)
        return ops.sum([row(w + 0.5 * x[0], *operands) for w in params]) + ops.sum(params)

    assert_agrees(fn, params, [[1.0], [0.5], [-0.25]])
    assert_agrees(
        lambda x: ops.sum([row(w + 0.0 * x[0], *[0.5] * ((row.arity or 1) - 1)) for w in params]),
        params,
        [[1.0]] * 3,
    )


MANY = (0.5, 0.0, math.inf, -math.inf, math.nan, 1e308, -1e308)


def like(x: float, y: float, size: float = 0.0) -> bool:
    """Whether two numbers agree: nan is nan, inf is inf, few digits of what was added are lost."""
    return math.isclose(x, y, rel_tol=1e-11, abs_tol=4e-16 * size + 1e-300) or (x != x and y != y)


@pytest.mark.parametrize("tier", EVERY_TIER)
@pytest.mark.parametrize("row", [*FIXED, *NARY], ids=lambda row: row.name)
def test_a_row_at_the_edges_wherever_they_stand_in_a_batch(row: Any, tier: str) -> None:
    """The first example is harmless: what is wrong in later ones no check has seen."""
    count, wide = (len(row.domain), False) if row.arity is not None else (3, True)
    points = list(itertools.product((0.5, *EDGES) if count < 3 else MANY, repeat=count))
    columns = [list(column) for column in zip(*points, strict=True)]
    weights = [Value(1.0, f"w{i}") for i in range(count)]

    def fn(*x: Any) -> Any:
        operands = [p * a for p, a in zip(weights, x, strict=True)]
        if row is ops.affine:
            return ops.affine(operands[:1], operands[1:2], operands[2])
        return row(operands) if wide else row(*operands)

    losses, gradients = eager(fn, weights, *columns)
    found, each = compile(fn, weights, tier, reduce="none")(*columns)
    results = compile(fn, weights, tier).forward(*columns)
    for point, x, y, z, dx, dy in zip(points, losses, found, results, gradients, each, strict=True):
        size = max(map(abs, filter(math.isfinite, point)), default=0.0) if wide else 0.0
        assert like(x, y, size), f"{row.name}{point} is {y!r}, eagerly {x!r}"
        assert like(x, z, size), f"{row.name}{point} is {z!r} forward, eagerly {x!r}"
        assert all(map(like, dx, dy)), f"the gradient of {row.name}{point}: {dy}, eagerly {dx}"
