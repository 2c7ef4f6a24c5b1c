"""Accesses as the loops use them.

Vocabulary: a *reach* is an access as a pointer, an offset and a stride for each axis, or a table of
cells where there is no pattern.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.llvm.kernels import Access, Moving
from autograd_mini.compiler.llvm.text import Code, Index
from autograd_mini.compiler.llvm.values import Value
from autograd_mini.compiler.windows import window


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

    def with_axes(self, rule: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Reach:
        """The same over other axes: the rule says what becomes of a number for each."""
        return self._replace(
            strides=rule(self.strides), steps=rule(self.steps) if self.steps else ()
        )

    def turned(self, axis: int) -> Reach:
        """The last axis moved to this place."""
        return self.with_axes(lambda s: (*s[:axis], s[-1], *s[axis:-1]))


class Lanes(NamedTuple):
    """Which axis the lanes go along, how many there are, and how many of them count."""

    axis: int
    width: int
    valid: int


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
        self.moving: dict[tuple[str, int, int], int] = {}
        """Pointers that move with the round: base, offset, and step in doubles, by number."""

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
        if isinstance(buffer, Moving):
            base, start = self._base(buffer.base)
            step = buffer.step * (self.row if buffer.batched else 1)
            key = base, start, step
            return f"%moved{self.moving.setdefault(key, len(self.moving))}", 0
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
