"""Arithmetic and quotients."""

from __future__ import annotations

import math

from autograd_mini.ieee.pairs import product_error

inf, nan = math.inf, math.nan


def add(x: float, y: float) -> float:
    return x + y


def sub(x: float, y: float) -> float:
    return x - y


def mul(x: float, y: float) -> float:
    return x * y


def neg(x: float) -> float:
    return -x


def div(x: float, y: float) -> float:
    """x / y: 1/0 is inf, -1/0 is -inf, 0/0 is nan."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0.0 or x != x:
            return nan
        return math.copysign(inf, x) * math.copysign(1.0, y)


def recip(x: float) -> float:
    """1 / x for x ≥ 0, where a logarithm lives: inf at both zeros, nan below."""
    if x > 0.0:
        return 1.0 / x
    return inf if x == 0.0 else nan


def over_square(x: float, y: float) -> float:
    """x / y², rounded about once, although y² alone may overflow or underflow."""
    q = y * y
    if 1e-280 < q < 1e300:
        return x / q
    (above, m), (y, n) = math.frexp(x), math.frexp(y)
    return shifted(div(above, y * y), m - 2 * n)


def over_cube(x: float, y: float) -> float:
    """x / y³, likewise."""
    (above, m), (y, n) = math.frexp(x), math.frexp(y)
    q = y * y
    p = q * y
    z = div(above, p)
    if z - z == 0.0 and p - p == 0.0:
        z -= z * ((product_error(q, y, p) + product_error(y, y, q) * y) / p)
    return shifted(z, m - 3 * n)


def shifted(x: float, n: int) -> float:
    """x · 2ⁿ, inf where that overflows."""
    try:
        return math.ldexp(x, n)
    except OverflowError:
        return math.copysign(inf, x)
