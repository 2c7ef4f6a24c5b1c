"""What counts as a real number.

Vocabulary: an operand is *real* when it is an int, float, bool, Fraction, Decimal or a NumPy
scalar of those kinds. Complex numbers, strings, sequences, arrays and None are not, even where
Python could squeeze a float out of them.
"""

from __future__ import annotations

import math
import reprlib
import sys
from numbers import Real
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


_SAFE = 1 << 1023
"""Integers within ±this have a float."""


def is_real(x: object) -> bool:
    """Whether ``x`` is a real number.

    >>> is_real(True), is_real(2), is_real("2"), is_real(2j), is_real([2])
    (True, True, False, False, False)
    """
    if isinstance(x, Real):  # int, float, bool, Fraction and NumPy's floating and integer scalars
        return type(x).__name__ != "timedelta64"  # which NumPy counts among the integers
    decimal = sys.modules.get("decimal")  # whoever has a Decimal has imported its module
    if decimal is not None and isinstance(x, decimal.Decimal):
        return True
    kind = type(x)
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")


def real(x: Any, where: str) -> float:
    """``x`` as a float; ``where`` names the operation for the message.

    Raises:
        TypeError: ``x`` is not a real number.
        OverflowError: ``x`` is finite and larger than the largest double.
    """
    if type(x) is float:
        return x
    if type(x) is int and -_SAFE < x < _SAFE:
        return float(x)
    if not is_real(x):
        raise TypeError(refusal(x, where))
    try:
        number = float(x)
    except OverflowError:
        number = math.inf
    except ValueError:  # Decimal's signalling nan
        return math.nan
    if math.isinf(number) and x not in (math.inf, -math.inf):
        raise OverflowError(
            f"{where}: {shown(x)} is beyond the largest double, about 1.8e308; "
            "scale the data, or pass math.inf if an infinity is meant"
        )
    return number


def refusal(x: object, where: str) -> str:
    """The sentence that refuses ``x`` as an operand of ``where``, with the remedy."""
    kind = type(x).__name__
    said = f"{where}: expected a real number (int, float, Fraction, Decimal, bool, NumPy scalar)"
    if isinstance(x, complex) or kind.startswith("complex"):
        return f"{said}, not the complex number {x!r}; take its .real or .imag"
    if x is None:
        return f"{said}, not None"
    if isinstance(x, str):
        return f"{said}, not the string {shown(x)}; convert it with float(...)"
    if hasattr(type(x), "_apply_op"):
        return f"{said}, not another Value; use it as it is, or its .data for the number"
    if hasattr(x, "__len__") or hasattr(x, "__iter__"):
        return f"{said}, not {_article(kind)}; pass its elements one by one"
    return f"{said}, not {_article(kind)}"


def shown(x: object, most: int = 40) -> str:
    """A thing in a message, on one line and cut short; a huge int by its size.

    >>> shown([1, [2, [3, 4]]] * 9), shown("x" * 10**6)
    ('[1, [2, [3, 4]], 1, [2, [3, 4]], 1, [...', "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...")
    """
    if isinstance(x, int) and x.bit_length() > 300:
        return f"an int of {x.bit_length()} bits"
    try:
        if isinstance(x, (str, bytes)):
            text = repr(x if len(x) <= most else x[: most + 1])
        else:
            text = _BRIEF.repr(x)
    except Exception:  # noqa: BLE001 (its own repr may fail in any way; the message must not)
        text = f"<{type(x).__name__}>"
    if not text.isprintable():
        text = repr(text)[1:-1]
    return text if len(text) <= most else text[: most - 3] + "..."


_BRIEF = reprlib.Repr()
_BRIEF.maxother = _BRIEF.maxlong = 60


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1].lower() in "aeiou" else f"a {kind}"
