"""A choice not taken contributes nothing: which operands of a node a derivative goes through.

Vocabulary:

- *choice*: what ``maximum``, ``minimum``, ``max``, ``relu`` and ``where`` do with their operands,
  and every row that is constant between jumps (``step``, ``sign``): rows with a *boundary*
  (:mod:`autograd_mini.rows`).
- *not chosen*: an operand in which the node is locally constant: the smaller one of ``maximum``,
  what ``relu`` cuts off, the operand of ``step`` off its jump. It receives nothing, and what
  received nothing hands nothing on. *Nothing* is not a 0: 0 · inf is nan, nothing · inf is nothing.
- *chosen*: an operand from which the node differs by a constant. It receives the adjoint itself.
- *open*: anything else, ties, boundaries and comparisons with nan among it, where 0 and 1 are the
  kink rule's choice and not the row's: adjoint times local derivative.
- *settled*: a condition that chooses the same all around the point. A constant does; a number off
  0, and what is locally constant (made of ``step`` and ``sign``, say), if nothing below it jumps
  here.

So ``where(step(x), sqrt(x), 0)`` has the derivative 0 at −3, and inf · 0 = nan at 0, where no
number would be right.
"""

from __future__ import annotations

import math
from itertools import repeat

from autograd_mini import graph, ops
from autograd_mini.rows import CONSTANT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from autograd_mini.graph import Node
    from autograd_mini.rows import Op

    States = dict[Node, int]

FIXED, MOVES, JUMPS = 0, 1, 2
"""How a node's number behaves around the point: one number, a continuous function, or neither."""

FAR = 1e-6
"""What a row's number changes by from one float to the next, beside 1 and itself, if it jumps."""

_TAKEN = {0.0: False, 1.0: True}


def chosen(node: Node, states: States) -> Iterable[bool | None]:
    """For each operand of a node whether it is chosen: True, False, or None where that is open.

    Args:
        node: a result.
        states: what is known of conditions, a dictionary that belongs to one pass.

    >>> from autograd_mini import Value, ops
    >>> x = Value(0.0)
    >>> list(chosen(ops.maximum(1.0, x), {})), list(chosen(ops.maximum(0.0, x), {}))
    ([True, False], [None, None])
    >>> list(chosen(ops.where(ops.step(x - 3), x, 2 * x), {}))
    [False, False, True]
    """
    row = node._row
    if row.boundary is None or not (node._legible or _is_written_out(node)):
        return repeat(None)
    operands = graph.raw_operands(node)
    state = _state(operands[0], states) if row is ops.where else FIXED
    return decided(row, node._data, graph.numbers(operands), state)


def _is_written_out(node: Node) -> bool:
    """Whether it is a ``where`` whose condition is one number in every example."""
    condition = graph.raw_operands(node)[0]
    return node._row is ops.where and condition._row is CONSTANT and condition._legible


def decided(row: Op, z: float, numbers: Sequence[float], condition: int) -> Iterable[bool | None]:
    """The same of a row that chooses; ``condition`` is the state of ``where``'s."""
    assert row.boundary is not None
    if row is ops.where:
        is_off = is_settled(numbers[0], condition)
    else:
        is_off = row.boundary(*numbers) == 0.0
    return taken(row, z, numbers) if is_off else repeat(None)


def taken(row: Op, z: float, numbers: Sequence[float]) -> list[bool | None]:
    """What the partials of a row say off its boundary: chosen, not chosen, or open."""
    return [_TAKEN.get(local) for local in map(row.at(z, numbers), range(len(numbers)))]


def is_settled(number: float, state: int) -> bool:
    """Whether a condition chooses the same all around the point."""
    return number == number and (state == FIXED or (state == MOVES and number != 0.0))


def _state(root: Any, states: States) -> int:
    """The state of a condition; each node below it is looked at once in a pass."""
    if type(root) is float or root._row is CONSTANT:
        return FIXED
    stack = [root]
    while stack:
        node = stack[-1]
        if node in states:
            stack.pop()
            continue
        operands = graph.raw_operands(node)
        waiting = [x for x in operands if type(x) is not float and x not in states]
        if waiting:
            stack += waiting
            continue
        known = [FIXED if type(x) is float else states[x] for x in operands]
        states[stack.pop()] = (
            state(node._row, node._data, graph.numbers(operands), known) if known else _leaf(node)
        )
    return states[root]


def _leaf(node: Node) -> int:
    if node._row is CONSTANT:
        return FIXED
    return MOVES if node._data == node._data else JUMPS


def state(row: Op, z: float, numbers: Sequence[float], states: Sequence[int]) -> int:
    """How a result behaves around the point: FIXED, MOVES or JUMPS.

    Args:
        row: what made it.
        z: its number.
        numbers: the operands' numbers.
        states: how the operands behave.
    """
    if max(states) == FIXED:
        return FIXED
    if z != z:
        return JUMPS
    if row is ops.where:
        settled = is_settled(numbers[0], states[0])
        return states[1 if numbers[0] else 2] if settled else JUMPS
    if max(states) == JUMPS:
        return JUMPS
    if row.boundary is None:
        return JUMPS if _breaks(row, z, numbers, states) else MOVES
    if row.boundary(*numbers) != 0.0:
        return JUMPS if row.jumps else MOVES
    through = zip(states, taken(row, z, numbers), strict=True)
    return MOVES if any(moves and chosen is not False for moves, chosen in through) else FIXED


def _breaks(row: Op, z: float, numbers: Sequence[float], states: Sequence[int]) -> bool:
    """Whether a row without a boundary has a pole or a cut here: the numbers next to it tell.

    1/x changes its sign at 0, 0 ** y is 1 at 0 alone, and atan2(y, -1) goes from -π to π. A row of
    any number of operands has neither.
    """
    if row.arity is None:
        return False
    for i, (x, moves) in enumerate(zip(numbers, states, strict=True)):
        for way in (-math.inf, math.inf) if moves else ():
            side = row.forward(*numbers[:i], math.nextafter(x, way), *numbers[i + 1 :])
            if abs(side - z) > FAR * (1.0 + abs(z)) or (math.isinf(z) and side == -z):
                return True
    return False
