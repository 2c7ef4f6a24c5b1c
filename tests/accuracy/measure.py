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
from tests.accuracy.references import DIGITS, REFERENCES, Reference
from tests.accuracy.ulps import error, error_in_units_of

EXACT = ("add", "sub", "mul", "div", "sqrt")
"""Rows whose values are rounded correctly."""

ALLOWED = (2.0, 4.0, 8.0)
ALLOWED_OF_TERM = 4.0

NEXT_TO_ZERO = 1.0 / 16.0

Row = Callable[..., Any]
Computed = dict[tuple[int, ...], float]
"""The value under (), ∂/∂xᵢ under (i,), ∂²/∂xᵢ∂xⱼ under (i, j)."""


class Witness(NamedTuple):
    """An error in units in the last place, where it was found, and of which derivative."""

    ulps: float
    at: Point
    of: tuple[int, ...]


def allowed(name: str, order: int) -> float:
    """How many units in the last place a row may be off.

    A row that is itself a derivative, as its name says, is allowed what that derivative is.
    """
    if order == 0 and name in EXACT:
        return 0.5
    return ALLOWED[min(order + order_of(name), 2)]


def order_of(name: str) -> int:
    """Which derivative a row is: 1 for gelu_d and pow_dx, 2 for gelu_dd and pow_dxy, else 0."""
    letters = name.rpartition("_")[2]
    if not letters.startswith("d") or not set(letters) <= set("dxy"):
        return 0
    return len(letters) - (not set(letters) <= set("d"))


def worst(name: str, points: Iterable[Point], row: Row | None = None) -> list[Witness]:
    """For each order the worst witness among the points inside the row's domain.

    Args:
        name: of the row, for its reference.
        points: where to look.
        row: what to measure in the row's place; a faulty copy, say.
    """
    reference = REFERENCES[name]
    found: dict[int, Witness] = {}
    with mp.workdps(DIGITS):
        for point in points:
            computed = derivatives(row or ops.TABLE[name], point, reference)
            for witness in errors(reference, point, computed):
                if is_worse(witness, found.get(len(witness.of))):
                    found[len(witness.of)] = witness
    return [found[order] for order in sorted(found)]


def is_worse(witness: Witness, than: Witness | None) -> bool:
    """Whether an error is larger than another; a nan is the largest."""
    return than is None or not witness.ulps <= than.ulps


def errors(reference: Reference, point: Point, computed: Computed) -> list[Witness]:
    """The errors of a value and its derivatives; none where the point lies outside the domain."""
    exact = [mp.mpf(x) for x in point]
    if not reference.inside(*exact) or _truth(reference.value, exact) is None:
        return []
    found = []
    for of, number in computed.items():
        truth = _truth(reference.derivative(of), exact)
        if truth is None:
            continue
        ulps = error(number, truth)
        term = reference.terms.get(of)
        if term is not None and abs(truth) < NEXT_TO_ZERO * abs(size := term(*exact)):
            ulps = error_in_units_of(size, number, truth) / ALLOWED_OF_TERM * ALLOWED[len(of)]
        found.append(Witness(ulps, point, of))
    return found


def _truth(function: Callable[..., Any], exact: list[Any]) -> Any:
    """The reference's number; None at a pole, outside the domain and at a kink."""
    try:
        truth = mp.mpmathify(function(*exact))
    except (ZeroDivisionError, ValueError):
        return None
    return truth if isinstance(truth, mp.mpf) and mp.isfinite(truth) else None


def derivatives(row: Row, point: Point, reference: Reference) -> Computed:
    """The value, ∂z/∂xᵢ and ∂²z/∂xᵢ∂xⱼ of a row at a point, by grad and by grad of grad."""
    operands = [Value(x) for x in point]
    z = row(*operands)
    found: Computed = {(): z.data}
    if not reference.first:
        return found
    for i, slope in enumerate(grad(z, operands)):
        found[(i,)] = slope.data
        if reference.second:
            for j, curvature in enumerate(grad(slope, operands)):
                found[(i, j)] = curvature.data
    return found


def is_within(name: str, witness: Witness) -> bool:
    """Whether the error is allowed."""
    return not math.isnan(witness.ulps) and witness.ulps <= allowed(name, len(witness.of))
