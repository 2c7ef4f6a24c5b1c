"""What a function did, number by number: the hand-over of stage 0, with its loops.

Vocabulary: an *entry* is a row and the places of its operands, or a leaf and what it stands for.
Entries have their operands before them, equal ones are one, unused ones are left out. In a loop,
entries of the recording that holds it are *outside*.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from operator import lt
from typing import Any, NamedTuple

from autograd_mini import ops
from autograd_mini.compiler.traced import DETACH
from autograd_mini.rows import CONSTANT, Op, leaf_row

ARGUMENT, PARAMETER, INDEX = leaf_row("argument"), leaf_row("parameter"), leaf_row("index")
"""The rows of a recording's leaves, beside CONSTANT. An index is an argument that selects."""

LOOPED, CARRIED, ITEM, FIXED = map(leaf_row, ("looped", "carried", "item", "fixed"))
"""Leaves: of the surrounding recording, the result of a loop; of a body, what it reads."""


class Looped(NamedTuple):
    """What a leaf LOOPED stands for.

    Attributes:
        loop: the number of the loop.
        which: the number of what is carried, or -1 - the number of what is stacked.
        round: of what is carried the value before this round (their count: after the last); of
            what is stacked that of this round.
    """

    loop: int
    which: int
    round: int


class Loop(NamedTuple):
    """A loop.

    Attributes:
        rounds: how many there are.
        body: one round, its leaves PARAMETER, CONSTANT, and CARRIED, ITEM, FIXED, each with a
            number; the numbers are those of the first round.
        first: for each that is carried the entry outside with which it begins.
        last: for each that is carried the entry of the body that it is in the next round.
        items: for each item its entries outside, one for each round.
        fixed: the entries outside that are fixed.
        stacked: entries of the body of which every round's is a result.
    """

    rounds: int
    body: Recording
    first: list[int]
    last: list[int]
    items: list[list[int]]
    fixed: list[int]
    stacked: list[int]

    def moved(self, new: Callable[[int], int]) -> Loop:
        """The loop where the entries outside have new numbers."""
        return self._replace(
            first=list(map(new, self.first)),
            items=[list(map(new, item)) for item in self.items],
            fixed=list(map(new, self.fixed)),
        )

    def read(self) -> list[int]:
        """The entries outside that it reads."""
        return [*self.first, *chain.from_iterable(self.items), *self.fixed]


class Recording(NamedTuple):
    """What the function did, as columns.

    Attributes:
        rows: for each entry its row, or PARAMETER, ARGUMENT, INDEX or CONSTANT.
        operands: the entries it was computed from.
        leaves: of a leaf the parameter's number, the argument's and its cell, or the constant.
        numbers: what each entry is for the example that was recorded.
        roots: the entries of the results.
        loops: what its leaves LOOPED are the results of.
        alike: the arguments that are the same for all examples, in the body of a loop.
    """

    rows: list[Op]
    operands: list[tuple[int, ...]]
    leaves: list[Any]
    numbers: list[float]
    roots: list[int]
    loops: Sequence[Any] = ()
    alike: frozenset[Hashable] = frozenset()

    def picked(self, kept: Sequence[int]) -> Recording:
        """These entries alone, in this order."""
        if list(kept) == list(range(len(self.rows))):
            return self
        rows, operands, leaves, numbers, roots, loops, _ = self
        places = [0] * len(rows)
        for place, i in enumerate(kept):
            places[i] = place
        new = places.__getitem__
        return Recording(
            [rows[i] for i in kept],
            [tuple(map(new, operands[i])) for i in kept],
            [leaves[i] for i in kept],
            [numbers[i] for i in kept],
            [new(root) for root in roots],
            [loop.moved(new) for loop in loops],
        )

    def needed(self, leaves: bool = False) -> Recording:
        """Without what neither roots nor loops depend on; with ``leaves``, these stay."""
        operands = self.operands
        wanted = bytearray(leaves and row.arity == 0 and row is not LOOPED for row in self.rows)
        for i in chain(self.roots, *(loop.read() for loop in self.loops)):
            wanted[i] = 1
        for i in range(len(operands) - 1, -1, -1):
            if wanted[i]:
                for j in operands[i]:
                    wanted[j] = 1
        return self if all(wanted) else self.picked([i for i, x in enumerate(wanted) if x])


def validate(table: Recording) -> None:
    """Raise AssertionError unless operands come first and every entry's row can be applied."""
    interior = [i for i, operands in enumerate(table.operands) if operands]
    last = map(max, map(table.operands.__getitem__, interior))
    assert all(map(lt, last, interior)), "an entry uses a later one"
    assert min(chain.from_iterable(table.operands), default=0) >= 0
    for row, count in set(zip(table.rows, map(len, table.operands), strict=True)):
        assert row.arity in (None, count), f"{row.name} of {count}"
    assert all(0 <= root < len(table.rows) for root in table.roots)
    assert len(table.rows) == len(table.leaves) == len(table.numbers)


_ON_ARRAYS = (ops.add, ops.sub, ops.mul, ops.neg)
"""The rows whose formula on arrays is that on numbers, to the bit."""


