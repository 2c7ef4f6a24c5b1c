"""Where a long chain goes on in another line, on paper and on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini.show.explain.board import Cell, Gap, Mark
from autograd_mini.show.explain.labels import plain
from autograd_mini.show.explain.terminal import columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.show.explain.board import Piece, Ratio


def lines_of(pieces: Iterable[Piece], width: int, symbols: bool) -> list[list[Piece]]:
    """The pieces line by line; a line ends with a sign, and a bracket stays with what is in it.

    Args:
        pieces: of a chain.
        width: how many characters fit into a line, about.
        symbols: whether the line shows the symbols, which are fractions, or the numbers.
    """
    lines: list[list[Piece]] = [[]]
    used = 0
    opening: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Mark):
            (opening if piece.sign == "(" else lines[-1]).append(piece)
            used += 2
            continue
        size = _size(piece, symbols)
        if lines[-1] and used + size > width:
            lines.append([])
            used = 2 * len(opening)
        lines[-1] += [*opening, piece]
        opening = []
        used += size
    return lines


def _size(piece: Cell | Gap, symbols: bool) -> int:
    if isinstance(piece, Gap):
        return 10 if symbols else 3
    if piece.symbol and symbols:
        return _fraction(piece.symbol)
    return columns(piece.number)


def _fraction(x: Ratio) -> int:
    """About how wide ∂u/∂v is, written as a fraction: its scripts are small."""
    return 2 + max(columns(plain(x.top)), columns(plain(x.bottom))) + bool(x.place)
