"""The shapes of boxes, which tell their kinds apart where a print in grey shows no colours.

Vocabulary: the *kind* of a box is what its node is for: a weight, a bias, an input, a target, a
constant, a leaf that is none of these, an interior node, the output, or a summary of many nodes.
"""

from __future__ import annotations

from typing import NamedTuple


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
