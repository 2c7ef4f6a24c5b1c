"""The loops of a kernel, and its actions at one point of its grid or at a vector of points.

Vocabulary: axes are joined where possible, and one of them is chosen for the vectors: the *vector
axis* is the one whose neighbours share a vector; what is left over at its end, fewer than a vector,
is the *tail*. The *outer* axes are those of a kernel's grid, the *inner* ones those along which its
core sums.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.llvm import rows
from autograd_mini.compiler.llvm.kernels import (
    CORE,
    WEIGHT,
    Access,
    Kernel,
    Picked,
    formula_accesses,
)
from autograd_mini.compiler.llvm.reach import Frame, Lanes, Reach, moved, pointer, read, write
from autograd_mini.compiler.llvm.text import Code, Index, Value


def merged(sizes: Sequence[int], reaches: Sequence[Reach]) -> tuple[list[int], list[Reach]]:
    """Neighbouring axes joined where every reach allows it; axes of size 1 left out."""
    axis = len(sizes) - 1
    sizes = list(sizes)
    strides = [list(r.strides) for r in reaches]
    steps = [list(r.steps) for r in reaches]
    every = [*strides, *[s for s in steps if s]]
    while axis >= 0:
        if sizes[axis] == 1:
            for s in every:
                del s[axis]
            del sizes[axis]
        elif axis + 1 < len(sizes) and all(s[axis] == s[axis + 1] * sizes[axis + 1] for s in every):
            sizes[axis + 1] *= sizes[axis]
            for s in every:
                del s[axis]
            del sizes[axis]
        axis -= 1
    fresh = [
        r._replace(strides=tuple(s), steps=tuple(t))
        for r, s, t in zip(reaches, strides, steps, strict=True)
    ]
    return sizes, fresh


def nest(
    code: Code,
    sizes: Sequence[int],
    body: Callable[[list[Index], list[Value]], list[Value]],
    carried: Sequence[Value] = (),
) -> list[Value]:
    """Loops over axes, the last one innermost."""

    def level(axis: int, indices: list[Index], values: list[Value]) -> list[Value]:
        if axis == len(sizes):
            return body(indices, values)
        return code.loop(sizes[axis], lambda i, now: level(axis + 1, [*indices, i], now), values)

    return level(0, [], list(carried))


def score(reaches: Sequence[Reach], axis: int, size: int, width: int) -> float:
    """How well an axis serves as the vector axis: what is read whole, and how full it gets."""
    good = 0.0
    for reach in reaches:
        listed = reach.table is not None and reach.steps[axis] != 0
        if not listed and reach.strides[axis] in (0, 1):
            good += 1.0 if reach.strides[axis] else 0.9
    return good / max(1, len(reaches)) * min(1.0, size / width) + 1e-6 * min(size, 64)


def along(code: Code, size: int, width: int, body: Callable[[Index, int], None]) -> None:
    """A loop over a vector axis: whole vectors, then the tail. ``body`` gets index and lanes."""
    main = size // width * width

    def one(index: Index, values: list[Value]) -> list[Value]:
        body(index, width)
        return values

    if main:
        code.loop(main, one, step=width)
    if size - main:
        body(Index(None, main), size - main)


def turned(reach: Reach, axis: int) -> Reach:
    """The last axis moved to this place."""

    def turn(s: tuple[int, ...]) -> tuple[int, ...]:
        return (*s[:axis], s[-1], *s[axis:-1]) if s else s

    return reach._replace(strides=turn(reach.strides), steps=turn(reach.steps))


def halves(
    body: Body, reads: Sequence[Reach], outer: list[int], inner: list[int]
) -> tuple[list[int], list[int], list[Reach]]:
    """The axes of a kernel with a core, joined; the body's reaches are brought into their form.

    Args:
        body: the actions, which know the outer axes alone.
        reads: the reaches of the core, over outer and inner axes.
        outer: the sizes of the grid's axes.
        inner: the sizes of the axes that are summed over.

    Returns:
        The sizes of outer and inner axes, and the core's reaches.
    """
    none = (0,) * len(inner)
    padded = [
        r._replace(strides=(*r.strides, *none), steps=(*r.steps, *none) if r.steps else ())
        for r in body.reaches.values()
    ]
    sizes, together = _merged_halves([*outer, *inner], [*reads, *padded], len(outer))
    first = len(sizes[0])
    trimmed = [
        r._replace(strides=r.strides[:first], steps=r.steps[:first]) for r in together[len(reads) :]
    ]
    body.reaches = dict(zip(body.reaches, trimmed, strict=True))
    return *sizes, together[: len(reads)]


def _merged_halves(
    sizes: list[int], reaches: list[Reach], first: int
) -> tuple[tuple[list[int], list[int]], list[Reach]]:
    """Axes joined before and after a border; the sizes of both sides."""
    left = [
        r._replace(strides=r.strides[:first], steps=r.steps[:first] if r.steps else ())
        for r in reaches
    ]
    right = [
        r._replace(strides=r.strides[first:], steps=r.steps[first:] if r.steps else ())
        for r in reaches
    ]
    outer, left = merged(sizes[:first], left)
    inner, right = merged(sizes[first:], right)
    joined = [
        a._replace(strides=a.strides + b.strides, steps=a.steps + b.steps)
        for a, b in zip(left, right, strict=True)
    ]
    return (outer, inner), joined


class Body:
    """The actions of a kernel, ready to be written at any point of its grid."""

    def __init__(self, frame: Frame, kernel: Kernel, shape: tuple[int, ...]) -> None:
        self.kernel = kernel
        self.frame = frame
        self.reaches: dict[Access, Reach] = {}
        found: dict[Access, None] = {}
        for action in kernel.actions:
            found.update(dict.fromkeys(formula_accesses(action.formula)))
            found[action.target] = None
        for access in found:
            self.reaches[access] = frame.reach(access, shape, kernel.batched)

    def stored(self) -> list[Reach]:
        """Where results go that are kept."""
        return [
            self.reaches[a.target] for a in self.kernel.actions if a.target.buffer.name != "local"
        ]

    def write(self, code: Code, indices: Sequence[Index], lanes: Lanes, core: Any = None) -> None:
        """The actions at one point, or at as many as there are lanes."""
        registers: dict[Access, Value] = {}
        known: dict[Any, Value] = {}

        def leaf(what: Any) -> Value:
            if what is CORE:
                made: Value = core
                return made
            return operand(code, self, what, indices, lanes, registers)

        for action in self.kernel.actions:
            if isinstance(action.formula, f.Number):
                value = code.number(action.formula.number, lanes.width)
            else:
                value = rows.evaluate(action.formula, leaf, known)
            reach = self.reaches[action.target]
            if action.adds:
                value = read(code, reach, indices, lanes) + value
            registers[action.target] = value
            if action.target.buffer.name != "local":
                write(code, value, reach, indices, lanes)


def operand(
    code: Code,
    body: Body,
    what: Any,
    indices: Sequence[Index],
    lanes: Lanes,
    registers: dict[Access, Value],
) -> Value:
    """What a leaf of a formula stands for, at this point."""
    if what is WEIGHT:
        return code.spread(Value(code, "%weight", 1), lanes.width)
    if isinstance(what, Picked):
        return picked(code, body, what, indices, lanes)
    if what not in registers:
        registers[what] = read(code, body.reaches[what], indices, lanes)
    return registers[what]


def picked(code: Code, body: Body, what: Picked, indices: Sequence[Index], lanes: Lanes) -> Value:
    """In each lane the cell that its index says."""
    row = body.frame.row if what.table.buffer.batched else 1
    chosen = []
    for i in range(lanes.valid):
        here = moved(indices, lanes.axis, i) if lanes.width > 1 else indices
        index = code.load(pointer(code, body.reaches[what.index], here), 1)
        whole = code.assign(f"fptosi double {index.name} to i64")
        cells = code.assign(f"mul nsw i64 {whole}, {what.stride * row}")
        first = pointer(code, body.reaches[what.table], here)
        place = code.assign(f"getelementptr double, ptr {first}, i64 {cells}")
        chosen.append(code.load(place, 1).name)
    return code.gathered(chosen + chosen[:1] * (lanes.width - len(chosen)))
