"""The tier "numpy" at run time: the generated source, and in training the bound program."""

from __future__ import annotations

import math
import weakref
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler.engines import (
    ArrayProgramError,
    Batched,
    Loop,
    Runner,
    Trained,
    cost,
    each,
    load,
    refuse_outside,
    repaired,
    repaired_rows,
)
from autograd_mini.compiler.trace import Trace, source_names
from autograd_mini.compiler.update import Update

KEPT = 7
"""So many programs that were bound last are kept beside a new one."""


def checked(trace: Trace, arguments: Sequence[Any]) -> list[Any]:
    """Each argument as an array with one axis more than an example's; its indices are in range."""
    import numpy as np

    arrays = []
    for k, (argument, form) in enumerate(zip(arguments, trace.forms, strict=True)):
        shape = args.shape_of(form)
        if shape is None:
            rows = args.numbers(argument, form, trace.names[k])
            arrays.append(np.array(rows, dtype=float))
        else:
            arrays.append(np.asarray(argument).reshape(len(argument), *shape))
    for k, cell in trace.limits:
        column = arrays[k].reshape(len(arrays[k]), -1)[:, cell]
        refuse_outside(trace, k, cell, int(column.min()), int(column.max()))
    for check in trace.checks:
        check.refuse_arrays(arrays)
    return arrays


