"""Chosen steps of a walk in one picture, for places that run no scripts.

Vocabulary: a *frame* is the picture as it stands after one step, with what the step is about marked
and what it says below. Frames stand one below another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini.show.arrangement import ordered_boxes
from autograd_mini.show.dot import FONT, SIZE, SMALL_SIZE, broken, literal, package, shape
from autograd_mini.show.looks import FLAG, LOOKS
from autograd_mini.show.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.show.scene import Scene
    from autograd_mini.show.telling import Saying

FORWARD, BACKWARD = "#0067a5", "#b84a00"
FAINT = "#b8bec6"
WIDE = 46.0
"""How wide what a step says may be before it is broken, in ems."""


def strip(chosen: Sequence[int], sayings: Sequence[Saying], scene: Scene) -> str:
    """The DOT text of a strip.

    Args:
        chosen: the steps, counted from 0.
        sayings: what all steps say.
        scene: the picture and its changes.
    """
    text = package().Digraph(
        "steps of a walk",
        graph_attr={"rankdir": "LR", "bgcolor": "white", "nodesep": "0.15", "ranksep": "0.4"},
        node_attr={"fontname": FONT, "fontsize": str(SIZE), "fixedsize": "true"},
        edge_attr={
            "fontname": FONT,
            "fontsize": str(SMALL_SIZE),
            "arrowsize": "0.7",
            "tailport": "e",
        },
    )
    for frame, step in reversed(list(enumerate(chosen))):  # the layout goes up from the bottom
        with text.subgraph(name=f"cluster_{frame}") as part:
            _caption(part, step, len(sayings), sayings[step])
            _boxes(part, frame, step, scene)
            _arrows(part, frame, step, scene)
    return str(text.source)


def _caption(part: Any, step: int, total: int, saying: Saying) -> None:
    heading = f"Step {step + 1} of {total} · {saying.part}: {saying.heading}"
    said = [f"{caption}:  {formula}" for caption, formula in saying.lines]
    lines = [line for text in (heading, *said, *saying.remarks) for line in broken(text, WIDE)]
    part.attr(
        label="".join(f"{literal(visible(line))}\\l" for line in lines),
        labeljust="l",
        labelloc="b",
        fontname=FONT,
        fontsize=str(SIZE),
        color=FLAG if saying.wrong else "#ccd4dd",
        style="rounded",
        margin="12",
    )


def _boxes(part: Any, frame: int, step: int, scene: Scene) -> None:
    lit, lines = scene.lit[step], scene.lines_at(step)
    colour = FORWARD if lit.forward else BACKWARD
    born, ordered = scene.born_at(step), ordered_boxes(scene.picture)
    for place, box in reversed(list(enumerate(scene.picture.boxes))):
        attributes = {
            **shape(LOOKS[box.kind], box.lines),
            "label": literal("\n".join(line or " " for line in lines[place])),
        }
        if box.id in ordered:
            attributes["ordering"] = "in"
        if place not in born:
            attributes |= {"fontcolor": FAINT, "color": FAINT, "fillcolor": "#ffffff"}
        if place in lit.boxes:
            attributes |= {"color": colour, "penwidth": "4"}
        elif place == lit.source:
            attributes |= {"color": colour, "penwidth": "2"}
            attributes["style"] += ",dashed"
        part.node(f"f{frame}_{box.id}", **attributes)


def _arrows(part: Any, frame: int, step: int, scene: Scene) -> None:
    lit, seen = scene.lit[step], scene.seen_at(step)
    colour = FORWARD if lit.forward else BACKWARD
    for place, arrow in reversed(list(enumerate(scene.picture.arrows))):
        attributes = {"label": literal(f" {arrow.text} ")} if arrow.text else {}
        if place not in seen:
            attributes["fontcolor"] = "#ffffff"
        if place in lit.arrows:
            attributes |= {"color": colour, "penwidth": "3", "fontcolor": colour}
            if lit.forward:
                attributes["fontcolor"] = "#ffffff"
        part.edge(f"f{frame}_{arrow.tail}", f"f{frame}_{arrow.head}", **attributes)
