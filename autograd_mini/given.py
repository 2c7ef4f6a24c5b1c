"""Arguments checked in one place, so that every room refuses the same things in the same words.

Vocabulary: an argument is *given* to somebody: ``who`` names the function in the message, ``name``
the argument. What is no number at all is a ``TypeError``; a number that is out of range, or no
whole one where it must be, is a ``ValueError``.
"""

from __future__ import annotations

import math
from operator import index
from typing import TYPE_CHECKING

from autograd_mini.real import is_real, real, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random
    from typing import Any, TypeVar

    T = TypeVar("T")


MOST_DIGITS = 1000


def whole(
    given: object, who: str, name: str, least: float, most: float = math.inf, of: str = ""
) -> int:
    """A whole number from ``least`` to ``most``, as an int; ``of`` says what it counts.

    >>> whole(2.5, "batches", "size", 1)
    Traceback (most recent call last):
        ...
    ValueError: batches: size=2.5; it must be a whole number, at least 1
    """
    number = integer(given)
    if number is not None and least <= number <= most:
        return number
    refused = ValueError if number is not None or is_real(given) else TypeError
    lower = "" if least == -math.inf else f", at least {least} {of}".rstrip()
    upper = "" if most == math.inf else f", at most {most}"
    raise refused(f"{who}: {name}={shown(given)}; it must be a whole number{lower}{upper}")


def integer(given: Any) -> int | None:
    """An int, or what stands for one, as an int; None for anything else, True and 2.0 included."""
    if isinstance(given, bool):
        return None
    try:
        return index(given)
    except TypeError:  # arrays of several numbers have the method, too
        return None


def within(given: object, who: str, name: str, low: float) -> float:
    """A finite number of ``low`` or more, as a float.

    >>> within(float("nan"), "moons", "noise", 0.0)
    Traceback (most recent call last):
        ...
    ValueError: moons: noise=nan; take a finite noise of 0 or more
    """
    number = real(given, f"{who}: {name}")
    if not (low <= number and math.isfinite(number)):
        span = "" if low == -math.inf else f" of {low:g} or more"
        raise ValueError(f"{who}: {name}={shown(given)}; take a finite {name}{span}")
    return number


def above_0(given: object, who: str, name: str) -> Any:
    """A number above 0, infinity included, as it was given."""
    number = real(given, f"{who}: {name}")
    if not number > 0.0:
        raise ValueError(f"{who}: {name}={shown(given)}; it must be above 0")
    return given if isinstance(given, int) else number


def digits(given: object, who: str) -> int:
    """How many significant digits numbers get."""
    above_0(given, who, "digits")
    return whole(given, who, "digits", 1, MOST_DIGITS)


def between(given: object, who: str, name: str, low: float, high: float) -> float:
    """A number above ``low`` and below ``high``, as a float."""
    number = real(given, f"{who}: {name}")
    if not low < number < high:
        raise ValueError(
            f"{who}: {name}={shown(given)}; it must be above {low:g} and below {high:g}"
        )
    return number


def function(given: object, who: str, name: str, example: str) -> Any:
    """Something that can be called; ``example`` says what would be."""
    if not callable(given):
        raise TypeError(f"{who}: {name} must be {example}, not {described(given)}")
    return given


def instance(given: object, kind: type[T], who: str, name: str, example: str) -> T:
    """Something of that class; ``example`` says how to come by one."""
    if not isinstance(given, kind):
        raise TypeError(f"{who}: {name} must be {example}, not {described(given)}")
    return given


def flag(given: object, who: str, name: str) -> bool:
    """True or False."""
    return instance(given, bool, who, name, "True or False")


def text(given: object, who: str, name: str) -> str:
    """A string."""
    return instance(given, str, who, name, "a string")


def series(given: Any, who: str, name: str, example: str) -> list[Any]:
    """A sequence, or whatever else is finite and in order, as a list; a string is none."""
    unordered = isinstance(given, (str, bytes, bytearray, set, frozenset, dict))
    if unordered or not hasattr(type(given), "__iter__") or not hasattr(type(given), "__len__"):
        raise TypeError(f"{who}: {name} must be {example}, not {described(given)}")
    try:
        return list(given)
    except TypeError:  # an array of no dimension
        raise TypeError(f"{who}: {name} must be {example}, not {described(given)}") from None


