"""The tiers at run time: one class for each, with the same methods.

An engine holds the source generated for one structure of arguments. Its *data* is a batch in the
tier's own form, its *theta* the parameters; a *part* of the data is a run of examples.
"""

from __future__ import annotations

import linecache
import weakref
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import straight
from autograd_mini.compiler.trace import Trace, source_names
from autograd_mini.compiler.update import Update

KEPT = 7
"""So many programs that were bound last are kept beside a new one."""


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

    def mean(self, losses: Any) -> float:
        """The mean of what ``step`` returned."""

    def quiet(self) -> AbstractContextManager[Any]:
        """A block in which nan and inf are results like others, without warnings."""

    def loop(
        self, update: Update, theta: Any, states: list[Any], batches: Batched, mean: bool
    ) -> Loop:
        """The training loop, with the update of an optimiser."""


class Engine(Runner, Protocol):
    """A tier, for one structure of arguments."""

    def prepare(self, arguments: Sequence[Any]) -> Any:
        """A batch in the tier's own form, checked."""

    def copies(self, data: Any, count: int) -> tuple[Any, int]:
        """One example as often as its code is made for, and how often that is."""

    def loop_of(self, runner: Runner, update: Update, *given: Any) -> Loop:
        """The training loop of a runner whose pieces run in this tier; see :meth:`Runner.loop`."""


class Batched(Protocol):
    """Where the batches of a training loop come from."""

    def batch(self, step: int) -> tuple[Any, int]:
        """The batch of a step, counted from 0, in the runner's form, and its length."""

    def period(self) -> int | None:
        """After how many steps the same batches come again; None if they never do."""


Loop = Callable[[int, int, Sequence[float]], list[float]]
"""A function of the number of a step, from 0, the most steps to make, and the settings for the
first of them. It makes one step or more, changes theta and the states in place, and returns the
costs."""


def cost(runner: Runner, theta: Any, batch: tuple[Any, int], mean: bool) -> tuple[float, Any]:
    """The cost of a batch, and its gradient."""
    part, count = batch
    losses, gradient = runner.step(theta, part, count, 1.0 / count if mean else 1.0)
    return runner.mean(losses) * (1.0 if mean else count), gradient


def one_by_one(
    runner: Runner,
    change: Callable[..., Any],
    theta: Any,
    states: list[Any],
    batches: Batched,
    mean: bool,
) -> Loop:
    """A loop that makes its steps from Python; ``change`` is the optimiser's update."""

    def run(first: int, steps: int, settings: Sequence[float]) -> list[float]:
        value, gradient = cost(runner, theta, batches.batch(first), mean)
        moved, new = change(theta, gradient, states, *settings)
        if moved is not theta:  # else it was changed where it lies
            theta[:] = moved
            for state, numbers in zip(states, new, strict=True):
                state[:] = numbers
        return [value]

    return run


def load(source: str, name: str, namespace: dict[str, Any]) -> Any:
    """Run generated source and return the function it defines; tracebacks show its lines."""
    file = f"<compiled {name} {id(namespace):x}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), namespace)  # noqa: S102 (our own source)
    return namespace[name]


def refuse_outside(trace: Trace, k: int, cell: int, lowest: int, highest: int) -> None:
    """Raise IndexError where an index lies outside of the list that it selects from."""
    limit = trace.limits.get((k, cell))
    if limit is not None and not 0 <= lowest <= highest < limit:
        wrong = lowest if lowest < 0 else highest
        raise IndexError(f"ops.take: index {wrong} in {trace.names[k]} is outside 0 to {limit - 1}")


