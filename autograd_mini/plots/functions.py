"""Functions: an activation with its derivative, and the cost over two parameters.

On a flat Axes the cost is drawn as a map with lines of equal cost; on one with
``projection="3d"`` as a landscape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from autograd_mini import given, ops
from autograd_mini.plots import themes
from autograd_mini.plots.themes import Range
from autograd_mini.real import real, shown
from autograd_mini.value import Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy import float64
    from numpy.typing import NDArray

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
        span: from which z to which.
        title: left out, the name.

    Raises:
        ValueError: there is no such function, or the span is empty.
    """
    who = "plots.activation"
    row = ops.TABLE.get(given.text(name, who, "name"))
    ax = themes.axes(ax, f"{name} and its derivative" if title is None else title, who)
    if row is None or row.arity is None or row.arity - len(row.defaults) != 1:
        raise ValueError(
            f"{who}: {shown(name)} is no function of one number in the table; "
            "take 'sigmoid', 'tanh' or 'relu', say"
        )
    low, high = given.span(span, who, "span")
    usual = [kink.at[0] for kink in row.kinks if kink.at[1:] == row.defaults]
    kinks = [at for at in usual if low < at < high and _jumps(row, at)]
    xs = sorted({low + (high - low) * k / (COUNT - 1) for k in range(COUNT)} | set(kinks))
    points = [(x, row(x), _slope(row, x)) for x in xs]
    for line in (ax.axhline, ax.axvline):
        line(0.0, color=themes.setting("grid.color"), linewidth=1.2, zorder=1)
    values = [value for _, value, _ in points]
    ax.plot(xs, values, color=themes.colour(0), label=f"g(z) = {name}(z)")
    slopes = [math.nan if x in kinks else slope for x, _, slope in points]
    ax.plot(xs, slopes, "--", color=themes.colour(1), label="g′(z)")
    if kinks:
        at = [slope for x, _, slope in points if x in kinks]
        ax.plot(kinks, at, "o", markersize=8, color=themes.colour(1), zorder=3)
    ax.legend(loc="upper left")
    ax.set(xlabel="z", xlim=(low, high))
    return ax


def _jumps(row: ops.Op, at: float) -> bool:
    """Whether the derivative jumps there; where it only bends it is one line."""
    return abs(_slope(row, at + NEAR) - _slope(row, at - NEAR)) > 1e3 * NEAR


def _slope(row: ops.Op, x: float) -> float:
    return row.local(0, row(x), (x, *row.defaults))


WHO = "plots.loss_surface"


def loss_surface(
    cost: Callable[[float, float], object],
    ax: Axes | None = None,
    *,
    path: Sequence[tuple[float, float]] = (),
    x_range: Range | None = None,
    y_range: Range | None = None,
    names: tuple[str, str] = ("θ₁", "θ₂"),
    resolution: int = 60,
    log: bool = False,
    title: str = "Loss surface",
) -> Axes:
    """The cost over two parameters, with the path of a descent.

    Args:
        cost: a function of both parameters; it gives a number or a Value.
        ax: where to draw; one with ``projection="3d"`` shows a landscape.
        path: the parameters at the start and after every step.
        x_range, y_range: what is shown of each parameter; left out, what the path needs.
        names: of the parameters.
        resolution: how many values of each parameter are tried.
        log: whether the colours follow the logarithm of the cost, which must be above 0 then.

    Raises:
        TypeError: an argument is of a wrong type.
        ValueError: neither a path nor ranges are given, a range is empty, or a cost is not
            above 0 with ``log``.
    """
    ax = themes.axes(ax, title, WHO)
    given.function(cost, WHO, "cost", "a function of two numbers")
    log = given.flag(log, WHO, "log")
    resolution = given.whole(resolution, WHO, "resolution", 2)
    points = given.series(path, WHO, "path", "a list of points")
    path = [given.pair(point, WHO, f"path[{i}]") for i, point in enumerate(points)]
    if len(called := given.names(names, WHO, "names")) != 2:
        raise ValueError(f"{WHO}: names must be two, not {given.described(names)}")
    if not path and (x_range is None or y_range is None):
        raise ValueError(f"{WHO}: give a path, or x_range and y_range")
    import numpy as np

    x_range, y_range = (
        themes.around([point[k] for point in path], 0.35)
        if shown is None
        else given.span(shown, WHO, name)
        for k, (name, shown) in enumerate((("x_range", x_range), ("y_range", y_range)))
    )
    xs, ys = (np.linspace(*shown, resolution) for shown in (x_range, y_range))
    heights = np.array([[_number(cost(float(x), float(y))) for x in xs] for y in ys])
    shown = _log(heights) if log else heights
    if ax.name == "3d":
        _landscape(ax, np.meshgrid(xs, ys), shown)
        trail = [_number(cost(*point)) for point in path]
        _path(ax, path, [_log(np.array(trail)).tolist() if log else trail])
        ax.set_zlabel("log₁₀ J" if log else "J")  # type: ignore[attr-defined]
    else:
        _map(ax, (xs, ys), shown, "log₁₀ J" if log else "J")
        _path(ax, path, [])
        ax.set(xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
        ax.grid(visible=False)
    ax.set(xlabel=called[0], ylabel=called[1])
    return ax


def _number(found: object) -> float:
    return found.data if isinstance(found, Value) else real(found, f"{WHO}: the cost")


def _log(heights: NDArray[float64]) -> NDArray[float64]:
    import numpy as np

    if not np.all(heights > 0.0):
        raise ValueError(f"{WHO}: log=True takes costs above 0")
    return np.log10(heights)


def _map(ax: Axes, grid: Sequence[NDArray[float64]], heights: NDArray[float64], name: str) -> None:
    filled = ax.pcolormesh(*grid, heights, cmap="viridis", shading="gouraud", rasterized=True)
    ax.contour(*grid, heights, levels=12, colors="white", linewidths=0.6, alpha=0.6)
    figure = ax.get_figure()
    assert figure is not None
    figure.colorbar(filled, ax=ax, label=name)


def _landscape(ax: Any, grid: Sequence[NDArray[float64]], heights: NDArray[float64]) -> None:
    ax.plot_surface(*grid, heights, cmap="viridis", alpha=0.8, linewidth=0, antialiased=True)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((0.0, 0.0, 0.0, 0.0))


def _path(ax: Axes, path: Sequence[tuple[float, float]], trail: list[list[float]]) -> None:
    if not path:
        return
    columns = [*map(list, zip(*path, strict=True)), *trail]
    colour = "#ff5a36"  # it stands out from viridis, and from white and black
    ax.plot(*columns, "-o", color=colour, markersize=4, linewidth=1.8, zorder=5)
    ends = [([column[0]], [column[-1]]) for column in columns]
    start, end = zip(*ends, strict=True)
    style = partial(ax.plot, color=colour, markeredgecolor="white", zorder=6, linestyle="none")
    style(*start, marker="o", markersize=10, label="start")
    style(*end, marker="*", markersize=17, label=f"after {len(path) - 1} steps")
    if trail:
        ax.legend(loc="upper right")
    else:
        themes.legend_outside(ax)
