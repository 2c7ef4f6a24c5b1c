"""How far rounding may put numbers off: a recorded graph run again, and a running error analysis.

Vocabulary: a *recording* is the graph that one call of a function has left, as a list of steps over
places. Another call of the same function *records alike* if it left the same steps with the same
constants; then the function did there what it did here, and branched and rounded nowhere else. A
run may let the result of every operation *slip* by up to an ulp, at random: what the root changes
by is a sample of its rounding error. Partials are not used, so a wrong derivative cannot hide in
it. Source: J. Vignes, "A stochastic arithmetic for reliable scientific computation", Math. Comput.
Simulation 35 (1993).

In the error analysis a *bound* on its error runs beside every number. Going up, the bound of a
result is what the bounds of its operands come to through its slopes, and its own rounding. Going
down, that of an adjoint is what rounding and the errors of adjoints and of local derivatives do to
its contributions. So the bound of a gradient is a small part of the sum of its *path products*,
each taken by its size: where they cancel out, it tells how much of the rest is rounding.

What is under test must not widen the bound that it is held to. So each local derivative is compared
with a difference of its row, and where they do not agree to a factor of two, there is no bound.
Neither is there one where large contributions cancel out and leave a small one *hidden*, less than
their rounding: whether that is right, nobody could tell.

Source: J. H. Wilkinson, "Error analysis revisited", IMA Bulletin 22 (1986); N. J. Higham, "Accuracy
and Stability of Numerical Algorithms", 2nd ed., section 3.3.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from autograd_mini.graph import Node
    from autograd_mini.rows import Op

    Step = tuple[Op, tuple[int, ...], int]
    """A row, its operands' places, and the place of its result."""

SLIP = 2.0**-52

LINEAR = ("add", "sub", "neg", "sum", "affine")
"""Rows that hand the rounding of their operands on as it is."""


def slip(rng: Random) -> float:
    """A factor that moves a number by up to an ulp."""
    return 1.0 + SLIP * (2.0 * rng.random() - 1.0)


class Recording:
    """What a call has recorded: its inputs, its constants, and what was done with them.

    The inputs have the first places, whether they are used or not; constants and results have the
    places after them, in the order of the graph.

    Attributes:
        count: how many inputs there are.
        numbers: the number in each place.
        steps: for each result its row, its operands' places and its own.
        active: those of the steps that an input moves.
        root: the place of the result of all.
    """

    __slots__ = ("active", "constants", "count", "numbers", "root", "steps")

    def __init__(self, root: Node, leaves: Sequence[Node]) -> None:
        self.numbers = [leaf._data for leaf in leaves]
        self.count = len(leaves)
        self.constants: list[float] = []
        self.steps: list[Step] = []
        places = {leaf: place for place, leaf in enumerate(leaves)}
        for node in graph.order(root):
            if node in places:
                continue
            if graph.is_leaf(node):
                places[node] = self._constant(node._data)
                continue
            operands = [
                self._constant(x) if type(x) is float else places[x]
                for x in graph.raw_operands(node)
            ]
            places[node] = len(self.numbers)
            self.steps.append((node._row, tuple(operands), len(self.numbers)))
            self.numbers.append(node._data)
        self.root = places[root]
        self.active: list[Step] = []
        moving = set(range(self.count))
        for step in self.steps:
            if not moving.isdisjoint(step[1]):
                moving.add(step[2])
                self.active.append(step)

    def _constant(self, number: float) -> int:
        self.constants.append(number)
        self.numbers.append(number)
        return len(self.numbers) - 1

    def is_like(self, other: Recording) -> bool:
        """Whether the other one has the same steps and constants, whatever its inputs."""
        if self.root != other.root or self.steps != other.steps:
            return False
        pairs = zip(self.constants, other.constants, strict=True)
        return all(a == b or a != a != b != b for a, b in pairs)

    def terms(self) -> float:
        """The largest of the numbers that are added up to the root, by size.

        They may cancel out, and leave their rounding.
        """
        found, largest = {self.root}, 0.0
        for row, places, to in reversed(self.steps):
            if to in found and row.name in LINEAR:
                numbers = [abs(self.numbers[place]) for place in places]
                if row.name == "affine":
                    products = zip(numbers[:-1:2], numbers[1::2], strict=True)
                    numbers = [*[w * x for w, x in products], numbers[-1]]
                else:
                    found.update(places)
                largest = max(largest, *numbers)
        return largest

    def run(self, inputs: Sequence[float], slips: Random | None = None) -> float:
        """The number of the root at other inputs.

        A result that equals an operand up to its sign, as of max or relu, is exact and does not
        slip.
        """
        numbers = self.numbers.copy()
        numbers[: len(inputs)] = inputs
        for row, places, to in self.steps:
            operands = [numbers[place] for place in places]
            result = row.forward(*operands)
            if slips and result not in operands and -result not in operands:
                result *= slip(slips)
            numbers[to] = result
        root: float = numbers[self.root]
        return root


