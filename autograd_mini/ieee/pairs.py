"""Numbers to about 100 bits, each held as an unevaluated sum of two doubles.

Vocabulary: a *pair* (high, low) stands for high + low, where low is smaller than the last place of
high. Kernels use pairs where a plain formula would lose digits that its result still shows: next
to a zero, or in an exponent. exp and log are right to about 2⁻⁵⁹, so that what is made of them is
rounded about once.

Sources: the error of a sum is Knuth's and Møller's, of a product Veltkamp's and Dekker's
(T. J. Dekker, "A floating-point technique for extending the available precision", 1971); the table
of roots of two follows P. T. P. Tang, "Table-driven implementation of the exponential function",
1989.
"""

from __future__ import annotations

import math

Pair = tuple[float, float]

ONE: Pair = (1.0, 0.0)

SPLIT = 134217729.0
"""2²⁷ + 1: multiplying by it cuts a double into two halves of 26 bits."""


def sum_error(x: float, y: float, s: float) -> float:
    """x + y − s exactly, where s is x + y rounded."""
    part = s - x
    return (x - (s - part)) + (y - part)


def product_error(x: float, y: float, p: float) -> float:
    """x·y − p exactly, where p is x·y rounded; nothing may over- or underflow on the way."""
    c = SPLIT * x
    x_high = c - (c - x)
    x_low = x - x_high
    c = SPLIT * y
    y_high = c - (c - y)
    y_low = y - y_high
    return ((x_high * y_high - p) + x_high * y_low + x_low * y_high) + x_low * y_low


def plus(a: Pair, b: Pair) -> Pair:
    s = a[0] + b[0]
    low = sum_error(a[0], b[0], s) + (a[1] + b[1])
    high = s + low
    return high, low - (high - s)


def minus(a: Pair) -> Pair:
    return -a[0], -a[1]


def times(a: Pair, b: Pair) -> Pair:
    p = a[0] * b[0]
    low = product_error(a[0], b[0], p) + (a[0] * b[1] + a[1] * b[0])
    high = p + low
    return high, low - (high - p)


def over(a: Pair, b: Pair) -> Pair:
    q = a[0] / b[0]
    p = q * b[0]
    low = ((a[0] - p) - product_error(q, b[0], p) + a[1] - q * b[1]) / b[0]
    high = q + low
    return high, low - (high - q)


def root(a: Pair) -> Pair:
    """√a for a > 0."""
    r = math.sqrt(a[0])
    p = r * r
    low = ((a[0] - p) - product_error(r, r, p) + a[1]) / (2.0 * r)
    high = r + low
    return high, low - (high - r)


def square(x: float) -> Pair:
    p = x * x
    return p, product_error(x, x, p)


def scaled(a: Pair, n: int) -> Pair:
    """a·2ⁿ."""
    return math.ldexp(a[0], n), math.ldexp(a[1], n)


def _roots_of_two() -> tuple[Pair, ...]:
    """2^(j/32) for j = 0 … 31, from integers that count 2⁻¹²⁰."""
    root = 2 << 120
    for _ in range(5):
        root = math.isqrt(root << 120)
    power, found = 1 << 120, []
    for _ in range(32):
        high = power / (1 << 120)
        found.append((high, (power - int(math.ldexp(high, 120))) / (1 << 120)))
        power = power * root >> 120
    return tuple(found)


_ROOTS = _roots_of_two()

# log 2 / 32 in three parts; a whole number below 2¹⁶ times either of the first two is exact.
_STEPS = 46.16624130844683
_STEP_1, _STEP_2, _STEP_3 = 0.021660849392446835, 5.1456092446457696e-14, 9.568252300058288e-26


def exp_pair(x: float, low: float = 0.0) -> tuple[float, float, int]:
    """e^(x + low) as (high, low, n), meaning (high + low)·2ⁿ with high from 1 to 2; |x| < 1500."""
    n = round(x * _STEPS)
    r = x - n * _STEP_1
    m = -n * _STEP_2
    s = r + m
    low += sum_error(r, m, s) - n * _STEP_3
    p = 1 / 720 + s * (1 / 5040 + s * (1 / 40320))
    p = s * s * (0.5 + s * (1 / 6 + s * (1 / 24 + s * (1 / 120 + s * p))))
    high, rest = _ROOTS[n & 31]
    t = high * s
    total = high + t
    rest += (t - (total - high)) + high * (p + low + low * (s + p))
    return total, rest, n >> 5


def exp_of(x: float, low: float = 0.0) -> Pair:
    """e^(x + low) as a pair, for |x| < 600."""
    high, rest, n = exp_pair(x, low)
    return scaled((high, rest), n)


def expm1_of(x: float) -> Pair:
    """eˣ − 1 as a pair, for |x| < 600."""
    if not -0.03 < x < 0.03:
        return plus(exp_of(x), (-1.0, 0.0))
    p = 1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040 + x * (1 / 40320))))
    return plus((x, 0.0), (x * x * (0.5 + x * (1 / 6 + x * p)), 0.0))


def log_of(x: float) -> Pair:
    """log x as a pair, for a normal x > 0."""
    if 0.97 < x < 1.03:
        d = x + 1.0
        s = over((x - 1.0, 0.0), (d, sum_error(x, 1.0, d)))
        q = s[0] * s[0]
        t = s[0] * q * (2 / 3 + q * (2 / 5 + q * (2 / 7 + q * (2 / 9 + q * (2 / 11)))))
        return plus((2.0 * s[0], 2.0 * s[1]), (t, 0.0))
    y = math.log(x)
    high, rest, n = exp_pair(y)
    return y, ((math.ldexp(x, -n) - high) - rest) / high


def times_exp(c: Pair, x: float, low: float = 0.0, shift: int = 0) -> float:
    """c·e^(x + low)·2^shift for x ≤ 0, rounded once, although e^x alone may be subnormal."""
    if not x > -1500.0:
        return c[0] * 0.0 if x < 0.0 else x
    high, rest, n = exp_pair(x, low)
    return math.ldexp(times(c, (high, rest))[0], n + shift)
