"""Mini-batches: all examples once, in a random order, a few at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TypeVar

from autograd_mini.data import Dataset

Label = TypeVar("Label", bound=float)


def batches(
    examples: Dataset[Label], size: int, rng: random.Random | None = None
) -> Iterator[Dataset[Label]]:
    """One epoch: the examples in a random order, ``size`` at a time; the last batch may be smaller.

    Args:
        examples: what is shuffled; it is left as it is.
        size: examples in a batch, at least 1.
        rng: where the order comes from; left out, the module ``random``.

    Raises:
        ValueError: the size is below 1.

    >>> from autograd_mini import data
    >>> [len(batch) for batch in batches(data.moons(10), 4, random.Random(0))]
    [4, 4, 2]
    """
    size = checked_size(size)
    order = list(range(len(examples)))
    (rng or random).shuffle(order)
    return (examples.take(order[i : i + size]) for i in range(0, len(order), size))


def checked_size(size: int) -> int:
    """The size of a batch, if it is one."""
    if isinstance(size, bool) or not hasattr(size, "__index__") or size < 1:
        raise ValueError(f"batches: size={size!r}; a batch has at least 1 example")
    return size.__index__()
