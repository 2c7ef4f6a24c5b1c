"""Compiled code for one size of batch, and examples as it reads them.

They lie cell by cell, the examples side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_mini.compiler.llvm import host, kernels, lower

LINE = 8
"""Doubles in a cache line."""

SLACK = 8
"""Doubles after the end of an array that a vector may read."""


def aligned(count: int) -> Any:
    """Zeros that begin at a cache line, with room for a vector after them."""
    raw = np.zeros(count + SLACK + LINE)
    start = -raw.ctypes.data % (8 * LINE) // 8
    return raw[start : start + count + SLACK]


class Batch(list[Any]):
    """Examples: an array for each argument, and these again as the compiled code reads them."""

    def __init__(self, arrays: Iterable[Any]) -> None:
        super().__init__(arrays)
        self.packed: dict[int, tuple[int, list[Any]]] = {}

    def pointers(self, runner: Runner) -> int:
        """The address of a pointer for each argument that is read; made once for each form."""
        key = id(runner)
        if key not in self.packed:
            held = []
            for slot in runner.slots:
                cells = self[slot].reshape(len(self[slot]), -1)
                made = aligned(cells.shape[1] * runner.row)
                rows = made[: cells.shape[1] * runner.row].reshape(-1, runner.row)
                rows[:, : len(cells)] = cells.T
                held.append(made)
            addresses = np.array([x.ctypes.data for x in held] or [0], dtype=np.uintp)
            self.packed[key] = addresses.ctypes.data, [addresses, held]
        return self.packed[key][0]

    def tables(self, runner: Runner) -> tuple[Any, list[Any]]:
        """For code that reads one example: each example's pointers, and what they point to."""
        columns, held = [], []
        for slot in runner.slots:
            cells = self[slot].reshape(len(self[slot]), -1)
            count, size = cells.shape
            made = aligned(count * size * runner.row)
            made[: count * size * runner.row].reshape(count, size, runner.row)[:, :, 0] = cells
            held.append(made)
            strides = 8 * size * runner.row * np.arange(count, dtype=np.uintp)
            columns.append(strides + np.uintp(made.ctypes.data))
        count = len(self[0]) if self else 1
        tables = np.stack(columns, axis=1) if columns else np.zeros((count, 1), dtype=np.uintp)
        return np.ascontiguousarray(tables), held


class Runner:
    """The program for one size of batch."""

    def __init__(self, plan: kernels.Plan, batch: int, given: list[tuple[str, int]]) -> None:
        self.batch = batch
        machine = host.host()._replace(width=host.width_for(batch))
        lowered = lower.lower(plan, batch, machine)
        self.text, self.row = lowered.text, lowered.row
        self.slots = [given.index(slot) for slot in lowered.slots]
        self.outputs = [(x.buffer.start, x.buffer.size, x.buffer.batched) for x in plan.outputs]
        self.arena_size = lowered.arena
        self.arenas: list[tuple[int, list[Any], Any]] = []
        self.constants = aligned(len(lowered.constants))
        self.constants[: len(lowered.constants)] = lowered.constants
        self.constants_at = self.constants.ctypes.data
        self.step = host.Assembled(lowered.text).function("step", "p" * len(lower.ARGUMENTS) + "d")

    def run(self, theta: Any, gradient: Any, batch: Batch, weight: float) -> list[Any]:
        """One run; returns the results, each with an axis for the examples where it has one."""
        pointers = batch.pointers(self)
        try:  # asking first if there is one would be a race
            address, views, arena = self.arenas.pop()
        except IndexError:
            address, views, arena = self._arena()
        self.step(
            theta.ctypes.data, gradient.ctypes.data, pointers, address, self.constants_at, weight
        )
        results = [view.copy() for view in views]
        self.arenas.append((address, views, arena))
        return results

    def _arena(self) -> tuple[int, list[Any], Any]:
        """A new arena: its address, the results as they will lie in it, and itself."""
        arena = aligned(self.arena_size)
        views = []
        for start, size, batched in self.outputs:
            rows = self.row if batched else 1
            cells = arena[start : start + size * rows].reshape(size, rows)
            views.append(cells[:, : self.batch if batched else 1].T)
        return arena.ctypes.data, views, arena
