"""The NumPy program bound to one θ and one size of batch: every result in a buffer that stays.

The source is meant to be read; it makes each array anew. A training loop runs the same statements
thousands of times on arrays of the same shapes, so here all views and buffers are made beforehand,
what depends on nothing that changes is computed beforehand, pieces of the gradient are computed
where they belong, and a step is a straight list of calls that write into buffers.

Vocabulary: *stable* and *settled*, see :mod:`~autograd_mini.compiler.buffers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_mini.compiler import numpy_rows
from autograd_mini.compiler.buffers import Buffers
from autograd_mini.compiler.program import Array, Program, Window
from autograd_mini.compiler.windows import tiles


def bind(program: Program, theta: Any, count: int, weight: float) -> Callable[..., Any]:
    """The step as a function of the arguments' arrays; it returns the losses and the gradient."""
    return _Binder(program, theta, count, weight).function()


class _Binder(Buffers):
    """The work in progress of :func:`bind`."""

    def function(self) -> Callable[..., Any]:
        for array in self.program.arrays:
            if array.kind == "scatter" and array in self.uses:
                self._aim(array)
        for array in self.program.arrays:
            if array in self.uses or array.kind in ("argument", "index"):
                self._statement(array)
        results = ", ".join(self.texts[array] for array in self.results)
        body = "\n".join(f"    {line}" for line in [*self.lines.lines, f"return {results}"])
        source = f"def step({', '.join(self.arguments)}):\n{body}\n"
        exec(source, self.lines.names)  # noqa: S102 (our own source)
        return self.lines.names["step"]  # type: ignore[no-any-return]

    def _statement(self, array: Array) -> None:
        """The lines of one array; what they compute from settled numbers is settled at once."""
        before = len(self.lines.lines)
        getattr(self, f"_{array.kind}")(array)
        if array.operands and array in self.stable and self.settled.issuperset(array.operands):
            if array in self.targets:  # what surrounds it is added to in each step
                return
            now = "\n".join(self.lines.lines[before:])
            del self.lines.lines[before:]
            with np.errstate(all="ignore"):
                exec(now, self.lines.names)  # noqa: S102 (our own source)
            self.settled.add(array)

    # --- element by element ---------------------------------------------------------------------

    def _formula(self, array: Array) -> None:
        self.lines.compute(array.detail, self._buffer(array))

    # --- products -------------------------------------------------------------------------------

    def _multiply(self, array: Array, left: str, right: str, out: str | None = None) -> None:
        """A matrix product; ``dot`` has less to look at than ``matmul``, where it can be used."""
        out = out or self.texts[array]
        kind = (
            "dot" if self._flat(left) and self._flat(right) and self._flat(out, True) else "matmul"
        )
        self.lines.add(f"{kind}({left}, {right}, {out})")

    def _flat(self, text: str, whole: bool = False) -> bool:
        """Whether it is a matrix or a vector, and if asked, without gaps in memory."""
        if text in self.arguments:
            return self.ranks[text] <= 2
        value = self.lines.names.get(text)
        if not isinstance(value, np.ndarray) or value.ndim > 2:
            return False
        return value.flags.c_contiguous or not whole

    def _dot(self, array: Array) -> None:
        x, w = array.operands
        if x.shape == w.shape and len(w.shape) == 1 and not x.batched:
            self._passing(array, f"{self.texts[x]}.dot({self.texts[w]})")
            return
        self._buffer(array)
        if len(w.shape) == 1:
            self._multiply(array, self.texts[x], self.texts[w])
            return
        turned = self._turned(w)
        rows, out = self._rows(x, x.shape[-1]), self._rows(array, array.shape[-1])
        if rows and out:
            self._multiply(array, rows, turned, out)
        else:
            self._multiply(array, self.texts[x], turned)

    def _turned(self, array: Array) -> str:
        """The array with its last two axes exchanged."""
        if array in self.stable:
            return self.lines.named(np.swapaxes(self.stable[array], -1, -2))
        return f"swapaxes({self.texts[array]}, -1, -2)"

    def _mix(self, array: Array) -> None:
        d, w = array.operands
        self._buffer(array)
        if len(w.shape) == 1:
            if d not in self.stable or w not in self.stable:
                column = f"{self.texts[d]}[..., None]"
                self.lines.add(f"multiply({column}, {self.texts[w]}, {self.texts[array]})")
                return
            column = self.lines.named(self.stable[d].reshape(*self._full(d), 1))
            self._multiply(array, column, self.lines.named(self.stable[w].reshape(1, -1)))
            return
        rows, out = self._rows(d, d.shape[-1]), self._rows(array, array.shape[-1])
        if rows and out:
            self._multiply(array, rows, self.texts[w], out)
        else:
            self._multiply(array, self.texts[d], self.texts[w])

    def _gram(self, array: Array) -> None:
        d, x = array.operands
        self._buffer(array)
        axes = x.batched + len(x.shape) - 1
        if axes == 0:
            column = f"{self.texts[d]}[:, None]" if len(array.shape) == 2 else self.texts[d]
            self.lines.add(f"multiply({column}, {self.texts[x]}, {self.texts[array]})")
            return
        right = self.texts[x]
        if axes > 1:
            right = self._rows(x, x.shape[-1]) or f"{right}.reshape(-1, {x.shape[-1]})"
        if len(array.shape) == 1:
            left = self.texts[d] if axes == 1 else f"{self.texts[d]}.reshape(-1)"
        elif d in self.stable:
            left = self.lines.named(self.stable[d].reshape(-1, d.shape[-1]).T)
            if not np.may_share_memory(self.lines.names[left], self.stable[d]):
                left = f"{self.texts[d]}.reshape(-1, {d.shape[-1]}).T"
        else:
            left = f"{self.texts[d]}.reshape(-1, {d.shape[-1]}).T"
        self._multiply(array, left, right)

    def _pair(self, array: Array) -> None:
        left, right = array.operands
        self._buffer(array)
        self._multiply(array, self.texts[left], self._turned(right))

    def _pairmix(self, array: Array) -> None:
        d, other = array.operands
        self._buffer(array)
        left = self._turned(d) if array.detail else self.texts[d]
        self._multiply(array, left, self.texts[other])

    # --- sums -----------------------------------------------------------------------------------

    def _sum(self, array: Array) -> None:
        (x,) = array.operands
        self._buffer(array)
        if not self._by_ones(array, x):
            self.lines.add(f"add.reduce({self.texts[x]}, -1, None, {self.texts[array]})")

    def _by_ones(self, array: Array, x: Array) -> bool:
        """A sum along the last axis as a product with ones, which BLAS does in half the time."""
        if x not in self.stable or self.stable[x].ndim < 2:
            return False
        rows = self._as(self.stable[x], (-1, x.shape[-1]))
        out = self._as(self.stable[array], (-1,))
        if rows and out:
            self._multiply(array, rows, self.lines.named(np.ones(x.shape[-1])), out)
        return bool(rows and out)

    def _max(self, array: Array) -> None:
        (x,) = array.operands
        self._buffer(array)
        self.lines.add(f"maximum.reduce({self.texts[x]}, -1, None, {self.texts[array]})")

    def _fold(self, array: Array) -> None:
        (x,) = array.operands
        self._buffer(array)
        kept = (1,) * (len(x.shape) - len(array.shape)) + array.shape
        axes = [i + x.batched for i, (n, k) in enumerate(zip(x.shape, kept, strict=True)) if n != k]
        if x.batched and not array.batched:
            axes.insert(0, 0)
        left = tuple(n for i, n in enumerate(self._full(x)) if i not in axes)
        out = self._as(self.stable[array], left)
        if out is None:
            self.lines.add(
                f"copyto({self.texts[array]}, add.reduce({self.texts[x]}, {tuple(axes)})"
                f".reshape({self._full(array)}))"
            )
        elif axes == [self.stable[x].ndim - 1 if x in self.stable else -1] and self._by_ones(
            array, x
        ):
            return
        elif axes == [0] and x.batched and len(left) == 1 and x in self.stable:
            ones = self.lines.named(np.ones(self.count))
            self._multiply(array, ones, self.texts[x], out)
        elif axes == [0] and x.batched and left == () and x in self.stable:
            ones = self.lines.named(np.ones(self.count))
            self._multiply(array, self.texts[x], ones, out)
        else:
            self.lines.add(f"add.reduce({self.texts[x]}, {tuple(axes)}, None, {out})")

    # --- tables ---------------------------------------------------------------------------------

    def _places(self, table: Array, index: Array, rows: bool) -> str:
        """The numbers of the rows (or cells) of the flat table that the indices say."""
        shape = self._full(index)
        if rows:
            count = int(np.prod(shape))
            begins = np.arange(count).reshape(shape) * table.shape[-1]
        else:
            begins = np.arange(self.count).reshape(-1, *[1] * len(index.shape)) * table.shape[0]
        room = self.lines.named(np.empty(shape, dtype=np.intp))
        self.lines.add(f"add({self.texts[index]}, {self.lines.named(begins)}, {room})")
        return room

    def _select(self, array: Array) -> None:
        table, index = array.operands
        rows = array.detail == "rows"
        if not rows and not table.batched:
            self._buffer(array)
            self.lines.add(
                f"take({self.texts[table]}, {self.texts[index]}, 0, {self.texts[array]}, 'clip')"
            )
            return
        lead = 1 if rows else int(np.prod(table.shape[1:]))
        flat = self._as(self.stable[table], (-1, lead)) if table in self.stable else None
        if not table.batched or not index.batched or flat is None:
            call = f"select({self.texts[table]}, {self._batch(table)}, {self.texts[index]}, {rows})"
            self._passing(array, call)
            return
        self._buffer(array)
        places = self._places(table, index, rows)
        out = self.lines.named(self.stable[array].reshape(*self._full(index), lead))
        self.lines.add(f"take({flat}, {places}, 0, {out}, 'clip')")

    def _unselect(self, array: Array) -> None:
        values, index = array.operands
        rows = array.detail == "rows"
        single = array.batched and index.batched and (rows or index.shape == ())
        if not single:
            shape, batch = array.shape, self._batch(array)
            given = f"{self.texts[values]}, {batch}, {self.texts[index]}"
            self._passing(array, f"unselect({given}, {shape}, {rows})")
            return
        out = self._buffer(array)
        lead = 1 if rows else int(np.prod(array.shape[1:]))
        flat = self._as(self.stable[array], (-1, lead))
        places = self._places(array, index, rows)
        self.lines.add(f"{out}.fill(0.0)")
        shape = (*self._full(index), lead)
        self.lines.add(f"{flat}[{places}] = {self.texts[values]}.reshape({shape})")

    # --- scatter --------------------------------------------------------------------------------

    def _scatter(self, array: Array) -> None:
        out = self._buffer(array)
        pieces = list(zip(array.detail, array.operands, strict=True))
        whole = pieces.pop(0)[1] if pieces[0][0] is None else None
        disjoint = tiles(array.size, [where for where, _ in pieces])
        if not disjoint:
            self.lines.add(f"copyto({out}, {self.texts[whole]})" if whole else f"{out}.fill(0.0)")
        for where, value in pieces:
            if value in self.targets and self.targets[value][0] is array:
                continue
            if not isinstance(where, Window):
                cells, batch = self.lines.named(where), self._batch(array)
                self.lines.add(f"add_at({out}, {batch}, {cells}, {self.texts[value]})")
                continue
            here = numpy_rows.window(self.stable[array], self._batch(array), *where)
            place = self.lines.named(here)
            if disjoint:
                self.lines.add(f"copyto({place}, {self.texts[value]})")
            else:
                self.lines.add(f"add({place}, {self.texts[value]}, {place})")
        if disjoint and whole:
            self.lines.add(f"add({out}, {self.texts[whole]}, {out})")


def same(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether two results of a step are equal but for the order of sums."""
    return all(
        np.allclose(a, b, rtol=1e-9, atol=1e-12 * (1.0 + _largest(b)), equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )


def _largest(x: Any) -> float:
    return float(np.max(np.abs(x), initial=0.0, where=np.isfinite(x)))
