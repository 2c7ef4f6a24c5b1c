"""A window of chords and its extrapolation: a candidate for the slope, with its error.

Vocabulary:

- *chords*: at a step h the right one R = (f(x+h) − f(x)) / h and the left one L. Their mean is the
  central difference, a series in h²; half their difference is a series in h, h³, h⁵, … with no
  constant, unless the function has a kink at x.
- *window*: ten steps in a row, each 0.6 of the one before, extrapolated together
  (:mod:`autograd_mini.check.extrapolation`); a *candidate* is what comes out.

The error of a candidate is that of its extrapolation, plus what the two sides still differ by at
step 0: a kink spoils every window that sees it, so that steps shrink until they are inside of it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini.check.extrapolation import NODES, bases, extrapolated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.check.noise import Sample

GOOD = 1e-6
"""An error, relative to the slopes in its window, with which the search may end."""

KINKED = 10.0
"""A kink smaller than this part of the slopes must be so many times its own error."""


class Step:
    """The chords at one step size."""

    __slots__ = ("h", "left", "noise", "right", "rise", "size")

    def __init__(self, h: float, middle: Sample, below: Sample, above: Sample) -> None:
        self.h = h
        self.right = (above[0] - middle[0]) / h
        self.left = (middle[0] - below[0]) / h
        self.rise = max(abs(above[0] - middle[0]), abs(middle[0] - below[0]))
        self.size = max(abs(above[0]), abs(below[0]))
        self.noise = max(middle[1], below[1], above[1])

    @property
    def slope(self) -> float:
        """The steeper of the two chords."""
        return max(abs(self.right), abs(self.left))


class Candidate:
    """The extrapolation of one window, whose values are off by ``noise`` at the least."""

    __slots__ = ("error", "kink", "kink_error", "noise", "residual", "value", "window")

    def __init__(self, window: Sequence[Step], is_coarse: bool, noise: float) -> None:
        h = window[0].h
        central, sided = bases([step.h / h for step in window] if is_coarse else NODES)
        self.window = window
        self.noise = max([noise, *[step.noise for step in window]])
        means = [step.right / 2.0 + step.left / 2.0 for step in window]
        halves = [step.right / 2.0 - step.left / 2.0 for step in window]
        self.value, error, residual = extrapolated(means, h, self.noise, central)
        self.kink, self.kink_error, other = extrapolated(halves, h, self.noise, sided)
        self.error = error + max(abs(self.kink), self.kink_error)
        self.residual = max(residual, other)

    @property
    def h(self) -> float:
        """The longest step."""
        return self.window[0].h

    @property
    def rise(self) -> float:
        """How much f changes within the window."""
        return max([step.rise for step in self.window])

    @property
    def slope(self) -> float:
        """The steepest chord in the window."""
        return max([step.slope for step in self.window])

    @property
    def is_good(self) -> bool:
        """Whether the error is small beside the slopes around, or the function flat."""
        slope = self.slope
        return self.error <= GOOD * max(abs(self.value), slope) or not slope

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
