"""The tier at run time.

The program is lowered once for each size of batch. Compiled code keeps no state: each run borrows
an arena (from a pool, so that several threads, or a run inside of a progress function, never share
one).
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from autograd_mini.compiler import pipeline
from autograd_mini.compiler.engines import ArrayProgramError, Loop, repaired, repaired_rows
from autograd_mini.compiler.llvm import host, kernels, loop, lower, memory, planner
from autograd_mini.compiler.llvm.batches import Batch, aligned
from autograd_mini.compiler.llvm.prepare import prepare
from autograd_mini.compiler.llvm.trainer import Training
from autograd_mini.compiler.numpy_tier import checked
from autograd_mini.compiler.trace import Trace, source_names

SIZES = 4
"""Sizes of batch for which code is made; another size then runs as several batches of these."""

LARGEST = 512
"""A larger batch runs in runs of at most so many examples."""

LANES = 8
"""Runs are multiples of it, so that no vector is half empty."""

CACHED = 3 * 2**17
"""The doubles of an arena that stays in the caches; runs are made short enough for it."""


class Runner:
    """The program for one size of batch."""

    def __init__(self, plan: kernels.Plan, batch: int, given: list[tuple[str, int]]) -> None:
        self.plan = plan
        self.batch = batch
        machine = host.host()._replace(width=host.width_for(batch))
        lowered = lower.lower(plan, batch, machine)
        self.text = lowered.text
        self.row = lowered.row
        self.slots = [given.index(slot) for slot in lowered.slots]
        self.outputs = [(x.buffer.start, x.buffer.size, x.buffer.batched) for x in plan.outputs]
        self.arena_size = lowered.arena
        self.arenas: list[tuple[int, list[Any], Any]] = []
        self.constants = aligned(len(lowered.constants))
        self.constants[: len(lowered.constants)] = lowered.constants
        self.constants_at = self.constants.ctypes.data
        self.code = host.Assembled(lowered.text)
        pointers = [ctypes.c_void_p] * len(lower.ARGUMENTS)
        self.address = self.code.address("step")
        self.step = ctypes.CFUNCTYPE(None, *pointers, ctypes.c_double)(self.address)

    def run(self, theta: Any, gradient: Any, batch: Batch, weight: float) -> list[Any]:
        """One run; returns the results, each with an axis for the examples where it has one."""
        pointers = batch.pointers(self)
        try:
            address, views, arena = (
                self.arenas.pop()
            )  # asking first if there is one would be a race
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


class Native:
    """The tier "llvm"."""

    tier = "llvm"

    def __init__(self, trace: Trace, parameters: int, gradient: bool) -> None:
        self.trace = trace
        self.parameters = parameters
        made = pipeline.run(trace, source_names(trace.forms, trace.names), gradient)
        self.source, self.given, self.statements = made.source, made.given, made.statements
        self.order: Sequence[int] = made.order
        self.zeros = np.zeros(len(made.order))
        self.grouped = made.program
        self.program = prepare(made.program)
        self.witness: Any = None
        """What the code for another size of batch is compared with."""
        self.runners: dict[int, Runner] = {}
        self.most: int | None = None
        self.plans: list[kernels.Plan] = []
        """Plans that have been made and wait for a size of batch."""

    @property
    def llvm(self) -> str:
        """The module made last, in LLVM's language."""
        return list(self.runners.values())[-1].text

    @property
    def assembly(self) -> str:
        """The module made last, in this machine's language."""
        return host.assembly(self.llvm)

    def prepare(self, arguments: Sequence[Any]) -> Batch:
        """The arguments as arrays, checked."""
        arrays = checked(self.trace, arguments)
        return Batch([arrays[k].astype(np.float64) for _, k in self.given])

    def part(self, data: Batch, start: int, stop: int) -> Batch:
        """A slice of every array."""
        return Batch([array[start:stop] for array in data.arrays])

    def copies(self, data: Batch, count: int) -> tuple[Batch, int]:
        """The example again and again: the code for one example would be another."""
        count = min(count, self.largest())
        return Batch([np.repeat(array, count, axis=0) for array in data.arrays]), count

    def theta(self, numbers: Sequence[float]) -> Any:
        """An array in the order of the layout, with room behind it."""
        made = aligned(len(self.order))
        made[: len(self.order)] = [numbers[i] for i in self.order]
        return made

    def numbers(self, theta: Any) -> list[float]:
        """Out of the layout's order."""
        placed = [0.0] * self.parameters
        for i, x in zip(self.order, theta.tolist(), strict=False):
            placed[i] = x
        return placed

    def pieces(self, data: Batch, count: int, most: int = SIZES) -> list[tuple[Batch, int]]:
        """The examples in runs for which there is code, or may be: ``most`` sizes in all."""
        if count in self.runners and count <= self.largest():
            return [(data, count)]
        runs = -(-count // self.largest())
        even = min(self.largest(), -(-count // runs // LANES) * LANES)
        made, start = [], 0
        while start < count:
            size = min(count - start, even if runs > 1 else count)
            known = {1, *self.runners}
            if size not in known and len(self.runners) >= most:
                size = max(n for n in known if n <= size)
            made.append((self.part(data, start, start + size), size))
            start += size
        return made if len(made) > 1 else [(data, count)]

    def largest(self) -> int:
        """The most examples that run together, so that their numbers stay in the caches."""
        if self.most is None:
            plan = self._plan()
            self.plans.append(plan)  # for the first runner
            each = memory.assign(plan.kernels, plan.buffers, LANES) // LANES
            self.most = max(LANES, min(LARGEST, CACHED // max(each, 1) // LANES * LANES))
        return self.most

    def _plan(self) -> kernels.Plan:
        """A plan of one's own: buffers have their place in it."""
        try:
            return self.plans.pop()
        except IndexError:
            return planner.plan(self.program)

    def runner(self, count: int) -> Runner:
        """The code for so many examples."""
        if count not in self.runners:
            try:
                self.runners[count] = Runner(self._plan(), count, self.given)
            except Exception as fault:
                raise ArrayProgramError(f"{type(fault).__name__}: {fault}") from fault
            if self.witness is not None and (wrong := self.witness.wrong(self, count)):
                raise ArrayProgramError(f"{wrong} differs for a batch of {count}")
        return self.runners[count]

    def forward(self, theta: Any, data: Batch, count: int) -> Any:
        """For each example its result, or the row of its results."""
        found = []
        for part, size in self.pieces(data, count):
            results = self.runner(size).run(theta, theta, part, 0.0)
            columns = [np.broadcast_to(x, (size, x.shape[1])) for x in results]
            found.append(np.concatenate(columns, axis=1))
        rows = np.concatenate(found)
        rows = rows[:, 0] if self.trace.shape is None else rows
        if np.isfinite(rows).all():
            return rows
        return np.array(repaired_rows(self, theta, data, rows.tolist()))

    def step(self, theta: Any, data: Batch, count: int, weight: float) -> tuple[Any, Any]:
        """The losses and the gradient; what is not finite is computed again."""
        found = self.once(theta, data, count, weight)
        if self.finite(*found):
            return found
        losses, gradient = repaired(self, theta, data, count, weight, found)
        return np.array(losses), gradient

    def finite(self, losses: Any, gradient: Any) -> bool:
        """Whether all numbers are; a product with 0 is nan where one is not."""
        total = float(np.add.reduce(losses)) + float(gradient[: len(self.zeros)].dot(self.zeros))
        return math.isfinite(total)

    def cells(self, data: Batch, i: int) -> list[Sequence[float]]:
        """Out of the arrays that are read."""
        found: list[Sequence[float]] = [()] * len(self.trace.forms)
        for (_, k), array in zip(self.given, data.arrays, strict=True):
            found[k] = array[i].ravel().tolist()
        return found

    def once(self, theta: Any, data: Batch, count: int, weight: float) -> tuple[Any, Any]:
        """What the code gives."""
        total, losses = None, []
        for part, size in self.pieces(data, count):
            gradient = aligned(len(self.order))
            found, _ = self.runner(size).run(theta, gradient, part, weight)
            column = found[:, 0]
            losses.append(column if len(column) == size else np.repeat(column, size))
            total = gradient if total is None else total + gradient
        return losses[0] if len(losses) == 1 else np.concatenate(losses), total

    def each(self, theta: Any, data: Batch, count: int) -> tuple[Any, Any]:
        """The code for one example, in a native loop."""
        runner = self.runner(1)
        room = len(aligned(len(self.order))) // LANES * LANES
        gradients, losses = aligned(count * room), aligned(count)
        arena = aligned(runner.arena_size)
        tables, held = data.tables(runner)
        (start, _, _), *_ = runner.outputs
        given = (tables, theta, gradients, losses, arena, runner.constants, arena[start:])
        loop.each()(
            runner.address, count, tables.shape[1], room, *[array.ctypes.data for array in given]
        )
        del held
        rows = gradients[: count * room].reshape(count, room)[:, : len(self.order)]
        for i in np.flatnonzero(~np.isfinite(losses[:count] + rows.sum(axis=1))).tolist():
            losses[i : i + 1], gradient = self.step(theta, self.part(data, i, i + 1), 1, 1.0)
            rows[i] = gradient[: len(self.order)]
        placed = np.zeros((count, self.parameters))
        placed[:, list(self.order)] = rows
        return losses[:count].copy(), placed

    def mean(self, losses: Any) -> float:
        """The mean."""
        return float(np.add.reduce(losses)) / len(losses)

    def quiet(self) -> AbstractContextManager[Any]:
        """NumPy's own block."""
        return np.errstate(all="ignore")

    def pick(self, data: Batch, indices: Sequence[int]) -> Batch:
        """A copy of these examples."""
        return Batch([array[list(indices)] for array in data.arrays])

    def loop(self, *given: Any) -> Loop:
        """The whole loop, compiled."""
        return self.loop_of(self, *given)

    def loop_of(self, runner: Any, *given: Any) -> Loop:
        """The same: the pieces of a batch name their engines."""
        return Training(self, runner, *given)
