"""One contestant and one work in a process of its own, pinned to one core, on one thread.

    python -m tests.benchmarks.compiled.worker CONTESTANT WORK CORE

To each line "once" the worker answers with the seconds of a step (:mod:`timing`); to "facts" with
what a call for one step takes, how long the first one took, compilation included, and the costs of
the first steps, which are the same for all contestants.
"""

from __future__ import annotations

import importlib
import json
import sys
import time

from tests.benchmarks.compiled import peers
from tests.benchmarks.compiled.timing import enough, step, timed
from tests.benchmarks.compiled.works import EVERY
from tests.benchmarks.worker import DEPTH, pin

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
    chunk = enough(run)
    call = min(timed(run, 1) for _ in range(FIRST_STEPS))
    for line in sys.stdin:
        if line == "facts\n":
            answer = json.dumps({"first": first, "costs": costs, "chunk": chunk, "call": call})
        else:
            answer = repr(step(run, chunk))
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    assert sys.argv[2] in EVERY, f"no work {sys.argv[2]!r}"
    main(*sys.argv[1:])
