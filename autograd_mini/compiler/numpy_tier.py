"""The tier "numpy" at run time: the generated source, and in training the bound program."""

from __future__ import annotations

import math
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_mini.compiler import bound, calls, numpy_rows
from autograd_mini.compiler.arrays import ArrayEngine
from autograd_mini.compiler.engines import ArrayProgramError, Loop, Task, Trained, cost, load
from autograd_mini.compiler.trace import Trace

KEPT = 7
"""So many programs that were bound last are kept beside a new one."""


class Grouped(ArrayEngine):
    """The tier "numpy"."""

    tier = "numpy"

    def __init__(self, trace: Trace, gradient: bool) -> None:
        super().__init__(trace, gradient)
        name = "step" if gradient else "forward"
        self.constants = self.in_numpy(name)
        self.run = load(self.source, name, {**numpy_rows.library(), **self.constants})
        self.loops = any(array.kind == "loop" for array in self.program.arrays)
        self.bound: dict[Any, Any] = {}
        """For θ, a size and a weight: how often they came, or the program bound to them."""

    def results(self, theta: Any, data: Any, count: int) -> Any:
        try:
            return self.rows(self.run(theta, *data), count)
        except Exception as fault:
            raise ArrayProgramError(f"{type(fault).__name__}: {fault}") from fault

    def once(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code; what does not depend on the example counts for each.

        Where the same θ comes again, as in training, the program is bound to it (:mod:`bound`);
        then the results lie in buffers, and hold until the next step.
        """
        try:
            step = self._bound(theta, data, count, weight)
            if step is None:
                losses, gradient = self.run(theta, *data, np.full(count, weight))
            else:
                losses, gradient = step(*data)
        except Exception as fault:
            raise ArrayProgramError(f"{type(fault).__name__}: {fault}") from fault
        return losses if self.batched[0] else np.broadcast_to(losses, (count,)), gradient

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
            step = bound.bind(self.program, theta, count, weight)
            plain = self.run(theta, *data, np.full(count, weight))
            if not self._same(step(*data), plain):
                step = False
            self.bound[key] = known, step
        return step or None

    def _same(self, one: Sequence[Any], other: Sequence[Any]) -> bool:
        """Whether two results of a step are equal but for the order of sums."""

        def largest(x: Any) -> float:
            return float(np.max(np.abs(x), initial=0.0, where=np.isfinite(x)))

        return all(
            np.allclose(a, b, rtol=1e-9, atol=1e-12 * (1.0 + largest(b)), equal_nan=True)
            for a, b in zip(one, other, strict=True)
        )

    def loop(self, task: Task) -> Loop:
        return _Stepping(self, task)


class _Stepping:
    """The loop of one call of ``train``.

    Parameters and the number of steps made lie in one array, which changes in one call; the states
    lie in two places, and the number tells in which (:func:`calls.advancing`).
    """

    def __init__(self, engine: Grouped, task: Task) -> None:
        self.engine, self.task = engine, task
        self.now = np.concatenate([task.theta, [0.0]])
        self.theta = self.now[:-1]
        self.states = task.states, list(map(np.empty_like, task.states))
        self.advance = calls.advancing(task.update, len(self.theta), self.now, self.states)
        self.costs: list[float] = []
        self.weights: dict[int, Any] = {}
        self.ready: dict[int, Any] = {}
        """By the size of a batch, the program once it is bound."""

    def run(self, steps: int, settings: Sequence[float]) -> list[float]:
        batches, theta, costs = self.task.batches, self.theta, self.costs
        zeros = gradient = self.engine.zeros
        counts = self.task.update.counts
        if not counts:
            settings = list[Any](map(np.array, settings))
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
            if counts:
                settings = (settings[0] + 1.0, *settings[1:])
        return costs[first:]

    def _slowly(self, theta: Any, part: Any, count: int) -> tuple[float, Any]:
        """The cost and the gradient; the next time, perhaps, by a program that is bound."""
        runner, mean = self.task.runner, self.task.mean
        value, gradient = cost(runner, theta, (part, count), mean)
        if runner is self.engine and self.engine.batched[0]:
            weight = 1.0 / count if mean else 1.0
            _, step = self.engine.bound.get((id(theta), count, weight), (None, None))
            if step:
                self.weights[count] = np.full(count, weight)
                self.ready[count] = step
        return value, gradient

    def read(self) -> Trained:
        made = int(self.now[-1])
        return Trained(made, self.theta, self.states[made % 2], self.costs[:made])
