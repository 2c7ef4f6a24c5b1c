"""Answers typed into a page: what they mean, and that nothing else can be done with them."""

from __future__ import annotations

import math
import re
import time

import pytest

from autograd_mini.lessons.exercises import EXERCISES, check_typed
from autograd_mini.lessons.exercises.names import given
from autograd_mini.lessons.exercises.program import ProgramError, answered
from autograd_mini.lessons.exercises.written import questions
from autograd_mini.lessons.lesson import DECLARED
from tests.notebooks import SOURCES

SOLUTION = re.compile(r"<summary>Solution</summary>\n#\n# ```python\n(.*?)# ```", re.DOTALL)


def solutions() -> dict[str, str]:
    """The solution of each exercise, as the notebooks show it."""
    found: dict[str, str] = {}
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        names = re.findall(r'^check\("([^"]+)"', text, re.MULTILINE)
        written = [re.sub("(?m)^# ?", "", lines) for lines in SOLUTION.findall(text)]
        found.update(zip(names, written, strict=True))
    # What other cells of the notebooks made stands in the question here.
    found["difference"] = found["difference"].replace(
        "logistic_regression((0.8, -0.5), (1.5, 2.0), 0.3)", "sigmoid(0.8 * 1.5 - 0.5 * 2 + 0.3)"
    )
    found["one-step"] = found["one-step"].replace('told["∂J/∂θ"]', "slope")
    return found


def test_there_is_a_question_for_each_exercise_in_a_lesson_that_exists() -> None:
    assert set(questions()) == set(EXERCISES)
    lessons = [make.__name__ for make in DECLARED]
    for name, asked in questions().items():
        assert asked.lesson == "beyond" or lessons.count(asked.lesson) == 1, name
        assert "{" not in asked.question


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_of_the_notebook_is_right_in_the_page(name: str) -> None:
    verdict = check_typed(name, solutions()[name])
    assert verdict, verdict


@pytest.mark.parametrize("name", EXERCISES)
def test_what_stands_in_the_box_at_first_is_not_filled_in(name: str) -> None:
    verdict = check_typed(name, questions()[name].begin)
    # One of them leaves out a line, not a number.
    wanted = "Not yet" if name == "training-step" else "Not filled in yet"
    assert verdict.state == wanted


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("1 / 4", 0.25),
        ("2^3, 3²", (8.0, 9.0)),
        ("0.5 · 4 − 1", 1.0),
        ("max(0, -2.5)", 0),
        ("[x * y for x, y in zip([1, 2], [3, 4])]", [3, 8]),
        ("sum(x for x in [1, 2, 3] if x > 1)", 5),
        ("a, b = 1, 2\na + b", 3),
        ("total = 0\nfor i in range(4):\n    total += i\ntotal", 6),
        ("import math\nmath.exp(0)", 1.0),
        ("[1, 2, 3][1:]", [2, 3]),
        ("[1] + [2]", [1, 2]),
        ("5 if 1 > 2 else 6", 6),
        ("def f(x):\n    return x\nf(2)", 2),
        ("log(e) + ln(1)", 1.0),
    ],
)
def test_arithmetic_lists_and_loops(source: str, wanted: object) -> None:
    assert answered(source) == wanted


def test_a_function_sees_what_stands_before_it_and_changes_nothing_outside() -> None:
    double = answered("k = 2\ndef f(xs):\n    xs.append(k)\n    return sum(xs)")
    assert callable(double)
    numbers = [1.0, 3.0]
    assert double(numbers) == 6.0
    assert numbers == [1.0, 3.0]


ATTACKS = [
    "().__class__",
    "math.__dict__",
    "log.__globals__",
    "[].append.__self__",
    "(lambda: 0)()",
    "open('/etc/passwd')",
    "__import__('os')",
    "import os",
    "from os import system",
    "import math as m",
    "eval('1')",
    "exec('1')",
    "getattr(1, 'real')",
    "f'{1}'",
    "'a'.format()",
    "1 .real",
    "{}",
    "{1: 2}",
    "class A: pass",
    "with a: pass",
    "try:\n    1\nexcept: pass",
    "while True: pass",
    "global x",
    "del sum",
    "x = y = 1",
    "sum.x = 1",
    "sum(*[1])",
    "max([1], key=abs)",
    "async def f(): pass",
    "@abs\ndef f(): pass",
    "yield 1",
    "def f(x=1): pass",
    "def f(*x): pass",
    "1 << 40",
    "[0] * 10",
    "[1] == [1]",
    "print(1)",
    "type(1)",
]


@pytest.mark.parametrize("source", ATTACKS)
def test_nothing_else_is_offered(source: str) -> None:
    with pytest.raises(ProgramError):
        answered(source)


def test_what_is_given_has_no_way_out() -> None:
    for name, value in given().items():
        for reached in ("__class__", "__dict__", "__globals__", "__init__", "operands"):
            with pytest.raises(ProgramError):
                answered(f"{name}.{reached}", {name: value})


ENDLESS = [
    "for i in range(1000000000):\n    i",
    "list(range(1000000000))",
    "sum(range(1000000000))",
    "[i for i in range(1000000000)]",
    "a = [1]\nfor i in range(60):\n    a = a + a",
    "a = [1]\nfor i in range(60):\n    a = [a, a]\na",
    "a = [1]\na.append(a)\na",
    "a = [1]\nfor x in a:\n    a.append(x)",
    "def f(x):\n    return f(x)\nf(1)",
    "9**9**9**9 * 9" + "*9" * 1000,
    "(" * 1000 + "1" + ")" * 1000,
    "-" * 3000 + "1",
    "1" * 5000,
]


@pytest.mark.parametrize("source", ENDLESS)
def test_what_takes_too_long_or_too_much_ends(source: str) -> None:
    began = time.process_time()
    try:
        found = answered(source)
    except ProgramError:
        pass
    else:
        assert found == math.inf
    assert time.process_time() - began < 5.0


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("sigmoid", "def f(z):\n    return 1 / (1 + exp(z))", "A sign is missing"),
        ("sigmoid", "def f(z):\n    return 1 / (1 + exp(-y))", "nothing called “y” here"),
        ("sigmoid", "def f(z)\n    return z", "Line 1: Python cannot read this"),
        ("sigmoid", "0.5", "A function is asked for"),
        ("first-sum", "", "Replace the ..."),
        ("first-sum", "0.7", "0.7 is what the slide prints"),
        ("first-sum", "1 / 0", "ZeroDivisionError"),
        ("first-sum", "[1][3]", "IndexError"),
        ("collapse", "-1, 0.5", "None of the 2 numbers is right"),
        ("collapse", "0.5, -0.5", "You added"),
        ("weights-and-biases", "16", "2 numbers are asked for, and this has 1"),
        ("weights-and-biases", "'16', 5", "Line 1: “'16'” is not offered here"),
        ("slope-of-m", "def f(m):\n    return m", "raises TypeError: too many positional arg"),
    ],
)
def test_a_wrong_answer_is_told_why(name: str, source: str, words: str) -> None:
    verdict = check_typed(name, source)
    assert not verdict
    assert words in verdict.words
