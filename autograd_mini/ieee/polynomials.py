"""Polynomials with whole coefficients, from the constant term up, for derivatives of any order.

Differentiating a function again and again multiplies it by such a polynomial: of x for the bells
(Hermite's), of the function itself for σ and the cotangent, of y for powers.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def polynomial(coefficients: Sequence[int], x: float) -> float:
    """Σ cₖ xᵏ; where every second coefficient is 0, in x²."""
    if len(coefficients) > 1 and not any(coefficients[1::2]):
        return polynomial(coefficients[::2], x * x)
    if len(coefficients) > 1 and not any(coefficients[::2]):
        return x * polynomial(coefficients[1::2], x * x)
    return horner(coefficients, x)


def horner(coefficients: Sequence[float], x: float) -> float:
    """Σ cₖ xᵏ, from the highest power down."""
    total = 0.0
    for c in reversed(coefficients):
        total = total * x + c
    return total


def differentiated(coefficients: Sequence[int]) -> list[int]:
    return [k * c for k, c in enumerate(coefficients)][1:]


def product(a: Sequence[int], b: Sequence[int]) -> list[int]:
    found = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    return found


def added(a: Sequence[int], b: Sequence[int]) -> list[int]:
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    return [x + y for x, y in zip(long, [*short, *[0] * len(long)], strict=False)]


def falling(n: int) -> list[int]:
    """y·(y−1)·…·(y−n+1) as a polynomial."""
    p = [1]
    for i in range(n):
        p = product(p, [-i, 1])
    return p


@cache
def hermite(n: int, two: int = 1) -> list[int]:
    """Heₙ, or Hₙ for two = 2: h′ = two·n·h of the order before; from order 0 up."""
    before, now = [0], [1]
    for k in range(n):
        before, now = now, added([0, *[two * c for c in now]], [-two * k * c for c in before])
    return now


@cache
def chained(n: int, *slope: int) -> list[int]:
    """dⁿf/dxⁿ as a polynomial in f, where f′ is the polynomial ``slope`` in f."""
    p = [0, 1]
    for _ in range(n):
        p = product(differentiated(p), slope)
    return p
