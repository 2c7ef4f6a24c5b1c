"""The slope of a function of one number, from differences extrapolated to step 0, with its error.

Vocabulary:

- *chords*: at a step h the right one R = (f(x+h) − f(x)) / h and the left one L. Their mean is the
  central difference, a series in h²; half their difference is a series in h, h³, h⁵, … with no
  constant, unless the function has a kink at x.
- *window*: ten steps in a row, each 0.6 of the one before, extrapolated together
  (:mod:`autograd_mini.check.extrapolation`); a *candidate* is what comes out.
- *noise*: the rounding error of one value of f.
- *trust*: noise explains the residual of the candidate. Else f has structure that the window does
  not resolve, and it is refused, whatever error it claims.

The error of a candidate is that of its extrapolation, plus what the two sides still differ by at
step 0: a kink spoils every window that sees it, so that steps shrink until they are inside of it.
Of all trusted candidates the one with the least error is taken.

Sources: C. J. F. Ridders, "Accurate computation of F′(x) and F′(x)F″(x)", Adv. Eng. Software 4
(1982), for choosing among many extrapolations by their own error; J. J. Moré and S. M. Wild,
"Estimating computational noise", SIAM J. Sci. Comput. 33 (2011), after R. W. Hamming,
"Introduction to Applied Numerical Analysis" (1971), for the noise from a table of differences.
"""

from __future__ import annotations

import math
from operator import eq, sub

from autograd_mini.check.estimate import Estimate, unsettled
from autograd_mini.check.extrapolation import NODES, RATIO, WINDOW, bases, extrapolated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Sample = tuple[float, float]
    """A value of f and the noise that is known to be in it."""

MOST_STEPS = 250
MOST_MEASUREMENTS = 6
SMALLEST = 1e-300
GOOD = 1e-6
"""An error, relative to the slopes in its window, with which the search may end."""


class Step:
    """The chords at one step size."""

    __slots__ = ("h", "left", "noise", "right", "rise")

    def __init__(self, h: float, middle: Sample, below: Sample, above: Sample) -> None:
        self.h = h
        self.right = (above[0] - middle[0]) / h
        self.left = (middle[0] - below[0]) / h
        self.rise = max(abs(above[0] - middle[0]), abs(middle[0] - below[0]))
        self.noise = max(middle[1], below[1], above[1])

    @property
    def slope(self) -> float:
        """The steeper of the two chords."""
        return max(abs(self.right), abs(self.left))


class Candidate:
    """The extrapolation of one window."""

    __slots__ = ("error", "h", "kink", "kink_error", "noise", "residual", "rise", "slope", "value")

    def __init__(self, window: Sequence[Step], coarse: bool, noise: float) -> None:
        central, sided = bases([step.h / window[0].h for step in window] if coarse else NODES)
        self.h = h = window[0].h
        self.noise = max([noise, *[step.noise for step in window]])
        means = [step.right / 2.0 + step.left / 2.0 for step in window]
        halves = [step.right / 2.0 - step.left / 2.0 for step in window]
        self.value, error, residual = extrapolated(means, h, self.noise, central)
        self.kink, self.kink_error, other = extrapolated(halves, h, self.noise, sided)
        self.error = error + max(abs(self.kink), self.kink_error)
        self.residual = max(residual, other)
        self.slope = max([step.slope for step in window])
        self.rise = max([step.rise for step in window])

    @property
    def is_good(self) -> bool:
        """Whether the error is small beside the slopes around, or the function flat."""
        return self.error <= GOOD * max(abs(self.value), self.slope) or not self.slope

    @property
    def is_kinked(self) -> bool:
        """Whether the two sides have settled to different slopes."""
        return abs(self.kink) > 3.0 * self.kink_error and not self.is_good


