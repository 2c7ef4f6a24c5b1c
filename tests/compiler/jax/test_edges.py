"""Every row in JAX is the table's at kinks, ties and edges: values and first derivatives.

The edges are those that the documentation promises, and every combination of numbers at which rows
differ most; subnormal numbers are left out, which XLA takes for 0.
"""

from __future__ import annotations

import itertools
import math
import random
import sys
from typing import Any
from unittest import mock

import pytest

from autograd_mini import ops
from tests.accuracy.edges import EDGES
from tests.accuracy.references import is_helper

jax = pytest.importorskip("jax")

MARKS = (
    0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e300, -1e300, 1e-300, 1e160, -1e160,
    -690.0, 709.9, 400.0, -400.0, 30.0, -30.0, 0.5, -2.5, 3e-9, 2.0, 3.0,
)  # fmt: skip
MANY = 150
ROWS = [row for row in ops.TABLE.values() if row.arity is not None]

SMALLEST = sys.float_info.min
"""The smallest normal double."""

Point = tuple[float, ...]


def points(row: Any) -> list[Point]:
    """The promised edges, the kinks, combinations of marks, and the inside of the domain."""
    rng = random.Random(row.name)
    found = [edge.at for edge in EDGES if edge.row == row.name]
    found += [kink.at for kink in row.kinks]
    crossed = list(itertools.product(MARKS, repeat=row.arity))
    found += crossed if len(crossed) <= MANY else rng.sample(crossed, MANY)
    found += [tuple(rng.uniform(*interval) for interval in row.domain) for _ in range(20)]
    return [p for p in found if not any(0.0 < abs(x) < SMALLEST for x in p)]


def alike(expected: float, found: float, part: float = 2e-13) -> bool:
    """Equal but for rounding; what is subnormal may be 0, and a zero have another sign."""
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    if math.isinf(expected) or math.isinf(found):
        return expected == found
    return abs(expected - found) <= part * abs(expected) + 4.0 * SMALLEST * max(1.0, abs(found))


def in_jax(row: Any, columns: list[Any], settled: dict[int, float]) -> list[Any]:
    """The row's values at the points, and its partials by the operands that are not settled."""
    import jax.numpy as jnp

    from autograd_mini.compiler.jax import rows

    call = rows.library().get(row.name)
    if call is None:  # JAX's own
        call = jnp.where if row is ops.where else rows.arithmetic(row)

    def whole(*xs: Any) -> Any:
        given = iter(xs)
        operands = [settled[i] if i in settled else next(given) for i in range(row.arity)]
        if row is ops.where:
            operands[0] = operands[0] != 0.0
        return jnp.broadcast_to(call(*operands), xs[0].shape)

    def slope(i: int, *xs: Any) -> Any:
        def along(x: Any) -> Any:
            return whole(*xs[:i], x, *xs[i + 1 :])

        return jax.jvp(along, xs[i : i + 1], (jnp.ones_like(xs[i]),))[1]

    def everything(*xs: Any) -> list[Any]:
        return [whole(*xs), *[slope(i, *xs) for i in range(len(xs))]]

    with jax.enable_x64(True):
        return [x.tolist() for x in jax.jit(everything)(*map(jnp.array, columns))]


def differences(row: Any, settled: dict[int, float] | None = None) -> list[str]:
    """Where the row in JAX is not the table's."""
    settled = settled or {}
    kept = [p for p in points(row) if all(_same(p[i], x) for i, x in settled.items())]
    if not kept:
        return []
    free = [i for i in range(row.arity) if i not in settled]
    value, *partials = in_jax(row, [[p[i] for p in kept] for i in free], settled)
    wrong = []
    inside = [
        all(low < x < high and abs(x) > 1e-6 for x, (low, high) in zip(p, row.domain, strict=True))
        for p in kept
    ]
    for k, p in enumerate(kept):
        z = row.forward(*p)
        if not alike(z, value[k]):
            wrong.append(f"{row.name}{p} is {z!r}, in JAX {value[k]!r}")
        for i, found in zip(free, partials, strict=True):
            local = row.local(i, z, p)
            if is_helper(row):  # a second derivative: inside of the domain alone
                good = not inside[k] or alike(local, found[k], 1e-7)
            else:
                good = alike(local, found[k])
            if not good:
                wrong.append(f"∂{row.name}{p}/∂{i} is {local!r}, in JAX {found[k]!r}")
    return wrong


def _same(x: float, y: float) -> bool:
    return x == y or (x != x and y != y)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_the_table_s(row: Any) -> None:
    assert not differences(row)


SETTLED = [
    (row, 1, x)
    for row in ROWS
    if row.arity == 2 and row.name in ("pow", "div", "elu", "leaky_relu", "xlogy")
    for x in ((0.5, -0.5, 2.0, -2.0, 3.0, 1.0, 0.0) if row.name == "pow" else (0.01, 2.0))
]


@pytest.mark.parametrize(("row", "place", "number"), SETTLED)
def test_a_row_of_a_plain_number(row: Any, place: int, number: float) -> None:
    at = [(x, number) for x in MARKS]
    with mock.patch(f"{__name__}.points", return_value=at):
        assert not differences(row, {place: number})


def test_a_planted_fault_is_found() -> None:
    from autograd_mini.compiler.jax import forms, rows

    rows.settled.cache_clear()
    with mock.patch.dict(forms.FORMS, {"sech2": lambda x: 1.0 - jax.numpy.tanh(x) ** 2}):
        rows.form.cache_clear()
        assert any("tanh(20.0,)" in said for said in differences(ops.tanh))
    rows.settled.cache_clear()
    rows.form.cache_clear()
