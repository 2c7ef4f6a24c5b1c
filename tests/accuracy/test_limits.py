"""Every row at its edges, to the fourth derivative: the limit where there is one, else nan."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from math import inf
from typing import Any

import pytest
from mpmath import mp

from autograd_mini import Value, grad, gradcheck, jvp, ops
from tests.accuracy.edges import EDGES
from tests.accuracy.limits import ORDERS, Number, Of, at_the_point, limits
from tests.accuracy.lists import LISTS, OF_SHARES, by_shares
from tests.accuracy.references import REFERENCES, orders
from tests.accuracy.test_references import PUBLIC
from tests.test_ops import faulty

TINY, HUGE = 5e-324, 1e300
ALONE = (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, inf, -inf, TINY, -TINY, HUGE, -HUGE)
BESIDE = (0.0, -0.0, 1.0, -2.0, inf, -inf)
EXTREME = (
    (TINY, 2.0),
    (2.0, TINY),
    (-TINY, 6 * TINY),
    (HUGE, 1.0),
    (-2.0, HUGE),
    (HUGE, -0.3 * HUGE),
)

JUMPING = ("mod", "floordiv", "fmod", "copysign")
"""Rows with more and more jumps next to 0, where there is nothing to approach; see edges.py."""

Point = tuple[float, ...]
Row = Callable[..., Any]


def points(name: str) -> Iterator[Point]:
    """The edges at which a row is tried."""
    arity = ops.TABLE[name].arity
    if name in ("lgamma", "digamma"):  # mpmath takes minutes for thousands of digits
        yield from [(x,) for x in ALONE if not 0.0 < abs(x) < 1.0 and abs(x) != HUGE]
    elif ops.TABLE[name].jumps and arity == 1:  # far out every float is at a jump
        yield from [(x,) for x in ALONE if abs(x) < HUGE]
    elif name in JUMPING:
        yield from [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (TINY, 2.0), (1e6, 3.7), (-0.75, 0.5)]
    elif arity == 1:
        yield from [(x,) for x in ALONE]
    elif arity == 2:
        yield from [p for p in itertools.product(BESIDE, repeat=2) if not {*p} <= {1.0, -2.0}]
        yield from EXTREME


LEFT_TO_RIGHT = ("xlogy", "dot", "prod")
NORMS = ("norm", "hypot of three")
"""Their numbers are IEEE 754's products, nan for ∞ · 0 and ∞ where one of them is too large."""

TRIPLES = (
    (0.0, 0.0, 0.0),
    (-0.0, 0.0, 2.0),
    (1.0, 1.0, 1.0),
    (1.0, -1.0, 2.0),
    (inf, 1.0, -2.0),
    (1.0, -inf, 0.0),
    (-inf, -inf, 1.0),
    (inf, -inf, 1.0),
    (-inf, -inf, -inf),
    (TINY, TINY, TINY),
    (TINY, -3 * TINY, 2.0),
    (HUGE, 1.0, -2.0),
    (HUGE, -HUGE, TINY),
)
"""The edges of functions of lists."""

PUBLIC_ROWS = sorted(name for name in PUBLIC if ops.TABLE[name].arity in (1, 2))
CASES = [(name, point) for name in PUBLIC_ROWS for point in points(name)]


def kinks_of(name: str) -> tuple[ops.Kink, ...]:
    return LISTS[name].kinks if name in LISTS else ops.TABLE[name].kinks


def by_grad(row: Row, point: Point) -> dict[Of, float]:
    """All derivatives up to the fourth, by grad of grad of …"""
    xs = [Value(x) for x in point]
    found: dict[Of, float] = {}
    stack = [(row(*xs), (0,) * len(xs), 0)]
    while stack:
        y, of, first = stack.pop()
        found[of] = y.data
        if sum(of) < ORDERS:
            for i, slope in enumerate(grad(y, xs)):
                if i >= first:
                    stack.append((slope, _raised(of, i), i))
    return found


def by_jvp(row: Row, point: Point) -> dict[Of, float]:
    """Those by one operand alone, by jvp of jvp of …"""
    found: dict[Of, float] = {}
    for i in range(len(point)):
        xs = [Value(x) for x in point]
        y, of = row(*xs), (0,) * len(xs)
        for _ in range(ORDERS):
            y, of = jvp(y, xs[i], 1.0), _raised(of, i)
            found[of] = y.data
    return found


def _raised(of: Of, i: int) -> Of:
    return tuple(n + (j == i) for j, n in enumerate(of))


def promised(name: str, point: Point) -> dict[Of, float]:
    """What the row states at a kink or tie, and what the page of edges promises."""
    found: dict[Of, float] = {}
    ones = [_raised((0,) * len(point), i) for i in range(len(point))]
    for kink in kinks_of(name):
        tie = len(point) > 1 and len({*point}) == len({*kink.at}) == 1 and kink.at[0] != 0.0
        if kink.at == point or tie:
            found |= dict(zip(ones, kink.partials, strict=True))
    for edge in EDGES:
        if edge.row == name and [repr(x) for x in edge.at] == [repr(x) for x in point]:
            found |= dict(zip(ones, edge.partials, strict=True))
            found[(0,) * len(point)] = edge.value
    return found


