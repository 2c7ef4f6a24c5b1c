"""What the layout hands on: blocks of entries, the parts they are computed from, and their grids.

Vocabulary:

- *home* of an entry: the array that holds it: theta, an argument, or a block.
- *block*: entries of one colour that one array holds; its *members* are in the order of the array's
  cells. A member NONE is a *hole*: a cell of the array that stands for no entry.
- *part*: what a block's entries consist of: a *matrix* part (products that fill a grid of rows with
  rows), a *rows* part (a list of products or entries that is summed for each member), or a *term*.
- *row*: the factors on one side of one member's products. Rows that occur again are the same row.
  The left and right rows of a group of sums are the two sides of a graph, in which each sum joins
  its left row to its right row; components of equal size are one batched matrix product, a *grid*.
  Grid places without a member are holes.
- *pad*: a place of a shorter row, NONE where a longer one has an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd_mini.compiler.normal import NONE, Normal
from autograd_mini.compiler.program import Shape
from autograd_mini.compiler.recording import PARAMETER
from autograd_mini.rows import CONSTANT, Op

THETA = 0
"""The number of the home of the parameters."""

Ids = NDArray[np.int_]
"""An array of entries, or of places."""


class Matrix(NamedTuple):
    """Products on a grid: ``places`` says where in the grid each member is.

    Attributes:
        sign: 1 or -1.
        x, w: the entries, (components, rows, terms); w is the same for the whole batch if ``dot``.
        places: for each member its place in (components, rows of x, rows of w).
        dot: whether it is x wᵀ with w outside of the batch and one component.
    """

    sign: int
    x: Ids
    w: Ids
    places: Ids
    dot: bool


class Rows(NamedTuple):
    """For each member a list of entries (``left``), or of products, to be summed."""

    sign: int
    left: Ids
    right: Ids | None


class Term(NamedTuple):
    """For each member one entry, or one product."""

    sign: int
    left: Ids
    right: Ids | None


class Select(NamedTuple):
    """``ops.take``: on a grid of lists (w) with indices (x), or one list and index per member."""

    values: Ids
    indices: Ids
    places: Ids
    grid: bool


Part = Matrix | Rows | Term | Select


class Block(NamedTuple):
    """Entries that one array holds: a row of the table applied to parts.

    ``shape`` is that of the array where there are holes, else None: it is found later.
    """

    row: Op
    members: Ids
    parts: list[Part]
    shape: Shape | None = None


class Layout(NamedTuple):
    """The hand-over of stage 2.

    Attributes:
        blocks: by the number of their home, in an order in which they can be computed.
        homes: for each entry the number of its home, -1 for constants.
        cells: for each entry its cell there.
        order: the numbers of the parameters in the order of their cells; some may be unused.
        looped: the homes that are results of loops, by number: the loop and which of its results.
    """

    blocks: dict[int, Block]
    homes: Ids
    cells: Ids
    order: list[int]
    looped: dict[int, tuple[int, int]]


def validate(form: Normal, plan: Layout) -> None:
    """Raise AssertionError unless every entry that is left has its own cell in one home."""
    rows = form.rows
    for number, block in plan.blocks.items():
        cells = np.flatnonzero(block.members != NONE)
        real = block.members[cells]
        assert (plan.cells[real] == cells).all(), f"home {number}"
        assert (plan.homes[real] == number).all(), f"home {number}"
        assert len({form.colours[i] for i in real.tolist()}) == 1, f"home {number}"
        assert (block.shape is not None) == (len(real) < len(block.members)), f"home {number}"
    has_home = [row is not None and row is not CONSTANT for row in rows]
    assert ((plan.homes >= 0) == has_home).all()
    theta = [i for i, row in enumerate(rows) if row is PARAMETER]
    numbers = [form.recording.leaves[i] for i in theta]
    assert [plan.order[cell] for cell in plan.cells[theta]] == numbers


def sides(part: Part) -> list[Ids]:
    """The entries of a part that is no grid, one or two arrays of them."""
    if isinstance(part, (Matrix, Select)):
        return []
    return [ids for ids in (part.left, part.right) if ids is not None]


def reads(parts: Sequence[Part]) -> list[Ids]:
    """One entry for each member from every part that is no grid."""
    found = []
    for part in parts:
        found += [part.left[:, 0]] if isinstance(part, Rows) else sides(part)
    return found


def rearranged(ids: Ids, by: Ids) -> Ids:
    """``ids[by]``, and NONE where ``by`` is NONE."""
    moved = ids[by]
    moved[by == NONE] = NONE
    return moved


def permuted(part: Part, by: Ids) -> Part:
    """The part with its members in another order, which may have holes."""
    if isinstance(part, Matrix):
        return part._replace(places=rearranged(part.places, by))
    if isinstance(part, Select):
        if part.grid:
            return part._replace(places=part.places[by])
        return part._replace(values=part.values[by], indices=part.indices[by])
    right = None if part.right is None else rearranged(part.right, by)
    return part._replace(left=rearranged(part.left, by), right=right)


def inverse(places: Ids, size: int) -> Ids:
    """For each place the member that is there, or NONE."""
    members = np.full(size, NONE)
    members[places] = np.arange(len(places))
    return members


# --- grids ----------------------------------------------------------------------------------------

FULL = 0.4
"""The least part of a grid that must have members; a triangle of scores has more than a half."""


class Grid(NamedTuple):
    """Left rows and right rows by component, and each member's place among their products."""

    left: Ids
    right: Ids
    places: Ids


def grid(left: Ids, right: Ids, order: Callable[[Ids], Any]) -> Grid | None:
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
    if len(np.unique(places)) != len(places) or len(places) < FULL * count * n_left * n_right:
        return None
    return Grid(
        lefts[by_left].reshape(count, n_left, -1),
        rights[by_right].reshape(count, n_right, -1),
        places,
    )


def _distinct(rows: Ids, order: Callable[[Ids], Any]) -> tuple[Ids, Ids]:
    """For each row its number, and the distinct rows: in order, or as they come."""
    numbers: dict[bytes, int] = {}
    which = np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in rows])
    _, first = np.unique(which, return_index=True)
    distinct = rows[first]
    by = np.argsort(order(distinct[:, 0]), kind="stable")
    return np.argsort(by, kind="stable")[which], distinct[by]


def _components(which_left: Ids, which_right: Ids, n_left: int, n_right: int) -> tuple[Ids, Ids]:
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
    keys = [row[:length].tobytes() for row, length in zip(rows, lengths, strict=True)]
    sizes, wanted = sorted(set(lengths.tolist())), set(keys)
    longest: dict[bytes, Ids] = {}
    for i in np.argsort(-lengths, kind="stable"):
        beginnings = [rows[i, :size].tobytes() for size in sizes if size <= lengths[i]]
        for key in wanted.intersection(beginnings):
            longest.setdefault(key, rows[i])
    return np.array([longest[key] for key in keys])


def one_side_prolonged(left: Ids, right: Ids) -> tuple[Ids, Ids] | None:
    """The factors with the pads of one side filled; None if neither side can be.

    The other side keeps its pads, which say what counts.
    """
    longer = prolonged(right)
    if (longer != NONE).all():
        return left, longer
    longer = prolonged(left)
    return (longer, right) if (longer != NONE).all() else None
