"""What a lesson is, and what its decorator declares.

Vocabulary: a *lesson* is what a function in :mod:`~autograd_mini.lessons.slides` returns for one
slide, or a few that belong together; what it holds is a
:class:`~autograd_mini.lessons.content.Content`. An *edit* is what a learner may change, and the
number that changes with it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, ParamSpec

from autograd_mini.lessons import deck
from autograd_mini.lessons.content import Content, Number
from autograd_mini.lessons.render import fragment, plain
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


Builder = Callable[..., Lesson]
"""A function that makes a lesson; left alone, its arguments are the slide's own numbers."""


class Edit(NamedTuple):
    """Other arguments, and the printed number that must change with them."""

    number: str
    arguments: Mapping[str, object]


def edit(number: str, /, **arguments: object) -> Edit:
    """An edit to try: with these arguments, this number changes."""
    return Edit(number, arguments)


def edits(number: str, /, **arguments: object) -> list[Edit]:
    """An edit for each of the arguments alone; this number changes with every one."""
    return [Edit(number, {name: value}) for name, value in arguments.items()]


class Declaration(NamedTuple):
    """What a lesson declares, known without computing it.

    Attributes:
        title: of the lesson.
        slides: the places of the slides it shows.
        edits: each printed number changes with at least one of them.
        fixed: the numbers that no input changes, with the reason; a column's name stands for its
            cells.
        prints: numbers that the slide prints, as it prints them, by the name of a number or of an
            argument.
    """

    title: str
    slides: tuple[int, ...]
    edits: tuple[Edit, ...] = ()
    fixed: Mapping[str, str] = {}
    prints: Mapping[str, str] = {}


DECLARED: dict[Builder, Declaration] = {}
"""All lessons whose modules have been imported."""


def on_slides(
    *slides: int,
    title: str = "",
    edits: Sequence[Edit] = (),
    fixed: Mapping[str, str] = {},
    prints: Mapping[str, str] = {},
) -> Callable[[Callable[P, Lesson]], Callable[P, Lesson]]:
    """Make a function a lesson of the course; the arguments are those of :class:`Declaration`.

    Without a title the lesson's words are those of :mod:`~autograd_mini.lessons.deck`.
    """

    def mark(function: Callable[P, Lesson]) -> Callable[P, Lesson]:
        if not title and function.__name__ not in deck.words():
            raise LookupError(
                f"the lesson {function.__name__} has no title: give it one, or write its words in "
                "slides/course.txt"
            )
        words = None if title else deck.words()[function.__name__]
        head = words.title if words else title
        parameters = inspect.signature(function)

        @functools.wraps(function)
        def titled(*args: P.args, **kwargs: P.kwargs) -> Lesson:
            lesson = function(*args, **kwargs)
            if words:
                given = parameters.bind(*args, **kwargs)
                given.apply_defaults()
                lesson = words.around(lesson, given.arguments)
            return replace(lesson, title=head, slides=slides)

        DECLARED[titled] = Declaration(head, slides, tuple(edits), fixed, prints)
        return titled

    return mark


def number(name: str, value: Value | float, note: str = "") -> Number:
    """A number of a lesson from a Value or a float."""
    return Number(name, value.data if isinstance(value, Value) else float(value), note)


def gradients(result: str, *leaves: Value, note: str = "") -> list[Number]:
    """For each leaf the derivative of the result with respect to it, after ``backward()``."""
    return [Number(f"∂{result}/∂{leaf.label}", leaf.grad, note) for leaf in leaves]
