"""What happens to every node as it is made: nothing, unless a mode is on.

Vocabulary: a *mode* is a ``with`` block that changes how operations are recorded. Modes belong to
one thread, nest, and end with their block even after an exception. A *watcher* is a mode that looks
at every node as it is made and at every contribution of a backward pass. ``active`` counts the
open blocks of all threads, so that an operation pays one comparison while no mode is on.
"""

from __future__ import annotations

import math
import sys
import threading

from autograd_mini import graph
from autograd_mini.errors import StrictError
from autograd_mini.rows import CONSTANT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from autograd_mini.graph import Node

active = 0
"""How many modes are open, over all threads."""

_counting = threading.Lock()


class _Here(threading.local):
    """The modes that this thread is inside of."""

    no_grad = 0
    watchers: tuple[Watcher, ...] = ()


_here = _Here()


def _count(change: int) -> None:
    global active
    with _counting:
        active += change


class no_grad:  # noqa: N801 (a block reads like a statement)
    """Within the block, in this thread, operations are not recorded: they give constants.

    >>> from autograd_mini import Value
    >>> w = Value(2.0)
    >>> with no_grad():
    ...     y = w * 3
    >>> y.operands, w.has_grad
    ((), False)
    """

    __slots__ = ()

    def __enter__(self) -> None:
        _count(1)
        _here.no_grad += 1

    def __exit__(self, *_: object) -> None:
        _here.no_grad -= 1
        _count(-1)


class Watcher:
    """A block within which this thread's operations and contributions are looked at as they happen.

    A subclass says what it does with them.
    """

    __slots__ = ()

    def __enter__(self) -> Self:
        _count(1)
        _here.watchers = (*_here.watchers, self)
        return self

    def __exit__(self, *_: object) -> None:
        last = len(_here.watchers) - 1 - _here.watchers[::-1].index(self)
        _here.watchers = _here.watchers[:last] + _here.watchers[last + 1 :]
        _count(-1)

    def made(self, node: Node) -> None:
        """Called with every node that has just been made."""

    def contributed(self, node: Node, i: int, contribution: float) -> None:
        """Called with what ``node`` adds to the adjoint of its operand ``i`` in ``backward()``."""


class strict(Watcher):  # noqa: N801
    """Within the block, in this thread, making nan or inf of finite operands raises.

    In the forward pass and in ``backward()``.

    Raises:
        StrictError: naming the operation, its operands, their labels and the user's source line.

    >>> from autograd_mini import Value, ops
    >>> with strict():
    ...     ops.log(Value(-1.0, "x"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    autograd_mini.errors.StrictError: log('x' = -1.0) is nan ...
    """

    __slots__ = ()

    def made(self, node: Node) -> None:
        """Refuse a number that is not finite where the operands' numbers are."""
        operands = graph.numbers(graph.raw_operands(node))
        if not math.isfinite(node._data) and all(map(math.isfinite, operands)):
            raise StrictError(
                f"{called(node)} is {node._data!r} {user_line()}; keep the operands inside the "
                "operation's domain, or leave strict() to carry on with it"
            )

    def contributed(self, node: Node, i: int, contribution: float) -> None:
        """Refuse a contribution that is not finite where the adjoint is."""
        if not math.isfinite(contribution) and math.isfinite(node._grad):
            raise StrictError(
                f"backward: the derivative of {called(node)} with respect to operand {i + 1} "
                f"gives {contribution!r} {user_line()}; keep the operands away from that point, "
                "or leave strict() to carry on with it"
            )


def finish(node: Node) -> None:
    """Apply this thread's modes to a node that has just been made."""
    for watcher in _here.watchers:
        watcher.made(node)
    if _here.no_grad:
        node._row = CONSTANT
        node._grad = -0.0
        node._a = 0
        node._b = None
        node._stamp = graph.epoch


def watchers() -> tuple[Watcher, ...]:
    """The watchers of this thread, in the order in which their blocks were opened."""
    return _here.watchers


def called(node: Node) -> str:
    """The operation as a call with its operands' labels and numbers."""
    said = [repr(x) if type(x) is float else _named(x) for x in graph.raw_operands(node)]
    return f"{node._row.name}({', '.join(said)})"


def _named(node: Node) -> str:
    text = graph.label(node)
    return f"{text!r} = {node._data!r}" if text else repr(node._data)


def user_line() -> str:
    """Where in the user's code the present operation stands, as "(file, line n)"."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("autograd_mini."):
        frame = frame.f_back
    return f"(at {frame.f_code.co_filename}, line {frame.f_lineno})"
