"""Copies and pickles of graphs of any depth, and what a copy was made from.

Vocabulary: a deep copy rebuilds the graph in :func:`graph.order`. A pickle holds the *results*
under a root as one list, in columns, so that nothing recurses; leaves are things of their own, and
a node that is pickled beside its graph is the one in that list.

A copy computes on its own: no gradient flows from it to what it was made from. That is right for a
target network, and wrong inside of a function that copies its inputs, where the derivative by the
input would silently be 0 or a part of itself. The *originals* of a copy are the node it was made
from, what that was a copy of, and so on, while they live; nothing is kept alive. A copy is *lost*
where the graph alone holds it: its gradient can be read nowhere.
"""

from __future__ import annotations

import copy
import sys
import threading
import weakref
from collections import Counter
from functools import cache
from itertools import chain
from operator import getitem, is_
from typing import TYPE_CHECKING

from autograd_mini import engine, graph
from autograd_mini.errors import AutogradError
from autograd_mini.rows import CONSTANT, LEAF, row_named

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any

    from autograd_mini.graph import N, Node


def shallow_copy(node: N) -> N:
    """A new node with the same number, operands and gradient."""
    made: N = engine.blank(type(node))
    made._data, made._grad, made._row, made._stamp = node._data, node._grad, node._row, node._stamp
    made._a, made._b = node._a, node._b
    if text := graph.label(node):
        made._label = text
    _give(made, _own_attributes(node))
    return made


def _own_attributes(node: Node) -> dict[str, object]:
    """What a subclass of the user's keeps beside the node's own slots."""
    names, has_dict = _own_names(type(node))
    found = dict(vars(node)) if has_dict else {}
    return found | {name: getattr(node, name) for name in names if hasattr(node, name)}


@cache
def _own_names(cls: type) -> tuple[tuple[str, ...], bool]:
    """The slots that a class has beside those of nodes, and whether its nodes have a dict."""
    names: list[str] = []
    for kind in cls.__mro__:
        slots = kind.__dict__.get("__slots__", ())
        if "_row" in slots:  # the node's own class
            break
        names += (slots,) if isinstance(slots, str) else slots
    kept = tuple(name for name in names if name not in ("__dict__", "__weakref__"))
    return kept, bool(cls.__dictoffset__)


def _give(node: Node, attributes: dict[str, object]) -> None:
    for name, thing in attributes.items():
        setattr(node, name, thing)


def copied(node: N) -> N:
    """A shallow copy that knows its original."""
    return _noted(shallow_copy(node), node)


def deep_copy(root: N, memo: dict[int, Any]) -> N:
    """A copy of the graph under ``root``, shared nodes shared, independent of the original."""
    shared: dict[int, object] = {}
    for node in graph.order(root):
        if id(node) not in memo:
            made = memo[id(node)] = shallow_copy(node)
            if not graph.is_leaf(node):
                relink(made, lambda x: memo[id(x)], shared)
            elif own := _own_attributes(node):
                _give(made, copy.deepcopy(own, memo))
            if node is root or graph.is_leaf(node):
                _noted(made, node)
    made_root: N = memo[id(root)]
    return made_root


def relink(node: Node, other: Callable[[Any], object], shared: dict[int, object]) -> None:
    """Put others in the place of a result's operands; nodes that shared a tuple share one again."""
    node._a, node._b = _changed(node._a, other, shared), _changed(node._b, other, shared)


def _changed(slot: object, change: Callable[[Any], object], shared: dict[int, object]) -> object:
    if slot is None or type(slot) is float:
        return slot
    if type(slot) is not tuple:
        return change(slot)
    if id(slot) not in shared:
        made = tuple(map(change, slot))
        shared[id(slot)] = slot if all(map(is_, made, slot)) else made
    return shared[id(slot)]


