"""What stands in the cells of an array that belong to nobody.

Vocabulary: the rows of causal attention differ in length, so the array that holds them has *holes*,
cells of no entry. What a statement computes there does not matter as long as it goes nowhere: a
*pad* that a sum reads must be 0, one that a maximum reads −∞, and its adjoint must not reach a cell
that belongs to somebody. Where that is not so by itself, the pads are *filled*: ``where(mask, x,
0)``.

Whether it is so by itself is tried with numbers: −∞ − m is −∞ for every finite m, and e^−∞ is 0. A
number that is not finite in a row's own cells makes that row nan or inf in the eager engine too.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import formula as f

TRIED = ((0.75, -1.25), (-2.5, 3.5), (1e-3, 40.0), (-300.0, -7.0))
"""What cells that may hold anything are tried with, in turn."""


class Pads(NamedTuple):
    """The holes of an array.

    Attributes:
        mask: True for cells that belong to an entry, in the array's shape.
        number: what stands in the others; nan if it may be any number.
    """

    mask: Any
    number: float


def cover(array: Any, mask: Any) -> bool:
    """Whether everything outside of the mask is a hole of the array too."""
    if array.pads is None or len(array.shape) != mask.ndim:
        return False
    return not (np.broadcast_to(array.pads.mask, mask.shape) & ~mask).any()


def number(formula: f.Formula, mask: Any) -> float:
    """What the formula gives in the cells outside of the mask; nan if that depends."""
    found = {_tried(formula, mask, samples) for samples in TRIED}
    return found.pop() if len(found) == 1 else math.nan


def _tried(formula: f.Formula, mask: Any, samples: tuple[float, ...]) -> float:
    places: dict[Any, int] = {}

    def value(item: f.Formula) -> float:
        if isinstance(item, f.Number):
            return item.number
        if isinstance(item, f.Name):
            array = item.of
            if cover(array, mask) and not math.isnan(array.pads.number):
                return float(array.pads.number)
            if array.kind == "constant" and array.detail.dtype == bool:
                return float(array.detail.all())
            place = places.setdefault(array, len(places))
            return samples[place % 2] + 0.125 * place
        if item.row.arity is None:  # along the whole row, where there are other cells too
            return samples[0]
        return float(item.row.forward(*map(value, item.operands)))

    return value(formula)


def filled(formula: f.Formula, mask: Any, number: float) -> f.Formula:
    """The formula with a number in the pads; ``mask`` is the constant array of the mask."""
    return f.Formula(ops.where, (f.Name(mask), formula, f.Number(number)))
