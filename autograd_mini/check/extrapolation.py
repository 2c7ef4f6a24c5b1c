"""A series continued to step 0 from its values at ten steps, with a bound on the error.

Vocabulary:

- *node*: a step relative to the longest of its window; the nodes are 1, 0.6, 0.36, … An irregular
  ratio, because with powers of 2 a fast oscillation could look the same at every step.
- *extrapolation*: the constant of a polynomial fitted to the window. With as many terms as nodes it
  is Richardson's; with fewer (at most six here) a *residual* is left over, which shows the noise.
- *gain*: how much noise in the values the constant takes up.

The error is the last term taken in (for the terms left out), plus gain times noise, with the
quantile of Student's t for so few residuals. The number of terms with the least error is taken.

Source: L. F. Richardson, "The deferred approach to the limit", Phil. Trans. A 226 (1927).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Basis = list[tuple[list[float], float, list[float]]]

RATIO = 0.6
WINDOW = 10
TERMS = 6
NODES = [RATIO**k for k in range(WINDOW)]

STUDENT = {4: 8.6, 5: 6.9, 6: 6.0, 7: 5.4, 8: 5.0, 9: 4.8}
"""The 99.9 % quantile of |t| by degrees of freedom."""

_bases: list[tuple[Basis, Basis]] = []


def bases(nodes: list[float]) -> tuple[Basis, Basis]:
    """The orthogonal polynomials over the steps, for the mean of the chords and the difference.

    For each polynomial its values at the steps, its value at step 0, and the weights that give its
    coefficient. The noise of a chord is as 1/h, so the weights are as h².
    """
    if nodes is NODES and _bases:
        return _bases[0]
    even = _orthogonal(nodes, [2 * m for m in range(TERMS)])
    odd = _orthogonal(nodes, [0, *range(1, 2 * TERMS - 2, 2)])
    if nodes is NODES:
        _bases.append((even, odd))
    return even, odd


def _orthogonal(nodes: list[float], powers: list[int]) -> Basis:
    basis: Basis = []
    for power in powers:
        values, at_zero = [t**power for t in nodes], float(power == 0)
        for _ in range(3):  # once would leave rounding errors
            for other, other_at_zero, weights in basis:
                share = _dot(weights, values)
                values = [v - share * o for v, o in zip(values, other, strict=True)]
                at_zero -= share * other_at_zero
        size = math.hypot(*[t * v for t, v in zip(nodes, values, strict=True)])
        values = [v / size for v in values]
        weights = [t * t * v for t, v in zip(nodes, values, strict=True)]
        basis.append((values, at_zero / size, weights))
    return basis


def extrapolated(
    ys: list[float], h: float, noise: float, basis: Basis
) -> tuple[float, float, float]:
    """The constant of the fitted polynomial, its error, and the residual, for the best degree."""
    best = (math.nan, math.inf, math.inf)
    value = gain = 0.0
    for terms, (values, at_zero, weights) in enumerate(basis, 1):
        share = _dot(weights, ys)
        ys = [y - share * v for y, v in zip(ys, values, strict=True)]
        value += share * at_zero
        gain = math.hypot(gain, at_zero)
        spare = WINDOW - terms
        left = math.hypot(*[RATIO**k * y * h for k, y in enumerate(ys)])
        residual = left / math.sqrt(spare)
        last = abs(share * at_zero) if terms > 1 else math.inf if residual else 0.0
        error = last + max(STUDENT[spare] * residual, 3.0 * noise) * gain / h
        if error < best[1]:
            best = (value, error, residual)
    return best


def _dot(xs: list[float], ys: list[float]) -> float:
    return sum([x * y for x, y in zip(xs, ys, strict=True)])
