"""What an exercise is: a cell to fill in, judged by the engine's own answer.

Vocabulary:

- *answer*: what the learner gives: a number, a list of numbers, or a function that is tried at some
  *points*. A Value counts as its number.
- *mistake*: a wrong answer that people give for a reason, and what to tell them about it.
- *verdict*: right, not yet, or not filled in, and what is wrong.
- *unfilled*: the answer still is, or still returns, the ``...`` that the notebook came with.

An :class:`Exercise` has one right answer, computed by the engine. A :class:`Trial` has many, and
tries the answer out.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from html import escape
from itertools import chain
from typing import NamedTuple, SupportsFloat

from autograd_mini.numbers import short
from autograd_mini.real import is_real
from autograd_mini.show.palette import LIGHT
from autograd_mini.value import Value

Function = Callable[..., object]

TYPED, COMPUTED = 1e-3, 1e-9
"""How far, relatively, a typed number and a computed one may be off: three digits are enough."""

NEARLY = 0.03
"""A number off by less is probably rounded too early."""

LONG = 60
"""So many letters of an argument are shown."""


class Verdict(NamedTuple):
    """What the learner is told. ``bool(verdict)`` is whether the answer is right."""

    state: str
    words: str

    def __bool__(self) -> bool:
        return self.state == "Right"

    def __repr__(self) -> str:
        return f"{self.state}. {self.words}"

    def _repr_html_(self) -> str:
        edge = {"Right": LIGHT.series[2], "Not yet": LIGHT.series[1]}.get(self.state, LIGHT.frame)
        return (
            f'<p style="border-left: 4px solid {edge}; padding-left: 0.7em">'
            f"<b>{self.state}.</b> {escape(self.words)}</p>"
        )


right, not_yet = partial(Verdict, "Right"), partial(Verdict, "Not yet")
unfilled = partial(Verdict, "Not filled in yet")

UNFILLED = unfilled("Replace the ... by your answer and run the cell again.")
NO_NUMBER = not_yet("A number is asked for, and this is a function. Did you forget to call it?")


class UnreadableError(Exception):
    """An answer that is not made of numbers; the message says what it is."""

    @property
    def verdict(self) -> Verdict:
        """What the learner is told."""
        return UNFILLED if "..." in str(self) else not_yet(f"{self}.")


class Exercise(NamedTuple):
    """An exercise with one right answer.

    Attributes:
        answer: computes the right answer. It takes no argument where a number or a list is asked
            for; where a function is, it is that function.
        wanted: what is asked for, as words: "the price".
        mistakes: what is said, and what else people answer: functions of the same arguments as
            ``answer``, or numbers.
        points: the arguments that a function is tried with; empty where none is asked for.
        praise: what is said of the right answer.
    """

    answer: Function
    wanted: str
    mistakes: Mapping[str, object]
    points: tuple[tuple[object, ...], ...] = ()
    praise: str = "The engine finds the same."

    def judge(self, answer: object) -> Verdict:
        """Compare an answer with the engine's, and say what is wrong with it."""
        if answer is ...:
            return UNFILLED
        if not self.points:
            if callable(answer):
                return NO_NUMBER
            return self._judge_results([answer], TYPED)
        if not callable(answer):
            return not_yet(f"A function is asked for, and this is {_shown(answer)}.")
        results: list[object] = []
        for point in self.points:
            try:
                results.append(answer(*point))
            except Exception as error:  # noqa: BLE001  (the learner's own function)
                if "ellipsis" in str(error):
                    return unfilled("Your function still computes with a ...; replace it.")
                return not_yet(
                    f"For {_named(point, answer)} your function raises {type(error).__name__}: "
                    f"{error}"
                )
        if results[0] is None:
            return unfilled("Your function returns nothing: it needs a line “return …”.")
        if results[0] is ...:
            return unfilled("Your function still returns the ...; replace it.")
        return self._judge_results(results, COMPUTED, answer)

    def _judge_results(
        self, results: Sequence[object], tolerance: float, function: Function | None = None
    ) -> Verdict:
        try:
            given = [floats(result) for result in results]
        except UnreadableError as fault:
            return fault.verdict
        wanted = self.expected(self.answer)
        if same(given, wanted, tolerance):
            return right(self.praise)
        for words, answer in self.mistakes.items():
            if same(given, self.expected(answer), tolerance):
                return not_yet(words)
        if any(len(g) != len(w) for g, w in zip(given, wanted, strict=True)):
            return not_yet(_lengths(given, wanted))
        if same([[-g for g in numbers] for numbers in given], wanted, tolerance):
            return not_yet("The size is right, the sign is not: yours is turned round.")
        pairs = enumerate(zip(given, wanted, strict=True))
        at = next(i for i, (g, w) in pairs if not same([g], [w], tolerance))
        if function is None:
            return not_yet(self._typed(given[at], wanted[at]))
        return not_yet(
            f"For {_named(self.points[at], function)} your function gives {_listed(given[at])}; "
            f"{self.wanted} is {_listed(wanted[at])}."
        )

    def expected(self, answer: object) -> list[list[float]]:
        """What an answer gives at every point, each as a flat list."""
        if callable(answer):
            return [floats(answer(*point)) for point in self.points or ((),)]
        return [floats(answer)]

    def _typed(self, given: Sequence[float], wanted: Sequence[float]) -> str:
        """What differs in typed numbers, where no mistake was recognised; none is given away."""
        pairs = list(zip(given, wanted, strict=True))
        if all(abs(g - w) <= NEARLY * abs(w) for g, w in pairs):
            return "Nearly: it seems to be rounded too early. Give at least four digits."
        if len(pairs) == 1:
            ((g, w),) = pairs
            return (
                f"{_sentence(self.wanted)} is {'larger' if w > g else 'smaller'} than {short(g)}."
            )
        off = [i for i, (g, w) in enumerate(pairs, 1) if not same([[g]], [[w]], TYPED)]
        if len(off) == len(pairs):
            return f"None of the {len(pairs)} numbers is right."
        wrong = [f"number {i} ({short(given[i - 1])})" for i in off]
        verb = "is" if len(off) == 1 else "are"
        return f"Of the {len(pairs)}, {' and '.join(wrong)} {verb} not right."


