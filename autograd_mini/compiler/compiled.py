"""``compile``: scalar code in, a function of whole batches out.

Vocabulary: the *function* is scalar code over Values for one example; its *arguments* are numbers,
integers for ``ops.take``, or nested lists of them. The compiled function takes batches: each
argument has one more axis, or one more list, in front. A *structure* is what the examples look
like; the function is traced and compiled once for each structure.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from autograd_mini import optim
from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import training
from autograd_mini.compiler.choice import chosen, warn
from autograd_mini.compiler.engines import ArrayProgramError, Engine, Runner
from autograd_mini.compiler.python_tier import Straight
from autograd_mini.compiler.several import Several, Share
from autograd_mini.compiler.trace import Trace, trace
from autograd_mini.errors import AutogradError
from autograd_mini.nested import is_array
from autograd_mini.real import shown
from autograd_mini.value import Value

Given = TypeVar("Given")

TIERS = ("auto", "python", "numpy", "llvm")
REDUCTIONS = ("mean", "sum", "none")


def compile(
    fn: Callable[..., Any],
    params: Iterable[Value],
    backend: str = "auto",
    *,
    reduce: str = "mean",
) -> Compiled:
    """Compile scalar code over Values into a function of batches.

    Args:
        fn: the loss of one example (or, for ``forward`` alone, any results) as ordinary scalar
            code. It may not look at a number: see the errors below.
        params: the parameters, leaf Values; gradients come in their order.
        backend: "python" (standard library), "numpy" (matrix products; extra ``fast``), "llvm"
            (native loops over vectors; extra ``llvm``), or "auto", which takes for a function with
            array structure the fastest of them that is installed and worth its time.
        reduce: what becomes of the losses of a batch: "mean", "sum", or "none", which gives every
            example's loss and every example's gradient.

    Raises:
        ValueError: an unknown backend or reduction, or unfit parameters.
        ImportError: NumPy or llvmlite is asked for and not installed.

    While the function is traced (at the first call for each structure), a comparison, ``bool``,
    ``float``, ``.data`` or an index that depends on an argument or a parameter raises
    :class:`~autograd_mini.compiler.record.TracingError`, naming the line and what to write instead.

    >>> w, b = Value(2.0, "w"), Value(0.5, "b")
    >>> def loss(x, y):
    ...     return (w * x + b - y) ** 2
    >>> compiled = compile(loss, [w, b], backend="python")
    >>> compiled([1.0, 2.0], [3.0, 4.0])
    (0.25, [0.5, 0.0])
    """
    return Compiled(fn, params, backend, reduce)


class Ready(NamedTuple):
    """What a call has to do: an engine, the batch in its form, its length, and what was traced."""

    engine: Runner
    data: Any
    length: int
    traces: list[Trace]


class Compiled:
    """A compiled function; made by :func:`compile`.

    Attributes:
        params: the parameters, as given.
        backend: the tier that was asked for.
    """

    def __init__(
        self, fn: Callable[..., Any], params: Iterable[Value], backend: str, reduce: str
    ) -> None:
        if not callable(fn):
            raise TypeError(f"compile: expected a function, not {type(fn).__name__} {fn!r}")
        _refuse_unknown(backend, reduce)
        listed: Any = params if hasattr(params, "parameters") else list(params)
        self.params = optim._parameters(listed, "compile") if listed else []
        self.backend = backend
        self._fn = fn
        self._reduce = reduce
        self._traces: dict[Any, Trace] = {}
        self._engines: dict[Any, Engine] = {}
        self._in_use: dict[Any, list[int]] = {}
        self._last: Runner | None = None

    def __repr__(self) -> str:
        name = getattr(self._fn, "__name__", "function")
        taken = f", tier {self.tier!r}" if self._last else ", not traced yet"
        return f"<compiled {name}: {len(self.params)} parameter(s){taken}>"

    def __call__(self, *arguments: Any) -> tuple[Any, Any]:
        """The cost of a batch and its gradient, in the order of the parameters.

        Returns:
            A float and a list of floats; an array for the list where arrays went in. With
            ``reduce="none"`` one loss and one gradient for each example.

        Raises:
            TypeError, ValueError: the arguments do not fit together, or the function does not
                return one Value.
            IndexError: an index is outside the list that it selects from.
        """
        return self._surely(self._cost, arguments, gradient=True)

    def _cost(self, ready: Ready, arguments: Sequence[Any]) -> tuple[Any, Any]:
        engine, data, count, _ = ready
        theta = engine.theta([p._data for p in self.params])
        if self._reduce == "none":
            return self._each(engine, theta, data, count, arguments)
        weight = 1.0 / count if self._reduce == "mean" else 1.0
        with engine.quiet():
            losses, gradient = engine.step(theta, data, count, weight)
        value = engine.mean(losses) * (1.0 if self._reduce == "mean" else count)
        return value, _like(arguments, engine.numbers(gradient))

    def _each(
        self, engine: Runner, theta: Any, data: Any, count: int, arguments: Sequence[Any]
    ) -> tuple[Any, Any]:
        values, gradients = [], []
        with engine.quiet():
            for i in range(count):
                losses, gradient = engine.step(theta, engine.part(data, i, i + 1), 1, 1.0)
                values.append(float(losses[0]))
                gradients.append(engine.numbers(gradient))
        return _like(arguments, values), _like(arguments, gradients)

    def forward(self, *arguments: Any) -> Any:
        """The function's results for each example: a list, or an array where arrays went in.

        The function may then return a list of Values: each example gives a list of numbers.
        """
        return self._surely(self._results, arguments, gradient=False)

    def _results(self, ready: Ready, arguments: Sequence[Any]) -> Any:
        engine, data, count, traces = ready
        with engine.quiet():
            results = engine.forward(engine.theta([p._data for p in self.params]), data, count)
        rows = results if isinstance(results, list) else results.tolist()
        if len(traces) == 1 and traces[0].shape is None:
            return _like(arguments, rows)
        shapes = self._shapes(arguments, traces)
        rows = [
            float(row) if shape is None else _filled(shape, map(float, row))
            for row, shape in zip(rows, shapes, strict=True)
        ]
        return _like(arguments, rows) if len(traces) == 1 else rows

    def _shapes(self, arguments: Sequence[Any], traces: Sequence[Trace]) -> list[Any]:
        """For each example the structure of its results."""
        if len(traces) == 1:
            return [traces[0].shape] * len(arguments[0])
        names = _argument_names(self._fn, len(arguments))
        shapes: list[Any] = [None] * len(arguments[0])
        for (_, examples), traced in zip(args.structures(arguments, names), traces, strict=True):
            for i in examples or ():
                shapes[i] = traced.shape
        return shapes

    def train(
        self,
        optimizer: optim.Optimizer,
        *arguments: Any,
        steps: int,
        batch_size: int | None = None,
        shuffle: random.Random | None = None,
        progress: Callable[[int, float], object] | None = None,
    ) -> list[float]:
        """Make ``steps`` steps of the optimiser, and write the parameters back.

        Args:
            optimizer: one of :mod:`autograd_mini.optim`; its state is taken up and handed back.
            arguments: the examples, as for a call.
            steps: how many steps.
            batch_size: examples for each step, taken in order, round and round; the last batch of
                a round may be smaller. Left out: all of them.
            shuffle: draws a new order of the examples for each round; left out, as they come.
            progress: called after each step with its number, from 1, and its cost.

        Returns:
            The cost before each step.

        Examples may differ in their structure, documents of several lengths say. Each structure
        is compiled once; a batch is still the next ``batch_size`` examples, whatever they are. A
        parameter that an example does not use has the derivative 0, and the optimiser counts the
        step for it too.
        """
        if self._reduce == "none":
            raise ValueError("train: reduce='none' gives no cost; compile with 'mean' or 'sum'")
        costs: list[float] = []
        known: list[training.Batches] = []

        def run(ready: Ready, _: Sequence[Any]) -> list[float]:
            engine, data, count, traces = ready
            used = self._used(traces)
            started = training.Run(engine, self.params, used, self._reduce, optimizer)
            if known:  # in another engine, where it was left
                known[0].move(engine, data, len(costs))
            else:
                known.append(training.Batches(engine, data, count, batch_size, shuffle))
            return started.train(known[0], steps, progress, costs)

        return self._surely(run, arguments, True, batch_size)

    @property
    def source(self) -> str:
        """The program generated last, as text.

        Raises:
            AutogradError: nothing has been generated yet.
        """
        return self._engine().source

    @property
    def tier(self) -> str:
        """The tier that the last program runs on: "python", "numpy" or "llvm"."""
        return self._engine().tier

    @property
    def llvm(self) -> str:
        """The program generated last in LLVM's language, on the tier "llvm".

        Raises:
            AutogradError: nothing has been generated yet, or on another tier.
        """
        return self._native("llvm")

    @property
    def assembly(self) -> str:
        """The program generated last in this machine's assembly language, likewise."""
        return self._native("assembly")

    def _native(self, form: str) -> str:
        engine = self._engine()
        if not hasattr(engine, form):
            raise AutogradError(
                f"compiled: there is no {form} on the tier {engine.tier!r}; "
                "compile with backend='llvm'"
            )
        text: str = getattr(engine, form)
        return text

    def _engine(self) -> Runner:
        last = self._last
        if last is None:
            raise AutogradError(
                "compiled: there is no program yet; call the function with a batch, which tells "
                "the structure of its arguments"
            )
        return last

    # --- programs -------------------------------------------------------------------------------

    def _surely(
        self,
        run: Callable[[Ready, Sequence[Any]], Given],
        arguments: Sequence[Any],
        gradient: bool,
        size: int | None = None,
    ) -> Given:
        """Run with what these arguments need; where an array program fails, with straight code."""
        ready = self._ready(arguments, gradient, size)
        try:
            return run(ready, arguments)
        except ArrayProgramError as fault:
            warn(f"the array program failed ({shown(str(fault))})", fault)
            for traced in ready.traces:
                straight = Straight(traced, len(self.params), gradient)
                self._engines[traced.forms, gradient] = straight
            return run(self._ready(arguments, gradient, size), arguments)

    def _ready(self, arguments: Sequence[Any], gradient: bool, size: int | None = None) -> Ready:
        """The engine for these arguments, the batch in its form, and what was traced.

        ``size`` is the number of examples for which it will run, if that is not all of them.
        """
        names = _argument_names(self._fn, len(arguments))
        count = args.batch_length(arguments, names)
        found = args.structures(arguments, names)
        traces = [self._traced(structure, arguments, names) for structure in found]
        if len(found) == 1:
            size = min(count, size or count)
            only = self._last = self._engine_for(traces[0], gradient, size=size)
            return Ready(only, only.prepare(arguments), count, traces)
        shares = []
        engines = self._engines_for(traces, gradient)
        for engine, (_, examples) in zip(engines, found, strict=True):
            assert examples is not None
            chosen = [[argument[i] for i in examples] for argument in arguments]
            shares.append(Share(engine, engine.prepare(chosen), examples))
        several = self._last = Several(shares)
        return Ready(several, several.part(None, 0, count), count, traces)

    def _used(self, traces: Sequence[Trace]) -> list[int]:
        """The numbers of the parameters that one of these depends on."""
        key = tuple(traced.forms for traced in traces)
        if key not in self._in_use:
            self._in_use[key] = sorted({i for traced in traces for i in traced.used})
        return self._in_use[key]

    def _traced(
        self, structure: args.Structure, arguments: Sequence[Any], names: Sequence[str]
    ) -> Trace:
        forms, examples = structure
        if forms not in self._traces:
            first = 0 if examples is None else examples[0]
            example = [args.copied(argument[first]) for argument in arguments]
            self._traces[forms] = trace(self._fn, self.params, example, forms, names)
        return self._traces[forms]

    def _engines_for(self, traces: Sequence[Trace], gradient: bool) -> list[Engine]:
        """Engines of one tier that have the parameters in one order, as the largest likes it."""
        largest = max(traces, key=lambda traced: len(traced.used))
        order = tuple(self._engine_for(largest, gradient).order)
        missing = {i for traced in traces for i in traced.used} - set(order)
        order += tuple(sorted(missing))
        engines = [self._engine_for(traced, gradient, order) for traced in traces]
        if len({engine.tier for engine in engines}) == 1:
            return engines
        return [Straight(traced, len(self.params), gradient) for traced in traces]

    def _engine_for(
        self, traced: Trace, gradient: bool, order: tuple[int, ...] = (), size: int = 1
    ) -> Engine:
        key = traced.forms, gradient
        known = self._engines.get(key)
        if known is None or (order and tuple(known.order) != order):
            known = self._engines[key] = chosen(
                self.backend, len(self.params), traced._replace(order=order), gradient, size
            )
        return known


