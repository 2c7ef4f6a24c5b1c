"""A nudge: how far the result moves when one variable does, and how far its gradient says."""

from __future__ import annotations

import math
from typing import Any

from autograd_mini.expression import ExpressionError
from autograd_mini.numbers import NOISE, equals, significant
from autograd_mini.play.graph import Recorded, short
from autograd_mini.show.names import derivative

coarse = significant(3)

HALF = 2.0
"""The curve goes this far to both sides."""

POINTS = 80
"""Into so many pieces the curve is cut."""

LARGEST = 1e6
"""A larger nudge is no nudge."""


def nudged(recorded: Recorded, name: object, by: object) -> dict[str, Any]:
    """Δf beside gradient · Δ, and the curve with its tangent.

    Args:
        recorded: the graph.
        name: the variable; None takes the first.
        by: how far it moves.
    """
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
    return {
        "name": name,
        "result": result,
        "by": short(by),
        "from": short(x),
        "to": short(x + by),
        "before": short(f),
        "after": short(f + change),
        "change": _equation(f"Δ{result}", change),
        "predicted": _product(derivative(result, name), gradient, by, predicted),
        "off": short(off),
        "curve": _curve(recorded, name, gradient, by),
    }


def _equation(left: str, number: float) -> str:
    shown = short(number)
    return f"{left} {equals(shown)} {shown}"


def _product(left: str, gradient: float, by: float, predicted: float) -> str:
    shown = short(gradient), short(by), short(predicted)
    bracketed = f"({shown[1]})" if by < 0 else shown[1]
    return f"{left} · {bracketed} {equals(*shown)} {shown[0]} · {bracketed} = {shown[2]}"


def _curve(recorded: Recorded, name: str, gradient: float, by: float) -> dict[str, Any]:
    """Points in shares of the chart's width and height, both from 0 to 1, upward."""
    x, f = recorded.numbers[name], recorded.root.data
    half = max(HALF, 3.0 * abs(by))
    at = [x + half * (2.0 * i / POINTS - 1.0) for i in range(POINTS + 1)]
    heights = [recorded.at(name, number) for number in at]
    low, high = _span([y for y in heights if math.isfinite(y)], f)

    def place(x_: float, y: float) -> list[float] | None:
        share = (y - low) / (high - low)
        if not math.isfinite(share):
            return None
        return [(x_ - x + half) / (2.0 * half), min(max(share, -9.0), 9.0)]

    ends = [place(x + side * half, f + side * half * gradient) for side in (-1.0, 1.0)]
    moved = recorded.at(name, x + by)
    return {
        "points": [place(*pair) for pair in zip(at, heights, strict=True)],
        "tangent": ends if all(ends) else None,
        "here": place(x, f),
        "moved": place(x + by, moved),
        "told": place(x + by, f + gradient * by),
        "low": coarse(low),
        "high": coarse(high),
        "left": coarse(x - half),
        "right": coarse(x + half),
    }


def _span(heights: list[float], f: float) -> tuple[float, float]:
    """The lowest and the highest number of the chart, with some room."""
    known = [*heights, *([f] if math.isfinite(f) else [])] or [0.0]
    low, high = min(known), max(known)
    room = 0.08 * (high - low) or max(abs(high) * 0.1, 0.5)
    return (low - room, high + room) if math.isfinite(high - low + room) else (-1.0, 1.0)
