r"""A board as LaTeX, for the body of a document that uses ``amsmath``.

Vocabulary: a label that is a name becomes mathematics, w_{12}^{[1]}; any other becomes text in
which no character has a meaning of its own. LaTeX's default fonts know Latin letters, accents,
Greek and a few signs; any other character is shown by its number, ⟨U+6F22⟩.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from autograd_mini import expr
from autograd_mini.numbers import MINUS, equals
from autograd_mini.show.explain.board import (
    Board,
    Cell,
    Definitions,
    Derivation,
    Factors,
    Gap,
    Grid,
    Mark,
    Ratio,
    Sentence,
    Shapes,
    sign_of,
)
from autograd_mini.show.explain.labels import ACCENTS, GREEK, LOWERED, RAISED, is_loose, plain
from autograd_mini.show.explain.layout import lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.expr import Expr
    from autograd_mini.show.explain.board import Block, Piece
    from autograd_mini.show.explain.labels import Label

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


def to_latex(board: Board) -> str:
    """The board as LaTeX, displays between paragraphs."""
    writer = _Writer()
    return "\n\n".join(writer.block(block) for block in board) + "\n"


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

    >>> from autograd_mini.show.explain.labels import read
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


def number(shown: str) -> str:
    r"""A number in mathematics.

    >>> print(number("−1.5 × 10⁻⁷"), number("(−2)"), number("nan"))
    -1.5 \times 10^{-7} (-2) \mathrm{nan}
    """
    plain = shown.replace(MINUS, "-")
    for word, sign in (("inf", r"\infty"), ("nan", r"\mathrm{nan}"), ("…", r"\dots")):
        if word in plain:
            return plain.replace(word, sign)
    if plain == "⋮":
        return r"\vdots"
    mantissa, _, exponent = plain.partition(" × 10")
    if not exponent:
        return plain
    end = ")" if exponent.endswith(")") else ""
    power = "".join(RAISED[x] for x in exponent.rstrip(")"))
    return rf"{mantissa} \times 10^{{{power}}}{end}"


LATEX = expr.LATEX._replace(name=lambda label: (name(label), label.binding))
"""Expressions whose names are labels."""


class _Writer:
    """Writes blocks."""

    def block(self, block: Block) -> str:
        if isinstance(block, Sentence):
            return rf"\noindent {''.join(map(self._part, block.parts))}"
        if isinstance(block, Derivation):
            return _display([self._derivation(block)])
        if isinstance(block, Factors):
            return _display([self._factor(*row) for row in block.rows])
        if isinstance(block, Definitions):
            return _display([f"{self._term(x)} &= {self._term(y)}" for x, y in block.rows])
        return self._shapes(block) if isinstance(block, Shapes) else self._grid(block)

    def _part(self, part: str | Ratio | Expr) -> str:
        if isinstance(part, str):
            return literal(part).replace(r"\ ", " ")
        return f"${self._ratio(part) if isinstance(part, Ratio) else self._term(part)}$"

    def _term(self, term: Expr) -> str:
        return expr.write(term, LATEX)

    def _ratio(self, x: Ratio) -> str:
        top, bottom = (
            rf"\partial ({self._term(term)})" if is_loose(term) else rf"\partial {self._term(term)}"
            for term in (x.top, x.bottom)
        )
        fraction = rf"\frac{{{top}}}{{{bottom}}}"
        return rf"\left.{fraction}\right|_{{{x.place}}}" if x.place else fraction

    def _factor(self, symbol: Ratio, formula: Expr | None, shown: str) -> str:
        sign = SIGN[equals(shown)]
        if formula:
            return f"{self._ratio(symbol)} &= {self._term(formula)} {sign} {number(shown)}"
        return f"{self._ratio(symbol)} &{sign} {number(shown)}"

    def _derivation(self, block: Derivation) -> str:
        head = rf"\text{{{literal(block.title)}:}}\quad &" if block.title else ""
        if block.left:
            head = f"{self._ratio(block.left)} &"
        lines: list[str] = []
        has_symbols = any(isinstance(piece, Cell) and piece.symbol for piece in block.pieces)
        for symbols in (True, False) if has_symbols else (False,):
            write = self._symbol if symbols else self._number
            sign = "=" if symbols else SIGN[sign_of(block.pieces)]
            for i, line in enumerate(lines_of(block.pieces, WIDTH, symbols)):
                first = head + f"{sign} " * bool(block.left)
                start = first if not lines else r"&\quad " if i else f"&{sign} "
                written = " ".join(map(write, line))
                # Braces, lest a minus after & be set like one between two terms.
                lines.append(start + (f"{{{written}}}" if written.startswith("-") else written))
        result = f"&{SIGN[equals(block.result)]} {number(block.result)}"
        lines += [result] if block.result else []
        return " \\\\\n".join(lines)

    def _symbol(self, piece: Piece) -> str:
        if isinstance(piece, Cell):
            return self._ratio(piece.symbol) if piece.symbol else number(piece.number)
        if isinstance(piece, Mark):
            return {"(": r"\biggl(", ")": r"\biggr)", "·": r"\cdot"}.get(piece.sign, piece.sign)
        return rf"\underbrace{{\cdots}}_{{\text{{{piece.factors} factors}}}}"

    def _number(self, piece: Piece) -> str:
        if isinstance(piece, Cell):
            return number(piece.number)
        if isinstance(piece, Gap):
            return r"\cdots"
        return r"\cdot" if piece.sign == "·" else piece.sign

    def _shapes(self, block: Shapes) -> str:
        left = _under(self._ratio(block.left), block.left_shape)
        shapes = dict(block.factors)
        cells = [Cell(factor, "") for factor, _ in block.factors]
        pieces = [piece for cell in cells for piece in (cell, Mark("·"))][:-1]
        lines: list[str] = []
        for line in lines_of(pieces, WIDTH, symbols=True):
            written = [
                _under(self._ratio(piece.symbol), shapes[piece.symbol])
                if isinstance(piece, Cell) and piece.symbol
                else r"\cdot"
                for piece in line
            ]
            lines.append(" ".join([r"&\quad" if lines else f"{left} &=", *written]))
        return _display(lines)

    def _grid(self, block: Grid) -> str:
        named = _under(self._ratio(block.name), block.shape)
        product = r" \cdot ".join(map(self._ratio, block.product))
        steps = [f"= {product}"] if product else []
        if block.is_scalar:
            steps += [self._equated(row[0]) for row in (*block.formulas, *block.rows)]
            return _display([f"{named} &" + " ".join(steps)])
        steps += ["= " + self._matrix(rows) for rows in (block.formulas,) if rows]
        sign = SIGN[equals(*[cell for row in block.rows for cell in row])]
        steps.append(f"{sign} {self._matrix(block.rows)}")
        return _display([f"{named} &" + " \\\\\n&".join(steps)])

    def _equated(self, entry: Expr | str) -> str:
        sign = SIGN[equals(entry)] if isinstance(entry, str) else "="
        return f"{sign} {self._entry(entry)}"

    def _matrix(self, rows: Sequence[Sequence[Expr | str]]) -> str:
        written = " \\\\\n".join(" & ".join(map(self._entry, row)) for row in rows)
        if _width(rows) > WIDE:
            return f"\\left(\\begin{{smallmatrix}}\n{written}\n\\end{{smallmatrix}}\\right)"
        form = "r" * len(rows[0])
        return f"\\left(\\begin{{array}}{{{form}}}\n{written}\n\\end{{array}}\\right)"

    def _entry(self, entry: Expr | str) -> str:
        return number(entry) if isinstance(entry, str) else self._term(entry)


def _width(rows: Sequence[Sequence[Expr | str]]) -> int:
    """About how wide a matrix is, in digits; the space between two columns is as wide as two."""
    return sum(
        2 + max(len(x if isinstance(x, str) else _letters(plain(x))) for x in column)
        for column in zip(*rows, strict=True)
    )


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
