"""What is known of a function for one structure of its arguments, before a tier is chosen.

Vocabulary: the *trace* holds the recording, what the arguments look like, and the eager engine's
own answer for the example that was recorded. Every program is checked against it before it is used
(:mod:`~autograd_mini.compiler.reference`).
"""

from __future__ import annotations

import gc
import math
import random
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from autograd_mini import nested
from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import record, repeats, scalar
from autograd_mini.compiler.normal import Normal
from autograd_mini.compiler.record import Tape
from autograd_mini.compiler.recording import PARAMETER, Check, Recording
from autograd_mini.compiler.scalar import Derivatives
from autograd_mini.compiler.traced import TAKE
from autograd_mini.real import shown
from autograd_mini.value import Value

TOLERANCE = 1e-10
"""Allowed at the example, times the size of what was computed: a wrong program is far off."""

SMALLEST = 1e-300
"""Numbers this small have few digits."""

SEED = 20


Results = tuple["Results", ...] | None
"""How the results are nested; None for one."""


class Trace(NamedTuple):
    """The hand-over to the tiers.

    Attributes:
        recording: what the function did.
        forms: the form of each argument of one example.
        names: what the arguments are called.
        shape: the structure of the results: None for one, else a nested tuple of them.
        limits: for each argument and cell that selects, the length of the shortest list.
        checks: what else the function asks of its arguments.
        example: the example that was recorded.
        theta: what the parameters were then.
        results: the eager engine's results for it.
        used: the parameters that the results depend on.
        order: how the parameters lie, if other programs share them.
        form: the recording in normal form, once it is known.
        constants: the Values that are constants in it, with their numbers.
        folded: the recording with its loops folded, once they have been looked for.
    """

    recording: Recording
    forms: tuple[args.Form, ...]
    names: tuple[str, ...]
    shape: Results
    limits: dict[tuple[int, int], int]
    checks: list[Check]
    example: tuple[Any, ...]
    theta: list[float]
    results: list[float]
    used: list[int]
    order: tuple[int, ...] = ()
    form: Normal | None = None
    constants: tuple[tuple[weakref.ref[Value], float], ...] = ()
    folded: Recording | None = None

    @property
    def loops(self) -> bool:
        """Whether loops were found in the recording."""
        return self.folded is not None and bool(self.folded.loops)

    @property
    def derivatives(self) -> Derivatives | None:
        """The gradient for the example, and how exact it can be; None of several results."""
        one = self.shape is None and self.recording.rows[self.recording.roots[0]].arity != 0
        return scalar.derivatives(self.recording, len(self.theta)) if one else None

    def wrong(self, results: Sequence[float], gradient: Sequence[float] | None) -> str:
        """What differs from the eager engine at the recorded example; "" if nothing does."""
        known = None if gradient is None else self.derivatives
        size = known.condition if known is not None else max(map(abs, self.results))
        if not all(
            _near(x, y, TOLERANCE * size) for x, y in zip(results, self.results, strict=True)
        ):
            return "the results"
        if gradient is None or known is None:
            return ""
        columns = zip(gradient, known.gradient, known.sizes, strict=True)
        near = all(_near(x, y, TOLERANCE * size) for x, y, size in columns)
        return "" if near else "the gradient"


def _near(x: float, y: float, bound: float) -> bool:
    if not math.isfinite(y):
        return True
    return abs(x - y) <= bound + SMALLEST if math.isfinite(bound) else math.isfinite(x)


class Point(NamedTuple):
    """Parameters, and for each argument its numbers, left to right."""

    theta: list[float]
    cells: list[list[float]]


