"""Whether a recorded graph stands at a kink of one of its rows.

Vocabulary: a row with declared kinks (:mod:`autograd_mini.rows`) *kinks* at its operands if the
slopes of its forward function to the right and to the left of them differ, along any operand that
moves with the inputs. Asking the function itself finds a tie of maximum at any number, and finds
none in relu where relu is straight.
"""

from __future__ import annotations

import math

from autograd_mini import graph, modes
from autograd_mini.check.complex_step import active_nodes

TYPE_CHECKING = False
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
    """Whether the row's slopes along operand ``i`` differ on the two sides."""
    forward, numbers = node._row.forward, graph.numbers(graph.raw_operands(node))
    scale = abs(numbers[i]) or min([abs(x) for x in numbers if x], default=1.0)
    here, above, below = forward(*numbers), numbers[i] + NEAR * scale, numbers[i] - NEAR * scale
    if below == above or not math.isfinite(here):
        return False
    right = forward(*numbers[:i], above, *numbers[i + 1 :]) - here
    left = here - forward(*numbers[:i], below, *numbers[i + 1 :])
    return not abs(right - left) <= 1e-3 * max(abs(right), abs(left)) + 16.0 * math.ulp(here)
