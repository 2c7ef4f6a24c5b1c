"""Sums of products with shared factors gathered, as a person would write them.

Vocabulary:

- *cut node*: a node that all paths go through. Between two lies a *stretch*, and the sum over all
  paths is the product over the stretches: for b = a + a, c = b + b it is (1 + 1) · (1 + 1).
- *tree*: an edge; a :class:`Product` or a :class:`Sum` of trees; a gap for stretches left out.
- A stretch of several paths is split again: those that share no node between its ends are terms of
  a sum, and those that share one have cut nodes of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from autograd_mini.show.explain.blocks import Cell, Gap, Piece
from autograd_mini.show.explain.paths import Edge, Flow
from autograd_mini.value import Value

T = TypeVar("T")

LONGEST_STRETCH = 30  # a stretch with a longer path is not gathered


class Product(NamedTuple):
    """Trees that are multiplied."""

    factors: tuple[Tree, ...]


class Sum(NamedTuple):
    """Trees that are added."""

    terms: tuple[Tree, ...]


Tree = Edge | Product | Sum | Gap
Chain = tuple[Edge, ...]


def gathered(flow: Flow, most: int, longest: int) -> Tree | None:
    """The sum over all paths, gathered; None where a shown stretch has more paths than ``most``.

    Of more than ``longest`` stretches, those in the middle are left out.
    """
    factors: list[Tree] = []
    for stretch in elided([*pairwise(flow.cut_nodes)], longest):
        if isinstance(stretch, Gap):
            factors.append(stretch)
        elif (paths := _paths(flow, *stretch, most)) is None:
            return None
        else:
            factors.append(_gather(paths))
    return Product(tuple(factors))


def elided(items: Sequence[T], longest: int) -> list[T | Gap]:
    """The items, or the first and the last of them around how many are left out.

    >>> elided("abcdefgh", 8), elided("abcdefgh", 5)
    (['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], ['a', 'b', Gap(factors=4), 'g', 'h'])
    """
    if len(items) <= longest:
        return list(items)
    half = longest // 2
    return [*items[:half], Gap(len(items) - 2 * half), *items[len(items) - half :]]


def is_gathered(tree: Tree) -> bool:
    """Whether gathering has saved anything: a sum of plain products is what it was before."""
    if isinstance(tree, Product):
        has_sum = any(isinstance(factor, Sum) for factor in tree.factors)
        return (has_sum and len(tree.factors) > 1) or any(map(is_gathered, tree.factors))
    return isinstance(tree, Sum) and any(map(is_gathered, tree.terms))


def edges_of(tree: Tree) -> Iterator[Edge]:
    """The edges of a tree from left to right, as often as they stand there."""
    if isinstance(tree, Edge):
        yield tree
    elif not isinstance(tree, Gap):
        for part in tree.factors if isinstance(tree, Product) else tree.terms:
            yield from edges_of(part)


def pieces(
    tree: Tree, cell: Callable[[Edge, bool], Cell], is_factor: bool = False, leads: bool = True
) -> Iterator[Piece]:
    """A tree as the pieces of a chain; a sum that is a factor is put into brackets."""
    if isinstance(tree, Edge):
        yield cell(tree, leads)
    elif isinstance(tree, Gap):
        yield tree
    elif isinstance(tree, Product):
        inside = is_factor or len(tree.factors) > 1
        parts = [pieces(x, cell, inside, leads and not i) for i, x in enumerate(tree.factors)]
        yield from _between("·", parts)
    elif is_factor:
        yield from ("(", *pieces(tree, cell), ")")
    else:
        parts = [pieces(x, cell, False, leads and not i) for i, x in enumerate(tree.terms)]
        yield from _between("+", parts)


def _between(sign: str, parts: Iterable[Iterable[Piece]]) -> Iterator[Piece]:
    for i, part in enumerate(parts):
        if i:
            yield sign
        yield from part


def _paths(flow: Flow, top: Value, bottom: Value, most: int) -> list[Chain] | None:
    """The paths of a stretch, left to right; None where they are more than ``most``, or too long.

    All edges from a node of the stretch lead to another one, because every path ends in its last.
    """
    found: list[Chain] = []
    waiting: list[Chain] = [(edge,) for edge in reversed(flow.steps[top])]
    while waiting:
        path = waiting.pop()
        end = path[-1].operand
        if end is bottom:
            found.append(path)
        else:
            waiting += [(*path, edge) for edge in reversed(flow.steps[end])]
        if len(found) + len(waiting) > most or len(path) > LONGEST_STRETCH:
            return None
    return found


def _gather(paths: list[Chain]) -> Tree:
    """All paths between two nodes, gathered."""
    if len(paths) == 1:
        (path,) = paths
        return path[0] if len(path) == 1 else Product(path)
    cut = _inner_cut(paths)
    if cut is not None:
        upper = list(dict.fromkeys(_until(path, cut) for path in paths))
        lower = list(dict.fromkeys(path[len(_until(path, cut)) :] for path in paths))
        return Product((*_factors(_gather(upper)), *_factors(_gather(lower))))
    groups = _groups(paths)
    terms = groups if len(groups) > 1 else [[path] for path in paths]
    return Sum(tuple(map(_gather, terms)))


def _factors(tree: Tree) -> tuple[Tree, ...]:
    return tree.factors if isinstance(tree, Product) else (tree,)


def _inner_cut(paths: list[Chain]) -> Value | None:
    """The first node between the ends that all the paths share."""
    shared = set.intersection(*[{edge.operand for edge in path[:-1]} for path in paths])
    return next((edge.operand for edge in paths[0][:-1] if edge.operand in shared), None)


def _until(path: Chain, cut: Value) -> Chain:
    end = next(i for i, edge in enumerate(path) if edge.operand is cut)
    return path[: end + 1]


def _groups(paths: list[Chain]) -> list[list[Chain]]:
    """The paths in groups that share no node between their ends, in order of their first paths."""
    group_of: list[list[int]] = []  # for each path
    known: dict[Value, int] = {}  # for each node a path through it
    for i, path in enumerate(paths):
        nodes = [edge.operand for edge in path[:-1]]
        others = [group_of[known[node]] for node in nodes if node in known]
        joined = {group[-1]: group for group in others}
        if len(joined) == 1:
            group = others[0]
            group.append(i)
            group_of.append(group)
        else:
            group = [*[j for last in sorted(joined) for j in joined[last]], i]
            group_of.append(group)
            for j in group:
                group_of[j] = group
        known.update(dict.fromkeys(nodes, i))
    groups = {group[0]: group for group in group_of}
    return [[paths[i] for i in groups[first]] for first in sorted(groups)]