class _Results:
    """The results under a root that no other list of this pickle has, operands first."""

    __slots__ = ("__weakref__", "nodes")

    def __init__(self, root: Node) -> None:
        nodes = [node for node in graph.order(root) if not graph.is_leaf(node)]
        self.nodes = [node for node in nodes if _place(node) is None]
        this = weakref.ref(self)
        _under_way.places.update((id(node), (this, i)) for i, node in enumerate(self.nodes))

    def __del__(self) -> None:
        for node in self.nodes:
            _under_way.places.pop(id(node), None)

    def __reduce__(self) -> tuple[object, ...]:
        """A list of blank nodes, which others may refer to while its columns are read."""
        nodes = self.nodes
        shared: dict[int, object] = {}
        places = {id(node): place for place, node in enumerate(nodes)}

        def place_or_self(node: Node) -> object:
            return places.get(id(node), node)

        columns = (
            [node._row.name for node in nodes],
            [node._data for node in nodes],
            [node._grad for node in nodes],
            [_changed(node._a, place_or_self, shared) for node in nodes],
            [_changed(node._b, place_or_self, shared) for node in nodes],
            {i: text for i, node in enumerate(nodes) if (text := graph.label(node))},
            [i for i, node in enumerate(nodes) if graph.is_stale(node)],
        )
        return _blanks, (type(nodes[-1]), len(nodes)), columns, None, None, _fill


class _UnderWay(threading.local):
    """Where this thread's pickles have results: their lists, gone with the pickles, and places."""

    def __init__(self) -> None:
        self.places: dict[int, tuple[weakref.ref[_Results], int]] = {}


_under_way = _UnderWay()


def _place(node: Node) -> tuple[_Results, int] | None:
    """The list that a result has been put into, and its place there."""
    found = _under_way.places.get(id(node))
    listed = found and found[0]()
    return (listed, found[1]) if found and listed else None


def reduce(node: Node) -> tuple[object, ...]:
    """How to pickle a node: a leaf by itself, a result as one of its list."""
    if graph.is_leaf(node):
        record = (type(node), node._row.label, node._data, node._grad, node._a, graph.label(node))
        return _leaf, record, _own_attributes(node) or None, None, None, _give
    if (place := _place(node)) is None:
        made = _Results(node)
        place = made, len(made.nodes) - 1
    return getitem, place


def _leaf(cls: type, kind: str, data: float, grad: object, count: int, text: str) -> Node:
    node: Node = engine.blank(cls)
    node._data, node._grad, node._a, node._b, node._stamp = data, grad, count, None, 0
    node._row = {"leaf": LEAF, "constant": CONSTANT}[kind]
    if text:
        node._label = text
    return node


def _blanks(cls: type, count: int) -> list[Node]:
    return [engine.blank(cls) for _ in range(count)]


def _fill(nodes: list[Node], columns: tuple[Any, ...]) -> None:
    names, numbers, gradients, first, second, labels, stale = columns
    shared: dict[int, object] = {}

    def operand(x: object) -> object:
        return nodes[x] if type(x) is int else x

    for i, node in enumerate(nodes):
        node._row, node._data, node._grad = row_named(names[i]), numbers[i], gradients[i]
        node._a = _changed(first[i], operand, shared)
        node._b = _changed(second[i], operand, shared)
        node._stamp = graph.epoch
    for place, text in labels.items():
        nodes[place]._label = text
    for place in stale:
        nodes[place]._stamp = -2


known: dict[int, tuple[weakref.ref[Node], ...]] = {}
"""The copies that live, by their identities: a reference to the copy, and to its originals."""

unread: set[int] = set()
"""Those of them of which it is not known that somebody holds them."""


def _noted(copy: N, original: Node) -> N:
    """A copy of which it is remembered, until it dies, what it was made from."""
    key = id(copy)

    def forget(_: object) -> None:
        known.pop(key, None)
        unread.discard(key)

    if copy._row is not CONSTANT:
        before = known.get(id(original), ())[1:]
        known[key] = (weakref.ref(copy, forget), weakref.ref(original), *before)
        unread.add(key)
    return copy


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
        for original in known[key][1:]:
            node = original()
            if node not in wanted or (key not in lost and node in reached):
                continue
            if key in lost:
                raise AutogradError(_cut(where, node))
            import warnings

            warnings.warn(_cut(where, node), stacklevel=4)


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
        for original in known[key][1:]:
            if (node := original()) is not None:
                raise AutogradError(_cut("backward", node))
    unread.difference_update(reached)


def _cut(where: str, node: Node) -> str:
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
    results = [node for node in nodes if not graph.is_leaf(node)] if keys else []
    slots = [slot for node in results for slot in (node._a, node._b)]
    shared = {id(slot): slot for slot in slots if type(slot) is tuple}
    return Counter(key for key in map(id, chain(slots, *shared.values())) if key in keys)
