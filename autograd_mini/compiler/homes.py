"""Where entries are, as far as it has been decided, and the order of a block's members.

Vocabulary: the *home* of an entry is the array that holds it: theta, an argument, or a block. Its
*address* puts all homes one after the other. What comes first decides; what reads it follows.
"""

from __future__ import annotations

from typing import Any

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
