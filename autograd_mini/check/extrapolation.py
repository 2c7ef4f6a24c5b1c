"""A slope from chords at ten steps: a series continued to step 0, with a bound on the error.

Vocabulary:

- *chords*: at a step h the right one R = (f(x+h) − f(x)) / h and the left one L. Their mean is the
  central difference, a series in h²; half their difference is a series in h, h³, h⁵, … with no
  constant, unless the function has a kink at x.
- *window*: ten steps in a row, each 0.6 of the one before: an irregular ratio, because with powers
  of 2 a fast oscillation could look the same at every step. A *node* is a step relative to the
  longest of its window.
- *extrapolation*: the constant of a polynomial fitted to the window. With as many terms as nodes it
  is Richardson's; with fewer (at most six here) a *residual* is left over, which shows the noise.
- *gain*: how much noise in the values the constant takes up.
- *candidate*: what comes out of a window. Its error is that of its extrapolation, plus what the two
  sides still differ by at step 0: a kink spoils every window that sees it, so that steps shrink
  until they are inside of it.

The error of an extrapolation is the last term taken in (for the terms left out), plus gain times
noise, with the quantile of Student's t for so few residuals. The number of terms with the least
error is taken.

Source: L. F. Richardson, "The deferred approach to the limit", Phil. Trans. A 226 (1927).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.check.noise import Sample

    Basis = list[tuple[list[float], float, list[float]]]

RATIO = 0.6
WINDOW = 10
TERMS = 6
NODES = tuple([RATIO**k for k in range(WINDOW)])

STUDENT = {4: 8.6, 5: 6.9, 6: 6.0, 7: 5.4, 8: 5.0, 9: 4.8}
"""The 99.9 % quantile of |t| by degrees of freedom."""


@lru_cache(maxsize=4)
def bases(nodes: tuple[float, ...]) -> tuple[Basis, Basis]:
    """The orthogonal polynomials over the steps, for the mean of the chords and the difference.

    For each polynomial its values at the steps, its value at step 0, and the weights that give its
    coefficient. The noise of a chord is as 1/h, so the weights are as h².
    """
    even, odd = range(0, 2 * TERMS, 2), [0, *range(1, 2 * TERMS - 2, 2)]
    return _orthogonal(nodes, even), _orthogonal(nodes, odd)


def _orthogonal(nodes: Sequence[float], powers: Sequence[int]) -> Basis:
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


GOOD = 1e-6
"""An error, relative to the slopes in its window, with which the search may end."""

KINKED = 10.0
"""A kink smaller than this part of the slopes must be so many times its own error."""


class Step:
    """The chords at one step size."""

    def __init__(self, h: float, middle: Sample, below: Sample, above: Sample) -> None:
        self.h = h
        self.right = (above[0] - middle[0]) / h
        self.left = (middle[0] - below[0]) / h
        self.rise = max(abs(above[0] - middle[0]), abs(middle[0] - below[0]))
        self.size = max(abs(above[0]), abs(below[0]))
        self.noise = max(middle[1], below[1], above[1])
        self.slope = max(abs(self.right), abs(self.left))


class Candidate:
    """The extrapolation of one window, whose values are off by ``noise`` at the least.

    Attributes:
        h: the longest step.
        rise, slope: how much f changes within the window, and its steepest chord.
        kink: half of what the slopes on the two sides differ by.
    """

    def __init__(self, window: Sequence[Step], is_coarse: bool, noise: float) -> None:
        self.h = h = window[0].h
        central, sided = bases(tuple([step.h / h for step in window]) if is_coarse else NODES)
        self.window = window
        self.rise = max([step.rise for step in window])
        self.slope = max([step.slope for step in window])
        self.noise = max([noise, *[step.noise for step in window]])
        means = [step.right / 2.0 + step.left / 2.0 for step in window]
        halves = [step.right / 2.0 - step.left / 2.0 for step in window]
        self.value, error, residual = extrapolated(means, h, self.noise, central)
        self.kink, self.kink_error, other = extrapolated(halves, h, self.noise, sided)
        self.error = error + max(abs(self.kink), self.kink_error)
        self.residual = max(residual, other)

    @property
    def is_good(self) -> bool:
        """Whether the error is small beside the slopes around, or the function flat."""
        return self.error <= GOOD * max(abs(self.value), self.slope) or not self.slope

    @property
    def is_kinked(self) -> bool:
        """Whether the two sides have settled to different slopes, however little they differ."""
        return abs(self.kink) > (KINKED if self.is_good else 3.0) * self.kink_error

    def allows(self, noise: float, terms: float) -> bool:
        """Whether it is small beside what f does in the window, or plain rounding.

        Of its values, or of the terms that they are sums of.
        """
        size = max([terms, *[step.size for step in self.window]])
        return noise <= max(0.01 * self.rise, 64.0 * math.ulp(size))
