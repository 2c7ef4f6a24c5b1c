"""The functions of Python's ``math``, made total, and two that it rounds too roughly."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from autograd_mini.ieee.arithmetic import shifted
from autograd_mini.ieee.pairs import product_error, sum_error

if TYPE_CHECKING:
    from collections.abc import Callable

inf, nan = math.inf, math.nan

_exp, _sqrt, _log, _log1p = math.exp, math.sqrt, math.log, math.log1p

LN_2 = 0.6931471805599453


def total(fn: Callable[..., float]) -> Callable[..., float]:
    """Make ``fn`` total: nan outside its domain, inf where it overflows."""

    def kernel(*numbers: float) -> float:
        try:
            return fn(*numbers)
        except ValueError:
            return nan
        except OverflowError:
            return inf

    kernel.__name__ = getattr(fn, "__name__", "kernel")
    return kernel


expm1, cosh = total(math.expm1), total(math.cosh)
sin, cos, tan = total(math.sin), total(math.cos), total(math.tan)
asin, acos = total(math.asin), total(math.acos)
atan, asinh, erf = total(math.atan), total(math.asinh), total(math.erf)
hypot, atan2, exp2 = total(math.hypot), total(math.atan2), total(math.exp2)


def sqrt(x: float) -> float:
    return _sqrt(x) if x >= 0.0 else nan


def exp(x: float) -> float:
    try:
        return _exp(x)
    except OverflowError:
        return inf


def _logarithm(fn: Callable[[float], float], pole: float) -> Callable[[float], float]:
    """A logarithm: −inf at its pole, nan to the left of it."""

    def kernel(x: float) -> float:
        if x > pole:
            return fn(x)
        return -inf if x == pole else nan

    return kernel


log, log2 = _logarithm(math.log, 0.0), _logarithm(math.log2, 0.0)
log10, log1p = _logarithm(math.log10, 0.0), _logarithm(math.log1p, -1.0)


def squared(x: float) -> float:
    return x * x


def cbrt(x: float) -> float:
    """The cube root: the C library's, mended by one step of Newton's method."""
    if x == 0.0 or not -inf < x < inf:
        return x
    m, n = math.frexp(x)
    m, n = math.ldexp(m, n % 3), n // 3
    z = math.cbrt(m)
    q = z * z
    p = q * z
    rest = (p - m) + (product_error(q, z, p) + product_error(z, z, q) * z)
    return math.ldexp(z - rest / (3.0 * q), n)


def sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def atanh(x: float) -> float:
    if -1.0 < x < 1.0:
        return math.atanh(x)
    return math.copysign(inf, x) if x == 1.0 or x == -1.0 else nan


def acosh(x: float) -> float:
    """log(x + √(x² − 1)); below 2 the argument of log1p is carried with the digits it loses."""
    if not 1.0 < x < inf:
        return 0.0 if x == 1.0 else inf if x == inf else nan
    if x > 1e9:
        return _log(x) + LN_2
    if x > 2.0:
        return _log(x + _sqrt(x * x - 1.0))
    t = x - 1.0  # exact; x² − 1 is 2t + t²
    square = t * t
    s = 2.0 * t + square
    lost = sum_error(2.0 * t, square, s) + product_error(t, t, square)
    r = _sqrt(s)
    back = r * r
    lost = ((s - back) - product_error(r, r, back) + lost) / (2.0 * r)
    u = t + r
    return _log1p(u) + (sum_error(r, t, u) + lost) / (1.0 + u)


# tanh x = x + x·g·P(g)/Q(g) with g = x² < 0.55²: the rational function that agrees with it in the
# Chebyshev points of the interval, to 2^-61.
_P0, _P1, _P2 = -0.3333333333333333, -0.020501964963793903, -0.0001993183245513845
_Q1, _Q2, _Q3 = 0.4615058948913807, 0.02329555102548231, 0.0002066839880815247


def tanh(x: float) -> float:
    """(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ); the C library's own is off by more than 2 units near 0.23."""
    if -0.55 < x < 0.55:
        g = x * x
        p = g * (_P0 + g * (_P1 + g * _P2))
        return x + x * (p / (1.0 + g * (_Q1 + g * (_Q2 + g * _Q3)))) or x  # −0.0 stays
    if x > 0.0:
        return 1.0 - 2.0 / (_exp(2.0 * x) + 1.0) if x < 20.0 else 1.0
    if x < 0.0:
        return 2.0 / (_exp(-2.0 * x) + 1.0) - 1.0 if x > -20.0 else -1.0
    return x


def cauchy(x: float) -> float:
    """1 / (1 + x²) = atan′ x, the Cauchy density without its factor; x² may overflow."""
    if -1e9 < x < 1e9:
        q = x * x
        t = 1.0 + q
        z = 1.0 / t
        return z - z * ((sum_error(1.0, q, t) + product_error(x, x, q)) / t)
    return 1.0 / x / x


def one_minus_square(x: float) -> float:
    """1 − x², without cancellation next to ±1."""
    if -0.5 < x < 0.5:
        return 1.0 - x * x
    return (1.0 - x) * (1.0 + x)


@cache
def exp2_derivative(n: int) -> Callable[[float], float]:
    """dⁿ 2ˣ / dxⁿ = 2ˣ·(log 2)ⁿ, although 2ˣ alone may over- or underflow."""
    factor = math.log(2.0) ** n

    def kernel(x: float) -> float:
        if not abs(x) < 2e4:
            return x if x != x else 0.0 if x < 0.0 else inf
        whole = math.floor(x)
        return shifted(factor * math.exp2(x - whole), whole)

    return kernel
