"""Numbers as a picture shows them: short, and honest about what was cut off.

Vocabulary: a number is *exact* here when its shortest decimal form has no more significant digits
than asked for; then it is shown as it is (0.7, 3000). Any other number is rounded and keeps its
trailing zeros (0.7000), so that a reader can tell a rounded number from an exact one; where it
stands after an equals sign, that is ≈. The minus
sign is the typographic one, because a hyphen is hard to see in print.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

Format = Callable[[float], str]
"""How a picture writes numbers."""

MINUS = "−"
SMALL, LARGE = 1e-4, 1e7
"""Between these sizes numbers are written without a power of ten."""

NOISE = 1e-12
"""A relative difference that comes of computing with floats, and is no digit cut off."""


def short(number: float, digits: int = 4) -> str:
    """A number in about ``digits`` significant digits; a number other than 0 never reads as 0.

    >>> [short(x) for x in (0.7, 3000.0, 0.1 + 0.2, 0.6986, -2 / 3, 12345.678)]
    ['0.7', '3000', '0.3000', '0.6986', '−0.6667', '12346']
    >>> [short(x) for x in (1e-7, 1.23456e-7, -0.0, -math.inf, math.nan)]
    ['1e−7', '1.235e−7', '0', '−inf', 'nan']
    """
    shown = _plain(number, digits)
    text = shown.replace("-", MINUS)
    return Rounded(text) if abs(float(shown) - number) > NOISE * abs(number) else text


class Rounded(str):
    """A number as it is shown, of which digits were cut off."""

    __slots__ = ()


def equals(*shown: str) -> str:
    """The sign before numbers as they are shown.

    >>> equals(short(0.25)), equals(short(2.0), short(1 / 3)), equals(short(0.1 + 0.2))
    ('=', '≈', '=')
    """
    return "≈" if any(isinstance(x, Rounded) for x in shown) else "="


def alike(numbers: Sequence[float], digits: int = 4) -> list[str]:
    """Numbers of one sum: exact fractions get as many decimals as the others, as written by hand.

    >>> alike([0.12, 0.3, 0.42]), alike([0.0, -1.00509, -1.00509])
    (['0.12', '0.30', '0.42'], ['0', '−1.005', '−1.005'])
    >>> alike([0.5, 0.000123456, 0.500123456]), alike([2.5, 1e-9, 2.500000001])
    (['0.5000', '0.0001235', '0.5001'], ['2.500', '1e−9', '2.500'])
    """
    shown = [short(number, digits) for number in numbers]
    widest = max(map(_decimals, shown))
    return [
        text if not _is_exact(text, number) else _padded(text, widest, digits)
        for text, number in zip(shown, numbers, strict=True)
    ]


def _decimals(shown: str) -> int:
    return 0 if "e" in shown else len(shown.partition(".")[2])


def _is_exact(shown: str, number: float) -> bool:
    """Whether it is an exact fraction, which zeros at its end do not make less true."""
    return _decimals(shown) > 0 and float(shown.replace(MINUS, "-")) == number


def _padded(shown: str, decimals: int, digits: int) -> str:
    figures = len(shown.strip(MINUS + "0.").replace(".", ""))
    return shown + "0" * min(decimals - _decimals(shown), max(digits - figures, 0))


def significant(digits: int) -> Format:
    """Numbers in so many significant digits, as :func:`short` writes them."""
    return partial(short, digits=digits)


def written(spec: str) -> Format:
    """Numbers as ``format(number, spec)`` writes them, with a typographic minus.

    >>> written("+.2f")(-0.5), written(".1e")(3000.0)
    ('−0.50', '3.0e+03')
    """
    return lambda number: format(number, spec).replace("-", MINUS)


def full(number: float) -> str:
    """The number to the last bit, as Python prints it.

    >>> full(0.1 + 0.2), full(-1e-7)
    ('0.30000000000000004', '−1e−07')
    """
    return repr(number).replace("-", MINUS)


def _plain(number: float, digits: int) -> str:
    if not math.isfinite(number):
        return repr(number)
    size = abs(number)
    if size == 0.0:
        return "0"  # the sign of a zero is noise to a reader
    if number == math.floor(number) and size < LARGE:
        return f"{number:.0f}"
    rounded = f"{number:.{digits - 1}e}"
    mantissa, exponent = rounded.split("e")
    if float(rounded) == number:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if not SMALL <= size < LARGE:
        return f"{mantissa}e{int(exponent)}"
    kept = len(mantissa.lstrip("-").replace(".", ""))
    return f"{number:.{max(kept - 1 - int(exponent), 0)}f}"
