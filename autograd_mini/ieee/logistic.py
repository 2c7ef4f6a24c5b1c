"""The logistic function, its integral and its derivatives, right in both tails."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from autograd_mini.ieee.elementary import LN_2
from autograd_mini.ieee.pairs import (
    ONE,
    exp_of,
    expm1_of,
    minus,
    over,
    plus,
    sum_error,
    times,
    times_exp,
)
from autograd_mini.ieee.polynomials import chained, polynomial

if TYPE_CHECKING:
    from collections.abc import Callable

inf, nan = math.inf, math.nan
_exp, _log1p = math.exp, math.log1p


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x)."""
    if x < -1.0:
        e = _exp(x)
        return e - e * (e / (1.0 + e))
    e = _exp(-x)
    t = 1.0 + e
    z = 1.0 / t
    return z - z * ((e - (t - 1.0)) / t)


def softplus(x: float) -> float:
    """log(1 + e^x)."""
    if x > 0.0:
        return x + _log1p(_exp(-x))
    return _log1p(_exp(x)) if x > -40.0 else _exp(x)


def logsigmoid(x: float) -> float:
    """log(1 / (1 + e^-x))."""
    return -softplus(-x)


def sech2(x: float) -> float:
    """1 / cosh² x = tanh′ x."""
    a = abs(x)
    if a > 350.0:  # e^(-2a) alone would be subnormal
        half = 2.0 * _exp(-a)
        return half * half
    e = _exp(-2.0 * a)
    t = 134217729.0 * (1.0 + e)
    t -= t - (1.0 + e)  # 1 + e to 26 bits, so that its square is exact
    r = ((1.0 - t) + e) / t
    p = 4.0 * e / (t * t)
    return p - p * r * (2.0 - 3.0 * r)


def silu(x: float) -> float:
    """x / (1 + e^-x)."""
    if x > 40.0:
        return x
    if x < -40.0:
        return damped(x, x) if x > -inf else -0.0
    e = _exp(-x)
    t = 1.0 + e
    z = x / t
    return z - z * (((e - (t - 1.0)) if e < 1.0 else (1.0 - (t - e))) / t) or z  # −0.0 stays


def damped(c: float, x: float) -> float:
    """c·e^x for x ≤ 0; where e^x is subnormal it is not rounded before the product."""
    if x > -700.0:
        return c * _exp(x)
    digits, n = math.frexp(c)
    return times_exp((digits, 0.0), x, shift=n)


def silu_d(x: float) -> float:
    """σ(x) + x·σ(x)·σ(−x)."""
    a = abs(x)
    if not a < 800.0:
        return 1.0 if x > 0.0 else -0.0 if x < 0.0 else nan
    e = exp_of(-a)
    t = plus(ONE, e)
    square = times(t, t)
    c = plus(ONE, (x, 0.0))
    if x > 0.0:
        return over(plus(ONE, times(c, e)), square)[0]
    return times_exp(over(plus(c, e), square), x)


def silu_dd(x: float) -> float:
    """σ(x)·σ(−x)·(2 − x·tanh(x/2))."""
    a = abs(x)
    if not a < 800.0:
        return -0.0 if a > 0.0 else nan
    e = exp_of(-a)
    t = plus(ONE, e)
    tanh = over(plus(ONE, minus(e)), t)
    c = plus((2.0, 0.0), times((-a, 0.0), tanh))
    return times_exp(over(c, times(t, t)), -a)


def logaddexp(x: float, y: float) -> float:
    """log(e^x + e^y)."""
    if x == y:
        return x + LN_2
    if x < y:
        x, y = y, x
    d = y - x
    if -1.0 < x <= 0.0 and y > -650.0:  # e^x + e^y may be close to 1, and the logarithm to 0
        s, low = plus(expm1_of(x), exp_of(y))
        return _log1p(s) + low / (1.0 + s)
    e = _exp(d)
    if d < -1.0 and e != 0.0:
        e += e * sum_error(y, -x, d)
    return x + _log1p(e)


def share(x: float, y: float) -> float:
    """e^x / (e^x + e^y), the logistic function of x − y with the digits that x − y loses.

    Two equal infinities share alike, as two equal numbers do.
    """
    if x == y:
        return 0.5
    d = x - y
    if not -800.0 < d < 800.0:
        return 1.0 if d > 0.0 else 0.0 if d < 0.0 else nan
    low = sum_error(x, -y, d)
    if d > 0.0:
        return over(ONE, plus(ONE, exp_of(-d, -low)))[0]
    return times_exp(over(ONE, plus(ONE, exp_of(d, low))), d, low)


def share_d(x: float, y: float) -> float:
    """The derivative of :func:`share` by x: σ(x − y)·σ(y − x)."""
    if x == y:
        return 0.25
    if x > y:
        x, y = y, x
    d = x - y
    if not d > -800.0:
        return 0.0 if d < 0.0 else nan
    low = sum_error(x, -y, d)
    t = plus(ONE, exp_of(d, low))
    return times_exp(over(ONE, times(t, t)), d, low)


@cache
def silu_derivative(n: int) -> Callable[[float], float]:
    """dⁿ (x·σ(x)) / dxⁿ = x·σ⁽ⁿ⁾ + n·σ⁽ⁿ⁻¹⁾, for n ≥ 2; both are even or odd."""
    above, below = chained(n, 0, 1, -1), chained(n - 1, 0, 1, -1)  # σ′ = σ − σ²

    def kernel(x: float) -> float:
        a = abs(x)
        if not a < 800.0:
            return x if x != x else 0.0
        t = sigmoid(-a)
        z = -a * polynomial(above, t) + n * polynomial(below, t)
        return z if x <= 0.0 or n % 2 == 0 else -z

    return kernel
