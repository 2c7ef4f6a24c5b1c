"""Numbers as a person reads them, in text, pictures, formulas and lessons.

Vocabulary: a number is written in *significant digits*, without zeros at its end, and with a power
of ten where it is very small or very large: 1.5 × 10⁻⁷. It is *rounded* where digits were cut off;
the sign before it is ≈ then. Noise of computing with floats is no digit: 0.1 + 0.2 is 0.3. The
minus sign is the typographic one, because a hyphen is hard to see in print.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

Format = Callable[[float], str]
"""How numbers are written."""

MINUS = "−"
SMALL, LARGE = 1e-4, 1e7
"""Between these sizes numbers are written without a power of ten."""

NOISE = 1e-12
"""A relative difference that comes of computing with floats, and is no digit cut off."""

LOWERED = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-=()aeoxhklmnpstijruv", strict=True)
)
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˡʲᵏʸᵀᵐᶻ", "0123456789+-=()niljkyTmz", strict=True))
"""Lowered and raised characters, and what they are at normal height."""

_LOW, _HIGH = ({ord(y): x for x, y in table.items()} for table in (LOWERED, RAISED))


def lowered(shown: object) -> str:
    """Digits, signs and a few letters as subscripts.

    >>> lowered(12), raised("(2)"), raised(-7)
    ('₁₂', '⁽²⁾', '⁻⁷')
    """
    return str(shown).translate(_LOW)


def raised(shown: object) -> str:
    """Digits, signs and a few letters as superscripts."""
    return str(shown).translate(_HIGH)


class Rounded(str):
    """A number as it is shown, of which digits were cut off."""

    __slots__ = ()


def short(number: float, digits: int = 6) -> str:
    """A number in about ``digits`` significant digits; a number other than 0 never reads as 0.

    >>> [short(x, 4) for x in (0.7, 3000.0, 0.1 + 0.2, 0.69999, -2 / 3, 12345.678)]
    ['0.7', '3000', '0.3', '0.7', '−0.6667', '12346']
    >>> [short(x) for x in (1e-7, 1.23456789e-7, -0.0, -math.inf, math.nan)]
    ['1 × 10⁻⁷', '1.23457 × 10⁻⁷', '0', '−inf', 'nan']
    """
    text = _text(*decimal(number, digits))
    return Rounded(text) if is_rounded(number, digits) else text


def decimal(number: float, digits: int) -> tuple[str, int]:
    """The figures of a number and the power of ten beside them, 0 where there is none.

    >>> decimal(-2 / 3, 4), decimal(1.5e-7, 4), decimal(1e300, 4)
    (('-0.6667', 0), ('1.5', -7), ('1', 300))
    """
    if not math.isfinite(number):
        return repr(number), 0
    size = abs(number)
    if size == 0.0:
        return "0", 0  # the sign of a zero is noise to a reader
    if number == math.floor(number) and size < LARGE:
        return f"{number:.0f}", 0
    figures, _, power = f"{number:.{digits - 1}e}".partition("e")
    figures, exponent = _bare(figures), int(power)
    if not SMALL <= size < LARGE:
        return figures, exponent
    kept = len(figures.lstrip("-").replace(".", ""))
    return f"{number:.{max(kept - 1 - exponent, 0)}f}", 0


def is_rounded(number: float, digits: int) -> bool:
    """Whether so many digits leave out more of a number than noise.

    >>> is_rounded(0.1 + 0.2, 4), is_rounded(1 / 3, 4), is_rounded(math.inf, 4)
    (False, True, False)
    """
    if not math.isfinite(number):
        return False
    figures, exponent = decimal(number, digits)
    return abs(float(f"{figures}e{exponent}") - number) > NOISE * abs(number)


def equals(*shown: str) -> str:
    """The sign before numbers as they are shown.

    >>> equals(short(0.25)), equals(short(2.0), short(1 / 3)), equals(short(0.1 + 0.2))
    ('=', '≈', '=')
    """
    return "≈" if any(isinstance(x, Rounded) for x in shown) else "="


def equal(number: float, digits: int = 6) -> str:
    """A number with the sign before it.

    >>> equal(0.25), equal(2 / 3)
    ('= 0.25', '≈ 0.666667')
    """
    shown = short(number, digits)
    return f"{equals(shown)} {shown}"


def alike(numbers: Sequence[float], digits: int = 6) -> list[str]:
    """Numbers of one sum, fractions with as many decimals as the others, as written by hand.

    >>> alike([0.12, 0.3, 0.42], 4), alike([0.0, -1.00509, -1.00509], 4)
    (['0.12', '0.30', '0.42'], ['0', '−1.005', '−1.005'])
    >>> alike([0.5, 0.000123456, 0.500123456], 4), alike([2.5, 1e-9, 2.500000001], 4)
    (['0.5000', '0.0001235', '0.5001'], ['2.5', '1 × 10⁻⁹', '2.5'])
    """
    shown = [short(number, digits) for number in numbers]
    widest = max(map(_decimals, shown))
    return [_padded(text, widest, digits) for text in shown]


def _decimals(shown: str) -> int:
    return 0 if "×" in shown else len(shown.partition(".")[2])


def _padded(shown: str, decimals: int, digits: int) -> str:
    """A fraction with zeros at its end; rounded to a whole number it is one too."""
    if "×" in shown or not (_decimals(shown) or isinstance(shown, Rounded)):
        return shown
    figures = len(shown.lstrip(MINUS + "0.").replace(".", ""))
    zeros = "0" * min(decimals - _decimals(shown), max(digits - figures, 0))
    return f"{shown}{'.' * bool(zeros and not _decimals(shown))}{zeros}"


def unbroken(sentence: str) -> str:
    r"""A sentence with no-break spaces where it holds a power of ten.

    >>> unbroken("x = 1.5 × 10⁻⁷ · 2")
    'x = 1.5\xa0×\xa010⁻⁷ · 2'
    """
    return sentence.replace(" × 10", "\xa0×\xa010")


def significant(digits: int) -> Format:
    """Numbers in so many significant digits, as :func:`short` writes them."""
    return partial(short, digits=digits)


def written(spec: str) -> Format:
    """Numbers as ``format(number, spec)`` writes them, with a typographic minus.

    >>> written("+.2f")(-0.5), written(".1e")(3000.0), equals(written(".2f")(0.125))
    ('−0.50', '3.0e+03', '≈')
    """

    def write(number: float) -> str:
        text = format(number, spec)
        shown = text.replace("-", MINUS)
        try:
            is_cut = abs(float(text.replace(",", "")) - number) > NOISE * abs(number)
        except ValueError:  # a percentage
            return shown
        return Rounded(shown) if is_cut else shown

    return write


def full(number: float) -> str:
    """The number to the last bit, in the figures that Python prints.

    >>> full(0.1 + 0.2), full(-1e-7)
    ('0.30000000000000004', '−1 × 10⁻⁷')
    """
    figures, _, power = repr(number).partition("e")
    return _text(figures, int(power or 0))


def _text(figures: str, exponent: int) -> str:
    power = f" × 10{raised(exponent)}" if exponent else ""
    return figures.replace("-", MINUS) + power


def _bare(figures: str) -> str:
    return figures.rstrip("0").rstrip(".") if "." in figures else figures
