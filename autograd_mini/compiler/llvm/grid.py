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
from autograd_mini.compiler.llvm import functions
from autograd_mini.compiler.llvm.kernels import (
    CORE,
    WEIGHT,
    Access,
    Kernel,
    Picked,
    formula_accesses,
)
from autograd_mini.compiler.llvm.reach import Frame, Lanes, Reach, moved, pointer, read, write
from autograd_mini.compiler.llvm.text import Code, Index
from autograd_mini.compiler.llvm.values import Value

Step = Callable[[list[Index], list[Value]], list[Value]]
"""What is written at a point: from its indices and the carried values to the new ones."""

WRITTEN = 16
"""Multiply-adds of the innermost sum that are written one after the other, about."""


# --- axes -----------------------------------------------------------------------------------------


def merged(
    sizes: Sequence[int], reaches: Sequence[Reach], border: int = 0
) -> tuple[list[int], list[int], list[Reach]]:
    """Neighbouring axes joined where every reach allows it; axes of size 1 left out.

    Returns:
        The sizes of the axes before the border and behind it, and the reaches over both.
    """
    sizes = list(sizes)
    strides = [list(r.strides) for r in reaches]
    steps = [list(r.steps) for r in reaches]
    every = [*strides, *filter(None, steps)]
    for axis in reversed(range(len(sizes))):
        one = sizes[axis] == 1
        along = axis + 1 < len(sizes) and axis + 1 != border
        if one or (along and all(s[axis] == s[axis + 1] * sizes[axis + 1] for s in every)):
            if not one:
                sizes[axis + 1] *= sizes[axis]
            for s in (sizes, *every):
                del s[axis]
            border -= axis < border
    fresh = [
        r._replace(strides=tuple(s), steps=tuple(t))
        for r, s, t in zip(reaches, strides, steps, strict=True)
    ]
    return sizes[:border], sizes[border:], fresh


def score(reaches: Sequence[Reach], axis: int, size: int, width: int) -> float:
    """How well an axis serves as the vector axis: what is read whole, and how full it gets."""
    good = 0.0
    for reach in reaches:
        listed = reach.table is not None and reach.steps[axis] != 0
        if not listed and reach.strides[axis] in (0, 1):
            good += 1.0 if reach.strides[axis] else 0.9
    return good / max(1, len(reaches)) * min(1.0, size / width) + 1e-6 * min(size, 64)


# --- loops ----------------------------------------------------------------------------------------


def nest(
    code: Code, sizes: Sequence[int], body: Step, carried: Sequence[Value] = ()
) -> list[Value]:
    """Loops over axes, the last one innermost."""

    def level(axis: int, indices: list[Index], values: list[Value]) -> list[Value]:
        if axis == len(sizes):
            return body(indices, values)
        return code.loop(sizes[axis], lambda i, now: level(axis + 1, [*indices, i], now), values)

    return level(0, [], list(carried))


def along(code: Code, size: int, width: int, body: Callable[[Index, int], None]) -> None:
    """A loop over an axis: whole runs of this width, then the tail; ``body`` gets their lengths."""
    main = size // width * width

    def one(index: Index, values: list[Value]) -> list[Value]:
        body(index, width)
        return values

    if main:
        code.loop(main, one, step=width)
    if size - main:
        body(Index(None, main), size - main)


def in_vectors(
    code: Code, sizes: list[int], axis: int, width: int, at: Callable[[list[Index], int], None]
) -> None:
    """Loops over axes, the vector axis innermost; ``at`` gets the indices, and how many lanes."""

    def inner(indices: list[Index], values: list[Value]) -> list[Value]:
        before, after = indices[:axis], indices[axis:]
        along(code, sizes[axis], width, lambda i, count: at([*before, i, *after], count))
        return values

    nest(code, sizes[:axis] + sizes[axis + 1 :], inner)


def summed(
    code: Code,
    sizes: Sequence[int],
    axis: int | None,
    width: int,
    step: Callable[[list[Index], int, list[Value]], list[Value]],
    carried: list[Value],
    unroll: bool = False,
) -> list[Value]:
    """Carried values taken through loops over axes, one of them by vectors, its tail at the end.

    Args:
        code: where to write.
        sizes: those of the axes.
        axis: the one that is innermost and goes by vectors; None for the last, number by number.
        width: the lanes of a vector.
        step: of the indices, the number of lanes and the carried values.
        carried: the values with which it begins.
        unroll: whether several rounds are written one after the other.
    """
    if axis is None:
        axis, width = len(sizes) - 1, 1
    if not sizes:
        return step([], width, carried)
    size, main = sizes[axis], sizes[axis] // width * width

    def run(inside: list[Index], now: list[Value]) -> list[Value]:
        def one(index: Index, now: list[Value], count: int = width) -> list[Value]:
            return step([*inside[:axis], index, *inside[axis:]], count, now)

        if main:
            now = (_unrolled if unroll else Code.loop)(code, main, one, now, width)
        if size - main:
            now = one(Index(None, main), now, size - main)
        return now

    return nest(code, [*sizes[:axis], *sizes[axis + 1 :]], run, carried)


