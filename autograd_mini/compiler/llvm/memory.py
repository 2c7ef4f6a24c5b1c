"""The memory plan: buffers that are not needed at the same time share their place.

Vocabulary: a buffer *lives* from the first kernel that writes it to the last that touches it; a
*pinned* one, a result, lives to the end. Places are given out first fit, the largest buffers first;
:func:`validate` checks the plan without knowing how it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

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

    It goes through the kernels in order and keeps for each cache line of the arena whose it is: a
    kernel may only read where the buffer that it reads from was written last.
    """
    number = {buffer: i for i, buffer in enumerate(buffers)}
    owner = np.full(max((_lines(b, row).stop for b in buffers), default=0), -1)
    for kernel in kernels:
        written = {action.target.buffer for action in kernel.actions} & set(number)
        read = {access.buffer for access in accesses(kernel)} & set(number)
        for buffer in read - written:
            _check(owner, buffer, number, row)
        for buffer in written:
            lines = _lines(buffer, row)
            for other in read - {buffer}:
                held = owner[lines] == number[other]
                assert not held.any(), f"{kernel} overwrites {other} while it reads it"
            owner[lines] = number[buffer]
    for buffer in buffers:
        if buffer.pinned:
            _check(owner, buffer, number, row)


def _lines(buffer: Buffer, row: int) -> slice:
    """The cache lines that a buffer takes."""
    return slice(buffer.start // LINE, (buffer.start + length(buffer, row)) // LINE)


def _check(owner: Any, buffer: Buffer, number: dict[Buffer, int], row: int) -> None:
    """Raise AssertionError unless every line of a buffer is its own."""
    others = set(owner[_lines(buffer, row)].tolist()) - {number[buffer]}
    assert not others, f"{buffer} has been overwritten by number {min(others)} of {list(number)}"
