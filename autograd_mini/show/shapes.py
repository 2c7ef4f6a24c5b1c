"""The shapes of boxes, which tell their kinds apart where a print in grey shows no colours.

Vocabulary: the *kind* of a box is what its node is for: a weight, a bias, an input, a target, a
constant, a leaf that is none of these, an interior node, the output, or a summary of many nodes.
The *legend* of a picture is a row of *samples*, small shapes with a word or a number in each, in a
frame of its own below everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd_mini.show.dot_syntax import literal
from autograd_mini.show.palette import LIGHT, Theme, ink
from autograd_mini.show.picture import Look, Rectangle
from autograd_mini.show.text import widest

SIZE = 14
"""The size of the text in boxes, in points."""
LINE = 1.2
"""The height of a line, in ems."""
LEGEND_SIZE = 11
"""The size of the words of the legend."""
GAP, ABOVE = 8.0, 14.0
"""Between the samples of a legend, and above it."""


class Shape(NamedTuple):
    """One shape.

    Attributes:
        name: Graphviz's name of it.
        style: Graphviz's style beside ``filled``.
        wider, taller: how many times larger than its text the shape must be, since an ellipse
            has less room inside than a rectangle.
        outlines: how many lines surround it.
    """

    name: str
    style: str = ""
    wider: float = 1.0
    taller: float = 1.0
    outlines: int = 1


SHAPES = {
    "input": Shape("cds", wider=1.18, taller=1.3),
    "weight": Shape("box"),
    "bias": Shape("octagon", wider=1.25, taller=1.15),
    "target": Shape("hexagon", wider=1.45, taller=1.1),
    "constant": Shape("box", style="dashed"),
    "leaf": Shape("ellipse", wider=1.25, taller=1.25),
    "interior": Shape("box", style="rounded"),
    "output": Shape("box", style="rounded", outlines=2),
    "neuron": Shape("Mrecord"),
    "summary": Shape("box3d", wider=1.05, taller=1.1),
    "text": Shape("plaintext"),
}
"""Every kind and its shape, in the order in which a legend lists them; "text" stands by itself."""

WORDS = {
    "leaf": "number given",
    "interior": "step of the computation",
    "summary": "several, put together",
    "neuron": "neuron",
}
"""What a legend calls a kind, where its own name is no word of the reader's."""


def shape(
    kind: str, lines: Sequence[str], theme: Theme = LIGHT, size: float = SIZE
) -> dict[str, str]:
    """The attributes of a shape that holds the lines, with room around them."""
    look, (fill, line), em = SHAPES[kind], theme.boxes[kind], size / 72
    wide = max(widest(lines) + 0.9, 2.2) * look.wider * em
    tall = (len(lines) * LINE + 0.5) * look.taller * em
    return {
        "shape": look.name,
        "style": "filled" + (f",{look.style}" if look.style else ""),
        "fillcolor": fill,
        "color": line,
        "peripheries": str(look.outlines),
        "width": f"{wide:.2f}",
        "height": f"{tall:.2f}",
    }


def samples_of(
    kinds: Sequence[str], numbers: Sequence[tuple[str, str]], theme: Theme
) -> dict[str, Look]:
    """The looks of samples by names: shapes with words for their kinds, colours with numbers."""
    small = {"fontsize": str(LEGEND_SIZE)}
    found: dict[str, Look] = {}
    for kind in kinds:
        word = WORDS.get(kind, kind)
        look = shape(kind, [word], theme, LEGEND_SIZE)
        found[f"legend_{kind}"] = {**look, **small, "label": word}
    for i, (number, fill) in enumerate(numbers):
        look = shape("interior", [number], theme, LEGEND_SIZE)
        look |= {"label": literal(number), "fillcolor": fill, "fontcolor": ink(fill)}
        found[f"legend_{i}"] = {**look, **small}
    return found


def legend_of(
    samples: Mapping[str, Look], room: float, top: float
) -> tuple[dict[str, Rectangle], Rectangle | None]:
    """The places of samples, in rows that are no wider than the room if possible, and the frame.

    Args:
        samples: by names, with their sizes.
        room: how wide the picture is.
        top: where its lower edge is.
    """
    x, y, row, widest = GAP, ABOVE + GAP, 0.0, 0.0
    places = {}
    for name, look in samples.items():
        wide, tall = float(look["width"]) * 72, float(look["height"]) * 72
        if x > GAP and x + wide + GAP > max(room, 360.0):
            x, y, row = GAP, y + row + GAP, 0.0
        places[name] = Rectangle(x, y + top, wide, tall)
        x, row = x + wide + GAP, max(row, tall)
        widest = max(widest, x)
    return places, Rectangle(0.0, ABOVE + top, widest, y + row + GAP - ABOVE) if places else None
