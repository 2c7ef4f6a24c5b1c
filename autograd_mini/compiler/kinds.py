"""What a kind of statement is: one row, of what must hold, what it computes, and its derivative.

A row is read by the validator (*fits*), by the interpreter (*numbers*; both in
:mod:`~autograd_mini.compiler.semantics`), by the stage that differentiates (*adjoint*), and by the
lowerings (*text*, *native*). The kinds are explained in :mod:`~autograd_mini.compiler.program`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler import adjoints as rules
from autograd_mini.compiler import numpy_text as text
from autograd_mini.compiler import semantics as s
from autograd_mini.compiler.numpy_text import Storage, Text
from autograd_mini.compiler.program import Array, Program, broadcast
from autograd_mini.compiler.semantics import Numbers


def _given(array: Array) -> Numbers:
    """What a leaf stands for is known to those who ask."""
    raise AssertionError(f"{array} is given")


class Kind(NamedTuple):
    """One row.

    Attributes:
        fits: of an array and its operands, whether it has the shape and the detail that it must.
        numbers: its numbers, from those of its operands.
        adjoint: what its adjoint hands on to its operands; None where it has none.
        text: how it is written in NumPy's language; None where the lowering does that itself.
        native: how it becomes native code: a "leaf" is given, an "alias" shows its operand's cells,
            a "map" goes element by element, a "fold" sums, or takes the largest, a "product" has
            two sides, "glue" puts arrays together, a "table" is added to, a "loop" has rounds.
    """

    fits: Callable[..., bool] = lambda _: True
    numbers: Callable[..., Numbers] = _given
    adjoint: Callable[[rules.Reverse, Array, Array], None] | None = None
    text: Callable[[Storage, Array], Text] | None = None
    native: str = "leaf"


def fits(array: Array) -> bool:
    """Whether an array is what its kind must be."""
    if array.kind in LEAVES and array.operands:
        return False
    return KINDS[array.kind].fits(array, *array.operands)


def validate(program: Program) -> None:
    """Raise AssertionError unless arrays are made before they are used, in shapes that fit."""
    made: set[Array] = set()
    for array in program.arrays:
        assert all(x in made for x in array.operands), f"{array} uses what is not made yet"
        made.add(array)
        assert array.batched <= (array.kind in LEAVES or any(x.batched for x in array.operands))
        assert fits(array), f"{array} of {array.operands}"
    assert all(x in made for x in program.outputs)
    if program.gradient is not None:
        assert program.gradient in made
        assert program.gradient.shape == (len(program.order),)
        assert not program.gradient.batched


def interpret(
    program: Program, theta: Sequence[float], arguments: Sequence[Any], weight: float
) -> dict[Array, Numbers]:
    """The numbers of every array of a program.

    Args:
        program: the program.
        theta: the parameters, in their own order.
        arguments: for each argument its numbers, (examples, cells).
        weight: ∂cost/∂loss of every example.
    """
    count = len(arguments[0]) if arguments else 1
    made: dict[Array, Numbers] = {}
    for array in program.arrays:
        if array.kind == "theta":
            made[array] = np.array([theta[i] for i in program.order], dtype=float)[None]
        elif array.kind in ("argument", "index"):
            made[array] = np.asarray(arguments[array.detail]).reshape(count, *array.shape)
        elif array.kind == "seed":
            made[array] = np.full(count, weight)
        else:
            made[array] = _computed(array, made)
    return made


def _computed(array: Array, made: dict[Array, Numbers]) -> Numbers:
    found = KINDS[array.kind].numbers(array, *[made[x] for x in array.operands])
    if array.kind == "loop":  # of all its results
        return found
    return np.broadcast_to(found, (len(found), *array.shape))


LEAVES = ("theta", "argument", "index", "constant", "mask", "seed", "carry")
"""Kinds without operands."""


def _row(a: Array, x: Array) -> bool:
    return a.shape == x.shape[:-1]


# fmt: off
KINDS: dict[str, Kind] = {
    "theta": Kind(lambda a: len(a.shape) == 1),
    "argument": Kind(),
    "index": Kind(),
    "seed": Kind(lambda a: a.shape == () and a.batched),
    "constant": Kind(s.fits_known, lambda a: a.detail[None]),
    "mask": Kind(lambda a: s.fits_known(a) and a.detail.dtype == bool,
                 lambda a: a.detail[None].astype(float)),
    "formula": Kind(s.fits_formula, s.formula, rules.of_formula, text.formula, "map"),
    "view": Kind(s.fits_cells, s.cells, rules.of_view, text.view, "alias"),
    "gather": Kind(s.fits_cells, s.cells, rules.of_view, text.gather, "alias"),
    "reshape": Kind(lambda a, x: a.size == x.size, lambda a, x: x.reshape(-1, *a.shape),
                    rules.of_reshape, text.reshape, "alias"),
    "expand": Kind(lambda a, x: broadcast([a.shape, x.shape]) == a.shape, s.expand,
                   None, text.expand, "alias"),
    "concat": Kind(lambda a, *xs: a.shape == (sum(x.size for x in xs),), s.concat,
                   rules.of_concat, text.concat, "glue"),
    "dot": Kind(s.fits_dot, lambda a, x, w: x @ w[0].T, rules.of_dot, text.dot, "product"),
    "pair": Kind(s.fits_pair, lambda a, x, y: x @ np.swapaxes(y, -1, -2),
                 rules.of_pair, text.pair, "product"),
    "sum": Kind(_row, lambda a, x: x.sum(axis=-1), rules.of_sum, text.reduction, "fold"),
    "max": Kind(_row, lambda a, x: x.max(axis=-1), rules.of_max, text.reduction, "fold"),
    "select": Kind(lambda a, table, index: s.fits_table(a.detail, table, index, a), s.select,
                   rules.of_select, text.select, "map"),
    "mix": Kind(s.fits_mix, s.mix, None, text.mix, "product"),
    "gram": Kind(s.fits_gram, s.gram, None, text.gram, "product"),
    "pairmix": Kind(s.fits_pairmix, s.pairmix, None, text.pairmix, "product"),
    "fold": Kind(s.fits_fold, s.fold, None, text.fold, "fold"),
    "scatter": Kind(s.fits_scatter, s.scatter, native="glue"),
    "unselect": Kind(lambda a, values, index: s.fits_table(a.detail, a, index, values), s.unselect,
                     None, text.unselect, "table"),
    "loop": Kind(lambda a, *_: s.fits_loop(a, fits), lambda a, *xs: s.loop(a, xs, _computed),
                 native="loop"),
    "result": Kind(s.fits_result, lambda a, made: made[a.detail], rules.of_result, native="loop"),
    "carry": Kind(),
    "item": Kind(lambda a, x: a.shape == x.shape[1:] and a.detail >= 0, lambda a, x: x),
}
# fmt: on


def natively(*ways: str) -> tuple[str, ...]:
    """The kinds that are computed in one of these ways in native code."""
    return tuple(kind for kind, row in KINDS.items() if row.native in ways)


ALIASES = natively("alias")
"""Kinds that show another array's cells: cheaper to do again than to keep."""
