"""Cells as windows: offset plus strides times index, wherever a list of cells allows it.

Vocabulary: a *break* of a list of n cells is a number m that divides n such that the list is made
of runs of m cells which are equal up to an offset; the breaks say into which axes the list folds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from autograd_mini.compiler.program import Shape, Window

Cells = NDArray[np.int_]


def breaks(cells: Cells) -> list[int] | None:
    """The breaks of a list of cells, ascending, its length the last; None if it is irregular.

    >>> breaks(np.array([0, 1, 2, 10, 11, 12]))
    [3, 6]
    >>> breaks(np.array([0, 0, 5, 5, 7])) is None
    True
    """
    found = []
    run = 1
    while len(cells) > 1:
        steps = np.diff(cells)
        others = np.flatnonzero(steps != steps[0])
        length = int(others[0]) + 1 if len(others) else len(cells)
        if len(cells) % length:
            return None
        rows = cells.reshape(-1, length)
        if ((rows - rows[:, :1]) != (rows[0] - rows[0, 0])).any():
            return None
        run *= length
        found.append(run)
        cells = rows[:, 0]
    return found


def axes(length: int, many: Iterable[Sequence[int] | None]) -> Shape:
    """The axes into which all lists of cells fold together, as far as they agree.

    >>> axes(6, [[6], [3, 6]])
    (2, 3)
    >>> axes(6, [[3, 6], [2, 6]])  # the first one decides
    (2, 3)
    >>> axes(1, [[]])
    ()
    """
    agreed = {1, length}
    for found in many:
        joined = sorted(agreed | set(found or ()))
        if all(larger % smaller == 0 for smaller, larger in pairwise(joined)):
            agreed = set(joined)
    return tuple(larger // smaller for smaller, larger in pairwise(sorted(agreed)))[::-1]


def window(cells: Cells) -> Window | None:
    """The window that an array of cells is; None if there is none. A cell below 0 may be any.

    >>> window(np.array([[3, 5], [13, 15]]))
    Window(offset=3, sizes=(2, 2), strides=(10, 2))
    >>> window(np.array([[3, -1], [13, 15]]))
    Window(offset=3, sizes=(2, 2), strides=(10, 2))
    """
    known = cells >= 0
    offset = int(cells.flat[0])
    if offset < 0:
        return None
    strides = []
    for axis, size in enumerate(cells.shape):
        stride = _stride(cells, known, axis) if size > 1 else 0
        if stride is None:
            return None
        strides.append(stride)
    found = Window(offset, tuple(cells.shape), tuple(strides))
    return None if (cells_of(found) != cells)[known].any() else found


def _stride(cells: Cells, known: NDArray[np.bool_], axis: int) -> int | None:
    """How far neighbours along an axis are apart, where two of them are known."""
    corner = [0] * cells.ndim
    corner[axis] = 1
    if known[tuple(corner)]:
        return int(cells[tuple(corner)] - cells.flat[0])
    ahead = np.moveaxis(cells, axis, 0)
    both = np.moveaxis(known, axis, 0)
    pairs = np.flatnonzero((both[:-1] & both[1:]).ravel())
    return int((ahead[1:] - ahead[:-1]).ravel()[pairs[0]]) if len(pairs) else None


def cells_of(fits: Window) -> Cells:
    """The cells that a window shows."""
    along = np.indices(fits.sizes, sparse=True)
    steps = [stride * index for stride, index in zip(fits.strides, along, strict=True)]
    return sum(steps, np.full(fits.sizes, fits.offset))


def cells_at(where: Window | Cells) -> Cells:
    """The cells of a window, or a list of cells as it is."""
    return cells_of(where) if isinstance(where, Window) else where


def folded(cells: Cells) -> tuple[Shape, Window] | None:
    """A finer shape in which an array of cells is a window, found axis by axis."""
    finer: list[int] = []
    for axis, size in enumerate(cells.shape):
        first = cells[tuple(slice(None) if a == axis else 0 for a in range(cells.ndim))]
        found = breaks(first)
        if found is None:
            return None
        finer += axes(size, [found]) or (1,)
    shape = tuple(finer)
    fits = window(cells.reshape(shape))
    return None if fits is None else (shape, fits)


def collapsed(fits: Window) -> Window:
    """The window with size 1 along the axes where the cell does not change."""
    sizes = tuple(n if s else 1 for n, s in zip(fits.sizes, fits.strides, strict=True))
    return fits._replace(sizes=sizes)


def overlaps(fits: Window) -> bool:
    """Whether the window shows a cell more than once."""
    reach = 1
    for size, stride in sorted(zip(fits.sizes, fits.strides, strict=True), key=lambda a: abs(a[1])):
        if size > 1 and abs(stride) < reach:
            return True
        reach = max(reach, abs(stride) * (size - 1) + reach)
    return False


def plain(window: Window) -> tuple[int, int, int] | None:
    """Start, stop and step of a window that is a slice of the flat cells, in order."""
    axes = [(n, s) for n, s in zip(window.sizes, window.strides, strict=True) if n != 1]
    step = axes[-1][1] if axes else 1
    reach = step
    for size, stride in reversed(axes):
        if stride != reach or step < 1:
            return None
        reach *= size
    length = math.prod(window.sizes)
    return window.offset, window.offset + (length - 1) * step + 1, step


def turned(window: Window) -> Shape | None:
    """The shape of the matrix whose transpose the window is."""
    if len(window.sizes) == 2 and window.strides == (1, window.sizes[0]):
        return window.sizes[1], window.sizes[0]
    return None


def tiles(size: int, pieces: Sequence[Window | Cells]) -> bool:
    """Whether the pieces cover every cell, and none twice."""
    if not all(isinstance(piece, Window) for piece in pieces):
        return False
    count = np.zeros(size, dtype=int)
    for piece in pieces:
        np.add.at(count, cells_at(piece).ravel(), 1)
    return bool((count == 1).all())
