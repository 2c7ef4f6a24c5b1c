"""Where arrows meet their items, and how much room they need before a column.

Vocabulary: see :mod:`autograd_mini.show.layout.items`. Before each column is a *zone* for the
labels of the arrows into it, where they run straight, and before that one in which they *curve*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from autograd_mini.show.layout.columns import Columns
from autograd_mini.show.layout.items import CURVE, PORTS, SLOPE, TIP, WIDEST, Ends, Item
from autograd_mini.show.layout.stacking import pooled


def enter(items: Sequence[Item], ends: Mapping[int, Ends], labels: Sequence[float]) -> None:
    """Set the ports into boxes, which become high enough for them and the labels before them."""
    into: dict[int, list[int]] = {}
    for i, (_, head) in ends.items():
        if head is not None and items[head].what == "box":
            into.setdefault(head, []).append(i)
    for head, names in into.items():
        _enter_one(items[head], names, [labels[i] for i in names])


def _enter_one(item: Item, names: Sequence[int], labels: Sequence[float]) -> None:
    slots = [label + 4.0 if label else PORTS for label in labels]
    total = sum(slots)
    spread = max(1.0, min(1.6, (2 * item.half - 8) / total))
    y = -total * spread / 2
    for i, slot, label in zip(names, slots, labels, strict=True):
        y += slot * spread
        item.ins[i] = y - (3.0 if label else slot * spread / 2)
    if len(names) == 1:
        item.ins[names[0]] = 0.0
    else:
        item.half = max(item.half, total * spread / 2 + 4)
    highest = min(item.ins[i] - label for i, label in zip(names, labels, strict=True))
    item.up, item.down = max(item.half, -highest + 2), item.half


def leave(item: Item, names: Sequence[int]) -> None:
    """Set the ports out of a box, in that order."""
    pitch = item.pitch(len(names))
    for i, name in enumerate(names):
        item.outs[name] = (i - (len(names) - 1) / 2) * pitch


def straighten(
    items: Sequence[Item], chains: Mapping[int, Sequence[int]], at: Mapping[int, float]
) -> None:
    """Arrows leave a box at the height at which they arrive, where it is high enough."""
    for number, item in enumerate(items):
        if item.what != "box" or not item.outs:
            continue
        names = sorted(item.outs, key=item.outs.__getitem__)
        wanted = []
        for name in names:
            passed = chains[name][1:2]
            y = [at[x] + items[x].ins[name] - at[number] for x in passed]
            wanted.append(y[0] if y else 0.0)
        pitch, most, last = item.pitch(len(names)), item.slack, len(names) - 1
        places = pooled(wanted, [1.0] * len(names), [pitch] * last)
        for i, (name, y_at) in enumerate(zip(names, places, strict=True)):
            item.outs[name] = min(max(y_at, i * pitch - most), most - (last - i) * pitch)


class Widths(NamedTuple):
    """How wide a column is, and the zone and the curves before it."""

    zone: float
    curve: float
    wide: float


def widths(
    columns: Columns,
    items: Sequence[Item],
    ends: Mapping[int, Ends],
    labels: Sequence[tuple[float, float]],
    at: Mapping[int, float],
) -> list[Widths]:
    """The widths of all columns.

    Args:
        columns, items: what stands in which column, and what it is.
        ends: what each arrow joins.
        labels: for each arrow the size of its label, the one along the arrow first.
        at: the places across.
    """
    zones, rises = [0.0] * len(columns.columns), [0.0] * len(columns.columns)
    rank = {x: r for r, column in enumerate(columns.columns) for x in column}
    for name, chain in columns.chains.items():
        head = ends[name][1]
        if head is not None and items[head].what == "box":
            label = labels[name][0]
            needed = TIP + 5 + (label + 2 if label else 0.0)
            zones[rank[head]] = max(zones[rank[head]], needed)
        for left, right in pairwise(chain):
            start = at[left] + items[left].outs[name]
            rise = abs(at[right] + items[right].ins[name] - start)
            rises[rank[right]] = max(rises[rank[right]], rise)
    curves = [0.0, *(min(max(CURVE, SLOPE * rise), WIDEST) for rise in rises[1:])]
    wide = [max((items[x].along for x in column), default=0.0) for column in columns.columns]
    return [*map(Widths, zones, curves, wide)]


def align(sheets: Sequence[list[Widths]]) -> None:
    """Give sheets with equally many columns the same widths."""
    groups: dict[int, list[list[Widths]]] = {}
    for sheet in sheets:
        groups.setdefault(len(sheet), []).append(sheet)
    for group in groups.values():
        most = [Widths(*map(max, zip(*each, strict=True))) for each in zip(*group, strict=True)]
        for sheet in group:
            sheet[:] = most


def equal(columns: Sequence[Sequence[int]], items: Sequence[Item], kinds: Sequence[str]) -> None:
    """Make boxes of one kind in one column equally wide."""
    for column in columns:
        widest: dict[str, float] = {}
        boxes = [x for x in column if items[x].what == "box"]
        for x in boxes:
            widest[kinds[x]] = max(widest.get(kinds[x], 0.0), items[x].along)
        for x in boxes:
            items[x].along = widest[kinds[x]]
