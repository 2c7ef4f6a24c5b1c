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
        results, result_bounds: (points, results).
        gradient, gradient_bounds: (points, parameters); None without a gradient.
        finite: for each point whether the generated code itself must give finite numbers.
    """

    results: Any
    result_bounds: Any
    gradient: Any
    gradient_bounds: Any
    finite: Sequence[bool]


def _by_rows(reference: Reference, roots: list[int], parameters: int, gradient: bool) -> Answers:
    found, bounds = reference.gradient(parameters) if gradient else (None, None)
    return Answers(
        reference.values[:, roots], reference.value_bounds[:, roots], found, bounds,
        reference.finite,
    )  # fmt: skip


def _by_straight_code(straight: Straight, at: Sequence[Point], gradient: bool) -> Answers:
    found = [straight.answer(*point, gradient, raw=p > 0) for p, point in enumerate(at)]
    results = np.array([row for row, _ in found], dtype=float)
    slopes = np.array([slope for _, slope in found], dtype=float) if gradient else None
    usual = (np.abs(results) < LARGEST).all(axis=1)
    if slopes is not None:
        usual &= (np.abs(slopes) < LARGEST).all(axis=1)
    return Answers(
        results, _allowed(results, usual), slopes,
        None if slopes is None else _allowed(slopes, usual), [p > 0 and usual[p] for p in range(3)],
    )  # fmt: skip


def _allowed(numbers: Any, usual: Any) -> Any:
    """For each point a small part of its largest number; any distance where it is not usual."""
    largest = NEAR * np.where(np.isfinite(numbers), np.abs(numbers), 0.0).max(axis=1, initial=0.0)
    return np.where(usual, largest, np.inf)[:, None] + np.zeros(numbers.shape)


class Witness:
    """What an engine must answer.

    Attributes:
        fault: what is wrong with the program itself, or with the straight code; "" if nothing.
    """

    def __init__(self, trace: Trace, program: Program, parameters: int, gradient: bool) -> None:
        self.trace, self.points = trace, points(trace)
        self.gradient = gradient and trace.shape is None
        if trace.loops:
            straight = Straight(trace, parameters, gradient)
            self.fault = straight.wrong(self.gradient)
            self.answers = _by_straight_code(straight, self.points, self.gradient)
        else:
            reference = Reference(trace.recording, self.points, self.gradient)
            self.fault = fault(program, reference)
            roots = trace.recording.roots
            self.answers = _by_rows(reference, roots, parameters, self.gradient)

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
        answers, count = self.answers, len(chosen)
        theta = engine.theta(self.points[chosen[0]].theta)
        data = engine.prepare(self._columns(chosen))
        with engine.quiet():
            if not self.gradient:
                rows = np.asarray(engine.forward(theta, data, count)).reshape(count, -1)
                return self._results(rows, chosen)
            finite = all(answers.finite[p] for p in chosen)
            run = engine.once if finite else engine.step
            losses, found = run(theta, data, count, 1.0 / count)
            if finite and not engine.finite(losses, found):
                return "a number that is not finite"
        if said := self._results(np.asarray(losses).reshape(count, 1), chosen):
            return said
        got = np.array(engine.numbers(found))
        with np.errstate(all="ignore"):
            exact = answers.gradient[chosen].mean(axis=0)
            bound = answers.gradient_bounds[chosen].mean(axis=0)
        return "the gradient" if differ(got, exact, bound).any() else ""

    def _results(self, got: Any, chosen: list[int]) -> str:
        exact = np.array(self.trace.results)
        unequal = ~np.isfinite(exact) & ~((got == exact) | (np.isnan(got) & np.isnan(exact)))
        far = differ(got, self.answers.results[chosen], self.answers.result_bounds[chosen])
        return "the results" if far.any() or (chosen[0] == 0 and unequal.any()) else ""
