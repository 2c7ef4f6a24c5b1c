"""Formulas of the slides, written in plain Unicode, as MathML.

Vocabulary: a *script* is a run of lowered or raised characters, ``₁ₖ`` or ``⁽²⁾``. A raised number
in brackets means three things in the deck, told apart here by the letter before it: a layer beside
a, b, g, w, z or W, where the slides write square brackets; an example beside x and y; and on slides
12 and 13 a unit. A *fraction* is what the slides draw with a bar: ∂J/∂W.
"""

from __future__ import annotations

import re

from autograd_mini.numbers import LOWERED, RAISED
from autograd_mini.show.labels import read
from autograd_mini.show.mathml import THIN, name, operator, script

_LOW, _HIGH = (f"[{''.join(table)}]" for table in (LOWERED, RAISED))
_ATOM = rf"(?:\w\u0302?|[^\W\d_]+){_LOW}*{_HIGH}*"
_SHORT = r"(?<=[A-Za-z]{3} )[A-Za-z]{2}(?= [A-Za-z]{3})"
"""A word of two letters, which stands between longer ones; elsewhere two letters are a product."""

_TOKEN = re.compile(
    rf"(?P<fraction>(?P<sign>[∂d])(?P<over>{_ATOM}(?:\(θ\))?)?/[∂d](?P<under>{_ATOM}))"
    rf"|(?P<word>(?:[A-Za-z_]{{3,}}(?:\(\))?|if|{_SHORT}){_LOW}*{_HIGH}*)(?P<gap> ?)"
    rf"|(?P<base>\d+(?:\.\d+)?|[()Σ])(?P<low>{_LOW}*)(?P<high>{_HIGH}*)"
    rf"|(?P<letter>[^\W\d_]\u0302?{_LOW}*{_HIGH}*)"
    r"|(?P<space>\s+)"
    r"|(?P<operator>:=|.)"
)
_LAYERED = set("abgwzW")


def mathml(formula: str, units: bool = False) -> str:
    """The formula as one MathML element that any present browser shows without help.

    Args:
        formula: in plain Unicode.
        units: whether raised numbers count units, as on slides 12 and 13, and not layers.

    >>> mathml("y = mx")
    '<math display="block"><mi>y</mi><mo>=</mo><mi>m</mi><mi>x</mi></math>'
    >>> "<mfrac>" in mathml("∂J/∂W⁽²⁾"), "[</mo><mn>2</mn>" in mathml("∂J/∂W⁽²⁾")
    (True, True)
    """
    return f'<math display="block">{_elements(formula, units)}</math>'


def _elements(formula: str, units: bool) -> str:
    return "".join(_element(token, units) for token in _TOKEN.finditer(formula))


def _element(token: re.Match[str], units: bool) -> str:
    if token["fraction"]:
        sign = "<mo>∂</mo>" if token["sign"] == "∂" else "<mi>d</mi>"
        parts = [_elements(token[part] or "", units) for part in ("over", "under")]
        return f"<mfrac>{''.join(f'<mrow>{sign}{part}</mrow>' for part in parts)}</mfrac>"
    if token["word"]:
        return name(read(token["word"])) + THIN * bool(token["gap"])
    if letter := token["letter"]:
        return name(read(letter, square=letter[0] in _LAYERED and not units))
    if token["space"]:
        return '<mspace width="1em"/>' if len(token["space"]) > 1 else ""
    return _scripted(token) if token["base"] else operator(token["operator"])


def _scripted(token: re.Match[str]) -> str:
    """A number, a bracket or a sum with its scripts, a sum's below and above it."""
    base = token["base"]
    element = f"<mn>{base}</mn>" if base[0].isdigit() else operator(base)
    tables = (("sub", "low", LOWERED), ("sup", "high", RAISED))
    there = [(kind, token[part], table) for kind, part, table in tables if token[part]]
    if not there:
        return element
    tag = "m" + "".join(kind for kind, _, _ in there)
    if base == "Σ":
        tag = tag.replace("sub", "under").replace("sup", "over")
    scripts = [script("".join(map(table.__getitem__, run))) for _, run, table in there]
    return f"<{tag}>{element}{''.join(scripts)}</{tag}>"
