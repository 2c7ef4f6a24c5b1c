"""What the pages ask: for each exercise the lesson it belongs to, the question, and how to begin.

The questions stand in ``questions.txt``: the name of the exercise in brackets and that of the
lesson, the question, and, where a function is asked for, the lines that stand in the box at first.
A number in braces is computed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from autograd_mini.lessons import gpt
from autograd_mini.lessons.exercises.offered import Given
from autograd_mini.lessons.exercises.regression import predicted
from autograd_mini.lessons.exercises.training import loss, where
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.learning import POINTS
from autograd_mini.numbers import short
from autograd_mini.show.html import resource

_EACH = re.compile(r"^\[(\S+)\] (\S+)\n((?:\S.*\n)+)((?: {4}.*\n)*)", re.MULTILINE)


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


@cache
def questions() -> dict[str, Asked]:
    """The questions by the names of their exercises, in the order of the course."""
    numbers = {name: _shown(value) for name, value in given().items()}
    return {
        name: Asked(
            lesson,
            " ".join(question.format_map(numbers).split()),
            re.sub("^ {4}", "", begin, flags=re.MULTILINE).rstrip(),
        )
        for name, lesson, question, begin in _EACH.findall(resource(__package__, "questions.txt"))
    }


@cache
def given() -> dict[str, object]:
    """What an answer may use besides arithmetic: the numbers of the lessons, and some functions."""
    y_hat = classroom.network()([*classroom.X])
    _, a1, z1 = classroom.layer_sums(y_hat)
    weights, bias = classroom.PARAMETERS.output
    return {
        "points": POINTS,
        "z": [v.data for v in z1],
        "a1": [v.data for v in a1],
        "y_hat": y_hat.data,
        "weights": [*weights],
        "bias": bias,
        "slope": where()[1],
        "regression": lambda w, b, x: predicted(w, x, b),
        "loss": loss,
        "classroom": Given(network=classroom.network, loss=classroom.loss),
        "gpt": Given(softmax=gpt.softmax),
    }


def _shown(value: object) -> str:
    """A number, or a list of them, as a question has it."""
    numbers = value if isinstance(value, list) else [value]
    return ", ".join(short(n) for n in numbers if isinstance(n, int | float))
