"""One call of ``train``: the native loop with its batches, its parameters and its state."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_mini.compiler.engines import Batched, Trained
from autograd_mini.compiler.llvm import host, loop
from autograd_mini.compiler.llvm.batches import Batch, aligned
from autograd_mini.compiler.llvm.engine import Native
from autograd_mini.compiler.update import Update


class _Loops(dict[Any, host.Assembled]):
    """Loops that have been compiled; an update is known by the names of its state and settings."""

    def of(self, update: Update, count: int, room: int) -> host.Assembled:
        """The loop for an update of so many parameters."""
        key = update.state, update.settings, count, room
        if key not in self:
            text = loop.module(update, count, room, host.host().width)
            self[key] = host.Assembled(text)
        return self[key]


LOOPS = _Loops()


class Training:
    """The loop of one call of ``train``.

    Native code changes parameters, states and the number of steps made; nothing interrupts it.
    """

    def __init__(
        self,
        engine: Native,
        update: Update,
        theta: Any,
        states: list[Any],
        batches: Batched,
        mean: bool,
    ) -> None:
        self.engine, self.batches, self.mean = engine, batches, mean
        self.theta, self.states = theta, len(states)
        self.kept = np.concatenate([*states, aligned(0)])
        count = len(engine.order)
        self.gradient, self.piece = aligned(count), aligned(count)
        self.code = LOOPS.of(update, count, len(theta))
        pointer, whole = ctypes.c_void_p, ctypes.c_int64
        kinds = [pointer, whole, whole, whole, *[pointer] * 7]
        self.train = ctypes.CFUNCTYPE(None, *kinds)(self.code.address("train"))
        self.made = np.zeros(1, dtype=np.int64)
        self.costs: list[Any] = []
        self.arenas: dict[int, Any] = {}
        self.again: tuple[Any, list[Any]] | None = None

    def run(self, steps: int, settings: Sequence[float]) -> list[float]:
        """So many steps; returns their costs."""
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
        """What lies in memory."""
        made, room = int(self.made[0]), len(self.theta)
        states = [self.kept[i * room : (i + 1) * room] for i in range(self.states)]
        costs = np.concatenate([*self.costs, np.empty(0)])[:made].tolist()
        return Trained(made, self.theta, states, costs)

    def _table(self, first: int, steps: int) -> tuple[Any, list[Any]]:
        """The records of the batches, such that step i finds its own at i modulo their number."""
        period = self.batches.period()
        if period is not None and self.again is None:
            self.again = self._records(range(period))
        if self.again is not None:
            return self.again
        table, held = self._records(range(first, first + steps))
        return np.roll(table, first % steps, axis=0), held

    def _records(self, steps: range) -> tuple[Any, list[Any]]:
        held: list[Any] = []
        table, records = loop.table([self._batch(step, held) for step in steps])
        return table, [held, records]

    def _batch(self, step: int, held: list[Any]) -> list[list[int]]:
        data, count = self.batches.batch(step)
        weight = 1.0 / count if self.mean else 1.0
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
        self, engine: Native, data: Batch, count: int, weight: float, held: list[Any]
    ) -> list[int]:
        runner = engine.runner(count)
        pointers = data.pointers(runner)
        arena = self.arenas.setdefault(id(runner), None)
        if arena is None:
            arena = self.arenas[id(runner)] = aligned(runner.arena_size)
        held += [data, runner]
        (_, _, batched), (start, _, _) = runner.outputs
        return loop.record(
            runner.address,
            pointers.ctypes.data,
            arena.ctypes.data,
            runner.constants.ctypes.data,
            weight,
            arena.ctypes.data + 8 * start,
            weight if batched else weight * count,
        )
