"""Blocks that belong to a context, whatever interrupts or suspends them.

Vocabulary: a *block* is what a ``with`` statement opens. Blocks nest, and end even after an
exception. They belong to a context (:mod:`contextvars`), so each thread and each task of an event
loop has its own; a task that is begun inside of a block shares it until the block ends.

A block is open for as long as it holds its lock. ``with`` lets go of it through the lock's own
``__exit__``, written in C: Ctrl-C can come before or after, never between. A closed block is taken
off the lists when the next one opens or the next operation looks.

Generators have no context of their own. One that is suspended inside of a block would leave it to
whoever runs meanwhile; the next operation notices, and refuses. So does its own next operation if
it is resumed in another thread, where the block does not hold.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock, get_ident
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING

from autograd_mini.errors import AutogradError, user_line

if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable
    from types import FrameType
    from typing import Self

active: list[Opening] = []
"""The blocks that are open, in all contexts, and some that have ended a moment ago."""

_here: ContextVar[tuple[Opening, ...]] = ContextVar("autograd_mini blocks", default=())
"""Those of this context, in the order in which they were opened."""

_probe: ContextVar[None] = ContextVar("autograd_mini context")

SUSPENDABLE = 0x20 | 0x80 | 0x200
"""The flags of generators, coroutines and asynchronous generators; ``inspect``, which names them,
takes as long to import as all of the engine."""


class Opening:
    """One time that a block was opened.

    ``frame`` is 0, or the identity of the frame of the generator or coroutine that opened it, which
    lives at least as long as the block is open; ``token`` then tells this context from others.
    """

    __slots__ = ("block", "count", "frame", "lock", "place", "thread", "token")

    def __init__(self, block: Block, frame: FrameType) -> None:
        self.block, self.lock, self.count = block, block._lock, block._count
        self.thread = get_ident()
        code = frame.f_code
        self.frame = 0
        if code.co_flags & SUSPENDABLE:
            self.frame = id(frame)
            self.place = f"{code.co_name} ({code.co_filename}, line {frame.f_lineno})"
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
            raise self._refusal(
                "opened the block in another thread or context than it goes on in, where the block "
                f"does not hold, here {user_line()}; open it anew after the yield, or run the "
                "generator in one thread"
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
        raise self._refusal(
            "is suspended inside of the block, which would go on in whatever runs meanwhile, here "
            f"{user_line()}; let the block end before a yield, or close the generator first"
        )

    def _refusal(self, said: str) -> AutogradError:
        return AutogradError(f"{type(self.block).__name__}(): {self.place} {said}")


class _Leaving:
    """What ``with`` calls at the end of a block: the release of its lock, which nothing interrupts.

    Asked for on the class, as ``contextlib.ExitStack`` does, it takes the block as its argument.
    """

    def __get__(self, block: Block | None, kind: type[Block]) -> Callable[..., None]:
        if block is None:
            return lambda block, *_: block._lock.release()
        return block._lock.__exit__


class Block:
    """A ``with`` block of the context that opens it.

    Raises:
        AutogradError: it is opened again before it has ended.
        RuntimeError: it is left without having been opened.
    """

    __slots__ = ("_count", "_lock")

    _lock: LockType
    _count: int
    records: bool | None = None  # whether operations are recorded in it; None: as around it

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
        name = type(self).__name__
        try:
            acquired = self._lock.acquire(blocking=False)
            if not acquired:
                raise AutogradError(
                    f"{name}(): this block is open already; make one for each "
                    f"with statement: with {name}(): ..."
                )
            self._count += 1
            opening = Opening(self, _opener(sys._getframe(1)))
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


def opened() -> list[Block]:
    """The open blocks of this context, outermost first.

    Raises:
        AutogradError: one of them belongs to a generator that is suspended, or goes on elsewhere.
    """
    here = _here.get()
    for opening in here:
        if not opening.is_open():
            tidy()
            return opened()
        if opening.frame:
            opening.refuse_suspended()
    for opening in tuple(active):
        if opening.frame and opening not in here:
            opening.refuse_moved()
        elif not (here or opening.is_open()):
            tidy()
    return [opening.block for opening in here]
