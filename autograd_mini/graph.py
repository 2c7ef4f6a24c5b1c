"""The recorded graph: order, reachability, labels with a place, and the age of a recording.

Vocabulary:

- *node*: one recorded number. It is known by its attributes (:class:`Node`), not by its class.
- *operands in two slots*: one operand sits in ``_a``; two in ``_a`` and ``_b``, where a number
  that was not a node is kept as a bare float; any number of them as a tuple in ``_a``; those of an
  affine node as the tuples (w₁, …, wₙ, b) and (x₁, …, xₙ), which a neuron and its layer share.
- *leaf*: a node without operands. It counts in ``_a`` the passes that its gradient sums up, and
  keeps the last of them in ``_b``.
- *constant*: a leaf that receives no gradient.
- *epoch*: an even number that rises whenever a leaf is given new data; *pass*: an odd number, one
  for each backward pass. Both come from one clock. A node's stamp is the epoch in which it was
  made, or the last pass that it went through, and a leaf's the epoch of its last change: a leaf
  with a later stamp than a node that used it betrays a stale graph.
- *order*: operands before results, left before right: the order in which the expression would
  create its nodes. It is the same in every process.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol, TypeVar

from autograd_mini.errors import StaleGraphError
from autograd_mini.forks import foreign, hold_over_forks
from autograd_mini.labels import Tag, label, role, scope
from autograd_mini.rows import CONSTANT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.rows import Op

__all__ = ["Tag", "foreign", "hold_over_forks", "label", "role", "scope"]  # beside what is below


class Node(Protocol):
    """What this package knows of a node, whatever its class.

    Attributes:
        _data: the number.
        _grad: the gradient, a float; None without one.
        _row: the row of the operation that made it.
        _a, _b: its operands, in two slots as the module says.
        _stamp: its age: an epoch, or the pass that it went through.
        _label: its name; the slot is left empty until somebody names it.
        _legible: whether a derivative may depend on its number.
    """

    _data: float
    _grad: Any
    _row: Op
    _a: Any
    _b: Any
    _stamp: int
    _label: str
    _legible: bool


N = TypeVar("N", bound=Node)

clock = epoch = 2
"""An even number that rises with each epoch and pass, and the present epoch, which every node made
now carries."""

lock: threading.RLock = threading.RLock()
"""Held while leaves change and while gradients are written: passes of several threads add up."""


hold_over_forks(lock)


def new_epoch() -> int:
    """Begin a new epoch, because a leaf has changed; hold :data:`lock` meanwhile."""
    global clock, epoch
    clock += 2
    epoch = clock
    return epoch


def new_pass() -> int:
    """Begin a backward pass; hold :data:`lock` meanwhile."""
    global clock
    clock += 2
    return clock - 1


def is_leaf(node: Node) -> bool:
    """Whether the node has no operands (constants are leaves too)."""
    return bool(node._row.arity == 0)


def is_constant(node: Node) -> bool:
    """Whether the node is a lifted number, which receives no gradient."""
    return node._row is CONSTANT


def pass_of(node: Node) -> int | None:
    """The backward pass that made this node's gradient, a leaf's last one; None without one."""
    if node._row.arity == 0:
        last: int | None = node._b
        return last
    return node._stamp if node._stamp & 1 and node._grad is not None else None


def passes(leaf: Node) -> int:
    """How many backward passes this leaf's gradient sums up since it was last set to zero."""
    return leaf._a if is_leaf(leaf) else int(leaf._grad is not None)


def raw_operands(node: Node) -> tuple[Any, ...]:
    """The operands in order, with bare floats where the graph holds bare floats."""
    if node._row.arity == 0:
        return ()
    a, b = node._a, node._b
    if b is None:
        return a if type(a) is tuple else (a,)
    if type(b) is tuple:
        return (*[operand for pair in zip(a, b, strict=False) for operand in pair], a[-1])
    return (a, b)


def operand_nodes(node: N) -> list[N]:
    """The operands that are nodes; bare floats are left out."""
    return [x for x in raw_operands(node) if type(x) is not float]


def numbers(operands: Sequence[Any]) -> list[float]:
    """The operands' numbers."""
    return [x if type(x) is float else x._data for x in operands]


def order(*roots: N) -> list[N]:
    """All nodes that the roots depend on, each once, operands before results, left before right.

    Depth first with a stack of its own, so that no depth is too deep. On the stack a result is
    followed by None once its operands have been put above it.
    """
    done: list[N] = []
    seen: set[N] = set()
    stack: list[N | None] = [*reversed(roots)]
    while stack:
        node = stack.pop()
        if node is None:
            done.append(stack.pop())  # type: ignore[arg-type]  # below a None stands a node
        elif node not in seen:
            seen.add(node)
            if operands := operand_nodes(node):
                stack += (node, None, *reversed(operands))
            else:
                done.append(node)
    return done


def is_stale(node: Node) -> bool:
    """Whether an operand of this node was given new data after the node was made."""
    return node._stamp < epoch and bool(younger_leaves(node))  # mostly nothing has changed since


def younger_leaves(node: N) -> list[N]:
    """The leaves that were given new data after the node had used them."""
    return [x for x in operand_nodes(node) if is_leaf(x) and x._stamp > node._stamp]


def refuse_stale(nodes: Sequence[Node]) -> None:
    """Raise for the first stale node.

    Raises:
        StaleGraphError: naming the leaf that changed and the node that had used it.
    """
    for node in filter(is_stale, nodes):
        leaf = younger_leaves(node)[0]
        raise StaleGraphError(
            f"the data of the leaf {name(leaf)} was set to {leaf._data!r} after "
            f"{name(node)} had used it, so derivatives of that graph would be wrong; "
            "compute the forward pass again"
        )


def name(node: Node) -> str:
    """A node named for a message: its label, or what it is."""
    if text := label(node):
        return repr(str(text)) if len(text) <= 60 else repr(str(text[:57]) + "...")
    row = node._row
    return f"({row.name or row.label} without label, data {node._data!r})"
