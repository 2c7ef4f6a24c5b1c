"""The places of items in their columns: each near what it is joined to, none over another.

Vocabulary: a *spine* is a way through results each of which is the only result among the operands
of the next: a chain of layers, or of the steps of a loop. A *wish* says where an item should be.

For one column, given where every item would like to be, the best places in the least squares sense
are found at once by pooling neighbours that get in each other's way (Ayer et al., "An empirical
distribution function for sampling with incomplete information", 1955). Sweeps over all columns let
the wishes settle.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from autograd_mini.show.layout.items import BETWEEN, Ends, Item

Wish = tuple[int, float, float]
"""What an item is joined to, how far above it should be then, and how much that counts."""

FIRM = 1e6
"""How much it counts that an item stands in its row."""
SWEEPS = 24
WORK = 200_000
"""How many wishes all sweeps together may look at, but for the first four."""


def stacked(
    columns: Sequence[Sequence[int]],
    apart: Sequence[Sequence[float]],
    before: Mapping[int, Sequence[Wish]],
    after: Mapping[int, Sequence[Wish]],
    rows: Sequence[Sequence[int]] = (),
) -> dict[int, float]:
    """The places of all items, downwards.

    Args:
        columns: the items from top to bottom, column by column.
        apart: how far neighbours in each column are apart at least.
        before, after: for each item the wishes from the left and from the right.
        rows: items of different columns that stand in a row.
    """
    at: dict[int, float] = {}
    for column, gaps in zip(columns, apart, strict=True):
        y = -sum(gaps) / 2
        for x, gap in zip(column, [*gaps, 0.0], strict=False):
            at[x] = y
            y += gap
    wishes = sum(map(len, before.values())) + sum(map(len, after.values()))
    sweeps = max(4, min(SWEEPS, WORK // (wishes + 1)))
    ranks = range(len(columns))
    for sweep in range(sweeps):
        fixed = {x: sum(at[y] for y in row) / len(row) for row in rows for x in row}
        for rank in ranks if sweep % 2 else reversed(ranks):
            wanted, weights = _wanted(columns[rank], at, (before, after))
            for i, x in enumerate(columns[rank]):
                if x in fixed:
                    wanted[i], weights[i] = fixed[x], FIRM
            places = pooled(wanted, weights, apart[rank])
            at.update(zip(columns[rank], places, strict=True))
    return at


def _wanted(
    column: Sequence[int], at: Mapping[int, float], sides: Sequence[Mapping[int, Sequence[Wish]]]
) -> tuple[list[float], list[float]]:
    wanted, weights = [], []
    for x in column:
        total = weight = 0.0
        for side in sides:
            for other, offset, counts in side.get(x, ()):
                total += counts * (at[other] + offset)
                weight += counts
        wanted.append(total / weight if weight else at[x])
        weights.append(weight or 0.01)
    return wanted, weights


def pooled(
    wanted: Sequence[float], weights: Sequence[float], apart: Sequence[float]
) -> list[float]:
    """The places nearest to the wanted ones that keep neighbours apart.

    >>> pooled([0.0, 0.0, 9.0], [1.0, 1.0, 1.0], [2.0, 2.0])
    [-1.0, 1.0, 9.0]
    """
    offsets = [0.0]
    for gap in apart:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, float, int]] = []  # where, its weight, how many
    for place, weight, offset in zip(wanted, weights, offsets, strict=False):
        mean, total, count = place - offset, weight, 1
        while pools and pools[-1][0] > mean:
            above, heavy, many = pools.pop()
            mean = (above * heavy + mean * total) / (heavy + total)
            total, count = total + heavy, count + many
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


# --- wishes ---------------------------------------------------------------------------------------

Wishes = dict[int, list[Wish]]
Pairs = set[tuple[int, int]]


def spine(ends: Iterable[Ends]) -> Pairs:
    """Neighbours on a spine."""
    ends = list(ends)
    results = {head for _, head in ends}
    tails: dict[int, set[int]] = {}
    for tail, head in ends:
        if tail in results and tail is not None and head is not None:
            tails.setdefault(head, set()).add(tail)
    return {(next(iter(found)), head) for head, found in tails.items() if len(found) == 1}


def rows(pairs: Pairs, items: Sequence[Item], columns: Sequence[Sequence[int]]) -> list[list[int]]:
    """Frames or results one after another on a spine, each of them alone in its column."""
    made = [[x for x in column if items[x].what != "lane" and items[x].ins] for column in columns]
    alone = {column[0] for column in made if len(column) == 1}
    after = {left: right for left, right in pairs if {left, right} <= alone}
    found = []
    for start in sorted(after.keys() - after.values()):
        row = [start]
        while row[-1] in after:
            row.append(after[row[-1]])
        found.append(row)
    return found


def wishes(
    pairs: Pairs, items: Sequence[Item], chains: Mapping[int, Sequence[int]]
) -> tuple[Wishes, Wishes]:
    """What each item is to stand in a row with, on its left and on its right."""
    before: Wishes = {}
    after: Wishes = {}
    for name, chain in chains.items():
        for left, right in pairwise(chain):
            one, two = items[left], items[right]
            lanes = (one.what == "lane") + (two.what == "lane")
            counts = (5.0 if (left, right) in pairs else 1.0, 2.0, 8.0)[lanes]
            offset = _offset(one, two, name)
            before.setdefault(right, []).append((left, offset, counts))
            after.setdefault(left, []).append((right, -offset, counts))
    return before, after


def _offset(one: Item, two: Item, name: int) -> float:
    """How far below the middle of one item that of the next should be.

    Frames stand in a row. Where an arrow leaves a box is still free within its side.
    """
    if one.what == two.what == "frame":
        return 0.0
    offset = one.outs[name] - two.ins[name]
    slack = one.slack if one.what == "box" else 0.0
    return math.copysign(max(abs(offset) - slack, 0.0), offset)


def apart(one: Item, two: Item, same: bool) -> float:
    """How far the middles of neighbours in a column are apart at least.

    Args:
        one, two: the upper and the lower one.
        same: whether they are lanes of arrows that leave one box.
    """
    kinds = {one.what, two.what}
    gap = BETWEEN["frame" if kinds == {"frame"} else "box" if "lane" not in kinds else "lane"]
    return one.down + (BETWEEN["same"] if same else gap) + two.up
