"""Random graphs over all rows of the table, and their truth at eighty digits.

Vocabulary:

- *dag*: leaf numbers and steps; a step is a row's name and its operands, each the place of an
  earlier number or a plain number. Places are used again and again (fan-out), and everything that
  nothing else uses is added up at the end, so that the root depends on all of it.
- *truth*: the value and, by central differences at eighty digits with a step of 10⁻²⁵, the
  derivatives of the same steps over references (:mod:`tests.references`).
- *tolerance*: what rounding may do. The truth is computed again while every use of every number is
  off by a few units in its last place, at random; the tolerance is a multiple of what that changes.
  It grows with the condition of the graph and knows nothing of the engine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mpmath import mp

from autograd_mini import Value, ops
from autograd_mini.rows import Op
from tests.accuracy.references import Number
from tests.references import REFERENCES

DIGITS = 80
STEP = mp.mpf(10) ** -25
SLIP = 2.0**-51
"""How far each use of a number may be off: four units in the last place at most."""
TRIALS = 4

Operand = int | float
"""The place of an earlier number (int) or a plain number (float)."""


class Dag(NamedTuple):
    """A graph as a recipe that any engine can follow."""

    seed: int
    leaves: list[float]
    steps: list[tuple[str, tuple[Operand, ...]]]

    def __str__(self) -> str:
        lines = [f"seed {self.seed}, leaves {self.leaves!r}"]
        for place, (name, operands) in enumerate(self.steps, len(self.leaves)):
            said = [f"#{x}" if isinstance(x, int) else repr(x) for x in operands]
            lines.append(f"  #{place} = {name}({', '.join(said)})")
        return "\n".join(lines)


class Truth(NamedTuple):
    """A number with what rounding may do to it."""

    value: Number
    tolerance: float

    def allows(self, computed: float) -> bool:
        return bool(abs(mp.mpf(computed) - self.value) <= self.tolerance)


def random_dag(seed: int, most: int = 25, names: Sequence[str] = ()) -> Dag:
    """A dag of up to ``most`` steps over the named rows, all of the table by default."""
    rng = random.Random(seed)
    values = [rng.uniform(-3, 3) for _ in range(rng.randint(1, 4))]
    leaves = list(values)
    steps: list[tuple[str, tuple[Operand, ...]]] = []
    for _ in range(rng.randint(1, most)):
        name = rng.choice(list(names) or list(ops.TABLE))
        operands = _operands(rng, ops.TABLE[name], values)
        if ops.TABLE[name].kinks and 0.0 in [_resolved(x, values) for x in operands]:
            continue  # what is computed at a kink is what the row has chosen
        steps.append((name, operands))
        values.append(applied(name, [_resolved(x, values) for x in operands]))
    used = {x for _, operands in steps for x in operands if isinstance(x, int)}
    loose = [place for place in range(len(values)) if place not in used]
    if len(loose) > 1:
        steps.append(("sum", tuple(loose)))
    return Dag(seed, leaves, steps)


def _operands(rng: random.Random, row: Op, values: list[float]) -> tuple[Operand, ...]:
    domain = list(row.domain)
    if row.arity is None:
        domain *= 2 * rng.randint(1, 3) + 1
    return tuple(_operand(rng, low, high, values) for low, high in domain)


def _operand(rng: random.Random, low: float, high: float, values: list[float]) -> Operand:
    """Mostly an earlier number inside the interval, sometimes (or for want of one) a new one."""
    inside = [place for place, value in enumerate(values) if low <= value <= high]
    if not inside or rng.random() < 0.15:
        return rng.uniform(low, high)
    return rng.choice(inside[-6:] if rng.random() < 0.5 else inside)


def _resolved(operand: Operand, values: Sequence[Any]) -> Any:
    return values[operand] if isinstance(operand, int) else operand


def applied(name: str, operands: Sequence[Any]) -> Any:
    """Apply a row in its own calling convention, by the operator where it has one."""
    row: Any = ops.TABLE[name]
    if name == "affine":
        return row(operands[0:-1:2], operands[1::2], operands[-1])
    if name in OPERATORS:
        return OPERATORS[name](*operands)
    return row(operands) if row.arity is None else row(*operands)


OPERATORS: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
}


def run(dag: Dag, leaves: Sequence[Any], apply: Callable[[str, Sequence[Any]], Any]) -> Any:
    """Follow the recipe: the root of the graph over ``leaves``."""
    made = list(leaves)
    for name, operands in dag.steps:
        made.append(apply(name, [_resolved(x, made) for x in operands]))
    return made[-1]


def function_of(dag: Dag) -> Callable[..., Any]:
    """The dag as a function of its leaves, over floats or Values."""

    def dag_function(*leaves: Any) -> Any:
        return run(dag, leaves, applied)

    return dag_function


def built(dag: Dag) -> tuple[list[Value], Any]:
    """The leaves as Values, and the root (a float where the dag uses none of them)."""
    leaves = [Value(x) for x in dag.leaves]
    return leaves, run(dag, leaves, applied)


def exact(dag: Dag, leaves: Sequence[Number], apply: Any = None) -> Number:
    """The root at high precision."""
    return run(dag, leaves, apply or (lambda name, xs: REFERENCES[name](*map(mp.mpf, xs))))


class Slips:
    """An inexact engine: every use of a number is off at random, and so is its derivative.

    The number x arrives as x·(1 + a) + b·(x − x₀), where x₀ is what it is at the point itself. a
    and b are drawn once for each use, so that differences see one smooth function.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.centres: list[Number] = []
        self.begin()

    def begin(self) -> None:
        """Start another evaluation; the first one must be at the point itself."""
        self.rng = random.Random(self.seed)
        self.uses = 0

    def apply(self, name: str, operands: Sequence[Any]) -> Number:
        return self.use(REFERENCES[name](*[self.use(mp.mpf(x)) for x in operands]))

    def use(self, x: Number) -> Number:
        if self.uses == len(self.centres):
            self.centres.append(x)
        centre = self.centres[self.uses]
        self.uses += 1
        a, b = self.rng.uniform(-SLIP, SLIP), self.rng.uniform(-SLIP, SLIP)
        return x * (1 + mp.mpf(a)) + mp.mpf(b) * (x - centre)


def truth(dag: Dag) -> tuple[Truth, list[Truth]]:
    """The value of the root and its derivatives with respect to the leaves."""
    with mp.workdps(DIGITS):
        value, slopes = _value_and_slopes(dag, None)
        trials = [_value_and_slopes(dag, Slips(dag.seed * TRIALS + k)) for k in range(TRIALS)]
        return (
            _toleranced(value, [trial for trial, _ in trials]),
            [_toleranced(slope, [t[i] for _, t in trials]) for i, slope in enumerate(slopes)],
        )


def _value_and_slopes(dag: Dag, slips: Slips | None) -> tuple[Number, list[Number]]:
    def at(leaves: list[Number]) -> Number:
        if slips is None:
            return exact(dag, leaves)
        slips.begin()
        return exact(dag, leaves, slips.apply)

    leaves = [mp.mpf(x) for x in dag.leaves]
    value = at(leaves)
    slopes = []
    for i in range(len(leaves)):
        below, above = list(leaves), list(leaves)
        below[i] -= STEP
        above[i] += STEP
        slopes.append((at(above) - at(below)) / (2 * STEP))
    return value, slopes


def _toleranced(number: Number, trials: list[Number]) -> Truth:
    spread = max(abs(trial - number) for trial in trials)
    return Truth(number, float(4 * spread + abs(number) * mp.mpf(2) ** -50) + 1e-300)
