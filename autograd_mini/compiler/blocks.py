"""What the layout hands on: blocks of entries, and the parts they are computed from.

Vocabulary:

- *block*: entries of one colour that one array holds; its *members* are in the order of the array's
  cells. A member NONE is a *hole*: a cell of the array that stands for no entry.
- *part*: what a block's entries consist of: a *matrix* part (products that fill a grid of rows with
  rows), a *rows* part (a list of products or entries that is summed for each member), or a *term*.
- *row*: the factors on one side of one member's products. Rows that occur again are the same row;
  the grid of left rows with right rows falls apart into components, and components of equal size
  are one batched matrix product. Grid places without a member are holes.
- *pad*: a place of a shorter row, NONE where a longer one has an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd_mini.compiler.normal import NONE
from autograd_mini.compiler.program import Shape
from autograd_mini.rows import Op

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


def reads(parts: Sequence[Part]) -> list[Ids]:
    """One entry for each member from every part that is no grid."""
    found = []
    for part in parts:
        if isinstance(part, Term):
            found += [ids for ids in (part.left, part.right) if ids is not None]
        elif isinstance(part, Rows):
            found.append(part.left[:, 0])
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
