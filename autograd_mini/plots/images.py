"""Small pictures side by side, such as handwritten digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_mini import given
from autograd_mini.plots import themes
from autograd_mini.real import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WHO = "plots.images"

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
        ax: where to draw.
        shape: the rows and columns of pixels in a picture.
        captions: what stands below each picture.
        columns: how many pictures stand side by side.
        title: what stands above.

    Raises:
        TypeError: an argument is of a wrong type.
        ValueError: there are no pictures, or one has not as many pixels as the shape.
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    ax = themes.axes(ax, "images")
    title = given.text(title, WHO, "title")
    captions = given.names(captions, WHO, "captions")
    columns = given.whole(columns, WHO, "columns", 1)
    sides = given.series(shape, WHO, "shape", "a pair of whole numbers")
    if len(sides) != 2:
        raise ValueError(f"{WHO}: shape={shown(shape)}; give the rows and columns of pixels")
    height, width = (given.whole(side, WHO, "shape", 1) for side in sides)
    pictures = given.series(X, WHO, "X", "a list of pictures")
    X = [given.numbers(x, WHO, f"X[{i}]") for i, x in enumerate(pictures)]
    wrong = [len(x) for x in X if len(x) != height * width]
    if wrong or not X:
        raise ValueError(
            f"{WHO}: {len(X)} pictures of {shown(wrong) if wrong else 'right'} "
            f"pixels; give at least one of {height}×{width} = {height * width}"
        )
    if not all(map(math.isfinite, (pixel for x in X for pixel in x))):
        raise ValueError(f"{WHO}: a pixel is nan or infinite; give finite numbers")
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
    ax.set_xlim(-0.2, count * (1.0 + GAP) - GAP + 0.2)
    ax.set_ylim((last + 1) * (1.0 + GAP), -0.1)
    ax.set_axis_off()
    ax.set_title(title, loc="left")
    return ax