class Grouped:
    """The tier "numpy"."""

    tier = "numpy"

    def __init__(self, trace: Trace, parameters: int, gradient: bool) -> None:
        import numpy as np

        from autograd_mini.compiler import bound, calls, numpy_rows, pipeline

        self.np, self.binding, self.calls = np, bound, calls
        self.trace = trace
        self.parameters = parameters
        self.library = numpy_rows.library()
        made = pipeline.run(trace, source_names(trace.forms, trace.names), gradient)
        self.source, _, self.given, self.batched = made[:4]
        self.order: Sequence[int] = made.order
        self.places = np.array(made.order, dtype=int)
        self.statements = made.statements
        name = "step" if gradient else "forward"
        self.run = load(self.source, name, {**self.library, **made.constants})
        self.program = self.grouped = made.program
        self.loops = any(array.kind == "loop" for array in made.program.arrays)
        self.zeros = np.zeros(len(self.order))
        self.bound: dict[Any, Any] = {}
        """For θ, a size and a weight: how often they came, or the program bound to them."""

    def prepare(self, arguments: Sequence[Any]) -> Any:
        """The arrays that the source reads, in its order."""
        np = self.np
        arrays = checked(self.trace, arguments)
        return [
            np.ascontiguousarray(arrays[k], dtype=np.intp if kind == "index" else np.float64)
            for kind, k in self.given
        ]

    def part(self, data: Any, start: int, stop: int) -> Any:
        """A view."""
        return [array[start:stop] for array in data]

    def pick(self, data: Any, indices: Sequence[int]) -> Any:
        """A copy."""
        return [array[list(indices)] for array in data]

    def copies(self, data: Any, count: int) -> tuple[Any, int]:
        """The code is the same for every number of examples."""
        return data, 1

    def theta(self, numbers: Sequence[float]) -> Any:
        """An array, in the order of the layout."""
        return self.np.array(numbers, dtype=float)[self.places]

    def numbers(self, theta: Any) -> list[float]:
        """Out of the layout's order."""
        placed = self.np.zeros(self.parameters)
        placed[self.places] = theta
        found: list[float] = placed.tolist()
        return found

    def forward(self, theta: Any, data: Any, count: int) -> Any:
        """Run the code; an array of one or two axes."""
        np = self.np
        try:
            outputs = self.run(theta, *data)
        except Exception as fault:
            raise ArrayProgramError(f"{type(fault).__name__}: {fault}") from fault
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        columns = []
        for output, batched in zip(outputs, self.batched, strict=True):
            rows = output if batched else np.broadcast_to(output, (count, *np.shape(output)))
            columns.append(rows.reshape(count, -1))
        rows = columns[0][:, 0] if self.trace.shape is None else np.concatenate(columns, axis=1)
        if np.isfinite(rows).all():
            return rows
        return np.array(repaired_rows(self, theta, data, rows.tolist()))

    def step(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code; what is not finite is computed again."""
        found = self.once(theta, data, count, weight)
        if self.finite(*found):
            return found
        losses, gradient = repaired(self, theta, data, count, weight, found)
        return self.np.array(losses), gradient

    def finite(self, losses: Any, gradient: Any) -> bool:
        """Whether all numbers are; a product with 0 is nan where one is not."""
        total = float(self.np.add.reduce(losses)) + float(gradient.dot(self.zeros))
        return math.isfinite(total)

    def cells(self, data: Any, i: int) -> list[Sequence[float]]:
        """Out of the arrays that are read."""
        found: list[Sequence[float]] = [()] * len(self.trace.forms)
        for (_, k), array in zip(self.given, data, strict=True):
            found[k] = array[i].ravel().tolist()
        return found

    def once(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code; what does not depend on the example counts for each.

        Where the same θ comes again, as in training, the program is bound to it (:mod:`bound`);
        then the results lie in buffers, and hold until the next step.
        """
        try:
            bound = self._bound(theta, data, count, weight)
            if bound is None:
                losses, gradient = self.run(theta, *data, self.np.full(count, weight))
            else:
                losses, gradient = bound(*data)
        except Exception as fault:
            raise ArrayProgramError(f"{type(fault).__name__}: {fault}") from fault
        return losses if self.batched[0] else self.np.broadcast_to(losses, (count,)), gradient

    def _bound(self, theta: Any, data: Any, count: int, weight: float) -> Any:
        """The program bound to this θ, if it has come before and its results are the same."""
        if self.loops:
            return None
        key = id(theta), count, weight
        known, step = self.bound.get(key, (None, None))
        if known is None or known() is not theta:
            self.bound = dict(list(self.bound.items())[-KEPT:])
            self.bound[key] = weakref.ref(theta), None
        elif step is None:
            step = self.binding.bind(self.program, theta, count, weight)
            plain = self.run(theta, *data, self.np.full(count, weight))
            if not self._same(step(*data), plain):
                step = False
            self.bound[key] = known, step
        return step or None

    def _same(self, one: Sequence[Any], other: Sequence[Any]) -> bool:
        """Whether two results of a step are equal but for the order of sums."""
        np = self.np

        def largest(x: Any) -> float:
            return float(np.max(np.abs(x), initial=0.0, where=np.isfinite(x)))

        return all(
            np.allclose(a, b, rtol=1e-9, atol=1e-12 * (1.0 + largest(b)), equal_nan=True)
            for a, b in zip(one, other, strict=True)
        )

    def each(self, theta: Any, data: Any, count: int) -> tuple[list[float], list[list[float]]]:
        """One after the other."""
        return each(self, theta, data, count)

    def mean(self, losses: Any) -> float:
        """The mean."""
        return float(self.np.add.reduce(losses)) / len(losses)

    def quiet(self) -> AbstractContextManager[Any]:
        """NumPy's own block."""
        return self.np.errstate(all="ignore")

    def loop(self, *given: Any) -> Loop:
        """Step by step."""
        return self.loop_of(self, *given)

    def loop_of(self, runner: Runner, *given: Any) -> Loop:
        """Step by step; many of them without looking up where all of one structure are."""
        return _Stepping(self, runner, *given)


class _Stepping:
    """The loop of one call of ``train``.

    Parameters and the number of steps made lie in one array, which changes in one call; the states
    lie in two places, and the number tells in which (:func:`calls.advancing`).
    """

    def __init__(
        self,
        engine: Grouped,
        runner: Runner,
        update: Update,
        theta: Any,
        states: list[Any],
        batches: Batched,
        mean: bool,
    ) -> None:
        self.engine, self.runner, self.batches, self.mean = engine, runner, batches, mean
        np = engine.np
        self.now = np.concatenate([theta, [0.0]])
        self.count = len(theta)
        self.states = states, [np.empty(self.count) for _ in states]
        self.theta = self.now[: self.count]
        self.advance = engine.calls.advancing(update, self.count, self.now, self.states)
        self.counts = update.settings[:1] == ("t",)
        self.costs: list[float] = []
        self.weights: dict[int, Any] = {}
        self.ready: dict[int, Any] = {}
        """By the size of a batch, the program once it is bound."""

    def run(self, steps: int, settings: Sequence[float]) -> list[float]:
        """As many steps."""
        batches, theta, costs = self.batches, self.theta, self.costs
        zeros = gradient = self.engine.zeros
        if not self.counts:
            settings = [self.engine.np.array(x) for x in settings]
        first = int(self.now[-1])
        only = batches.batch(first) if batches.period() == 1 else None
        finite, ready, weights, advance = math.isfinite, self.ready, self.weights, self.advance
        for k in range(first, first + steps):
            part, count = only or batches.batch(k)
            value = math.nan
            if count in ready:
                losses, gradient = ready[count](*part)
                value = float(losses.dot(weights[count]))
            if not finite(value + float(gradient.dot(zeros))):
                value, gradient = self._slowly(theta, part, count)
            costs.append(value)
            advance[k % 2](gradient, k + 1.0, *settings)
            if self.counts:
                settings = (settings[0] + 1.0, *settings[1:])
        return costs[first:]

    def _slowly(self, theta: Any, part: Any, count: int) -> tuple[float, Any]:
        """The cost and the gradient; the next time, perhaps, by a program that is bound."""
        value, gradient = cost(self.runner, theta, (part, count), self.mean)
        if self.runner is self.engine and self.engine.batched[0]:
            weight = 1.0 / count if self.mean else 1.0
            _, step = self.engine.bound.get((id(theta), count, weight), (None, None))
            if step:
                self.weights[count] = self.engine.np.full(count, weight)
                self.ready[count] = step
        return value, gradient

    def read(self) -> Trained:
        """What lies in the array."""
        made = int(self.now[-1])
        return Trained(made, self.theta, self.states[made % 2], self.costs[:made])
