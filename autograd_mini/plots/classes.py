"""Which classes a model takes for which."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd_mini import given
from autograd_mini.data import Dataset
from autograd_mini.plots import themes
from autograd_mini.training import answer, outputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def confusion(
    model: Callable[[Any], Any],
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
        ax: where to draw.
        threshold: as for :func:`autograd_mini.training.answer`.
        title: left out, how many of the examples the model gets right.

    Raises:
        ValueError: the examples have no classes.
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    ax = themes.axes(ax, "confusion")
    title = themes.titled(title, "confusion")
    given.function(model, "plots.confusion", "model", "a function of one example")
    given.instance(examples, Dataset, "plots.confusion", "examples", "a Dataset(name, X, Y)")
    if not examples.classes:
        raise ValueError(f"plots.confusion: {examples!r}; it takes examples with classes")
    count = len(examples.classes)
    table = [[0] * count for _ in range(count)]
    for output, y in zip(outputs(model, examples.X), examples.Y, strict=True):
        chosen = answer(output, threshold)
        if chosen >= count:
            raise ValueError(
                f"plots.confusion: the model answers class {chosen}, and there are {count} classes"
            )
        table[int(y)][chosen] += 1
    paper, ink = themes.setting("axes.facecolor"), themes.setting("text.color")
    shades = themes.between("axes.facecolor", themes.colour(0))
    largest = max(map(max, table))
    ax.imshow(table, cmap=shades, vmin=0)
    for y, row in enumerate(table):
        for answered, number in enumerate(row):
            if number:
                shown = paper if number > 0.5 * largest else ink
                ax.text(
                    answered, y, str(number), ha="center", va="center", color=shown, fontsize=11
                )
    ax.set_xticks(range(count), examples.classes)
    ax.set_yticks(range(count), examples.classes)
    ax.set_xlabel("answer")
    ax.set_ylabel("truth")
    ax.grid(visible=False)
    right = sum(table[k][k] for k in range(count))
    ax.set_title(f"{right} of {len(examples)} right" if title is None else title, loc="left")
    return ax
