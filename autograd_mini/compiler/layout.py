"""Stage 2: which entries one statement computes, and in which order their cells lie.

Vocabulary: see :mod:`~autograd_mini.compiler.blocks` and :mod:`~autograd_mini.compiler.homes`.

The producer decides the order, consumers inherit it. Parameters may lie in any order, so they are
placed last, by the matrices that read them, the largest first; squares come after everything else,
so that an L2 term does not decide.

Sums of one colour that differ in their number of terms are blocks of their own, unless the longest
rows can stand for all: then the shorter ones are padded (causal attention).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler.blocks import (
    Block,
    Ids,
    Matrix,
    Part,
    Rows,
    Select,
    Term,
)
from autograd_mini.compiler.homes import THETA, Homes, grid, one_side_prolonged, padded
from autograd_mini.compiler.normal import NONE, Normal
from autograd_mini.compiler.recording import ARGUMENT, INDEX, LOOPED, PARAMETER
from autograd_mini.compiler.traced import TAKE
from autograd_mini.rows import CONSTANT, Op

PADDING = 3
"""Rows are padded to at most so many times the terms they have."""


class Layout(NamedTuple):
    """The hand-over.

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


def layout(form: Normal, order: Sequence[int] = ()) -> Layout:
    """Decide the blocks, and the cell of every entry.

    Args:
        form: the normal form.
        order: parameters that have their cells already, as another program that shares them has it.
    """
    return _Arranger(form).arrange(order)


