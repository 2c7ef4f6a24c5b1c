"""The compiled works as a page of tables."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.table import grid

SHOWN = ("jax.jit", "jax lax.scan", "NumPy by hand", "PyTorch eager", "micrograd", "slots")
"""The peers in the documentation, each with how many times as long it takes."""

HOW = """\
Every contestant runs in a process of its own, pinned to one core, on one thread, in double
precision. In each round every contestant makes a chunk of training steps (about a tenth of a
second), in turn; what a call for one step costs is taken off and shown by itself. A step is the
whole of it: the batch forward, the cost, its gradient, the update of every parameter. Times are
processor time, medians over the rounds; a ratio is the median of the ratios within each round. All
contestants begin with the same numbers, and the run stops unless their first four costs agree to
1e-9.

The tiers are this project: scalar code, neurons written out as sums of products, given to `compile`
and trained with `compiled.train`, which returns every cost. *jax.jit* is one jitted step with
donated buffers, its cost read after every step; *ahead* dispatches all steps and waits at the end;
*lax.scan* puts the loop itself into the program. *NumPy by hand* writes every result into a place
made beforehand. *Slots* is a `Value` of thirty lines in the manner of microGPT. *First step* is the
processor time from nothing but imports to the first cost: tracing and compiling."""

GROWTH = """\
*Record* runs the scalar code once; *group* finds the matrix products and differentiates the array
program; *compile* is the rest until the first step is done: generating code, LLVM's own work in
that tier, and the comparison with the eager engine. *Per node* is record and group together. The
*limit* is what the step's matrix products and parameters need at the core's measured peak; the
element-wise work between them is not in it."""


def page(results: dict[str, Any]) -> str:
    """The whole page in Markdown."""
    machine = results["machine"]
    parts = [
        "# Compiled scalar code",
        f"Measured {results['date']}. Processor: {machine['processor']}, {machine['features']}. "
        f"Python {machine['python']}, {machine['system']}. {machine['versions']}.",
        HOW,
    ]
    for name, work in results["works"].items():
        parts += [f"## {name}: {work['title']}", _contestants(work), _ratios(work)]
    parts += ["## How cost grows", GROWTH]
    for name, row in results["growth"].items():
        parts += [f"### {row['title']}", f"![{row['title']}]({name}.svg)", _growth(row)]
    return "\n\n".join(filter(None, parts)) + "\n"


def summary(results: dict[str, Any]) -> str:
    """The best tier of each work beside its peers, for the documentation."""
    rows = []
    for work in results["works"].values():
        times = {n: row["seconds"] for n, row in work["contestants"].items() if "seconds" in row}
        best = min((n for n in times if n.startswith("tier")), key=times.__getitem__)
        peers = [f"{times[p] / times[best]:,.1f}×" if p in times else "–" for p in SHOWN]
        rows.append([work["title"], f"{times[best] * 1e6:,.1f} µs, {best[5:]}", *peers])
    return grid(["one training step", "time, tier", *SHOWN], rows)


def _contestants(work: dict[str, Any]) -> str:
    rows = []
    known = work["contestants"].items()
    for name, row in sorted(known, key=lambda item: item[1].get("seconds", float("inf"))):
        if "failure" in row:
            rows.append([name, row["failure"], "", "", "", ""])
            continue
        rows.append(
            [
                name,
                f"{row['seconds'] * 1e6:,.1f} µs",
                f"{row['spread']:.0%}",
                f"{row['call'] * 1e3:.2f} ms",
                f"{row['first']:.2f} s",
                str(row["rounds"]),
            ]
        )
    return grid(["contestant", "step", "spread", "call", "first step", "rounds"], rows)


def _ratios(work: dict[str, Any]) -> str:
    rows = [
        [f"{row['peer']} ÷ {row['tier']}", f"{row['ratio']:,.2f}×", f"{row['aim']:,g}×"]
        for row in work["ratios"]
    ]
    return grid(["ratio", "measured", "aimed at"], rows) if rows else ""


def _growth(row: dict[str, Any]) -> str:
    head = ["n", "nodes", "record", "group", "compile", "per node", "step", "÷ limit"]
    parts = []
    for tier, sizes in row["tiers"].items():
        rows = []
        for n, point in sizes.items():
            before = point["record"] + point["group"]
            rows.append(
                [
                    n,
                    f"{point['nodes']:,}",
                    *[f"{point[stage] * 1e3:,.0f} ms" for stage in ("record", "group", "compile")],
                    f"{before / point['nodes'] * 1e6:.1f} µs",
                    f"{point['step'] * 1e6:,.1f} µs",
                    f"{point['step'] / point['limit']:.1f}",
                ]
            )
        parts.append(f"{tier}:\n\n{grid(head, rows)}")
    return "\n\n".join(parts)
