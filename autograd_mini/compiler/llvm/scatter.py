"""Rows added to the rows of a table that an index names: the gradient of an embedding."""

from __future__ import annotations

from autograd_mini.compiler.llvm.axes import nest
from autograd_mini.compiler.llvm.kernels import Kernel, Rows
from autograd_mini.compiler.llvm.reach import Frame, pointer
from autograd_mini.compiler.llvm.text import Code, Index, Value


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
