"""The words of the course, which stand in ``slides/course.txt`` in the order of the deck.

A part of the deck begins with its title and those of its slides. A lesson begins with the name of
its function in brackets, and its title; then come its formulas, set in, its paragraphs, with empty
lines between them, and lines that begin with ``Picture``, the name of a picture and its caption, or
with ``Ours`` or ``The slide``. A name in braces stands for a number of the lesson, for an argument
of its function, or for what the function adds in ``told``: ``{alpha}`` is written 0.1,
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
            value, form = names[found[1]], found[2]
            if isinstance(value, str):
                return value
            assert isinstance(value, int | float), found[0]
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


def _text() -> str:
    return resource(f"{__package__}.slides", "course.txt")


def parts() -> list[tuple[str, list[str]]]:
    """The parts of the deck: the title of each, and those of its slides."""
    return [
        (title, [line.removeprefix("- ") for line in slides.splitlines()])
        for title, slides in _PART.findall(_text())
    ]


@cache
def course() -> dict[str, Words]:
    """The words of each lesson by the name of its function, and what is said "beyond" the deck."""
    _, *found = _HEAD.split(_PART.sub("", _text()))
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
