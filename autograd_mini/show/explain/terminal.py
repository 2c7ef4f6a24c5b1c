"""A board as plain text, aligned for a terminal.

Vocabulary: a *column* is the width of one character cell; East Asian characters take two and
combining marks none. In a chain each number stands below its symbol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from autograd_mini.numbers import equals
from autograd_mini.show import text
from autograd_mini.show.explain.board import (
    FACTORS,
    FORWARD,
    NAMES,
    Board,
    Cell,
    Definitions,
    Derivation,
    Factors,
    Gap,
    Grid,
    Mark,
    Piece,
    Ratio,
    Sentence,
    Shapes,
    sign_of,
)
from autograd_mini.show.explain.labels import is_loose, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.expr import Expr
    from autograd_mini.show.explain.board import Block

WIDTH = 80
"""Longer chains go on in further lines."""

ISOLATE, END_OF_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
PLACES = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def to_text(board: Board) -> str:
    """The board as text, without a line break at the end."""
    written = ""
    for block in board:
        written += "\n".join(_block(block))
        opens = isinstance(block, Sentence) and block.parts[-1] in (":", FACTORS, FORWARD, NAMES)
        written += "\n" if opens else "\n\n"
    return written.rstrip("\n")


def columns(line: str) -> int:
    r"""How many columns a line takes.

    >>> columns("∂ŷ"), columns("漢字"), columns("w\u0302")
    (2, 4, 1)
    """
    if line.isascii():
        return len(line)
    return sum(
        0 if category(c) in {"Mn", "Me", "Cf"} else 1 + (east_asian_width(c) in {"W", "F"})
        for c in line
    )


def ratio(x: Ratio) -> str:
    """∂u/∂v in plain text."""
    place = f"|{str(x.place).translate(PLACES)}" if x.place else ""
    return f"∂{_grouped(x.top)}/∂{_grouped(x.bottom)}{place}"


def _grouped(term: Expr) -> str:
    written = _term(term)
    return f"({written})" if is_loose(term) else written


def _term(term: Expr) -> str:
    """A term; writing from right to left is kept from moving what stands beside it."""
    written = plain(term)
    return f"{ISOLATE}{written}{END_OF_ISOLATE}" if text.turns(written) else written


def _block(block: Block) -> list[str]:
    if isinstance(block, Sentence):
        return _wrapped("".join(map(_part, block.parts)))
    if isinstance(block, Derivation):
        return _derivation(block)
    if isinstance(block, Factors):
        return _factors(block)
    if isinstance(block, Definitions):
        return aligned([(_term(name), f"= {_term(formula)}") for name, formula in block.rows])
    return _shapes(block) if isinstance(block, Shapes) else _grid(block)


def _wrapped(sentence: str) -> list[str]:
    """A sentence in lines that fit, broken at blanks."""
    lines = [""]
    for word in sentence.split(" "):
        if lines[-1] and columns(lines[-1]) + 1 + columns(word) > WIDTH:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _part(part: str | Ratio | Expr) -> str:
    if isinstance(part, str):
        return part
    return ratio(part) if isinstance(part, Ratio) else _term(part)


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


def _factors(block: Factors) -> list[str]:
    rows = []
    for symbol, formula, number in block.rows:
        rows.append(
            (ratio(symbol), f"= {_term(formula)}" if formula else "", f"{equals(number)} {number}")
        )
    if all(not formula for _, formula, _ in rows):
        return aligned([(symbol, number) for symbol, _, number in rows])
    return aligned(
        [(symbol, formula or number, number if formula else "") for symbol, formula, number in rows]
    )


def _derivation(block: Derivation) -> list[str]:
    head = f"{block.title}:" if block.title else ratio(block.left) if block.left else ""
    margin = " " * (columns(head) + (-1 if block.title else 1) * bool(head))
    symbols, numbers = _chain(block.pieces, WIDTH - columns(head) - 3)
    lines = [("=", line) for line in symbols]
    lines += [(sign_of(block.pieces), line) for line in numbers]
    lines += [(equals(block.result), [block.result])] if block.result else []
    found: list[str] = []
    for sign, line in lines:
        for i, part in enumerate(line):
            first = head if block.title else f"{head} {sign}".lstrip()
            start = first if not found else margin + (" " if i else sign)
            found.append(f"{start} {part}".rstrip())
    return found


def _chain(pieces: Sequence[Piece], width: int) -> tuple[list[list[str]], list[list[str]]]:
    """The chain in symbols and in numbers, each as lines that fit the width.

    Returns:
        The chain in symbols as a list of its lines, or [] if it has none; the same in numbers.
    """
    symbols, numbers = [""], [""]
    for symbol, number in _units(pieces):
        space = " " if symbols[-1] else ""
        if space and columns(symbols[-1]) + 1 + columns(symbol) > width:
            symbols.append("")
            numbers.append("")
            space = ""
        symbols[-1] += space + symbol
        numbers[-1] += space + number
    has_symbols = any(isinstance(piece, Cell) and piece.symbol for piece in pieces)
    return [symbols] if has_symbols else [], [numbers]


def _units(pieces: Sequence[Piece]) -> list[tuple[str, str]]:
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
            symbol, number = _cell(piece)
            size = max(columns(symbol), columns(number))
            units.append((opening + _centred(symbol, size), opening + _centred(number, size)))
            opening = ""
    return units


def _cell(piece: Cell | Gap) -> tuple[str, str]:
    if isinstance(piece, Gap):
        return f"… {piece.factors:,} factors …", "…"
    return (ratio(piece.symbol) if piece.symbol else piece.number), piece.number


def _centred(cell: str, width: int) -> str:
    free = width - columns(cell)
    return " " * (free // 2) + cell + " " * (free - free // 2)


def _left(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))


def _shapes(block: Shapes) -> list[str]:
    head = ratio(block.left)
    names, shapes = f"{head} =", _left(block.left_shape, columns(head) + 2)
    lines = []
    for i, (factor, shape) in enumerate(block.factors):
        name = ratio(factor) + (" ·" if i + 1 < len(block.factors) else "")
        if columns(names) + columns(name) + 1 > WIDTH:
            lines += [names.rstrip(), shapes.rstrip()]
            names = shapes = " " * (columns(head) + 2)
        size = max(columns(name), len(shape))
        names += " " + _left(name, size)
        shapes += " " + _left(shape, size)
    return [*lines, names.rstrip(), shapes.rstrip()]


def _grid(block: Grid) -> list[str]:
    """The matrix in symbols and in numbers, side by side where there is room."""
    head = f"{ratio(block.name)}  ({block.shape})"
    if block.product:
        head += f" = {' · '.join(map(ratio, block.product))}"
    if block.is_scalar:
        entries = [row[0] for row in (*block.formulas, *block.rows)]
        return [head + "".join(f" {_sign(entry)} {_entry(entry)}" for entry in entries)]
    numbers = _bracketed(block.rows)
    if not block.formulas:
        return [head, *[f"  {line}" for line in numbers]]
    symbols = _bracketed([[*map(_entry, row)] for row in block.formulas])
    middle = (len(numbers) - 1) // 2
    equal = equals(*[cell for row in block.rows for cell in row])
    signs = [equal if i == middle else " " for i in range(len(numbers))]
    if columns(symbols[0]) + columns(numbers[0]) + 5 <= WIDTH:
        rows = zip(symbols, signs, numbers, strict=True)
        return [head, *[f"  {symbol} {sign} {number}" for symbol, sign, number in rows]]
    return [head, *[f"  {line}" for line in (*symbols, equal, *numbers)]]


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


def _entry(entry: Expr | str) -> str:
    return entry if isinstance(entry, str) else _term(entry)


def _sign(entry: Expr | str) -> str:
    return equals(entry) if isinstance(entry, str) else "="


def _right(cell: str, width: int) -> str:
    return " " * (width - columns(cell)) + cell
