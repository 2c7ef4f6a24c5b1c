"""What an explanation writes down, free of any format.

Vocabulary:

- *board*: a list of blocks, as a teacher would write them one below the other.
- *ratio*: ∂u/∂v; where v stands in several places of u, with the place, ∂u/∂v|₂.
- *chain*: a product of ratios, or a sum of products, written as a list of *pieces*: *cells*, which
  have a symbol and a number, *marks* between them, and *gaps* for what is left out.
- *block*: a sentence; a derivation (a chain in symbols, in numbers, and its result); a table of
  factors with their formulas; definitions; a matrix.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd_mini.expr import Expr
from autograd_mini.numbers import MINUS, equals

FACTORS, FORWARD, NAMES = "Factors:", "The forward pass:", "where:"
"""Sentences that open the list below them."""


class Ratio(NamedTuple):
    """∂top/∂bottom; ``place`` counts from 1, and is 0 where there is one place only."""

    top: Expr
    bottom: Expr
    place: int = 0


class Cell(NamedTuple):
    """A factor: its symbol and its number. ``number`` is ready to be shown."""

    symbol: Ratio | None
    number: str


class Mark(NamedTuple):
    """A sign that stands in the symbols and in the numbers alike: · + ( )."""

    sign: str


class Gap(NamedTuple):
    """Factors that are left out, and how many they are."""

    factors: int


Piece = Cell | Mark | Gap


class Sentence(NamedTuple):
    """Prose, with ratios and terms in it."""

    parts: tuple[str | Ratio | Expr, ...]


class Derivation(NamedTuple):
    """``left`` = symbols = numbers = result; the title stands before it, where there is one.

    Without symbols (a sum of numbers) the cells have None for theirs.
    """

    title: str
    left: Ratio | None
    pieces: tuple[Piece, ...]
    result: str


class Factors(NamedTuple):
    """Rows of ∂u/∂v = formula = number; a formula that is the number itself is None."""

    rows: tuple[tuple[Ratio, Expr | None, str], ...]


class Definitions(NamedTuple):
    """Rows of name = formula."""

    rows: tuple[tuple[Expr, Expr], ...]


class Shapes(NamedTuple):
    """A product of matrices: ``left`` = symbols, with the shape of each below it."""

    left: Ratio
    left_shape: str
    factors: tuple[tuple[Ratio, str], ...]


class Grid(NamedTuple):
    """A matrix: what it is, its shape, and its numbers, ready to be shown.

    ``product`` holds the factors it was multiplied from, and ``formulas`` its entries in symbols,
    with a string for what is left out; both are empty where there is nothing to say.
    """

    name: Ratio
    shape: str
    rows: tuple[tuple[str, ...], ...]
    product: tuple[Ratio, ...] = ()
    formulas: tuple[tuple[Expr | str, ...], ...] = ()

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single number, which needs no brackets."""
        return len(self.rows) == len(self.rows[0]) == 1


Block = Sentence | Derivation | Factors | Definitions | Shapes | Grid
Board = Sequence[Block]


def sign_of(pieces: Iterable[Piece]) -> str:
    """The sign before the numbers of a chain."""
    return equals(*[piece.number for piece in pieces if isinstance(piece, Cell)])


def bracketed(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces with brackets round every negative number that does not stand first.

    >>> cells = [Cell(None, "−2"), Mark("·"), Cell(None, "−3"), Mark("+"), Cell(None, "1")]
    >>> " ".join(x.sign if isinstance(x, Mark) else x.number for x in bracketed(cells))
    '−2 · (−3) + 1'
    """
    found: list[Piece] = []
    for piece in pieces:
        is_first = not found or found[-1] == Mark("(")
        if isinstance(piece, Cell) and piece.number.startswith(MINUS) and not is_first:
            found.append(Cell(piece.symbol, type(piece.number)(f"({piece.number})")))
        else:
            found.append(piece)
    return tuple(found)
