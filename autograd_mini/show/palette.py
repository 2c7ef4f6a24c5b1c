"""The colours of everything that is shown: pictures, pages, walks and plots.

Vocabulary: a *theme* has a colour for each purpose, on one background. Whoever adds one to
:data:`THEMES` can ask for it by its name wherever a theme is taken. The colours of boxes are tints
and shades of the palette of Okabe and Ito ("Color Universal Design", 2008), which differ for
colour-blind readers; text on each of them stays readable.

A *scale* gives a colour to a signed number. A *share* is a number divided by the largest size among
its kind, from −1 to 1. The scale is *diverging*: blue for positive, orange for negative (a pair
that colour-blind readers tell apart), grey between. Its lightness changes evenly with the size and
is the same for both signs, so a print in grey still shows the size; the sign is told there by a
dashed line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

Colour = tuple[int, int, int]


class Scale(NamedTuple):
    """The colour of 0 and of the two ends."""

    none: Colour
    positive: Colour
    negative: Colour

    def colour(self, share: float) -> str:
        """The colour of a share.

        >>> scale = THEMES["light"].lines
        >>> scale.colour(0.0), scale.colour(1.0), scale.colour(-1.0)
        ('#b4b4b4', '#00589c', '#984100')
        """
        end = self.positive if share > 0 else self.negative
        size = min(abs(share), 1.0)
        return "#" + "".join(
            f"{round(a + (b - a) * size):02x}" for a, b in zip(self.none, end, strict=True)
        )


class Theme(NamedTuple):
    """All colours on one background.

    Attributes:
        scheme: "light" or "dark", as a browser calls it.
        background: behind a picture.
        text, arrow: of a picture.
        frame, frame_text: around what belongs together, and its name.
        flag: the outline of a box that warns of something.
        path: of a highlighted path.
        boxes: for each kind of box the colour inside and that of the outline.
        lines, fills: of signed numbers, on arrows and in boxes.
        page: of a page's text and surfaces, by the names of CSS's custom properties: what is drawn
            or written in a pass forward, in one backward, what is wrong, and so on.
        series: of the lines and classes of a plot, one after another.
    """

    scheme: str
    background: str
    text: str
    arrow: str
    frame: str
    frame_text: str
    flag: str
    path: str
    boxes: Mapping[str, tuple[str, str]]
    lines: Scale
    fills: Scale
    page: Mapping[str, str]
    series: tuple[str, ...]


LIGHT = Theme(
    scheme="light",
    background="white",
    text="black",
    arrow="black",
    frame="#9a9a9a",
    frame_text="#555555",
    flag="#c40000",
    path="#7b1fa2",
    boxes={
        "input": ("#d3eaf8", "#0b62a0"),
        "weight": ("#fbe2b4", "#9a5b00"),
        "bias": ("#f6d6e6", "#95306f"),
        "target": ("#c9ebdf", "#00664b"),
        "constant": ("#efefef", "#6b6b6b"),
        "leaf": ("#ffffff", "#333333"),
        "interior": ("#ffffff", "#333333"),
        "output": ("#fff3a6", "#333333"),
        "neuron": ("#ffffff", "#333333"),
        "summary": ("#e4e4e4", "#333333"),
        "text": ("transparent", "transparent"),
    },
    lines=Scale((180, 180, 180), (0, 88, 156), (152, 65, 0)),
    fills=Scale((247, 247, 247), (54, 137, 200), (201, 110, 34)),
    page={
        "desk": "#eef1f5",
        "paper": "#ffffff",
        "tint": "#f3f6f9",
        "line": "#ccd4dd",
        "ink": "#1c2430",
        "quiet": "#566170",
        "faint": "#b8bec6",
        "forward": "#0067a5",
        "backward": "#b84a00",
        "wrong": "#b3170b",
        "on-accent": "#ffffff",
        "remark": "#eaf3fb",
        "warning": "#fdf1dc",
        "warning-line": "#b26a00",
    },
    series=(
        *("#0b62a0", "#c8510a", "#00805f", "#a8467e", "#8a6d00"),
        *("#3a97d4", "#7a4fc0", "#5b6675", "#a01c1c", "#3f7d20"),
    ),
)
DARK = Theme(
    scheme="dark",
    background="#121212",
    text="#f2f2f2",
    arrow="#c8c8c8",
    frame="#7a7a7a",
    frame_text="#c0c0c0",
    flag="#ff6b6b",
    path="#e0a3ff",
    boxes={
        "input": ("#12384f", "#7cc4f2"),
        "weight": ("#4d3507", "#f0b95a"),
        "bias": ("#4a1c38", "#e79ac6"),
        "target": ("#0d4435", "#6fd3b1"),
        "constant": ("#333333", "#a8a8a8"),
        "leaf": ("#1e1e1e", "#d0d0d0"),
        "interior": ("#1e1e1e", "#d0d0d0"),
        "output": ("#554b00", "#f2e27a"),
        "neuron": ("#1e1e1e", "#d0d0d0"),
        "summary": ("#3a3a3a", "#c8c8c8"),
        "text": ("transparent", "transparent"),
    },
    lines=Scale((84, 84, 84), (140, 205, 255), (255, 180, 120)),
    fills=Scale((40, 40, 40), (60, 150, 220), (214, 119, 40)),
    page={
        "desk": "#0c0f13",
        "paper": "#14181e",
        "tint": "#1d232b",
        "line": "#3a4450",
        "ink": "#e6eaf0",
        "quiet": "#a7b2bf",
        "faint": "#5f6872",
        "forward": "#6fb8ee",
        "backward": "#ff9a5c",
        "wrong": "#ff8f86",
        "on-accent": "#10141a",
        "remark": "#182a3a",
        "warning": "#33290f",
        "warning-line": "#d9a648",
    },
    series=(
        *("#6db7ea", "#ff9a5c", "#5cc7a6", "#e28fbf", "#e9cf55"),
        *("#3f86c9", "#b296f0", "#a7b2bf", "#ff7a70", "#9bd36a"),
    ),
)
THEMES = {"light": LIGHT, "dark": DARK}
"""The themes by their names; a new one needs no more than an entry here."""


def properties(theme: Theme) -> str:
    """The colours of a page as declarations of CSS.

    >>> properties(THEMES["dark"]).split("; ")[:2]
    ['color-scheme: dark', '--desk: #0c0f13']
    """
    declared = [f"--{name}: {colour}" for name, colour in theme.page.items()]
    return "; ".join([f"color-scheme: {theme.scheme}", *declared])


def ends(theme: Theme) -> dict[str, str]:
    """The ends of a theme's scales, by the names of CSS's custom properties.

    >>> ends(THEMES["light"])["line-negative"], sorted(ends(THEMES["dark"]))[:3]
    ('#984100', ['fill-negative', 'fill-none', 'fill-positive'])
    """
    shares = {"none": 0.0, "positive": 1.0, "negative": -1.0}
    return {
        f"{name}-{end}": scale.colour(share)
        for name, scale in (("fill", theme.fills), ("line", theme.lines))
        for end, share in shares.items()
    }


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


def mixed(colour: str, other: str, share: float) -> str:
    """A colour on its way to another.

    >>> mixed("#000000", "white", 0.5)
    '#808080'
    """
    one, two = ({"white": "#ffffff", "black": "#000000"}.get(x, x) for x in (colour, other))
    parts = [(int(one[i : i + 2], 16), int(two[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


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
