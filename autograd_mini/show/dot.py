r"""From a picture to DOT, the language of Graphviz, with every text shown literally.

Vocabulary: *meta-characters* are what Graphviz reads as more than themselves in a label: a
backslash (``\N`` is the name of the node), an ampersand (``&amp;`` is an ampersand), and a label
in angle brackets, which would be markup. Tooltips are unescaped twice by every Graphviz so far, so
their backslashes are doubled twice.

The text is built with the package ``graphviz``. It depends on the picture alone, so equal pictures
give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from autograd_mini.show.arrangement import columns, depth, far_arrows, ordered_boxes
from autograd_mini.show.looks import FLAG, LOOKS, Look
from autograd_mini.show.picture import Box, Picture
from autograd_mini.show.text import visible, widest, width

FONT = "Helvetica"
"""The one font without serifs whose widths every layout program knows. In SVG it becomes
"Helvetica,sans-Serif", and browsers have Helvetica, Arial or another in its place."""
SIZE = 14
SMALL_SIZE = 12
LINE = 1.2
"""The height of a line, in ems."""
SPACE = "&#160;"
"""After a note, so that none is cut off at the picture's edge where a wider font is used."""
NOTE_WIDTH = 34.0
"""How wide notes may be before they are broken, in ems; wide pictures give them more."""


class Marks(NamedTuple):
    """Attributes of DOT for single boxes, by id, for single arrows, by place, and for the whole."""

    boxes: Mapping[str, Mapping[str, str]] = {}
    arrows: Mapping[int, Mapping[str, str]] = {}
    whole: Mapping[str, str] = {}


NO_MARKS = Marks()


def to_dot(picture: Picture, legend: bool | None = None, marks: Marks = NO_MARKS) -> str:
    """The DOT text of a picture.

    Args:
        picture: what to draw.
        legend: whether to explain the shapes; None does where there is more than one.
        marks: what is to look otherwise than usual.

    Raises:
        ModuleNotFoundError: the package ``graphviz`` is not installed.
    """
    text = _graph(picture.notes, depth(picture))
    if marks.whole:
        text.attr(**marks.whole)
    ordered = ordered_boxes(picture)
    for box in picture.boxes:
        order = {"ordering": "in"} if box.id in ordered else {}
        text.node(box.id, **{**_box(box), **order, **marks.boxes.get(box.id, {})})
    far = far_arrows(picture)
    for i, arrow in enumerate(picture.arrows):
        longer = {"minlen": "2"} if (arrow.tail, arrow.head) in far else {}
        look = {**_arrow(arrow.text, arrow.tooltip), **longer, **marks.arrows.get(i, {})}
        text.edge(arrow.tail, arrow.head, **look)
    for column in columns(picture, far):
        with text.subgraph() as stack:
            stack.attr(rank="same")
            for upper, lower in pairwise(column):
                stack.edge(upper, lower, style="invis", tailport="_")
    kinds = {box.kind for box in picture.boxes}
    if legend or (legend is None and len(kinds) > 1):
        _legend(text, [kind for kind in LOOKS if kind in kinds])
    return str(text.source)


def literal(text: str) -> str:
    r"""A label that Graphviz shows as it stands.

    >>> print(literal('a\\N &lt;'))
    a\\N &amp;lt;
    """
    return _escaped(text, "\\\\")


def literal_tooltip(text: str) -> str:
    """A tooltip that Graphviz shows as it stands."""
    return _escaped(text, "\\\\\\\\")


def _escaped(text: str, backslash: str) -> str:
    text = visible(text).replace("&", "&amp;").replace("\\", backslash).replace("\n", "\\n")
    plain: str = package().nohtml(text)  # no markup, even in angle brackets
    return plain


def package() -> Any:
    """The package that writes DOT.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    try:
        import graphviz  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "draw: the package graphviz, which writes the DOT text, is not installed; "
            "pip install graphviz",
            name="graphviz",
        ) from None
    return graphviz


def _graph(notes: Sequence[str], depth: int) -> Any:
    """The graph without its boxes: what holds for all of them, and the notes."""
    wide = min(max(NOTE_WIDTH, 9.0 * depth), 75.0)
    lines = [line for note in notes for line in broken(note, wide)]
    below = "".join(f"{literal(line)}{SPACE * (len(line) // 6)}\\l" for line in lines)
    return package().Digraph(
        "computation graph",
        graph_attr={
            "rankdir": "LR",
            "bgcolor": "white",
            "nodesep": "0.1",
            "ranksep": "0.3",
            "fontname": FONT,
            "fontsize": str(SMALL_SIZE),
            "label": below,
            "labeljust": "l",
            "labelloc": "b",
        },
        node_attr={"fontname": FONT, "fontsize": str(SIZE), "fixedsize": "true"},
        edge_attr={
            "fontname": FONT,
            "fontsize": str(SMALL_SIZE),
            "arrowsize": "0.7",
            "tailport": "e",
        },
    )


def broken(note: str, wide: float) -> list[str]:
    """A note in lines of at most so many ems."""
    lines = [""]
    for word in note.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer) <= wide:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]


def _box(box: Box) -> dict[str, str]:
    attributes = {
        **shape(LOOKS[box.kind], box.lines),
        "label": literal("\n".join(box.lines)),
        "tooltip": literal_tooltip(box.tooltip),
    }
    if box.flagged:
        attributes |= {"color": FLAG, "penwidth": "3"}
    return attributes


def shape(look: Look, lines: Sequence[str], size: float = SIZE) -> dict[str, str]:
    """The attributes of a shape that holds the lines, with room around them."""
    em = size / 72
    wide = max(widest(lines) + 0.9, 2.2) * look.wider * em
    tall = (len(lines) * LINE + 0.5) * look.taller * em
    return {
        "shape": look.shape,
        "style": "filled" + (f",{look.style}" if look.style else ""),
        "fillcolor": look.fill,
        "color": look.line,
        "peripheries": str(look.outlines),
        "width": f"{wide:.2f}",
        "height": f"{tall:.2f}",
    }


def _arrow(text: str, tooltip: str) -> dict[str, str]:
    attributes = {"label": literal(f" {text} ")} if text else {}
    if tooltip:
        attributes |= dict.fromkeys(("tooltip", "labeltooltip"), literal_tooltip(tooltip))
    return attributes


def _legend(text: Any, kinds: Sequence[str]) -> None:
    """A row of small empty shapes with the names of their kinds."""
    with text.subgraph(name="legend") as legend:
        legend.attr("node", fontsize=str(SMALL_SIZE))
        for kind in kinds:
            legend.node(f"legend_{kind}", kind, **shape(LOOKS[kind], [kind], SMALL_SIZE))
        for left, right in pairwise(kinds):
            legend.edge(f"legend_{left}", f"legend_{right}", style="invis")
