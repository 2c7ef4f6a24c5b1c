r"""From a picture to DOT, the language of Graphviz, with every text shown literally.

Vocabulary: a *cluster* is a frame around what belongs to one neuron or one layer.

The frame of the text is built with the package ``graphviz``, its statements with
:mod:`autograd_mini.show.dot_syntax`. It depends on the picture alone, so equal pictures give equal
bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograd_mini.show.dot_places import corners, lowered, placed, point, routed
from autograd_mini.show.dot_syntax import literal, literal_tooltip, statement
from autograd_mini.show.fitting import Aspect, fitted, room, too_small
from autograd_mini.show.layout import Layout, Rectangle, Route
from autograd_mini.show.legend import SIZE as LEGEND_SIZE
from autograd_mini.show.legend import legend_of, samples_of
from autograd_mini.show.palette import LIGHT, Theme
from autograd_mini.show.picture import Box, Picture
from autograd_mini.show.shapes import LINE, SHAPES, SIZE, shape
from autograd_mini.show.text import SPARE, width

FONT = "Helvetica"
"""The one font without serifs whose widths every layout program knows. In SVG it becomes
"Helvetica,sans-Serif", and browsers have Helvetica, Arial or another in its place."""
SMALL_SIZE = 13
SPACE = "&#160;"
"""After a note, so that none is cut off at the picture's edge where a wider font is used."""
NOTE_WIDTH = 34.0
"""How wide notes may be before they are broken, in ems; wide pictures give them more."""

DEFAULT = "black"
"""What Graphviz writes and draws in unless it is told otherwise."""
FRAME = {"style": "rounded"}
"""The frame of a cluster."""


PLACED = {"layout": "nop2", "outputorder": "edgesfirst", "rankdir": "LR"}
"""The places in the text are those of the picture: no program looks for others."""


def to_dot(
    picture: Picture,
    legend: bool | None = None,
    theme: Theme = LIGHT,
    samples: Sequence[tuple[str, str]] = (),
    direction: str | None = None,
    aspect: Aspect | None = None,
) -> str:
    """The DOT text of a picture.

    Args:
        picture: what to draw.
        legend: whether to explain the shapes; None does where there is more than one.
        theme: the colours.
        samples: numbers and the colours that stand for them, for the legend.
        direction: "right" or "down", in which the arrows point; left out, to the right, or as it
            fits the aspect better.
        aspect: how wide and high the whole is to be, as 16 and 9.

    Raises:
        ModuleNotFoundError: the package ``graphviz`` is not installed.
    """
    kinds = [kind for kind in SHAPES if kind in {box.kind for box in picture.boxes}]
    explained = legend or (legend is None and (len(kinds) > 1 or bool(samples)))
    if picture.whole:  # its places are fixed already
        text = _frame(_broken(picture.notes, 0.0), theme, picture.whole)
        body = [*_boxes(picture, theme, {}, 0.0), *_arrows(picture, (), 0.0)]
    else:
        made = fitted(picture, sizes(picture), direction, aspect)
        key = samples_of(kinds, samples, theme) if explained else []
        below = legend_of(key, made.width)
        tall = made.height + below.bottom
        notes = list(picture.notes)
        ends: list[str] = []
        if aspect is not None:
            wide = max(made.width, below.frame.width if below.frame else 0.0)
            smallest = LEGEND_SIZE if key else SMALL_SIZE
            noted = tall + LINE * SMALL_SIZE * len(_broken(notes, wide))
            if small := too_small(wide, noted, aspect, smallest):
                notes.append(small)
            noted = tall + LINE * SMALL_SIZE * len(_broken(notes, wide))
            ends = corners(wide, tall, room(wide, noted, aspect))
        text = _frame(_broken(notes, made.width), theme, PLACED)
        lower = {name: lowered(place, made.height) for name, place in below.places.items()}
        body = [
            *_frames(made, theme, tall),
            *_boxes(picture, theme, made.boxes, tall),
            *_arrows(picture, made.routes, tall),
            *ends,
        ]
        if below.frame:
            frame, line = lowered(below.frame, made.height), {**FRAME, "color": theme.frame}
            body += _cluster("cluster_legend", "", frame, line, tall)
        for name, _, look in key:
            place = placed(lower[name], tall)
            body.append(statement(name, {**look, **place}))
    text.body += [f"\t{line}\n" for line in body]
    return str(text.source)


def sizes(picture: Picture) -> dict[str, tuple[float, float]]:
    """How wide and high each box must be, in points."""
    found = {}
    for box in picture.boxes:
        look = {**shape(box.kind, box.lines), **box.look}
        found[box.id] = (float(look["width"]) * 72, float(look["height"]) * 72)
    return found


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


def _broken(notes: Sequence[str], width: float) -> list[str]:
    """The notes in lines about as wide as the picture."""
    wide = min(max(NOTE_WIDTH, width / SMALL_SIZE), 75.0)
    return [line for note in notes for line in broken(note, wide)]


def _frame(lines: Sequence[str], theme: Theme, whole: Mapping[str, str]) -> Any:
    """The graph without its boxes: what holds for all of them, and the lines below."""
    text = {} if theme.text == DEFAULT else {"fontcolor": theme.text}
    below = "".join(f"{literal(line)}{SPACE * (len(line) // 6)}\\l" for line in lines)
    return package().Digraph(
        "computation graph",
        graph_attr={
            "bgcolor": theme.background,
            "fontname": FONT,
            "fontsize": str(SMALL_SIZE),
            "label": below,
            "labeljust": "l",
            "labelloc": "b",
            **text,
            **whole,
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


def _boxes(
    picture: Picture, theme: Theme, places: Mapping[str, Rectangle], tall: float
) -> Iterator[str]:
    for box in picture.boxes:
        place = placed(places[box.id], tall) if places else {}
        yield statement(box.id, {**_box(box, theme), **box.look, **place})


def _arrows(picture: Picture, routes: Sequence[Route], tall: float) -> Iterator[str]:
    for i, arrow in enumerate(picture.arrows):
        place = routed(routes[i], tall) if routes else {}
        look = {**_arrow(arrow.text, arrow.tooltip), **place, **arrow.look}
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


def _arrow(text: str, tooltip: str) -> dict[str, str]:
    attributes = {"label": literal(f" {text} ")} if text else {}
    if tooltip:
        attributes |= dict.fromkeys(("tooltip", "labeltooltip"), literal_tooltip(tooltip))
    return attributes


# --- frames ---


def _frames(made: Layout, theme: Theme, tall: float) -> Iterator[str]:
    """The frames; the places of everything are known, so none needs to hold its boxes."""
    look = {**FRAME, "color": theme.frame, "fontcolor": theme.frame_text}
    for i, (name, place) in enumerate(made.frames.items()):
        yield from _cluster(f"cluster_{i}", name[-1], place, look, tall)


def _cluster(
    name: str, label: str, place: Rectangle, look: Mapping[str, str], tall: float
) -> Iterator[str]:
    bottom = tall - place.y - place.height
    corners = f"{point(place.x, bottom)},{point(place.x + place.width, tall - place.y)}"
    middle = point(place.x + 8 + width(label) / SPARE * SMALL_SIZE / 2, tall - place.y - 12)
    yield f"subgraph {name} {{"
    yield statement("graph", {**look, "label": literal(label), "bb": corners, "lp": middle})
    yield "}"
