"""The whole training loop in the backend.

Vocabulary: θ and the optimiser's state stay in the tier's own form from the first step to the last;
then, also after an exception, both are written back into the Values and the optimiser. They are
written *as one*: whenever Ctrl-C comes, what is found afterwards is the state after some number of
whole steps. What CPython does inside of one call of a function in C, no signal interrupts.
"""

from __future__ import annotations

import copy
import operator
import time
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any

from autograd_mini import graph, optim
from autograd_mini.bulk import set_data
from autograd_mini.compiler import engines, update
from autograd_mini.compiler.engines import Runner, Task
from autograd_mini.errors import AutogradError
from autograd_mini.real import shown
from autograd_mini.value import Value

Progress = Callable[[int, float], object]


class Batches:
    """The batches of one call of ``train``, round after round.

    Args:
        engine: what they are for.
        data: all examples, in its form.
        count: how many there are.
        size: how many each batch has, the last of a round maybe fewer; None for all.
        shuffle: draws the order of a round; None leaves it as it is.
    """

    def __init__(
        self, engine: Runner, data: Any, count: int, size: int | None, shuffle: Random | None
    ) -> None:
        if shuffle is not None and not hasattr(shuffle, "shuffle"):
            raise TypeError(
                f"train: shuffle must be a source of chance such as random.Random(0), not "
                f"{type(shuffle).__name__} {shown(shuffle)}"
            )
        self.shuffle = shuffle
        size = count if size is None else min(count, size)
        self.spans = [(start, min(start + size, count)) for start in range(0, count, size)]
        self.order = list(range(count))
        self.move(engine, data, 0)

    def move(self, engine: Runner, data: Any, first: int) -> None:
        """Go on in another engine, which counts its steps from 0, after so many steps."""
        self.engine = engine
        self.data = data
        self.first = first
        spans = self.spans if self.shuffle is None else []
        self.fixed = [(engine.part(data, *span), span[1] - span[0]) for span in spans]

    def batch(self, step: int) -> tuple[Any, int]:
        """The batch of a step, counted from 0, in the engine's form, and its length."""
        place = (self.first + step) % len(self.spans)
        if self.shuffle is None:
            return self.fixed[place]
        if place == 0:
            self.shuffle.shuffle(self.order)
        start, stop = self.spans[place]
        return self.engine.pick(self.data, self.order[start:stop]), stop - start

    def period(self) -> int | None:
        """After how many steps the same batches come again; None if they never do."""
        return None if self.shuffle else len(self.spans)


