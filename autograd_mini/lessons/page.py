"""Lessons as HTML: one page that works offline, on a phone, in the dark and on paper.

The page holds the whole walk, its pictures as files beside it. Nothing on it comes from another
address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from autograd_mini.lessons import deck
from autograd_mini.lessons.course import Part
from autograd_mini.lessons.formula import mathml
from autograd_mini.lessons.lesson import Lesson
from autograd_mini.lessons.render import body, remarks
from autograd_mini.lessons.style import CSS
from autograd_mini.show.html import policy

UNIT_SLIDES = {12, 13}
"""Where a raised number counts units, not layers."""

BESIDE = 760
"""Pictures up to this width, in pixels, stand beside the text where the screen is wide."""

SMALLEST = 0.52
"""How far a picture is reduced at most; beyond, it can be scrolled from side to side."""

TITLE = "autograd-mini: a tour of “Intro to Neural Networks”"

INTRODUCTION = (
    "A walk through the slide deck “Intro to Neural Networks” (Boston University Machine "
    "Intelligence Community, 2019). Every number on this page was computed by the engine when the "
    "page was made; what the slides leave open and we had to choose is marked “Ours”, and where a "
    "slide says something else than it means, a note says so."
)


class Shown(NamedTuple):
    """A picture that was written beside the page.

    Attributes:
        caption: the sentence below it.
        alt: what it says, in words.
        files: the names of its files by their ending: svg, png, or dot alone.
        width: of the SVG, in pixels; 0 where there is none.
    """

    caption: str
    alt: str
    files: dict[str, str]
    width: int


class Article(NamedTuple):
    """A lesson and the pictures that were written for it."""

    lesson: Lesson
    shown: Sequence[Shown]


def page(walk: Sequence[tuple[Part, Sequence[Article]]], missing: str = "") -> str:
    """The whole page.

    Args:
        walk: the parts with their lessons.
        missing: why there are no images, if there are none.
    """
    return "".join(f"{line}\n" for line in _page(walk, missing))


def _page(walk: Sequence[tuple[Part, Sequence[Article]]], missing: str) -> Iterator[str]:
    written = list(_body(walk, missing))
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield policy("\n".join(written), [CSS], images="'self' file:")
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{TITLE}</title>\n<style>{CSS}</style>\n</head>\n<body>"
    yield from written
    yield "</body>\n</html>"


def _body(walk: Sequence[tuple[Part, Sequence[Article]]], missing: str) -> Iterator[str]:
    yield f"<header><h1>{TITLE}</h1>\n<p>{INTRODUCTION}</p>"
    if missing:
        yield f'<p class="slip"><b>No images:</b> {escape(missing)}</p>'
    yield "</header>"
    yield from _contents([part for part, _ in walk])
    yield "<main>"
    for part, articles in walk:
        yield f'<section id="part-{part.number}">'
        yield f"<h2>Part {part.number}: {escape(part.title)}</h2>"
        for article in articles:
            yield from _article(article)
        yield "</section>"
    yield "</main>"


def _contents(parts: Sequence[Part]) -> Iterator[str]:
    yield '<nav aria-label="Parts"><ol>'
    for part in parts:
        places = deck.cited(part.slides)
        yield (
            f'<li value="{part.number}"><a href="#part-{part.number}">{escape(part.title)}</a> '
            f'<span class="note">{places}</span></li>'
        )
    yield "</ol></nav>"


def _article(article: Article) -> Iterator[str]:
    lesson = article.lesson
    titles = " · ".join(deck.slide(place).title for place in lesson.slides)
    yield "<article>"
    yield f"<h3>{escape(lesson.title)}</h3>"
    yield f'<p class="source">{deck.cited(lesson.slides).capitalize()}: {escape(titles)}</p>'
    units = bool(UNIT_SLIDES & set(lesson.slides))
    for formula in lesson.formulas:
        yield f'<div class="formula">{mathml(formula, units)}</div>'
    beside = [picture for picture in article.shown if picture.width <= BESIDE]
    yield '<div class="row"><div class="words">'
    yield from body(lesson)
    yield "</div>"
    if beside:
        yield '<div class="beside">'
        for picture in beside:
            yield from _figure(picture)
        yield "</div>"
    yield "</div>"
    for picture in article.shown:
        if picture not in beside:
            yield from _figure(picture)
    yield from remarks(lesson)
    yield "</article>"


def _figure(picture: Shown) -> Iterator[str]:
    links = " · ".join(
        f'<a href="{escape(name)}">{form.upper()}</a>' for form, name in picture.files.items()
    )
    least = round(picture.width * SMALLEST)
    yield "<figure>"
    if svg := picture.files.get("svg"):
        yield (
            f'<div class="paper" tabindex="0"><img src="{escape(svg)}" '
            f'alt="{escape(picture.alt)}" '
            f'style="width:{picture.width}px;min-width:{least}px"></div>'
        )
    yield (
        f"<figcaption>{escape(picture.caption)} "
        f'<span class="note">Reconstructed. {links}</span></figcaption>\n</figure>'
    )
