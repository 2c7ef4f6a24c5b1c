"""One derivative path by path: the paths, their products, and their sum.

Vocabulary: a *factor* is the local derivative of one step; a *path* the product of its factors; the
*share* of some paths is the part that their absolute contributions make up of the sum of the
absolute contributions of all paths, which is one number for paths that add up as for paths that
cancel.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.show.explain.formulas import local
from autograd_mini.show.explain.ranking import Ranking, share
from autograd_mini.show.labels import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.show.explain.flow import Edge, Flow
    from autograd_mini.show.names import Names
    from autograd_mini.value import Value


class Factor(NamedTuple):
    """One factor of a path: ∂node/∂operand at one place of the node.

    Attributes:
        node: the result.
        place: which of its operands, from 0.
        operand: that operand.
        derivative: the local derivative as a number.
        formula: the local derivative in symbols; "" where it would be too long to read.
    """

    node: Value
    place: int
    operand: Value
    derivative: float
    formula: str


class Path:
    """One path from the output to the input.

    Attributes:
        product: the contribution of this path to the gradient.
    """

    __slots__ = ("_names", "edges", "product")

    def __init__(self, edges: Sequence[Edge], names: Names) -> None:
        self.edges = tuple(edges)
        idle = any(edge.idle for edge in edges)
        self.product = 0.0 if idle else math.prod([1.0, *[edge.local for edge in edges]])
        self._names = names

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors, from the output to the input."""
        return tuple(map(self._factor, self.edges))

    def _factor(self, edge: Edge) -> Factor:
        formula = local(edge.node, edge.place, self._names.of)
        return Factor(*edge[:4], plain(formula, self._names.digits) if formula else "")

    def __len__(self) -> int:
        return len(self.edges)

    def __repr__(self) -> str:
        return f"<Path: {len(self)} factors, product {self.product!r}>"


class Listing:
    """The paths from an output to an input, with their sum.

    Attributes:
        root, wrt: the output and the input.
        gradient: ∂root/∂wrt, the same bits as ``backward()`` gives.
        count: how many paths there are, exactly.
        paths: those that are listed: all of them from left to right, or, where they are too many,
            those of the largest contributions, the largest first.
        share: the part of the listed paths in the sum of all absolute contributions, from 0 to 1;
            nan where that sum is 0 or not finite.
    """

    root: Value
    wrt: Value
    gradient: float
    count: int
    paths: tuple[Path, ...]
    share: float

    def _list(self, flow: Flow, names: Names, most: int) -> None:
        self.root, self.wrt = flow.root, flow.wrt
        self.gradient = flow.gradient()
        self.count = flow.count()
        found = Ranking(flow).largest(min(most, self.count))
        if self.count <= most:
            found.sort(key=lambda path: [edge.place for edge in path])
        self.paths = tuple(Path(edges, names) for edges in found)
        self.share = share(flow, found)
        if self.is_complete and not math.isnan(self.share):
            self.share = 1.0  # without the rounding of two ways to add up

    @property
    def is_complete(self) -> bool:
        """Whether all paths are listed."""
        return len(self.paths) == self.count
