"""Kernels that are no products: sums, maxima, element by element, and rows added to a table."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import rows
from autograd_mini.compiler.llvm.grid import (
    Body,
    along,
    halves,
    merged,
    nest,
    operand,
    score,
    turned,
)
from autograd_mini.compiler.llvm.kernels import Access, Fold, Kernel, Rows, formula_accesses
from autograd_mini.compiler.llvm.reach import Frame, Lanes, Reach, pointer
from autograd_mini.compiler.llvm.text import Code, Index, Value
from autograd_mini.compiler.windows import axes, breaks

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
    outer, inner, reads = halves(body, reads, out, [*inside, *batch])
    _Folding(frame, kernel, code, body, dict(zip(own, reads, strict=True)), outer, inner).run()


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
            return self.code.totals([value])
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


def write_rows(frame: Frame, kernel: Kernel, code: Code) -> None:
    """For each index, and each example, one row added; one number at a time.

    Two examples may name the same row, so the lanes of a vector must not be examples here.
    """
    core: Rows = kernel.core
    count, inner = kernel.size, core.inner
    batched = kernel.batched and frame.batch > 1
    values = frame.reach(core.values, (count, inner), batched)
    index = frame.reach(core.which, (count,), batched)
    table = frame.reach(core.table, (inner,), batched)
    row = frame.row if core.table.buffer.batched else 1

    def one(here: list[Index], now: list[Value]) -> list[Value]:
        which, *example = here
        number = code.load(pointer(code, index, [which, *example]), 1)
        whole = code.assign(f"fptosi double {number.name} to i64")
        cells = code.assign(f"mul nsw i64 {whole}, {core.stride * row}")

        def add(at: list[Index], now: list[Value]) -> list[Value]:
            first = pointer(code, table, [*at, *example])
            place = code.assign(f"getelementptr double, ptr {first}, i64 {cells}")
            added = code.load(pointer(code, values, [which, *at, *example]), 1)
            code.store(code.load(place, 1) + added, place)
            return now

        return nest(code, [inner], add, now)

    nest(code, [count, frame.batch] if batched else [count], one)
