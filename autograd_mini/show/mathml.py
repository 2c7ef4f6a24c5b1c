r"""Names, numbers and formulas as elements of MathML.

Vocabulary: a row's template is translated from its LaTeX, of which the table uses little: commands
with and without arguments in braces, scripts, letters, numbers and signs. A command that is not
known here is shown by its name.
"""

from __future__ import annotations

import re
from functools import cache
from xml.sax.saxutils import escape

from autograd_mini import expr, notation
from autograd_mini.expr import Expr
from autograd_mini.numbers import MINUS, decimal
from autograd_mini.rows import Op
from autograd_mini.show.labels import ACCENTS, GREEK, Label

THIN = '<mspace width="0.17em"/>'

FUNCTIONS = {"log", "ln", "exp", "max", "min", "sin", "cos", "tan", "sinh", "cosh", "tanh"}
FUNCTIONS |= {"arcsin", "arccos", "arctan"}
SIGNS = {"cdot": "·", "dots": "…", "times": "×", "partial": "∂", "infty": "∞", "sum": "∑"}
SIGNS |= {"lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉"}

ELEMENTS = {name: f"<mi>{letter}</mi>" for letter, name in GREEK.items()}
ELEMENTS |= {name: f"<mo>{sign}</mo>" for name, sign in SIGNS.items()}
ELEMENTS |= {"left": "", "right": ""}
"""What a command of LaTeX's without arguments is."""

_TOKEN = re.compile(
    r"\{\{|\}\}|\{\d\}|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?(?:e[-+]?\d+)?|\s+|.", re.DOTALL
)


def name(label: Label) -> str:
    """A label as MathML.

    >>> from autograd_mini.show.labels import read
    >>> name(read("w₁²"))
    '<msubsup><mi>w</mi><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></msubsup>'
    >>> name(read("<b>"))
    '<mtext>&lt;b&gt;</mtext>'
    """
    base = f"<mi>{escape(label.base)}</mi>" if label.is_name else text(label.base)
    if label.accent:
        sign = ACCENTS[label.accent][1]
        base = f'<mover accent="true">{base}<mo stretchy="false">{escape(sign)}</mo></mover>'
    copy = f"#{label.copy}" if label.copy else ""
    low = script(", ".join(part for part in (label.low, copy) if part))
    high = script(label.high)
    kind = "sub" * bool(low) + "sup" * bool(high)
    return f"<m{kind}>{base}{low}{high}</m{kind}>" if kind else base


def text(shown: str) -> str:
    """Text as it stands; blanks at its ends and in a row are kept."""
    kept = escape(shown).replace(" ", "\xa0")
    return f"<mtext>{kept}</mtext>"


def number(size: float, digits: int) -> notation.Written:
    """A number that is not negative as MathML, with its power of ten.

    >>> number(1.5e-7, 4)[0]
    '<mn>1.5</mn><mo>×</mo><msup><mn>10</mn><mn>−7</mn></msup>'
    """
    figures, exponent = decimal(size, digits)
    written = f"<mn>{figures}</mn>"
    if not exponent:
        return written, notation.ATOM
    power = str(exponent).replace("-", MINUS)
    return f"{written}<mo>×</mo><msup><mn>10</mn><mn>{power}</mn></msup>", notation.PRODUCT


def operator(sign: str, is_tall: bool = False) -> str:
    """A sign; a bracket says which side it is on, or blanks would be put round it.

    Only a bracket round something tall may stretch: others would become wider than their text.

    >>> operator("-"), operator(")")
    ('<mo>−</mo>', '<mo form="postfix" stretchy="false">)</mo>')
    """
    form = {"(": "prefix", "[": "prefix", ")": "postfix", "]": "postfix"}.get(sign)
    told = (f' form="{form}"' + ' stretchy="false"' * (not is_tall)) if form else ""
    return f"<mo{told}>{escape(sign.replace('-', MINUS))}</mo>"


@cache
def _template(row: Op, is_tall: bool) -> notation.Template:
    """A row in MathML, translated from its LaTeX; an operand is one element."""
    latex = notation.latex_template(row)
    written = notation.template("".join(_Translator(row.latex, is_tall).until("")), latex.binding)
    places = zip(written.places, latex.places, strict=True)
    return written._replace(
        places=tuple(x._replace(is_delimited=as_latex.is_delimited) for x, as_latex in places)
    )


