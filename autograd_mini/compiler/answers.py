"""What a compiled function gives back, in the structure of what was given.

Vocabulary: a *shape* is the structure of a function's results: None for one, else a tuple of such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def list_or_array(numbers: Any, arrays: bool) -> Any:
    """Lists, or an array where arrays went in."""
    if not arrays:
        return numbers if isinstance(numbers, list) else numbers.tolist()
    import numpy as np

    return np.array(numbers)


def is_nested(x: Any) -> bool:
    """Whether parameters are in it, not it one itself."""
    return isinstance(x, (list, tuple, Mapping))


def leaves(params: Any) -> Iterator[Any]:
    """The parameters in nested dicts and lists, left to right."""
    if not is_nested(params):
        yield params
        return
    for part in params.values() if isinstance(params, Mapping) else params:
        yield from leaves(part)


def filled_like(params: Any, numbers: Iterator[float], arrays: bool) -> Any:
    """The next numbers in the place of parameters; lists are arrays where arrays went in."""
    if isinstance(params, Mapping):
        return {key: filled_like(part, numbers, arrays) for key, part in params.items()}
    if not is_nested(params):
        return next(numbers)
    parts = [filled_like(part, numbers, arrays) for part in params]
    return list_or_array(parts, arrays and all(isinstance(x, float) for x in parts))


def filled(shape: Any, numbers: Iterator[float]) -> Any:
    """The numbers in the structure of the function's results."""
    if shape is None:
        return next(numbers)
    return [filled(part, numbers) for part in shape]
