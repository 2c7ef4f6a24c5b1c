"""Examples as the compiled code reads them: cell by cell, the examples side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np

LINE = 8
"""Doubles in a cache line."""

SLACK = 8
"""Doubles after the end of an array that a vector may read."""


class Reader(Protocol):
    """What a batch must know of the code that reads it: which arrays, and how long its rows are."""

    slots: list[int]
    row: int


def aligned(count: int) -> Any:
    """Zeros that begin at a cache line, with room for a vector after them."""
    raw = np.zeros(count + SLACK + LINE)
    start = -raw.ctypes.data % (8 * LINE) // 8
    return raw[start : start + count + SLACK]


class Batch(list[Any]):
    """Examples: an array for each argument, and these again as the compiled code reads them."""

    def __init__(self, arrays: Iterable[Any]) -> None:
        super().__init__(arrays)
        self.packed: dict[int, tuple[int, list[Any]]] = {}

    def pointers(self, runner: Reader) -> int:
        """The address of a pointer for each argument that is read; made once for each form."""
        key = id(runner)
        if key not in self.packed:
            held = [self._packed(self[slot], runner) for slot in runner.slots]
            addresses = np.array([x.ctypes.data for x in held] or [0], dtype=np.uintp)
            self.packed[key] = addresses.ctypes.data, [addresses, held]
        return self.packed[key][0]

    def tables(self, runner: Reader) -> tuple[Any, list[Any]]:
        """For code that reads one example: each example's pointers, and what they point to."""
        columns, held = [], []
        for slot in runner.slots:
            cells = self[slot].reshape(len(self[slot]), -1)
            count, size = cells.shape
            made = aligned(count * size * runner.row)
            made[: count * size * runner.row].reshape(count, size, runner.row)[:, :, 0] = cells
            held.append(made)
            strides = 8 * size * runner.row * np.arange(count, dtype=np.uintp)
            columns.append(strides + np.uintp(made.ctypes.data))
        count = len(self[0]) if self else 1
        tables = np.stack(columns, axis=1) if columns else np.zeros((count, 1), dtype=np.uintp)
        return np.ascontiguousarray(tables), held

    def _packed(self, array: Any, runner: Reader) -> Any:
        """Cell by cell, the examples side by side."""
        cells = array.reshape(len(array), -1)
        made = aligned(cells.shape[1] * runner.row)
        made[: cells.shape[1] * runner.row].reshape(-1, runner.row)[:, : len(cells)] = cells.T
        return made