def points(trace: Trace) -> list[Point]:
    """The example, and two points that share their parameters: near it, and beyond 0.

    At the example a derivative may be 0 by accident, and hide what is wrong: so arguments and
    parameters are moved, with a fixed seed.
    """
    rng = random.Random(SEED)
    example = [nested.elements(x) for x in trace.example]
    theta = [x * (1.0 + 0.2 * rng.random()) + 0.02 * rng.uniform(-1, 1) for x in trace.theta]
    kept = {leaf for check in trace.checks for leaf in check.recording.leaves}
    found = [Point(trace.theta, [list(map(float, cells)) for cells in example])]
    for side in (1.0, -1.0):
        moved = []
        for k, (cells, form) in enumerate(zip(example, trace.forms, strict=True)):
            row = []
            for cell, (x, kind) in enumerate(zip(cells, nested.elements(form), strict=True)):
                if (k, cell) in trace.limits:
                    row.append(float(rng.randrange(trace.limits[k, cell])))
                elif kind is int or (k, cell) in kept:
                    row.append(float(x))
                else:
                    row.append(side * x * (1.0 + 0.2 * rng.random()) + 0.1 * rng.uniform(-1, 1))
            moved.append(row)
        found.append(Point(theta, moved))
    return found


def trace(
    fn: Callable[..., Any],
    params: Sequence[Value],
    example: Sequence[Any],
    forms: Sequence[args.Form],
    names: Sequence[str],
) -> Trace:
    """Run the function once on traced numbers.

    Raises:
        TracingError: it reads a number, or uses a Value that it was not given.
        ValueError: a loss refuses the example.
        TypeError: it returns something other than a Value or a nested list of Values.
    """

    def run(tape: Tape) -> tuple[Tape, Results, list[Value], Recording]:
        roots: list[Value] = []
        shape = _structure(_result(fn, example, forms, names, tape), roots)
        return tape, shape, roots, record.finished(tape, roots)

    with _collector_off():
        tape, shape, roots, recording = record.recorded(params, run)
        for check in tape.checks:
            check.refuse_rows([[nested.elements(x) for x in example]])
        if tape.made_here:  # in another run the function must make others
            again = record.recorded(params, run)[0]
            for key in tape.made_here.keys() & again.made_here.keys():
                raise tape.made_here[key][1]
        folded = repeats.folded(recording)
    leaves = zip(recording.rows, recording.leaves, strict=True)
    used = sorted(leaf for row, leaf in leaves if row is PARAMETER)
    return Trace(
        recording,
        tuple(forms),
        tuple(names),
        shape,
        _limits(recording),
        tape.checks,
        tuple(example),
        [p._data for p in params],
        [root._data for root in roots],
        used,
        constants=tuple(tape.constants.items()),
        folded=folded,
    )


def _result(
    fn: Callable[..., Any],
    example: Sequence[Any],
    forms: Sequence[args.Form],
    names: Sequence[str],
    tape: Tape,
) -> object:
    """What the function returns.

    Raises:
        TracingError, IndexError: it was refused something, whatever became of that inside of it.
    """
    given = []
    for k, (x, form, name) in enumerate(zip(example, forms, names, strict=True)):
        numbers = iter(enumerate(nested.elements(x)))

        def make(text: str, integer: bool, k: int = k, numbers: Any = numbers) -> Value:
            place, number = next(numbers)
            return tape.argument(float(number), (k, place), text, integer)

        given.append(args.build(form, make, name))
    try:
        result = fn(*given)
    except Exception as fault:
        if tape.refusals and type(fault) is not type(tape.refusals[0]):
            raise tape.refusals[0] from fault
        raise
    if tape.refusals:
        raise tape.refusals[0]
    return result


def _structure(result: object, roots: list[Value]) -> Results:
    """The structure of the result; its Values are appended to the roots."""
    if isinstance(result, (list, tuple)):
        return tuple(_structure(item, roots) for item in result)
    if not isinstance(result, Value):
        raise TypeError(
            "compile: the function must return a Value, or a nested list of Values, not "
            f"{type(result).__name__} {shown(result)}"
        )
    roots.append(result)
    return None


def _limits(recording: Recording) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for row, operands in zip(recording.rows, recording.operands, strict=True):
        if row is TAKE:
            cell = recording.leaves[operands[0]]
            found[cell] = min(found.get(cell, len(operands)), len(operands) - 1)
    return found


@contextmanager
def _collector_off() -> Iterator[None]:
    """Recording makes many objects and no cycles, so the collector only costs time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
