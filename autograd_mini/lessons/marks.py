"""Marks on a canvas, as SVG without any library, and as PNG painted by matplotlib.

Vocabulary: a *canvas* is measured in points of 1/72 inch from its upper left corner, as in SVG; the
*marks* on it are lines, boxes, discs and texts, from back to front.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from autograd_mini.show.palette import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.artist import Artist

Point = tuple[float, float]

FONT = "Helvetica,Arial,Liberation Sans,DejaVu Sans,sans-serif"
SIZE = 14.0
DROP = 0.3 * SIZE
"""From the middle of a text to its baseline."""

RADIUS = 5.5
INK = LIGHT.page["ink"]
COLOUR = re.compile("#[0-9a-f]{6}")


class Polyline(NamedTuple):
    """A line through points of the canvas."""

    points: Sequence[Point]
    colour: str
    width: float = 1.0
    dashed: bool = False


class Rectangle(NamedTuple):
    """A filled rectangle, by its upper left corner."""

    at: Point
    size: Point
    colour: str


class Disc(NamedTuple):
    """A filled circle with an edge."""

    at: Point
    fill: str
    edge: str
    width: float


class Label(NamedTuple):
    """A text whose middle is at a height, and whose anchor, as SVG calls it, is there too."""

    at: Point
    text: str
    anchor: str = "middle"


Mark = Polyline | Rectangle | Disc | Label


def _element(mark: Mark) -> str:
    """A mark as an element of SVG."""
    match mark:
        case Polyline(points, colour, thick, dashed):
            places = " ".join(f"{x:.5g},{y:.5g}" for x, y in points)
            dashes = ' stroke-dasharray="5,2"' if dashed else ""
            return (
                f'<polyline points="{places}" fill="none" stroke="{colour}" '
                f'stroke-width="{thick:g}"{dashes}/>'
            )
        case Rectangle((x, y), (wide, tall), colour):
            place = f'x="{x:.5g}" y="{y:.5g}" width="{wide:.5g}" height="{tall:.5g}"'
            return f'<rect {place} fill="{colour}" stroke="{colour}"/>'
        case Disc((x, y), fill, edge, thick):
            look = f'fill="{fill}" stroke="{edge}" stroke-width="{thick:g}"'
            return f'<circle cx="{x:.5g}" cy="{y:.5g}" r="{RADIUS}" {look}/>'
        case Label((x, y), text, anchor):
            place = f'x="{x:.5g}" y="{y + DROP:.5g}" text-anchor="{anchor}"'
            return f'<text {place} fill="{INK}">{escape(text)}</text>'


def _artist(mark: Mark) -> Artist:
    """A mark as matplotlib paints it."""
    from matplotlib import lines, patches, text

    match mark:
        case Polyline(points, colour, thick, dashed):
            xs, ys = zip(*points, strict=True)
            line = lines.Line2D(xs, ys, color=colour, linewidth=thick)
            line.set_linestyle((0.0, (5.0 / thick, 2.0 / thick)) if dashed else "-")
            return line
        case Rectangle(at, (wide, tall), colour):
            return patches.Rectangle(at, wide, tall, color=colour)
        case Disc(at, fill, edge, thick):
            return patches.Circle(at, RADIUS, facecolor=fill, edgecolor=edge, linewidth=thick)
        case Label((x, y), words, anchor):
            side = {"start": "left", "middle": "center", "end": "right"}[anchor]
            size = 0.9 * SIZE  # matplotlib's own font is wider
            return text.Text(
                x, y + DROP, words, color=INK, fontsize=size, ha=side, parse_math=False
            )


def svg(marks: Iterable[Mark], wide: float, tall: float, theme: Theme = LIGHT) -> str:
    """The marks as the text of one ``<svg>`` element, in the colours of a theme."""
    written = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}pt" height="{tall:g}pt" '
        f'viewBox="0 0 {wide:g} {tall:g}" font-family="{FONT}" font-size="{SIZE:g}">\n'
        + "".join(f"{_element(mark)}\n" for mark in marks)
        + "</svg>\n"
    )
    if theme is LIGHT:
        return written
    named = ("ink", "paper", "line", "quiet")
    twins = {LIGHT.page[name]: theme.page[name] for name in named}
    twins.update(zip(LIGHT.series, theme.series, strict=True))
    return COLOUR.sub(lambda found: twins.get(found[0], found[0]), written)


def png(marks: Iterable[Mark], wide: float, tall: float) -> bytes:
    """The marks as a PNG, two dots to a point.

    Raises:
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(wide / 72, tall / 72))
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0.0, wide), ylim=(tall, 0.0))
    ax.set_axis_off()
    for order, mark in enumerate(marks):
        ax.add_artist(_artist(mark)).set_zorder(order)
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=144, metadata={"Software": None})
    return written.getvalue()
