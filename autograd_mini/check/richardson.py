"""The slope of a function of one number, from differences extrapolated to step 0, with its error.

Vocabulary: a *candidate* is the extrapolation of a window of steps
(:mod:`autograd_mini.check.extrapolation`). The *noise* is the rounding error of one value of f
(:mod:`autograd_mini.check.noise`). A candidate is *trusted* where noise explains its residual. Else
f has structure that the window does not resolve, and it is refused, whatever error it claims. Of
all trusted candidates the one with the least error is taken.

Source: C. J. F. Ridders, "Accurate computation of F′(x) and F′(x)F″(x)", Adv. Eng. Software 4
(1982), for choosing among many extrapolations by their own error.
"""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING

from autograd_mini.check.extrapolation import RATIO, WINDOW, Candidate, Step
from autograd_mini.check.noise import jump_between, measured_noise, scatter_at
from autograd_mini.check.report import Estimate, unsettled
from autograd_mini.numbers import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.check.noise import Sampler

SMALLEST = 1e-306

FINE = 1e-6
"""Jumps of this part of f, or less, are the rounding of a coarser arithmetic: single precision."""

FAR = 0.02
"""Jumps this part of x (of 1) away, or farther, are no rounding if there is a slope in between."""

MOST_MEASUREMENTS = 6


