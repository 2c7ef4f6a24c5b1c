"""A sheet on which boxes, arrows and texts are put at fixed places.

Vocabulary: a *point* is in inches, upwards and to the right. A text by itself is a box without an
outline; *opaque* ones hide what runs behind them.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini.show import text
from autograd_mini.show.dot import Marks
from autograd_mini.show.picture import Arrow, Box

Point = tuple[float, float]


class Canvas:
    """What has been put on the sheet so far.

    Args:
        background: the colour behind everything.

    Attributes:
        boxes, arrows: in the order of their making.
    """

    def __init__(self, background: str) -> None:
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self._background = background
        self._box_marks: dict[str, dict[str, str]] = {}
        self._arrow_marks: dict[int, dict[str, str]] = {}

    def box(self, box: Box, at: Point, look: dict[str, str]) -> None:
        """Put a box in its place."""
        self.boxes.append(box)
        self._box_marks[box.id] = {**look, "pos": f"{at[0] + 0.0:.3f},{at[1] + 0.0:.3f}!"}

    def arrow(self, arrow: Arrow, look: dict[str, str]) -> None:
        """Draw an arrow between two boxes."""
        self._arrow_marks[len(self.arrows)] = look
        self.arrows.append(arrow)

    def text(
        self,
        name: str,
        lines: Sequence[str],
        at: Point,
        size: float,
        tooltip: str = "",
        opaque: bool = False,
        bold: bool = False,
    ) -> None:
        """Write a text; without lines it is a point to which arrows can lead."""
        wide = text.widest(list(lines)) * size / 72 * (1.1 if bold else 1.0)
        tall = 1.15 * len(lines) * size / 72
        look = {"fontsize": f"{size:g}", "width": f"{wide:.2f}", "height": f"{tall:.2f}"}
        look |= {"style": "filled", "fillcolor": self._background} if opaque else {}
        look |= {"fontname": "Helvetica-Bold"} if bold else {}
        self.box(Box(name, "text", tuple(lines), tooltip or " ".join(lines)), at, look)

    def marks(self) -> Marks:
        """How everything looks, and that the places are fixed."""
        whole = {"layout": "neato", "splines": "line", "outputorder": "edgesfirst", "pad": "0.15"}
        return Marks(self._box_marks, self._arrow_marks, whole)
