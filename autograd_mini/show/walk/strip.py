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
from autograd_mini.show.palette import LIGHT, Theme
from autograd_mini.show.picture import Picture
from autograd_mini.show.shapes import SHAPES
from autograd_mini.show.walk.png import stacked

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from autograd_mini.show.dot import Marks
    from autograd_mini.show.layout_program import Program
    from autograd_mini.show.walk.descriptions import Description
    from autograd_mini.show.walk.scene import Film, Scene

    Frame = tuple[Picture, Marks]

SIZE = re.compile(r'<svg width="(\d+)pt" height="(\d+)pt"')
ROOM = {"pad": "0.1"}
"""Around a frame, in inches, so that thick outlines are not cut off."""
GAP = 12
"""Between frames, in points."""


def frame(
    step: int, descriptions: Sequence[Description], scene: Scene, film: Film, theme: Theme = LIGHT
) -> Frame:
    """The picture after one step of a film, counted from 0, and what is marked in it."""
    description = descriptions[step]
    said = [f"{caption}:  {formula}" for caption, formula in description.lines]
    heading = description.numbered(step, len(descriptions))
    picture = scene.picture._replace(notes=(heading, *said, *description.warnings))
    boxes, arrows = _boxes(step, scene, film, theme), _arrows(step, scene, film, theme)
    return picture, scene.marks.over(boxes, arrows)


def _boxes(step: int, scene: Scene, film: Film, theme: Theme) -> dict[str, Mapping[str, str]]:
    lit, lines, born = film.lit[step], film.lines_at(step), film.born_at(step)
    colour = theme.page[lit.side]
    faint = theme.page["faint"]
    marks: dict[str, Mapping[str, str]] = {}
    for place, box in enumerate(scene.picture.boxes):
        written = [line or " " for line in lines[place]]
        label = scene.marks.boxes.get(box.id, {}).get("label")
        plain = literal("\n".join(written))
        mark = {"label": rewritten(label, box.lines, written) if label else plain}
        if place not in born:
            mark |= {"fontcolor": faint, "color": faint, "fillcolor": theme.background}
        if place in lit.boxes:
            mark |= {"color": colour, "penwidth": "4"}
        elif place == lit.source:
            look = ",".join(filter(None, ("filled", SHAPES[box.kind].style, "dashed")))
            mark |= {"color": colour, "penwidth": "2", "style": look}
        marks[box.id] = mark
    return marks


def _arrows(step: int, scene: Scene, film: Film, theme: Theme) -> dict[int, Mapping[str, str]]:
    lit, seen, notes = film.lit[step], film.seen_at(step), film.notes_at(step)
    colour = theme.page[lit.side]
    marks: dict[int, Mapping[str, str]] = {}
    for place in range(len(scene.picture.arrows)):
        mark = {} if place in seen else {"fontcolor": theme.background}
        if place in notes:
            mark = {"label": literal("\n".join(notes[place]))}
        if place in lit.arrows:
            mark |= {"color": colour, "penwidth": "3"}
            mark |= {"fontcolor": colour} if place in seen else {}
        marks[place] = mark
    return marks


class Strip:
    """Frames one below another; made by :meth:`autograd_mini.show.walk.walked.Walk.strip`.

    Args:
        frames: pictures and what is marked in them.
        theme: the colours.
        program, timeout: for the layout of each.
    """

    def __init__(
        self, frames: Sequence[Frame], theme: Theme, program: Program, timeout: float
    ) -> None:
        self._frames = tuple(frames)
        self._theme = theme
        self._program = program
        self._timeout = timeout

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
        pad = float(ROOM["pad"])
        room = {"pad": f"{pad},{pad + GAP / 144:.4f}"}
        return stacked([self._render(one, "png", room) for one in self._frames])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the strip to a file that ends with .svg or .png, whole or not at all.

        Raises:
            ValueError: the ending is another.
            RenderError: no layout program could make the image.
            OSError: the file cannot be written; the message says why and where.
        """
        from autograd_mini.files import place
        from autograd_mini.real import shown
        from autograd_mini.show.drawing import write

        target = place(path, "Strip.save")
        suffix = target.suffix.lower()
        if suffix not in {".svg", ".png"}:
            raise ValueError(
                f"Strip.save: {shown(str(target))} ends with {shown(target.suffix)}; the ending "
                "says what to write: .svg or .png"
            )
        write(target, self.png if suffix == ".png" else self.svg.encode(), "Strip.save")
        return target

    def _svgs(self) -> list[tuple[int, int, str]]:
        """Each frame's width, height and SVG."""
        found = []
        for one in self._frames:
            text = self._render(one, "svg", {}).decode()
            svg = text[text.index("<svg") :].strip()
            size = SIZE.match(svg)
            if size is None:
                raise RenderError(
                    "Walk.strip: the layout program wrote an SVG without a size in points; name "
                    "another one with program="
                )
            found.append((int(size[1]), int(size[2]), svg))
        return found

    def _render(self, one: Frame, form: str, whole: Mapping[str, str]) -> bytes:
        from autograd_mini.show.layout_program import render

        picture, marks = one
        dot = to_dot(
            picture, False, marks._replace(whole={**marks.whole, **ROOM, **whole}), self._theme
        )
        return render(dot, form, self._program, self._timeout)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: a PNG, which every page keeps; SVG where only that can be made."""
        import base64

        bundle = {"text/plain": repr(self)}
        try:
            return bundle | {"image/png": base64.b64encode(self.png).decode()}
        except RenderError as error:
            with suppress(RenderError):
                return bundle | {"image/svg+xml": self.svg}
            return {"text/plain": f"{self!r}: {error}"}
