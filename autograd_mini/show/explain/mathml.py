"""A board as MathML: one element, well-formed, with nothing outside itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini.numbers import equals
from autograd_mini.show.explain.board import (
    Board,
    Cell,
    Definitions,
    Derivation,
    Factors,
    Gap,
    Grid,
    Ratio,
    Sentence,
    Shapes,
    sign_of,
)
from autograd_mini.show.explain.elements import formula, number, operator, text
from autograd_mini.show.explain.labels import is_loose
from autograd_mini.show.explain.layout import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_mini.expr import Expr
    from autograd_mini.show.explain.board import Block, Piece

Row = tuple[str, str, str]

WIDTH = 84
"""About how many characters of a chain go into a line."""

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
EQUALS = "<mo>=</mo>"


def to_mathml(board: Board) -> str:
    """The board as one ``<math>`` element."""
    writer = _Writer()
    rows = "\n".join(f"<mtr>{_cell(writer.block(block))}</mtr>" for block in board)
    return (
        f'<math xmlns="{NAMESPACE}" display="block" style="width: fit-content">\n'
        f'<mtable columnalign="left" displaystyle="true">\n{rows}\n</mtable>\n</math>'
    )


class _Writer:
    """Writes blocks."""

    def block(self, block: Block) -> str:
        if isinstance(block, Sentence):
            return "".join(map(self._part, block.parts))
        if isinstance(block, Derivation):
            return _table(self._derivation(block))
        if isinstance(block, Factors):
            return _table(self._factor(*row) for row in block.rows)
        if isinstance(block, Definitions):
            return _table((self._term(x), EQUALS, self._term(y)) for x, y in block.rows)
        return self._shapes(block) if isinstance(block, Shapes) else self._grid(block)

    def _part(self, part: str | Ratio | Expr) -> str:
        if isinstance(part, str):
            return text(part)
        return self._ratio(part) if isinstance(part, Ratio) else self._term(part)

    def _term(self, term: Expr) -> str:
        return f"<mrow>{formula(term)}</mrow>"

    def _ratio(self, x: Ratio) -> str:
        top, bottom = map(self._grouped, (x.top, x.bottom))
        fraction = f"<mfrac><mrow><mo>∂</mo>{top}</mrow><mrow><mo>∂</mo>{bottom}</mrow></mfrac>"
        if not x.place:
            return fraction
        return f"<msub><mrow>{fraction}<mo>|</mo></mrow><mn>{x.place}</mn></msub>"

    def _grouped(self, term: Expr) -> str:
        written = self._term(term)
        if not is_loose(term):
            return written
        is_tall = "<mfrac>" in written
        return operator("(", is_tall) + written + operator(")", is_tall)

    def _factor(self, symbol: Ratio, shown: Expr | None, value: str) -> Row:
        if shown:
            return (
                self._ratio(symbol),
                EQUALS,
                f"{self._term(shown)}{_equals(value)}{number(value)}",
            )
        return self._ratio(symbol), _equals(value), number(value)

    def _derivation(self, block: Derivation) -> list[Row]:
        left = text(f"{block.title}:") if block.title else ""
        if block.left:
            left = self._ratio(block.left)
        rows: list[Row] = []
        has_symbols = any(isinstance(piece, Cell) and piece.symbol for piece in block.pieces)
        for symbols in (True, False) if has_symbols else (False,):
            sign = EQUALS if symbols else f"<mo>{sign_of(block.pieces)}</mo>"
            for i, line in enumerate(lines_of(block.pieces, WIDTH, symbols)):
                written = "".join(self._piece(piece, symbols) for piece in line)
                head = (left, sign if block.left else "") if not rows else ("", "" if i else sign)
                rows.append((*head, written))
        return [
            *rows,
            *([("", _equals(block.result), number(block.result))] if block.result else []),
        ]

    def _piece(self, piece: Piece, symbols: bool) -> str:
        if isinstance(piece, Cell):
            return self._ratio(piece.symbol) if symbols and piece.symbol else number(piece.number)
        if isinstance(piece, Gap):
            return text(f"… {piece.factors:,} factors …") if symbols else "<mo>…</mo>"
        return operator(piece.sign, is_tall=symbols)

    def _shapes(self, block: Shapes) -> str:
        factors = [_under(self._ratio(factor), shape) for factor, shape in block.factors]
        left = _under(self._ratio(block.left), block.left_shape)
        return f"{left}{EQUALS}" + "<mo>·</mo>".join(factors)

    def _grid(self, block: Grid) -> str:
        steps = [_under(self._ratio(block.name), block.shape)]
        if block.product:
            steps += [EQUALS, "<mo>·</mo>".join(map(self._ratio, block.product))]
        for rows in filter(None, (block.formulas, block.rows)):
            cells = [cell for row in rows for cell in row if isinstance(cell, str)]
            sign = _equals(*cells) if rows is block.rows else EQUALS
            steps += [sign, self._entry(rows[0][0]) if block.is_scalar else self._matrix(rows)]
        return "".join(steps)

    def _matrix(self, rows: Sequence[Sequence[Expr | str]]) -> str:
        written = "".join(
            f"<mtr>{''.join(_cell(self._entry(x), 'right') for x in row)}</mtr>" for row in rows
        )
        return f"<mrow>{operator('(', True)}<mtable>{written}</mtable>{operator(')', True)}</mrow>"

    def _entry(self, entry: Expr | str) -> str:
        return number(entry) if isinstance(entry, str) else self._term(entry)


def _equals(*shown: str) -> str:
    return f"<mo>{equals(*shown)}</mo>"


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
