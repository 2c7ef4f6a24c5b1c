r"""From a picture to DOT, the language of Graphviz, with every text shown literally.

Vocabulary: a *cluster* is a frame around what belongs to one neuron or one layer. An *aspect* is
how wide and high a picture for a slide is to be, as 16 and 9. Places in DOT are in points and
upwards, those of a picture downwards.

The frame of the text is built with the package ``graphviz``, its statements with
:mod:`autograd_mini.show.dot_syntax`. It depends on the picture alone, so equal pictures give equal
bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograd_mini.show.dot_syntax import literal, literal_tooltip, statement
from autograd_mini.show.layout import layout
from autograd_mini.show.layout.items import TIP
from autograd_mini.show.palette import LIGHT, Theme
from autograd_mini.show.picture import Arrow, Box, Layout, Look, Picture, Point, Rectangle, Route
from autograd_mini.show.shapes import LEGEND_SIZE, LINE, SHAPES, SIZE, legend_of, samples_of, shape
from autograd_mini.show.text import SPARE, width

FONT = "Helvetica"
"""The one font without serifs whose widths every layout program knows. In SVG it becomes
"Helvetica,sans-Serif", and browsers have Helvetica, Arial or another in its place."""
SMALL_SIZE = 13
SPACE = "&#160;"
"""After a note, so that none is cut off at the picture's edge where a wider font is used."""
NOTE_WIDTH, WIDEST_NOTE = 34.0, 75.0
"""How wide notes may be before they are broken, in ems, and in wide pictures."""
DEFAULT = "black"
"""What Graphviz writes and draws in unless it is told otherwise."""
FRAME = {"style": "rounded"}
"""The frame of a cluster."""
PLACED = {"layout": "nop2", "outputorder": "edgesfirst", "rankdir": "LR"}
"""The places in the text are those of the picture: no program looks for others."""
SLIDE, LEAST = 1280.0, 12.0
"""How wide a slide is, and the smallest text that a lecture hall can read there, in pixels."""

Aspect = tuple[float, float]


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
    made = picture.layout or _fitted(picture, direction, aspect)
    key = samples_of(kinds, samples, theme) if explained else {}
    places, frame = legend_of(key, made.width, made.height)
    tall = frame.y + frame.height if frame else made.height
    notes = list(picture.notes)
    corners: list[str] = []
    if aspect is not None:
        wide = max(made.width, frame.width if frame else 0.0)
        sizes = [float(box.look.get("fontsize", SIZE)) for box in picture.boxes if box.lines]
        smallest = min([SMALL_SIZE, *sizes, *([LEGEND_SIZE] if key else [])])
        notes += _too_small(_slide(wide, _noted(tall, notes, wide), aspect), smallest)
        corners = _corners(wide, tall, _noted(tall, notes, wide), aspect)
    text = _head(_broken(notes, made.width), theme, {**PLACED, **picture.whole})
    look = {**FRAME, "color": theme.frame, "fontcolor": theme.frame_text}
    body = [
        *(
            line
            for i, (name, place) in enumerate(made.frames.items())
            for line in _cluster(f"cluster_{i}", name[-1], place, look, tall)
        ),
        *(_box(box, theme, made.boxes[box.id], tall) for box in picture.boxes),
        *(_arrow(*each, tall) for each in zip(picture.arrows, made.routes, strict=True)),
        *corners,
    ]
    if frame:
        body += _cluster("cluster_legend", "", frame, {**FRAME, "color": theme.frame}, tall)
    body += [statement(name, {**key[name], **_placed(places[name], tall)}) for name in key]
    text.body += [f"\t{line}\n" for line in body]
    return str(text.source)


# --- the whole ------------------------------------------------------------------------------------


def _fitted(picture: Picture, direction: str | None, aspect: Aspect | None) -> Layout:
    """The layout in that direction; where none is given, in the one that fits the aspect better."""
    sizes = {}
    for box in picture.boxes:
        look = {**shape(box.kind, box.lines), **box.look}
        sizes[box.id] = (float(look["width"]) * 72, float(look["height"]) * 72)
    if direction is not None or aspect is None:
        return layout(picture, sizes, direction or "right")
    wide, tall = aspect
    tried = [layout(picture, sizes, way) for way in ("right", "down")]
    return min(tried, key=lambda made: max(made.width / wide, made.height / tall))


def _noted(tall: float, notes: Sequence[str], wide: float) -> float:
    """How high the picture is with its notes."""
    return tall + LINE * SMALL_SIZE * len(_broken(notes, wide))


def _slide(wide: float, tall: float, aspect: Aspect) -> float:
    """How wide a picture is when it has the aspect."""
    return max(wide, tall * aspect[0] / aspect[1])


def _corners(wide: float, tall: float, noted: float, aspect: Aspect) -> list[str]:
    """Two points that nobody sees, between which the whole picture has its aspect."""
    slide = _slide(wide, noted, aspect)
    across = (slide - wide) / 2
    down = (slide * aspect[1] / aspect[0] - noted) / 2
    look = {"shape": "point", "style": "invis", "width": "0.01", "height": "0.01", "label": ""}
    places = (-across, tall + down), (wide + across, -down)
    return [
        statement(f"corner{i}", {**look, "pos": _point(*place)}) for i, place in enumerate(places)
    ]


