r"""Slides as source for LaTeX's beamer: one frame of overlays, the picture in TikZ.

Vocabulary: an *overlay* is one slide of a frame; what stands in ``\only<2-4>{…}`` is on the second
to the fourth. Each text of the picture stands there once for every *span* of overlays in which it
stays the same, so that a teacher can edit it in one place.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from autograd_mini.show.kit import tikz
from autograd_mini.show.kit.figure import read
from autograd_mini.show.kit.frames import LEAST, Camera, Room, place_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from autograd_mini.show.kit.figure import Group
    from autograd_mini.show.kit.frames import Deck
    from autograd_mini.show.walk.film import Lit, Moment
    from autograd_mini.show.walk.sentences import Description

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


def document(deck: Deck, stage: str, moments: Iterable[Moment]) -> str:
    """The whole document."""
    palette = tikz.Palette()
    picture = "".join(_picture(stage, moments, palette))
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
    accent = "backward" if description.is_back else "forward"
    accent = "wrong" if description.wrong else accent
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


def _picture(stage: str, moments: Iterable[Moment], palette: tikz.Palette) -> Iterator[str]:
    """The picture at all steps; where it is too large for a slide, what is around the step."""
    figure = read(stage)
    camera = Camera(figure, ROOM, LEAST * WIDTH / 1280)
    yield (
        "\\begin{center}\n"
        f"\\begin{{tikzpicture}}[x=1bp, y=-1bp, line join=round, scale={camera.scale:.4f}, "
        f"transform shape]\n  \\clip (0, 0) rectangle {tikz.at(camera.size)};\n"
    )
    shown = [
        now._replace(lines=[*now.lines], notes={**now.notes}, born={*now.born}, seen={*now.seen})
        for now in moments
    ]
    for (x, y), overlays in _spans(camera.corner(now.lit) for now in shown):
        yield _on(overlays, f"\\tikzset{{shift={{({-x:.2f}, {-y:.2f})}}}}")
    for group in figure.groups:
        yield from _group(group, shown, palette, camera.scale)
    yield "\\end{tikzpicture}\n\\end{center}"


def _group(
    group: Group, moments: list[Moment], palette: tikz.Palette, scale: float
) -> Iterator[str]:
    kind, place = place_of(group.kind)
    for outline in group.outlines:
        yield f"  {tikz.outlined(outline, palette, scale)}\n"
    for outline in group.outlines:
        for look, overlays in _spans(_mark(kind, place, now.lit, scale) for now in moments):
            if look:
                yield _on(overlays, f"\\path[{look}] {tikz.path(outline)};")
    for j, text in enumerate(group.texts):
        for told, overlays in _spans(_told(kind, place, j, now) for now in moments):
            if told is not None:
                yield _on(overlays, tikz.written(text, palette, *told))


def _mark(kind: str, place: int, lit: Lit, scale: float) -> str:
    """How a step draws over an outline; "" where it does not."""
    if place in (lit.boxes if kind == "box" else lit.arrows):
        return f"draw={lit.side}, line width={(4 if kind == 'box' else 3) * scale:.3g}bp"
    if kind == "box" and place == lit.source:
        return f"draw={lit.side}, densely dashed, line width={2.5 * scale:.3g}bp"
    return ""


def _told(kind: str, place: int, j: int, now: Moment) -> tuple[str | None, str] | None:
    """A line after a step, None for that of the picture, and its colour; None where none shows."""
    if kind == "box":
        return now.lines[place][j], "" if place in now.born else "faint"
    if kind == "arrow" and place in now.notes:
        return now.notes[place][j], ""
    return (None, "") if kind != "arrow" or place in now.seen else None


S = TypeVar("S", bound="Hashable")


def _spans(states: Iterable[S]) -> Iterator[tuple[S, str]]:
    """Each state, and the overlays on which it holds; "" for all of them."""
    spans: dict[S, list[str]] = {}
    begin = 1
    for state, run in groupby(states):
        end = begin + sum(1 for _ in run)
        spans.setdefault(state, []).append(f"{begin}-{end - 1}")
        begin = end
    for state, places in spans.items():
        yield state, f"<{','.join(places)}>" if len(spans) > 1 else ""


def _on(overlays: str, text: str) -> str:
    return f"  \\only{overlays}{{{text}}}\n" if overlays else f"  {text}\n"
