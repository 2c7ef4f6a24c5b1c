"""Where arrows meet their items: in the order of the operands, and of what they lead to.

Vocabulary: see :mod:`autograd_mini.show.layout.items`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_mini.show.layout.items import PORTS, Ends, Item
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
