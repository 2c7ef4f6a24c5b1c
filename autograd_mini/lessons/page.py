"""Lessons as pages that belong together: one a lesson, the contents, and the notes on the slides.

They work offline, from the file system, on a phone, in the dark and on paper. Beside each page lie
its pictures and one script for all, which keeps the progress, searches, and has answers to
exercises checked; without it everything can still be read. Nothing comes from another address.

Vocabulary: the *list* is that of all lessons, which stands at the side of every page. An *engine*
checks answers: a server that serves the pages, or the package itself in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from autograd_mini.lessons import deck
from autograd_mini.lessons.course import Part
from autograd_mini.lessons.exercises.page import boxes
from autograd_mini.lessons.exercises.written import Asked
from autograd_mini.lessons.formula import mathml
from autograd_mini.lessons.lesson import Lesson
from autograd_mini.lessons.render import numbers, paragraphs, remarks
from autograd_mini.show.html import document, resource
from autograd_mini.show.walk.page import in_script

CONTENTS, NOTES, SCRIPT = "index.html", "notes.html", "course.js"

UNIT_SLIDES = {12, 13}
"""Where a raised number counts units, not layers."""

BESIDE = 760
"""Pictures up to this width, in pixels, stand beside the text where the screen is wide."""

SMALLEST = 0.52
"""How far a picture is reduced at most; beyond, it can be scrolled from side to side."""

INTRODUCTION = deck.words()["index"]
COURSE = INTRODUCTION.title
CITED = re.compile(r"\b([Ss]lides?) (\d+(?:(?:, | and | to )\d+)*)")


class Shown(NamedTuple):
    """A picture that was written beside the page.

    Attributes:
        caption: the sentence below it.
        alt: what it says, in words.
        files: the names of its files by their ending: svg, png, or dot alone.
        width: of the SVG, in pixels; 0 where there is none.
        dark: the name of the SVG for a dark page, "" where there is none.
    """

    caption: str
    alt: str
    files: dict[str, str]
    width: int
    dark: str = ""


class Article(NamedTuple):
    """What a page is made of.

    Attributes:
        lesson: the lesson.
        name: of the page's file.
        shown: the lesson's pictures.
        walk: a walk through one of them, as HTML.
        sliders: its graph as the playground's address has it; "" where that cannot be.
        asked: the questions of its exercises, by their names.
    """

    lesson: Lesson
    name: str
    shown: Sequence[Shown]
    walk: str = ""
    sliders: str = ""
    asked: Mapping[str, Asked] = {}


Chapters = Sequence[tuple[Part, Sequence[Article]]]


def pages(chapters: Chapters, missing: str = "") -> dict[str, str]:
    """The pages by their names, and the script.

    Args:
        chapters: the parts with their lessons.
        missing: why there are no images, if there are none.
    """
    articles = [article for _, found in chapters for article in found]
    site = _Site(chapters, {place: a.name for a in reversed(articles) for place in a.lesson.slides})
    written = {CONTENTS: site.page(CONTENTS, COURSE, _contents(chapters, missing))}
    ways = [(CONTENTS, "Contents"), *((a.name, a.lesson.title) for a in articles)]
    ways.append((NOTES, "Notes on the slides"))
    for back, article, following in zip(ways, articles, ways[2:], strict=False):
        content = [*site.article(article), *_ways(back, following)]
        title = f"{article.lesson.title} · {COURSE}"
        written[article.name] = site.page(article.name, title, content, article.walk)
    written[NOTES] = site.page(NOTES, f"Notes on the slides · {COURSE}", site.notes())
    return written


def script(chapters: Chapters) -> str:
    """The script of all pages, with what it searches in."""
    listed = [
        {
            "name": article.name,
            "title": article.lesson.title,
            "part": part.title,
            "exercises": [*article.asked],
            "text": _searched(article.lesson),
        }
        for part, articles in chapters
        for article in articles
    ]
    return resource(__package__, SCRIPT).replace("COURSE", in_script(listed))


def _searched(lesson: Lesson) -> str:
    """What a search finds a lesson by, beside its title."""
    names = ", ".join(number.name for number in lesson.numbers)
    return " ".join([*lesson.text, *lesson.formulas, names])


class _Site(NamedTuple):
    """What every page knows of the others: the parts, and the page of each slide."""

    chapters: Chapters
    places: dict[int, str]

    def page(
        self, name: str, title: str, content: Iterator[str] | list[str], walk: str = ""
    ) -> str:
        """A whole page with the list at its side."""
        head = (
            f'<a class="skip" href="#main">To the lesson</a>\n<header class="top"><a '
            f'href="{CONTENTS}">{COURSE}</a> <a class="to-list" href="#list">Lessons</a></header>'
        )
        inside = "\n".join(content)
        listed = "\n".join(self._list(name))
        column = f'<div class="columns">\n<main id="main">\n{inside}\n</main>\n{listed}\n</div>'
        return document(
            title,
            f"{head}\n{column}",
            resource(__package__, "page.css"),
            [walk] if walk else [],
            images="'self' file: data:",
            beside=[SCRIPT],
        )

    def _list(self, current: str) -> Iterator[str]:
        yield '<nav id="list" aria-label="Lessons">'
        yield '<div class="search" role="search" hidden><label for="search">Search</label>'
        yield '<input id="search" type="search" autocomplete="off" spellcheck="false">'
        yield '<p class="said" role="status"></p><ol class="found"></ol></div>'
        yield '<p class="progress" hidden></p>'
        for chapter in self.chapters:
            yield from _listed(chapter, current)
        yield "<h2>Appendix</h2>\n<ul>"
        yield _entry(NOTES, "Notes on the slides", current)
        yield "</ul>\n</nav>"

    def article(self, article: Article) -> Iterator[str]:
        """A lesson."""
        lesson = article.lesson
        where = deck.cited(lesson.slides).capitalize() if lesson.slides else "After the slides"
        yield f'<article>\n<p class="source">{where}</p>'
        yield f"<h1>{escape(lesson.title)}</h1>"
        units = bool(UNIT_SLIDES & set(lesson.slides))
        for formula in lesson.formulas:
            yield f'<div class="formula" tabindex="0">{mathml(formula, units)}</div>'
        beside = [picture for picture in article.shown if picture.width <= BESIDE]
        words = [*paragraphs(lesson), *boxes(article.asked, functions=False), *numbers(lesson)]
        scrolled = "\n".join(words).replace('<div class="wide">', '<div class="wide" tabindex="0">')
        linked = self._linked(scrolled, article.name)
        yield f'<div class="row"><div class="words">\n{linked}\n</div>'
        if beside:
            yield "\n".join(['<div class="beside">', *map(_figure, beside), "</div>"])
        yield "</div>"
        yield from (_figure(picture) for picture in article.shown if picture not in beside)
        if article.walk:
            yield f'<div class="step-by-step">\n{article.walk}\n</div>'
        if article.sliders:
            yield (
                f'<p class="sliders" hidden><a href="../index.html{escape(article.sliders)}">'
                "Move its numbers in the playground</a></p>"
            )
        yield from boxes(article.asked, functions=True)
        yield "</article>"

    def notes(self) -> Iterator[str]:
        """What the deck leaves open or says otherwise, by its slides."""
        yield "<h1>Notes on the slides</h1>"
        yield "<p>For readers of the deck: what a slide leaves open and we had to choose is marked "
        yield "“Ours”; where it says something else than it means, a note says so. The deck came "
        yield "without its figures, so every picture here is reconstructed.</p>"
        for _, articles in self.chapters:
            for article in articles:
                said = "\n".join(remarks(article.lesson))
                if not said:
                    continue
                titles = " · ".join(deck.slide(place).title for place in article.lesson.slides)
                where = deck.cited(article.lesson.slides).capitalize()
                yield f"<h2>{where}: {escape(titles)}</h2>"
                yield f'<p>In <a href="{article.name}">{escape(article.lesson.title)}</a>.</p>'
                yield self._linked(said, NOTES)

    def _linked(self, html: str, current: str) -> str:
        """Slides that are named become links to their lessons, where these were written."""

        def link(text: str, place: str) -> str:
            name = self.places.get(int(place), current)
            return text if name == current else f'<a href="{name}">{text}</a>'

        def links(found: re.Match[str]) -> str:
            if found[2].isdigit():
                return link(found[0], found[2])
            places = re.sub(r"\d+", lambda place: link(place[0], place[0]), found[2])
            return f"{found[1]} {places}"

        return CITED.sub(links, html)


def _listed(chapter: tuple[Part, Sequence[Article]], current: str) -> Iterator[str]:
    """The lessons of a part, below its title."""
    part, articles = chapter
    yield f"<h2>{part.number}. {escape(part.title)}</h2>\n<ul>"
    for article in articles:
        yield _entry(article.name, article.lesson.title, current)
    yield "</ul>"


def _entry(name: str, title: str, current: str) -> str:
    here = ' aria-current="page"' if name == current else ""
    return f'<li><a href="{name}"{here}>{escape(title)}</a></li>'


def _contents(chapters: Chapters, missing: str) -> Iterator[str]:
    yield f"<h1>{COURSE}</h1>"
    notes = "notes on the slides"
    for paragraph in INTRODUCTION.text:
        linked = paragraph.replace(notes, f'<a href="{NOTES}">{notes}</a>')
        yield f'<p class="lead">{linked}</p>'
    if missing:
        yield f'<p class="slip"><b>No images:</b> {escape(missing)}</p>'
    first = next(article for _, articles in chapters for article in articles)
    yield f'<p><a class="begin" href="{first.name}">Begin: {escape(first.lesson.title)}</a></p>'
    yield '<div class="chapters">'
    for chapter in chapters:
        listed = "\n".join(_listed(chapter, CONTENTS))
        yield f"<section>{listed}</section>"
    yield "</div>"


def _ways(back: tuple[str, str], following: tuple[str, str]) -> Iterator[str]:
    """Back and next: the names of two pages, and their titles."""
    yield '<nav class="ways" aria-label="Back and next">'
    yield f'<a rel="prev" href="{back[0]}"><span>Back</span> {escape(back[1])}</a>'
    yield f'<a rel="next" href="{following[0]}"><span>Next</span> {escape(following[1])}</a>'
    yield "</nav>"


def _figure(picture: Shown) -> str:
    links = " · ".join(
        f'<a href="{escape(name)}">{form.upper()}</a>' for form, name in picture.files.items()
    )
    image = ""
    if svg := picture.files.get("svg"):
        least = round(picture.width * SMALLEST)
        image = (
            f'<div class="paper" tabindex="0"><picture><source srcset="{escape(picture.dark)}" '
            f'media="(prefers-color-scheme: dark)"><img src="{escape(svg)}" '
            f'alt="{escape(picture.alt)}" '
            f'style="width:{picture.width}px;min-width:{least}px"></picture></div>'
        )
    return (
        f"<figure>{image}<figcaption>{escape(picture.caption)} "
        f'<span class="note">{links}</span></figcaption></figure>'
    )
