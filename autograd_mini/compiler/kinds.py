"""What a kind of statement is: one row, of what must hold, what it computes, and its derivative.

A row is read by the validator (*fits*), by the interpreter (*numbers*), by the stage that
differentiates (*adjoint*), and by the lowering to NumPy (*text*). The kinds are explained in
:mod:`~autograd_mini.compiler.program`.

The interpreter is plain and slow, and shares nothing with the tiers: every array has one axis in
front, for the examples of a batch, or of size 1 where they do not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import adjoints
from autograd_mini.compiler import formula as f
from autograd_mini.compiler import numpy_text as text
from autograd_mini.compiler.loop_kinds import fits_item, fits_loop, fits_result, numbers_of_loop
from autograd_mini.compiler.numpy_text import Storage, Text
from autograd_mini.compiler.program import Array, Program, Window, broadcast
from autograd_mini.compiler.windows import cells_of
from autograd_mini.rows import Op

Numbers = Any  # an array of floats, of the shape (examples or 1, *shape)


class Kind(NamedTuple):
    """One row.

    Attributes:
        fits: whether an array of this kind has the shape and the detail that it must have.
        numbers: its numbers, from those of its operands.
        adjoint: what its adjoint hands on to its operands; None where it has none.
        text: how it is written in NumPy's language; None where the lowering does that itself.
    """

    fits: Callable[[Array], bool]
    numbers: Callable[..., Numbers]
    adjoint: Callable[[adjoints.Reverse, Array, Array], None] | None = None
    text: Callable[[Storage, Array], Text] | None = None


def interpret(
    program: Program, theta: Sequence[float], arguments: Sequence[Any], weight: float
) -> dict[Array, Numbers]:
    """The numbers of every array of a program.

    Args:
        program: the program.
        theta: the parameters, in their own order.
        arguments: for each argument its numbers, (examples, cells).
        weight: ∂cost/∂loss of every example.
    """
    count = len(arguments[0]) if arguments else 1
    made: dict[Array, Numbers] = {}
    for array in program.arrays:
        if array.kind == "theta":
            numbers = np.array([theta[i] for i in program.order], dtype=float)[None]
        elif array.kind in ("argument", "index"):
            numbers = np.asarray(arguments[array.detail]).reshape(count, *array.shape)
        elif array.kind == "seed":
            numbers = np.full(count, weight)
        else:
            numbers = _computed(array, made)
        made[array] = numbers
    return made


def _computed(array: Array, made: dict[Array, Numbers]) -> Numbers:
    numbers = KINDS[array.kind].numbers(array, *[made[x] for x in array.operands])
    if array.kind == "loop":  # of all its results
        return numbers
    return np.broadcast_to(numbers, (len(numbers), *array.shape))


# --- what a kind computes -------------------------------------------------------------------------


def _flat(x: Numbers) -> Numbers:
    return x.reshape(len(x), -1)


def _formula(array: Array, *operands: Numbers) -> Numbers:
    known = dict(zip(array.operands, operands, strict=True))
    rank = len(array.shape)

    def value(item: f.Formula) -> Numbers:
        if isinstance(item, f.Number):
            return np.full((1,) * (rank + 1), item.number)
        if isinstance(item, f.Name):
            x = known[item.of]
            return x.reshape(len(x), *(item.of.shape or (1,) * rank))
        return elementwise(item.row)(*map(value, item.operands))

    return value(array.detail)


@cache
def elementwise(row: Op) -> Callable[..., Numbers]:
    """A row of the table on arrays: its own function, number by number."""
    exact = {ops.add: np.add, ops.sub: np.subtract, ops.mul: np.multiply, ops.neg: np.negative}
    if row in exact:
        return exact[row]
    return np.vectorize(lambda *xs: row.forward(*map(float, xs)), otypes=[float])


def _view(array: Array, x: Numbers) -> Numbers:
    return _flat(x)[:, cells_at(array.detail)]


def _reshape(array: Array, x: Numbers) -> Numbers:
    return x.reshape(-1, *array.shape)


def _expand(array: Array, x: Numbers) -> Numbers:
    return x.reshape(len(x), *(array.operands[0].shape or (1,) * len(array.shape)))


def _concat(array: Array, *parts: Numbers) -> Numbers:
    count = max(map(len, parts))
    return np.concatenate([np.broadcast_to(_flat(x), (count, x[0].size)) for x in parts], axis=1)


def _dot(array: Array, x: Numbers, w: Numbers) -> Numbers:
    return x @ w[0].T


def _mix(array: Array, d: Numbers, w: Numbers) -> Numbers:
    return d[..., None] * w[0] if w.ndim == 2 else d @ w[0]


def _gram(array: Array, d: Numbers, x: Numbers) -> Numbers:
    count = max(len(d), len(x))
    rows = np.broadcast_to(x, (count, *x.shape[1:])).reshape(-1, x.shape[-1])
    columns = np.broadcast_to(d, (count, *d.shape[1:])).reshape(len(rows), -1)
    return (columns.T @ rows).reshape(1, *array.shape)


def _pair(array: Array, left: Numbers, right: Numbers) -> Numbers:
    return left @ np.swapaxes(right, -1, -2)


def _pairmix(array: Array, d: Numbers, other: Numbers) -> Numbers:
    return (np.swapaxes(d, -1, -2) if array.detail else d) @ other


def _fold(array: Array, x: Numbers) -> Numbers:
    (operand,) = array.operands
    kept = (1,) * (len(operand.shape) - len(array.shape)) + array.shape
    axes = [i + 1 for i, (n, k) in enumerate(zip(operand.shape, kept, strict=True)) if n != k]
    if operand.batched and not array.batched:
        axes.insert(0, 0)
    return x.sum(axis=tuple(axes), keepdims=True).reshape(-1, *array.shape)


def _select(array: Array, table: Numbers, index: Numbers) -> Numbers:
    count = max(len(table), len(index))
    table = np.broadcast_to(table, (count, *table.shape[1:]))
    index = np.broadcast_to(index, (count, *index.shape[1:])).astype(int)
    if array.detail == "rows":
        return np.take_along_axis(table, index[..., None], -1)[..., 0]
    return np.stack([rows[chosen] for rows, chosen in zip(table, index, strict=True)])


def _unselect(array: Array, values: Numbers, index: Numbers) -> Numbers:
    count = max(len(values), len(index))
    made = np.zeros((count, *array.shape))
    index = np.broadcast_to(index, (count, *index.shape[1:])).astype(int)
    values = np.broadcast_to(values, (count, *values.shape[1:]))
    for room, chosen, added in zip(made, index, values, strict=True):
        rows = (np.arange(len(room)), chosen) if array.detail == "rows" else chosen
        np.add.at(room, rows, added)
    return made if array.batched else made.sum(axis=0, keepdims=True)


def _scatter(array: Array, *values: Numbers) -> Numbers:
    made = np.zeros((max(map(len, values)), array.size))
    for where, value in zip(array.detail, values, strict=True):
        cells = np.arange(array.size) if where is None else cells_at(where)
        for room, added in zip(
            made, np.broadcast_to(value, (len(made), *value.shape[1:])), strict=True
        ):
            np.add.at(room, cells.ravel(), added.ravel())
    return made.reshape(-1, *array.shape)


def cells_at(where: Any) -> Any:
    """The cells of a window, or a list of cells as it is."""
    return cells_of(where) if isinstance(where, Window) else where


# --- what must hold -------------------------------------------------------------------------------


def validate(program: Program) -> None:
    """Raise AssertionError unless arrays are made before they are used, in shapes that fit."""
    made: set[Array] = set()
    for array in program.arrays:
        assert all(x in made for x in array.operands), f"{array} uses what is not made yet"
        made.add(array)
        assert array.batched <= (array.kind in LEAVES or any(x.batched for x in array.operands))
        assert KINDS[array.kind].fits(array), f"{array} of {array.operands}"
    assert all(x in made for x in program.outputs)
    if program.gradient is not None:
        assert program.gradient in made
        assert program.gradient.shape == (len(program.order),)
        assert not program.gradient.batched


def _is_leaf(array: Array) -> bool:
    return not array.operands


def _holds_numbers(array: Array) -> bool:
    return not array.operands and array.detail.shape == array.shape and not array.batched


def _fits_mask(array: Array) -> bool:
    return _holds_numbers(array) and array.detail.dtype == bool


def _fits_window(array: Array) -> bool:
    window: Window = array.detail
    return window.sizes == array.shape and _inside(window, array.operands[0].size)


def _inside(where: Any, size: int) -> bool:
    """Whether all cells are among so many."""
    if not isinstance(where, Window):
        return bool(where.min() >= 0 and where.max() < size)
    reaches = [(n - 1) * s for n, s in zip(where.sizes, where.strides, strict=True)]
    first = where.offset + sum(min(reach, 0) for reach in reaches)
    return first >= 0 and where.offset + sum(max(reach, 0) for reach in reaches) < size


def _fits_gather(array: Array) -> bool:
    return bool(array.detail.shape == array.shape and _inside(array.detail, array.operands[0].size))


def _fits_reshape(array: Array) -> bool:
    return array.size == array.operands[0].size


def _fits_expand(array: Array) -> bool:
    return broadcast([array.shape, array.operands[0].shape]) == array.shape


def _fits_concat(array: Array) -> bool:
    return array.shape == (sum(x.size for x in array.operands),)


def _fits_formula(array: Array) -> bool:
    named = set(f.names(array.detail)) == set(array.operands)
    return named and array.shape == broadcast([x.shape for x in array.operands])


def _fits_dot(array: Array) -> bool:
    x, w = array.operands
    rows = not w.batched and len(w.shape) in (1, 2) and x.shape[-1] == w.shape[-1]
    return rows and array.shape == x.shape[:-1] + w.shape[:-1]


def _fits_mix(array: Array) -> bool:
    d, w = array.operands
    if w.batched or len(w.shape) not in (1, 2):
        return False
    lead = d.shape if len(w.shape) == 1 else d.shape[:-1]
    return array.shape == (*lead, w.shape[-1]) and (len(w.shape) == 1 or d.shape[-1] == w.shape[0])


def _fits_gram(array: Array) -> bool:
    d, x = array.operands
    return not array.batched and (*d.shape, x.shape[-1]) == (*x.shape[:-1], *array.shape)


def _fits_pair(array: Array) -> bool:
    left, right = array.operands
    rank = len(array.shape)
    return (
        len(left.shape) == len(right.shape) == rank >= 2
        and left.shape[-1] == right.shape[-1]
        and array.shape == (*left.shape[:-1], right.shape[-2])
        and broadcast([left.shape[:-2], right.shape[:-2]]) == array.shape[:-2]
    )


def _fits_pairmix(array: Array) -> bool:
    d, other = array.operands
    if not len(d.shape) == len(other.shape) == len(array.shape) >= 2:
        return False
    rows, columns = d.shape[-2:] if not array.detail else d.shape[:-3:-1]
    return other.shape[-2] == columns and array.shape == (*d.shape[:-2], rows, other.shape[-1])


def _fits_row(array: Array) -> bool:
    return array.shape == array.operands[0].shape[:-1]


def _fits_fold(array: Array) -> bool:
    (x,) = array.operands
    kept = (1,) * (len(x.shape) - len(array.shape)) + array.shape
    return array.batched <= x.batched and broadcast([kept, x.shape]) == x.shape


def _fits_select(array: Array) -> bool:
    table, index = array.operands
    if array.detail == "rows":
        return array.shape == index.shape == table.shape[:-1]
    return array.detail == "grid" and array.shape == index.shape + table.shape[1:]


def _fits_unselect(array: Array) -> bool:
    values, index = array.operands
    if array.detail == "rows":
        return values.shape == index.shape == array.shape[:-1]
    return array.detail == "grid" and values.shape == index.shape + array.shape[1:]


def _fits_scatter(array: Array) -> bool:
    return len(array.detail) == len(array.operands) and all(
        x.shape == array.shape
        if where is None
        else x.shape == cells_at(where).shape and _inside(where, array.size)
        for where, x in zip(array.detail, array.operands, strict=True)
    )


def _fits_loop(array: Array) -> bool:
    return fits_loop(array, lambda one: KINDS[one.kind].fits(one))


LEAVES = ("theta", "argument", "index", "constant", "mask", "seed", "carry")
"""Kinds without operands."""

KINDS: dict[str, Kind] = {
    "theta": Kind(lambda a: _is_leaf(a) and len(a.shape) == 1, lambda a: a),
    "argument": Kind(_is_leaf, lambda a: a),
    "index": Kind(_is_leaf, lambda a: a),
    "seed": Kind(lambda a: _is_leaf(a) and a.shape == () and a.batched, lambda a: a),
    "constant": Kind(_holds_numbers, lambda a: a.detail[None]),
    "mask": Kind(_fits_mask, lambda a: a.detail[None].astype(float)),
    "formula": Kind(_fits_formula, _formula, adjoints.of_formula, text.formula),
    "view": Kind(_fits_window, _view, adjoints.of_view, text.view),
    "gather": Kind(_fits_gather, _view, adjoints.of_view, text.gather),
    "reshape": Kind(_fits_reshape, _reshape, adjoints.of_reshape, text.reshape),
    "expand": Kind(_fits_expand, _expand, None, text.expand),
    "concat": Kind(_fits_concat, _concat, adjoints.of_concat, text.concat),
    "dot": Kind(_fits_dot, _dot, adjoints.of_dot, text.dot),
    "pair": Kind(_fits_pair, _pair, adjoints.of_pair, text.pair),
    "sum": Kind(_fits_row, lambda a, x: x.sum(axis=-1), adjoints.of_sum, text.reduction),
    "max": Kind(_fits_row, lambda a, x: x.max(axis=-1), adjoints.of_max, text.reduction),
    "select": Kind(_fits_select, _select, adjoints.of_select, text.select),
    "mix": Kind(_fits_mix, _mix, None, text.mix),
    "gram": Kind(_fits_gram, _gram, None, text.gram),
    "pairmix": Kind(_fits_pairmix, _pairmix, None, text.pairmix),
    "fold": Kind(_fits_fold, _fold, None, text.fold),
    "scatter": Kind(_fits_scatter, _scatter),
    "unselect": Kind(_fits_unselect, _unselect, None, text.unselect),
    "loop": Kind(_fits_loop, lambda a, *xs: numbers_of_loop(a, xs, _computed)),
    "result": Kind(fits_result, lambda a, results: results[a.detail], adjoints.of_result),
    "carry": Kind(_is_leaf, lambda a: a),
    "item": Kind(fits_item, lambda a, x: x),
}
