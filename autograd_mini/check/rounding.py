"""How much rounding there is in a recorded number, found by computing it again less exactly.

Vocabulary: a *replay* evaluates the recorded graph by its rows' forward functions; the result of
every operation *slips* by up to an ulp, at random. What the root changes by is a sample of its
rounding error. Partials are not used, so a wrong derivative cannot hide in it. Source: J. Vignes,
"A stochastic arithmetic for reliable scientific computation", Math. Comput. Simulation 35 (1993).
"""

from __future__ import annotations

from autograd_mini import graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random

    from autograd_mini.graph import Node

SLIP = 2.0**-52


def replayed(root: Node, rng: Random) -> float:
    """The number of ``root``, computed again from its leaves with slips.

    A result that equals an operand up to its sign, as of max or relu, is exact and does not slip.
    """
    numbers: dict[Node, float] = {}
    for node in graph.order(root):
        if graph.is_leaf(node):
            numbers[node] = node._data
            continue
        operands = [x if type(x) is float else numbers[x] for x in graph.raw_operands(node)]
        result = node._row.forward(*operands)
        if result not in operands and -result not in operands:
            result *= 1.0 + SLIP * (2.0 * rng.random() - 1.0)
        numbers[node] = result
    return numbers[root]
