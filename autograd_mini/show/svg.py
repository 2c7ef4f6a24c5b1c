r"""What a layout program writes, taken apart: only a picture goes on to a page or a file.

Vocabulary: an SVG can do more than show: it runs scripts, fetches images, leads elsewhere. *Known*
are the elements and attributes that a picture of a graph is made of; everything else is left out,
with what is inside of it. The text is written anew from what the parser has read, so that a browser
finds no other structure in it than the parser did.
"""

from __future__ import annotations

import re
from html import escape
from xml.parsers import expat

ELEMENTS = frozenset(
    """svg g title a text tspan path polygon polyline line rect circle ellipse
    defs linearGradient radialGradient stop""".split()  # noqa: SIM905 (words read better)
)
ATTRIBUTES = frozenset(
    """id class width height viewBox transform x y x1 y1 x2 y2 cx cy r rx ry fx fy d points
    offset fill fill-opacity stroke stroke-width stroke-dasharray stroke-opacity stroke-
    linecap stroke-linejoin stroke-miterlimit opacity stop-color stop-opacity
    gradientUnits gradientTransform text-anchor font-family font-size font-weight font-
    style text-decoration baseline-shift dominant-baseline textLength lengthAdjust
    xml:space xlink:title""".split()  # noqa: SIM905
)
NAMESPACES = {
    "xmlns": "http://www.w3.org/2000/svg",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}
_ELSEWHERE = re.compile(r"url\s*\(\s*(?!#[\w.-]+\s*\))", re.IGNORECASE)
"""An address that is no place in the picture itself."""


class NoPictureError(ValueError):
    """What was to be an SVG is none; the message says why."""


def pictured(data: bytes) -> str:
    r"""The ``<svg>`` element in the bytes, of known elements and attributes alone.

    Raises:
        NoPictureError: it is no XML, no SVG, or declares entities.

    >>> pictured(b'<svg width="1pt"><script>run()</script><g onclick="run()">a</g></svg>')
    '<svg width="1pt"><g>a</g></svg>\n'
    """
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NoPictureError(f"it is no XML ({error})") from None
    return "".join([*reader.pieces, "\n"])


class _Reader:
    """Writes down what is known while the parser goes through the text."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.left_out = 0  # how many elements that are left out stand around this place
        self.depth = 0
        self.open = False  # whether the last start tag has no > yet
        parser = expat.ParserCreate("UTF-8")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.EntityDeclHandler = _refuse_entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._comment
        self.parser = parser

    def _start(self, name: str, attributes: list[str]) -> None:
        if self.depth == 0 and name != "svg":
            raise NoPictureError(f"its outermost element is {name[:40]}, not svg")
        self.depth += 1
        if self.left_out or name not in ELEMENTS:
            self.left_out += 1
            return
        self._close_tag()
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        kept = [f' {key}="{_written(value)}"' for key, value in pairs if _is_known(key, value)]
        self.pieces.append(f"<{name}{''.join(kept)}")
        self.open = True

    def _end(self, name: str) -> None:
        self.depth -= 1
        if self.left_out:
            self.left_out -= 1
        elif self.open:
            self.pieces.append("/>")
            self.open = False
        else:
            self.pieces.append(f"</{name}>")

    def _text(self, text: str) -> None:
        if not self.left_out:
            self._close_tag()
            self.pieces.append(escape(text, quote=False))

    def _comment(self, text: str) -> None:
        """A comment stays, without what could end it for a browser."""
        if self.depth and not self.left_out:
            self._close_tag()
            self.pieces.append(f"<!--{_COMMENT_END.sub(' ', f'{text} ')}-->")

    def _close_tag(self) -> None:
        if self.open:
            self.pieces.append(">")
            self.open = False


_COMMENT_END = re.compile(r"[<>!]|-(?=-|$)|^-")


def _refuse_entity(*_: object) -> None:
    raise NoPictureError("it declares entities, which no picture needs")


def _is_known(name: str, value: str) -> bool:
    if name in NAMESPACES:
        return value == NAMESPACES[name]
    return name in ATTRIBUTES and not _ELSEWHERE.search(value)


def _written(value: str) -> str:
    """An attribute's value; a browser would read line breaks in it as blanks."""
    return escape(value).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")