class Search:
    """The search for the step sizes at which f tells its slope at x.

    Args:
        f: a number to a value of the function and the noise in it; None where there is no value.
        x: the point; f has a value there.
        noise_is_known: whether f tells all of its noise; else it is measured where it matters.
        terms: how large the numbers are that f is known to add up.
    """

    def __init__(
        self, f: Sampler, x: float, noise_is_known: bool = False, terms: float = 0.0
    ) -> None:
        middle = f(x)
        assert middle is not None
        self.f = f
        self.x = x
        self.noise_is_known = noise_is_known
        self.terms = terms
        self.middle = middle
        self.best: Candidate | None = None
        self.refused: list[Candidate] = []
        self.steps: list[Step] = []
        self.tread: Candidate | None = None
        self.floor = 0.0
        self.measured = 0.0
        self.measured_at = math.inf
        self.measurements = 0
        self.good_at = 0.0
        self.is_stepped = False
        self.one_sided = ""

    def estimate(self) -> Estimate:
        """The slope, its error, and why there is none where there is none."""
        for h, last, most, is_sparse in self._ranges():
            if self._scan(h, last, most, is_sparse):
                break
        if not self.noise_is_known:
            self._look_for_stairs()
            self._look_for_noise()
        return self.result()

    def result(self, is_beside: bool = False) -> Estimate:
        """What was found.

        Args:
            is_beside: a kink that differences would place at x is known to be beside it. A small
                one is then no obstacle: the slope is as far off as the two sides are apart.
        """
        best = self.best
        if best is None:
            return unsettled(*self._obstacle())
        slope = max([step.slope for step in self.steps if step.h >= best.h], default=0.0)
        if self.tread:
            reason = (
                f"a staircase: the slope of its steps is {short(self.tread.value)}, "
                f"and that of the whole {short(best.value)}"
            )
            return unsettled("unsettled", reason, best.value, slope)
        if not best.is_kinked or (is_beside and best.is_good):
            return Estimate(best.value, best.error, slope=slope)
        left, right = best.value - best.kink, best.value + best.kink
        digits = 17 if short(left) == short(right) else 6
        said = f"{short(left, digits)} on the left and {short(right, digits)}"
        reason = f"a kink: the slope is {said} on the right"
        return unsettled("kink", reason, best.value, slope)

    def _ranges(self) -> list[tuple[float, float, int, bool]]:
        """Where to look for step sizes, the likeliest first: longest, shortest, how many, sparse.

        A function's scale is mostly that of 1 or that of x; where both are far apart, or x is 0,
        the long way between is searched here and there.
        """
        size = abs(self.x)
        last = max(16.0 * math.ulp(size), SMALLEST)
        if size >= 1e-3:
            return [(max(size, 1.0) / 2.0, last, 90, False)]
        near = 1e-14
        ranges = [(0.5, near, 90, False)]
        if size > near:
            return [(0.5, last, 110, False)]
        if size > last:
            ranges.append((size / 2.0, last, 90, False))
        return [*ranges, (near, max(size, last), 100, True)]

    def _scan(self, h: float, last: float, most: int, is_sparse: bool) -> bool:
        """Consider the windows from step h down to ``last``; whether the search may end."""
        shrink = 0.5
        skip = max((last / h) ** (WINDOW / most), 1e-100)
        window: list[Step] = []
        for _ in range(most):
            if h < last:
                break
            step = self._step(h)
            if step is None:
                window = []
                h, shrink = h * shrink, max(0.7 * shrink, 0.004)
                continue
            self.steps.append(step)
            window = [*window, step][-WINDOW:]
            h *= RATIO
            if len(window) < WINDOW:
                continue
            self._consider(self._candidate(window, self.floor))
            if self._is_done(window[0].h):
                return True
            if is_sparse and not self._has_good():
                window = []
                h *= skip
        return self._has_good() and self._is_clear(h)

    def _has_good(self) -> bool:
        return self.best is not None and self.best.is_good

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

    def _consider(self, candidate: Candidate) -> None:
        """Keep a candidate that is better than the best so far and that can be trusted."""
        if self.best is not None and candidate.error >= self.best.error:
            return
        if self._is_trusted(candidate):
            self.best = candidate
        else:
            self.refused.append(candidate)

    def _is_done(self, h: float) -> bool:
        """Whether three windows in a row were no better than a good one, or it goes on for long."""
        best = self.best
        if best is None or not best.is_good:
            return False
        self.good_at = max(self.good_at, best.h)
        is_late = h < best.h * RATIO**2.5 or h < self.good_at * RATIO**20
        return is_late and self._is_clear(h)

    def _is_clear(self, h: float) -> bool:
        """Whether the best slope differs from 0, or steps as short as x itself have seen none.

        A slope that is lost in f's values far from x may be seen among those that are as small as x
        is.
        """
        best = self.best
        is_seen = best is not None and best.error < 1e-4 * abs(best.value)
        return is_seen or h <= 0.1 * abs(self.x) or not self.x

    def _is_trusted(self, candidate: Candidate) -> bool:
        """Whether rounding explains the residual, so that the window hides no structure."""
        if candidate.residual <= 16.0 * candidate.noise:
            return candidate.allows(candidate.noise, self.terms)
        if self.noise_is_known:
            return False
        if candidate.h < self.measured_at / 1e4 and self.measurements < MOST_MEASUREMENTS:
            self.measured_at = candidate.h
            self.measurements += 1
            self._measure(candidate.h)
        return candidate.residual <= 8.0 * self.measured and candidate.allows(self.measured, 0.0)

    def _measure(self, h: float) -> None:
        """Find the noise at both ends of a window."""
        found = [measured_noise(self.f, end, h / 100.0) for end in (self.x - h, self.x + h)]
        self.measured = max([noise for noise, _ in found])
        # Values rounded to a coarse grid look flat in between: there the noise is no illusion.
        self.floor = max([self.floor, *[noise for noise, is_grid in found if is_grid]])

    def _look_for_noise(self) -> None:
        """Ask for the noise where the best window ends, as it may be the same at all of its steps.

        Where rounding is alike in all samples it leaves no residual, yet it puts them all off. A
        short window leaves no room in which f would show noise alone.
        """
        best = self.best
        if best is None or best.h < 1e8 * math.ulp(self.x):
            return
        noise = max([scatter_at(self.f, end) for end in (self.x - best.h, self.x + best.h)])
        if noise > best.noise:
            self.best = self._candidate(best.window, noise)

    def _look_for_stairs(self) -> None:
        """Go back to longer steps if the best ones see no more than a stair of a staircase.

        That is suspected where a much longer window left a residual small beside its rise, and
        where f jumps on either side of the best window, so that wider steps do not agree with it.
        """
        best = self.best
        if best is None or not self.refused:
            return
        far = max([old.h for old in self.refused])
        if far <= best.h:
            return
        doubtful = [old for old in self.refused if old.residual <= 1e-3 * old.rise]
        if doubtful and best.h > 1e-3 * doubtful[0].h:
            doubtful = []
        jumps = [self._jump_on_the_way(sign, best, far) for sign in (1.0, -1.0)]
        jump = max(jumps) if doubtful else min(jumps)
        if jump:
            is_coarse = jump > FINE * max([step.size for step in best.window])
            if (
                is_coarse
                and best.h > FAR * max(abs(self.x), 1.0)
                and abs(best.value) > 1e3 * best.error
            ):
                return  # a remainder, say: its jumps are its own, and far away
            self.is_stepped = True
            self.tread = best if is_coarse else None
            self.best = None
            self.floor = jump / 2.0
            for old in doubtful:
                new = self._candidate(old.window, self.floor)
                if new.residual <= 8.0 * jump and new.allows(jump, 0.0):
                    self.best = (
                        new if self.best is None else min(self.best, new, key=attrgetter("error"))
                    )

    def _jump_on_the_way(self, sign: float, best: Candidate, far: float) -> float:
        """How far f jumps where it leaves the best window to that side; 0.0 if it does not."""
        steepest = max(abs(best.value), self.steps[0].slope)
        growth = max(10.0, (far / best.h) ** (1.0 / 8.0))
        away = 3.0 * best.h
        while away < growth * far:
            end = self.x + sign * min(away, far)
            jump = jump_between(self.f, self.x, end, best.value, steepest)
            if jump:
                return jump
            away *= growth
        return 0.0

    def _candidate(self, window: Sequence[Step], noise: float) -> Candidate:
        """The extrapolation of a window; the steps that are short beside x are not exact powers."""
        return Candidate(window, window[-1].h < abs(self.x) * 1e-5, noise)

    def _obstacle(self) -> tuple[str, str]:
        """Why no window could be trusted."""
        if not self.steps:
            side = f"on the {self.one_sided}" if self.one_sided else "around"
            return "undefined", f"no finite values {side} of the point at any step tried"
        if self.is_stepped:
            return "unsettled", "a staircase: steps with jumps between them"
        last = min([step.h for step in self.steps])
        nearest = [step for step in self.steps if step.h <= 1e3 * last]
        rises = [step.rise for step in nearest]
        if len(rises) > 5 and min(rises) > max(0.8 * max(rises), 100.0 * nearest[0].noise):
            return (
                "jump",
                f"a jump: it changes by {short(rises[-1], 3)} within a step of {short(last, 1)}",
            )
        return "unsettled", "no step size settles: the slope differs from scale to scale"
