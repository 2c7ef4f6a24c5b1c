"""The value of every row at any precision, for tests that follow whole graphs.

Derivatives are taken of the graph as a whole, as central differences at many digits: at eighty
digits a step of 10⁻²⁵ leaves fifty of them. So nothing here knows of a row's partials.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp

from tests.accuracy.references import REFERENCES as ROWS

Number = Any
"""An mpf; mpmath is published without types."""


def _affine(*operands: Number) -> Number:
    return mp.fdot(operands[0:-1:2], operands[1::2]) + operands[-1]


REFERENCES: dict[str, Callable[..., Number]] = {
    **{name: row.value for name, row in ROWS.items()},
    "sum": lambda *xs: mp.fsum(xs),
    "max": lambda *xs: max(xs),
    "affine": _affine,
}
"""For each row of the table the function that it computes."""
