"""Stage 2: which entries one statement computes, and in which order their cells lie.

Vocabulary: see :mod:`~autograd_mini.compiler.blocks`.

The producer decides the order, consumers inherit it. Parameters may lie in any order, so they are
placed last, by the matrices that read them, the largest first; squares come after everything else,
so that an L2 term does not decide.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler.blocks import (
    Block,
    Ids,
    Matrix,
    Rows,
    Select,
    Term,
    components,
    permuted,
    reads,
)
from autograd_mini.compiler.normal import NONE, Normal
from autograd_mini.compiler.record import ARGUMENT, INDEX, PARAMETER, TAKE
from autograd_mini.rows import CONSTANT, Op


class Layout(NamedTuple):
    """The hand-over.

    Attributes:
        blocks: for each colour, in an order in which they can be computed, its blocks.
        cells: for each entry its cell in the array of its colour.
        order: the parameters' entries in the order of their cells.
    """

    blocks: dict[int, list[Block]]
    cells: Any
    order: list[int]


def layout(form: Normal) -> Layout:
    """Decide the blocks, and the cell of every entry."""
    return _Arranger(form).arrange()


class _Arranger:
    """The work in progress of :func:`layout`."""

    def __init__(self, form: Normal) -> None:
        self.form = form
        self.cells = np.full(len(form.rows), -1)
        self.blocks: dict[int, list[Block]] = {}
        self.wanted: list[tuple[int, Ids]] = []

    def arrange(self) -> Layout:
        form = self.form
        for colour, members in self._groups():
            row = form.rows[members[0]]
            if row is ARGUMENT or row is INDEX:
                self.cells[members] = [form.recording.leaves[i][1] for i in members]
            elif row is not CONSTANT and row is not PARAMETER:
                self._arrange_group(colour, row, members)
        return Layout(self.blocks, self.cells, self._place_parameters())

    def _groups(self) -> list[tuple[int, list[int]]]:
        found: dict[int, list[int]] = {}
        for i, colour in enumerate(self.form.colours):
            if colour >= 0:
                found.setdefault(colour, []).append(i)
        depths = self.form.depths
        return sorted(found.items(), key=lambda item: (depths[item[1][0]], item[1][0]))

    def _arrange_group(self, colour: int, row: Any, members: list[int]) -> None:
        if row is ops.sum:
            blocks = self._sums(members)
        elif row is ops.max or row is TAKE:
            lengths: dict[int, list[int]] = {}
            for i in members:
                lengths.setdefault(len(self.form.operands[i]), []).append(i)
            make = self._largest if row is ops.max else self._selection
            blocks = [make(row, equal) for equal in lengths.values()]
        else:
            operands = np.array([self.form.operands[i] for i in members]).T
            parts: list[Any] = [Term(1, ids, None) for ids in operands]
            blocks = [self._ordered(row, members, parts)]
        self.blocks[colour] = blocks
        start = 0
        for block in blocks:
            self.cells[block.members] = np.arange(start, start + len(block.members))
            start += len(block.members)

    # --- sums -----------------------------------------------------------------------------------

    def _sums(self, members: list[int]) -> list[Block]:
        """Blocks of sums: members whose kinds of terms are equal in number go together."""
        colours = self.form.colours
        alike: dict[Any, list[tuple[int, dict[Any, list[Any]]]]] = {}
        for i in members:
            kinds: dict[Any, list[Any]] = {}
            for sign, left, right in self.form.terms[i]:
                kind = (sign, colours[left], colours[right] if right != NONE else NONE)
                kinds.setdefault(kind, []).append((left, right))
            signature = tuple(sorted((kind, len(terms)) for kind, terms in kinds.items()))
            alike.setdefault(signature, []).append((i, kinds))
        blocks = []
        for signature, sums in alike.items():
            parts = [
                self._part(kind, np.array([kinds[kind] for _, kinds in sums]))
                for kind, _ in signature
            ]
            blocks.append(self._ordered(ops.sum, [i for i, _ in sums], parts))
        return blocks

    def _part(self, kind: tuple[int, int, int], terms: Any) -> Any:
        """One kind of term for all members of a block; ``terms`` is (members, terms, 2)."""
        sign, _, right_colour = kind
        left, right = terms[:, :, 0], terms[:, :, 1] if right_colour != NONE else None
        if left.shape[1] == 1:
            return Term(sign, left[:, 0], None if right is None else right[:, 0])
        key = left if right is None or self._placed(left) else right
        if self._placed(key):
            by_cell = np.argsort(self.cells[key], axis=1, kind="stable")
            left = np.take_along_axis(left, by_cell, 1)
            right = None if right is None else np.take_along_axis(right, by_cell, 1)
        if right is None:
            return Rows(sign, left, None)
        return self._matrix(sign, left, right) or Rows(sign, left, right)

    def _placed(self, ids: Ids) -> bool:
        return bool((self.cells[ids] >= 0).all())

    def _matrix(self, sign: int, left: Ids, right: Ids) -> Matrix | None:
        """The matrix part, if the grid of rows is full; parameters ask for their order here."""
        grid = self._grid(left, right)
        if grid is None:
            return None
        batched = self.form.batched
        outside = not batched[left.flat[0]], not batched[right.flat[0]]
        lefts, rights, places = grid
        components, n_left, n_right = len(lefts), lefts.shape[1], rights.shape[1]
        dot = components == 1 and any(outside)
        if not dot and n_left == n_right == 1:
            return None
        if dot and outside[0]:
            component, rest = np.divmod(places, n_left * n_right)
            row, column = np.divmod(rest, n_right)
            lefts, rights = rights, lefts
            places = component * n_left * n_right + column * n_left + row
        if self._placed(lefts) or self._placed(rights):  # squares of parameters have no say
            self.wanted += [(-lefts.size, lefts), (-rights.size, rights)]
        return Matrix(sign, lefts, rights, places, dot)

    def _grid(self, left: Ids, right: Ids) -> tuple[Ids, Ids, Ids] | None:
        """Left rows and right rows by component, and each member's place; None if not full."""
        which_left, lefts = self._distinct(left)
        which_right, rights = self._distinct(right)
        component = components(which_left, which_right, len(lefts), len(rights))
        of_left, of_right = component
        count = int(of_left.max()) + 1
        if len(lefts) % count or len(rights) % count:
            return None
        n_left, n_right = len(lefts) // count, len(rights) // count
        if (np.bincount(of_left) != n_left).any() or (np.bincount(of_right) != n_right).any():
            return None
        by_left = np.argsort(of_left, kind="stable")
        by_right = np.argsort(of_right, kind="stable")
        rank_left = np.argsort(by_left, kind="stable")[which_left] % n_left
        rank_right = np.argsort(by_right, kind="stable")[which_right] % n_right
        places = (of_left[which_left] * n_left + rank_left) * n_right + rank_right
        if len(np.unique(places)) != count * n_left * n_right:
            return None
        return (
            lefts[by_left].reshape(count, n_left, -1),
            rights[by_right].reshape(count, n_right, -1),
            places,
        )

    def _distinct(self, rows: Ids) -> tuple[Ids, Ids]:
        """For each row its number, and the distinct rows: by cell, parameters as they come."""
        numbers: dict[bytes, int] = {}
        which = np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in rows])
        _, first = np.unique(which, return_index=True)
        distinct = rows[first]
        if self._placed(distinct):
            by_cell = np.argsort(self.cells[distinct[:, 0]], kind="stable")
            return np.argsort(by_cell, kind="stable")[which], distinct[by_cell]
        return which, distinct

    # --- other rows -----------------------------------------------------------------------------

    def _largest(self, row: Op, members: list[int]) -> Block:
        ids = np.array([self.form.operands[i] for i in members])
        if self._placed(ids):
            by_cell = np.argsort(self.cells[ids], axis=1, kind="stable")
            ids = np.take_along_axis(ids, by_cell, 1)
        return self._ordered(row, members, [Rows(1, ids, None)])

    def _selection(self, row: Op, members: list[int]) -> Block:
        operands = np.array([self.form.operands[i] for i in members])
        index, values = operands[:, :1], operands[:, 1:]
        grid = self._grid(index, values)
        if grid is not None and len(grid[0]) == 1:
            indices, lists, places = grid
            self.wanted.append((-lists.size, lists[0].T))
            part = Select(lists[0].T, indices[0, :, 0], places, True)
        else:
            part = Select(values, index[:, 0], np.arange(len(members)), False)
        return self._ordered(row, members, [part])

    # --- order ----------------------------------------------------------------------------------

    def _ordered(self, row: Op, members: list[int], parts: list[Any]) -> Block:
        """The block with its members in the order of its first grid, else of what it reads."""
        grids = [part.places for part in parts if isinstance(part, (Matrix, Select))]
        if grids:
            by = np.argsort(grids[0], kind="stable")
        else:
            keys = [self.cells[ids] for ids in reads(parts) if self._placed(ids)]
            keys.sort(key=lambda key: len(np.unique(key)))
            by = np.lexsort(keys) if keys else np.arange(len(members))
        return Block(row, np.array(members)[by], [permuted(part, by) for part in parts])

    def _place_parameters(self) -> list[int]:
        """Give the parameters their cells: matrices first, then in the order they are read."""
        order: list[int] = []
        is_parameter = np.array([row is PARAMETER for row in self.form.rows])
        parts = [p for blocks in self.blocks.values() for block in blocks for p in block.parts]
        wanted = [ids for _, ids in sorted(self.wanted, key=lambda want: want[0])]
        wanted += [
            ids
            for part in parts
            if isinstance(part, (Rows, Term))
            for ids in (part.left, part.right)
            if ids is not None
        ]
        wanted.append(np.flatnonzero(is_parameter))
        for ids in wanted:
            for i in ids[is_parameter[ids]].tolist():
                if self.cells[i] < 0:
                    self.cells[i] = len(order)
                    order.append(i)
        return order


def validate(form: Normal, plan: Layout) -> None:
    """Raise AssertionError unless every entry of a colour has its own cell, in every part."""
    for colour, blocks in plan.blocks.items():
        members = np.concatenate([block.members for block in blocks])
        assert sorted(plan.cells[members]) == list(range(len(members))), f"colour {colour}"
        assert {form.colours[i] for i in members} == {colour}
    assert len(set(plan.order)) == len(plan.order)
    assert [plan.cells[i] for i in plan.order] == list(range(len(plan.order)))
