"""Numbers for an exercise that is done by hand: small ones, whose results stay short.

Vocabulary: a *draw* gives each name a small number. Its *labour* is how much writing the passes of
the graph then take: the figures of every number, local derivative and gradient, with a price for
numbers that had to be rounded, for large ones, and for numbers that are 0 and teach little. Of
many draws the one with the least labour is taken.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from autograd_mini.errors import AutogradError
from autograd_mini.numbers import decimal, is_rounded
from autograd_mini.show.walk.steps import passes

if TYPE_CHECKING:
    from autograd_mini.value import Value

SMALL = (1.0, 2.0, 3.0, -1.0, -2.0, 4.0, 5.0, -3.0, 0.5, -0.5, 1.5, 0.0)
"""What is drawn, the first ones more often."""
WEIGHTS = (6, 6, 6, 4, 4, 3, 3, 2, 2, 1, 1, 1)
DRAWS = 400
DIGITS = 4
"""More significant digits are a burden, and less than all of them a rounded number."""
ROUNDED, ZERO, LARGE = 12.0, 4.0, 4.0


def drawn(
    graph_of: Callable[[Mapping[str, float]], Value],
    names: Sequence[str],
    rng: random.Random,
    draws: int = DRAWS,
) -> dict[str, float]:
    """A number for each name, such that both passes can be done by hand.

    Args:
        graph_of: makes the graph for numbers by their names.
        names: what needs a number.
        rng: draws them.
        draws: how many are compared.

    Raises:
        AutogradError: none gives a graph all of whose numbers are finite.

    >>> from autograd_mini import Value
    >>> def graph_of(numbers):
    ...     w, x, b = (Value(numbers[name], name) for name in "wxb")
    ...     return (w * x + b).sigmoid()
    >>> numbers = drawn(graph_of, "wxb", random.Random(0))
    >>> numbers["w"] * numbers["x"] + numbers["b"]
    0.0
    """
    best: dict[str, float] = {}
    least = math.inf
    for _ in range(draws):
        numbers = dict(zip(names, rng.choices(SMALL, WEIGHTS, k=len(names)), strict=True))
        try:
            found = labour(graph_of(numbers))
        except (ArithmeticError, ValueError):  # outside of a function's domain
            continue
        if found < least:
            best, least = numbers, found
    if math.isinf(least):
        raise AutogradError(
            f"handout: none of {draws} draws of small numbers gives a finite result; give the "
            "numbers yourself"
        )
    return best


def labour(root: Value) -> float:
    """How much the passes of a graph take to write down; infinite where a number is not finite."""
    recorder = passes(root)
    numbers = [node.data for node in recorder.nodes]
    slopes = [step.local for step in recorder.steps if step.local is not None]
    return sum(map(_figures, [*numbers, *slopes, *recorder.totals.values()]))


def _figures(number: float) -> float:
    """How many figures a number has, with the prices."""
    if not math.isfinite(number):
        return math.inf
    figures, power = decimal(number, DIGITS)
    length = len(figures.lstrip("-0.").replace(".", "")) + 0.5 * (number < 0)
    prices = ROUNDED * is_rounded(number, DIGITS) + ZERO * (number == 0.0)
    return length + prices + LARGE * (abs(number) > 30 or power != 0)
