"""What an explanation says, free of any format, and what the formats have in common.

Vocabulary:

- *document*: blocks that stand one below the other, as a teacher would write them.
- *ratio*: ∂u/∂v, a name that stands in expressions like any other; where v stands in several places
  of u, with the place, ∂u/∂v|₂.
- *chain*: a product of ratios, or a sum of products, written as a list of *pieces*: *cells*, which
  have a symbol and a number, the signs · + ( ) between them, and *gaps* for what is left out.
- *block*: a sentence; a derivation (a chain in symbols, in numbers, and its result); equations; a
  product of matrices with their shapes; a matrix.
- *writer*: a format; it has a method for each kind of block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from autograd_mini import expr
from autograd_mini.expr import Expr, Name, Number, call, row_of
from autograd_mini.notation import ATOM, Form
from autograd_mini.notation import Written as Bound
from autograd_mini.numbers import is_rounded, lowered
from autograd_mini.rows import CALL
from autograd_mini.show.labels import Label, plain, read
from autograd_mini.show.names import operand_names
from autograd_mini.show.text import columns

FACTORS, FORWARD, NAMES = "Factors:", "The forward pass:", "where:"
OPENING = (":", FACTORS, FORWARD, NAMES)
"""How sentences end that open the list below them."""


class Ratio(NamedTuple):
    """∂top/∂bottom; ``place`` counts from 1, and is 0 where there is one place only."""

    top: Expr
    bottom: Expr
    place: int = 0

    @property
    def text(self) -> str:
        """As plain Unicode shows it, about."""
        place = f"|{lowered(self.place)}" if self.place else ""
        return f"∂{plain(self.top)}/∂{plain(self.bottom)}{place}"

    @property
    def binding(self) -> int:
        """How tightly it binds in an expression."""
        return ATOM


class Cell(NamedTuple):
    """A factor: its symbol and its number; ``leads`` where nothing stands before it."""

    symbol: Expr | None
    number: Expr
    leads: bool = False


class Gap(NamedTuple):
    """Factors that are left out, and how many they are."""

    factors: int


Piece = Cell | Gap | str


class Sentence(NamedTuple):
    """Prose with expressions in it."""

    parts: tuple[str | Expr, ...]


class Derivation(NamedTuple):
    """``left`` = symbols = numbers = result; the title stands before it, where there is one.

    Without symbols (a sum of numbers) the cells have None for theirs.
    """

    title: str
    left: Expr | None
    pieces: tuple[Piece, ...]
    result: Expr | None

    @property
    def numbers(self) -> list[Expr]:
        """The numbers of the chain."""
        return [piece.number for piece in self.pieces if isinstance(piece, Cell)]

    @property
    def has_symbols(self) -> bool:
        """Whether it is written in symbols first."""
        return any(isinstance(piece, Cell) and piece.symbol for piece in self.pieces)


class Equations(NamedTuple):
    """Rows of left = formula = number, of which one may be None."""

    rows: tuple[tuple[Expr, Expr | None, Expr | None], ...]


class Shapes(NamedTuple):
    """A product of matrices: ``left`` = symbols, with the shape of each below it."""

    left: Expr
    left_shape: str
    factors: tuple[tuple[Expr, str], ...]


class Grid(NamedTuple):
    """A matrix: what it is, its shape, and its numbers; dots stand for what is left out.

    ``product`` holds the factors it was multiplied from, and ``formulas`` its entries in symbols;
    both are empty where there is nothing to say.
    """

    name: Expr
    shape: str
    rows: tuple[tuple[Expr | str, ...], ...]
    product: tuple[Expr, ...] = ()
    formulas: tuple[tuple[Expr | str, ...], ...] = ()

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single number, which needs no brackets."""
        return len(self.rows) == len(self.rows[0]) == 1

    @property
    def stages(self) -> list[tuple[tuple[Expr | str, ...], ...]]:
        """Its entries in symbols, where there are any, and in numbers."""
        return [rows for rows in (self.formulas, self.rows) if rows]


Block = Sentence | Derivation | Equations | Shapes | Grid


class Document(NamedTuple):
    """Blocks, and how many significant digits their numbers get."""

    blocks: tuple[Block, ...]
    digits: int


