"""Ways of addressing cells that a generated NumPy program calls by name.

A batch is an array's first axis; ``batch`` is its length, or None where there is none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

Array = Any


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
