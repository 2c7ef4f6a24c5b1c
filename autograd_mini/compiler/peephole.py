"""Peepholes: statements written into others, and derivatives that are 0 whatever the numbers are.

``a = x / 9.0; b = 1e-05 + a; c = b ** -0.5`` becomes ``c = (1e-05 + x / 9.0) ** -0.5``. Only
arithmetic is moved, and into another operation only what reads one array: the derivative needs the
operands again, and what is computed twice must cost next to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import partial

import numpy as np

from autograd_mini import ops
from autograd_mini.compiler import formula as f
from autograd_mini.compiler.program import Array, Program
from autograd_mini.compiler.windows import cells_of
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
        cheap = CHEAP.issuperset(rows_of(array.detail))
        moved = {x for x in array.operands if uses[x] == 1 and _fits(x, array, cheap)}
        if moved:
            array.detail = f.replaced(array.detail, partial(_inserted, moved))
            gone |= moved
        array.operands = tuple(dict.fromkeys(f.names(array.detail)))
    return [array for array in arrays if array not in gone]


def _fits(x: Array, into: Array, cheap: bool) -> bool:
    """Whether a formula may be written into another, which is cheap or not; it must be as large."""
    if x.kind != "formula" or x.shape != into.shape or x.batched != into.batched:
        return False
    if any(operand.kind in ("dot", "pair") for operand in x.operands):
        return False  # the layer keeps its line
    rows = rows_of(x.detail)
    return (cheap or len(x.operands) == 1) and len(rows) <= LONG and CHEAP.issuperset(rows)


def rows_of(formula: f.Formula) -> list[Op]:
    """The rows that a formula applies."""
    return [part.row for part in f.parts(formula) if part.operands]


def _inserted(moved: Set[Array], item: f.Formula) -> f.Formula:
    """What a moved array is, in the place of its name."""
    if isinstance(item, f.Name) and item.of in moved:
        return item.of.detail  # type: ignore[no-any-return]
    return item


# --- shifts ---------------------------------------------------------------------------------------


def shifts(program: Program) -> set[Array]:
    """Largest entries m of a softmax, e^(x − m) / Σ e^(x − m), or of m + log Σ e^(x − m).

    They keep the exponentials from overflowing, and the result does not depend on them: so they
    have no adjoint, nor has what shows them beside x.
    """
    readers: dict[Array, list[Array | None]] = {x: [None] for x in program.outputs}
    for array in program.arrays:
        for x in array.operands:
            readers.setdefault(x, []).append(array)
    found: set[Array] = set()
    for m in program.arrays:
        if m.kind == "max":
            for shown in readers.get(m, []):
                if shown is not None and shown.kind == "reshape" and _is_shift(m, shown, readers):
                    found |= {m, shown}
    return found


def _is_shift(m: Array, shown: Array, readers: Mapping[Array, list[Array | None]]) -> bool:
    """Whether everything that reads m, and m shown beside x, is the one or the other."""
    (rows,) = m.operands
    moved = _only(readers, shown)
    power = moved and _only(readers, moved)
    if not (power and _is(power, ops.exp, moved)):
        return False
    summed: Array | None = power
    if not _is(moved, ops.sub, rows, shown):  # the rows are a view of x, and a like one is summed
        summed = _only(readers, power)
        of_x = rows.kind == "view" and _is(moved, ops.sub, rows.operands[0], shown)
        if not (of_x and summed and summed.kind == "view" and _in_step(shown, rows, summed)):
            return False
    assert summed is not None
    reading = readers[summed]
    total = next((x for x in reading if x is not None and x.kind == "sum"), None)
    below = total and _only(readers, total)
    if below is None:
        return False
    if readers[m] == [shown] and below.kind == "reshape":
        share = _only(readers, below)
        return _is(share, ops.div, power, below) and set(reading) == {total, share}
    log = below if _is(below, ops.log, total) and reading == [total] else None
    result = log and _only(readers, log)
    if result is None or set(readers[m]) != {shown, result} or len(readers[m]) != 2:
        return False
    terms = list(_terms(result.detail, 1)) if result.kind == "formula" else []
    return any(terms.count((sign, m)) == terms.count((sign, log)) == 1 for sign in (1, -1)) and (
        list(f.names(result.detail)).count(m) == list(f.names(result.detail)).count(log) == 1
    )


def _in_step(shown: Array, rows: Array, summed: Array) -> bool:
    """Whether row j of both views is what the shown number j is beside, every cell once."""
    (x,) = rows.operands
    if summed.operands[0].shape != x.shape:
        return False
    beside = np.broadcast_to(np.arange(shown.size).reshape(shown.shape), x.shape).ravel()
    for view in (rows, summed):
        cells = cells_of(view.detail).reshape(shown.size, -1)
        once = len(np.unique(cells)) == cells.size == x.size
        if not once or (beside[cells] != np.arange(shown.size)[:, None]).any():
            return False
    return True


def _terms(item: f.Formula, sign: int) -> Iterator[tuple[int, Array | None]]:
    """The arrays that a formula adds up, each with its sign; None of what is no array."""
    row = getattr(item, "row", None)
    if row is ops.neg:
        yield from _terms(item.operands[0], -sign)
    elif row is ops.add or row is ops.sub:
        yield from _terms(item.operands[0], sign)
        yield from _terms(item.operands[1], sign if row is ops.add else -sign)
    else:
        yield sign, item.of if isinstance(item, f.Name) else None


def _only(readers: Mapping[Array, list[Array | None]], array: Array) -> Array | None:
    """What alone reads an array."""
    found = readers.get(array, [])
    return found[0] if len(found) == 1 else None


def _is(array: Array | None, row: Op, *operands: Array | None) -> bool:
    """Whether an array is this row of these arrays."""
    if array is None or array.kind != "formula" or array.detail.operands == ():
        return False
    names = [x.of if isinstance(x, f.Name) else None for x in array.detail.operands]
    return array.detail.row is row and names == list(operands)


def is_sum_of_powers(array: Array) -> bool:
    """Whether it is a sum of exponentials, which is 0 or larger, or nan."""
    if array.kind != "sum":
        return False
    (x,) = array.operands
    return getattr((x.operands[0] if x.kind == "view" else x).detail, "row", None) is ops.exp
