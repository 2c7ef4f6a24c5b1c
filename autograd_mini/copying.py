"""Copies and pickles of graphs of any depth.

Vocabulary: a *record* is what rebuilds one node once its operands exist. A deep copy rebuilds the
graph in :func:`graph.order`. A pickle lists the nodes *below* the root in that order before the
root itself, so that each record refers only to nodes that the pickle has met already and nothing
recurses.
"""

from __future__ import annotations

import copy
import threading
import weakref
from functools import cache
from typing import TYPE_CHECKING

from autograd_mini import engine, graph, originals
from autograd_mini.rows import CONSTANT, LEAF, row_named

if TYPE_CHECKING:
    from collections.abc import Iterator
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


def _own_attributes(node: Node) -> dict[str, Any]:
    """What a subclass of the user's keeps beside the node's own slots."""
    kind: Any = type(node)
    names, has_dict = _own_names(kind)
    found = dict(node.__dict__) if has_dict else {}
    for name in names:
        if hasattr(node, name):
            found[name] = getattr(node, name)
    return found


@cache
def _own_names(cls: Any) -> tuple[tuple[str, ...], bool]:
    """The slots that a class has beside those of nodes, and whether its nodes have a dict."""
    names: list[str] = []
    for kind in cls.__mro__:
        slots = kind.__dict__.get("__slots__", ())
        if "_row" in slots:  # the node's own class
            break
        names += (slots,) if isinstance(slots, str) else slots
    kept = tuple(name for name in names if name not in ("__dict__", "__weakref__"))
    return kept, bool(cls.__dictoffset__)


def _give(node: Node, attributes: dict[str, Any]) -> None:
    for name, thing in attributes.items():
        setattr(node, name, thing)


def copied(node: N) -> N:
    """A shallow copy that knows its original, see :mod:`~autograd_mini.originals`."""
    made = shallow_copy(node)
    originals.note(made, node)
    return made


def deep_copy(root: N, memo: dict[int, Any]) -> N:
    """A copy of the graph under ``root``, shared nodes shared, independent of the original."""
    for node in graph.order(root):
        if id(node) not in memo:
            made = memo[id(node)] = shallow_copy(node)
            if not graph.is_leaf(node):
                made._a, made._b = _relinked(node._a, memo), _relinked(node._b, memo)
            elif own := _own_attributes(node):
                _give(made, copy.deepcopy(own, memo))
            if node is root or graph.is_leaf(node):
                originals.note(made, node)
    made_root: N = memo[id(root)]
    return made_root


def _relinked(slot: object, memo: dict[int, Any]) -> Any:
    if slot is None or type(slot) is float:
        return slot
    if type(slot) is tuple:
        return tuple([memo[id(node)] for node in slot])
    return memo[id(slot)]


class _Below:
    """Pickles as the list of the nodes below a root, operands before results."""

    __slots__ = ("__weakref__", "ids", "nodes")

    def __init__(self, root: Node) -> None:
        self.nodes = [node for node in graph.order(root) if node is not root]
        self.ids = {id(node) for node in self.nodes}

    def __reduce__(self) -> tuple[Any, ...]:
        _under_way.listing = weakref.ref(self)
        return (list, (), None, self._each())

    def _each(self) -> Iterator[Node]:
        yield from self.nodes


class _UnderWay(threading.local):
    listing: Any = staticmethod(lambda: None)


_under_way = _UnderWay()
"""The listing that this thread's pickle has come to; it is gone with its pickle."""


def reduce(node: Node) -> tuple[Any, ...]:
    """How to pickle a node: after the nodes below it, unless a listing of them is under way."""
    listing = _under_way.listing()
    listed = graph.is_leaf(node) or (listing is not None and id(node) in listing.ids)
    below = None if listed else _Below(node)
    kind = node._row.name or node._row.label
    stale = graph.made_in(node) != graph.epoch and graph.is_stale(node)
    b = None if graph.is_leaf(node) else node._b
    record = (kind, node._data, node._grad, node._a, b, stale, graph.label(node))
    return (
        _rebuild,
        (below, type(node), *record),
        _own_attributes(node) or None,
        None,
        None,
        _give,
    )


def _rebuild(
    below: object,
    cls: type,
    kind: str,
    data: float,
    grad: object,
    a: object,
    b: object,
    stale: bool,
    text: str,
) -> Node:
    """Make the node of a record; ``below`` has done its work by being read before."""
    node: Node = engine.blank(cls)
    node._data, node._grad, node._a, node._b = data, grad, a, b
    node._row = {"leaf": LEAF, "constant": CONSTANT}.get(kind) or row_named(kind)
    leaf = node._row.arity == 0
    node._stamp = 0 if leaf else -1 if stale else graph.epoch
    if text:
        node._label = text
    return node
