"""How cost grows, as pictures: the stages of compiling to the left, a step and its limit right."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tests.benchmarks.plots import STYLE

STAGES = {"record": "#0072b2", "group": "#009e73", "compile": "#c1272d"}
TIERS = {"tier numpy": ("#0072b2", "s"), "tier llvm": ("#c1272d", "o")}
DASHES = {"tier numpy": "--", "tier llvm": "-"}


def write(growth: dict[str, Any], folder: Path) -> list[Path]:
    """A picture for each axis, as PNG and SVG; the files."""
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("Agg")
    pyplot = importlib.import_module("matplotlib.pyplot")
    made = []
    with matplotlib.rc_context(STYLE):
        for name, row in growth.items():
            figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.0, 3.9), layout="constrained")
            figure.suptitle(row["title"], fontsize=11)
            _stages(left, row["tiers"])
            _steps(right, row["tiers"])
            for axes in (left, right):
                _finish(axes, row)
            for ending, facts in (("png", {"Software": None}), ("svg", {"Date": None})):
                made.append(folder / f"{name}.{ending}")
                figure.savefig(made[-1], dpi=150, metadata=facts)
            pyplot.close(figure)
    return made


def _stages(axes: Any, tiers: dict[str, Any]) -> None:
    """The stages before the tier are the same for all tiers, so they are shown for one."""
    tier = next(iter(tiers))
    for stage, colour in STAGES.items():
        for shown in tiers if stage == "compile" else (tier,):
            label = f"compile, {shown}" if stage == "compile" else stage
            x, y = _points(tiers[shown], stage, 1e3)
            axes.plot(x, y, DASHES[shown], marker="o", markersize=4, color=colour, label=label)
    axes.set_title("once for each shape", loc="left", fontsize=10)
    axes.set_ylabel("milliseconds")


def _steps(axes: Any, tiers: dict[str, Any]) -> None:
    for tier, rows in tiers.items():
        colour, mark = TIERS[tier]
        axes.plot(*_points(rows, "step", 1e6), marker=mark, color=colour, label=tier, markersize=4)
    x, y = _points(next(iter(tiers.values())), "limit", 1e6)
    axes.plot(x, y, ":", color="black", label="this core's peak")
    axes.set_title("a training step", loc="left", fontsize=10)
    axes.set_ylabel("microseconds")


def _points(rows: dict[str, Any], what: str, unit: float) -> tuple[list[int], list[float]]:
    return [int(n) for n in rows], [row[what] * unit for row in rows.values()]


def _finish(axes: Any, row: dict[str, Any]) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xticks([int(n) for n in next(iter(row["tiers"].values()))])
    axes.set_xlabel(row["label"])
    axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize=9)
