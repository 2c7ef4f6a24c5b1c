"""*Chain rule*: a graph with its numbers, its gradients, its steps, and one number opened.

Vocabulary: a number is *opened* when its factors are shown: how it was computed, and how the result
depends on it. A *nudge* moves one variable a little.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from autograd_mini.expression import ExpressionError
from autograd_mini.numbers import equal
from autograd_mini.play.graph import DIGITS, Recorded, short
from autograd_mini.play.nudge import nudged
from autograd_mini.play.stage import key_of, stage_of
from autograd_mini.show.explain import explain
from autograd_mini.show.names import derivative
from autograd_mini.value import Value

REACH = 5.0
"""A slider goes from minus to plus this; farther, in whole steps, where its number is larger."""

_STYLE = re.compile(r' style="[^"]*"')


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """A graph and everything on the page that follows from its numbers.

    Args:
        question: ``text`` is the expression, ``numbers`` those of its names, ``stage`` the key of
            the picture that the page has, ``box`` which box is opened, ``nudge`` the variable that
            is nudged, ``by`` how far.
    """
    recorded = Recorded.asked(question)
    key = key_of(recorded)
    variables = [_variable(recorded, name) for name in recorded.leaves]
    found: dict[str, Any] = {
        "key": key,
        "names": list(recorded.leaves),
        "variables": variables,
        "result": {"name": recorded.root.label, "equal": equal(recorded.root.data, DIGITS)},
        **recorded.told(),
        "of_arrow": _steps_of_arrows(recorded),
        "opened": _opened(recorded, question.get("box")),
        "nudge": nudged(recorded, question.get("nudge"), question.get("by", 0.1)),
    }
    if question.get("stage") != key:
        found["stage"] = stage_of(recorded, key)
    return found


def formula(mathml: str) -> str:
    """A formula for a page whose policy allows no styles at elements."""
    return _STYLE.sub("", mathml)


def _variable(recorded: Recorded, name: str) -> dict[str, Any]:
    number, leaf = recorded.numbers[name], recorded.leaves[name]
    reach = _reach(abs(number))
    gradient = recorded.gradient(leaf)
    return {
        "name": name,
        "number": number,
        "shown": short(number),
        "low": -reach,
        "high": reach,
        "step": reach / 100.0,
        "box": recorded.nodes.index(leaf) if leaf in recorded.names else None,
        "derivative": derivative(recorded.names[recorded.root], name),
        "gradient": "0" if gradient is None else short(gradient),
        "equal": "= 0" if gradient is None else equal(gradient, DIGITS),
    }


def _reach(size: float) -> float:
    """The first of 5, 10, 20, 50, 100, … that is larger.

    >>> [_reach(x) for x in (0.0, 5.0, 5.1, 11.0, 99.0)]
    [5.0, 10.0, 10.0, 20.0, 100.0]
    """
    if size < REACH:
        return REACH
    power = 10.0 ** math.floor(math.log10(size))
    return next(r for r in (power, 2.0 * power, 5.0 * power, 10.0 * power) if r > size)


def _steps_of_arrows(recorded: Recorded) -> list[int | None]:
    """For each arrow the step in which a contribution goes along it."""
    found: list[int | None] = [None] * len(recorded.scene.local)
    for place, lit in enumerate(recorded.scene.film.lit):
        if not lit.forward and len(lit.arrows) == 1:
            found[lit.arrows[0]] = place
    return found


def _opened(recorded: Recorded, box: object) -> dict[str, Any]:
    """One box: how its number came about, and every path from the result to it."""
    node = _node(recorded, box)
    name = recorded.names[node]
    made = [
        description.lines
        for step, description in zip(recorded.steps, recorded.descriptions, strict=True)
        if step.phase == "forward" and step.node is node
    ]
    return {
        "box": recorded.nodes.index(node),
        "name": name,
        "shown": short(node.data),
        "title": derivative(recorded.names[recorded.root], name),
        "number": made[0] if made else [["given", f"{name} {equal(node.data, DIGITS)}"]],
        "formula": formula(explain(recorded.root, wrt=node, digits=DIGITS).mathml),
    }


def _node(recorded: Recorded, box: object) -> Value:
    """The node of a box; left out, the first variable."""
    if box is None:
        return next(leaf for leaf in recorded.leaves.values() if leaf in recorded.names)
    if type(box) is not int or not 0 <= box < len(recorded.nodes):
        raise ExpressionError(f"there is no box {box!r:.20}")
    return recorded.nodes[box]
