"""One call of ``train``: the native loop with its batches, its parameters and its state."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from autograd_mini.compiler import numpy_rows
from autograd_mini.compiler.engines import OneByOne, Task, Trained, load
from autograd_mini.compiler.llvm import loop
from autograd_mini.compiler.llvm.runner import Batch, Runner, aligned


class Pieces(Protocol):
    """An engine that has code for pieces of a batch."""

    order: Sequence[int]

    def pieces(self, data: Batch, count: int, most: int = ...) -> list[tuple[Batch, int]]:
        """The examples in runs for which there is code, or may be: ``most`` sizes in all."""

    def runner(self, count: int) -> Runner:
        """The code for so many examples."""


class Training:
    """The loop of one call of ``train``.

    Native code changes parameters, states and the number of steps made; nothing interrupts it.
    Where its steps lead to numbers that are not finite, they are made once more from Python, where
    such numbers are computed as the eager engine does; until then the loop is where it was.
    """

    def __init__(self, engine: Pieces, task: Task) -> None:
        self.engine, self.task = engine, task
        self.drawn: dict[int, Any] = {}
        """The batches of the steps that run, which cannot be drawn again."""
        self.again_from: Trained | None = None
        self.slow: OneByOne | None = None
        self.theta, self.states = task.theta, len(task.states)
        self.kept = np.concatenate([*task.states, aligned(0)])
        count = len(engine.order)
        self.gradient, self.piece = aligned(count), aligned(count)
        self.train = loop.train(task.update, count, len(self.theta))
        self.made = np.zeros(1, dtype=np.int64)
        self.costs: list[Any] = []
        self.arenas: dict[int, Any] = {}
        self.again: tuple[Any, list[Any]] | None = None

    def run(self, steps: int, settings: Sequence[float]) -> list[float]:
        count = len(self.engine.order)
        whole = np.isfinite(self.theta[:count]).all()
        self.again_from = copy.deepcopy(self._now()) if whole else None
        costs = self._native(steps, settings)
        if self.again_from is not None:
            if not (math.isfinite(sum(costs)) and np.isfinite(self.theta[:count]).all()):
                costs = self._slowly(steps, settings)
            self.again_from = None
        return costs

    def _slowly(self, steps: int, settings: Sequence[float]) -> list[float]:
        """The same steps one by one, from where they had begun."""
        assert self.again_from is not None
        source = self.task.update.source(numpy_rows.template)
        update = load(source, "update", numpy_rows.library())

        def change(theta: Any, gradient: Any, states: list[Any], *settings: float) -> Any:
            theta, *states = update(theta, gradient, *states, *settings)
            return theta, states

        slow = OneByOne(self.task._replace(batches=self), change)
        slow.now = self.again_from._replace(costs=self._costs(self.again_from.made))
        self.slow = slow
        first = slow.now.made
        for _ in range(steps):
            slow.run(1, settings)
            if self.task.update.counts:
                settings = (settings[0] + 1.0, *settings[1:])
        made, theta, states, costs = slow.read()
        self.theta[:] = theta
        self.kept[: self.states * len(theta)] = np.concatenate([*states, np.zeros(0)])
        self.made[0] = made
        self.costs = [np.array(costs)]
        self.slow = None
        return costs[first:]

    def batch(self, step: int) -> tuple[Any, int]:
        found: tuple[Any, int] = self.drawn.get(step) or self.task.batches.batch(step)
        return found

    def period(self) -> int | None:
        return self.task.batches.period()

    def _native(self, steps: int, settings: Sequence[float]) -> list[float]:
        first = int(self.made[0])
        table, held = self._table(first, steps)
        costs = np.empty(steps)
        self.costs.append(costs)  # before, as nothing may come between the steps and their number
        given = np.array([*settings, 0.0])
        arrays = (self.theta, self.gradient, self.piece, self.kept, given, costs, self.made)
        addresses = [x.ctypes.data for x in arrays]
        self.train(table.ctypes.data, len(table), first, steps, *addresses)
        del held
        found: list[float] = costs.tolist()
        return found

    def read(self) -> Trained:
        if self.slow is not None:
            return self.slow.read()
        now, count = self._now(), len(self.engine.order)
        if self.again_from is not None and not np.isfinite(self.theta[:count]).all():
            now = self.again_from
        return now._replace(costs=self._costs(now.made))

    def _now(self) -> Trained:
        """What lies in memory, without the costs."""
        room = len(self.theta)
        states = [self.kept[i * room : (i + 1) * room] for i in range(self.states)]
        return Trained(int(self.made[0]), self.theta, states, [])

    def _costs(self, made: int) -> list[float]:
        found: list[float] = np.concatenate([*self.costs, np.empty(0)])[:made].tolist()
        return found

    def _table(self, first: int, steps: int) -> tuple[Any, list[Any]]:
        """The records of the batches, such that step i finds its own at i modulo their number."""
        period = self.task.batches.period()
        if period is not None and self.again is None:
            self.again = self._records(range(period))
        if self.again is not None:
            return self.again
        self.drawn.clear()
        table, held = self._records(range(first, first + steps))
        return np.roll(table, first % steps, axis=0), held

    def _records(self, steps: range) -> tuple[Any, list[Any]]:
        held: list[Any] = []
        table, records = loop.table([self._batch(step, held) for step in steps])
        return table, [held, records]

    def _batch(self, step: int, held: list[Any]) -> list[tuple[Any, ...]]:
        data, count = self.drawn[step] = self.task.batches.batch(step)
        weight = 1.0 / count if self.task.mean else 1.0
        if isinstance(data, Batch):
            runs = [(self.engine, *piece) for piece in self.engine.pieces(data, count)]
        else:  # lengths come together in ever other numbers: code for each would take too long
            runs = [
                (engine, *piece)
                for engine, part, places in data
                for piece in engine.pieces(part, len(places), most=1)
            ]
        return [self._record(*run, weight, held) for run in runs]

    def _record(
        self, engine: Pieces, data: Batch, count: int, weight: float, held: list[Any]
    ) -> tuple[Any, ...]:
        runner = engine.runner(count)
        if id(runner) not in self.arenas:
            self.arenas[id(runner)] = aligned(runner.arena_size)
        arena = self.arenas[id(runner)].ctypes.data
        held += [data, runner]
        (_, _, batched), (start, _, _) = runner.outputs
        times = weight if batched else weight * count
        pointers = data.pointers(runner)
        loss = arena + 8 * start
        return runner.step.at, pointers, arena, runner.constants_at, weight, loss, times, 0
