"""The worst errors of a row: of its value, and of its first and second derivatives through grad.

Vocabulary: the *orders* 0, 1 and 2 are the value, the first and the second derivatives; what is
allowed of each is in ``ALLOWED``. A *witness* is a point with the error there. *Next to a zero* of
a function, where it is smaller than a sixteenth of the largest of the terms whose sum it is, the
error is measured in units of that term, of which ``ALLOWED_OF_TERM`` are all that is allowed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mpmath import mp

from autograd_mini import Value, grad, ops
from tests.accuracy.points import Point
from tests.accuracy.references import DIGITS, Of, order_of, orders
from tests.accuracy.references import derivatives as exact_derivatives
from tests.accuracy.ulps import error, error_in_units_of

EXACT = ("add", "sub", "mul", "div", "sqrt")
"""Rows whose values are rounded correctly."""

ALLOWED = (2.0, 4.0, 8.0)
ALLOWED_OF_TERM = 4.0

NEXT_TO_ZERO = 1.0 / 16.0

Row = Callable[..., Any]
Computed = dict[Of, float]
"""The value under (), ∂/∂xᵢ under (i,), ∂²/∂xᵢ∂xⱼ under (i, j)."""


class Witness(NamedTuple):
    """An error in units in the last place, where it was found, and of which derivative."""

    ulps: float
    at: Point
    of: Of


def allowed(name: str, order: int) -> float:
    """How many units in the last place a row may be off.

    A row that is itself a derivative, as its name says, is allowed what that derivative is.
    """
    if order == 0 and name in EXACT:
        return 0.5
    return ALLOWED[min(order + order_of(name), 2)]


def worst(name: str, points: Iterable[Point], row: Row | None = None) -> list[Witness]:
    """For each order the worst witness among the points inside the row's domain.

    Args:
        name: of the row, for its reference.
        points: where to look.
        row: what to measure in the row's place; a faulty copy, say.
    """
    found: dict[int, Witness] = {}
    with mp.workdps(DIGITS):
        for point in points:
            computed = derivatives(row or ops.TABLE[name], point, orders(name))
            for witness in errors(name, point, computed):
                if is_worse(witness, found.get(len(witness.of))):
                    found[len(witness.of)] = witness
    return [found[order] for order in sorted(found)]


def is_worse(witness: Witness, than: Witness | None) -> bool:
    """Whether an error is larger than another; a nan is the largest."""
    return than is None or not witness.ulps <= than.ulps


def errors(name: str, point: Point, computed: Computed) -> list[Witness]:
    """The errors of a value and its derivatives; none where the point lies outside the domain."""
    exact = exact_derivatives(name, [mp.mpf(x) for x in point], max(map(len, computed)))
    if () not in exact:
        return []
    found = []
    for of, number in computed.items():
        if of not in exact:
            continue
        truth, term = exact[of].number, abs(exact[of].term)
        ulps = error(number, truth)
        if abs(truth) < NEXT_TO_ZERO * term:
            ulps = error_in_units_of(term, number, truth) / ALLOWED_OF_TERM * ALLOWED[len(of)]
        found.append(Witness(ulps, point, of))
    return found


def derivatives(row: Row, point: Point, orders: int = 2) -> Computed:
    """The value, ∂z/∂xᵢ and ∂²z/∂xᵢ∂xⱼ of a row at a point, by grad and by grad of grad."""
    operands = [Value(x) for x in point]
    z = row(*operands)
    found: Computed = {(): z.data}
    for i, slope in enumerate(grad(z, operands) if orders else ()):
        found[i,] = slope.data
        for j, curvature in enumerate(grad(slope, operands) if orders > 1 else ()):
            found[i, j] = curvature.data
    return found


def is_within(name: str, witness: Witness) -> bool:
    """Whether the error is allowed."""
    return not math.isnan(witness.ulps) and witness.ulps <= allowed(name, len(witness.of))
