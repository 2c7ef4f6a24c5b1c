"""What happens to every node as it is made: nothing, unless a mode is on.

Vocabulary: a *mode* is a ``with`` block that changes how operations are recorded. Modes belong to
one thread, nest, and end with their block even after an exception. ``active`` counts the open
blocks of all threads, so that an operation pays one comparison while no mode is on.
"""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograd_mini import graph
from autograd_mini.errors import StrictError
from autograd_mini.rows import CONSTANT

active = 0
"""How many modes are open, over all threads."""

_counting = threading.Lock()


class _Here(threading.local):
    no_grad = 0
    strict = 0


_here = _Here()


@contextmanager
def no_grad() -> Iterator[None]:
    """Within the block, in this thread, operations are not recorded: they give constants.

    >>> from autograd_mini import Value
    >>> w = Value(2.0)
    >>> with no_grad():
    ...     y = w * 3
    >>> y.operands, w.has_grad
    ((), False)
    """
    with _open("no_grad"):
        yield


@contextmanager
def strict() -> Iterator[None]:
    """Within the block, in this thread, an operation that makes nan or inf of finite operands raises.

    Raises:
        StrictError: naming the operation, its operands, their labels and the user's source line.

    >>> from autograd_mini import Value, ops
    >>> with strict():
    ...     ops.log(Value(-1.0, "x"))
    Traceback (most recent call last):
        ...
    autograd_mini.errors.StrictError: log('x' = -1.0) is nan ...
    """
    with _open("strict"):
        yield


@contextmanager
def _open(mode: str) -> Iterator[None]:
    _count(1)
    setattr(_here, mode, getattr(_here, mode) + 1)
    try:
        yield
    finally:
        setattr(_here, mode, getattr(_here, mode) - 1)
        _count(-1)


def _count(change: int) -> None:
    global active
    with _counting:
        active += change


def finish(node: Any) -> Any:
    """Apply this thread's modes to a node that has just been made."""
    if _here.strict:
        _refuse_exception(node)
    if _here.no_grad:
        node._row = CONSTANT
        node._a = 0
        node._b = None
        node._stamp = graph.epoch
    return node


def _refuse_exception(node: Any) -> None:
    operands = graph.raw_operands(node)
    if math.isfinite(node._data) or not all(map(math.isfinite, graph.numbers(operands))):
        return
    said = ", ".join(repr(x) if type(x) is float else _named(x) for x in operands)
    raise StrictError(
        f"{node._row.name}({said}) is {node._data!r} {user_line()}; "
        "keep the operands inside the operation's domain, or leave strict() to carry on with it"
    )


def _named(node: Any) -> str:
    text = graph.label(node)
    return f"{text!r} = {node._data!r}" if text else repr(node._data)


def user_line() -> str:
    """Where in the user's code the present operation stands, as "(file, line n)"."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("autograd_mini."):
        frame = frame.f_back
    return f"(at {frame.f_code.co_filename}, line {frame.f_lineno})"
