"""What a program must compute: the recording's numbers at the example and at points near it.

At each point (:func:`trace.points`) every entry and its adjoint are computed by the rows, with a
*running error bound* beside each: how far another order of the sums, and roundings on the way, may
take it. A bound moves with the numbers themselves, so a residual that is 0 up to rounding is not
accused. :func:`fault` compares the interpreter's cells with these, which names the stage.
Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd_mini import ops
from autograd_mini.compiler.blocks import Ids
from autograd_mini.compiler.kinds import ALIASES, interpret
from autograd_mini.compiler.program import Array, Program
from autograd_mini.compiler.recording import PARAMETER, Recording
from autograd_mini.compiler.trace import SMALLEST, Point
from autograd_mini.compiler.traced import DETACH, TAKE
from autograd_mini.rows import CONSTANT, Op

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDING = 2.0**-40
"""Allowed for each operation, times the size of its result: a wrong program is far off."""


class _Group(NamedTuple):
    """Entries that can be computed together: of one row, one depth and one number of operands."""

    row: Op
    entries: Ids
    operands: Ids


class Reference:
    """Numbers and adjoints of every entry at some points, each with its bound.

    Attributes:
        values, value_bounds: (points, entries).
        adjoints, adjoint_bounds: of the one result; 0 where there are several.
        finite: for each point whether a program that computes them gives finite numbers, as far as
            the interpreter has found out: then its generated code must, too.
    """

    def __init__(self, recording: Recording, at: Sequence[Point], gradient: bool) -> None:
        self.recording = recording
        self.points = list(at)
        self.finite = [False] * len(self.points)
        size = len(at), len(recording.rows)
        self.values, self.value_bounds = np.zeros(size), np.zeros(size)
        self.adjoints, self.adjoint_bounds = np.zeros(size), np.zeros(size)
        self._set_leaves()
        groups = _groups(recording)
        with np.errstate(all="ignore"):
            for group in groups:
                self._forward(group)
            if gradient:
                root = recording.roots[0]
                self.adjoints[:, root] = 1.0
                for group in reversed(groups):
                    self._backward(group)

    def _set_leaves(self) -> None:
        rows, leaves = self.recording.rows, self.recording.leaves
        places = [i for i, operands in enumerate(self.recording.operands) if not operands]
        self.parameters = np.array([i for i in places if rows[i] is PARAMETER], dtype=int)
        self.numbered = np.array([leaves[i] for i in self.parameters], dtype=int)
        self.active = np.zeros(len(rows), dtype=bool)
        self.active[self.parameters] = True
        given = [i for i in places if rows[i] is not PARAMETER and rows[i] is not CONSTANT]
        constants = [i for i in places if rows[i] is CONSTANT]
        self.values[:, constants] = [leaves[i] for i in constants]
        for p, (theta, cells) in enumerate(self.points):
            self.values[p, self.parameters] = np.array(theta)[self.numbered]
            self.values[p, given] = [cells[k][cell] for k, cell in map(leaves.__getitem__, given)]

    def _forward(self, group: _Group) -> None:
        x, e = self.values[:, group.operands], self.value_bounds[:, group.operands]
        rule = _FORWARD.get(group.row)
        z, bound = rule(x, e) if rule else _row_forward(group.row, x, e)
        bound = np.where(np.isfinite(z), bound, 0.0)  # −∞ is exact
        self.values[:, group.entries], self.value_bounds[:, group.entries] = z, bound
        if group.row is not DETACH:
            self.active[group.entries] = self.active[group.operands].any(axis=1)

    def _backward(self, group: _Group) -> None:
        kept = self.active[group.entries]
        if not kept.any():
            return
        entries, operands = group.entries[kept], group.operands[kept]
        x, e = self.values[:, operands], self.value_bounds[:, operands]
        a, b = self.adjoints[:, entries], self.adjoint_bounds[:, entries]
        rule = _LOCALS.get(group.row)
        wanted = np.logical_or.reduce(self.active[operands])
        z = self.values[:, entries]
        local, slack = rule(x, e) if rule else _row_locals(group.row, z, x, e, wanted)
        starts = np.arange(len(self.points))[:, None] * len(self.active)
        for k in np.flatnonzero(wanted):
            part, size = a * local[..., k], np.abs(local[..., k])
            bound = size * b + (np.abs(a) + b) * slack[..., k] + ROUNDING * np.abs(part)
            nothing = (a == 0.0) & (b == 0.0)
            part, bound = np.where(nothing, 0.0, part), np.where(nothing, 0.0, bound)
            where = (operands[:, k] + starts).ravel()
            np.add.at(self.adjoints.reshape(-1), where, part.ravel())
            np.add.at(self.adjoint_bounds.reshape(-1), where, bound.ravel())

    def gradient(self, parameters: int) -> tuple[Numbers, Numbers]:
        """For each point the derivative by every parameter, and the bounds."""
        found = np.zeros((2, len(self.points), parameters))
        found[0][:, self.numbered] = self.adjoints[:, self.parameters]
        found[1][:, self.numbered] = self.adjoint_bounds[:, self.parameters]
        return found[0], found[1]


def _groups(recording: Recording) -> list[_Group]:
    """Operands before results."""
    depths = [0] * len(recording.rows)
    found: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    for i, (row, operands) in enumerate(zip(recording.rows, recording.operands, strict=True)):
        if operands:
            depths[i] = depth = 1 + max(map(depths.__getitem__, operands))
            found[depth, row.name, len(operands)].append(i)
    groups = sorted(found.items(), key=lambda item: item[0][0])
    read = recording.operands.__getitem__
    return [
        _Group(recording.rows[same[0]], np.array(same), np.array(list(map(read, same))))
        for _, same in groups
    ]


# --- rows: operands come as (points, entries, operands) -------------------------------------------

Both = tuple[Numbers, Numbers]
"""Numbers, and their bounds."""

Rule = Callable[[Numbers, Numbers], Both]


def _sum(x: Numbers, e: Numbers) -> Both:
    return x.sum(axis=-1), (e + ROUNDING * np.abs(x)).sum(axis=-1)


def _product(x: Numbers, e: Numbers) -> Both:
    size, off = np.abs(x), e[..., 0] * e[..., 1]
    z = x[..., 0] * x[..., 1]
    bound = size[..., 0] * e[..., 1] + size[..., 1] * e[..., 0] + off
    return z, bound + ROUNDING * np.abs(z)


def _affine(x: Numbers, e: Numbers) -> Both:
    pairs = (*x.shape[:2], -1, 2)
    products, bounds = _product(x[..., :-1].reshape(pairs), e[..., :-1].reshape(pairs))
    return _sum(
        np.concatenate([products, x[..., -1:]], axis=-1),
        np.concatenate([bounds, e[..., -1:]], axis=-1),
    )


def _chosen(x: Numbers, e: Numbers) -> Both:
    index = 1 + x[..., :1].astype(int)
    return np.take_along_axis(x, index, -1)[..., 0], np.take_along_axis(e, index, -1)[..., 0]


_FORWARD: dict[Op, Rule] = {
    ops.add: _sum,
    ops.sum: _sum,
    ops.sub: lambda x, e: _sum(x * np.array([1.0, -1.0]), e),
    ops.neg: lambda x, e: (-x[..., 0], e[..., 0]),
    ops.mul: _product,
    ops.affine: _affine,
    ops.max: lambda x, e: (x.max(axis=-1), e.max(axis=-1)),
    TAKE: _chosen,
    DETACH: lambda x, e: (x[..., 0], e[..., 0]),
}

_SIDES = (1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0)
"""Which way the operands are moved within their bounds, to see what becomes of a row."""


def _moves(x: Numbers, e: Numbers) -> list[Numbers]:
    if not e.any():
        return []
    sides = _SIDES if x.shape[-1] > 1 else _SIDES[::2]
    return [x + e * np.resize(side, x.shape[-1]) for side in sides]


def _gap(moved: Numbers, still: Numbers) -> Numbers:
    """How far numbers went; to nan, or from it, any way."""
    same = (moved == still) | (np.isnan(moved) & np.isnan(still))
    gap = np.where(same, 0.0, np.abs(moved - still))
    return np.where(np.isnan(gap), np.inf, gap)


def _apply(function: Callable[..., float], *columns: Numbers) -> Numbers:
    """A function of floats, number by number."""
    flat = [column.ravel().tolist() for column in columns]
    return np.array(list(map(function, *flat)), dtype=float).reshape(columns[0].shape)


def _row_forward(row: Op, x: Numbers, e: Numbers) -> Both:
    """The row itself, and how far it goes when its operands move."""
    z = _apply(row.forward, *np.moveaxis(x, -1, 0))
    bound = ROUNDING * np.abs(z)
    for moved in _moves(x, e):
        bound = bound + _gap(_apply(row.forward, *np.moveaxis(moved, -1, 0)), z)
    return z, bound


def _row_locals(row: Op, z: Numbers, x: Numbers, e: Numbers, wanted: Mask) -> Both:
    """The row's local derivatives, and how far they go when its operands move."""
    local, slack = np.zeros(x.shape), np.zeros(x.shape)
    moves = [(m, _apply(row.forward, *np.moveaxis(m, -1, 0))) for m in _moves(x, e)]
    for k in np.flatnonzero(wanted):

        def partial(z: float, *read: float, k: int = int(k)) -> float:
            return row.local(k, z, read)

        found = local[..., k] = _apply(partial, z, *np.moveaxis(x, -1, 0))
        slack[..., k] = ROUNDING * np.abs(found)
        for moved, there in moves:
            slack[..., k] += _gap(_apply(partial, there, *np.moveaxis(moved, -1, 0)), found)
    return local, slack


