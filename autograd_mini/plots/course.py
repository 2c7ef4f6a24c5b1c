"""The course of a training: loss and learning rate over the epochs, and what it did to weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from autograd_mini import given, graph
from autograd_mini.plots import themes
from autograd_mini.training import History
from autograd_mini.value import Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEEP = 30.0
"""Where the largest cost is so many times the smallest, the axis is logarithmic."""


def loss_curve(
    history: History | Sequence[float],
    ax: Axes | None = None,
    *,
    log: bool | None = None,
    title: str = "Loss",
) -> Axes:
    """The cost of every epoch, the validation cost beside it, and the best epoch of an early stop.

    Args:
        history: of :func:`autograd_mini.training.fit`, or a list of costs.
        log: whether the costs are on a logarithmic axis; left out, where they span much.

    Raises:
        ValueError: there are no costs.
    """
    who = "plots.loss_curve"
    ax = themes.axes(ax, title, who)
    log = log if log is None else given.flag(log, who, "log")
    known = history
    if not isinstance(known, History):
        known = History(costs=given.numbers(history, who, "history"))
    if not known.costs:
        raise ValueError(f"{who}: there are no costs; train for at least one epoch")
    epochs = range(1, len(known) + 1)
    ax.plot(epochs, known.costs, color=themes.colour(0), label="training")
    if known.validation:
        ax.plot(epochs, known.validation, "--", color=themes.colour(1), label="held out")
    if known.best:
        watched, best = known.validation or known.costs, known.best
        ink, label = themes.setting("text.color"), f"best: epoch {best}"
        ax.plot([best], [watched[best - 1]], "o", markersize=9, color=ink, label=label)
    shown = [*known.costs, *known.validation]
    is_steep = min(shown) > 0.0 and max(shown) > STEEP * min(shown)
    if is_steep if log is None else log:
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=min(0.0, *shown))
    if known.validation or known.best:
        ax.legend()
    ax.set(xlabel="epoch", ylabel="mean loss")
    return ax


def learning_rate(
    history: History | Sequence[float], ax: Axes | None = None, *, title: str = "Learning rate α"
) -> Axes:
    """The learning rate of every epoch.

    Args:
        history: of :func:`autograd_mini.training.fit`, or a list of rates.
    """
    who = "plots.learning_rate"
    ax = themes.axes(ax, title, who)
    rates = history.rates if isinstance(history, History) else history
    rates = given.numbers(rates, who, "history")
    ax.step(range(1, len(rates) + 1), rates, where="mid", color=themes.colour(2))
    ax.set_ylim(0.0, 1.1 * max(rates, default=1.0) or 1.0)
    ax.set(xlabel="epoch", ylabel="α")
    return ax


WHO = "plots.weights"
NUMBERS = "a list of numbers or Values, as of model.parameters()"

FEW = 30
"""Up to so many weights, each has a line of its own."""


def weights(
    before: Iterable[object],
    after: Iterable[object],
    ax: Axes | None = None,
    *,
    names: Sequence[str] = (),
    title: str = "Weights",
) -> Axes:
    """The weights before and after: an arrow for each, or two histograms where they are many.

    Args:
        before, after: numbers or Values in the same order, as of ``model.parameters()``. A Value
            changes when it is trained: keep ``[p.data for p in model.parameters()]`` from before.
        names: what the weights are called; left out, the labels of Values.

    Raises:
        TypeError: they are no lists of numbers.
        ValueError: there are none, or not as many before as after, or one is not finite.
    """
    ax = themes.axes(ax, title, WHO)
    old = given.series(before, WHO, "before", NUMBERS)
    new = given.series(after, WHO, "after", NUMBERS)
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
    themes.legend_outside(ax)
    return ax


def _number(p: object) -> float:
    return given.within(p.data if isinstance(p, Value) else p, WHO, "weight", -math.inf)


def _arrows(ax: Axes, pairs: Sequence[tuple[float, float]], names: Sequence[str]) -> None:
    from matplotlib.patches import FancyArrowPatch

    rows = range(len(pairs))
    old, new = zip(*pairs, strict=True)
    arrow = partial(FancyArrowPatch, arrowstyle="-|>", mutation_scale=11, shrinkA=4, shrinkB=4)
    ink = themes.setting("text.color")
    ax.axvline(0.0, color=themes.setting("grid.color"), linewidth=1.5, zorder=1)
    for row, (a, b) in enumerate(pairs):
        ax.add_patch(arrow((a, row), (b, row), color=ink, linewidth=1.2, zorder=2))
    paper, edge = themes.setting("axes.facecolor"), themes.colour(1)
    ax.scatter(
        old, rows, label="before", s=50, facecolors=paper, edgecolors=edge, linewidths=2, zorder=3
    )
    ax.scatter(new, rows, s=55, color=themes.colour(0), zorder=3, label="after")
    ax.set_yticks(list(rows), [name or f"θ{row + 1}" for row, name in enumerate(names)])
    ax.set_ylim(len(pairs) - 0.4, -0.6)
    ax.set_xlabel("weight")


def _histograms(ax: Axes, pairs: Sequence[tuple[float, float]]) -> None:
    import numpy as np

    old, new = np.array(pairs).T
    edges = np.histogram_bin_edges(np.array(pairs), bins=50).tolist()
    ax.hist(new, edges, color=themes.colour(0), alpha=0.75, label="after")
    ax.hist(old, edges, color=themes.colour(1), histtype="step", linewidth=2.4, label="before")
    ax.set(xlabel="weight", ylabel=f"how many of {len(pairs):,}")
