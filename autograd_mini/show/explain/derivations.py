"""The explanation of one derivative by its paths."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd_mini import graph
from autograd_mini.expr import Expr, Name, Number, call
from autograd_mini.numbers import equal, raised, short
from autograd_mini.show.explain import blocks, factoring
from autograd_mini.show.explain.blocks import Cell, Ratio, Sentence
from autograd_mini.show.explain.factoring import Product, Tree, elided
from autograd_mini.show.explain.paths import Edge, Flow
from autograd_mini.show.explain.ranking import listed
from autograd_mini.show.explain.text import Written, line
from autograd_mini.show.labels import plain
from autograd_mini.show.names import MOST_OPERANDS, Names, local
from autograd_mini.value import Value

MOST_FACTORS = 16  # a longer path shows its first and its last, and says how many are left out
MOST_ROWS = 60  # so many factors get a formula
MOST_DEFINITIONS = 20
MOST_IDLE = 8  # so many factors that contribute nothing are named
LEAST_SHARE = 1e-300  # a smaller share, in percent, is no number worth showing


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


class Explanation(Written):
    """∂root/∂wrt path by path, made by :func:`autograd_mini.explain`.

    Attributes:
        root, wrt: the output and the input.
        gradient: ∂root/∂wrt, the same bits as ``backward()`` gives.
        count: how many paths there are, exactly.
        paths: those that are listed: all of them from left to right, or, where they are too many,
            those of the largest contributions, the largest first.
        is_complete: whether all paths are listed.
        share: the part of the listed paths in the sum of all absolute contributions, from 0 to 1;
            nan where that sum is 0 or not finite.

    >>> from autograd_mini import Value
    >>> x = Value(3.0, "x")
    >>> explanation = Explanation(x * x + 2.0 * x, x, 10, 4)
    >>> explanation
    <Explanation: ∂v₃/∂x = 8, 3 paths>
    >>> [path.product for path in explanation.paths], explanation.share
    ([3.0, 3.0, 2.0], 1.0)
    >>> [factor.formula for factor in explanation.paths[2].factors]
    ['1', '2']
    """

    def __init__(self, root: Value, wrt: Value, most: int, digits: int) -> None:
        flow = Flow(root, wrt)
        names = Names(flow.nodes, digits)
        paths, self.share = listed(flow, most)
        self.root, self.wrt = root, wrt
        self.gradient, self.count = flow.gradient, flow.count
        self.paths = tuple(Path(edges, names) for edges in paths)
        self.is_complete = len(paths) == flow.count
        self._document = blocks.document(
            [*_Derivations(self, flow, names, most).in_order()], digits
        )
        self._ratio = Name(Ratio(names.of(root), names.of(wrt)))

    def __repr__(self) -> str:
        digits = self._document.digits
        paths = counted(self.count)
        ratio = line(self._ratio, digits)
        return f"<Explanation: {ratio} {equal(self.gradient, digits)}, {paths}>"


class _Derivations:
    """The blocks of an explanation."""

    def __init__(self, told: Explanation, flow: Flow, names: Names, most: int) -> None:
        self._told = told
        self._flow = flow
        self._names = names
        self._has_places = False
        self._uses: dict[Value, Counter[int]] = {}
        self._products = [Product(tuple(elided(x.edges, MOST_FACTORS))) for x in told.paths]
        tree = factoring.gathered(flow, most, MOST_FACTORS) if flow.count > 1 else None
        self._trees = [tree] if tree is not None and factoring.is_gathered(tree) else []
        shown = [edge for x in (*self._products, *self._trees) for edge in factoring.edges_of(x)]
        self._rows = {edge: self._row(edge) for edge in dict.fromkeys(shown)}

    def in_order(self) -> Iterator[blocks.Block]:
        """From the headline to the small print."""
        told = self._told
        left = Name(Ratio(self._names.of(told.root), self._names.of(told.wrt)))
        yield self._headline(left)
        yield from self._undefined()
        if not told.is_complete:
            yield Sentence((f"Shown: the {len(told.paths)} largest{_share(told.share)}.",))
        if told.count == 1 and told.paths[0].edges:
            yield self._derivation("", left, self._products[0], told.gradient)
        if told.count > 1:
            for i, (path, product) in enumerate(zip(told.paths, self._products, strict=True), 1):
                yield self._derivation(f"path {i}", None, product, path.product)
            yield self._sum(left)
        for tree in self._trees:
            yield Sentence(("Shared factors gathered:",))
            yield self._derivation("", left, tree, told.gradient)
        yield from self._not_chosen()
        if self._rows:
            yield Sentence((blocks.FACTORS,))
            yield blocks.Equations((*self._rows.values(),)[:MOST_ROWS])
            if len(self._rows) > MOST_ROWS:
                yield Sentence((f"and {len(self._rows) - MOST_ROWS} more.",))
        yield from small_print(self._names, self._has_places)

    def _headline(self, left: Expr) -> blocks.Block:
        told = self._told
        root, wrt = self._names.of(told.root), self._names.of(told.wrt)
        if told.root is told.wrt:
            return Sentence((root, " with respect to itself: ", left, " = 1"))
        if not told.count:
            return Sentence((root, " does not depend on ", wrt, ": ", left, " = 0"))
        return leading(told.count, root, wrt)

    def _undefined(self) -> Iterator[blocks.Block]:
        """Of a derivative that is nan, where the nan began."""
        flow = self._flow
        if flow.gradient == flow.gradient:
            return
        first = next((node for node in flow.nodes if node._data != node._data), None)
        if first is not None:
            yield Sentence(tuple(self._beginning(first)))
            return
        edges = [edge for node in reversed(flow.active) for edge in flow.steps[node]]
        found = next((x for x in edges if x.local != x.local and not x.idle), None)
        if found is not None:
            yield Sentence((self._of_edge(found), " is not defined here: the nan begins with it."))
        else:
            yield Sentence(("The nan begins where 0 meets an infinity, or infinities cancel.",))

    def _beginning(self, node: Value) -> Iterator[str | Expr]:
        yield self._names.of(node)
        operands = graph.raw_operands(node)
        if not operands:
            yield " is nan from the start."
            return
        if len(operands) <= MOST_OPERANDS:
            if not graph.label(node):
                yield from (" = ", call(node._row, [*map(self._names.of, operands)]))
            yield from (" = ", call(node._row, graph.numbers(operands)))
        yield " = nan: the operation is not defined there, and there the nan begins."

    def _not_chosen(self) -> Iterator[blocks.Block]:
        """Which of the factors shown belong to operands that are not chosen."""
        idle = [row[0] for edge, row in self._rows.items() if edge.idle]
        if idle:
            listed = [part for ratio in idle[:MOST_IDLE] for part in (", ", ratio)][1:]
            more = f" and {len(idle) - MOST_IDLE} more" if len(idle) > MOST_IDLE else ""
            rest = f"{more}. Such a path contributes nothing even if another factor is infinite."
            yield Sentence(("Not chosen: ", *listed, rest))

    def _sum(self, left: Expr) -> blocks.Block:
        told, digits = self._told, self._names.digits
        products = [path.product for path in told.paths]
        if not told.is_complete:
            shown = f"The shown paths add up to {short(sum(products), digits)}, all paths to "
            return Sentence((shown, left, f" {equal(told.gradient, digits)}."))
        cells = [Cell(None, Number(product), not i) for i, product in enumerate(products)]
        pieces: list[blocks.Piece] = [piece for cell in cells for piece in ("+", cell)]
        return blocks.Derivation("", left, (*pieces[1:],), Number(told.gradient))

    def _derivation(
        self, title: str, left: Expr | None, tree: Tree, result: float
    ) -> blocks.Derivation:
        pieces = (*factoring.pieces(tree, self._cell),)
        if len(pieces) > 1:
            return blocks.Derivation(title, left, pieces, Number(result))
        if left:  # the one factor stands in the list below
            pieces = (Cell(None, Number(result), leads=True),)
        return blocks.Derivation(title, left, pieces, None)

    def _cell(self, edge: Edge, leads: bool) -> Cell:
        return Cell(self._rows[edge][0], Number(edge.local), leads)

    def _row(self, edge: Edge) -> tuple[Expr, Expr | None, Expr]:
        name, number, digits = self._of_edge(edge), Number(edge.local), self._names.digits
        formula = local(edge.node, edge.place, self._names.of)
        if formula is not None and plain(formula, digits) == plain(number, digits):
            formula = None
        return name, formula, number

    def _of_edge(self, edge: Edge) -> Expr:
        if edge.node not in self._uses:
            self._uses[edge.node] = Counter(map(id, graph.raw_operands(edge.node)))
        several = self._uses[edge.node][id(edge.operand)] > 1
        self._has_places |= several
        top, bottom = self._names.of(edge.node), self._names.of(edge.operand)
        return Name(Ratio(top, bottom, (edge.place + 1) * several))


def leading(count: int, top: Expr, bottom: Expr) -> Sentence:
    """How many paths there are."""
    lead = "leads" if count == 1 else "lead"
    return Sentence((f"{counted(count)} {lead} from ", top, " to ", bottom, "."))


def small_print(names: Names, has_places: bool) -> Iterator[blocks.Block]:
    """What a reader needs to know about the names."""
    defined = names.legend(MOST_DEFINITIONS)
    if defined:
        yield Sentence((blocks.NAMES,))
        yield blocks.Equations(tuple((name, formula, None) for name, formula in defined))
        if names.numbered > len(defined):
            yield Sentence((f"and {names.numbered - len(defined)} more.",))
    if has_places:
        yield Sentence(("|₁, |₂, …: with respect to the 1st, 2nd, … operand.",))
    if names.has_copies:
        yield Sentence(("#1, #2, …: nodes of the same label, in the order of their making.",))


def counted(count: int) -> str:
    """A number of paths; one that is too long to read in powers of ten.

    >>> counted(1), counted(1234567), counted(2**100000)
    ('1 path', '1,234,567 paths', 'about 9.99 × 10³⁰¹⁰² paths')
    """
    if count < 10**15:
        return f"{count:,} path{'s' if count != 1 else ''}"
    shift = max(count.bit_length() - 64, 0)
    whole, part = divmod(math.log10(count >> shift) + shift * math.log10(2.0), 1.0)
    return f"about {short(10**part, 3)} × 10{raised(int(whole))} paths"


def _share(share: float) -> str:
    if math.isnan(share):
        return ""
    percent = 100.0 * share
    shown = short(percent, 3 if percent >= 0.1 else 2)
    if percent < LEAST_SHARE:
        shown = f"less than {short(LEAST_SHARE, 1)}"
    return f"; in absolute value they make up {shown} % of the sum over all paths"
