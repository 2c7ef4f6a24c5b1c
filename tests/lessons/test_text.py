"""Lessons as text: within the width, coloured on request, and readable in ASCII."""

from __future__ import annotations

import io
import re

import pytest

from autograd_mini.cli.spelling import HANDLER, respell, spelled
from autograd_mini.lessons import course
from autograd_mini.lessons.render import COLOURED, plain
from autograd_mini.lessons.slides import chain_rule, regression
from autograd_mini.numbers import short
from autograd_mini.show.text import columns

WIDE_TABLES = {"∂J/∂W⁽¹⁾, factor by factor"}
LESSONS = [course.build(make) for part in course.PARTS for make in part.lessons]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_lines_fit_a_terminal(lesson: object) -> None:
    from autograd_mini.lessons.lesson import Lesson

    assert isinstance(lesson, Lesson)
    limit = 110 if lesson.title in WIDE_TABLES else 84
    assert max(map(columns, plain(lesson).splitlines())) <= limit


def test_colours_only_wrap_the_same_text() -> None:
    lesson = regression.house_price()
    coloured = plain(lesson, COLOURED)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain(lesson)
    assert "\x1b[" not in str(lesson)


def test_numbers_and_notes_are_there() -> None:
    said = str(regression.house_price())
    for expected in ("slide 6", "z = 5w₁ + 3w₂ + 3000w₃ + b", "495  ", "Ours:", "The slide:"):
        assert expected in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w₁₂⁽²⁾x₁", "w_12^(2)x_1"),
        ("∂J/∂θ := −α ∇J", "dJ/dtheta := -alpha grad J"),
        ("ŷ = σ(z) ≈ ½ · f̂", "y^ = sigma(z) ~ 1/2 * f^"),
        ("“yes” … é", '"yes" ... e'),
        ("漢", "?"),
    ],
)
def test_what_an_encoding_lacks_is_spelled(text: str, expected: str) -> None:
    assert spelled(text) == expected


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437", "utf-8"])
def test_every_lesson_can_be_written_in_any_encoding(encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    respell(stream)
    assert stream.errors == HANDLER
    for lesson in LESSONS:
        stream.write(plain(lesson))
    stream.flush()
    written = stream.buffer.getvalue().decode(encoding)
    assert ("theta" in written) == (encoding != "utf-8")
    assert "?" not in written.replace("?)", "").replace("? ", "").replace("?\n", "")


def test_respell_leaves_other_streams_alone() -> None:
    respell(None)
    respell(io.StringIO())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.6986000000000001, "0.6986"),
        (-0.0, "0"),
        (0.44999992462688354, "0.45"),
        (0.7985078637135999, "0.798508"),
        (-8099536.5, "−8099536"),
        (-12345678.5, "−1.23457 × 10⁷"),
        (1e300, "1 × 10³⁰⁰"),
        (float("nan"), "nan"),
        (float("-inf"), "−inf"),
    ],
)
def test_numbers_are_short(value: float, expected: str) -> None:
    assert short(value) == expected


def test_a_table_too_wide_for_six_digits_has_four() -> None:
    assert "−2.222 " in plain(chain_rule.hidden_layer())
    assert "−2.22222 " in plain(chain_rule.output_layer())
