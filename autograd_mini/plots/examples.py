"""What a model answers: over the plane, class by class, and pictures of the examples.

Vocabulary: the *boundary* is where the answer changes: where a single output crosses its threshold,
or where another of several outputs becomes the largest. The plane is shaded by how sure the model
is: a probability as it is, a score by its sigmoid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from autograd_mini import given
from autograd_mini.data import Dataset
from autograd_mini.plots import themes
from autograd_mini.plots.themes import Range
from autograd_mini.real import shown
from autograd_mini.training import accuracy, answer, outputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy import float64
    from numpy.typing import NDArray

MARGIN = 0.18
"""How much of the plane is shown around the points, as a part of their extent."""

STRENGTH = 0.55
"""How strong the shade is where the model is sure."""


def decision_boundary(
    model: Callable[..., object],
    examples: Dataset[int],
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
        threshold: of a single output: ½ for a probability, 0 for a score.
        resolution: how many points of the plane are tried along each side.
        title: left out, how many of the examples the model gets right.

    Raises:
        TypeError: an argument is of a wrong type.
        ValueError: the examples have not two features, or have no classes, or an argument is out of
            range.
    """
    who = "plots.decision_boundary"
    ax = themes.axes(ax, title, who)
    given.function(model, who, "model", "a function of one example, such as an nn.MLP")
    given.instance(examples, Dataset, who, "examples", "a Dataset(name, X, Y)")
    threshold = given.within(threshold, who, "threshold", -math.inf)
    resolution = given.whole(resolution, who, "resolution", 2)
    if len(examples.features) != 2 or not examples.classes:
        raise ValueError(f"{who}: {examples!r}; it takes two features and classes")
    x_range, y_range = (themes.around(column, MARGIN) for column in zip(*examples.X, strict=True))
    found = outputs(model, _grid(x_range, y_range, resolution))
    _refuse_shape(found)
    if isinstance(found[0], list):
        _regions(ax, found, (x_range, y_range), resolution)
    else:
        _shades(ax, found, (x_range, y_range), resolution, threshold)
    _points(ax, examples)
    if title is None:
        right = accuracy(model, examples, threshold) * len(examples)
        ax.set_title(f"{right:.0f} of {len(examples)} right", loc="left")
    x_name, y_name = examples.features
    ax.set(xlabel=x_name, ylabel=y_name, xlim=x_range, ylim=y_range)
    ax.grid(visible=False)
    return ax


def _refuse_shape(found: Sequence[object]) -> None:
    """Raise unless the model gives a number, or a list of as many numbers for every point."""
    lengths = {len(part) if isinstance(part, list) else 1 for part in found}
    deep = any(isinstance(a, list) for part in found if isinstance(part, list) for a in part)
    if deep or len(lengths) > 1 or 0 in lengths:
        raise ValueError(
            f"plots.decision_boundary: the model gives {given.described(found[0])} for a point; it "
            "must give one number, or a list of one for each class"
        )


def _grid(x_range: Range, y_range: Range, count: int) -> list[list[float]]:
    """Points of the plane, row by row from below."""
    xs, ys = (
        [low + (high - low) * k / (count - 1) for k in range(count)]
        for low, high in (x_range, y_range)
    )
    return [[x, y] for y in ys for x in xs]


def _shades(
    ax: Axes, found: list[float], extent: tuple[Range, Range], count: int, threshold: float
) -> None:
    """One output: from the colour of class 0 over the paper to that of class 1."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    z = np.array(found).reshape(count, count)
    is_probability = 0.0 < threshold < 1.0 and z.min() >= 0.0 and z.max() <= 1.0
    with np.errstate(over="ignore"):
        sure = z - threshold + 0.5 if is_probability else 1.0 / (1.0 + np.exp(threshold - z))
    paper = themes.setting("axes.facecolor")
    colours = [_mixed(themes.colour(0)), to_rgb(paper), _mixed(themes.colour(1))]
    shades = LinearSegmentedColormap.from_list("shades", colours)
    corners = (*extent[0], *extent[1])
    ax.imshow(
        sure, shades, aspect="auto", interpolation="bilinear", vmin=0.0, vmax=1.0,
        origin="lower", extent=corners
    )  # fmt: skip
    if z.min() < threshold < z.max():
        _edge(ax, z, threshold, extent)


def _regions(ax: Axes, found: list[list[float]], extent: tuple[Range, Range], count: int) -> None:
    """Several outputs: the colour of the largest."""
    import numpy as np
    from matplotlib.colors import to_rgb

    scores = np.array(found).reshape(count, count, -1)
    places = scores.argmax(axis=2)
    colours = np.array([to_rgb(_mixed(themes.colour(k))) for k in range(len(found[0]))])
    corners = (*extent[0], *extent[1])
    ax.imshow(colours[places], origin="lower", extent=corners, aspect="auto")
    for k in np.unique(places)[1:]:
        lead = scores[:, :, k] - np.delete(scores, k, axis=2).max(axis=2)
        _edge(ax, lead, 0.0, extent)


def _edge(ax: Axes, field: NDArray[float64], level: float, extent: tuple[Range, Range]) -> None:
    import numpy as np

    xs, ys = (np.linspace(low, high, len(field)) for low, high in extent)
    ax.contour(xs, ys, field, levels=[level], colors=[themes.setting("text.color")], linewidths=2.0)


def _mixed(colour: str) -> tuple[float, float, float]:
    """A colour thinned with the paper's."""
    from matplotlib.colors import to_rgb

    paper = to_rgb(themes.setting("axes.facecolor"))
    red, green, blue = (
        STRENGTH * a + (1.0 - STRENGTH) * b for a, b in zip(to_rgb(colour), paper, strict=True)
    )
    return red, green, blue


