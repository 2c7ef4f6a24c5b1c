"""Every exercise knows its right answer and tells each mistake apart, and an empty cell from both.

The tests loop over the tables, so a new exercise is tested the moment it stands there.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value
from autograd_mini.lessons.exercises import EXERCISES, check
from autograd_mini.lessons.exercises.exercise import Exercise, Trial, Verdict, floats

MISTAKES = [
    pytest.param(name, words, answer, id=f"{name}-{i}")
    for name, exercise in EXERCISES.items()
    for i, (words, answer) in enumerate(exercise.mistakes.items(), 1)
]
SINGLE = [name for name, e in EXERCISES.items() if isinstance(e, Exercise)]
FUNCTIONS = [name for name in SINGLE if EXERCISES[name].points]  # type: ignore[union-attr]
NUMBERS = [name for name in SINGLE if name not in FUNCTIONS]
TRIALS = [name for name in EXERCISES if name not in SINGLE]


def as_given(name: str, answer: Any) -> Any:
    """What a learner gives: the function itself where one is asked for, else what it computes."""
    exercise = EXERCISES[name]
    is_computed = isinstance(exercise, Exercise) and callable(answer) and not exercise.points
    return answer() if is_computed else answer


def answer_of(name: str) -> Any:
    exercise = EXERCISES[name]
    return exercise.example if isinstance(exercise, Trial) else as_given(name, exercise.answer)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_right_answer_is_right(name: str) -> None:
    verdict = check(name, answer_of(name))
    assert verdict, verdict
    assert verdict.words == EXERCISES[name].praise


@pytest.mark.parametrize(("name", "words", "answer"), MISTAKES)
def test_a_mistake_is_told_by_its_name(name: str, words: str, answer: object) -> None:
    verdict = check(name, as_given(name, answer))
    assert verdict.state == "Not yet"
    assert words in verdict.words


def test_every_exercise_knows_some_mistakes() -> None:
    assert min(len(exercise.mistakes) for exercise in EXERCISES.values()) >= 2


@pytest.mark.parametrize("name", EXERCISES)
def test_an_empty_cell_is_told_kindly(name: str) -> None:
    verdict = check(name, ...)
    assert not verdict
    assert verdict.state == "Not filled in yet"
    assert "..." in verdict.words


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda *arguments: ..., "still returns the ..."),
        (lambda *arguments: None, "returns nothing"),
        (lambda *arguments: operator.mul(2.0, ...), "still computes with a ..."),
    ],
)
def test_an_empty_function_is_told_kindly(
    name: str, function: Callable[..., Any], words: str
) -> None:
    verdict = check(name, function)
    assert verdict.state == "Not filled in yet"
    assert words in verdict.words


@pytest.mark.parametrize("name", [*NUMBERS, *TRIALS])
@pytest.mark.parametrize("answer", ["0.5", True, 2j, {"a": 1}, b"1", None])
def test_what_is_no_number_is_named(name: str, answer: object) -> None:
    verdict = check(name, answer)
    assert verdict.state == "Not yet"
    assert f"A number is asked for, and this is {answer!r}" in verdict.words


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_number_is_no_function_and_a_word_no_result(name: str) -> None:
    assert "A function is asked for, and this is 0.5 (a float)" in check(name, 0.5).words
    assert "this is 'x' (a str)" in check(name, lambda *arguments: "x").words


@pytest.mark.parametrize("name", [*NUMBERS, *TRIALS])
def test_a_function_is_no_number(name: str) -> None:
    assert "Did you forget to call it?" in check(name, lambda: 1.0).words


@pytest.mark.parametrize("name", EXERCISES)
def test_too_many_numbers_are_counted(name: str) -> None:
    many = [0.25] * 99
    given = (lambda *arguments: many) if name in FUNCTIONS else many
    assert "asked for, and this has 99" in check(name, given).words


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_error_in_the_answer_is_passed_on(name: str) -> None:
    def fails(*arguments: object) -> float:
        raise ZeroDivisionError("the sum of no examples")

    words = check(name, fails).words
    assert "your function raises ZeroDivisionError: the sum of no examples" in words


@pytest.mark.parametrize("name", SINGLE)
def test_an_unknown_mistake_is_compared_and_never_right(name: str) -> None:
    """Half as much again as the right answer is no mistake that anybody knows."""
    exercise = EXERCISES[name]
    assert isinstance(exercise, Exercise)

    def more(*arguments: Any) -> list[float]:
        return [1.4321 * x + 0.1234 for x in floats(exercise.answer(*arguments))]

    verdict = check(name, as_given(name, more))
    assert verdict.state == "Not yet"
    assert verdict.words not in exercise.mistakes


def test_values_lists_and_nests_of_them_count_as_their_numbers() -> None:
    assert check("first-sum", Value(0.6986))
    assert check("collapse", (Value(-3.0), 2))
    assert check("gradient-of-a-line", [[3.0], [2.0, 1]])


def test_three_digits_are_enough_and_two_are_nearly() -> None:
    assert check("loss-of-the-example", 0.7985)
    assert "rounded too early" in check("loss-of-the-example", 0.79).words
    assert "0.7 is what the slide prints" in check("first-sum", 0.7).words


def test_a_number_is_not_given_away_but_its_side_is() -> None:
    assert check("threshold", 5.0).words == "The bias is smaller than 5."
    assert check("threshold", -5.0).words == "The bias is larger than −5."


def test_a_list_says_which_of_its_numbers_is_wrong() -> None:
    assert check("gradient-of-a-line", [3, 2, 7]).words == "Of the 3, number 3 (7) is not right."
    words = check("gradient-of-a-line", [5, 7, 1]).words
    assert "number 1 (5) and number 2 (7) are not right" in words
    assert check("gradient-of-a-line", [5, 7, 9]).words == "None of the 3 numbers is right."


def test_a_sign_turned_round_is_seen_without_being_listed() -> None:
    assert "the sign is not" in check("slope-of-tanh", lambda z: math.tanh(z) ** 2 - 1.0).words


def test_a_function_is_shown_where_it_differs() -> None:
    words = check("sigmoid", lambda z: 0.5).words
    assert words == "For z = 0.5 your function gives 0.5; σ(z) is 0.622459."
    assert check("sigmoid", math.sinh).words.startswith("For x = 0.5 your function gives 0.52")


def test_a_function_without_names_is_shown_with_the_numbers_alone() -> None:
    words = check("sigmoid", lambda *numbers: 0.5).words
    assert words == "For 0.5 your function gives 0.5; σ(z) is 0.622459."


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", EXERCISES)
def test_a_number_that_is_not_finite_is_named(name: str, number: float) -> None:
    given = (lambda *arguments: number) if name in FUNCTIONS else number
    assert check(name, given).words == f"A finite number is asked for, and this is {number}."


def test_a_verdict_is_shown_as_text_and_in_a_page() -> None:
    verdict = Verdict("Not yet", "a < b")
    assert repr(verdict) == "Not yet. a < b"
    assert "<b>Not yet.</b> a &lt; b" in verdict._repr_html_()


def test_an_exercise_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(KeyError, match="'nothing'; there are misses, mean-squared-error"):
        check("nothing", 1.0)
