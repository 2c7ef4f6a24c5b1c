"""What each kind computes: plain and slow, and nothing of it is shared with the tiers.

Every array has one axis in front, for the examples of a batch, or of size 1 where they do not
matter. See the table in :mod:`~autograd_mini.compiler.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.program import Array, Body
from autograd_mini.compiler.windows import cells_at
from autograd_mini.rows import Op

Numbers = Any  # an array of floats, of the shape (examples or 1, *shape)


def _flat(x: Numbers) -> Numbers:
    return x.reshape(len(x), -1)


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


def view(array: Array, x: Numbers) -> Numbers:
    """The cells that are shown; of ``gather`` too."""
    return _flat(x)[:, cells_at(array.detail)]


def reshape(array: Array, x: Numbers) -> Numbers:
    """The same cells."""
    return x.reshape(-1, *array.shape)


def expand(array: Array, x: Numbers) -> Numbers:
    """With axes of size 1, which broadcast."""
    return x.reshape(len(x), *(array.operands[0].shape or (1,) * len(array.shape)))


def concat(array: Array, *parts: Numbers) -> Numbers:
    """One after the other."""
    count = max(map(len, parts))
    return np.concatenate([np.broadcast_to(_flat(x), (count, x[0].size)) for x in parts], axis=1)


def dot(array: Array, x: Numbers, w: Numbers) -> Numbers:
    """x wᵀ."""
    return x @ w[0].T


def mix(array: Array, d: Numbers, w: Numbers) -> Numbers:
    """d w."""
    return d[..., None] * w[0] if w.ndim == 2 else d @ w[0]


def gram(array: Array, d: Numbers, x: Numbers) -> Numbers:
    """dᵀ x, summed over the batch."""
    count = max(len(d), len(x))
    rows = np.broadcast_to(x, (count, *x.shape[1:])).reshape(-1, x.shape[-1])
    columns = np.broadcast_to(d, (count, *d.shape[1:])).reshape(len(rows), -1)
    return (columns.T @ rows).reshape(1, *array.shape)


def pair(array: Array, left: Numbers, right: Numbers) -> Numbers:
    """l rᵀ."""
    return left @ np.swapaxes(right, -1, -2)


def pairmix(array: Array, d: Numbers, other: Numbers) -> Numbers:
    """d r, or dᵀ l."""
    return (np.swapaxes(d, -1, -2) if array.detail else d) @ other


def fold(array: Array, x: Numbers) -> Numbers:
    """Sums over the axes that differ."""
    (operand,) = array.operands
    kept = (1,) * (len(operand.shape) - len(array.shape)) + array.shape
    axes = [i + 1 for i, (n, k) in enumerate(zip(operand.shape, kept, strict=True)) if n != k]
    if operand.batched and not array.batched:
        axes.insert(0, 0)
    return x.sum(axis=tuple(axes), keepdims=True).reshape(-1, *array.shape)


def select(array: Array, table: Numbers, index: Numbers) -> Numbers:
    """Rows, or places in rows."""
    count = max(len(table), len(index))
    table = np.broadcast_to(table, (count, *table.shape[1:]))
    index = np.broadcast_to(index, (count, *index.shape[1:])).astype(int)
    if array.detail == "rows":
        return np.take_along_axis(table, index[..., None], -1)[..., 0]
    return np.stack([rows[chosen] for rows, chosen in zip(table, index, strict=True)])


def unselect(array: Array, values: Numbers, index: Numbers) -> Numbers:
    """Values added to zeros."""
    count = max(len(values), len(index))
    made = np.zeros((count, *array.shape))
    index = np.broadcast_to(index, (count, *index.shape[1:])).astype(int)
    values = np.broadcast_to(values, (count, *values.shape[1:]))
    for room, chosen, added in zip(made, index, values, strict=True):
        rows = (np.arange(len(room)), chosen) if array.detail == "rows" else chosen
        np.add.at(room, rows, added)
    return made if array.batched else made.sum(axis=0, keepdims=True)


def scatter(array: Array, *values: Numbers) -> Numbers:
    """Pieces added to zeros."""
    made = np.zeros((max(map(len, values)), array.size))
    for where, value in zip(array.detail, values, strict=True):
        cells = np.arange(array.size) if where is None else cells_at(where)
        for room, added in zip(
            made, np.broadcast_to(value, (len(made), *value.shape[1:])), strict=True
        ):
            np.add.at(room, cells.ravel(), added.ravel())
    return made.reshape(-1, *array.shape)


def loop(
    array: Array, operands: tuple[Numbers, ...], compute: Callable[[Array, Any], Numbers]
) -> list[Numbers]:
    """The numbers of all its results: round after round.

    Args:
        array: the loop.
        operands: the numbers of what it reads.
        compute: for an array, and the numbers of others, its own.
    """
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
