r"""From a picture to DOT, the language of Graphviz, with every text shown literally.

Vocabulary: *marks* are attributes of DOT for single boxes and arrows, with which a view departs
from the usual look. A *cluster* is a frame around what belongs to one neuron or one layer.

The frame of the text is built with the package ``graphviz``, its statements with
:mod:`autograd_mini.show.dot_syntax`. It depends on the picture alone, so equal pictures give equal
bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from autograd_mini.show.dot_syntax import literal, literal_tooltip, statement
from autograd_mini.show.layout import columns, depth, entrances, far_arrows, ordered_boxes
from autograd_mini.show.palette import LIGHT, Theme, ink
from autograd_mini.show.picture import Box, Picture
from autograd_mini.show.shapes import SHAPES
from autograd_mini.show.text import widest, width

FONT = "Helvetica"
"""The one font without serifs whose widths every layout program knows. In SVG it becomes
"Helvetica,sans-Serif", and browsers have Helvetica, Arial or another in its place."""
SIZE = 14
SMALL_SIZE = 13
LINE = 1.2
"""The height of a line, in ems."""
SPACE = "&#160;"
"""After a note, so that none is cut off at the picture's edge where a wider font is used."""
NOTE_WIDTH = 34.0
"""How wide notes may be before they are broken, in ems; wide pictures give them more."""

DEFAULT = "black"
"""What Graphviz writes and draws in unless it is told otherwise."""
FRAME = {"style": "rounded", "labeljust": "l", "labelloc": "t", "margin": "6"}
"""The frame of a cluster."""

Place = tuple[str, ...]
K = TypeVar("K", str, int)


class Marks(NamedTuple):
    """Attributes of DOT for single boxes, by id, for single arrows, by place, and for the whole."""

    boxes: Mapping[str, Mapping[str, str]] = {}
    arrows: Mapping[int, Mapping[str, str]] = {}
    whole: Mapping[str, str] = {}

    def over(
        self, boxes: Mapping[str, Mapping[str, str]], arrows: Mapping[int, Mapping[str, str]]
    ) -> Marks:
        """These marks with others on top."""
        return Marks(_merged(self.boxes, boxes), _merged(self.arrows, arrows), self.whole)


def _merged(
    under: Mapping[K, Mapping[str, str]], over: Mapping[K, Mapping[str, str]]
) -> dict[K, Mapping[str, str]]:
    return {**under, **{key: {**under.get(key, {}), **mark} for key, mark in over.items()}}


NO_MARKS = Marks()


def to_dot(
    picture: Picture,
    legend: bool | None = None,
    marks: Marks = NO_MARKS,
    theme: Theme = LIGHT,
    samples: Sequence[tuple[str, str]] = (),
) -> str:
    """The DOT text of a picture.

    Args:
        picture: what to draw.
        legend: whether to explain the shapes; None does where there is more than one.
        marks: what is to look otherwise than usual.
        theme: the colours.
        samples: numbers and the colours that stand for them, for the legend.

    Raises:
        ModuleNotFoundError: the package ``graphviz`` is not installed.
    """
    text = _frame(picture.notes, depth(picture), theme)
    if marks.whole:
        text.attr(**marks.whole)
    far = far_arrows(picture)
    body = [*_boxes(picture, marks, theme), *_arrows(picture, marks, far)]
    if marks.whole.get("layout", "dot") == "dot":
        body += _places(picture, columns(picture, far), theme)
        if picture.clustered:
            body += [f"{tail} -> {leaf} [style=invis]" for tail, leaf in entrances(picture)]
    kinds = {box.kind for box in picture.boxes}
    if legend or (legend is None and (len(kinds) > 1 or samples)):
        body += _legend([kind for kind in SHAPES if kind in kinds], theme, samples, marks)
    text.body += [f"\t{line}\n" for line in body]
    return str(text.source)


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