class Run:
    """One call of ``train``.

    Args:
        engine: the compiled program.
        params: the compiled function's parameters.
        used: the numbers of those that its result depends on; only these have gradients.
        reduce: "mean" or "sum".
        optimizer: what changes the parameters.
        changed: what the function reads around itself and is not as it was, by its name.

    Raises:
        TypeError, ValueError: it is no optimiser, or changes something else too.
    """

    def __init__(
        self,
        engine: Runner,
        params: Sequence[Value],
        used: list[int],
        reduce: str,
        optimizer: Any,
        changed: Callable[[], str | None] | None = None,
    ) -> None:
        if not isinstance(optimizer, optim.Optimizer):
            raise TypeError(
                f"train: expected an optimiser such as optim.SGD(params, lr), not "
                f"{type(optimizer).__name__} {shown(optimizer)}"
            )
        theirs = optimizer.params
        self.same = len(theirs) == len(params) and all(map(operator.is_, theirs, params))
        if not self.same:
            _refuse_others(theirs, params)
        self.engine = engine
        self.params = params
        self.used = used
        self.reduce = reduce
        self.optimizer = optimizer
        self.changed = changed

    def train(
        self, batches: Batches, steps: int, progress: Progress | None, costs: list[float]
    ) -> list[float]:
        """The loop; see :meth:`autograd_mini.compiler.compiled.Compiled.train`.

        ``costs`` are those of the steps that another engine has made already; the others are
        appended, and stay there if this one fails.
        """
        steps = whole(steps, "steps", 0)
        if progress is not None and not callable(progress):
            raise TypeError(
                f"train: progress must be a function of step and cost, not {shown(progress)}"
            )
        loop = self._inside if self._fits() else self._outside
        with self.engine.quiet():
            loop(batches, steps, progress, costs)
        return costs

    def _fits(self) -> bool:
        """Whether the optimiser's update is known, and every parameter in use is its to change."""
        theirs = self.optimizer.params
        if self.same:
            self.places = self.used
        else:
            places = {p: i for i, p in enumerate(theirs)}
            self.places = [places.get(self.params[i], -1) for i in self.used]
        self.update = update.traced(self.optimizer)
        known = self.update is not None and -1 not in self.places
        known = known and self.optimizer.max_norm is None
        return known and bool(self.used) and update.uniform(self.optimizer, self.places)

    def _inside(
        self, batches: Batches, steps: int, progress: Progress | None, costs: list[float]
    ) -> None:
        """Parameters and state in the tier's form."""
        engine = self.engine
        theta = engine.theta([p._data for p in self.params])
        states, before = update.load(self.optimizer, self.places)
        states = [engine.theta(self._spread(state)) for state in states]
        assert self.update is not None
        task = Task(engine, self.update, theta, states, batches, self.reduce == "mean")
        loop = engine.loop(task)
        done = len(costs)
        report = None if progress is None else partial(self._report, progress, done)
        try:
            paced(
                loop.run,
                steps - done,
                partial(update.settings, self.optimizer, before),
                progress is not None or callable(self.optimizer._lr),
                report,
            )
        finally:
            self._write_back(loop, before)
            costs += loop.read().costs

    def _write_back(self, loop: engines.Loop, before: int) -> None:
        """Hand over what the loop has come to. Ctrl-C waits until that is done."""
        waiting: KeyboardInterrupt | None = None
        while True:
            try:
                made, theta, states, _ = loop.read()
                numbers = self.engine.numbers(theta)
                found = map(self.engine.numbers, states)
                kept = [[state[i] for i in self.used] for state in found]
                state = update.stored(self.optimizer, self.places, kept, before, made)
                set_data(
                    [self.params[i] for i in self.used],
                    [numbers[i] for i in self.used],
                    partial(vars(self.optimizer).update, state),
                )
                break
            except KeyboardInterrupt as again:
                waiting = again
        if waiting is not None:
            raise waiting

    def _spread(self, state: list[float]) -> list[float]:
        """One number for each parameter, from one for each that is in use."""
        numbers = [0.0] * len(self.params)
        for i, x in zip(self.used, state, strict=True):
            numbers[i] = x
        return numbers

    def _outside(
        self, batches: Batches, steps: int, progress: Progress | None, costs: list[float]
    ) -> None:
        """An optimiser that is not known here changes the Values itself."""
        done = len(costs)
        for i in range(done, steps):
            theta = self.engine.theta([p._data for p in self.params])
            batch, mean = batches.batch(i - done), self.reduce == "mean"
            cost, gradient = engines.cost(self.engine, theta, batch, mean)
            self._step(self.engine.numbers(gradient))
            costs.append(cost)
            if progress is not None:
                self._report(progress, 0, i + 1, cost)

    def _report(self, progress: Progress, done: int, step: int, cost: float) -> None:
        """Tell of a step, and refuse to go on with a program that has become another."""
        step += done
        progress(step, cost)
        name = self.changed() if self.changed is not None else None
        if name is not None:
            raise AutogradError(
                f"train: {name}, which the function reads, was changed by progress at step {step}, "
                "while the program goes on with what it was; make it an argument of the function, "
                "or call train for the steps before and after"
            )

    def _step(self, gradient: list[float]) -> None:
        """A step of the optimiser; one that is not made in full is taken back."""
        theirs = self.optimizer.params
        numbers = [p._data for p in theirs]
        kept = _copied(vars(self.optimizer))
        try:
            for k in self.used:
                self.params[k].grad = gradient[k]
            self.optimizer.step()
        except BaseException:
            set_data(theirs, numbers, partial(vars(self.optimizer).update, kept))
            raise


def _refuse_others(theirs: Sequence[Value], params: Sequence[Value]) -> None:
    ours = set(map(id, params))
    for p in theirs:
        if id(p) not in ours:
            raise ValueError(
                f"train: the optimiser changes {graph.name(p)}, which is not among the parameters "
                "of the compiled function; make it of compiled.params, or of some of these"
            )


def _copied(attributes: dict[str, Any]) -> dict[str, Any]:
    """The same attributes with lists and dictionaries of their own."""
    return {
        name: _copied(x) if type(x) is dict else copy.copy(x) if isinstance(x, (list, dict)) else x
        for name, x in attributes.items()
    }


def paced(
    run: Callable[[int, Sequence[float]], list[float]],
    steps: int,
    settings: Callable[[int], Sequence[float]],
    one_by_one: bool,
    report: Progress | None,
) -> None:
    """Make steps, as many at a time as Python need not look at the keyboard: about 0.1 seconds.

    Args:
        run: makes some steps, with the settings of the first; returns their costs.
        steps: how many there are to make.
        settings: those after so many steps.
        one_by_one: whether each step is asked for by itself.
        report: told of the last step of each run.
    """
    pace, made = 1, 0
    while made < steps:
        began = time.perf_counter()
        costs = run(1 if one_by_one else min(pace, steps - made), settings(made))
        seconds = max(time.perf_counter() - began, 1e-9)
        pace = max(1, min(16 * len(costs), int(0.1 * len(costs) / seconds)))
        made += len(costs)
        if report is not None:
            report(made, costs[-1])


def whole(given: Any, what: str, least: int) -> int:
    """A whole number, at least so large."""
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        raise TypeError(f"train: {what} must be a whole number, not {shown(given)}")
    number = operator.index(given)
    if number < least:
        raise ValueError(f"train: {what} must be at least {least}, not {number}")
    return number
