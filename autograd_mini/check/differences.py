"""finite_difference: derivatives of any function of scalars, each with a bound on its error."""

from __future__ import annotations

import math

from autograd_mini.check.calls import Function, Outcome, sampler
from autograd_mini.check.complex_step import complex_slopes
from autograd_mini.check.estimate import Estimate, unsettled
from autograd_mini.check.richardson import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def finite_difference(f: Callable[..., Any], inputs: Any) -> tuple[Estimate, ...]:
    """∂f/∂input for each of the inputs, found from values of f alone, with a bound on the error.

    Central differences, extrapolated to step 0 over step sizes that the search finds by itself
    (:mod:`autograd_mini.check.richardson`). Where f takes Values, records a graph of analytic rows
    and has no kink or jump at the point, the result is that of a complex step, confirmed by the
    differences (:mod:`autograd_mini.check.complex_step`).

    Args:
        f: called as ``f(x₁, x₂, …)`` with Values, or with floats if it does not take Values;
            returns one scalar: a Value, a number, or anything with ``.item()`` or ``.data``.
        inputs: the point: a list of numbers or Values, one for each argument.

    Returns:
        For each input an :class:`Estimate`, which unpacks as ``value, error``. Where there is a
        kink, a jump or no finite value, the error is inf and ``.reason`` says why.

    Raises:
        TypeError: f returns no scalar, or an input is not a number.
        ValueError: there are no inputs, or f changes them.

    >>> import math
    >>> ((value, error),) = finite_difference(math.exp, [1.0])
    >>> abs(value - math.e) <= error < 1e-12
    True
    >>> finite_difference(abs, [0.0])[0].reason
    'a kink: the slope is -1 on the left and 1 on the right'
    """
    function = Function(f, inputs, "finite_difference")
    function.choose_kind("values", "floats")
    return estimates(function, function.point, function(function.point))


def estimates(
    call: Callable[[Sequence[float]], Outcome], point: Sequence[float], outcome: Outcome
) -> tuple[Estimate, ...]:
    """The estimates for a function whose outcome at the point is known."""
    from random import Random  # only who checks needs it

    if not all(map(math.isfinite, [*point, outcome.value])):
        what = "the point" if math.isfinite(outcome.value) else f"its value {outcome.value!r}"
        return tuple(unsettled("undefined", f"{what} is not finite") for _ in point)
    exact: list[Estimate | None] = [None for _ in point]
    if outcome.root is not None:
        exact = complex_slopes(outcome.root, outcome.leaves)
    known = outcome.root is not None
    rng = Random(0)
    found = []
    for i, x in enumerate(point):
        seen = Search(sampler(call, point, i, rng), x, noise_is_known=known).estimate()
        found.append(_confirmed(exact[i], seen))
    return tuple(found)


def _confirmed(exact: Estimate | None, seen: Estimate) -> Estimate:
    """The better estimate, or none if the differences see a kink, a jump or another slope."""
    if exact is None or seen.obstacle in ("kink", "jump"):
        return seen
    if seen.settled and not abs(exact.value - seen.value) <= exact.error + seen.error:
        reason = (
            f"a complex step gives {exact.value:.9g} and differences {seen.value:.9g} "
            f"± {seen.error:.1e}: f does not compute the same thing around the point"
        )
        return unsettled("unsettled", reason, seen.value, seen.slope)
    exact.slope = seen.slope
    return min(exact, seen, key=lambda estimate: estimate.error)
