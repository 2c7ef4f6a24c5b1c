"""One rule for each kind of statement: what its adjoint hands on to its operands.

For formulas the rule is the table's partials. Adjoints of parts of an array wait, and are added
together once, in a ``scatter``.
"""

from __future__ import annotations

import sys
from typing import Any

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler import holes
from autograd_mini.compiler.peephole import CHEAP, is_sum_of_powers, rows_of, shifts
from autograd_mini.compiler.program import Array, Program, Window, formula, mask
from autograd_mini.expr import row_of

LARGEST = sys.float_info.max


class Reverse:
    """The differentiation in progress; see :mod:`~autograd_mini.compiler.derive`.

    Attributes:
        arrays: the statements so far.
        pieces: for an array the windows or cells of it that have adjoints, with these.
    """

    def __init__(self, forward: Program) -> None:
        self.arrays: list[Array] = list(forward.arrays)
        self.whole: dict[Array, list[f.Formula]] = {}
        self.pieces: dict[Array, list[tuple[Any, Array]]] = {}
        self.loops: dict[Array, dict[int, Array]] = {}
        """For a loop, by the number of a result, its adjoint."""
        self.shifts = shifts(forward)
        self.rectified = {
            array.operands[0]: array
            for array in forward.arrays
            if array.kind == "formula"
            and getattr(array.detail, "row", None) is ops.relu
            and isinstance(array.detail.operands[0], f.Name)
        }

    def wants(self, array: Array) -> bool:
        """Whether an array has a derivative that may be another number than 0."""
        return array.active and array not in self.shifts

    def reaches(self, array: Array) -> bool:
        """Whether something has been handed to an array."""
        return array.active and (array in self.whole or array in self.pieces)

    def add(self, array: Array) -> Array:
        """One more statement."""
        self.arrays.append(array)
        return array

    def hand(self, to: Array, value: f.Formula | Array) -> None:
        """Add to an array's adjoint, summed over the axes that broadcasting had added."""
        if not self.wants(to):
            return
        if isinstance(value, Array):
            value = f.Name(value)
        self.whole.setdefault(to, []).append(value)

    def reused(self, part: f.Formula) -> f.Formula:
        """A part as a row that is equal for every float that comes here, and cheaper.

        step(x) is sign(relu(x)) where relu(x) is known, and recip(x) is 1 / x where x is positive.
        """
        row = row_of(part)
        of = part.operands[0].of if row and isinstance(part.operands[0], f.Name) else None
        if row is ops.step and of in self.rectified:
            return f.apply(ops.sign, [f.Name(self.rectified[of])])
        if row is ops.recip and of is not None and is_sum_of_powers(of):
            return f.apply(ops.div, [f.Number(1.0), f.Name(of)])
        return part

    def without_holes(self, value: f.Formula, cells: holes.Mask) -> f.Formula:
        """What goes to cells of entries: from outside of the mask, 0."""
        if holes.stands(value, cells) == 0.0:
            return value
        return holes.filled(value, mask(cells, self.arrays), 0.0)

    def materialised(self, value: f.Formula) -> Array:
        """The formula as an array."""
        if isinstance(value, f.Name):
            array: Array = value.of
            return array
        return self.add(formula(value))

    def adjoint(self, array: Array) -> Array:
        """The sum of all contributions to an array; its own holes may receive any number.

        Where it is the same along an axis, the axis may have size 1.
        """
        whole = [self.folded(value, array) for value in self.whole.pop(array, [])]
        adjoint = self.materialised(f.added(whole)) if whole else None
        if array in self.pieces:
            kept = [] if adjoint is None else [(None, self.expanded(adjoint, array))]
            where, values = zip(*kept, *self.pieces.pop(array), strict=True)
            adjoint = self.add(
                Array("scatter", values, array.shape, batched=array.batched, detail=where)
            )
        assert adjoint is not None
        if array.name and not adjoint.name:
            adjoint.name = f"d{array.name}"
        return adjoint

    def expanded(self, adjoint: Array, array: Array) -> Array:
        """An adjoint in the shape of its array."""
        if adjoint.shape == array.shape:
            return adjoint
        return self.add(Array("expand", [adjoint], array.shape))

    def folded(self, value: f.Formula, array: Array) -> f.Formula:
        """A contribution summed over the axes along which the array was broadcast."""
        made = self.materialised(value) if isinstance(value, f.Name) else formula(value)
        larger = len(made.shape) > len(array.shape) or any(
            one > other for one, other in zip(made.shape, array.shape, strict=False)
        )
        if not larger and made.batched == array.batched:
            return value
        made = self.materialised(value)
        shape = array.shape
        if len(made.shape) == len(shape):  # what is the same along an axis stays so
            shape = tuple(min(sizes) for sizes in zip(made.shape, shape, strict=True))
        elif not made.shape:
            shape = ()
        return f.Name(self.add(Array("fold", [made], shape, batched=array.batched)))


