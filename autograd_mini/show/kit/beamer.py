r"""Slides as source for LaTeX's beamer: one frame of overlays, the picture in TikZ.

Vocabulary: an *overlay* is one slide of a frame; what stands in ``\only<2-4>{…}`` is on the second
to the fourth. Each text of the picture stands there once for every *span* of overlays in which it
stays the same, so that a teacher can edit it in one place.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from autograd_mini.show.kit import tikz
from autograd_mini.show.kit.deck import Room
from autograd_mini.show.kit.figure import read
from autograd_mini.show.kit.frames import LEAST, Camera, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

    from autograd_mini.show.kit.deck import Deck
    from autograd_mini.show.kit.figure import Group, Text
    from autograd_mini.show.walk.descriptions import Description
    from autograd_mini.show.walk.scene import Film, Lit
    from autograd_mini.show.walk.sheet import Lines

WIDTH = 455.0
"""Of a slide, in points; its height is 256."""
ROOM = Room(432.0, 128.0)
"""For the picture."""

COLOURS = ("ink", "quiet", "faint", "paper", "forward", "backward", "wrong")

HEAD = r"""% Compile with pdflatex. Every step is one overlay of the second frame.
\documentclass[aspectratio=169, 10pt]{beamer}
\usepackage{tikz, amsmath}
"""
LOOK = r"""\setbeamertemplate{navigation symbols}{}
\setbeamersize{text margin left=4mm, text margin right=4mm}
\setbeamercolor{background canvas}{bg=paper}
\setbeamercolor{normal text}{fg=ink}
\setbeamercolor{frametitle}{fg=ink}
\setbeamercolor{title}{fg=ink}
\setbeamercolor{subtitle}{fg=quiet}
\setbeamerfont{frametitle}{size=\large, series=\bfseries}
"""


def document(deck: Deck, stage: str, film: Film) -> str:
    """The whole document."""
    palette = tikz.Palette()
    picture = "".join(_picture(stage, film, palette))
    page = deck.theme.page
    own = "".join(
        f"\\definecolor{{{name}}}{{HTML}}{{{page[name].lstrip('#').upper()}}}\n" for name in COLOURS
    )
    titles = f"\\title{{{tikz.in_latex(deck.title)}}}\n\\date{{}}\n"
    if deck.about:
        titles += f"\\subtitle{{{tikz.in_latex(deck.about)}}}\n"
    told = [(f"<{i}>", slide.description) for i, slide in enumerate(deck.slides, 1)]
    headings = "".join(f"\\only{i}{{{_heading(x)}}}%\n" for i, x in told)
    said = "".join(f"\\only{i}{{%\n{_said(x)}}}%\n" for i, x in told)
    return (
        f"{HEAD}{own}{palette.definitions}{LOOK}{titles}\\begin{{document}}\n"
        "\\begin{frame}\n\\titlepage\n\\end{frame}\n"
        f"\\begin{{frame}}[t]\n\\frametitle{{%\n{headings}}}\n{picture}\n\\smallskip\\small\n{said}"
        "\\end{frame}\n\\end{document}\n"
    )


def _heading(description: Description) -> str:
    back = description.part in {"Backward", "End"}
    accent = "wrong" if description.wrong else "backward" if back else "forward"
    return f"\\textcolor{{{accent}}}{{{description.part}}} {tikz.in_latex(description.heading)}"


def _said(description: Description) -> str:
    """What a step says below the picture."""
    rows = "".join(
        f"\\textcolor{{quiet}}{{{'' if repeated else caption}}} & {tikz.in_latex(formula)} \\\\\n"
        for caption, formula, repeated in description.captioned()
    )
    colour = "wrong" if description.wrong else "quiet"
    remarks = "".join(
        f"\\par\\smallskip\\textcolor{{{colour}}}{{{tikz.in_latex(remark)}}}\n"
        for remark in description.warnings
    )
    return (
        f"\\begin{{tabular}}{{@{{}}lp{{.76\\textwidth}}@{{}}}}\n{rows}\\end{{tabular}}\n{remarks}"
    )


# --- the picture ---


def _picture(stage: str, film: Film, palette: tikz.Palette) -> Iterator[str]:
    """The picture at all steps; where it is too large for a slide, what is around the step."""
    figure = read(stage)
    camera = Camera(figure, ROOM, LEAST * WIDTH / 1280)
    yield (
        "\\begin{center}\n"
        f"\\begin{{tikzpicture}}[x=1bp, y=-1bp, line join=round, scale={camera.scale:.4f}, "
        f"transform shape]\n  \\clip (0, 0) rectangle {tikz.at(camera.size)};\n"
    )
    corners = dict(enumerate(map(camera.corner, film.lit)))
    yield from _over(corners, lambda at: f"\\tikzset{{shift={{({-at[0]:.2f}, {-at[1]:.2f})}}}}")
    for group in figure.groups:
        yield from _group(group, film, palette, camera.scale)
    yield "\\end{tikzpicture}\n\\end{center}"


def _group(group: Group, film: Film, palette: tikz.Palette, scale: float) -> Iterator[str]:
    kind, place = place_of(group.kind)
    mark = {"box": _box_mark, "arrow": _arrow_mark}.get(kind)
    lit = {i: mark(place, x, scale) for i, x in enumerate(film.lit)} if mark else {}
    for outline in group.outlines:
        yield f"  {tikz.outlined(outline, palette, scale)}\n"
    for outline in group.outlines:
        path = tikz.path(outline)
        yield from _over(lit, lambda look, path=path: f"\\path[{look}] {path};" if look else "")
    if kind == "box":
        yield from _box_texts(group, place, film, palette)
        return
    seen = [i for i, x in enumerate(film.lit) if place in x.arrows and not x.forward]
    if place in film.first_notes and kind == "arrow":
        yield from _texts(group, film.first_notes[place], place, film.notes, 0, palette)
        return
    for text in group.texts:
        written = tikz.written(text, palette)
        shown = {i: seen != [] and i >= seen[0] for i in range(len(film.lit))}
        if kind == "arrow":
            yield from _over(shown, lambda is_, written=written: written if is_ else "")
        else:
            yield f"  {written}\n"


def _box_texts(group: Group, place: int, film: Film, palette: tikz.Palette) -> Iterator[str]:
    """The lines of a box, faint until it has its number."""
    born = next((i for i, x in enumerate(film.born) if place in x), 0)
    yield from _texts(group, film.first[place], place, film.changes, born, palette)


def _texts(
    group: Group,
    first: Lines,
    place: int,
    changes: Sequence[Mapping[int, Lines]],
    born: int,
    palette: tikz.Palette,
) -> Iterator[str]:
    """The texts of a box or an arrow, for each span of overlays in which they stay the same."""
    for j, text in enumerate(group.texts):
        line = first[j]
        lines = {}
        for i, changed in enumerate(changes):
            line = changed[place][j] if place in changed else line
            lines[i] = (line, i < born)

        def written(told: tuple[str, bool], text: Text = text) -> str:
            look = tikz.look(text, palette, "faint" if told[1] else "")
            return f"\\node[{look}] at {tikz.at(text.at)} {{{tikz.in_latex(told[0])}}};"

        yield from _over(lines, written)


def _over(states: Mapping[int, Hashable], write: Callable[..., str]) -> Iterator[str]:
    """What stands in the picture on each span of overlays with one state."""
    spans: dict[Hashable, list[str]] = {}
    for state, steps in groupby(states, lambda i: states[i]):
        first, *_, last = [*(found := list(steps)), found[-1]]
        spans.setdefault(state, []).append(f"{first + 1}-{last + 1}")
    for state, places in spans.items():
        if text := write(state):
            only = len(spans) == 1
            yield f"  {text}\n" if only else f"  \\only<{','.join(places)}>{{{text}}}\n"


def _box_mark(place: int, lit: Lit, scale: float) -> str:
    if place in lit.boxes:
        return f"draw={lit.side}, line width={4 * scale:.3g}bp"
    dashed = f"draw={lit.side}, densely dashed, line width={2.5 * scale:.3g}bp"
    return dashed if place == lit.source else ""


def _arrow_mark(place: int, lit: Lit, scale: float) -> str:
    if place not in lit.arrows:
        return ""
    return f"draw={lit.side}, line width={3 * scale:.3g}bp"
