"""Graphs whose passes have been recorded: what every answer about an expression begins with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from autograd_mini.expression import Expression, ExpressionError
from autograd_mini.numbers import Format, significant
from autograd_mini.show.names import Names
from autograd_mini.show.walk import steps
from autograd_mini.show.walk.descriptions import Description
from autograd_mini.show.walk.scene import Scene
from autograd_mini.show.walk.sentences import Describer
from autograd_mini.show.walk.steps import Recorder, Step
from autograd_mini.value import Value

LONGEST = 400
"""Characters of an expression."""

MOST = 60
"""Boxes of a graph: more would be read by nobody, and would not follow a slider."""

DIGITS = 4
"""Significant digits of a number as it is shown."""

short: Format = significant(DIGITS)


class Passes:
    """A graph whose passes have been recorded.

    Attributes:
        root: the result.
        nodes: the graph, operands before results; a node's place in it is its box's number.
        steps: of both passes.
        names: of the nodes, as text.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.root: Value = recorder.root
        self.nodes: list[Value] = recorder.nodes
        self.steps: list[Step] = recorder.steps
        names = Names(self.nodes, DIGITS)
        self.names = {node: names.text(node) for node in self.nodes}

    @cached_property
    def scene(self) -> Scene:
        """The picture and how the steps change it."""
        return Scene(self.recorder, self.names, DIGITS)

    @cached_property
    def descriptions(self) -> list[Description]:
        """What the steps say."""
        return [*map(Describer(self.recorder, self.names, DIGITS).tell, self.steps)]

    def gradient(self, node: Value) -> float | None:
        """∂root/∂node; None where nothing has come."""
        return self.recorder.totals.get(node)

    def told(self) -> dict[str, Any]:
        """The passes as JSON: what the boxes hold, what each step changes, and what it says."""
        return {
            "first": self.scene.film.first,
            "changes": self.scene.film.changes,
            "lit": [lit._asdict() for lit in self.scene.film.lit],
            "born": self.scene.film.born,
            "arrows": self.scene.local,
            "steps": [
                _step(description)
                | {"asks": step.phase in {"forward", "backward"} and not step.nothing}
                for step, description in zip(self.steps, self.descriptions, strict=True)
            ],
        }


def _step(description: Description) -> dict[str, Any]:
    return {
        "part": description.part,
        "heading": description.heading,
        "lines": description.lines,
        "remarks": description.remarks,
        "wrong": description.wrong,
        "say": description.sentence,
    }


class Recorded(Passes):
    """An expression's graph and both passes through it.

    Args:
        text: the expression.
        numbers: of its names; one without a number gets 1.

    Attributes:
        expression: as parsed.
        numbers: of every name, in the order of their appearance.
        leaves: a Value for each name.
        root: the result, which has a name too.

    Raises:
        ExpressionError: it cannot be read, is too large, or depends on no name.
    """

    def __init__(self, text: object, numbers: object) -> None:
        if not isinstance(text, str) or len(text) > LONGEST:
            raise ExpressionError(f"the expression is a text of at most {LONGEST} characters here")
        self.expression = Expression(text)
        given = numbers if isinstance(numbers, Mapping) else {}
        self.numbers = {name: _number(name, given) for name in self.expression.names}
        self.leaves = self.expression.leaves(self.numbers)
        root = self.expression(self.leaves)
        if not isinstance(root, Value):
            raise ExpressionError("the result depends on no name; put one into it, such as w")
        root = self.expression.named(root if root.operands else root + 0.0)
        recorder = steps.passes(root)
        if (size := len(recorder.nodes)) > MOST:
            raise ExpressionError(
                f"this graph has {size} boxes, more than {MOST}; the command line draws larger ones"
            )
        super().__init__(recorder)

    @classmethod
    def asked(cls, question: Mapping[str, Any]) -> Recorded:
        """The graph that a question is about."""
        return cls(question.get("text"), question.get("numbers"))

    def at(self, name: str, number: float) -> float:
        """The result where one name has another number; nan where the expression refuses it."""
        try:
            return float(self.expression({**self.numbers, name: number}))
        except ExpressionError:
            return math.nan


def _number(name: str, given: Mapping[str, Any]) -> float:
    number = given.get(name, 1.0)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ExpressionError(f"{name} is no number")
    try:
        number = float(number)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ExpressionError(f"{name}: take a finite number")
    return number
