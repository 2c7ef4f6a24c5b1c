"""Whether a recorded graph stands at a kink of one of its rows.

Vocabulary: a row with declared kinks (:mod:`autograd_mini.rows`) *kinks* at its operands if the
slopes of its forward function to the right and to the left of them differ, along any operand that
moves with the inputs. Asking the function itself finds a tie of maximum at any number, and finds
none in relu where relu is straight.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import graph, modes
from autograd_mini.check.complex_step import active_nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.graph import Node

NEAR = 1e-6
"""The step to either side, relative to the operand."""


def kink_at(root: Node, leaves: Sequence[Node]) -> str:
    """The first operation that stands at a kink, as a call with its operands; "" for none."""
    nodes = graph.order(root)
    active = active_nodes(nodes, leaves)
    moving = {*active, *leaves}
    for node in active:
        if node._row.kinks and any(
            type(x) is not float and x in moving and _kinks(node, i)
            for i, x in enumerate(graph.raw_operands(node))
        ):
            return modes.called(node)
    return ""


def _kinks(node: Node, i: int) -> bool:
    """Whether the row's slopes along operand ``i`` differ on the two sides, or it jumps.

    What the value bends by within a step shrinks faster than the step where the row is smooth, and
    what it changes by shrinks with the step unless the row jumps.
    """
    numbers = graph.numbers(graph.raw_operands(node))
    scale = abs(numbers[i]) or min([abs(x) for x in numbers if x], default=1.0)
    bend, change = _bend_and_change(node, numbers, i, NEAR * scale)
    wide_bend, wide_change = _bend_and_change(node, numbers, i, 100.0 * NEAR * scale)
    least = 64.0 * math.ulp(max(abs(node._data), min(scale, 1.0) * NEAR))
    bends = least < bend < math.inf and bend > 1e-3 * wide_bend
    return bends or (least < change < math.inf and change > 0.5 * wide_change)


def _bend_and_change(node: Node, numbers: list[float], i: int, step: float) -> tuple[float, float]:
    """How far the row's value is off a line, and how far it moves, within a step to either side."""

    def at(x: float) -> float:
        return float(node._row.forward(*numbers[:i], x, *numbers[i + 1 :]))

    middle = at(numbers[i])
    right, left = at(numbers[i] + step) - middle, middle - at(numbers[i] - step)
    return abs(right - left), max(abs(right), abs(left))
