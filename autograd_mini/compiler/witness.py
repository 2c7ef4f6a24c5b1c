"""What an engine must answer for a batch of any size, at the example and near it.

Of a program without loops the running error bounds of :mod:`reference` say how far it may be off. A
program with loops is compared with straight code, which was made another way and takes no longer
for it than the loops have rounds; that code has been compared with the eager engine at the example.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.program import Program
from autograd_mini.compiler.python_tier import Straight
from autograd_mini.compiler.reference import Reference, differ, fault
from autograd_mini.compiler.trace import Point, Trace, points

NEAR = 1e-7
"""How far a program with loops may be off, times the largest number."""

LARGEST = 1e100
"""Of a chain with larger numbers nothing is asked: a long one may leave these, once moved."""


class Answers(NamedTuple):
    """What is right at some points. Of a number with an infinite bound nothing is asked.

    Attributes:
        numbers: (points, results and, if there is one, gradient).
        bounds: for each how far it may be off.
        finite: for each point whether the generated code itself must give finite numbers.
    """

    numbers: Any
    bounds: Any
    finite: Sequence[bool]


def _by_straight_code(straight: Straight, at: Sequence[Point], gradient: bool) -> Answers:
    """A number may be off by a small part of the largest of its kind, where that is usual."""
    found = [straight.answer(*point, gradient, raw=p > 0) for p, point in enumerate(at)]
    results = np.array([row for row, _ in found], dtype=float)
    slopes = np.array([slope or () for _, slope in found], dtype=float)
    numbers = np.hstack([results, slopes])
    usual = (np.abs(numbers) < LARGEST).all(axis=1)
    bounds = []
    for part in (results, slopes):
        sizes = np.where(np.isfinite(part), np.abs(part), 0.0).max(axis=1, initial=0.0)
        bounds.append(np.where(usual, NEAR * sizes, np.inf)[:, None] + np.zeros(part.shape))
    return Answers(numbers, np.hstack(bounds), [p > 0 and ok for p, ok in enumerate(usual)])


class Witness:
    """What an engine must answer.

    Attributes:
        fault: what is wrong with the program itself, or with the straight code; "" if nothing.
    """

    def __init__(self, trace: Trace, program: Program, gradient: bool) -> None:
        self.trace, self.points = trace, points(trace)
        self.gradient = gradient
        if trace.loops:
            straight = Straight(trace, gradient)
            self.fault = straight.wrong(gradient)
            self.answers = _by_straight_code(straight, self.points, gradient)
        else:
            reference = Reference(trace.recording, self.points, gradient)
            self.fault = fault(program, reference)
            roots = trace.recording.roots
            slopes, slope_bounds = reference.gradient(len(trace.theta))
            self.answers = Answers(
                np.hstack([reference.values[:, roots], slopes]),
                np.hstack([reference.value_bounds[:, roots], slope_bounds]),
                reference.finite,
            )

    def wrong(self, engine: Any, count: int) -> str:
        """What an engine has wrong at the moved points, repeated to so many examples; or ""."""
        return self._compare(engine, [1 + i % 2 for i in range(count)])

    def wrong_at_first(self, engine: Any, count: int) -> str:
        """The same at the example, where numbers that are not finite are compared too."""
        return self._compare(engine, [0] * count)

    def _columns(self, chosen: list[int]) -> list[Any]:
        """These points as a batch of examples."""
        return [
            [self.points[p].cells[k][0] if form in (int, float) else self.points[p].cells[k]
             for p in chosen]
            for k, form in enumerate(self.trace.forms)
        ]  # fmt: skip

    def _compare(self, engine: Any, chosen: list[int]) -> str:
        count = len(chosen)
        theta = engine.theta(self.points[chosen[0]].theta)
        data = engine.prepare(self._columns(chosen))
        with engine.quiet():
            if not self.gradient:
                return self._results(engine.forward(theta, data, count), chosen)
            finite = all(self.answers.finite[p] for p in chosen)
            run = engine.once if finite else engine.step
            losses, gradient = run(theta, data, count, 1.0 / count)
            if finite and not engine.finite(losses, gradient):
                return "a number that is not finite"
        if said := self._results(losses, chosen):
            return said
        with np.errstate(all="ignore"):
            exact, bound = (x[chosen, 1:].mean(axis=0) for x in self.answers[:2])
        far = differ(np.array(engine.numbers(gradient)), exact, bound)
        return "the gradient" if far.any() else ""

    def _results(self, got: Any, chosen: list[int]) -> str:
        rows, exact = np.asarray(got).reshape(len(chosen), -1), np.array(self.trace.results)
        unequal = ~np.isfinite(exact) & ~((rows == exact) | (np.isnan(rows) & np.isnan(exact)))
        far = differ(rows, *(x[chosen, : len(exact)] for x in self.answers[:2]))
        return "the results" if far.any() or (chosen[0] == 0 and unequal.any()) else ""