class Straight:
    """The tier "python"."""

    tier = "python"
    statements = 0

    def __init__(self, trace: Trace, parameters: int, gradient: bool) -> None:
        self.trace = trace
        self.order: Sequence[int] = range(parameters)
        counts = [sum(1 for _ in args.leaves(form)) for form in trace.forms]
        self.source = straight.lower(trace.recording, parameters, counts, gradient)
        self.run = load(self.source, "step", straight.namespace())

    def prepare(self, arguments: Sequence[Any]) -> Any:
        """A list of examples, each its arguments as flat lists."""
        columns = [
            args.numbers(argument, form, name)
            for argument, form, name in zip(
                arguments, self.trace.forms, self.trace.names, strict=True
            )
        ]
        for k, cell in self.trace.limits:
            indices = [row[cell] for row in columns[k]]
            refuse_outside(self.trace, k, cell, int(min(indices)), int(max(indices)))
        return list(zip(*columns, strict=True))

    def part(self, data: Any, start: int, stop: int) -> Any:
        """A slice."""
        return data[start:stop]

    def pick(self, data: Any, indices: Sequence[int]) -> Any:
        """One after the other."""
        return [data[i] for i in indices]

    def copies(self, data: Any, count: int) -> tuple[Any, int]:
        """The code is the same for every number of examples."""
        return data, 1

    def theta(self, numbers: Sequence[float]) -> list[float]:
        """The numbers as they are."""
        return list(numbers)

    def numbers(self, theta: Any) -> list[float]:
        """The numbers as they are."""
        return list(theta)

    def forward(self, theta: Any, data: Any, count: int) -> list[Any]:
        """Run the code for the results alone."""
        results: list[Any] = self.run(theta, data, 1.0)[0]
        return results

    def step(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code."""
        losses, gradient = self.run(theta, data, weight)
        return losses, gradient

    def mean(self, losses: Any) -> float:
        """The mean."""
        total: float = sum(losses)
        return total / len(losses)

    def quiet(self) -> AbstractContextManager[Any]:
        """Python's floats do not warn."""
        return nullcontext()

    def loop(self, *given: Any) -> Loop:
        """Step by step."""
        return self.loop_of(self, *given)

    def loop_of(self, runner: Runner, update: Update, *given: Any) -> Loop:
        """Step by step."""
        return one_by_one(runner, self._updater(update), *given)

    def _updater(self, update: Update) -> Callable[..., Any]:
        """The update as a function of floats, for one parameter after the other."""
        one = load(update.source(straight.template), "update", straight.namespace())

        def run(theta: Any, gradient: list[float], states: list[Any], *settings: float) -> Any:
            columns = zip(theta, gradient, *states, strict=True)
            if not states:
                return [one(p, g, *settings) for p, g in columns], []
            theta, *states = zip(*[one(*column, *settings) for column in columns], strict=True)
            return theta, states

        return run


class Grouped:
    """The tier "numpy"."""

    tier = "numpy"

    def __init__(self, trace: Trace, parameters: int, gradient: bool) -> None:
        import numpy as np

        from autograd_mini.compiler import bound, calls, numpy_rows, pipeline

        self.np, self.binding, self.calls = np, bound, calls
        self.trace = trace
        self.parameters = parameters
        self.library = numpy_rows.library()
        made = pipeline.run(trace, source_names(trace.forms, trace.names), gradient)
        self.source, _, self.given, self.batched = made[:4]
        self.order: Sequence[int] = made.order
        self.places = np.array(made.order, dtype=int)
        self.statements = made.statements
        name = "step" if gradient else "forward"
        self.run = load(self.source, name, {**self.library, **made.constants})
        self.program = made.program
        self.bound: dict[Any, Any] = {}
        """For θ, a size and a weight: how often they came, or the program bound to them."""

    def prepare(self, arguments: Sequence[Any]) -> Any:
        """The arrays that the source reads, in its order."""
        np = self.np
        arrays = []
        for k, (argument, form) in enumerate(zip(arguments, self.trace.forms, strict=True)):
            shape = args.shape_of(form)
            if shape is None:
                rows = args.numbers(argument, form, self.trace.names[k])
                arrays.append(np.array(rows, dtype=float))
            else:
                arrays.append(np.asarray(argument).reshape(len(argument), *shape))
        for k, cell in self.trace.limits:
            column = arrays[k].reshape(len(arrays[k]), -1)[:, cell]
            refuse_outside(self.trace, k, cell, int(column.min()), int(column.max()))
        return [
            np.ascontiguousarray(arrays[k], dtype=np.intp if kind == "index" else np.float64)
            for kind, k in self.given
        ]

    def part(self, data: Any, start: int, stop: int) -> Any:
        """A view."""
        return [array[start:stop] for array in data]

    def pick(self, data: Any, indices: Sequence[int]) -> Any:
        """A copy."""
        return [array[list(indices)] for array in data]

    def copies(self, data: Any, count: int) -> tuple[Any, int]:
        """The code is the same for every number of examples."""
        return data, 1

    def theta(self, numbers: Sequence[float]) -> Any:
        """An array, in the order of the layout."""
        return self.np.array(numbers, dtype=float)[self.places]

    def numbers(self, theta: Any) -> list[float]:
        """Out of the layout's order."""
        placed = self.np.zeros(self.parameters)
        placed[self.places] = theta
        found: list[float] = placed.tolist()
        return found

    def forward(self, theta: Any, data: Any, count: int) -> Any:
        """Run the code; an array of one or two axes."""
        np = self.np
        outputs = self.run(theta, *data)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        columns = []
        for output, batched in zip(outputs, self.batched, strict=True):
            rows = output if batched else np.broadcast_to(output, (count, *np.shape(output)))
            columns.append(rows.reshape(count, -1))
        if self.trace.shape is None:
            return columns[0][:, 0]
        return np.concatenate(columns, axis=1)

    def step(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code; what does not depend on the example counts for each.

        Where the same θ comes again, as in training, the program is bound to it (:mod:`bound`);
        then the results lie in buffers, and hold until the next step.
        """
        bound = self._bound(theta, data, count, weight)
        if bound is None:
            losses, gradient = self.run(theta, *data, self.np.full(count, weight))
        else:
            losses, gradient = bound(*data)
        return losses if self.batched[0] else self.np.broadcast_to(losses, (count,)), gradient

    def _bound(self, theta: Any, data: Any, count: int, weight: float) -> Any:
        """The program bound to this θ, if it has come before and its results are the same."""
        key = id(theta), count, weight
        known, step = self.bound.get(key, (None, None))
        if known is None or known() is not theta:
            self.bound = dict(list(self.bound.items())[-KEPT:])
            self.bound[key] = weakref.ref(theta), None
        elif step is None:
            step = self.binding.bind(self.program, theta, count, weight)
            plain = self.run(theta, *data, self.np.full(count, weight))
            if not self.binding.same(step(*data), plain):
                step = False
            self.bound[key] = known, step
        return step or None

    def mean(self, losses: Any) -> float:
        """The mean."""
        return float(self.np.add.reduce(losses)) / len(losses)

    def quiet(self) -> AbstractContextManager[Any]:
        """NumPy's own block."""
        return self.np.errstate(all="ignore")

    def loop(self, *given: Any) -> Loop:
        """Step by step."""
        return self.loop_of(self, *given)

    def loop_of(self, runner: Runner, update: Update, *given: Any) -> Loop:
        """Step by step; many of them without looking up where all of one structure are."""
        if runner is not self:
            return one_by_one(runner, self._updater(update), *given)
        return self._many(update, *given)

    def _many(
        self, update: Update, theta: Any, states: list[Any], batches: Batched, mean: bool
    ) -> Loop:
        change = self.calls.in_place(update, len(self.order))
        counts = 1 if update.settings[:1] == ("t",) else 0
        stopped: list[BaseException] = []
        weights: dict[int, Any] = {}

        def run(first: int, steps: int, settings: Sequence[float]) -> list[float]:
            costs: list[float] = []
            if stopped:
                raise stopped.pop()
            try:
                for k in range(first, first + steps):
                    part, count = batches.batch(k)
                    weight = 1.0 / count if mean else 1.0
                    if count not in weights:
                        weights[count] = self.np.full(count, weight)
                    losses, gradient = self.step(theta, part, count, weight)
                    change(theta, gradient, *states, *settings)
                    costs.append(float(losses.dot(weights[count])))
                    if counts:
                        settings = (settings[0] + 1.0, *settings[1:])
            except BaseException as fault:
                if not costs:
                    raise
                stopped.append(fault)  # first the steps that were made
            return costs

        return run

    def _updater(self, update: Update) -> Callable[..., Any]:
        """The update of whole arrays, where they lie."""
        change = self.calls.in_place(update, len(self.order))

        def run(theta: Any, gradient: Any, states: list[Any], *settings: float) -> Any:
            change(theta, gradient, *states, *settings)
            return theta, states

        return run
