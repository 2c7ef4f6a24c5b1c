r"""A picture as TikZ, for a LaTeX document: it looks as the SVG does, and its texts are LaTeX's.

Vocabulary: a *node* of TikZ stands where each box is, with the box's name, so that a document can
draw more beside it: ``\draw[->] (n0.north) -- …``. Colours are defined once, ahead of the picture,
by the names c1, c2, …

What it needs: ``\usepackage{tikz}``, and ``amsmath`` for labels that are words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autograd_mini.numbers import LOWERED, MINUS, RAISED
from autograd_mini.show.explain.latex import SIGNS, literal, name
from autograd_mini.show.kit.figure import read
from autograd_mini.show.labels import read as read_label
from autograd_mini.show.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.show.kit.figure import Group, Outline, Point, Text

NAMED = {"black": "000000", "white": "FFFFFF"}
ANCHORS = {"middle": "base", "start": "base west", "end": "base east"}
IN_MATHS = {**SIGNS, "≈": r"\approx", "∇": r"\nabla", "Σ": r"\Sigma", "+": "+", "=": "="}
IN_TEXT = {"–": "--", "—": "---"}
_BETWEEN = re.compile(r"([/()·∂,|])")
_NUMBER = re.compile(rf"[{MINUS}]?\d+(?:\.\d+)?")


def picture(svg: str) -> str:
    r"""A laid-out picture as a ``tikzpicture``, its colours defined ahead of it.

    >>> print(picture('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"/>'))
    \begin{tikzpicture}[x=1bp, y=-1bp, line join=round]
      \useasboundingbox (0, 0) rectangle (40, 30);
    \end{tikzpicture}
    <BLANKLINE>
    """
    figure = read(svg)
    palette = Palette()
    body = "".join(f"  {line}\n" for group in figure.groups for line in _group(group, palette))
    return (
        f"{palette.definitions}\\begin{{tikzpicture}}[x=1bp, y=-1bp, line join=round]\n"
        f"  \\useasboundingbox (0, 0) rectangle {at((figure.wide, figure.tall))};\n"
        f"{body}\\end{{tikzpicture}}\n"
    )


class Palette(dict[str, str]):
    """The colours of a picture, each with a name for LaTeX that it gets when it is asked for."""

    def __missing__(self, colour: str) -> str:
        return self.setdefault(colour, f"c{len(self) + 1}")

    @property
    def definitions(self) -> str:
        """The lines that define them."""
        return "".join(
            f"\\definecolor{{{name}}}{{HTML}}{{{NAMED.get(colour, colour.lstrip('#')).upper()}}}\n"
            for colour, name in self.items()
        )


def _group(group: Group, palette: Palette) -> Iterable[str]:
    if group.name and group.kind:
        yield f"% {visible(group.name).replace('%', '')}"
    for outline in group.outlines:
        yield outlined(outline, palette)
    if group.kind == "node" and group.outlines:
        left, top, right, bottom = group.bounds
        size = f"minimum width={right - left:.1f}bp, minimum height={bottom - top:.1f}bp"
        centre = at(((left + right) / 2, (top + bottom) / 2))
        yield f"\\node[inner sep=0, outer sep=0, {size}] ({group.name}) at {centre} {{}};"
    for text in group.texts:
        yield written(text, palette)


def outlined(outline: Outline, palette: Palette, scale: float = 1.0) -> str:
    """One path, filled and drawn as in the picture; TikZ does not scale the width of lines."""
    options = [f"fill={palette[outline.fill]}"] if outline.fill else []
    if outline.stroke:
        width = f"line width={outline.width * scale:.3g}bp"
        options += [f"draw={palette[outline.stroke]}", width]
    options += ["densely dashed"] if outline.dashed else []
    return f"\\path[{', '.join(options)}] {path(outline)};"


def path(outline: Outline) -> str:
    """Where a path runs."""
    words: list[str] = []
    for letter, points in outline.parts:
        if letter == "E":
            (rx, ry) = points[1]
            words.append(f"{at(points[0])} ellipse [x radius={rx:.2f}bp, y radius={ry:.2f}bp]")
        elif letter == "C":
            words.append(f".. controls {at(points[0])} and {at(points[1])} .. {at(points[2])}")
        else:
            words.append({"M": "", "L": "-- ", "Z": "-- cycle"}[letter] + "".join(map(at, points)))
    return " ".join(words)


def written(text: Text, palette: Palette, line: str | None = None, colour: str = "") -> str:
    """One line of text at its place; another line or colour goes before its own."""
    weight = r"\bfseries" if text.bold else ""
    font = rf"\sffamily{weight}\fontsize{{{text.size:g}}}{{{text.size * 1.2:g}}}\selectfont"
    options = [f"anchor={ANCHORS[text.anchor]}", "inner sep=0", f"font={font}"]
    if colour or text.colour:
        options.append(f"text={colour or palette[text.colour]}")
    said = in_latex(text.line.strip() if line is None else line)
    return f"\\node[{', '.join(options)}] at {at(text.at)} {{{said}}};"


def at(point: Point) -> str:
    """A point as TikZ writes it."""
    return f"({round(point[0], 2) + 0.0:g}, {round(point[1], 2) + 0.0:g})"


def in_latex(line: str) -> str:
    r"""A line of a picture in LaTeX: names and numbers as mathematics, anything else as text.

    >>> print(in_latex("w₁₂⁽¹⁾ ≈ −0.7313"), in_latex("grad –"), in_latex("50% of x₁"))
    ${w_{12}^{[1]}}$ $\approx$ $-0.7313$ grad -- 50\% of ${x_{1}}$
    """
    words = visible(line).replace("\xa0", " ").split(" ")
    is_formula = len(words) == 1 or not {"=", "≈", "+", "−"}.isdisjoint(words)
    return " ".join(
        "".join(_part(part, is_formula) for part in _BETWEEN.split(word) if part) for word in words
    )


def _part(word: str, is_formula: bool) -> str:
    if word in IN_TEXT:
        return IN_TEXT[word]
    if word in IN_MATHS:
        return f"${IN_MATHS[word]}$"
    if _NUMBER.fullmatch(word):
        return f"${word.replace(MINUS, '-')}$"
    label = read_label(word)
    scripted = any(c in LOWERED or c in RAISED for c in word)
    if label.is_name and (scripted or label.accent or (is_formula and len(label.base) == 1)):
        return f"${name(label)}$"
    return "".join(f"${IN_MATHS[c]}$" if c in "≈∇" else literal(c) for c in word)
