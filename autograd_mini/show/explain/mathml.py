"""A document as MathML: one element, well-formed, with nothing outside itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import expr
from autograd_mini.rows import CALL
from autograd_mini.show import mathml
from autograd_mini.show.explain.blocks import (
    Cell,
    Derivation,
    Equations,
    Gap,
    Grid,
    Ratio,
    Sentence,
    Shapes,
    lines_of,
    sign,
)
from autograd_mini.show.labels import Label
from autograd_mini.show.mathml import operator, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_mini.expr import Expr
    from autograd_mini.show.explain.blocks import Block, Document, Piece

Row = tuple[str, str, str]

WIDTH = 84
"""About how many characters of a chain go into a line."""

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
EQUALS = "<mo>=</mo>"


def to_mathml(document: Document) -> str:
    """The document as one ``<math>`` element."""
    writer = _Writer(document.digits)
    rows = "\n".join(f"<mtr>{_cell(writer.block(block))}</mtr>" for block in document.blocks)
    return (
        f'<math xmlns="{NAMESPACE}" display="block" style="width: fit-content">\n'
        f'<mtable columnalign="left" displaystyle="true">\n{rows}\n</mtable>\n</math>'
    )


class _Writer:
    """Writes blocks."""

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._forms = mathml.forms(self._name, digits)

    def _term(self, term: Expr, leads: bool = True) -> str:
        return mathml.written(term, self._forms, leads)[0]

    def _name(self, of: Label | Ratio) -> expr.Written:
        if isinstance(of, Label):
            return mathml.name(of), of.binding
        top, bottom = map(self._grouped, (of.top, of.bottom))
        fraction = f"<mfrac><mrow><mo>∂</mo>{top}</mrow><mrow><mo>∂</mo>{bottom}</mrow></mfrac>"
        if of.place:
            fraction = f"<msub><mrow>{fraction}<mo>|</mo></mrow><mn>{of.place}</mn></msub>"
        return fraction, expr.ATOM

    def _grouped(self, term: Expr) -> str:
        written, binding = mathml.written(term, self._forms)
        if binding >= CALL:
            return f"<mrow>{written}</mrow>"
        is_tall = "<mfrac>" in written
        return operator("(", is_tall) + f"<mrow>{written}</mrow>" + operator(")", is_tall)

    def _equal(self, *terms: Expr) -> str:
        return f"<mo>{sign(terms, self._digits)}</mo>"

    def block(self, block: Block) -> str:
        """A block as elements of one row."""
        if isinstance(block, Sentence):
            return "".join(map(self._part, block.parts))
        if isinstance(block, Derivation):
            return _table(self._derivation(block))
        if isinstance(block, Equations):
            return _table(map(self._equation, block.rows))
        return self._shapes(block) if isinstance(block, Shapes) else self._grid(block)

    def _part(self, part: str | Expr) -> str:
        return text(part) if isinstance(part, str) else f"<mrow>{self._term(part)}</mrow>"

    def _equation(self, row: tuple[Expr, Expr | None, Expr | None]) -> Row:
        left, *sides = row
        first, *more = [x for x in sides if x is not None]
        rest = "".join(self._equal(x) + self._part(x) for x in more)
        return self._part(left), self._equal(first), self._part(first) + rest

    def _derivation(self, block: Derivation) -> list[Row]:
        left = text(f"{block.title}:") if block.title else ""
        if block.left:
            left = self._term(block.left)
        rows: list[Row] = []
        for symbols in (True, False) if block.has_symbols else (False,):
            equal = EQUALS if symbols else self._equal(*block.numbers)
            for i, line in enumerate(lines_of(block.pieces, WIDTH, symbols, self._digits)):
                written = "".join(self._piece(piece, symbols) for piece in line)
                head = (left, equal if block.left else "") if not rows else ("", "" if i else equal)
                rows.append((*head, written))
        if block.result:
            rows.append(("", self._equal(block.result), self._term(block.result)))
        return rows

    def _piece(self, piece: Piece, symbols: bool) -> str:
        if isinstance(piece, Cell):
            if symbols and piece.symbol:
                return self._term(piece.symbol)
            return self._term(piece.number, piece.leads)
        if isinstance(piece, Gap):
            return text(f"… {piece.factors:,} factors …") if symbols else "<mo>…</mo>"
        return operator(piece.sign, is_tall=symbols)

    def _shapes(self, block: Shapes) -> str:
        factors = [_under(self._term(factor), shape) for factor, shape in block.factors]
        left = _under(self._term(block.left), block.left_shape)
        return f"{left}{EQUALS}" + "<mo>·</mo>".join(factors)

    def _grid(self, block: Grid) -> str:
        steps = [_under(self._term(block.name), block.shape)]
        if block.product:
            steps += [EQUALS, "<mo>·</mo>".join(map(self._term, block.product))]
        for rows in filter(None, (block.formulas, block.rows)):
            equal = self._equal(*[x for row in rows for x in row if not isinstance(x, str)])
            steps += [equal, self._entry(rows[0][0]) if block.is_scalar else self._matrix(rows)]
        return "".join(steps)

    def _matrix(self, rows: Sequence[Sequence[Expr | str]]) -> str:
        written = "".join(
            f"<mtr>{''.join(_cell(self._entry(x), 'right') for x in row)}</mtr>" for row in rows
        )
        return f"<mrow>{operator('(', True)}<mtable>{written}</mtable>{operator(')', True)}</mrow>"

    def _entry(self, entry: Expr | str) -> str:
        if isinstance(entry, str):
            return f"<mo>{entry}</mo>" if entry else ""
        return f"<mrow>{self._term(entry)}</mrow>"


def _under(element: str, shape: str) -> str:
    rows, columns = shape.split("×")
    return (
        f"<munder><mrow>{element}</mrow><mrow><mn>{rows}</mn><mo>×</mo><mn>{columns}</mn></mrow>"
        "</munder>"
    )


def _table(rows: Iterable[Row]) -> str:
    """Rows of three cells: what stands left of the sign, the sign, and the rest."""
    written = "".join(f"<mtr>{''.join(map(_cell, row))}</mtr>" for row in rows)
    return f'<mtable columnalign="left" displaystyle="true">{written}</mtable>'


def _cell(content: str, side: str = "left") -> str:
    # Chromium heeds the second form alone, others know the first.
    return f'<mtd style="text-align: {side}; text-align: -webkit-{side}">{content}</mtd>'
