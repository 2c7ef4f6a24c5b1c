"""The deck, and the words of the course, which stand in ``slides/course.txt`` in its order.

Vocabulary: the deck is "Intro to Neural Networks" of the Boston University Machine Intelligence
Community, 2019. A slide's *place* counts from 1 for the title slide. The deck repeats titles (two
slides are called "Logistic Regression to Neural Networks (2)", three "Gradient descent"), so
lessons cite places.

In the text, a part of the deck begins with its title and those of its slides. A lesson begins with
the name of its function in brackets, and its title; then come its formulas, set in, its paragraphs,
with empty lines between them, and lines that begin with ``Picture``, the name of a picture and its
caption, or with ``Ours`` or ``The slide``. A name in braces stands for a number of the lesson, for
an argument of its function, or for what the function adds in ``told``: ``{alpha}`` is written 0.1,
``{alpha:3}`` in three digits, ``{alpha:=}`` "= 0.1", with "≈" where it is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import NamedTuple, TypeVar

from autograd_mini.lessons.content import Content
from autograd_mini.numbers import equal, short
from autograd_mini.show.html import resource

C = TypeVar("C", bound=Content)

_PART = re.compile(r"^# (.*)\n((?:- .*\n)+)", re.MULTILINE)
_HEAD = re.compile(r"^\[(\w+)\] (.*)\n", re.MULTILINE)
_FORMULA = re.compile(r"^ {4}(.*)\n", re.MULTILINE)
_PARAGRAPHS = re.compile(r"\n\n|\n(?=Picture |Ours: |The slide: )")
_NAME = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}")


class Slide(NamedTuple):
    """One slide: its place in the deck, its title, and the part of the course that shows it."""

    place: int
    title: str
    part: str


_TEXT = resource(f"{__package__}.slides", "course.txt")
_PARTS = _PART.findall(_TEXT)

PARTS = tuple(title for title, _ in _PARTS)
"""The titles of the parts, which are ours, in order."""

_TITLES = [(line.removeprefix("- "), part) for part, lines in _PARTS for line in lines.splitlines()]

SLIDES = tuple(Slide(place, *each) for place, each in enumerate(_TITLES, 1))
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


class Words(NamedTuple):
    """What a lesson says, its numbers not yet filled in; the fields are those of a lesson."""

    title: str
    formulas: list[str]
    text: list[str]
    captions: dict[str, str]
    ours: str
    slips: list[str]

    def around(self, lesson: C, arguments: Mapping[str, object]) -> C:
        """The lesson with these words.

        Args:
            lesson: what the function has computed.
            arguments: what the function was called with.
        """
        numbers = {number.name: number.value for number in lesson.numbers}
        names = {**arguments, **numbers, **lesson.told}

        def shown(found: re.Match[str]) -> str:
            value, form = names.get(found[1]), found[2]
            if isinstance(value, str):
                return value
            if not isinstance(value, int | float):
                known = ", ".join(names)
                raise LookupError(
                    f"{self.title}: no number is called {found[0]}; there are {known}"
                )
            return equal(value) if form == "=" else short(value, int(form or 6))

        def filled(said: str) -> str:
            return _NAME.sub(shown, said)

        return replace(
            lesson,
            title=self.title,
            formulas=tuple(map(filled, self.formulas)),
            text=tuple(filter(None, map(filled, self.text))),
            pictures=tuple(
                picture._replace(caption=filled(self.captions[picture.name]))
                for picture in lesson.pictures
            ),
            ours=filled(self.ours),
            slips=tuple(map(filled, self.slips)),
        )


@cache
def words() -> dict[str, Words]:
    """The words of each lesson by its function, of the "index", and of what is "beyond"."""
    _, *found = _HEAD.split(_PART.sub("", _TEXT))
    return {
        name: _words(title, body)
        for name, title, body in zip(found[::3], found[1::3], found[2::3], strict=True)
    }


def _words(title: str, body: str) -> Words:
    found = Words(title, _FORMULA.findall(body), [], {}, "", [])
    for paragraph in _PARAGRAPHS.split(_FORMULA.sub("", body)):
        said = " ".join(paragraph.split())
        first, _, rest = said.partition(": ")
        if first == "Ours":
            found = found._replace(ours=rest)
        elif first == "The slide":
            found.slips.append(rest)
        elif first.startswith("Picture "):
            found.captions[first.removeprefix("Picture ")] = rest
        elif said:
            found.text.append(said)
    return found
