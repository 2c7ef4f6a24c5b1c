"""The tests in JAX on an accelerator, and a table: ``python -m tests.accelerator``.

Where ``nvidia-smi`` answers, or JAX finds another accelerator, the tests of ``tests/compiler/jax``
run there (without those that need eight devices or two processes, and without JAX's own numbers at
the edges of the double's range, which differ from device to device); then for each precision the
step of a network is timed beside hand-written JAX, and its gradient compared with the eager
engine's. Without an accelerator it says so, and does the same on the processor.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from typing import Any

TESTS = ["test_programs.py", "test_training.py", "test_functions.py"]
STEPS, ROUNDS = 200, 9
WORKS = ("784-128-10", "GPT, batch 32")


def device() -> str:
    """The accelerator's name, or that there is none."""
    found = shutil.which("nvidia-smi")
    if found is None:
        return "no accelerator: the processor"
    asked = [found, "--query-gpu=name", "--format=csv,noheader"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    name = answer.stdout.strip().split("\n")[0]
    return name if answer.returncode == 0 and name else "no accelerator: the processor"


def row(name: str, dtype: str, steps: int) -> str:
    """A line of the table: the step, its ratio to hand-written JAX, and the gradient's error."""
    import jax

    from autograd_mini import compile
    from tests.benchmarks.compiled import ours, with_jax
    from tests.benchmarks.compiled.works import WORKS as ALL

    params, cost, examples, optimiser = ours.program(ALL[name])
    _, exact = compile(cost, params, "numpy")(*examples)
    compiled = compile(cost, params, "jax", dtype=dtype)
    _, found = compiled(*examples)
    error = max(abs(a - b) for a, b in zip(exact, found, strict=True)) / max(map(abs, exact))

    def train(count: int) -> float:
        return compiled.train(optimiser, *examples, steps=count)[-1]

    with jax.enable_x64(dtype == "float64"):  # by hand bfloat16 is float32 too
        by_hand = with_jax.stepping(jax, ALL[name], "ahead")
        seconds = [(_step(train, steps), _step(by_hand, steps)) for _ in range(ROUNDS)][1:]
    mine = statistics.median(a for a, _ in seconds)
    ratio = statistics.median(a / b for a, b in seconds)
    assert compiled.tier == "jax"
    return f"| {name} | {dtype} | {mine * 1e6:,.0f} µs | {ratio:.2f}× | {error:.1e} |"


def _step(run: Any, steps: int) -> float:
    run(1)
    began = time.perf_counter()
    run(1)
    once = time.perf_counter()
    run(steps + 1)
    return (time.perf_counter() - once - (once - began)) / steps


def main() -> int:
    """Run the tests, then write the table to standard output."""
    name = device()
    sys.stdout.write(f"{name}\n")
    environment = dict(os.environ)
    if not name.startswith("no accelerator"):
        environment["JAX_PLATFORMS"] = "cuda,cpu"
    tests = [f"tests/compiler/jax/{file}" for file in TESTS]
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        env=environment,
        check=False,
    ).returncode
    lines = ["| work | precision | step | beside JAX by hand | error of the gradient |"]
    lines += ["| --- | --- | ---: | ---: | ---: |"]
    steps = STEPS if not name.startswith("no accelerator") else 20
    for work in WORKS:
        for dtype in ("float64", "float32", "bfloat16"):
            lines.append(row(work, dtype, steps))
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
