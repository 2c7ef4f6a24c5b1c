"""How hard a picture is to lay out, and what is done so that no layout takes long.

Vocabulary: the *work* of a picture is how many columns its arrows span, all together. The layout
program puts a hidden point into every column that an arrow passes, so its time grows with the work,
and far faster than that unless its search is limited. A picture of much work is laid out with
*limits*: a shorter search and straight arrows. One of still more loses the texts on its arrows,
each of which is one more box to place; the tooltips keep them.
"""

from __future__ import annotations

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
