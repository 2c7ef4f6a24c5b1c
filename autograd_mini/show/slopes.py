"""The local derivatives of one node, as the engine computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_mini.value import Value as Node


def slopes(node: Node) -> Callable[[int], float]:
    """The function i -> ∂node/∂operand i; what all operands share is computed once.

    >>> from autograd_mini import Value, ops
    >>> z = ops.max([Value(1.0), Value(3.0), Value(3.0)])
    >>> list(map(slopes(z), range(3)))
    [0.0, 0.5, 0.5]
    """
    row, z = node._row, node._data
    numbers = graph.numbers(graph.raw_operands(node))
    if row.arity is None:
        at = row.at(z, numbers)
        return lambda i: float(at(i))
    return lambda i: float(row.local(i, z, numbers))
