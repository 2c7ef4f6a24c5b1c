"""Compiled equals eager for every row of the table, inside its domain and at the edges."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from autograd_mini import Value, ops
from tests.compiler.agreement import assert_agrees

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
