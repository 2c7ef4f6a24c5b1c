"""Arrays whose memory is known beforehand: buffers, views of them, and what is only passed on.

Vocabulary: an array is *stable* if its memory is known when the program is bound, which holds for
all but the arguments and what is a view of them; *settled* if its numbers are known too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_mini.compiler import numpy_rows
from autograd_mini.compiler.calls import Lines
from autograd_mini.compiler.lower_numpy import counted
from autograd_mini.compiler.program import Array, Program, Window
from autograd_mini.compiler.windows import plain, tiles

WRITTEN = ("formula", "dot", "mix", "gram", "pair", "pairmix", "sum", "max", "fold")
"""Kinds whose statement can write its result where it is told."""


class Buffers:
    """Where every array of a program is, for one θ and one size of batch."""

    def __init__(self, program: Program, theta: Any, count: int, weight: float) -> None:
        self.program = program
        self.theta = theta
        self.count = count
        self.weight = weight
        assert program.gradient is not None
        self.results = [*program.outputs, program.gradient]
        self.uses = counted(program.arrays, self.results)
        self.lines = Lines(lambda array: self.texts[array], self._full)
        self.texts: dict[Array, str] = {}
        self.stable: dict[Array, Any] = {}
        self.settled: set[Array] = set()
        self.targets: dict[Array, tuple[Array, Window]] = {}
        self.arguments: list[str] = []
        self.ranks: dict[str, int] = {}

    # --- names and buffers ----------------------------------------------------------------------

    def _full(self, array: Array) -> tuple[int, ...]:
        """The shape with the batch."""
        return (self.count, *array.shape) if array.batched else array.shape

    def _batch(self, array: Array) -> int | None:
        return self.count if array.batched else None

    def _settle(self, array: Array, value: Any) -> None:
        """The array is in this memory."""
        self.stable[array] = value
        self.texts[array] = self.lines.named(value)

    def _passing(self, array: Array, text: str) -> None:
        """The array is made anew in each step."""
        name = self.lines.named(None)
        self.lines.add(f"{name} = {text}")
        self.texts[array] = name

    def _buffer(self, array: Array) -> str:
        """Where the array's numbers go; settles it."""
        if array in self.stable:
            return self.texts[array]
        if array in self.targets:
            home, where = self.targets[array]
            self._buffer(home)
            value = numpy_rows.window(self.stable[home], self._batch(home), *where)
        else:
            value = np.empty(self._full(array))
        self._settle(array, value)
        return self.texts[array]

    def _aim(self, array: Array) -> None:
        """Let what is put into this array be computed there, if the pieces do not meet."""
        pieces = list(zip(array.detail, array.operands, strict=True))
        pieces = [piece for piece in pieces if piece[0] is not None]
        if tiles(array.size, [where for where, _ in pieces]):
            for where, value in pieces:
                free = self.uses[value] == 1 and value.kind in WRITTEN
                if free and value.batched == array.batched and value not in self.results:
                    self.targets[value] = array, where

    def _rows(self, array: Array, columns: int) -> str | None:
        """The array as a matrix of so many columns, if it lies so in memory."""
        value = self.stable.get(array)
        if value is None or value.ndim == 2:
            return None if value is None else self.texts[array]
        return self._as(value, (-1, columns))

    def _as(self, value: Any, shape: tuple[int, ...]) -> str | None:
        flat = value.reshape(shape)
        return self.lines.named(flat) if np.may_share_memory(flat, value) else None

    # --- leaves and views -----------------------------------------------------------------------

    def _theta(self, array: Array) -> None:
        self._settle(array, self.theta)

    def _argument(self, array: Array) -> None:
        name = self.texts[array] = f"x{len(self.arguments)}"
        self.arguments.append(name)
        self.ranks[name] = len(self._full(array))

    _index = _argument

    def _seed(self, array: Array) -> None:
        self._settle(array, np.full(self.count, self.weight))
        self.settled.add(array)

    def _constant(self, array: Array) -> None:
        self._settle(array, np.ascontiguousarray(array.detail))
        self.settled.add(array)

    _mask = _constant

    def _view(self, array: Array) -> None:
        (base,) = array.operands
        offset, sizes, strides = where = array.detail
        if base in self.stable:
            self._settle(array, numpy_rows.window(self.stable[base], self._batch(base), *where))
        elif len(base.shape) == 1 and (run := plain(where)) is not None and sizes:
            start, stop, step = run
            shape = f".reshape({self._full(array)})" if len(sizes) > 1 else ""
            lead = ":, " if base.batched else ""
            self._passing(array, f"{self.texts[base]}[{lead}{start}:{stop}:{step}]{shape}")
        else:
            batch = self._batch(base)
            call = f"window({self.texts[base]}, {batch}, {offset}, {sizes}, {strides})"
            self._passing(array, call)

    def _reshape(self, array: Array) -> None:
        (base,) = array.operands
        shape = self._full(array)
        if base not in self.stable:
            self._passing(array, f"{self.texts[base]}.reshape({shape})")
            return
        value = self.stable[base].reshape(shape)
        if np.may_share_memory(value, self.stable[base]):
            self._settle(array, value)
            return
        room = np.empty(self._full(base))
        self.lines.add(f"copyto({self.lines.named(room)}, {self.texts[base]})")
        self._settle(array, room.reshape(shape))

    def _expand(self, array: Array) -> None:
        (base,) = array.operands
        shape = self._full(array)
        if base in self.stable:
            self._settle(array, np.broadcast_to(self.stable[base], shape))
        else:
            self._passing(array, f"broadcast_to({self.texts[base]}, {shape})")

    def _gather(self, array: Array) -> None:
        (base,) = array.operands
        cells = self.lines.named(array.detail)
        flat = f"flat({self.texts[base]}, {self._batch(base)})"
        self._passing(array, f"{flat}[..., {cells}]")

    def _concat(self, array: Array) -> None:
        self._buffer(array)
        start = 0
        for x in array.operands:
            here = self.stable[array][..., start : start + x.size]
            shape = here.shape[: here.ndim - 1] + x.shape
            self.lines.add(f"copyto({self._as(here, shape)}, {self.texts[x]})")
            start += x.size
