"""What a lesson is, and where in the deck it belongs.

Vocabulary: a *lesson* is what a function of this package returns for one slide, or a few that
belong together; what it holds is a :class:`~autograd_mini.lessons.content.Content`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, ParamSpec

from autograd_mini.lessons.content import Content, Number
from autograd_mini.lessons.fragment import fragment
from autograd_mini.lessons.text import plain
from autograd_mini.value import Value

P = ParamSpec("P")

Progress = Callable[[int, int], None]
"""Told, during a long step, how many of how many rounds are done."""


@dataclass(frozen=True, slots=True, repr=False)
class Lesson(Content):
    """What one slide shows. ``lesson["z"]`` is the number called z, ``str(lesson)`` all of it."""

    def __repr__(self) -> str:
        return f"<Lesson: {self.title}>"

    def __str__(self) -> str:
        return plain(self)

    def _repr_html_(self) -> str:
        return fragment(self)


def on_slides(*slides: int, title: str) -> Callable[[Callable[P, Lesson]], Callable[P, Lesson]]:
    """Say where in the deck a lesson belongs; its function is then known by :func:`heading`."""

    def mark(function: Callable[P, Lesson]) -> Callable[P, Lesson]:
        @functools.wraps(function)
        def titled(*args: P.args, **kwargs: P.kwargs) -> Lesson:
            return replace(function(*args, **kwargs), title=title, slides=slides)

        _HEADINGS[titled] = Heading(title, slides)
        return titled

    return mark


class Heading(NamedTuple):
    """The title of a lesson and the slides it shows, known without computing it."""

    title: str
    slides: tuple[int, ...]


_HEADINGS: dict[Callable[..., Lesson], Heading] = {}


def heading(function: Callable[..., Lesson]) -> Heading:
    """The title and the slides of a lesson's function.

    Raises:
        KeyError: it was not marked with :func:`on_slides`.
    """
    return _HEADINGS[function]


def number(name: str, value: Value | float, note: str = "") -> Number:
    """A number of a lesson from a Value or a float."""
    return Number(name, value.data if isinstance(value, Value) else float(value), note)
