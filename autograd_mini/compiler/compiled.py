"""``compile``: scalar code in, a function of whole batches out.

Vocabulary: the *function* is scalar code over Values for one example; its *arguments* are numbers,
integers for ``ops.take``, or nested lists of them. The compiled function takes batches: each
argument has one more axis, or one more list, in front. A *structure* is what the examples look
like; the function is traced and compiled once for each structure.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from autograd_mini import optim
from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import normal, training
from autograd_mini.compiler.engines import Engine, Grouped, Straight
from autograd_mini.compiler.trace import Trace, agrees, trace
from autograd_mini.errors import AutogradError
from autograd_mini.value import Value

TIERS = ("auto", "python", "numpy")
REDUCTIONS = ("mean", "sum", "none")

SPARSE = 4
"""Array statements pay where each of them stands for at least so many operands."""


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
        backend: "python" (standard library), "numpy" (matrix products; extra ``fast``), or "auto",
            which takes NumPy if it is installed and the function has array structure.
        reduce: what becomes of the losses of a batch: "mean", "sum", or "none", which gives every
            example's loss and every example's gradient.

    Raises:
        ValueError: an unknown backend or reduction, or unfit parameters.
        ImportError: NumPy is asked for and not installed.

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
        self._last: Engine | None = None

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
        engine, data, count = self._ready(arguments, gradient=True)
        theta = engine.theta([p._data for p in self.params])
        if self._reduce == "none":
            return self._each(engine, theta, data, count, arguments)
        weight = 1.0 / count if self._reduce == "mean" else 1.0
        with engine.quiet():
            losses, gradient = engine.step(theta, data, count, weight)
        value = engine.mean(losses) * (1.0 if self._reduce == "mean" else count)
        return value, _like(arguments, engine.numbers(gradient))

    def _each(
        self, engine: Engine, theta: Any, data: Any, count: int, arguments: Sequence[Any]
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
        engine, data, count = self._ready(arguments, gradient=False)
        with engine.quiet():
            results = engine.forward(engine.theta([p._data for p in self.params]), data, count)
        shape = self._traces[self._forms(arguments)].shape
        rows = results if isinstance(results, list) else results.tolist()
        if shape is not None:
            rows = [_filled(shape, iter(row)) for row in rows]
        return _like(arguments, rows)

    def train(
        self,
        optimizer: optim.Optimizer,
        *arguments: Any,
        steps: int,
        batch_size: int | None = None,
        progress: Callable[[int, float], object] | None = None,
    ) -> list[float]:
        """Make ``steps`` steps of the optimiser, and write the parameters back.

        Args:
            optimizer: one of :mod:`autograd_mini.optim`; its state is taken up and handed back.
            arguments: the examples, as for a call.
            steps: how many steps.
            batch_size: examples for each step, taken in order, round and round; the last batch of
                a round may be smaller. Left out: all of them.
            progress: called after each step with its number, from 1, and its cost.

        Returns:
            The cost before each step.
        """
        if self._reduce == "none":
            raise ValueError("train: reduce='none' gives no cost; compile with 'mean' or 'sum'")
        engine, data, count = self._ready(arguments, gradient=True)
        used = self._traces[self._forms(arguments)].used
        run = training.Run(engine, self.params, used, self._reduce, optimizer)
        return run.train(data, count, steps, batch_size, progress)

    @property
    def source(self) -> str:
        """The program generated last, as text.

        Raises:
            AutogradError: nothing has been generated yet.
        """
        return self._engine().source

    @property
    def tier(self) -> str:
        """The tier that the last program runs on: "python" or "numpy"."""
        return self._engine().tier

    def _engine(self) -> Engine:
        last = self._last
        if last is None:
            raise AutogradError(
                "compiled: there is no program yet; call the function with a batch, which tells "
                "the structure of its arguments"
            )
        return last

    # --- programs -------------------------------------------------------------------------------

    def _forms(self, arguments: Sequence[Any]) -> tuple[args.Form, ...]:
        names = _argument_names(self._fn, len(arguments))
        return tuple(map(args.batch_form, arguments, names))

    def _ready(self, arguments: Sequence[Any], gradient: bool) -> tuple[Engine, Any, int]:
        """The engine for these arguments, the batch in its form, and the number of examples."""
        names = _argument_names(self._fn, len(arguments))
        count = args.batch_length(arguments, names)
        forms = self._forms(arguments)
        key = forms, gradient
        if key not in self._engines:
            if forms not in self._traces:
                example = [args.copied(argument[0]) for argument in arguments]
                self._traces[forms] = trace(self._fn, self.params, example, forms, names)
            self._engines[key] = self._checked(self._traces[forms], gradient)
        engine = self._last = self._engines[key]
        return engine, engine.prepare(arguments), count

    def _checked(self, traced: Trace, gradient: bool) -> Engine:
        """An engine whose answer for the recorded example is the eager engine's."""
        if gradient and traced.shape is not None:
            raise TypeError(
                "compiled: the function returns a list, and gradients belong to one number; return "
                "one Value, or call compiled.forward(...)"
            )
        work = sum(map(len, traced.recording.operands))
        regular = self.backend != "auto" or work >= SPARSE * normal.kinds(traced.recording)
        if self._wants_arrays() and regular:
            engine: Engine = Grouped(traced, len(self.params), gradient)
            if _right(engine, traced, gradient):
                if work >= SPARSE * engine.statements or self.backend == "numpy":
                    return engine
            else:
                warnings.warn(
                    "compile: the array program differs from the eager engine on the first "
                    "example; straight-line code is used instead. Please report the function",
                    RuntimeWarning,
                    stacklevel=5,
                )
        return Straight(traced, len(self.params), gradient)

    def _wants_arrays(self) -> bool:
        if self.backend == "python":
            return False
        installed = importlib.util.find_spec("numpy") is not None
        if self.backend == "numpy" and not installed:
            raise ImportError(
                "compile: the backend 'numpy' needs NumPy; install it with "
                "pip install 'autograd-mini[fast]', or use backend='python'"
            )
        return installed


def _right(engine: Engine, traced: Trace, gradient: bool) -> bool:
    """Whether the engine's answer for the recorded example is the eager engine's."""
    theta = engine.theta(traced.theta)
    data = engine.prepare([[x] for x in traced.example])
    with engine.quiet():
        if gradient:
            losses, found = engine.step(theta, data, 1, 1.0)
            return agrees(traced, [float(losses[0])], engine.numbers(found))
        (row,) = engine.forward(theta, data, 1)
    return agrees(traced, [row] if traced.shape is None else list(row), None)


def _refuse_unknown(backend: str, reduce: str) -> None:
    if backend not in TIERS:
        remedy = f"take one of {', '.join(map(repr, TIERS))}"
        if backend in ("llvm", "jax"):
            raise ValueError(f"compile: the backend {backend!r} is not there yet; {remedy}")
        raise ValueError(f"compile: there is no backend {backend!r}; {remedy}")
    if reduce not in REDUCTIONS:
        raise ValueError(
            f"compile: reduce must be one of {', '.join(map(repr, REDUCTIONS))}, not {reduce!r}"
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
    if not any(map(args.is_array, arguments)):
        return numbers
    import numpy as np

    return np.array(numbers)


def _filled(shape: Any, numbers: Iterator[float]) -> Any:
    """The numbers in the structure of the function's results."""
    if shape is None:
        return next(numbers)
    return [_filled(part, numbers) for part in shape]
