"""The forward pass behind a product of matrices, as slide 38 lists it: z⁽¹⁾ = W⁽¹⁾ · x + b⁽¹⁾.

Vocabulary: a station is defined by the next one when each of its nodes is the same function of the
node at the same place there (a⁽¹⁾ = tanh(z⁽¹⁾)), or when all of them are weighted sums of the same
inputs. The output is written out down to the first station, where that is short. What fits neither
is left out.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from autograd_mini import expr, graph, ops
from autograd_mini.expr import Name
from autograd_mini.show.explain import labels
from autograd_mini.show.explain.stations import Station, common_label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from autograd_mini.expr import Expr
    from autograd_mini.show.explain.names import Names
    from autograd_mini.value import Value as Node

LONGEST = 64
"""A longer formula of the output is left out."""

MOST_NODES = 24
"""The output is written out through so many nodes."""


def definitions(
    root: Node, stations: Sequence[Station], called: Sequence[Expr], names: Names
) -> Iterator[tuple[Expr, Expr]]:
    """Names and formulas, from the output to the input.

    Args:
        root: the output.
        stations: the stations, the inputs last.
        called: their names.
        names: what nodes are called.
    """
    written = _written_out(root, stations[0].nodes, names)
    if written is not None:
        yield names.of(root), written
    for (upper, lower), (name, below) in zip(pairwise(stations), pairwise(called), strict=True):
        formula = _elementwise(upper, lower, below) or _weighted(upper, lower, below, names)
        if formula is not None:
            yield name, formula


def _written_out(root: Node, ends: Collection[Node], names: Names) -> Expr | None:
    """The formula of the output in terms of the first station and of leaves."""
    between = _between(root, set(ends))
    found: dict[Node, Expr] = {}
    for node in between:
        operands = [
            found[x] if type(x) is not float and x in found else names.of(x)
            for x in graph.raw_operands(node)
        ]
        found[node] = expr.call(node._row, operands)
    return found[root] if between and len(labels.plain(found[root])) <= LONGEST else None


def _between(root: Node, ends: Collection[Node]) -> list[Node]:
    """The results above the ends up to the root, operands before results; [] if too many."""
    reached: set[Node] = set()
    done: list[Node] = []
    stack: list[Node | None] = [root]
    while stack:
        node = stack.pop()
        if node is None:
            done.append(stack.pop())  # type: ignore[arg-type]  # below a None stands a node
        elif node not in reached and node not in ends and not graph.is_leaf(node):
            reached.add(node)
            stack += [node, None, *reversed(graph.operand_nodes(node))]
        if len(reached) > MOST_NODES:
            return []
    return done


def _elementwise(upper: Station, lower: Station, below: Expr) -> Expr | None:
    rows = {node._row for node in upper.nodes}
    if len(rows) > 1 or len(upper.nodes) != len(lower.nodes):
        return None
    (row,) = rows
    pairs = zip(upper.nodes, lower.nodes, strict=True)
    if row.arity != 1 or not all(graph.raw_operands(node) == (x,) for node, x in pairs):
        return None
    return expr.call(row, [below])


def _weighted(upper: Station, lower: Station, below: Expr, names: Names) -> Expr | None:
    """W · a + b, where one of W, a and b is the next station."""
    if any(node._row is not ops.affine for node in upper.nodes):
        return None
    operands = [graph.raw_operands(node) for node in upper.nodes]
    inputs = [x[1:-1:2] for x in operands]
    if any(each != inputs[0] for each in inputs):
        return None
    weights = tuple(w for x in operands for w in x[:-1:2])
    parts = [
        Station(weights, (len(inputs[0]),) * len(upper.nodes)),
        Station(tuple(inputs[0])),
        Station(tuple(x[-1] for x in operands)),
    ]
    called = [_called(part, lower, below, names) for part in parts]
    if None in called:
        return None
    weight, given, bias = [term for term in called if term is not None]
    return expr.call(ops.affine, [weight, given, bias])


def _called(part: Station, lower: Station, below: Expr, names: Names) -> Expr | None:
    if part.nodes == lower.nodes:
        return below
    if any(isinstance(x, float) for x in part.nodes):
        return None
    if label := common_label(part):
        return Name(labels.read(label))
    return names.of(part.nodes[0]) if len(part.nodes) == 1 else None
