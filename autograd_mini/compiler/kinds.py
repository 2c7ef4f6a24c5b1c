"""What a kind of statement is: one row, of what must hold, what it computes, and its derivative.

A row is read by the validator (*fits*), by the interpreter (*numbers*), by the stage that
differentiates (*adjoint*), and by the lowerings (*text*, *native*). The kinds are explained in
:mod:`~autograd_mini.compiler.program`.

The interpreter is plain and slow, and shares nothing with the tiers: every array has one axis in
front, for the examples of a batch, or of size 1 where they do not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler import adjoints as rules
from autograd_mini.compiler import evaluation as numbers
from autograd_mini.compiler import numpy_text as text
from autograd_mini.compiler import shapes
from autograd_mini.compiler.evaluation import Numbers
from autograd_mini.compiler.numpy_text import Storage, Text
from autograd_mini.compiler.program import Array, Program


class Kind(NamedTuple):
    """One row.

    Attributes:
        fits: whether an array of this kind has the shape and the detail that it must have.
        numbers: its numbers, from those of its operands.
        adjoint: what its adjoint hands on to its operands; None where it has none.
        text: how it is written in NumPy's language; None where the lowering does that itself.
        native: how it becomes native code: a "leaf" is given, an "alias" shows its operand's cells,
            a "map" goes element by element, a "fold" sums, or takes the largest, a "product" has
            two sides, "glue" puts arrays together, a "table" is added to, a "loop" has rounds.
    """

    fits: Callable[[Array], bool]
    numbers: Callable[..., Numbers]
    adjoint: Callable[[rules.Reverse, Array, Array], None] | None = None
    text: Callable[[Storage, Array], Text] | None = None
    native: str = ""


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
            found = np.array([theta[i] for i in program.order], dtype=float)[None]
        elif array.kind in ("argument", "index"):
            found = np.asarray(arguments[array.detail]).reshape(count, *array.shape)
        elif array.kind == "seed":
            found = np.full(count, weight)
        else:
            found = _computed(array, made)
        made[array] = found
    return made


def _computed(array: Array, made: dict[Array, Numbers]) -> Numbers:
    found = KINDS[array.kind].numbers(array, *[made[x] for x in array.operands])
    if array.kind == "loop":  # of all its results
        return found
    return np.broadcast_to(found, (len(found), *array.shape))


def validate(program: Program) -> None:
    """Raise AssertionError unless arrays are made before they are used, in shapes that fit."""
    made: set[Array] = set()
    for array in program.arrays:
        assert all(x in made for x in array.operands), f"{array} uses what is not made yet"
        made.add(array)
        assert array.batched <= (array.kind in LEAVES or any(x.batched for x in array.operands))
        assert KINDS[array.kind].fits(array), f"{array} of {array.operands}"
    assert all(x in made for x in program.outputs)
    if program.gradient is not None:
        assert program.gradient in made
        assert program.gradient.shape == (len(program.order),)
        assert not program.gradient.batched


def given(array: Array) -> Numbers:
    """What a leaf stands for is known to those who ask."""
    raise AssertionError(f"{array} is given")


def _loop(array: Array) -> bool:
    return shapes.loop(array, lambda one: KINDS[one.kind].fits(one))


LEAVES = ("theta", "argument", "index", "constant", "mask", "seed", "carry")
"""Kinds without operands."""

KINDS: dict[str, Kind] = {
    "theta": Kind(lambda a: shapes.leaf(a) and len(a.shape) == 1, given, native="leaf"),
    "argument": Kind(shapes.leaf, given, native="leaf"),
    "index": Kind(shapes.leaf, given, native="leaf"),
    "seed": Kind(lambda a: shapes.leaf(a) and a.shape == () and a.batched, given, native="leaf"),
    "constant": Kind(shapes.holds_numbers, lambda a: a.detail[None], native="leaf"),
    "mask": Kind(shapes.mask, lambda a: a.detail[None].astype(float), native="leaf"),
    "formula": Kind(shapes.formula, numbers.formula, rules.of_formula, text.formula, "map"),
    "view": Kind(shapes.window, numbers.view, rules.of_view, text.view, "alias"),
    "gather": Kind(shapes.gather, numbers.view, rules.of_view, text.gather, "alias"),
    "reshape": Kind(shapes.reshape, numbers.reshape, rules.of_reshape, text.reshape, "alias"),
    "expand": Kind(shapes.expand, numbers.expand, None, text.expand, "alias"),
    "concat": Kind(shapes.concat, numbers.concat, rules.of_concat, text.concat, "glue"),
    "dot": Kind(shapes.dot, numbers.dot, rules.of_dot, text.dot, "product"),
    "pair": Kind(shapes.pair, numbers.pair, rules.of_pair, text.pair, "product"),
    "sum": Kind(shapes.row, lambda a, x: x.sum(axis=-1), rules.of_sum, text.reduction, "fold"),
    "max": Kind(shapes.row, lambda a, x: x.max(axis=-1), rules.of_max, text.reduction, "fold"),
    "select": Kind(shapes.select, numbers.select, rules.of_select, text.select, "map"),
    "mix": Kind(shapes.mix, numbers.mix, None, text.mix, "product"),
    "gram": Kind(shapes.gram, numbers.gram, None, text.gram, "product"),
    "pairmix": Kind(shapes.pairmix, numbers.pairmix, None, text.pairmix, "product"),
    "fold": Kind(shapes.fold, numbers.fold, None, text.fold, "fold"),
    "scatter": Kind(shapes.scatter, numbers.scatter, native="glue"),
    "unselect": Kind(shapes.unselect, numbers.unselect, None, text.unselect, "table"),
    "loop": Kind(_loop, lambda a, *xs: numbers.loop(a, xs, _computed), native="loop"),
    "result": Kind(shapes.result, lambda a, made: made[a.detail], rules.of_result, native="loop"),
    "carry": Kind(shapes.leaf, given, native="leaf"),
    "item": Kind(shapes.item, lambda a, x: x, native="leaf"),
}


def natively(*ways: str) -> tuple[str, ...]:
    """The kinds that are computed in one of these ways in native code."""
    return tuple(kind for kind, row in KINDS.items() if row.native in ways)
