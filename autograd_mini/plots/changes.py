"""What training did to the weights: each one before and after, or the spread of many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from autograd_mini import given, graph
from autograd_mini.plots import themes
from autograd_mini.value import Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WHO = "plots.weights"
NUMBERS = "a list of numbers or Values, as of model.parameters()"

FEW = 30
"""Up to so many weights, each has a line of its own."""


def weights(
    before: Iterable[Any],
    after: Iterable[Any],
    ax: Axes | None = None,
    *,
    names: Sequence[str] = (),
    title: str = "Weights",
) -> Axes:
    """The weights before and after: an arrow for each, or two histograms where they are many.

    Args:
        before, after: numbers or Values in the same order, as of ``model.parameters()``. A Value
            changes when it is trained: keep ``[p.data for p in model.parameters()]`` from before.
        ax: where to draw.
        names: what the weights are called; left out, the labels of Values.
        title: what stands above.

    Raises:
        TypeError: they are no lists of numbers.
        ValueError: there are none, or not as many before as after, or one is not finite.
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    ax = themes.axes(ax, "weights")
    old = given.series(before, WHO, "before", NUMBERS)
    new = given.series(after, WHO, "after", NUMBERS)
    title = given.text(title, WHO, "title")
    if len(old) != len(new) or not old:
        raise ValueError(
            f"{WHO}: {len(old)} before and {len(new)} after; give one of each, at least one"
        )
    called = list(given.names(names, WHO, "names"))
    called = called or [graph.label(p) if isinstance(p, Value) else "" for p in new]
    if len(called) != len(new):
        raise ValueError(f"{WHO}: {len(called)} names for {len(new)} weights")
    pairs = [(_number(a), _number(b)) for a, b in zip(old, new, strict=True)]
    if len(pairs) <= FEW:
        _arrows(ax, pairs, called)
    else:
        _histograms(ax, pairs)
    ax.set_title(title, loc="left")
    return ax


def _number(p: Any) -> float:
    return given.within(p.data if isinstance(p, Value) else p, WHO, "weight", -math.inf)


def _arrows(ax: Any, pairs: Sequence[tuple[float, float]], names: Sequence[str]) -> None:
    from matplotlib.patches import FancyArrowPatch

    rows = range(len(pairs))
    old, new = zip(*pairs, strict=True)
    ax.axvline(0.0, color=themes.setting("grid.color"), linewidth=1.5, zorder=1)
    for row, (a, b) in enumerate(pairs):
        arrow = FancyArrowPatch(
            (a, row),
            (b, row),
            arrowstyle="-|>",
            mutation_scale=11,
            shrinkA=4,
            shrinkB=4,
            color=themes.setting("text.color"),
            linewidth=1.2,
            zorder=2,
        )
        ax.add_patch(arrow)
    hollow = {"facecolors": themes.setting("axes.facecolor"), "edgecolors": themes.colour(1)}
    ax.scatter(old, rows, s=50, linewidths=2, zorder=3, label="before", **hollow)
    ax.scatter(new, rows, s=55, color=themes.colour(0), zorder=3, label="after")
    ax.set_yticks(list(rows), [name or f"θ{row + 1}" for row, name in enumerate(names)])
    ax.set_ylim(len(pairs) - 0.4, -0.6)
    ax.set_xlabel("weight")
    themes.legend_outside(ax)


def _histograms(ax: Any, pairs: Sequence[tuple[float, float]]) -> None:
    import numpy as np

    old, new = np.array(pairs).T
    edges = np.histogram_bin_edges(np.array(pairs), bins=50)
    ax.hist(new, edges, color=themes.colour(0), alpha=0.75, label="after")
    ax.hist(old, edges, color=themes.colour(1), histtype="step", linewidth=2.4, label="before")
    ax.set_xlabel("weight")
    ax.set_ylabel(f"how many of {len(pairs):,}")
    themes.legend_outside(ax)
