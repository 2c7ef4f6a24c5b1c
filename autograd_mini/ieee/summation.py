"""Sums and weighted sums, rounded about once."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

from autograd_mini.ieee.pairs import SPLIT

if TYPE_CHECKING:
    from collections.abc import Sequence

_fsum, _ulp, _times = math.fsum, math.ulp, operator.mul
_sumprod = getattr(math, "sumprod", None)


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
