"""What a row's derivatives are at an edge, by nothing but the row's function at many digits.

Vocabulary: an *edge* is a point with an operand at 0, at ±1, at an end of the domain, outside, at
an infinity, among the subnormals or among the largest doubles. The *truth* there is the limit of
the derivative, which central differences of the function give along several *approaches*: from the
side that the sign of a zero names, from inside at an end of the domain, from both sides elsewhere,
along numbers that grow for an infinity; and where two operands are on their way, at several speeds.
Approaches that disagree, or that find no limit, mean that there is none.

Nothing here knows of a row's partials: only ``value`` and ``inside`` of the reference are read.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from mpmath import mp

from autograd_mini.rows import ANY, TABLE
from tests.accuracy.lists import LISTS
from tests.accuracy.references import REFERENCES, Reference

Number = Any
"""An mpf; mpmath is published without types."""

ORDERS = 4
STEP = 20
"""Differences are taken over 10⁻²⁰ of the distance to the next place where anything happens."""

PACE = 8
"""An approach looks at distances of 10⁻⁸, 10⁻¹⁶, 10⁻²⁴, 10⁻³² (or as far out)."""

SPEEDS = ((1, 1, 1), (1, 6, 3), (6, 1, 3))
"""How fast each of several operands goes, as exponents."""

APART = 0.7
"""The second of two operands goes to 0 at this times the distance of the first; to ∞ 2 ahead."""

Of = tuple[int, ...]
"""How often the function is differentiated by each operand."""


class Place(NamedTuple):
    """An operand on its way: where it is, and how far it may be moved, as a power of ten."""

    x: Number
    reach: int

    @property
    def is_ordinary(self) -> bool:
        """Whether it is no larger or smaller than usual: what is left of 0 there is 10⁻⁴⁰."""
        return bool(self.reach == 0 and abs(self.x) < 1e3)


class Outside(Exception):  # noqa: N818 (it says where, and is no fault)
    """There is no real number: the point lies outside the domain."""


def limits(name: str, point: tuple[float, ...]) -> dict[Of, Number | None]:
    """All derivatives up to the fourth, that of order 0 included; None where there is no limit.

    Where the side that the sign of a zero names lies outside, the other one counts.
    """
    other = tuple(-x if x == 0.0 else x for x in point)
    found = {**_limits(name, tuple(map(repr, other))), **_limits(name, tuple(map(repr, point)))}
    every = itertools.product(range(ORDERS + 1), repeat=len(point))
    return {of: found.get(of) for of in every if sum(of) <= ORDERS}


@cache
def _limits(name: str, written: tuple[str, ...]) -> dict[Of, Number | None]:
    point = tuple(map(float, written))  # as text 0.0 and −0.0 are not the same
    found: dict[Of, set[Any]] = {}
    for path in paths(name, point):
        seen: list[dict[Of, Number]] = []
        try:
            seen = [differences(name, places) for places in path]
        except Outside:
            continue
        for of in set.intersection(*map(set, seen)):
            found.setdefault(of, set()).add(_limit([numbers[of] for numbers in seen]))
    return {of: _agreed(numbers) for of, numbers in found.items()}


def paths(name: str, point: tuple[float, ...]) -> Iterator[list[tuple[Place, ...]]]:
    """The approaches to a point, each as a list of points on the way."""
    for choice in itertools.product(*[_ways(name, i, point) for i in range(len(point))]):
        moving = sum(way != "held" for way in choice)
        if not moving and point.count(0.0) > 1:
            continue  # smooth in each operand alone, perhaps not in both
        for speeds in SPEEDS if moving > 1 else SPEEDS[:1]:
            yield [
                _step(point, choice, [PACE * k * speed for speed in speeds]) for k in (1, 2, 3, 4)
            ]


def _step(point: tuple[float, ...], ways: tuple[str, ...], digits: list[int]) -> tuple[Place, ...]:
    """A point on the way; what is held at 0 is moved by less than what comes near."""
    places = list(map(_on_the_way, point, ways, digits, range(len(point))))
    nearest = min(place.reach for place in places)
    far = max((d for way, d in zip(ways, digits, strict=False) if way == "grows"), default=0)
    least = {0: nearest}
    return tuple(
        p._replace(reach=min(p.reach, least.get(p.x, 0)) - far) if way == "held" else p
        for p, way in zip(places, ways, strict=True)
    )


def _ways(name: str, i: int, point: tuple[float, ...]) -> list[str]:
    """How the i-th operand of a row comes to its place: held, from above, from below, growing."""
    x = point[i]
    if math.isinf(x):
        return ["grows"]
    sides = ["above", "below"]
    if x == 0.0 and math.copysign(1.0, x) < 0.0:
        sides.reverse()
    beside = [_beside(name, i, point, side) for side in sides]
    regular = _is_smooth(*beside) or beside == [None, None]  # outside, or a whole power alone
    if x == 0.0:
        named = sides[0] if beside[0] is not None or beside[1] is None else sides[1]
        return [named, "held"] if regular else [named]
    return ["held"] if regular else sides


def _is_smooth(above: dict[Of, Number] | None, below: dict[Of, Number] | None) -> bool:
    """Whether the function goes on beyond a place as it came."""
    if above is None or below is None or above.keys() != below.keys():
        return False
    return all(abs(above[of] - below[of]) <= 1e-9 * (1 + abs(above[of])) for of in above)


def _beside(name: str, i: int, point: tuple[float, ...], side: str) -> dict[Of, Number] | None:
    """The derivatives next to the i-th operand, the others being somewhere inside; None outside."""
    for signed in (True, False):
        places = []
        for x, (low, high) in zip(point, _domain(name), strict=True):
            usual = 0.5 * low + 0.25 * high + 0.3
            there = x if 1e-9 < abs(x) < 1e9 else math.copysign(usual, x) if signed else usual
            places.append(Place(mp.mpf(there), 0))
        places[i] = _on_the_way(point[i], side, 2 * PACE, 0)
        try:
            return differences(name, tuple(places))
        except Outside:
            continue
    return None


def _on_the_way(x: float, way: str, digits: int, i: int) -> Place:
    if way == "held":
        size = abs(mp.mpf(x))
        return Place(mp.mpf(x), min(0, math.floor(mp.log10(size))) if size else 0)
    if way == "grows":
        with mp.workdps(digits + 10):
            return Place(mp.sign(x) * (mp.mpf(10) ** digits + 2 * i), 0)
    with mp.workdps(700):
        size = min(0, math.floor(mp.log10(abs(mp.mpf(x))))) if x else 0
        distance = mp.mpf(10) ** (size - digits) * APART**i
        return Place(mp.mpf(x) + (distance if way == "above" else -distance), size - digits)


def differences(name: str, places: tuple[Place, ...]) -> dict[Of, Number]:
    """The function and its derivatives at a point by central differences.

    Raises:
        Outside: the function is not real there.
    """
    count = len(places)
    digits = 80
    for place in places:
        size = max(0, math.ceil(mp.log10(abs(place.x)))) if place.x else 0
        digits += ORDERS * STEP + (ORDERS + 2) * (size - place.reach) + 100
    noise = mp.mpf(10) ** -30 if all(place.is_ordinary for place in places) else 0
    with mp.workdps(digits):
        steps = [mp.mpf(10) ** (place.reach - STEP) for place in places]
        values: dict[Of, Number] = {}

        def value(halves: Of) -> Number:
            if halves not in values:
                at = [p.x + h * k / 2 for p, h, k in zip(places, steps, halves, strict=True)]
                values[halves] = _value(name, at)
            return values[halves]

        found = {}
        for of in itertools.product(range(ORDERS + 1), repeat=count):
            if sum(of) > ORDERS:
                continue
            total = mp.mpf(0)
            try:
                for ks in itertools.product(*[range(n + 1) for n in of]):
                    signs = [(-1) ** k * math.comb(n, k) for n, k in zip(of, ks, strict=True)]
                    halves = tuple(n - 2 * k for n, k in zip(of, ks, strict=True))
                    total += math.prod(signs) * value(halves)
            except Outside:
                if not any(of):
                    raise
                continue
            found[of] = total / mp.fprod(h**n for h, n in zip(steps, of, strict=True))
        return {of: x if abs(x) > noise else mp.mpf(0) for of, x in found.items()}


def at_the_point(name: str, point: tuple[float, ...]) -> Number | None:
    """The function's own number, at a jump say; None outside and at infinity."""
    with mp.workdps(60):
        try:
            return _value(name, [mp.mpf(x) for x in point])
        except Outside:
            return None


