"""What happens to every node as it is made: nothing, unless a mode is on.

Vocabulary: a *mode* is a block (:mod:`autograd_mini.blocks`) that changes how operations are
recorded. A *watcher* is a mode that looks at every node as it is made and at every contribution of
a backward pass. ``active`` lists the modes opened in all contexts, so that an operation pays one
comparison while no mode is on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.blocks import Block, active, opened, tidy
from autograd_mini.errors import StrictError, user_line
from autograd_mini.real import shown
from autograd_mini.rows import CONSTANT

if TYPE_CHECKING:
    from autograd_mini.graph import Node

__all__ = ["Watcher", "active", "finish", "is_recording", "no_grad", "strict", "tidy"]


class no_grad(Block):  # noqa: N801 (a block reads like a statement)
    """Within the block, in this context, operations are not recorded: they give constants.

    >>> from autograd_mini import Value
    >>> w = Value(2.0)
    >>> with no_grad():
    ...     y = w * 3
    >>> y.operands, w.has_grad
    ((), False)
    """

    __slots__ = ()
    records = False


class Watcher(Block):
    """A block within which this context's operations and contributions are looked at.

    A subclass says what it does with them as they happen. With ``records`` it has them recorded
    although a ``no_grad()`` stands around it.
    """

    __slots__ = ()

    def made(self, node: Node) -> None:
        """Called with every node that has just been made."""

    def contributed(self, node: Node, i: int, contribution: float) -> None:
        """Called with what ``node`` adds to the adjoint of its operand ``i`` in ``backward()``."""


class strict(Watcher):  # noqa: N801
    """Within the block, in this context, making nan or inf of finite operands raises.

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
    """Apply the modes of this context to a node that has just been made."""
    modes = opened()
    for mode in modes:
        if isinstance(mode, Watcher):
            mode.made(node)
    if not _record(modes):
        node._row = CONSTANT
        node._grad = -0.0
        node._a = 0
        node._b = None


def _record(modes: list[Block]) -> bool:
    """Whether operations are recorded: the innermost mode that says so decides."""
    return next((mode.records for mode in reversed(modes) if mode.records is not None), True)


def is_recording() -> bool:
    """Whether operations are recorded here, now."""
    return _record(opened())


def watchers() -> tuple[Watcher, ...]:
    """The watchers of this context, in the order in which their blocks were opened."""
    return tuple([mode for mode in opened() if isinstance(mode, Watcher)]) if active else ()


def called(node: Node) -> str:
    """The operation as a call with its operands' labels and numbers."""
    said = []
    for x in graph.raw_operands(node):
        text = graph.label(x)
        number = repr(x if type(x) is float else x._data)
        said.append(f"{shown(str(text))} = {number}" if text else number)
    return f"{node._row.name}({', '.join(said)})"
