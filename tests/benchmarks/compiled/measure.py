"""All contestants on all works, in interleaved rounds, gathered for JSON and the tables."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable
from typing import Any

from tests.benchmarks.compiled.peers import NEEDS, PAIRS, WHO, present
from tests.benchmarks.compiled.works import WORKS
from tests.benchmarks.rounds import Timing, Worker, in_turns

MODULE = "tests.benchmarks.compiled.worker"
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
SAME = 1e-9
"""How far the costs of the first steps may differ, relatively: everybody computes the same."""


def works(rounds: int, core: int, say: Callable[[str], None]) -> dict[str, Any]:
    """For each work the rows of its contestants and the ratios within the rounds."""
    made: dict[str, Any] = {}
    for work, contestants in WHO.items():
        here = [name for name in contestants if present(name)]
        say(f"{work}: {', '.join(here)}")
        facts, timings = _measured(work, here, rounds, core)
        rows: dict[str, Any] = {
            name: {"failure": f"needs {' and '.join(NEEDS[name])}"}
            for name in contestants
            if name not in here
        }
        rows |= {name: _row(timings[name], facts[name]) for name in here}
        refuse_different(work, rows)
        made[work] = {
            "title": WORKS[work].title,
            "contestants": {name: rows[name] for name in contestants},
            "ratios": _ratios(work, timings),
        }
    return made


def _measured(
    work: str, names: list[str], rounds: int, core: int
) -> tuple[dict[str, Any], dict[str, Timing]]:
    workers = {name: Worker(MODULE, name, work, str(core), **ONE_THREAD) for name in names}
    facts = {name: _facts(worker) for name, worker in workers.items()}
    return facts, in_turns(workers, rounds)


def _facts(worker: Worker) -> dict[str, Any]:
    """What the worker knows of its beginning; nothing if it failed, which its rounds will tell."""
    try:
        return dict(json.loads(worker.answer("facts")))
    except (ValueError, BrokenPipeError):
        return {}


def _row(timing: Timing, facts: dict[str, Any]) -> dict[str, Any]:
    if timing.failure or not timing.seconds:
        return {"failure": timing.failure or "no round was finished"}
    return {
        "seconds": timing.median,
        "spread": timing.spread,
        "rounds": len(timing.seconds),
        **facts,
    }


def refuse_different(work: str, rows: dict[str, Any]) -> None:
    """Raise unless all contestants report the same costs for the first steps.

    Raises:
        AssertionError: naming who differs; what is compared would not be the same work.
    """
    costs = {name: row["costs"] for name, row in rows.items() if "costs" in row}
    for name, found in costs.items():
        reference = next(iter(costs.values()))
        same = all(math.isclose(x, y, rel_tol=SAME) for x, y in zip(found, reference, strict=True))
        assert same, f"{work}: {name} has the costs {found}, others {reference}"


def _ratios(work: str, timings: dict[str, Timing]) -> list[dict[str, Any]]:
    """The median of the ratios within each round, for the pairs that are published."""
    made = []
    for pair in PAIRS:
        if pair.work != work or pair.tier not in timings or pair.peer not in timings:
            continue
        ours, theirs = timings[pair.tier].seconds, timings[pair.peer].seconds
        if ours and theirs:
            rounds = zip(theirs, ours, strict=False)
            ratio = statistics.median(theirs / ours for theirs, ours in rounds)
            made.append({"tier": pair.tier, "peer": pair.peer, "aim": pair.aim, "ratio": ratio})
    return made