def complaints(name: str, point: Point, row: Row | None = None) -> list[str]:
    """Where the row differs from the limits, or from what it states where there are none."""
    row = row or (LISTS[name].row if name in LISTS else ops.TABLE[name])
    wanted = expected(name, point)
    found: list[str] = []
    for computed in (by_grad(row, point), by_jvp(row, point)):
        for of, number in computed.items():
            far = math.isnan(number) and all(map(math.isinf, point[1:]))  # where e^x is ahead of xⁿ
            far &= name not in LISTS
            far |= math.isnan(number) and _overflows(name, point, of)
            slack = 0.0
            if all(x == 0.0 or abs(x) > 1e-3 for x in point):
                slack = 1e-15 if name in LISTS else 1e-30
            fits = of not in wanted or agree(number, wanted[of], slack)
            if not fits and not (far and len(point) > 1):
                limit = "none" if wanted[of] is None else mp.nstr(mp.mpf(wanted[of]) * 1, 12)
                found.append(f"{name}{point}, derivative {of}: {number!r}, the limit is {limit}")
    return found


def expected(name: str, point: Point) -> dict[Of, Number | None]:
    """The limits; at kinks, ties and ends of the domain what the rule or the row says.

    At a kink a derivative of second order or more is left out where the sides differ: the row that
    is the first derivative states its own number there.
    """
    size = max(map(abs, point))
    here, there = limits(name, point), limits(name, tuple(-x if x == 0.0 else x for x in point))
    stated, wanted = promised(name, point), dict(here)
    differ = {of for of in here if _differ(here[of], there[of])}
    kink = any(sum(of) < 2 for of in differ) or any(k.at == point for k in kinks_of(name))
    numbers = {of for of, number in stated.items() if sum(of) == 1 and not math.isnan(number)}
    kink |= any(here[of] is None for of in numbers)
    for of in here:
        limit = here[of]
        if limit and _overflows(name, point, of):
            known = mp.mpf(size) ** (1 - sum(of)) * mp.mpf(10) ** -40  # by differences
            wanted[of] = limit = limit if abs(limit) > known else mp.mpf(0)
        own = name in LEFT_TO_RIGHT or not {*point} - {0.0, math.inf, -math.inf}
        if not any(of) and of not in stated and own:
            del wanted[of]  # IEEE 754 has numbers of its own there
        elif not any(of) and of not in stated and limit is None:
            wanted[of] = at_the_point(name, point)
        elif of in stated and (limit is None or kink):
            wanted[of] = None if math.isnan(stated[of]) else mp.mpf(stated[of])
        elif of in differ and sum(of) == 1:
            wanted[of] = _least(limit, there[of])
        elif sum(of) != 1 and (of in differ or (kink and (limit is None or len(point) > 1))):
            del wanted[of]
    return wanted


def _overflows(name: str, point: Point, of: Of) -> bool:
    """Whether terms of a derivative of a norm are too large, so that ∞ − ∞ is all there is."""
    size = mp.mpf(max(map(abs, point)))
    return name in NORMS and 0 < size < 1e-3 and size ** (1 - sum(of)) > mp.mpf(2) ** 1024


def _differ(x: Number | None, y: Number | None) -> bool:
    """Whether two one-sided limits are not the same, and one of them is a number."""
    return x is not None and y is not None and min(abs(x), abs(y)) < mp.inf and abs(x - y) > 1e-9


def _least(x: Number, y: Number) -> Number:
    """The number of least size between two: the subgradient, or supergradient, of least norm."""
    return mp.mpf(0) if x * y <= 0 else min(x, y, key=abs)


def agree(number: float, want: Number | None, slack: float = 0.0) -> bool:
    """Whether a double is the limit, to nine digits or a few of the smallest numbers.

    Among numbers of ordinary size the limit itself is known to 1e-40.
    """
    if want is None or math.isnan(number):
        return want is None and math.isnan(number)
    if abs(want) >= mp.mpf(2) ** 1024 or math.isinf(number):
        return bool(abs(number) > 1.79e308 and abs(want) > 1.79e308 and (number > 0) == (want > 0))
    return bool(abs(mp.mpf(number) - want) <= 1e-9 * abs(want) + max(slack, mp.mpf(2) ** -1068))


