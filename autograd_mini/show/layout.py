"""Where boxes should stand, as far as the layout program is told: it finds the places itself.

Vocabulary: the picture runs from left to right in *columns*. Among the operands of one box the
order from top to bottom is that of the expression, which for a − b and a ÷ b matters.
"""

from __future__ import annotations

from collections import Counter

from autograd_mini.show.picture import Picture

FEW = 3
"""A box with more operands than this is not told the order in which its arrows come in: the same
inputs lead to many such boxes, and the arrows of all cannot be in order."""


def ordered_boxes(picture: Picture) -> set[str]:
    """The boxes into which the arrows come from top to bottom in the order of the operands."""
    uses = Counter(arrow.head for arrow in picture.arrows)
    return {head for head, count in uses.items() if 1 < count <= FEW}


def depths(picture: Picture) -> dict[str, int]:
    """For each box that an arrow touches, how many stand one after another up to it."""
    place: dict[str, int] = {}
    for arrow in picture.arrows:
        place.setdefault(arrow.tail, 1)
        place[arrow.head] = max(place.get(arrow.head, 1), place[arrow.tail] + 1)
    return place


def depth(picture: Picture) -> int:
    """How many boxes stand one after another at most."""
    return max(depths(picture).values(), default=1)


def entrances(picture: Picture) -> list[tuple[str, str]]:
    """Pairs of boxes that stand one after the other though no arrow joins them.

    A frame's own leaves, its weights, would otherwise stand beside the layer before, whose frame
    would then be in the way. They follow the last box that hands something into the frame.
    """
    places = depths(picture)
    frame = {box.id: box.scope[:1] for box in picture.boxes}
    results = {arrow.head for arrow in picture.arrows}
    into: dict[tuple[str, ...], dict[str, None]] = {}
    for arrow in picture.arrows:
        if frame[arrow.head] and frame[arrow.tail] != frame[arrow.head]:
            into.setdefault(frame[arrow.head], {})[arrow.tail] = None
    far = {tail for tail, _ in far_arrows(picture)}  # these stand to the left already
    members: dict[tuple[str, ...], list[str]] = {}
    for box in picture.boxes:
        members.setdefault(box.scope[:1], []).append(box.id)
    found = []
    for name, tails in into.items():
        # what depends on the frame's own results must not stand before its leaves
        first = min(places[member] for member in members[name] if member in results)
        before = [tail for tail in tails if places[tail] < first]
        last = max((places[tail] for tail in before), default=0)
        latest = [tail for tail in before if places[tail] == last]
        leaves = [member for member in members[name] if member not in results]
        middle = len(latest) // 2
        found += [(latest[middle], leaf) for leaf in leaves if latest]
        others = [tail for tail in latest if tail != latest[middle] and tail not in far]
        found += [(tail, leaves[0]) for tail in others if leaves]
    return found


def far_arrows(picture: Picture) -> set[tuple[str, str]]:
    """The arrows that bring inputs to a box of many operands: they come from a column further off.

    So a layer's inputs stand to the left of its weights, as on the slides, and not among them.
    """
    inputs = {box.id for box in picture.boxes if box.kind == "input"}
    uses = Counter(arrow.head for arrow in picture.arrows)
    return {
        (arrow.tail, arrow.head)
        for arrow in picture.arrows
        if arrow.tail in inputs and uses[arrow.head] > FEW
    }


def columns(picture: Picture, far: set[tuple[str, str]]) -> list[list[str]]:
    """Leaves that the same boxes use, in the order of the operands, to stand one below another."""
    heads: dict[str, list[str]] = {}
    for arrow in picture.arrows:
        heads.setdefault(arrow.tail, []).append(arrow.head)
    results = {arrow.head for arrow in picture.arrows}
    columns: dict[tuple[object, ...], list[str]] = {}
    for tail, users in heads.items():
        if tail not in results:
            key = (*dict.fromkeys(users), (tail, users[0]) in far)
            columns.setdefault(key, []).append(tail)
    return [column for column in columns.values() if len(column) > 1]
