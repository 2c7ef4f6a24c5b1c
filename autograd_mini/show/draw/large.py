"""How hard a picture is to lay out, and what is done so that no layout takes long.

Vocabulary: the *work* of a picture is how many columns its arrows span, all together. The layout
program puts a hidden point into every column that an arrow passes, so its time grows with the work,
and far faster than that unless its search is limited. A picture of much work is laid out with
*limits*: a shorter search and straight arrows. One of still more loses the texts on its arrows,
each of which is one more box to place; the tooltips keep them.

Where two layers are joined by more arrows than can be told apart, a search finds no order at all.
There every box gets a *fixed place*: a *column* holds the boxes to which equally many arrows lead
one after another, and a leaf stands in the column before the first box that uses it.
"""

from __future__ import annotations

from collections.abc import Mapping

from autograd_mini.show.dot import Marks
from autograd_mini.show.layout import depths
from autograd_mini.show.picture import Picture

EASY = 600
"""Up to this much work, and so many arrows, the layout takes well under two seconds as it is."""
TEXTS = 800
"""With more arrows, or five times as much work, arrows have no texts."""
MOST = 20_000
"""A picture of more work is collapsed."""

LIMITS = {"nslimit": "0.3", "nslimit1": "0.3", "mclimit": "0.05", "splines": "line"}
NO_TEXTS = "There are too many arrows to write on; a tooltip on each has its number."


def work(picture: Picture) -> int:
    """How many columns the arrows span.

    >>> from autograd_mini.show.picture import Arrow
    >>> work(Picture((), (Arrow("a", "b"), Arrow("b", "c"), Arrow("a", "c"))))
    4
    """
    places = depths(picture)
    return sum(max(places[arrow.head] - places[arrow.tail], 1) for arrow in picture.arrows)


def eased(picture: Picture, marks: Marks) -> tuple[Picture, Marks]:
    """The picture and its marks, made easier to lay out where it would take long."""
    if "layout" in marks.whole:  # its places are known
        return picture, marks
    needed = work(picture)
    if max(needed, len(picture.arrows)) <= EASY:
        return picture, marks
    marks = marks._replace(whole={**marks.whole, **LIMITS})
    if len(picture.arrows) <= TEXTS and needed <= 5 * TEXTS:
        return picture, marks
    arrows = tuple(arrow._replace(text="") for arrow in picture.arrows)
    return picture._replace(arrows=arrows, notes=(*picture.notes, NO_TEXTS)), marks


# --- fixed places ---

ACROSS, DOWN = 2.2, 0.15
"""The room between columns and between boxes, in inches."""
LEGEND, MOST_SAMPLES = 1.3, 5
"""The distance between the shapes of a legend, in inches, and how many colours it may have."""


def placed(picture: Picture, marks: Marks, sizes: Mapping[str, tuple[float, float]]) -> Marks:
    """The marks, with a place for every box.

    Args:
        picture: what to draw.
        marks: what is to look otherwise than usual.
        sizes: the widths and heights of the boxes, in inches.
    """
    columns = _columns(picture)
    at: dict[str, tuple[float, float]] = {}
    x = 0.0
    for column in columns:
        half = max(sizes[name][0] for name in column) / 2
        x += half
        y = sum(sizes[name][1] + DOWN for name in column) / 2
        for name in column:
            tall = sizes[name][1]
            at[name] = (x, y - tall / 2)
            y -= tall + DOWN
        x += half + ACROSS
    top = max(y + sizes[name][1] / 2 for name, (_, y) in at.items())
    kinds = dict.fromkeys(box.kind for box in picture.boxes)
    at |= {f"legend_{kind}": (LEGEND * i, top + 0.45) for i, kind in enumerate(kinds)}
    at |= {f"legend_{i}": (LEGEND * i, top + 0.9) for i in range(MOST_SAMPLES)}
    places = {name: {"pos": f"{x:.3f},{y:.3f}!"} for name, (x, y) in at.items()}
    made = marks.over(places, {i: {"headport": "w"} for i in range(len(picture.arrows))})
    whole = {"layout": "neato", "splines": "line", "outputorder": "edgesfirst"}
    return made._replace(whole={**marks.whole, **whole})


def _columns(picture: Picture) -> list[list[str]]:
    places = depths(picture)
    heads = {arrow.head for arrow in picture.arrows}
    for arrow in reversed(picture.arrows):
        if arrow.tail not in heads:
            places[arrow.tail] = -1
    for arrow in picture.arrows:
        if arrow.tail not in heads:
            before = places[arrow.head] - 1
            known = places[arrow.tail]
            places[arrow.tail] = before if known < 0 else min(known, before)
    columns: dict[int, list[str]] = {}
    for box in picture.boxes:
        columns.setdefault(places.get(box.id, 1), []).append(box.id)
    return [columns[place] for place in sorted(columns)]
