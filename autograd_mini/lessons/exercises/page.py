"""Exercises in a page: a question, a box to type in, and a place for what is said of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from autograd_mini.lessons.exercises.written import Asked

HOW = (
    "Nothing can check an answer here: these pages lie in a folder without an engine. With "
    "<code>autograd-mini play --course</code> and the name of the folder they have one."
)
TO_TYPE = {
    False: "Your answer: numbers or sums such as 2 * 0.5 + 1, with commas between them",
    True: "Your function, in Python: numbers, lists and loops",
}


def boxes(questions: Mapping[str, Asked], functions: bool) -> Iterator[str]:
    """The exercises of a lesson as HTML: those about numbers, or those about functions.

    Args:
        questions: all exercises of the lesson.
        functions: which of them.
    """
    for place, (name, asked) in enumerate(questions.items(), 1):
        if bool(asked.begin) == functions:
            which = f"Exercise {place}" if len(questions) > 1 else "Exercise"
            how = f'<p class="how note">{HOW}</p>\n' if place == 1 else ""
            rows = max(asked.begin.count("\n") + 2, 4) if functions else 1
            yield (
                f'<section class="exercise" data-name="{name}" aria-labelledby="title-{name}">\n'
                f'<h2 id="title-{name}">{which}</h2>\n<p>{escape(asked.question)}</p>\n'
                f'<label for="{name}">{TO_TYPE[functions]}</label>\n'
                f'<textarea id="{name}" rows="{rows}" wrap="off" spellcheck="false" '
                'autocapitalize="off" '
                f'autocomplete="off">{escape(asked.begin)}</textarea>\n'
                '<button type="button" hidden>Check</button>\n'
                f'<p class="verdict" role="status"></p>\n{how}</section>'
            )