OWN = 4.0 * SLIP
"""How far a row's result or slope may be off by itself, relative to it."""

STEP = 2.0**-17
"""The step, relative to the operand, at which a local derivative is looked at."""


CANCELLED = 1e3
"""Contributions have cancelled out where their sum is less than so many times its bound."""


class _Adjoint:
    """What a node has received: the sum, the same of sizes, the error, the least contribution."""

    __slots__ = ("error", "least", "size", "sum")

    def __init__(self, start: float = 0.0) -> None:
        self.sum = self.size = start
        self.error = 0.0
        self.least = math.inf

    def add(self, share: float, error: float) -> None:
        self.sum += share
        self.error += error + SLIP * (abs(share) + abs(self.sum))
        if abs(share) > 2.0 * error:  # else it is rounding itself
            self.least = min(self.least, abs(share))

    @property
    def hides(self) -> bool:
        return self.least < self.error and abs(self.sum) < CANCELLED * self.error


def path_products(root: Node, leaves: Sequence[Node]) -> list[tuple[float, float]]:
    """For each leaf the sum of its path products by size, and how far rounding may put them off.

    The sum is nan, and the error inf, where they are not known.
    """
    recording = Recording(root, leaves)
    bounds = dict.fromkeys(range(recording.count), 0.0)
    for step in recording.active:
        bounds[step[2]] = _bound(step, recording.numbers, bounds)
    adjoints = {place: _Adjoint() for place in bounds}
    adjoints[recording.root] = _Adjoint(1.0)
    for step in reversed(recording.active):
        above = adjoints[step[2]]
        if not above.size:
            continue
        for place, local, off in _locals(step, recording.numbers, bounds):
            error = above.error * (abs(local) + off) + abs(above.sum) * off
            adjoints[place].size += above.size * abs(local)
            adjoints[place].add(above.sum * local, error)
    is_known = not any(adjoint.hides for adjoint in adjoints.values())
    found = [adjoints[place] for place in range(recording.count)]
    return [(x.size, x.error if is_known and x.error == x.error else math.inf) for x in found]


def _bound(step: Step, numbers: list[float], bounds: dict[int, float]) -> float:
    """How far a result may be off, given how far its operands may be."""
    row, places, to = step
    at, z = tuple([numbers[place] for place in places]), numbers[to]
    slope = row.at(z, at)
    bound = 0.0 if z in at or -z in at else OWN * abs(z)
    for i, place in enumerate(places):
        if bounds.get(place):
            bound += abs(slope(i)) * bounds[place]
    return bound


def _locals(
    step: Step, numbers: list[float], bounds: dict[int, float]
) -> Iterator[tuple[int, float, float]]:
    """For each operand that moves its node, the local derivative, and how far that may be off."""
    row, places, to = step
    at = tuple([numbers[place] for place in places])
    shifts = [bounds.get(place, 0.0) for place in places]
    slope, others = row.at(numbers[to], at), []
    for sign in (1.0, -1.0) if any(shifts) else ():
        way = tuple([x + sign * by for x, by in zip(at, shifts, strict=True)])
        others.append(row.at(row.forward(*way), way))
    for i, place in enumerate(places):
        if place in bounds:
            local = slope(i)
            off = max([abs(other(i) - local) for other in others], default=0.0)
            if not _agrees(row, at, i, local):
                off = math.inf
            yield place, local, off + OWN * abs(local)


def _agrees(row: Op, at: tuple[float, ...], i: int, local: float) -> bool:
    """Whether a difference of the row does not contradict its local derivative by a factor of 2."""
    step = STEP * abs(at[i]) or STEP
    above, below = (row.forward(*at[:i], at[i] + way, *at[i + 1 :]) for way in (step, -step))
    seen = (above - below) / (2.0 * step)
    noise = 8.0 * math.ulp(max(abs(above), abs(below))) / step
    return bool(abs(seen - local) <= 0.5 * max(abs(seen), abs(local)) + noise)
