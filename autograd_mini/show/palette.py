"""Colour for signed numbers: which sign, and how large.

Vocabulary: a *share* is a number divided by the largest size among its kind, from −1 to 1. The
palette is *diverging*: blue for positive, orange for negative (Okabe and Ito, "Color Universal
Design", 2008: a pair that colour-blind readers tell apart), grey between. Its lightness changes
evenly with the size and is the same for both signs, so a print in grey still shows the size; the
sign is told there by a dashed line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

Colour = tuple[int, int, int]


class Palette(NamedTuple):
    """The colour of 0 and of the two ends."""

    none: Colour
    positive: Colour
    negative: Colour

    def colour(self, share: float) -> str:
        """The colour of a share.

        >>> LINES.colour(0.0), LINES.colour(1.0), LINES.colour(-1.0)
        ('#b4b4b4', '#00589c', '#984100')
        """
        end = self.positive if share > 0 else self.negative
        size = min(abs(share), 1.0)
        return "#" + "".join(
            f"{round(a + (b - a) * size):02x}" for a, b in zip(self.none, end, strict=True)
        )


LINES = Palette((180, 180, 180), (0, 88, 156), (152, 65, 0))
FILLS = Palette((247, 247, 247), (54, 137, 200), (201, 110, 34))
DARK_LINES = Palette((84, 84, 84), (140, 205, 255), (255, 180, 120))
DARK_FILLS = Palette((40, 40, 40), (60, 150, 220), (214, 119, 40))


def largest(numbers: Iterable[float]) -> float:
    """The largest size among the finite numbers; 0 where there is none.

    >>> largest([1.0, -3.0, math.inf, math.nan])
    3.0
    """
    return max((abs(x) for x in numbers if math.isfinite(x)), default=0.0)


def share(number: float, most: float) -> float:
    """A number as a share of the largest; an infinite one counts as whole, nan as nothing.

    >>> share(-1.5, 3.0), share(math.inf, 3.0), share(math.nan, 3.0), share(0.0, 0.0)
    (-0.5, 1.0, 0.0, 0.0)
    """
    if math.isnan(number) or number == 0.0:
        return 0.0
    return math.copysign(1.0, number) if math.isinf(number) else number / most


def luminance(colour: str) -> float:
    """The relative luminance of a colour (W3C, Web Content Accessibility Guidelines 2.2).

    >>> round(luminance("#ffffff"), 3), luminance("#000000")
    (1.0, 0.0)
    """
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink(fill: str) -> str:
    """Black or white, whichever reads better on a fill: at least 4.5 to 1, as WCAG asks.

    >>> ink("#ffffff"), ink("#00589c")
    ('#000000', '#ffffff')
    """
    light = luminance(fill)
    return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#ffffff"
