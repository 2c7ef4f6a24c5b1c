"""Interleaved rounds: every engine in its own pinned process, one after the other, again and again.

Vocabulary: in one *round* each engine runs the workload once, in turn, so a slow spell of the
machine hits all alike. The first rounds warm up and are dropped. An engine that has used up its
*allowance* of seconds sits out the remaining rounds.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from typing import NamedTuple

from tests.benchmarks.engines import ENVIRONMENT, Engine

MODULE = "tests.benchmarks.worker"
WARM_UP = 2
ALLOWANCE = 15.0


class Timing(NamedTuple):
    """The seconds of every round, or why there are none."""

    seconds: tuple[float, ...]
    failure: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """The distance between the quartiles, as a part of the median."""
        if len(self.seconds) < 2:
            return 0.0
        low, _, high = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return (high - low) / self.median


class Worker:
    """The process of one engine.

    Args:
        module: what runs in it: it answers each line on standard input with seconds.
        words: its arguments.
        environment: added to that of this process.
    """

    def __init__(self, module: str, *words: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": "0", **environment},
            text=True,
        )
        self.seconds: list[float] = []
        self.failure = ""

    def round(self) -> None:
        """Run the workload once; what goes wrong is kept as the last line of the error."""
        if self.failure or sum(self.seconds) > ALLOWANCE:
            return
        try:
            self.seconds.append(float(self.answer("once")))
        except (ValueError, BrokenPipeError):
            assert self.process.stderr is not None
            said = self.process.stderr.read().strip().splitlines() or ["no message"]
            self.failure = f"{said[-1]} (exit code {self.process.wait()})"

    def gradients(self) -> list[float]:
        """The gradients that the last round left behind."""
        found: list[float] = json.loads(self.answer("gradients"))
        return found

    def answer(self, line: str) -> str:
        """What the process says to a line."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def close(self) -> Timing:
        """End the process."""
        self.process.kill()
        self.process.communicate()
        return Timing(tuple(self.seconds[WARM_UP:] or self.seconds), self.failure)


def interleaved(
    engines: list[Engine], workload: str, size: int, rounds: int, core: int
) -> dict[str, Timing]:
    """Measure the engines side by side."""
    words = (workload, str(size), str(core))
    workers = {
        name: Worker(MODULE, name, *words, **ENVIRONMENT.get(name, {}))
        for name in (engine.name for engine in engines)
    }
    return in_turns(workers, rounds)


def in_turns(workers: dict[str, Worker], rounds: int) -> dict[str, Timing]:
    """Let every worker run once in each round; the processes end with it."""
    try:
        for _ in range(rounds + WARM_UP):
            for worker in workers.values():
                worker.round()
    finally:
        timings = {name: worker.close() for name, worker in workers.items()}
    return timings
