"""What is measured once in a process of its own: memory, depth, drawing, walking, explaining.

Vocabulary: a *probe* is ``python -m tests.benchmarks.probes KIND ENGINE SIZE CORE``; it prints one
JSON object. A probe that dies (of recursion, of memory, of a signal) is an answer too, which
:func:`ask` turns into words.

- *memory*: bytes per operation that Python's allocator has handed out for a graph after the forward
  pass (tracemalloc). What C and C++ allocate for themselves is not seen by it.
- *resident*: bytes per operation by which the process has grown for a long chain, whoever allocated
  them (Linux).
- *depth*: seconds to build a long chain and go backward through it, and seconds until it is freed,
  under Python's own recursion limit.
- *drawing*: seconds for the DOT text of a graph, everything shown.
- *expanded*, *compact*, *network*: seconds for the picture in that view, layout included and large
  graphs collapsed, of a training cost of the network 2-16-16-1 on as many examples as make the
  operations.
- *walking*: seconds for all steps of its walk, with their text.
- *explaining*: seconds for the explanation of its derivative with respect to one leaf, as text.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import programs
from tests.benchmarks.engines import ENGINES, ENVIRONMENT, Cost, Kit
from tests.benchmarks.worker import DEPTH, pin

STATUS = Path("/proc/self/statm")
LEAST = 300_000
"""Operations in all chains of one length together, at least."""

OPERATIONS = 70
"""In one example through 2-16-16-1: a sum and a ReLU for each neuron, and the loss."""

TIME_LIMIT = 40
"""Seconds of processor time; on a crowded machine that may be ten times as long by the clock."""

Answer = dict[str, Any]


def _grown(kit: Kit, cost: Cost, variables: list[Any], meter: Callable[[], int]) -> int:
    """How much the meter rises while the program runs forward."""
    readings: list[int] = []

    def metered(nodes: Sequence[Any]) -> Any:
        readings.append(meter())
        root = cost(nodes)
        readings.append(meter())
        return root

    kit.forward(metered, variables)
    return readings[1] - readings[0]


def memory(kit: Kit, operations: int) -> Answer:
    sys.setrecursionlimit(DEPTH)
    program = programs.for_kit(kit, programs.random_program(operations))
    variables = kit.parameters(programs.inputs(operations))
    gc.collect()
    tracemalloc.start()
    grown = _grown(
        kit,
        lambda nodes: programs.run(program, nodes),
        variables,
        lambda: tracemalloc.get_traced_memory()[0],
    )
    return {"bytes": grown / operations}


def resident(kit: Kit, operations: int) -> Answer:
    sys.setrecursionlimit(DEPTH)
    page = os.sysconf("SC_PAGE_SIZE")
    variables = kit.parameters([1.0])
    gc.collect()
    grown = _grown(
        kit,
        lambda nodes: _chain(kit, nodes[0], operations),
        variables,
        lambda: page * int(STATUS.read_text().split()[1]),
    )
    return {"bytes": grown / operations}


def _chain(kit: Kit, x: Any, operations: int) -> Any:
    """Multiplications by a number and additions of the variable, in turn."""
    half = kit.number(0.5)
    z = x
    for _ in range(operations // 2):
        z = z * half + x
    return z


def depth(kit: Kit, operations: int) -> Answer:
    """The mean of several chains where one is too short for the clock, which ticks in 4 ms."""
    variables = kit.parameters([1.0])
    repeats = max(1, LEAST // operations)
    passing = freeing = 0.0
    for _ in range(repeats):
        kit.forget(variables)
        began = time.process_time()
        root = kit.pass_(lambda nodes: _chain(kit, nodes[0], operations), variables)
        passed = time.process_time()
        assert abs(float(variables[0].grad) - 2.0) < 0.1, "the gradient of the chain is 2"
        del root
        passing += passed - began
        freeing += time.process_time() - passed
    return {"pass": passing / repeats, "free": freeing / repeats}


def _told(kit: Kit, operations: int, tell: Callable[[Any, Any], str]) -> Answer:
    """Seconds to turn a random graph into text, and how much text; a small one warms up first."""
    for size in (10, operations):
        leaves = kit.parameters(programs.inputs(size))
        root = programs.run(programs.random_program(size), leaves)
        root.backward()
        began = time.process_time()
        text = tell(root, leaves[0])
        taken = time.process_time() - began
    return {"seconds": taken, "bytes": len(text)}


def drawing(kit: Kit, operations: int) -> Answer:
    from autograd_mini import draw

    return _told(kit, operations, lambda root, _: draw(root, max_nodes=10**9).dot)


def _picture(view: str) -> Callable[[Kit, int], Answer]:
    def probe(kit: Kit, operations: int) -> Answer:
        from autograd_mini import Value, draw, losses

        model = kit.mlp(2, [16, 16, 1])
        examples = max(1, operations // OPERATIONS)
        draw(Value(1.0)).svg  # noqa: B018 (the first picture imports what all need)
        cost = losses.mse([model([0.5, i]) for i in range(examples)], [1.0] * examples)
        began = _spent()
        svg = draw(cost, view=view).svg
        return {"seconds": _spent() - began, "bytes": len(svg)}

    return probe


def _spent() -> float:
    """Processor seconds of this process and of the layout program."""
    uses = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def walking(kit: Kit, operations: int) -> Answer:
    from autograd_mini import walk

    return _told(kit, operations, lambda root, _: str(walk(root, max_steps=10**9)))


def explaining(kit: Kit, operations: int) -> Answer:
    from autograd_mini import explain

    return _told(kit, operations, lambda root, leaf: explain(root, wrt=leaf).text)


KINDS: dict[str, Callable[[Kit, int], Answer]] = {
    "memory": memory,
    "resident": resident,
    "depth": depth,
    "drawing": drawing,
    "expanded": _picture("expanded"),
    "compact": _picture("compact"),
    "network": _picture("network"),
    "walking": walking,
    "explaining": explaining,
}


def ask(kind: str, engine: str, size: int, core: int) -> Answer:
    """The probe's answer, or ``{"failure": …}``."""
    command = [sys.executable, "-m", "tests.benchmarks.probes", kind, engine, str(size), str(core)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": "0", **ENVIRONMENT.get(engine, {})},
            text=True,
            timeout=10 * TIME_LIMIT,
        )
    except subprocess.TimeoutExpired:
        return {"failure": f"not done after {10 * TIME_LIMIT} s"}
    if done.returncode == -signal.SIGXCPU:
        return {"failure": f"not done after {TIME_LIMIT} s"}
    if done.returncode < 0:
        return {"failure": signal.Signals(-done.returncode).name}
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        return {"failure": said[-1].split(":")[0]}
    answer: Answer = json.loads(done.stdout)
    return answer


def main(kind: str, engine: str, size: str, core: str) -> None:
    pin(int(core))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT + 5))
    answer = KINDS[kind](ENGINES[engine].load(), int(size))
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)  # what is left need not be freed; not every engine survives freeing a long chain


if __name__ == "__main__":
    main(*sys.argv[1:])
