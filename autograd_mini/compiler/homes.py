"""Where entries are, as far as it has been decided, and the order of a block's members.

Vocabulary: the *home* of an entry is the array that holds it: theta, an argument, or a block. Its
*address* puts all homes one after the other. What comes first decides; what reads it follows. The
left and right rows of a group of sums are the two sides of a graph, in which each sum joins its
left row to its right row: so the products of many sums are one matrix product, or one for each
component. See also :mod:`~autograd_mini.compiler.blocks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.blocks import (
    Block,
    Ids,
    Matrix,
    Select,
    Term,
    permuted,
    reads,
    rearranged,
)
from autograd_mini.compiler.normal import NONE, Normal
from autograd_mini.rows import Op

THETA = 0
"""The number of the home of the parameters."""


class Homes:
    """The homes made so far."""

    def __init__(self, form: Normal) -> None:
        self.form = form
        self.colours = np.array([*form.colours, NONE])  # of NONE too
        self.address = np.full(len(form.rows) + 1, NONE)
        self.homes = np.full(len(form.rows), NONE)
        self.cells = np.full(len(form.rows), NONE)
        self.blocks: dict[int, Block] = {}
        self.begins = [0]
        """The address of the first cell of each home; parameters have none before the end."""
        self.end = 0

    def _settle(self, members: Ids, cells: Ids, size: int) -> None:
        """Make a home with these members in these cells; holes have a cell and no member."""
        real = members != NONE
        self.homes[members[real]] = len(self.begins)
        self.cells[members[real]] = cells[real]
        self.address[members[real]] = self.end + cells[real]
        self.begins.append(self.end)
        self.end += size

    def _placed(self, ids: Ids) -> bool:
        return bool((self.address[ids] >= 0).all())

    def _order(self, ids: Ids) -> Ids:
        """By what rows are sorted: their addresses, or not at all."""
        return self.address[ids] if self._placed(ids) else np.zeros(len(ids), dtype=int)

    def _ordered(self, row: Op, members: Ids, parts: list[Any]) -> Block:
        """The block with its members in the order of its first grid, else of what it reads."""
        shape = None
        grid = next((part for part in parts if isinstance(part, (Matrix, Select))), None)
        if isinstance(grid, Matrix):
            shape = len(grid.x), grid.x.shape[1], grid.w.shape[1]
            by = _inverse(grid.places, int(np.prod(shape)))
        elif grid is not None:
            by = np.argsort(grid.places, kind="stable")
        elif (holey := self._like_its_operand(parts)) is not None:
            by, shape = holey
        else:
            keys = [self.address[ids] for ids in reads(parts) if self._placed(ids)]
            keys.sort(key=lambda key: len(np.unique(key)))
            by = np.lexsort(keys) if keys else np.arange(len(members))
        holes = (by == NONE).any()
        return Block(
            row,
            rearranged(members, by),
            [permuted(part, by) for part in parts],
            tuple(n for n in shape if n > 1) if holes and shape else None,
        )

    def _like_its_operand(self, parts: list[Any]) -> tuple[Ids, Any] | None:
        """The order of a home with holes that the members read one to one."""
        for part in parts:
            if not isinstance(part, Term):
                continue
            for ids in (part.left, part.right):
                if ids is None or not self._placed(ids):
                    continue
                home = self.homes[ids[0]]
                block = self.blocks.get(home)
                if block is None or block.shape is None or (self.homes[ids] != home).any():
                    continue
                by = _inverse(self.cells[ids], len(block.members))
                if ((by == NONE) == (block.members == NONE)).all() and len(ids) == (by >= 0).sum():
                    return by, block.shape
        return None


def _inverse(places: Ids, size: int) -> Ids:
    """For each place the member that is there, or NONE."""
    members = np.full(size, NONE)
    members[places] = np.arange(len(places))
    return members


FULL = 0.4
"""The least part of a grid that must have members; a triangle of scores has more than a half."""


class Grid(NamedTuple):
    """Left rows and right rows by component, and each member's place among their products."""

    left: Ids
    right: Ids
    places: Ids

    @property
    def holes(self) -> bool:
        """Whether some place has no member."""
        size = len(self.left) * self.left.shape[1] * self.right.shape[1]
        return len(self.places) < int(size)


