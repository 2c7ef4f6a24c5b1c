"""What stands in a row with what, and how far neighbours in a column are apart.

Vocabulary: a *spine* is a way through results each of which is the only result among the operands
of the next: a chain of layers, or of the steps of a loop.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from autograd_mini.show.layout.items import BETWEEN, Ends, Item
from autograd_mini.show.layout.stacking import Wish

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
