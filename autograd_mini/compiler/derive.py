"""Stage 4: the derivative, as more statements of the same program.

Vocabulary: the *adjoint* of an array is ∂cost/∂array, for each example and each cell. Every kind of
statement has one rule that says what its adjoint hands on to each operand; for formulas the rule is
the table's partials. Adjoints of parts of an array wait and are added together once, in a
``scatter``. Arrays that do not depend on a parameter get no adjoint.

Source: Griewank and Walther, "Evaluating Derivatives", 2nd ed., chapter 3, with arrays for numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import derive_loops, holes
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.fuse import CHEAP, rows_of
from autograd_mini.compiler.program import Array, Program, Window, formula, mask


def differentiate(program: Program) -> Program:
    """The program with the gradient of its one output with respect to theta."""
    return Reverse(program).program()


class Reverse:
    """The work in progress of :func:`differentiate`."""

    def __init__(self, forward: Program) -> None:
        self.forward = forward
        self.arrays: list[Array] = list(forward.arrays)
        self.whole: dict[Array, list[f.Formula]] = {}
        self.pieces: dict[Array, list[tuple[Any, Array]]] = {}
        """For an array the windows or cells of it that have adjoints, with these."""
        self.masks = {holes.key(x.detail): x for x in self.arrays if x.kind == "mask"}
        self.loops: dict[Array, dict[int, Array]] = {}
        """For a loop, by the number of a result, its adjoint."""
        self.rectified = {
            array.operands[0]: array
            for array in forward.arrays
            if array.kind == "formula"
            and getattr(array.detail, "row", None) is ops.relu
            and isinstance(array.detail.operands[0], f.Name)
        }

    def program(self) -> Program:
        """The forward statements and the reverse ones."""
        (output,) = self.forward.outputs
        theta = self.forward.arrays[0]
        if not output.active:
            zeros = Array("constant", (), theta.shape, batched=False, detail=np.zeros(theta.shape))
            return self.forward._replace(arrays=[*self.arrays, zeros], gradient=zeros)
        seed = self._add(Array("seed", (), (), batched=True, name="weight"))
        self._hand(output, f.Name(seed))
        for array in reversed(self.forward.arrays):
            if array in self.loops:
                derive_loops.reverse(self, array, self.loops.pop(array), Reverse)
            elif array.active and (array in self.whole or array in self.pieces):
                if array is theta:
                    gradient = self._expanded(self._adjoint(array), theta)
                    return self.forward._replace(arrays=self.arrays, gradient=gradient)
                self.apply_rule(array)
        raise AssertionError("an active output leads to theta")

    def apply_rule(self, array: Array) -> None:
        """Hand an array's adjoint on to its operands."""
        adjoint = self._adjoint(array)
        if array.kind != "formula":
            adjoint = self._expanded(adjoint, array)
        _RULES[array.kind](self, array, adjoint)

    def _add(self, array: Array) -> Array:
        self.arrays.append(array)
        return array

    def _hand(self, to: Array, value: f.Formula | Array) -> None:
        """Add to an array's adjoint, summed over the axes that broadcasting had added."""
        if not to.active:
            return
        if isinstance(value, Array):
            value = f.Name(value)
        self.whole.setdefault(to, []).append(value)

    def _reused(self, part: f.Formula) -> f.Formula:
        """step(x) as sign(relu(x)) where relu(x) is known: equal for every float, and cheaper."""
        if getattr(part, "row", None) is ops.step and isinstance(part.operands[0], f.Name):
            known = self.rectified.get(part.operands[0].of)
            return part if known is None else f.apply(ops.sign, [f.Name(known)])
        return part

    def _once(self) -> Callable[[Any, f.Formula], f.Formula]:
        """Makes an array of what several contributions of one array contain."""
        made: dict[Any, Array] = {}

        def name(key: Any, value: f.Formula) -> f.Formula:
            if key not in made:
                made[key] = self._add(formula(value))
            return f.Name(made[key])

        return name

    def _without_holes(self, value: f.Formula, cells: Any) -> f.Formula:
        """What goes to cells of entries: from outside of the mask, 0."""
        if holes.stands(value, cells) == 0.0:
            return value
        return holes.filled(value, self._mask(cells), 0.0)

    def _mask(self, cells: Any) -> Array:
        """The array of a mask, once."""
        made = mask(cells)
        key = holes.key(made.detail)
        if key not in self.masks:
            self.masks[key] = self._add(made)
        return self.masks[key]

    def _materialised(self, value: f.Formula) -> Array:
        if isinstance(value, f.Name):
            array: Array = value.of
            return array
        return self._add(formula(value))

    def _adjoint(self, array: Array) -> Array:
        """The sum of all contributions to an array; its own holes may receive any number.

        Where it is the same along an axis, the axis may have size 1.
        """
        whole = [self._folded(value, array) for value in self.whole.pop(array, [])]
        adjoint = self._materialised(f.added(whole)) if whole else None
        if array in self.pieces:
            kept = [] if adjoint is None else [(None, self._expanded(adjoint, array))]
            where, values = zip(*kept, *self.pieces.pop(array), strict=True)
            adjoint = self._add(
                Array("scatter", values, array.shape, batched=array.batched, detail=where)
            )
        assert adjoint is not None
        if array.name and not adjoint.name:
            adjoint.name = f"d{array.name}"
        return adjoint

    def _expanded(self, adjoint: Array, array: Array) -> Array:
        """An adjoint in the shape of its array."""
        if adjoint.shape == array.shape:
            return adjoint
        return self._add(Array("expand", [adjoint], array.shape))

    def _folded(self, value: f.Formula, array: Array) -> f.Formula:
        """A contribution summed over the axes along which the array was broadcast."""
        made = self._materialised(value) if isinstance(value, f.Name) else formula(value)
        larger = len(made.shape) > len(array.shape) or any(
            one > other for one, other in zip(made.shape, array.shape, strict=False)
        )
        if not larger and made.batched == array.batched:
            return value
        made = self._materialised(value)
        shape = array.shape
        if len(made.shape) == len(shape):  # what is the same along an axis stays so
            shape = tuple(min(sizes) for sizes in zip(made.shape, shape, strict=True))
        elif not made.shape:
            shape = ()
        return f.Name(self._add(Array("fold", [made], shape, batched=array.batched)))


