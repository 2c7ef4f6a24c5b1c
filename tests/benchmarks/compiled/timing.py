"""The seconds of one step, as processor time.

A *chunk* is as many steps as take a tenth of a second. A step is a call for a chunk and one step,
less a call for one step, by the chunk: what a call costs by itself (this project's tiers read the
Values and write them back, all 100,000 of them in the largest network) is not in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Run = Callable[[int], float]

ENOUGH, LONG = 0.1, 0.3


def timed(run: Run, steps: int) -> float:
    """The seconds of one call."""
    began = time.process_time()
    run(steps)
    return time.process_time() - began


def enough(run: Run) -> int:
    """The steps of a chunk; 0 where one step is long enough by itself."""
    if timed(run, 1) > LONG:
        return 0
    chunk = 1
    while _warm(run, chunk + 1) < ENOUGH + _warm(run, 1):
        chunk *= 2
    return chunk


def _warm(run: Run, steps: int) -> float:
    """The seconds of a call when it is not the first with so many steps: a scan compiles then."""
    run(steps)
    return timed(run, steps)


def step(run: Run, chunk: int) -> float:
    """The seconds of a step."""
    one = timed(run, 1)
    if chunk == 0:
        return one
    return (timed(run, chunk + 1) - one) / chunk