class Trial(NamedTuple):
    """An exercise with many right answers: ``fault`` tries one out.

    Attributes:
        fault: says what is wrong with these numbers; nothing ("") if they are right.
        size: how many numbers are asked for.
        example: a right answer.
        mistakes: words that are said, and a wrong answer of which they are.
        praise: what is said of a right answer.
    """

    fault: Callable[[Sequence[float]], str]
    size: int
    example: object
    mistakes: Mapping[str, object]
    praise: str

    def judge(self, answer: object) -> Verdict:
        """Try an answer out, and say what is wrong with it."""
        if answer is ...:
            return UNFILLED
        if callable(answer):
            return NO_NUMBER
        try:
            numbers = floats(answer)
        except UnreadableError as fault:
            return fault.verdict
        if len(numbers) != self.size:
            return not_yet(_lengths([numbers], [[0.0] * self.size]))
        found = self.fault(numbers)
        return not_yet(found) if found else right(self.praise)


def floats(answer: object) -> list[float]:
    """The numbers of an answer, from nested lists too.

    Raises:
        UnreadableError: there is something else in it, or a number that is not finite.

    >>> floats([[1, Value(2.0)], 3.5])
    [1.0, 2.0, 3.5]
    """
    if isinstance(answer, Value):
        return floats(answer.data)
    if isinstance(answer, SupportsFloat) and is_real(answer) and not isinstance(answer, bool):
        if math.isfinite(number := float(answer)):
            return [number]
        raise UnreadableError(f"A finite number is asked for, and this is {number}")
    if isinstance(answer, Iterable) and not isinstance(answer, str | bytes | dict):
        return [number for part in answer for number in floats(part)]
    if answer is ...:
        raise UnreadableError("A number is asked for, and this is still the ...")
    raise UnreadableError(f"A number is asked for, and this is {_shown(answer)}")


def _shown(answer: object) -> str:
    return f"{answer!r} (a {type(answer).__name__})"


def same(given: Sequence[Sequence[float]], wanted: Sequence[Sequence[float]], off: float) -> bool:
    """Whether two lists of lists agree, up to a relative difference.

    >>> same([[1.0]], [[1.0001]], 1e-3), same([[1.0]], [[1.0, 2.0]], 1e-3)
    (True, False)
    """
    if [len(g) for g in given] != [len(w) for w in wanted]:
        return False
    pairs = zip(chain(*given), chain(*wanted), strict=True)
    return all(abs(g - w) <= off * abs(w) + 1e-12 for g, w in pairs)


def _sentence(words: str) -> str:
    """With a capital, unless it begins with a symbol such as θ, which means another thing then."""
    return f"{words[0].upper()}{words[1:]}" if words[0].isascii() else words


def _lengths(given: Sequence[Sequence[float]], wanted: Sequence[Sequence[float]]) -> str:
    g, w = next((len(g), len(w)) for g, w in zip(given, wanted, strict=True) if len(g) != len(w))
    return f"{w} number{'s are' if w != 1 else ' is'} asked for, and this has {g}."


def _named(point: tuple[object, ...], function: Function) -> str:
    """The arguments of a call, with the names that the function gives them."""
    said = [text if len(text) <= LONG else f"{text[:LONG]}…" for text in map(_argument, point)]
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some built-in functions do not tell
        return ", ".join(said)
    names = [p.name for p in parameters if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    if len(names) != len(said):
        return ", ".join(said)
    return ", ".join(f"{name} = {text}" for name, text in zip(names, said, strict=True))


def _argument(argument: object) -> str:
    if isinstance(argument, int | float):
        return short(argument)
    if callable(argument):
        return getattr(argument, "__name__", "a function")
    if isinstance(argument, tuple | list):
        return f"[{', '.join(map(_argument, argument))}]"
    return str(argument)


def _listed(numbers: Sequence[float]) -> str:
    return short(numbers[0]) if len(numbers) == 1 else f"[{', '.join(map(short, numbers))}]"
