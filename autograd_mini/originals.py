"""Which node a copy was made from, and whether a copy cuts a gradient off.

A copy computes on its own: no gradient flows from it to what it was made from. That is right for a
target network, and wrong inside of a function that copies its inputs, where the derivative by the
input would silently be 0 or a part of itself.

Vocabulary: the *originals* of a copy are the node it was made from, what that was a copy of, and so
on, while they live; nothing is kept alive. A copy is *lost* where the graph alone holds it: its
gradient can be read nowhere.
"""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.errors import AutogradError
from autograd_mini.rows import CONSTANT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from autograd_mini.graph import Node


class _Copy(weakref.ref):  # type: ignore[type-arg]
    """A copy, with its originals; it is forgotten when the copy dies."""

    __slots__ = ("key", "originals")

    key: int
    originals: tuple[weakref.ref[Any], ...]


def _forget(copy: Any) -> None:
    known.pop(copy.key, None)
    unread.discard(copy.key)


known: dict[int, _Copy] = {}
"""The copies that live, by their identities."""

unread: set[int] = set()
"""Those of them of which it is not known that somebody holds them."""


def note(copy: Node, original: Node) -> None:
    """Remember what a copy was made from."""
    if copy._row is CONSTANT:
        return
    made = _Copy(copy, _forget)
    made.key = id(copy)
    before = known.get(id(original))
    made.originals = (weakref.ref(original), *(before.originals if before else ()))
    known[made.key] = made
    unread.add(made.key)


def refuse_cut(nodes: Sequence[Node], inputs: Collection[Node], where: str) -> None:
    """Say so where a derivative by an input ends at a copy of it.

    ``nodes`` are those under the output, and held by nobody else who asks.

    Raises:
        AutogradError: the copy is lost; so it was made on the way from the input to the output.

    Warns:
        UserWarning: it is not, but the input itself is not reached.
    """
    wanted = set(inputs)
    reached = wanted.intersection(nodes)
    lost = _lost(nodes, 0)
    for key in [id(node) for node in nodes if id(node) in known and node not in wanted]:
        for original in known[key].originals:
            node = original()
            if node not in wanted or (key not in lost and node in reached):
                continue
            said = _said(where, node)
            if key in lost:
                raise AutogradError(said)
            import warnings

            warnings.warn(said, stacklevel=4)


def refuse_lost(output: Node, leaves: list[Node]) -> None:
    """Refuse a pass in which a leaf that is a lost copy receives a gradient.

    ``leaves`` are those of the pass. Where the output itself is a copy, all of it was copied.

    Raises:
        AutogradError: naming what the leaf was copied from.
    """
    reached = unread.intersection(map(id, leaves))
    if not reached or id(output) in known:
        return
    lost = reached & _lost(graph.order(output), 1)
    for key in [id(leaf) for leaf in leaves if id(leaf) in lost]:
        for original in known[key].originals:
            if (node := original()) is not None:
                raise AutogradError(_said("backward", node))
    unread.difference_update(reached)


def _said(where: str, node: Node) -> str:
    return (
        f"{where}: the output depends on a copy of {graph.name(node)}, and no gradient flows from "
        "a copy (copy.copy, copy.deepcopy) to what it was made from; compute with the Value "
        "itself, or, if a constant is meant, with autograd_mini.detach(value)"
    )


def _lost(nodes: Sequence[Node], others: int) -> set[int]:
    """The identities of the copies that these nodes alone refer to, and so many ``others``."""
    suspects = [node for node in nodes if id(node) in unread]
    uses = _uses(nodes, set(map(id, suspects)))
    counts = [sys.getrefcount(x) for x in (*suspects, object())]
    here = counts.pop()  # how often this very line refers to something
    lists = 2  # ``nodes`` and ``suspects``
    return {
        key
        for key, count in zip(map(id, suspects), counts, strict=True)
        if count - here <= lists + others + uses.get(key, 0)
    }


def _uses(nodes: Sequence[Node], keys: set[int]) -> dict[int, int]:
    """How often the nodes refer to those with these identities; a shared tuple refers once."""
    found: dict[int, int] = {}
    shared: set[int] = set()
    for node in nodes if keys else ():
        if graph.is_leaf(node):
            continue
        for slot in (node._a, node._b):
            if type(slot) is tuple:
                if id(slot) in shared:
                    continue
                shared.add(id(slot))
            for key in map(id, slot) if type(slot) is tuple else (id(slot),):
                if key in keys:
                    found[key] = found.get(key, 0) + 1
    return found
