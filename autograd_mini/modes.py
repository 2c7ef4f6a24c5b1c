"""What happens to every node as it is made: nothing, unless a mode is on.

Vocabulary: a *mode* is a ``with`` block that changes how operations are recorded. Modes nest, and
end with their block even after an exception. They belong to a context (:mod:`contextvars`), so each
thread and each task of an event loop has its own; a task that is begun inside of a block shares it
until the block ends. A *watcher* is a mode that looks at every node as it is made and at every
contribution of a backward pass. ``active`` lists the blocks opened in all contexts, so that an
operation pays one comparison while no mode is on.

A block is open for as long as it holds its lock. ``with`` lets go of it through the lock's own
``__exit__``, written in C: Ctrl-C can come before or after, never between. A closed block is taken
off the lists when the next one opens or the next operation looks.

Generators have no context of their own. One that is suspended inside of a block would leave it to
whoever runs meanwhile; the next operation notices, and refuses. So does its own next operation if
it is resumed in another thread, where the block does not hold.
"""

from __future__ import annotations

import math
import os
import sys
from _thread import allocate_lock, get_ident
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.errors import AutogradError, StrictError, user_line
from autograd_mini.real import shown
from autograd_mini.rows import CONSTANT

if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable
    from types import FrameType
    from typing import Self

    from autograd_mini.graph import Node

active: list[_Opening] = []
"""The blocks that are open, in all contexts, and some that have ended a moment ago."""

_here: ContextVar[tuple[_Opening, ...]] = ContextVar("autograd_mini modes", default=())
"""Those of this context, in the order in which they were opened."""

_probe: ContextVar[None] = ContextVar("autograd_mini context")

SUSPENDABLE = 0x20 | 0x80 | 0x200
"""The flags of the code of generators, coroutines, asynchronous generators; ``inspect`` names them,
which takes as long to import as all of the engine."""


