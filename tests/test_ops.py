"""Every row of the table: against fifty digits, a second opinion, and what the row declares.

A row is tested by standing in the table; one without a reference fails.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from autograd_mini import Value, finite_difference, grad, jvp, ops
from autograd_mini.expr import Name, call, write
from autograd_mini.notation import ARRAY
from autograd_mini.rows import TABLE, Op
from tests.accuracy.measure import is_within, worst
from tests.accuracy.test_references import copied
from tests.counting import calls
from tests.graphs import applied

ROWS = list(TABLE)
FIXED = [name for name in ROWS if TABLE[name].arity is not None]


def points(name: str, n: int = 40) -> Iterator[tuple[float, ...]]:
    """Points of the row's domain, the same in every run; three operands for any number of them."""
    row = TABLE[name]
    rng = random.Random(name)
    domain = row.domain if row.arity is not None else row.domain * 3
    for _ in range(n):
        yield tuple(rng.uniform(low, high) for low, high in domain)


def smooth(name: str, point: tuple[float, ...]) -> bool:
    return all(
        math.dist(point, kink.at) > 1e-3 for kink in TABLE[name].kinks if len(kink.at) == len(point)
    )


@pytest.mark.parametrize("name", FIXED)
def test_value_and_derivatives_against_fifty_digits(name: str) -> None:
    for witness in worst(name, points(name)):
        assert is_within(name, witness), witness


@pytest.mark.parametrize("name", ROWS)
def test_the_derivative_has_a_second_opinion(name: str) -> None:
    row = TABLE[name]
    for point in points(name, 3):
        if not smooth(name, point):
            continue
        estimates = finite_difference(lambda *xs: applied(name, xs), point)
        for i, estimate in enumerate(estimates):
            exact = row.local(i, row.forward(*point), point)
            assert abs(exact - estimate.value) <= 2 * estimate.error + 1e-15 * abs(exact), (
                point,
                i,
            )
            assert estimate.error <= 1e-6 * (1 + abs(exact)), "the estimate would decide nothing"


KINKS = [(name, kink) for name in ROWS for kink in TABLE[name].kinks]


@pytest.mark.parametrize(("name", "kink"), KINKS, ids=[f"{n}{tuple(k.at)}" for n, k in KINKS])
def test_the_declared_value_at_a_kink(name: str, kink: Any) -> None:
    row: Any = TABLE[name]
    operands = [Value(x) for x in kink.at]
    z = row(operands) if row.arity is None else row(*operands)
    z.backward()
    for operand, slope, declared in zip(operands, grad(z, operands), kink.partials, strict=True):
        for number in (operand.grad, slope.data):
            assert number == declared or (math.isnan(number) and math.isnan(declared))


SHOWN = [name for name in ROWS if TABLE[name].shown]


@pytest.mark.parametrize("name", SHOWN)
def test_the_shown_form_equals_the_computed_one(name: str) -> None:
    row = TABLE[name]
    for point in points(name):
        z = row.forward(*point)
        for i in range(len(point)):
            assert float(row.partial(i, z, point, shown=True)) == pytest.approx(
                row.local(i, z, point), rel=1e-9, abs=1e-12
            )


