"""A document as plain text, aligned for a terminal, and the door to its other formats.

Vocabulary: a *column* is the width of one character cell. In a chain each number stands below its
symbol.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from autograd_mini import expr
from autograd_mini.numbers import lowered, unbroken
from autograd_mini.rows import CALL
from autograd_mini.show import text
from autograd_mini.show.drawing import bundle
from autograd_mini.show.explain.blocks import (
    FACTORS,
    FORWARD,
    NAMES,
    Derivation,
    Equations,
    Gap,
    Grid,
    Mark,
    Ratio,
    Sentence,
    Shapes,
    sign,
)
from autograd_mini.show.labels import Label
from autograd_mini.show.text import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_mini.expr import Expr
    from autograd_mini.show.explain.blocks import Block, Cell, Document, Piece

WIDTH = 80
"""Longer chains go on in further lines."""


class Written:
    """A document that can be printed, typeset, and shown in a notebook.

    It is a snapshot: what happens to the graph afterwards does not change it.
    """

    _document: Document

    @cached_property
    def text(self) -> str:
        """Plain Unicode, aligned for a terminal; layers are raised as ⁽ˡ⁾."""
        return to_text(self._document)

    @cached_property
    def latex(self) -> str:
        r"""LaTeX for the body of a document that says ``\\usepackage{amsmath}``.

        Layers are raised as [l]. Characters that LaTeX's default fonts lack are shown by their
        numbers, as ⟨U+6F22⟩.
        """
        from autograd_mini.show.explain.latex import to_latex

        return to_latex(self._document)

    @cached_property
    def mathml(self) -> str:
        """One MathML element, which browsers show without help; well-formed XML too."""
        from autograd_mini.show.explain.mathml import to_mathml

        return to_mathml(self._document)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x: auto; text-align: left">{self.mathml}</div>'

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: MathML in HTML, and text where that is stripped."""
        return bundle(self.text, {"text/html": self._repr_html_}, include, exclude)


def to_text(document: Document) -> str:
    """The document as text, without a line break at the end."""
    writer = Writer(document.digits)
    written = ""
    for block in document.blocks:
        written += "\n".join(writer.block(block))
        opens = isinstance(block, Sentence) and block.parts[-1] in (":", FACTORS, FORWARD, NAMES)
        written += "\n" if opens else "\n\n"
    return written.rstrip("\n")


