"""Lessons as HTML: one page that works offline, on a phone, in the dark and on paper.

Vocabulary: a *fragment* is one lesson without pictures, for a notebook; the *page* holds the whole
walk, its pictures as files beside it. Nothing on the page comes from another address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from autograd_mini.lessons import deck
from autograd_mini.lessons.course import Part
from autograd_mini.lessons.formula import mathml
from autograd_mini.lessons.lesson import Lesson, Number, Table
from autograd_mini.lessons.numbers import short
from autograd_mini.lessons.style import CSS
from autograd_mini.lessons.text import cell_text

UNIT_SLIDES = {12, 13}
"""Where a raised number counts units, not layers."""

BESIDE = 760
"""Pictures up to this width, in pixels, stand beside the text where the screen is wide."""

SMALLEST = 0.52
"""How far a picture is reduced at most; beyond, it can be scrolled from side to side."""

NUMERIC = ' class="number"'

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
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{TITLE}</title>\n<style>{CSS}</style>\n</head>\n<body>"
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
    yield "</main>\n</body>\n</html>"


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
    yield from _body(lesson)
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
    yield from _remarks(lesson)
    yield "</article>"


def _body(lesson: Lesson) -> Iterator[str]:
    for paragraph in lesson.text:
        yield f"<p>{_text(paragraph)}</p>"
    if lesson.numbers:
        yield from _numbers(lesson.numbers)
    for table in lesson.tables:
        yield from _table(table)


def _remarks(lesson: Lesson) -> Iterator[str]:
    if lesson.ours:
        yield f'<p class="ours"><b>Ours:</b> {_text(lesson.ours)}</p>'
    if lesson.slips:
        slips = "".join(f"<li>{_text(slip)}</li>" for slip in lesson.slips)
        yield f'<div class="slip"><b>A note on the slide</b><ul>{slips}</ul></div>'


def _text(paragraph: str) -> str:
    """Running text; an equation stays in one line."""
    text = escape(paragraph, quote=False)
    for sign in ("=", "−", "+", "&lt;", "&gt;"):
        text = text.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return text.replace("′(", "′\u2060(")


def _numbers(numbers: Sequence[Number]) -> Iterator[str]:
    yield '<div class="wide"><table class="numbers"><tbody>'
    for name, value, note in numbers:
        yield (
            f'<tr><th scope="row">{escape(name)}</th><td class="number">{short(value)}</td>'
            f'<td class="note">{escape(note)}</td></tr>'
        )
    yield "</tbody></table></div>"


def _table(table: Table) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{escape(table.title)}</caption>'
    heads = "".join(
        f'<th scope="col"{"" if isinstance(cell, str) else NUMERIC}>{escape(name)}</th>'
        for name, cell in zip(table.columns, table.rows[0], strict=True)
    )
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for row in table.rows:
        cells = "".join(
            f"<td>{escape(cell)}</td>"
            if isinstance(cell, str)
            else f"<td{NUMERIC}>{cell_text(cell)}</td>"
            for cell in row
        )
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table></div>"


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


def fragment(lesson: Lesson) -> str:
    """One lesson for a notebook: formulas in plain Unicode, numbers and tables, no pictures."""
    lines = [f"<h4>{escape(lesson.title)} ({deck.cited(lesson.slides)})</h4>"]
    lines += [f"<p><code>{escape(formula)}</code></p>" for formula in lesson.formulas]
    lines += [*_body(lesson), *_remarks(lesson)]
    # Jupyter sets every cell of a table to the right.
    return "\n".join(lines).replace('<td class="note">', '<td style="text-align: left">')
