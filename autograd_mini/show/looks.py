"""How the kinds of boxes look: told apart by shape and by colour, so that print in grey will do.

Vocabulary: the *kind* of a box is what its node is for: a weight, a bias, an input, a target, a
constant, a leaf that is none of these, an interior node, the output, or a summary of many nodes.
The colours are light tints of the palette of Okabe and Ito ("Color Universal Design", 2008), which
differ for colour-blind readers; black text on each of them stays readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from autograd_mini.show.palette import DARK_FILLS, DARK_LINES, FILLS, LINES, Palette


class Look(NamedTuple):
    """A shape and its colours.

    Attributes:
        shape: Graphviz's name of the shape.
        fill: the colour inside.
        line: the colour of the outline.
        style: Graphviz's style beside ``filled``.
        wider, taller: how many times larger than its text the shape must be, since an ellipse
            has less room inside than a rectangle.
        outlines: how many lines surround it.
    """

    shape: str
    fill: str
    line: str
    style: str = ""
    wider: float = 1.0
    taller: float = 1.0
    outlines: int = 1


LOOKS = {
    "input": Look("cds", "#d3eaf8", "#0b62a0", wider=1.18, taller=1.3),
    "weight": Look("box", "#fbe2b4", "#9a5b00"),
    "bias": Look("octagon", "#f6d6e6", "#95306f", wider=1.25, taller=1.15),
    "target": Look("hexagon", "#c9ebdf", "#00664b", wider=1.45, taller=1.1),
    "constant": Look("box", "#efefef", "#6b6b6b", style="dashed"),
    "leaf": Look("ellipse", "#ffffff", "#333333", wider=1.25, taller=1.25),
    "interior": Look("box", "#ffffff", "#333333", style="rounded"),
    "output": Look("box", "#fff3a6", "#333333", style="rounded", outlines=2),
    "neuron": Look("Mrecord", "#ffffff", "#333333"),
    "summary": Look("box3d", "#e4e4e4", "#333333", wider=1.05, taller=1.1),
}
"""Every kind and its look, in the order in which a legend lists them."""

FLAG = "#c40000"
"""The outline of a box that warns of something."""

_DARK = {
    "input": ("#12384f", "#7cc4f2"),
    "weight": ("#4d3507", "#f0b95a"),
    "bias": ("#4a1c38", "#e79ac6"),
    "target": ("#0d4435", "#6fd3b1"),
    "constant": ("#333333", "#a8a8a8"),
    "output": ("#554b00", "#f2e27a"),
    "summary": ("#3a3a3a", "#c8c8c8"),
}
DARK_LOOKS = {
    kind: look._replace(fill=fill, line=line)
    for kind, look in LOOKS.items()
    for fill, line in [_DARK.get(kind, ("#1e1e1e", "#d0d0d0"))]
}
"""The same shapes in dark shades of the same colours, for white text."""


TEXT = Look("plaintext", "transparent", "transparent")
"""The look of a text that stands by itself, which is no kind of node."""


class Theme(NamedTuple):
    """All colours of a picture.

    Attributes:
        background: behind everything.
        looks: the look of each kind of box.
        flag: the outline of a box that warns.
        path: the colour of a highlighted path.
        lines, fills: the colours of signed numbers, on arrows and in boxes.
        text, arrows, cluster: attributes of DOT for all texts, all arrows, and frames.
    """

    background: str
    looks: Mapping[str, Look]
    flag: str
    path: str
    lines: Palette
    fills: Palette
    text: Mapping[str, str]
    arrows: Mapping[str, str]
    cluster: Mapping[str, str]


LIGHT = Theme(
    "white",
    {**LOOKS, "text": TEXT},
    FLAG,
    "#7b1fa2",
    LINES,
    FILLS,
    {},
    {},
    {
        "color": "#9a9a9a",
        "fontcolor": "#555555",
        "style": "rounded",
        "labeljust": "l",
        "labelloc": "t",
        "margin": "6",
    },
)
DARK = Theme(
    "#121212",
    {**DARK_LOOKS, "text": TEXT},
    "#ff6b6b",
    "#e0a3ff",
    DARK_LINES,
    DARK_FILLS,
    {"fontcolor": "#f2f2f2"},
    {"color": "#c8c8c8"},
    {
        "color": "#7a7a7a",
        "fontcolor": "#c0c0c0",
        "style": "rounded",
        "labeljust": "l",
        "labelloc": "t",
        "margin": "6",
    },
)
THEMES = {"light": LIGHT, "dark": DARK}
