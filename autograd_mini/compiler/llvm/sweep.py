"""Loops that go through a grid: maps, and folds along an axis.

Vocabulary: a *reach* is an access as the loops use it: a pointer, an offset and a stride for each
axis, or a table of cells where there is no pattern. The *vector axis* is the one whose neighbours
share a vector; what is left over at its end, fewer than a vector, is the *tail*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import rows
from autograd_mini.compiler.llvm.kernels import (
    CORE,
    WEIGHT,
    Fold,
    Kernel,
    formula_accesses,
)
from autograd_mini.compiler.llvm.places import Access, Picked
from autograd_mini.compiler.llvm.text import Code, Index, Value
from autograd_mini.compiler.windows import axes, breaks, window


class Reach(NamedTuple):
    """Where an access reads, for loops over axes.

    Attributes:
        base: the pointer, by name.
        offset: from there to cell 0, in doubles.
        strides: for each axis.
        table: where among the constants the list of cells begins; None if strides say it all.
        steps: for each axis the stride in that list.
        unit: the doubles of a cell in that list.
    """

    base: str
    offset: int
    strides: tuple[int, ...]
    table: int | None = None
    steps: tuple[int, ...] = ()
    unit: int = 1


class Frame:
    """What the kernels of one program share when they are written.

    Args:
        batch: the number of examples.
        width: the lanes of a vector.
        registers: the vector registers.
    """

    def __init__(self, batch: int, width: int, registers: int) -> None:
        self.batch = batch
        self.width = width
        self.registers = registers
        self.row = batch if batch == 1 else -(-batch // width) * width
        self.tables: list[Any] = []
        self.starts: dict[bytes, int] = {}
        self.constants = 0
        self.slots: dict[Any, int] = {}

    def table(self, cells: Any) -> int:
        """Where among the constants this list of integers is."""
        key = cells.tobytes()
        if key not in self.starts:
            self.starts[key] = self.constants
            self.tables.append(np.ascontiguousarray(cells, dtype=np.int64).ravel())
            self.constants += cells.size
        return self.starts[key]

    def reach(self, access: Access, shape: tuple[int, ...], batched: bool) -> Reach:
        """The access over a grid of cells in this shape and, if batched, the examples."""
        buffer = access.buffer
        row = self.row if buffer.batched else 1
        base, start = self._base(buffer)
        along = (1 if buffer.batched else 0,) if batched and self.batch > 1 else ()
        cells = access.cells if access.cells.ndim == len(shape) else access.cells.reshape(shape)
        fits = window(cells)
        if fits is not None:
            strides = (*(s * row for s in fits.strides), *along)
            return Reach(base, start + fits.offset * row, strides)
        cells = np.broadcast_to(cells, shape)
        steps = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
        none = (0,) * len(shape)
        table = self.table(cells)
        return Reach(base, start, (*none, *along), table, (*steps, *(0 for _ in along)), row)

    def _base(self, buffer: Any) -> tuple[str, int]:
        if isinstance(buffer.name, str):
            return f"%{buffer.name}", buffer.start
        slot = self.slots.setdefault(buffer.name, len(self.slots))
        return f"%data{slot}", 0


def pointer(code: Code, reach: Reach, indices: Sequence[Index]) -> str:
    """The address of one cell."""
    terms = list(zip(reach.strides, indices, strict=True))
    if reach.table is None:
        return code.address(reach.base, reach.offset, terms)
    steps = list(zip(reach.steps, indices, strict=True))
    entry = code.address("%constants", reach.table, steps)
    depth = max([i.depth for s, i in steps if s and i.name], default=0)
    cell = code.hoisted(depth, f"load i64, ptr {entry}, align 8")
    if reach.unit != 1:
        cell = code.hoisted(depth, f"mul nsw i64 {cell}, {reach.unit}")
    base = code.hoisted(depth, f"getelementptr double, ptr {reach.base}, i64 {cell}")
    return code.address(base, reach.offset, terms, depth)


def read(code: Code, reach: Reach, indices: Sequence[Index], vector: Lanes) -> Value:
    """The cells at these indices and the following lanes along the vector axis."""
    axis, width = vector.axis, vector.width
    if width == 1:
        return code.load(pointer(code, reach, indices), 1)
    stride = reach.strides[axis]
    listed = reach.table is not None and reach.steps[axis] != 0
    if not listed and stride == 1:
        return code.load(pointer(code, reach, indices), width)
    if not listed and stride == 0:
        return code.spread(code.load(pointer(code, reach, indices), 1), width)
    lanes = [
        code.load(pointer(code, reach, moved(indices, axis, i)), 1).name
        for i in range(vector.valid)
    ]
    return code.gathered(lanes + lanes[:1] * (width - len(lanes)))


def moved(indices: Sequence[Index], axis: int, by: int) -> list[Index]:
    """The indices with one of them moved on."""
    return [index.plus(by) if i == axis else index for i, index in enumerate(indices)]


def write(code: Code, value: Value, reach: Reach, indices: Sequence[Index], to: Lanes) -> None:
    """Store the lanes, of which only the first ``to.valid`` are there."""
    axis = to.axis
    listed = reach.table is not None and value.width > 1 and reach.steps[axis] != 0
    if value.width == 1 or (not listed and reach.strides[axis] == 1):
        code.store(value, pointer(code, reach, indices), to.valid)
        return
    for i in range(to.valid):
        lane = Value(code, value.lane(i), 1)
        code.store(lane, pointer(code, reach, moved(indices, axis, i)))


class Lanes(NamedTuple):
    """Which axis the lanes go along, how many there are, and how many of them count."""

    axis: int
    width: int
    valid: int


# --- actions --------------------------------------------------------------------------------------


class Body:
    """The actions of a kernel, ready to be written at any point of its grid."""

    def __init__(self, frame: Frame, kernel: Kernel, shape: tuple[int, ...]) -> None:
        self.kernel = kernel
        self.frame = frame
        self.reaches: dict[Access, Reach] = {}
        found: dict[Access, None] = {}
        for action in kernel.actions:
            found.update(dict.fromkeys(formula_accesses(action.formula)))
            found[action.target] = None
        for access in found:
            self.reaches[access] = frame.reach(access, shape, kernel.batched)

    def stored(self) -> list[Reach]:
        """Where results go that are kept."""
        return [
            self.reaches[a.target] for a in self.kernel.actions if a.target.buffer.name != "local"
        ]

    def write(self, code: Code, indices: Sequence[Index], lanes: Lanes, core: Any = None) -> None:
        """The actions at one point, or at as many as there are lanes."""
        registers: dict[Access, Value] = {}
        known: dict[Any, Value] = {}

        def leaf(what: Any) -> Value:
            if what is CORE:
                made: Value = core
                return made
            return operand(code, self, what, indices, lanes, registers)

        for action in self.kernel.actions:
            if isinstance(action.formula, f.Number):
                value = code.number(action.formula.number, lanes.width)
            else:
                value = rows.evaluate(action.formula, leaf, known)
            reach = self.reaches[action.target]
            if action.adds:
                value = read(code, reach, indices, lanes) + value
            registers[action.target] = value
            if action.target.buffer.name != "local":
                write(code, value, reach, indices, lanes)


def operand(
    code: Code,
    body: Body,
    what: Any,
    indices: Sequence[Index],
    lanes: Lanes,
    registers: dict[Access, Value],
) -> Value:
    """What a leaf of a formula stands for, at this point."""
    if what is WEIGHT:
        return code.spread(Value(code, "%weight", 1), lanes.width)
    if isinstance(what, Picked):
        return picked(code, body, what, indices, lanes)
    if what not in registers:
        registers[what] = read(code, body.reaches[what], indices, lanes)
    return registers[what]


def picked(code: Code, body: Body, what: Picked, indices: Sequence[Index], lanes: Lanes) -> Value:
    """In each lane the cell that its index says."""
    row = body.frame.row if what.table.buffer.batched else 1
    chosen = []
    for i in range(lanes.valid):
        here = moved(indices, lanes.axis, i) if lanes.width > 1 else indices
        index = code.load(pointer(code, body.reaches[what.index], here), 1)
        whole = code.assign(f"fptosi double {index.name} to i64")
        cells = code.assign(f"mul nsw i64 {whole}, {what.stride * row}")
        first = pointer(code, body.reaches[what.table], here)
        place = code.assign(f"getelementptr double, ptr {first}, i64 {cells}")
        chosen.append(code.load(place, 1).name)
    return code.gathered(chosen + chosen[:1] * (lanes.width - len(chosen)))


# --- axes -----------------------------------------------------------------------------------------


def merged(sizes: Sequence[int], reaches: Sequence[Reach]) -> tuple[list[int], list[Reach]]:
    """Neighbouring axes joined where every reach allows it; axes of size 1 left out."""
    axis = len(sizes) - 1
    sizes = list(sizes)
    strides = [list(r.strides) for r in reaches]
    steps = [list(r.steps) for r in reaches]
    every = [*strides, *[s for s in steps if s]]
    while axis >= 0:
        if sizes[axis] == 1:
            for s in every:
                del s[axis]
            del sizes[axis]
        elif axis + 1 < len(sizes) and all(s[axis] == s[axis + 1] * sizes[axis + 1] for s in every):
            sizes[axis + 1] *= sizes[axis]
            for s in every:
                del s[axis]
            del sizes[axis]
        axis -= 1
    fresh = [
        r._replace(strides=tuple(s), steps=tuple(t))
        for r, s, t in zip(reaches, strides, steps, strict=True)
    ]
    return sizes, fresh


def nest(
    code: Code,
    sizes: Sequence[int],
    body: Callable[[list[Index], list[Value]], list[Value]],
    carried: Sequence[Value] = (),
) -> list[Value]:
    """Loops over axes, the last one innermost."""

    def level(axis: int, indices: list[Index], values: list[Value]) -> list[Value]:
        if axis == len(sizes):
            return body(indices, values)
        return code.loop(sizes[axis], lambda i, now: level(axis + 1, [*indices, i], now), values)

    return level(0, [], list(carried))


def score(reaches: Sequence[Reach], axis: int, size: int, width: int) -> float:
    """How well an axis serves as the vector axis: what is read whole, and how full it gets."""
    good = 0.0
    for reach in reaches:
        listed = reach.table is not None and reach.steps[axis] != 0
        if not listed and reach.strides[axis] in (0, 1):
            good += 1.0 if reach.strides[axis] else 0.9
    return good / max(1, len(reaches)) * min(1.0, size / width) + 1e-6 * min(size, 64)


def along(code: Code, size: int, width: int, body: Callable[[Index, int], None]) -> None:
    """A loop over a vector axis: whole vectors, then the tail. ``body`` gets index and lanes."""
    main = size // width * width

    def one(index: Index, values: list[Value]) -> list[Value]:
        body(index, width)
        return values

    if main:
        code.loop(main, one, step=width)
    if size - main:
        body(Index(None, main), size - main)


# --- maps -----------------------------------------------------------------------------------------


def write_map(frame: Frame, kernel: Kernel, code: Code) -> None:
    """A kernel without a core."""
    found: dict[Access, None] = {}
    for action in kernel.actions:
        found[action.target] = None
        found.update(dict.fromkeys(formula_accesses(action.formula)))
    shape = axes(kernel.size, [breaks(access.cells) for access in found])
    body = Body(frame, kernel, shape)
    batched = kernel.batched and frame.batch > 1
    sizes = [*shape, frame.row] if batched else list(shape)
    keys = list(body.reaches)
    sizes, reaches = merged(sizes, [body.reaches[key] for key in keys])
    body.reaches = dict(zip(keys, reaches, strict=True))
    if not sizes:
        body.write(code, [], Lanes(0, 1, 1))
        return
    if batched:
        axis = len(sizes) - 1
    else:
        axis = max(range(len(sizes)), key=lambda a: score(reaches, a, sizes[a], frame.width))
    width = 1 if kernel.serial and not batched else frame.width
    if sizes[axis] == 1 or width == 1:
        nest(code, sizes, lambda i, values: _point(code, body, i, values))
        return
    others = [size for a, size in enumerate(sizes) if a != axis]

    def inner(indices: list[Index], values: list[Value]) -> list[Value]:
        def at(index: Index, count: int) -> None:
            here = [*indices[:axis], index, *indices[axis:]]
            body.write(code, here, Lanes(axis, width, count))

        along(code, sizes[axis], width, at)
        return values

    nest(code, others, inner)


def _point(code: Code, body: Body, indices: list[Index], values: list[Value]) -> list[Value]:
    body.write(code, indices, Lanes(0, 1, 1))
    return values


# --- folds ----------------------------------------------------------------------------------------

START = {"sum": 0.0, "max": -math.inf}


def _larger(x: Value, m: Value) -> Value:
    """The larger of two; a nan wins."""
    return (x.is_("ogt", m) | x.is_nan()).choose(x, m)


JOIN: dict[str, Callable[[Value, Value], Value]] = {"sum": lambda x, m: m + x, "max": _larger}


def write_fold(frame: Frame, kernel: Kernel, code: Code) -> None:
    """A kernel whose core is a sum or a maximum."""
    core: Fold = kernel.core
    own = formula_accesses(core.formula)
    outside = [breaks(a.cells.reshape(kernel.size, -1)[:, 0]) for a in own]
    for action in kernel.actions:
        outside += [breaks(a.cells) for a in (*formula_accesses(action.formula), action.target)]
    shape = axes(kernel.size, outside)
    inside = axes(core.length, [breaks(a.cells.reshape(kernel.size, -1)[0]) for a in own])
    body = Body(frame, kernel, shape)
    batched, over = kernel.batched and frame.batch > 1, core.over_batch and frame.batch > 1
    batch = [frame.batch] if over else []
    out = [*shape, frame.row] if batched else list(shape)
    reads = []
    for access in own:
        whole = Access(access.buffer, access.cells.reshape((*shape, *inside)))
        reach = frame.reach(whole, (*shape, *inside), batched or over)
        if batched:  # the examples are an outer axis
            reach = turned(reach, len(shape))
        reads.append(reach)
    _sweep_fold(frame, kernel, code, body, own, reads, out, [*inside, *batch])


def turned(reach: Reach, axis: int) -> Reach:
    """The last axis moved to this place."""

    def turn(s: tuple[int, ...]) -> tuple[int, ...]:
        return (*s[:axis], s[-1], *s[axis:-1]) if s else s

    return reach._replace(strides=turn(reach.strides), steps=turn(reach.steps))


def _sweep_fold(
    frame: Frame,
    kernel: Kernel,
    code: Code,
    body: Body,
    own: list[Access],
    reads: list[Reach],
    out: list[int],
    inside: list[int],
) -> None:
    keys = list(body.reaches)
    padded = [
        r._replace(
            strides=(*r.strides, *(0 for _ in inside)),
            steps=(*r.steps, *(0 for _ in inside)) if r.steps else (),
        )
        for r in body.reaches.values()
    ]
    sizes, together = merged_halves([*out, *inside], [*reads, *padded], len(out))
    outer, summed = sizes
    reads = together[: len(reads)]
    trimmed = [
        r._replace(strides=r.strides[: len(outer)], steps=r.steps[: len(outer)])
        for r in together[len(reads) :]
    ]
    body.reaches = dict(zip(keys, trimmed, strict=True))
    _Folding(frame, kernel, code, body, dict(zip(own, reads, strict=True)), outer, summed).run()


def merged_halves(
    sizes: list[int], reaches: list[Reach], first: int
) -> tuple[tuple[list[int], list[int]], list[Reach]]:
    """Axes joined before and after a border; the sizes of both sides."""
    left = [
        r._replace(strides=r.strides[:first], steps=r.steps[:first] if r.steps else ())
        for r in reaches
    ]
    right = [
        r._replace(strides=r.strides[first:], steps=r.steps[first:] if r.steps else ())
        for r in reaches
    ]
    outer, left = merged(sizes[:first], left)
    inner, right = merged(sizes[first:], right)
    joined = [
        a._replace(strides=a.strides + b.strides, steps=a.steps + b.steps)
        for a, b in zip(left, right, strict=True)
    ]
    return (outer, inner), joined


class _Folding:
    """The loops of one fold."""

    def __init__(
        self,
        frame: Frame,
        kernel: Kernel,
        code: Code,
        body: Body,
        reads: dict[Access, Reach],
        outer: list[int],
        summed: list[int],
    ) -> None:
        self.frame = frame
        self.core: Fold = kernel.core
        self.code = code
        self.body = body
        self.inner = Body(frame, Kernel(0, False, None, 0), ())
        self.inner.reaches = reads
        self.outer = outer
        self.summed = summed
        self.sizes = [*outer, *summed]
        self.axis = self._vector_axis(kernel)
        self.join = JOIN[self.core.row]

    def _vector_axis(self, kernel: Kernel) -> int | None:
        over = self.core.over_batch and self.frame.batch > 1
        if kernel.batched and self.frame.batch > 1:
            return len(self.outer) - 1
        if over:
            return len(self.sizes) - 1
        if not self.sizes:
            return None
        reaches = list(self.inner.reaches.values())
        width = self.frame.width

        def goodness(axis: int) -> float:
            return score(reaches, axis, self.sizes[axis], width) - 0.05 * (axis >= len(self.outer))

        best = max(range(len(self.sizes)), key=goodness)
        return best if self.sizes[best] >= 2 else None

    def run(self) -> None:
        outer, axis, width = self.outer, self.axis, self.frame.width
        if axis is None or axis >= len(outer):
            nest(self.code, outer, self._scalar_result)
            return
        others = [size for a, size in enumerate(outer) if a != axis]

        def inner(indices: list[Index], values: list[Value]) -> list[Value]:
            def at(index: Index, count: int) -> None:
                here = [*indices[:axis], index, *indices[axis:]]
                self._result(here, Lanes(axis, width, count))

            along(self.code, outer[axis], width, at)
            return values

        nest(self.code, others, inner)

    def _result(self, indices: list[Index], lanes: Lanes) -> None:
        """Lanes side by side, each a fold of its own."""
        start = [self.code.number(START[self.core.row], lanes.width)]

        def step(inside: list[Index], values: list[Value]) -> list[Value]:
            return [self.join(self._value([*indices, *inside], lanes), values[0])]

        (made,) = nest(self.code, self.summed, step, start)
        self.body.write(self.code, indices, lanes, made)

    def _scalar_result(self, indices: list[Index], values: list[Value]) -> list[Value]:
        """One fold, its lanes joined at the end."""
        code, axis = self.code, self.axis
        width = 1 if axis is None else self.frame.width
        start = [code.number(START[self.core.row], width)]
        if axis is None:
            made = nest(code, self.summed, lambda i, now: [self._joined(indices, i, 1, now)], start)
        else:
            place = axis - len(self.outer)
            others = [n for a, n in enumerate(self.summed) if a != place]
            size = self.summed[place]
            main = size // width * width

            def run(inside: list[Index], now: list[Value]) -> list[Value]:
                def one(index: Index, now: list[Value], count: int = width) -> list[Value]:
                    here = [*inside[:place], index, *inside[place:]]
                    return [self._joined(indices, here, count, now)]

                if main:
                    now = code.loop(main, one, now, step=width)
                if size - main:
                    now = one(Index(None, main), now, size - main)
                return now

            made = nest(code, others, run, start)
        self.body.write(code, indices, Lanes(0, 1, 1), self._across(made[0]))
        return values

    def _joined(
        self, indices: list[Index], inside: list[Index], count: int, now: list[Value]
    ) -> Value:
        width = now[0].width
        lanes = Lanes(self.axis or 0, width, count)
        value = self._value([*indices, *inside], lanes)
        return self.join(self.code.first(value, count, START[self.core.row]), now[0])

    def _across(self, value: Value) -> Value:
        if self.core.row == "sum":
            return self.code.total(value)
        joined = Value(self.code, value.lane(0), 1)
        for i in range(1, value.width):
            joined = self.join(Value(self.code, value.lane(i), 1), joined)
        return joined

    def _value(self, indices: list[Index], lanes: Lanes) -> Value:
        registers: dict[Access, Value] = {}
        if isinstance(self.core.formula, f.Number):
            return self.code.number(self.core.formula.number, lanes.width)

        def leaf(what: Any) -> Value:
            return operand(self.code, self.inner, what, indices, lanes, registers)

        return rows.evaluate(self.core.formula, leaf, {})
