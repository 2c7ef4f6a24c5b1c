"""Stage 4: the derivative, as more statements of the same program.

Vocabulary: the *adjoint* of an array is ∂cost/∂array, for each example and each cell. Every kind of
statement has one rule that says what its adjoint hands on to each operand
(:mod:`~autograd_mini.compiler.adjoints`). Arrays that do not depend on a parameter get no adjoint.

The derivative of a loop is a loop that runs backwards, its body derived by the same rules. Round t
of it gets the adjoint of what round t handed on (*carried*: it is row t + 1 of a trail) and leaves
the adjoint of what round t was handed, which is row t. What the statements of the forward body
computed is read from trails and stacks; what only shows the cells of another array is shown again.
Where the adjoint of an array outside is a sum over the rounds of products or folds, their operands
are stacked, and one product or fold for all rounds follows the loop.

Source: Griewank and Walther, "Evaluating Derivatives", 2nd ed., chapter 3, with arrays for numbers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from autograd_mini.compiler import formula as f
from autograd_mini.compiler.adjoints import Reverse
from autograd_mini.compiler.bodies import changing, result, results
from autograd_mini.compiler.kinds import ALIASES, KINDS
from autograd_mini.compiler.program import Array, Body, Program, Shape, Window, formula


def differentiate(program: Program) -> Program:
    """The program with the gradient of its one output with respect to theta."""
    (output,) = program.outputs
    theta = program.arrays[0]
    work = Reverse(program)
    if not output.active:
        return program._replace(gradient=_zeros(work, theta.shape), arrays=work.arrays)
    seed = work.add(Array("seed", (), (), batched=True, name="weight"))
    work.hand(output, f.Name(seed))
    adjoints = _through(work, program.arrays)
    return program._replace(arrays=work.arrays, gradient=adjoints[theta], adjoints=adjoints)


def _through(work: Reverse, arrays: Sequence[Array]) -> dict[Array, Array]:
    """The rules of statements, last to first, and the adjoints that these have received."""
    adjoints: dict[Array, Array] = {}
    for array in reversed(arrays):
        if array in work.loops:
            _Reversing(work, array, work.loops.pop(array)).run()
        if array.kind == "item" or not work.reaches(array):  # a row's is a result of its loop
            continue
        adjoint = work.adjoint(array)
        adjoints[array] = adjoint if array.kind == "formula" else work.expanded(adjoint, array)
        rule = KINDS[array.kind].adjoint
        if rule is not None:
            rule(work, array, adjoints[array])
    return adjoints


def _zeros(work: Reverse, shape: Shape) -> Array:
    return work.add(Array("constant", (), shape, batched=False, detail=np.zeros(shape)))


class _Reversing:
    """The adjoints of a loop's results on their way to what it reads.

    Args:
        work: the reverse pass over the program.
        loop: the statement.
        given: by the number of a result its adjoint, in the result's shape.
    """

    def __init__(self, work: Reverse, loop: Array, given: dict[int, Array]) -> None:
        self.work, self.loop, self.given = work, loop, given
        self.body: Body = loop.detail
        handed_on = [*self.body.nexts, *self.body.stacked]
        self.inner = Reverse(Program(self.body.arrays, handed_on, None, []))
        self.inner.arrays = []
        made = [x for x in work.arrays if x.kind == "result" and x.operands == (loop,)]
        self.results = {x.detail: x for x in made}
        self.new: dict[Array, Array] = {}
        """For arrays of the forward body what stands for them in the reversed one."""
        self.arrays: list[Array] = []
        """The statements of the reversed body."""
        self.stacked: list[Array] = []
        self.nexts: list[Array] = []
        self.sums: list[tuple[Array, Array]] = []
        """Arrays outside, and what each round adds to their adjoints."""

    def run(self) -> None:
        """Derive the body, and write the reversed loop and what follows it."""
        body = self.body
        carries = [k for k, carry in enumerate(body.carries) if carry.active]
        adjoints = [self._seeded(k) for k in carries]
        for k, one in enumerate(body.stacked, len(body.carries)):
            if k in self.given:
                self.inner.hand(one, self.inner.add(_item(self.given[k], 0)))
        _through(self.inner, body.arrays)
        nexts = [self._next(k, carry) for k, carry in zip(carries, adjoints, strict=True)]
        items = [
            (item.operands[0], self._whole(item))
            for item in body.arrays
            if item.kind == "item" and self.inner.reaches(item)
        ]
        self._outside()
        for array in self.inner.arrays:
            self._take_over(array)
        self.nexts = list(map(self._known, nexts))
        self._write(carries, adjoints, [(rows, self._known(x)) for rows, x in items])

    # --- in the body ----------------------------------------------------------------------------

    def _seeded(self, k: int) -> Array:
        """The carry of the reversed loop: the adjoint of what is carried."""
        carry = self.body.carries[k]
        made = Array("carry", (), carry.shape, batched=carry.batched, name=f"d{carry.name}")
        self.inner.hand(self.body.nexts[k], made)
        return made

    def _whole(self, array: Array) -> Array:
        return self.inner.expanded(self.inner.adjoint(array), array)

    def _next(self, k: int, adjoint: Array) -> Array:
        """The adjoint of what the round was handed."""
        carry = self.body.carries[k]
        if k in self.given and self._last_alone(k) is None:
            self.inner.hand(carry, self.inner.add(_item(self.given[k], 0)))
        return self._whole(carry) if self.inner.reaches(carry) else _zeros(self.inner, carry.shape)

    def _outside(self) -> None:
        """What each round adds to the adjoints of arrays outside."""
        inside = {*self.body.arrays, *self.body.carries}
        for array in [x for x in self.inner.whole if x not in inside and x.active]:
            alike: dict[Hashable, list[f.Formula]] = {}
            for value in self.inner.whole.pop(array):
                made = formula(value)
                key = made.shape, made.batched
                alike.setdefault(value.of if isinstance(value, f.Name) else key, []).append(value)
            for values in alike.values():
                folded = self.inner.folded(f.added(values), array)
                self.sums.append((array, self.inner.materialised(folded)))
        assert not any(x not in inside for x in self.inner.pieces), "views of it are made outside"

    # --- from the forward body to the reversed one ----------------------------------------------

    def _take_over(self, array: Array) -> None:
        """A statement of the inner pass with its operands as they are known in the new body."""
        operands = [self._known(x) for x in array.operands]
        if operands != list(array.operands):
            made = _copy(array, operands)
            if array.kind == "formula":
                made.detail = f.replaced(array.detail, self._named)
                made.operands = tuple(dict.fromkeys(f.names(made.detail)))
            self.new[array] = array = made
        self.arrays.append(array)

    def _named(self, part: f.Formula) -> f.Formula:
        return f.Name(self._known(part.of)) if isinstance(part, f.Name) else part

    def _known(self, array: Array) -> Array:
        """What stands for an array in the reversed body."""
        if array in self.new:
            return self.new[array]
        body = self.body
        if array in body.carries:
            made = _item(self.results[body.carries.index(array)], 0)
        elif array in body.nexts and array in body.arrays:
            made = _item(self.results[body.nexts.index(array)], 1)
        elif array not in body.arrays:
            return array
        elif array.kind == "item":
            made = _item(array.operands[0], array.detail)
        elif array.kind in ALIASES:
            made = _copy(array, [self._known(array.operands[0])], name="")
        else:
            made = _item(self._kept(array), 0)
        self.arrays.append(made)
        self.new[array] = made
        return made

    def _kept(self, array: Array) -> Array:
        """A result of the forward loop: every round's value of an array."""
        body = self.body
        if array not in body.stacked:
            body.stacked.append(array)
        k = len(body.carries) + body.stacked.index(array)
        if k not in self.results:
            self.results[k] = self.work.add(result(self.loop, k))
        return self.results[k]

    # --- after the loop -------------------------------------------------------------------------

    def _write(
        self, carries: list[int], adjoints: list[Array], items: list[tuple[Array, Array]]
    ) -> None:
        """The reversed loop, and what follows it."""
        work = self.work
        sums = [(array, self._known(added)) for array, added in self.sums]
        lifted = [(array, one) for array, one in sums if one.kind in ("gram", "fold")]
        totals = [(array, one) for array, one in sums if one.kind not in ("gram", "fold")]
        for _, one in lifted:
            self.arrays.remove(one)
        read = [x for _, one in lifted for x in one.operands]
        for one in dict.fromkeys([*read, *[one for _, one in (*totals, *items)]]):
            if one.kind not in ("carry", "item") and one not in self.nexts:
                self.stacked.append(one)  # what is in a trail has its rows there
        firsts = [self._first(k) for k in carries]
        rounds = self.body.rounds
        body = Body(rounds, True, self.arrays, adjoints, firsts, self.nexts, self.stacked)
        body.arrays[:] = changing(body.arrays, set(adjoints), work.add)
        self.made, self.reversed = results(work.add, body), body
        for k, trail in zip(carries, self.made, strict=False):
            first = self.body.firsts[k]
            if first.active:
                window = Window.run(0, first.shape)
                work.hand(first, work.add(Array("view", [trail], first.shape, detail=window)))
        for rows, one in items:
            work.hand(rows, self._every(one))
        for array, one in totals:
            every = self._every(one)
            work.hand(array, work.add(Array("fold", [every], one.shape, batched=one.batched)))
        for array, one in lifted:
            work.hand(array, work.add(_copy(one, list(map(self._every, one.operands)), name="")))

    def _first(self, k: int) -> Array:
        """The adjoint of what the last round hands on, from outside."""
        shape = self.body.carries[k].shape
        if k not in self.given:
            return _zeros(self.work, shape)
        alone = self._last_alone(k)
        if alone is not None:
            return alone
        return self.work.add(Array("view", [self.given[k]], shape, detail=self._last_row(k)))

    def _last_row(self, k: int) -> Window:
        carry = self.body.carries[k]
        return Window.run(self.body.rounds * carry.size, carry.shape)

    def _last_alone(self, k: int) -> Array | None:
        """The adjoint of what the last round hands on, where nothing else reads the trail."""
        given = self.given[k]
        if given.kind != "scatter" or len(given.operands) > 1:
            return None
        (where,) = given.detail
        alone = isinstance(where, Window) and where == self._last_row(k)
        return given.operands[0] if alone else None

    def _every(self, array: Array) -> Array:
        """The array of an array's values in all rounds; the loop has been made."""
        body = self.reversed
        if array.kind == "item":
            return self._run_of(array.operands[0], array.detail)
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
        window = Window.run(start * int(np.prod(one)), (self.body.rounds, *one))
        return self.work.add(Array("view", [rows], window.sizes, detail=window))


def _item(rows: Array, shift: int) -> Array:
    """In the body of a loop this round's row, or one further on."""
    return Array("item", [rows], rows.shape[1:], detail=shift)


def _copy(array: Array, operands: Sequence[Array], name: str | None = None) -> Array:
    """The same statement of other operands."""
    return Array(
        array.kind, operands, array.shape, batched=array.batched, detail=array.detail,
        name=array.name if name is None else name,
    )  # fmt: skip
