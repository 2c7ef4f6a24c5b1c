"""The kinds as this tier sees them: rare ones are written as common ones, products have two sides.

What is left for the later stages: formulas, sums along the last axis, ``fold``, ``max``, the
products, and ``unselect`` where rows of a table that is the same for the whole batch are added to.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler import kinds
from autograd_mini.compiler.llvm.kernels import Cells, root, root_cells
from autograd_mini.compiler.program import Array, Body, Program, formula

KINDS = {kind for kind, row in kinds.KINDS.items() if row.native}
"""What this tier can lower."""


class UnknownKindError(Exception):
    """The program has a kind of statement that this tier cannot lower."""


def prepare(program: Program) -> Program:
    """The program in fewer kinds, its results copied into arrays of their own.

    With a gradient there is one result more: the sum of the losses.
    """
    return _Rewriter(program).program()


class _Rewriter:
    """The work in progress of :func:`prepare`."""

    def __init__(self, program: Program) -> None:
        self.old = program
        self.arrays: list[Array] = []
        self.new: dict[Array, Array] = {}

    def program(self) -> Program:
        self._rewrite(self.old.arrays)
        outputs = [self._copy(x) for x in self.old.outputs]
        gradient = self.old.gradient
        if gradient is not None:
            outputs.append(self._total(outputs[0]))
        return self.old._replace(
            arrays=self.arrays,
            outputs=outputs,
            gradient=None if gradient is None else self._copy(gradient),
        )

    def _rewrite(self, arrays: Sequence[Array]) -> None:
        for array in arrays:
            if array.kind not in KINDS:
                raise UnknownKindError(array.kind)
            rule = _RULES.get(array.kind)
            operands = [self.new[x] for x in array.operands]
            self.new[array] = rule(self, array, operands) if rule else self._same(array, operands)

    def _add(self, array: Array) -> Array:
        self.arrays.append(array)
        return array

    def _same(self, array: Array, operands: list[Array]) -> Array:
        made = copy(array)
        made.operands = tuple(operands)
        return self._add(made)

    def _copy(self, array: Array, batched: bool = False) -> Array:
        made = self.new[array]
        batched = batched or made.batched
        return self._add(Array("formula", [made], made.shape, batched=batched, detail=f.Name(made)))

    def _total(self, losses: Array) -> Array:
        """The sum of the losses; where the loss is the same for each example, that loss."""
        kind = "fold" if losses.batched else "formula"
        return self._add(Array(kind, [losses], (), batched=False, detail=f.Name(losses)))

    def _reshaped(self, array: Array, shape: tuple[int, ...]) -> Array:
        return array if array.shape == shape else self._add(Array("reshape", [array], shape))

    # --- rules ----------------------------------------------------------------------------------

    def formula(self, array: Array, operands: list[Array]) -> Array:
        """The same formula of the new operands."""
        found = formula(self._written(array.detail), array.name)
        found.batched = array.batched
        return self._add(found)

    def _written(self, expression: f.Formula) -> f.Formula:
        if isinstance(expression, f.Name):
            return f.Name(self.new[expression.of])
        if isinstance(expression, f.Number):
            return expression
        return f.Formula(expression.row, tuple(map(self._written, expression.operands)))

    def mix(self, array: Array, operands: list[Array]) -> Array:
        """d wᵀ with one row w is a product number by number."""
        d, w = operands
        if len(w.shape) == 2:
            return self._same(array, operands)
        column = self._reshaped(d, (*d.shape, 1))
        row = self._reshaped(w, (*(1,) * len(d.shape), *w.shape))
        return self._add(formula(f.Name(column) * f.Name(row), array.name))

    def select(self, array: Array, operands: list[Array]) -> Array:
        """From a table whose rows lie evenly in memory; a copy where they do not."""
        table, index = operands
        if not _is_even(table, array.detail == "rows"):
            table = self._add(formula(f.Name(table)))
        return self._same(array, [table, index])

    def loop(self, array: Array, operands: list[Array]) -> Array:
        """The same, with everything that it hands on or out in arrays of their own."""
        body: Body = array.detail
        outside, self.arrays = self.arrays, []
        for carry in body.carries:
            self.new[carry] = Array("carry", (), carry.shape, batched=carry.batched)
        self._rewrite(body.arrays)
        nexts = [
            self._copy(x, carry.batched) for x, carry in zip(body.nexts, body.carries, strict=True)
        ]
        stacked = [self._copy(x) for x in body.stacked]
        new = Body(
            body.rounds,
            body.backward,
            self.arrays,
            [self.new[x] for x in body.carries],
            [self.new[x] for x in body.firsts],
            nexts,
            stacked,
        )
        self.arrays = outside
        return self._add(Array("loop", new.read(), (), batched=array.batched, detail=new))

    def unselect(self, array: Array, operands: list[Array]) -> Array:
        """Where every place of the table is asked at most once: it is the value, or 0."""
        values, index = operands
        rows = array.detail == "rows"
        if not rows and (index.shape or not array.batched):
            return self._same(array, operands)
        size = array.shape[-1] if rows else array.shape[0]
        inner = () if rows else array.shape[1:]
        ones = (1,) * len(inner)
        counted = np.arange(float(size)).reshape(*(1,) * len(index.shape), size, *ones)
        places = self._add(Array("constant", (), counted.shape, batched=False, detail=counted))
        asked = self._reshaped(index, (*index.shape, 1, *ones))
        value = self._reshaped(values, (*index.shape, 1, *inner))
        chosen = f.Formula(ops.equal, (f.Name(asked), f.Name(places)))
        made = formula(f.Formula(ops.where, (chosen, f.Name(value), f.Number(0.0))), array.name)
        self._add(made)
        if made.batched and not array.batched:
            made = self._add(Array("fold", [made], array.shape, batched=False))
        return made


def _is_even(table: Array, rows: bool) -> bool:
    """Whether the table's rows, or the numbers in each row, are equally far from each other."""
    if root(table).kind in ("constant", "mask", "seed"):
        return False  # these are written into formulas
    lines = root_cells(table).reshape(table.shape if rows else (table.shape[0], -1))
    lines = lines.reshape(-1, table.shape[-1]).T if rows else lines
    steps = np.diff(lines, axis=0)
    return steps.size == 0 or bool((steps == steps.flat[0]).all())


