"""The explanation of one derivative: its paths, their products, and their sum.

Vocabulary: a *factor* is the local derivative of one step; a *path* the product of its factors; the
*share* of some paths is the part that their absolute contributions make up of the sum of the
absolute contributions of all paths, which is one number for paths that add up as for paths that
cancel.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.show.explanation import gathering
from autograd_mini.show.explanation.flow import Flow
from autograd_mini.show.explanation.labels import plain
from autograd_mini.show.explanation.names import Names
from autograd_mini.show.explanation.presentation import Presentation
from autograd_mini.show.explanation.ranking import Ranking, share
from autograd_mini.show.explanation.telling import MOST_FACTORS, PathWriter, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.show.explanation.flow import Edge
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
        formula = self._names.formula(edge.node, edge.place)
        return Factor(*edge[:4], plain(formula) if formula else "")

    def __len__(self) -> int:
        return len(self.edges)

    def __repr__(self) -> str:
        return f"<Path: {len(self)} factors, product {self.product!r}>"


class Explanation(Presentation):
    """∂root/∂wrt path by path, made by :func:`autograd_mini.explain`.

    Attributes:
        root, wrt: as given.
        gradient: ∂root/∂wrt, the same bits as ``backward()`` gives.
        count: how many paths there are, exactly.
        paths: those that are listed: all of them from left to right, or, where they are too many,
            those of the largest contributions, the largest first.
        share: the part of the listed paths in the sum of all absolute contributions, from 0 to 1;
            nan where that sum is 0 or not finite.

    >>> from autograd_mini import Value
    >>> x = Value(3.0, "x")
    >>> explanation = explain_paths(x * x + 2.0 * x, x, 10, 4)
    >>> explanation
    <Explanation: ∂t₁/∂x = 8, 3 paths>
    >>> [path.product for path in explanation.paths], explanation.share
    ([3.0, 3.0, 2.0], 1.0)
    >>> [factor.formula for factor in explanation.paths[2].factors]
    ['1', '2']
    """

    gradient: float
    count: int
    paths: tuple[Path, ...]
    share: float

    def __init__(self, flow: Flow, most: int, digits: int) -> None:
        self.root: Value = flow.root
        self.wrt: Value = flow.wrt
        self.gradient = flow.gradient()
        self.count = flow.count()
        names = Names(flow.nodes)
        found = Ranking(flow).largest(min(most, self.count))
        if self.count <= most:
            found.sort(key=lambda path: [edge.place for edge in path])
        self.paths = tuple(Path(edges, names) for edges in found)
        self.share = share(flow, found)
        if self.is_complete and not math.isnan(self.share):
            self.share = 1.0  # without the rounding of two ways to add up
        tree = gathering.gathered(flow, most, MOST_FACTORS) if self.count > 1 else None
        writer = PathWriter(names, digits)
        self._board = tuple(writer.board(self, flow, tree))
        self._title = writer.title(self.root, self.wrt, self.gradient)

    @property
    def is_complete(self) -> bool:
        """Whether all paths are listed."""
        return len(self.paths) == self.count

    def __repr__(self) -> str:
        return f"<Explanation: {self._title}, {counted(self.count, 'path')}>"


def explain_paths(root: Value, wrt: Value, most: int, digits: int) -> Explanation:
    """The explanation of ∂root/∂wrt.

    Args:
        root: the output.
        wrt: the input, a leaf or an interior node.
        most: how many paths are listed.
        digits: how many significant digits numbers get.

    Raises:
        StaleGraphError: a leaf was changed after a node had used it.
    """
    return Explanation(Flow(root, wrt), most, digits)
