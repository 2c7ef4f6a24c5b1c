"""The noise of a function of one number: how far rounding puts its values off.

Vocabulary: a *sample* is a value with the noise that is known to be in it, at the least what
rounding the value itself costs. What else a function loses inside shows where it is recorded
(:mod:`autograd_mini.check.rounding`); of any other it is *measured*, from values so near to each
other that nothing but noise keeps them off a parabola. Rounding inside a function may also
make a staircase of it, exact on each stair and off by a *jump* from one to the next.

Source: J. J. Moré and S. M. Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33 (2011),
after R. W. Hamming, "Introduction to Applied Numerical Analysis" (1971), who take differences of
high order of evenly spaced values instead.
"""

from __future__ import annotations

import math
from operator import eq, mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Sample = tuple[float, float]
    """A value of f and the noise that is known to be in it."""
    Sampler = Callable[[float], Sample | None]

PLACES = (-4231, -3089, -2203, -1301, -499, 0, 613, 1423, 2111, 3301, 4001)
"""Where values are taken, in ulps of x: irregularly, or a product might round all of them alike."""


def measured_noise(f: Sampler, x: float, widest: float) -> tuple[float, bool]:
    """The noise of f near x, and whether its values lie on a grid coarser than those of x.

    It is what a parabola leaves of values side by side; they are taken further apart while most of
    them are equal.
    """
    unit, is_grid = math.ulp(x), False
    us, ys = _values(f, x, unit)
    while 2 * sum(map(eq, ys, ys[1:])) >= len(ys):
        unit, is_grid = 100.0 * unit, True
        if PLACES[-1] * unit > widest:
            return 0.0, False
        us, ys = _values(f, x, unit)
    if is_grid:  # past the grid's own spacing, at which its rounding would not show
        us, ys = _values(f, x, 7.3 * unit)
    return _scatter(us, ys), is_grid


def scatter_at(f: Sampler, x: float) -> float:
    """The noise of f in a few thousand ulps around x, 0.0 where it is too flat to show."""
    us, ys = _values(f, x, math.ulp(x))
    return 0.0 if 2 * sum(map(eq, ys, ys[1:])) >= len(ys) else _scatter(us, ys)


def _values(f: Sampler, x: float, unit: float) -> tuple[list[float], list[float]]:
    """Places and values around x, where there are any."""
    places, values = [], []
    for k in PLACES:
        sample = f(x + k * unit)
        if sample is not None:
            places.append(((x + k * unit) - x) / (4000.0 * unit))
            values.append(sample[0])
    return places, values


def _scatter(us: list[float], ys: list[float]) -> float:
    """The standard deviation of the values from their parabola."""
    if len(us) < 6:
        return 0.0
    basis: list[list[float]] = []
    for power in range(3):
        column = [u**power for u in us]
        for other in basis * 2:
            column = _without(column, other)
        size = math.hypot(*column)
        basis.append([c / size for c in column])
    for column in basis * 2:
        ys = _without(ys, column)
    return math.hypot(*ys) / math.sqrt(len(us) - 3)


def _without(ys: list[float], unit: list[float]) -> list[float]:
    """What is left of ``ys`` without its part along a unit vector."""
    along = sum(map(mul, ys, unit))
    return [y - along * u for y, u in zip(ys, unit, strict=True)]


def jump_between(f: Sampler, x: float, y: float, slope: float, steepest: float) -> float:
    """How far f jumps between two neighbouring numbers on the way from x to y; 0.0 if it does not.

    The way is halved again and again, towards what a line of that slope does not explain; what is
    left at last is a jump unless a slope of several times ``steepest`` could make it, or f moves as
    much beside it.
    """
    left, right = f(x), f(y)
    while left is not None and right is not None:
        middle = (x + y) / 2.0
        off = abs(right[0] - left[0] - slope * (y - x))
        if abs(y - x) <= 4.0 * math.ulp(x):
            is_steep = off <= 64.0 * (right[1] + steepest * math.ulp(x))
            return 0.0 if is_steep or _moves_beside(f, x, y) > off / 4.0 else off
        between = f(middle)
        if between is None:
            break
        first = abs(between[0] - left[0] - slope * (middle - x))
        if first >= abs(right[0] - between[0] - slope * (y - middle)):
            y, right = middle, between
        else:
            x, left = middle, between
    return 0.0


def _moves_beside(f: Sampler, x: float, y: float) -> float:
    """How far f moves within a few ulps on the far side of x, and on the far side of y."""
    moves = [0.0]
    for end, away in ((x, x - y), (y, y - x)):
        here = f(end)
        for times in (1.0, 4.0):
            there = f(end + times * away)
            if here and there:
                moves.append(abs(there[0] - here[0]))
    return max(moves)
