"""A document as plain text, aligned for a terminal, and the door to its other formats.

Vocabulary: a *column* is the width of one character cell. In a chain each number stands below its
symbol.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from autograd_mini.expr import Expr
from autograd_mini.numbers import lowered, unbroken
from autograd_mini.show import labels, text
from autograd_mini.show.drawing import bundle
from autograd_mini.show.explain import blocks
from autograd_mini.show.text import columns

WIDTH = 80  # longer chains go on in further lines


class Written:
    """A document that can be printed, typeset, and shown in a notebook.

    It is a snapshot: what happens to the graph afterwards does not change it.
    """

    _document: blocks.Document

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


def to_text(document: blocks.Document) -> str:
    """The document as text, without a line break at the end."""
    writer = _Writer(document.digits)
    written = ""
    for block in document.blocks:
        opens = isinstance(block, blocks.Sentence) and block.parts[-1] in blocks.OPENING
        written += writer.block(block) + ("\n" if opens else "\n\n")
    return written.rstrip("\n")


def line(x: Expr, digits: int) -> str:
    """An expression, which may hold ratios, in one line."""
    return _Writer(digits).term(x)


class _Writer(blocks.Writer):
    """Writes blocks and what stands in them."""

    form = labels.TEXT._replace(name=lambda label: (text.isolated(label.text), label.binding))

    def fraction(self, top: str, bottom: str, place: int) -> str:
        return f"∂{top}/∂{bottom}" + (f"|{lowered(place)}" if place else "")

    def sentence(self, block: blocks.Sentence) -> str:
        parts = [x if isinstance(x, str) else self.term(x) for x in block.parts]
        lines = [""]
        for word in unbroken("".join(parts)).split(" "):
            if lines[-1] and columns(lines[-1]) + 1 + columns(word) > WIDTH:
                lines.append(word)
            else:
                lines[-1] += f" {word}" if lines[-1] else word
        return "\n".join(lines).replace("\xa0", " ")

    def equations(self, block: blocks.Equations) -> str:
        rows = []
        for left, *sides in block.rows:
            equal = [f"{self.equal(x)} {self.term(x)}" for x in sides if x is not None]
            rows.append((self.term(left), *equal, *[""] * (2 - len(equal))))
        return "\n".join(aligned(rows if any(row[2] for row in rows) else [x[:2] for x in rows]))

    def derivation(self, block: blocks.Derivation) -> str:
        head = f"{block.title}:" if block.title else self.term(block.left) if block.left else ""
        margin = " " * (columns(head) + (-1 if block.title else 1) * bool(head))
        chain = self._chain(block.pieces, WIDTH - columns(head) - 3)
        stages = [("=", [symbols for symbols, _ in chain])] if block.has_symbols else []
        stages += [(self.equal(*block.numbers), [numbers for _, numbers in chain])]
        if block.result:
            stages += [(self.equal(block.result), [self.term(block.result)])]
        start = head if block.title else f"{head} {stages[0][0]}".lstrip()
        lines: list[str] = []
        for equal, parts in stages:
            for i, part in enumerate(parts):
                before = (margin + (" " if i else equal)) if lines else start
                lines.append(f"{before} {part}".rstrip())
        return "\n".join(lines)

    def _chain(self, pieces: Sequence[blocks.Piece], width: int) -> list[tuple[str, str]]:
        """The chain in lines that fit the width, each in symbols and in numbers."""
        lines: list[tuple[str, str]] = []
        for symbol, number in self._units(pieces):
            if lines and columns(lines[-1][0]) + 1 + columns(symbol) <= width:
                symbols, numbers = lines[-1]
                lines[-1] = f"{symbols} {symbol}", f"{numbers} {number}"
            else:
                lines.append((symbol, number))
        return lines

    def _units(self, pieces: Sequence[blocks.Piece]) -> list[tuple[str, str]]:
        """What is not divided between lines: a cell with its brackets and the sign after it."""
        units: list[tuple[str, str]] = []
        opening = ""
        for piece in pieces:
            symbol, number = (self._piece(piece, symbols) for symbols in (True, False))
            if piece == "(":
                opening += "("
            elif isinstance(piece, str):
                units[-1] = units[-1][0] + symbol, units[-1][1] + number
            else:
                size = max(columns(symbol), columns(number))
                units.append((opening + _centred(symbol, size), opening + _centred(number, size)))
                opening = ""
        return units

    def gap(self, factors: int, symbols: bool) -> str:
        return f"… {factors:,} factors …" if symbols else "…"

    def mark(self, sign: str, symbols: bool) -> str:
        return sign if sign == ")" else f" {sign}"

    def shapes(self, block: blocks.Shapes) -> str:
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
        return "\n".join([*lines, names.rstrip(), shapes.rstrip()])

    def grid(self, block: blocks.Grid) -> str:
        head = f"{self.term(block.name)}  ({block.shape})"
        if block.product:
            head += f" = {' · '.join(map(self.term, block.product))}"
        if block.is_scalar:
            entries = [x for rows in block.stages for x in rows[0] if not isinstance(x, str)]
            return head + "".join(f" {self.equal(x)} {self.term(x)}" for x in entries)
        first, *others = [
            _bracketed([[x if isinstance(x, str) else self.term(x) for x in row] for row in rows])
            for rows in block.stages
        ]
        equal = self.equal(*[x for row in block.rows for x in row])
        lines = first
        for numbers in others:
            if len(first) == len(numbers) and columns(first[0]) + columns(numbers[0]) + 5 <= WIDTH:
                signs = [" "] * len(numbers)
                signs[(len(numbers) - 1) // 2] = equal
                lines = [" ".join(row) for row in zip(first, signs, numbers, strict=True)]
            else:
                lines = [*first, equal, *numbers]
        return "\n".join([head, *[f"  {line}" for line in lines]])


def aligned(rows: Sequence[Sequence[str]], between: str = " ") -> list[str]:
    """Rows of cells with the cells of each column equally wide.

    >>> aligned([("a", "= 1"), ("bcd", "= 2")])
    ['a   = 1', 'bcd = 2']
    """
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return [between.join(map(_left, row, widths)).rstrip() for row in rows]


def _bracketed(rows: Sequence[Sequence[str]]) -> list[str]:
    """A matrix in brackets, with its columns aligned at the right."""
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    brackets = ["⎡⎤", *["⎢⎥"] * (len(rows) - 2), "⎣⎦"] if len(rows) > 1 else ["[]"]
    return [
        f"{pair[0]} {'  '.join(map(_right, row, widths))} {pair[1]}"
        for row, pair in zip(rows, brackets, strict=True)
    ]


def _centred(cell: str, width: int) -> str:
    free = width - columns(cell)
    return " " * (free // 2) + cell + " " * (free - free // 2)


def _left(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))


def _right(cell: str, width: int) -> str:
    return " " * (width - columns(cell)) + cell
