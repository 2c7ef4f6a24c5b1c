"""Colours and sizes that can be read from the back of a room, on white and on black.

Vocabulary: the *cycle* is the sequence of colours that matplotlib gives to lines and classes. The
colours are those of :mod:`autograd_mini.show.palette`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import TYPE_CHECKING

from autograd_mini import given
from autograd_mini.show.palette import THEMES, Theme

if TYPE_CHECKING:
    from types import ModuleType

    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap


Range = tuple[float, float]


def theme(name: str = "light") -> AbstractContextManager[None]:
    """A context in which figures are made for a slide: "light" or "dark".

    Raises:
        ValueError: there is no such theme.
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    name = given.choice(name, "plots.theme", "theme", THEMES)
    made: AbstractContextManager[None] = library("plots.theme").rc_context(_settings(THEMES[name]))
    return made


def _settings(theme: Theme) -> dict[str, object]:
    paper, ink, line = (theme.page[name] for name in ("paper", "ink", "line"))
    inked = ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color")
    on_paper = ("figure.facecolor", "axes.facecolor", "savefig.facecolor", "legend.facecolor")
    return {
        **dict.fromkeys(inked, ink),
        **dict.fromkeys(on_paper, paper),
        "axes.edgecolor": ink,
        "grid.color": line,
        "grid.linewidth": 0.8,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": library("plots.theme").cycler(color=theme.series),
        "axes.titlelocation": "left",
        "axes.titlesize": 15,
        "axes.titlepad": 10,
        "axes.labelsize": 13,
        "xtick.labelsize": 12,
        "ytick.labelsize": 12,
        "legend.fontsize": 12,
        "legend.frameon": True,
        "legend.framealpha": 0.85,
        "legend.edgecolor": line,
        "lines.linewidth": 2.4,
        "figure.figsize": (6.4, 4.4),
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.h_pad": 0.1,
        "figure.constrained_layout.w_pad": 0.1,
        "figure.dpi": 100,
        "savefig.dpi": 150,
    }


def library(who: str) -> ModuleType:
    """Matplotlib; ``who`` is named where it is missing."""
    try:
        return import_module("matplotlib")
    except ImportError as error:
        raise ImportError(
            f"{who}: it draws with matplotlib, which is not installed; install it with "
            "pip install 'autograd-mini[plot]'"
        ) from error


def axes(ax: Axes | None, title: str | None, who: str) -> Axes:
    """The Axes to draw into, the given one or matplotlib's current one, with its title above.

    Raises:
        TypeError: it is something else, or the title is no string.
    """
    library(who)
    if ax is None:
        ax = import_module("matplotlib.pyplot").gca()
    kind = import_module("matplotlib.axes").Axes
    found: Axes = given.instance(ax, kind, who, "ax", "an Axes of matplotlib")
    if title is not None:
        found.set_title(given.text(title, who, "title"), loc="left")
    return found


def around(numbers: Sequence[float], share: float) -> Range:
    """From the least to the largest number, and that share of their extent on both sides."""
    low, high = min(numbers), max(numbers)
    margin = share * (high - low) or 1.0
    return low - margin, high + margin


def setting(name: str) -> str:
    """A setting of the current theme or style."""
    found: str = library("plots.theme").rcParams[name]
    return found


def colour(i: int) -> str:
    """Colour number i of the cycle, which begins again at its end."""
    colours: list[str] = (
        library("plots.theme").rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])
    )
    return colours[i % len(colours)]


def between(low: str, high: str) -> LinearSegmentedColormap:
    """A colour map from one colour of the theme, a setting's name or a colour, to another."""
    from matplotlib.colors import LinearSegmentedColormap

    ends = [setting(name) if "." in name else name for name in (low, high)]
    return LinearSegmentedColormap.from_list("between", ends)


MARKS = "osD^vPX*<>"


def mark(i: int) -> str:
    """The shape of the points of class i, so that colour alone need not tell them apart."""
    return MARKS[i % len(MARKS)]


def legend_outside(ax: Axes) -> None:
    """A legend that hides nothing: two entries above, beside the title; more at the side."""
    above = len(ax.get_legend_handles_labels()[1]) <= 2
    ax.legend(
        loc="lower right" if above else "upper left",
        bbox_to_anchor=(1.0, 1.0),
        ncols=2 if above else 1,
        frameon=False,
        handletextpad=0.3,
        columnspacing=1.0,
        borderaxespad=0.2,
    )