def _refuse_unknown(backend: str, reduce: str) -> None:
    if backend not in TIERS:
        remedy = f"take one of {', '.join(map(repr, TIERS))}"
        if backend == "jax":
            raise ValueError(f"compile: the backend {backend!r} is not there yet; {remedy}")
        raise ValueError(f"compile: there is no backend {shown(backend)}; {remedy}")
    if reduce not in REDUCTIONS:
        raise ValueError(
            f"compile: reduce must be one of {', '.join(map(repr, REDUCTIONS))}, "
            f"not {shown(reduce)}"
        )


def _argument_names(fn: Callable[..., Any], count: int) -> list[str]:
    """What the function calls its positional arguments."""
    bound = getattr(fn, "__func__", None)
    code = getattr(bound or fn, "__code__", None)
    known = code.co_varnames[: code.co_argcount] if code is not None else ()
    names = list(known[1:] if bound is not None else known)
    return [names[k] if k < len(names) else f"x{k}" for k in range(count)]


def _like(arguments: Sequence[Any], numbers: Any) -> Any:
    """A list, or an array where an array went in."""
    if not any(map(is_array, arguments)):
        return numbers
    import numpy as np

    return np.array(numbers)


def _filled(shape: Any, numbers: Iterator[float]) -> Any:
    """The numbers in the structure of the function's results."""
    if shape is None:
        return next(numbers)
    return [_filled(part, numbers) for part in shape]
