"""``compile``: scalar code in, a function of whole batches out.

Vocabulary: the *function* is scalar code over Values for one example; its *arguments* are numbers,
integers for ``ops.take``, or nested lists of them. The compiled function takes batches: each
argument has one more axis, or one more list, in front. A *structure* is what the examples look
like; the function is traced and compiled once for each.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any

from autograd_mini import optim
from autograd_mini.compiler import training
from autograd_mini.compiler.choice import Target, refuse_unknown
from autograd_mini.compiler.engines import Runner, cost
from autograd_mini.compiler.export import Exports
from autograd_mini.compiler.given import filled, is_nested, leaves, list_or_array
from autograd_mini.compiler.jax.methods import InJax, is_transformation
from autograd_mini.compiler.programs import Ready, Surroundings
from autograd_mini.errors import AutogradError
from autograd_mini.optim.base import parameters
from autograd_mini.real import shown


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
    return Compiled(fn, params, Target(backend, dtype, mesh), reduce)


class Compiled(InJax, Exports):
    """A compiled function; made by :func:`compile`.

    Attributes:
        params: the parameters.
        backend: the tier that was asked for.
    """

    def __init__(
        self, fn: Callable[..., Any], params: Iterable[Any], target: Target, reduce: str
    ) -> None:
        if not callable(fn):
            raise TypeError(f"compile: expected a function, not {type(fn).__name__} {shown(fn)}")
        refuse_unknown(target, reduce)
        self._structure: Any = None
        listed: Any = params
        if not hasattr(params, "parameters"):
            listed = params if isinstance(params, Mapping) else list(params)
            if isinstance(listed, Mapping) or any(map(is_nested, listed)):
                self._structure, listed = listed, list(leaves(listed))
        self.params = parameters(listed, "compile") if listed else []
        self.backend = target.backend
        self._fn, self._reduce = fn, reduce
        self._surroundings = Surroundings(fn, self.params, target)

    def _made_of(self) -> tuple[Any, ...]:
        params = self.params if self._structure is None else self._structure
        return self._fn, params, self._surroundings.target, self._reduce

    def __copy__(self) -> Compiled:
        """The same function of the same parameters, which compiles for itself."""
        return Compiled(*self._made_of())

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
        return Compiled, self._made_of()

    def __repr__(self) -> str:
        name = getattr(self._fn, "__name__", "function")
        taken = f", tier {self.tier!r}" if self._surroundings.last else ", not traced yet"
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
        return self._surroundings.surely(self._cost, arguments, True)

    def _cost(self, ready: Ready) -> tuple[Any, Any]:
        engine, data, count = ready[:3]
        theta = engine.theta([p._data for p in self.params])
        if self._reduce == "none":
            losses, gradients = engine.each(theta, data, count)
            return list_or_array(losses, ready.arrays), self._shaped(gradients, ready.arrays)
        value, gradient = cost(engine, theta, (data, count), self._reduce == "mean")
        return value, self._shaped(engine.numbers(gradient), ready.arrays)

    def _shaped(self, numbers: list[Any], arrays: bool) -> Any:
        like = self._structure  # of the parameters as they were given
        if like is None:
            return list_or_array(numbers, arrays)
        if self._reduce != "none":
            return filled(like, iter(numbers), arrays)
        return [filled(like, iter(row), arrays) for row in list_or_array(numbers, False)]

    def forward(self, *arguments: Any) -> Any:
        """The function's results for each example: a list, or an array where arrays went in.

        The function may then return a list of Values: each example gives a list of numbers.
        """
        return self._surroundings.surely(self._results, arguments, False)

    def _results(self, ready: Ready) -> Any:
        engine, data, count = ready[:3]
        found = engine.forward(engine.theta([p._data for p in self.params]), data, count)
        rows = list_or_array(found, False)
        one = len(ready.traces) == 1
        rows = [
            filled(shape, map(float, row)) if shape is not None else row if one else float(row)
            for row, shape in zip(rows, ready.shapes, strict=True)
        ]
        return list_or_array(rows, ready.arrays) if one else rows

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
        size = None if batch_size is None else training.whole(batch_size, "batch_size", 1)
        costs: list[float] = []
        known: list[training.Batches] = []

        def run(ready: Ready) -> list[float]:
            if not isinstance(optimizer, optim.Optimizer) and is_transformation(optimizer):
                return self._train_with_optax(optimizer, ready, steps, size, shuffle, progress)
            engine, data, count, traces = ready[:4]
            captured = self._surroundings.here.captured
            changed = captured.changed if captured else None
            used = sorted({i for traced in traces for i in traced.used})
            started = training.Run(engine, self.params, used, self._reduce, optimizer, changed)
            if known:  # in another engine, where it was left
                known[0].move(engine, data, len(costs))
            else:
                known.append(training.Batches(engine, data, count, size, shuffle))
            return started.train(known[0], steps, progress, costs)

        return self._surroundings.surely(run, arguments, True, size)

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
        text: str | None = getattr(self._engine(), form, None)
        if text is None:
            raise AutogradError(
                f"compiled: there is no {form} on the tier {self.tier!r}; "
                "compile with backend='llvm'"
            )
        return text

    def _engine(self) -> Runner:
        last = self._surroundings.last
        if last is None:
            raise AutogradError(
                "compiled: there is no program yet; call the function with a batch, which tells "
                "the structure of its arguments"
            )
        return last