@pytest.mark.parametrize("name", PUBLIC_ROWS)
def test_a_row_at_its_edges(name: str) -> None:
    found = [said for point in points(name) for said in complaints(name, point)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", LISTS)
def test_a_function_of_lists_at_its_edges(name: str) -> None:
    found = [said for point in TRIPLES for said in complaints(name, point)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", OF_SHARES)
@pytest.mark.parametrize("point", TRIPLES, ids=str)
def test_a_function_of_shares_at_its_edges(name: str, point: Point) -> None:
    wanted = by_shares(name, point, ORDERS)

    def row(*xs: Value) -> Any:
        return OF_SHARES[name][0](list(xs))

    for computed in (by_grad(row, point), by_jvp(row, point)):
        for of, number in computed.items():
            want = wanted.get(of, mp.nan)  # none where two shares have no limit
            assert mp.isnan(want) or agree(number, want, 1e-15), (of, number, want)


@pytest.mark.parametrize("point", [*TRIPLES, (2.0, 1.0, 2.0), (3.0, 3.0, -0.0)], ids=str)
def test_the_largest_of_a_list_at_its_edges(point: Point) -> None:
    """The largest entries share the slope evenly, and it is the same all around, or stated so."""

    def row(*xs: Value) -> Any:
        return ops.max(list(xs))

    share = mp.mpf(1) / point.count(max(point))
    for computed in (by_grad(row, point), by_jvp(row, point)):
        for of, number in computed.items():
            want = mp.mpf(max(point)) if sum(of) == 0 else mp.mpf(0)
            if sum(of) == 1 and point[of.index(1)] == max(point):
                want = share
            assert agree(number, want), (of, number, want)


@pytest.mark.parametrize("x", [TINY, -TINY, 1e-310, -1e-310, 1e-300, HUGE, 1e200, 1e17])
@pytest.mark.parametrize(("name", "first"), [("lgamma", 0), ("digamma", 1)])
def test_gamma_among_the_smallest_and_largest_numbers(name: str, first: int, x: float) -> None:
    """There limits by differences take minutes: from 0 to its pole it is log 1/|x|, by far."""
    wanted = []
    for n in range(first, first + ORDERS + 1):
        if abs(x) < 1.0:
            pole = (
                -mp.log(abs(mp.mpf(x)))
                if n == 0
                else (-1) ** n * mp.factorial(n - 1) / mp.mpf(x) ** n
            )
        else:
            pole = mp.loggamma(x) if n == 0 else mp.polygamma(n - 1, x)
        wanted.append(pole)
    for computed in (by_grad(ops.TABLE[name], (x,)), by_jvp(ops.TABLE[name], (x,))):
        for of, number in computed.items():
            assert agree(number, wanted[sum(of)]), (of, number, wanted[sum(of)])


def test_all_public_rows_are_tried() -> None:
    assert {name for name in PUBLIC if ops.TABLE[name].arity == 3} == {"where"}
    assert (
        {name for name, _ in CASES} | {"where"}
        == PUBLIC
        == {name for name in REFERENCES if orders(name) == 2}
    )


FAULTS: list[tuple[str, Row, Point]] = [
    ("log", lambda z, x: ops.div(1.0, x), (-1.0,)),  # a slope outside
    ("log", lambda z, x: ops.recip(x) * ops.recip(x) * x, (inf,)),  # ∞·0
    ("asin", lambda z, x: ops.pow(ops.one_minus_square(x), -0.5), (inf,)),
    ("atan", lambda z, x: ops.div(1.0, 1.0 + x * x), (inf,)),
    ("sqrt", lambda z, x: 0.5 * ops.div(1.0, z), (-0.0,)),
    ("abs", lambda z, x: 2.0 * ops.step(x) - 1.0, (0.0,)),
    ("softplus", lambda z, x: ops.tanh(x), (1.0,)),
    ("hypot", lambda z, x, y: ops.div(x, z), (0.0, 0.0)),
    ("pow", lambda z, x, y: y * ops.pow(x, y - 1.0), (0.0, 1.0)),
]
"""Rows with another first partial, and where that is to be seen."""


@pytest.mark.parametrize(("name", "partial", "at"), FAULTS, ids=[f"{f[0]}{f[2]}" for f in FAULTS])
def test_a_planted_fault_is_seen(name: str, partial: Row, at: Point) -> None:
    assert not complaints(name, at)
    assert complaints(name, at, faulty(name, partial))


@pytest.mark.parametrize("n", range(6))
def test_a_whole_power_ends_in_zeros(n: int) -> None:
    for x in (0.0, -0.0, 2.0, -1.0):
        at = Value(x)
        y = at**n
        for k in range(1, 8):
            (y,) = grad(y, at)
            assert y.data == math.perm(n, k) * x ** max(n - k, 0), (x, k)


def test_a_polynomial_passes_its_check_at_0() -> None:
    def cubic(x: Any) -> Any:
        return ops.sum([c * x**i for i, c in enumerate((1.0, 2.0, 3.0, 4.0))])

    assert gradcheck(cubic, [0.0], order=3)


def test_zeros_keep_their_sign() -> None:
    """An odd function of −0 is −0, and so is every other one that comes to 0 from below."""
    for name in PUBLIC_ROWS:
        row = ops.TABLE[name]
        if row.arity == 1 and row.forward(-0.0) == 0.0 > row.forward(-TINY) > -1e-300:
            assert math.copysign(1.0, row.forward(-0.0)) < 0.0, name
