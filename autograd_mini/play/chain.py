"""*Chain rule*: a graph with its numbers, its gradients, its steps, and one number opened.

Vocabulary: a number is *opened* when its factors are shown: how it was computed, and how the result
depends on it. A *nudge* moves one variable a little: how far the result moves with it stands beside
how far the gradient says.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from autograd_mini.expression import ExpressionError
from autograd_mini.numbers import NOISE, equal, equals, significant
from autograd_mini.play.graph import DIGITS, ExpressionPasses, short
from autograd_mini.show.explain import explain
from autograd_mini.show.names import derivative
from autograd_mini.value import Value

REACH = 5.0
"""A slider goes from minus to plus this; farther, in whole steps, where its number is larger."""

_STYLE = re.compile(r' style="[^"]*"')


def answer(question: Mapping[str, object]) -> dict[str, object]:
    """A graph and everything on the page that follows from its numbers.

    Args:
        question: ``text`` is the expression, ``numbers`` those of its names, ``stage`` the key of
            the picture that the page has, ``box`` which box is opened, ``nudge`` the variable that
            is nudged, ``by`` how far.
    """
    recorded = ExpressionPasses(question.get("text"), question.get("numbers"))
    return {
        "names": list(recorded.leaves),
        "variables": [_variable(recorded, name) for name in recorded.leaves],
        "result": {"name": recorded.root.label, "equal": equal(recorded.root.data, DIGITS)},
        **recorded.told(known=question.get("stage")),
        "of_arrow": _steps_of_arrows(recorded),
        "opened": _opened(recorded, question.get("box")),
        "nudge": _nudged(recorded, question.get("nudge"), question.get("by", 0.1)),
    }


def formula(root: Value, wrt: Value, most: int = 10) -> str:
    """The chain rule for a page whose policy allows no styles at elements."""
    return _STYLE.sub("", explain(root, wrt=wrt, most=most, digits=DIGITS).mathml)


def _variable(recorded: ExpressionPasses, name: str) -> dict[str, object]:
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


def _steps_of_arrows(recorded: ExpressionPasses) -> list[int | None]:
    """For each arrow the step in which a contribution goes along it."""
    found: list[int | None] = [None] * len(recorded.scene.local)
    for place, lit in enumerate(recorded.scene.film.lit):
        if not lit.forward and len(lit.arrows) == 1:
            found[lit.arrows[0]] = place
    return found


def _opened(recorded: ExpressionPasses, box: object) -> dict[str, object]:
    """One box, the first variable's if none is named: how its number came about, and all paths."""
    if box is None:
        node = next(leaf for leaf in recorded.leaves.values() if leaf in recorded.names)
    elif type(box) is int and 0 <= box < len(recorded.nodes):
        node = recorded.nodes[box]
    else:
        raise ExpressionError(f"there is no box {box!r:.20}")
    name = recorded.names[node]
    return {
        "box": recorded.nodes.index(node),
        "name": name,
        "shown": short(node.data),
        "title": derivative(recorded.names[recorded.root], name),
        "number": recorded.computed(node) or [("given", f"{name} {equal(node.data, DIGITS)}")],
        "formula": formula(recorded.root, node),
    }


# --- a nudge --------------------------------------------------------------------------------------

coarse = significant(3)

HALF = 2.0
"""The curve goes this far to both sides."""

POINTS = 80
"""Into so many pieces the curve is cut."""

LARGEST = 1e6
"""A larger nudge is no nudge."""


def _nudged(recorded: ExpressionPasses, name: object, by: object) -> dict[str, object]:
    """Δf beside gradient · Δ, and the curve with its tangent, for a variable, or the first."""
    if name not in recorded.leaves:
        name = next(iter(recorded.leaves))
    if isinstance(by, bool) or not isinstance(by, int | float) or not 0 < abs(by) < LARGEST:
        raise ExpressionError(f"a nudge is a number other than 0 below {LARGEST:,.0f}")
    name, by = str(name), float(by)
    x, f = recorded.numbers[name], recorded.root.data
    gradient = recorded.gradient(recorded.leaves[name]) or 0.0
    change, predicted = recorded.at(name, x + by) - f, gradient * by
    result = recorded.names[recorded.root]
    off = abs(change - predicted)
    if off <= NOISE * max(abs(f), abs(f + change)):
        off = 0.0  # what is left comes of computing with floats
    moved, times, product = short(change), short(by), short(predicted)
    factor, sign = short(gradient), equals(short(gradient), times, product)
    times = f"({times})" if by < 0 else times
    return {
        "name": name,
        "result": result,
        "by": short(by),
        "from": short(x),
        "to": short(x + by),
        "before": short(f),
        "after": short(f + change),
        "change": f"Δ{result} {equals(moved)} {moved}",
        "predicted": f"{derivative(result, name)} · {times} {sign} {factor} · {times} = {product}",
        "off": short(off),
        "curve": _curve(recorded, name, gradient, by),
    }


def _curve(recorded: ExpressionPasses, name: str, gradient: float, by: float) -> dict[str, object]:
    """Points in shares of the chart's width and height, both from 0 to 1, upward."""
    x, f = recorded.numbers[name], recorded.root.data
    half = max(HALF, 3.0 * abs(by))
    at = [x + half * (2.0 * i / POINTS - 1.0) for i in range(POINTS + 1)]
    heights = [recorded.at(name, number) for number in at]
    low, high = _span([y for y in [*heights, f] if math.isfinite(y)])

    def place(x_: float, y: float) -> list[float] | None:
        share = (y - low) / (high - low)
        if not math.isfinite(share):
            return None
        return [(x_ - x + half) / (2.0 * half), min(max(share, -9.0), 9.0)]

    ends = [place(x + side * half, f + side * half * gradient) for side in (-1.0, 1.0)]
    return {
        "points": [place(*pair) for pair in zip(at, heights, strict=True)],
        "tangent": ends if all(ends) else None,
        "here": place(x, f),
        "moved": place(x + by, recorded.at(name, x + by)),
        "told": place(x + by, f + gradient * by),
        "low": coarse(low),
        "high": coarse(high),
        "left": coarse(x - half),
        "right": coarse(x + half),
    }


def _span(heights: list[float]) -> tuple[float, float]:
    """The lowest and the highest number of the chart, with some room."""
    low, high = min(heights, default=0.0), max(heights, default=0.0)
    room = 0.08 * (high - low) or max(abs(high) * 0.1, 0.5)
    return (low - room, high + room) if math.isfinite(high - low + room) else (-1.0, 1.0)
