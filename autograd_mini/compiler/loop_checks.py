"""Whether a program with loops may be used.

Its straight code, made from the loops alone, is compared with the eager engine at the recorded
example, value and gradient. An array program is compared with the eager engine there too, and with
that code at two points near it (:func:`reference.points`): it was made another way, and takes no
longer for it than the loops have rounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler.python_tier import Straight
from autograd_mini.compiler.trace import Trace

TOLERANCE = 1e-10
"""Allowed at the example, times the size of what was computed: a wrong program is far off."""

NEAR = 1e-7
"""Allowed near it, times the largest number."""

SMALLEST, LARGEST = 1e-300, 1e100
"""Smaller numbers have few digits; of a chain with larger ones nothing is asked near the example.
"""


def wrong_at_example(trace: Trace, results: Sequence[float], gradient: Any) -> str:
    """What differs from the eager engine at the recorded example; "" if nothing does."""
    known = None if gradient is None else trace.derivatives
    largest = max(map(abs, trace.results))
    size = known.condition if known is not None else largest
    if not all(_near(x, y, TOLERANCE * size) for x, y in zip(results, trace.results, strict=True)):
        return "the results"
    if known is not None:
        columns = zip(gradient, known.gradient, known.sizes, strict=True)
        if not all(_near(x, y, TOLERANCE * size) for x, y, size in columns):
            return "the gradient"
    return ""


def _near(x: float, y: float, bound: float) -> bool:
    if not math.isfinite(y) or not math.isfinite(bound):
        return True if not math.isfinite(y) else math.isfinite(x)
    return abs(x - y) <= bound + SMALLEST


def wrong_straight(engine: Straight, traced: Trace, gradient: bool) -> str:
    """What straight code with loops has wrong; "" if nothing."""
    theta, data = engine.theta(traced.theta), engine.prepare([[x] for x in traced.example])
    row, found = _answer(engine, theta, data, gradient and traced.shape is None)
    return wrong_at_example(traced, row, found)


def _answer(
    engine: Any, theta: Any, data: Any, gradient: bool, raw: bool = False
) -> tuple[list[float], Any]:
    """The results of one example and, if asked, its gradient; raw, as the program has them."""
    if gradient:
        losses, found = (engine.once if raw else engine.step)(theta, data, 1, 1.0)
        return [float(losses[0])], engine.numbers(found)
    row = engine.forward(theta, data, 1)[0]
    return [float(x) for x in row] if hasattr(row, "__len__") else [float(row)], None


class Witness:
    """What an array program with loops must answer for a batch of any size."""

    def __init__(self, traced: Trace, parameters: int, gradient: bool) -> None:
        from autograd_mini.compiler import reference  # needs NumPy

        self.trace = traced
        self.gradient = gradient and traced.shape is None
        self.points = reference.points(traced)
        self.straight = Straight(traced, parameters, gradient)
        self.known: dict[int, tuple[list[float], Any]] = {}
        """By the number of a point the answer of the straight code."""

    def wrong(self, engine: Any, count: int) -> str:
        """What an engine has wrong near the example, in a batch of so many; "" if nothing."""
        return self._compare(engine, [1 + i % 2 for i in range(count)])

    def wrong_at_first(self, engine: Any, count: int) -> str:
        """The same at the example."""
        return self._compare(engine, [0] * count)

    def fault(self) -> str:
        """What is wrong with the straight code itself."""
        return wrong_straight(self.straight, self.trace, self.gradient)

    def _point(self, p: int) -> tuple[list[float], Any]:
        if p not in self.known:
            theta, columns = self.points[p]
            row = [
                [
                    int(x) if kind is int else x
                    for x, kind in zip(cells, args.leaves(form), strict=True)
                ]
                for cells, form in zip(columns, self.trace.forms, strict=True)
            ]
            self.known[p] = _answer(self.straight, theta, [row], self.gradient, p > 0)
        return self.known[p]

    def _compare(self, engine: Any, chosen: list[int]) -> str:
        count = len(chosen)
        columns = [
            [self.points[p].cells[k] if isinstance(form, tuple) else self.points[p].cells[k][0]
             for p in chosen]
            for k, form in enumerate(self.trace.forms)
        ]  # fmt: skip
        theta, data = engine.theta(self.points[chosen[0]].theta), engine.prepare(columns)
        expected = [self._point(p) for p in chosen]
        with engine.quiet():
            if not self.gradient:
                rows = engine.forward(theta, data, count)
                got = [list(x) if hasattr(x, "__len__") else [x] for x in rows]
                found = None
            else:
                run = engine.once if chosen[0] else engine.step
                losses, found = run(theta, data, count, 1.0 / count)
                got = [[x] for x in losses]
        for row, (wanted, _) in zip(got, expected, strict=True):
            if not _diverges(wanted) and _far(list(map(float, row)), wanted):
                return "the results"
        if found is None:
            return ""
        if any(_diverges(row) or _diverges(gradient) for row, gradient in expected):
            return ""
        gradients = [gradient for _, gradient in expected]
        mean = [sum(column) / count for column in zip(*gradients, strict=True)]
        return "the gradient" if _far(engine.numbers(found), mean) else ""


def _diverges(numbers: Sequence[float]) -> bool:
    """Whether a chain has left the numbers in which programs agree; a long one may, once moved."""
    return not all(abs(x) < LARGEST for x in numbers)


def _far(got: Sequence[float], wanted: Sequence[float]) -> bool:
    """Whether numbers that are finite differ by more than a small part of the largest."""
    largest = max((abs(x) for x in wanted if math.isfinite(x)), default=0.0)
    return not all(_near(x, y, NEAR * largest) for x, y in zip(got, wanted, strict=True))