class Writer:
    """Writes blocks and what stands in them."""

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._form = expr.TEXT._replace(name=self._name, digits=digits)

    def term(self, term: Expr) -> str:
        """An expression in one line."""
        return expr.write(term, self._form)

    def _name(self, of: Label | Ratio) -> expr.Written:
        """A label or a ratio; writing from right to left is kept from moving what is beside it."""
        if isinstance(of, Label):
            return text.isolated(of.text), of.binding
        place = f"|{lowered(of.place)}" if of.place else ""
        return f"∂{self._grouped(of.top)}/∂{self._grouped(of.bottom)}{place}", expr.ATOM

    def _grouped(self, term: Expr) -> str:
        written, binding = expr.bound(term, self._form)
        return f"({written})" if binding < CALL else written

    def _equal(self, *terms: Expr) -> str:
        return sign(terms, self._digits)

    def block(self, block: Block) -> list[str]:
        """The lines of a block."""
        if isinstance(block, Sentence):
            parts = [x if isinstance(x, str) else self.term(x) for x in block.parts]
            return _wrapped("".join(parts))
        if isinstance(block, Derivation):
            return self._derivation(block)
        if isinstance(block, Equations):
            return self._equations(block)
        return self._shapes(block) if isinstance(block, Shapes) else self._grid(block)

    def _equations(self, block: Equations) -> list[str]:
        rows = []
        for left, *sides in block.rows:
            equal = [f"{self._equal(x)} {self.term(x)}" for x in sides if x is not None]
            rows.append((self.term(left), *equal, *[""] * (2 - len(equal))))
        return aligned(rows if any(row[2] for row in rows) else [row[:2] for row in rows])

    def _derivation(self, block: Derivation) -> list[str]:
        head = f"{block.title}:" if block.title else self.term(block.left) if block.left else ""
        margin = " " * (columns(head) + (-1 if block.title else 1) * bool(head))
        symbols, numbers = self._chain(block.pieces, WIDTH - columns(head) - 3)
        lines = [("=", symbols)] if block.has_symbols else []
        lines += [(self._equal(*block.numbers), numbers)]
        if block.result:
            lines += [(self._equal(block.result), [self.term(block.result)])]
        found: list[str] = []
        for equal, line in lines:
            for i, part in enumerate(line):
                first = head if block.title else f"{head} {equal}".lstrip()
                start = first if not found else margin + (" " if i else equal)
                found.append(f"{start} {part}".rstrip())
        return found

    def _chain(self, pieces: Sequence[Piece], width: int) -> tuple[list[str], list[str]]:
        """The chain in symbols and in numbers, each as lines that fit the width."""
        symbols, numbers = [""], [""]
        for symbol, number in self._units(pieces):
            space = " " if symbols[-1] else ""
            if space and columns(symbols[-1]) + 1 + columns(symbol) > width:
                symbols.append("")
                numbers.append("")
                space = ""
            symbols[-1] += space + symbol
            numbers[-1] += space + number
        return symbols, numbers

    def _units(self, pieces: Sequence[Piece]) -> list[tuple[str, str]]:
        """What is not divided between lines: a cell with its brackets and the sign after it."""
        units: list[tuple[str, str]] = []
        opening = ""
        for piece in pieces:
            if isinstance(piece, Mark) and piece.sign == "(":
                opening += "("
            elif isinstance(piece, Mark):
                end = piece.sign if piece.sign == ")" else f" {piece.sign}"
                symbol, number = units[-1]
                units[-1] = symbol + end, number + end
            else:
                symbol, number = self._cell(piece)
                size = max(columns(symbol), columns(number))
                units.append((opening + _centred(symbol, size), opening + _centred(number, size)))
                opening = ""
        return units

    def _cell(self, piece: Cell | Gap) -> tuple[str, str]:
        if isinstance(piece, Gap):
            return f"… {piece.factors:,} factors …", "…"
        number = expr.bound(piece.number, self._form, piece.leads)[0]
        return (self.term(piece.symbol) if piece.symbol else number), number

    def _shapes(self, block: Shapes) -> list[str]:
        head = self.term(block.left)
        names, shapes = f"{head} =", _left(block.left_shape, columns(head) + 2)
        lines = []
        for i, (factor, shape) in enumerate(block.factors):
            name = self.term(factor) + (" ·" if i + 1 < len(block.factors) else "")
            if columns(names) + columns(name) + 1 > WIDTH:
                lines += [names.rstrip(), shapes.rstrip()]
                names = shapes = " " * (columns(head) + 2)
            size = max(columns(name), len(shape))
            names += " " + _left(name, size)
            shapes += " " + _left(shape, size)
        return [*lines, names.rstrip(), shapes.rstrip()]

    def _grid(self, block: Grid) -> list[str]:
        """The matrix in symbols and in numbers, side by side where there is room."""
        head = f"{self.term(block.name)}  ({block.shape})"
        if block.product:
            head += f" = {' · '.join(map(self.term, block.product))}"
        if block.is_scalar:
            entries = [x for x, *_ in (*block.formulas, *block.rows) if not isinstance(x, str)]
            return [head + "".join(f" {self._equal(x)} {self.term(x)}" for x in entries)]
        numbers = _bracketed([[*map(self._entry, row)] for row in block.rows])
        if not block.formulas:
            return [head, *[f"  {line}" for line in numbers]]
        symbols = _bracketed([[*map(self._entry, row)] for row in block.formulas])
        middle = (len(numbers) - 1) // 2
        equal = self._equal(*block.numbers)
        signs = [equal if i == middle else " " for i in range(len(numbers))]
        if columns(symbols[0]) + columns(numbers[0]) + 5 <= WIDTH:
            rows = zip(symbols, signs, numbers, strict=True)
            return [head, *[f"  {symbol} {equal} {number}" for symbol, equal, number in rows]]
        return [head, *[f"  {line}" for line in (*symbols, equal, *numbers)]]

    def _entry(self, entry: Expr | str) -> str:
        return entry if isinstance(entry, str) else self.term(entry)


def _wrapped(sentence: str) -> list[str]:
    """A sentence in lines that fit, broken at blanks."""
    lines = [""]
    for word in unbroken(sentence).split(" "):
        if lines[-1] and columns(lines[-1]) + 1 + columns(word) > WIDTH:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return [line.replace("\xa0", " ") for line in lines]


def aligned(rows: Sequence[Sequence[str]], between: str = " ") -> list[str]:
    """Rows of cells with the cells of each column equally wide.

    >>> aligned([("a", "= 1"), ("bcd", "= 2")])
    ['a   = 1', 'bcd = 2']
    """
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return [
        between.join(_left(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _bracketed(rows: Sequence[Sequence[str]]) -> list[str]:
    """A matrix in brackets, with its columns aligned at the right."""
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    last = len(rows) - 1
    lines = []
    for i, row in enumerate(rows):
        opening, closing = "[]" if not last else "⎡⎤" if not i else "⎣⎦" if i == last else "⎢⎥"
        inside = "  ".join(_right(cell, width) for cell, width in zip(row, widths, strict=True))
        lines.append(f"{opening} {inside} {closing}")
    return lines


def _centred(cell: str, width: int) -> str:
    free = width - columns(cell)
    return " " * (free // 2) + cell + " " * (free - free // 2)


def _left(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))


def _right(cell: str, width: int) -> str:
    return " " * (width - columns(cell)) + cell
