"""Fixed places for a picture of many neurons: a column for each layer, straight arrows.

Vocabulary: a *column* holds the boxes to which equally many arrows lead one after another. A leaf
stands in the column before the first box that uses it. Where two layers are joined by more arrows
than can be told apart, a search for the best places is slow and finds no order; here every layer
keeps its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from autograd_mini.show.dot import Marks
from autograd_mini.show.layout import depths
from autograd_mini.show.picture import Picture

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
