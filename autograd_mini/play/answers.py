"""From a question to its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from autograd_mini.errors import AutogradError
from autograd_mini.expression import ExpressionError
from autograd_mini.play import chain, learn, prediction, wrong


def _exercise(asked: Mapping[str, object]) -> dict[str, object]:
    """What is said of an answer to an exercise of the course."""
    from autograd_mini.lessons.exercises import check_typed

    verdict = check_typed(str(asked["name"]), str(asked["answer"]))
    return verdict._asdict()


ANSWERS: dict[str, Callable[[Mapping[str, object]], dict[str, object]]] = {
    "chain": chain.answer,
    "judge": prediction.answer,
    "exercise": _exercise,
    "learn": learn.answer,
    "wrong": wrong.answer,
}
"""What can be asked, and who answers."""

LONGEST = 100_000
"""Characters of a question."""


def answer(question: str) -> str:
    """The answer to a question, both as JSON.

    What is wrong with a question is said in the answer's ``error``; nothing is raised.

    >>> import json
    >>> asked = {"ask": "chain", "text": "w*x", "numbers": {"w": 2, "x": 3}}
    >>> found = json.loads(answer(json.dumps(asked)))
    >>> found["result"]["equal"], [v["gradient"] for v in found["variables"]]
    ('= 6', ['3', '2'])
    >>> answer('{"ask": "chain", "text": "1 + 2"}')
    '{"error": "the result depends on no name; put one into it, such as w"}'
    """
    try:
        return json.dumps(_answered(question), allow_nan=False)
    except (ExpressionError, AutogradError, QuestionError) as error:
        return json.dumps({"error": str(error)})
    except (TypeError, ValueError, KeyError, OverflowError, AttributeError) as error:
        return json.dumps({"error": f"this cannot be answered: {str(error)[:200]}"})


class QuestionError(ValueError):
    """A question that nobody can answer; the message says why."""


def _answered(question: str) -> dict[str, object]:
    if len(question) > LONGEST:
        raise QuestionError(f"the question has more than {LONGEST:,} characters")
    try:
        asked = json.loads(question, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"the question is no JSON: {str(error)[:80]}") from None
    name = asked.get("ask") if isinstance(asked, dict) else None
    if not isinstance(name, str) or name not in ANSWERS:
        raise QuestionError(f"the question asks for none of {', '.join(ANSWERS)}")
    return ANSWERS[name](asked)


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
