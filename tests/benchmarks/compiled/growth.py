"""How cost grows with width, depth and length: each stage of compiling, and a step.

    python -m tests.benchmarks.compiled.growth AXIS SIZE TIER CORE

Vocabulary: *record* runs the scalar code once, eagerly and traced; *group* goes from the recording
to the array program and its derivative; *compile* is the rest until the first step is done, the
comparison with the eager engine and, in the tier "llvm", LLVM's own work included; *step* is one
training step after that. A *node* is one recorded operation. The *limit* is the step's by the
core's measured peak (:mod:`tests.benchmarks.compiled.peak`).
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest import mock

from tests.benchmarks.compiled.measure import ONE_THREAD
from tests.benchmarks.compiled.peers import LLVM, NUMPY, present
from tests.benchmarks.compiled.timing import enough, step
from tests.benchmarks.compiled.works import Perceptron, Transformer, Work
from tests.benchmarks.worker import pin

Results = dict[str, Any]


class Axis(NamedTuple):
    """What grows, and in which sizes."""

    title: str
    label: str
    work: Callable[[int], Work]
    sizes: tuple[int, ...]


def _wide(n: int) -> Work:
    return Perceptron("", (n, n, 10), 64, "softmax", 0.1)


def _deep(n: int) -> Work:
    return Perceptron("", (*(32,) * (n + 1), 10), 64, "softmax", 0.1)


def _long(n: int) -> Work:
    return Transformer("", 1, n)


AXES = {
    "width": Axis(
        "n inputs, n hidden neurons, 10 outputs, batch 64",
        "width n",
        _wide,
        (8, 16, 32, 64, 128, 256, 512),
    ),
    "depth": Axis(
        "n hidden layers of 32 neurons, batch 64", "depth n", _deep, (1, 2, 4, 8, 16, 32, 64)
    ),
    "length": Axis("GPT, documents of n tokens, batch 1", "length n", _long, (4, 8, 16, 32, 64)),
}


def everything(core: int, quick: bool, say: Callable[[str], None]) -> Results:
    """For each axis and tier the seconds of each stage by size."""
    made: Results = {}
    for name, axis in AXES.items():
        rows = {}
        for tier in filter(present, (NUMPY, LLVM)):
            say(f"growth: {name}, {tier}")
            sizes = axis.sizes[:3] if quick else axis.sizes
            rows[tier] = {str(n): _asked(name, n, tier, core) for n in sizes}
        made[name] = {"title": axis.title, "label": axis.label, "tiers": rows}
    return made


def _asked(axis: str, size: int, tier: str, core: int) -> Results:
    """One point, in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, axis, str(size), tier, str(core)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", **ONE_THREAD}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return dict(json.loads(done.stdout))


def point(work: Work, tier: str) -> Results:
    """The stages' seconds for one work, in this process."""
    from tests.benchmarks.compiled import ours, peak

    with _watched() as watch:
        began = time.process_time()
        run = ours.prepare(work, tier.removeprefix("tier "))
        run(1)
        first = time.process_time() - began
    limit = peak.measured().limit(*_needs(work))
    return {
        "nodes": watch["nodes"],
        "record": watch["record"],
        "group": watch["group"],
        "compile": first - watch["record"] - watch["group"],
        "step": step(run, enough(run)),
        "limit": limit,
    }


def _needs(work: Work) -> tuple[float, float]:
    """The least flops and bytes of a step.

    A parameter is read forward and backward, its gradient written, and both read and one written
    in the update; the bytes of the activations are not counted, since they may stay in a cache.
    """
    if isinstance(work, Perceptron):
        return work.flops, 8.0 * 6 * work.numbers
    from tests.benchmarks.compiled import transformer

    return transformer.flops(work), 8.0 * 10 * transformer.numbers(work)


@contextmanager
def _watched() -> Iterator[Results]:
    """A block in which the first run of every stage is timed, and the nodes are counted."""
    from autograd_mini.compiler import pipeline, programs

    found: Results = {"record": 0.0, "group": 0.0, "nodes": 0}

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            began = time.process_time()
            made = function(*given)
            found[stage] += time.process_time() - began
            if stage == "record":
                found["nodes"] = len(made.recording.rows)
            return made

        return run

    stages = {"record": (programs, "trace"), "group": (pipeline, "grouped")}
    with ExitStack() as stack:
        for stage, (module, name) in stages.items():
            stack.enter_context(
                mock.patch.object(module, name, timed(stage, getattr(module, name)))
            )
        yield found


def main(axis: str, size: str, tier: str, core: str) -> None:
    pin(int(core))
    if tier == LLVM:
        importlib.import_module("llvmlite.binding")  # importing is not compiling
    json.dump(point(AXES[axis].work(int(size)), tier), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
