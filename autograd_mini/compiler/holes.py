"""Cells of an array that belong to no entry.

Vocabulary: the rows of causal attention differ in length, so the array that holds them has *holes*,
and a *mask* says which cells are none. One rule keeps them harmless:

- whoever makes an array with holes puts a number into them that those who read it may assume: −∞
  where a maximum reads it, else 0. The statement is ``where(mask, x, number)``, and its mask is an
  array of a kind that only the compiler makes, never a condition that somebody wrote;
- the holes of an adjoint hold anything, and whoever hands an adjoint on to cells that belong to
  somebody puts 0 there first.

Where it is so by itself the statement is left out: −∞ − m is −∞ and e^−∞ is 0. What is said of the
holes here is so *or nan*: 0 · m is nan where m is not finite. A nan that matters is seen in the
result, which is then computed as the eager engine does (:func:`engines.repaired`).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd_mini import ops
from autograd_mini.compiler import formula as f

Mask = NDArray[np.bool_]

DEEP = 40
"""Formulas nested deeper than this are not looked through."""


QUOTIENTS = (ops.div, ops.over_square, ops.over_cube)
"""Rows that are 0 where their first operand is, unless the second is 0 or nan."""


class Holes(NamedTuple):
    """The holes of an array.

    Attributes:
        mask: True for cells that belong to an entry, in the array's shape.
        number: what stands in the others.
    """

    mask: Mask
    number: float


def cover(array: Any, mask: Mask) -> bool:
    """Whether everything outside of the mask is a hole of the array too."""
    if array.holes is None or len(array.shape) != mask.ndim:
        return False
    return not (np.broadcast_to(array.holes.mask, mask.shape) & ~mask).any()


def smallest(mask: Mask) -> Mask:
    """The mask with size 1 along axes where it does not change."""
    for axis in range(mask.ndim):
        first = mask.take([0], axis)
        if (mask == first).all():
            mask = first
    return mask


def filled(formula: f.Formula, mask: Any, number: float) -> f.Formula:
    """The formula with a number in the holes; ``mask`` is the array of the mask."""
    return f.Formula(ops.where, (f.Name(mask), formula, f.Number(number)))


def filling(formula: Any) -> Any:
    """The mask of a formula that fills holes; None of any other."""
    condition = formula.operands[0] if getattr(formula, "row", None) is ops.where else None
    return condition.of if isinstance(condition, f.Name) and condition.of.kind == "mask" else None


def stands(formula: f.Formula, mask: Mask) -> float:
    """What the formula is in the cells outside of the mask; nan if that is not known."""
    found = _known(formula, mask, 0)
    return math.nan if found is None else found


def _known(item: f.Formula, mask: Mask, depth: int) -> float | None:
    if isinstance(item, f.Number):
        return item.number
    if isinstance(item, f.Name):
        return _of_array(item.of, mask, depth)
    if item.row.arity is None or depth > DEEP:
        return None
    if (own := filling(item)) is not None:
        covered = not (np.broadcast_to(own.detail, mask.shape) & ~mask).any()
        return _known(item.operands[2], mask, depth) if covered else None
    values = [_known(x, mask, depth + 1) for x in item.operands]
    if None not in values:
        return _applied(item, values)
    if item.row is ops.mul and 0.0 in values:
        return 0.0
    if item.row in QUOTIENTS and values[0] == 0.0:
        return 0.0
    if item.row is ops.add and -math.inf in values:
        return -math.inf
    if item.row is ops.sub and values[0] == -math.inf:
        return -math.inf
    return None


def _of_array(array: Any, mask: Mask, depth: int) -> float | None:
    if cover(array, mask):
        return float(array.holes.number)
    if array.kind == "formula" and len(array.shape) == mask.ndim:
        return _known(array.detail, mask, depth + 1)
    return None


def _applied(item: f.Formula, values: list[Any]) -> float | None:
    """The row of known numbers, if a zero's sign does not matter and nan stays nan."""
    result = float(item.row.forward(*values))
    for i, operand in enumerate(item.operands):
        if isinstance(operand, f.Number):
            continue
        for other in (math.nan, -0.0) if values[i] == 0.0 else (math.nan,):
            found = item.row.forward(*values[:i], other, *values[i + 1 :])
            if found != result and not (math.isnan(found) and math.isnan(other)):
                return None
    return None if math.isnan(result) else result
