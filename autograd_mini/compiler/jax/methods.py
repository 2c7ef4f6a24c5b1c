"""What a compiled function has beside its calls when it runs in JAX. JAX is imported when asked."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from autograd_mini.bulk import set_data
from autograd_mini.compiler import training
from autograd_mini.compiler.engines import Task
from autograd_mini.compiler.update import Update
from autograd_mini.errors import AutogradError

if TYPE_CHECKING:
    from autograd_mini.compiler.engines import Runner
    from autograd_mini.compiler.programs import Surroundings
    from autograd_mini.value import Value

Function = Callable[..., Any]


class InJax:
    """Methods of :class:`~autograd_mini.compiler.compiled.Compiled`.

    Attributes:
        params: the parameters.
        backend: the tier that was asked for.
        optimizer_state: where the optimiser of optax that was last given to ``train`` was left. A
            call of ``train`` with the same one goes on from there; it may be set, to a state that
            was saved.
    """

    params: list[Value]
    backend: str
    optimizer_state: Any = None
    _reduce: str
    _optimizer: Any = None
    _surroundings: Surroundings

    if TYPE_CHECKING:

        def _engine(self) -> Runner: ...

    def jax_function(self, *examples: Any) -> tuple[Function, dict[str, Any]]:
        """The function itself, for everything that JAX can do with one, and its parameters.

        Args:
            examples: as for a call; they only tell the structure.

        Returns:
            A pure function ``f(tree, *arguments)`` and the tree of the parameters as they are: a
            dict of whole arrays by the names that ``source`` has (``W1``, ``b1``). Each argument is
            an array with one axis more, in front, than an example's; of a dict each entry is an
            argument, in the order of the keys. The results have the same axis: for one result its
            shape is ``(examples,)``. ``jax.grad``, ``jit``, ``vmap`` and so on apply.

        Raises:
            AutogradError: the function is not compiled with ``backend="jax"``, or runs elsewhere;
                or examples differ in their structure.

        Its derivatives are the table's, at kinks and ties too; but JAX multiplies what is not
        chosen by 0 where the eager engine leaves it out, so an infinite slope there makes nan.
        In "float64" the function must run where JAX has doubles:
        ``jax.config.update("jax_enable_x64", True)``.
        """
        engine: Any = self._surroundings.ready(examples, False).engine
        self._in_jax(engine, "jax_function")
        function = engine.array_function()
        return function, engine.placed(engine.theta([p._data for p in self.params]))

    def write_back(self, tree: dict[str, Any]) -> None:
        """Set the parameters to the numbers of a tree that :meth:`jax_function` gave.

        Raises:
            AutogradError: nothing runs in JAX yet.
            ValueError: the tree has other arrays than the parameters are.
        """
        engine: Any = self._engine()
        self._in_jax(engine, "write_back")
        self._set(engine, engine.vector(tree))

    def _set(self, engine: Any, theta: Any) -> None:
        """Set the parameters that a program has to these numbers."""
        numbers, used = engine.numbers(theta), sorted(engine.order)
        set_data([self.params[i] for i in used], [numbers[i] for i in used], lambda: None)

    def _in_jax(self, engine: Any, method: str) -> None:
        if hasattr(engine, "array_function"):
            return
        if self.backend != "jax":
            raise AutogradError(
                f"{method}: the function is compiled with backend={self.backend!r}; "
                "compile it with backend='jax'"
            )
        raise AutogradError(
            f"{method}: the function runs as several programs, or not in JAX (tier "
            f"{engine.tier!r}); give examples of one structure"
        )

    def _train_with_optax(
        self,
        optimizer: Any,
        ready: Any,
        steps: int,
        batch_size: int | None,
        shuffle: Random | None,
        progress: Callable[[int, float], object] | None,
    ) -> list[float]:
        """The loop with a gradient transformation, whose state stays here."""
        engine, data, count = ready[:3]
        first = engine.first if hasattr(engine, "first") else engine
        if not hasattr(first, "array_function"):
            raise AutogradError(
                f"train: {type(optimizer).__name__} is an optimiser of optax, which runs in JAX; "
                "compile with backend='jax', or take one of autograd_mini.optim"
            )
        from autograd_mini.compiler.jax.training import Transformed

        if self._optimizer is not optimizer and self._optimizer is not None:
            self.optimizer_state = None
        self._optimizer = optimizer
        batches = training.Batches(engine, data, count, batch_size, shuffle)
        theta = engine.theta([p._data for p in self.params])
        task = Task(engine, Update((), (), ()), theta, [], batches, self._reduce == "mean")
        loop = Transformed(first, task, optimizer, self.optimizer_state)
        steps, no_settings = training.whole(steps, "steps", 0), lambda made: ()
        try:
            training.paced(loop.run, steps, no_settings, progress is not None, progress)
        finally:
            _, tree, self.optimizer_state, costs = loop.now
            self._set(engine, first.vector(tree))
        return costs


def is_transformation(optimizer: Any) -> bool:
    """Whether it is an optimiser of optax: a pair of functions."""
    return all(callable(getattr(optimizer, name, None)) for name in ("init", "update"))