def _largest(x: Numbers, e: Numbers) -> Both:
    top = x.max(axis=-1, keepdims=True)
    ties = x == top
    near = (top - x) <= e + np.take_along_axis(e, x.argmax(axis=-1)[..., None], -1)
    unsure = near.sum(axis=-1, keepdims=True) > ties.sum(axis=-1, keepdims=True)
    return ties / ties.sum(axis=-1, keepdims=True), (near & unsure).astype(float)


def _affine_locals(x: Numbers, e: Numbers) -> Both:
    def turned(y: Numbers, last: float) -> Numbers:
        pairs = y[..., :-1].reshape(*y.shape[:2], -1, 2)[..., ::-1].reshape(*y.shape[:2], -1)
        return np.concatenate([pairs, np.full((*y.shape[:2], 1), last)], axis=-1)

    return turned(x, 1.0), turned(e, 0.0)


def _constant(local: float | list[float]) -> Rule:
    return lambda x, e: (np.broadcast_to(local, x.shape), np.zeros(x.shape))


_LOCALS: dict[Op, Rule] = {
    ops.add: _constant(1.0),
    ops.sum: _constant(1.0),
    ops.sub: _constant([1.0, -1.0]),
    ops.neg: _constant(-1.0),
    ops.mul: lambda x, e: (x[..., ::-1], e[..., ::-1]),
    ops.affine: _affine_locals,
    ops.max: _largest,
    TAKE: lambda x, e: (1.0 * (np.arange(x.shape[-1]) == 1 + x[..., :1]), np.zeros(x.shape)),
}