_RULES: dict[str, Any] = {
    "formula": _Rewriter.formula,
    "loop": _Rewriter.loop,
    "mix": _Rewriter.mix,
    "select": _Rewriter.select,
    "unselect": _Rewriter.unselect,
}


Sides = tuple[tuple[Cells, Cells], tuple[int, ...], tuple[int, ...]]


def _grid(array: Array) -> Cells:
    return np.arange(array.size).reshape(array.shape)


def _dot(array: Array, x: Array, w: Array) -> Sides:
    """x wᵀ: (lead, j) from (lead, k) and (j, k)."""
    lead, k = x.shape[:-1], x.shape[-1:]
    if len(w.shape) == 1:
        right = np.arange(w.size).reshape(*(1,) * len(lead), *k)
        return (_grid(x), right), lead, k
    right = _grid(w).reshape(*(1,) * len(lead), *w.shape)
    return (_grid(x).reshape(*lead, 1, *k), right), (*lead, w.shape[0]), k


def _mix(array: Array, d: Array, w: Array) -> Sides:
    """d w: (lead, k) from (lead, j) and (j, k)."""
    lead, j = d.shape[:-1], d.shape[-1:]
    right = _grid(w).T.reshape(*(1,) * len(lead), w.shape[1], w.shape[0])
    return (_grid(d).reshape(*lead, 1, *j), right), (*lead, w.shape[1]), j


def _gram(array: Array, d: Array, x: Array) -> Sides:
    """dᵀ x, summed over the leading axes and the batch: (j, k) from (lead, j) and (lead, k)."""
    lead, k = x.shape[:-1], x.shape[-1]
    right = np.moveaxis(_grid(x), -1, 0)
    if len(array.shape) == 1:
        return (_grid(d).reshape(1, *lead), right), (k,), lead
    left = np.moveaxis(_grid(d).reshape(*lead, array.shape[0]), -1, 0)
    return (left[:, None], right[None]), (array.shape[0], k), lead


def _pair(array: Array, left: Array, right: Array) -> Sides:
    """l rᵀ for each of the leading axes: (i, j) from (i, k) and (j, k)."""
    lead = array.shape[:-2]
    one = _with_lead(left, lead)[..., :, None, :]
    other = _with_lead(right, lead)[..., None, :, :]
    return (one, other), array.shape, (left.shape[-1],)


def _pairmix(array: Array, d: Array, other: Array) -> Sides:
    """d r: (i, k) from (i, j) and (j, k); or dᵀ l, likewise with i and j exchanged."""
    lead = array.shape[:-2]
    one, two = _with_lead(d, lead), _with_lead(other, lead)
    if array.detail:
        one = np.swapaxes(one, -1, -2)
    summed = (one.shape[-1],)
    return (one[..., :, None, :], np.swapaxes(two, -1, -2)[..., None, :, :]), array.shape, summed


def _with_lead(array: Array, lead: tuple[int, ...]) -> Cells:
    """The cells of an array; leading axes along which it repeats keep the size 1."""
    cells = _grid(array)
    return cells.reshape(*(1,) * (len(lead) + 2 - cells.ndim), *cells.shape)


SIDES: dict[str, Any] = {
    "dot": _dot,
    "mix": _mix,
    "gram": _gram,
    "pair": _pair,
    "pairmix": _pairmix,
}