class _Opening:
    """One time that a block was opened.

    ``frame`` is 0, or the identity of the frame of the generator or coroutine that opened it, which
    lives at least as long as the block is open; ``token`` then tells this context from others.
    """

    __slots__ = ("block", "count", "frame", "lock", "place", "thread", "token", "watcher")

    def __init__(self, block: Mode, frame: FrameType) -> None:
        self.block = block
        self.watcher = block if isinstance(block, Watcher) else None
        self.lock = block._lock
        self.count = block._count
        self.thread = get_ident()
        self.frame = 0
        if frame.f_code.co_flags & SUSPENDABLE:
            self.frame = id(frame)
            self.place = (
                f"{frame.f_code.co_name} ({frame.f_code.co_filename}, line {frame.f_lineno})"
            )
            self.token: Token[None] = _probe.set(None)

    def is_open(self) -> bool:
        """Whether the block has not been left since."""
        return self.lock.locked() and self.count == self.block._count

    def _is_running(self) -> bool:
        """Whether the generator that opened the block is among the callers."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and id(frame) != self.frame:
            frame = frame.f_back
        return frame is not None

    def refuse_moved(self) -> None:
        """Raise if the generator that opened the block goes on where the block is not open."""
        if self.is_open() and self._is_running():
            raise AutogradError(
                f"{type(self.block).__name__}(): {self.place} opened the block in another thread "
                f"or context than it goes on in, where the block does not hold, here "
                f"{user_line()}; open it anew after the yield, or run the generator in one thread"
            )

    def refuse_suspended(self) -> None:
        """Raise if the generator that opened the block waits while others run in its context."""
        if self._is_running():
            return
        try:
            _probe.reset(self.token)
        except ValueError:  # a task, or a thread, that was begun inside of the block
            return
        self.token = _probe.set(None)
        name = type(self.block).__name__
        raise AutogradError(
            f"{name}(): {self.place} is suspended inside of the block, which would go on in "
            f"whatever runs meanwhile, here {user_line()}; let the block end before a yield, or "
            f"close the generator first"
        )


class _Leaving:
    """What ``with`` calls at the end of a block: the release of its lock, which nothing interrupts.

    Asked for on the class, as ``contextlib.ExitStack`` does, it takes the block as its argument.
    """

    def __get__(self, block: Mode | None, kind: type[Mode]) -> Callable[..., None]:
        return _leave if block is None else block._lock.__exit__


def _leave(block: Mode, *_: object) -> None:
    block._lock.__exit__(None, None, None)


class Mode:
    """A block that changes how the operations of its context are recorded.

    Raises:
        AutogradError: it is opened again before it has ended.
        RuntimeError: it is left without having been opened.
    """

    __slots__ = ("_count", "_lock")

    _lock: LockType
    _count: int

    def __new__(cls, *_: object, **__: object) -> Self:
        """A closed block, whatever arguments a subclass takes."""
        self = super().__new__(cls)
        self._lock = allocate_lock()
        self._count = 0
        return self

    def __init__(self) -> None:
        pass

    def __enter__(self) -> Self:
        tidy()
        acquired = True  # until it is known not to be: Ctrl-C may come in between
        try:
            acquired = self._lock.acquire(blocking=False)
            if not acquired:
                raise AutogradError(
                    f"{type(self).__name__}(): this block is open already; make one for each "
                    f"with statement: with {type(self).__name__}(): ..."
                )
            self._count += 1
            opening = _Opening(self, _opener(sys._getframe(1)))
            active.append(opening)
            _here.set((*_here.get(), opening))
        except BaseException:
            if acquired and self._lock.locked():
                self._lock.release()
            raise
        return self

    __exit__ = _Leaving()


def _opener(frame: FrameType) -> FrameType:
    """The frame that a block belongs to: whoever opens a context manager opens what it opens."""
    while (caller := frame.f_back) is not None:
        manages = frame.f_globals.get("__name__") == "contextlib"
        if frame.f_code.co_flags & SUSPENDABLE:
            manages = manages or caller.f_globals.get("__name__") == "contextlib"
        if not manages and frame.f_code.co_name != "__enter__":
            break
        frame = caller
    return frame


def tidy() -> None:
    """Take the blocks that have ended off the lists."""
    here = _here.get()
    if not all(opening.is_open() for opening in here):
        _here.set(tuple(opening for opening in here if opening.is_open()))
    for opening in tuple(active):
        if not opening.is_open():
            try:  # noqa: SIM105 (contextlib would lengthen the import)
                active.remove(opening)
            except ValueError:  # another thread was quicker
                pass


def _after_fork() -> None:
    """Forget the blocks of other threads, which a forked child does not have: nobody ends them."""
    here, thread = _here.get(), get_ident()
    active[:] = [opening for opening in active if opening.thread == thread or opening in here]


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_after_fork)


def _opened() -> tuple[_Opening, ...]:
    """The open blocks of this context, outermost first.

    Raises:
        AutogradError: one of them belongs to a generator that is suspended, or goes on elsewhere.
    """
    here = _here.get()
    for opening in here:
        if not opening.is_open():
            tidy()
            return _opened()
        if opening.frame:
            opening.refuse_suspended()
    for opening in tuple(active):
        if opening.frame and opening not in here:
            opening.refuse_moved()
        elif not (here or opening.is_open()):
            tidy()
    return here


class no_grad(Mode):  # noqa: N801 (a block reads like a statement)
    """Within the block, in this context, operations are not recorded: they give constants.

    >>> from autograd_mini import Value
    >>> w = Value(2.0)
    >>> with no_grad():
    ...     y = w * 3
    >>> y.operands, w.has_grad
    ((), False)
    """

    __slots__ = ()


class Watcher(Mode):
    """A block within which this context's operations and contributions are looked at.

    A subclass says what it does with them as they happen. ``records`` tells that it wants to see
    operations recorded although a ``no_grad()`` stands around it.
    """

    __slots__ = ()
    records = False

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
    recorded = True
    for opening in _opened():
        watcher = opening.watcher
        if watcher is None:
            recorded = False
        else:
            watcher.made(node)
            recorded = recorded or watcher.records
    if not recorded:
        node._row = CONSTANT
        node._grad = -0.0
        node._a = 0
        node._b = None


def watchers() -> tuple[Watcher, ...]:
    """The watchers of this context, in the order in which their blocks were opened."""
    if not active:
        return ()
    return tuple(opening.watcher for opening in _opened() if opening.watcher is not None)


def is_recording() -> bool:
    """Whether operations are recorded here, now: no ``no_grad()`` is open."""
    recorded = True
    for opening in _opened():
        watcher = opening.watcher
        recorded = watcher is not None and (recorded or watcher.records)
    return recorded


def called(node: Node) -> str:
    """The operation as a call with its operands' labels and numbers."""
    said = [repr(x) if type(x) is float else _named(x) for x in graph.raw_operands(node)]
    return f"{node._row.name}({', '.join(said)})"


def _named(node: Node) -> str:
    text = graph.label(node)
    return f"{shown(str(text))} = {node._data!r}" if text else repr(node._data)
