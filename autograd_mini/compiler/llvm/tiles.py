"""Matrix products: sums of products, kept in registers.

Vocabulary: a *tile* is a block of results computed together, each in a register of its own (an
*accumulator*), so that what is loaded once serves several of them. A *left axis* is one along which
only the left factor changes, a *right axis* one along which only the right does; a tile has some
places along one axis of each. If the vector axis is among the results, a tile holds whole vectors
of them; if it is summed over, every accumulator holds partial sums, and its lanes are added at the
end.

Source: Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograd_mini.compiler.llvm.grid import Body, along, nest, summed
from autograd_mini.compiler.llvm.host import Axis, best_tile
from autograd_mini.compiler.llvm.kernels import Kernel, Product
from autograd_mini.compiler.llvm.reach import Frame, Lanes, Reach, read
from autograd_mini.compiler.llvm.text import ZERO, Code, Index
from autograd_mini.compiler.llvm.values import Value


def write_product(frame: Frame, kernel: Kernel, code: Code) -> None:
    """A kernel whose core is a product."""
    core: Product = kernel.core
    shape, summed = core.out, core.summed
    body = Body(frame, kernel, shape)
    batched, over = kernel.batched and frame.batch > 1, core.over_batch and frame.batch > 1
    reaches = []
    for access in (core.left, core.right):
        reach = frame.reach(access, access.cells.shape, batched or over)
        assert reach.table is None, "factors lie in windows"
        reaches.append(reach.turned(len(shape)) if batched else reach)
    out = [*shape, frame.row] if batched else list(shape)
    inside = [*summed, frame.batch] if over else list(summed)
    outer, inner, (left, right) = body.with_core(reaches, out, inside)
    _Tiling(frame, code, body, (left, right), outer, inner, batched).write()


class _Tiling:
    """The loops of one product."""

    def __init__(
        self,
        frame: Frame,
        code: Code,
        body: Body,
        factors: tuple[Reach, Reach],
        outer: list[int],
        inner: list[int],
        batched: bool,
    ) -> None:
        self.frame = frame
        self.code = code
        self.body = body
        self.left, self.right = factors
        self.outer, self.inner = outer, inner
        self.sizes = [*outer, *inner]
        self.vector = self._vector_axis(batched)
        self.width = frame.width if self.vector is not None else 1

    # --- choices --------------------------------------------------------------------------------

    def _vector_axis(self, batched: bool) -> int | None:
        """The axis for the lanes: the examples; else the fullest one that is read in order.

        An axis that is summed over costs the addition of the lanes at the end, and one along which
        results do not lie side by side a store for each.
        """
        if batched:
            return len(self.outer) - 1
        best, chosen = 0.0, None
        for axis, size in enumerate(self.sizes):
            strides = self.left.strides[axis], self.right.strides[axis]
            inside = axis >= len(self.outer)
            if not set(strides) <= {0, 1} or strides == (0, 0) or (inside and 0 in strides):
                continue
            full = size / (-(-size // self.frame.width) * self.frame.width)
            rank = full * (0.6 if inside else 1.0)
            if not inside and not all(
                r.table is None and r.strides[axis] == 1 for r in self.body.stored()
            ):
                rank *= 0.7
            if size > 1 and rank > best:
                best, chosen = rank, axis
        return chosen

    def _side(self, axis: int) -> str:
        """Which factor changes along an axis."""
        return ("l" if self.left.strides[axis] else "") + ("r" if self.right.strides[axis] else "")

    def _candidates(self, side: str) -> list[Axis]:
        """The axes of one side, the best for a tile last."""
        found = []
        for axis, size in enumerate(self.outer):
            if self._side(axis) == side:
                step = self.width if axis == self.vector else 1
                if size // step >= 1:
                    found.append(Axis(axis, step, size // step))
        return sorted(found, key=lambda a: (a.places > 1, a.step, min(a.places, 8)))

    # --- loops ----------------------------------------------------------------------------------

    def write(self) -> None:
        lefts, rights = self._candidates("l"), self._candidates("r")
        left, right = (found[-1] if found else None for found in (lefts, rights))
        taken = {a.number for a in (left, right) if a}
        if self.vector is not None and not self._is_summed():
            taken.add(self.vector)
        others = [axis for axis in range(len(self.outer)) if axis not in taken]
        places = (left.places if left else 1, right.places if right else 1)
        self.tile = best_tile(*places, self.frame.registers)

        def each(indices: list[Index], values: list[Value]) -> list[Value]:
            here = [Index(None)] * len(self.outer)
            for axis, index in zip(others, indices, strict=True):
                here[axis] = index
            self._vectors(here, left, right)
            return values

        nest(self.code, [self.outer[axis] for axis in others], each)

    def _vectors(self, here: list[Index], left: Axis | None, right: Axis | None) -> None:
        """Along the vector axis if the tile does not go along it; then the tail of that axis."""
        vector = self.vector
        if vector is None or vector >= len(self.outer):
            self._tiles(here, left, right, self.width)
            return
        size, width = self.outer[vector], self.width
        tiled = [a for a in (left, right) if a and a.number == vector]

        def at(index: Index, lanes: int) -> None:
            here[vector] = index
            one, other = (None if lanes < width and a in tiled else a for a in (left, right))
            self._tiles(here, one, other, lanes)

        if not tiled:
            along(self.code, size, width, at)
            return
        self._tiles(here, left, right, width)
        if size % width:
            at(Index(None, size // width * width), size % width)

    def _tiles(self, here: list[Index], left: Axis | None, right: Axis | None, count: int) -> None:
        """Loops over the tiles: whole ones, then those at the ends."""

        def over_left(other: Index, width: int) -> None:
            def at(index: Index, places: int) -> None:
                self._one(here, (left, index, places), (right, other, width), count)

            self._blocks(left, self.tile[0], at)

        self._blocks(right, self.tile[1], over_left)

    def _blocks(self, axis: Axis | None, tile: int, body: Callable[[Index, int], None]) -> None:
        """A loop over blocks of places along an axis, and what is left over."""
        if axis is None:
            body(ZERO, 1)
            return
        size, step = axis.places * axis.step, axis.step
        along(self.code, size, tile * step, lambda index, count: body(index, count // step))

    def _one(
        self,
        here: list[Index],
        lefts: tuple[Axis | None, Index, int],
        rights: tuple[Axis | None, Index, int],
        count: int,
    ) -> None:
        """One tile: the sums, then the actions for each of its places."""
        code = self.code
        points = []
        for i in range(lefts[2]):
            for j in range(rights[2]):
                point = list(here)
                for (axis, index, _), place in ((lefts, i), (rights, j)):
                    if axis is not None:
                        point[axis.number] = index.plus(place * axis.step)
                points.append(point)
        zero = [code.number(0.0, self.width)] * len(points)
        made = self._summed(points, zero, count)
        if self._is_summed():
            self._across(points, made, lefts, rights)
            return
        for point, value in zip(points, made, strict=True):
            lanes = Lanes(self.vector or 0, self.width, count if self.width > 1 else 1)
            self.body.write(code, point, lanes, value)

    def _across(
        self,
        points: list[list[Index]],
        made: list[Value],
        lefts: tuple[Axis | None, Index, int],
        rights: tuple[Axis | None, Index, int],
    ) -> None:
        """The lanes of each sum added; results that lie side by side are vectors again."""
        along_right = self._in_a_row(rights[0])
        axis, _, places = rights if along_right else lefts
        by, rows = (
            (1, range(0, len(points), places)) if along_right else (rights[2], range(rights[2]))
        )
        most = self.width if self._in_a_row(axis) else 1
        for row in rows:
            for start, size in _powers(places, most):
                first = row + start * by
                sums = self.code.totals([made[first + i * by] for i in range(size)])
                lanes = Lanes(axis.number if axis else 0, size, size)
                self.body.write(self.code, points[first], lanes, sums)

    def _in_a_row(self, axis: Axis | None) -> bool:
        """Whether neighbouring results along an axis are neighbours in memory."""
        return axis is not None and all(
            r.table is None and r.strides[axis.number] == 1 for r in self.body.stored()
        )

    def _summed(self, points: list[list[Index]], zero: list[Value], count: int) -> list[Value]:
        """The sums of products at these points."""
        inside = self._is_summed()
        place = (self.vector or 0) - len(self.outer) if inside else None

        def step(here: list[Index], lanes: int, now: list[Value]) -> list[Value]:
            return self._products(points, here, now, lanes if inside else count)

        return summed(self.code, self.inner, place, self.width, step, zero, unroll=True)

    def _is_summed(self) -> bool:
        """Whether the vector axis is summed over."""
        return self.vector is not None and self.vector >= len(self.outer)

    def _products(
        self, points: list[list[Index]], inside: list[Index], now: list[Value], count: int
    ) -> list[Value]:
        """Add one product at each point; a factor that serves several is loaded once."""
        loaded: dict[Any, Value] = {}
        lanes = Lanes(self.vector or 0, self.width, count if self.width > 1 else 1)
        masked = self._is_summed()

        def factor(reach: Reach, point: Sequence[Index]) -> Value:
            key = (
                reach.base,
                reach.offset,
                tuple(
                    (axis, stride, index)  # of two axes with one stride, each has its own indices
                    for axis, (stride, index) in enumerate(zip(reach.strides, point, strict=True))
                    if stride
                ),
            )
            if key not in loaded:
                value = read(self.code, reach, point, lanes)
                loaded[key] = self.code.first(value, count) if masked else value
            return loaded[key]

        made = []
        for point, value in zip(points, now, strict=True):
            whole = [*point, *inside]
            left, right = factor(self.left, whole), factor(self.right, whole)
            made.append(left.times_plus(right, value))
        return made


def _powers(count: int, most: int) -> Iterator[tuple[int, int]]:
    """Starts and lengths of runs that are powers of two, at most so long."""
    start = 0
    while start < count:
        size = 1 << (min(count - start, most).bit_length() - 1)
        yield start, size
        start += size
