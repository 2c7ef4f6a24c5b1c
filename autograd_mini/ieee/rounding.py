"""Whole numbers and remainders: Python's, NumPy's and C's agree wherever all of them have one."""

from __future__ import annotations

import math

inf, nan = math.inf, math.nan


def floor(x: float) -> float:
    """The largest whole number that is not above x."""
    return math.copysign(float(math.floor(x)), x) if -inf < x < inf else x


def ceil(x: float) -> float:
    """The smallest whole number that is not below x."""
    return math.copysign(float(math.ceil(x)), x) if -inf < x < inf else x


def rounded(x: float) -> float:
    """The nearest whole number, of two the even one."""
    return math.copysign(float(round(x)), x) if -inf < x < inf else x


def trunc(x: float) -> float:
    """The whole number next to x on the side of 0."""
    return math.copysign(float(math.trunc(x)), x) if -inf < x < inf else x


def mod(x: float, y: float) -> float:
    """x − y·⌊x/y⌋ with the sign of y, as Python's %."""
    return x % y if y != 0.0 and abs(x) < inf else nan


def floordiv(x: float, y: float) -> float:
    """⌊x/y⌋, as Python's //; a pole at y = 0."""
    if y != 0.0:
        return x // y
    return nan if x == 0.0 or x != x else math.copysign(inf, x) * math.copysign(1.0, y)


def mod_dy(x: float, y: float) -> float:
    """−⌊x/y⌋; nan at its jumps, the multiples of y."""
    rest = mod(x, y)
    return -floordiv(x, y) if rest == rest and rest != 0.0 else nan


def fmod(x: float, y: float) -> float:
    """x − y·trunc(x/y) with the sign of x, as C's fmod."""
    return math.fmod(x, y) if y != 0.0 and abs(x) < inf and y == y else nan


def fmod_dy(x: float, y: float) -> float:
    """−trunc(x/y); nan at its jumps, the multiples of y but for 0."""
    rest = fmod(x, y)
    if rest != rest or (rest == 0.0 != x):
        return nan
    if abs(x) < abs(y):
        return 0.0
    return math.copysign(floordiv(abs(x), abs(y)), -x) * math.copysign(1.0, y)


def copysign(x: float, y: float) -> float:
    """|x| with the sign of y, of a zero too; nan for nan."""
    return math.copysign(x, y) if y == y else nan
