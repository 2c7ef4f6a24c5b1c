"""Short element-wise statements that only one other reads are written into it.

``a = x / 9.0; b = 1e-05 + a; c = b ** -0.5`` becomes ``c = (1e-05 + x / 9.0) ** -0.5``. Only
arithmetic is moved, and into another operation only what reads one array: the derivative needs the
operands again, and what is computed twice must cost next to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.program import Array
from autograd_mini.rows import Op

CHEAP = {ops.add, ops.sub, ops.mul, ops.div, ops.neg}

LONG = 6
"""A formula of more rows is not moved."""


def fused(arrays: Sequence[Array], outputs: Sequence[Array]) -> list[Array]:
    """The statements without those that were written into another."""
    uses = Counter(outputs)
    for array in arrays:
        uses.update(f.names(array.detail) if array.kind == "formula" else array.operands)
    gone: set[Array] = set()
    for array in arrays:
        if array.kind != "formula":
            continue
        for x in array.operands:
            if uses[x] == 1 and _fits(x, array):
                array.detail = _inserted(array.detail, x)
                gone.add(x)
        array.operands = tuple(dict.fromkeys(f.names(array.detail)))
    return [array for array in arrays if array not in gone]


def _fits(x: Array, into: Array) -> bool:
    """Whether a formula may be written into another one; it must be as large."""
    if x.kind != "formula" or x.shape != into.shape or x.batched != into.batched:
        return False
    if any(operand.kind in ("dot", "pair") for operand in x.operands):
        return False  # the layer keeps its line
    alone = len(x.operands) == 1 or CHEAP.issuperset(rows_of(into.detail))
    rows = rows_of(x.detail)
    return alone and len(rows) <= LONG and CHEAP.issuperset(rows)


def rows_of(formula: f.Formula) -> list[Op]:
    """The rows that a formula applies."""
    found = []
    stack = [formula]
    while stack:
        item = stack.pop()
        if not isinstance(item, (f.Name, f.Number)):
            found.append(item.row)
        stack.extend(item.operands)
    return found


def _inserted(formula: f.Formula, x: Array) -> f.Formula:
    """The formula with what x is in the place of its name."""

    def instead(item: f.Formula) -> f.Formula:
        return x.detail if isinstance(item, f.Name) and item.of is x else item

    return f.replaced(formula, instead)
