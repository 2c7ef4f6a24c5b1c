"""The columns of a sheet: what stands in which, and in which order from top to bottom.

Vocabulary: a *sheet* is what is laid out at once: the picture, or what a frame in it holds. Its
*items* are boxes, frames, and *lanes*: an arrow that passes a column is a lane there. Each arrow is
a chain of items in adjacent columns; what comes from outside or leads there begins or ends with a
lane. A *pin* keeps items in the order in which they were given.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

MOST_SWEEPS = 16
"""An order of columns is looked for in so many sweeps at most, and in fewer where there is much."""
WORK = 60_000
"""How many lanes and boxes all sweeps together may look at."""


Neighbours = dict[int, list[tuple[int, float]]]
"""What items are joined to on one side, and where the arrow comes in, as a share of its height."""


class Join(NamedTuple):
    """An arrow on a sheet: the items that it joins, None outside; its place at its head."""

    tail: int | None
    head: int | None
    place: float


class Columns:
    """The columns of a sheet.

    Args:
        count: how many items there are; lanes get numbers from there on.
        joins: the arrows, by their names.
        pins: for each item that has one, the group in whose order it stays.

    Attributes:
        columns: the numbers of the items, column by column.
        chains: for each arrow the items that it passes, its ends included.
        lane_of: the arrow of each lane.

    Raises:
        ValueError: arrows lead in a circle.
    """

    def __init__(self, count: int, joins: Mapping[int, Join], pins: Mapping[int, object]) -> None:
        self._pins = pins
        ranks = _ranks(count, joins)
        self.chains: dict[int, list[int]] = {}
        self.lane_of: dict[int, int] = {}
        self.columns: list[list[int]] = [[] for _ in range(max(ranks, default=0) + 1)]
        for item, rank in enumerate(ranks):
            self.columns[rank].append(item)
        self._after: Neighbours = {}
        self._before: Neighbours = {}
        for name, join in joins.items():
            self._add_lanes(name, join, ranks)
            for left, right in itertools.pairwise(self.chains[name]):
                port = join.place if right == join.head else 0.0
                self._after.setdefault(left, []).append((right, port))
                self._before.setdefault(right, []).append((left, 0.0))
        self._order()

    def _add_lanes(self, name: int, join: Join, ranks: Sequence[int]) -> None:
        first = -1 if join.tail is None else ranks[join.tail]
        last = len(self.columns) if join.head is None else ranks[join.head]
        chain = [] if join.tail is None else [join.tail]
        for rank in range(first + 1, last):
            lane = len(ranks) + len(self.lane_of)
            self.lane_of[lane] = name
            self.columns[rank].append(lane)
            chain.append(lane)
        self.chains[name] = chain if join.head is None else [*chain, join.head]

    # --- order ---

    def _order(self) -> None:
        """Sweeps from right to left and back, the fewest crossings win."""
        self._at = {x: float(i) for column in self.columns for i, x in enumerate(column)}
        ranks = range(len(self.columns))
        sides = (ranks[::-1], self._after), (ranks, self._before)
        self._sweep(*sides[0])
        best, fewest = [list(column) for column in self.columns], self._crossings()
        sweeps = min(MOST_SWEEPS, WORK // (1 + sum(map(len, self.columns))))
        for sweep in range(sweeps if fewest else 0):
            self._sweep(*sides[sweep % 2])
            self._exchange()
            found = self._crossings()
            if found < fewest:
                best, fewest = [list(column) for column in self.columns], found
        self.columns = best

    def _sweep(self, ranks: Iterable[int], side: Neighbours) -> None:
        """Sort each column by the mean places of what its items are joined to on that side."""
        for rank in ranks:
            column = self.columns[rank]
            pulls = {x: sum(y) / len(y) for x in column if (y := self._places(x, side))}
            free = sorted(pulls, key=pulls.__getitem__)
            held = [x for x in column if x not in pulls]
            for x in sorted(held, key=self._at.__getitem__):
                free.insert(min(int(self._at[x]), len(free)), x)
            self.columns[rank] = self._pinned(free)
            self._at.update((x, float(i)) for i, x in enumerate(self.columns[rank]))

    def _places(self, item: int, side: Neighbours) -> list[float]:
        return [self._at[other] + port for other, port in side.get(item, ())]

    def _pinned(self, column: list[int]) -> list[int]:
        """The column with pinned items in their own order, in the places that they have."""
        slots: dict[object, list[int]] = {}
        for i, x in enumerate(column):
            if x in self._pins:
                slots.setdefault(self._pins[x], []).append(i)
        for places in slots.values():
            items = sorted(column[i] for i in places)
            for i, x in zip(places, items, strict=True):
                column[i] = x
        return column

    def _exchange(self) -> None:
        """Neighbours change places where fewer arrows cross then."""
        for column in self.columns:
            for i in range(len(column) - 1):
                upper, lower = column[i], column[i + 1]
                pin = self._pins.get(upper)
                pinned = pin is not None and pin == self._pins.get(lower)
                if not pinned and self._gain(upper, lower) > 0:
                    column[i], column[i + 1] = lower, upper
                    self._at[upper], self._at[lower] = float(i + 1), float(i)

    def _gain(self, upper: int, lower: int) -> int:
        """How many crossings less there are with the two the other way round."""
        gain = 0
        for side in (self._before, self._after):
            above, below = self._places(upper, side), self._places(lower, side)
            gain += sum((a > b) - (a < b) for a in above for b in below)
        return gain

    def _crossings(self) -> int:
        """How often arrows cross between the columns in their present order."""
        found = 0
        for column in self.columns:
            heads: list[float] = []
            for x in column:  # arrows from one item do not cross each other
                heads += sorted(self._places(x, self._after))
            found += _inversions(heads)
        return found


def _ranks(count: int, joins: Mapping[int, Join]) -> list[int]:
    """The column of each item: as far right as its first user allows."""
    after: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for join in joins.values():
        if join.tail is not None and join.head is not None:
            after[join.tail].append(join.head)
            waiting[join.head] += 1
    ready = [x for x in range(count) if not waiting[x]]
    ranks = [0] * count
    for x in ready:  # grows while it is read
        for y in after[x]:
            ranks[y] = max(ranks[y], ranks[x] + 1)
            waiting[y] -= 1
            if not waiting[y]:
                ready.append(y)
    if len(ready) < count:
        raise ValueError("layout: arrows lead in a circle")
    for x in reversed(ready):
        if after[x]:
            ranks[x] = min(ranks[y] for y in after[x]) - 1
    return ranks


def _inversions(numbers: Sequence[float]) -> int:
    """How many pairs stand in the wrong order, by Fenwick's tree (1994).

    >>> _inversions([3.0, 1.0, 2.0, 2.0])
    3
    """
    places = {number: i + 1 for i, number in enumerate(sorted(set(numbers)))}
    tree = [0] * (len(places) + 1)
    found = 0
    for seen, number in enumerate(numbers):
        place = places[number]
        i, below = place, 0
        while i:
            below += tree[i]
            i -= i & -i
        found += seen - below
        while place < len(tree):
            tree[place] += 1
            place += place & -place
    return found
