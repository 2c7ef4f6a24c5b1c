"""Learning rates that change, by name: functions of the number of steps made, from 0.

All are PyTorch's schedulers in their closed forms, up to rounding; where a ``steps`` is over, the
rate stays where it has come to. The same functions serve ``training.fit``, epoch for epoch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from autograd_mini.given import integer
from autograd_mini.optim.base import at_least_0


def step(made: int, lr: float, every: int, factor: float = 0.1) -> float:
    """lr for ``every`` steps, then ``factor`` of it for as many more (PyTorch's StepLR)."""
    return lr * factor ** (made // every)


def exponential(made: int, lr: float, factor: float) -> float:
    """lr · factorᵗ (PyTorch's ExponentialLR)."""
    return lr * factor**made


def linear(made: int, lr: float, steps: int, first: float = 1 / 3, last: float = 1.0) -> float:
    """From ``first`` · lr to ``last`` · lr in a straight line (PyTorch's LinearLR)."""
    return lr * (first + (last - first) * min(made, steps) / steps)


def cosine(made: int, lr: float, steps: int, last: float = 0.0) -> float:
    """From lr to ``last`` along half a cosine (PyTorch's CosineAnnealingLR).

    Source: Loshchilov and Hutter, "SGDR", 2017.
    """
    return last + (lr - last) * (1.0 + math.cos(math.pi * min(made / steps, 1.0))) / 2.0


def polynomial(made: int, lr: float, steps: int, power: float = 1.0) -> float:
    """lr · (1 − t/steps)^power (PyTorch's PolynomialLR)."""
    return float(lr * (1.0 - min(made, steps) / steps) ** power)


SCHEDULES: dict[str, Callable[..., float]] = {
    rule.__name__: rule for rule in (step, exponential, linear, cosine, polynomial)
}
"""The schedules by their names."""

_WHOLE = ("every", "steps")


class Schedule:
    """A learning rate as a function of the number of steps made; made by :func:`schedule`."""

    def __init__(self, name: str, lr: float, settings: dict[str, float]) -> None:
        self.name = name
        self.lr = lr
        self.settings = settings

    def __call__(self, made: int) -> float:
        """The rate when so many steps have been made."""
        return SCHEDULES[self.name](made, self.lr, **self.settings)

    def __repr__(self) -> str:
        settings = "".join(f", {name}={x!r}" for name, x in self.settings.items())
        return f"schedule({self.name!r}, {self.lr!r}{settings})"


def schedule(name: str, lr: float, **settings: object) -> Schedule:
    """A learning rate that changes, to be given to an optimiser as its ``lr``.

    Args:
        name: "step" (every, factor), "exponential" (factor), "linear" (steps, first, last),
            "cosine" (steps, last) or "polynomial" (steps, power).
        lr: the rate to start from, at least 0.
        settings: what is named in the brackets above.

    Raises:
        TypeError, ValueError: there is no such schedule or setting, one is missing, or a number is
            out of range.

    >>> rate = schedule("cosine", 0.5, steps=2)
    >>> [round(rate(made), 3) for made in range(4)]
    [0.5, 0.25, 0.0, 0.0]
    >>> from autograd_mini import Value, optim
    >>> theta = Value(3.0)
    >>> optimizer = optim.SGD([theta], lr=schedule("step", 0.5, every=1, factor=0.5))
    >>> for _ in range(2):
    ...     theta.grad = 1.0
    ...     optimizer.step()
    >>> theta.data, optimizer.lr
    (2.25, 0.125)
    """
    if name not in SCHEDULES:
        known = ", ".join(map(repr, SCHEDULES))
        raise ValueError(f"schedule: there is no schedule {name!r}; take one of {known}")
    made = Schedule(name, at_least_0(lr, "schedule: lr"), _checked(name, settings))
    try:
        made(0)
    except TypeError as error:
        told = str(error).partition("() ")[2] or str(error)
        raise TypeError(f"schedule: {name!r} {told}") from None
    return made


def _checked(name: str, settings: Mapping[str, object]) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, x in settings.items():
        what = f"schedule {name!r}: {key}"
        if key in _WHOLE:
            number = integer(x)
            if number is None:
                raise TypeError(f"{what} must be a whole number, not {x!r}")
            if number < 1:
                raise ValueError(f"{what} must be at least 1, not {x!r}")
            found[key] = number
        else:
            found[key] = at_least_0(x, what)
    return found
