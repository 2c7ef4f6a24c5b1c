"""Every row on vectors: right to a few units in the last place, at edges as the eager engine."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest
from mpmath import mp

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import functions
from tests.accuracy.measure import errors
from tests.accuracy.points import points
from tests.accuracy.references import DIGITS, REFERENCES, orders
from tests.compiler.llvm.probe import on_points
from tests.compiler.test_rows import EDGES

FIXED = [row for row in ops.TABLE.values() if row.arity is not None]
VECTORISED = [row for row in FIXED if row.name in functions.ROWS and row.name in REFERENCES]

LOOSE = {"sech2": 3.0, "logaddexp": math.inf, "gelu": 40.0, "gelu_d": 40.0, "xlogy": 2.5}
LOOSE |= {"silu_d": 40.0, "share": 2.5, "share_d": 4.0}
LOOSE["normal_pdf"] = 2.5  # e^(−x²/2) times a constant
"""Units in the last place; the others are right to two. Near its zeros logaddexp cancels: there it
is compared below with the size of its operands. At −38 gelu has a subnormal factor, and where its
derivative is 0 two terms cancel."""


@pytest.mark.parametrize("row", VECTORISED, ids=lambda row: row.name)
def test_in_units_of_the_last_place(row: Any) -> None:
    at = points(row.name, 240)
    worst = 0.0
    with mp.workdps(DIGITS):
        for point, computed in zip(at, on_points(row, at, 4), strict=True):
            for witness in errors(row.name, point, {(): computed}):
                worst = max(worst, witness.ulps)
                assert witness.ulps <= LOOSE.get(row.name, 2.0), witness
    assert worst < math.inf


def test_logaddexp_beside_its_size() -> None:
    at = points("logaddexp", 400)
    for (x, y), z in zip(at, on_points(ops.logaddexp, at, 4), strict=True):
        true = ops.logaddexp(x, y)
        assert z == true or abs(z - true) <= 2e-16 * max(abs(x), abs(y), abs(true), 1.0), (x, y)


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.name)
def test_at_the_edges_as_the_eager_engine(row: Any) -> None:
    rng = random.Random(row.name)
    grid = list(itertools.product(EDGES, repeat=row.arity))
    at = grid if len(grid) <= 200 else rng.sample(grid, 200)
    at += [tuple(rng.uniform(low, high) for low, high in row.domain) for _ in range(40)]
    for width in (1, 4):
        for point, z in zip(at, on_points(row, at, width), strict=True):
            true = row.forward(*point)
            same = (z != z and true != true) or z == true
            near = abs(z - true) <= 8.0 * math.ulp(true) if math.isfinite(true) else False
            loose = row.name in LOOSE and abs(z - true) <= 1e-15
            assert same or near or loose, f"{row.name}{point} is {z!r}, eager {true!r}"


@pytest.mark.parametrize("by", sorted(functions.POWERS))
@pytest.mark.parametrize("row", [ops.pow, ops.pow_dx], ids=lambda row: row.name)
def test_powers_known_beforehand(row: Any, by: float) -> None:
    by = by + 1.0 if row is ops.pow_dx else by
    rng = random.Random(by)
    at = [(x,) for x in (*EDGES, *(rng.uniform(0.01, 30.0) for _ in range(50)), -2.0, -0.3)]
    for (x,), z in zip(at, on_points(row, at, 4, [by]), strict=True):
        true = row.forward(x, by)
        same = (z != z and true != true) or z == true
        assert same or abs(z - true) <= 3.0 * math.ulp(true), f"{x} to the power {by}: {z}, {true}"


def test_exp_underflows_and_overflows_as_it_should() -> None:
    at = [(x,) for x in (-745.0, -745.2, -746.0, -1e9, -math.inf, 709.7, 709.8, 1e9, math.inf)]
    for (x,), z in zip(at, on_points(ops.exp, at, 4), strict=True):
        assert z == ops.exp(x), x


def test_a_row_of_ones_own_goes_through_its_python_function() -> None:
    cube = ops.op(
        "cube_for_a_test", lambda x: x * x * x, lambda z, x: 3.0 * x * x, domain=((-1.0, 1.0),)
    )
    try:
        assert on_points(cube, [(2.0,), (-3.0,), (0.5,)], 4) == [8.0, -27.0, 0.125]
    finally:
        del ops.TABLE["cube_for_a_test"]


LANE_BY_LANE = {"acosh", "digamma", "floordiv", "pow_dx"}
"""Public rows, and a derivative that is common, that call their Python function in every lane."""


def test_few_public_rows_go_through_python() -> None:
    """A new row does, until it is given a vector form."""
    public = {name for name in REFERENCES if orders(name) == 2}
    slow = {row.name for row in FIXED if row.name not in {*functions.ROWS, *functions.LIBRARY}}
    assert slow >= LANE_BY_LANE
    assert len(slow & public) < len(public) / 10


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "silu", "gelu", "softplus", "share"])
def test_what_networks_are_made_of_is_vectors_and_so_is_its_derivative(name: str) -> None:
    row = ops.TABLE[name]
    read = f.Formula(row, tuple(map(f.Name, range(row.arity or 0))))
    stack = [x for parts in f.adjoints(read, f.Name("z"), f.Name("d")).values() for x in parts]
    used = {row.name}
    while stack:
        item: Any = stack.pop()
        used |= {item.row.name} if hasattr(item, "row") else set()
        stack += item.operands
    assert used <= functions.ROWS.keys()