def _unrolled(code: Code, size: int, body: Any, carried: list[Value], step: int) -> list[Value]:
    """A loop with several rounds written one after the other; short ones entirely."""
    rounds = size // step
    if rounds * len(carried) <= WRITTEN:
        for i in range(rounds):
            carried = body(Index(None, i * step), carried)
        return carried
    fitting = [n for n in (4, 2) if rounds % n == 0 and n * len(carried) <= WRITTEN]
    times = max(fitting, default=1)

    def several(index: Index, now: list[Value]) -> list[Value]:
        for i in range(times):
            now = body(index.plus(i * step), now)
        return now

    return code.loop(rounds * step, several, carried, step=times * step)


# --- points ---------------------------------------------------------------------------------------


class Point:
    """One point of a grid, or as many as there are lanes: what formulas read there.

    Args:
        code: where to write.
        frame: what kernels share.
        reaches: where accesses lie.
        indices: the point.
        lanes: how many there are.
        core: the result of the kernel's core.
    """

    def __init__(
        self,
        code: Code,
        frame: Frame,
        reaches: dict[Access, Reach],
        indices: Sequence[Index],
        lanes: Lanes,
        core: Any = None,
    ) -> None:
        self.code, self.frame, self.reaches = code, frame, reaches
        self.indices, self.lanes, self.core = indices, lanes, core
        self.registers: dict[Access, Value] = {}
        self.known: dict[Any, Value] = {}

    def value(self, formula: f.Formula) -> Value:
        """What a formula is here."""
        if isinstance(formula, f.Number):
            return self.code.number(formula.number, self.lanes.width)
        return functions.evaluate(formula, self._leaf, self.known)

    def read(self, access: Access) -> Value:
        """What lies there now."""
        return read(self.code, self.reaches[access], self.indices, self.lanes)

    def _leaf(self, what: Any) -> Value:
        if what is CORE:
            made: Value = self.core
            return made
        if what is WEIGHT:
            return self.code.spread(Value(self.code, "%weight", 1), self.lanes.width)
        if isinstance(what, Picked):
            return self._picked(what)
        if what not in self.registers:
            self.registers[what] = self.read(what)
        return self.registers[what]

    def _picked(self, what: Picked) -> Value:
        """In each lane the cell that its index says."""
        code, lanes = self.code, self.lanes
        row = self.frame.row if what.table.buffer.batched else 1
        chosen = []
        for i in range(lanes.valid):
            here = moved(self.indices, lanes.axis, i) if lanes.width > 1 else self.indices
            cells = offset(code, pointer(code, self.reaches[what.index], here), what.stride * row)
            first = pointer(code, self.reaches[what.table], here)
            place = code.assign(f"getelementptr double, ptr {first}, i64 {cells}")
            chosen.append(code.load(place, 1).name)
        return code.gathered(chosen + chosen[:1] * (lanes.width - len(chosen)))


def offset(code: Code, index: str, stride: int) -> str:
    """How far in a table the row is of which the number lies at ``index``."""
    number = code.load(index, 1)
    whole = code.assign(f"fptosi double {number.name} to i64")
    return code.assign(f"mul nsw i64 {whole}, {stride}")


class Body:
    """The actions of a kernel, ready to be written at any point of its grid."""

    def __init__(self, frame: Frame, kernel: Kernel, shape: tuple[int, ...]) -> None:
        self.kernel, self.frame = kernel, frame
        found: dict[Access, None] = {}
        for action in kernel.actions:
            found.update(dict.fromkeys(formula_accesses(action.formula)))
            found[action.target] = None
        self.reaches = {access: frame.reach(access, shape, kernel.batched) for access in found}

    def stored(self) -> list[Reach]:
        """Where results go that are kept."""
        return [
            self.reaches[a.target] for a in self.kernel.actions if a.target.buffer.name != "local"
        ]

    def with_core(
        self, reads: Sequence[Reach], outer: list[int], inner: list[int]
    ) -> tuple[list[int], list[int], list[Reach]]:
        """The sizes of outer and inner axes, joined, and the reaches of a core over both."""
        none = (0,) * len(inner)
        own = [reach.with_axes(lambda s: s + none) for reach in self.reaches.values()]
        outer, inner, every = merged([*outer, *inner], [*reads, *own], len(outer))
        first = len(outer)
        own = [reach.with_axes(lambda s: s[:first]) for reach in every[len(reads) :]]
        self.reaches = dict(zip(self.reaches, own, strict=True))
        return outer, inner, every[: len(reads)]

    def write(self, code: Code, indices: Sequence[Index], lanes: Lanes, core: Any = None) -> None:
        """The actions at one point, or at as many as there are lanes."""
        point = Point(code, self.frame, self.reaches, indices, lanes, core)
        for action in self.kernel.actions:
            value = point.value(action.formula)
            if action.adds:
                value = point.read(action.target) + value
            point.registers[action.target] = value
            if action.target.buffer.name != "local":
                write(code, value, self.reaches[action.target], indices, lanes)
