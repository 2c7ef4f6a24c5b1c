"""Mini-batches: all examples once, in a random order, a few at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TypeVar

from autograd_mini import given
from autograd_mini.data import Dataset

Label = TypeVar("Label", bound=float)


def batches(
    examples: Dataset[Label], size: int, rng: random.Random | int | None = None
) -> Iterator[Dataset[Label]]:
    """One epoch: the examples in a random order, ``size`` at a time; the last batch may be smaller.

    Args:
        examples: what is shuffled; it is left as it is.
        size: examples in a batch, at least 1.
        rng: where the order comes from: a ``random.Random``, or an int as a seed; left out, the
            module ``random``.

    Raises:
        TypeError: ``examples`` is no data set, or the size no number.
        ValueError: the size is below 1 or not whole.

    >>> from autograd_mini import data
    >>> [len(batch) for batch in batches(data.moons(10), 4, random.Random(0))]
    [4, 4, 2]
    """
    given.instance(examples, Dataset, "batches", "examples", "a Dataset(name, X, Y)")
    size = given.whole(size, "batches", "size", 1, of="example")
    order = list(range(len(examples)))
    given.randomness(rng, "batches").shuffle(order)
    return (examples.take(order[i : i + size]) for i in range(0, len(order), size))