def differ(got: Numbers, expected: Numbers, bound: Numbers) -> Mask:
    """Where finite numbers are farther apart than their bound."""
    with np.errstate(all="ignore"):
        judged = np.isfinite(got) & np.isfinite(expected) & np.isfinite(bound)
        return judged & (np.abs(got - expected) > bound + SMALLEST)


def fault(program: Program, reference: Reference) -> str:
    """Which stage made a cell wrong, in which array; "" if none did."""
    for p, (theta, cells) in enumerate(reference.points):
        with np.errstate(all="ignore"):
            made = interpret(program, theta, [np.array([row]) for row in cells], 1.0)
        results = [*program.outputs, *([program.gradient] if program.gradient else [])]
        reference.finite[p] = all(np.isfinite(made[x]).all() for x in results)
        values = reference.values[p], reference.value_bounds[p]
        adjoints = reference.adjoints[p], reference.adjoint_bounds[p]
        for array, places in program.entries.items():
            if _wrong(array, made[array], places, *values):
                return f"the statements are wrong at {array}"
        for array, places in program.entries.items():
            shared = array.kind in ALIASES  # with what it shows
            adjoint = None if shared else program.adjoints.get(array)
            if adjoint is not None and _wrong(array, made[adjoint], places, *adjoints):
                return f"the derivative is wrong at {array}"
    return ""


def _wrong(
    array: Array, numbers: Numbers, places: tuple[Ids, Ids], expected: Numbers, bound: Numbers
) -> bool:
    entries, cells = places
    full = numbers if numbers.ndim > 1 else numbers.reshape(-1, *(1,) * len(array.shape))
    got = np.broadcast_to(full, (1, *array.shape)).reshape(-1)[cells]
    return bool(differ(got, expected[entries], bound[entries]).any())
