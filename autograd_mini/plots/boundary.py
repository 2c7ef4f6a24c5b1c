"""Where a classifier of points in the plane says what.

Vocabulary: the *boundary* is where the answer changes: where a single output crosses its threshold,
or where another of several outputs becomes the largest. The plane is shaded by how sure the model
is: a probability as it is, a score by its sigmoid.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd_mini import given
from autograd_mini.data import Dataset
from autograd_mini.plots import themes
from autograd_mini.training import accuracy, outputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARGIN = 0.18
"""How much of the plane is shown around the points, as a part of their extent."""

STRENGTH = 0.55
"""How strong the shade is where the model is sure."""


def decision_boundary(
    model: Callable[[Any], Any],
    examples: Dataset[Any],
    ax: Axes | None = None,
    *,
    threshold: float = 0.5,
    resolution: int = 120,
    title: str | None = None,
) -> Axes:
    """The plane shaded by the model's answer, the boundary as a line, the examples as points.

    Args:
        model: a function of one example of two numbers: one Value, or one for each class.
        examples: points with classes as labels.
        ax: where to draw.
        threshold: of a single output: ½ for a probability, 0 for a score.
        resolution: how many points of the plane are tried along each side.
        title: left out, how many of the examples the model gets right.

    Raises:
        TypeError: an argument is of a wrong type.
        ValueError: the examples have not two features, or have no classes, or an argument is out of
            range.
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    ax = themes.axes(ax, "decision_boundary")
    title = themes.titled(title, "decision_boundary")
    who = "plots.decision_boundary"
    given.function(model, who, "model", "a function of one example, such as an nn.MLP")
    given.instance(examples, Dataset, who, "examples", "a Dataset(name, X, Y)")
    threshold = given.within(threshold, who, "threshold", -math.inf)
    resolution = given.whole(resolution, who, "resolution", 2)
    if len(examples.features) != 2 or not examples.classes:
        raise ValueError(
            f"plots.decision_boundary: {examples!r}; it takes two features and classes"
        )
    x_range, y_range = (_range(column) for column in zip(*examples.X, strict=True))
    found = outputs(model, _grid(x_range, y_range, resolution))
    _refuse_shape(found)
    if isinstance(found[0], list):
        _regions(ax, found, (x_range, y_range), resolution)
    else:
        _shades(ax, found, (x_range, y_range), resolution, threshold)
    _points(ax, examples)
    if title is None:
        right = accuracy(model, examples, threshold) * len(examples)
        title = f"{right:.0f} of {len(examples)} right"
    ax.set_title(title, loc="left")
    ax.set_xlabel(examples.features[0])
    ax.set_ylabel(examples.features[1])
    ax.set_xlim(x_range)
    ax.set_ylim(y_range)
    ax.grid(visible=False)
    return ax


def _refuse_shape(found: list[Any]) -> None:
    """Raise unless the model gives a number, or a list of as many numbers for every point."""
    lengths = {len(part) if isinstance(part, list) else 1 for part in found}
    deep = any(isinstance(a, list) for part in found if isinstance(part, list) for a in part)
    if deep or len(lengths) > 1 or 0 in lengths:
        raise ValueError(
            f"plots.decision_boundary: the model gives {given.described(found[0])} for a point; it "
            "must give one number, or a list of one for each class"
        )


def _range(numbers: tuple[float, ...]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    margin = MARGIN * (high - low) or 1.0
    return low - margin, high + margin


def _grid(
    x_range: tuple[float, float], y_range: tuple[float, float], count: int
) -> list[list[float]]:
    """Points of the plane, row by row from below."""
    xs, ys = (_spread(low, high, count) for low, high in (x_range, y_range))
    return [[x, y] for y in ys for x in xs]


def _spread(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * k / (count - 1) for k in range(count)]


def _shades(ax: Any, found: list[float], extent: Any, count: int, threshold: float) -> None:
    """One output: from the colour of class 0 over the paper to that of class 1."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    z = np.array(found).reshape(count, count)
    is_probability = 0.0 < threshold < 1.0 and z.min() >= 0.0 and z.max() <= 1.0
    with np.errstate(over="ignore"):
        sure = z - threshold + 0.5 if is_probability else 1.0 / (1.0 + np.exp(threshold - z))
    paper = themes.setting("axes.facecolor")
    colours = [_mixed(themes.colour(0)), paper, _mixed(themes.colour(1))]
    shades = LinearSegmentedColormap.from_list("shades", colours)
    corners = (*extent[0], *extent[1])
    ax.imshow(
        sure,
        origin="lower",
        extent=corners,
        cmap=shades,
        vmin=0.0,
        vmax=1.0,
        aspect="auto",
        interpolation="bilinear",
    )
    if z.min() < threshold < z.max():
        line = themes.setting("text.color")
        xs, ys = (np.linspace(low, high, count) for low, high in extent)
        ax.contour(xs, ys, z, levels=[threshold], colors=[line], linewidths=2.0)


def _regions(ax: Any, found: list[list[float]], extent: Any, count: int) -> None:
    """Several outputs: the colour of the largest."""
    import numpy as np
    from matplotlib.colors import to_rgb

    scores = np.array(found).reshape(count, count, -1)
    places = scores.argmax(axis=2)
    colours = np.array([to_rgb(_mixed(themes.colour(k))) for k in range(len(found[0]))])
    corners = (*extent[0], *extent[1])
    ax.imshow(colours[places], origin="lower", extent=corners, aspect="auto")
    line = themes.setting("text.color")
    xs, ys = (np.linspace(low, high, count) for low, high in extent)
    for k in np.unique(places)[1:]:
        lead = scores[:, :, k] - np.delete(scores, k, axis=2).max(axis=2)
        ax.contour(xs, ys, lead, levels=[0.0], colors=[line], linewidths=2.0)


def _mixed(colour: str) -> Any:
    """A colour thinned with the paper's."""
    from matplotlib.colors import to_rgb

    paper = to_rgb(themes.setting("axes.facecolor"))
    pairs = zip(to_rgb(colour), paper, strict=True)
    return tuple(STRENGTH * a + (1.0 - STRENGTH) * b for a, b in pairs)


def _points(ax: Any, examples: Dataset[Any]) -> None:
    size = 90 if len(examples) < 20 else 36
    for k, name in enumerate(examples.classes):
        chosen = [x for x, y in examples if y == k]
        if chosen:
            xs, ys = zip(*chosen, strict=True)
            ax.scatter(
                xs,
                ys,
                s=size,
                color=themes.colour(k),
                marker=themes.mark(k),
                edgecolor=themes.setting("axes.facecolor"),
                linewidth=1.0,
                label=name,
                zorder=3,
            )
    themes.legend_outside(ax)
