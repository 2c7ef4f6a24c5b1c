"""Learning rates that change from epoch to epoch: functions of the epoch, counted from 0."""

from __future__ import annotations

from autograd_mini import given, optim
from autograd_mini.optim.base import Rate


def cosine(first: float, epochs: int, last: float = 0.0) -> Rate:
    """From ``first`` down to ``last`` along half a cosine (Loshchilov and Hutter, "SGDR", 2017).

    >>> rate = cosine(0.5, 3)
    >>> [round(rate(epoch), 3) for epoch in range(4)]
    [0.5, 0.25, 0.0, 0.0]

    Raises:
        ValueError: a rate is below 0 or not finite, or there are no epochs.
    """
    first, last = (
        given.within(first, "cosine", "first", 0.0),
        given.within(last, "cosine", "last", 0.0),
    )
    epochs = given.whole(epochs, "cosine", "epochs", 1)

    return optim.schedule("cosine", first, steps=max(epochs - 1, 1), last=last)


def staircase(first: float, every: int, factor: float = 0.5) -> Rate:
    """``first`` for so many epochs, then ``factor`` of it for as many more, and so on.

    >>> rate = staircase(0.5, every=2)
    >>> [rate(epoch) for epoch in range(5)]
    [0.5, 0.5, 0.25, 0.25, 0.125]

    Raises:
        ValueError: a number is below 0 or not finite, or ``every`` is below 1.
    """
    first = given.within(first, "staircase", "first", 0.0)
    factor = given.within(factor, "staircase", "factor", 0.0)
    every = given.whole(every, "staircase", "every", 1)
    return optim.schedule("step", first, every=every, factor=factor)
