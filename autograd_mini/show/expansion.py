"""Affine nodes opened: w₁x₁ + … + wₙxₙ + b as the products and the sum that it is made of.

Vocabulary: a *twin* is the node that stands for another one in the opened graph. A leaf is its own
twin, and so is every node with no affine node under it; the twin of an affine node is a sum of
*synthetic* products, nodes that nobody computed, with numbers and gradients of their own. The
graph that was given does not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.copying import shallow_copy

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from autograd_mini.value import Value


def opened(*roots: Value, only: Container[Value] | None = None) -> dict[Value, Value]:
    """The twin of each node that the roots depend on; ``only`` some affine nodes may be opened.

    A twin has the number and the gradient of its node; a product has its own number, and the
    gradient of its sum, whose derivative with respect to each product is 1.

    >>> from autograd_mini import Value
    >>> w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
    >>> z = ops.affine([w], [x], b)
    >>> twins = opened(z)
    >>> twins[z].op, [(x.op, x.data) for x in twins[z].operands], twins[w] is w
    ('sum', [('mul', 6.0), ('', 1.0)], True)
    """
    twins: dict[Value, Value] = {}
    for node in graph.order(*roots):
        operands = [x if type(x) is float else twins[x] for x in graph.raw_operands(node)]
        if node._row is ops.affine and (only is None or node in only):
            twins[node] = _remade(node, ops.sum, (*_products(node, operands), operands[-1]))
        elif all(a is b for a, b in zip(operands, graph.raw_operands(node), strict=True)):
            twins[node] = node
        else:
            twins[node] = _remade(node, node._row, operands)
    return twins


def _products(node: Value, operands: Sequence[Value | float]) -> Iterable[Value]:
    for pair in zip(operands[:-1:2], operands[1::2], strict=True):
        made = _remade(node, ops.mul, pair)
        made._data = ops.mul.forward(*graph.numbers(pair))
        made._label = ""  # the name is the sum's
        yield made


def _remade(node: Value, row: ops.Op, operands: Iterable[Value | float]) -> Value:
    """A copy of a node, of the same age and gradient, made from other operands."""
    made: Value = shallow_copy(node)
    made._row = row
    listed = tuple(operands)
    wide = row.arity is None or len(listed) > 2
    made._a, made._b = (listed, None) if wide else (*listed, None)[:2]
    return made
