"""The cells to fill in: ``check("name", answer)`` says what is right or wrong.

The notebooks call it with the learner's answer. What is asked, the right answers, computed by the
engine, and the mistakes that are recognised stand in ``exercises.txt``
(:mod:`~autograd_mini.lessons.exercises.written`).

>>> check("collapse", ...)
Not filled in yet. Replace the ... by your answer and run the cell again.
>>> check("collapse", [-3, 2])
Right. w = w₂w₁ = −3 and b = w₂b₁ + b₂ = 2.
>>> check("sigmoid", lambda z: 1 / (1 + 2.718281828459045**z))
Not yet. A sign is missing: it is e⁻ᶻ. Yours falls where σ rises; it is σ(−z).
"""

from __future__ import annotations

from autograd_mini.lessons.exercises.exercise import Verdict, not_yet
from autograd_mini.lessons.exercises.names import given
from autograd_mini.lessons.exercises.program import ProgramError, answered
from autograd_mini.lessons.exercises.written import EXERCISES

__all__ = ["EXERCISES", "check", "check_typed"]


def check(name: str, answer: object) -> Verdict:
    """Judge an answer.

    Args:
        name: of the exercise.
        answer: a number, a list of numbers or a function, as the exercise asks; ``...`` is the
            answer of a cell that nobody has filled in.

    Raises:
        KeyError: there is no such exercise.
    """
    if name not in EXERCISES:
        raise KeyError(f"no exercise is called {name!r}; there are {', '.join(EXERCISES)}")
    return EXERCISES[name].judge(answer)


def check_typed(name: str, source: str) -> Verdict:
    r"""Judge an answer that was typed into a page; nothing that it says is run by Python.

    Args:
        name: of the exercise.
        source: numbers or sums, with commas between them, or the definition of a function, in the
            small part of Python that :mod:`~autograd_mini.lessons.exercises.program` follows.

    Raises:
        KeyError: there is no such exercise.

    >>> check_typed("collapse", "-1.5 * 2, -1.5 * -1 + 0.5")
    Right. w = w₂w₁ = −3 and b = w₂b₁ + b₂ = 2.
    >>> check_typed("sigmoid", "def sigmoid(z):\n    return 1 / (1 + exp(z))").words[:18]
    'A sign is missing:'
    """
    try:
        answer = answered(source, given()) if source.strip() else ...
    except ProgramError as error:
        return not_yet(f"{str(error)[0].upper()}{str(error)[1:]}.")
    except Exception as error:  # noqa: BLE001  (as Python says it of numbers and lists)
        if "ellipsis" in str(error):
            answer = ...
        else:
            return not_yet(f"{type(error).__name__}: {error}.")
    return check(name, answer)
