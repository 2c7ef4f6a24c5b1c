"""Where the cells of the arrays lie, worked out in numbers.

Vocabulary: a *buffer* is a run of memory: theta, an argument, or something computed. An *access* is
the list of a buffer's cells that a loop nest reads or writes, in the order of its grid. Views,
reshapes, broadcasts and gathers move nothing: they are lists of cells, composed here and, where
they follow a pattern, recognised as strides later (:mod:`~autograd_mini.compiler.windows`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_mini.compiler.program import Array, Window

Cells = Any
"""An array of integers."""

ALIASES = ("view", "reshape", "expand", "gather")
"""Kinds that show the cells of their operand."""


class Buffer:
    """A run of memory.

    Attributes:
        name: where it is: "theta", "gradient", "constants", "arena", "local" (nowhere: it stays in
            registers), or an argument's kind and number.
        size: its cells.
        batched: whether each cell is a row with a number for each example.
        start: where in the arena or among the constants it begins, in doubles.
        pinned: whether it must keep its place to itself, as results do.
    """

    __slots__ = ("batched", "name", "pinned", "size", "start")

    def __init__(self, name: Any, size: int, batched: bool, pinned: bool = False) -> None:
        self.name = name
        self.size = size
        self.batched = batched
        self.pinned = pinned
        self.start = 0

    @property
    def memory(self) -> Buffer:
        """The buffer that its cells are in: itself."""
        return self

    def __repr__(self) -> str:
        return f"<buffer {self.name} of {self.size}{' rows' if self.batched else ''}>"


class Moving(Buffer):
    """The cells of another buffer, moved on by ``step`` of them in each round of a loop."""

    __slots__ = ("base", "step")

    def __init__(self, base: Buffer, step: int) -> None:
        super().__init__("moving", base.size, base.batched)
        self.base = base
        self.step = step

    @property
    def memory(self) -> Buffer:
        """The buffer that it is a part of."""
        return self.base


class Access:
    """Cells of a buffer, in the order of a grid."""

    __slots__ = ("buffer", "cells", "key")

    def __init__(self, buffer: Buffer, cells: Cells) -> None:
        self.buffer = buffer
        self.cells = cells
        self.key = id(buffer), cells.tobytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Access) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Weight:
    """∂cost/∂loss: one number for all examples, an argument of the step."""


class Picked:
    """For each index the cell of a table: ``table[index · stride]``, the table at cell 0."""

    __slots__ = ("index", "stride", "table")

    def __init__(self, table: Access, index: Access, stride: int) -> None:
        self.table = table
        self.index = index
        self.stride = stride


class Core:
    """The result of a kernel's product or reduction."""


def window_cells(window: Window) -> Cells:
    """The cells of a window, in its shape."""
    cells = np.full(window.sizes, window.offset)
    for axis, (size, stride) in enumerate(zip(window.sizes, window.strides, strict=True)):
        along = [1] * len(window.sizes)
        along[axis] = size
        cells = cells + stride * np.arange(size).reshape(along)
    return cells


def spread(shape: tuple[int, ...], over: tuple[int, ...]) -> Cells:
    """For each cell of the larger shape the cell of the smaller one that it shows."""
    size = int(np.prod(shape))
    cells = np.arange(size).reshape(shape or (1,) * len(over))
    return np.broadcast_to(cells, over).ravel()


def shown(alias: Array) -> Cells:
    """For each cell of a view, reshape, expand or gather the cell of its operand."""
    (base,) = alias.operands
    if alias.kind == "view":
        return window_cells(alias.detail).ravel()
    if alias.kind == "gather":
        return np.asarray(alias.detail).ravel()
    if alias.kind == "expand":
        return spread(base.shape, alias.shape)
    return np.arange(alias.size)


def root(array: Array) -> Array:
    """What an alias shows in the end."""
    while array.kind in ALIASES:
        (array,) = array.operands
    return array


def root_cells(array: Array) -> Cells:
    """For each cell of an alias the cell of its root."""
    cells = None
    while array.kind in ALIASES:
        if array.kind != "reshape":
            here = shown(array)
            cells = here if cells is None else here[cells]
        (array,) = array.operands
    return np.arange(array.size) if cells is None else cells
