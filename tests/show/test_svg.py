"""Of what a layout program writes only a picture is kept."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value, draw
from autograd_mini.show.svg import ATTRIBUTES, ELEMENTS, NoPictureError, pictured

HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def read_xml(text: str | bytes) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 (it was written here, or has been cleaned)


HOSTILE = [
    b"<script>run()</script>",
    b"<g><script href='data:,run()'/></g>",
    b"<g onload='run()'><path onclick='run()' d='M0,0'/></g>",
    b"<a xlink:href='javascript:run()' href='javascript:run()' target='_top'><text>a</text></a>",
    b"<image xlink:href='http://example.com/x.png'/>",
    b"<use href='http://example.com/x.svg#a'/>",
    b"<foreignObject><iframe src='http://example.com'/></foreignObject>",
    b"<style>@import 'http://example.com/x.css'; * { background: url(//example.com) }</style>",
    b"<rect style='fill: url(http://example.com)' fill='url( http://example.com )'/>",
    b"<rect fill='URL(data:image/svg+xml,x)' stroke='url(#a) url(//example.com)'/>",
    b"<animate attributeName='href' values='javascript:run()'/><set onbegin='run()'/>",
    b"<title><![CDATA[--><img src=x onerror=run()>]]></title>",
    b"<title>&lt;img src=x onerror=run()&gt;</title>",
    b"<!--> <img src=x onerror=run()> --><g/>",
    b"<!-- a -!><img src=x onerror=run()> --><g/>",
    b"<x:script xmlns:x='http://www.w3.org/2000/svg'>run()</x:script>",
    b"<h:img xmlns:h='http://www.w3.org/1999/xhtml' src='x' onerror='run()'/>",
    b"<svg xmlns='http://www.w3.org/1999/xhtml'><title>a</title></svg>",
    b"<?xml-stylesheet href='http://example.com/x.css'?><g/>",
    b"<text id='\">&lt;img src=x onerror=run()>' class='&#34;&#62;&#60;script&#62;'>a</text>",
]


@pytest.mark.parametrize("inside", HOSTILE)
def test_only_what_is_known_is_kept(inside: bytes) -> None:
    text = pictured(HEAD + inside + b"<rect width='3'/></svg>")
    assert '<rect width="3"/></svg>' in text
    for element in read_xml(text).iter():
        kind = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
        assert kind in ELEMENTS
        for name, value in element.attrib.items():
            plain = name.replace("{http://www.w3.org/1999/xlink}", "xlink:").replace(
                "{http://www.w3.org/XML/1998/namespace}", "xml:"
            )
            assert plain in ATTRIBUTES
            assert "example.com" not in value
    markup = text.replace("&lt;", "").replace("&gt;", "")
    assert "<img" not in markup
    assert "<script" not in markup
    assert "CDATA" not in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is no XML"),
        (b"garbage", "it is no XML"),
        (b"<svg>", "it is no XML"),
        (b"<svg/><svg/>", "it is no XML"),
        (b"\x89PNG", "it is no XML"),
        (b"<svg>\xff</svg>", "it is no XML"),
        (b"<html/>", "outermost element is html, not svg"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>", "declares entities"),
        (b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>", "entities"),
        (b"<!DOCTYPE svg [<!ENTITY % a 'b'>]><svg/>", "declares entities"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NoPictureError, match=said):
        pictured(data)


@given(st.text(), st.text())
def test_texts_and_values_are_those_that_were_read(text: str, value: str) -> None:
    root = ET.Element("svg", id=value)
    root.text = text
    try:
        data = ET.tostring(root, encoding="utf-8")
        read = read_xml(data)
    except (ET.ParseError, UnicodeEncodeError):  # characters that no XML can hold
        return
    again = read_xml(pictured(data))
    assert (again.text or "") == (read.text or "")
    if "url" not in value.lower():
        assert again.attrib == read.attrib


def test_a_real_picture_loses_nothing(program: str) -> None:
    """Compared with what the program itself writes, element by element."""
    x = Value(2.0, '<x> & "q"\'')
    y = (x * 3.0 + x.tanh()).exp()
    y.backward()
    drawing = draw(y, program=program, colour="gradient")
    written = subprocess.run(
        [program, "-Tsvg"], input=drawing.dot.encode(), capture_output=True, check=True
    ).stdout
    kept, raw = (list(read_xml(text).iter()) for text in (drawing.svg, written))
    assert [(e.tag, e.attrib, e.text, e.tail) for e in kept] == [
        (e.tag, e.attrib, e.text, e.tail) for e in raw
    ]