def _too_small(slide: float, smallest: float) -> list[str]:
    """What to say where the smallest text could not be read on a slide."""
    pixels = smallest * SLIDE / slide
    if pixels >= LEAST:
        return []
    return [
        f"On a slide {SLIDE:,.0f} pixels wide the smallest text here is {pixels:.1f} pixels high, "
        f"less than {LEAST:.0f}: depth=, focus= and hide= show less of it, and view='compact' and "
        "view='network' put more together."
    ]


def _head(lines: Sequence[str], theme: Theme, whole: Look) -> Any:
    """The graph without its boxes: what holds for all of them, and the lines below."""
    text = {} if theme.text == DEFAULT else {"fontcolor": theme.text}
    below = "".join(f"{literal(line)}{SPACE * (len(line) // 6)}\\l" for line in lines)
    every = {"fontname": FONT, "fontsize": str(SMALL_SIZE), **text}
    line = {} if theme.arrow == DEFAULT else {"color": theme.arrow}
    graph = {"bgcolor": theme.background, "label": below, "labeljust": "l", "labelloc": "b"}
    return package().Digraph(
        "computation graph",
        graph_attr={**every, **graph, **whole},
        node_attr={**every, "fontsize": str(SIZE), "fixedsize": "true"},
        edge_attr={**every, "arrowsize": "0.7", **line},
    )


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


def _broken(notes: Sequence[str], wide: float) -> list[str]:
    """The notes in lines about as wide as the picture."""
    most = min(max(NOTE_WIDTH, wide / SMALL_SIZE), WIDEST_NOTE)
    return [line for note in notes for line in broken(note, most)]


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


# --- boxes, arrows, frames ------------------------------------------------------------------------


def _box(box: Box, theme: Theme, place: Rectangle, tall: float) -> str:
    flag = {"color": theme.flag, "penwidth": "3"} if box.flagged else {}
    texts = {"label": literal("\n".join(box.lines)), "tooltip": literal_tooltip(box.tooltip)}
    look = {**shape(box.kind, box.lines, theme), **texts, **flag, **box.look}
    return statement(box.id, {**look, **_placed(place, tall)})


def _arrow(arrow: Arrow, route: Route, tall: float) -> str:
    look = {"label": literal(f" {arrow.text} ")} if arrow.text else {}
    if arrow.tooltip:
        look |= dict.fromkeys(("tooltip", "labeltooltip"), literal_tooltip(arrow.tooltip))
    place = _routed(route, tall, arrow.look.get("arrowhead") != "none")
    return statement(f"{arrow.tail} -> {arrow.head}", {**look, **place, **arrow.look})


def _cluster(
    name: str, label: str, place: Rectangle, look: Mapping[str, str], tall: float
) -> Iterator[str]:
    """A frame; the places of everything are known, so it need not hold its boxes."""
    top = tall - place.y
    corners = f"{_point(place.x, top - place.height)},{_point(place.x + place.width, top)}"
    middle = _point(place.x + 8 + width(label) / SPARE * SMALL_SIZE / 2, top - 12)
    yield f"subgraph {name} {{"
    yield statement("graph", {**look, "label": literal(label), "bb": corners, "lp": middle})
    yield "}"


# --- places ---------------------------------------------------------------------------------------


def _placed(place: Rectangle, tall: float) -> dict[str, str]:
    """The attributes of a box that stands there in a picture so high."""
    x, y = place.x + place.width / 2, tall - place.y - place.height / 2
    size = {"width": f"{place.width / 72:.3f}", "height": f"{place.height / 72:.3f}"}
    return {"pos": _point(x, y), **size}


def _routed(route: Route, tall: float, has_head: bool) -> dict[str, str]:
    """The curve of an arrow, whose head begins a little before its tip, and its label's place."""
    points, tip = list(route.points), ""
    if has_head:
        *points, before, (x, y) = points
        dx, dy = x - before[0], y - before[1]
        long = math.hypot(dx, dy) or 1.0
        back = min(TIP, long) / long
        end = (x - dx * back, y - dy * back)
        points = [*points, _nearer(points[-1], before, end), end]
        tip = f"e,{_point(x, tall - y)} "
    place = {"pos": tip + " ".join(_point(p, tall - q) for p, q in points)}
    if route.label:
        place["lp"] = _point(route.label[0], tall - route.label[1])
    return place


def _nearer(start: Point, control: Point, end: Point) -> Point:
    """The last control point, which must not lie behind the end."""
    inside = min(start[0], end[0]) <= control[0] <= max(start[0], end[0])
    return control if inside and start[1] != end[1] else ((start[0] + 2 * end[0]) / 3, end[1])


def _point(x: float, y: float) -> str:
    return f"{x + 0.0:.1f},{y + 0.0:.1f}"
