"""Pictures for a slide: which way the arrows point, room around, and text that can be read.

Vocabulary: an *aspect* is how wide and high a picture is to be, as 16 and 9. The *scale* is the
size of a pixel of a slide in points of the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from autograd_mini.show.layout import Layout, layout
from autograd_mini.show.picture import Picture

Aspect = tuple[float, float]

SLIDE = 1280.0
"""How wide a slide is, in pixels."""
LEAST = 12.0
"""The smallest text that a lecture hall can read there, in pixels."""


class Room(NamedTuple):
    """How much is added on the left and the right, and above and below, in points."""

    across: float
    down: float


def fitted(
    picture: Picture,
    sizes: Mapping[str, tuple[float, float]],
    direction: str | None,
    aspect: Aspect | None,
) -> Layout:
    """The layout in that direction; where none is given, in the one that fits the aspect better."""
    if direction is not None or aspect is None:
        return layout(picture, sizes, direction or "right")
    wide, tall = aspect
    tried = [layout(picture, sizes, way) for way in ("right", "down")]
    return min(tried, key=lambda made: max(made.width / wide, made.height / tall))


def room(width: float, height: float, aspect: Aspect) -> Room:
    """What is missing to the aspect, half of it on each side.

    >>> room(100.0, 90.0, (16.0, 9.0))
    Room(across=30.0, down=0.0)
    """
    wide = max(width, height * aspect[0] / aspect[1])
    return Room((wide - width) / 2, (wide * aspect[1] / aspect[0] - height) / 2)


def too_small(width: float, height: float, aspect: Aspect, smallest: float) -> str:
    """What to say where the smallest text could not be read on a slide; "" where it can."""
    wide = max(width, height * aspect[0] / aspect[1])
    pixels = smallest * SLIDE / wide
    if pixels >= LEAST:
        return ""
    return (
        f"On a slide {SLIDE:,.0f} pixels wide the smallest text here is {pixels:.1f} pixels high, "
        f"less than {LEAST:.0f}: depth=, focus= and hide= show less of it, and view='compact' and "
        "view='network' put more together."
    )
