"""The actions of a kernel, written at one point of its grid or at a vector of points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import rows
from autograd_mini.compiler.llvm.kernels import CORE, WEIGHT, Kernel, formula_accesses
from autograd_mini.compiler.llvm.places import Access, Picked
from autograd_mini.compiler.llvm.reach import Frame, Lanes, Reach, moved, pointer, read, write
from autograd_mini.compiler.llvm.text import Code, Index, Value


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
