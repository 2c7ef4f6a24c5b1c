"""finite_difference: derivatives of any function of scalars, each with a bound on its error."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini.check.branches import Sampler, estimate_by
from autograd_mini.check.calls import Function, Outcome
from autograd_mini.check.complex_step import complex_slopes
from autograd_mini.check.estimate import Estimate, unsettled
from autograd_mini.check.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def finite_difference(f: Callable[..., Any], inputs: Any) -> tuple[Estimate, ...]:
    """∂f/∂input for each of the inputs, found from values of f alone, with a bound on the error.

    Central differences, extrapolated to step 0 over step sizes that the search finds by itself
    (:mod:`autograd_mini.check.richardson`). Where f takes Values, records a graph of analytic rows
    and has no kink or jump at the point, the result is that of a complex step, confirmed by the
    differences (:mod:`autograd_mini.check.complex_step`) and by what f records around the point
    (:mod:`autograd_mini.check.branches`).

    Args:
        f: called as ``f(x₁, x₂, …)`` with Values, or with floats if it does not take Values;
            returns one scalar: a Value, a number, or anything with ``.item()`` or ``.data``.
        inputs: the point: a list with a number, a Value, or a nested list of them for each
            argument. Where f takes one argument, several inputs are the list ``f(xs)`` takes.

    Returns:
        For each number in the inputs, in their order, an :class:`Estimate`, which unpacks as
        ``value, error``. Where there is a kink, a jump or no finite value, the error is inf and
        ``.reason`` says why.

    Raises:
        TypeError: f returns no scalar, or an input is not a number.
        ValueError: there are no inputs, or f changes them.

    >>> import math
    >>> ((value, error),) = finite_difference(math.exp, [1.0])
    >>> abs(value - math.e) <= error < 1e-12
    True
    >>> finite_difference(abs, [0.0])[0].reason
    'a kink: the slope is -1 on the left and 1 on the right'
    >>> [round(slope.value, 9) for slope in finite_difference(lambda xs: xs[0] * xs[1], [2.0, 3.0])]
    [3.0, 2.0]
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
    recording = None
    if outcome.root is not None:
        exact = complex_slopes(outcome.root, outcome.leaves)
        recording = Recording(outcome.root, outcome.leaves)
    rng = Random(0)
    samplers = [Sampler(call, point, i, rng, recording) for i in range(len(point))]
    return tuple(map(estimate_by, samplers, exact))
