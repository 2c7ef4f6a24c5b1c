"""Which statements become which kernels, and in which order they run.

An action joins a kernel that goes through the same grid, if what it reads is made before it or, at
each point, there; so runs of element-wise statements are one loop, and they follow the product that
they read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import rounds
from autograd_mini.compiler.llvm.kernels import (
    CORE,
    Action,
    Fold,
    Kernel,
    Plan,
    Product,
    Repeat,
    Rows,
    accesses,
    formula_accesses,
    tables,
    targets,
)
from autograd_mini.compiler.llvm.places import (
    ALIASES,
    Access,
    Buffer,
    Cells,
    root,
    spread,
    window_cells,
)
from autograd_mini.compiler.llvm.placing import LEAVES, SWEPT, Placing
from autograd_mini.compiler.llvm.reading import Reading
from autograd_mini.compiler.llvm.sides import SIDES
from autograd_mini.compiler.program import Array, Program, Window
from autograd_mini.compiler.windows import tiles, window

REPEATED = -1
"""The size of a kernel that is a loop: no action joins it."""

LONG = 16
"""The most actions of a kernel."""


def plan(program: Program) -> Plan:
    """The kernels of a prepared program."""
    return Planner(program).plan()


class Planner:
    """The work in progress of :func:`plan`."""

    def __init__(
        self,
        program: Program,
        outer: Planner | None = None,
        known: Mapping[Array, Access] | None = None,
        targets: Mapping[Array, Access] | None = None,
    ) -> None:
        outside = outer.placing.places if outer else {}
        self.placing: Placing = Placing(program, {**outside, **(known or {})}, targets)
        self.reading: Reading = Reading(self.placing, outer.reading if outer else None)
        self.kernels: list[Kernel] = []
        self.makers: dict[Array, list[Kernel]] = {}
        self.writers: dict[Buffer, list[Kernel]] = {}
        self.clock = 0
        self.inside = set(program.arrays)

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

    def _kernel(self, size: int, batched: bool, core: Any = None) -> Kernel:
        self.clock += 1
        kernel = Kernel(size, batched, core, self.clock)
        self.kernels.append(kernel)
        return kernel

    def _append(self, kernel: Kernel, action: Action, array: Array) -> None:
        kernel.actions.append(action)
        self.makers.setdefault(array, [])
        if kernel not in self.makers[array]:
            self.makers[array].append(kernel)
        writers = self.writers.setdefault(action.target.buffer, [])
        if kernel not in writers:
            writers.append(kernel)

    def _sources(self, array: Array) -> list[Kernel]:
        """The kernels that make what an array is computed from, inlined arrays opened."""
        found: dict[Kernel, None] = {}
        stack = [root(x) for x in array.operands]
        while stack:
            x = stack.pop()
            if x in self.placing.inlined:
                stack += [root(y) for y in x.operands]
            elif x.kind not in LEAVES and x in self.inside:
                found.update(dict.fromkeys(self.makers[x]))
        return list(found)

    def _depend(self, kernel: Kernel, array: Array) -> None:
        for source in self._sources(array):
            if source is not kernel:
                source.readers.add(kernel)

    def _act(self, action: Action, arrays: list[Array], size: int, batched: bool) -> None:
        """Put an action into a kernel that it fits, or into a new one.

        ``arrays`` are the one it belongs to and, if that is not what is read, the part read.
        """
        sources = self._sources(arrays[-1])
        before = self.writers.get(action.target.buffer, []) if action.adds else []
        late = [*sources, *before]
        serial = action.adds and len(np.unique(action.target.cells)) < size
        kernel = None if serial else self._fitting(action, late, size, batched)
        if kernel is None:
            kernel = self._kernel(size, batched)
            kernel.serial = serial
        for source in late:
            if source is not kernel:
                source.readers.add(kernel)
        self._append(kernel, action, arrays[0])

    def _fitting(
        self, action: Action, sources: list[Kernel], size: int, batched: bool
    ) -> Kernel | None:
        latest = max([source.order for source in sources], default=0)
        for kernel in sorted(self.kernels, key=lambda k: -k.order)[:40]:
            same = kernel.size == size and kernel.batched == batched
            full = len(kernel.actions) >= LONG or isinstance(kernel.core, Rows)
            if not same or full or kernel.serial:
                continue
            late = kernel.order < latest
            if late and (kernel.readers or kernel not in sources):
                continue
            if not _in_step(kernel, action):
                continue
            if late:
                self.clock += 1
                kernel.order = self.clock
            return kernel
        return None

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

    def _copied(self, array: Array) -> Access:
        """The cells of an array in a place of their own."""
        buffer = self.placing.buffer("arena", array.size, array.batched)
        flat = np.arange(array.size)
        copy = Access(buffer, flat)
        kernel = self._kernel(array.size, array.batched)
        part = Array("formula", [array], array.shape, batched=array.batched)
        self._depend(kernel, part)
        action = Action(copy, self.reading.read(array, flat), False, None)
        kernel.actions.append(action)
        self.writers[buffer] = [kernel]
        return copy

    # --- loops ----------------------------------------------------------------------------------

    def _loop(self, array: Array) -> None:
        rounds.begin(self, array)
        core = rounds.repeat(self, array, Planner)
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
                cells = place.cells[window_cells(where).ravel()]
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

    # --- afterwards -----------------------------------------------------------------------------

    def _drop_unread(self) -> None:
        """Results that are read only where they are made need no place in memory."""
        outside: set[Buffer] = set()
        for kernel in self.kernels:
            made = {action.target for action in kernel.actions}
            outside |= {x.buffer.memory for x in accesses(kernel) if x not in made}
            if isinstance(kernel.core, Repeat):
                outside |= {access.buffer.memory for access in targets(kernel)}
            outside |= {a.target.buffer for a in kernel.actions if a.adds}
            outside |= {x.buffer for a in kernel.actions for x in tables(a.formula)}
            if isinstance(kernel.core, Fold):
                outside |= {x.buffer for x in tables(kernel.core.formula)}
        for kernel in self.kernels:
            for action in kernel.actions:
                buffer = action.target.buffer
                if buffer.name == "arena" and not buffer.pinned and buffer not in outside:
                    buffer.name = "local"
        written = {x.buffer.memory for kernel in self.kernels for x in targets(kernel)}
        self.placing.buffers = [
            b for b in self.placing.buffers if b.name == "arena" and b in written
        ]


def _in_step(kernel: Kernel, action: Action) -> bool:
    """Whether what the action reads of the kernel's results is, at each point, made there."""
    written = {a.target.buffer: a.target for a in kernel.actions}
    if action.target.buffer in written:
        return False
    if any(x.buffer in written for x in tables(action.formula)):
        return False
    here = formula_accesses(action.formula)
    return not any(x.buffer in written and x != written[x.buffer] for x in here)
