"""Slides as one page that needs nothing but a browser.

Without scripts the slides stand one below another; in print each has a sheet of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.show.html import document, resource, text
from autograd_mini.show.walk.page import description_items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.show.palette import Theme
    from autograd_mini.show.walk.descriptions import Description

HINT = (
    "<kbd>←</kbd> <kbd>→</kbd> one step, <kbd>Home</kbd> <kbd>End</kbd> first and last, "
    "<kbd>F</kbd> whole screen, <kbd>O</kbd> all slides"
)


class Room(NamedTuple):
    """The room for a picture, in pixels of a slide."""

    wide: float
    tall: float


BELOW, BESIDE = Room(1184, 360), Room(660, 540)
"""The room for a picture on a slide, with the text below it or beside it."""


class Slide(NamedTuple):
    """What a step says, and its picture as an SVG."""

    description: Description
    picture: str


class Deck(NamedTuple):
    """All slides; ``beside`` says that the text of each stands beside its picture."""

    title: str
    about: str
    theme: Theme
    beside: bool
    slides: Sequence[Slide]


def page(deck: Deck) -> str:
    """The whole page."""
    shape = "deck beside" if deck.beside else "deck"
    count = len(deck.slides)
    first = (
        f'<section class="slide title" aria-label="Title" tabindex="-1"><h1>{text(deck.title)}'
        f"</h1>\n<p>{text(deck.about)}</p>\n<p>{count} steps</p>\n"
        f'<p class="hint">{HINT}</p></section>'
    )
    body = "\n".join([first, *[_slide(x, i, count) for i, x in enumerate(deck.slides, 1)]])
    content = f'<main class="{shape}">\n{body}\n</main>\n<nav aria-label="Slides">{BUTTONS}</nav>'
    sheet = resource(__package__, "deck.css")
    script = resource(__package__, "deck.js")
    fragment = f"<style></style>{content}\n<script>{script}</script>"
    return document(deck.title, fragment, sheet, [fragment], deck.theme)


BUTTONS = "".join(
    f'<button type="button" class="{name}" aria-label="{label}">{sign}</button>'
    for name, label, sign in (("previous", "Previous slide", "‹"), ("next", "Next slide", "›"))
)


def _slide(slide: Slide, number: int, count: int) -> str:
    description, picture = slide
    back = description.part in {"Backward", "End"}
    names = " ".join(["slide", *["backward"] * back, *["is-wrong"] * description.wrong])
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