def of_formula(work: Reverse, array: Array, adjoint: Array) -> None:
    """The table's partials, by the chain rule."""
    expression, output, seed = array.detail, f.Name(array), adjoint
    if holes.filling(expression) is not None:
        assert array.holes is not None, "what fills holes has them"
        expression = output = expression.operands[1]
        if CHEAP.issuperset(rows_of(expression)) and not _covered(expression, array):
            filled = work.without_holes(f.Name(work.expanded(adjoint, array)), array.holes.mask)
            seed = work.materialised(filled)
    found = _contributions(expression, output, seed)
    found = {operand: parts for operand, parts in found.items() if work.wants(operand)}
    twice = f.repeated(part for parts in found.values() for part in parts)
    made: dict[Any, Array] = {}

    def once(key: Any, value: f.Formula) -> f.Formula:
        """The name of what several contributions contain."""
        if key not in made:
            made[key] = work.add(formula(value))
        return f.Name(made[key])

    for operand, handed in found.items():
        parts = handed
        if seed.shape != array.shape != operand.shape:  # it is summed over what is missing
            whole = work.expanded(seed, array)
            parts = _contributions(expression, output, whole)[operand]
        for part in parts:
            value = f.replaced(part, work.reused)
            value = f.named(value, twice, once)
            if array.holes is not None and not holes.cover(operand, array.holes.mask):
                value = work.without_holes(value, array.holes.mask)
            work.hand(operand, value)


def _covered(expression: f.Formula, array: Array) -> bool:
    """Whether everything that the expression reads has the array's holes."""
    assert array.holes is not None
    mask = array.holes.mask
    return all(holes.cover(x, mask) for x in f.names(expression))


def _contributions(
    expression: f.Formula, output: f.Formula, seed: Array
) -> dict[Any, list[f.Formula]]:
    """Adjoints by operand; those that occur n times are once n times as large."""
    found = f.adjoints(expression, output, f.Name(seed))
    for operand, parts in found.items():
        distinct: dict[Any, list[f.Formula]] = {}
        for part in parts:
            distinct.setdefault(f.key(part), []).append(part)
        if len(distinct) < len(parts):
            found[operand] = [
                same[0] if len(same) == 1 else f.scaled(same[0], seed, float(len(same)))
                for same in distinct.values()
            ]
    return found


def of_view(work: Reverse, array: Array, adjoint: Array) -> None:
    """A piece of the operand's adjoint; ``gather`` likewise."""
    work.pieces.setdefault(array.operands[0], []).append((array.detail, adjoint))


def of_reshape(work: Reverse, array: Array, adjoint: Array) -> None:
    """The same cells in the operand's shape."""
    work.hand(array.operands[0], work.add(Array("reshape", [adjoint], array.operands[0].shape)))


def of_concat(work: Reverse, array: Array, adjoint: Array) -> None:
    """To each part its piece."""
    start = 0
    for operand in array.operands:
        window = Window(start, (operand.size,), (1,))
        piece = work.add(Array("view", [adjoint], window.sizes, detail=window))
        if operand.shape != piece.shape:
            piece = work.add(Array("reshape", [piece], operand.shape))
        work.hand(operand, piece)
        start += operand.size


def of_dot(work: Reverse, array: Array, adjoint: Array) -> None:
    """x wᵀ: d w to x, and dᵀ x to w."""
    x, w = array.operands
    if x is w and len(w.shape) == 1:
        work.hand(x, 2.0 * f.Name(adjoint) * f.Name(x))
        return
    if x.active:
        work.hand(x, work.add(Array("mix", [adjoint, w], x.shape)))
    if w.active:
        work.hand(w, work.add(Array("gram", [adjoint, x], w.shape, batched=False)))


def of_pair(work: Reverse, array: Array, adjoint: Array) -> None:
    """l rᵀ: d r to l, and dᵀ l to r."""
    left, right = array.operands
    for operand, other, turned in ((left, right, False), (right, left, True)):
        if operand.active:
            mixed = Array("pairmix", [adjoint, other], operand.shape, detail=turned)
            work.hand(operand, work.add(mixed))


def of_sum(work: Reverse, array: Array, adjoint: Array) -> None:
    """The same to every number of a row."""
    work.hand(array.operands[0], _along_the_row(work, adjoint))


def of_max(work: Reverse, array: Array, adjoint: Array) -> None:
    """The row's partial, its list of operands read as one symbol for the last axis."""
    (operand,) = array.operands
    top = array
    if operand.holes is not None:  # in a row of nothing but −∞ they are as large, and no tie
        top = work.add(formula(f.apply(ops.maximum, [f.Name(array), f.Number(-LARGEST)])))
    largest = f.Name(_along_the_row(work, top))
    local = f.lift(ops.max.partial(0, largest, [f.Name(operand)]))
    equal, count = local.operands
    ties = work.add(formula(equal, holes=operand.holes and operand.holes._replace(number=0.0)))
    counted = work.add(Array("sum", [ties], array.shape))
    share = work.add(formula(f.apply(local.row, [f.Name(adjoint), f.Name(counted)])))
    same = f.key(count.operands[0]) == f.key(local.operands[0])
    assert same, "max: [xᵢ = z] over the sum of all of them"
    work.hand(operand, f.Name(_along_the_row(work, share)) * f.Name(ties))


def _along_the_row(work: Reverse, array: Array) -> Array:
    """A number for each row with an axis of size 1 in the place of the row's."""
    return work.add(Array("reshape", [array], (*array.shape, 1)))


def of_select(work: Reverse, array: Array, adjoint: Array) -> None:
    """To the rows, or the places, that were selected."""
    table, index = array.operands
    added = Array(
        "unselect", [adjoint, index], table.shape, batched=table.batched, detail=array.detail
    )
    work.hand(table, work.add(added))


def of_result(work: Reverse, array: Array, adjoint: Array) -> None:
    """It waits for those of the loop's other results."""
    work.loops.setdefault(array.operands[0], {})[array.detail] = adjoint
