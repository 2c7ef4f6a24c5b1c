"""The NumPy program bound to one θ and one size of batch: every result in a buffer that stays.

The source that is read makes each array anew. A training loop runs the same statements thousands of
times, so here views and buffers are made, and what depends on nothing that changes is computed,
beforehand; a step is a list of calls that write where their results belong.

Vocabulary: an array is *stable* if its memory is known when the program is bound, which holds for
all but the arguments and what is a view of them; *settled* if its numbers are known too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini.compiler import numpy_rows
from autograd_mini.compiler.calls import Lines
from autograd_mini.compiler.kinds import KINDS
from autograd_mini.compiler.lower_numpy import counted
from autograd_mini.compiler.numpy_text import Text, batch
from autograd_mini.compiler.program import Array, Program, Window
from autograd_mini.compiler.windows import tiles

VIEWS = ("view", "reshape", "expand")
"""Kinds that may show memory of their operand."""

WRITTEN = ("formula", "dot", "mix", "gram", "pair", "pairmix", "sum", "max", "fold")
"""Kinds whose statement can write its result where it is told."""


def bind(program: Program, theta: Any, count: int, weight: float) -> Callable[..., Any]:
    """The step as a function of the arguments' arrays; it returns the losses and the gradient."""
    return _Binder(program, theta, count, weight).function()


