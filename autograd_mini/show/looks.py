"""How the kinds of boxes look: told apart by shape and by colour, so that print in grey will do.

Vocabulary: the *kind* of a box is what its node is for: a weight, a bias, an input, a target, a
constant, a leaf that is none of these, an interior node, the output, or a summary of many nodes.
The colours are light tints of the palette of Okabe and Ito ("Color Universal Design", 2008), which
differ for colour-blind readers; black text on each of them stays readable.
"""

from __future__ import annotations

from typing import NamedTuple


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
    "summary": Look("box3d", "#e4e4e4", "#333333", wider=1.05, taller=1.1),
}
"""Every kind and its look, in the order in which a legend lists them."""

FLAG = "#c40000"
"""The outline of a box that warns of something."""
