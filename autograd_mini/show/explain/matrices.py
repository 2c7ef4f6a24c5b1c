"""The chain rule of the slides: a product of matrices from vector to vector (slide 38).

Vocabulary:

- *factor*: a Jacobian (:mod:`autograd_mini.show.explain.jacobians`) of one vector with respect
  to the next. Its entries are total derivatives, and the nodes of the next vector count as
  independent of each other; those of the last factor, the inputs themselves, do not: the product is
  what ``grad`` gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, repeat
from typing import Any

from autograd_mini.expr import Expr, Name, Number
from autograd_mini.show.explain import blocks
from autograd_mini.show.explain.blocks import Ratio, Sentence
from autograd_mini.show.explain.derivations import Explanation, counted, leading, small_print
from autograd_mini.show.explain.factoring import elided
from autograd_mini.show.explain.formulas import ZERO, Symbols, definitions, is_ratio
from autograd_mini.show.explain.formulas import formulas as entries_of
from autograd_mini.show.explain.jacobians import Jacobian, Row, Subgraph
from autograd_mini.show.explain.paths import Edge
from autograd_mini.show.explain.text import Written
from autograd_mini.show.explain.vectors import Vector, names_of
from autograd_mini.show.labels import plain
from autograd_mini.show.names import Names
from autograd_mini.value import Value

MOST_ROWS, MOST_SYMBOLS = 12, 4
"""Of a larger matrix the first and the last rows and columns are shown; of symbols fewer rows."""
MOST_LONG = 2  # so many entries that are too long for a matrix stand below it
WIDEST = 72  # a matrix whose rows take more characters than so many shows fewer columns
MOST_NAMED = 4  # so many columns are named; the reader sees how they go on
LONG_ENTRIES = "An entry without a formula adds up many paths, or long ones: explain(u, wrt=v)."

Cells = tuple[tuple[Expr | str, ...], ...]


class MatrixExplanation(Written):
    """∂root/∂wrt as a product of Jacobians, made by :func:`autograd_mini.explain`.

    Attributes:
        root, wrt: as given.
        factors: the Jacobians, from the output to the input.
        gradient: ∂root/∂wrt, the same bits as ``backward()`` gives, nested as ``wrt`` is.
        count: how many paths lead from the output to the inputs, exactly.
    """

    root: Value
    wrt: Any
    factors: tuple[Jacobian, ...]
    gradient: Any
    count: int

    def __init__(self, root: Value, wrt: Vector, through: Sequence[Vector], digits: int) -> None:
        self._root, self._wrt, self._digits = root, wrt, digits
        subgraph = Subgraph(root, through)
        subgraph.refuse_bypass(root, through, wrt)
        pairs = [*pairwise([(root,), *[each.nodes for each in through], wrt.nodes])]
        edges: list[dict[Value, list[Edge]]] = [{} for _ in pairs]
        self.factors = tuple(
            subgraph.jacobian(*pair, stop=pair is not pairs[-1], known=known)
            for pair, known in zip(pairs, edges, strict=True)
        )
        whole = subgraph.jacobian((root,), wrt.nodes, stop=False, known={})
        self._gradient = [x + 0.0 for x in whole.matrix[0]]  # as .grad reads −0.0
        self.gradient = wrt.shaped(self._gradient)
        self.count = subgraph.count(root, wrt.nodes)
        names = Names(subgraph.nodes, digits)
        formulas = [*map(entries_of, self.factors, edges, repeat(names))]
        self._document = blocks.document(_blocks(self, wrt, through, formulas, names), digits)

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
        found = [Explanation(self._root, x, 10, self._digits).paths for x in self._wrt.nodes]
        return self._wrt.shaped(found)

    def __repr__(self) -> str:
        shapes = " · ".join("×".join(map(str, factor.shape)) for factor in self.factors)
        return f"<MatrixExplanation: {shapes}, {counted(self.count)}>"


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
    formulas: Sequence[Symbols],
    names: Names,
) -> Iterator[blocks.Block]:
    top = names.of(told._root)
    stops = names_of([*through, wrt], names)
    last, digits = stops[-1], names.digits
    whole = Name(Ratio(top, last))
    ratios = [Name(Ratio(*link)) for link in pairwise([top, *stops])]
    shapes = [_shape(*factor.shape) for factor in told.factors]
    yield leading(told.count, top, last)
    if len(ratios) > 1:
        yield blocks.Shapes(
            whole, _shape(1, len(wrt.nodes)), tuple(zip(ratios, shapes, strict=True))
        )
        if known := tuple(definitions(told._root, [*through, wrt], stops, names)):
            yield Sentence((blocks.FORWARD,))
            yield blocks.Equations(tuple((name, formula, None) for name, formula in known))
        for each, shape, factor, entries in zip(
            ratios, shapes, told.factors, formulas, strict=True
        ):
            yield from _grid(each, shape, factor.corners(MOST_ROWS), entries, digits)
    if len(ratios) > 2:
        yield Sentence(("Multiplied from the left:",))
        for i, row in enumerate(_products(told.factors)[1:-1], 1):
            width = told.factors[i].shape[1]
            cells = _cells([[*map(Number, _dense(row, width))]], MOST_ROWS, digits)
            parts = (Name(Ratio(top, stops[i - 1])), ratios[i])
            yield blocks.Grid(Name(Ratio(top, stops[i])), _shape(1, width), cells, parts)
    numbers = told.gradient if wrt.widths else [told._gradient]
    if len(ratios) > 1:
        in_shape = (", in the shape of ", last) if wrt.widths else ()
        yield Sentence(("The product", *in_shape, ":"))
    shape = _shape(len(numbers), max(map(len, numbers)))
    yield from _grid(whole, shape, numbers, _of_result(formulas, wrt), digits)
    if wrt.widths and len(ratios) > 1:
        first = [part for node in wrt.nodes[:MOST_NAMED] for part in (names.of(node), ", ")]
        end = ", …" if len(wrt.nodes) > MOST_NAMED else "."
        yield Sentence(("Columns for ", last, ", row by row: ", *first[:-1], end))
    yield from small_print(names, has_places=False)


def _of_result(formulas: Sequence[Symbols], wrt: Vector) -> Symbols:
    """The symbols of the only factor in the shape of the inputs; none where there are several."""
    symbols, *others = formulas
    if others:
        return Symbols([], [])
    if not wrt.widths:
        return symbols
    is_whole = len(symbols.rows[0]) == len(wrt.nodes) and len(set(wrt.widths)) == 1
    return Symbols(wrt.shaped(symbols.rows[0]) if is_whole else [], symbols.long)


def _grid(
    name: Expr, shape: str, numbers: Sequence[Sequence[float]], symbols: Symbols, digits: int
) -> Iterator[blocks.Block]:
    """A matrix in symbols, if they say more than its numbers, and in numbers."""
    cells = _cells([[*map(Number, row)] for row in numbers], MOST_ROWS, digits)
    entries = _cells(symbols.rows, MOST_SYMBOLS, digits) if symbols.rows else ()
    written = [x for row in symbols.rows for x in row if x is not ZERO]
    says_nothing = all(map(is_ratio, written)) and not symbols.long
    if says_nothing or _texts(entries, digits) == _texts(cells, digits):
        entries = ()
    yield blocks.Grid(name, shape, cells, (), entries)
    shown = {x for row in entries for x in row}
    long = [(x, formula, None) for x, formula in symbols.long if x in shown]
    if long:
        yield blocks.Equations((*long[:MOST_LONG],))
    if sum(map(is_ratio, written)) > len(symbols.long):
        yield Sentence((LONG_ENTRIES,))


def _shape(rows: int, columns: int) -> str:
    return f"{rows}×{columns}"


def _cells(entries: Sequence[Sequence[Expr]], most_rows: int, digits: int) -> Cells:
    """The entries of a matrix; of too many the first and the last, around dots."""
    for most in range(MOST_ROWS, 1, -2):
        found = _elided_cells(entries, most_rows, most)
        columns = zip(*_texts(found, digits), strict=True)
        if sum(max(map(len, column)) + 2 for column in columns) <= WIDEST:
            break
    return found


def _texts(cells: Cells, digits: int) -> list[list[str]]:
    return [[x if isinstance(x, str) else plain(x, digits) for x in row] for row in cells]


def _elided_cells(entries: Sequence[Sequence[Expr]], most_rows: int, most: int) -> Cells:
    widest = min(max(map(len, entries)), most + 1)
    dots = ["⋱" if isinstance(x, blocks.Gap) else "⋮" for x in elided(range(widest), most)]
    found: list[tuple[Expr | str, ...]] = []
    for row in elided(entries, most_rows):
        if isinstance(row, blocks.Gap):
            found.append(tuple(dots))
        else:
            cells = ["…" if isinstance(x, blocks.Gap) else x for x in elided(row, most)]
            found.append((*cells, *[""] * (widest - len(cells))))
    return tuple(found)
