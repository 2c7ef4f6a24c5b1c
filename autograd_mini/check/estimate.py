"""What a numerical derivative comes to: a number, a bound on its error, and what stood in the way.

Vocabulary: an estimate is *settled* when some step size gave a number with a bound. Else there is
an *obstacle*: a kink, a jump, no finite values, or no step size at which the slope settles.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini.numbers import short

if TYPE_CHECKING:
    from collections.abc import Iterator


class Estimate:
    """A derivative found numerically; it unpacks as the pair ``value, error``.

    Attributes:
        value: the estimate; nan where there is none.
        error: a bound on ``|value − derivative|``; inf where the estimate did not settle.
        obstacle: "" where it settled, else "kink", "jump", "undefined" or "unsettled".
        reason: the obstacle in a sentence.
        method: "differences" or "complex step".
        slope: the steepest chord seen around the point, the scale for a derivative of 0.

    >>> value, error = Estimate(2.0, 1e-12)
    >>> value, error
    (2.0, 1e-12)
    """

    __slots__ = ("error", "method", "obstacle", "reason", "slope", "value")

    def __init__(
        self,
        value: float,
        error: float,
        obstacle: str = "",
        reason: str = "",
        method: str = "differences",
        slope: float = 0.0,
    ) -> None:
        self.value = value
        self.error = error
        self.obstacle = obstacle
        self.reason = reason
        self.method = method
        self.slope = slope

    @property
    def settled(self) -> bool:
        """Whether there is a number with a bound."""
        return not self.obstacle

    def __iter__(self) -> Iterator[float]:
        yield self.value
        yield self.error

    def __repr__(self) -> str:
        said = f"{self.value!r} ± {short(self.error, 2)} by {self.method}"
        return f"<{said}: {self.reason}>" if self.reason else f"<{said}>"


def unsettled(obstacle: str, reason: str, value: float = math.nan, slope: float = 0.0) -> Estimate:
    """An estimate without a bound, and why."""
    return Estimate(value, math.inf, obstacle, reason, slope=slope)
