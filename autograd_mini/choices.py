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
from functools import cache, reduce
from itertools import repeat
from typing import TYPE_CHECKING

from autograd_mini import graph, ops
from autograd_mini.rows import CONSTANT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Protocol

    from autograd_mini.graph import Node
    from autograd_mini.rows import Op

    States = dict[Node, int]

    class Recorded(Node, Protocol):
        """A node of a function that is being recorded, on its tape."""

        _tape: Any


FIXED, MOVES, JUMPS = 0, 1, 2
"""How a node's number behaves around the point: one number, a continuous function, or neither."""

FAR = 1e-6
"""What a row's number changes by from one float to the next, beside 1 and itself, if it jumps."""

LARGE = 800.0
"""An ordinary number, whose exponential is none."""

_SMOOTH = {ops.add, ops.sub, ops.mul, ops.neg, ops.abs, ops.sum, ops.affine, ops.exp, ops.tanh}
"""Rows that jump nowhere, of which recorded conditions may be made, beside those of choices."""

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
    if row.boundary is None:
        return repeat(None)
    operands = graph.raw_operands(node)
    if not node._legible:  # unless the condition is one number in every example
        condition = operands[0]
        if row is not ops.where or condition._row is not CONSTANT or not condition._legible:
            return repeat(None)
    state = _state(operands[0], states) if row is ops.where else FIXED
    return decided(row, node._data, graph.numbers(operands), state)


def decided(row: Op, z: float, numbers: Sequence[float], condition: int) -> Iterable[bool | None]:
    """The same of a row that chooses; ``condition`` is the state of ``where``'s."""
    assert row.on_boundary is not None
    if row is ops.where:
        is_off = is_settled(numbers[0], condition)
    else:
        is_off = row.on_boundary(*numbers) == 0.0
    return taken(row, z, numbers) if is_off else repeat(None)


def taken(row: Op, z: float, numbers: Sequence[float]) -> list[bool | None]:
    """What the partials of a row say off its boundary: chosen, not chosen, or open."""
    local = row.at(z, numbers) if row.arity is None else lambda i: row.local(i, z, numbers)
    return [_TAKEN.get(local(i)) for i in range(len(numbers))]


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
        if known:
            found = state(node._row, node._data, graph.numbers(operands), known)
        elif node._row is CONSTANT:
            found = FIXED
        else:
            found = MOVES if node._data == node._data else JUMPS
        states[stack.pop()] = found
    return states[root]


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
    if row.on_boundary is None:
        return JUMPS if _breaks(row, z, numbers, states) else MOVES
    if row.on_boundary(*numbers) != 0.0:
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


# --- while a function is being recorded -----------------------------------------------------------
# Its numbers differ from example to example, so the choice is recorded too, as numbers of its own.


def are_recorded(nodes: Sequence[Node]) -> bool:
    """Whether choices have to be recorded: nothing and 0 differ where something is infinite."""
    below = {node._row for node in nodes}
    return (
        not nodes[-1]._legible
        and any(row.boundary is not None for row in below)
        and any(map(may_be_infinite, below))
    )


@cache
def may_be_infinite(row: Op) -> bool:
    """Whether the row's number or a slope of it may be infinite or nan at finite operands."""
    if row.boundary is not None or row.name not in ops.TABLE:
        return False
    if any(domain != ops.ANY for domain in row.domain):
        return True
    ends = [(-LARGE,), (LARGE,)] if row.arity == 1 else []
    found = [row.forward(*at) for at in ends]
    found += [row.local(0, row.forward(*at), at) for at in ends]
    return not all(map(math.isfinite, found))


def left_out(node: Node) -> list[Any]:
    """For each operand of a recorded node an expression that is 1 where it is not chosen, else 0.

    None stands for 0 in every example, and for what is not known.
    """
    row, operands = node._row, graph.raw_operands(node)
    if row.boundary is None:
        return [None] * len(operands)
    if row is ops.where:
        return _left_out_by(operands[0])
    off, partial = ops.equal(row.boundary(*operands), 0.0), row.at(node, operands)
    return [both(off, ops.equal(partial(i), 0.0)) for i in range(len(operands))]


def both(one: Any, other: Any) -> Any:
    """The product of two numbers 0 or 1; None is 0 in every example, the float 1.0 is 1."""
    for x, y in ((one, other), (other, one)):
        if x is None or type(x) is float:
            return y if x else None
    return one * other


def either(one: object, other: object) -> Any:
    """The larger of two such numbers."""
    for x, y in ((one, other), (other, one)):
        if x is None or type(x) is float:
            return x or y
    return ops.maximum(one, other)


def _left_out_by(condition: Recorded) -> list[Any]:
    """The same for the operands of ``where``: what :func:`state` says, as expressions."""
    settled: Any = 1.0
    fixed: dict[Node, Any] = {}
    for node in graph.order(condition):
        operands = graph.raw_operands(node)
        through = [1.0 if type(x) is float else fixed[x] for x in operands]
        if graph.is_leaf(node) or node._tape.plain(node):
            fixed[node] = 1.0 if node._row is CONSTANT or _is_plain(node) else None
            continue
        row = node._row
        if row is ops.where or not (row in _SMOOTH or row.boundary):
            return [None] * 3
        if row.boundary and row.jumps:
            settled = both(settled, ops.equal(row.boundary(*operands), 0.0))
        fixed[node] = reduce(both, map(either, through, left_out(node)))
    zero, real = ops.equal(condition, 0.0), ops.equal(condition, condition)
    off = both(real, ops.equal(zero, 0.0))
    known = fixed[condition]
    itself, first = either(off, both(known, real)), both(known, zero)
    return [both(settled, x) for x in (itself, first, off)]


def _is_plain(leaf: Recorded) -> bool:
    """Whether it is an argument: a number, when the function runs eagerly."""
    return not leaf._legible and bool(leaf._tape.plain(leaf))
