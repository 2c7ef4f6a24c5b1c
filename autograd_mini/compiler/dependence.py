"""What depends on an argument, and what on a parameter, in a recording with loops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd_mini.compiler.record import ARGUMENT, INDEX, PARAMETER, Recording
from autograd_mini.compiler.repeats import CARRIED, FIXED, ITEM, LOOPED, Loop
from autograd_mini.compiler.traced import DETACH
from autograd_mini.rows import Op


class Flags(NamedTuple):
    """Whether a number depends on an argument, and whether it has a derivative by a parameter."""

    batched: bool
    active: bool


LEAVES = {ARGUMENT: Flags(True, False), INDEX: Flags(True, False), PARAMETER: Flags(False, True)}


def flags(recording: Recording) -> list[Flags]:
    """For each entry what it depends on."""
    found: list[Flags] = []
    loops: dict[int, tuple[list[Flags], list[Flags]]] = {}
    for row, operands, leaf in zip(*recording[:3], strict=True):
        if row is LOOPED:
            if leaf.loop not in loops:
                loops[leaf.loop] = loop_flags(recording.loops[leaf.loop], found)
            carried, body = loops[leaf.loop]
            stacked = recording.loops[leaf.loop].stacked
            found.append(carried[leaf.which] if leaf.which >= 0 else body[stacked[-1 - leaf.which]])
        else:
            found.append(LEAVES.get(row) or _of(row, combined(found[i] for i in operands)))
    return found


def _of(row: Op, read: Flags) -> Flags:
    return read._replace(active=False) if row is DETACH else read


def combined(flags: Iterable[Flags]) -> Flags:
    """What something depends on that depends on all of these."""
    batched = active = False
    for flag in flags:
        batched |= flag.batched
        active |= flag.active
    return Flags(batched, active)


def loop_flags(loop: Loop, outside: Sequence[Flags]) -> tuple[list[Flags], list[Flags]]:
    """What is carried depends on, and every entry of the body; in the first round or later."""
    carried = [outside[i] for i in loop.first]
    while True:
        body: list[Flags] = []
        for row, operands, leaf in zip(*loop.body[:3], strict=True):
            if row is CARRIED:
                body.append(carried[leaf])
            elif row is ITEM:
                body.append(combined(outside[i] for i in loop.items[leaf]))
            elif row is FIXED:
                body.append(outside[loop.fixed[leaf]])
            else:
                body.append(LEAVES.get(row) or _of(row, combined(body[i] for i in operands)))
        later = [combined([now, body[i]]) for now, i in zip(carried, loop.last, strict=True)]
        if later == carried:
            return carried, body
        carried = later
