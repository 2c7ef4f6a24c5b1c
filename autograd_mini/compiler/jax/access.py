"""Ways of addressing cells that a generated program calls by name, for JAX: nothing is written to.

The counterpart of what :mod:`autograd_mini.compiler.numpy_rows` has for NumPy. A batch is an
array's first axis; ``batch`` is its length, or None where there is none.

Vocabulary: the *digits* of a window are the axes into which an array's cells are folded so that the
window is nothing but slices of them: its strides nest.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from autograd_mini.compiler.program import Shape, Window
from autograd_mini.compiler.windows import cells_of

Array = Any


class Digits(NamedTuple):
    """A window as slices.

    Attributes:
        shape: the axes into which the cells are folded.
        cut: the slice of each.
        order: which axis of the window each of the first ones is.
    """

    shape: Shape
    cut: tuple[slice, ...]
    order: Shape


def digits(size: int, where: Window) -> Digits | None:
    """The digits of a window of an array with so many cells; None if its strides do not nest.

    >>> digits(16 * 48, Window(16, (4, 16, 4), (4, 48, 1)))  # doctest: +NORMALIZE_WHITESPACE
    Digits(shape=(16, 12, 4), cut=(slice(0, 16, None), slice(4, 8, None), slice(0, 4, None)),
        order=(1, 0, 2))
    >>> digits(10, Window(0, (3,), (3,))) is None
    True
    """
    axes = [axis for axis, n in enumerate(where.sizes) if n > 1]
    axes.sort(key=lambda axis: -where.strides[axis])
    shape, cut, rest, whole = list[int](), list[slice](), where.offset, size
    for axis in axes:
        stride = where.strides[axis]
        if stride < 1 or whole % stride:
            return None
        first, rest = divmod(rest, stride)
        if first + where.sizes[axis] > whole // stride:
            return None
        shape.append(whole // stride)
        cut.append(slice(first, first + where.sizes[axis]))
        whole = stride
    if whole > 1:
        shape.append(whole)
        cut.append(slice(rest, rest + 1))
    return Digits(tuple(shape), tuple(cut), tuple(axes))


def flat(x: Array, batch: int | None) -> Array:
    """An array with all cells in one axis."""
    return x.reshape(-1) if batch is None else x.reshape(batch, -1)


def window(x: Array, batch: int | None, offset: int, sizes: Shape, strides: Shape) -> Array:
    """The cells ``offset + Σ strides[i] · index[i]``: slices if the strides nest, else a gather."""
    where = Window(offset, sizes, strides)
    lead = () if batch is None else (batch,)
    found = digits(math.prod(x.shape[len(lead) :]), where)
    if found is None:
        return flat(x, batch)[..., cells_of(where)]
    cells = x.reshape(*lead, *found.shape)[(..., *found.cut)]
    cells = cells.reshape(*lead, *[sizes[axis] for axis in found.order])
    back = [len(lead) + found.order.index(axis) for axis in sorted(found.order)]
    return cells.transpose(*range(len(lead)), *back).reshape(*lead, *sizes)


def concat(arrays: list[Array], batched: list[bool], batch: int | None) -> Array:
    """The cells of arrays, one array after the other; some may lie outside of the batch."""
    rows = []
    for x, has_batch in zip(arrays, batched, strict=True):
        cells = flat(x, batch if has_batch else None)
        if batch is not None and not has_batch:
            cells = jnp.broadcast_to(cells, (batch, cells.shape[0]))
        rows.append(cells)
    return jnp.concatenate(rows, axis=-1)


def select(table: Array, batch: int | None, index: Array, rows: bool) -> Array:
    """For each index the row of a table; or, in each of the table's rows, the place it says."""
    if rows:
        table = table[None] if batch is None else table
        return jnp.take_along_axis(table, index[..., None], -1, mode="clip")[..., 0]
    if batch is None:
        return table[index]
    # along the batch, so that no device needs another's rows
    places = index.reshape(batch, -1, *[1] * (table.ndim - 2))
    found = jnp.take_along_axis(table, places, axis=1, mode="clip")
    return found.reshape(*index.shape, *table.shape[2:])


def largest(x: Array, mask: Array | None = None) -> Array:
    """The largest along the last axis; ties share the derivative, and where the mask is False none.

    A nan wins, and has the derivative nan, as in the table.
    """
    return _largest(x, mask) if mask is not None else jnp.max(x, axis=-1)


def _largest(x: Array, mask: Array) -> Array:
    made = jax.custom_jvp(lambda x: jnp.max(x, axis=-1))

    def derivative(given: tuple[Array], moved: tuple[Array]) -> tuple[Array, Array]:
        z = made(*given)
        here = mask & (given[0] == z[..., None])
        share = here / here.sum(axis=-1, keepdims=True).astype(z.dtype)
        return z, (share * moved[0]).sum(axis=-1)

    made.defjvp(derivative)
    return made(x)


def within(mask: Array, x: Array) -> Array:
    """x, which receives nothing from where the mask is False."""
    return jnp.where(mask, x, jax.lax.stop_gradient(x))


LIBRARY = {
    "flat": flat,
    "window": window,
    "concat": concat,
    "select": select,
    "largest": largest,
    "within": within,
    "stop_gradient": jax.lax.stop_gradient,
    "scan": jax.lax.scan,
    "jnp": jnp,
}
"""What generated source may call beside the rows."""
