"""The derivative of a loop: a loop that runs backwards.

Vocabulary: round t of the reversed loop gets the adjoint of what round t handed on (*carried*: it
is row t + 1 of a trail) and leaves the adjoint of what round t was handed, which is row t. What the
statements of the forward body computed is read from trails and stacks; what only shows the cells of
another array is shown again. Where the adjoint of an array outside is a sum over the rounds of
products or folds, their operands are stacked, and one product or fold for all rounds follows the
loop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.adjoints import Reverse
from autograd_mini.compiler.bodies import results
from autograd_mini.compiler.kinds import KINDS
from autograd_mini.compiler.program import Array, Body, Program, Window, formula

SHOWN = ("view", "reshape", "expand", "gather")
"""Kinds that are cheaper to do again than to keep."""


def reverse(work: Reverse, loop: Array, given: dict[int, Array]) -> None:
    """Hand the adjoints of a loop's results on to what it reads.

    Args:
        work: the reverse pass over the program.
        loop: the statement.
        given: by the number of a result its adjoint, in the result's shape.
    """
    _Reversing(work, loop, given).run()


class _Reversing:
    """The work in progress of :func:`reverse`."""

    def __init__(self, work: Reverse, loop: Array, given: dict[int, Array]) -> None:
        self.work = work
        self.loop = loop
        self.body: Body = loop.detail
        self.given = given
        self.inner = Reverse(
            Program(self.body.arrays, [*self.body.nexts, *self.body.stacked], None, [])
        )
        self.inner.arrays = []
        self.results = {
            x.detail: x for x in work.arrays if x.kind == "result" and x.operands == (loop,)
        }
        self.new: dict[Array, Array] = {}
        """For arrays of the forward body what stands for them in the reversed one."""
        self.arrays: list[Array] = []
        """The statements of the reversed body."""
        self.stacked: list[Array] = []
        self.nexts: list[Array] = []
        self.sums: list[tuple[Array, Array]] = []
        """Arrays outside, and what each round adds to their adjoints."""

    def run(self) -> None:
        carries = [k for k, carry in enumerate(self.body.carries) if carry.active]
        adjoints = [self._seeded(k) for k in carries]
        for k in range(len(self.body.carries), len(self.body.carries) + len(self.body.stacked)):
            if k in self.given:
                one = self.body.stacked[k - len(self.body.carries)]
                self.inner.hand(one, self._item(self.given[k], 0))
        self._through()
        nexts = [self._next(k, carry) for k, carry in zip(carries, adjoints, strict=True)]
        items = [
            (item, self._whole(item))
            for item in self.body.arrays
            if item.kind == "item" and self.inner.reaches(item)
        ]
        self._outside()
        for array in self.inner.arrays:
            self._take_over(array)
        self.nexts = list(map(self._known, nexts))
        self._write(carries, adjoints, items)

    # --- in the body ----------------------------------------------------------------------------

    def _item(self, rows: Array, shift: int) -> Array:
        return self.inner.add(Array("item", [rows], rows.shape[1:], detail=shift))

    def _seeded(self, k: int) -> Array:
        """The carry of the reversed loop: the adjoint of what is carried."""
        carry = self.body.carries[k]
        made = Array("carry", (), carry.shape, batched=carry.batched, name=f"d{carry.name}")
        self.inner.hand(self.body.nexts[k], made)
        return made

    def _through(self) -> None:
        """The rules of the statements, last to first."""
        for array in reversed(self.body.arrays):
            if array.kind != "item" and self.inner.reaches(array):
                adjoint = self.inner.adjoint(array)
                if array.kind != "formula":
                    adjoint = self.inner.expanded(adjoint, array)
                rule = KINDS[array.kind].adjoint
                assert rule is not None
                rule(self.inner, array, adjoint)

    def _whole(self, array: Array) -> Array:
        return self.inner.expanded(self.inner.adjoint(array), array)

    def _next(self, k: int, adjoint: Array) -> Array:
        """The adjoint of what the round was handed."""
        carry = self.body.carries[k]
        if k in self.given and self._last_alone(k) is None:
            self.inner.hand(carry, self._item(self.given[k], 0))
        if self.inner.reaches(carry):
            return self._whole(carry)
        zeros = np.zeros(carry.shape)
        return self.inner.add(Array("constant", (), carry.shape, batched=False, detail=zeros))

    def _outside(self) -> None:
        """What each round adds to the adjoints of arrays outside."""
        inside = {*self.body.arrays, *self.body.carries}
        for array in [x for x in self.inner.whole if x not in inside and x.active]:
            alike: dict[Any, list[f.Formula]] = {}
            for value in self.inner.whole.pop(array):
                made = formula(value)
                key = made.shape, made.batched
                alike.setdefault(value.of if isinstance(value, f.Name) else key, []).append(value)
            for values in alike.values():
                folded = self.inner.folded(f.added(values), array)
                self.sums.append((array, self.inner.materialised(folded)))
        assert not any(x not in inside for x in self.inner.pieces), "views of it are made outside"

    # --- from the forward body to the reversed one ----------------------------------------------

    def _take_over(self, array: Array) -> Array:
        """A statement of the inner pass with its operands as they are known in the new body."""
        operands = [self._known(x) for x in array.operands]
        if operands == list(array.operands):
            self.arrays.append(array)
            return array
        made = Array(
            array.kind, operands, array.shape, batched=array.batched, detail=array.detail,
            name=array.name,
        )  # fmt: skip
        if array.kind == "formula":
            made.detail = f.replaced(array.detail, self._named)
            made.operands = tuple(dict.fromkeys(f.names(made.detail)))
        self.new[array] = made
        self.arrays.append(made)
        return made

    def _named(self, part: f.Formula) -> f.Formula:
        return f.Name(self._known(part.of)) if isinstance(part, f.Name) else part

    def _known(self, array: Array) -> Array:
        """What stands for an array in the reversed body."""
        if array in self.new:
            return self.new[array]
        body = self.body
        if array in body.carries:
            made = self._row(self.results[body.carries.index(array)], 0)
        elif array in body.nexts and array in body.arrays:
            made = self._row(self.results[body.nexts.index(array)], 1)
        elif array not in body.arrays:
            return array
        elif array.kind == "item":
            made = self._row(array.operands[0], array.detail)
        elif array.kind in SHOWN:
            made = Array(
                array.kind, [self._known(array.operands[0])], array.shape,
                batched=array.batched, detail=array.detail,
            )  # fmt: skip
            self.arrays.append(made)
        else:
            made = self._row(self._kept(array), 0)
        self.new[array] = made
        return made

    def _row(self, rows: Array, shift: int) -> Array:
        made = Array("item", [rows], rows.shape[1:], detail=shift)
        self.arrays.append(made)
        return made

    def _kept(self, array: Array) -> Array:
        """A result of the forward loop: every round's value of an array."""
        body = self.body
        if array not in body.stacked:
            body.stacked.append(array)
        k = len(body.carries) + body.stacked.index(array)
        if k not in self.results:
            shape = (body.rounds, *array.shape)
            made = Array(
                "result", [self.loop], shape, batched=array.batched, detail=k, name=array.name
            )
            self.results[k] = self.work.add(made)
        return self.results[k]

    # --- after the loop -------------------------------------------------------------------------

    def _write(
        self,
        carries: list[int],
        adjoints: list[Array],
        items: list[tuple[Array, Array]],
    ) -> None:
        """The reversed loop, and what follows it."""
        work = self.work
        lifted: list[tuple[Array, Callable[[], Array]]] = []
        totals: list[tuple[Array, Array]] = []
        for array, added in self.sums:
            made = self._known(added)
            if made.kind in ("gram", "fold"):
                lifted.append((array, self._lifting(made)))
            else:
                totals.append((array, self._wanted(made)))
        handed = [(item, self._wanted(self._known(x))) for item, x in items]
        firsts = [self._first(k) for k in carries]
        body = Body(
            self.body.rounds, True, self.arrays, adjoints, firsts,
            self.nexts, self.stacked,
        )  # fmt: skip
        self._outward(body)
        self.made = results(work.add, body)
        self.reversed = body
        for k, trail in zip(carries, self.made, strict=False):
            first = self.body.firsts[k]
            if first.active:
                window = Window(0, first.shape, _steps(first.shape))
                work.hand(first, work.add(Array("view", [trail], first.shape, detail=window)))
        for item, one in handed:
            work.hand(item.operands[0], self._every(one))
        for array, one in totals:
            rows = self._every(one)
            work.hand(array, work.add(Array("fold", [rows], one.shape, batched=one.batched)))
        for array, make in lifted:
            work.hand(array, make())

    def _first(self, k: int) -> Array:
        """The adjoint of what the last round hands on, from outside."""
        carry = self.body.carries[k]
        if k not in self.given:
            zeros = np.zeros(carry.shape)
            return self.work.add(Array("constant", (), carry.shape, batched=False, detail=zeros))
        alone = self._last_alone(k)
        if alone is not None:
            return alone
        window = self._last_row(k)
        return self.work.add(Array("view", [self.given[k]], carry.shape, detail=window))

    def _last_row(self, k: int) -> Window:
        carry = self.body.carries[k]
        return Window(self.body.rounds * carry.size, carry.shape, _steps(carry.shape))

    def _last_alone(self, k: int) -> Array | None:
        """The adjoint of what the last round hands on, where nothing else reads the trail."""
        given = self.given[k]
        if given.kind == "scatter" and len(given.operands) == 1:
            (where,) = given.detail
            alone = isinstance(where, Window) and where == self._last_row(k)
            return given.operands[0] if alone else None
        return None

    def _wanted(self, array: Array) -> Array:
        """Make every round's value of an array a result, if it is not in a trail."""
        in_trail = array.kind == "carry" or array in self.nexts
        if not in_trail and array not in self.stacked:
            self.stacked.append(array)
        return array

    def _every(self, array: Array) -> Array:
        """The array of an array's values in all rounds; the loop has been made."""
        body = self.reversed
        if array in body.carries:
            return self._run_of(self.made[body.carries.index(array)], 1)
        if array in body.nexts:
            return self._run_of(self.made[body.nexts.index(array)], 0)
        return self.made[len(body.carries) + body.stacked.index(array)]

    def _run_of(self, rows: Array, start: int) -> Array:
        """As many rows as there are rounds."""
        if rows.shape[0] == self.body.rounds:
            return rows
        one = rows.shape[1:]
        shape = (self.body.rounds, *one)
        window = Window(start * int(np.prod(one)), shape, _steps(shape))
        return self.work.add(Array("view", [rows], shape, detail=window))

    def _lifting(self, array: Array) -> Callable[[], Array]:
        """What makes, after the loop, the sum over the rounds of a product or fold."""
        rows = [self._rows(x) for x in array.operands]
        self.arrays.remove(array)

        def make() -> Array:
            operands = [row() for row in rows]
            return self.work.add(
                Array(array.kind, operands, array.shape, batched=array.batched, detail=array.detail)
            )

        return make

    def _rows(self, array: Array) -> Callable[[], Array]:
        """What makes, after the loop, the array of an array's values in all rounds."""
        if array.kind == "item":
            return lambda: self._run_of(array.operands[0], array.detail)
        self._wanted(array)
        return lambda: self._every(array)

    def _outward(self, body: Body) -> None:
        """Move what is the same in each round out of the loop."""
        inside = set(body.carries)
        kept = []
        for array in body.arrays:
            if array.kind == "item" or not inside.isdisjoint(array.operands):
                inside.add(array)
                kept.append(array)
            else:
                self.work.add(array)
        body.arrays[:] = kept


def _steps(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of cells that lie one after the other."""
    return tuple(int(np.prod(shape[i + 1 :])) for i in range(len(shape)))