class Search:
    """The search for the step sizes at which f tells its slope at x.

    Args:
        f: a number to a value of the function and the noise in it; None where there is no value.
        x: the point; f has a value there.
        noise_is_known: whether f tells all of its noise; else it is measured where it matters.
    """

    __slots__ = (
        "best",
        "f",
        "floor",
        "good_at",
        "measured",
        "measured_at",
        "measurements",
        "middle",
        "noise_is_known",
        "one_sided",
        "slope",
        "steps",
        "x",
    )

    def __init__(
        self, f: Callable[[float], Sample | None], x: float, noise_is_known: bool = False
    ) -> None:
        middle = f(x)
        assert middle is not None
        self.f = f
        self.x = x
        self.noise_is_known = noise_is_known
        self.middle = middle
        self.best: Candidate | None = None
        self.steps: list[Step] = []
        self.slope = 0.0
        self.floor = 0.0
        self.measured = 0.0
        self.measured_at = math.inf
        self.good_at = 0.0
        self.measurements = 0
        self.one_sided = ""

    def estimate(self) -> Estimate:
        """The slope, its error, and why there is none where there is none."""
        self._scan()
        best = self.best
        if best is None:
            return unsettled(*self._obstacle())
        slope = max([step.slope for step in self.steps if step.h >= best.h], default=0.0)
        if not best.is_kinked:
            return Estimate(best.value, best.error, slope=slope)
        left, right = best.value - best.kink, best.value + best.kink
        reason = f"a kink: the slope is {left:.6g} on the left and {right:.6g} on the right"
        return unsettled("kink", reason, best.value, slope)

    def _scan(self) -> None:
        h, last = max(abs(self.x), 1.0) / 2.0, max(16.0 * math.ulp(self.x), SMALLEST)
        shrink = 0.5
        window: list[Step] = []
        failed = 0
        for _ in range(MOST_STEPS):
            if h < last:
                break
            step = self._step(h)
            if step is None:
                window.clear()
                h, shrink = h * shrink, max(0.7 * shrink, 0.004)
                continue
            self.steps.append(step)
            window = [*window, step][-WINDOW:]
            h *= RATIO
            if len(window) < WINDOW:
                continue
            self._consider(Candidate(window, self._is_coarse(step.h), self.floor))
            if self._is_done(window[0].h):
                break
            failed += not (self.best and self.best.is_good)
            if failed > WINDOW and h * RATIO**60 > last:
                window.clear()
                h *= max((last / h) ** (1.0 / 23.0), 1e-14)

    def _step(self, h: float) -> Step | None:
        """The chords at a step near h that keeps x − h and x + h exactly symmetric."""
        h = (abs(self.x) + h) - abs(self.x)
        below, above = self.f(self.x - h), self.f(self.x + h)
        if below is None or above is None:
            left, right = below is None, above is None
            self.one_sided = "" if left and right else "left" if left else "right"
            return None
        step = Step(h, self.middle, below, above)
        return step if step.slope < math.inf else None

    def _is_coarse(self, h: float) -> bool:
        """Whether steps of this size are rounded so much that their ratio differs from RATIO."""
        return h < abs(self.x) * 1e-5

    def _consider(self, candidate: Candidate) -> None:
        """Keep a candidate that is better than the best so far and that can be trusted."""
        is_better = self.best is None or candidate.error < self.best.error
        if is_better and self._is_trusted(candidate):
            self.best = candidate

    def _is_done(self, h: float) -> bool:
        """Whether three windows in a row were no better than a good one, or it goes on for long."""
        best = self.best
        if best is None or not best.is_good:
            return False
        self.good_at = max(self.good_at, best.h)
        return h < best.h * RATIO**2.5 or h < self.good_at * RATIO**20

    def _is_trusted(self, candidate: Candidate) -> bool:
        """Whether rounding explains the residual, so that the window hides no structure."""
        if candidate.residual <= 16.0 * candidate.noise:
            return True
        if self.noise_is_known:
            return False
        if candidate.h < self.measured_at / 1e4 and self.measurements < MOST_MEASUREMENTS:
            self.measured_at = candidate.h
            self.measurements += 1
            self._measure(candidate.h)
        return candidate.residual <= min(8.0 * self.measured, 0.01 * candidate.rise)

    def _measure(self, h: float) -> None:
        """Find the noise at both ends of a window."""
        found = [measured_noise(self.f, end, h / 100.0) for end in (self.x - h, self.x + h)]
        self.measured = max([noise for noise, _ in found])
        # Values rounded to a coarse grid look flat in between: there the noise is no illusion.
        self.floor = max([self.floor, *[noise for noise, is_grid in found if is_grid]])

    def _obstacle(self) -> tuple[str, str]:
        """Why no window could be trusted."""
        if not self.steps:
            side = f"on the {self.one_sided}" if self.one_sided else "around"
            return "undefined", f"no finite values {side} of the point at any step tried"
        first, last = self.steps[0], self.steps[-1]
        if last.rise > 0.5 * first.rise > 100.0 * last.noise:
            return "jump", f"a jump: it changes by {last.rise:.3g} within a step of {last.h:.1g}"
        return "unsettled", "no step size settles: the slope differs from scale to scale"


def measured_noise(
    f: Callable[[float], Sample | None], x: float, widest: float
) -> tuple[float, bool]:
    """The noise of f near x, and whether its values lie on a grid coarser than those of x.

    From differences of order 3 to 6 of nine values a few ulps apart, or further where most of
    them are equal.
    """
    spacing, is_grid = 8.0 * math.ulp(x), False
    row = _row(f, x, spacing)
    while 2 * sum(map(eq, row, row[1:])) >= len(row):
        spacing, is_grid = 200.0 * spacing, True
        if spacing > widest:
            return 0.0, False
        row = _row(f, x, spacing)
    if is_grid:  # past the grid's own spacing, at which its rounding would not show
        row = _row(f, x, 7.3 * spacing)
    found = 0.0
    for order in range(1, len(row)):
        row = list(map(sub, row[1:], row))
        if 3 <= order <= 6:
            # A difference of order k of independent errors varies as their variance · (2k)!/k!².
            size = math.hypot(*row) / math.sqrt(len(row) * math.comb(2 * order, order))
            found = max(found, size)
    return found, is_grid


def _row(f: Callable[[float], Sample | None], x: float, spacing: float) -> list[float]:
    samples = [f(x + k * spacing) for k in range(-4, 5)]
    return [sample[0] for sample in samples if sample is not None]
