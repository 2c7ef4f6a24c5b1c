"""Slides of a walk, one for each step: as PDF, as a page, and as source for LaTeX's beamer.

Vocabulary: a *slide* is 16:9 and is measured in pixels of a screen 1280 wide. What a step says
stands below its picture, or *beside* it where the picture is tall. On the page, without scripts,
the slides stand one below another; in print each has a sheet of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd_mini.errors import RenderError
from autograd_mini.show.drawing import save_as
from autograd_mini.show.html import document, resource, text
from autograd_mini.show.kit import beamer, typeset
from autograd_mini.show.kit.frames import Deck, Frames, Room, Slide
from autograd_mini.show.palette import LIGHT
from autograd_mini.show.text import listed
from autograd_mini.show.walk.page import classes, description_items

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from autograd_mini.show.drawing import Forms
    from autograd_mini.show.walk.sentences import Description
    from autograd_mini.show.walk.walked import Walk

BELOW, BESIDE = Room(1184, 360), Room(660, 540)
"""The room for a picture on a slide, with the text below it or beside it."""

MOST_LINES, MOST_LISTED = 5, 12
"""A slide has room for so many lines, and for so many formulas in one of them."""

HINT = (
    "<kbd>←</kbd> <kbd>→</kbd> one step, <kbd>Home</kbd> <kbd>End</kbd> first and last, "
    "<kbd>F</kbd> whole screen, <kbd>O</kbd> all slides"
)
BUTTONS = "".join(
    f'<button type="button" class="{name}" aria-label="{label}">{sign}</button>'
    for name, label, sign in (("previous", "Previous slide", "‹"), ("next", "Next slide", "›"))
)


class Slides:
    """Slides of a walk: a title, and one for each step.

    Args:
        walk: what :func:`autograd_mini.walk` returns.

    Raises:
        RenderError: there is no picture, since no layout program made it.

    >>> from autograd_mini import Value, walk
    >>> slides = Slides(walk(Value(2.0, "w") * Value(3.0, "x")))
    >>> slides
    <Slides: 6 steps>

    ``slides.save("deck.pdf")`` writes them to a file.

    Attributes:
        deck: the slides.
    """

    deck: Deck

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        theme, stage = walk.theme or LIGHT, walk.stage()
        if not stage.startswith("<svg"):
            raise RenderError(f"Slides: {stage}", "")
        below, beside = (Frames(stage, theme, room) for room in (BELOW, BESIDE))
        is_beside = beside.camera.scale > below.camera.scale
        frames = map((beside if is_beside else below).at, walk.moments())
        slides = tuple(map(Slide, map(_shortened, walk.said), frames))
        self.deck = Deck(walk.title, walk.about, theme, is_beside, slides)

    def __len__(self) -> int:
        return len(self.deck.slides)

    def __repr__(self) -> str:
        return f"<Slides: {len(self)} steps>"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the slides to a file, whole or not at all; its ending says what.

        PDF is set by Typst (``pip install 'autograd-mini[pdf]'``); .html is one file that a
        browser shows without a network, arrow keys for steps, F for the whole screen, and prints a
        slide on each sheet; .tex is a document for LaTeX's beamer, a frame with overlays.

        Raises:
            ValueError: the ending is another.
            ModuleNotFoundError: a PDF is asked for, and Typst is not installed.
            OSError: the file cannot be written; the message says why and where.
        """
        forms: Forms = {
            ".pdf": lambda: _pdf(self.deck),
            ".html": lambda: _page(self.deck),
            ".htm": lambda: _page(self.deck),
            ".tex": lambda: beamer.document(self.deck, self._walk.stage(), self._walk.moments()),
        }
        return save_as(
            path,
            "Slides.save",
            forms,
            "the ending says what to write: .pdf, .html or .tex (beamer)",
        )


def _shortened(description: Description) -> Description:
    """The same; many lines of one caption, as at the end, become one that is not too long."""
    if len(description.lines) <= MOST_LINES:
        return description
    found: dict[str, list[str]] = {}
    for caption, formula in description.lines:
        found.setdefault(caption, []).append(formula.replace(" ", "\xa0"))
    lines = tuple((caption, listed(x, MOST_LISTED)) for caption, x in found.items())
    return description._replace(lines=lines)


def _pdf(deck: Deck) -> bytes:
    slides: list[dict[str, Any]] = [
        {
            "part": description.part,
            "heading": description.heading,
            "back": description.is_back,
            "wrong": description.wrong,
            "lines": [
                ["" if repeated else caption, formula]
                for caption, formula, repeated in description.captioned()
            ],
            "remarks": description.warnings,
            "svg": typeset.set_in_serif(picture),
        }
        for description, picture in deck.slides
    ]
    look = {"colours": deck.theme.page, "beside": deck.beside}
    return typeset.pdf("deck", {"title": deck.title, "about": deck.about, **look, "slides": slides})


def _page(deck: Deck) -> str:
    shape = "deck beside" if deck.beside else "deck"
    count = len(deck.slides)
    first = (
        f'<section class="slide title" aria-label="Title" tabindex="-1"><h1>{text(deck.title)}'
        f"</h1>\n<p>{text(deck.about)}</p>\n<p>{count} steps</p>\n"
        f'<p class="hint">{HINT}</p></section>'
    )
    body = "\n".join([first, *[_slide(x, i, count) for i, x in enumerate(deck.slides, 1)]])
    content = f'<main class="{shape}">\n{body}\n</main>\n<nav aria-label="Slides">{BUTTONS}</nav>'
    script = resource(__package__, "deck.js")
    fragment = f"<style></style>{content}\n<script>{script}</script>"
    sheet = resource(__package__, "deck.css")
    return document(deck.title, fragment, sheet, [fragment], deck.theme)


def _slide(slide: Slide, number: int, count: int) -> str:
    description, picture = slide
    names = " ".join(["slide", *classes(description)])
    share = 100 * number / count
    return (
        f'<section class="{names}" aria-label="Step {number} of {count}" tabindex="-1">'
        f'<h2><span class="part">{description.part}</span> {text(description.heading)}</h2>'
        f'<p class="number">{number} / {count}</p>'
        f'<div class="picture">{picture}</div><div class="said">{description_items(description)}'
        f'</div><svg class="done" viewBox="0 0 100 1" preserveAspectRatio="none" '
        f'aria-hidden="true"><path class="all" d="M0 .5H100"/><path class="so-far" '
        f'd="M0 .5H{share:.2f}"/></svg></section>'
    )
