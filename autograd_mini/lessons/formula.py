"""Formulas: written once in plain Unicode, shown in a browser as MathML.

Vocabulary: a *script* is a run of lowered or raised characters, ``₁ₖ`` or ``⁽²⁾``. A raised number
in brackets means three things in the deck, told apart here by the letter before it: a layer beside
a, b, g, w, z or W, where the slides write square brackets; an example beside x and y; and on slides
12 and 13 a unit. A *fraction* is what the slides draw with a bar: ∂J/∂W.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚₛₜₓ", "0123456789+−=()aehijklmnopstx")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱʲᵏˡᵐⁿʸᶻ", "0123456789+−=()ijklmnyz")
_LOW = "[" + "".join(map(chr, _LOWERED)) + "]"
_HIGH = "[" + "".join(map(chr, _RAISED)) + "]"

_SCRIPTS = rf"(?:{_LOW}+)?(?:{_HIGH}+)?"
_ATOM = rf"(?:\w\u0302?|[^\W\d_]+)(?:{_LOW}+)?(?:{_HIGH}+)?"
_TOKEN = re.compile(
    rf"(?P<fraction>[∂d](?P<over>{_ATOM}(?:\(θ\))?)?/[∂d](?P<under>{_ATOM}))"
    rf"|(?P<number>\d+(?:\.\d+)?(?P<power>{_HIGH}+)?)"
    rf"|(?P<word>[A-Za-z_]{{3,}}(?:\(\))?|if)(?P<ending>{_SCRIPTS})"
    rf"|(?P<letter>[^\W\d_]\u0302?|Σ)(?P<scripts>{_SCRIPTS})"
    rf"|(?P<bracket>[()])(?P<above>{_HIGH}*)"
    r"|(?P<space>\s+)"
    r"|(?P<operator>:=|.)"
)
_HATS = {"ŷ": "y", "f\u0302": "f"}
_FUNCTIONS = {"log", "tanh", "max", "ReLU", "MSE"}
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
    return f'<math display="block">{"".join(_elements(formula, units))}</math>'


def _elements(formula: str, units: bool) -> Iterator[str]:
    for token in _TOKEN.finditer(formula):
        yield _element(token, units)


def _element(token: re.Match[str], units: bool) -> str:
    if token["fraction"]:
        sign = token["fraction"][0]
        over = f"{_plain(sign)}{_inside(token['over'] or '', units)}"
        under = f"{_plain(sign)}{_inside(token['under'], units)}"
        return f"<mfrac><mrow>{over}</mrow><mrow>{under}</mrow></mfrac>"
    if token["number"]:
        power = token["power"] or ""
        base = f"<mn>{token['number'].removesuffix(power)}</mn>"
        return f"<msup>{base}{_script(power, _RAISED)}</msup>" if power else base
    if token["word"]:
        word = token["word"]
        base = f"<mi>{word}</mi>" if word in _FUNCTIONS else f"<mtext>{word}</mtext>"
        gap = '<mspace width="0.2em"/>' if token.string[token.end() :].startswith(" ") else ""
        return _with_scripts(base, token["ending"], square=False) + gap
    if token["letter"]:
        letter = token["letter"]
        square = letter in _LAYERED and not units
        base = "<mo>Σ</mo>" if letter == "Σ" else _letter(letter)
        return _with_scripts(base, token["scripts"], square)
    if token["bracket"]:
        return _with_scripts(_bracket(token["bracket"]), token["above"], square=False)
    if token["space"]:
        return '<mspace width="1em"/>' if len(token["space"]) > 1 else ""
    return f"<mo>{escape(token['operator'])}</mo>"


def _inside(formula: str, units: bool) -> str:
    return "".join(_elements(formula, units))


def _letter(letter: str) -> str:
    """A letter, its hat as an accent so that the letter is slanted like the others."""
    if letter in _HATS:
        return f'<mover accent="true"><mi>{_HATS[letter]}</mi><mo>^</mo></mover>'
    return f"<mi>{letter}</mi>"


def _bracket(sign: str) -> str:
    """A bracket of fixed size, close to what it encloses."""
    form = "prefix" if sign in "([" else "postfix"
    return f'<mo form="{form}" stretchy="false">{sign}</mo>'


def _plain(sign: str) -> str:
    return f"<mo>{sign}</mo>" if sign == "∂" else f"<mi>{sign}</mi>"


def _with_scripts(base: str, scripts: str, square: bool) -> str:
    """A base with what is lowered and raised beside it, or, at a sum, below and above it."""
    low = re.match(f"{_LOW}*", scripts)
    lowered = low[0] if low else ""
    raised = scripts[len(lowered) :]
    if not scripts:
        return base
    parts = base
    parts += _script(lowered, _LOWERED) if lowered else ""
    parts += _script(raised, _RAISED, square) if raised else ""
    kind = "sub" * bool(lowered) + "sup" * bool(raised)
    if "Σ" in base:
        kind = kind.replace("sub", "under").replace("sup", "over")
    return f"<m{kind}>{parts}</m{kind}>"


def _script(run: str, table: dict[int, int], square: bool = False) -> str:
    """A script at normal height, its brackets square where they count layers."""
    text = run.translate(table)
    if square:
        text = text.replace("(", "[").replace(")", "]")
    pieces = []
    for piece in re.findall(r"\d+|.", text):
        if piece.isdigit():
            pieces.append(f"<mn>{piece}</mn>")
        else:
            pieces.append(_sign(piece))
    return f"<mrow>{''.join(pieces)}</mrow>"


def _sign(piece: str) -> str:
    if piece.isalpha():
        return f"<mi>{piece}</mi>"
    return _bracket(piece) if piece in "()[]" else f"<mo>{piece}</mo>"