def numbers(given: object, who: str, name: str) -> list[float]:
    """A sequence of real numbers, as floats."""
    items = series(given, who, name, "a list of numbers")
    where = f"{who}: {name}"
    return [x if type(x) is float else real(x, where) for x in items]


def pair(given: object, who: str, name: str) -> tuple[float, float]:
    """Two finite numbers."""
    found = numbers(given, who, name)
    if len(found) != 2 or not all(map(math.isfinite, found)):
        raise ValueError(f"{who}: {name} must be two finite numbers, not {described(given)}")
    return found[0], found[1]


def span(given: object, who: str, name: str) -> tuple[float, float]:
    """Two finite numbers, the smaller first."""
    low, high = pair(given, who, name)
    if not low < high:
        raise ValueError(f"{who}: {name}={shown(given)}; the first number must be the smaller")
    return low, high


def names(given: object, who: str, name: str) -> tuple[str, ...]:
    """A sequence of strings."""
    return tuple(
        text(x, who, f"each of {name}") for x in series(given, who, name, "a list of names")
    )


def choice(
    given: object, who: str, name: str, known: Mapping[str, object] | tuple[str, ...]
) -> str:
    """One of the names that there are."""
    if not isinstance(given, str) or given not in known:
        refused = ValueError if isinstance(given, str) else TypeError
        names = " or ".join(map(repr, known))
        meant = nearest(given, known) if isinstance(given, str) else ""
        raise refused(f"{who}: there is no {name} {shown(given)}; take {names}{meant}")
    return given


def randomness(rng: object, who: str) -> Random:
    """Where random numbers come from: a ``random.Random``, an int seed, or None.

    A seed gives a source of its own; None is the module ``random``, as ``random.seed`` left it. A
    generator of NumPy gives one too, seeded by its next number.

    >>> randomness(7, "moons").random() == randomness(7, "moons").random()
    True
    """
    import random

    if rng is None or rng is random:
        return random  # type: ignore[return-value]  # it has the methods of a Random
    if isinstance(rng, random.Random):
        return rng
    if (seed := integer(rng)) is not None:
        return random.Random(seed)
    if type(rng).__module__.startswith("numpy.random") and hasattr(rng, "random"):
        return random.Random(float(rng.random()))
    raise TypeError(
        f"{who}: rng must be random.Random(seed), a whole number as seed, or None, "
        f"not {described(rng)}"
    )


def brief(name: str) -> str:
    """A name in a message, cut short and printable."""
    return name if len(name) <= 40 and name.isprintable() else shown(name)


def one_line(text: str, longest: int = 40) -> str:
    r"""A name or a label on one line, printable, cut short.

    >>> one_line("a\nb")
    'a\\nb'
    """
    text = visible(text[: longest + 1].replace("\n", "\\n"))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def described(x: object) -> str:
    """A thing and its type in a message, cut short."""
    return "None" if x is None else f"{type(x).__name__} {shown(x)}"


def visible(text: str) -> str:
    r"""The text with control characters written as escapes; line breaks and markup stay.

    A terminal would obey them, and SVG cannot hold them.

    >>> visible('<b> \\N "q"') == '<b> \\N "q"'
    True
    >>> print(visible("a\x07b\tc\ud800"))
    a\x07b\tc\ud800
    """
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    code = ord(character)
    if character.isprintable() or character in "\n\xa0":
        return character
    if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence that refuses a name: which known one may be meant; "" where none is.

    >>> nearest("sigmiod", ["sign", "sigmoid"]), nearest("x", ["y"])
    ('; did you mean sigmoid?', '')
    """
    from difflib import get_close_matches  # looked up by mistakes only: it is slow to import

    found = get_close_matches(name[:40], known, n=1)
    return f"; did you mean {found[0]}?" if found else ""
