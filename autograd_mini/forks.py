"""Locks that a fork waits for, so that a child never inherits one that nobody there will release.

A child has the forking thread alone: a lock that another thread held would stay held there, and
what it protects half changed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Lock(Protocol):
    """What can be held: a lock of :mod:`threading`, say."""

    def acquire(self) -> object:
        """Wait until nobody else holds it."""

    def release(self) -> object:
        """Let go of it."""


def hold_over_forks(lock: Lock) -> None:
    """Let no process be forked while another thread holds this lock.

    A fork waits for the lock, and both processes release it. A fork takes the locks registered last
    first; a lock that is taken while another one is held is to be registered before that one.
    """
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )


class _Foreign:
    """Locks of libraries, which may be taken while any of ours is held: a fork takes them last."""

    def __init__(self) -> None:
        self.locks: list[AbstractContextManager[object]] = []
        self.held: list[AbstractContextManager[object]] = []

    def acquire(self) -> None:
        self.held = list(self.locks)
        for held in self.held:
            held.__enter__()

    def release(self) -> None:
        for held in reversed(self.held):
            held.__exit__(None, None, None)


foreign = _Foreign()
"""A library adds its lock to ``foreign.locks`` when it is loaded."""

hold_over_forks(foreign)
