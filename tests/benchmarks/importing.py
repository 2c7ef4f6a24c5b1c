"""How long ``import`` takes, in fresh processes, one library after the other, round by round.

Times are processor time. Each process may write its byte code, and the first one of each does not
count: so what is measured is a library that has been imported before.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys

MODULES = {
    "autograd_mini": "autograd_mini",
    "micrograd": "micrograd.engine",
    "scalargrad": "scalargrad",
    "propgrad": "propgrad",
    "minigrad": "minigrad.engine",
    "nanograd": "nanograd_bgriebel",
    "PyTorch": "torch",
    "HIPS autograd": "autograd",
}
NOTHING = "python -c pass"
PATIENCE = 4.0


def measure(names: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """For each name the least and the median milliseconds of the whole process.

    One that takes long is started fewer times. For this project, ``inside`` is what Python itself
    takes for the statement itself, the least of the rounds.
    """
    programs = {NOTHING: "pass", **{name: f"import {MODULES[name]}" for name in names}}
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds + 1):
        for name, program in programs.items():
            if sum(seconds[name]) < PATIENCE:
                seconds[name].append(_process(program))
    made = {
        name: {"least": min(times) * 1e3, "median": statistics.median(times) * 1e3}
        for name, times in ((name, times[1:] or times) for name, times in seconds.items())
    }
    if "autograd_mini" in made:
        made["autograd_mini"]["inside"] = min(_inside() for _ in range(rounds))
    return made


def _run(program: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return done.stdout


def _process(program: str) -> float:
    """Seconds of processor time of a whole process, its own and the system's."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(program)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


INSIDE = (
    "import time; t = time.process_time(); import autograd_mini; print(time.process_time() - t)"
)


def _inside() -> float:
    """The milliseconds of the statement ``import autograd_mini`` with all that it imports."""
    return float(_run(INSIDE)) * 1e3
