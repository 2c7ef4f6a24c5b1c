"""What a generated NumPy program calls beside NumPy itself.

First the rows of the table that NumPy lacks, or computes differently at the edges; then the few
ways of addressing cells that have no short expression. A batch is an array's first axis; ``batch``
is its length, or None where there is none.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

Array = Any

# --- rows -----------------------------------------------------------------------------------------

erf = np.vectorize(math.erf, otypes=[float])
erfc = np.vectorize(math.erfc, otypes=[float])


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), written so that neither tail loses a digit."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0.0, 1.0, e) / (1.0 + e)


def softplus(x: Array) -> Array:
    """log(1 + e^x)."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def logsigmoid(x: Array) -> Array:
    """log σ(x)."""
    return -softplus(-x)


def sech2(x: Array) -> Array:
    """1 / cosh² x."""
    e = np.exp(-2.0 * np.abs(x))
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


def gelu(x: Array) -> Array:
    """x Φ(x)."""
    return 0.5 * x * erfc(-x / math.sqrt(2.0))


def leaky_relu(x: Array, slope: Array) -> Array:
    """x where it is positive, else slope · x."""
    return np.where((x > 0.0) & (slope == slope), x, slope * x)


def elu(x: Array, alpha: Array) -> Array:
    """x where it is positive, else alpha (e^x - 1)."""
    return np.where((x > 0.0) & (alpha == alpha), x, alpha * np.expm1(x))


def xlogy(x: Array, y: Array) -> Array:
    """x log y, and 0 where x is 0 (unless y is nan)."""
    return np.where((x == 0.0) & (y == y), 0.0, x * np.log(y))


def greater(x: Array, y: Array) -> Array:
    """1 where x > y, 0.5 where they are equal, else 0; nan for nan."""
    order = 0.5 + 0.5 * (np.greater(x, y) * 1.0 - np.less(x, y))
    return np.where((x == x) & (y == y), order, np.nan)


def equal(x: Array, y: Array) -> Array:
    """1 where x = y, else 0."""
    return np.equal(x, y) * 1.0


def total(x: Array) -> Array:
    """The sum along the last axis, which stays as an axis of size 1."""
    return np.sum(x, axis=-1, keepdims=True)


# --- cells ----------------------------------------------------------------------------------------


def flat(x: Array, batch: int | None) -> Array:
    """An array with all cells in one axis."""
    return x.reshape(-1) if batch is None else x.reshape(batch, -1)


def window(
    x: Array, batch: int | None, offset: int, sizes: tuple[int, ...], strides: tuple[int, ...]
) -> Array:
    """The cells ``offset + Σ strides[i] · index[i]``, as a view that may be written to."""
    cells = flat(x, batch)[..., offset:]
    step = cells.strides[-1]
    lead = () if batch is None else ((batch,), (cells.strides[0],))
    sizes = (*(lead[0] if lead else ()), *sizes)
    return as_strided(cells, sizes, (*(lead[1] if lead else ()), *[s * step for s in strides]))


def add_at(x: Array, batch: int | None, cells: Array, values: Array) -> None:
    """Add values to the cells of x; a cell that is named twice gets both."""
    places: Any = cells if batch is None else np.s_[:, cells]
    np.add.at(flat(x, batch), places, values)


def concat(arrays: list[Array], batched: list[bool], batch: int | None) -> Array:
    """The cells of arrays, one array after the other; some may lie outside of the batch."""
    rows = []
    for x, has_batch in zip(arrays, batched, strict=True):
        cells = flat(x, batch if has_batch else None)
        if batch is not None and not has_batch:
            cells = np.broadcast_to(cells, (batch, len(cells)))
        rows.append(cells)
    return np.concatenate(rows, axis=-1)


def select(table: Array, batch: int | None, index: Array, rows: bool) -> Array:
    """For each index the row of a table; or, in each of the table's rows, the place it says."""
    if rows:
        if batch is None:
            table = table[None]
        return np.take_along_axis(table, index[..., None], -1)[..., 0]
    if batch is None:
        return table[index]
    examples = np.arange(batch).reshape(-1, *[1] * (index.ndim - 1))
    return table[examples, index]


def unselect(
    values: Array, batch: int | None, index: Array, shape: tuple[int, ...], rows: bool
) -> Array:
    """Zeros in the shape of the table, with the values added where ``select`` had read."""
    if rows:
        places: Any = (np.arange(len(index)).reshape(-1, 1), np.arange(shape[0]), index)
        made = np.zeros((len(index), *shape))
        np.add.at(made, places, values)
        return made.sum(axis=0) if batch is None else made
    made = np.zeros(shape if batch is None else (batch, *shape))
    if batch is None:
        np.add.at(made, index, values)
    else:
        examples = np.arange(batch).reshape(-1, *[1] * (index.ndim - 1))
        np.add.at(made, (examples, index), values)
    return made
