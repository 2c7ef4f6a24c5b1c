"""The tier "jax" beside hand-written JAX: ``python -m tests.benchmarks.compiled.in_jax``.

Both make the same steps on one thread, in interleaved rounds (:mod:`worker`). The peer is one
jitted step with donated buffers, all dispatched ahead, as the tier does it. *First step* is the
processor time from nothing but imports to the first cost: tracing, comparing, compiling.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks import results
from tests.benchmarks.__main__ import say
from tests.benchmarks.compiled.measure import MODULE, ONE_THREAD, _facts, refuse_different
from tests.benchmarks.compiled.peers import AHEAD, IN_JAX
from tests.benchmarks.compiled.with_jax import ONE_THREAD as XLA_FLAGS
from tests.benchmarks.compiled.works import EVERY, RNN
from tests.benchmarks.options import parser
from tests.benchmarks.rounds import Worker, in_turns

FOLDER = Path(__file__).parent / "results"
ROUNDS = 15
COMPILING = 3
"""The first step is timed in so many processes, and the least is taken."""

SPENT = {"XLA_FLAGS": XLA_FLAGS, "JAX_PLATFORMS": "cpu", **ONE_THREAD}


def measured(work: str, rounds: int, core: int) -> dict[str, Any]:
    """The medians of a step, the ratio within the rounds, and the first steps."""
    first: dict[str, list[float]] = {IN_JAX: [], AHEAD: []}
    for k in range(COMPILING if rounds > 3 else 1):
        workers = {name: Worker(MODULE, name, work, str(core), **SPENT) for name in first}
        facts = {name: _facts(worker) for name, worker in workers.items()}
        refuse_different(work, facts)
        for name, fact in facts.items():
            first[name].append(fact["first"])
        timings = in_turns(workers, rounds if k == 0 else 0)
        if k == 0:
            kept = timings
    ours, theirs = kept[IN_JAX], kept[AHEAD]
    for timing in (ours, theirs):
        assert timing.seconds, timing.failure
    return {
        "step": (ours.median, theirs.median),
        "ratio": statistics.median(
            a / b for a, b in zip(ours.seconds, theirs.seconds, strict=False)
        ),
        "first": (min(first[IN_JAX]), min(first[AHEAD])),
    }


def row(work: str, found: dict[str, Any]) -> str:
    """A line of the table."""
    ours, theirs = found["step"]
    first, hand = found["first"]
    aim = 1.15 if work == RNN else 1.1
    return (
        f"| {EVERY[work].title} | {ours * 1e6:,.1f} µs | {theirs * 1e6:,.1f} µs "
        f"| {found['ratio']:.2f}× | {aim:.2f}× | {first:.2f} s | {hand:.2f} s "
        f"| {first / hand:.2f}× |"
    )


def main() -> None:
    """Measure, and write results/jax.md."""
    given = parser("tests.benchmarks.compiled.in_jax", FOLDER).parse_args()
    lines = []
    for work in EVERY:
        lines.append(row(work, measured(work, 2 if given.quick else ROUNDS, given.core)))
        say(lines[-1])
    machine = results.machine(given.core)
    page = f"""# The tier "jax" beside hand-written JAX

Measured {given.date}. Processor: {machine["processor"]}. Python {machine["python"]}, one thread,
{ROUNDS} interleaved rounds, processor time; a ratio is the median of those within the rounds. The
first step is the least of {COMPILING} processes.

| work | step | by hand | ratio | to reach | first step | by hand | ratio |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""
    text = page + "\n".join(lines) + "\n"
    if given.quick:
        sys.stdout.write(text)
    else:
        (given.out / "jax.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
