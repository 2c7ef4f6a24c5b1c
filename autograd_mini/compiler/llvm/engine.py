"""The tier at run time.

The program is lowered once for each size of batch. Compiled code keeps no state: each run borrows
an arena (from a pool, so that several threads, or a run inside of a progress function, never share
one).
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import lower_numpy, pipeline
from autograd_mini.compiler.engines import Batched, Loop, refuse_outside
from autograd_mini.compiler.llvm import host, kernels, loop, lower
from autograd_mini.compiler.llvm.prepare import prepare
from autograd_mini.compiler.trace import Trace, source_names
from autograd_mini.compiler.update import Update

SIZES = 4
"""Sizes of batch for which code is made; another size then runs as several batches of these."""

LARGEST = 512
"""A larger batch runs in runs of so many examples, whose numbers fit into the caches."""

SLACK = 8
"""Doubles after the end of an array that a vector may read."""


def aligned(count: int) -> Any:
    """Zeros that begin at a cache line, with room for a vector after them."""
    line = 64
    raw = np.zeros(8 * (count + SLACK) + line, dtype=np.uint8)
    start = -raw.ctypes.data % line
    return raw[start : start + 8 * (count + SLACK)].view(np.float64)


class Batch:
    """Examples: an array for each argument, and these again as the compiled code reads them."""

    def __init__(self, arrays: list[Any]) -> None:
        self.arrays = arrays
        self.packed: dict[int, tuple[Any, list[Any]]] = {}

    def pointers(self, runner: Runner) -> Any:
        """A pointer for each argument that is read; made once for each form."""
        key = id(runner)
        if key not in self.packed:
            held = [self._packed(self.arrays[slot], runner) for slot in runner.slots]
            addresses = np.array([x.ctypes.data for x in held] or [0], dtype=np.uintp)
            self.packed[key] = addresses, held
        return self.packed[key][0]

    def _packed(self, array: Any, runner: Runner) -> Any:
        """Cell by cell, the examples side by side."""
        cells = array.reshape(len(array), -1)
        made = aligned(cells.shape[1] * runner.row)
        made[: cells.shape[1] * runner.row].reshape(-1, runner.row)[:, : len(cells)] = cells.T
        return made


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
        self.arenas: list[Any] = []
        self.constants = aligned(len(lowered.constants))
        self.constants[: len(lowered.constants)] = lowered.constants
        self.code = host.Assembled(lowered.text)
        pointers = [ctypes.c_void_p] * len(lower.ARGUMENTS)
        self.address = self.code.address("step")
        self.step = ctypes.CFUNCTYPE(None, *pointers, ctypes.c_double)(self.address)

    def run(self, theta: Any, gradient: Any, batch: Batch, weight: float) -> list[Any]:
        """One run; returns the results, each with an axis for the examples where it has one."""
        pointers = batch.pointers(self)
        arena = self.arenas.pop() if self.arenas else aligned(self.arena_size)
        given = (theta, gradient, pointers, arena, self.constants)
        self.step(*[x.ctypes.data for x in given], weight)
        results = []
        for start, size, batched in self.outputs:
            rows = self.row if batched else 1
            cells = arena[start : start + size * rows].reshape(size, rows)
            results.append(cells[:, : self.batch if batched else 1].T.copy())
        self.arenas.append(arena)
        return results


class Native:
    """The tier "llvm"."""

    tier = "llvm"

    def __init__(self, trace: Trace, parameters: int, gradient: bool) -> None:
        self.trace = trace
        self.parameters = parameters
        made = pipeline.grouped(trace, source_names(trace.forms, trace.names), gradient)
        read = [array for array in made.arrays if array.kind in ("argument", "index")]
        self.given = [(array.kind, array.detail) for array in read]
        lowered = lower_numpy.lower(
            made, "step" if gradient else "forward", [array.name for array in read]
        )
        self.source = lowered.text
        self.statements = self.source.count("\n") - 2
        self.order: Sequence[int] = made.order
        self.program = prepare(made)
        self.runners: dict[int, Runner] = {}

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
        arrays = []
        for k, (argument, form) in enumerate(zip(arguments, self.trace.forms, strict=True)):
            shape = args.shape_of(form)
            if shape is None:
                rows = args.numbers(argument, form, self.trace.names[k])
                arrays.append(np.array(rows, dtype=float))
            else:
                arrays.append(np.asarray(argument).reshape(len(argument), *shape))
        for k, cell in self.trace.limits:
            column = arrays[k].reshape(len(arrays[k]), -1)[:, cell]
            refuse_outside(self.trace, k, cell, int(column.min()), int(column.max()))
        return Batch([arrays[k].astype(np.float64) for _, k in self.given])

    def part(self, data: Batch, start: int, stop: int) -> Batch:
        """A slice of every array."""
        return Batch([array[start:stop] for array in data.arrays])

    def copies(self, data: Batch, count: int) -> tuple[Batch, int]:
        """The example again and again: the code for one example would be another."""
        count = min(count, LARGEST)
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
        made, start = [], 0
        while start < count:
            size = min(count - start, LARGEST)
            known = {1, *self.runners}
            if size not in known and len(self.runners) >= most:
                size = max(n for n in known if n <= size)
            made.append((self.part(data, start, start + size), size))
            start += size
        return made if len(made) > 1 else [(data, count)]

    def runner(self, count: int) -> Runner:
        """The code for so many examples."""
        if count not in self.runners:
            self.runners[count] = Runner(kernels.plan(self.program), count, self.given)
        return self.runners[count]

    def forward(self, theta: Any, data: Batch, count: int) -> Any:
        """For each example its result, or the row of its results."""
        found = []
        for part, size in self.pieces(data, count):
            results = self.runner(size).run(theta, theta, part, 0.0)
            columns = [np.broadcast_to(x, (size, x.shape[1])) for x in results]
            found.append(np.concatenate(columns, axis=1))
        rows = np.concatenate(found)
        return rows[:, 0] if self.trace.shape is None else rows

    def step(self, theta: Any, data: Batch, count: int, weight: float) -> tuple[Any, Any]:
        """The losses and the gradient."""
        total, losses = None, []
        for part, size in self.pieces(data, count):
            gradient = aligned(len(self.order))
            found, _ = self.runner(size).run(theta, gradient, part, weight)
            losses.append(np.broadcast_to(found[:, 0], (size,)))
            total = gradient if total is None else total + gradient
        return np.concatenate(losses), total

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
        """The whole loop, compiled; theta and the states change in place."""
        return Training(self, *given).run

    def loop_of(self, runner: object, *given: Any) -> Loop:
        """The same: the pieces of a batch name their engines."""
        return Training(self, *given).run


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
    """The loop of one call of ``train``."""

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
        self.theta, self.states = theta, states
        self.kept = np.concatenate([*states, aligned(0)])
        count = len(engine.order)
        self.gradient, self.piece = aligned(count), aligned(count)
        self.code = LOOPS.of(update, count, len(theta))
        pointer, whole = ctypes.c_void_p, ctypes.c_int64
        kinds = [pointer, whole, whole, whole, *[pointer] * 6]
        self.train = ctypes.CFUNCTYPE(None, *kinds)(self.code.address("train"))
        self.arenas: dict[int, Any] = {}
        self.again: tuple[Any, list[Any]] | None = None

    def run(self, first: int, steps: int, settings: Sequence[float]) -> list[float]:
        """So many steps, the first of which has this number; returns their costs."""
        table, held = self._table(first, steps)
        costs = np.empty(steps)
        given = np.array([*settings, 0.0])
        arrays = (self.theta, self.gradient, self.piece, self.kept, given, costs)
        addresses = [x.ctypes.data for x in arrays]
        self.train(table.ctypes.data, len(table), first, steps, *addresses)
        del held
        room = len(self.theta)
        for i, state in enumerate(self.states):
            state[:] = self.kept[i * room : (i + 1) * room]
        found: list[float] = costs.tolist()
        return found

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
