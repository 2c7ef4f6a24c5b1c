"""Rounds of a recording that were found to repeat, written as one loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import chain
from typing import NamedTuple

from autograd_mini.compiler.recording import (
    CARRIED,
    FIXED,
    ITEM,
    LOOPED,
    PARAMETER,
    Loop,
    Looped,
    Recording,
)
from autograd_mini.rows import CONSTANT, Op

NONE = -1

DEEPEST = 100
"""The longest chain of entries before a loop that its rounds make themselves."""


class Run(NamedTuple):
    """Rounds of a recording.

    Attributes:
        start: the first entry of the first round.
        period: the entries of a round.
        rounds: how many there are.
        slots: for each round its operands, one after the other.
        outside: for each slot that reads from before the loop, what it reads in each round.
        steady: the number of a round that is like its neighbours.
    """

    start: int
    period: int
    rounds: int
    slots: list[list[int]]
    outside: dict[int, tuple[int, ...]]
    steady: int


class Folder:
    """The work in progress of folding one run."""

    def __init__(self, recording: Recording, run: Run) -> None:
        self.old = recording
        self.run = run
        self.body = Recording([], [], [], [], [])
        self.known: dict[Hashable, int] = {}
        self.first: list[int] = []
        self.last: list[int] = []
        self.items: list[list[int]] = []
        self.fixed: list[int] = []
        self.stacked: list[int] = []
        self.made: list[int] = []
        """For each place in the period the body's entry."""
        self.uses = Counter(chain.from_iterable(recording.operands))
        self.uses.update(recording.roots)
        self.asked = Counter(run.outside.values())
        self.deep = 0
        """How many entries from before the loop are being made, one for another."""
        self.handed: dict[int, int] = {}
        """For a place in the period what is carried and was made there."""

    def folded(self) -> Recording:
        """The recording with the run in a loop."""
        self._body()
        return self._around().needed(leaves=True)

    def _add(self, row: Op, operands: tuple[int, ...], leaf: object, number: float) -> int:
        for column, x in zip(self.body, (row, operands, leaf, number), strict=False):
            column.append(x)  # type: ignore[attr-defined]
        return len(self.body.rows) - 1

    def _body(self) -> None:
        run, old = self.run, self.old
        begins = run.start + run.steady * run.period
        wanted: list[tuple[int, int]] = []
        slot = 0
        for place in range(run.period):
            read = []
            for j in old.operands[begins + place]:
                if slot in run.outside:
                    read.append(self._resting(run.outside[slot]))
                elif j >= begins:
                    read.append(self.made[j - begins])
                else:
                    back = -((j - begins) // run.period)
                    firsts = tuple(run.slots[t][slot] for t in range(back - 1, -1, -1))
                    read.append(self._carried((j - begins) % run.period, firsts, wanted))
                slot += 1
            i = run.start + place
            self.made.append(self._add(old.rows[i], tuple(read), None, old.numbers[i]))
        for which, place in wanted:
            self.last[which] = self.made[place]
            self.handed.setdefault(place, which)

    def _resting(self, column: tuple[int, ...]) -> int:
        """The leaf for what each round reads from before the loop."""
        i = column[0]
        if column.count(i) < len(column):
            key: Hashable = (ITEM, column)
            if key not in self.known:
                made = self._sunk(column)
                if made == NONE:
                    self.items.append(list(column))
                    made = self._leaf(ITEM, len(self.items) - 1, i)
                self.known[key] = made
        else:
            key = i
            row = self.old.rows[i]
            if key not in self.known and (row is PARAMETER or row is CONSTANT):
                self.known[key] = self._leaf(row, self.old.leaves[i], i)
            elif key not in self.known:
                self.fixed.append(i)
                self.known[key] = self._leaf(FIXED, len(self.fixed) - 1, i)
        return self.known[key]

    def _sunk(self, column: tuple[int, ...]) -> int:
        """An entry that each round can make itself; NONE if they are not alike, or not its own."""
        rows, operands = self.old.rows, self.old.operands
        kinds = {(rows[i], len(operands[i])) for i in column}
        own = self.deep or all(self.uses[i] == self.asked[column] for i in column)
        if len(kinds) > 1 or not operands[column[0]] or not own or self.deep > DEEPEST:
            return NONE
        self.deep += 1
        read = zip(*[operands[i] for i in column], strict=True)
        made = tuple(self._resting(part) for part in list(read))
        self.deep -= 1
        return self._add(rows[column[0]], made, None, self.old.numbers[column[0]])

    def _leaf(self, row: Op, stands_for: object, i: int) -> int:
        return self._add(row, (), stands_for, self.old.numbers[i])

    def _carried(self, place: int, firsts: tuple[int, ...], wanted: list[tuple[int, int]]) -> int:
        """The leaf for what was made so many rounds ago: each round hands it to the next."""
        key = (CARRIED, place, firsts)
        if key not in self.known:
            before = self._carried(place, firsts[:-1], wanted) if len(firsts) > 1 else NONE
            which = len(self.first)
            if before == NONE:
                wanted.append((which, place))
            self.first.append(firsts[-1])
            self.last.append(before)
            self.known[key] = self._leaf(CARRIED, which, firsts[-1])
        return self.known[key]

    def _around(self) -> Recording:
        """The recording around the loop."""
        run, old = self.run, self.old
        stop = run.start + run.period * run.rounds
        rows, operands, leaves, numbers, roots, loops, _ = old
        after = operands[stop:]
        read = {*chain.from_iterable(after), *roots}
        read.update(chain.from_iterable(loop.read() for loop in loops))
        results = sorted(i for i in read if run.start <= i < stop)
        new: list[int] = list(range(run.start))
        new += [NONE] * (stop - run.start)
        for k, i in enumerate(results):
            new[i] = run.start + k
        new += range(run.start + len(results), run.start + len(results) + len(after))
        place = new.__getitem__
        stands = [self._result(i) for i in results]
        body = self.body._replace(roots=[*self.last, *self.stacked])
        loop = Loop(run.rounds, body, self.first, self.last, self.items, self.fixed, self.stacked)
        return Recording(
            [*rows[: run.start], *[LOOPED] * len(results), *rows[stop:]],
            [*operands[: run.start], *[()] * len(results), *(tuple(map(place, x)) for x in after)],
            [*leaves[: run.start], *stands, *leaves[stop:]],
            [*numbers[: run.start], *[numbers[i] for i in results], *numbers[stop:]],
            [place(root) for root in roots],
            [*(known.moved(place) for known in loops), loop],
        )

    def _result(self, i: int) -> Looped:
        """What an entry of the run is to those outside."""
        number = len(self.old.loops)
        t, place = divmod(i - self.run.start, self.run.period)
        if place in self.handed:
            return Looped(number, self.handed[place], t + 1)
        entry = self.made[place]
        if entry not in self.stacked:
            self.stacked.append(entry)
        return Looped(number, -1 - self.stacked.index(entry), t)
