"""Kernels that are no products: sums, maxima, element by element, and rows added to a table."""

from __future__ import annotations

import math
from collections.abc import Callable

from autograd_mini.compiler.llvm.grid import (
    Body,
    Point,
    in_vectors,
    merged,
    nest,
    offset,
    score,
    summed,
)
from autograd_mini.compiler.llvm.kernels import Access, Fold, Kernel, Rows, formula_accesses
from autograd_mini.compiler.llvm.reach import Frame, Lanes, Reach, pointer
from autograd_mini.compiler.llvm.text import Code, Index
from autograd_mini.compiler.llvm.values import Value
from autograd_mini.compiler.windows import axes, breaks

START = {"sum": 0.0, "max": -math.inf}


def _larger(x: Value, m: Value) -> Value:
    """The larger of two; a nan wins."""
    return (x.is_("ogt", m) | x.is_("uno", x)).choose(x, m)


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
    reads = []
    for access in own:
        whole = Access(access.buffer, access.cells.reshape((*shape, *inside)))
        reach = frame.reach(whole, (*shape, *inside), batched or over)
        reads.append(reach.turned(len(shape)) if batched else reach)  # the examples are outside
    outer, inner, reads = body.with_core(
        reads,
        [*shape, frame.row] if batched else list(shape),
        [*inside, frame.batch] if over else list(inside),
    )
    axis: int | None
    if batched:
        axis = len(outer) - 1
    elif over:
        axis = len(outer) + len(inner) - 1
    else:
        axis = _best_axis([*outer, *inner], len(outer), reads, frame.width)
    _Folding(frame, core, code, body, dict(zip(own, reads, strict=True)), inner).write(outer, axis)


def _best_axis(sizes: list[int], outer: int, reads: list[Reach], width: int) -> int | None:
    """The vector axis; None if there is none that is worth it."""

    def goodness(axis: int) -> float:
        return score(reads, axis, sizes[axis], width) - 0.05 * (axis >= outer)

    best = max(range(len(sizes)), key=goodness, default=None)
    return None if best is None or sizes[best] < 2 else best


class _Folding:
    """The loops of one fold."""

    def __init__(
        self,
        frame: Frame,
        core: Fold,
        code: Code,
        body: Body,
        reads: dict[Access, Reach],
        inner: list[int],
    ) -> None:
        self.frame, self.core, self.code, self.body = frame, core, code, body
        self.reads, self.inner = reads, inner
        self.join, self.start = JOIN[core.row], START[core.row]

    def write(self, outer: list[int], axis: int | None) -> None:
        width = self.frame.width
        if axis is not None and axis < len(outer):  # lanes side by side, each a fold of its own

            def at(here: list[Index], count: int) -> None:
                lanes = Lanes(axis, width, count)
                made = self._folded(here, None, lanes, lanes)
                self.body.write(self.code, here, lanes, made)

            in_vectors(self.code, outer, axis, width, at)
            return

        def alone(here: list[Index], values: list[Value]) -> list[Value]:
            lanes = Lanes(axis or 0, 1 if axis is None else width, 1)
            place = None if axis is None else axis - len(outer)
            made = self._across(self._folded(here, place, lanes, None))
            self.body.write(self.code, here, Lanes(0, 1, 1), made)
            return values

        nest(self.code, outer, alone)

    def _folded(
        self, here: list[Index], place: int | None, lanes: Lanes, outside: Lanes | None
    ) -> Value:
        """The fold at a point: of each lane, or with its lanes yet to be joined."""

        def step(inside: list[Index], count: int, now: list[Value]) -> list[Value]:
            at = outside or lanes._replace(valid=count)
            point = Point(self.code, self.frame, self.reads, [*here, *inside], at)
            value = point.value(self.core.formula)
            if outside is None:
                value = self.code.first(value, count, self.start)
            return [self.join(value, now[0])]

        start = [self.code.number(self.start, lanes.width)]
        return summed(self.code, self.inner, place, lanes.width, step, start)[0]

    def _across(self, value: Value) -> Value:
        """The lanes joined."""
        if self.core.row == "sum":
            return self.code.totals([value])
        joined = Value(self.code, value.lane(0), 1)
        for i in range(1, value.width):
            joined = self.join(Value(self.code, value.lane(i), 1), joined)
        return joined


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
    _, sizes, reaches = merged(sizes, list(body.reaches.values()))
    body.reaches = dict(zip(body.reaches, reaches, strict=True))
    axis, width = len(sizes) - 1, frame.width
    if sizes and not batched:
        axis = max(range(len(sizes)), key=lambda a: score(reaches, a, sizes[a], width))
    if not sizes or sizes[axis] == 1 or width == 1 or (kernel.serial and not batched):

        def point(indices: list[Index], values: list[Value]) -> list[Value]:
            body.write(code, indices, Lanes(0, 1, 1))
            return values

        nest(code, sizes, point)
        return
    in_vectors(
        code, sizes, axis, width, lambda i, count: body.write(code, i, Lanes(axis, width, count))
    )


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
    stride = core.stride * (frame.row if core.table.buffer.batched else 1)

    def one(here: list[Index], now: list[Value]) -> list[Value]:
        which, *example = here
        cells = offset(code, pointer(code, index, here), stride)

        def add(at: list[Index], now: list[Value]) -> list[Value]:
            first = pointer(code, table, [*at, *example])
            place = code.assign(f"getelementptr double, ptr {first}, i64 {cells}")
            added = code.load(pointer(code, values, [which, *at, *example]), 1)
            code.store(code.load(place, 1) + added, place)
            return now

        return nest(code, [inner], add, now)

    nest(code, [count, frame.batch] if batched else [count], one)
