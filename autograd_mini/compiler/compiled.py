"""``compile``: scalar code in, a function of whole batches out.

Vocabulary: the *function* is scalar code over Values for one example; its *arguments* are numbers,
integers for ``ops.take``, or nested lists of them. The compiled function takes batches: each
argument has one more axis, or one more list, in front. A *structure* is what the examples look
like; the function is traced and compiled once for each structure.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FunctionType
from typing import Any, NamedTuple, TypeVar

from autograd_mini import optim
from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import given, training
from autograd_mini.compiler.choice import Target, give_up
from autograd_mini.compiler.engines import ArrayProgramError, Runner
from autograd_mini.compiler.export import Exports
from autograd_mini.compiler.given import (
    filled,
    filled_like,
    is_nested,
    leaves,
    list_or_array,
)
from autograd_mini.compiler.jax.methods import InJax, is_transformation
from autograd_mini.compiler.programs import Surroundings
from autograd_mini.compiler.several import Several, Share
from autograd_mini.compiler.trace import Results, Trace
from autograd_mini.errors import AutogradError
from autograd_mini.nested import is_array
from autograd_mini.optim.base import parameters
from autograd_mini.real import shown

Found = TypeVar("Found")

TIERS = ("auto", "python", "numpy", "llvm", "jax")
REDUCTIONS = ("mean", "sum", "none")
PRECISIONS = ("float64", "float32", "bfloat16")


def compile(
    fn: Callable[..., Any],
    params: Iterable[Any],
    backend: str = "auto",
    *,
    reduce: str = "mean",
    dtype: str = "float64",
    mesh: Any = None,
) -> Compiled:
    """Compile scalar code over Values into a function of batches.

    Args:
        fn: the loss of one example (or, for ``forward`` alone, any results) as ordinary scalar
            code. It may not look at a number: see the errors below.
        params: the parameters, leaf Values; gradients come in their order. In a dict, or in nested
            dicts and lists, gradients come in such ones.
        backend: "python" (standard library), "numpy" (matrix products; extra ``fast``), "llvm"
            (native loops over vectors; extra ``llvm``), "jax" (the array program under ``jax.jit``,
            for accelerators and many devices; extra ``jax``), or "auto", which takes for a function
            with array structure the fastest of the first three that is installed and worth its
            time.
        reduce: what becomes of the losses of a batch: "mean", "sum", or "none", which gives every
            example's loss and every example's gradient.
        dtype: in the tier "jax" the precision in which it computes: "float64", "float32" or
            "bfloat16". On a network 64-32-10 the gradient is off by 2.3e-7 of its largest number
            in float32 and by 7.6% in bfloat16, which keeps the parameters in float32. "Agree",
            below, is said of float64.
        mesh: in the tier "jax" a ``jax.sharding.Mesh`` over whose devices every batch is split;
            along an axis of it called "parameters" large parameters are split too.

    Raises:
        ValueError: an unknown backend, reduction or precision, or unfit parameters.
        TypeError: the mesh is none.
        ImportError: NumPy, llvmlite or JAX is asked for and not installed.
        RefusedError: the function, asked for in JAX, has a row that JAX has not, or is too long.

    The compiled function takes batches: for each argument of the function a list, an array or a
    tensor with one element for each example. A dict is taken as a whole: given a dict of batches,
    or a list of dicts, the function gets a dict for each example. A function without arguments is
    called without any.

    While the function is traced (at the first call for each structure), a comparison, ``bool``,
    ``float``, ``.data`` or an index that depends on an argument or a parameter raises
    :class:`~autograd_mini.compiler.record.TracingError`, naming the line and what to write instead,
    even if the function catches it. To the function an argument is an int or a float as it would be
    eagerly, and a Value too.

    *What is read once.* All else that the function reads is what it was when it was traced. It is
    watched where Python code names it: globals, variables of enclosing functions, attributes of
    ``self`` and of other objects, default arguments, short lists, dicts and arrays of numbers, and
    the data of constants. If one of them is another at a later call, the function is traced again.
    Not seen are what C code and installed packages read, files, the time and the environment,
    attributes whose name is computed, and lists of more than a thousand numbers. What the function
    does beside computing (printing, counting, drawing random numbers) it does once for each
    structure; a warning says so if random numbers are drawn or what it reads is changed.

    *What "agree" means.* A compiled result is the eager one up to rounding: sums are added in
    another order, and where n terms of total size S are added along the way (S with every
    contribution taken by its absolute value) the two differ by no more than some n · S · 2⁻⁵³.
    Every program is compared with the eager engine before it is used. Whatever is nan, inf or -inf
    in one is so in the other, at every example of a batch; only a number whose size in this sense
    is beyond the largest double may overflow in one order of adding and not in another. The sign
    of a zero may differ.

    >>> from autograd_mini import Value
    >>> w, b = Value(2.0, "w"), Value(0.5, "b")
    >>> def loss(x, y):
    ...     return (w * x + b - y) ** 2
    >>> compiled = compile(loss, [w, b], backend="python")
    >>> compiled([1.0, 2.0], [3.0, 4.0])
    (0.25, [0.5, 0.0])
    """
    return Compiled(fn, params, backend, reduce, dtype, mesh)


class Ready(NamedTuple):
    """What a call has to do.

    Attributes:
        engine: what runs it.
        data: the batch in the engine's form.
        length: the number of examples.
        traces: what was traced.
        shapes: for each example the structure of its results.
        arrays: whether arrays went in, so that arrays come out.
    """

    engine: Runner
    data: Any
    length: int
    traces: list[Trace]
    shapes: list[Results]
    arrays: bool


class Compiled(InJax, Exports):
    """A compiled function; made by :func:`compile`.

    Attributes:
        params: the parameters, as given.
        backend: the tier that was asked for.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        params: Iterable[Any],
        backend: str,
        reduce: str,
        dtype: str = "float64",
        mesh: Any = None,
    ) -> None:
        if not callable(fn):
            raise TypeError(f"compile: expected a function, not {type(fn).__name__} {shown(fn)}")
        _refuse_unknown(backend, reduce, dtype, mesh)
        self._structure: Any = None
        listed: Any = params
        if not hasattr(params, "parameters"):
            listed = params if isinstance(params, Mapping) else list(params)
            if isinstance(listed, Mapping) or any(map(is_nested, listed)):
                self._structure, listed = listed, list(leaves(listed))
        self.params = parameters(listed, "compile") if listed else []
        self.backend = backend
        self._target = Target(backend, dtype, mesh)
        self._fn = fn
        self._reduce = reduce
        self._surroundings = Surroundings(fn, self.params, self._target)
        self._last: Runner | None = None

    def __copy__(self) -> Compiled:
        """The same function of the same parameters, which compiles for itself."""
        params = self.params if self._structure is None else self._structure
        return Compiled(self._fn, params, self.backend, self._reduce, *self._target[1:])

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied deeply it is the function and its parameters, and compiles anew.

        Raises:
            TypeError: the function has its parameters by their names, so a copy would not.
        """
        if isinstance(self._fn, FunctionType) and self.params:
            raise TypeError(
                f"compiled: {self._fn.__name__} finds its parameters by their names, and a copy of "
                "them would be others; make it a method of an object that holds them (or a "
                "functools.partial that is given them), or pickle the parameters alone"
            )
        params = self.params if self._structure is None else self._structure
        return Compiled, (self._fn, params, self.backend, self._reduce, *self._target[1:])

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

    def _cost(self, ready: Ready) -> tuple[Any, Any]:
        engine, data, count = ready[:3]
        theta = engine.theta([p._data for p in self.params])
        if self._reduce == "none":
            losses, gradients = engine.each(theta, data, count)
            return list_or_array(losses, ready.arrays), self._shaped(gradients, ready.arrays)
        weight = 1.0 / count if self._reduce == "mean" else 1.0
        losses, gradient = engine.step(theta, data, count, weight)
        value = engine.mean(losses) * (1.0 if self._reduce == "mean" else count)
        return value, self._shaped(engine.numbers(gradient), ready.arrays)

    def _shaped(self, numbers: list[Any], arrays: bool) -> Any:
        """Gradients in the structure of the parameters as they were given."""
        if self._structure is None:
            return list_or_array(numbers, arrays)
        if self._reduce == "none":
            rows = list_or_array(numbers, False)
            return [filled_like(self._structure, iter(row), arrays) for row in rows]
        return filled_like(self._structure, iter(numbers), arrays)

    def forward(self, *arguments: Any) -> Any:
        """The function's results for each example: a list, or an array where arrays went in.

        The function may then return a list of Values: each example gives a list of numbers.
        """
        return self._surely(self._results, arguments, gradient=False)

    def _results(self, ready: Ready) -> Any:
        engine, data, count = ready[:3]
        results = engine.forward(engine.theta([p._data for p in self.params]), data, count)
        rows = results if isinstance(results, list) else results.tolist()
        rows = [
            row if shape is None else filled(shape, map(float, row))
            for row, shape in zip(rows, ready.shapes, strict=True)
        ]
        if len(ready.traces) == 1:
            return list_or_array(rows, ready.arrays)
        return [
            float(row) if shape is None else row
            for row, shape in zip(rows, ready.shapes, strict=True)
        ]

    def train(
        self,
        optimizer: Any,
        *arguments: Any,
        steps: int,
        batch_size: int | None = None,
        shuffle: random.Random | None = None,
        progress: Callable[[int, float], object] | None = None,
    ) -> list[float]:
        """Make ``steps`` steps of the optimiser, and write the parameters back.

        Args:
            optimizer: one of :mod:`autograd_mini.optim`; its state is taken up and handed back.
                In the tier "jax" also any of optax, whose state is ``optimizer_state``.
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
        if batch_size is not None:
            batch_size = training.whole(batch_size, "batch_size", 1)
        costs: list[float] = []
        known: list[training.Batches] = []

        def run(ready: Ready) -> list[float]:
            if not isinstance(optimizer, optim.Optimizer) and is_transformation(optimizer):
                return self._train_with_optax(
                    optimizer, ready, steps, batch_size, shuffle, progress
                )
            engine, data, count, traces = ready[:4]
            programs = self._surroundings.here
            used = programs.used(traces)
            changed = programs.captured.changed if programs.captured else None
            started = training.Run(engine, self.params, used, self._reduce, optimizer, changed)
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
        """The tier that the last program runs on: "python", "numpy", "llvm" or "jax"."""
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
        run: Callable[[Ready], Found],
        arguments: Sequence[Any],
        gradient: bool,
        size: int | None = None,
    ) -> Found:
        """Run with what these arguments need; where an array program fails, with straight code."""
        ready = self._ready(arguments, gradient, size)
        try:
            with ready.engine.quiet():
                return run(ready)
        except ArrayProgramError as fault:
            give_up(f"failed ({shown(str(fault))})", fault)
        self._surroundings.here.without_arrays(ready.traces, gradient)
        return run(self._ready(arguments, gradient, size))

    def _ready(self, arguments: Sequence[Any], gradient: bool, size: int | None = None) -> Ready:
        """The engine for these arguments, the batch in its form, and what was traced.

        ``size`` is the number of examples for which it will run, if that is not all of them.
        """
        programs = self._surroundings.now()
        taken = given.given(arguments, _argument_names(self._fn, len(arguments)))
        count = args.batch_length(taken.columns, taken.names)
        try:
            found = args.structures(taken.columns, taken.names)
        except given.ForeignError:
            columns = list(map(given.native, taken.columns, taken.names))
            taken = taken._replace(columns=columns)
            found = args.structures(columns, taken.names)
        traces = [programs.traced(structure, taken) for structure in found]
        arrays = any(map(is_array, taken.columns))
        if len(found) == 1:
            size = min(count, size or count)
            only = self._last = programs.engine_for(traces[0], gradient, size=size)
            data = only.prepare(taken.columns)
            return Ready(only, data, count, traces, [traces[0].shape] * count, arrays)
        shares, shapes = list[Share](), list[Results]([None] * count)
        engines = programs.engines_for(traces, gradient)
        for engine, traced, (_, examples) in zip(engines, traces, found, strict=True):
            assert examples is not None
            chosen = [[column[i] for i in examples] for column in taken.columns]
            shares.append(Share(engine, engine.prepare(chosen), examples))
            for i in examples:
                shapes[i] = traced.shape
        several = self._last = Several(shares)
        data = several.part(None, 0, count)
        return Ready(several, data, count, traces, shapes, arrays)


def _refuse_unknown(backend: str, reduce: str, dtype: str, mesh: Any) -> None:
    if backend not in TIERS:
        remedy = f"take one of {', '.join(map(repr, TIERS))}"
        raise ValueError(f"compile: there is no backend {shown(backend)}; {remedy}")
    if dtype not in PRECISIONS:
        raise ValueError(
            f"compile: dtype must be one of {', '.join(map(repr, PRECISIONS))}, not {shown(dtype)}"
        )
    if backend != "jax" and (dtype != "float64" or mesh is not None):
        raise ValueError(
            f"compile: the backend {backend!r} computes in float64 on one device; "
            "other precisions, and a mesh, are for backend='jax'"
        )
    if mesh is not None and not (hasattr(mesh, "devices") and hasattr(mesh, "axis_names")):
        raise TypeError(
            "compile: mesh must be a jax.sharding.Mesh such as jax.make_mesh((8,), ('batch',)), "
            f"not {type(mesh).__name__} {shown(mesh)}"
        )
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
