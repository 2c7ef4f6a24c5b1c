"""x to the power y, and its derivatives.

All are a factor times x^(y−n). Two things spoil the plain formulas: the rounding of y − n is
multiplied by the logarithm of x, up to 745; and x^(y−n) may over- or underflow where the product
does not.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from autograd_mini.ieee.pairs import ONE, Pair, log_of, plus, product_error, sum_error, times
from autograd_mini.ieee.polynomials import differentiated, falling, polynomial

if TYPE_CHECKING:
    from collections.abc import Callable

inf, nan = math.inf, math.nan
_pow = math.pow

LARGE = 1e308
FAR = 1e60
"""Beyond it the power of y that is largest says all."""


def pow(x: float, y: float) -> float:
    """x to the power y, as C's pow: 0 to a negative power is inf, (-8)^(1/3) is nan."""
    try:
        return _pow(x, y)
    except OverflowError:
        return -inf if x < 0.0 and _is_odd(y) else inf
    except ValueError:
        if x == 0.0:  # a negative power of zero: a pole
            return math.copysign(inf, x) if _is_odd(y) else inf
        return nan


def _is_odd(y: float) -> bool:
    return -inf < y < inf and math.fmod(y, 2.0) in (1.0, -1.0)


def pow_dx(x: float, y: float) -> float:
    """y·x^(y−1); 0 for y = 0, where x^y is 1 for every x."""
    e = y - 1.0
    if y - e == 1.0 and e + 1.0 == y != 0.0:  # y − 1 is a double, as it is for all small numbers
        p = pow(x, e)
        if 1e-290 < p < 1e300 or -1e300 < p < -1e-290:
            return y * p
    return _times_power((y, 0.0), x, y, 1.0)


def pow_dy(x: float, y: float) -> float:
    """x^y·log x; at x = 0 the limit, 0, from y = 0 on; nan for x < 0."""
    if 0.0 < x < inf:
        return _times_power(log_of(x), x, y, 0.0)
    if x == 0.0:
        return 0.0 if y >= 0.0 else -inf if y < 0.0 else nan
    return _at_infinity(x, y)


def pow_dxx(x: float, y: float) -> float:
    """y·(y−1)·x^(y−2)."""
    if not -1e100 < y < 1e100:
        return _times_power((y * y, 0.0), x, y, 2.0)
    return _times_power(times((y, 0.0), plus((y, 0.0), (-1.0, 0.0))), x, y, 2.0)


def pow_dxy(x: float, y: float) -> float:
    """x^(y−1)·(1 + y·log x)."""
    if 0.0 < x < inf:
        slope = log_of(x)
        p = y * slope[0]
        if p == 0.0 or slope[0] == 0.0:
            c = ONE
        elif -1e4 < p < 1e4:
            c = plus(ONE, times((y, 0.0), slope))
        else:  # beyond every exponent; what counts is the sign
            c = (max(-1e308, min(p, 1e308)), 0.0)
        return _times_power(c, x, y, 1.0)
    if x == 0.0:
        return 0.0 if y > 1.0 else inf if y <= 0.0 else -inf if y <= 1.0 else nan
    return _at_infinity(x, y - 1.0)


def pow_dyy(x: float, y: float) -> float:
    """x^y·(log x)²."""
    if 0.0 < x < inf:
        slope = log_of(x)
        return _times_power(times(slope, slope), x, y, 0.0)
    if x == 0.0:
        return 0.0 if y >= 0.0 else inf if y < 0.0 else nan
    return _at_infinity(x, y)


def _at_infinity(x: float, e: float) -> float:
    """xᵉ·log x for x = ∞; there is no logarithm left of 0."""
    if x != inf or e != e:
        return nan
    return inf if e >= 0.0 else 0.0


