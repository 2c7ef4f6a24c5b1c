"""Which kernels compute the statements of a program.

Vocabulary: a *moving* buffer is the row of another one that belongs to the round of a loop: its
address is that of round 0 plus so many cells for each round. What is carried is read from one row
of its trail and written to the next, so nothing is copied from round to round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm.kernels import (
    ALIASES,
    CORE,
    Access,
    Action,
    Cells,
    Fold,
    Kernel,
    Moving,
    Plan,
    Product,
    Repeat,
    Rows,
    accesses,
    root,
    spread,
    targets,
)
from autograd_mini.compiler.llvm.placing import LEAVES, SWEPT, Placing, Reading, pieces
from autograd_mini.compiler.llvm.prepare import SIDES
from autograd_mini.compiler.llvm.schedule import Schedule
from autograd_mini.compiler.program import Array, Body, Program
from autograd_mini.compiler.windows import window

REPEATED = -1
"""The size of a kernel that is a loop: no action joins it."""


def plan(program: Program) -> Plan:
    """The kernels of a prepared program, and what they need."""
    planner = _Planner(program)
    kernels = planner.kernels()
    constants = np.concatenate([np.zeros(0), *planner.reading.constants])
    buffers = list(planner.placing.buffers)
    for kernel in kernels:
        if isinstance(kernel.core, Repeat):
            buffers += kernel.core.buffers
    return Plan(kernels, buffers, constants, planner.placing.outputs)


class _Planner:
    """The work in progress of :func:`plan`, or of one round of a loop in it."""

    def __init__(
        self,
        program: Program,
        outer: _Planner | None = None,
        known: Mapping[Array, Access] | None = None,
        targets: Mapping[Array, Access] | None = None,
    ) -> None:
        outside = outer.placing.places if outer else {}
        self.placing: Placing = Placing(program, {**outside, **(known or {})}, targets)
        self.reading: Reading = Reading(self.placing, outer.reading if outer else None)
        self.schedule = Schedule(self.placing, self.reading, set(program.arrays))

    def kernels(self) -> list[Kernel]:
        """The kernels in their order."""
        ways = {
            "concat": self._glue,
            "scatter": self._glue,
            "unselect": self._unselect,
            "loop": self._loop,
        }
        for array in self.placing.needed:
            given = array.kind in (*ALIASES, *LEAVES, "result")  # a result is made by its loop
            if not given and array.size > 0 and array not in self.placing.inlined:
                ways.get(array.kind, self._compute)(array)
        return self.schedule.finish()

    def _compute(self, array: Array) -> None:
        place, schedule = self.placing.places[array], self.schedule
        if array.kind in ("formula", "select"):
            if (array, 0) in self.placing.glued and array.kind == "formula":
                schedule.makers[array] = schedule.makers[root(array.operands[0])]
                return
            formula = self.reading.inline(array, np.arange(array.size))
            action = Action(place, formula, False, array)
            schedule.act(action, array, array.operands, array.size, array.batched)
            return
        core = self._fold(array) if array.kind in SWEPT else self._product(array)
        kernel = schedule.kernel(array.size, array.batched, core)
        schedule.depend(kernel, array.operands)
        schedule.append(kernel, Action(place, f.Name(CORE), False, array), array)

    # --- cores ----------------------------------------------------------------------------------

    def _fold(self, array: Array) -> Fold:
        (x,) = array.operands
        if array.kind == "fold":
            kept = (1,) * (len(x.shape) - len(array.shape)) + array.shape
            cells = np.argsort(spread(kept, x.shape), kind="stable")
        else:
            cells = np.arange(x.size)
        over_batch = x.batched and not array.batched
        length = x.size // array.size
        row = "max" if array.kind == "max" else "sum"
        return Fold(row, self.reading.read(x, cells), length, over_batch)

    def _product(self, array: Array) -> Product:
        one, other = array.operands
        sides = SIDES[array.kind](array, one, other)
        (left, right), out, summed = sides
        over_batch = (one.batched or other.batched) and not array.batched
        return Product(self._affine(one, left), self._affine(other, right), out, summed, over_batch)

    def _affine(self, array: Array, cells: Cells) -> Access:
        """An access whose cells are a window; where they are none, of a copy."""
        found = self._in_memory(array, cells)
        if found is not None and window(found.cells) is not None:
            return found
        return Access(self.schedule.copied(array).buffer, cells)

    def _in_memory(self, array: Array, cells: Cells) -> Access | None:
        """Where cells of an array lie; None if they are computed as they are read."""
        found = self.reading.read(array, cells)
        access = found.of if isinstance(found, f.Name) else None
        return access if isinstance(access, Access) else None

    # --- loops ----------------------------------------------------------------------------------

    def _loop(self, array: Array) -> None:
        schedule = self.schedule
        self._begin(array)
        kernel = schedule.kernel(REPEATED, array.batched, self._repeat(array))
        schedule.depend(kernel, array.operands)
        for buffer in {x.buffer.memory for x in (*accesses(kernel), *targets(kernel))}:
            for source in schedule.writers.get(buffer, []):
                source.readers.add(kernel)
        for access in targets(kernel):
            schedule.writers.setdefault(access.buffer.memory, []).append(kernel)
        for result in self.placing.results[array].values():
            schedule.makers[result] = [kernel]

    def _begin(self, loop: Array) -> None:
        """Put what is carried at the beginning into the first row of each trail."""
        body: Body = loop.detail
        start = body.rounds if body.backward else 0
        for k, (carry, first) in enumerate(zip(body.carries, body.firsts, strict=True)):
            place = self.placing.places[self.placing.results[loop][k]]
            cells = place.cells[start * carry.size : (start + 1) * carry.size]
            self.schedule.store(first, Access(place.buffer, cells), loop, carry.batched)

    def _repeat(self, loop: Array) -> Repeat:
        """The kernels of one round."""
        body: Body = loop.detail
        results = self.placing.results[loop]
        known: dict[Array, Access] = {}
        targets: dict[Array, Access] = {}
        for k, (carry, following) in enumerate(zip(body.carries, body.nexts, strict=True)):
            trail = self.placing.places[results[k]]
            known[carry] = _row(trail, carry.size, int(body.backward))
            targets[following] = _row(trail, carry.size, int(not body.backward))
        for k, one in enumerate(body.stacked, len(body.carries)):
            if k in results:
                targets[one] = _row(self.placing.places[results[k]], one.size, 0)
        for item in body.arrays:
            if item.kind == "item":
                known[item] = self._item(item, body.rounds)
        inner = _Planner(Program(body.arrays, list(targets), None, []), self, known, targets)
        return Repeat(inner.kernels(), inner.placing.buffers, body.rounds, body.backward)

    def _item(self, item: Array, rounds: int) -> Access:
        """A row of an array outside; of a copy of it, if its rows are not evenly apart."""
        (rows,) = item.operands
        found = self.reading.access(rows, np.arange(rows.size))
        cells: Any = found.cells.reshape(rows.shape[0], -1)[item.detail : item.detail + rounds]
        step = int(cells[1, 0] - cells[0, 0])
        even = cells[0] + step * np.arange(rounds)[:, None]
        if (cells != even).any():
            found = self.schedule.copied(rows)
            cells, step = found.cells.reshape(rows.shape[0], -1)[item.detail :], item.size
        return Access(Moving(found.buffer, step), cells[0])

    # --- glue -----------------------------------------------------------------------------------

    def _glue(self, array: Array) -> None:
        place, schedule = self.placing.places[array], self.schedule
        parts = pieces(array)
        if parts[0][2]:
            kernel = schedule.kernel(array.size, array.batched)
            schedule.append(kernel, Action(place, f.Number(0.0), False, array), array)
        for i, (part, cells, adds) in enumerate(parts):
            if (array, i) in self.placing.glued:
                schedule.makers.setdefault(array, []).extend(schedule.makers[root(part)])
            else:
                target = Access(place.buffer, place.cells[cells])
                schedule.store(part, target, array, array.batched, adds)

    def _unselect(self, array: Array) -> None:
        values, index = array.operands
        place, schedule = self.placing.places[array], self.schedule
        kernel = schedule.kernel(array.size, array.batched)
        schedule.append(kernel, Action(place, f.Number(0.0), False, array), array)
        count = array.shape[0]
        lines = place.cells.reshape(count, -1)
        stride = int(lines[1, 0] - lines[0, 0]) if count > 1 else 0
        assert (lines == lines[0] + stride * np.arange(count)[:, None]).all()
        every = np.arange(values.size)
        core = Rows(
            Access(place.buffer, lines[0]),
            stride,
            self._in_memory(values, every) or self._affine(values, every),
            self.reading.access(index, np.arange(index.size)),
            array.size // count,
        )
        adding = schedule.kernel(index.size, values.batched or index.batched, core)
        schedule.depend(adding, array.operands)
        kernel.readers.add(adding)
        schedule.makers[array].append(adding)
        schedule.writers[place.buffer].append(adding)


def _row(place: Access, size: int, shift: int) -> Access:
    """Row t + shift of what lies row by row."""
    cells = place.cells[shift * size : (shift + 1) * size]
    return Access(Moving(place.buffer, size), cells)
