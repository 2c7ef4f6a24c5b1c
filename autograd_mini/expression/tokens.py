"""A typed expression as tokens: numbers, names, raised numbers and signs.

Vocabulary: a *name* is spelled with letters, digits and scripts: x, θ, w₁, z⁽¹⁾. Two spellings that
Unicode holds for the same (w₁ and w1) are one name. A *raised* number is an exponent: x².
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Container, Iterator
from typing import NamedTuple

from autograd_mini.given import visible
from autograd_mini.numbers import LOWERED, RAISED

LONGEST = 500_000
"""Characters."""

PI = "π"
LOW_DIGITS = "".join(x for x, digit in LOWERED.items() if digit.isdigit())
_HIGH_DIGITS = "".join(x for x, digit in RAISED.items() if digit.isdigit())

_SIGNS = {"·": "*", "⋅": "*", "×": "*", "−": "-", "÷": "/", "∕": "/", "^": "**"}
"""What a textbook, a keyboard or an explanation writes for an operator."""

_TOKEN = re.compile(
    r"(?P<blank>\s+|#.*)|(?P<number>0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+"
    r"|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?)"
    rf"|(?P<raised>[⁺⁻]?[{_HIGH_DIGITS}]+)|(?P<name>[^\W\d])|(?P<sign>\*\*|:=|[<>=!]=|.)",
    re.DOTALL,
)
_LAYER = re.compile(rf"⁽[⁺⁻ˡ{_HIGH_DIGITS}]+⁾")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class ExpressionError(ValueError):
    """The expression, or a number for one of its names, cannot be used; the message says why."""


class Token(NamedTuple):
    """A token: "number", "name", "raised", "sign" or "end", and where it stands.

    ``text`` is a name as Unicode normalizes it, a sign as Python writes it, else as typed.
    """

    kind: str
    text: str
    start: int
    stop: int


def tokens(text: str, known: Container[str]) -> list[Token]:
    """The tokens of a text, the last of kind "end".

    Raises:
        ExpressionError: it is empty or too long, or holds a character that has no meaning.

    >>> [token.text for token in tokens("2πr² − w₁·x", ())]
    ['2', 'π', 'r', '²', '-', 'w1', '*', 'x', '']
    """
    if not text:
        raise ExpressionError("the expression is empty; write one such as 'w*x + b'")
    if len(text) > LONGEST:
        raise ExpressionError(
            f"the expression has {len(text):,} characters, more than {LONGEST:,}; "
            "build one of this size in Python"
        )
    if found := _NO_TEXT.search(text):
        kind = "half of a character" if found[0] > "\x9f" else "control character"
        kind = "null character" if found[0] == "\0" else kind
        raise ExpressionError(
            f"the expression holds the {kind} {visible(found[0])} at place {found.start() + 1}; "
            "leave it out"
        )
    return [*_scanned(text, known), Token("end", "", len(text), len(text))]


def _scanned(text: str, known: Container[str]) -> Iterator[Token]:
    start = 0
    while start < len(text):
        match = _TOKEN.match(text, start)
        assert match is not None  # the last alternative takes any character
        kind, stop = str(match.lastgroup), match.end()
        if kind == "name":
            stop = _name_end(text, stop)
            name = normalized(text[start:stop])
            if name.startswith(PI) and name != PI and name not in known:
                stop, name = start + 1, PI  # πr is π · r
            yield Token(kind, name, start, stop)
        elif kind != "blank":
            yield Token(kind, _SIGNS.get(match[0], match[0]), start, stop)
        start = stop


def _name_end(text: str, stop: int) -> int:
    """Where a name ends: x₁ ends with its digits, and in w₁₁,₂ the comma is one of its scripts."""
    is_low = False
    while stop < len(text):
        digit = text[stop + 1 : stop + 2] if text[stop] == "," and is_low else text[stop]
        is_letter = f"a{text[stop]}".isidentifier() and text[stop] not in _SIGNS
        if not (digit and digit in LOW_DIGITS) and (is_low or not is_letter):
            break
        is_low = is_low or digit in LOW_DIGITS
        stop += 1
    layer = _LAYER.match(text, stop)
    return layer.end() if layer else stop


def normalized(name: str) -> str:
    """A name as Python's parser reads it too: w₁ is w1."""
    return unicodedata.normalize("NFKC", name)


def spelled(name: str) -> str:
    """A name as it is shown: with its scripts, if it was typed with them."""
    has_scripts = any(character in LOWERED or character in RAISED for character in name)
    return unicodedata.normalize("NFC", name) if has_scripts else normalized(name)


class Cursor:
    """Goes through the tokens of a text, and refuses with the place where it is."""

    def __init__(self, text: str, known: Container[str]) -> None:
        self.text = text
        self.all = tokens(text, known)
        self.at = 0

    @property
    def now(self) -> Token:
        """The next token to be read."""
        return self.all[self.at]

    @property
    def end(self) -> int:
        """Where the last token that was read ends."""
        return self.all[self.at - 1].stop if self.at else 0

    @property
    def is_adjacent(self) -> bool:
        """Whether no blank stands before the next token."""
        return self.now.start == self.end

    def ahead(self, count: int = 1) -> Token:
        """The token so many places after the next one."""
        return self.all[min(self.at + count, len(self.all) - 1)]

    def sees(self, signs: Container[str], count: int = 0) -> bool:
        """Whether the next token is one of these signs."""
        token = self.ahead(count)
        return token.kind == "sign" and token.text in signs

    def next(self) -> Token:
        """Read a token."""
        self.at += 1
        return self.all[self.at - 1]

    @property
    def last(self) -> Token:
        """The last token that was read."""
        return self.all[self.at - 1]

    def number(self) -> float:
        """Read a number."""
        token = self.next()
        is_prefixed = token.text[1:2].isalpha() and token.text[1:2] not in "eE"
        try:
            found = float(int(token.text, 0)) if is_prefixed else float(token.text)
        except ValueError:
            raise self.error("this is no number", token.start) from None
        except OverflowError:
            found = math.inf
        if is_prefixed and self.is_adjacent and self.now.kind in ("name", "number"):
            raise self.error(f"this is no digit of {token.text:.20}", self.end)
        if math.isinf(found):
            raise ExpressionError("a number is beyond the largest double, about 1.8e308")
        return found

    def raised(self) -> float:
        """Read a raised number."""
        return float("".join(RAISED[x] for x in self.next().text))

    def since(self, start: int) -> str:
        """The text from a place to the end of the last token that was read."""
        return self.text[start : self.end].strip()

    def error(self, reason: str, place: int) -> ExpressionError:
        """A refusal with a piece of the text, and a mark before the place: ``w*x + >>> * b``."""
        before, after = self.text[max(place - 20, 0) : place], self.text[place : place + 20]
        ends = ("…" if place > 20 else "", "…" if place + 20 < len(self.text) else "")
        return ExpressionError(f"{reason}: {ends[0]}{before} >>> {after}{ends[1]}")
