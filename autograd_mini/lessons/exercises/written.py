"""The exercises as ``exercises.txt`` has them: question, right answer and known mistakes.

An exercise begins with its name in brackets and that of its lesson; then come:

- the question, where a number in braces is computed, and, where a function is asked for, the lines
  that stand in the box at first;
- ``asked:`` what is asked for, as words: "the price"; left out where many answers are right;
- ``tried:`` arguments that a function is tried with, once for each trial;
- ``right:`` the right answer, and below it what is said of it;
- ``wrong:`` what people answer for a reason, and below it what to tell them.

Answers are written as a learner types them, and followed as these are
(:mod:`~autograd_mini.lessons.exercises.program`); the arguments of a function have the names that
they have in the box.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from autograd_mini.lessons.exercises import names
from autograd_mini.lessons.exercises.exercise import Exercise, Trial
from autograd_mini.lessons.exercises.program import answered
from autograd_mini.numbers import short
from autograd_mini.show.html import resource

_HEAD = re.compile(r"\[(\S+)\] (\S+)")
_MARK = re.compile("(asked|tried|right|wrong): (.*)")
_BOX = re.compile(r"def \w+\((.*)\)")


class Asked(NamedTuple):
    """A question.

    Attributes:
        lesson: the function that makes its lesson, or "beyond".
        question: what is asked, in plain Unicode.
        begin: what stands in the box at first; "" where numbers are asked for.
    """

    lesson: str
    question: str
    begin: str


class _Entry(NamedTuple):
    """A mark, what stands behind it, and the lines below it."""

    mark: str
    text: str
    below: list[str]

    @property
    def words(self) -> str:
        return " ".join(self.below)


def _blocks() -> Iterator[tuple[str, str, list[_Entry]]]:
    """For each exercise its name, its lesson, and its entries, the first of them the question."""
    for block in resource(__package__, "exercises.txt").strip().split("\n\n"):
        head, *lines = block.splitlines()
        named = _HEAD.fullmatch(head)
        assert named is not None, head
        entries = [_Entry("", "", [])]
        for line in lines:
            if line.startswith("    "):
                entries[-1].below.append(line[4:])
            elif mark := _MARK.fullmatch(line):
                entries.append(_Entry(mark[1], mark[2], []))
            else:
                entries[0] = entries[0]._replace(text=f"{entries[0].text} {line}".strip())
        yield named[1], named[2], entries


@cache
def questions() -> dict[str, Asked]:
    """The questions by the names of their exercises, in the order of the course."""
    numbers = {name: _shown(value) for name, value in names.given().items()}
    return {
        name: Asked(lesson, entries[0].text.format_map(numbers), "\n".join(entries[0].below))
        for name, lesson, entries in _blocks()
    }


def _shown(value: object) -> str:
    """A number, or a list of them, as a question has it."""
    numbers = value if isinstance(value, list) else [value]
    return ", ".join(short(n) for n in numbers if isinstance(n, int | float))


def _exercise(name: str, entries: Sequence[_Entry]) -> Exercise | Trial:
    (right,) = (entry for entry in entries if entry.mark == "right")
    wrong = {entry.words: entry.text for entry in entries if entry.mark == "wrong"}
    if name in names.FAULTS:
        example = answered(right.text)
        mistakes = {words: answered(text) for words, text in wrong.items()}
        size = len(example) if isinstance(example, tuple) else 1
        return Trial(names.FAULTS[name], size, example, mistakes, right.words)
    box = _BOX.match("\n".join(entries[0].below))
    parameters = box[1].split(", ") if box else []
    found = Exercise(
        _function(right.text, parameters),
        next(entry.text for entry in entries if entry.mark == "asked"),
        {words: _function(text, parameters) for words, text in wrong.items()},
        tuple(_arguments(entry.text) for entry in entries if entry.mark == "tried"),
    )
    return found._replace(praise=right.words) if right.below else found


def _arguments(text: str) -> tuple[object, ...]:
    found = answered(f"({text},)", names.TRIED)
    assert isinstance(found, tuple)
    return found


def _function(text: str, parameters: Sequence[str]) -> Callable[..., object]:
    """An answer as a function of the arguments in the box, of none where there is no box."""

    def answer(*given: object) -> object:
        return answered(text, {**names.known(), **dict(zip(parameters, given, strict=True))})

    return answer


EXERCISES: dict[str, Exercise | Trial] = {
    name: _exercise(name, entries) for name, _, entries in _blocks()
}
"""All exercises, in the order of the notebooks."""
