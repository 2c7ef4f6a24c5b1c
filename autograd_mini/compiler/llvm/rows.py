"""The table's rows on vectors.

A row is written as instructions where it pays (:mod:`functions`); rare functions of the C library
are called lane by lane; and every other row, one that a user has added say, calls its own Python
function for each lane: slow, and right by definition.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import host
from autograd_mini.compiler.llvm.functions import LIBRARY, POWERS, ROWS, declared
from autograd_mini.compiler.llvm.text import Value
from autograd_mini.rows import Op, row_named


def evaluate(expression: f.Formula, leaf: Callable[[Any], Value], known: dict[Any, Value]) -> Value:
    """The value of a formula; equal parts are computed once.

    Args:
        expression: the formula.
        leaf: for what a name stands for, its value; at least one must be asked.
        known: what has been computed in this place; added to.
    """
    if isinstance(expression, f.Name):
        return leaf(expression.of)
    operands = [
        x.number if isinstance(x, f.Number) else evaluate(x, leaf, known)
        for x in expression.operands
    ]
    names = [x.name if isinstance(x, Value) else x for x in operands]
    key = expression.row.name, *names
    if key not in known:
        known[key] = apply(expression.row, operands)
    return known[key]


def apply(row: Op, operands: Sequence[Value | float]) -> Value:
    """A row on values; numbers are the same in every lane."""
    one = next(x for x in operands if isinstance(x, Value))
    code, width = one.code, one.width
    if row.name in ("pow", "pow_dx") and isinstance(operands[1], float):
        by = operands[1] - (row.name == "pow_dx")
        if row.name == "pow_dx" and operands[1] == 0.0:
            return code.number(0.0, width)
        if by in POWERS and isinstance(operands[0], Value):
            power = POWERS[by](operands[0])
            return power * operands[1] if row.name == "pow_dx" else power
    values = [x if isinstance(x, Value) else code.number(x, width) for x in operands]
    if row.name in ROWS:
        return ROWS[row.name](*values)
    if row.name in LIBRARY and host.symbol(row.name):
        return code.call(declared(code, row.name, len(values)), values)
    return code.call(_python(row, len(values)), values)


_CALLBACKS: dict[tuple[str, int], Any] = {}


def _python(row: Op, count: int) -> str:
    """A pointer to the row's own function, which stays alive for good."""
    key = row.name, count
    if key not in _CALLBACKS:
        assert row_named(row.name) is row
        _CALLBACKS[key] = ctypes.CFUNCTYPE(*[ctypes.c_double] * (count + 1))(row.forward)
    address = ctypes.cast(_CALLBACKS[key], ctypes.c_void_p).value
    return f"inttoptr (i64 {address} to ptr)"
