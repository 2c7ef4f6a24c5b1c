"""Errors in units in the last place.

Vocabulary: the *unit* of a number is the distance of the doubles around it, 5e-324 for subnormals
and for 0. Overflow is measured like everything else: an infinity counts as 2¹⁰²⁴, the next number
after the largest double, and so does every truth beyond it.
"""

from __future__ import annotations

import math
from typing import Any

from mpmath import mp

BEYOND = 2**1024


def unit(x: Any) -> Any:
    """The unit in the last place of a real number, as an mpf."""
    exponent = int(mp.frexp(x)[1]) if x else -1074
    return mp.ldexp(1, max(min(exponent, 1024) - 53, -1074))


def error(computed: float, truth: Any) -> float:
    """|computed − truth| in units of the truth; inf for a nan."""
    return float(_distance(computed, truth) / unit(truth)) if computed == computed else math.inf


def error_in_units_of(term: Any, computed: float, truth: Any) -> float:
    """The same in units of the largest term of a sum."""
    return float(_distance(computed, truth) / unit(term)) if computed == computed else math.inf


def _distance(computed: float, truth: Any) -> Any:
    bound = mp.mpf(BEYOND)
    number = mp.mpf(computed) if math.isfinite(computed) else math.copysign(1.0, computed) * bound
    return abs(number - max(-bound, min(bound, truth)))
