"""A document as MathML: one element, well-formed, with nothing outside itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_mini.expr import Expr
from autograd_mini.notation import Written
from autograd_mini.show import mathml
from autograd_mini.show.explain import blocks
from autograd_mini.show.mathml import operator, text

WIDTH = 84  # about so many characters of a chain go into a line
NAMESPACE = "http://www.w3.org/1998/Math/MathML"
EQUALS = "<mo>=</mo>"


def to_mathml(document: blocks.Document) -> str:
    """The document as one ``<math>`` element."""
    writer = _Writer(document.digits)
    rows = "\n".join(f"<mtr>{_cell(writer.block(block))}</mtr>" for block in document.blocks)
    return (
        f'<math xmlns="{NAMESPACE}" display="block" style="width: fit-content">\n'
        f'<mtable columnalign="left" displaystyle="true">\n{rows}\n</mtable>\n</math>'
    )


class _Writer(blocks.Writer):
    """Writes a block as elements of one row."""

    form = mathml.FLAT

    def bound(self, x: Expr, leads: bool = True) -> Written:
        return mathml.written(x, self.form, leads)

    def whole(self, written: str, is_bracketed: bool) -> str:
        whole, is_tall = f"<mrow>{written}</mrow>", "<mfrac>" in written
        return operator("(", is_tall) + whole + operator(")", is_tall) if is_bracketed else whole

    def fraction(self, top: str, bottom: str, place: int) -> str:
        lines = [f"<mrow><mo>∂</mo>{line}</mrow>" for line in (top, bottom)]
        fraction = f"<mfrac>{''.join(lines)}</mfrac>"
        at_place = f"<msub><mrow>{fraction}<mo>|</mo></mrow><mn>{place}</mn></msub>"
        return at_place if place else fraction

    def equal(self, *entries: Expr | str) -> str:
        return f"<mo>{super().equal(*entries)}</mo>"

    def sentence(self, block: blocks.Sentence) -> str:
        return "".join(text(x) if isinstance(x, str) else self._row(x) for x in block.parts)

    def equations(self, block: blocks.Equations) -> str:
        rows = []
        for left, *sides in block.rows:
            first, *more = [x for x in sides if x is not None]
            rest = "".join(self.equal(x) + self._row(x) for x in more)
            rows.append((self._row(left), self.equal(first), self._row(first) + rest))
        return _table(rows)

    def derivation(self, block: blocks.Derivation) -> str:
        left = text(f"{block.title}:") if block.title else ""
        if block.left:
            left = self.term(block.left)
        rows: list[tuple[str, ...]] = []
        for equal, pieces in self.lines(block, WIDTH):
            written = "".join(pieces)
            rows.append(("", equal, written) if rows else (left, equal * bool(block.left), written))
        if block.result:
            rows.append(("", self.equal(block.result), self.term(block.result)))
        return _table(rows)

    def gap(self, factors: int, symbols: bool) -> str:
        return text(f"… {factors:,} factors …") if symbols else "<mo>…</mo>"

    def mark(self, sign: str, symbols: bool) -> str:
        return operator(sign, is_tall=symbols)

    def shapes(self, block: blocks.Shapes) -> str:
        factors = [_under(self.term(factor), shape) for factor, shape in block.factors]
        left = _under(self.term(block.left), block.left_shape)
        return f"{left}{EQUALS}" + "<mo>·</mo>".join(factors)

    def grid(self, block: blocks.Grid) -> str:
        stages = [_under(self.term(block.name), block.shape)]
        if block.product:
            stages += [EQUALS, "<mo>·</mo>".join(map(self.term, block.product))]
        for rows in block.stages:
            equal = self.equal(*[x for row in rows for x in row])
            stages += [equal, self._entry(rows[0][0]) if block.is_scalar else self._matrix(rows)]
        return "".join(stages)

    def _matrix(self, rows: Sequence[Sequence[Expr | str]]) -> str:
        written = "".join(
            f"<mtr>{''.join(_cell(self._entry(x), 'right') for x in row)}</mtr>" for row in rows
        )
        return f"<mrow>{operator('(', True)}<mtable>{written}</mtable>{operator(')', True)}</mrow>"

    def _entry(self, entry: Expr | str) -> str:
        if isinstance(entry, str):
            return f"<mo>{entry}</mo>" if entry else ""
        return self._row(entry)

    def _row(self, x: Expr) -> str:
        return f"<mrow>{self.term(x)}</mrow>"


def _under(element: str, shape: str) -> str:
    rows, columns = shape.split("×")
    return (
        f"<munder><mrow>{element}</mrow><mrow><mn>{rows}</mn><mo>×</mo><mn>{columns}</mn></mrow>"
        "</munder>"
    )


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    """Rows of three cells: what stands left of the sign, the sign, and the rest."""
    written = "".join(f"<mtr>{''.join(map(_cell, row))}</mtr>" for row in rows)
    return f'<mtable columnalign="left" displaystyle="true">{written}</mtable>'


def _cell(content: str, side: str = "left") -> str:
    # Chromium heeds the second form alone, others know the first.
    return f'<mtd style="text-align: {side}; text-align: -webkit-{side}">{content}</mtd>'
