"""Where arrays are computed: in a place of their own, in another's, or where they are read.

Vocabulary: an array is *inlined* if it is computed where it is read. A *place* is the access
through which an array is stored: statements that glue arrays together (``concat``, ``scatter``)
hand their own cells to what they glue, which then needs no copy. Once that is decided, arrays are
read as formulas over accesses, for any list of their cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.kinds import natively
from autograd_mini.compiler.llvm.kernels import (
    ALIASES,
    WEIGHT,
    Access,
    Buffer,
    Cells,
    Picked,
    root,
    spread,
)
from autograd_mini.compiler.llvm.kernels import root_cells as cells_of_root
from autograd_mini.compiler.program import Array, Program
from autograd_mini.compiler.windows import cells_at, tiles

LEAVES = natively("leaf")
GLUE = natively("glue")
SWEPT = ("formula", *natively("fold"))
"""Kinds that read their operands number by number, so that these may be inlined."""

DEEP = 12
"""The most formulas inlined into each other."""


class Placing:
    """The decisions for one program.

    Attributes:
        readers: for each array that is needed its readers, each with the alias that it reads.
        places: where arrays are stored.
        glued: parts of glue (the array, the number of the part) that are computed in its place.
        inlined: the arrays without a place, and how deep they are inlined.
        buffers: those in the arena.
        results: for each loop those of its results that are needed, by number.

    Args:
        program: the program, or one round of a loop.
        known: where arrays lie that are not this program's.
        targets: where its results must go.
    """

    def __init__(
        self,
        program: Program,
        known: Mapping[Array, Access] | None = None,
        targets: Mapping[Array, Access] | None = None,
    ) -> None:
        self.program = program
        self.buffers: list[Buffer] = []
        self.places: dict[Array, Access] = {**(known or {}), **(targets or {})}
        self.results: dict[Array, dict[int, Array]] = {}
        self.glued: set[tuple[Array, int]] = set()
        self.inlined: dict[Array, int] = {}
        self.known: dict[Array, Cells] = {}
        self.readers = self._find_readers()
        self.outputs = [self.places.get(x) or self.pin(x, "arena") for x in program.outputs]
        if program.gradient is not None:
            self.pin(program.gradient, "gradient")
        self.needed = [x for x in program.arrays if x in self.readers]
        for array in reversed(self.needed):
            self.place(array)

    def _find_readers(self) -> dict[Array, list[tuple[Array, Array]]]:
        """For each array that is needed its readers, each with the alias that it reads."""
        results = [*self.program.outputs]
        if self.program.gradient is not None:
            results.append(self.program.gradient)
        readers: dict[Array, list[tuple[Array, Array]]] = {x: [] for x in results}
        for array in reversed(self.program.arrays):
            if array.kind == "result" and array.detail < len(array.operands[0].detail.carries):
                readers.setdefault(array, [])  # what is carried lies there
            if array not in readers:
                continue
            if array.kind == "result":
                self.results.setdefault(array.operands[0], {})[array.detail] = array
            if array.kind in ALIASES:
                readers.setdefault(array.operands[0], [])
                continue
            for x in dict.fromkeys(array.operands):
                readers.setdefault(x, [])
                readers.setdefault(root(x), []).append((array, x))
        return readers

    def root_cells(self, array: Array) -> Cells:
        """For each cell of an alias the cell of its root; worked out once."""
        if array not in self.known:
            self.known[array] = cells_of_root(array)
        return self.known[array]

    def buffer(self, name: Any, size: int, batched: bool, pinned: bool = False) -> Buffer:
        """A new buffer."""
        made = Buffer(name, size, batched, pinned)
        if name == "arena":
            self.buffers.append(made)
        return made

    def pin(self, array: Array, name: str) -> Access:
        """Give a result a buffer to itself."""
        buffer = self.buffer(name, array.size, array.batched, pinned=True)
        self.places[array] = Access(buffer, np.arange(array.size))
        return self.places[array]

    def place(self, array: Array) -> None:
        """Decide where an array lies, after those that read it."""
        if array.kind in LEAVES or array.kind in ALIASES or array.kind == "loop":
            return
        if array not in self.places:
            if self._may_inline(array):
                self.inlined[array] = 1 + max(
                    (self.inlined.get(reader, 0) for reader, _ in self.readers[array]), default=0
                )
                return
            buffer = self.buffer("arena", array.size, array.batched)
            self.places[array] = Access(buffer, np.arange(array.size))
        place = self.places[array]
        if array.kind == "formula" and isinstance(array.detail, f.Name):
            self._hand_down(array, 0, array.operands[0], place.cells)
        elif array.kind in GLUE:
            for i, (part, cells, adds) in enumerate(pieces(array)):
                if not adds:
                    self._hand_down(array, i, part, place.cells[cells])

    def _hand_down(self, array: Array, i: int, part: Array, cells: Cells) -> None:
        """Let a part be computed where it is wanted, if nothing else reads it."""
        base, buffer = root(part), self.places[array].buffer
        alone = len(self.readers[base]) == 1 and array.operands.count(part) == 1
        if (
            not alone
            or base.kind in LEAVES
            or base in self.places
            or base.kind in ("unselect", "result")
        ):
            return
        mapping = self.root_cells(part)
        if base.batched != buffer.batched or base.size != part.size:
            return
        inverse = np.full(base.size, -1)
        inverse[mapping] = cells
        if (inverse < 0).any():
            return
        self.places[base] = Access(buffer, inverse)
        self.glued.add((array, i))

    def _may_inline(self, array: Array) -> bool:
        if array.kind not in ("formula", "select") or len(self.readers[array]) != 1:
            return False
        ((reader, alias),) = self.readers[array]
        if self.inlined.get(reader, 0) >= DEEP:
            return False
        if reader.kind in GLUE:
            batched = reader.batched
            size = alias.size
        elif reader.kind in SWEPT:
            batched = reader.batched if reader.kind == "formula" else alias.batched
            size = reader.size if reader.kind == "formula" else alias.size
        else:
            return False
        return size == array.size and batched == array.batched


def pieces(glue: Array) -> list[tuple[Array, Cells, bool]]:
    """The parts of a glued array: each with its cells there, and whether it is added to them."""
    if glue.kind == "concat":
        ends = list(accumulate(part.size for part in glue.operands))
        spans = [slice(end - x.size, end) for x, end in zip(glue.operands, ends, strict=True)]
        return [(part, span, False) for part, span in zip(glue.operands, spans, strict=True)]
    disjoint = tiles(glue.size, list(glue.detail))
    made: list[tuple[Array, Cells, bool]] = []
    for where, part in zip(glue.detail, glue.operands, strict=True):
        cells = slice(None) if where is None else np.ravel(cells_at(where))
        made.append((part, cells, where is not None and not disjoint))
    return made


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
