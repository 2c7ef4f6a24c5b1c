"""Functions of a point (x, y) of the plane: its distance r from the origin, its angle.

r² over- and underflows long before r does, so where r is far from 1 the kernels work on the point
scaled by a power of two, which loses nothing, and scale the result back in one step.
"""

from __future__ import annotations

import math

from autograd_mini.ieee.arithmetic import shifted
from autograd_mini.ieee.pairs import (
    ONE,
    Pair,
    over,
    plus,
    product_error,
    root,
    scaled,
    square,
    sum_error,
    times,
)

inf, nan = math.inf, math.nan


def direction(x: float, y: float) -> float:
    """x / r, the cosine of the angle; 0 at the origin (the subgradient of r of least norm)."""
    r = math.hypot(x, y)
    if 1e-290 < r < 1e300:
        return x / r
    if _is_an_end(x, y):
        if abs(x) == inf and abs(y) < inf:
            return math.copysign(1.0, x)
        return x / r if r != 0.0 else 0.0
    scale = 2.0**600 if r < 1.0 else 2.0**-600
    x, y = x * scale, y * scale
    return x / math.hypot(x, y)


def hypot_dxx(x: float, y: float) -> float:
    """y² / r³."""
    if _is_an_end(x, y):
        return _at_an_end(x, y)
    u, v, k = _scaled(x, y)
    r = root(plus(square(u), square(v)))
    a = over((v, 0.0), r)
    n = math.frexp(a[0])[1]
    a = scaled(a, -n)
    return shifted(over(times(a, a), r)[0], 2 * n - k)


def hypot_dxy(x: float, y: float) -> float:
    """−x·y / r³."""
    if _is_an_end(x, y):
        return _at_an_end(x, y)
    if abs(x) < abs(y):
        x, y = y, x
    u, v, k = _scaled(x, y)
    q = plus(square(u), square(v))
    return _times(over((-u, 0.0), times(q, root(q))), y, -2 * k)


def dipole(x: float, y: float) -> float:
    """x / r², the potential of a dipole."""
    s, t = x * x, y * y
    q = s + t
    if 1e-250 < q < 1e290:
        z = x / q
        lost = sum_error(s, t, q) + product_error(x, x, s) + product_error(y, y, t)
        return z - z * (lost / q)
    if _is_an_end(x, y):
        return _at_an_end(x, y)
    u, v, k = _scaled(x, y)
    return _times(over(ONE, plus(square(u), square(v))), x, -2 * k)


def quadrupole(x: float, y: float) -> float:
    """(x² − y²) / r⁴, the potential of a quadrupole."""
    if _is_an_end(x, y):
        return _at_an_end(x, y)
    u, v, k = _scaled(x, y)
    q = plus(square(u), square(v))
    above = times(plus((u, 0.0), (v, 0.0)), plus((u, 0.0), (-v, 0.0)))
    return shifted(over(above, times(q, q))[0], -2 * k)


def skew_quadrupole(x: float, y: float) -> float:
    """2·x·y / r⁴, that of a quadrupole turned by 45 degrees."""
    if _is_an_end(x, y):
        return _at_an_end(x, y)
    if abs(x) < abs(y):
        x, y = y, x
    u, v, k = _scaled(x, y)
    q = plus(square(u), square(v))
    return _times(over((2.0 * u, 0.0), times(q, q)), y, -3 * k)


def _is_an_end(x: float, y: float) -> bool:
    """Whether the point cannot be scaled: the origin, infinity, nan."""
    return x == y == 0.0 or not (abs(x) < inf and abs(y) < inf)


def _at_an_end(x: float, y: float) -> float:
    """A second derivative there: none at the origin, 0 at infinity."""
    return nan if x != x or y != y or x == y == 0.0 else 0.0


def _scaled(x: float, y: float) -> tuple[float, float, int]:
    """(x, y) / 2ᵏ and k, with the larger of the two between ½ and 1."""
    k = math.frexp(max(abs(x), abs(y)))[1]
    return math.ldexp(x, -k), math.ldexp(y, -k), k


def _times(c: Pair, x: float, n: int) -> float:
    """c·x·2ⁿ for a c near 1 and any x, rounded once where the result is subnormal."""
    digits, exponent = math.frexp(x)
    return shifted(times(c, (digits, 0.0))[0], exponent + n)
