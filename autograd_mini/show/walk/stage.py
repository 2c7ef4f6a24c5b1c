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

from autograd_mini.given import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograd_mini.show.picture import Picture

SVG = "http://www.w3.org/2000/svg"
MOST_SPANNED, LONG = 6000, 12
"""Where arrows go past more boxes than that in all, those that are longer are left out."""
LEFT_OUT = f"Arrows that go past more than {LONG} boxes are left out of the picture."
LEAST = 12
"""Pixels of the smallest text."""
LINK_TITLE = "{http://www.w3.org/1999/xlink}title"
ENDS = re.compile(r"(\w+)(?::\w+)?->(\w+)(?::\w+)?")


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
    for group in root.iter(_tag("g")):
        _name(group, picture, places)
    _number_arrows(root, picture)
    _set_texts(root, "box", lines)
    if arrows is not None:
        _set_texts(root, "arrow", [[text] if text else [] for text in arrows])
    _explain(root)
    for element in root.iter():
        element.attrib.pop("id", None)
        for inner in list(element):
            if inner.tag == _tag("title") and inner.get("keep") is None:
                element.remove(inner)
    for kept in root.iter(_tag("title")):
        kept.attrib.pop("keep")
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
    if sum(spans) <= MOST_SPANNED:
        return picture
    kept = zip(picture.arrows, spans, strict=True)
    return picture._replace(arrows=tuple(arrow for arrow, span in kept if span <= LONG))


def _tag(name: str) -> str:
    return f"{{{SVG}}}{name}"


def _title(group: ET.Element) -> str:
    found = group.find(_tag("title"))
    return "" if found is None else (found.text or "")


def _name(group: ET.Element, picture: Picture, places: Mapping[str, int]) -> None:
    title, kind = _title(group), group.get("class")
    group.attrib.pop("class", None)
    if kind == "node":
        place = places[title]
        group.set("class", f"box box-{place} kind-{picture.boxes[place].kind}")
    elif kind == "edge":
        group.set("class", "arrow")


def _number_arrows(root: ET.Element, picture: Picture) -> None:
    """Arrows between the same boxes come in the order in which they were asked for."""
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, arrow in enumerate(picture.arrows):
        waiting[arrow.tail, arrow.head].append(i)
    for group in root.iter(_tag("g")):
        if group.get("class") == "arrow":
            ends = ENDS.fullmatch(_title(group))
            assert ends is not None
            place = waiting[ends[1], ends[2]].pop(0)
            names = ["arrow", f"arrow-{place}"]
            names += ["weighted"] if picture.arrows[place].weight is not None else []
            names += ["own"] if _has_width(group) else []
            group.set("class", " ".join(names))


def _has_width(group: ET.Element) -> bool:
    """Whether the line's colour and width say something, as those of the network view do."""
    return any(path.get("stroke-width") for path in group.iter(_tag("path")))


def _set_texts(root: ET.Element, kind: str, lines: Sequence[Sequence[str]]) -> None:
    for group in root.iter(_tag("g")):
        names = (group.get("class") or "").split()
        if kind not in names:
            continue
        texts = list(group.iter(_tag("text")))
        place = int(names[1].removeprefix(f"{kind}-"))
        for element, line in zip(texts, lines[place], strict=True):
            element.text = line


def _explain(root: ET.Element) -> None:
    """Tooltips: what the layout program wrote as links without an address become titles."""
    for group in root.iter(_tag("g")):
        for link in group.findall(_tag("a")):
            link.tag = _tag("g")
            tooltip = link.attrib.pop(LINK_TITLE, "")
            link.attrib.clear()
            if tooltip:
                title = ET.Element(_tag("title"), {"keep": ""})
                title.text = tooltip
                link.insert(0, title)


def _fit(root: ET.Element, title: str) -> None:
    """The picture's own size becomes the size at which its text is as large as the page's.

    However narrow the page, no text in it is smaller than 12 pixels.
    """
    wide = float((root.get("viewBox") or "0 0 0 0").split()[2])
    sizes = [float(text.get("font-size", "14")) for text in root.iter(_tag("text"))]
    smallest = min(sizes, default=14.0)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", visible(title))
    least = math.ceil(wide * LEAST / smallest)
    root.set("style", f"width:{max(wide * 1.3, least):.0f}px;min-width:{least}px")
    root.set("data-least", f"{smallest / LEAST:.3f}")
    for group in root.findall(_tag("g")):
        for paper in group.findall(_tag("polygon")):
            group.remove(paper)  # the page has its own background


def written(root: ET.Element) -> str:
    """As a part of a page, where elements need no prefix."""
    ET.register_namespace("", SVG)
    text = ET.tostring(root, encoding="unicode")
    return re.sub(r">\s*\n\s*<", "><", text).strip()
