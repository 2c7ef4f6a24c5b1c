"""How long ``import`` takes, in fresh processes, one library after the other, round by round."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time

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
    counts for the import (``-X importtime``), the least of the rounds.
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


def _process(program: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return time.perf_counter() - began


def _inside() -> float:
    """The milliseconds that Python counts for ``import autograd_mini`` with all it imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import autograd_mini"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    found = re.search(r"\| +(\d+) \| autograd_mini$", done.stderr, re.MULTILINE)
    assert found is not None, "-X importtime lists every module"
    return int(found[1]) / 1e3