class _Arrays:
    """NumPy, and the table's own rows for what NumPy lacks."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name) if hasattr(np, name) else np.vectorize(TABLE[name].forward)


@pytest.mark.parametrize("name", FIXED)
def test_the_array_template_computes_the_row_on_a_batch(name: str) -> None:
    row = TABLE[name]
    batch = np.array(list(points(name)))
    names = "abc"[: batch.shape[1]]
    code = write(call(row, [*map(Name, names)]), ARRAY)
    scope = {"xp": _Arrays(), **{n: batch[:, i] for i, n in enumerate(names)}}
    expected = [row.forward(*map(float, point)) for point in batch]
    assert eval(code, scope) == pytest.approx(expected, rel=1e-13, abs=1e-300)


# --- rows of any number of operands ---


def in_units(number: float, truth: mpf, of: float) -> float:
    return float(abs(mpf(number) - truth)) / math.ulp(of)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 16, 100, 1000])
@pytest.mark.parametrize("spread", [0.0, 5.0, 40.0])
def test_sum_and_affine_are_within_four_units_of_the_largest_term(n: int, spread: float) -> None:
    rng = random.Random(f"{n} {spread}")
    for _ in range(20):
        w = [rng.uniform(-1, 1) * 10 ** rng.uniform(-spread, spread) for _ in range(n)]
        x = [rng.uniform(-1, 1) * 10 ** rng.uniform(-spread, spread) for _ in range(n)]
        with mp.workdps(200):
            products = [mpf(a) * mpf(b) for a, b in zip(w, x, strict=True)]
            b = -float(mp.fsum(products)) * rng.choice([1.0, 1.0 + 1e-9, 0.5])
            affine, total = mp.fsum([*products, mpf(b)]), mp.fsum([mpf(v) for v in w])
        largest = float(max(map(abs, [*products, mpf(b)])))
        off = in_units(ops.affine(w, x, b), affine, largest)
        assert off <= max(4.0, 2.0 * math.ulp(float(affine)) / math.ulp(largest))
        assert in_units(ops.sum(w), total, float(total)) <= 0.5


def test_the_derivatives_of_sum_max_and_affine() -> None:
    v = [Value(x) for x in (2.0, -1.0, 2.0, 0.5)]
    assert [g.data for g in grad(ops.sum(v), v)] == [1.0] * 4
    assert [g.data for g in grad(ops.max(v), v)] == [0.5, 0.0, 0.5, 0.0]
    w, x, b = v[:2], [Value(3.0), Value(4.0)], Value(5.0)
    assert [g.data for g in grad(ops.affine(w, x, b), [*w, *x, b])] == [3.0, 4.0, 2.0, -1.0, 1.0]
    assert ops.max([2.0, math.nan, 3.0]) != ops.max([2.0, math.nan, 3.0])
    assert ops.sum([1e308, 1e308, -1e308]) == 1e308
    assert ops.sum([math.inf, -math.inf]) != 0.0
    assert math.isnan(ops.affine([math.inf], [0.0], 1.0))


# --- the checks themselves: planted faults ---


def faulty(name: str, partial: Callable[..., Any], i: int = 0) -> Op:
    """A copy of a row with another partial."""
    row = TABLE[name]
    return copied(row, partials=(*row.partials[:i], partial, *row.partials[i + 1 :]))


FAULTS: list[tuple[str, Callable[..., Any], tuple[float, ...]]] = [
    ("tanh", lambda z, x: 1.0 - z * z, (20.0,)),
    ("sigmoid", lambda z, x: z * (1.0 - z), (40.0,)),
    ("sin", lambda z, x: -ops.cos(x), (0.5,)),
    ("exp", lambda z, x: z * (1.0 + 1e-14), (0.5,)),
    ("mul", lambda z, x, y: x, (0.5, 0.7)),
    ("log", lambda z, x: ops.log(x), (0.5,)),
    ("softplus", lambda z, x: 0.0 * x, (-3.0,)),
]


@pytest.mark.parametrize(("name", "partial", "at"), FAULTS, ids=[f[0] for f in FAULTS])
def test_a_planted_fault_is_seen_by_the_comparison(
    name: str, partial: Callable[..., Any], at: tuple[float, ...]
) -> None:
    assert all(is_within(name, witness) for witness in worst(name, [at]))
    assert not all(is_within(name, w) for w in worst(name, [at], faulty(name, partial)))


def test_a_planted_fault_at_a_kink_is_seen() -> None:
    row = faulty("relu", lambda z, x: ops.greater(x, 0.0))
    x = Value(0.0)
    row(x).backward()
    assert x.grad == 0.5 != TABLE["relu"].kinks[0].partials[0]


# --- cost of rows of any number of operands ---


@pytest.mark.parametrize("name", ["sum", "max", "affine"])
@pytest.mark.parametrize("tied", [False, True])
def test_the_cost_grows_as_the_operands(name: str, tied: bool) -> None:
    """Ten times as many operands take ten times the calls; a hundred times, if it were n²."""

    def cost(n: int) -> int:
        leaves = [Value(1.0 if tied else float(i)) for i in range(2 * n + 1)]
        z = applied(name, leaves)
        ones = [1.0] * len(leaves)
        return calls(lambda: (z.backward(), grad(z, leaves), jvp(z, leaves, ones)))

    assert cost(300) <= 11 * cost(30)
