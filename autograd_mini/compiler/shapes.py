"""What must hold of an array of each kind: its shape, its detail, what it reads.

Each function says whether it does; see the table in :mod:`~autograd_mini.compiler.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.program import Array, Body, Window, broadcast
from autograd_mini.compiler.windows import cells_at


def leaf(array: Array) -> bool:
    """Nothing is read."""
    return not array.operands


def holds_numbers(array: Array) -> bool:
    """Known numbers of its shape, the same for the whole batch."""
    return not array.operands and array.detail.shape == array.shape and not array.batched


def mask(array: Array) -> bool:
    """Booleans."""
    return holds_numbers(array) and array.detail.dtype == bool


def window(array: Array) -> bool:
    """A window of what is read."""
    window: Window = array.detail
    return window.sizes == array.shape and _inside(window, array.operands[0].size)


def _inside(where: Any, size: int) -> bool:
    """Whether all cells are among so many."""
    if not isinstance(where, Window):
        return bool(where.min() >= 0 and where.max() < size)
    reaches = [(n - 1) * s for n, s in zip(where.sizes, where.strides, strict=True)]
    first = where.offset + sum(min(reach, 0) for reach in reaches)
    return first >= 0 and where.offset + sum(max(reach, 0) for reach in reaches) < size


def gather(array: Array) -> bool:
    """A list of cells of what is read."""
    return bool(array.detail.shape == array.shape and _inside(array.detail, array.operands[0].size))


def reshape(array: Array) -> bool:
    """As many cells."""
    return array.size == array.operands[0].size


def expand(array: Array) -> bool:
    """A shape that broadcasting gives."""
    return broadcast([array.shape, array.operands[0].shape]) == array.shape


def concat(array: Array) -> bool:
    """All cells in one axis."""
    return array.shape == (sum(x.size for x in array.operands),)


def formula(array: Array) -> bool:
    """The names in the formula are what is read."""
    named = set(f.names(array.detail)) == set(array.operands)
    return named and array.shape == broadcast([x.shape for x in array.operands])


def dot(array: Array) -> bool:
    """x wᵀ with rows of one length."""
    x, w = array.operands
    rows = not w.batched and len(w.shape) in (1, 2) and x.shape[-1] == w.shape[-1]
    return rows and array.shape == x.shape[:-1] + w.shape[:-1]


def mix(array: Array) -> bool:
    """d w."""
    d, w = array.operands
    if w.batched or len(w.shape) not in (1, 2):
        return False
    lead = d.shape if len(w.shape) == 1 else d.shape[:-1]
    return array.shape == (*lead, w.shape[-1]) and (len(w.shape) == 1 or d.shape[-1] == w.shape[0])


def gram(array: Array) -> bool:
    """dᵀ x, the same for the whole batch."""
    d, x = array.operands
    return not array.batched and (*d.shape, x.shape[-1]) == (*x.shape[:-1], *array.shape)


def pair(array: Array) -> bool:
    """l rᵀ for each of the leading axes."""
    left, right = array.operands
    rank = len(array.shape)
    return (
        len(left.shape) == len(right.shape) == rank >= 2
        and left.shape[-1] == right.shape[-1]
        and array.shape == (*left.shape[:-1], right.shape[-2])
        and broadcast([left.shape[:-2], right.shape[:-2]]) == array.shape[:-2]
    )


def pairmix(array: Array) -> bool:
    """d r, or dᵀ l."""
    d, other = array.operands
    if not len(d.shape) == len(other.shape) == len(array.shape) >= 2:
        return False
    rows, columns = d.shape[-2:] if not array.detail else d.shape[:-3:-1]
    return other.shape[-2] == columns and array.shape == (*d.shape[:-2], rows, other.shape[-1])


def row(array: Array) -> bool:
    """An axis less."""
    return array.shape == array.operands[0].shape[:-1]


def fold(array: Array) -> bool:
    """A shape that broadcasting gives back."""
    (x,) = array.operands
    kept = (1,) * (len(x.shape) - len(array.shape)) + array.shape
    return array.batched <= x.batched and broadcast([kept, x.shape]) == x.shape


def select(array: Array) -> bool:
    """An index for each result."""
    table, index = array.operands
    if array.detail == "rows":
        return array.shape == index.shape == table.shape[:-1]
    return array.detail == "grid" and array.shape == index.shape + table.shape[1:]


def unselect(array: Array) -> bool:
    """An index for each value."""
    values, index = array.operands
    if array.detail == "rows":
        return values.shape == index.shape == array.shape[:-1]
    return array.detail == "grid" and values.shape == index.shape + array.shape[1:]


def scatter(array: Array) -> bool:
    """A place for each piece."""
    return len(array.detail) == len(array.operands) and all(
        x.shape == array.shape
        if where is None
        else x.shape == cells_at(where).shape and _inside(where, array.size)
        for where, x in zip(array.detail, array.operands, strict=True)
    )


def loop(array: Array, fits: Callable[[Array], bool]) -> bool:
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


def result(array: Array) -> bool:
    """Whether it has a row for each round, and one more for what is carried."""
    body: Body = array.operands[0].detail
    one = [*body.carries, *body.stacked][array.detail]
    rows = body.rounds + (array.detail < len(body.carries))
    return array.shape == (rows, *one.shape) and array.batched == one.batched


def item(array: Array) -> bool:
    """Whether it is a row."""
    return array.shape == array.operands[0].shape[1:] and array.detail >= 0
