"""What a chart is drawn on: an SVG, without any library, or a PNG, painted by matplotlib.

Vocabulary: a *canvas* is measured in points of 1/72 inch from its upper left corner, as in SVG;
what is drawn later covers what was drawn before.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
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


class Svg:
    """A canvas that becomes the text of one ``<svg>`` element."""

    def __init__(self, wide: float, tall: float) -> None:
        self._elements = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}pt" height="{tall:g}pt" '
            f'viewBox="0 0 {wide:g} {tall:g}" font-family="{FONT}" font-size="{SIZE:g}">'
        ]

    def line(
        self, points: Sequence[Point], colour: str, width: float = 1.0, dashed: bool = False
    ) -> None:
        """A line through points."""
        places = " ".join(f"{x:.5g},{y:.5g}" for x, y in points)
        dashes = ' stroke-dasharray="5,2"' if dashed else ""
        self._elements.append(
            f'<polyline points="{places}" fill="none" stroke="{colour}" '
            f'stroke-width="{width:g}"{dashes}/>'
        )

    def box(self, at: Point, wide: float, tall: float, colour: str) -> None:
        """A filled rectangle, by its upper left corner."""
        place = f'x="{at[0]:.5g}" y="{at[1]:.5g}" width="{wide:.5g}" height="{tall:.5g}"'
        self._elements.append(f'<rect {place} fill="{colour}" stroke="{colour}"/>')

    def disc(self, at: Point, fill: str, edge: str, width: float) -> None:
        """A filled circle with an edge."""
        look = f'fill="{fill}" stroke="{edge}" stroke-width="{width:g}"'
        self._elements.append(f'<circle cx="{at[0]:.5g}" cy="{at[1]:.5g}" r="{RADIUS}" {look}/>')

    def text(self, at: Point, words: str, anchor: str = "middle") -> None:
        """A text whose middle is at a height; the anchor, as SVG calls it, stands there too."""
        place = f'x="{at[0]:.5g}" y="{at[1] + DROP:.5g}" text-anchor="{anchor}"'
        self._elements.append(f'<text {place} fill="{INK}">{escape(words)}</text>')

    def written(self, theme: Theme) -> str:
        """The text of the element, in the colours of a theme."""
        written = "\n".join([*self._elements, "</svg>\n"])
        if theme is LIGHT:
            return written
        twins = {LIGHT.page[name]: theme.page[name] for name in ("ink", "paper", "line", "quiet")}
        twins.update(zip(LIGHT.series, theme.series, strict=True))
        return COLOUR.sub(lambda found: twins.get(found[0], found[0]), written)


class Png:
    """A canvas that becomes a PNG, two dots to a point; it has what :class:`Svg` has.

    Raises:
        ImportError: matplotlib is not installed; it is the extra ``plot``.
    """

    def __init__(self, wide: float, tall: float) -> None:
        from matplotlib.figure import Figure

        self._figure = Figure(figsize=(wide / 72, tall / 72))
        self._ax = self._figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0.0, wide), ylim=(tall, 0.0))
        self._ax.set_axis_off()

    def _add(self, artist: Artist) -> None:
        self._ax.add_artist(artist).set_zorder(len(self._ax.get_children()))

    def line(
        self, points: Sequence[Point], colour: str, width: float = 1.0, dashed: bool = False
    ) -> None:
        """A line through points."""
        from matplotlib.lines import Line2D

        xs, ys = zip(*points, strict=True)
        line = Line2D(xs, ys, color=colour, linewidth=width)
        line.set_linestyle((0.0, (5.0 / width, 2.0 / width)) if dashed else "-")
        self._add(line)

    def box(self, at: Point, wide: float, tall: float, colour: str) -> None:
        """A filled rectangle, by its upper left corner."""
        from matplotlib.patches import Rectangle

        self._add(Rectangle(at, wide, tall, color=colour))

    def disc(self, at: Point, fill: str, edge: str, width: float) -> None:
        """A filled circle with an edge."""
        from matplotlib.patches import Circle

        self._add(Circle(at, RADIUS, facecolor=fill, edgecolor=edge, linewidth=width))

    def text(self, at: Point, words: str, anchor: str = "middle") -> None:
        """A text whose middle is at a height."""
        from matplotlib.text import Text

        side = {"start": "left", "middle": "center", "end": "right"}[anchor]
        size = 0.9 * SIZE  # matplotlib's own font is wider
        place = (at[0], at[1] + DROP)
        self._add(Text(*place, words, color=INK, fontsize=size, ha=side, parse_math=False))

    def written(self) -> bytes:
        """The bytes of the image."""
        written = io.BytesIO()
        self._figure.savefig(written, format="png", dpi=144, metadata={"Software": None})
        return written.getvalue()


Canvas = Svg | Png
