"""Arithmetic, quotients, whole numbers and remainders; sums and weighted sums, rounded about once.

Of whole numbers Python's, NumPy's and C's functions agree wherever all of them have one.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

from autograd_mini.ieee.pairs import SPLIT, product_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

inf, nan = math.inf, math.nan
_fsum, _ulp, _times = math.fsum, math.ulp, operator.mul
_sumprod = getattr(math, "sumprod", None)


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


# --- whole numbers and remainders -----------------------------------------------------------------


def _whole(fn: Callable[[float], int]) -> Callable[[float], float]:
    """The whole number that ``fn`` gives, with the sign of x; at infinity x itself."""

    def kernel(x: float) -> float:
        return math.copysign(float(fn(x)), x) if -inf < x < inf else x

    return kernel


floor, ceil, trunc = _whole(math.floor), _whole(math.ceil), _whole(math.trunc)
rounded = _whole(round)  # of two nearest ones to the even one


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


# --- sums -----------------------------------------------------------------------------------------


def sum_of(*numbers: float) -> float:
    """The exact sum, rounded once."""
    try:
        return _fsum(numbers) or _zero(numbers)
    except ValueError:  # inf − inf
        return math.nan
    except OverflowError:  # on the way, perhaps not in the end
        scale = 2.0 ** (len(numbers).bit_length() + 1)
        return _fsum([x / scale for x in numbers]) * scale


def _zero(numbers: Sequence[float]) -> float:
    """The zero that IEEE 754 gives to a sum: −0.0 if every term is −0.0, else 0.0."""
    return 0.0 if any(x != 0.0 or math.copysign(1.0, x) > 0.0 for x in numbers) else -0.0


def dot(weights: Sequence[float], inputs: Sequence[float]) -> float:
    """w₁x₁ + … + wₙxₙ + b for the weights (w₁, …, wₙ, b), which end with b, and the inputs.

    The error is at most 2 units in the last place, or 4 of the largest term where terms cancel.
    The value is defined as the exact sum, rounded once, of b and the products, each rounded; the
    products' errors are bounded by half a unit of each. For n > 6, and where that bound exceeds
    both 1½ units of the result and what its own rounding leaves of 4 units of the largest term,
    the products are summed together with their errors.
    """
    terms = list(map(_times, weights, inputs))
    terms.append(weights[-1])
    try:
        total = _fsum(terms)
    except (OverflowError, ValueError):
        return _dot_in_integers(weights, inputs)
    if total - total != 0.0:
        return _dot_in_integers(weights, inputs)
    if len(terms) > 7:
        units = list(map(_ulp, terms))
        bound, last = sum(units), _ulp(total)  # twice the bound
        if bound > 3.0 * last and bound + last > 8.0 * max(units):
            return _dot_of_pairs(weights, inputs, terms)
    return total or _zero(terms)


def affine_of(*operands: float) -> float:
    """:func:`dot` of w₁, x₁, …, wₙ, xₙ, b."""
    return dot(operands[::2], operands[1::2])


def _dot_of_pairs(w: Sequence[float], x: Sequence[float], terms: list[float]) -> float:
    """The sum of b and the products, each with its error (to 2⁻⁸⁰ of the product), rounded once."""
    largest = max(map(abs, terms))
    if not (1e-200 < largest < 1e290 and max(map(abs, w)) < 1e290 > max(map(abs, x))):
        return _dot_in_integers(w, x)
    if _sumprod is not None:  # of Python 3.12, which does the same in C
        return float(_sumprod(w, [*x, 1.0]))
    w_high = [SPLIT * v - (SPLIT * v - v) for v in w]
    x_high = [SPLIT * y - (SPLIT * y - y) for y in x]
    errors = [
        (h * k - p) + h * (y - k) + (v - h) * y
        for v, h, y, k, p in zip(w, w_high, x, x_high, terms, strict=False)
    ]
    return _fsum([*terms, _fsum(errors)])


def _dot_in_integers(w: Sequence[float], x: Sequence[float]) -> float:
    """The same over the whole range of doubles, where the halves of a number may leave it."""
    pairs = [*zip(w, [*x, 1.0], strict=True)]
    odd = [p * q for p, q in pairs if not (math.isfinite(p) and math.isfinite(q))]
    if odd:
        return sum(odd)
    terms = []
    for p, q in pairs:
        (m, i), (n, j) = math.frexp(p), math.frexp(q)
        terms.append((int(m * 2.0**53) * int(n * 2.0**53), i + j - 106))
    lowest = min(exponent for _, exponent in terms)
    total = sum(digits << (exponent - lowest) for digits, exponent in terms)
    try:
        return float(total << lowest) if lowest >= 0 else total / (1 << -lowest)
    except OverflowError:
        return math.inf if total > 0 else -math.inf
