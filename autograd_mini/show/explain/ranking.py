"""The largest contributions, without enumerating paths.

Vocabulary:

- *size*: the absolute value of a product of local derivatives, kept with an exponent of its own,
  so that it neither overflows nor underflows on the way: (kind, exponent, mantissa), compared as a
  tuple. Nothing, what an idle edge contributes, is the smallest kind, then zero; nan is the
  largest. Where a path holds both a 0 and an infinity
  its size is nan, and its rank may be too low.
- *rank*: the place of a path among those from the output to one node, the largest first.

The k-th path to a node goes on from some path to one of the nodes that use it, of some rank; the
next path of the same use has the next rank. So the best path of every node is one sweep, and each
further path to the input asks at most every node on one path for its next one: O(edges + k · L ·
log d) for k paths of length L and d uses of a node. (V. M. Jiménez, A. Marzal, "Computing the K
Shortest Paths", Algorithm Engineering 1999, without its recursion.)
"""

from __future__ import annotations

from functools import reduce
from heapq import heapify, heappop, heappush
from itertools import count
from math import frexp, isinf, ldexp, nan
from typing import NamedTuple

from autograd_mini.show.explain.paths import Edge, Flow
from autograd_mini.value import Value

Size = tuple[int, int, float]

ONE: Size = (1, 1, 0.5)
_NOTHING: Size = (-1, 0, 0.0)
_ZERO: Size = (0, 0, 0.0)
_INFINITE: Size = (2, 0, 0.0)
_NAN: Size = (3, 0, 0.0)


class Step(NamedTuple):
    """The last step of a path to a node: its edge, and the rank of the path that it goes on from.

    The path of no edges, which ends at the output itself, has the edge None.
    """

    size: Size
    edge: Edge | None
    rank: int


class Ranking:
    """The paths of a flow, largest contribution first.

    >>> from autograd_mini import Value
    >>> from autograd_mini.show.explain.paths import Flow
    >>> a = Value(2.0)
    >>> ranking = Ranking(Flow(a * 5.0 + a * 7.0 + a, a))
    >>> [[edge.local for edge in path] for path in ranking.largest(2)[0]]
    [[1.0, 1.0, 7.0], [1.0, 1.0, 5.0]]
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._waiting: dict[Value, list[tuple[Size, int, Step]]] = {}
        self._counter = count()
        best = {flow.root: Step(ONE, None, 0)}
        for node in reversed(flow.active):
            size = best[node].size
            for edge in flow.steps[node]:
                reached = through(size, edge)
                known = best.get(edge.operand)
                if known is None or reached > known.size:
                    best[edge.operand] = Step(reached, edge, 0)
        self._found = {node: [step] for node, step in best.items()}

    def largest(self, most: int) -> tuple[list[list[Edge]], list[Size]]:
        """The paths of the largest contributions, edges from the output on, and their sizes."""
        found = self._found[self._flow.wrt]
        while len(found) < min(most, self._flow.count):
            self._find_next()
        return [self._edges(step) for step in found[:most]], [step.size for step in found[:most]]

    def _find_next(self) -> None:
        """Find the next path to the input, and those on the way that it needs."""
        asked = []
        node = self._flow.wrt
        while True:
            last = self._found[node][-1]
            if last.edge is None:
                break
            asked.append(node)
            node = last.edge.node
            if last.rank + 1 < len(self._found[node]):
                break
        for node in reversed(asked):
            self._extend(node)

    def _extend(self, node: Value) -> None:
        """Find the next path to a node, whose uses know their own next paths."""
        found = self._found[node]
        if node not in self._waiting:
            first = found[0].edge
            uses = [edge for edge in self._flow.uses[node] if edge is not first]
            self._waiting[node] = [self._entry(edge, 0) for edge in uses]
            heapify(self._waiting[node])
        waiting = self._waiting[node]
        last = found[-1]
        assert last.edge is not None
        if last.rank + 1 < len(self._found[last.edge.node]):
            heappush(waiting, self._entry(last.edge, last.rank + 1))
        if waiting:
            found.append(heappop(waiting)[-1])

    def _entry(self, edge: Edge, rank: int) -> tuple[Size, int, Step]:
        size = through(self._found[edge.node][rank].size, edge)
        kind, exponent, mantissa = size
        return (-kind, -exponent, -mantissa), next(self._counter), Step(size, edge, rank)

    def _edges(self, step: Step) -> list[Edge]:
        path = []
        while step.edge is not None:
            path.append(step.edge)
            step = self._found[step.edge.node][step.rank]
        return path[::-1]


def through(size: Size, edge: Edge) -> Size:
    """The size of a path that goes one edge further."""
    kind, exponent, mantissa = size
    factor = edge.local
    if edge.idle or size == _NOTHING:
        return _NOTHING
    if factor != factor or kind == 3:
        return _NAN
    if isinf(factor):
        return _INFINITE if kind else _NAN
    if factor == 0.0:
        return _NAN if kind == 2 else _ZERO
    if kind != 1:
        return size
    part, shift = frexp(abs(factor))
    mantissa, carry = frexp(mantissa * part)
    return 1, exponent + shift + carry, mantissa


def plus(size: Size, other: Size) -> Size:
    """The size of a sum of absolute values.

    >>> plus((1, 4, 0.5), (1, 2, 0.5)), plus(ONE, (1, -2000, 0.5))
    ((1, 4, 0.625), (1, 1, 0.5))
    """
    small, large = sorted((size, other))
    if large[0] != 1 or small[0] != 1:
        return large
    _, exponent, mantissa = large
    mantissa, carry = frexp(mantissa + ldexp(small[2], small[1] - exponent))
    return 1, exponent + carry, mantissa


def listed(flow: Flow, most: int) -> tuple[list[list[Edge]], float]:
    """The paths to list and their share: all from left to right, or the largest first.

    The share is nan where the sum of all absolute contributions is 0 or not finite, and 0 where it
    is too small for a float: of 2²⁰⁰⁰ paths, ten are next to nothing, although the sum overflows no
    float here.
    """
    if flow.count > 1:
        found, sizes = Ranking(flow).largest(most)
    else:
        only_path = [edge for node in reversed(flow.active) for edge in flow.steps[node]]
        found = [only_path] * flow.count
        sizes = [reduce(through, path, ONE) for path in found]
    part = reduce(plus, sizes, _ZERO)
    if flow.count <= most:
        found.sort(key=lambda path: [edge.place for edge in path])
        return found, 1.0 if part[0] == 1 else nan
    whole = _absolute(flow)
    if whole[0] != 1 or part[0] > 1:
        return found, nan
    return found, min(ldexp(part[2] / whole[2], part[1] - whole[1]), 1.0) if part[0] else 0.0


def _absolute(flow: Flow) -> Size:
    """The sum of the absolute contributions of all paths."""
    sums = {flow.root: ONE}
    for node in reversed(flow.active):
        for edge in flow.steps[node]:
            size = through(sums[node], edge)
            sums[edge.operand] = plus(sums.get(edge.operand, _NOTHING), size)
    return sums.get(flow.wrt, _ZERO)
