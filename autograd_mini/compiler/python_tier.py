"""The tier "python" at run time: straight-line code, one example after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd_mini import nested
from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import straight, straight_lines
from autograd_mini.compiler.engines import (
    Engine,
    Loop,
    OneByOne,
    Task,
    load,
    refuse_outside,
    repaired_rows,
)
from autograd_mini.compiler.trace import Trace


class Straight(Engine):
    """The tier "python"."""

    tier = "python"
    statements = 0

    def __init__(self, trace: Trace, gradient: bool) -> None:
        self.trace = trace
        parameters = len(trace.theta)
        self.order: Sequence[int] = range(parameters)
        counts = [len(nested.elements(form)) for form in trace.forms]
        self.source = straight.lower(trace.folded or trace.recording, parameters, counts, gradient)
        self.run = load(self.source, "step", straight.namespace())

    def prepare(self, arguments: Sequence[Any]) -> Any:
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
        return data[start:stop]

    def pick(self, data: Any, indices: Sequence[int]) -> Any:
        return [data[i] for i in indices]

    def theta(self, numbers: Sequence[float]) -> list[float]:
        return list(numbers)

    def numbers(self, theta: Any) -> list[float]:
        return list(theta)

    def cells(self, data: Any, i: int) -> list[Sequence[float]]:
        return list(data[i])

    def forward(self, theta: Any, data: Any, count: int) -> list[Any]:
        results: list[Any] = self.run(theta, data, 1.0)[0]
        if self.trace.shape is not None and len(self.trace.results) == 1:  # a list of one result
            results = [[result] for result in results]
        return repaired_rows(self, theta, data, results)

    def once(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        losses, gradient = self.run(theta, data, weight)
        return losses, gradient

    def finite(self, losses: Any, gradient: Any) -> bool:
        return math.isfinite(sum(losses) + sum(gradient))

    def loop(self, task: Task) -> Loop:
        one = load(task.update.source(straight_lines.template), "update", straight.namespace())

        def change(theta: Any, gradient: list[float], states: list[Any], *settings: float) -> Any:
            columns = zip(theta, gradient, *states, strict=True)
            new = zip(*[one(*column, *settings) for column in columns], strict=True)
            theta, *states = map(list, new)
            return theta, states

        return OneByOne(task, change)
