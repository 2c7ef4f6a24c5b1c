r"""Text in a picture: any string shown literally, cut to a readable size, and measured.

Vocabulary:

- *visible*: a string whose control characters have become escapes such as ``\x07``, because SVG
  forbids the characters themselves. Everything else, markup and backslashes included, stays.
- *line*: a label keeps its line breaks; each line is cut with an ellipsis where it is too long.
- *width*: in ems (multiples of the font size). Layout programs measure text they have no font for
  badly, so every node gets its size from here. The widths are those of Helvetica and a tenth more,
  since a reader's machine may put a wider font in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from autograd_mini import given
from autograd_mini.numbers import equals

visible, one_line = given.visible, given.one_line

LONGEST_LINE = 40
MOST_LINES = 4
ELLIPSIS = "…"
EMPTY = "\u00a0"
"""An empty line, which layout programs leave out where nothing stands in it."""

BESIDE = 16
"""A label longer than this gets a line to itself; a shorter one shares the number's."""

ISOLATE, END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

SPARE = 1.13
"""How much wider than Helvetica the text may turn out."""

WIDTHS = {
    0.22: "'|ijl",
    0.29: " !,./:;I[\\]ft",
    0.36: '()-`r{}"*',
    0.51: "Jckszvxy?^",
    0.6: "+<=>~F−×÷≈",
    0.68: "ABEKPSVXYTZLwΣθ",
    0.72: "CDHNRU&",
    0.78: "GOQ",
    0.85: "Mm%",
    1.0: "W@…",
}
"""Widths of characters in Helvetica, rounded; see :func:`width` for the rest."""

_WIDTH = {character: width for width, characters in WIDTHS.items() for character in characters}


def lines(label: str) -> list[str]:
    r"""A label's lines as they are shown, cut where they are too long or too many.

    >>> lines("w₁")
    ['w₁']
    >>> [len(line) for line in lines("x" * 10_000)]
    [40]
    >>> lines("a\nb\nc\nd\ne")
    ['a', 'b', 'c', 'd …']
    >>> lines("loss\n")
    ['loss', '\xa0']
    """
    parts = label[: (LONGEST_LINE + 1) * MOST_LINES * 2].split("\n")
    shown = [cut(visible(part)) or EMPTY for part in parts[:MOST_LINES]]
    if len(parts) > MOST_LINES:
        shown[-1] = cut(shown[-1], LONGEST_LINE - 2) + " " + ELLIPSIS
    return shown


def named(label: str, number: str) -> list[str]:
    """A label and a number, in one line where they fit and cannot disturb each other.

    >>> named("w₁", "0.5"), named("", "2")
    (['w₁ = 0.5'], ['2'])
    >>> named("hours of sleep last night", "7.5")
    ['hours of sleep last night', '= 7.5']
    """
    if not label:
        return [number]
    shown = lines(label)
    if len(shown) == 1 and len(shown[0]) <= BESIDE and not turns(shown[0]):
        return [f"{shown[0]} {equals(number)} {number}"]
    return [*shown, f"{equals(number)} {number}"]


def plural(count: int, noun: str) -> str:
    """A count with its noun.

    >>> plural(1, "line"), plural(1200, "use")
    ('1 line', '1,200 uses')
    """
    ending = "" if count == 1 else "es" if noun.endswith(("s", "x")) else "s"
    return f"{count:,} {noun}{ending}"


def listed(parts: Sequence[str], most: int) -> str:
    """The parts with commas between, at most so many of them.

    >>> listed(["a", "b"], 3), listed(list("abcdefg"), 3)
    ('a, b', 'a, b, c, … and 4 more')
    """
    more = len(parts) - most
    return ", ".join([*parts[:most], *([f"{ELLIPSIS} and {more:,} more"] if more > 0 else [])])


def cut(text: str, longest: int = LONGEST_LINE) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + ELLIPSIS


def width(line: str) -> float:
    """About how wide a line is, in ems.

    >>> width("iii") < width("abc") < width("漢字漢")
    True
    """
    return SPARE * sum(_character_width(character) for character in line)


def turns(line: str) -> bool:
    """Whether the line holds writing from right to left, which would move a number beside it."""
    from unicodedata import bidirectional

    return not line.isascii() and any(
        bidirectional(character) in {"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"}
        for character in line
    )


def widest(texts: Sequence[str]) -> float:
    """The width of the widest line, in ems."""
    return max((width(text) for text in texts), default=0.0)


@lru_cache(maxsize=4096)
def _character_width(character: str) -> float:
    if character in _WIDTH:
        return _WIDTH[character]
    if character.isascii():
        return 0.56
    from unicodedata import category, decomposition, east_asian_width

    if category(character) in {"Mn", "Me", "Cf"}:
        return 0.0
    if east_asian_width(character) in {"W", "F"}:
        return 1.0
    parts = decomposition(character).split()
    if parts and parts[0] in {"<sub>", "<super>"}:
        return 0.36
    if parts and not parts[0].startswith("<"):
        return _character_width(chr(int(parts[0], 16)))
    return 0.65


def columns(line: str) -> int:
    r"""How many columns a line takes.

    >>> columns("∂ŷ"), columns("漢字"), columns("w\u0302")
    (2, 4, 1)
    """
    if line.isascii():
        return len(line)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(c) in {"Mn", "Me", "Cf"} else 1 + (east_asian_width(c) in {"W", "F"})
        for c in line
    )


def isolated(shown: str) -> str:
    """Text; writing from right to left is kept from moving what stands beside it."""
    return f"{ISOLATE}{shown}{END_ISOLATE}" if turns(shown) else shown
