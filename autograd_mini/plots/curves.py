"""The course of a training: the loss and the learning rate over the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_mini import given
from autograd_mini.plots import themes
from autograd_mini.training import History

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
        ax: where to draw.
        log: whether the costs are on a logarithmic axis; left out, where they span much.
        title: what stands above.

    Raises:
        ValueError: there are no costs.
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    ax = themes.axes(ax, "loss_curve")
    title = given.text(title, "plots.loss_curve", "title")
    log = log if log is None else given.flag(log, "plots.loss_curve", "log")
    if isinstance(history, History):
        known = history
    else:
        known = History(costs=given.numbers(history, "plots.loss_curve", "history"))
    if not known.costs:
        raise ValueError("plots.loss_curve: there are no costs; train for at least one epoch")
    epochs = range(1, len(known) + 1)
    ax.plot(epochs, known.costs, color=themes.colour(0), label="training")
    if known.validation:
        ax.plot(epochs, known.validation, "--", color=themes.colour(1), label="held out")
    if known.best:
        watched = known.validation or known.costs
        ax.plot(
            [known.best],
            [watched[known.best - 1]],
            "o",
            markersize=9,
            color=themes.setting("text.color"),
            label=f"best: epoch {known.best}",
        )
    shown = [*known.costs, *known.validation]
    if log if log is not None else _is_steep(shown):
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=min(0.0, *shown))
    if known.validation or known.best:
        ax.legend()
    ax.set_title(title, loc="left")
    ax.set_xlabel("epoch")
    ax.set_ylabel("mean loss")
    return ax


def learning_rate(
    history: History | Sequence[float], ax: Axes | None = None, *, title: str = "Learning rate α"
) -> Axes:
    """The learning rate of every epoch.

    Args:
        history: of :func:`autograd_mini.training.fit`, or a list of rates.
        ax: where to draw.
        title: what stands above.

    Raises:
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    ax = themes.axes(ax, "learning_rate")
    title = given.text(title, "plots.learning_rate", "title")
    rates = history.rates if isinstance(history, History) else history
    rates = given.numbers(rates, "plots.learning_rate", "history")
    ax.step(range(1, len(rates) + 1), rates, where="mid", color=themes.colour(2))
    ax.set_ylim(0.0, 1.1 * max(rates, default=1.0) or 1.0)
    ax.set_title(title, loc="left")
    ax.set_xlabel("epoch")
    ax.set_ylabel("α")
    return ax


def _is_steep(costs: Sequence[float]) -> bool:
    return min(costs) > 0.0 and max(costs) > STEEP * min(costs)
