"""How far rounding may put a gradient off: a running error analysis of the sweep that made it.

Vocabulary: beside every number runs a *bound* on its error. Going up, the bound of a result is what
the bounds of its operands come to through its slopes, and its own rounding. Going down, that of an
adjoint is what rounding and the errors of adjoints and of local derivatives do to its
contributions. So the bound of a gradient is a small part of the sum of its *path products*, each
taken by its size: where they cancel out, it tells how much of the rest is rounding.

What is under test must not widen the bound that it is held to. So each local derivative is compared
with a difference of its row, and where they do not agree to a factor of two, there is no bound.
Neither is there one where large contributions cancel out and leave a small one *hidden*, less than
their rounding: whether that is right, nobody could tell.

Source: J. H. Wilkinson, "Error analysis revisited", IMA Bulletin 22 (1986); N. J. Higham, "Accuracy
and Stability of Numerical Algorithms", 2nd ed., section 3.3.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import graph
from autograd_mini.check.recording import SLIP

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_mini.graph import Node

OWN = 4.0 * SLIP
"""How far a row's result or slope may be off by itself, relative to it."""

STEP = 2.0**-17
"""The step, relative to the operand, at which a local derivative is looked at."""


CANCELLED = 1e3
"""Contributions have cancelled out where their sum is less than so many times its bound."""


class _Adjoint:
    """What a node has received: the sum, the same of sizes, the error, the least contribution."""

    __slots__ = ("error", "least", "size", "sum")

    def __init__(self, start: float = 0.0) -> None:
        self.sum = self.size = start
        self.error = 0.0
        self.least = math.inf

    def add(self, share: float, error: float) -> None:
        self.sum += share
        self.error += error + SLIP * (abs(share) + abs(self.sum))
        if abs(share) > 2.0 * error:  # else it is rounding itself
            self.least = min(self.least, abs(share))

    @property
    def hides(self) -> bool:
        return self.least < self.error and abs(self.sum) < CANCELLED * self.error


def path_products(root: Node, leaves: Sequence[Node]) -> list[tuple[float, float]]:
    """For each leaf the sum of its path products by size, and how far rounding may put them off.

    The sum is nan, and the error inf, where they are not known.
    """
    nodes = [node for node in graph.order(root) if not graph.is_leaf(node)]
    bounds = dict.fromkeys(leaves, 0.0)
    moving = [node for node in nodes if node not in bounds and _move(node, bounds)]
    adjoints = {node: _Adjoint() for node in bounds}
    adjoints[root] = _Adjoint(1.0)
    for node in reversed(moving):
        above = adjoints[node]
        if not above.size:
            continue
        for operand, local, off in _locals(node, bounds):
            error = above.error * (abs(local) + off) + abs(above.sum) * off
            adjoints[operand].size += above.size * abs(local)
            adjoints[operand].add(above.sum * local, error)
    is_known = not any(adjoint.hides for adjoint in adjoints.values())
    found = [adjoints[leaf] for leaf in leaves]
    return [(x.size, x.error if is_known and x.error == x.error else math.inf) for x in found]


def _move(node: Node, bounds: dict[Node, float]) -> bool:
    """Give the node its bound if it is made from inputs."""
    operands = graph.raw_operands(node)
    if not any(type(x) is not float and x in bounds for x in operands):
        return False
    slope = _slopes(node, graph.numbers(operands), node._data)
    numbers = graph.numbers(operands)
    bound = 0.0 if node._data in numbers or -node._data in numbers else OWN * abs(node._data)
    for i, x in enumerate(operands):
        if type(x) is not float and bounds.get(x):
            bound += abs(slope(i)) * bounds[x]
    bounds[node] = bound
    return True


def _locals(node: Node, bounds: dict[Node, float]) -> list[tuple[Node, float, float]]:
    """For each operand that moves its node, the local derivative, and how far that may be off."""
    operands = graph.raw_operands(node)
    numbers = graph.numbers(operands)
    shifts = [0.0 if type(x) is float else bounds.get(x, 0.0) for x in operands]
    ways = [[x + sign * by for x, by in zip(numbers, shifts, strict=True)] for sign in (1.0, -1.0)]
    slope = _slopes(node, numbers, node._data)
    others = [_slopes(node, way, node._row.forward(*way)) for way in ways if any(shifts)]
    found = []
    for i, x in enumerate(operands):
        if type(x) is not float and x in bounds:
            local = slope(i)
            off = max([abs(other(i) - local) for other in others], default=0.0)
            if not _agrees(node, numbers, i, local):
                off = math.inf
            found.append((x, local, off + OWN * abs(local)))
    return found


def _slopes(node: Node, numbers: Sequence[float], result: float) -> Callable[[int], float]:
    local: Callable[[int], float] = node._row.at(result, tuple(numbers))
    return local


def _agrees(node: Node, numbers: Sequence[float], i: int, local: float) -> bool:
    """Whether a difference of the row does not contradict its local derivative by a factor of 2."""
    step = STEP * abs(numbers[i]) or STEP
    above, below = (
        node._row.forward(*numbers[:i], numbers[i] + way, *numbers[i + 1 :])
        for way in (step, -step)
    )
    seen = (above - below) / (2.0 * step)
    noise = 8.0 * math.ulp(max(abs(above), abs(below))) / step
    off = abs(seen - local)
    return bool(off <= 0.5 * max(abs(seen), abs(local)) + noise)
