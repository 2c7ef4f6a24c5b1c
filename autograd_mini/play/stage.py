"""The fixed stage: a picture laid out once, with room in each box for whatever numbers may come.

Vocabulary: the *key* of a stage tells what its layout depends on, and no number is a part of it. So
while a slider moves the key stays, the page keeps the picture that it has, and only texts change.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict

from autograd_mini.errors import RenderError
from autograd_mini.play.graph import Passes
from autograd_mini.show.dot import to_dot
from autograd_mini.show.html import SIZE
from autograd_mini.show.layout_program import render
from autograd_mini.show.picture import Arrow, Box, Picture
from autograd_mini.show.text import width
from autograd_mini.show.walk.stage import stage

ROOM = "−0.8888"
"""A number as long as most get in four digits; the page narrows what is longer."""

TIME = 10.0
"""How many seconds a layout may take."""

MOST = 64
"""So many stages are kept."""

_NUMBER = re.compile(r"(?<=[=≈] )\S.*$|(?<=^grad )\S.*$|^[−\d].*$|^(?:nan|inf)$")

_stages: OrderedDict[str, str] = OrderedDict()


def key_of(recorded: Passes) -> str:
    """The key of a graph's stage.

    >>> from autograd_mini.play.graph import Recorded
    >>> one, two, other = (Recorded(t, {"x": n}) for t, n in (("3*x", 2), ("3*x", 9), ("x/3", 2)))
    >>> key_of(one) == key_of(two), key_of(one) == key_of(other)
    (True, False)
    """
    picture = roomy(recorded.scene.picture)
    said = repr(([box[:3] for box in picture.boxes], [arrow[:3] for arrow in picture.arrows]))
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def stage_of(recorded: Passes, key: str) -> str:
    """The stage as SVG, or a sentence that says why there is none."""
    if key not in _stages:
        picture = roomy(recorded.scene.picture)
        try:
            svg = render(to_dot(picture, legend=False), "svg", timeout=TIME).decode()
        except (RenderError, ModuleNotFoundError) as error:
            return f"There is no picture, only the steps. {str(error).partition('. ')[0]}."
        lines = recorded.scene.film.at(len(recorded.steps)).lines
        drawn = stage(svg, picture, lines, f"Graph of {recorded.root.label}")
        _stages[key] = SIZE.sub(r'data-size="\1"', drawn)
        while len(_stages) > MOST:
            _stages.popitem(last=False)
    return _stages[key]


def roomy(picture: Picture) -> Picture:
    """The picture with room for any number where one stands."""
    boxes = tuple(box if box.kind == "constant" else _roomy(box) for box in picture.boxes)
    arrows = tuple(
        Arrow(arrow.tail, arrow.head, _room(arrow.text) if arrow.text else "", "")
        for arrow in picture.arrows
    )
    return Picture(boxes, arrows)


def _roomy(box: Box) -> Box:
    return Box(box.id, box.kind, tuple(map(_room, box.lines)), "")


def _room(line: str) -> str:
    """A line with the longest number in place of its own."""
    equal = line.replace("≈", "=")
    awaits = " + …" if equal.endswith(" + …") else ""
    return _NUMBER.sub(lambda _: ROOM + awaits, equal)


def fits(line: str) -> bool:
    """Whether a line needs no more room than its stage leaves it.

    >>> fits("w = 0.25"), fits("w ≈ 1.235 × 10⁻⁷")
    (True, False)
    """
    return width(line) <= width(_room(line))
