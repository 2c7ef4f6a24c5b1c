"""Stage 2: which entries one statement computes, and in which order their cells lie.

Vocabulary: see :mod:`~autograd_mini.compiler.blocks`. The *address* of an entry puts all homes, and
the cells in each, one after the other.

What comes first decides; what reads it follows: the producer decides the order, consumers inherit
it. Parameters may lie in any order, so they are placed last, by the matrices that read them, the
largest first; squares come after everything else, so that an L2 term does not decide.

Sums of one colour that differ in their number of terms are blocks of their own, unless the longest
rows can stand for all: then the shorter ones are padded (causal attention).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler.blocks import (
    THETA,
    Block,
    Ids,
    Layout,
    Matrix,
    Part,
    Rows,
    Select,
    Term,
    grid,
    inverse,
    one_side_prolonged,
    padded,
    permuted,
    reads,
    rearranged,
    sides,
)
from autograd_mini.compiler.normal import NONE, Normal
from autograd_mini.compiler.recording import ARGUMENT, INDEX, LOOPED, PARAMETER
from autograd_mini.compiler.traced import TAKE
from autograd_mini.rows import CONSTANT, Op

PADDING = 3
"""Rows are padded to at most so many times the terms they have."""


def layout(form: Normal, order: Sequence[int] = ()) -> Layout:
    """Decide the blocks, and the cell of every entry.

    Args:
        form: the normal form.
        order: parameters that have their cells already, as another program that shares them has it.
    """
    return _Arranger(form).arrange(list(order))


class _Arranger:
    """The work in progress of :func:`layout`."""

    def __init__(self, form: Normal) -> None:
        self.form = form
        self.colours = np.array([*form.colours, NONE])  # of NONE too
        self.address = np.full(len(form.rows) + 1, NONE)
        self.homes = np.full(len(form.rows), NONE)
        self.cells = np.full(len(form.rows), NONE)
        self.blocks: dict[int, Block] = {}
        self.looped: dict[int, tuple[int, int]] = {}
        self.count = 1
        """How many homes there are, theta's among them."""
        self.end = 0
        """The address behind the last of them; parameters have none before the end."""
        self.wanted: list[tuple[int, Ids]] = []
        """Entries whose order matters to matrices, and how much."""

    def arrange(self, order: list[int]) -> Layout:
        form, leaves = self.form, self.form.recording.leaves
        parameters: Ids = np.array([], dtype=int)
        for members in self._groups():
            row = form.rows[members[0]]
            if row is PARAMETER:
                parameters = members
            elif row is ARGUMENT or row is INDEX or row is LOOPED:
                if row is LOOPED:
                    self.looped[self.count] = leaves[members[0]][0]
                cells = np.array([leaves[i][1] for i in members])
                self._settle(members, cells, int(cells.max()) + 1)
            elif row is not CONSTANT:
                for block in self._group(row, members):
                    self.blocks[self.count] = block
                    self._settle(block.members, np.arange(len(block.members)), len(block.members))
        placed = self._place_parameters(parameters, order)
        return Layout(self.blocks, self.homes, self.cells, placed, self.looped)

    def _groups(self) -> list[Ids]:
        """The entries of each colour, in an order in which colours can be computed."""
        colours, known = self.colours[:-1], self.form.known
        by = np.argsort(colours, kind="stable")
        starts = np.searchsorted(colours[by], np.arange(len(known) + 1))
        found = [(known[c].depth, by[starts[c] : starts[c + 1]]) for c in range(len(known))]
        found = [(depth, members) for depth, members in found if len(members)]
        return [x for _, x in sorted(found, key=lambda item: (item[0], item[1][0]))]

    def _group(self, row: Op, members: Ids) -> list[Block]:
        if row is ops.sum:
            return self._sums(members)
        if row is TAKE or row is ops.max:
            lengths = np.array([len(self.form.operands[i]) for i in members])
            alike = [members[lengths == length] for length in np.unique(lengths)]
            return list(map(self._selection, alike)) if row is TAKE else [self._largest(alike)]
        operands = np.array([self.form.operands[i] for i in members]).T
        return [self._ordered(row, members, [Term(1, ids, None) for ids in operands])]

    # --- homes ----------------------------------------------------------------------------------

    def _settle(self, members: Ids, cells: Ids, size: int) -> None:
        """Make a home with these members in these cells; holes have a cell and no member."""
        real = members != NONE
        self.homes[members[real]] = self.count
        self.cells[members[real]] = cells[real]
        self.address[members[real]] = self.end + cells[real]
        self.count += 1
        self.end += size

    def _placed(self, ids: Ids) -> bool:
        return bool((self.address[ids] >= 0).all())

    def _order(self, ids: Ids) -> Ids:
        """By what rows are sorted: their addresses, or not at all."""
        return self.address[ids] if self._placed(ids) else np.zeros(len(ids), dtype=int)

    def _ordered(self, row: Op, members: Ids, parts: list[Any]) -> Block:
        """The block with its members in the order of its first grid, else of what it reads."""
        shape = None
        first = next((part for part in parts if isinstance(part, (Matrix, Select))), None)
        if isinstance(first, Matrix):
            shape = len(first.x), first.x.shape[1], first.w.shape[1]
            by = inverse(first.places, int(np.prod(shape)))
        elif first is not None:
            by = np.argsort(first.places, kind="stable")
        elif (holey := self._like_its_operand(parts)) is not None:
            by, shape = holey
        else:
            keys = [self.address[ids] for ids in reads(parts) if self._placed(ids)]
            keys.sort(key=lambda key: len(np.unique(key)))
            by = np.lexsort(keys) if keys else np.arange(len(members))
        kept = tuple(n for n in shape if n > 1) if shape and (by == NONE).any() else None
        return Block(row, rearranged(members, by), [permuted(part, by) for part in parts], kept)

    def _like_its_operand(self, parts: list[Any]) -> tuple[Ids, Any] | None:
        """The order of a home with holes that the members read one to one."""
        for ids in chain.from_iterable(sides(part) for part in parts if isinstance(part, Term)):
            home = self.homes[ids[0]]
            block = self.blocks.get(home) if self._placed(ids) else None
            if block is None or block.shape is None or (self.homes[ids] != home).any():
                continue
            by = inverse(self.cells[ids], len(block.members))
            if ((by == NONE) == (block.members == NONE)).all() and len(ids) == (by >= 0).sum():
                return by, block.shape
        return None

    # --- sums -----------------------------------------------------------------------------------

    def _sums(self, members: Ids) -> list[Block]:
        """Blocks of sums: padded to one, or one for each number of terms of each kind."""
        terms = [self.form.terms[i] for i in members]
        counts = np.array([len(t.signs) for t in terms])
        sign, left, right = (
            np.fromiter(chain.from_iterable(column), int, counts.sum())
            for column in zip(*[(t.signs, t.left, t.right) for t in terms], strict=True)
        )
        swap = (right != NONE) & (self.colours[right] < self.colours[left])
        left, right = np.where(swap, right, left), np.where(swap, left, right)
        pair = self.colours[left] * (len(self.form.known) + 1) + self.colours[right] + 1
        kinds, which = np.unique(2 * pair + (sign > 0), return_inverse=True)
        sum_of = np.repeat(np.arange(len(members)), counts)
        by = np.lexsort((which, sum_of))
        sign, left, right, which, sum_of = (x[by] for x in (sign, left, right, which, sum_of))
        amounts = np.zeros((len(members), len(kinds)), dtype=int)
        np.add.at(amounts, (sum_of, which), 1)
        columns = [
            (int(sign[which == k][0]), left[which == k], right[which == k], sum_of[which == k])
            for k in range(len(kinds))
        ]
        signatures, group = np.unique(amounts, axis=0, return_inverse=True)
        group = group.reshape(-1)
        if len(signatures) > 1 and (block := self._padded_sums(members, amounts, columns)):
            return [block]
        found = []
        for g in np.unique(group)[np.argsort(np.unique(group, return_index=True)[1])]:
            chosen = np.flatnonzero(group == g)
            parts = []
            for n, (s, lefts, rights, of) in zip(signatures[g], columns, strict=True):
                here = np.isin(of, chosen) if len(signatures) > 1 else slice(None)
                parts.append(self._part(s, lefts[here].reshape(-1, n), rights[here].reshape(-1, n)))
            found.append(self._ordered(ops.sum, members[chosen], parts))
        return found

    def _part(self, sign: int, left: Ids, right: Ids) -> Part:
        """One kind of term for all members of a block, (members, terms)."""
        product = right[0, 0] != NONE
        if left.shape[1] == 1:
            return Term(sign, left[:, 0], right[:, 0] if product else None)
        key = left if not product or self._placed(left) else right
        if self._placed(key):
            by = np.argsort(self.address[key], axis=1, kind="stable")
            left, right = np.take_along_axis(left, by, 1), np.take_along_axis(right, by, 1)
        if not product:
            return Rows(sign, left, None)
        return self._matrix(sign, left, right) or Rows(sign, left, right)

    def _padded_sums(self, members: Ids, amounts: Ids, columns: Sequence[Any]) -> Block | None:
        """One block for sums of different lengths, where the rows of the longest fit them all."""
        if amounts.min() == 0 or amounts.max(axis=0).sum() * len(members) > PADDING * amounts.sum():
            return None
        parts: list[Part] = []
        for (sign, left, right, of), lengths in zip(columns, amounts.T, strict=True):
            if lengths.max() == lengths.min():
                n = lengths[0]
                parts.append(self._part(sign, left.reshape(-1, n), right.reshape(-1, n)))
                continue
            if not self._placed(left):
                return None
            by = np.lexsort((self.address[left], of))
            ends = np.cumsum(lengths)[:-1]
            lefts = padded(np.split(left[by], ends))
            if right[0] == NONE:
                parts.append(Rows(sign, lefts, None))
                continue
            longer = one_side_prolonged(lefts, padded(np.split(right[by], ends)))
            part = longer and self._matrix(sign, *longer)
            if not part:
                return None
            parts.append(part)
        return self._ordered(ops.sum, members, parts)

    def _matrix(self, sign: int, left: Ids, right: Ids) -> Matrix | None:
        """The matrix part, if the rows are on a grid; parameters ask for their order here."""
        found = grid(left, right, self._order)
        if found is None:
            return None
        lefts, rights, places = found
        outside = not self.form.batched(left[0, 0]), not self.form.batched(right[0, 0])
        n_left, n_right = lefts.shape[1], rights.shape[1]
        ragged = (left == NONE).any() or (right == NONE).any()
        dot = len(lefts) == 1 and any(outside) and not ragged
        if not dot and n_left == n_right == 1:
            return None
        if dot and outside[0]:
            row, column = np.divmod(places, n_right)
            lefts, rights, places = rights, lefts, column * n_left + row
        if self._placed(lefts) or self._placed(rights):  # squares of parameters have no say
            self.wanted += [(-lefts.size, lefts), (-rights.size, rights)]
        return Matrix(sign, lefts, rights, places, dot)

    # --- other rows -----------------------------------------------------------------------------

    def _largest(self, groups: Sequence[Ids]) -> Block:
        """One block for all lengths: a pad is never the largest."""
        rows = [np.array(self.form.operands[i]) for members in groups for i in members]
        rows = [row[np.argsort(self.address[row], kind="stable")] for row in rows]
        return self._ordered(ops.max, np.concatenate(groups), [Rows(1, padded(rows), None)])

    def _selection(self, members: Ids) -> Block:
        operands = np.array([self.form.operands[i] for i in members])
        index, values = operands[:, :1], operands[:, 1:]
        found = grid(index, values, self._order)
        full = found is not None and len(found.left) == 1
        if found is not None and full and found.left.size * found.right.shape[1] == len(members):
            lists = found.right
            self.wanted.append((-lists.size, lists[0].T))
            part = Select(lists[0].T, found.left[0, :, 0], found.places, True)
        else:
            part = Select(values, index[:, 0], np.arange(len(members)), False)
        return self._ordered(TAKE, members, [part])

    # --- parameters -----------------------------------------------------------------------------

    def _place_parameters(self, parameters: Ids, order: list[int]) -> list[int]:
        """Give the parameters their cells: matrices first, then in the order they are read."""
        is_parameter = np.zeros(len(self.form.rows) + 1, dtype=bool)
        is_parameter[parameters] = True
        wanted = [ids for _, ids in sorted(self.wanted, key=lambda want: want[0])]
        for block in self.blocks.values():
            wanted += chain.from_iterable(map(sides, block.parts))
        ids = np.concatenate([*[ids.ravel() for ids in wanted], parameters])
        ids = ids[is_parameter[ids]]
        entries = ids[np.sort(np.unique(ids, return_index=True)[1])].tolist()
        numbers = [self.form.recording.leaves[i] for i in entries]
        order += sorted(set(numbers) - set(order), key=numbers.index) if order else numbers
        cell = dict(zip(order, range(len(order)), strict=True))
        self.cells[entries] = [cell[number] for number in numbers]
        self.homes[entries] = THETA
        return order
