"""One engine and one workload in a process of its own: ``python -m tests.benchmarks.worker``.

Vocabulary: the *coordinator* (:mod:`tests.benchmarks.rounds`) writes a line for each round that it
wants; the worker runs the workload once and answers with the seconds of processor time it took,
which do not count the turns of other programs. The garbage collector is on, as in a user's program.
To a line that says "gradients" it answers with the gradients that the last round left behind.
"""

from __future__ import annotations

import json
import os
import sys
import time

from tests.benchmarks.engines import ENGINES
from tests.benchmarks.workloads import WORKLOADS

DEPTH = 100_000
"""The recursion limit. Peers that recurse get past their workloads with it; depth is a table."""


def pin(core: int) -> None:
    """Keep this process on one core, where the system allows it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def main(engine: str, workload: str, size: str, core: str) -> None:
    pin(int(core))
    sys.setrecursionlimit(DEPTH)
    step, variables = WORKLOADS[workload].prepare(ENGINES[engine].load(), int(size))
    for line in sys.stdin:
        if line == "gradients\n":
            answer = json.dumps([float(x.grad) for x in variables])
        else:
            began = time.process_time()
            step()
            answer = repr(time.process_time() - began)
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
