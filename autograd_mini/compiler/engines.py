"""What the tiers have in common at run time; each is a class with these methods.

An engine holds the source generated for one structure of arguments. Its *data* is a batch in the
tier's own form, its *theta* the parameters; a *part* of the data is a run of examples.
"""

from __future__ import annotations

import linecache
import math
import operator
import weakref
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, Protocol

from autograd_mini.compiler import scalar
from autograd_mini.compiler.trace import Trace
from autograd_mini.compiler.update import Update
from autograd_mini.errors import AutogradError


class ArrayProgramError(Exception):
    """A program on arrays cannot be made or run for a batch, or its numbers are wrong."""


class RefusedError(AutogradError):
    """A tier that was asked for cannot have this function, and says what to do about it."""


class Runner(Protocol):
    """What a compiled function and a training loop ask of what runs a batch."""

    tier: str
    source: str
    statements: int
    """How many statements on arrays there are; 0 in a tier that has none."""
    order: Sequence[int]
    """The numbers of the parameters in the order of theta's cells."""

    def part(self, data: Any, start: int, stop: int) -> Any:
        """The examples from start to stop."""

    def pick(self, data: Any, indices: Sequence[int]) -> Any:
        """The examples with these numbers."""

    def theta(self, numbers: Sequence[float]) -> Any:
        """The parameters in the tier's own form, from one number for each."""

    def numbers(self, theta: Any) -> list[float]:
        """One number for each parameter; 0 for those that have no part in it."""

    def forward(self, theta: Any, data: Any, count: int) -> Any:
        """For each example its result, or the flat list of its results."""

    def step(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """The loss of each example, and the gradient of weight · their sum."""

    def each(self, theta: Any, data: Any, count: int) -> tuple[Any, Any]:
        """The loss of each example, and the gradient of each: lists or arrays."""
        losses, gradients = [], []
        for i in range(count):
            found, gradient = self.step(theta, self.part(data, i, i + 1), 1, 1.0)
            losses.append(float(found[0]))
            gradients.append(self.numbers(gradient))
        return losses, gradients

    def mean(self, losses: Any) -> float:
        """The mean of what ``step`` returned."""
        return float(sum(losses)) / len(losses)

    def quiet(self) -> AbstractContextManager[Any]:
        """A block in which nan and inf are results like others, without warnings."""
        return nullcontext()

    def loop(self, task: Task) -> Loop:
        """The training loop for a task, whose runner is this one or one with pieces of it."""


class Engine(Runner, Protocol):
    """A tier, for one structure of arguments."""

    trace: Trace

    def prepare(self, arguments: Sequence[Any]) -> Any:
        """A batch in the tier's own form, checked."""

    def cells(self, data: Any, i: int) -> list[Sequence[float]]:
        """The numbers of one example, a list for each argument; of one that is not read, none."""

    def once(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """What the generated code gives for a step, be it finite or not."""

    def finite(self, losses: Any, gradient: Any) -> bool:
        """Whether all numbers of a step are."""

    def step(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """What the code gives; what is not finite is computed again."""
        found = self.once(theta, data, count, weight)
        return found if self.finite(*found) else repaired(self, theta, data, count, weight, found)

    def copies(self, data: Any, count: int) -> tuple[Any, int]:
        """One example as often as its code is made for, and how often that is."""
        return data, 1


class Batched(Protocol):
    """Where the batches of a training loop come from."""

    def batch(self, step: int) -> tuple[Any, int]:
        """The batch of a step, counted from 0, in the runner's form, and its length."""

    def period(self) -> int | None:
        """After how many steps the same batches come again; None if they never do."""


class Task(NamedTuple):
    """What a training loop has to do.

    Attributes:
        runner: what gives losses and gradients.
        update: how the optimiser changes parameters.
        theta: the parameters, in the tier's own form.
        states: the optimiser's states likewise.
        batches: where the batches come from.
        mean: whether the cost is the mean of the losses, or their sum.
    """

    runner: Runner
    update: Update
    theta: Any
    states: list[Any]
    batches: Batched
    mean: bool


class Trained(NamedTuple):
    """What training has come to after a number of whole steps.

    Attributes:
        made: the number of steps.
        theta: the parameters in the tier's own form.
        states: the optimiser's states likewise.
        costs: the cost before each step.
    """

    made: int
    theta: Any
    states: list[Any]
    costs: list[float]


class Loop(Protocol):
    """A training loop. Parameters, states and count change together, in what nothing interrupts."""

    def run(self, steps: int, settings: Sequence[float]) -> list[float]:
        """Make one step or more, at most ``steps``; ``settings`` are those of the first.

        Returns:
            The costs.
        """

    def read(self) -> Trained:
        """What it has come to; also after an exception, whenever that came."""


def cost(runner: Runner, theta: Any, batch: tuple[Any, int], mean: bool) -> tuple[float, Any]:
    """The cost of a batch, and its gradient."""
    part, count = batch
    losses, gradient = runner.step(theta, part, count, 1.0 / count if mean else 1.0)
    return runner.mean(losses) * (1.0 if mean else count), gradient


def repaired(
    engine: Engine, theta: Any, data: Any, count: int, weight: float, found: tuple[Any, Any]
) -> tuple[Any, Any]:
    """A step some of whose numbers are not finite, with these computed as the eager engine does.

    A program sums in another order, and computes choices that are not taken; so it may give inf or
    nan where a number is right. Where a parameter is not finite, the step is left as it is.
    """
    numbers = engine.numbers(theta)
    if not all(map(math.isfinite, numbers)):
        return found
    recording = engine.trace.recording
    losses, total = [], [0.0] * len(numbers)
    for i in range(count):
        (loss,), part = engine.once(theta, engine.part(data, i, i + 1), 1, weight)
        gradient = engine.numbers(part)
        if not all(map(math.isfinite, (loss, *gradient))):
            made = scalar.numbers(recording, numbers, engine.cells(data, i))
            loss = made[recording.roots[0]]
            exact = scalar.derivatives(recording._replace(numbers=made), len(numbers)).gradient
            gradient = [weight * x for x in exact]
        losses.append(float(loss))
        total = list(map(operator.add, total, gradient))
    return losses, engine.theta(total)


def repaired_rows(engine: Engine, theta: Any, data: Any, rows: list[Any]) -> list[Any]:
    """The results of examples, those that are not finite as the eager engine computes them."""
    numbers = engine.numbers(theta)
    if not all(map(math.isfinite, numbers)):
        return rows
    recording, single = engine.trace.recording, engine.trace.shape is None
    for i, row in enumerate(rows):
        if not all(map(math.isfinite, [row] if single else row)):
            exact = scalar.numbers(recording, numbers, engine.cells(data, i))
            found = [exact[root] for root in recording.roots]
            rows[i] = found[0] if single else found
    return rows


class OneByOne:
    """A loop that makes its steps from Python; ``change`` returns new parameters and new states."""

    def __init__(self, task: Task, change: Callable[..., tuple[Any, list[Any]]]) -> None:
        self.task, self.change = task, change
        self.now = Trained(0, task.theta, task.states, [])

    def run(self, steps: int, settings: Sequence[float]) -> list[float]:
        """One step."""
        task, (made, theta, states, costs) = self.task, self.now
        value, gradient = cost(task.runner, theta, task.batches.batch(made), task.mean)
        theta, states = self.change(theta, gradient, states, *settings)
        costs.append(value)
        self.now = Trained(made + 1, theta, states, costs)
        return [value]

    def read(self) -> Trained:
        """The last assignment; a cost that was added for the next one is left out."""
        made, theta, states, costs = self.now
        return Trained(made, theta, states, costs[:made])


_forgotten: list[str] = []
"""Generated files whose functions are gone. Their lines go when the next one comes, and not from
within whatever the collector interrupts: that may be linecache, going through its files."""


def load(source: str, name: str, namespace: dict[str, Any]) -> Any:
    """Run generated source and return the function it defines; tracebacks show its lines."""
    file = f"<compiled {name} {id(namespace):x}>"
    while _forgotten:
        linecache.cache.pop(_forgotten.pop(), None)
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), namespace)  # noqa: S102 (our own source)
    function = namespace[name]
    weakref.finalize(function, _forgotten.append, file).atexit = False
    return function


def refuse_outside(trace: Trace, k: int, cell: int, lowest: int, highest: int) -> None:
    """Raise IndexError where an index lies outside of the list that it selects from."""
    limit = trace.limits.get((k, cell))
    if limit is not None and not 0 <= lowest <= highest < limit:
        wrong = lowest if lowest < 0 else highest
        raise IndexError(f"ops.take: index {wrong} in {trace.names[k]} is outside 0 to {limit - 1}")
