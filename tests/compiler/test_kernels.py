"""The rows on whole arrays against the rows on floats: a few last units, and equal edges."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import numpy as np
import pytest

from autograd_mini import ops
from autograd_mini.compiler import kernels, numpy_rows

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, math.inf, -math.inf, math.nan, 1e300, -1e300, 5e-324, -5e-324]
EDGES += [-745.2, 709.9, 1e-200, -1e-200, 1e-310, 40.0, -40.0, 1e155]
ULPS = 6
"""NumPy's own functions and one more rounding here and there."""

ROWS = [row for row in ops.TABLE.values() if row.arity is not None]


def numbers(row: Any, count: int) -> list[list[float]]:
    """Points of the domain, points of all sizes and signs, and the edges with each other."""
    rng = random.Random(row.name)
    made = [[rng.uniform(low, high) for low, high in row.domain] for _ in range(count)]
    made += [
        [rng.choice([-1.0, 1.0]) * 10.0 ** rng.uniform(-9, 2) for _ in row.domain]
        for _ in range(count)
    ]
    return made + [list(x) for x in itertools.product(EDGES, repeat=row.arity)]


def evaluated(row: Any, columns: list[Any]) -> Any:
    text = numpy_rows.template(row).format("a", "b", "c")
    names = dict(zip("abc", columns, strict=False))
    with np.errstate(all="ignore"):
        made = eval(text, {**numpy_rows.library(), **names})
    return np.broadcast_to(made, columns[0].shape)


def ulps(x: float, y: float) -> float:
    if math.isnan(x) or math.isnan(y):
        return 0.0 if math.isnan(x) and math.isnan(y) else math.inf
    if math.isinf(x) or math.isinf(y):
        return 0.0 if x == y else math.inf
    return abs(x - y) / math.ulp(max(abs(x), 1e-290))  # subnormal results count as near


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_kernel_is_the_row(row: Any) -> None:
    points = numbers(row, 400)
    columns = [np.array(column) for column in zip(*points, strict=True)]
    got = evaluated(row, columns).tolist()
    worst = max(
        (ulps(row.forward(*x), y), x, y) for x, y in zip(points, got, strict=True) if skip(row, x)
    )
    assert worst[0] <= ULPS, (
        f"{row.name}{tuple(worst[1])}: {worst[2]!r}, {row.forward(*worst[1])!r}"
    )


def skip(row: Any, x: list[float]) -> bool:
    """NumPy's circular functions of huge numbers and its powers are its own."""
    return not (row.name in ("sin", "cos", "tan") and abs(x[0]) > 1e5)


def test_hardly_a_number_of_a_layer_goes_one_by_one() -> None:
    x = np.random.default_rng(0).normal(size=(64, 128))
    for name in ("gelu", "gelu_d", "silu", "silu_d", "erf", "gauss", "pow_dx", "over_square"):
        asked: list[float] = []
        row = ops.TABLE[name]
        forward, operands = row.forward, [np.abs(x), 1.5][: row.arity] if row.arity == 2 else [x]
        row.forward = lambda *a, forward=forward, asked=asked: asked.append(0.0) or forward(*a)
        try:
            kernels.KERNELS[name](*operands)
        finally:
            row.forward = forward
        assert len(asked) < 0.04 * x.size, name


def test_a_planted_fault_is_seen() -> None:
    assert ulps(1.0, 1.0 + 8 * 2.0**-52) > ULPS
    assert ulps(math.nan, 1.0) == ulps(math.inf, 1e300) == math.inf


ONE_BY_ONE = {"lgamma", "digamma"}
"""Rows that NumPy has no function for, and this package no formula over arrays."""


def test_no_other_row_goes_number_by_number() -> None:
    """A new row has a kernel over arrays, or NumPy's function, or is named above."""
    own = {row.name for row in ROWS if numpy_rows.own_row(row) is not None}
    assert own - set(kernels.KERNELS) == ONE_BY_ONE
