"""Everything that is measured, gathered into one dictionary that is written as JSON.

Vocabulary: a *section* is one entry of it: ``workloads``, ``sizes`` (W1 at growing sizes),
``memory``, ``depth``, ``imports``, ``seeing``; ``machine`` says where and with what.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks import importing, probes
from tests.benchmarks.engines import ENGINES, OURS, Engine, installed
from tests.benchmarks.rounds import Timing, interleaved
from tests.benchmarks.workloads import WORKLOADS

Results = dict[str, Any]
Say = Callable[[str], None]

REFERENCES = {"W3": "slots"}
"""The engine whose time is 1 in a workload's ratios; micrograd where none is named."""


SEEING = ("drawing", "walking", "explaining")
"""What turns a graph into text, everything shown."""

VIEWS = ("expanded", "compact", "network")
"""The pictures, laid out."""


class Plan(NamedTuple):
    """How much is measured: a look, or the table that is published."""

    rounds: int
    small: bool
    sizes: tuple[int, ...]
    memory: tuple[int, ...]
    chains: tuple[int, ...]
    resident: int
    starts: int
    pictures: tuple[int, ...]
    laid_out: tuple[int, ...]


FULL = Plan(
    rounds=15,
    small=False,
    sizes=(100, 1_000, 10_000, 100_000),
    memory=(100, 1_000, 10_000, 100_000),
    chains=(1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    resident=200_000,
    starts=15,
    pictures=(100, 300, 1_000, 3_000, 10_000),
    laid_out=(100, 1_000, 10_000, 100_000),
)
QUICK = Plan(
    rounds=5,
    small=True,
    sizes=(100, 1_000),
    memory=(100, 1_000),
    chains=(1_000, 10_000),
    resident=20_000,
    starts=3,
    pictures=(100, 300),
    laid_out=(100,),
)


def reference(workload: str) -> str:
    """The engine whose time is 1."""
    return REFERENCES.get(workload, "micrograd")


def machine(core: int) -> Results:
    """Processor, system, Python, and the version of every engine ("" where it is absent)."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "pinned to core": core if hasattr(os, "sched_setaffinity") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "built with": _build(),
        "engines": {
            engine.name: {"version": engine.version, "language": engine.language}
            for engine in ENGINES.values()
        },
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _build() -> str:
    """Whether Python was compiled with profile-guided and link-time optimisation."""
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    found = [o for o in ("--enable-optimizations", "--with-lto") if o in options]
    return f"{platform.python_compiler()} {' '.join(found)}".strip()


def workloads(plan: Plan, core: int, say: Say) -> Results:
    """The interleaved workloads at their full size."""
    made: Results = {}
    for name, workload in WORKLOADS.items():
        engines = [engine for engine in installed() if workload.suits(engine)]
        say(f"{name}: {', '.join(engine.name for engine in engines)}")
        size = workload.small if plan.small else workload.size
        timings = interleaved(engines, name, size, plan.rounds, core)
        rows = _rows(timings, reference(name))
        for engine in ENGINES.values():
            if engine.name not in rows:
                missing = engine.version and not workload.suits(engine)
                rows[engine.name] = {"failure": _lacks(name) if missing else "not installed"}
        made[name] = {"title": workload.title, "size": size, "unit": workload.unit, "engines": rows}
    return made


def _lacks(name: str) -> str:
    return {"W2": "has no network of scalars", "W3": "has no exp and log"}.get(name, "cannot do it")


def _rows(timings: dict[str, Timing], unit: str) -> Results:
    base = timings.get(unit)
    rows: Results = {}
    for name, timing in timings.items():
        if not timing.seconds or timing.failure:
            rows[name] = {"failure": timing.failure or "no round was finished"}
            continue
        rows[name] = {
            "seconds": timing.median,
            "spread": timing.spread,
            "rounds": len(timing.seconds),
        }
        if base is not None and base.seconds:
            pairs = zip(base.seconds, timing.seconds, strict=False)
            rows[name]["ratio"] = statistics.median(b / t for b, t in pairs)
    return rows


def sizes(plan: Plan, core: int, say: Say) -> Results:
    """W1 at growing sizes: seconds per operation."""
    made: Results = {}
    engines = [engine for engine in installed() if WORKLOADS["W1"].suits(engine)]
    for size in plan.sizes:
        say(f"time per node, {size} nodes")
        rounds = max(3, plan.rounds * 1_000 // max(size, 1_000))
        for name, timing in interleaved(engines, "W1", size, rounds, core).items():
            if timing.seconds and not timing.failure:
                made.setdefault(name, {})[str(size)] = timing.median / size
    return made


def memory(plan: Plan, core: int, say: Say) -> Results:
    """Bytes per operation after the forward pass, by tracemalloc and by the process's size."""
    made: Results = {}
    for engine in installed():
        say(f"memory: {engine.name}")
        row: Results = {"tracemalloc": {}}
        for size in plan.memory:
            answer = probes.ask("memory", engine.name, size, core)
            row["tracemalloc"][str(size)] = answer.get("bytes", answer.get("failure"))
        if probes.STATUS.exists():
            answers = [
                probes.ask("resident", engine.name, plan.resident, core).get("bytes")
                for _ in range(3)
            ]
            found = [answer for answer in answers if answer is not None]
            row["resident"] = statistics.median(found) if found else None
        made[engine.name] = row
    return made


def depth(plan: Plan, core: int, say: Say) -> Results:
    """Chains of growing length, until the first that fails."""
    made: Results = {}
    for engine in installed():
        say(f"depth: {engine.name}")
        row = made.setdefault(engine.name, {})
        for size in plan.chains:
            answer = probes.ask("depth", engine.name, size, core)
            row[str(size)] = answer
            if "failure" in answer:
                break
    return made


def imports(plan: Plan, say: Say) -> Results:
    """Milliseconds of a process that imports the library and ends."""
    say("imports")
    names = [e.name for e in installed() if e.name in importing.MODULES]
    return dict(importing.measure(names, plan.starts))


def seeing(kinds: Sequence[str], counts: Sequence[int], core: int, say: Say) -> Results:
    """Seconds to draw, to walk or to explain a graph of so many operations."""
    made: Results = {}
    for kind in kinds:
        say(kind)
        made[kind] = {str(size): probes.ask(kind, OURS, size, core) for size in counts}
    return made


def everything(plan: Plan, core: int, say: Say) -> Results:
    """All sections."""
    return {
        "machine": machine(core),
        "workloads": workloads(plan, core, say),
        "sizes": sizes(plan, core, say),
        "memory": memory(plan, core, say),
        "depth": depth(plan, core, say),
        "imports": imports(plan, say),
        "seeing": seeing(SEEING, plan.pictures, core, say),
        "laid out": seeing(VIEWS, plan.laid_out, core, say),
    }


def absent() -> list[Engine]:
    """The peers that are not installed."""
    return [engine for engine in ENGINES.values() if not engine.version]


def command() -> str:
    """How this run was started, for the record."""
    return " ".join(["python", "-m", "tests.benchmarks", *sys.argv[1:]])
