r"""A document as LaTeX, for the body of one that uses ``amsmath``.

Vocabulary: a label that is a name becomes mathematics, w_{12}^{[1]}; any other becomes text in
which no character has a meaning of its own. LaTeX's default fonts know Latin letters, accents,
Greek and a few signs; any other character is shown by its number, ⟨U+6F22⟩.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from autograd_mini import expr
from autograd_mini.numbers import LOWERED, RAISED
from autograd_mini.rows import CALL
from autograd_mini.show.explain.blocks import (
    Cell,
    Derivation,
    Equations,
    Gap,
    Grid,
    Mark,
    Ratio,
    Sentence,
    Shapes,
    lines_of,
    sign,
)
from autograd_mini.show.labels import ACCENTS, GREEK, Label, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.expr import Expr
    from autograd_mini.show.explain.blocks import Block, Document, Piece

WIDTH = 50
"""About how many characters fit into a line of a chain on paper."""

WIDE = 52
"""A matrix of more digits in a row is set in small type."""

ROWS = 12
"""Longer lists go on in another display, because a display stays on one page."""

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\symbol{34}",
    " ": r"\ ",
    "\xa0": r"\ ",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
}
SIGNS = {
    "∂": r"\partial",
    "·": r"\cdot",
    "×": r"\times",
    "÷": r"\div",
    "−": "-",
    "…": r"\dots",
    "≤": r"\leq",
    "≥": r"\geq",
    "∞": r"\infty",
    "√": r"\surd",
    "→": r"\to",
    "′": r"\prime",
    "⋮": r"\vdots",
    "⋱": r"\ddots",
}
"""Signs of mathematics that may stand in text."""

SIGN = {"=": "=", "≈": r"\approx"}

TEXT_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030c": "v",
    "\u0327": "c",
}


def to_latex(document: Document) -> str:
    """The document as LaTeX, displays between paragraphs."""
    writer = _Writer(document.digits)
    return "\n\n".join(map(writer.block, document.blocks)) + "\n"


def literal(text: str) -> str:
    r"""Text in which no character has a meaning of its own.

    >>> print(literal("50% of $x_1"), literal("é"), literal("漢"))
    50\%\ of\ \$x\_1 \'{e} \ensuremath{\langle}U+6F22\ensuremath{\rangle}
    """
    return "".join(map(_literal, text))


def _literal(character: str) -> str:
    if character in SPECIAL:
        return SPECIAL[character]
    if character.isascii():
        # -- and '' and ?` would run together into other signs.
        return (
            character if character.isalnum() or character in "()[]=+*/.:;" else f"{character}{{}}"
        )
    if character in GREEK:
        return rf"\ensuremath{{\{GREEK[character]}}}"
    if character in SIGNS:
        return rf"\ensuremath{{{SIGNS[character]}}}"
    if character in LOWERED:
        return rf"\textsubscript{{{LOWERED[character]}}}"
    if character in RAISED:
        return rf"\textsuperscript{{{RAISED[character]}}}"
    letter, mark = normalize("NFD", character)[:1], normalize("NFD", character)[1:]
    if letter.isascii() and letter.isalpha() and mark in TEXT_ACCENTS:
        return rf"\{TEXT_ACCENTS[mark]}{{{letter}}}"
    return rf"\ensuremath{{\langle}}U+{ord(character):04X}\ensuremath{{\rangle}}"


def name(label: Label) -> str:
    r"""A label in mathematics.

    >>> from autograd_mini.show.labels import read
    >>> print(name(read("w₁₂⁽¹⁾")), name(read("ŷ")), name(read("loss")), name(read("x", 2)))
    {w_{12}^{[1]}} \hat{y} \mathrm{loss} {x_{\#2}}
    """
    if not label.is_name:
        base = rf"\text{{{literal(label.base)}}}"
    elif label.base in GREEK:
        base = rf"\{GREEK[label.base]}"
    elif label.base.isascii():
        base = label.base if len(label.base) == 1 else rf"\mathrm{{{label.base}}}"
    else:
        base = rf"\text{{{literal(label.base)}}}"
    if label.accent:
        base = rf"\{ACCENTS[label.accent][0]}{{{base}}}"
    copy = rf"\#{label.copy}" if label.copy else ""
    low = r"\,".join(part for part in (label.low, copy) if part)
    scripts = f"_{{{low}}}" * bool(low) + f"^{{{label.high}}}" * bool(label.high)
    return f"{{{base}{scripts}}}" if scripts else base


class _Writer:
    """Writes blocks."""

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._form = expr.LATEX._replace(name=self._name, digits=digits)

    def _term(self, term: Expr, leads: bool = True) -> str:
        return expr.bound(term, self._form, leads)[0]

    def _name(self, of: Label | Ratio) -> expr.Written:
        if isinstance(of, Label):
            return name(of), of.binding
        top, bottom = map(self._under_partial, (of.top, of.bottom))
        fraction = rf"\frac{{{top}}}{{{bottom}}}"
        shown = rf"\left.{fraction}\right|_{{{of.place}}}" if of.place else fraction
        return shown, expr.ATOM

    def _under_partial(self, term: Expr) -> str:
        written, binding = expr.bound(term, self._form)
        return rf"\partial ({written})" if binding < CALL else rf"\partial {written}"

    def _equal(self, *terms: Expr) -> str:
        return SIGN[sign(terms, self._digits)]

    def _equated(self, *sides: Expr | None) -> str:
        """Each side with the sign before it."""
        return " ".join(f"{self._equal(x)} {self._term(x)}" for x in sides if x is not None)

    def block(self, block: Block) -> str:
        """A block as a paragraph or a display."""
        if isinstance(block, Sentence):
            return rf"\noindent {''.join(map(self._part, block.parts))}"
        if isinstance(block, Derivation):
            return _display([self._derivation(block)])
        if isinstance(block, Equations):
            rows = block.rows
            return _display([f"{self._term(x)} &{self._equated(*sides)}" for x, *sides in rows])
        return self._shapes(block) if isinstance(block, Shapes) else self._grid(block)

    def _part(self, part: str | Expr) -> str:
        if isinstance(part, str):
            return literal(part).replace(r"\ ", " ")
        return f"${self._term(part)}$"

    def _derivation(self, block: Derivation) -> str:
        head = rf"\text{{{literal(block.title)}:}}\quad &" if block.title else ""
        if block.left:
            head = f"{self._term(block.left)} &"
        lines: list[str] = []
        for symbols in (True, False) if block.has_symbols else (False,):
            write = self._symbol if symbols else self._number
            equal = "=" if symbols else self._equal(*block.numbers)
            for i, line in enumerate(lines_of(block.pieces, WIDTH, symbols, self._digits)):
                first = head + f"{equal} " * bool(block.left)
                start = first if not lines else r"&\quad " if i else f"&{equal} "
                written = " ".join(map(write, line))
                # Braces, lest a minus after & be set like one between two terms.
                lines.append(start + (f"{{{written}}}" if written.startswith("-") else written))
        lines += [f"&{self._equated(block.result)}"] if block.result else []
        return " \\\\\n".join(lines)

    def _symbol(self, piece: Piece) -> str:
        if isinstance(piece, Cell):
            return self._term(piece.symbol) if piece.symbol else self._number(piece)
        if isinstance(piece, Mark):
            return {"(": r"\biggl(", ")": r"\biggr)", "·": r"\cdot"}.get(piece.sign, piece.sign)
        return rf"\underbrace{{\cdots}}_{{\text{{{piece.factors} factors}}}}"

    def _number(self, piece: Piece) -> str:
        if isinstance(piece, Cell):
            return self._term(piece.number, piece.leads)
        if isinstance(piece, Gap):
            return r"\cdots"
        return r"\cdot" if piece.sign == "·" else piece.sign

    def _shapes(self, block: Shapes) -> str:
        left = _under(self._term(block.left), block.left_shape)
        shapes = dict(block.factors)
        cells = [Cell(factor, factor) for factor, _ in block.factors]
        pieces = [piece for cell in cells for piece in (cell, Mark("·"))][:-1]
        lines: list[str] = []
        for line in lines_of(pieces, WIDTH, symbols=True):
            written = [
                _under(self._term(piece.symbol), shapes[piece.symbol])
                if isinstance(piece, Cell) and piece.symbol
                else r"\cdot"
                for piece in line
            ]
            lines.append(" ".join([r"&\quad" if lines else f"{left} &=", *written]))
        return _display(lines)

    def _grid(self, block: Grid) -> str:
        named = _under(self._term(block.name), block.shape)
        product = r" \cdot ".join(map(self._term, block.product))
        steps = [f"= {product}"] if product else []
        if block.is_scalar:
            sides = [x for x, *_ in (*block.formulas, *block.rows) if not isinstance(x, str)]
            return _display([f"{named} &" + " ".join([*steps, self._equated(*sides)])])
        for rows in filter(None, (block.formulas, block.rows)):
            terms = [x for row in rows for x in row if not isinstance(x, str)]
            steps.append(f"{self._equal(*terms)} {self._matrix(rows)}")
        return _display([f"{named} &" + " \\\\\n&".join(steps)])

    def _matrix(self, rows: Sequence[Sequence[Expr | str]]) -> str:
        written = " \\\\\n".join(" & ".join(map(self._entry, row)) for row in rows)
        if self._width(rows) > WIDE:
            return f"\\left(\\begin{{smallmatrix}}\n{written}\n\\end{{smallmatrix}}\\right)"
        form = "r" * len(rows[0])
        return f"\\left(\\begin{{array}}{{{form}}}\n{written}\n\\end{{array}}\\right)"

    def _entry(self, entry: Expr | str) -> str:
        return SIGNS.get(entry, entry) if isinstance(entry, str) else self._term(entry)

    def _width(self, rows: Sequence[Sequence[Expr | str]]) -> int:
        """About how wide a matrix is, in digits; the space between columns is as wide as two."""
        texts = [
            [x if isinstance(x, str) else _letters(plain(x, self._digits)) for x in row]
            for row in rows
        ]
        return sum(2 + max(map(len, column)) for column in zip(*texts, strict=True))


def _letters(shown: str) -> str:
    """A formula without the brackets of its layers: scripts are small."""
    return "".join(c for c in shown if c not in "⁽⁾ ")


def _under(formula: str, shape: str) -> str:
    return rf"\underset{{{shape.replace('×', chr(92) + 'times ')}}}{{{formula}}}"


def _display(rows: Sequence[str]) -> str:
    parts = [rows[i : i + ROWS] for i in range(0, len(rows), ROWS)]
    return "\n".join(
        "\\begin{align*}\n" + " \\\\\n".join(part) + "\n\\end{align*}" for part in parts
    )
