"""Which engine runs: the compiled core, where it was built, or the Python source alone.

The core (``_core.c``) is the same rules in C: the Python source is the truth, and tests hold both
to each other bit for bit. Every promise of a Value holds with either. ``AUTOGRAD_MINI_PURE=1`` in
the environment asks for the Python source.

One thing differs: the core's nodes are outside of the garbage collector, which need not look at
them. They refer to older nodes only, so they are in no cycle, unless a subclass of Value keeps a
result of its own in an attribute: that cycle is not collected until the attribute is deleted.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Class = TypeVar("Class", bound=type)

core: Any = None
"""The compiled module; None without one."""

outdated = False
"""Whether a core was left alone because its source, in an editable install, is newer than it."""


def _is_outdated(library: str) -> bool:
    source = f"{os.path.dirname(library)}{os.sep}_core.c"  # noqa: PTH120 (quick to import)
    try:
        return os.stat(source).st_mtime > os.stat(library).st_mtime  # noqa: PTH116
    except OSError:
        return False


if not os.environ.get("AUTOGRAD_MINI_PURE"):
    try:
        import autograd_mini._core as core  # type: ignore[import-not-found, no-redef]
    except ImportError:
        pass
    else:
        outdated = _is_outdated(core.__file__)
        core = None if outdated else core

blank: Any = object.__new__
"""Makes a node that knows nothing yet; the core has its own."""

OF_THE_CLASS = {"__dict__", "__weakref__", "__static_attributes__", "__firstlineno__"}
"""What Python adds to every class."""


def engine_info() -> str:
    """The engine that runs: "compiled core" or "pure Python".

    >>> engine_info() in ("compiled core", "pure Python")
    True
    """
    return "pure Python" if core is None else "compiled core"


def _in_the_core(which: int) -> Callable[[Class], Class]:
    """A decorator that has the core make a class, where there is one."""
    return lambda cls: cls if core is None else _made(which, cls)


kept_by_the_core = _in_the_core(0)
"""The class Value with its slots kept by the core."""

class_of_all_nodes = _in_the_core(1)
"""The class of the nodes that are of no subclass of the user's, with the core's operators."""

class_of_nodes = _in_the_core(2)
"""The same class made of the core's nodes: no room for more than theirs."""

base_of_nodes = _in_the_core(3)
"""A base of Value without slots, as one that is no business of the collector."""


def _made(which: int, cls: Class) -> Class:
    """What the class statement said, without the descriptors of its slots.

    What Python calls by itself is stated again where it comes from a base: a class that is made
    in C takes comparisons and hashes from its first base alone.
    """
    left_out = OF_THE_CLASS.union(cls.__dict__.get("__slots__", ()))
    attributes: dict[str, Any] = {}
    for base in reversed(cls.__bases__) if which == 0 else ():
        attributes |= {k: v for k, v in vars(base).items() if k.startswith("__") and callable(v)}
    attributes |= vars(cls)
    for name in left_out:
        attributes.pop(name, None)
    name = f"{cls.__module__}.{cls.__name__}"
    made: Class = core.class_of(which, name, cls.__bases__)
    for name, attribute in attributes.items():
        setattr(made, name, attribute)
    return made
