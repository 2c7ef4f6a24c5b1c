"""The longest chain of a recording, and with which period it repeats."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise

from autograd_mini import ops
from autograd_mini.compiler.recording import Recording
from autograd_mini.rows import Op

LEAST = 4
"""Rounds from which on they are a loop."""

SUMS = {ops.add, ops.sub, ops.neg, ops.sum}


def alike(kinds: bytes, i: int, j: int, way: int) -> int:
    """How many entries from i on, or back, are of the same kinds as those from j on."""
    unit = array("L").itemsize
    size = len(kinds) // unit
    most = size - max(i, j) if way > 0 else min(i, j) + 1
    done, chunk, growing = 0, 64, True
    while done < most and chunk:
        chunk = min(chunk, most - done)
        a, b = (x + way * done - (chunk - 1 if way < 0 else 0) for x in (i, j))
        if kinds[a * unit : (a + chunk) * unit] == kinds[b * unit : (b + chunk) * unit]:
            done += chunk
            chunk *= 2 if growing else 1
        else:
            growing = False
            chunk //= 2
    return done


def longest_path(recording: Recording) -> list[int]:
    """The entries of the longest chain, first to last; a sum of sums is one link."""
    rows, operands = recording.rows, recording.operands
    above: list[int] = []
    """For each entry the length of a chain that ends in it, and goes on with another row;"""
    beside: list[int] = []
    """or with a sum."""
    for row, read in zip(rows, operands, strict=True):
        if not read:
            above.append(1)
            beside.append(1)
            continue
        known = beside if row in SUMS else above
        if len(read) == 2:  # most of what is
            one, other = known[read[0]], known[read[1]]
            level = one if one > other else other  # noqa: FURB136 (a call costs more)
        else:
            level = max([known[j] for j in read])
        above.append(level + 1)
        beside.append(level if known is beside else level + 1)
    path: list[int] = []
    if max(above, default=0) <= LEAST:
        return path
    i = above.index(max(above))
    while operands[i]:
        path.append(i)
        known = beside if rows[i] in SUMS else above
        longest = max([known[j] for j in operands[i]])
        i = max(j for j in operands[i] if known[j] == longest)
    return path[::-1]


SHORT, WINDOW, TRIES = 200, 6, 60


def periods(
    path: Sequence[int], places: Mapping[int, int], rows: Sequence[Op]
) -> list[tuple[int, int]]:
    """Periods that a path shows, and an entry in the middle; the best first.

    Args:
        path: the entries.
        places: for each entry its number when leaves come first.
        rows: of the entries.
    """
    codes: dict[Hashable, int] = {}
    where = [places[i] for i in path]
    steps = [
        codes.setdefault((rows[i], b - a), len(codes))
        for i, (a, b) in zip(path, pairwise(where), strict=False)
    ]
    data = array("L", steps).tobytes()
    size = len(steps)
    found: dict[int, tuple[int, int, int]] = {}
    for at in sorted({size * k // 8 for k in range(1, 8)}):
        for q in _returns(data, steps, at):
            ahead = alike(data, at, at + q, 1)
            back = alike(data, at - 1, at - 1 + q, -1)
            if ahead + back < q:  # not even two rounds
                continue
            period = where[at + q] - where[at]
            best = (ahead + back + q, -q, where[at + (ahead - back) // 2])
            found[period] = max(found.get(period, best), best)
            if 8 * best[0] > 7 * size:  # it repeats from one end to the other
                break
    order = sorted(found, key=lambda period: found[period][:2], reverse=True)
    return [(period, found[period][2]) for period in order[:8]]


def _returns(data: bytes, steps: Sequence[int], at: int) -> list[int]:
    """How far from a link of the chain links like it and its successors are."""
    if len(steps) <= SHORT:
        return [k - at for k in range(at + 1, len(steps)) if steps[k] == steps[at]]
    unit = array("L").itemsize
    window = data[at * unit : (at + WINDOW) * unit]
    found: list[int] = []
    k = at * unit
    while len(found) < TRIES and (k := data.find(window, k + 1)) >= 0:
        if k % unit == 0:
            found.append(k // unit - at)
    return found
