"""What is written in symbols: local derivatives, the entries of a Jacobian, and the forward pass.

Vocabulary: an *entry* is ∂u/∂v of one node of each vector: a sum over the paths between them, each
a product of local derivatives, with its numbers gathered: ∂J/∂a = −y/a + (1 − y)/(1 − a). It is
written where that takes few paths and little room; else the number has to do. A vector is
*defined* by the next one, as slide 38 lists the forward pass (z⁽¹⁾ = W⁽¹⁾ · x + b⁽¹⁾), when each of
its nodes is the same function of the node at the same place there, or when all of them are weighted
sums of the same inputs.
"""

from __future__ import annotations

from collections.abc import (
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

from autograd_mini import expr, graph, ops
from autograd_mini.expr import Expr, Name, Number, lift, row_of
from autograd_mini.show import labels
from autograd_mini.show.explain.blocks import Ratio
from autograd_mini.show.explain.jacobians import Jacobian, kept
from autograd_mini.show.explain.paths import Edge
from autograd_mini.show.explain.vectors import Vector, common_label
from autograd_mini.show.labels import plain
from autograd_mini.show.names import Names, local
from autograd_mini.value import Value

MOST_PATHS, LONGEST_PATH = 4, 8  # an entry of more paths, or of a longer one, is not written
MOST_VISITS = 64  # so many edges are looked at in search of an entry's paths
LONGEST, LONGEST_BESIDE, LONGEST_LINE = 48, 32, 66
"""A longer formula is not written in a matrix of one column, of several, in a line of its own."""
MOST_ENTRIES, MOST_CORNERS = 256, 6
"""Of a larger matrix the first and the last so many rows and columns are written."""
ZERO = Number(0.0)  # the entry where there is no path
LONGEST_OUTPUT = 64  # a longer formula of the output is left out
MOST_NODES = 24  # the output is written out through so many nodes


class Symbols(NamedTuple):
    """A Jacobian in symbols.

    Attributes:
        rows: the entries; of a large matrix those in the corners. What takes many paths or much
            room stays the ratio ∂u/∂v.
        long: such ratios with their formulas, where these are short enough for a line.
    """

    rows: list[list[Expr]]
    long: list[tuple[Expr, Expr]]


def formulas(factor: Jacobian, edges: Mapping[Value, Sequence[Edge]], names: Names) -> Symbols:
    """A Jacobian in symbols, from the edges of the nodes between its two vectors."""
    is_large = len(factor.tops) * len(factor.bottoms) > MOST_ENTRIES
    rows, columns = (
        kept(len(nodes), MOST_CORNERS) if is_large else range(len(nodes))
        for nodes in (factor.tops, factor.bottoms)
    )
    bottoms = frozenset(factor.bottoms)
    longest = LONGEST if len(bottoms) == 1 else LONGEST_BESIDE
    found = Symbols([], [])
    for i in rows:
        top, reached = factor.tops[i], factor.rows[i]
        paths = _paths(top, bottoms, edges, len(bottoms))
        row: list[Expr] = []
        for j in columns:
            bottom = factor.bottoms[j]
            is_reached = j in reached if paths is None else bottom in paths
            written = _sum((paths or {}).get(bottom, ()), names) if is_reached else ZERO
            if written is None or len(plain(written)) > longest:
                name: Expr = Name(Ratio(names.of(top), names.of(bottom)))
                found.long.extend([(name, written)] if written is not None else [])
                written = name
            row.append(written)
        found.rows.append(row)
    return found


def is_ratio(x: object) -> bool:
    """Whether an entry has not been written out."""
    return isinstance(x, Name) and isinstance(x.of, Ratio)


def _paths(
    top: Value, bottoms: Container[Value], edges: Mapping[Value, Sequence[Edge]], wide: int
) -> dict[Value, list[list[Edge]]] | None:
    """The paths from a node to each of the bottoms; None where they are too many or too long."""
    found: dict[Value, list[list[Edge]]] = {}
    waiting: list[tuple[Value, list[Edge]]] = [(top, [])]
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


def _sum(paths: Sequence[Sequence[Edge]], names: Names) -> Expr | None:
    """The products of the paths added; None where that is too long."""
    if not 0 < len(paths) <= MOST_PATHS:
        return None
    summands = []
    for path in paths:
        factors: list[Expr | float] = []
        for edge in path:
            formula = local(edge.node, edge.place, names.written)
            if formula is None:
                return None
            factors.append(edge.local if _is_plain(formula) else formula)
        summands.append(product(factors))
    entry = total(summands)
    return entry if len(plain(entry)) <= LONGEST_LINE else None


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


def definitions(
    root: Value, vectors: Sequence[Vector], called: Sequence[Expr], names: Names
) -> Iterator[tuple[Expr, Expr]]:
    """Names and formulas, from the output to the inputs; the vectors are called as told."""
    written = _written_out(root, vectors[0].nodes, names)
    if written is not None:
        yield names.of(root), written
    for (upper, lower), (name, below) in zip(pairwise(vectors), pairwise(called), strict=True):
        formula = _elementwise(upper, lower, below) or _weighted(upper, lower, below, names)
        if formula is not None:
            yield name, formula


def _written_out(root: Value, ends: Collection[Value], names: Names) -> Expr | None:
    """The formula of the output in terms of the first vector and of leaves."""
    between = _between(root, set(ends))
    found: dict[Value, Expr] = {}
    for node in between:
        operands = [
            found[x] if type(x) is not float and x in found else names.of(x)
            for x in graph.raw_operands(node)
        ]
        found[node] = expr.call(node._row, operands)
    return found[root] if between and len(plain(found[root])) <= LONGEST_OUTPUT else None


def _between(root: Value, ends: Container[Value]) -> list[Value]:
    """The results above the ends up to the root, operands before results; [] if too many."""
    reached: set[Value] = set()
    done: list[Value] = []

    def visit(node: Value) -> None:
        if node in reached or node in ends or graph.is_leaf(node) or len(reached) > MOST_NODES:
            return
        reached.add(node)
        for operand in graph.operand_nodes(node):
            visit(operand)
        done.append(node)

    visit(root)
    return done if len(reached) <= MOST_NODES else []


def _elementwise(upper: Vector, lower: Vector, below: Expr) -> Expr | None:
    rows = {node._row for node in upper.nodes}
    if len(rows) > 1 or len(upper.nodes) != len(lower.nodes):
        return None
    (row,) = rows
    pairs = zip(upper.nodes, lower.nodes, strict=True)
    if row.arity != 1 or not all(graph.raw_operands(node) == (x,) for node, x in pairs):
        return None
    return expr.call(row, [below])


def _weighted(upper: Vector, lower: Vector, below: Expr, names: Names) -> Expr | None:
    """W · a + b, where one of W, a and b is the next vector."""
    if any(node._row is not ops.affine for node in upper.nodes):
        return None
    operands = [graph.raw_operands(node) for node in upper.nodes]
    inputs = [x[1:-1:2] for x in operands]
    if any(each != inputs[0] for each in inputs):
        return None
    weights = tuple(w for x in operands for w in x[:-1:2])
    parts = [
        Vector(weights, (len(inputs[0]),) * len(upper.nodes)),
        Vector(tuple(inputs[0])),
        Vector(tuple(x[-1] for x in operands)),
    ]
    called = [_called(part, lower, below, names) for part in parts]
    if None in called:
        return None
    weight, given, bias = [term for term in called if term is not None]
    return expr.call(ops.affine, [weight, given, bias])


def _called(part: Vector, lower: Vector, below: Expr, names: Names) -> Expr | None:
    if part.nodes == lower.nodes:
        return below
    if any(isinstance(x, float) for x in part.nodes):
        return None
    if label := common_label(part):
        return Name(labels.read(label))
    return names.of(part.nodes[0]) if len(part.nodes) == 1 else None
