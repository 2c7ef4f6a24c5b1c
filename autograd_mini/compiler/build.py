"""Stage 3: from the layout to the array program; *home* and *access*, see :mod:`access`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler import holes
from autograd_mini.compiler.access import Accesses
from autograd_mini.compiler.blocks import (
    THETA,
    Block,
    Ids,
    Layout,
    Matrix,
    Part,
    Rows,
    Select,
    Term,
    reads,
    sides,
)
from autograd_mini.compiler.normal import NONE, Normal
from autograd_mini.compiler.peephole import fused
from autograd_mini.compiler.program import Array, Program, Shape, formula
from autograd_mini.compiler.recording import ARGUMENT, INDEX
from autograd_mini.compiler.windows import axes, breaks
from autograd_mini.rows import CONSTANT

Arguments = Sequence[tuple[str, Shape]]
"""Their names and shapes."""

Loops = Callable[["Builder", int], list[Array]]
"""What makes, given its number, the results of a loop."""


def build(form: Normal, plan: Layout, arguments: Arguments, loop: Loops | None = None) -> Program:
    """The array program that computes the results."""
    return Builder(form, plan, arguments, loop).program()


class Builder(Accesses):
    """The work in progress of :func:`build`."""

    def __init__(
        self,
        form: Normal,
        plan: Layout,
        arguments: Arguments,
        loop: Loops | None = None,
        theta: Array | None = None,
    ) -> None:
        super().__init__(form, plan, theta)
        self.arguments = arguments
        self.matrices: set[Array] = set()
        self.low = _read_by_maxima(plan)
        self.loop = loop
        self.counts: dict[str, int] = {}

    def program(self) -> Program:
        """The statements of all blocks."""
        self._leaves()
        self._blocks()
        roots = self.form.recording.roots
        together = len({self.form.colours[root] for root in roots}) == 1
        wanted = [np.array(roots)] if together else [np.array([root]) for root in roots]
        outputs = [self._output(ids) for ids in wanted]
        self.arrays = fused(self.arrays, outputs)
        self._name(outputs)
        return Program(self.arrays, outputs, None, self.plan.order, entries=self._entries())

    def _entries(self) -> dict[Array, tuple[Ids, Ids]]:
        """For each home that is left, of equal ones the first, its entries and their cells."""
        by = np.argsort(self.plan.homes, kind="stable")
        numbers, starts = np.unique(self.plan.homes[by], return_index=True)
        left = set(self.arrays)
        found: dict[Array, tuple[Ids, Ids]] = {}
        for number, entries in zip(numbers.tolist(), np.split(by, starts[1:]), strict=True):
            if number != NONE and self.homes[number] in left:
                found.setdefault(self.homes[number], (entries, self.plan.cells[entries]))
        return found

    def _blocks(self) -> None:
        """The arrays of all blocks and loops."""
        results: dict[int, list[Array]] = {}
        for number in sorted([*self.plan.blocks, *self.plan.looped]):
            if number in self.plan.blocks:
                self.homes[number] = self._block(number, self.plan.blocks[number])
                continue
            loop, which = self.plan.looped[number]
            if loop not in results:
                assert self.loop is not None
                results[loop] = self.loop(self, loop)
            self.homes[number] = results[loop][which]

    def _leaves(self) -> None:
        numbers, first = np.unique(self.plan.homes, return_index=True)
        for number, i in zip(numbers.tolist(), first.tolist(), strict=True):
            row = self.form.rows[i]
            if row is ARGUMENT or row is INDEX:
                k, _ = self.form.recording.leaves[i]
                name, shape = self.arguments[k]
                if any(array.name == name for array in self.arrays):
                    name += "_index" if row is INDEX else "_number"
                self.homes[number] = self._add(
                    Array(row.label, (), shape, batched=True, detail=k, name=name)
                )

    def _output(self, ids: Ids) -> Array:
        shape = (len(ids),) if len(ids) > 1 else ()
        return self._fit(self._access(ids, shape), shape)

    def _name(self, outputs: list[Array]) -> None:
        """Names: W and b are parameters, z has a matrix product, a others; c is not batched."""
        homes = set(self.homes.values())
        if len(outputs) == 1 and not outputs[0].name and outputs[0] in homes:
            outputs[0].name = "loss"
        for array in self.arrays:
            if array.name:
                continue
            if array.kind == "view" and array.operands[0] is self.theta:
                stem = "W" if array in self.matrices else "b"
            elif array in homes:
                stem = "c" if not array.batched else "z" if array in self.matrices else "a"
            else:
                continue
            array.name = self._numbered(stem)

    def _numbered(self, stem: str) -> str:
        self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{stem}{self.counts[stem]}"

    # --- blocks ---------------------------------------------------------------------------------

    def _block(self, number: int, block: Block) -> Array:
        shape = block.shape or self._axes(block)
        if block.row is ops.sum:
            made = self._sum(block, shape)
        elif block.row is ops.max:
            (rows,) = block.parts
            assert isinstance(rows, Rows)
            values = self._row_access(rows.left, shape, -math.inf)
            made = self._add(Array("max", [values], values.shape[:-1]))
        elif isinstance(block.parts[0], Select):
            made = self._select(block.parts[0], shape)
        else:
            terms = [part for part in block.parts if isinstance(part, Term)]
            operands = [self._operand(term.left, shape) for term in terms]
            made = self._add(formula(f.apply(block.row, operands)))
        made = self._fit(made, shape)
        if block.shape is not None:
            low = number in self.low
            made = self._with_holes(made, (block.members != NONE).reshape(shape), low)
        if any(isinstance(part, Matrix) for part in block.parts):
            self.matrices.add(made)
        return made

    def _with_holes(self, made: Array, mask: holes.Mask, low: bool) -> Array:
        """The array of a block with holes, which hold a known number."""
        if holes.cover(made, mask):  # another block's array
            return made
        fresh = made.kind == "formula" and made is self.arrays[-1]
        number = holes.stands(made.detail, mask) if fresh else math.nan
        if math.isnan(number):
            return self._filled(made, mask, -math.inf if low else 0.0)
        made.holes = holes.Holes(mask, number)
        return made

    def _axes(self, block: Block) -> Shape:
        """The axes of a block: those of its grids, then those into which its terms fold."""
        folds: list[list[int] | None] = []
        for part in block.parts:
            if isinstance(part, Matrix):
                tail = part.w.shape[1], part.x.shape[1] * part.w.shape[1]
                folds.append([size for size in tail if size > 1])
            elif isinstance(part, Select) and part.grid:
                folds.append([part.values.shape[1]])
        folds += map(self._as_at_home, block.parts)
        for ids in reads(block.parts):
            constant = self.form.rows[ids[0]] is CONSTANT
            folds.append([] if constant else breaks(self.plan.cells[ids]))
        return axes(len(block.members), folds)

    def _as_at_home(self, part: Part) -> list[int] | None:
        """The axes of the home that a part reads from one end to the other."""
        for ids in sides(part):
            number = self.plan.homes[ids.flat[0]]
            if number in (NONE, THETA):
                continue
            home = self.homes[number]
            known = ids.ravel() != NONE
            in_order = self.plan.cells[ids.ravel()] == np.arange(ids.size)
            if home.size != ids.size or (self.plan.homes[ids.ravel()] != number)[known].any():
                continue
            if in_order[known].all() and (ids.ndim == 1 or home.shape[-1:] == ids.shape[1:]):
                kept = home.shape if ids.ndim == 1 else home.shape[:-1]
                return np.cumprod(kept[::-1], dtype=int).tolist()  # type: ignore[no-any-return]
        return None

    def _operand(self, ids: Ids, shape: Shape) -> f.Formula:
        """An access as a formula; equal constants are a number."""
        known = np.unique(ids[ids != NONE])
        if len(known) == 1 and self.form.rows[known[0]] is CONSTANT:
            return f.Number(self.form.recording.leaves[known[0]])
        return f.Name(self._access(ids, shape))

    def _sum(self, block: Block, shape: Shape) -> Array:
        rank = {Matrix: 0, Rows: 1, Term: 2}
        total: f.Formula | None = None
        parts = [part for part in block.parts if not isinstance(part, Select)]
        for part in sorted(parts, key=lambda p: (-p.sign, rank[type(p)])):
            value = self._part(part, shape)
            if total is None:
                total = value if part.sign > 0 else f.apply(ops.neg, [value])
            else:
                total = f.apply(ops.add if part.sign > 0 else ops.sub, [total, value])
        assert total is not None
        if isinstance(total, f.Name):
            return total.of  # type: ignore[no-any-return]
        if isinstance(total, f.Number):
            numbers = np.full(shape, total.number)
            return self._add(Array("constant", (), shape, batched=False, detail=numbers))
        return self._add(formula(total))

    def _part(self, part: Matrix | Rows | Term, shape: Shape) -> f.Formula:
        if isinstance(part, Matrix):
            return f.Name(self._cells(self._matrix(part), part.places.reshape(shape)))
        if isinstance(part, Term):
            left = self._operand(part.left, shape)
            return left if part.right is None else left * self._operand(part.right, shape)
        values = self._row_access(part.left, shape, 0.0)
        if part.right is not None:
            product = f.Name(values) * f.Name(self._row_access(part.right, shape, 0.0))
            values = self._add(formula(product))
        return f.Name(self._add(Array("sum", [values], values.shape[:-1])))

    def _row_access(self, ids: Ids, shape: Shape, pad: float) -> Array:
        """The entries of rows in the block's axes and one more, all of them even if they repeat."""
        full = (*shape, ids.shape[1])
        if (ids == NONE).any():
            return self._access(ids, full, True, pad)
        made = self._access(ids, full)
        if made.shape and made.shape[-1] == ids.shape[1]:
            return made
        return self._access(ids, full, True)

    def _matrix(self, part: Matrix) -> Array:
        """The matrix product of a part."""
        x, w = part.x, part.w
        theta = self.plan.homes[[x.flat[0], w.flat[0]]] == THETA
        if theta.all():
            by_cell = np.argsort(self.plan.cells[w[0, 0]])
            x, w = x[:, :, by_cell], w[:, :, by_cell]
        if not part.dot:
            one = len(x) == 1
            left = self._access(x, x.shape[one:], True, 0.0)
            right = self._access(w, w.shape[one:], True, 0.0)
            self.matrices |= {left, right}
            return self._add(Array("pair", [left, right], (*left.shape[:-1], right.shape[-2])))
        rows, weights = (  # without the axis of rows where there is one row
            self._access(ids, ids.shape[1 if ids.shape[1] > 1 else 2 :], full=True)
            for ids in (x, w)
        )
        self.matrices.add(weights)
        return self._add(Array("dot", [rows, weights], rows.shape[:-1] + weights.shape[:-1]))

    def _select(self, part: Select, shape: Shape) -> Array:
        if not part.grid:
            table = self._access(part.values, part.values.shape, full=True)
            index = self._access(part.indices, part.indices.shape, full=True)
            return self._add(Array("select", [table, index], index.shape, detail="rows"))
        values = part.values if part.values.shape[1] > 1 else part.values[:, 0]
        table = self._access(values, values.shape, full=True)
        self.matrices.add(table)
        shown = part.indices.shape if len(part.indices) > 1 else ()
        index = self._access(part.indices, shown, full=True)
        made = Array("select", [table, index], index.shape + table.shape[1:], detail="grid")
        return self._cells(self._add(made), part.places.reshape(shape))


def _read_by_maxima(plan: Layout) -> set[int]:
    """The homes whose holes a maximum reads, itself or through element-wise blocks with holes."""
    found: set[int] = set()
    for number, block in reversed(plan.blocks.items()):
        for part in block.parts:
            if isinstance(part, (Matrix, Select)):
                continue
            ragged = block.row is ops.max and (part.left == NONE).any()
            if ragged or (number in found and isinstance(part, Term)):
                known = part.left[part.left != NONE]
                found.update(np.unique(plan.homes[known]).tolist())
    return found
