"""One contestant and one work in a process of its own, pinned to one core, on one thread.

    python -m tests.benchmarks.compiled.worker CONTESTANT WORK CORE

A *chunk* is as many steps as take a twentieth of a second. To each line "once" the worker answers
with the seconds of processor time of a step, the mean of a chunk; to "facts" with how long the
first step took, compilation included, and with the costs of the first steps, which are the same for
all contestants.
"""

from __future__ import annotations

import importlib
import json
import sys
import time

from tests.benchmarks.compiled import peers
from tests.benchmarks.compiled.works import WORKS
from tests.benchmarks.worker import DEPTH, pin

ENOUGH = 0.05
FIRST_STEPS = 4


def main(contestant: str, work: str, core: str) -> None:
    pin(int(core))
    sys.setrecursionlimit(DEPTH)  # for the peers that recurse
    for module in peers.NEEDS[contestant]:
        importlib.import_module(module)
    began = time.process_time()
    run = peers.prepare(contestant, work)
    costs = [run(1)]
    first = time.process_time() - began
    costs += [run(1) for _ in range(FIRST_STEPS - 1)]
    chunk = _chunk(run)
    for line in sys.stdin:
        if line == "facts\n":
            answer = json.dumps({"first": first, "costs": costs, "chunk": chunk})
        else:
            answer = repr(_timed(run, chunk) / chunk)
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


def _timed(run: peers.Run, steps: int) -> float:
    began = time.process_time()
    run(steps)
    return time.process_time() - began


def _chunk(run: peers.Run) -> int:
    chunk = 1
    while _timed(run, chunk) < ENOUGH:
        chunk *= 2
    _timed(run, chunk)  # a scan was compiled for this number just now
    return chunk


if __name__ == "__main__":
    assert sys.argv[2] in WORKS, f"no work {sys.argv[2]!r}"
    main(*sys.argv[1:])