def _times_power(c: Pair, x: float, y: float, n: float) -> float:
    """c·x^(y−n), rounded about once."""
    high, low = c
    if high == 0.0:
        return 0.0
    e = y - n
    a = abs(x)
    if not (0.0 < a < inf and -inf < y < inf):
        p = -pow(x, e) if x < 0.0 and abs(y) == inf and n % 2.0 == 1.0 else pow(x, e)
        return high * p if p != 0.0 else 0.0 * p  # the power decides, also over y = ∞
    if x < 0.0:
        if y != math.floor(y):
            return nan
        if _is_odd(y) != (n % 2.0 == 1.0):
            high, low = -high, -low
    lost = sum_error(y, -n, e)
    if lost != 0.0 and abs(e * math.log(a)) < 2000.0:  # else the power is 0 or inf
        low += high * (lost * math.log(a))
    p = pow(a, e)
    if not 2.3e-308 < p < inf:
        return _in_steps(high, low, a, e)
    z = high * p
    if 1e-280 < abs(z) < 1e290 and 1e-290 < p < 1e290:
        return z + (low * p + product_error(high, p, z))
    return z + low * p if z - z == 0.0 else z


def _in_steps(high: float, low: float, a: float, e: float) -> float:
    """(high + low)·aᵉ where aᵉ over- or underflows: by its root, twice, or the root of that."""
    z = high + low
    for steps in (2, 4):
        p = pow(a, e / steps)
        if 0.0 < p < inf:
            for _ in range(steps):
                z *= p
            return z
    return z * p if p != 0.0 else math.copysign(0.0, z)


@cache
def power_derivative(n: int, m: int) -> Callable[[float, float], float]:
    """∂ⁿ⁺ᵐ x^y / ∂xⁿ ∂y^m = x^(y−n) · Σₖ C(m, k) · dᵏ(y)ₙ/dyᵏ · (log x)^(m−k).

    (y)ₙ = y·(y−1)·…·(y−n+1). At 0 and at infinity the first k whose coefficient is not 0 decides.
    """
    factors = [falling(n)]
    for _ in range(min(m, n)):
        factors.append(differentiated(factors[-1]))

    def coefficients(y: float) -> list[float]:
        if abs(y) > FAR:
            return [math.comb(m, k) * f[-1] * pow(y, n - k) for k, f in enumerate(factors)]
        plain = math.prod(y - i for i in range(n))
        others = [math.comb(m, k) * polynomial(f, y) for k, f in enumerate(factors) if k]
        return [plain, *others]

    def kernel(x: float, y: float) -> float:
        if y != y or x != x:
            return 0.0 if m == 0 and y in range(n) else nan
        if x < 0.0 and (m or (abs(y) < inf and y != math.floor(y))):
            return nan
        found = coefficients(y)
        if 0.0 < abs(x) < inf:
            total = _with_logarithms(found, x, y, m)
            if abs(total) < LARGE:
                return _times_power((total, 0.0), x, y, float(n))
            z = _times_power((math.copysign(1.0, total), 0.0), x, y, float(n))
            return math.copysign(inf, z) if z else z
        k = next((k for k, c in enumerate(found) if c), None)
        if k is None:
            return 0.0
        odd = _is_odd(y - n) if abs(y) < inf else n % 2 == 1 and x != 0.0
        z = _end(found[k], m - k, abs(x), y - n)
        return -z if math.copysign(1.0, x) < 0.0 and odd and not m else z

    return kernel


def _with_logarithms(coefficients: list[float], x: float, y: float, m: int) -> float:
    """Σ cₖ·(log x)^(m−k); far out the first term is all of it."""
    slope = log_of(x)[0] if m else 1.0
    if slope == 0.0:
        return coefficients[m] if m < len(coefficients) else 0.0
    if abs(y) > FAR:
        return coefficients[0] * pow(slope, m)
    return math.fsum([c * slope ** (m - k) for k, c in enumerate(coefficients)])


def _end(c: float, logs: int, x: float, e: float) -> float:
    """c·xᵉ·(log x)^logs for x = 0 or ∞."""
    large = x == inf
    if (e < 0.0) is large and e != 0.0:
        return 0.0
    sign = math.copysign(1.0, c) if large or logs % 2 == 0 else -math.copysign(1.0, c)
    if e == 0.0:
        return sign * inf if logs else c
    return sign * inf
