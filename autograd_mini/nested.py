"""Nested lists of scalars, taken apart and put together again.

Vocabulary: the *elements* are what is no list, tuple or array itself, left to right. A structure is
rebuilt *like* another one: lists stay lists, tuples tuples, arrays arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def is_array(x: object) -> bool:
    """Whether ``x`` is a NumPy array of at least one axis (asked without importing NumPy)."""
    return type(x).__module__ == "numpy" and hasattr(x, "ndim") and x.ndim > 0


def elements(x: Any) -> list[Any]:
    """What is in nested lists, tuples and arrays, left to right; anything else is one element.

    >>> elements([1.0, (2.0, [3.0])]), elements(4.0)
    ([1.0, 2.0, 3.0], [4.0])
    """
    flat: list[Any] = []
    stack = [x]
    while stack:
        item = stack.pop()
        if isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
        elif is_array(item):
            stack.extend(reversed(item.ravel().tolist()))
        else:
            flat.append(item)
    return flat


def rebuilt(like: Any, new: Iterator[Any]) -> Any:
    """The structure of ``like`` with the next of ``new`` in the place of each of its elements.

    An array becomes an array of objects, a named tuple one of the same name.

    >>> rebuilt([1.0, (2.0, [3.0])], iter("abc"))
    ['a', ('b', ['c'])]
    """
    if isinstance(like, (list, tuple)):
        parts = [rebuilt(part, new) for part in like]
        if isinstance(like, list):
            return parts
        return type(like)(*parts) if hasattr(like, "_fields") else tuple(parts)
    if not is_array(like):
        return next(new)
    import numpy as np

    made = np.empty(like.shape, dtype=object)
    for place in np.ndindex(like.shape):
        made[place] = rebuilt(like[place], new) if like.dtype == object else next(new)
    return made


def mapped(change: Callable[[Any], Any], x: object) -> Any:
    """The same structure with every element changed.

    >>> mapped(str, [1, (2, [3])])
    ['1', ('2', ['3'])]
    """
    return rebuilt(x, iter([change(element) for element in elements(x)]))
