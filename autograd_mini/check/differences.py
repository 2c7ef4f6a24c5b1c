"""finite_difference: derivatives of any function of scalars, each with a bound on its error.

A recorded graph is what a function did at the point. A function may look at its numbers and do
another thing elsewhere (a bisection halves to the left or to the right, a table has another entry,
`round` another result), and then neither the graph nor a complex step on it knows its slope.

Vocabulary: a sample is *alike* if its call has left the same recording as the call at the point
(:mod:`autograd_mini.check.rounding`). Of another sample the *deviation* is what it is off from the
recording, run at its place; it *strays* if rounding does not explain that. The function *branches*
where one strays: beside the point, on one side of it or on both, or at the point itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograd_mini.check.calls import Function, Outcome
from autograd_mini.check.complex_step import complex_slopes
from autograd_mini.check.report import Estimate, unsettled
from autograd_mini.check.richardson import Search
from autograd_mini.check.rounding import Recording
from autograd_mini.numbers import short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from autograd_mini.check.noise import Sample

VISIBLE = 64.0
"""A deviation of so many times the noise is not rounding."""

NEAREST = 4.0
"""How near to the point, in ulps, it is asked whether f branches at the point itself."""


def finite_difference(f: Callable[..., object], inputs: object) -> tuple[Estimate, ...]:
    """∂f/∂input for each of the inputs, found from values of f alone, with a bound on the error.

    Central differences, extrapolated to step 0 over step sizes that the search finds by itself
    (:mod:`autograd_mini.check.richardson`). Where f takes Values, records a graph of analytic rows
    and has no kink or jump at the point, the result is that of a complex step, confirmed by the
    differences (:mod:`autograd_mini.check.complex_step`) and by what f records around the point.

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
    'a kink: the slope is −1 on the left and 1 on the right'
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
    recording = outcome.recording()
    exact = [None] * len(point) if recording is None else complex_slopes(recording)
    rng = Random(0)
    samplers = [Sampler(call, point, i, rng, recording) for i in range(len(point))]
    return tuple(map(estimate_by, samplers, exact))


@dataclass
class Sampler:
    """The function along one input: a number to the value there and the noise in it.

    There is no sample where f has no finite value, gives something else than a real number (a
    complex one, say) or raises, as the functions of ``math`` do outside their domains.

    Attributes:
        recording: what f has recorded at the point; None if it records nothing.
        others: (distance from the point, deviation, noise) of each sample that is not alike.
    """

    call: Callable[[list[float]], Outcome]
    point: Sequence[float]
    i: int
    rng: Random
    recording: Recording | None
    others: list[tuple[float, float, float]] = field(default_factory=list)

    def __call__(self, x: float) -> Sample | None:
        """The sample at x."""
        numbers = self._at(x)
        try:
            outcome = self.call(numbers)
        except Exception:  # noqa: BLE001 (whatever another engine raises where it has no value)
            return None
        there = outcome.recording()
        sample = self._sample(outcome.value, numbers, there)
        if sample and self.recording is not None and not (there and self.recording.is_like(there)):
            deviation = abs(self.recording.run(numbers) - outcome.value)
            self.others.append((x - self.point[self.i], deviation, sample[1]))
        return sample

    def recorded(self, x: float) -> Sample | None:
        """The same for what was recorded at the point, wherever x is."""
        assert self.recording is not None
        numbers = self._at(x)
        return self._sample(self.recording.run(numbers), numbers, self.recording)

    def _at(self, x: float) -> list[float]:
        return [*self.point[: self.i], x, *self.point[self.i + 1 :]]

    def _sample(
        self, value: float, numbers: list[float], recording: Recording | None
    ) -> Sample | None:
        if not math.isfinite(value):
            return None
        noise = math.ulp(value)
        if recording is not None:
            noise = max(noise, abs(recording.run(numbers, self.rng) - value))
        return value, noise if noise < math.inf else abs(value)

    def sides_with_strays(self) -> set[bool]:
        """On which sides a sample strays: True for the right."""
        return {far > 0.0 for far, off, noise in self.others if not off <= VISIBLE * noise}

    def doubt(self) -> float:
        """How far the slopes of f and of the recording may be apart where no sample strays."""
        slopes = [VISIBLE * noise / abs(far) for far, _, noise in self.others if far]
        return min(slopes, default=0.0)

    def branches_at_the_point(self) -> bool:
        """Whether f records another thing right beside the point."""
        x = self.point[self.i]
        near = max(NEAREST * math.ulp(x), 1e-300)
        before = len(self.others)
        return None in (self(x - near), self(x + near)) or len(self.others) > before


def estimate_by(sample: Sampler, exact: Estimate | None) -> Estimate:
    """The slope along one input, given what a complex step on the recording says of it, if it does.

    A complex step sharpens what the differences say where f does around the point what it has
    recorded, on one side at the least. Else it can only contradict them.
    """
    x = sample.point[sample.i]
    recording = sample.recording
    search = Search(sample, x, recording is not None, recording.terms() if recording else 0.0)
    seen = search.estimate()
    if not sample.others:
        return confirmed(exact, seen)
    if not sample.sides_with_strays():
        if exact is not None:
            exact.error += sample.doubt()
        return confirmed(exact, seen)
    at_the_point = sample.branches_at_the_point()
    if len(sample.sides_with_strays()) == 1 and not at_the_point:
        seen = search.result(is_beside=True)
        return confirmed(exact if seen.settled else None, seen)
    seen = Search(sample, x).estimate()  # the noise that is recorded is not all there is
    if not seen.settled:
        reason = f"{seen.reason}; f branches on its inputs, or rounds: it records different things"
        return unsettled(seen.obstacle, reason, seen.value, seen.slope)
    recorded = exact or Search(sample.recorded, x, noise_is_known=True).estimate()
    both = confirmed(recorded, seen)
    return seen if both.settled and at_the_point else both


def confirmed(exact: Estimate | None, seen: Estimate) -> Estimate:
    """The better estimate, or none if differences see a kink, a jump, another slope, or no f."""
    if exact is None or not exact.settled or seen.obstacle in ("kink", "jump", "undefined"):
        return seen
    if seen.settled and not abs(exact.value - seen.value) <= exact.error + seen.error:
        what = "a complex step" if exact.method == "complex step" else "what it records"
        reason = (
            f"{what} gives {short(exact.value, 9)} and differences "
            f"{short(seen.value, 9)} ± {short(seen.error, 2)}: "
            "f does not compute the same thing around the point; it branches, or rounds"
        )
        return unsettled("unsettled", reason, seen.value, seen.slope)
    exact.slope = seen.slope
    return min(exact, seen, key=lambda estimate: estimate.error)
