"""The results as three pictures: time per node, memory per node, depth."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.engines import OURS
from tests.benchmarks.results import Results

COLOURS = {
    OURS: "#c1272d",
    "micrograd": "#0072b2",
    "slots": "#56b4e9",
    "scalargrad": "#999999",
    "propgrad": "#cc79a7",
    "minigrad": "#009e73",
    "nanograd": "#e69f00",
    "PyTorch": "#d55e00",
    "HIPS autograd": "#7b4fa0",
    "XAD": "#4d4d00",
}
MARKS = dict(zip(COLOURS, "osD^<vP*Xp", strict=True))
STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "autograd_mini",
    "svg.fonttype": "none",
}


def write(results: Results, folder: Path) -> list[Path]:
    """Draw everything as PNG and SVG; the files."""
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("Agg")
    pyplot = importlib.import_module("matplotlib.pyplot")
    made = []
    with matplotlib.rc_context(STYLE):
        for name, draw in (("time", _time), ("memory", _memory), ("depth", _depth)):
            figure, axes = pyplot.subplots(figsize=(7.0, 3.9), layout="constrained")
            draw(axes, results)
            axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
            axes.set_axisbelow(True)
            for ending, facts in (("png", {"Software": None}), ("svg", {"Date": None})):
                made.append(folder / f"{name}.{ending}")
                figure.savefig(made[-1], dpi=150, metadata=facts)
            pyplot.close(figure)
    return made


def _line(axes: Any, name: str, points: Sequence[tuple[float, float]]) -> None:
    if points and name in COLOURS:  # the bound is no engine of its own: it is in the tables
        x, y = zip(*points, strict=True)
        width = 2.4 if name == OURS else 1.2
        axes.plot(
            x, y, marker=MARKS[name], color=COLOURS[name], label=name, linewidth=width, markersize=5
        )


def _finish(axes: Any, title: str, x: str, y: str) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    ticker = importlib.import_module("matplotlib.ticker")
    axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(ticker.NullLocator())
    axes.set_title(title, fontsize=11, loc="left")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _time(axes: Any, results: Results) -> None:
    for name, row in results["sizes"].items():
        _line(axes, name, [(int(n), seconds * 1e6) for n, seconds in row.items()])
    title = "Random graph, forward and backward: time per node"
    _finish(axes, title, "operations in the graph", "microseconds per operation")


def _memory(axes: Any, results: Results) -> None:
    hidden = results["machine"]["engines"]
    for name, row in results["memory"].items():
        if hidden[name]["language"] != "C++":
            found = [(int(n), b) for n, b in row["tracemalloc"].items() if isinstance(b, float)]
            _line(axes, name, found)
        elif row.get("resident"):
            sizes = [int(n) for n in row["tracemalloc"]]
            axes.plot(
                [sizes[0], sizes[-1]],
                [row["resident"]] * 2,
                color=COLOURS[name],
                linestyle=":",
                label=f"{name} (growth)",
            )
    title = "Memory per node after the forward pass"
    _finish(axes, title, "operations in the graph", "bytes per operation")


def _depth(axes: Any, results: Results) -> None:
    for name, row in results["depth"].items():
        points = [(int(n), a["pass"] / int(n) * 1e6) for n, a in row.items() if "pass" in a]
        _line(axes, name, points)
        if points and name in COLOURS and any("failure" in answer for answer in row.values()):
            axes.plot(*points[-1], marker="x", color="black", markersize=11, zorder=5)
    if any(mark.get_marker() == "x" for mark in axes.get_lines()):
        axes.plot([], [], "x", color="black", markersize=8, label="the next one failed")
    length = "operations one behind the other"
    first = {name: next(iter(row.values())) for name, row in results["depth"].items()}
    at_once = [name for name, answer in first.items() if "pass" not in answer]
    if at_once:
        length += f"\n(not even the shortest: {', '.join(at_once)})"
    title = "A chain, built and differentiated: time per operation"
    _finish(axes, title, length, "microseconds per operation")
