"""Reading a picture back from its SVG with an XML parser."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"


class Read(NamedTuple):
    """What one box or arrow says."""

    lines: list[str]
    tooltip: str


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314, our own file


def boxes(svg: str) -> dict[str, Read]:
    """The boxes by their names."""
    return groups(svg, "node")


def arrows(svg: str) -> list[tuple[str, Read]]:
    """The arrows: "n0->n2" and what is beside them."""
    return [
        (title(group), read(group)) for group in parsed(svg).iter(f"{SVG}g") if is_(group, "edge")
    ]


def groups(svg: str, kind: str) -> dict[str, Read]:
    return {title(g): read(g) for g in parsed(svg).iter(f"{SVG}g") if is_(g, kind)}


def is_(group: ET.Element, kind: str) -> bool:
    return group.get("class") == kind


def title(group: ET.Element) -> str:
    found = group.find(f"{SVG}title")
    assert found is not None
    return found.text or ""


def read(group: ET.Element) -> Read:
    lines = ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]
    links = [link.get(f"{XLINK}title", "") for link in group.iter(f"{SVG}a")]
    return Read([spaced(line) for line in lines], spaced(links[0]) if links else "")


def spaced(line: str) -> str:
    """Some programs write spaces as no-break spaces, so that none is lost."""
    return line.replace("\xa0", " ")


def texts(svg: str) -> list[str]:
    """All text in the picture."""
    return [spaced("".join(text.itertext())) for text in parsed(svg).iter(f"{SVG}text")]


def said(dot: str) -> str:
    """The text with the notes' line breaks undone."""
    return re.sub(r"(&#160;)*\\l", " ", dot)


RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number_of(shown: str) -> float:
    """The number that is shown, with a power of ten or without.

    >>> number_of("−1.5 × 10⁻⁷"), number_of("0.25")
    (-1.5e-07, 0.25)
    """
    figures, _, power = shown.replace("−", "-").partition(" × 10")
    return float(f"{figures}e{power.translate(RAISED)}" if power else figures)
