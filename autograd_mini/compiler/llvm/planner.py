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
from autograd_mini.compiler.llvm.placing import LEAVES, SWEPT, Placing, Reading
from autograd_mini.compiler.llvm.prepare import SIDES
from autograd_mini.compiler.llvm.schedule import Schedule
from autograd_mini.compiler.program import Array, Body, Program, Window
from autograd_mini.compiler.windows import cells_of, tiles, window

REPEATED = -1
"""The size of a kernel that is a loop: no action joins it."""


def plan(program: Program) -> Plan:
    """The kernels of a prepared program."""
    return Planner(program).plan()


class Planner(Schedule):
    """The work in progress of :func:`plan`."""

    def __init__(
        self,
        program: Program,
        outer: Planner | None = None,
        known: Mapping[Array, Access] | None = None,
        targets: Mapping[Array, Access] | None = None,
    ) -> None:
        outside = outer.placing.places if outer else {}
        placing = Placing(program, {**outside, **(known or {})}, targets)
        reading = Reading(placing, outer.reading if outer else None)
        super().__init__(placing, reading, set(program.arrays))

    def plan(self) -> Plan:
        """The kernels, and what they need."""
        self.scheduled()
        constants = np.concatenate([np.zeros(0), *self.reading.constants])
        buffers = list(self.placing.buffers)
        for kernel in self.kernels:
            if isinstance(kernel.core, Repeat):
                buffers += kernel.core.buffers
        return Plan(self.kernels, buffers, constants, self.placing.outputs)

    def scheduled(self) -> list[Kernel]:
        """The kernels in their order."""
        for array in self.placing.needed:
            if array.kind not in (*ALIASES, *LEAVES):
                self._schedule(array)
        self.kernels.sort(key=lambda kernel: kernel.order)
        self._drop_unread()
        return self.kernels

    # --- scheduling -----------------------------------------------------------------------------

    def _schedule(self, array: Array) -> None:
        if array in self.placing.inlined or array.size == 0:
            return
        ways = {
            "concat": self._glue,
            "scatter": self._scatter,
            "unselect": self._unselect,
            "loop": self._loop,
        }
        if array.kind != "result":  # its loop makes it
            ways.get(array.kind, self._compute)(array)

    def _compute(self, array: Array) -> None:
        place = self.placing.places[array]
        if array.kind in ("formula", "select"):
            if (array, 0) in self.placing.glued and array.kind == "formula":
                self.makers[array] = self.makers[root(array.operands[0])]
                return
            cells = np.arange(array.size)
            formula = self.reading.inline(array, cells)
            self._act(Action(place, formula, False, array), [array], array.size, array.batched)
            return
        core = self._fold(array) if array.kind in SWEPT else self._product(array)
        kernel = self._kernel(array.size, array.batched, core)
        self._depend(kernel, array)
        self._append(kernel, Action(place, f.Name(CORE), False, array), array)

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
        found = self.reading.read(array, cells)
        if isinstance(found, f.Name) and isinstance(found.of, Access):
            access: Access = found.of
            if window(access.cells) is not None:
                return access
        return Access(self._copied(array).buffer, cells)

    # --- loops ----------------------------------------------------------------------------------

    def _loop(self, array: Array) -> None:
        self._begin(array)
        core = self._repeat(array)
        kernel = self._kernel(REPEATED, array.batched, core)
        self._depend(kernel, array)
        memory = {access.buffer.memory for access in (*accesses(kernel), *targets(kernel))}
        for buffer in memory:
            for source in self.writers.get(buffer, []):
                source.readers.add(kernel)
        for access in targets(kernel):
            self.writers.setdefault(access.buffer.memory, []).append(kernel)
        for result in self.placing.results[array].values():
            self.makers[result] = [kernel]

    def _begin(self, loop: Array) -> None:
        """Put what is carried at the beginning into the first row of each trail."""
        body: Body = loop.detail
        results = self.placing.results[loop]
        start = body.rounds if body.backward else 0
        for k, (carry, first) in enumerate(zip(body.carries, body.firsts, strict=True)):
            place = self.placing.places[results[k]]
            cells = place.cells[start * carry.size : (start + 1) * carry.size]
            formula = self.reading.read(first, np.arange(first.size))
            reading = Array("formula", [first], first.shape, batched=first.batched)
            action = Action(Access(place.buffer, cells), formula, False, None)
            self._act(action, [loop, reading], carry.size, carry.batched)

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
        inner = Planner(Program(body.arrays, list(targets), None, []), self, known, targets)
        kernels = inner.scheduled()
        return Repeat(kernels, inner.placing.buffers, body.rounds, body.backward)

    def _item(self, item: Array, rounds: int) -> Access:
        """A row of an array outside; of a copy of it, if its rows are not evenly apart."""
        (rows,) = item.operands
        found = self.reading.access(rows, np.arange(rows.size))
        cells: Any = found.cells.reshape(rows.shape[0], -1)[item.detail : item.detail + rounds]
        step = int(cells[1, 0] - cells[0, 0])
        even = cells[0] + step * np.arange(rounds)[:, None]
        if (cells != even).any():
            found = self._copied(rows)
            cells, step = found.cells.reshape(rows.shape[0], -1)[item.detail :], item.size
        return Access(Moving(found.buffer, step), cells[0])

    # --- glue -----------------------------------------------------------------------------------

    def _glue(self, array: Array) -> None:
        start = 0
        place = self.placing.places[array]
        for i, part in enumerate(array.operands):
            cells = place.cells[start : start + part.size]
            start += part.size
            self._piece(array, i, part, Access(place.buffer, cells), False)

    def _scatter(self, array: Array) -> None:
        place = self.placing.places[array]
        details = list(array.detail)
        disjoint = tiles(array.size, details)
        if details[0] is not None and not disjoint:
            zero = f.Number(0.0)
            kernel = self._kernel(array.size, array.batched)
            self._append(kernel, Action(place, zero, False, array), array)
        for i, (where, part) in enumerate(zip(details, array.operands, strict=True)):
            if where is None:
                cells = place.cells
            elif isinstance(where, Window):
                cells = place.cells[cells_of(where).ravel()]
            else:
                cells = place.cells[np.ravel(where)]
            adds = where is not None and not disjoint
            self._piece(array, i, part, Access(place.buffer, cells), adds)

    def _piece(self, array: Array, i: int, part: Array, target: Access, adds: bool) -> None:
        if (array, i) in self.placing.glued:
            for kernel in self.makers[root(part)]:
                self.makers.setdefault(array, []).append(kernel)
            return
        formula = self.reading.read(part, np.arange(part.size))
        reading = Array("formula", [part], part.shape, batched=part.batched)
        action = Action(target, formula, adds, None)
        self._act(action, [array, reading], part.size, array.batched)

    def _unselect(self, array: Array) -> None:
        values, index = array.operands
        place = self.placing.places[array]
        kernel = self._kernel(array.size, array.batched)
        self._append(kernel, Action(place, f.Number(0.0), False, array), array)
        count = array.shape[0]
        lines = place.cells.reshape(count, -1)
        stride = int(lines[1, 0] - lines[0, 0]) if count > 1 else 0
        assert (lines == lines[0] + stride * np.arange(count)[:, None]).all()
        core = Rows(
            Access(place.buffer, lines[0]),
            stride,
            self._affine_or_copy(values),
            self.reading.access(index, np.arange(index.size)),
            array.size // count,
        )
        adding = self._kernel(index.size, values.batched or index.batched, core)
        self._depend(adding, array)
        kernel.readers.add(adding)
        self.makers[array].append(adding)
        self.writers[place.buffer].append(adding)

    def _affine_or_copy(self, values: Array) -> Access:
        found = self.reading.read(values, np.arange(values.size))
        if isinstance(found, f.Name) and isinstance(found.of, Access):
            return found.of
        return self._affine(values, np.arange(values.size))


def _row(place: Access, size: int, shift: int) -> Access:
    """Row t + shift of what lies row by row."""
    cells = place.cells[shift * size : (shift + 1) * size]
    return Access(Moving(place.buffer, size), cells)