class _Translator:
    """Reads the LaTeX of a row's template piece by piece."""

    def __init__(self, latex: str, is_tall: bool) -> None:
        self._tokens = [read for read in _TOKEN.findall(latex) if not read.isspace()]
        self._tokens.reverse()
        self._is_tall = is_tall

    def until(self, end: str) -> list[str]:
        """The elements up to a token, which is taken too; "" is the end of the template."""
        found: list[str] = []
        while self._tokens:
            read = self._tokens.pop()
            if read == end:
                break
            if read in ("^", "_") and found:
                kind = "msup" if read == "^" else "msub"
                base = found.pop()
                found.append(f"<{kind}>{base}{self._argument()}</{kind}>")
                is_function = base.startswith("<mi>") and len(base) > len("<mi>x</mi>")
                if is_function and self._tokens and self._tokens[-1] not in ("(", "^"):
                    found.append(THIN)
            elif element := self._element(read):
                is_word = element.startswith("<mi>") and len(read) > 1
                apart = found and not found[-1].startswith("<mo") and not found[-1].endswith(THIN)
                if is_word and apart:
                    found.append(THIN)
                found.append(element)
        return found

    def _argument(self) -> str:
        """The next token, or what the next braces hold, as one element."""
        if not self._tokens:
            return "<mrow/>"
        read = self._tokens.pop()
        return _one(self.until("}}")) if read == "{{" else self._element(read) or "<mrow/>"

    def _element(self, read: str) -> str:
        if read == "{{":
            return _one(self.until("}}"))
        if read.startswith("{"):
            return read  # a place: what comes there is one element
        if read.startswith("\\"):
            return self._command(read[1:])
        if read[0].isdigit():
            return number(float(read), 6)[0]
        return f"<mi>{read}</mi>" if read.isalpha() else operator(read, self._is_tall)

    def _command(self, command: str) -> str:
        if command == "frac":
            return f"<mfrac>{self._argument()}{self._argument()}</mfrac>"
        if command == "sqrt" and self._tokens[-1:] == ["["]:
            self._tokens.pop()
            index = _one(self.until("]"))
            return f"<mroot>{self._argument()}{index}</mroot>"
        if command == "sqrt":
            return f"<msqrt>{self._argument()}</msqrt>"
        if command == "operatorname" or command in FUNCTIONS:
            word = self._word() if command == "operatorname" else command
            # a thin space, where the argument has no brackets
            is_apart = self._tokens and self._tokens[-1] not in {"(", "^", "_"}
            return f"<mi>{escape(word)}</mi>" + THIN * bool(is_apart)
        unknown = f"<mi>{escape(command)}</mi>" if command.isalpha() else '<mspace width="0.2em"/>'
        return ELEMENTS.get(command, unknown)

    def _word(self) -> str:
        """The letters in the braces that follow."""
        self._tokens.pop()
        letters = []
        while self._tokens and (read := self._tokens.pop()) != "}}":
            letters.append(" " if read.startswith("\\") else read)
        return "".join(letters)


def _form(is_tall: bool) -> notation.Form:
    opening, closing = operator("(", is_tall), operator(")", is_tall)
    return notation.Form(
        lambda row: _template(row, is_tall),
        lambda label: (name(label), label.binding),
        number,
        minus=f"<mo>{MINUS}</mo>",
        brackets=lambda inside: opening + inside + closing,
        whole="<mrow>{}</mrow>".format,
        comma="<mo>,</mo>",
        space=THIN,
    )


FLAT, TALL = map(_form, (False, True))
"""MathML whose brackets do not stretch, and MathML whose brackets do; names stand for labels."""


def written(x: Expr, form: notation.Form = FLAT, leads: bool = True) -> notation.Written:
    """An expression as MathML; its brackets stretch where there is something tall in it.

    >>> from autograd_mini.show.labels import read
    >>> written(1.0 / expr.Name(read("x")))[0]
    '<mfrac><mrow><mn>1</mn></mrow><mrow><mi>x</mi></mrow></mfrac>'
    """
    flat = expr.bound(x, form, leads)
    if "<mfrac>" not in flat[0]:
        return flat
    tall = form._replace(template=TALL.template, brackets=TALL.brackets)
    return expr.bound(x, tall, leads)


def _one(elements: list[str]) -> str:
    return elements[0] if len(elements) == 1 else f"<mrow>{''.join(elements)}</mrow>"


def script(shown: str) -> str:
    """A script at normal height."""
    if not shown:
        return ""
    pieces = []
    for piece in re.findall(r"\d+|[A-Za-z]|[^\s]", shown):
        tag = "mn" if piece.isdigit() else "mi" if piece.isalpha() else ""
        pieces.append(f"<{tag}>{piece}</{tag}>" if tag else operator(piece))
    return f"<mrow>{''.join(pieces)}</mrow>"