class _Arranger(Homes):
    """The work in progress of :func:`layout`."""

    def __init__(self, form: Normal) -> None:
        super().__init__(form)
        self.wanted: list[tuple[int, Ids]] = []
        self.looped: dict[int, tuple[int, int]] = {}

    def arrange(self, order: Sequence[int]) -> Layout:
        form = self.form
        parameters: Ids = np.array([], dtype=int)
        for _, members in self._groups():
            row = form.rows[members[0]]
            if row is PARAMETER:
                parameters = members
            elif row is ARGUMENT or row is INDEX or row is LOOPED:
                if row is LOOPED:
                    self.looped[len(self.begins)] = form.recording.leaves[members[0]][0]
                cells = np.array([form.recording.leaves[i][1] for i in members])
                self._settle(members, cells, int(cells.max()) + 1)
            elif row is not CONSTANT:
                for block in self._group(row, members):
                    self.blocks[len(self.begins)] = block
                    self._settle(block.members, np.arange(len(block.members)), len(block.members))
        placed = self._place_parameters(parameters, list(order))
        return Layout(self.blocks, self.homes, self.cells, placed, self.looped)

    def _groups(self) -> list[tuple[int, Ids]]:
        """The entries of each colour, in an order in which colours can be computed."""
        colours = self.colours[:-1]
        by = np.argsort(colours, kind="stable")
        starts = np.searchsorted(colours[by], np.arange(len(self.form.kinds) + 1))
        found = [(c, by[starts[c] : starts[c + 1]]) for c in range(len(self.form.kinds))]
        depth = {c: self.form.kinds[c].depth for c, _ in found}
        return sorted(
            [(c, members) for c, members in found if len(members)],
            key=lambda item: (depth[item[0]], item[1][0]),
        )

    def _group(self, row: Op, members: Ids) -> list[Block]:
        if row is ops.sum:
            return self._sums(members)
        if row is TAKE:
            return [self._selection(row, same) for same in self._by_length(members)]
        if row is ops.max:
            return [self._largest(row, self._by_length(members))]
        operands = np.array([self.form.operands[i] for i in members]).T
        return [self._ordered(row, members, [Term(1, ids, None) for ids in operands])]

    def _by_length(self, members: Ids) -> list[Ids]:
        lengths = np.array([len(self.form.operands[i]) for i in members])
        return [members[lengths == length] for length in np.unique(lengths)]

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
        pair = self.colours[left] * (len(self.form.kinds) + 1) + self.colours[right] + 1
        kind = 2 * pair + (sign > 0)
        kinds, which = np.unique(kind, return_inverse=True)
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
            sides = one_side_prolonged(lefts, padded(np.split(right[by], ends)))
            part = sides and self._matrix(sign, *sides)
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
        batched = self.form.batched
        outside = not batched(left[0, 0]), not batched(right[0, 0])
        components, n_left, n_right = len(lefts), lefts.shape[1], rights.shape[1]
        ragged = (left == NONE).any() or (right == NONE).any()
        dot = components == 1 and any(outside) and not ragged
        if not dot and n_left == n_right == 1:
            return None
        if dot and outside[0]:
            row, column = np.divmod(places, n_right)
            lefts, rights = rights, lefts
            places = column * n_left + row
        if self._placed(lefts) or self._placed(rights):  # squares of parameters have no say
            self.wanted += [(-lefts.size, lefts), (-rights.size, rights)]
        return Matrix(sign, lefts, rights, places, dot)

    # --- other rows -----------------------------------------------------------------------------

    def _largest(self, row: Op, groups: Sequence[Ids]) -> Block:
        """One block for all lengths: a pad is never the largest."""
        rows = [np.array(self.form.operands[i]) for members in groups for i in members]
        rows = [row[np.argsort(self.address[row], kind="stable")] for row in rows]
        return self._ordered(row, np.concatenate(groups), [Rows(1, padded(rows), None)])

    def _selection(self, row: Op, members: Ids) -> Block:
        operands = np.array([self.form.operands[i] for i in members])
        index, values = operands[:, :1], operands[:, 1:]
        found = grid(index, values, self._order)
        if found is not None and len(found.left) == 1 and not found.holes:
            lists = found.right
            self.wanted.append((-lists.size, lists[0].T))
            part = Select(lists[0].T, found.left[0, :, 0], found.places, True)
        else:
            part = Select(values, index[:, 0], np.arange(len(members)), False)
        return self._ordered(row, members, [part])

    # --- parameters -----------------------------------------------------------------------------

    def _place_parameters(self, parameters: Ids, order: list[int]) -> list[int]:
        """Give the parameters their cells: matrices first, then in the order they are read."""
        is_parameter = np.zeros(len(self.form.rows) + 1, dtype=bool)
        is_parameter[parameters] = True
        parts = [part for block in self.blocks.values() for part in block.parts]
        wanted = [ids for _, ids in sorted(self.wanted, key=lambda want: want[0])]
        wanted += [
            ids
            for part in parts
            if isinstance(part, (Rows, Term))
            for ids in (part.left, part.right)
            if ids is not None
        ]
        ids = np.concatenate([*[ids.ravel() for ids in wanted], parameters])
        ids = ids[is_parameter[ids]]
        entries = ids[np.sort(np.unique(ids, return_index=True)[1])].tolist()
        numbers = [self.form.recording.leaves[i] for i in entries]
        order += sorted(set(numbers) - set(order), key=numbers.index) if order else numbers
        cell = dict(zip(order, range(len(order)), strict=True))
        self.cells[entries] = [cell[number] for number in numbers]
        self.homes[entries] = THETA
        return order


def validate(form: Normal, plan: Layout) -> None:
    """Raise AssertionError unless every entry that is left has its own cell in one home."""
    rows = form.rows
    for number, block in plan.blocks.items():
        real = block.members[block.members != NONE]
        cells = np.flatnonzero(block.members != NONE)
        assert (plan.cells[real] == cells).all(), f"home {number}"
        assert (plan.homes[real] == number).all(), f"home {number}"
        assert len({form.colours[i] for i in real.tolist()}) == 1, f"home {number}"
        assert (block.shape is not None) == (len(real) < len(block.members)), f"home {number}"
    has_home = [row is not None and row is not CONSTANT for row in rows]
    assert ((plan.homes >= 0) == has_home).all()
    theta = [i for i, row in enumerate(rows) if row is PARAMETER]
    numbers = [form.recording.leaves[i] for i in theta]
    assert [plan.order[cell] for cell in plan.cells[theta]] == numbers
