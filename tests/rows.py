"""What a row of the table states of itself, compared with its definition; no row is repeated here.

Each function gives what is wrong with the row of a name, so that planted faults show that it would
be noticed, and a row that somebody adds is held to the same.

Vocabulary: a *sample* is a point close to a kink, in some direction from it, with the value and the
gradient there, at a hundred digits by differences of the value.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mpmath import mp

from autograd_mini.check.complex_step import EXTENSIONS
from autograd_mini.rows import CALL, TABLE, Op
from tests.accuracy.references import Number, derivatives, is_helper

Point = tuple[float, ...]

NEAR, NEARER = mp.mpf(10) ** -12, mp.mpf(10) ** -24
DIRECTIONS = 12
USUAL = (-3.0, 3.0)
"""Where a row is tried whose function goes on without an obstacle."""

LEVELS = (("[+−] | [+−]", 10), (" [·/] ", 20), ("^−", 25), (r" \^ ", 30))
"""A sum is looser than a product, that than a sign, that than a power, that than a call."""


# --- the templates ---


def misbound(name: str) -> list[str]:
    """The precedence, compared with the operation that is outermost in the row's own text."""
    text = TABLE[name].text
    while (
        bare := re.sub(r"\([^()]*\)|\[[^\[\]]*\]|⌊[^⌊⌋]*⌋|⌈[^⌈⌉]*⌉|\|[^|]+\|", "", text)
    ) != text:
        text = bare
    levels = (level for pattern, level in LEVELS if re.search(pattern, text))
    level = next(levels, CALL)
    return [] if TABLE[name].precedence == level else [f"{TABLE[name].text} binds like {level}"]


def unfilled(name: str) -> list[str]:
    """Columns that are empty, or templates without a place for each operand."""
    row = TABLE[name]
    places = [f"{{{i}}}" for i in range(len(row.partials))]
    templates = (row.latex, row.text, row.array)
    found = [f"{t!r} has no place {p}" for t in templates for p in places if p not in t]
    written = row.latex.format(*"xyz")
    found += [f"{written!r} leaves a bracket open" for a, b in ("{}", "()")
              if written.count(a) != written.count(b)]  # fmt: skip
    return found + [slot for slot in ("name", "label") if not getattr(row, slot)]


# --- the domain ---


def domains(name: str) -> list[str]:
    """Where the row is not finite in its domain, or the domain narrower than it has to be."""
    row = TABLE[name]
    ticks = [
        {low + (high - low) * k / 12 for k in range(13)}
        | {float(x) for x in range(math.ceil(low), math.floor(high) + 1)}
        for low, high in row.domain
    ]
    found = [
        f"not finite at {point}, in the domain"
        for point in itertools.product(*ticks)
        if not _is_ordinary(row, point, math.inf) or _jumps_at(row, point)
    ]
    if is_helper(row):
        return found[:1]
    for i, (low, high) in enumerate(row.domain):
        is_setting = i >= len(row.domain) - len(row.defaults)
        narrow = low > USUAL[0] or high < USUAL[1]
        if narrow and not is_setting and not any(_obstacles(row, i)):
            found.append(f"the domain of operand {i} is narrow, and nothing is in the way")
    return found[:1]


def _is_ordinary(row: Op, point: Sequence[float], bound: float = 1e3) -> bool:
    z = row.forward(*point)
    numbers = [z, *[row.local(i, z, point) for i in range(len(point))]]
    return all(abs(x) < bound for x in numbers)  # False for nan


def _jumps_at(row: Op, point: Sequence[float]) -> bool:
    return bool(row.jumps and not is_helper(row) and row.boundary and row.boundary(*point))


def _obstacles(row: Op, i: int) -> Iterator[bool]:
    """Whether something is in the way at places from −3 to 3: a pole, an end, a jump, a kink."""
    middle = tuple((low + high) / 2.0 for low, high in row.domain)
    for others in (middle, *[kink.at for kink in row.kinks]):
        before = None
        for k in range(-60, 61):
            point = (*others[:i], k / 20, *others[i + 1 :])
            yield any(point == kink.at for kink in row.kinks) or _jumps_at(row, point)
            yield not _is_ordinary(row, point)
            z = row.forward(*point)
            yield before is not None and abs(z - before) > 1.0
            before = z


