"""The tier "jax": the array program under ``jax.jit``.

Vocabulary: the *tree* of the parameters is a dict of whole arrays by the names of the source; θ is
the same numbers in one vector of doubles on the host, which is what the other tiers' common code
hands to and fro. The program *computes* in one precision and *keeps* parameters and states in one:
bfloat16 keeps them in float32, since a small step would be lost beside a parameter.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from functools import cached_property
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler.arrays import ArrayEngine, several
from autograd_mini.compiler.engines import ArrayProgramError, Loop, RefusedError, Task, load
from autograd_mini.compiler.jax import access, lower, rows
from autograd_mini.compiler.jax.devices import Devices
from autograd_mini.compiler.jax.training import Stepping
from autograd_mini.compiler.trace import Trace
from autograd_mini.errors import AutogradError

Tree = dict[str, Any]

KEPT = {"float64": "float64", "float32": "float32", "bfloat16": "float32"}
"""For each precision in which a program computes the one in which it keeps parameters."""

MOST = 3000
"""A program of more statements is refused: XLA's time grows faster than their number."""


class Tier(ArrayEngine):
    """The tier.

    Args:
        trace: what the function is.
        parameters: how many there are.
        dtype: the precision in which it computes.
        mesh: the devices over which batches are split, or None.
    """

    tier = "jax"
    index = np.int32

    def __init__(self, trace: Trace, dtype: str, mesh: Any = None) -> None:
        super().__init__(trace, gradient=False, reserved=lower.reserved())
        self.dtype, self.devices = dtype, Devices(mesh)
        lowered = lower.lower(self.program, [array.name for array in self.read])
        self.leaves, self.constants = lowered.leaves, self.written(lowered.source)
        if self.statements > MOST:
            raise RefusedError(
                f"compile: the function has {self.statements:,} array statements, and XLA takes "
                f"minutes for more than {MOST:,}; use backend='llvm' or 'numpy', or write it so "
                "that it repeats: equal neurons, equal rounds of a loop"
            )
        self.run = self._loaded(dtype)
        self.examined: set[str] = set()
        self.steps: dict[Hashable, Any] = {}
        """What has been compiled for training, by the optimiser."""

    @property
    def exact(self) -> Self:
        """The same program in doubles on one device, for comparison with the eager engine."""
        if self.dtype == "float64" and self.devices.mesh is None:
            return self
        made = copy(self)
        vars(made).pop("_forward", None)
        vars(made).pop("_slopes", None)
        made.dtype, made.devices, made.run = "float64", Devices(None), self._loaded("float64")
        return made

    @property
    def kept(self) -> str:
        """The precision in which parameters and states are kept."""
        return KEPT[self.dtype]

    def _loaded(self, dtype: str) -> Any:
        """The generated function, its constants in this precision."""
        constants = {
            name: x.astype(jnp.dtype(dtype)) if x.dtype == np.float64 else x
            for name, x in self.constants.items()
        }
        return load(self.source, "forward", {**rows.library(), **access.LIBRARY, **constants})

    def precise(self) -> AbstractContextManager[Any]:
        """A block in which JAX has doubles."""
        block: AbstractContextManager[Any] = jax.enable_x64(True)
        return block

    def examine(self, what: str, probe: Any, count: int) -> None:
        """Compare what JAX has compiled with the witness, before its first use.

        A program that computes in another precision than doubles, or on a mesh, is compared in
        doubles on one device.

        Args:
            what: what was compiled: "forward", "slopes", "step".
            probe: an engine that runs it.
            count: the number of examples for which it was compiled.

        Raises:
            ArrayProgramError: it is wrong.
        """
        if self.witness is None or what in self.examined:
            return
        self.examined.add(what)
        witness = copy(self.witness)
        # JAX multiplies what is not chosen by 0; what is nan for it is computed again
        witness.answers = witness.answers._replace(finite=[False] * len(witness.answers.finite))
        if what == "forward":
            witness.gradient = False
        if self.exact is not self:
            probe, count = self.exact, 2
            self.examined |= {what} if what == "forward" else {"slopes", "step"}
        if wrong := witness.wrong_at_first(probe, count) or witness.wrong(probe, count):
            raise ArrayProgramError(f"the generated code differs from the eager engine: {wrong}")

    # --- numbers --------------------------------------------------------------------------------

    def copies(self, data: Any, count: int) -> tuple[Any, int]:
        """Two of each, so that the batch is seen."""
        return [np.repeat(array, 2, axis=0) for array in data], 2

    def tree(self, theta: Any) -> Tree:
        """The tree of a vector, on the host, in the precision in which it is kept."""
        kept = np.asarray(theta).astype(self.kept)
        return {leaf.name: kept[leaf.start : leaf.stop].reshape(leaf.shape) for leaf in self.leaves}

    def placed(self, theta: Any) -> Tree:
        """The tree on the devices."""
        with self.precise():
            tree: Tree = self.devices.put_tree(self.tree(theta))
        return tree

    def vector(self, tree: Mapping[str, Any]) -> Any:
        """The vector of a tree.

        Raises:
            ValueError: it has other leaves than the parameters.
        """
        tree = self.devices.whole(tree)
        wanted = {leaf.name: leaf.shape for leaf in self.leaves}
        found = {name: np.shape(x) for name, x in tree.items()}
        if found != wanted:
            raise ValueError(
                f"write_back: the tree has {_described(found)}, and the parameters are "
                f"{_described(wanted)}; give a tree of the form that jax_function returned"
            )
        parts = [np.asarray(tree[leaf.name], dtype=float).reshape(-1) for leaf in self.leaves]
        return np.concatenate([*parts, np.zeros(0)])

    # --- the function ---------------------------------------------------------------------------

    def function(self, tree: Tree, *data: Any) -> Any:
        """The generated function in the precision in which it computes."""

        def cast(x: Any) -> Any:
            real = jnp.issubdtype(jnp.result_type(x), jnp.floating)
            return jnp.asarray(x, self.dtype) if real else x

        found = self.run({name: cast(x) for name, x in tree.items()}, *map(cast, data))
        return jax.tree.map(lambda x: jnp.asarray(x, self.kept), found)

    def array_function(self) -> Any:
        """The function of the tree and of whole arguments, for the user."""
        self.examine("forward" if self.trace.shape is not None else "slopes", self, 2)
        shape = args.array_shape(self.trace.shape)

        def function(tree: Tree, *arguments: Any) -> Any:
            self._refuse(arguments)
            data = [self._read(arguments[k], kind, k) for kind, k in self.given]
            count = arguments[0].shape[0] if arguments else 1
            outputs = self.function(tree, *data)
            columns = [
                jnp.broadcast_to(x, x.shape if batched else (count, *x.shape)).reshape(count, -1)
                for x, batched in zip(several(outputs), self.batched, strict=True)
            ]
            return jnp.concatenate(columns, axis=1).reshape(count, *shape)

        return function

    def _read(self, argument: Any, kind: str, k: int) -> Any:
        shape = args.shape_of(self.trace.forms[k])
        array = jnp.asarray(argument, jnp.int32 if kind == "index" else self.dtype)
        return array if shape is None else array.reshape(array.shape[0], *shape)

    def _refuse(self, arguments: Sequence[Any]) -> None:
        if len(arguments) != len(self.trace.forms):
            raise TypeError(
                f"jax_function: the function takes a tree and {len(self.trace.forms)} array(s) "
                f"({', '.join(self.trace.names)}), and was given {len(arguments)} array(s)"
            )
        if self.dtype == "float64" and not jax.config.jax_enable_x64:
            raise AutogradError(
                "jax_function: the function computes in float64, and JAX has no doubles here; call "
                "jax.config.update('jax_enable_x64', True) first, or compile with dtype='float32'"
            )

    def cost(self, tree: Tree, data: Sequence[Any], count: int, weight: Any) -> tuple[Any, Any]:
        """The weighted sum of the losses, and they."""
        losses = jnp.broadcast_to(self.function(tree, *data), (count,))
        return (losses * weight).sum(), losses

    @cached_property
    def _forward(self) -> Any:
        return jax.jit(self.function)

    @cached_property
    def _slopes(self) -> Any:
        def slopes(tree: Tree, data: Any, weight: Any) -> Any:
            return jax.grad(self.cost, has_aux=True)(tree, data, len(weight), weight)

        return jax.jit(slopes)

    def results(self, theta: Any, data: Any, count: int) -> Any:
        self.examine("forward", self, count)
        with self.precise():
            found = self._forward(self.placed(theta), *self.devices.put_data(data))
            outputs = several(self.devices.whole(found))
        return self.rows(tuple(np.asarray(x, dtype=float) for x in outputs), count)

    def once(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        self.examine("slopes", self, count)
        with self.precise():
            weights = np.full(count, weight, self.kept)
            found = self._slopes(self.placed(theta), self.devices.put_data(data), weights)
            gradient, losses = self.devices.whole(found)
        return np.asarray(losses, dtype=float), self.vector(gradient)

    def loop(self, task: Task) -> Loop:
        return Stepping(self, task)


def _described(shapes: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {list(shape)}" for name, shape in sorted(shapes.items()))
