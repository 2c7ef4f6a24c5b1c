"""A lesson's graph as the playground's address has it: an expression, and numbers for its names."""

from __future__ import annotations

from urllib.parse import urlencode

from autograd_mini import expr, graph, notation
from autograd_mini.expr import Expr
from autograd_mini.expression import Expression, ExpressionError
from autograd_mini.value import Value

MOST_NAMES = 12
"""With more, there would be too many sliders to find one's way."""


def address(root: Value) -> str:
    """The fragment that opens a graph in the playground, where each name has a slider.

    Returns:
        "" where the graph has no such expression: names that cannot be typed or that stand for
        two numbers, or too many of them.

    >>> w, x = Value(2.0, "w₁"), Value(3.0, "x")
    >>> address((w * x).tanh())
    '#do=chain&f=tanh%28w%E2%82%81+%C2%B7+x%29&at=w1%3D2.0%2Cx%3D3.0'
    """
    written, leaves = _written(root)
    text = expr.write(written, notation.TEXT._replace(digits=17))
    try:
        expression = Expression(text)
        shown = dict.fromkeys(expr.names(written))
        named = dict(zip(expression.names, map(leaves.__getitem__, shown), strict=True))
        found = expression(named)
    except (ExpressionError, ValueError):
        return ""
    if abs(found - root.data) > 1e-12 * abs(root.data) or len(named) > MOST_NAMES:
        return ""
    numbers = ",".join(f"{name}={number!r}" for name, number in named.items())
    return f"#{urlencode({'do': 'chain', 'f': text, 'at': numbers})}"


def _written(root: Value) -> tuple[Expr, dict[str, float]]:
    """The graph as an expression of the labels of its leaves, and the numbers of these."""
    made: dict[Value, Expr] = {}
    leaves: dict[str, float] = {}

    def of(operand: Value | float) -> Expr:
        if not isinstance(operand, Value):
            return expr.Number(operand)
        if operand in made:
            return made[operand]
        label = graph.label(operand)
        if not label:
            return expr.Number(operand.data)
        leaves[label] = operand.data
        return expr.Name(label)

    for node in graph.order(root):
        if node.operands:
            made[node] = expr.call(node._row, [*map(of, graph.raw_operands(node))])
    return of(root), leaves