def _reference(name: str) -> Reference:
    return LISTS[name].reference if name in LISTS else REFERENCES[name]


def _domain(name: str) -> tuple[tuple[float, float], ...]:
    return (ANY,) * 3 if name in LISTS else TABLE[name].domain


def _value(name: str, at: list[Number]) -> Number:
    reference = _reference(name)
    if not reference.inside(*at):
        raise Outside
    try:
        found = mp.mpmathify(reference.value(*at))
    except (ZeroDivisionError, ValueError, TypeError) as error:
        raise Outside from error
    if not isinstance(found, mp.mpf) or not mp.isfinite(found):
        raise Outside
    return found


def _limit(numbers: list[Number]) -> Number | None:
    """Where four numbers on the way go: to a number, to an infinity, or nowhere (None)."""
    sizes = [abs(x) for x in numbers]
    gaps = [abs(y - x) for x, y in itertools.pairwise(numbers)]
    if max(gaps) <= 1e-15 * sizes[0]:
        return numbers[-1]
    if max(sizes) < NOTHING or all(y < 1e-3 * x for x, y in itertools.pairwise(sizes[1:])):
        return mp.mpf(0)
    if gaps[1] <= 1e-3 * gaps[0] and gaps[2] <= 1e-3 * gaps[1]:
        return numbers[-1]
    signs = {mp.sign(x) for x in numbers[1:]}
    if gaps[2] > 0.3 * gaps[1] > 0.09 * gaps[0] and sorted(sizes) == sizes and len(signs) == 1:
        return signs.pop() * mp.inf
    return None


def _agreed(found: set[Any]) -> Number | None:
    """The limit on which all approaches agree."""
    if not found or None in found:
        return None
    one, *others = found
    if all(x == one or abs(x - one) <= 1e-9 * abs(one) < mp.inf for x in others):
        return one
    if all(abs(x) < 1e-9 for x in found):
        return mp.mpf(0)
    return None


NOTHING = mp.mpf(10) ** -150
