r"""A document as LaTeX, for the body of one that uses ``amsmath``.

Vocabulary: a label that is a name becomes mathematics, w_{12}^{[1]}; any other becomes text in
which no character has a meaning of its own. LaTeX's default fonts know Latin letters, accents,
Greek and a few signs; any other character is shown by its number, ⟨U+6F22⟩.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

from autograd_mini import notation
from autograd_mini.expr import Expr
from autograd_mini.numbers import LOWERED, RAISED
from autograd_mini.show.explain import blocks
from autograd_mini.show.labels import ACCENTS, GREEK, Label, plain

WIDTH = 50  # about so many characters fit into a line of a chain on paper
WIDE = 52  # a matrix of more digits in a row is set in small type
ROWS = 12  # longer lists go on in another display, because a display stays on one page


def _commands(characters: str, commands: str) -> dict[str, str]:
    return {x: f"\\{name}" for x, name in zip(characters, commands.split(), strict=True)}


SPECIAL = {character: f"\\{character}" for character in "{}$&#%_ "} | {"\xa0": r"\ "}
SPECIAL |= _commands("\\^~", "textbackslash{} textasciicircum{} textasciitilde{}")
SPECIAL |= _commands('<>|"', "textless{} textgreater{} textbar{} symbol{34}")
SPECIAL |= _commands("ßæÆøØ", "ss{} ae{} AE{} o{} O{}")

SIGNS = {"−": "-"}
SIGNS |= _commands("∂·×÷…√→′⋮⋱", "partial cdot times div dots surd to prime vdots ddots")
SIGNS |= _commands("≤≥∞", "leq geq infty")
"""Signs of mathematics that may stand in text."""

_MARKS = "\u0300\u0301\u0302\u0303\u0304\u0307\u0308\u030a\u030c\u0327"
TEXT_ACCENTS = dict(zip(_MARKS, "`'^~=.\"rvc", strict=True))


def to_latex(document: blocks.Document) -> str:
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


class _Writer(blocks.Writer):
    """Writes a block as a paragraph or a display."""

    form = notation.LATEX._replace(name=lambda label: (name(label), label.binding))

    def fraction(self, top: str, bottom: str, place: int) -> str:
        fraction = rf"\frac{{\partial {top}}}{{\partial {bottom}}}"
        return rf"\left.{fraction}\right|_{{{place}}}" if place else fraction

    def equal(self, *entries: Expr | str) -> str:
        return super().equal(*entries).replace("≈", r"\approx")

    def _equated(self, *sides: Expr | str | None) -> str:
        """Each side with the sign before it; dots are no side."""
        return " ".join(f"{self.equal(x)} {self.term(x)}" for x in sides if isinstance(x, Expr))

    def sentence(self, block: blocks.Sentence) -> str:
        parts = [
            literal(x).replace(r"\ ", " ") if isinstance(x, str) else f"${self.term(x)}$"
            for x in block.parts
        ]
        return rf"\noindent {''.join(parts)}"

    def equations(self, block: blocks.Equations) -> str:
        return _display([f"{self.term(x)} &{self._equated(*sides)}" for x, *sides in block.rows])

    def derivation(self, block: blocks.Derivation) -> str:
        head = rf"\text{{{literal(block.title)}:}}\quad &" if block.title else ""
        if block.left:
            head = f"{self.term(block.left)} &"
        lines: list[str] = []
        for equal, pieces in self.lines(block, WIDTH):
            start = f"&{equal} " if equal else r"&\quad "
            if not lines:
                start = head + f"{equal} " * bool(block.left)
            written = " ".join(pieces)
            # Braces, lest a minus after & be set like one between two terms.
            lines.append(start + (f"{{{written}}}" if written.startswith("-") else written))
        lines += [f"&{self._equated(block.result)}"] if block.result else []
        return _display([" \\\\\n".join(lines)])

    def gap(self, factors: int, symbols: bool) -> str:
        dots = rf"\underbrace{{\cdots}}_{{\text{{{factors} factors}}}}"
        return dots if symbols else r"\cdots"

    def mark(self, sign: str, symbols: bool) -> str:
        large = {"(": r"\biggl(", ")": r"\biggr)"} if symbols else {}
        return r"\cdot" if sign == "·" else large.get(sign, sign)

    def shapes(self, block: blocks.Shapes) -> str:
        left = _under(self.term(block.left), block.left_shape)
        shapes = dict(block.factors)
        cells = [blocks.Cell(factor, factor) for factor in shapes]
        pieces = [piece for cell in cells for piece in (cell, "·")][:-1]
        lines: list[str] = []
        for line in blocks.lines_of(pieces, WIDTH, symbols=True):
            written = [
                _under(self.term(piece.number), shapes[piece.number])
                if isinstance(piece, blocks.Cell)
                else r"\cdot"
                for piece in line
            ]
            lines.append(" ".join([r"&\quad" if lines else f"{left} &=", *written]))
        return _display(lines)

    def grid(self, block: blocks.Grid) -> str:
        named = _under(self.term(block.name), block.shape)
        product = r" \cdot ".join(map(self.term, block.product))
        stages = [f"= {product}"] if product else []
        if block.is_scalar:
            stages.append(self._equated(*[x for rows in block.stages for x in rows[0]]))
            return _display([f"{named} &" + " ".join(stages)])
        stages += map(self._matrix, block.stages)
        return _display([f"{named} &" + " \\\\\n&".join(stages)])

    def _matrix(self, rows: Sequence[Sequence[Expr | str]]) -> str:
        equal = self.equal(*[x for row in rows for x in row])
        written = " \\\\\n".join(" & ".join(map(self._entry, row)) for row in rows)
        if self._width(rows) > WIDE:
            return f"{equal} \\left(\\begin{{smallmatrix}}\n{written}\n\\end{{smallmatrix}}\\right)"
        form = "r" * len(rows[0])
        return f"{equal} \\left(\\begin{{array}}{{{form}}}\n{written}\n\\end{{array}}\\right)"

    def _entry(self, entry: Expr | str) -> str:
        return SIGNS.get(entry, entry) if isinstance(entry, str) else self.term(entry)

    def _width(self, rows: Sequence[Sequence[Expr | str]]) -> int:
        """About how wide a matrix is, in digits; the space between columns is as wide as two.

        Scripts are small: the brackets of layers do not count.
        """
        texts = [[x if isinstance(x, str) else plain(x, self.digits) for x in row] for row in rows]
        sizes = [[sum(c not in "⁽⁾ " for c in text) for text in row] for row in texts]
        return sum(2 + max(column) for column in zip(*sizes, strict=True))


def _under(formula: str, shape: str) -> str:
    return rf"\underset{{{shape.replace('×', chr(92) + 'times ')}}}{{{formula}}}"


def _display(rows: Sequence[str]) -> str:
    parts = [rows[i : i + ROWS] for i in range(0, len(rows), ROWS)]
    return "\n".join(
        "\\begin{align*}\n" + " \\\\\n".join(part) + "\n\\end{align*}" for part in parts
    )
