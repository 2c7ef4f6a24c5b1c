"""The entries of a Jacobian in symbols: ∂J/∂a = −y/a + (1 − y)/(1 − a).

Vocabulary: an *entry* is ∂u/∂v of one node of each station: a sum over the paths between them, each
a product of local derivatives, with its numbers gathered. An entry is written where that takes few
paths and little room; else the number has to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini.show.explanation import terms

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from autograd_mini.graph import Node
    from autograd_mini.show.explanation.flow import Edge
    from autograd_mini.show.explanation.names import Names
    from autograd_mini.show.explanation.terms import Term

MOST_PATHS, LONGEST_PATH = 4, 8
"""An entry of more paths, or of a longer one, is not written."""

MOST_VISITS = 64
"""So many edges are looked at in search of an entry's paths."""

LONGEST = 48
"""A longer formula is not written."""

MOST_ENTRIES = 256
"""The entries of a larger matrix are not written."""

ZERO = terms.number(0.0)
"""The entry where there is no path."""


def formulas(
    tops: Sequence[Node],
    bottoms: Sequence[Node],
    edges: Mapping[Node, Sequence[Edge]],
    names: Names,
) -> list[list[Term]] | None:
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
) -> list[Term] | None:
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


def _entry(paths: Sequence[Sequence[Edge]], names: Names) -> Term | None:
    if len(paths) > MOST_PATHS:
        return None
    summands = []
    for path in paths:
        factors: list[Term | float] = []
        for edge in path:
            formula = names.formula(edge.node, edge.place)
            if formula is None:
                return None
            factors.append(edge.local if formula.is_number else formula)
        summands.append(terms.product(factors))
    total = terms.total(summands)
    return total if len(total.text.text) <= LONGEST else None
