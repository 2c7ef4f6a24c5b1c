"""What a block reads: cells of homes, as views, gathers or constants.

Vocabulary: the *home* of a block is the array that holds its entries; an *access* is the array of
the cells that a block reads, in the block's axes: a view of a home, or a gather where the cells
follow no pattern. Entries of several homes are read from these, put one after the other.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler import holes
from autograd_mini.compiler.blocks import THETA, Ids, Layout
from autograd_mini.compiler.holes import Mask
from autograd_mini.compiler.normal import NONE, Normal
from autograd_mini.compiler.program import Array, Shape, Window, formula, mask
from autograd_mini.compiler.windows import cells_of, collapsed, folded, overlaps, window


class Accesses:
    """The arrays made so far, and where every entry is in them.

    Attributes:
        arrays: in the order in which they were made.
        homes: by number.
    """

    def __init__(self, form: Normal, plan: Layout, theta: Array | None = None) -> None:
        self.form = form
        self.plan = plan
        self.arrays: list[Array] = []
        self.views: dict[tuple[Array, Window], Array] = {}
        self.theta = theta or self._add(
            Array("theta", (), (len(plan.order),), batched=False, name="theta")
        )
        self.homes = {THETA: self.theta}

    def _add(self, array: Array) -> Array:
        self.arrays.append(array)
        return array

    def _fit(self, array: Array, shape: Shape) -> Array:
        """The array in this shape, its cells repeated where broadcasting left them out."""
        if array.shape == shape:
            return array
        if array.size == np.prod(shape):
            kept = array.holes and array.holes._replace(mask=array.holes.mask.reshape(shape))
            return self._add(Array("reshape", [array], shape, holes=kept))
        ones = array.shape or (1,) * len(shape)
        index = np.broadcast_to(np.arange(array.size).reshape(ones), shape)
        kept = _shown(array, index)
        return self._add(Array("gather", [array], shape, detail=index, holes=kept))

    def _access(
        self, ids: Ids, shape: Shape, full: bool = False, pad: float | None = None
    ) -> Array:
        """The array of these entries, in this shape.

        Args:
            ids: the entries; NONE where any cell will do.
            shape: their number, as axes.
            full: keep axes along which the entries are the same.
            pad: what must stand where there is NONE, if that matters.
        """
        known = ids != NONE
        ragged = not known.all()
        homes = np.unique(self.plan.homes[ids[known]] if ragged else self.plan.homes[ids])
        if len(homes) > 1:
            made = self._mixed(ids, known, homes.tolist(), shape, full)
        elif homes[0] == NONE:
            return self._numbers(ids, shape, pad)
        else:
            cells = np.where(known, self.plan.cells[ids], NONE)
            made = self._cells(self.homes[int(homes[0])], cells.reshape(shape), full)
        if pad is None or not ragged:
            return made
        return self._filled(made, known.reshape(shape), pad)

    def _filled(self, array: Array, cells: Mask, number: float) -> Array:
        """The array with this number outside of a mask."""
        if holes.cover(array, cells) and array.holes and array.holes.number == number:
            return array
        expression = holes.filled(f.Name(array), mask(cells, self.arrays), number)
        return self._add(formula(expression, holes=holes.Holes(cells, number)))

    def _mixed(self, ids: Ids, known: Mask, present: list[int], shape: Shape, full: bool) -> Array:
        """Entries of several homes: these one after the other, and the cells in that."""
        homes: list[Array] = []
        cells = np.full(ids.shape, NONE)
        start = 0
        for number in present:
            here = known & (self.plan.homes[ids] == number)
            if number == NONE:
                distinct, which = np.unique(ids[here], return_inverse=True)
                homes.append(self._numbers(distinct, distinct.shape))
                cells[here] = start + which
            else:
                homes.append(self.homes[number])
                cells[here] = start + self.plan.cells[ids[here]]
            start += homes[-1].size
        batched = any(home.batched for home in homes)
        pool = self._add(Array("concat", homes, (start,), batched=batched))
        return self._cells(pool, cells.reshape(shape), full)

    def _numbers(self, ids: Ids, shape: Shape, pad: float | None = None) -> Array:
        """Constants as an array."""
        leaves, other = self.form.recording.leaves, pad or 0.0
        numbers = np.array([other if i == NONE else leaves[i] for i in ids.flat]).reshape(shape)
        return self._add(Array("constant", (), shape, batched=False, detail=numbers))

    def _cells(self, home: Array, cells: Ids, full: bool = False) -> Array:
        """A view of these cells, or a gather."""
        known = cells != NONE
        first = int(cells[known][0])
        if not full and not home.batched and (cells[known] == first).all():
            return self._view(home, Window(first, (), ()))
        fits = window(cells)
        if fits is not None and not known.all():
            shown = cells_of(fits)
            fits = fits if shown.min() >= 0 and shown.max() < home.size else None
        if fits is not None:
            fits = fits if full else collapsed(fits)
            if not home.active or not overlaps(fits):  # what has an adjoint is written to as well
                return self._view(home, fits)
        elif (
            known.all()
            and (finer := folded(cells)) is not None
            and not (home.active and overlaps(finer[1]))
        ):
            return self._add(Array("reshape", [self._view(home, finer[1])], cells.shape))
        return self._add(Array("gather", [home], cells.shape, detail=np.where(known, cells, first)))

    def _view(self, home: Array, fits: Window) -> Array:
        key = (home, fits)
        if key not in self.views:
            self.views[key] = self._new_view(home, fits)
        return self.views[key]

    def _new_view(self, home: Array, fits: Window) -> Array:
        kept = _shown(home, cells_of(fits))
        everything = fits.offset == 0 and fits.whole and home.size == np.prod(fits.sizes)
        if everything and fits.sizes == home.shape:
            return home
        if everything:
            return self._add(Array("reshape", [home], fits.sizes, holes=kept))
        return self._add(Array("view", [home], fits.sizes, detail=fits, holes=kept))


def _shown(home: Array, cells: Ids) -> holes.Holes | None:
    """The holes among these cells of an array."""
    if home.holes is None:
        return None
    here = home.holes.mask.reshape(-1)[cells]
    return None if here.all() else home.holes._replace(mask=here)
