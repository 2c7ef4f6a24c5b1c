"""How arrays are read: as formulas over accesses, for any list of their cells."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm.kernels import WEIGHT
from autograd_mini.compiler.llvm.places import Access, Buffer, Cells, Picked, root, spread
from autograd_mini.compiler.llvm.placing import LEAVES, Placing
from autograd_mini.compiler.program import Array


class Reading:
    """Turns arrays into formulas over accesses, once it is decided where they are computed.

    Attributes:
        constants: the numbers of constant arrays that are read, one after the other.
    """

    def __init__(self, placing: Placing, outer: Reading | None = None) -> None:
        self.placing = placing
        self.constants: list[Any] = outer.constants if outer else []
        self.leaves: dict[Array, Buffer] = outer.leaves if outer else {}

    def read(self, array: Array, cells: Cells) -> f.Formula:
        """A formula over accesses for these cells of an array."""
        base = root(array)
        if base is not array:
            cells = self.placing.root_cells(array)[cells]
        if base.kind == "seed":
            return f.Name(WEIGHT)
        if base.kind in ("constant", "mask"):
            return self._constant(base, cells)
        if base.kind in LEAVES and base not in self.placing.places:
            return f.Name(Access(self._leaf(base), cells))
        if base in self.placing.inlined:
            return self.inline(base, cells)
        place = self.placing.places[base]
        return f.Name(Access(place.buffer, place.cells[cells]))

    def _leaf(self, array: Array) -> Buffer:
        if array not in self.leaves:
            name = "theta" if array.kind == "theta" else (array.kind, array.detail)
            self.leaves[array] = self.placing.buffer(name, array.size, array.batched)
        return self.leaves[array]

    def _constant(self, array: Array, cells: Cells) -> f.Formula:
        numbers = np.ravel(array.detail)[cells].astype(float)
        if len(np.unique(numbers.view(np.int64))) == 1:
            return f.Number(float(numbers.flat[0]))
        if array not in self.leaves:
            buffer = self.leaves[array] = self.placing.buffer(
                "constants", array.size, batched=False
            )
            buffer.start = sum(map(len, self.constants))
            self.constants.append(np.ravel(array.detail).astype(float))
        return f.Name(Access(self.leaves[array], cells))

    def inline(self, array: Array, cells: Cells) -> f.Formula:
        """What an element-wise array computes, as a formula over accesses."""
        if array.kind == "select":
            return self._picked(array, cells)
        return self._formula(array, cells)

    def _formula(self, array: Array, cells: Cells) -> f.Formula:
        """An element-wise array's formula over accesses."""
        asked: dict[Array, f.Formula] = {}

        def rule(part: f.Formula) -> f.Formula:
            if not isinstance(part, f.Name):
                return part
            x: Array = part.of
            if x not in asked:
                here = cells if x.size == array.size else spread(x.shape, array.shape)[cells]
                asked[x] = self.read(x, here)
            return asked[x]

        return f.replaced(array.detail, rule)

    def _picked(self, array: Array, cells: Cells) -> f.Formula:
        """A selection as accesses to the table's first row, the index, and the table's stride."""
        table, index = array.operands
        rows = array.detail == "rows"
        inner = 1 if rows else table.size // table.shape[0]
        count = table.shape[-1] if rows else table.shape[0]
        which, within = cells // inner, cells % inner
        first = which * count if rows else within
        read = self.access(table, first)
        stride = 0
        if count > 1:
            every = self.access(table, np.arange(table.size)).cells
            lines = every.reshape((-1, count) if rows else (count, -1))
            lines = lines.T if rows else lines
            stride = int((lines[1] - lines[0])[0])
            steps = lines[0] + stride * np.arange(count)[:, None]
            assert (steps == lines).all(), "a table in even rows"
        return f.Name(Picked(read, self.access(index, which), stride))

    def access(self, array: Array, cells: Cells) -> Access:
        """The cells of an array that lies in memory."""
        found = self.read(array, cells)
        assert isinstance(found, f.Name), f"{array} lies in memory"
        access: Access = found.of
        return access
