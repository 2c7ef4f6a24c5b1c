"""The tier "python" at run time: straight-line code, one example after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from autograd_mini import nested
from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import straight, straight_lines
from autograd_mini.compiler.engines import (
    Loop,
    OneByOne,
    Runner,
    each,
    load,
    refuse_outside,
    repaired,
    repaired_rows,
)
from autograd_mini.compiler.trace import Trace
from autograd_mini.compiler.update import Update


class Straight:
    """The tier "python"."""

    tier = "python"
    statements = 0

    def __init__(self, trace: Trace, parameters: int, gradient: bool) -> None:
        self.trace = trace
        self.order: Sequence[int] = range(parameters)
        counts = [len(nested.elements(form)) for form in trace.forms]
        self.source = straight.lower(trace.folded or trace.recording, parameters, counts, gradient)
        self.run = load(self.source, "step", straight.namespace())

    def prepare(self, arguments: Sequence[Any]) -> Any:
        """A list of examples, each its arguments as flat lists."""
        columns = [
            args.numbers(argument, form, name)
            for argument, form, name in zip(
                arguments, self.trace.forms, self.trace.names, strict=True
            )
        ]
        for k, cell in self.trace.limits:
            indices = [row[cell] for row in columns[k]]
            refuse_outside(self.trace, k, cell, int(min(indices)), int(max(indices)))
        rows = list(zip(*columns, strict=True)) or [()]
        for check in self.trace.checks:
            check.refuse_rows(rows)
        return rows

    def answer(
        self, theta: Any, cells: Sequence[Sequence[float]], gradient: bool, raw: bool = False
    ) -> tuple[list[float], list[float] | None]:
        """The results of one example and, if asked, its gradient; raw, as the program has them.

        ``cells`` holds for each argument its numbers, left to right.
        """
        row = [
            [int(x) if kind is int else x for x, kind in zip(given, kinds, strict=True)]
            for given, kinds in zip(cells, map(nested.elements, self.trace.forms), strict=True)
        ]
        if gradient:
            losses, found = (self.once if raw else self.step)(theta, [row], 1, 1.0)
            return [float(losses[0])], self.numbers(found)
        (results,) = self.forward(theta, [row], 1)
        return list(map(float, results if self.trace.shape is not None else [results])), None

    def wrong(self, gradient: bool) -> str:
        """What it has wrong at the recorded example; "" if nothing."""
        example = [list(map(float, nested.elements(x))) for x in self.trace.example]
        return self.trace.wrong(*self.answer(self.theta(self.trace.theta), example, gradient))

    def part(self, data: Any, start: int, stop: int) -> Any:
        """A slice."""
        return data[start:stop]

    def pick(self, data: Any, indices: Sequence[int]) -> Any:
        """One after the other."""
        return [data[i] for i in indices]

    def copies(self, data: Any, count: int) -> tuple[Any, int]:
        """The code is the same for every number of examples."""
        return data, 1

    def theta(self, numbers: Sequence[float]) -> list[float]:
        """The numbers as they are."""
        return list(numbers)

    def numbers(self, theta: Any) -> list[float]:
        """The numbers as they are."""
        return list(theta)

    def cells(self, data: Any, i: int) -> list[Sequence[float]]:
        """An example as it is."""
        return list(data[i])

    def forward(self, theta: Any, data: Any, count: int) -> list[Any]:
        """Run the code for the results alone."""
        results: list[Any] = self.run(theta, data, 1.0)[0]
        if self.trace.shape is not None and len(self.trace.results) == 1:  # a list of one result
            results = [[result] for result in results]
        return repaired_rows(self, theta, data, results)

    def once(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code."""
        losses, gradient = self.run(theta, data, weight)
        return losses, gradient

    def step(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code; what is not finite is computed again."""
        found = self.once(theta, data, count, weight)
        if math.isfinite(sum(found[0]) + sum(found[1])):
            return found
        return repaired(self, theta, data, count, weight, found)

    def each(self, theta: Any, data: Any, count: int) -> tuple[list[float], list[list[float]]]:
        """One after the other."""
        return each(self, theta, data, count)

    def mean(self, losses: Any) -> float:
        """The mean."""
        total: float = sum(losses)
        return total / len(losses)

    def quiet(self) -> AbstractContextManager[Any]:
        """Python's floats do not warn."""
        return nullcontext()

    def loop(self, *given: Any) -> Loop:
        """Step by step."""
        return self.loop_of(self, *given)

    def loop_of(self, runner: Runner, update: Update, *given: Any) -> Loop:
        """Step by step."""
        return OneByOne(runner, self._updater(update), *given)

    def _updater(self, update: Update) -> Callable[..., Any]:
        """The update as a function of floats, for one parameter after the other."""
        one = load(update.source(straight_lines.template), "update", straight.namespace())

        def run(theta: Any, gradient: list[float], states: list[Any], *settings: float) -> Any:
            columns = zip(theta, gradient, *states, strict=True)
            if not states:
                return [one(p, g, *settings) for p, g in columns], []
            new = zip(*[one(*column, *settings) for column in columns], strict=True)
            theta, *states = map(list, new)
            return theta, states

        return run
