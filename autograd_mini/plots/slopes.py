"""An activation function and its derivative, both read from the table of operations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import given, ops
from autograd_mini.plots import themes
from autograd_mini.real import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COUNT = 601
NEAR = 1e-9


def activation(
    name: str,
    ax: Axes | None = None,
    *,
    span: tuple[float, float] = (-5.0, 5.0),
    title: str | None = None,
) -> Axes:
    """A function of one number and its derivative.

    A derivative that jumps is drawn as two lines, with a dot for the number that the engine uses
    at the kink.

    Args:
        name: of a row of the table with one operand, such as "sigmoid", "tanh" or "relu".
        ax: where to draw.
        span: from which z to which.
        title: left out, the name.

    Raises:
        ValueError: there is no such function, or the span is empty.
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    ax = themes.axes(ax, "activation")
    title = themes.titled(title, "activation")
    row = ops.TABLE.get(given.text(name, "plots.activation", "name"))
    if row is None or row.arity is None or row.arity - len(row.defaults) != 1:
        raise ValueError(
            f"plots.activation: {shown(name)} is no function of one number in the table; "
            "take 'sigmoid', 'tanh' or 'relu', say"
        )
    low, high = given.span(span, "plots.activation", "span")
    usual = [kink.at[0] for kink in row.kinks if kink.at[1:] == row.defaults]
    kinks = [at for at in usual if low < at < high and _jumps(row, at)]
    xs = sorted({low + (high - low) * k / (COUNT - 1) for k in range(COUNT)} | set(kinks))
    points = [(x, row(x), _slope(row, x)) for x in xs]
    ax.axhline(0.0, color=themes.setting("grid.color"), linewidth=1.2, zorder=1)
    ax.axvline(0.0, color=themes.setting("grid.color"), linewidth=1.2, zorder=1)
    ax.plot(
        xs, [value for _, value, _ in points], color=themes.colour(0), label=f"g(z) = {name}(z)"
    )
    slopes = [math.nan if x in kinks else slope for x, _, slope in points]
    ax.plot(xs, slopes, "--", color=themes.colour(1), label="g′(z)")
    if kinks:
        at = [slope for x, _, slope in points if x in kinks]
        ax.plot(kinks, at, "o", markersize=8, color=themes.colour(1), zorder=3)
    ax.legend(loc="upper left")
    ax.set_title(f"{name} and its derivative" if title is None else title, loc="left")
    ax.set_xlabel("z")
    ax.set_xlim(low, high)
    return ax


def _jumps(row: ops.Op, at: float) -> bool:
    """Whether the derivative jumps there; where it only bends it is one line."""
    return abs(_slope(row, at + NEAR) - _slope(row, at - NEAR)) > 1e3 * NEAR


def _slope(row: ops.Op, x: float) -> float:
    operands = (x, *row.defaults)
    return row.local(0, row(x), operands)
