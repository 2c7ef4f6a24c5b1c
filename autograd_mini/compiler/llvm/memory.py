"""The memory plan: buffers that are not needed at the same time share their place.

Vocabulary: a buffer *lives* from the first kernel that writes it to the last that touches it; a
*pinned* one, a result, lives to the end. Places are given out first fit, in the order in which the
buffers begin to live; a *gap* is a stretch of the arena that nobody lives in.
:func:`validate` checks the plan without knowing how it was made.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.llvm.kernels import Buffer, Kernel, Repeat, accesses, targets

LINE = 8
"""Places begin at multiples of a cache line, in doubles."""

Lives = dict[Buffer, tuple[int, int]]


def lives(kernels: Sequence[Kernel], buffers: Sequence[Buffer]) -> Lives:
    """For each buffer the numbers of the first and the last kernel that touch it."""
    wanted = set(buffers)
    found: Lives = {}
    every = list(_flat(kernels))
    for i, (kernel, loop) in enumerate(every):
        for access in (*targets(kernel), *accesses(kernel)):
            buffer = access.buffer.memory
            if buffer in wanted:
                start, stop = (i, i) if loop is None or buffer in loop.inside else loop.span
                first = found.get(buffer, (start, start))[0]
                found[buffer] = first, len(every) if buffer.pinned else stop
    return found


class _Loop(NamedTuple):
    """The numbers of a loop's first and last kernel, and the buffers of one round."""

    span: tuple[int, int]
    inside: set[Buffer]


def _flat(kernels: Sequence[Kernel]) -> Iterator[tuple[Kernel, _Loop | None]]:
    """The kernels in order, those of loops with what is known of these."""
    i = 0
    for kernel in kernels:
        if isinstance(kernel.core, Repeat):
            inner = kernel.core.kernels
            loop = _Loop((i, i + len(inner) - 1), set(kernel.core.buffers))
            yield from ((one, loop) for one in inner)
            i += len(inner)
        else:
            yield kernel, None
            i += 1


def length(buffer: Buffer, row: int) -> int:
    """How many doubles a buffer takes, where a batched cell is a row of so many."""
    cells = buffer.size * (row if buffer.batched else 1)
    return (cells + LINE - 1) // LINE * LINE


def assign(kernels: Sequence[Kernel], buffers: Sequence[Buffer], row: int) -> int:
    """Give every buffer its start; returns the length of the arena in doubles."""
    living = lives(kernels, buffers)
    gaps: list[tuple[int, int]] = []
    leaving: list[tuple[int, int, int]] = []
    """Of the buffers that live, first those that end first: the last kernel, start and end."""
    total = 0
    for buffer in sorted(living, key=lambda b: (living[b][0], -length(b, row))):
        first, last = living[buffer]
        while leaving and leaving[0][0] < first:
            _give_back(gaps, heapq.heappop(leaving)[1:])
        size = length(buffer, row)
        at = next((i for i, (low, high) in enumerate(gaps) if high - low >= size), None)
        if at is not None:
            buffer.start, end = gaps[at]
            gaps[at : at + 1] = [(buffer.start + size, end)] if buffer.start + size < end else []
        else:  # behind all, where the last gap may already be
            buffer.start = gaps.pop()[0] if gaps and gaps[-1][1] == total else total
            total = buffer.start + size
        heapq.heappush(leaving, (last, buffer.start, buffer.start + size))
    return total


def _give_back(gaps: list[tuple[int, int]], place: tuple[int, ...]) -> None:
    """A gap more, joined with those that touch it; they stay in order."""
    low, high = place
    at = bisect.bisect(gaps, (low, high))
    if at < len(gaps) and gaps[at][0] == high:
        high = gaps.pop(at)[1]
    if at and gaps[at - 1][1] == low:
        at -= 1
        low = gaps.pop(at)[0]
    gaps.insert(at, (low, high))


def validate(kernels: Sequence[Kernel], buffers: Sequence[Buffer], row: int) -> None:
    """Raise AssertionError if two buffers that live at the same time share a double.

    It goes through the kernels in order and keeps for each cache line of the arena whose it is: a
    kernel may only read where the buffer that it reads from was written last.
    """
    number = {buffer: i for i, buffer in enumerate(buffers)}
    owner = np.full(max((_lines(b, row).stop for b in buffers), default=0), -1)
    for kernel in _twice(kernels):
        written = {access.buffer.memory for access in targets(kernel)} & set(number)
        read = {access.buffer.memory for access in accesses(kernel)} & set(number)
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


def _twice(kernels: Sequence[Kernel]) -> Iterator[Kernel]:
    """The kernels in order, with two rounds of each loop."""
    for kernel in kernels:
        if isinstance(kernel.core, Repeat):
            yield from kernel.core.kernels
            yield from kernel.core.kernels
        else:
            yield kernel


def _lines(buffer: Buffer, row: int) -> slice:
    """The cache lines that a buffer takes."""
    return slice(buffer.start // LINE, (buffer.start + length(buffer, row)) // LINE)


def _check(owner: Any, buffer: Buffer, number: dict[Buffer, int], row: int) -> None:
    """Raise AssertionError unless every line of a buffer is its own."""
    others = set(owner[_lines(buffer, row)].tolist()) - {number[buffer]}
    assert not others, f"{buffer} has been overwritten by number {min(others)} of {list(number)}"
