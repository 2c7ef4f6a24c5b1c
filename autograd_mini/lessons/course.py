"""The course: the parts of the deck and their lessons, in the deck's order.

Every module of :mod:`autograd_mini.lessons.slides` is imported, and each function in it that is
marked with :func:`~autograd_mini.lessons.lesson.on_slides` is a lesson of the course.
"""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from typing import NamedTuple

from autograd_mini.lessons import deck, slides
from autograd_mini.lessons.lesson import DECLARED, Builder, Lesson, Progress


class Part(NamedTuple):
    """One part of the deck: its number, its title, and the functions that make its lessons."""

    number: int
    title: str
    lessons: tuple[Builder, ...]

    @property
    def slides(self) -> tuple[int, ...]:
        """The slides that the part covers."""
        return tuple(sorted({place for make in self.lessons for place in DECLARED[make].slides}))


def parts() -> tuple[Part, ...]:
    """All parts, in the deck's order; the lessons on one slide in the order of their definition."""
    for module in pkgutil.iter_modules(slides.__path__, f"{slides.__name__}."):
        import_module(module.name)
    lessons = sorted(DECLARED, key=lambda make: (DECLARED[make].slides, make.__module__))
    return tuple(
        Part(number, title, tuple(make for make in lessons if _part_of(make) == title))
        for number, title in enumerate(deck.PARTS, 1)
    )


def _part_of(make: Builder) -> str:
    return deck.slide(DECLARED[make].slides[0]).part


PARTS = parts()
"""All parts, in the deck's order."""


def part(number: int) -> Part:
    """The part of that number.

    Raises:
        ValueError: there is none; the message names those there are.

    >>> part(7).slides
    (20, 21)
    """
    found = parts()
    for candidate in found:
        if candidate.number == number:
            return candidate
    listed = ", ".join(f"{p.number} {p.title}" for p in found)
    raise ValueError(f"there is no part {number}; the parts are {listed}")


def build(make: Builder, progress: Progress | None = None) -> Lesson:
    """One lesson with the slide's numbers; ``progress`` is told of a long one's rounds."""
    is_long = "progress" in inspect.signature(make).parameters
    return make(progress=progress) if is_long else make()
