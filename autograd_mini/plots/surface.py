"""The cost as a function of two parameters, and the path that gradient descent took.

On a flat Axes the surface is drawn as a map with lines of equal cost; on one with
``projection="3d"`` as a landscape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from autograd_mini import given
from autograd_mini.plots import themes
from autograd_mini.real import real
from autograd_mini.value import Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Range = tuple[float, float]

WHO = "plots.loss_surface"


def loss_surface(
    cost: Callable[[float, float], Any],
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
        title: what stands above.

    Raises:
        TypeError: an argument is of a wrong type.
        ValueError: neither a path nor ranges are given, a range is empty, or a cost is not
            above 0 with ``log``.
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    ax = themes.axes(ax, "loss_surface")
    given.function(cost, WHO, "cost", "a function of two numbers")
    title = given.text(title, WHO, "title")
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
        given.span(shown, WHO, name) if shown is not None else _around([point[k] for point in path])
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
        ax.set_xlim(xs[0], xs[-1])
        ax.set_ylim(ys[0], ys[-1])
        ax.grid(visible=False)
    ax.set_title(title, loc="left")
    ax.set_xlabel(called[0])
    ax.set_ylabel(called[1])
    return ax


def _around(numbers: Sequence[float]) -> Range:
    low, high = min(numbers), max(numbers)
    margin = 0.35 * (high - low) or 1.0
    return low - margin, high + margin


def _number(found: Any) -> float:
    return found.data if isinstance(found, Value) else real(found, f"{WHO}: the cost")


def _log(heights: Any) -> Any:
    import numpy as np

    if not np.all(heights > 0.0):
        raise ValueError("plots.loss_surface: log=True takes costs above 0")
    return np.log10(heights)


def _map(ax: Any, grid: Any, heights: Any, name: str) -> None:
    filled = ax.contourf(*grid, heights, levels=24, cmap="viridis")
    ax.contour(*grid, heights, levels=12, colors="white", linewidths=0.6, alpha=0.6)
    ax.get_figure().colorbar(filled, ax=ax, label=name)


def _landscape(ax: Any, grid: Any, heights: Any) -> None:
    ax.plot_surface(*grid, heights, cmap="viridis", alpha=0.8, linewidth=0, antialiased=True)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((0.0, 0.0, 0.0, 0.0))


def _path(ax: Any, path: Sequence[tuple[float, float]], trail: list[list[float]]) -> None:
    if not path:
        return
    columns = [*map(list, zip(*path, strict=True)), *trail]
    colour = "#ff5a36"  # it stands out from viridis, and from white and black
    ax.plot(*columns, "-o", color=colour, markersize=4, linewidth=1.8, zorder=5)
    ends = [([column[0]], [column[-1]]) for column in columns]
    start, end = zip(*ends, strict=True)
    look = {"color": colour, "markeredgecolor": "white", "zorder": 6, "linestyle": "none"}
    ax.plot(*start, marker="o", markersize=10, label="start", **look)
    ax.plot(*end, marker="*", markersize=17, label=f"after {len(path) - 1} steps", **look)
    if trail:
        ax.legend(loc="upper right")
    else:
        themes.legend_outside(ax)