def _points(ax: Axes, examples: Dataset[int]) -> None:
    size, paper = 90 if len(examples) < 20 else 36, themes.setting("axes.facecolor")
    for k, name in enumerate(examples.classes):
        chosen = [x for x, y in examples if y == k]
        if chosen:
            xs, ys = zip(*chosen, strict=True)
            ax.scatter(
                xs, ys, s=size, color=themes.colour(k), marker=themes.mark(k), label=name,
                edgecolor=paper, linewidth=1.0, zorder=3
            )  # fmt: skip
    themes.legend_outside(ax)


def confusion(
    model: Callable[..., object],
    examples: Dataset[int],
    ax: Axes | None = None,
    *,
    threshold: float = 0.5,
    title: str | None = None,
) -> Axes:
    """A table of counts: a row for each true class, a column for each answer.

    Args:
        model: a function of one example.
        examples: with classes as labels.
        threshold: as for :func:`autograd_mini.training.answer`.
        title: left out, how many of the examples the model gets right.

    Raises:
        ValueError: the examples have no classes.
    """
    who = "plots.confusion"
    ax = themes.axes(ax, title, who)
    given.function(model, who, "model", "a function of one example")
    given.instance(examples, Dataset, who, "examples", "a Dataset(name, X, Y)")
    if not examples.classes:
        raise ValueError(f"{who}: {examples!r}; it takes examples with classes")
    count = len(examples.classes)
    table = [[0] * count for _ in range(count)]
    for output, y in zip(outputs(model, examples.X), examples.Y, strict=True):
        chosen = answer(output, threshold)
        if chosen >= count:
            said = f"the model answers class {chosen}, and there are {count} classes"
            raise ValueError(f"{who}: {said}")
        table[int(y)][chosen] += 1
    paper, ink = themes.setting("axes.facecolor"), themes.setting("text.color")
    shades = themes.between("axes.facecolor", themes.colour(0))
    largest = max(map(max, table))
    ax.imshow(table, cmap=shades, vmin=0)
    for y, row in enumerate(table):
        for answered, number in enumerate(row):
            if number:
                text = ax.text(answered, y, str(number), ha="center", va="center", fontsize=11)
                text.set_color(paper if number > 0.5 * largest else ink)
    ax.set_xticks(range(count), examples.classes)
    ax.set_yticks(range(count), examples.classes)
    ax.set(xlabel="answer", ylabel="truth")
    ax.grid(visible=False)
    if title is None:
        right = sum(table[k][k] for k in range(count))
        ax.set_title(f"{right} of {len(examples)} right", loc="left")
    return ax


GAP = 0.55
"""The room between two pictures, as a part of one; a caption stands in it."""


def images(
    X: Sequence[Sequence[float]],
    ax: Axes | None = None,
    *,
    shape: tuple[int, int] = (8, 8),
    captions: Sequence[str] = (),
    columns: int = 6,
    title: str = "",
) -> Axes:
    """Examples as pictures, row by row; the larger a number, the more ink.

    Args:
        X: examples, each the pixels of a picture, row by row from above.
        shape: the rows and columns of pixels in a picture.
        captions: what stands below each picture.
        columns: how many pictures stand side by side.

    Raises:
        TypeError: an argument is of a wrong type.
        ValueError: there are no pictures, or one has not as many pixels as the shape.
    """
    who = "plots.images"
    ax = themes.axes(ax, title, who)
    captions = given.names(captions, who, "captions")
    columns = given.whole(columns, who, "columns", 1)
    sides = given.series(shape, who, "shape", "a pair of whole numbers")
    if len(sides) != 2:
        raise ValueError(f"{who}: shape={shown(shape)}; give the rows and columns of pixels")
    height, width = (given.whole(side, who, "shape", 1) for side in sides)
    pictures = given.series(X, who, "X", "a list of pictures")
    X = [given.numbers(x, who, f"X[{i}]") for i, x in enumerate(pictures)]
    wrong = [len(x) for x in X if len(x) != height * width]
    if wrong or not X:
        raise ValueError(
            f"{who}: {len(X)} pictures of {shown(wrong) if wrong else 'right'} "
            f"pixels; give at least one of {height}×{width} = {height * width}"
        )
    if not all(map(math.isfinite, (pixel for x in X for pixel in x))):
        raise ValueError(f"{who}: a pixel is nan or infinite; give finite numbers")
    shades = themes.between("axes.facecolor", "text.color")
    low, high = min(map(min, X)), max(map(max, X))
    for k, pixels in enumerate(X):
        row, column = divmod(k, columns)
        left, top = column * (1.0 + GAP), row * (1.0 + GAP)
        rows = [list(pixels[i * width : (i + 1) * width]) for i in range(height)]
        extent = (left, left + 1.0, top + 1.0, top)
        ax.imshow(rows, cmap=shades, vmin=low, vmax=high, extent=extent, interpolation="nearest")
        if k < len(captions):
            ax.text(left + 0.5, top + 1.08, captions[k], ha="center", va="top", fontsize=11)
    count = min(columns, len(X))
    last = (len(X) - 1) // columns
    ax.set(xlim=(-0.2, count * (1.0 + GAP) - GAP + 0.2), ylim=((last + 1) * (1.0 + GAP), -0.1))
    ax.set_axis_off()
    return ax