def _frame(notes: Sequence[str], depth: int, theme: Theme) -> Any:
    """The graph without its boxes: what holds for all of them, and the notes."""
    wide = min(max(NOTE_WIDTH, 9.0 * depth), 75.0)
    lines = [line for note in notes for line in broken(note, wide)]
    text = {} if theme.text == DEFAULT else {"fontcolor": theme.text}
    below = "".join(f"{literal(line)}{SPACE * (len(line) // 6)}\\l" for line in lines)
    return package().Digraph(
        "computation graph",
        graph_attr={
            "rankdir": "LR",
            "bgcolor": theme.background,
            "nodesep": "0.1",
            "ranksep": "0.25",
            "fontname": FONT,
            "fontsize": str(SMALL_SIZE),
            "label": below,
            "labeljust": "l",
            "labelloc": "b",
            **text,
        },
        node_attr={
            "fontname": FONT,
            "fontsize": str(SIZE),
            "fixedsize": "true",
            **text,
        },
        edge_attr={
            "fontname": FONT,
            "fontsize": str(SMALL_SIZE),
            "arrowsize": "0.7",
            "tailport": "e",
            **text,
            **({} if theme.arrow == DEFAULT else {"color": theme.arrow}),
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


def _boxes(picture: Picture, marks: Marks, theme: Theme) -> Iterator[str]:
    ordered = ordered_boxes(picture)
    for box in picture.boxes:
        order = {"ordering": "in"} if box.id in ordered else {}
        yield statement(box.id, {**_box(box, theme), **order, **marks.boxes.get(box.id, {})})


def _arrows(picture: Picture, marks: Marks, far: set[tuple[str, str]]) -> Iterator[str]:
    for i, arrow in enumerate(picture.arrows):
        longer = {"minlen": "2"} if (arrow.tail, arrow.head) in far else {}
        look = {**_arrow(arrow.text, arrow.tooltip), **longer, **marks.arrows.get(i, {})}
        yield statement(f"{arrow.tail} -> {arrow.head}", look)


def _box(box: Box, theme: Theme) -> dict[str, str]:
    attributes = {
        **shape(box.kind, box.lines, theme),
        "label": literal("\n".join(box.lines)),
        "tooltip": literal_tooltip(box.tooltip),
    }
    if box.flagged:
        attributes |= {"color": theme.flag, "penwidth": "3"}
    return attributes


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


def _arrow(text: str, tooltip: str) -> dict[str, str]:
    attributes = {"label": literal(f" {text} ")} if text else {}
    if tooltip:
        attributes |= dict.fromkeys(("tooltip", "labeltooltip"), literal_tooltip(tooltip))
    return attributes


# --- clusters, and which boxes stand one below another ---


def _places(picture: Picture, stacks: Sequence[Sequence[str]], theme: Theme) -> Iterator[str]:
    """The clusters, one inside another, and in each the stacks of boxes that it holds."""
    members: dict[Place, list[str]] = {(): []}
    scopes = {box.id: box.scope if picture.clustered else () for box in picture.boxes}
    for name, scope in scopes.items():
        for length in range(len(scope)):
            members.setdefault(scope[: length + 1], [])
        members[scope].append(name)
    stacked: dict[Place, list[list[str]]] = {}
    for stack in stacks:
        by_scope: dict[Place, list[str]] = {}
        for name in stack:
            by_scope.setdefault(scopes[name], []).append(name)
        for scope, names in by_scope.items():
            if len(names) > 1:
                stacked.setdefault(scope, []).append(names)
    frame = {**FRAME, "color": theme.frame, "fontcolor": theme.frame_text}
    numbers = {scope: i for i, scope in enumerate(members)}
    inner: dict[Place, list[Place]] = {}
    for scope in members:
        if scope:
            inner.setdefault(scope[:-1], []).append(scope)
    yield from _stacks(stacked.get((), []))
    todo: list[Place | None] = [*reversed(inner.get((), []))]
    while todo:
        place = todo.pop()
        if place is None:
            yield "}"
            continue
        yield f"subgraph cluster_{numbers[place]} {{"
        yield statement("graph", {**frame, "label": literal(place[-1])})
        yield from members[place]
        yield from _stacks(stacked.get(place, []))
        todo += [None, *reversed(inner.get(place, []))]


def _stacks(stacks: Sequence[Sequence[str]]) -> Iterator[str]:
    for stack in stacks:
        yield "{"
        yield "\trank=same"
        for upper, lower in pairwise(stack):
            yield f"\t{upper} -> {lower} [style=invis tailport=_]"
        yield "}"


def _legend(
    kinds: Sequence[str], theme: Theme, samples: Sequence[tuple[str, str]], marks: Marks
) -> Iterator[str]:
    """A row of small empty shapes with the names of their kinds, and of colours with numbers."""
    yield "subgraph legend {"
    yield f"\tnode [fontsize={SMALL_SIZE}]"
    for kind in kinds:
        look = {"label": kind, **shape(kind, [kind], theme, SMALL_SIZE)}
        name = f"legend_{kind}"
        yield "\t" + statement(name, {**look, **marks.boxes.get(name, {})})
    for i, (number, fill) in enumerate(samples):
        look = {**shape("interior", [number], theme, SMALL_SIZE), "label": literal(number)}
        look |= {"fillcolor": fill, "fontcolor": ink(fill)}
        name = f"legend_{i}"
        yield "\t" + statement(name, {**look, **marks.boxes.get(name, {})})
    for row in (kinds, range(len(samples))):
        for left, right in pairwise(row):
            yield f"\tlegend_{left} -> legend_{right} [style=invis]"
    yield "}"
