"""The results as a page of tables: what was measured, how, and where this project loses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.benchmarks.engines import BOUND, OURS, PURE
from tests.benchmarks.importing import NOTHING
from tests.benchmarks.results import Results, reference

HOW = """\
Every engine runs in a process of its own, pinned to one core. In each round every engine runs the
workload once, in turn; two rounds warm up. Times are processor time, the garbage collector is on.
The spread is the distance between the quartiles of the rounds as a part of the median. The ratio is
the median of the ratios within each round, which a slow spell of the machine hardly moves.

*slots* is a thirty-line `Value` with stored local gradients (`baseline.py`). *stripped* is what
remains of this project's engine without all that it promises (`stripped.py`): a bound, no peer."""


def page(results: Results, date: str) -> str:
    """The whole page in Markdown."""
    parts = ["# Benchmarks", *_heading(results["machine"], date), HOW]
    for name, measured in results["workloads"].items():
        parts += [f"## {name}: {measured['title']}", workload(name, measured)]
    parts += ["![Time per node against the size of the graph](time.svg)"]
    parts += ["## Memory per operation after the forward pass", _memory(results)]
    parts += ["![Memory per node against the size of the graph](memory.svg)"]
    parts += ["## Depth: a chain, built and differentiated", _depth(results["depth"])]
    parts += ["![Time per operation against the length of a chain](depth.svg)"]
    parts += ["## Import", _imports(results["imports"])]
    if results.get("seeing"):
        parts += ["## Drawing, walking, explaining: the cost of what is shown"]
        parts += [_seeing(SEEING, results["seeing"])]
    if results.get("laid out"):
        parts += ["## Pictures", _seeing(LAID_OUT, results["laid out"])]
    parts += ["## Where this project loses", _losses(results)]
    return "\n\n".join(parts) + "\n"


def summary(results: Results) -> str:
    """The table in the documentation: what was measured here, and beside which engine."""
    rows = []
    for name, measured in results["workloads"].items():
        unit, row = reference(name), measured["engines"][OURS]
        pure = measured["engines"].get(PURE, {}).get("seconds")
        rows.append([f"{name}: {measured['title']}", f"{row['seconds'] * 1e3:.1f} ms"])
        rows[-1].append(f"{pure * 1e3:.1f} ms" if pure else "")
        best, ratio = _quickest_peer(measured["engines"])
        rows[-1] += [f"{row['ratio']:.1f}× {unit}", f"{ratio:.1f}× {best}"]
    memory = {e: _largest(row["tracemalloc"]) for e, row in results["memory"].items()}
    rows.append(["memory per operation after the forward pass", f"{memory[OURS]:.0f} bytes"])
    rows[-1].append(f"{memory[PURE]:.0f} bytes" if PURE in memory else "")
    rows[-1] += [f"{memory['micrograd'] / memory[OURS]:.1f}× micrograd", ""]
    deepest = max(results["depth"][OURS], key=int)
    answer = results["depth"][OURS][deepest]
    rows.append([f"a chain of {int(deepest):,}, built and differentiated"])
    rows[-1] += [f"{answer['pass'] / int(deepest) * 1e6:.2f} µs per operation", "", "", ""]
    imported = f"{results['imports'][OURS]['inside']:.0f} ms"
    rows.append(["`import autograd_mini`", imported, "", "", ""])
    head = ["work", "time", "in Python alone", "against", "against the fastest other"]
    return grid(head, rows)


def _quickest_peer(rows: Results) -> tuple[str, float]:
    """The fastest engine that is not this project, and how many times its time is ours."""
    peers = {e: row for e, row in rows.items() if e not in (OURS, PURE, BOUND)}
    known = {e: row["seconds"] for e, row in peers.items() if "seconds" in row}
    best = min(known, key=known.__getitem__)
    return best, known[best] / rows[OURS]["seconds"]


def _largest(by_size: Results) -> float:
    return float(by_size[max(by_size, key=int)])


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


def _memory(results: Results) -> str:
    rows = []
    for engine, row in results["memory"].items():
        size, seen = max(row["tracemalloc"].items(), key=lambda item: int(item[0]))
        if results["machine"]["engines"][engine]["language"] == "C++":
            seen = "does not see it"
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
    note = "Processor time of a process that imports and ends, its byte code already written. The "
    note += f"statement `import {OURS}` itself takes {inside:.1f} ms."
    return note + "\n\n" + grid(["process", "least", "median", "least − nothing"], rows)


SEEING = """\
This project alone, on random graphs as in W1: the DOT text of the whole picture, the text of all
steps of the walk, the explanation of one derivative (its ten largest paths)."""

LAID_OUT = """\
This project alone: the SVG in each view, with the layout program's time, of a training cost of
2-16-16-1 on so many examples; large graphs are collapsed, and say so."""


def _seeing(note: str, seeing: Results) -> str:
    """One line for each size; linear means that the microseconds per operation stay the same."""
    sizes = sorted({int(size) for answers in seeing.values() for size in answers})
    rows = [
        [f"{n:,}", *[_told(answers.get(str(n)), n) for answers in seeing.values()]] for n in sizes
    ]
    return note + "\n\n" + grid(["operations", *seeing], rows)


def _told(answer: Any, operations: int) -> str:
    if answer is None:
        return ""
    if "failure" in answer:
        return str(answer["failure"])
    return f"{answer['seconds'] * 1e3:.0f} ms ({answer['seconds'] / operations * 1e6:.0f} µs each)"


def _losses(results: Results) -> str:
    """Everything in which another engine is ahead, and by how much."""
    lines = []
    for name, workload in results["workloads"].items():
        times = {e: row.get("seconds") for e, row in workload["engines"].items()}
        lines.append(f"- {name}: {_ahead(times, 'faster')}.")
    grown = {engine: row.get("resident") for engine, row in results["memory"].items()}
    lines.append(f"- Memory: {_ahead(grown, 'smaller')}.")
    for size in results["depth"][OURS]:
        times = {e: row.get(size, {}).get("pass") for e, row in results["depth"].items()}
        lines.append(f"- A chain of {int(size):,}: {_ahead(times, 'faster')}.")
    started = {e: row["least"] for e, row in results["imports"].items() if e != NOTHING}
    lines.append(f"- Import: {_ahead(started, 'sooner there')}.")
    return "\n".join(lines)


def _ahead(costs: dict[str, float | None], better: str) -> str:
    mine = costs[OURS]
    if mine is None:
        return "nothing to compare"
    peers = {engine: cost for engine, cost in costs.items() if engine != BOUND}
    known = {engine: cost for engine, cost in peers.items() if cost is not None and cost < mine}
    ahead = [f"{e} ({mine / known[e]:.1f}×)" for e in sorted(known, key=known.__getitem__)]
    return f"{', '.join(ahead)} {better}" if ahead else "nobody is ahead"
