"""Loops of the program: kernels that run again and again, on rows that move with the round.

Vocabulary: a *moving* buffer is the row of another one that belongs to the round: its address is
that of round 0 plus so many cells for each round. What is carried is read from one row of its trail
and written to the next, so nothing is copied from round to round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_mini.compiler.llvm.kernels import Action, Repeat
from autograd_mini.compiler.llvm.places import Access, Moving
from autograd_mini.compiler.program import Array, Body, Program

if TYPE_CHECKING:
    from autograd_mini.compiler.llvm.planner import Planner


def begin(outer: Planner, loop: Array) -> None:
    """Put what is carried at the beginning into the first row of each trail."""
    body: Body = loop.detail
    results = outer.placing.results[loop]
    start = body.rounds if body.backward else 0
    for k, (carry, first) in enumerate(zip(body.carries, body.firsts, strict=True)):
        place = outer.placing.places[results[k]]
        cells = place.cells[start * carry.size : (start + 1) * carry.size]
        formula = outer.reading.read(first, np.arange(first.size))
        reading = Array("formula", [first], first.shape, batched=first.batched)
        action = Action(Access(place.buffer, cells), formula, False, None)
        outer._act(action, [loop, reading], carry.size, carry.batched)


def repeat(outer: Planner, loop: Array, planner: type[Planner]) -> Repeat:
    """The kernels of one round."""
    body: Body = loop.detail
    results = outer.placing.results[loop]
    known: dict[Array, Access] = {}
    targets: dict[Array, Access] = {}
    for k, (carry, following) in enumerate(zip(body.carries, body.nexts, strict=True)):
        trail = outer.placing.places[results[k]]
        known[carry] = _row(trail, carry.size, int(body.backward))
        targets[following] = _row(trail, carry.size, int(not body.backward))
    for k, one in enumerate(body.stacked, len(body.carries)):
        if k in results:
            targets[one] = _row(outer.placing.places[results[k]], one.size, 0)
    for item in body.arrays:
        if item.kind == "item":
            known[item] = _item(outer, item, body.rounds)
    inner = planner(Program(body.arrays, list(targets), None, []), outer, known, targets)
    kernels = inner.scheduled()
    return Repeat(kernels, inner.placing.buffers, body.rounds, body.backward)


def _row(place: Access, size: int, shift: int) -> Access:
    """Row t + shift of what lies row by row."""
    cells = place.cells[shift * size : (shift + 1) * size]
    return Access(Moving(place.buffer, size), cells)


def _item(outer: Planner, item: Array, rounds: int) -> Access:
    """A row of an array outside; of a copy of it, if its rows are not evenly apart."""
    (rows,) = item.operands
    found = outer.reading.access(rows, np.arange(rows.size))
    cells: Any = found.cells.reshape(rows.shape[0], -1)[item.detail : item.detail + rounds]
    step = int(cells[1, 0] - cells[0, 0])
    even = cells[0] + step * np.arange(rounds)[:, None]
    if (cells != even).any():
        found = outer._copied(rows)
        cells, step = found.cells.reshape(rows.shape[0], -1)[item.detail :], item.size
    return Access(Moving(found.buffer, step), cells[0])
