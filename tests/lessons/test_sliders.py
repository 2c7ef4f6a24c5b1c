"""Lessons in the playground: the same graph with the same number."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from autograd_mini import Value
from autograd_mini.lessons import course
from autograd_mini.lessons.sliders import MOST_NAMES, address
from autograd_mini.lessons.slides import classroom, logistic, regression
from autograd_mini.numbers import equal
from autograd_mini.play import answer
from autograd_mini.play.graph import DIGITS

BUILT = [course.build(make) for part in course.PARTS for make in part.lessons]
ROOTS = {
    lesson.title: picture.outputs[0]
    for lesson in BUILT
    for picture in reversed(lesson.pictures)
    if len(picture.outputs) == 1
}


@pytest.mark.parametrize("title", ROOTS)
def test_the_playground_computes_the_number_of_the_lesson(title: str) -> None:
    root = ROOTS[title]
    if not (found := address(root)):
        return
    given = {name: values[0] for name, values in parse_qs(found.removeprefix("#")).items()}
    numbers = dict(pair.split("=") for pair in given["at"].split(","))
    asked = {
        "ask": "chain",
        "text": given["f"],
        "numbers": {n: float(x) for n, x in numbers.items()},
    }
    told = json.loads(answer(json.dumps(asked)))
    assert "error" not in told
    assert [variable["name"] for variable in told["variables"]] == [*numbers]
    assert told["result"]["equal"] == equal(root.data, DIGITS)


def test_most_lessons_with_a_graph_can_be_moved_there() -> None:
    assert sum(bool(address(root)) for root in ROOTS.values()) >= 14


def test_a_graph_that_cannot_be_typed_has_no_address() -> None:
    x, same, odd = Value(2.0, "x"), Value(3.0, "x"), Value(1.0, "w⁽ʸ⁾")
    assert address(x * 1.5)
    assert address(x * same) == ""
    assert address(x * odd) == ""
    many = [Value(float(i), f"x{i}") for i in range(MOST_NAMES + 1)]
    total = many[0] * 1.0
    for each in many[1:]:
        total = total + each
    assert address(total) == ""
    assert address(classroom.network()([*classroom.X])) == ""  # as many
    assert "x1%3D" in address(logistic.combination().root)
    assert "at=m%3D2.0%2Cx%3D3.0%2Cb%3D1.0" in address(regression.one_dimensional().root)