# --- the kinks ---


class Sample(NamedTuple):
    """A direction, and the value and the gradient close to a point in that direction."""

    direction: tuple[Number, ...]
    value: Number
    gradient: tuple[Number, ...]


def samples(name: str, at: Point, distance: Number) -> list[Sample] | None:
    """The surroundings of a point; None where a part of them is outside the domain."""
    rng = random.Random(f"{name}{at}")
    step = distance * mp.mpf(10) ** -20
    found = []
    for _ in range(DIRECTIONS):
        direction = tuple(mp.mpf(rng.choice((-1, 1)) * rng.uniform(0.2, 1.0)) for _ in at)
        center = [mp.mpf(x) + distance * d for x, d in zip(at, direction, strict=True)]
        numbers = [_value(name, center)]
        for i in range(len(at)):
            sides = [[x + sign * step * (j == i) for j, x in enumerate(center)] for sign in (1, -1)]
            numbers += [_value(name, side) for side in sides]
        if None in numbers:
            return None
        slopes = [(a - b) / (2 * step) for a, b in zip(numbers[1::2], numbers[2::2], strict=True)]
        found.append(Sample(direction, numbers[0], tuple(slopes)))
    return found


def _value(name: str, at: Sequence[Number]) -> Number:
    """The value of a row; None outside its domain."""
    found = derivatives(name, at, 0)
    return found[()].number if found else None


def _same(numbers: Sequence[Number], slack: float = 1e-9) -> bool:
    return all(abs(x - numbers[0]) <= slack * max(1, abs(numbers[0])) for x in numbers)


def stated_kinks(name: str) -> list[str]:
    """Kinks that are none or break the rule for their numbers, and whether one is not stated."""
    row = TABLE[name]
    if row.arity is None:
        return []
    found = []
    with mp.workdps(120):
        for kink in row.kinks:
            if not is_kink(name, kink.at):
                found.append(f"nothing happens at {kink.at}")
            wanted = None if is_helper(row) else by_the_rule(name, kink.at)
            if wanted is not None and not all(map(_agree, kink.partials, wanted)):
                found.append(f"at {kink.at} the rule wants {wanted}, not {kink.partials}")
        places = itertools.product(
            (0.0, 0.5, 1.0) if row.arity == 1 else (0.0, 1.0), repeat=row.arity
        )
        if not row.kinks:
            found += [f"there is a kink at {at}" for at in places if is_kink(name, at, inside=True)]
    return found


def _agree(stated: float, wanted: float) -> bool:
    return (
        stated == wanted or abs(stated - wanted) < 1e-6 or (stated != stated and wanted != wanted)
    )


def is_kink(name: str, at: Point, inside: bool = False) -> bool:
    """Whether the value, the gradient or, at a stated one, the curvature breaks at a point.

    An end of the domain and a pole are no kinks; a row may state what happens there.
    """
    near, nearer = samples(name, at, NEAR), samples(name, at, NEARER)
    if near is None or nearer is None:
        return not inside
    values = [s.value for s in near]
    if not all(_same([a.value, b.value], 1e-3) for a, b in zip(near, nearer, strict=True)):
        return not inside
    here = _value(name, list(map(mp.mpf, at)))
    if here is None:
        return not inside
    gradients = [s.gradient for s in near]
    if not _same([here, *values]):
        return True
    if not all(_same(slopes) for slopes in zip(*gradients, strict=True)):
        return True
    return not inside and not _is_curved_evenly(name, at)


