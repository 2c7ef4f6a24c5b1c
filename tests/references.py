"""The value of every row at any precision, for tests that follow whole graphs.

Derivatives are taken of the graph as a whole, as central differences at many digits: at eighty
digits a step of 10⁻²⁵ leaves fifty of them. So nothing here knows of a row's partials.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd_mini.rows import TABLE
from tests.accuracy.references import Number, value


def reference(name: str) -> Callable[..., Number]:
    """The function that a row of the table computes, on mpmath's numbers."""
    return lambda *numbers: value(TABLE[name], numbers).number


REFERENCES: dict[str, Callable[..., Number]] = {name: reference(name) for name in TABLE}
"""For each row of the table the function that it computes."""
