"""How wide columns are, and the zones before them.

Vocabulary: before each column is a *zone* for the labels of the arrows into it, where they run
straight, and before that one in which they *curve*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from autograd_mini.show.layout.columns import Columns
from autograd_mini.show.layout.items import CURVE, SLOPE, TIP, WIDEST, Ends, Item


class Widths:
    """The widths on one sheet.

    Args:
        columns: what stands in which column.
        items: what it is.
        ends: what each arrow joins.
        labels: for each arrow the size of its label, the one along the arrow first.
        at: the places across.

    Attributes:
        wide, zone, curve: of each column, and of what is before it.
    """

    def __init__(
        self,
        columns: Columns,
        items: Sequence[Item],
        ends: Mapping[int, Ends],
        labels: Sequence[tuple[float, float]],
        at: Mapping[int, float],
    ) -> None:
        ordered = columns.columns
        self.wide = [max((items[x].along for x in column), default=0.0) for column in ordered]
        self.zone = [0.0] * len(ordered)
        rises = [0.0] * len(ordered)
        rank = {x: r for r, column in enumerate(ordered) for x in column}
        for name, chain in columns.chains.items():
            head = ends[name][1]
            if head is not None and items[head].what == "box":
                label = labels[name][0]
                needed = TIP + 5 + (label + 2 if label else 0.0)
                self.zone[rank[head]] = max(self.zone[rank[head]], needed)
            for left, right in pairwise(chain):
                start = at[left] + items[left].outs[name]
                rise = abs(at[right] + items[right].ins[name] - start)
                rises[rank[right]] = max(rises[rank[right]], rise)
        self.curve = [0.0, *(min(max(CURVE, SLOPE * rise), WIDEST) for rise in rises[1:])]

    def all(self) -> Iterator[tuple[float, float, float]]:
        """Zone, curve and column, from the first column on."""
        return zip(self.zone, self.curve, self.wide, strict=True)


def align(sheets: Sequence[Widths]) -> None:
    """Give sheets with equally many columns the same widths."""
    groups: dict[int, list[Widths]] = {}
    for sheet in sheets:
        groups.setdefault(len(sheet.wide), []).append(sheet)
    for group in groups.values():
        for what in ("wide", "zone", "curve"):
            most = [max(column) for column in zip(*(getattr(x, what) for x in group), strict=True)]
            for sheet in group:
                setattr(sheet, what, list(most))


def equal(columns: Sequence[Sequence[int]], items: Sequence[Item], kinds: Sequence[str]) -> None:
    """Make boxes of one kind in one column equally wide."""
    for column in columns:
        widest: dict[str, float] = {}
        boxes = [x for x in column if items[x].what == "box"]
        for x in boxes:
            widest[kinds[x]] = max(widest.get(kinds[x], 0.0), items[x].along)
        for x in boxes:
            items[x].along = widest[kinds[x]]
