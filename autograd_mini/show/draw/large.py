"""How large a picture is for whoever looks at it.

Vocabulary: the *work* of a picture is how many columns its arrows span, all together: an arrow is
something to look at in each of them.
"""

from __future__ import annotations

from autograd_mini.show.picture import Picture

MOST = 20_000
"""A picture of more work is collapsed."""


def work(picture: Picture) -> int:
    """How many columns the arrows span.

    >>> from autograd_mini.show.picture import Arrow
    >>> work(Picture((), (Arrow("a", "b"), Arrow("b", "c"), Arrow("a", "c"))))
    4
    """
    place: dict[str, int] = {}
    for arrow in picture.arrows:
        place.setdefault(arrow.tail, 1)
        place[arrow.head] = max(place.get(arrow.head, 1), place[arrow.tail] + 1)
    return sum(max(place[arrow.head] - place[arrow.tail], 1) for arrow in picture.arrows)
