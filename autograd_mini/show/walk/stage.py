"""The laid-out picture made ready for a page: classes instead of ids, texts that can be changed.

Vocabulary: the *stage* is one ``<svg>`` element. The group of box number 3 has the class ``box-3``,
that of arrow number 5 ``arrow-5``; nothing in it has an id, so any number of stages can be in one
page. What the layout program wrote into titles is taken out, since a browser would show it.
"""

from __future__ import annotations

import math
import re
import sys
from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from autograd_mini.errors import RenderError
from autograd_mini.given import visible
from autograd_mini.show.dot import to_dot
from autograd_mini.show.layout_program import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.show.layout_program import Program
    from autograd_mini.show.palette import Theme
    from autograd_mini.show.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"
LINK_TITLE = "{http://www.w3.org/1999/xlink}title"
MOST_SPANNED, LONG = 6000, 12
"""Where arrows go past more boxes than that in all, those that are longer are left out."""
LEFT_OUT = f"Arrows that go past more than {LONG} boxes are left out of the picture."
LEAST = 12
"""Pixels of the smallest text."""
ENDS = re.compile(r"(\w+)(?::\w+)?->(\w+)(?::\w+)?")


def laid_out(
    picture: Picture,
    theme: Theme,
    lines: Sequence[Sequence[str]],
    title: str,
    arrows: Sequence[str] | None = None,
    program: Program = None,
    timeout: float = 30.0,
) -> str:
    """The stage of a picture; where it cannot be laid out, a sentence that says why."""
    try:
        dot = to_dot(without_long_arrows(picture), False, theme)
        svg = render(dot, "svg", program, timeout).decode()
    except (RenderError, ModuleNotFoundError) as error:
        reason = str(error).partition(". ")[0]
        return f"There is no picture, only the list of steps. {reason}."
    return stage(svg, picture, lines, title, arrows)


def stage(
    svg: str,
    picture: Picture,
    lines: Sequence[Sequence[str]],
    title: str,
    arrows: Sequence[str] | None = None,
) -> str:
    """The stage of a picture.

    Args:
        svg: the picture as a layout program made it.
        picture: what it is of.
        lines: the boxes' texts to begin with.
        title: what a screen reader calls it.
        arrows: the arrows' texts; left out, those of the picture.
    """
    root = ET.fromstring(svg)  # noqa: S314, from the layout program that we started
    places = {box.id: i for i, box in enumerate(picture.boxes)}
    # Arrows between the same boxes come in the order in which they were asked for.
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, arrow in enumerate(picture.arrows):
        waiting[arrow.tail, arrow.head].append(i)
    for group in root.iter(f"{SVG}g"):
        kind, name = group.attrib.pop("class", ""), group.findtext(f"{SVG}title", "")
        if kind == "node":
            place = places[name]
            group.set("class", f"box box-{place} kind-{picture.boxes[place].kind}")
            _set_texts(group, lines[place])
        elif kind == "edge":
            ends = ENDS.fullmatch(name)
            assert ends is not None
            place = waiting[ends[1], ends[2]].pop(0)
            group.set("class", _arrow_classes(group, picture, place))
            if arrows is not None:
                _set_texts(group, [arrows[place]] if arrows[place] else [])
    for element in root.iter():
        element.attrib.pop("id", None)
        for inner in element.findall(f"{SVG}title"):
            element.remove(inner)
    _explain(root)
    _fit(root, title)
    return written(root)


def without_long_arrows(picture: Picture) -> Picture:
    """The picture without the arrows that go past many boxes, where there are very many such.

    In x · x · … · x, each use has a longer arrow from x than the one before: all of them would be
    as large as the square of the picture.
    """
    depth: dict[str, int] = {}
    first_use: dict[str, int] = {}
    for arrow in picture.arrows:
        depth[arrow.head] = max(depth.get(arrow.head, 1), depth.get(arrow.tail, 0) + 1)
    for arrow in picture.arrows:
        first_use[arrow.tail] = min(first_use.get(arrow.tail, sys.maxsize), depth[arrow.head])
    spans = [depth[x.head] - depth.get(x.tail, first_use[x.tail] - 1) for x in picture.arrows]
    if picture.layout or sum(spans) <= MOST_SPANNED:
        return picture
    kept = zip(picture.arrows, spans, strict=True)
    return picture._replace(arrows=tuple(arrow for arrow, span in kept if span <= LONG))


def _arrow_classes(group: ET.Element, picture: Picture, place: int) -> str:
    names = ["arrow", f"arrow-{place}"]
    names += ["weighted"] if picture.arrows[place].weight is not None else []
    # Where the line's width says something, as in the network view, its look is its own.
    is_own = any(path.get("stroke-width") for path in group.iter(f"{SVG}path"))
    return " ".join([*names, *["own"] * is_own])


def _set_texts(group: ET.Element, lines: Sequence[str]) -> None:
    for element, line in zip(group.iter(f"{SVG}text"), lines, strict=True):
        element.text = line


def _explain(root: ET.Element) -> None:
    """Tooltips: what the layout program wrote as links without an address become titles."""
    for link in [x for group in root.iter(f"{SVG}g") for x in group.findall(f"{SVG}a")]:
        link.tag = f"{SVG}g"
        tooltip = link.attrib.pop(LINK_TITLE, "")
        link.attrib.clear()
        if tooltip:
            title = ET.Element(f"{SVG}title")
            title.text = tooltip
            link.insert(0, title)


def _fit(root: ET.Element, title: str) -> None:
    """The picture's own size becomes the size at which its text is as large as the page's.

    However narrow the page, no text in it is smaller than 12 pixels.
    """
    wide = float((root.get("viewBox") or "0 0 0 0").split()[2])
    sizes = [float(text.get("font-size", "14")) for text in root.iter(f"{SVG}text")]
    smallest = min(sizes, default=14.0)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", visible(title))
    least = math.ceil(wide * LEAST / smallest)
    root.set("style", f"width:{max(wide * 1.3, least):.0f}px;min-width:{least}px")
    root.set("data-least", f"{smallest / LEAST:.3f}")
    for group in root.findall(f"{SVG}g"):
        for paper in group.findall(f"{SVG}polygon"):
            group.remove(paper)  # the page has its own background


def written(root: ET.Element) -> str:
    """As a part of a page, where elements need no prefix."""
    ET.register_namespace("", SVG.strip("{}"))
    text = ET.tostring(root, encoding="unicode")
    return re.sub(r">\s*\n\s*<", "><", text).strip()
