"""The truth tables of two inputs (slide 20): XOR, which no straight line separates, AND and OR."""

from __future__ import annotations

from autograd_mini.data.dataset import Dataset

INPUTS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


def xor() -> Dataset[int]:
    """1 where exactly one input is 1.

    >>> [y for x, y in xor()]
    [0, 1, 1, 0]
    """
    return _table("xor", "1 where exactly one input is 1", [0, 1, 1, 0])


def and_() -> Dataset[int]:
    """1 where both inputs are 1.

    >>> [y for x, y in and_()]
    [0, 0, 0, 1]
    """
    return _table("and", "1 where both inputs are 1", [0, 0, 0, 1])


def or_() -> Dataset[int]:
    """1 where an input is 1.

    >>> [y for x, y in or_()]
    [0, 1, 1, 1]
    """
    return _table("or", "1 where an input is 1", [0, 1, 1, 1])


def _table(name: str, rule: str, labels: list[int]) -> Dataset[int]:
    return Dataset(name, INPUTS, labels, classes=("0", "1"), rule=rule)
