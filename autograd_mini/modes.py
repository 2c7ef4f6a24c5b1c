"""What happens to every node as it is made: nothing, unless a mode is on.

Vocabulary: a *mode* is a ``with`` block that changes how operations are recorded. Modes belong to
one thread, nest, and end with their block even after an exception. ``active`` counts the open
blocks of all threads, so that an operation pays one comparison while no mode is on.
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
    from autograd_mini.graph import Node

active = 0
"""How many modes are open, over all threads."""

_counting = threading.Lock()


class _Here(threading.local):
    """How many blocks of each mode this thread is inside of."""

    no_grad = 0
    strict = 0


_here = _Here()


class _Mode:
    """A ``with`` block that counts itself in and out, in this thread and over all of them."""

    __slots__ = ()
    name = ""

    def __enter__(self) -> None:
        _count(1)
        setattr(_here, self.name, getattr(_here, self.name) + 1)

    def __exit__(self, *_: object) -> None:
        setattr(_here, self.name, getattr(_here, self.name) - 1)
        _count(-1)


class no_grad(_Mode):  # noqa: N801 (a block reads like a statement)
    """Within the block, in this thread, operations are not recorded: they give constants.

    >>> from autograd_mini import Value
    >>> w = Value(2.0)
    >>> with no_grad():
    ...     y = w * 3
    >>> y.operands, w.has_grad
    ((), False)
    """

    __slots__ = ()
    name = "no_grad"


class strict(_Mode):  # noqa: N801
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
    name = "strict"


def _count(change: int) -> None:
    global active
    with _counting:
        active += change


def finish(node: Node) -> None:
    """Apply this thread's modes to a node that has just been made."""
    if _here.strict:
        _refuse_value(node)
    if _here.no_grad:
        node._row = CONSTANT
        node._grad = -0.0
        node._a = 0
        node._b = None
        node._stamp = graph.epoch


def is_strict() -> bool:
    """Whether this thread is inside a ``strict()`` block."""
    return _here.strict > 0


def _refuse_value(node: Node) -> None:
    operands = graph.raw_operands(node)
    if not math.isfinite(node._data) and all(map(math.isfinite, graph.numbers(operands))):
        raise StrictError(
            f"{called(node)} is {node._data!r} {user_line()}; keep the operands inside the "
            "operation's domain, or leave strict() to carry on with it"
        )


def refuse_contribution(node: Node, i: int, contribution: float) -> None:
    """Under ``strict()``: raise when a finite adjoint gives operand ``i`` of ``node`` nan or inf.

    Raises:
        StrictError: naming the operation, its operands and which of them it concerns.
    """
    if not math.isfinite(contribution) and math.isfinite(node._grad):
        raise StrictError(
            f"backward: the derivative of {called(node)} with respect to operand {i + 1} is "
            f"{contribution!r} {user_line()}; keep the operands away from that point, or leave "
            "strict() to carry on with it"
        )


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
