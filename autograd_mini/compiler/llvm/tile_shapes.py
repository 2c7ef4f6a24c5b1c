"""How large a tile is: the cheapest by a count of instructions, as far as the registers go.

Vocabulary: a tile of a × b places has a · b accumulators. In each round of its sums it loads a
factors of one side and b of the other, and multiplies each by each.
"""

from __future__ import annotations

from typing import NamedTuple

LATENCY = 8
"""Accumulators that keep two multiply-add units busy."""

SPARE = {16: 4, 32: 12}
"""How many of the registers are left for factors."""

ENDS = 0.05
"""The price of a second tile size for what is left over at the end of an axis: more code."""


class Axis(NamedTuple):
    """An axis that a tile has places along: its number, how far one place is, how many places."""

    number: int
    step: int
    places: int


def best_tile(n: int, m: int, registers: int) -> tuple[int, int]:
    """How many of n places along one axis, and of m along the other, make a tile.

    >>> best_tile(16, 13, 32)  # 16 rows of 13 vectors
    (4, 5)
    """
    limit = registers - SPARE[registers]
    best, chosen = float("inf"), (1, 1)
    for a in range(1, min(n, limit) + 1):
        for b in range(1, min(m, limit // a) + 1):
            ends = (n % a > 0) + (m % b > 0)
            cost = _total(n, m, a, b) * (1.0 + ENDS * ends)
            if cost < best:
                best, chosen = cost, (a, b)
    return chosen


def _total(n: int, m: int, a: int, b: int) -> float:
    """Instructions for all tiles, those at the ends included."""
    along = ((a, n // a), (n % a, 1))
    across = ((b, m // b), (m % b, 1))
    return sum(_cost(x, y) * i * j for x, i in along for y, j in across if x and y)


def _cost(a: int, b: int) -> float:
    """Instructions of one round of an a × b tile, where few accumulators leave the units idle."""
    return max(a * b, LATENCY) + 0.8 * (a + b) + 1.5
