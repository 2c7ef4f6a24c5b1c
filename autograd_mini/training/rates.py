"""Learning rates that change from epoch to epoch: functions of the epoch, counted from 0."""

from __future__ import annotations

import math
from collections.abc import Callable

Rate = Callable[[int], float]


def cosine(first: float, epochs: int, last: float = 0.0) -> Rate:
    """From ``first`` down to ``last`` along half a cosine (Loshchilov and Hutter, "SGDR", 2017).

    >>> rate = cosine(0.5, 3)
    >>> [round(rate(epoch), 3) for epoch in range(4)]
    [0.5, 0.25, 0.0, 0.0]
    """
    if epochs < 1:
        raise ValueError(f"cosine: epochs={epochs!r}; it takes at least 1")

    def rate(epoch: int) -> float:
        done = min(epoch / max(epochs - 1, 1), 1.0)
        return last + (first - last) * (1.0 + math.cos(math.pi * done)) / 2.0

    return rate


def staircase(first: float, every: int, factor: float = 0.5) -> Rate:
    """``first`` for so many epochs, then ``factor`` of it for as many more, and so on.

    >>> rate = staircase(0.5, every=2)
    >>> [rate(epoch) for epoch in range(5)]
    [0.5, 0.5, 0.25, 0.25, 0.125]
    """
    if every < 1:
        raise ValueError(f"staircase: every={every!r}; it takes at least 1")
    return lambda epoch: first * factor ** (epoch // every)
