r"""Labels in three formats: read as mathematics where they are, and literally where they are not.

Vocabulary:

- *name*: a label read as a base with scripts: w₁₂⁽¹⁾ is w, lowered 12, raised 1. The base is one
  letter, with an accent or without (ŷ), or one word (loss).
- *layer number*: raised in round brackets in Unicode, because there are no raised square ones, and
  in square brackets elsewhere, as on the slides. The raised number of a *unit* stays round.
- *literal*: any other label. It is shown as it is: cut where it is too long, with characters that
  cannot be seen (controls, marks of writing direction) or shown (line breaks) as escapes.
- *copy*: the number that tells several nodes with one label apart: x#1, x#2.
"""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import category, normalize

from autograd_mini import expr, graph, notation
from autograd_mini.expr import Expr
from autograd_mini.numbers import LOWERED, RAISED
from autograd_mini.show import text
from autograd_mini.value import Value as Node

ACCENTS = {"\u0300": ("grave", "`"), "\u0301": ("acute", "´"), "\u0302": ("hat", "^")}
ACCENTS |= {"\u0303": ("tilde", "~"), "\u0304": ("bar", "¯")}
ACCENTS |= {"\u0307": ("dot", "˙"), "\u0308": ("ddot", "¨")}
"""What is set above a letter: LaTeX's command, and the character for MathML."""

_GREEK_NAMES = """
alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon
varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""
GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", _GREEK_NAMES.split(), strict=True))
"""Greek letters that LaTeX has a command for."""

TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters without a shape that turn the direction of the text around them."""

LONGEST = 30
"""Longer labels are cut, with an ellipsis."""

UNDIVIDED = "_.'′()[]{}…"
"""What a literal label may hold, beside letters and digits, without looking like an operation."""


class Label(NamedTuple):
    """A label, read.

    Attributes:
        text: as it is shown in plain Unicode, the number of the copy included.
        base: the letter or word; the visible label where it is literal.
        accent: a combining mark on the base, or "".
        low, high: what is lowered and raised, at normal height.
        copy: which of the nodes with this label, from 1; 0 where there is one only.
        is_name: whether it was read as base and scripts.
    """

    text: str
    base: str
    accent: str = ""
    low: str = ""
    high: str = ""
    copy: int = 0
    is_name: bool = True

    @property
    def is_loose(self) -> bool:
        """Whether it needs brackets where a name would not."""
        base = self.base
        is_list = base.startswith("(") and base.endswith(")") and not set("()") & set(base[1:-1])
        return not (self.is_name or is_list or all(c.isalnum() or c in UNDIVIDED for c in base))

    @property
    def binding(self) -> int:
        """How tightly it binds in an expression."""
        return 0 if self.is_loose else notation.ATOM


TEXT = notation.TEXT._replace(name=lambda label: (label.text, label.binding))
"""Expressions whose names are labels, in plain Unicode."""


def plain(x: Expr, digits: int = 6) -> str:
    """An expression in plain Unicode."""
    return expr.write(x, TEXT._replace(digits=digits))


def label_of(node: Node, copy: int = 0) -> Label:
    """The label of a node that has one."""
    label = graph.label(node)
    scope: tuple[str, ...] = getattr(label, "scope", ())
    return read(label, copy, square=not (scope and scope[0].startswith("unit")))


def read(label: str, copy: int = 0, square: bool = True) -> Label:
    """A label, read; ``square`` says whether a raised number counts layers.

    >>> read("w₁₁,₂⁽¹⁾")
    Label(text='w₁₁,₂⁽¹⁾', base='w', accent='', low='11,2', high='[1]', copy=0, is_name=True)
    >>> read("f(x)", copy=2).text, read("f(x)").is_name
    ('f(x)#2', False)
    """
    shown = seen(label)
    copied = f"{shown}#{copy}" if copy else shown
    rest, high = _split(label, RAISED)
    base, low = _split(rest, LOWERED)
    letters = normalize("NFD", base)
    accent = letters[1:]
    if len(letters) == 2 and letters[0].isalpha() and accent in ACCENTS:
        base = letters[0]
    elif len(base) <= LONGEST and shown == label and _is_word(base):
        accent = ""
    else:
        return Label(copied, shown, copy=copy, is_name=False)
    if square and high.startswith("(") and high.endswith(")"):
        high = f"[{high[1:-1]}]"
    return Label(copied, base, accent, low, high, copy)


def seen(label: str) -> str:
    r"""A label in one line in which every character can be seen, cut where it is too long.

    >>> print(seen("a\nb\u202ec\x00"))
    a\nb\u202ec\x00
    >>> len(seen("x" * 10_000))
    30
    """
    if label.isspace():
        label = f'"{label}"'
    start = label[: LONGEST + 1]
    return text.cut("".join(map(_seen, start)), LONGEST)


def _seen(character: str) -> str:
    is_printable = character.isprintable() and category(character) not in {"Co", "Cn"}
    if is_printable or character == "\xa0":
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _split(label: str, scripts: dict[str, str]) -> tuple[str, str]:
    """A label without the scripts at its end, and these at normal height."""
    end = len(label)
    while end and (label[end - 1] in scripts or (label[end - 1] == "," and end < len(label))):
        end -= 1
    if label[end : end + 1] == ",":
        return label, ""
    return label[:end], "".join(scripts.get(character, ",") for character in label[end:])


def _is_word(base: str) -> bool:
    return (base.isascii() and base.isalpha()) or (len(base) == 1 and base in GREEK)


def spelled(label: str) -> str:
    """A label with the characters that turn the text around them written as escapes."""
    if label.isascii():
        return label
    return "".join(f"\\u{ord(c):04x}" if c in TURNING else c for c in label)