class _Binder:
    """The work in progress of :func:`bind`, and its storage."""

    def __init__(self, program: Program, theta: Any, count: int, weight: float) -> None:
        assert program.gradient is not None
        self.program, self.count = program, count
        self.known = {"theta": theta, "seed": np.full(count, weight)}
        self.results = [*program.outputs, program.gradient]
        self.uses = counted(program.arrays, self.results)
        self.texts: dict[Array, Text] = {}
        self.lines = Lines(self.text, self._full)
        self.lines.names["B"] = count
        self.stable: dict[Array, Any] = {}
        self.settled: set[Array] = set()
        self.targets: dict[Array, tuple[Array, Window]] = {}
        self.disjoint: set[Array] = set()

    def function(self) -> Callable[..., Any]:
        for array in self.program.arrays:
            if array.kind == "scatter" and array in self.uses:
                self._aim(array)
        for array in self.program.arrays:
            if array in self.uses or array.kind in ("argument", "index"):
                self._statement(array)
        results = ", ".join(map(self.text, self.results))
        return self.lines.function("step", self.lines.arguments, f"return {results}")

    # --- storage: buffers and views of them -----------------------------------------------------

    def text(self, array: Array, binding: int = 0) -> str:
        return self.texts[array].text

    def shown(self, array: Array, suffix: str) -> str:
        """The name of a view of an array, if its memory is known; else the text of one."""
        text = self.text(array) + suffix
        if not suffix or array not in self.stable:
            return text
        value = eval(text, self.lines.names)  # noqa: S307 (our own text)
        seen = np.may_share_memory(value, self.stable[array])
        return self.lines.named(value) if seen else text

    def constant(self, value: Any, stem: str) -> str:
        return self.lines.named(value)

    def _full(self, array: Array) -> tuple[int, ...]:
        return (self.count, *array.shape) if array.batched else array.shape

    def _settle(self, array: Array, value: Any) -> str:
        """The array is in this memory; returns its name."""
        self.stable[array] = value
        self.texts[array] = Text(self.lines.named(value))
        return self.text(array)

    def _passing(self, array: Array, text: str) -> None:
        """The array is made anew in each step."""
        name = self.lines.named(None)
        self.lines.add(f"{name} = {text}")
        self.texts[array] = Text(name)

    def _buffer(self, array: Array) -> str:
        """Where the array's numbers go; settles it."""
        if array in self.stable:
            return self.text(array)
        if array not in self.targets:
            return self._settle(array, np.empty(self._full(array)))
        home, where = self.targets[array]
        self._buffer(home)
        return self._settle(array, self._window(home, where))

    def _window(self, array: Array, where: Window) -> Any:
        count = self.count if array.batched else None
        return numpy_rows.window(self.stable[array], count, *where)

    def _aim(self, array: Array) -> None:
        """Let what is put into this array be computed there, if the pieces do not meet."""
        pieces = [x for x in zip(array.detail, array.operands, strict=True) if x[0] is not None]
        if tiles(array.size, [where for where, _ in pieces]):
            self.disjoint.add(array)
            for where, value in pieces:
                free = self.uses[value] == 1 and value.kind in WRITTEN
                if free and value.batched == array.batched and value not in self.results:
                    self.targets[value] = array, where

    # --- statements -----------------------------------------------------------------------------

    def _statement(self, array: Array) -> None:
        """The lines of one array; what they compute from settled numbers is settled at once."""
        before, tables = len(self.lines.lines), {"select": self._select, "unselect": self._unselect}
        if array.kind in ("argument", "index"):
            name = f"x{len(self.lines.arguments)}"
            self.texts[array] = Text(name)
            self.lines.arguments[name] = len(self._full(array))
        elif not array.operands:
            known = self.known.get(array.kind)
            self._settle(array, np.ascontiguousarray(array.detail) if known is None else known)
            if array.kind != "theta":
                self.settled.add(array)
        elif array.kind == "formula":
            self.lines.compute(array.detail, self._buffer(array))
        elif array.kind == "scatter":
            self._scatter(array)
        elif array.kind not in tables or not tables[array.kind](array):
            self._written(array)
        known = array.operands and array in self.stable and self.settled.issuperset(array.operands)
        if known and array not in self.targets:  # what surrounds those is added to in each step
            with np.errstate(all="ignore"):
                self.lines.run_from(before)
            self.settled.add(array)

    def _written(self, array: Array) -> None:
        """A statement as its text says, with its result in a buffer."""
        if array.kind in VIEWS and self._is_seen(array, array.operands[0]):
            return
        rule = KINDS[array.kind].text
        assert rule is not None, f"{array} has no text"
        written = rule(self, array)
        if array.kind in VIEWS:
            self._passing(array, written.text)
        elif written.factors is not None:
            self._product(array, *written.factors, written.outer)
        elif written.summed is not None:
            self._reduction(array, written.summed)
        else:
            self.lines.add(f"copyto({self._buffer(array)}, {written.text})")

    def _is_seen(self, array: Array, base: Array) -> bool:
        """Whether an array could be settled that shows another, or a copy of it."""
        if base not in self.stable:
            return False
        value, full = self.stable[base], self._full(array)
        if array.kind == "view":
            shown = self._window(base, array.detail)
        elif array.kind == "expand":
            shown = np.broadcast_to(value, full)
        else:
            shown = value.reshape(full)
            if not np.may_share_memory(shown, value):
                room = np.empty(self._full(base))
                self.lines.add(f"copyto({self.lines.named(room)}, {self.text(base)})")
                value, shown = room, room.reshape(full)
        seen = np.may_share_memory(shown, value)
        if seen:
            self._settle(array, shown)
        return seen

    # --- products -------------------------------------------------------------------------------

    def _product(self, array: Array, left: str, right: str, outer: bool) -> None:
        if array.shape == () and not array.batched:
            self._passing(array, f"{left}.dot({right})")
            return
        out = self._buffer(array)
        one, other = self.lines.names.get(left), self.lines.names.get(right)
        if outer:
            if one is None or other is None or one.shape[1:] != (1,) or other.ndim != 1:
                self.lines.add(f"multiply({left}, {right}, {out})")
                return
            right = self.lines.named(other.reshape(1, -1))
        elif one is not None and one.ndim > 2 and self.lines.axes(right) == 2:
            rows = self.lines.reshaped(one, (-1, one.shape[-1]))
            made = self.lines.reshaped(self.stable[array], (-1, array.shape[-1]))
            left, out = (rows, made) if rows and made else (left, out)
        self.lines.multiply(left, right, out)

    # --- sums -----------------------------------------------------------------------------------

    def _reduction(self, array: Array, axes: tuple[int, ...]) -> None:
        """A sum or maximum; sums of matrices as products with ones, which BLAS does faster."""
        (x,) = array.operands
        self._buffer(array)
        value = self.stable.get(x)
        kept = axes if axes != (-1,) else (len(self._full(x)) - 1,)
        left = tuple(n for i, n in enumerate(self._full(x)) if i not in kept)
        out = self.lines.reshaped(self.stable[array], left)
        function = "maximum" if array.kind == "max" else "add"
        if out is None:
            call = f"{function}.reduce({self.text(x)}, {kept}).reshape({self._full(array)})"
            self.lines.add(f"copyto({self.text(array)}, {call})")
        elif not (value is not None and function == "add" and self._by_ones(array, value, kept)):
            self.lines.add(f"{function}.reduce({self.text(x)}, {kept}, None, {out})")

    def _by_ones(self, array: Array, value: Any, axes: tuple[int, ...]) -> bool:
        """Whether a sum along the first or the last axis was written as a product with ones."""
        (x,), lines = array.operands, self.lines
        last = axes == (value.ndim - 1,) and value.ndim >= 2
        if not last and not (axes == (0,) and value.ndim <= 2 and x.batched):
            return False
        ones = lines.named(np.ones(value.shape[axes[0]]))
        rows = lines.reshaped(value, (-1, value.shape[-1])) if last else self.text(x)
        out = lines.reshaped(self.stable[array], (-1,) if last else value.shape[1:])
        if rows and out:
            before = value.ndim == 2 and not last
            lines.multiply(*((ones, rows) if before else (rows, ones)), out)
        return bool(rows and out)

    # --- tables ---------------------------------------------------------------------------------

    def _places(self, table: Array, index: Array, rows: bool) -> str:
        """The numbers of the rows (or cells) of the flat table that the indices say."""
        shape = self._full(index)
        begins = np.arange(self.count).reshape(-1, *[1] * len(index.shape)) * table.shape[0]
        if rows:
            begins = np.arange(math.prod(shape)).reshape(shape) * table.shape[-1]
        room = self.lines.named(np.empty(shape, dtype=np.intp))
        self.lines.add(f"add({self.text(index)}, {self.lines.named(begins)}, {room})")
        return room

    def _select(self, array: Array) -> bool:
        """Whether a selection from a table in memory was written, into a buffer."""
        table, index = array.operands
        rows = array.detail == "rows"
        if not rows and not table.batched:
            out = self._buffer(array)
            self.lines.add(f"take({self.text(table)}, {self.text(index)}, 0, {out}, 'clip')")
            return True
        if not table.batched or not index.batched or table not in self.stable:
            return False
        lead = 1 if rows else math.prod(table.shape[1:])
        flat = self.lines.reshaped(self.stable[table], (-1, lead))
        if flat is None:
            return False
        self._buffer(array)
        places = self._places(table, index, rows)
        out = self.lines.named(self.stable[array].reshape(*self._full(index), lead))
        self.lines.add(f"take({flat}, {places}, 0, {out}, 'clip')")
        return True

    def _unselect(self, array: Array) -> bool:
        """Whether the opposite was written: values into zeros, each into a place of its own."""
        values, index = array.operands
        rows = array.detail == "rows"
        if not (array.batched and index.batched and (rows or index.shape == ())):
            return False
        out = self._buffer(array)
        lead = 1 if rows else math.prod(array.shape[1:])
        flat = self.lines.reshaped(self.stable[array], (-1, lead))
        places, shape = self._places(array, index, rows), (*self._full(index), lead)
        self.lines.add(f"{out}.fill(0.0)")
        self.lines.add(f"{flat}[{places}] = {self.text(values)}.reshape({shape})")
        return True

    # --- scatter --------------------------------------------------------------------------------

    def _scatter(self, array: Array) -> None:
        out = self._buffer(array)
        pieces = list(zip(array.detail, array.operands, strict=True))
        whole = pieces.pop(0)[1] if pieces[0][0] is None else None
        disjoint = array in self.disjoint
        if not disjoint:
            self.lines.add(f"copyto({out}, {self.text(whole)})" if whole else f"{out}.fill(0.0)")
        for where, value in pieces:
            if value in self.targets and self.targets[value][0] is array:
                continue
            if not isinstance(where, Window):
                cells = self.lines.named(where)
                self.lines.add(f"add_at({out}, {batch(array)}, {cells}, {self.text(value)})")
                continue
            place = self.lines.named(self._window(array, where))
            added = f"copyto({place}, {self.text(value)})"
            self.lines.add(added if disjoint else f"add({place}, {self.text(value)}, {place})")
        if disjoint and whole:
            self.lines.add(f"add({out}, {self.text(whole)}, {out})")