def grid(left: Ids, right: Ids, order: Any) -> Grid | None:
    """The grid of a group of sums; None if it is not regular, or has too many holes.

    Args:
        left, right: the factors, (members, terms).
        order: for an array of entries a number for each, by which rows are sorted.
    """
    which_left, lefts = _distinct(left, order)
    which_right, rights = _distinct(right, order)
    of_left, of_right = _components(which_left, which_right, len(lefts), len(rights))
    count = int(of_left.max()) + 1
    n_left, n_right = len(lefts) // count, len(rights) // count
    if (np.bincount(of_left) != n_left).any() or (np.bincount(of_right) != n_right).any():
        return None
    by_left = np.argsort(of_left, kind="stable")
    by_right = np.argsort(of_right, kind="stable")
    rank_left = np.argsort(by_left, kind="stable")[which_left] % n_left
    rank_right = np.argsort(by_right, kind="stable")[which_right] % n_right
    places = (of_left[which_left] * n_left + rank_left) * n_right + rank_right
    size = count * n_left * n_right
    if len(np.unique(places)) != len(places) or len(places) < FULL * size:
        return None
    return Grid(
        lefts[by_left].reshape(count, n_left, -1),
        rights[by_right].reshape(count, n_right, -1),
        places,
    )


def _distinct(rows: Ids, order: Any) -> tuple[Ids, Ids]:
    """For each row its number, and the distinct rows: in order, or as they come."""
    numbers: dict[bytes, int] = {}
    which = np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in rows])
    _, first = np.unique(which, return_index=True)
    distinct = rows[first]
    by = np.argsort(order(distinct[:, 0]), kind="stable")
    return np.argsort(by, kind="stable")[which], distinct[by]


def _components(which_left: Ids, which_right: Ids, n_left: int, n_right: int) -> tuple[Any, Any]:
    """For every left and right row the number of its component in the graph of their products."""
    if n_left == 1 or n_right == 1 or len(which_left) == n_left * n_right:
        return np.zeros(n_left, dtype=int), np.zeros(n_right, dtype=int)
    parent = list(range(n_left + n_right))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for left, right in zip(which_left.tolist(), which_right.tolist(), strict=True):
        parent[root(n_left + right)] = root(left)
    numbers: dict[int, int] = {}
    found = [numbers.setdefault(root(i), len(numbers)) for i in range(n_left + n_right)]
    return np.array(found[:n_left]), np.array(found[n_left:])


# --- rows that differ in length -------------------------------------------------------------------


def padded(rows: Sequence[Ids]) -> Ids:
    """Rows of different lengths as one array, with pads at the end of the shorter ones.

    >>> padded([np.array([7]), np.array([3, 4])])
    array([[ 7, -1],
           [ 3,  4]])
    """
    made = np.full((len(rows), max(map(len, rows))), NONE)
    for place, row in zip(made, rows, strict=True):
        place[: len(row)] = row
    return made


def prolonged(rows: Ids) -> Ids:
    """Rows whose pads are filled from the longest row that begins with them.

    Causal attention reads the values of the positions so far: beginnings of one row, of which a
    product with the padded shares counts only those.

    >>> prolonged(np.array([[5, -1], [5, 6]]))
    array([[5, 6],
           [5, 6]])
    """
    lengths = (rows != NONE).sum(axis=1)
    longest: dict[bytes, Ids] = {}
    wanted = {(length, row[:length].tobytes()) for length, row in zip(lengths, rows, strict=True)}
    sizes = sorted(set(lengths.tolist()))
    for i in np.argsort(-lengths, kind="stable"):
        row = rows[i]
        for size in sizes:
            if size > lengths[i]:
                break
            key = row[:size].tobytes()
            if (size, key) in wanted:
                longest.setdefault(key, row)
    return np.array(
        [longest[row[:length].tobytes()] for length, row in zip(lengths, rows, strict=True)]
    )


def one_side_prolonged(left: Ids, right: Ids) -> tuple[Ids, Ids] | None:
    """The factors with the pads of one side filled; None if neither side can be.

    The other side keeps its pads, which say what counts.
    """
    longer = prolonged(right)
    if (longer != NONE).all():
        return left, longer
    longer = prolonged(left)
    return (longer, right) if (longer != NONE).all() else None
