r"""From a picture to DOT, the language of Graphviz, with every text shown literally.

Vocabulary: *meta-characters* are what Graphviz reads as more than themselves in a label: a
backslash (``\N`` is the name of the node), an ampersand (``&amp;`` is an ampersand), and a label
in angle brackets, which would be markup. Tooltips are unescaped twice by every Graphviz so far, so
their backslashes are doubled twice.

The text is built with the package ``graphviz``. It depends on the picture alone, so equal pictures
give equal bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from autograd_mini.show.looks import FLAG, LOOKS, Look
from autograd_mini.show.picture import Box, Picture
from autograd_mini.show.text import visible, widest, width

FONT = "Helvetica,Arial,Liberation Sans,DejaVu Sans,sans-serif"
SIZE = 14
SMALL_SIZE = 12
FEW = 3
"""A box with at most so many operands shows them from top to bottom in their order."""
LINE = 1.2
"""The height of a line, in ems."""
NOTE_WIDTH = 34.0
"""How wide notes may be before they are broken, in ems; wide pictures give them more."""


def to_dot(picture: Picture, legend: bool | None = None) -> str:
    """The DOT text of a picture.

    Args:
        picture: what to draw.
        legend: whether to explain the shapes; None does where there is more than one kind of leaf.

    Raises:
        ModuleNotFoundError: the package ``graphviz`` is not installed.
    """
    text = _graph(picture.notes, depth(picture))
    uses = Counter(arrow.head for arrow in picture.arrows)
    for box in picture.boxes:
        order = {"ordering": "in"} if 1 < uses[box.id] <= FEW else {}
        text.node(box.id, **_box(box), **order)
    far = _far(picture)
    for arrow in picture.arrows:
        longer = {"minlen": "2"} if (arrow.tail, arrow.head) in far else {}
        text.edge(arrow.tail, arrow.head, **_arrow(arrow.text, arrow.tooltip), **longer)
    for column in _columns(picture, far):
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
    from graphviz import nohtml  # type: ignore[import-untyped]

    text = visible(text).replace("&", "&amp;").replace("\\", backslash).replace("\n", "\\n")
    plain: str = nohtml(text)  # no markup, even in angle brackets
    return plain


def _graph(notes: Sequence[str], depth: int) -> Any:
    """The graph without its boxes: what holds for all of them, and the notes."""
    from graphviz import Digraph

    wide = min(max(NOTE_WIDTH, 9.0 * depth), 75.0)
    below = "".join(f"{literal(line)}\\l" for note in notes for line in broken(note, wide))
    return Digraph(
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


def depth(picture: Picture) -> int:
    """How many boxes stand one after another at most."""
    place: dict[str, int] = {}
    for arrow in picture.arrows:
        place[arrow.head] = max(place.get(arrow.head, 1), place.get(arrow.tail, 1) + 1)
    return max(place.values(), default=1)


def _far(picture: Picture) -> set[tuple[str, str]]:
    """The arrows that bring inputs to a box of many operands: they come from a column further off.

    So a layer's inputs stand to the left of its weights, as on the slides, and not among them.
    """
    inputs = {box.id for box in picture.boxes if box.kind == "input"}
    uses = Counter(arrow.head for arrow in picture.arrows)
    return {
        (arrow.tail, arrow.head)
        for arrow in picture.arrows
        if arrow.tail in inputs and uses[arrow.head] > FEW
    }


def _columns(picture: Picture, far: set[tuple[str, str]]) -> list[list[str]]:
    """Leaves that the same boxes use, in the order of the operands, to stand one below another."""
    heads: dict[str, list[str]] = {}
    for arrow in picture.arrows:
        heads.setdefault(arrow.tail, []).append(arrow.head)
    results = {arrow.head for arrow in picture.arrows}
    columns: dict[tuple[object, ...], list[str]] = {}
    for tail, users in heads.items():
        if tail not in results:
            key = (*dict.fromkeys(users), (tail, users[0]) in far)
            columns.setdefault(key, []).append(tail)
    return [column for column in columns.values() if len(column) > 1]


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
    tip = literal_tooltip(tooltip)
    return {"label": f" {text} " if text else "", "tooltip": tip, "labeltooltip": tip}


def _legend(text: Any, kinds: Sequence[str]) -> None:
    """A row of small empty shapes with the names of their kinds."""
    with text.subgraph(name="legend") as legend:
        legend.attr("node", fontsize=str(SMALL_SIZE))
        for kind in kinds:
            legend.node(f"legend_{kind}", kind, **shape(LOOKS[kind], [kind], SMALL_SIZE))
        for left, right in pairwise(kinds):
            legend.edge(f"legend_{left}", f"legend_{right}", style="invis")