class Check(NamedTuple):
    """What a function asks of its arguments, looked at in every call.

    A loss refuses a target that is none, such as a label of 0 where −1 is meant. While the function
    is traced nobody may look at a number, so the check is made on those of each call.

    Attributes:
        wrong: of the numbers, or of arrays of them, whether they are wrong.
        message: what is wrong with these numbers.
        recording: how they are computed, from arguments and constants.
    """

    wrong: Callable[..., Any]
    message: Callable[..., str]
    recording: Recording

    def _computed(self, cells: Sequence[Any]) -> list[Any]:
        """The numbers, or arrays of them, from those of each argument's cells."""
        found: list[Any] = []
        for row, operands, leaf in zip(*self.recording[:3], strict=True):
            if row.arity == 0:
                found.append(leaf if row is CONSTANT else cells[leaf[0]][leaf[1]])
            else:
                found.append(row.forward(*[found[j] for j in operands]))
        return [found[root] for root in self.recording.roots]

    def refuse_rows(self, rows: Sequence[Sequence[Sequence[float]]]) -> None:
        """Raise ValueError for the first example whose numbers are wrong.

        ``rows`` holds for each example its arguments as flat lists.
        """
        for row in rows:
            numbers = self._computed(row)
            if self.wrong(*numbers):
                raise ValueError(self.message(*map(float, numbers)))

    def refuse_arrays(self, arrays: Sequence[Any]) -> None:
        """The same for each argument as an array with an axis for the examples."""
        columns = [array.reshape(len(array), -1).T for array in arrays]
        if all(row.arity == 0 or row in _ON_ARRAYS for row in self.recording.rows):
            wrong = self.wrong(*self._computed(columns))
            if not (wrong.any() if hasattr(wrong, "any") else wrong):
                return
        self.refuse_rows(list(zip(*[column.T.tolist() for column in columns], strict=True)))


# --- what depends on what -------------------------------------------------------------------------


class Flags(NamedTuple):
    """Whether a number depends on an argument, and whether it has a derivative by a parameter."""

    batched: bool
    active: bool


_LEAVES = {ARGUMENT: Flags(True, False), INDEX: Flags(True, False), PARAMETER: Flags(False, True)}


def flags(recording: Recording) -> list[Flags]:
    """For each entry what it depends on."""
    found: list[Flags] = []
    loops: dict[int, tuple[list[Flags], list[Flags]]] = {}
    for row, operands, leaf in zip(*recording[:3], strict=True):
        if row is LOOPED:
            if leaf.loop not in loops:
                loops[leaf.loop] = loop_flags(recording.loops[leaf.loop], found)
            carried, body = loops[leaf.loop]
            stacked = recording.loops[leaf.loop].stacked
            found.append(carried[leaf.which] if leaf.which >= 0 else body[stacked[-1 - leaf.which]])
        else:
            found.append(_LEAVES.get(row) or _of(row, combined(found[i] for i in operands)))
    return found


def _of(row: Op, read: Flags) -> Flags:
    return read._replace(active=False) if row is DETACH else read


def combined(flags: Iterable[Flags]) -> Flags:
    """What something depends on that depends on all of these."""
    batched = active = False
    for flag in flags:
        batched |= flag.batched
        active |= flag.active
    return Flags(batched, active)


def loop_flags(loop: Loop, outside: Sequence[Flags]) -> tuple[list[Flags], list[Flags]]:
    """What is carried depends on, and every entry of the body; in the first round or later."""
    carried = [outside[i] for i in loop.first]
    while True:
        body: list[Flags] = []
        for row, operands, leaf in zip(*loop.body[:3], strict=True):
            if row is CARRIED:
                body.append(carried[leaf])
            elif row is ITEM:
                body.append(combined(outside[i] for i in loop.items[leaf]))
            elif row is FIXED:
                body.append(outside[loop.fixed[leaf]])
            else:
                body.append(_LEAVES.get(row) or _of(row, combined(body[i] for i in operands)))
        later = [combined([now, body[i]]) for now, i in zip(carried, loop.last, strict=True)]
        if later == carried:
            return carried, body
        carried = later


SUMS = {ops.add, ops.sub, ops.neg, ops.sum}
"""Rows of which several are one link of a chain."""


def longest_path(recording: Recording, least: int) -> list[int]:
    """The entries of the longest chain; a sum of sums is one link. None if it has few links."""
    rows, operands = recording.rows, recording.operands
    above: list[int] = []
    """For each entry the length of a chain that ends in it, and goes on with another row;"""
    beside: list[int] = []
    """or with a sum."""
    for row, read in zip(rows, operands, strict=True):
        if not read:
            above.append(1)
            beside.append(1)
            continue
        known = beside if row in SUMS else above
        if len(read) == 2:  # most of what is
            one, other = known[read[0]], known[read[1]]
            level = one if one > other else other  # noqa: FURB136 (a call costs more)
        else:
            level = max([known[j] for j in read])
        above.append(level + 1)
        beside.append(level if known is beside else level + 1)
    path: list[int] = []
    if max(above, default=0) <= least:
        return path
    i = above.index(max(above))
    while operands[i]:
        path.append(i)
        known = beside if rows[i] in SUMS else above
        longest = max([known[j] for j in operands[i]])
        i = max(j for j in operands[i] if known[j] == longest)
    return path[::-1]
