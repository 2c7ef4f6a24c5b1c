"""Numbers as a lesson prints them.

Vocabulary: *short* is a number rounded to a few significant digits, without zeros at its end and
with the typographic minus sign.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def short(value: float, digits: int = 6) -> str:
    """A number as text, rounded to so many significant digits.

    >>> short(0.1 + 0.2), short(-2 / 3), short(3e6), short(1.5e-7)
    ('0.3', '−0.666667', '3000000', '1.5 × 10⁻⁷')
    """
    if not math.isfinite(value):
        return f"{value}".replace("-", "−")
    if value == 0.0:
        return "0"  # the sign of a zero would only puzzle here
    if value == round(value) and abs(value) < 1e10:
        return f"{value:.0f}".replace("-", "−")
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    if exponent:
        raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        mantissa += f" × 10{raised}"
    return mantissa.replace("-", "−")


def list_of(values: Sequence[float]) -> str:
    """Several numbers as text.

    >>> list_of([1.0, 0.5])
    '1, 0.5'
    """
    return ", ".join(short(value) for value in values)
