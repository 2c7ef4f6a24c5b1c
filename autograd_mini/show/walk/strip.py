"""Chosen steps of a walk in one picture, for places that run no scripts.

Vocabulary: a *frame* is the walk's picture as it stands after one step, with what the step is about
marked and what it says below. A *strip* is frames one below another, each laid out by itself like
the picture on the page, so that all of them agree.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from autograd_mini.errors import RenderError
from autograd_mini.show.dot import to_dot
from autograd_mini.show.dot_syntax import literal, rewritten
from autograd_mini.show.drawing import encoded, save_as
from autograd_mini.show.layout_program import render
from autograd_mini.show.palette import LIGHT
from autograd_mini.show.shapes import SHAPES
from autograd_mini.show.walk.png import stacked

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from autograd_mini.show.drawing import Forms
    from autograd_mini.show.palette import Theme
    from autograd_mini.show.picture import Picture
    from autograd_mini.show.walk.content import Content
    from autograd_mini.show.walk.film import Moment
    from autograd_mini.show.walk.scene import Scene

SIZE = re.compile(r'<svg width="(\d+)pt" height="(\d+)pt"')
PAD = 0.1
"""Around a frame, in inches, so that thick outlines are not cut off."""
GAP = 12
"""Between frames, in points."""


def _boxes(scene: Scene, now: Moment, theme: Theme) -> dict[str, Mapping[str, str]]:
    """How the boxes look at a moment."""
    colour, faint = theme.page[now.lit.side], theme.page["faint"]
    marks: dict[str, Mapping[str, str]] = {}
    for place, box in enumerate(scene.picture.boxes):
        written = [line or " " for line in now.lines[place]]
        label = box.look.get("label")
        plain = literal("\n".join(written))
        mark = {"label": rewritten(label, box.lines, written) if label else plain}
        if place not in now.born:
            mark |= {"fontcolor": faint, "color": faint, "fillcolor": theme.background}
        if place in now.lit.boxes:
            mark |= {"color": colour, "penwidth": "4"}
        elif place == now.lit.source:
            look = ",".join(filter(None, ("filled", SHAPES[box.kind].style, "dashed")))
            mark |= {"color": colour, "penwidth": "2", "style": look}
        marks[box.id] = mark
    return marks


def _arrows(scene: Scene, now: Moment, theme: Theme) -> dict[int, Mapping[str, str]]:
    """How the arrows look at a moment."""
    colour = theme.page[now.lit.side]
    marks: dict[int, Mapping[str, str]] = {}
    for place in range(len(scene.picture.arrows)):
        mark = {} if place in now.seen else {"fontcolor": theme.background}
        if place in now.notes:
            mark = {"label": literal("\n".join(now.notes[place]))}
        if place in now.lit.arrows:
            mark |= {"color": colour, "penwidth": "3"}
            mark |= {"fontcolor": colour} if place in now.seen else {}
        marks[place] = mark
    return marks


class Strip:
    """Frames one below another; made by :meth:`autograd_mini.show.Walk.strip`."""

    def __init__(self, walk: Content, steps: Sequence[int]) -> None:
        self._theme = walk.theme or LIGHT
        self._program, self._timeout = walk.program, walk.timeout
        made = {
            step: self._frame(walk, step, now)
            for step, now in enumerate(walk.moments(), 1)
            if step in steps
        }
        self._frames = [made[step] for step in steps]

    def _frame(self, walk: Content, step: int, now: Moment) -> Picture:
        """The picture after one step, counted from 1, with what it is about marked in it."""
        scene, description = walk.scene, walk.said[step - 1]
        said = [f"{caption}:  {formula}" for caption, formula in description.lines]
        heading = description.numbered(step - 1, len(walk.told))
        picture = scene.picture._replace(notes=(heading, *said, *description.warnings))
        boxes, arrows = _boxes(scene, now, self._theme), _arrows(scene, now, self._theme)
        return picture.looking(boxes, arrows)

    def __repr__(self) -> str:
        return f"<Strip: {len(self._frames)} step(s)>"

    @property
    def svg(self) -> str:
        """The strip as the text of one ``<svg>`` element.

        Raises:
            RenderError: there is no layout program, or it failed or took too long.
        """
        frames = self._svgs()
        paper = self._theme.background
        wide, tall = max(w for w, _, _ in frames), sum(h + GAP for _, h, _ in frames) - GAP
        below, parts = 0, []
        for _, height, svg in frames:
            inner = re.sub(r' id="[^"]*"', "", svg)  # the frames' ids are the same
            parts.append(SIZE.sub(f'<svg y="{below}" width="\\1" height="\\2"', inner, count=1))
            below += height + GAP
        return (
            f'<svg width="{wide}pt" height="{tall}pt" viewBox="0 0 {wide} {tall}" '
            'xmlns="http://www.w3.org/2000/svg">'
            f'<rect width="100%" height="100%" fill="{paper}"/>{"".join(parts)}</svg>\n'
        )

    @property
    def png(self) -> bytes:
        """The strip as a PNG.

        Raises:
            RenderError: there is no layout program, or it failed or took too long.
        """
        room = f"{PAD},{PAD + GAP / 144:.4f}"
        return stacked([self._render(one, "png", room) for one in self._frames])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the strip to a file that ends with .svg or .png, whole or not at all.

        Raises:
            ValueError: the ending is another.
            RenderError: no layout program could make the image.
            OSError: the file cannot be written; the message says why and where.
        """
        forms: Forms = {".svg": lambda: self.svg, ".png": lambda: self.png}
        return save_as(path, "Strip.save", forms, "the ending says what to write: .svg or .png")

    def _svgs(self) -> list[tuple[int, int, str]]:
        """Each frame's width, height and SVG."""
        found = []
        for one in self._frames:
            text = self._render(one, "svg", str(PAD)).decode()
            svg = text[text.index("<svg") :].strip()
            size = SIZE.match(svg)
            if size is None:
                raise RenderError(
                    "Walk.strip: the layout program wrote an SVG without a size in points; name "
                    "another one with program="
                )
            found.append((int(size[1]), int(size[2]), svg))
        return found

    def _render(self, picture: Picture, form: str, pad: str) -> bytes:
        whole = picture.whole and {**picture.whole, "pad": pad}
        dot = to_dot(picture._replace(whole=whole), False, self._theme)
        return render(dot, form, self._program, self._timeout)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: a PNG, which every page keeps; SVG where only that can be made."""
        bundle = {"text/plain": repr(self)}
        try:
            return bundle | {"image/png": encoded(self.png)}
        except RenderError as error:
            with suppress(RenderError):
                return bundle | {"image/svg+xml": self.svg}
            return {"text/plain": f"{self!r}: {error}"}
