"""Kernels in the making: which actions run in one loop, and which kernel waits for which.

An action joins a kernel that goes through the same grid, if what it reads is made before it or, at
each point, there; so runs of element-wise statements are one loop, and they follow the product that
they read.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    """Kernels, and what is known of their order.

    Args:
        placing: where arrays are computed.
        reading: what they are as formulas.
        inside: the arrays of this program, or of this round of a loop.
    """

    def __init__(self, placing: Placing, reading: Reading, inside: set[Array]) -> None:
        self.placing, self.reading, self.inside = placing, reading, inside
        self.kernels: list[Kernel] = []
        self.makers: dict[Array, list[Kernel]] = {}
        self.writers: dict[Buffer, list[Kernel]] = {}
        self.clock = 0

    def kernel(self, size: int, batched: bool, core: Any = None) -> Kernel:
        """A new kernel, after all that there are."""
        self.clock += 1
        self.kernels.append(Kernel(size, batched, core, self.clock))
        return self.kernels[-1]

    def append(self, kernel: Kernel, action: Action, array: Array | None) -> None:
        """An action more, which makes an array, or a part of one."""
        kernel.actions.append(action)
        makers = [] if array is None else self.makers.setdefault(array, [])
        for known in (makers, self.writers.setdefault(action.target.buffer, [])):
            if kernel not in known:
                known.append(kernel)

    def _sources(self, operands: Iterable[Array]) -> list[Kernel]:
        """The kernels that make what these are computed from, inlined arrays opened."""
        found: dict[Kernel, None] = {}
        stack = list(map(root, operands))
        while stack:
            x = stack.pop()
            if x in self.placing.inlined:
                stack += map(root, x.operands)
            elif x.kind not in LEAVES and x in self.inside:
                found.update(dict.fromkeys(self.makers[x]))
        return list(found)

    def depend(self, kernel: Kernel, operands: Iterable[Array]) -> None:
        """The kernel comes after those that make these arrays."""
        for source in self._sources(operands):
            if source is not kernel:
                source.readers.add(kernel)

    def store(
        self, part: Array, target: Access, array: Array, batched: bool, adds: bool = False
    ) -> None:
        """Store an array, or add it, where it is a part of another."""
        formula = self.reading.read(part, np.arange(part.size))
        self.act(Action(target, formula, adds, None), array, [part], part.size, batched)

    def act(
        self, action: Action, array: Array, operands: Iterable[Array], size: int, batched: bool
    ) -> None:
        """Put an action, which reads these operands, into a kernel that it fits, or a new one."""
        before = self.writers.get(action.target.buffer, []) if action.adds else []
        late = [*self._sources(operands), *before]
        serial = action.adds and len(np.unique(action.target.cells)) < size
        kernel = None if serial else self._fitting(action, late, size, batched)
        if kernel is None:
            kernel = self.kernel(size, batched)
            kernel.serial = serial
        for source in late:
            if source is not kernel:
                source.readers.add(kernel)
        self.append(kernel, action, array)

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

    def copied(self, array: Array) -> Access:
        """The cells of an array in a place of their own."""
        flat = np.arange(array.size)
        copy = Access(self.placing.buffer("arena", array.size, array.batched), flat)
        kernel = self.kernel(array.size, array.batched)
        self.depend(kernel, [array])
        self.append(kernel, Action(copy, self.reading.read(array, flat), False, None), None)
        return copy

    def finish(self) -> list[Kernel]:
        """The kernels in their order; what is read only where it is made needs no memory."""
        self.kernels.sort(key=lambda kernel: kernel.order)
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
        return self.kernels


def _in_step(kernel: Kernel, action: Action) -> bool:
    """Whether what the action reads of the kernel's results is, at each point, made there."""
    written = {a.target.buffer: a.target for a in kernel.actions}
    if action.target.buffer in written:
        return False
    if any(x.buffer in written for x in tables(action.formula)):
        return False
    here = formula_accesses(action.formula)
    return not any(x.buffer in written and x != written[x.buffer] for x in here)
