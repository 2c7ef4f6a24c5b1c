"""The memory plan: buffers that are not needed at the same time share their place.

Vocabulary: a buffer *lives* from the first kernel that writes it to the last that touches it; a
*pinned* one, a result, lives to the end. Places are given out first fit, the largest buffers first;
:func:`validate` checks the plan without knowing how it was made.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini.compiler.llvm.kernels import Kernel, accesses
from autograd_mini.compiler.llvm.places import Buffer

LINE = 8
"""Places begin at multiples of a cache line, in doubles."""

Lives = dict[Buffer, tuple[int, int]]


def lives(kernels: Sequence[Kernel], buffers: Sequence[Buffer]) -> Lives:
    """For each buffer the numbers of the first and the last kernel that touch it."""
    wanted = set(buffers)
    found: Lives = {}
    for i, kernel in enumerate(kernels):
        touched = [action.target.buffer for action in kernel.actions]
        touched += [access.buffer for access in accesses(kernel)]
        for buffer in touched:
            if buffer in wanted:
                first = found.get(buffer, (i, i))[0]
                found[buffer] = first, len(kernels) if buffer.pinned else i
    return found


def length(buffer: Buffer, row: int) -> int:
    """How many doubles a buffer takes, where a batched cell is a row of so many."""
    cells = buffer.size * (row if buffer.batched else 1)
    return (cells + LINE - 1) // LINE * LINE


def assign(kernels: Sequence[Kernel], buffers: Sequence[Buffer], row: int) -> int:
    """Give every buffer its start; returns the length of the arena in doubles."""
    living = lives(kernels, buffers)
    placed: list[Buffer] = []
    total = 0
    for buffer in sorted(living, key=lambda b: (-length(b, row), living[b])):
        first, last = living[buffer]
        taken = sorted(
            (other.start, other.start + length(other, row))
            for other in placed
            if living[other][0] <= last and first <= living[other][1]
        )
        start = 0
        for low, high in taken:
            if start + length(buffer, row) <= low:
                break
            start = max(start, high)
        buffer.start = start
        placed.append(buffer)
        total = max(total, start + length(buffer, row))
    return total


def validate(kernels: Sequence[Kernel], buffers: Sequence[Buffer], row: int) -> None:
    """Raise AssertionError if two buffers that live at the same time share a double.

    It goes through the kernels in order and keeps for each double of the arena whose it is: a
    kernel may only read what the buffer it reads from wrote there last.
    """
    owner: dict[int, Buffer] = {}
    wanted = set(buffers)
    for kernel in kernels:
        written = {action.target.buffer for action in kernel.actions}
        for access in accesses(kernel):
            if access.buffer in wanted and access.buffer not in written:
                _check(owner, access.buffer, row)
        for buffer in written & wanted:
            others = {a.buffer for a in accesses(kernel)} & wanted - {buffer}
            for line in _lines(buffer, row):
                held = owner.get(line)
                assert held not in others, f"{kernel} overwrites {held} while it reads it"
                owner[line] = buffer
    for buffer in wanted:
        if buffer.pinned:
            _check(owner, buffer, row)


def _lines(buffer: Buffer, row: int) -> range:
    return range(buffer.start // LINE, (buffer.start + length(buffer, row)) // LINE)


def _check(owner: dict[int, Buffer], buffer: Buffer, row: int) -> None:
    for line in _lines(buffer, row):
        assert owner.get(line) is buffer, f"{buffer} has been overwritten by {owner.get(line)}"