def document(blocks: Iterable[Block], digits: int) -> Document:
    """The blocks, and below them what a reader may not know of the operations in them."""
    all_blocks = (*blocks,)
    waiting: list[Any] = [*all_blocks]
    notes: dict[object, Block] = {}
    while waiting:
        part = waiting.pop()
        if isinstance(part, Expr):
            waiting += part.operands
            row = row_of(part)
            if row is not None and row.note:
                pattern = call(row, [Name(read(name)) for name in operand_names(row)])
                notes[row] = Sentence((pattern, f": {row.note}."))
        elif isinstance(part, tuple):
            waiting += part
    return Document((*all_blocks, *notes.values()), digits)


def sign(entries: Iterable[Expr | str], digits: int) -> str:
    """The sign before terms: ≈ where a number in them is rounded to so many digits.

    >>> sign([Number(0.5)], 4), sign([2.0 * (1 / 3 + Name("x"))], 4)
    ('=', '≈')
    """
    waiting = [*entries]
    while waiting:
        term = waiting.pop()
        if isinstance(term, Number) and is_rounded(term.number, digits):
            return "≈"
        waiting += term.operands if isinstance(term, Expr) else ()
    return "="


def lines_of(
    pieces: Iterable[Piece], width: int, symbols: bool, digits: int = 6
) -> Iterator[list[Piece]]:
    """The pieces in lines of about so many characters, which show the symbols or the numbers.

    A line ends with a sign, and a bracket stays with what is in it.
    """
    line: list[Piece] = []
    used = 0
    opening: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str):
            (opening if piece == "(" else line).append(piece)
            used += 2
            continue
        size = _size(piece, symbols, digits)
        if line and used + size > width:
            yield line
            line = []
            used = 2 * len(opening)
        line += [*opening, piece]
        opening = []
        used += size
    yield line


def _size(piece: Cell | Gap, symbols: bool, digits: int) -> int:
    """About how wide a piece is; a ratio is a fraction, and its scripts are small."""
    if isinstance(piece, Gap):
        return 10 if symbols else 3
    if not (piece.symbol and symbols):
        return columns(plain(piece.number, digits))
    x = piece.symbol.of if isinstance(piece.symbol, Name) else None
    assert isinstance(x, Ratio)
    return 2 + max(columns(plain(x.top)), columns(plain(x.bottom))) + bool(x.place)


class Writer:
    """Writes blocks in one format, which adds a method for each kind of block.

    Attributes:
        form: how expressions are written, whose names are labels.
        fraction: writes ∂top/∂bottom, at a place.
        gap: writes that factors are left out of a chain, in symbols or in numbers.
        mark: writes a sign of such a chain.
    """

    form: Form
    fraction: Callable[[str, str, int], str]
    gap: Callable[[int, bool], str]
    mark: Callable[[str, bool], str]

    def __init__(self, digits: int) -> None:
        self.digits = digits
        self.form = self.form._replace(name=self.name, digits=digits)

    def block(self, block: Block) -> str:
        """A block, by the method that is called as its class is."""
        written: str = getattr(self, type(block).__name__.lower())(block)
        return written

    def bound(self, x: Expr, leads: bool = True) -> Bound:
        """An expression in one line, and how tightly it binds."""
        return expr.bound(x, self.form, leads)

    def term(self, x: Expr, leads: bool = True) -> str:
        """An expression in one line."""
        return self.bound(x, leads)[0]

    def name(self, of: Label | Ratio) -> Bound:
        """What a name in an expression stands for."""
        if isinstance(of, Label):
            return type(self).form.name(of)
        bound = map(self.bound, (of.top, of.bottom))
        top, bottom = (self.whole(written, binding < CALL) for written, binding in bound)
        return self.fraction(top, bottom, of.place), ATOM

    def whole(self, written: str, is_bracketed: bool) -> str:
        """What stands after ∂."""
        return f"({written})" if is_bracketed else written

    def equal(self, *entries: Expr | str) -> str:
        """The sign before them."""
        return sign(entries, self.digits)

    def lines(self, block: Derivation, width: int) -> Iterator[tuple[str, list[str]]]:
        """The lines of a chain, in symbols and then in numbers: the sign before one, its pieces.

        A line that goes on from the one above has no sign.
        """
        for symbols in (True, False) if block.has_symbols else (False,):
            equal = self.equal(*(() if symbols else block.numbers))
            for line in lines_of(block.pieces, width, symbols, self.digits):
                yield equal, [self._piece(piece, symbols) for piece in line]
                equal = ""

    def _piece(self, piece: Piece, symbols: bool) -> str:
        if isinstance(piece, Gap):
            return self.gap(piece.factors, symbols)
        if isinstance(piece, str):
            return self.mark(piece, symbols)
        if symbols and piece.symbol:
            return self.term(piece.symbol)
        return self.term(piece.number, piece.leads)
