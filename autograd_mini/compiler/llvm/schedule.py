"""Kernels in the making: which actions run in one loop, and which kernel waits for which.

An action joins a kernel that goes through the same grid, if what it reads is made before it or, at
each point, there; so runs of element-wise statements are one loop, and they follow the product that
they read.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_mini.compiler.llvm.kernels import (
    Access,
    Action,
    Buffer,
    Fold,
    Kernel,
    Repeat,
    Rows,
    accesses,
    formula_accesses,
    root,
    tables,
    targets,
)
from autograd_mini.compiler.llvm.placing import LEAVES, Placing, Reading
from autograd_mini.compiler.program import Array

LONG = 16
"""The most actions of a kernel."""


class Schedule:
    """Kernels, and what is known of their order."""

    def __init__(self, placing: Placing, reading: Reading, inside: set[Array]) -> None:
        self.placing, self.reading, self.inside = placing, reading, inside
        self.kernels: list[Kernel] = []
        self.makers: dict[Array, list[Kernel]] = {}
        self.writers: dict[Buffer, list[Kernel]] = {}
        self.clock = 0

    def _kernel(self, size: int, batched: bool, core: Any = None) -> Kernel:
        self.clock += 1
        kernel = Kernel(size, batched, core, self.clock)
        self.kernels.append(kernel)
        return kernel

    def _append(self, kernel: Kernel, action: Action, array: Array) -> None:
        kernel.actions.append(action)
        self.makers.setdefault(array, [])
        if kernel not in self.makers[array]:
            self.makers[array].append(kernel)
        writers = self.writers.setdefault(action.target.buffer, [])
        if kernel not in writers:
            writers.append(kernel)

    def _sources(self, array: Array) -> list[Kernel]:
        """The kernels that make what an array is computed from, inlined arrays opened."""
        found: dict[Kernel, None] = {}
        stack = [root(x) for x in array.operands]
        while stack:
            x = stack.pop()
            if x in self.placing.inlined:
                stack += [root(y) for y in x.operands]
            elif x.kind not in LEAVES and x in self.inside:
                found.update(dict.fromkeys(self.makers[x]))
        return list(found)

    def _depend(self, kernel: Kernel, array: Array) -> None:
        for source in self._sources(array):
            if source is not kernel:
                source.readers.add(kernel)

    def _act(self, action: Action, arrays: list[Array], size: int, batched: bool) -> None:
        """Put an action into a kernel that it fits, or into a new one.

        ``arrays`` are the one it belongs to and, if that is not what is read, the part read.
        """
        sources = self._sources(arrays[-1])
        before = self.writers.get(action.target.buffer, []) if action.adds else []
        late = [*sources, *before]
        serial = action.adds and len(np.unique(action.target.cells)) < size
        kernel = None if serial else self._fitting(action, late, size, batched)
        if kernel is None:
            kernel = self._kernel(size, batched)
            kernel.serial = serial
        for source in late:
            if source is not kernel:
                source.readers.add(kernel)
        self._append(kernel, action, arrays[0])

    def _fitting(
        self, action: Action, sources: list[Kernel], size: int, batched: bool
    ) -> Kernel | None:
        latest = max([source.order for source in sources], default=0)
        for kernel in sorted(self.kernels, key=lambda k: -k.order)[:40]:
            same = kernel.size == size and kernel.batched == batched
            full = len(kernel.actions) >= LONG or isinstance(kernel.core, Rows)
            if not same or full or kernel.serial:
                continue
            late = kernel.order < latest
            if late and (kernel.readers or kernel not in sources):
                continue
            if not _in_step(kernel, action):
                continue
            if late:
                self.clock += 1
                kernel.order = self.clock
            return kernel
        return None

    def _copied(self, array: Array) -> Access:
        """The cells of an array in a place of their own."""
        buffer = self.placing.buffer("arena", array.size, array.batched)
        flat = np.arange(array.size)
        copy = Access(buffer, flat)
        kernel = self._kernel(array.size, array.batched)
        part = Array("formula", [array], array.shape, batched=array.batched)
        self._depend(kernel, part)
        action = Action(copy, self.reading.read(array, flat), False, None)
        kernel.actions.append(action)
        self.writers[buffer] = [kernel]
        return copy

    def _drop_unread(self) -> None:
        """Results that are read only where they are made need no place in memory."""
        outside: set[Buffer] = set()
        for kernel in self.kernels:
            made = {action.target for action in kernel.actions}
            outside |= {x.buffer.memory for x in accesses(kernel) if x not in made}
            if isinstance(kernel.core, Repeat):
                outside |= {access.buffer.memory for access in targets(kernel)}
            outside |= {a.target.buffer for a in kernel.actions if a.adds}
            outside |= {x.buffer for a in kernel.actions for x in tables(a.formula)}
            if isinstance(kernel.core, Fold):
                outside |= {x.buffer for x in tables(kernel.core.formula)}
        for kernel in self.kernels:
            for action in kernel.actions:
                buffer = action.target.buffer
                if buffer.name == "arena" and not buffer.pinned and buffer not in outside:
                    buffer.name = "local"
        written = {x.buffer.memory for kernel in self.kernels for x in targets(kernel)}
        self.placing.buffers = [
            b for b in self.placing.buffers if b.name == "arena" and b in written
        ]


def _in_step(kernel: Kernel, action: Action) -> bool:
    """Whether what the action reads of the kernel's results is, at each point, made there."""
    written = {a.target.buffer: a.target for a in kernel.actions}
    if action.target.buffer in written:
        return False
    if any(x.buffer in written for x in tables(action.formula)):
        return False
    here = formula_accesses(action.formula)
    return not any(x.buffer in written and x != written[x.buffer] for x in here)
