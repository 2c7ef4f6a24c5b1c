"""The entries of a Jacobian in symbols: ∂J/∂a = −y/a + (1 − y)/(1 − a).

Vocabulary: an *entry* is ∂u/∂v of one node of each station: a sum over the paths between them, each
a product of local derivatives, with its numbers gathered. An entry is written where that takes few
paths and little room; else the number has to do.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from autograd_mini import expr, ops
from autograd_mini.expr import Expr, Number, lift, row_of
from autograd_mini.show.explain.labels import plain

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from autograd_mini.show.explain.flow import Edge
    from autograd_mini.show.explain.names import Names
    from autograd_mini.value import Value as Node

MOST_PATHS, LONGEST_PATH = 4, 8
"""An entry of more paths, or of a longer one, is not written."""

MOST_VISITS = 64
"""So many edges are looked at in search of an entry's paths."""

LONGEST = 48
"""A longer formula is not written."""

MOST_ENTRIES = 256
"""The entries of a larger matrix are not written."""

ZERO = Number(0.0)
"""The entry where there is no path."""


def formulas(
    tops: Sequence[Node],
    bottoms: Sequence[Node],
    edges: Mapping[Node, Sequence[Edge]],
    names: Names,
) -> list[list[Expr]] | None:
    """The matrix ∂tops/∂bottoms in symbols; None where an entry would not be readable.

    Args:
        tops, bottoms: the two stations.
        edges: the edges between them, for each node that lies between.
        names: what nodes are called.
    """
    if len(tops) * len(bottoms) > MOST_ENTRIES:
        return None
    found = []
    for top in tops:
        row = _row(top, bottoms, edges, names)
        if row is None:
            return None
        found.append(row)
    return found


def _row(
    top: Node, bottoms: Sequence[Node], edges: Mapping[Node, Sequence[Edge]], names: Names
) -> list[Expr] | None:
    paths = _paths(top, frozenset(bottoms), edges, len(bottoms))
    if paths is None:
        return None
    row = [_entry(paths[x], names) if x in paths else ZERO for x in bottoms]
    return None if None in row else [term for term in row if term is not None]


def _paths(
    top: Node, bottoms: Container[Node], edges: Mapping[Node, Sequence[Edge]], wide: int
) -> dict[Node, list[list[Edge]]] | None:
    """The paths from a node to each of the bottoms; None where they are too many or too long."""
    found: dict[Node, list[list[Edge]]] = {}
    waiting: list[tuple[Node, list[Edge]]] = [(top, [])]
    left = MOST_VISITS + wide
    while waiting:
        node, path = waiting.pop()
        left -= 1
        if left < 0 or len(path) > LONGEST_PATH:
            return None
        if node in bottoms:
            found.setdefault(node, []).append(path)
        waiting += [(edge.operand, [*path, edge]) for edge in reversed(edges.get(node, ()))]
    return found


def _entry(paths: Sequence[Sequence[Edge]], names: Names) -> Expr | None:
    if len(paths) > MOST_PATHS:
        return None
    summands = []
    for path in paths:
        factors: list[Expr | float] = []
        for edge in path:
            formula = names.formula(edge.node, edge.place)
            if formula is None:
                return None
            factors.append(edge.local if _is_plain(formula) else formula)
        summands.append(product(factors))
    entry = total(summands)
    return entry if len(plain(entry)) <= LONGEST else None


def _is_plain(x: Expr) -> bool:
    """Whether it is a finite number."""
    return isinstance(x, Number) and x.number - x.number == 0.0


def product(factors: Iterable[Expr | float]) -> tuple[int, Expr]:
    """Factors multiplied, as a sign and what it stands before; numbers are gathered in front.

    >>> a, b = expr.Name("a"), expr.Name("b")
    >>> product([-1.0, a, 0.5, 2.0 * b]), product([-2.0, 0.5])
    ((-1, <Expr a · b>), (-1, <Expr 1>))
    """
    number, others = 1.0, list[Expr]()
    for factor in factors:
        if isinstance(factor, Expr):
            coefficient, rest = _coefficient(factor)
            number *= coefficient
            others.append(rest)
        else:
            number *= factor
    if abs(number) != 1.0 or not others:
        others.insert(0, Number(abs(number)))
    multiplied = lift(reduce(ops.mul, others))
    return (-1 if number < 0.0 else 1), multiplied


def _coefficient(x: Expr) -> tuple[float, Expr]:
    """The sign and the whole number that stand in front of a product, and the rest."""
    if row_of(x) is ops.neg:
        number, rest = _coefficient(x.operands[0])
        return -number, rest
    if row_of(x) is not ops.mul:
        return 1.0, x
    left, right = x.operands
    if isinstance(left, Number) and left.number.is_integer():
        return left.number, right
    number, rest = _coefficient(left)
    return number, x if number == 1.0 else rest * right


def total(summands: Sequence[tuple[int, Expr]]) -> Expr:
    """Signed expressions added.

    >>> total([(-1, Number(2.0)), (1, Number(3.0)), (-1, Number(4.0))])
    <Expr −2 + 3 − 4>
    """
    sign, first = summands[0]
    entry = first if sign > 0 else expr.call(ops.neg, [first])
    for sign, term in summands[1:]:
        entry = expr.call(ops.add if sign > 0 else ops.sub, [entry, term])
    return entry
