"""Functions of a point (x, y) of the plane: its distance r from the origin, its angle.

r² over- and underflows long before r does, so where r is far from 1 the kernels work on the point
scaled by a power of two, which loses nothing, and scale the result back in one step.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Callable

    Kernel = Callable[[float, float], float]
    Terms = dict[tuple[int, int, int], int]

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


def dipole(x: float, y: float) -> float:
    """x / r², the potential of a dipole."""
    s, t = x * x, y * y
    q = s + t
    if 1e-250 < q < 1e290:
        z = x / q
        lost = sum_error(s, t, q) + product_error(x, x, s) + product_error(y, y, t)
        return z - z * (lost / q)
    return _far_dipole(x, y)


def _is_an_end(x: float, y: float) -> bool:
    """Whether the point cannot be scaled: the origin, infinity, nan."""
    return x == y == 0.0 or not (abs(x) < inf and abs(y) < inf)


def _scaled(fn: Callable[[float, float, int, float, float], float]) -> Kernel:
    """The kernel of ``fn``, which takes (x, y) / 2ᵏ, the larger of the two from 1 to 2, k, x and y.

    At the ends it is what a derivative of order 2 or more is: nan at the origin, 0 at infinity.
    """

    def kernel(x: float, y: float) -> float:
        if _is_an_end(x, y):
            return nan if x != x or y != y or x == y == 0.0 else 0.0
        k = math.frexp(max(abs(x), abs(y)))[1] - 1
        return fn(math.ldexp(x, -k), math.ldexp(y, -k), k, x, y)

    return kernel


def _times(c: Pair, x: float, n: int) -> float:
    """c·x·2ⁿ for a c near 1 and any x, rounded once where the result is subnormal."""
    digits, exponent = math.frexp(x)
    return shifted(times(c, (digits, 0.0))[0], exponent + n)


@_scaled
def hypot_dxx(u: float, v: float, k: int, x: float, y: float) -> float:
    """y² / r³."""
    r = root(plus(square(u), square(v)))
    a = over((v, 0.0), r)
    n = math.frexp(a[0])[1]
    a = scaled(a, -n)
    return shifted(over(times(a, a), r)[0], 2 * n - k)


@_scaled
def hypot_dxy(u: float, v: float, k: int, x: float, y: float) -> float:
    """−x·y / r³."""
    if abs(x) < abs(y):
        u, v, y = v, u, x
    q = plus(square(u), square(v))
    return _times(over((-u, 0.0), times(q, root(q))), y, -2 * k)


@_scaled
def _far_dipole(u: float, v: float, k: int, x: float, y: float) -> float:
    return _times(over(ONE, plus(square(u), square(v))), x, -2 * k)


@_scaled
def quadrupole(u: float, v: float, k: int, x: float, y: float) -> float:
    """(x² − y²) / r⁴, the potential of a quadrupole."""
    q = plus(square(u), square(v))
    above = times(plus((u, 0.0), (v, 0.0)), plus((u, 0.0), (-v, 0.0)))
    return shifted(over(above, times(q, q))[0], -2 * k)


@_scaled
def skew_quadrupole(u: float, v: float, k: int, x: float, y: float) -> float:
    """2·x·y / r⁴, that of a quadrupole turned by 45 degrees."""
    if abs(x) < abs(y):
        u, v, y = v, u, x
    q = plus(square(u), square(v))
    return _times(over((2.0 * u, 0.0), times(q, q)), y, -3 * k)


@cache
def hypot_derivative(a: int, b: int) -> Kernel:
    """∂ᵃ⁺ᵇ r / ∂xᵃ ∂yᵇ for a + b ≥ 2, from ∂²r/∂x² = y²/r³ (or ∂²r/∂y² = x²/r³) on.

    A sum of cᵢⱼₖ·xⁱ·yʲ/rᵏ, taken at the point scaled to r ≈ 1.
    """
    if a == b == 1:
        terms = {(1, 1, 3): -1}
    elif a >= 2:
        terms = _slopes(_slopes({(0, 2, 3): 1}, 0, a - 2), 1, b)
    else:
        terms = _slopes(_slopes({(2, 0, 3): 1}, 1, b - 2), 0, a)

    @_scaled
    def kernel(u: float, v: float, k: int, x: float, y: float) -> float:
        r = math.hypot(u, v)
        z = math.fsum([c * u**i * v**j / r**power for (i, j, power), c in terms.items()])
        return shifted(z, k * (1 - a - b))

    return kernel


def _slopes(terms: Terms, place: int, times: int) -> Terms:
    """The sum of cᵢⱼₖ·xⁱ·yʲ/rᵏ differentiated by x (place 0) or y (place 1)."""
    for _ in range(times):
        found: Terms = {}
        for (i, j, k), c in terms.items():
            step = (1, 0) if place == 0 else (0, 1)
            n = (i, j)[place]
            up = i + step[0], j + step[1], k + 2
            found[up] = found.get(up, 0) - k * c
            if n:
                down = i - step[0], j - step[1], k
                found[down] = found.get(down, 0) + n * c
        terms = found
    return terms


@cache
def multipole(n: int, skew: bool) -> Kernel:
    """The real part of 1/(x + iy)ⁿ; if skew, the imaginary part with its sign changed."""

    @_scaled
    def kernel(u: float, v: float, k: int, x: float, y: float) -> float:
        q = u * u + v * v
        real, other = 1.0, 0.0
        for _ in range(n):
            real, other = (real * u - other * v) / q, (other * u + real * v) / q
        return shifted(other if skew else real, -k * n)

    return kernel
