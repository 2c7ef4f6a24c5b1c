"""What must hold of an array of each kind, and what it computes: plain and slow.

Two functions for a kind where they are more than a line of the table (:mod:`kinds`): ``fits_…`` of
an array and its operands says whether shape and detail are what they must be; the other computes
its numbers from its operands'. Numbers have one axis in front, for the examples of a batch, or of
size 1 where they do not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.program import Array, Body, Window, broadcast
from autograd_mini.compiler.windows import cells_at
from autograd_mini.rows import Op

Numbers = Any  # an array of floats, of the shape (examples or 1, *shape)


def _flat(x: Numbers) -> Numbers:
    return x.reshape(len(x), -1)


def _together(*xs: Numbers) -> tuple[int, list[Numbers]]:
    """How many examples there are, and all numbers for so many."""
    count = max(map(len, xs))
    return count, [np.broadcast_to(x, (count, *x.shape[1:])) for x in xs]


# --- leaves and formulas --------------------------------------------------------------------------


def fits_known(array: Array) -> bool:
    """Known numbers of its shape, the same for the whole batch."""
    return bool(array.detail.shape == array.shape and not array.batched)


def fits_formula(array: Array, *operands: Array) -> bool:
    """The names in the formula are what is read."""
    named = set(f.names(array.detail)) == set(operands)
    return named and array.shape == broadcast([x.shape for x in operands])


def formula(array: Array, *operands: Numbers) -> Numbers:
    """The rows of the table, element by element."""
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


# --- cells of arrays ------------------------------------------------------------------------------


def _inside(where: Any, size: int) -> bool:
    """Whether all cells are among so many."""
    if not isinstance(where, Window):
        return bool(where.min() >= 0 and where.max() < size)
    reaches = [(n - 1) * s for n, s in zip(where.sizes, where.strides, strict=True)]
    first = where.offset + sum(min(reach, 0) for reach in reaches)
    return first >= 0 and where.offset + sum(max(reach, 0) for reach in reaches) < size


def fits_cells(array: Array, x: Array) -> bool:
    """A window, or a list, of cells of what is read."""
    where = array.detail
    shape = where.sizes if isinstance(where, Window) else where.shape
    return bool(shape == array.shape and _inside(where, x.size))


def cells(array: Array, x: Numbers) -> Numbers:
    """The cells that are shown."""
    return _flat(x)[:, cells_at(array.detail)]


def expand(array: Array, x: Numbers) -> Numbers:
    """With axes of size 1, which broadcast."""
    return x.reshape(len(x), *(array.operands[0].shape or (1,) * len(array.shape)))


def concat(array: Array, *parts: Numbers) -> Numbers:
    """One after the other."""
    return np.concatenate(_together(*map(_flat, parts))[1], axis=1)


def fits_scatter(array: Array, *pieces: Array) -> bool:
    """A place for each piece."""
    return len(array.detail) == len(pieces) and all(
        x.shape == array.shape
        if where is None
        else x.shape == cells_at(where).shape and _inside(where, array.size)
        for where, x in zip(array.detail, pieces, strict=True)
    )


def scatter(array: Array, *pieces: Numbers) -> Numbers:
    """Pieces added to zeros."""
    count, every = _together(*pieces)
    made = np.zeros((count, array.size))
    for where, piece in zip(array.detail, every, strict=True):
        cells = np.arange(array.size) if where is None else cells_at(where)
        places: Any = np.s_[:, cells.ravel()]
        np.add.at(made, places, _flat(piece))
    return made.reshape(-1, *array.shape)


# --- products and sums ----------------------------------------------------------------------------


def fits_dot(array: Array, x: Array, w: Array) -> bool:
    """x wᵀ with rows of one length."""
    rows = not w.batched and len(w.shape) in (1, 2) and x.shape[-1] == w.shape[-1]
    return rows and array.shape == x.shape[:-1] + w.shape[:-1]


def fits_mix(array: Array, d: Array, w: Array) -> bool:
    """d w."""
    if w.batched or len(w.shape) not in (1, 2):
        return False
    lead = d.shape if len(w.shape) == 1 else d.shape[:-1]
    return array.shape == (*lead, w.shape[-1]) and (len(w.shape) == 1 or d.shape[-1] == w.shape[0])


def mix(array: Array, d: Numbers, w: Numbers) -> Numbers:
    """d w."""
    return d[..., None] * w[0] if w.ndim == 2 else d @ w[0]


def fits_gram(array: Array, d: Array, x: Array) -> bool:
    """dᵀ x, the same for the whole batch."""
    return not array.batched and (*d.shape, x.shape[-1]) == (*x.shape[:-1], *array.shape)


def gram(array: Array, d: Numbers, x: Numbers) -> Numbers:
    """dᵀ x, summed over the batch."""
    _, (d, x) = _together(d, x)
    rows = x.reshape(-1, x.shape[-1])
    return (d.reshape(len(rows), -1).T @ rows).reshape(1, *array.shape)


def fits_pair(array: Array, left: Array, right: Array) -> bool:
    """l rᵀ for each of the leading axes."""
    return (
        len(left.shape) == len(right.shape) == len(array.shape) >= 2
        and left.shape[-1] == right.shape[-1]
        and array.shape == (*left.shape[:-1], right.shape[-2])
        and broadcast([left.shape[:-2], right.shape[:-2]]) == array.shape[:-2]
    )


def fits_pairmix(array: Array, d: Array, other: Array) -> bool:
    """d r, or dᵀ l."""
    if not len(d.shape) == len(other.shape) == len(array.shape) >= 2:
        return False
    rows, columns = d.shape[-2:] if not array.detail else d.shape[:-3:-1]
    return other.shape[-2] == columns and array.shape == (*d.shape[:-2], rows, other.shape[-1])


def pairmix(array: Array, d: Numbers, other: Numbers) -> Numbers:
    """d r, or dᵀ l."""
    return (np.swapaxes(d, -1, -2) if array.detail else d) @ other


def fits_fold(array: Array, x: Array) -> bool:
    """A shape that broadcasting gives back."""
    kept = (1,) * (len(x.shape) - len(array.shape)) + array.shape
    return array.batched <= x.batched and broadcast([kept, x.shape]) == x.shape


def fold(array: Array, x: Numbers) -> Numbers:
    """Sums over the axes that differ."""
    (operand,) = array.operands
    kept = (1,) * (len(operand.shape) - len(array.shape)) + array.shape
    axes = [i + 1 for i, (n, k) in enumerate(zip(operand.shape, kept, strict=True)) if n != k]
    if operand.batched and not array.batched:
        axes.insert(0, 0)
    return x.sum(axis=tuple(axes), keepdims=True).reshape(-1, *array.shape)


# --- tables ---------------------------------------------------------------------------------------


def fits_table(detail: str, table: Array, index: Array, values: Array) -> bool:
    """An index for each value: the place in a row of the table, or the number of a row."""
    if detail == "rows":
        return values.shape == index.shape == table.shape[:-1]
    return detail == "grid" and values.shape == index.shape + table.shape[1:]


def select(array: Array, table: Numbers, index: Numbers) -> Numbers:
    """Rows, or places in rows."""
    _, (table, index) = _together(table, index.astype(int))
    if array.detail == "rows":
        return np.take_along_axis(table, index[..., None], -1)[..., 0]
    return np.stack([rows[chosen] for rows, chosen in zip(table, index, strict=True)])


def unselect(array: Array, values: Numbers, index: Numbers) -> Numbers:
    """Values added to zeros."""
    count, (values, index) = _together(values, index.astype(int))
    made = np.zeros((count, *array.shape))
    for room, chosen, added in zip(made, index, values, strict=True):
        rows = (np.arange(len(room)), chosen) if array.detail == "rows" else chosen
        np.add.at(room, rows, added)
    return made if array.batched else made.sum(axis=0, keepdims=True)


# --- loops ----------------------------------------------------------------------------------------


def fits_loop(array: Array, fits: Callable[[Array], bool]) -> bool:
    """Whether a body reads what is there, and hands on what it was handed."""
    body: Body = array.detail
    outside = set(array.operands)
    if outside != set(body.read()) or array.shape != () or body.rounds < 1:
        return False
    made = {*outside, *body.carries}
    for one in body.arrays:
        if not (made.issuperset(one.operands) and fits(one)):
            return False
        if one.kind == "item" and not (
            one.operands[0] in outside and one.detail <= one.operands[0].shape[0] - body.rounds
        ):
            return False
        made.add(one)
    ends = zip(body.carries, body.firsts, body.nexts, strict=True)
    return made.issuperset(body.stacked) and all(
        carry.kind == "carry"
        and first in outside
        and following in made
        and first.shape == following.shape == carry.shape
        and max(first.batched, following.batched) <= carry.batched
        for carry, first, following in ends
    )


def fits_result(array: Array, loop: Array) -> bool:
    """Whether it has a row for each round, and one more for what is carried."""
    body: Body = loop.detail
    one = [*body.carries, *body.stacked][array.detail]
    rows = body.rounds + (array.detail < len(body.carries))
    return array.shape == (rows, *one.shape) and array.batched == one.batched


def loop(
    array: Array, operands: tuple[Numbers, ...], compute: Callable[[Array, Any], Numbers]
) -> list[Numbers]:
    """The numbers of all its results, round after round; ``compute`` gives one array's."""
    body: Body = array.detail
    outside = dict(zip(array.operands, operands, strict=True))
    count = max(map(len, operands)) if array.batched else 1
    state = [outside[first] for first in body.firsts]
    trails: list[list[Numbers]] = [[x] for x in state]
    stacks: list[list[Numbers]] = [[] for _ in body.stacked]
    order = range(body.rounds)
    for t in reversed(order) if body.backward else order:
        made = outside | dict(zip(body.carries, state, strict=True))
        for one in body.arrays:
            if one.kind == "item":
                made[one] = made[one.operands[0]][:, t + one.detail]
            else:
                made[one] = compute(one, made)
        state = [made[x] for x in body.nexts]
        for rows, x in zip(trails, state, strict=True):
            rows.append(x)
        for rows, one in zip(stacks, body.stacked, strict=True):
            rows.append(made[one])
    found = []
    for rows, one in zip([*trails, *stacks], [*body.carries, *body.stacked], strict=True):
        size = count if one.batched else 1
        whole = [np.broadcast_to(x, (size, *one.shape)) for x in rows]
        found.append(np.stack(whole[::-1] if body.backward else whole, axis=1))
    return found
