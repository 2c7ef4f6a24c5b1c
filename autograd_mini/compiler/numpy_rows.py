"""What a generated NumPy program may call: the table's rows, and ways of addressing cells.

A row's own ``array`` template says what it is called. Where NumPy has no such function, or one that
differs at the edges, ours from :mod:`~autograd_mini.compiler.kernels` is called instead; and a row
that has neither, one that a user has added say, is applied number by number.

A batch is an array's first axis; ``batch`` is its length, or None where there is none.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd_mini.compiler import kernels
from autograd_mini.rows import Op, all_rows


def template(row: Op) -> str:
    """The text of a row: NumPy's function, or ours where NumPy has none or another one."""
    if own_row(row) is not None:
        return f"{row.name}({', '.join(f'{{{i}}}' for i in range(row.arity or 0))})"
    return row.array.replace("xp.", "np.")


def own_row(row: Op) -> Any:
    """Our function for a row that is not NumPy's: from kernels, or else number by number."""
    if row.name in kernels.KERNELS:
        return kernels.KERNELS[row.name]
    called = [part.split("(")[0] for part in row.array.split("xp.")[1:]]
    if all(hasattr(np, function) for function in called):
        return None
    return kernels.number_by_number(row.name)


def library() -> dict[str, Any]:
    """What generated source may call."""
    own = {name: own_row(row) for name, row in all_rows().items() if row.arity is not None}
    rows = {name: function for name, function in own.items() if function is not None}
    ways = (flat, window, add_at, concat, select, unselect)
    return {**{way.__name__: way for way in ways}, **rows, "np": np}


def number(x: float) -> str:
    """A number as Python source."""
    if math.isfinite(x):
        return repr(x)
    return "np.nan" if math.isnan(x) else "np.inf" if x > 0.0 else "-np.inf"


Array = Any


def flat(x: Array, batch: int | None) -> Array:
    """An array, or a number that a constant formula gave, with all cells in one axis."""
    return np.reshape(x, -1 if batch is None else (batch, -1))


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
