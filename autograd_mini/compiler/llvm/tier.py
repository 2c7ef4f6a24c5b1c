"""The tier at run time.

The program is lowered once for each size of batch. Compiled code keeps no state: each run borrows
an arena (from a pool, so that several threads, or a run inside of a progress function, never share
one).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_mini.compiler.arrays import ArrayEngine, checked
from autograd_mini.compiler.engines import ArrayProgramError, Loop, Task
from autograd_mini.compiler.llvm import host, kernels, loop, memory, planner
from autograd_mini.compiler.llvm.prepare import prepare
from autograd_mini.compiler.llvm.runner import Batch, Runner, aligned
from autograd_mini.compiler.llvm.training import Training
from autograd_mini.compiler.trace import Trace

SIZES = 4
"""Sizes of batch for which code is made; another size then runs as several batches of these."""

LARGEST = 512
"""A larger batch runs in runs of at most so many examples."""

LANES = 8
"""Runs are multiples of it, so that no vector is half empty."""

CACHED = 3 * 2**17
"""The doubles of an arena that stays in the caches; runs are made short enough for it."""


class Native(ArrayEngine):
    """The tier "llvm"."""

    tier = "llvm"

    def __init__(self, trace: Trace, gradient: bool) -> None:
        super().__init__(trace, gradient)
        self.in_numpy("step" if gradient else "forward")
        self.prepared = prepare(self.program)
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
        arrays = checked(self.trace, arguments)
        return Batch(arrays[k].astype(np.float64) for _, k in self.given)

    def copies(self, data: Batch, count: int) -> tuple[Batch, int]:
        """The example again and again: the code for one example would be another."""
        count = min(count, self.largest())
        return Batch(np.repeat(array, count, axis=0) for array in data), count

    def theta(self, numbers: Sequence[float]) -> Any:
        made = aligned(len(self.order))
        made[: len(self.order)] = super().theta(numbers)
        return made

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
            return planner.plan(self.prepared)

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

    def results(self, theta: Any, data: Batch, count: int) -> Any:
        found = []
        for part, size in self.pieces(data, count):
            outputs = self.runner(size).run(theta, theta, part, 0.0)
            columns = [np.broadcast_to(x, (size, x.shape[1])) for x in outputs]
            found.append(np.concatenate(columns, axis=1))
        return np.concatenate(found)

    def once(self, theta: Any, data: Batch, count: int, weight: float) -> tuple[Any, Any]:
        total, losses = None, []
        for part, size in self.pieces(data, count):
            gradient = aligned(len(self.order))
            found, _ = self.runner(size).run(theta, gradient, part, weight)
            losses.append(np.broadcast_to(found[:, 0], (size,)))
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
            runner.step.at, count, tables.shape[1], room, *[array.ctypes.data for array in given]
        )
        del held
        rows = gradients[: count * room].reshape(count, room)[:, : len(self.order)]
        for i in np.flatnonzero(~np.isfinite(losses[:count] + rows.sum(axis=1))).tolist():
            losses[i : i + 1], gradient = self.step(theta, self.part(data, i, i + 1), 1, 1.0)
            rows[i] = gradient[: len(self.order)]
        placed = np.zeros((count, self.parameters))
        placed[:, list(self.order)] = rows
        return losses[:count].copy(), placed

    def loop(self, task: Task) -> Loop:
        return Training(self, task)