def _is_curved_evenly(name: str, at: Point) -> bool:
    """Whether the gradient changes by as much on both sides, along a line."""
    rng = random.Random(name)
    direction = [mp.mpf(rng.uniform(0.2, 1.0)) for _ in at]

    def slope(t: Number) -> Number:
        above, below = (
            _value(name, [mp.mpf(x) + (t + h) * d for x, d in zip(at, direction, strict=True)])
            for h in (NEARER, -NEARER)
        )
        return (above - below) / (2 * NEARER)

    right, left = (slope(2 * NEAR) - slope(NEAR)), (slope(-NEAR) - slope(-2 * NEAR))
    return bool(abs(right - left) <= 1e-3 * max(abs(right), abs(left)))


def by_the_rule(name: str, at: Point) -> list[float] | None:
    """The partials at a kink: see :mod:`autograd_mini.rows`; None at an end of the domain."""
    near, nearer = samples(name, at, NEAR), samples(name, at, NEARER)
    here = _value(name, list(map(mp.mpf, at)))
    if near is None or nearer is None or here is None:
        return None
    gradients = [s.gradient for s in nearer]
    if _same([s.value for s in near] + [here], 1e-3):
        directed = [sum(map(_product, s.gradient, s.direction)) for s in nearer]
        products = [[sum(map(_product, g, s.direction)) for g in gradients] for s in nearer]
        slack = 1e-9 * max(abs(x) for x in directed)
        pairs = list(zip(directed, products, strict=True))
        convex = all(d >= max(others) - slack for d, others in pairs)
        concave = all(d <= min(others) + slack for d, others in pairs)
        if (convex or concave) and _same([abs(x) for g in gradients for x in g], 1e6):
            return least_norm([list(map(float, g)) for g in gradients])
    return [
        _along(name, at, i, list(slopes)) for i, slopes in enumerate(zip(*gradients, strict=True))
    ]


def _along(name: str, at: Point, i: int, slopes: list[Number]) -> float:
    """The slope along one operand where there is one; else the limit of the derivative, or nan."""
    places = [
        [mp.mpf(x) + sign * NEARER * (j == i) for j, x in enumerate(at)] for sign in (-1, 0, 1)
    ]
    below, here, above = (_value(name, place) for place in places)
    sides = [x - here for x in (below, above) if x is not None]
    if len(sides) == 2 and max(map(abs, sides)) < 1e-6 and _same([-sides[0], sides[1]], 0.0):
        slope = sides[1] / NEARER
        return float(slope) if abs(slope) < 1e9 else float(mp.sign(slope) * mp.inf)
    if _same(slopes):
        return float(slopes[0])
    signs = {mp.sign(x) for x in slopes}
    return (
        float(signs.pop() * mp.inf) if min(map(abs, slopes)) > 1e9 and len(signs) == 1 else math.nan
    )


def _product(x: Number, y: Number) -> Number:
    return x * y


def least_norm(points: list[list[float]]) -> list[float]:
    """The point of the convex hull that is nearest to 0 (Gilbert's algorithm)."""
    x = points[0]
    for _ in range(2000):
        p = min(points, key=lambda p: sum(map(_product, p, x)))
        step = [b - a for a, b in zip(x, p, strict=True)]
        length = sum(d * d for d in step)
        t = -sum(map(_product, x, step)) / length if length else 0.0
        if t <= 1e-12:
            break
        x = [a + min(t, 1.0) * d for a, d in zip(x, step, strict=True)]
    return [0.0 if abs(a) < 1e-3 else a for a in x]


# --- marks ---


def breaks(name: str) -> bool:
    """Whether a row has a kink, a choice or a jump inside its domain."""
    row = TABLE[name]
    with mp.workdps(120):
        inside = any(is_kink(name, kink.at, inside=True) for kink in row.kinks)
    return inside or row.boundary is not None


def not_analytic(name: str) -> list[str]:
    """Whether a complex step is taken through a row that is not analytic."""
    return ["not analytic"] if name in EXTENSIONS and breaks(name) else []


CHECKS: tuple[Callable[[str], list[str]], ...] = (
    unfilled,
    misbound,
    domains,
    stated_kinks,
    not_analytic,
)


def complaints(name: str) -> list[str]:
    """All that is wrong with what a row states."""
    return [f"{name}: {said}" for check in CHECKS for said in check(name)]
