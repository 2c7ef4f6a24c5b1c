"""What the regression guard counts the instructions of; run it under valgrind, see ``guard``.

With the argument ``planted`` the engine is made slower first: every pass walks its graph twice.

Vocabulary: ``os.getppid()`` is the *mark*: at each, valgrind writes down the count and starts anew.
The collector is off here, since when it runs depends on everything else in the process.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from autograd_mini.fast import backward
from tests.benchmarks.engines import ENGINES, OURS
from tests.benchmarks.workloads import WORKLOADS

COUNTED = {
    "reference": ("W1", "slots", 1_000),
    "W1": ("W1", OURS, 1_000),
    "W2": ("W2", OURS, 4),
    "W2 written out": ("W2 written out", OURS, 2),
    "W3": ("W3", OURS, 1),
}
"""Name → workload, engine, size. The reference is fixed plain Python of the same kind."""

WARM_UP = 3


def plant() -> None:
    """Make this project's engine slower, as a careless change might."""
    visit = backward.visit

    def twice(output: Any, walk: backward.Walk) -> None:
        visit(output, backward.Walk())
        visit(output, walk)

    backward.visit = twice


def main() -> None:
    """Run each step a few times, then once between two marks."""
    sys.setrecursionlimit(100_000)
    if "planted" in sys.argv[1:]:
        plant()
    gc.disable()
    steps = []
    for workload, engine, size in COUNTED.values():
        step, _ = WORKLOADS[workload].prepare(ENGINES[engine].load(), size)
        for _ in range(WARM_UP):
            step()
        steps.append(step)
    for step in steps:
        os.getppid()
        step()
    os.getppid()


if __name__ == "__main__":
    main()