# --- one rule for each kind -----------------------------------------------------------------------


def _formula(work: Reverse, array: Array, adjoint: Array) -> None:
    expression, output, seed = array.detail, f.Name(array), adjoint
    if holes.filling(expression) is not None:
        assert array.holes is not None, "what fills holes has them"
        expression = output = expression.operands[1]
        if CHEAP.issuperset(rows_of(expression)) and not _covered(expression, array):
            filled = work._without_holes(f.Name(work._expanded(adjoint, array)), array.holes.mask)
            seed = work._materialised(filled)
    found = _contributions(expression, output, seed)
    once = work._once()
    twice = f.repeated(part for parts in found.values() for part in parts)
    for operand, handed in found.items():
        parts = handed
        if seed.shape != array.shape != operand.shape:  # it is summed over what is missing
            whole = work._expanded(seed, array)
            parts = _contributions(expression, output, whole)[operand]
        for part in parts:
            value = f.replaced(part, work._reused)
            value = f.named(value, twice, once)
            if array.holes is not None and not holes.cover(operand, array.holes.mask):
                value = work._without_holes(value, array.holes.mask)
            work._hand(operand, value)


def _covered(expression: f.Formula, array: Array) -> bool:
    """Whether everything that the expression reads has the array's holes."""
    mask = array.holes and array.holes.mask
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


def _view(work: Reverse, array: Array, adjoint: Array) -> None:
    work.pieces.setdefault(array.operands[0], []).append((array.detail, adjoint))


def _reshape(work: Reverse, array: Array, adjoint: Array) -> None:
    work._hand(array.operands[0], work._add(Array("reshape", [adjoint], array.operands[0].shape)))


def _concat(work: Reverse, array: Array, adjoint: Array) -> None:
    start = 0
    for operand in array.operands:
        window = Window(start, (operand.size,), (1,))
        piece = work._add(Array("view", [adjoint], window.sizes, detail=window))
        if operand.shape != piece.shape:
            piece = work._add(Array("reshape", [piece], operand.shape))
        work._hand(operand, piece)
        start += operand.size


def _dot(work: Reverse, array: Array, adjoint: Array) -> None:
    x, w = array.operands
    if x is w and len(w.shape) == 1:
        work._hand(x, 2.0 * f.Name(adjoint) * f.Name(x))
        return
    if x.active:
        work._hand(x, work._add(Array("mix", [adjoint, w], x.shape)))
    if w.active:
        work._hand(w, work._add(Array("gram", [adjoint, x], w.shape, batched=False)))


def _pair(work: Reverse, array: Array, adjoint: Array) -> None:
    left, right = array.operands
    for operand, other, turned in ((left, right, False), (right, left, True)):
        if operand.active:
            mixed = Array("pairmix", [adjoint, other], operand.shape, detail=turned)
            work._hand(operand, work._add(mixed))


def _sum(work: Reverse, array: Array, adjoint: Array) -> None:
    work._hand(array.operands[0], _along_the_row(work, adjoint))


def _max(work: Reverse, array: Array, adjoint: Array) -> None:
    """The row's partial, its list of operands read as one symbol for the last axis."""
    (operand,) = array.operands
    largest = f.Name(_along_the_row(work, array))
    local = f.lift(ops.max.partial(0, largest, [f.Name(operand)]))
    equal, count = local.operands
    if operand.holes is not None:  # which are as large as a row of nothing but −∞
        equal = holes.filled(equal, work._mask(operand.holes.mask), 0.0)
    ties = work._add(formula(equal, holes=operand.holes and operand.holes._replace(number=0.0)))
    counted = work._add(Array("sum", [ties], array.shape))
    share = work._add(formula(f.apply(local.row, [f.Name(adjoint), f.Name(counted)])))
    same = f.key(count.operands[0]) == f.key(local.operands[0])
    assert same, "max: [xᵢ = z] over the sum of all of them"
    work._hand(operand, f.Name(_along_the_row(work, share)) * f.Name(ties))


def _along_the_row(work: Reverse, array: Array) -> Array:
    """A number for each row with an axis of size 1 in the place of the row's."""
    return work._add(Array("reshape", [array], (*array.shape, 1)))


def _select(work: Reverse, array: Array, adjoint: Array) -> None:
    table, index = array.operands
    added = Array(
        "unselect", [adjoint, index], table.shape, batched=table.batched, detail=array.detail
    )
    work._hand(table, work._add(added))


def _result(work: Reverse, array: Array, adjoint: Array) -> None:
    work.loops.setdefault(array.operands[0], {})[array.detail] = adjoint


_RULES: dict[str, Callable[[Reverse, Array, Array], None]] = {
    "formula": _formula,
    "view": _view,
    "gather": _view,
    "reshape": _reshape,
    "concat": _concat,
    "dot": _dot,
    "pair": _pair,
    "sum": _sum,
    "max": _max,
    "select": _select,
    "result": _result,
}
