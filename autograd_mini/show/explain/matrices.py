"""The chain rule of the slides: a product of matrices from vector to vector (slide 38).

Vocabulary:

- *factor*: a Jacobian (:mod:`autograd_mini.show.explain.jacobians`) of one vector with respect
  to the next. Its entries are total derivatives, and the nodes of the next vector count as
  independent of each other; those of the last factor, the inputs themselves, do not: the product is
  what ``grad`` gives.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from autograd_mini.expr import Expr, Number
from autograd_mini.show.explain.blocks import (
    FORWARD,
    Document,
    Equations,
    Grid,
    Sentence,
    Shapes,
    ratio,
)
from autograd_mini.show.explain.derivations import counted, explain_paths, small_print
from autograd_mini.show.explain.factoring import Skipped, elided
from autograd_mini.show.explain.formulas import definitions
from autograd_mini.show.explain.formulas import formulas as entries_of
from autograd_mini.show.explain.jacobians import Subgraph
from autograd_mini.show.explain.text import Written
from autograd_mini.show.explain.vectors import names_of
from autograd_mini.show.labels import plain
from autograd_mini.show.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograd_mini.show.explain.blocks import Block
    from autograd_mini.show.explain.jacobians import Jacobian, Row
    from autograd_mini.show.explain.paths import Edge
    from autograd_mini.show.explain.vectors import Vector
    from autograd_mini.value import Value

MOST_ROWS = 12
"""Of a larger matrix the first and the last rows and columns are shown."""

WIDEST = 72
"""A matrix whose rows take more characters than so many shows fewer columns."""

MOST_NAMED = 4
"""So many columns are named; the reader sees how they go on."""


class MatrixExplanation(Written):
    """∂root/∂wrt as a product of Jacobians, made by :func:`autograd_mini.explain`.

    Attributes:
        root, wrt: as given.
        factors: the Jacobians, from the output to the input.
        gradient: ∂root/∂wrt, the same bits as ``backward()`` gives, nested as ``wrt`` is.
        count: how many paths lead from the output to the inputs, exactly.
    """

    root: Value
    factors: tuple[Jacobian, ...]
    gradient: Any
    count: int

    wrt: Any

    def __init__(self, root: Value, wrt: Vector, through: Sequence[Vector], digits: int) -> None:
        self._root = self.root = root
        self._wrt = wrt
        graph_of_all = Subgraph(root, through)
        graph_of_all.refuse_bypass(root, through, wrt)
        stops = [(root,), *[each.nodes for each in through]]
        pairs = list(pairwise([*stops, wrt.nodes]))
        edges: list[dict[Value, list[Edge]]] = [{} for _ in pairs]
        self.factors = tuple(
            graph_of_all.jacobian(*pair, stop=i < len(pairs) - 1, known=edges[i])
            for i, pair in enumerate(pairs)
        )
        whole = graph_of_all.jacobian((root,), wrt.nodes, stop=False)
        self._gradient = [x + 0.0 for x in whole.matrix[0]]  # as .grad reads −0.0
        self.gradient = wrt.shaped(self._gradient)
        self.count = graph_of_all.count(root, wrt.nodes)
        names = Names(graph_of_all.nodes, digits)
        formulas = [
            entries_of(*pair, known, names) for pair, known in zip(pairs, edges, strict=True)
        ]
        self._document = Document(tuple(_blocks(self, wrt, through, formulas, names)), digits)
        self._digits = digits

    @property
    def product(self) -> Any:
        """The factors multiplied, nested as ``wrt`` is: the gradient, to rounding."""
        return self._wrt.shaped(_dense(_products(self.factors)[-1], len(self._wrt.nodes)))

    @property
    def paths(self) -> Any:
        """The paths of each of the inputs, nested as ``wrt`` is; found when asked for.

        Raises:
            StaleGraphError: a leaf was changed in the meantime.
        """
        found = [explain_paths(self._root, x, 10, self._digits).paths for x in self._wrt.nodes]
        return self._wrt.shaped(found)

    def __repr__(self) -> str:
        shapes = " · ".join("×".join(map(str, factor.shape)) for factor in self.factors)
        return f"<MatrixExplanation: {shapes}, {counted(self.count, 'path')}>"


def _products(factors: Sequence[Jacobian]) -> list[Row]:
    """The one row of the first factor, of the first two multiplied, and so on."""
    found = [factors[0].rows[0]]
    for factor in factors[1:]:
        product: Row = {}
        for i, x in found[-1].items():
            for j, y in factor.rows[i].items():
                product[j] = product.get(j, 0.0) + x * y
        found.append(product)
    return found


def _dense(row: Row, width: int) -> list[float]:
    return [row.get(j, 0.0) for j in range(width)]


def _blocks(
    told: MatrixExplanation,
    wrt: Vector,
    through: Sequence[Vector],
    formulas: Sequence[list[list[Expr]] | None],
    names: Names,
) -> Iterator[Block]:
    top = names.of(told.root)
    *stops, last = names_of([*through, wrt], names)
    digits = names.digits
    whole = ratio(top, last)
    links = list(zip([top, *stops], [*stops, last], strict=True))
    ratios = [ratio(*link) for link in links]
    shapes = [_shape(*factor.shape) for factor in told.factors]
    lead = "leads" if told.count == 1 else "lead"
    yield Sentence((f"{counted(told.count, 'path')} {lead} from ", top, " to ", last, "."))
    if len(ratios) > 1:
        width = _shape(1, len(wrt.nodes))
        yield Shapes(whole, width, tuple(zip(ratios, shapes, strict=True)))
        if known := tuple(definitions(told.root, [*through, wrt], [*stops, last], names)):
            yield Sentence((FORWARD,))
            yield Equations(tuple((name, formula, None) for name, formula in known))
        for each, shape, factor, entries in zip(
            ratios, shapes, told.factors, formulas, strict=True
        ):
            cells = _cells(factor.corners(MOST_ROWS), digits)
            yield Grid(each, shape, cells, (), _in_symbols(entries, cells, digits))
    if len(ratios) > 2:
        yield Sentence(("Multiplied from the left:",))
        products = _products(told.factors)[1:-1]
        for i, row in enumerate(products, 1):
            columns = told.factors[i].shape[1]
            cells = _cells([_dense(row, columns)], digits)
            parts = (ratio(top, stops[i - 1]), ratios[i])
            yield Grid(ratio(top, stops[i]), _shape(1, columns), cells, parts)
    entries = formulas[0] if len(ratios) == 1 else None
    yield from _result(told, wrt, (whole, last), entries, digits)
    if wrt.widths and len(ratios) > 1:
        yield _columns(wrt, last, names)
    yield from small_print(names, has_places=False)


def _result(
    told: MatrixExplanation,
    wrt: Vector,
    whole: tuple[Expr, Expr],
    formulas: list[list[Expr]] | None,
    digits: int,
) -> Iterator[Block]:
    numbers = told.gradient if wrt.widths else [wrt.flat(told.gradient)]
    if len(told.factors) > 1:
        in_shape = (", in the shape of ", whole[1]) if wrt.widths else ()
        yield Sentence(("The product", *in_shape, ":"))
    shape = _shape(len(numbers), max(map(len, numbers)))
    cells = _cells(numbers, digits)
    if formulas and wrt.widths:
        formulas = wrt.shaped(formulas[0]) if len(set(wrt.widths)) == 1 else None
    yield Grid(whole[0], shape, cells, (), _in_symbols(formulas, cells, digits))


def _columns(wrt: Vector, name: Expr, names: Names) -> Block:
    """How the columns of the last factor are ordered."""
    first = [part for node in wrt.nodes[:MOST_NAMED] for part in (names.of(node), ", ")]
    end = ", …" if len(wrt.nodes) > MOST_NAMED else ""
    return Sentence(("Columns for ", name, ", row by row: ", *first[:-1], end or "."))


def _in_symbols(
    entries: list[list[Expr]] | None, cells: Sequence[Sequence[Expr | str]], digits: int
) -> tuple[tuple[Expr | str, ...], ...]:
    """The entries in symbols; () where they are too wide, or the same as the numbers."""
    if not entries or len(cells) < len(entries) or len(cells[0]) < len(entries[0]):
        return ()
    texts = _texts(entries, digits)
    if texts == _texts(cells, digits) or _wide(texts) > WIDEST:
        return ()
    return tuple(map(tuple, entries))


def _shape(rows: int, columns: int) -> str:
    return f"{rows}×{columns}"


def _cells(numbers: Sequence[Sequence[float]], digits: int) -> tuple[tuple[Expr | str, ...], ...]:
    """The numbers of a matrix; of too many the first and the last, around dots."""
    for most in range(MOST_ROWS, 2, -2):
        found = _elided_cells(numbers, most)
        if _wide(_texts(found, digits)) <= WIDEST:
            break
    return found


def _texts(cells: Sequence[Sequence[Expr | str]], digits: int) -> list[list[str]]:
    return [[x if isinstance(x, str) else plain(x, digits) for x in row] for row in cells]


def _wide(texts: Sequence[Sequence[str]]) -> int:
    return sum(max(map(len, column)) + 2 for column in zip(*texts, strict=True))


def _elided_cells(
    numbers: Sequence[Sequence[float]], most: int
) -> tuple[tuple[Expr | str, ...], ...]:
    widest = min(max(map(len, numbers)), most + 1)
    found: list[tuple[Expr | str, ...]] = []
    for row in elided(numbers, MOST_ROWS):
        if isinstance(row, Skipped):
            found.append(("⋮",) * widest)
            continue
        cells = ["…" if isinstance(x, Skipped) else Number(x) for x in elided(row, most)]
        found.append((*cells, *[""] * (widest - len(cells))))
    return tuple(found)
