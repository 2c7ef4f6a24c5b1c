"""The results as a page of tables: what was measured, how, and where this project loses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.benchmarks.engines import OURS
from tests.benchmarks.importing import NOTHING
from tests.benchmarks.results import Results, reference

HOW = """\
Every engine runs in a process of its own, pinned to one core. In each round every engine runs the
workload once, in turn; two rounds warm up. Times are processor time, the garbage collector is on.
The spread is the distance between the quartiles of the rounds as a part of the median."""


def page(results: Results, date: str) -> str:
    """The whole page in Markdown."""
    parts = ["# Benchmarks", *_heading(results["machine"], date), HOW]
    for name, measured in results["workloads"].items():
        parts += [f"## {name}: {measured['title']}", workload(name, measured)]
    parts += ["## Memory per operation after the forward pass", _memory(results["memory"])]
    parts += ["## Depth: a chain, built and differentiated", _depth(results["depth"])]
    parts += ["## Import", _imports(results["imports"])]
    if results["drawing"]:
        parts += ["## Drawing: the DOT text, everything shown", _drawing(results["drawing"])]
    parts += ["## Where this project loses", _losses(results["workloads"])]
    return "\n\n".join(parts) + "\n"


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose first column is text and whose others are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _heading(machine: Results, date: str) -> list[str]:
    engines = [
        f"{name} {engine['version'] or '(not installed)'}"
        for name, engine in machine["engines"].items()
    ]
    said = [f"Measured {date}." if date else "", f"Processor: {machine['processor']}."]
    said += [f"Python {machine['python']} ({machine['built with']}), {machine['system']}."]
    return [" ".join(filter(None, said)), f"Engines: {', '.join(engines)}."]


def workload(name: str, workload: Results) -> str:
    unit = reference(name)
    rows = []
    for engine, row in _fastest_first(workload["engines"]):
        if "failure" in row:
            rows.append([engine, row["failure"], "", "", ""])
            continue
        ratio = f"{row['ratio']:.2f}×" if "ratio" in row else ""
        milliseconds = f"{row['seconds'] * 1e3:.2f} ms"
        rows.append([engine, milliseconds, f"{row['spread']:.0%}", ratio, str(row["rounds"])])
    return grid(["engine", "median", "spread", f"{unit} ÷ engine", "rounds"], rows)


def _fastest_first(rows: Results) -> list[tuple[str, Any]]:
    return sorted(rows.items(), key=lambda item: item[1].get("seconds", float("inf")))


def _memory(memory: Results) -> str:
    rows = []
    for engine, row in memory.items():
        size, seen = max(row["tracemalloc"].items(), key=lambda item: int(item[0]))
        rows.append([engine, _bytes(seen), _bytes(row.get("resident"))])
    head = ["engine", "Python's allocator", "growth of the process"]
    note = (
        f"Python's allocator (tracemalloc): W1 with {int(size):,} operations; what C++ allocates "
        "for itself is not in it. Growth of the process: a chain."
    )
    return note + "\n\n" + grid(head, rows)


def _bytes(given: Any) -> str:
    return given or "–" if not isinstance(given, float) else f"{given:.0f} bytes"


def _depth(depth: Results) -> str:
    sizes = sorted({int(size) for row in depth.values() for size in row})
    rows = [[engine, *[_chain(row.get(str(n)), n) for n in sizes]] for engine, row in depth.items()]
    note = "Microseconds per operation, build and backward (and freeing)."
    return note + "\n\n" + grid(["engine", *[f"{n:,}" for n in sizes]], rows)


def _chain(answer: Any, size: int) -> str:
    if answer is None:
        return ""
    if "failure" in answer:
        return str(answer["failure"])
    return f"{answer['pass'] / size * 1e6:.2f} ({answer['free'] / size * 1e6:.2f})"


def _imports(imports: Results) -> str:
    nothing = imports[NOTHING]["least"]
    rows = [
        [
            name,
            f"{row['least']:.1f} ms",
            f"{row['median']:.1f} ms",
            f"{row['least'] - nothing:.1f} ms",
        ]
        for name, row in imports.items()
    ]
    inside = imports[OURS]["inside"]
    note = f"The time of a process. Python itself counts {inside:.1f} ms for `import {OURS}`."
    return note + "\n\n" + grid(["process", "least", "median", "least − nothing"], rows)


def _drawing(drawing: Results) -> str:
    rows = [
        [f"{int(size):,}", answer["failure"], ""]
        if "failure" in answer
        else [
            f"{int(size):,}",
            f"{answer['seconds'] * 1e3:.1f} ms",
            f"{answer['seconds'] / int(size) * 1e6:.0f} µs",
        ]
        for size, answer in drawing.items()
    ]
    return grid(["operations", "time", "per operation"], rows)


def _losses(workloads: Results) -> str:
    lines = []
    for name, workload in workloads.items():
        mine = workload["engines"][OURS].get("seconds", float("inf"))
        faster = [
            f"{engine} ({mine / row['seconds']:.1f}×)"
            for engine, row in _fastest_first(workload["engines"])
            if row.get("seconds", mine) < mine
        ]
        lines.append(f"- {name}: {', '.join(faster) + ' faster' if faster else 'nowhere'}.")
    return "\n".join(lines)
