"""The deck as data: every slide by its place.

Vocabulary: a slide's *place* counts from 1 for the title slide. The deck repeats titles (two slides
are called "Logistic Regression to Neural Networks (2)", three "Gradient descent"), so lessons cite
places. The deck is "Intro to Neural Networks" of the Boston University Machine Intelligence
Community, 2019.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.lessons import words


class Slide(NamedTuple):
    """One slide: its place in the deck, its title, and the part of the course that shows it."""

    place: int
    title: str
    part: str


PARTS = tuple(title for title, _ in words.parts())
"""The titles of the parts, which are ours, in order."""

SLIDES = tuple(
    Slide(place, title, part)
    for place, (part, title) in enumerate(
        ((part, title) for part, titles in words.parts() for title in titles), 1
    )
)
"""All slides in order."""


def slide(place: int) -> Slide:
    """The slide at a place, counted from 1.

    Raises:
        ValueError: the deck has no such slide.

    >>> slide(38).title
    'Chain Rule'
    """
    if not 1 <= place <= len(SLIDES):
        raise ValueError(f"there is no slide {place}; the deck has slides 1 to {len(SLIDES)}")
    return SLIDES[place - 1]


def cited(places: tuple[int, ...]) -> str:
    """Slides as a reader is told of them; places that follow each other are drawn together.

    >>> cited((5,)), cited((12, 13)), cited((1, 2, 3, 7))
    ('slide 5', 'slides 12 and 13', 'slides 1 to 3 and 7')
    """
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    parts = [part for run in runs for part in _run(run)]
    listed = " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"slide{'s' if len(places) > 1 else ''} {listed}"


def _run(run: list[int]) -> list[str]:
    return [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(place) for place in run]
