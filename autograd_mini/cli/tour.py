"""``autograd-mini tour``: the slides as formulas, numbers and pictures."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from autograd_mini.cli.options import argument, flag, verb
from autograd_mini.cli.terminal import colours, refusing, say

if TYPE_CHECKING:
    from autograd_mini.lessons.course import Part


@verb(
    argument(
        "--out",
        metavar="DIR",
        default="autograd-mini-tour",
        help="the folder to write (default: ./autograd-mini-tour); files in it that the tour did "
        "not write are left alone",
    ),
    argument("--part", metavar="N", type=int, help="one part alone; --list shows them"),
    flag("--list", "list the parts and write nothing"),
    flag("--verbose", "print every lesson with its numbers, too"),
    flag("--no-color", "no colours, as with NO_COLOR=1"),
)
def tour(options: argparse.Namespace) -> int:
    """Walk through the slides: formulas, numbers, pictures.

    Walk through the slides: write a course of pages, one a lesson, with formulas, the numbers that
    the engine computes for them, walks and pictures (SVG, PNG; charts as PNG only with matplotlib).

        autograd-mini tour  # the whole deck, into ./autograd-mini-tour
        autograd-mini tour --list  # the parts and their lessons
        autograd-mini tour --part 12 --verbose  # the chain rule alone, its numbers here too
        autograd-mini tour --out ~/slides  # into another folder

    Begin with index.html in the folder; the pages work offline.
    """
    from pathlib import Path

    from autograd_mini.lessons import course
    from autograd_mini.lessons.render import COLOURED, PLAIN
    from autograd_mini.lessons.tour import Tour

    with refusing(ValueError):
        parts = course.parts() if options.part is None else (course.part(options.part),)
    if options.list:
        _list(parts)
        return 0
    style = COLOURED if colours(options) else PLAIN
    with refusing(OSError):
        tour = Tour(Path(options.out).expanduser(), print, style, _bar, options.verbose)
        found = tour.walk(parts)
    say(f"Open {found}")
    return 0


def _list(parts: Sequence[Part]) -> None:
    from autograd_mini.lessons import deck
    from autograd_mini.lessons.lesson import DECLARED

    for part in parts:
        say(f"{part.number:2}  {part.title} ({deck.cited(part.slides)})")
        for make in part.lessons:
            lesson = DECLARED[make]
            say(f"      {lesson.title} ({deck.cited(lesson.slides)})")


def _bar(title: str) -> Callable[[int, int], None] | None:
    """A progress bar for one lesson; none where standard error is no terminal."""
    from autograd_mini.training import Bar

    bar = Bar(title, unit="steps")
    return bar if bar.shown else None
