"""A program in JAX: its generated source, and its parameters in their forms.

Vocabulary: the *tree* of the parameters is a dict of whole arrays by the names of the source; θ is
the same numbers in one vector of doubles on the host, which is what the other tiers' common code
hands to and fro. The program *computes* in one precision and *keeps* parameters and states in one:
bfloat16 keeps them in float32, since a small step would be lost beside a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np

from autograd_mini.compiler import arguments as args
from autograd_mini.compiler import pipeline
from autograd_mini.compiler.engines import (
    RefusedError,
    load,
)
from autograd_mini.compiler.jax import access, lower, rows
from autograd_mini.compiler.jax.devices import Devices
from autograd_mini.compiler.numpy_tier import checked
from autograd_mini.compiler.trace import Results, Trace, source_names
from autograd_mini.errors import AutogradError

Tree = dict[str, Any]

KEPT = {"float64": "float64", "float32": "float32", "bfloat16": "float32"}
"""For each precision in which a program computes the one in which it keeps parameters."""

MOST = 3000
"""A program of more statements is refused: XLA's time grows faster than their number."""


class Jitted:
    """A program; the tier itself is :class:`~autograd_mini.compiler.jax.tier.Tier`.

    Args:
        trace: what the function is.
        parameters: how many there are.
        dtype: the precision in which it computes.
        mesh: the devices over which batches are split, or None.
    """

    tier = "jax"

    def __init__(self, trace: Trace, parameters: int, dtype: str, mesh: Any = None) -> None:
        self.trace, self.parameters, self.dtype = trace, parameters, dtype
        self.devices = Devices(mesh)
        reserved = (*rows.library(), *access.LIBRARY, "parameters")
        names = [f"{x}_" if x in reserved else x for x in source_names(trace.forms, trace.names)]
        self.program = self.grouped = pipeline.grouped(trace, names, False)
        read = [array for array in self.program.arrays if array.kind in ("argument", "index")]
        self.given = [(array.kind, array.detail) for array in read]
        self.batched = [output.batched for output in self.program.outputs]
        self.order: Sequence[int] = self.program.order
        self.places = np.array(self.order, dtype=int)
        lowered = lower.lower(self.program, [array.name for array in read])
        self.leaves, self.source = lowered.leaves, lowered.source.text
        self.statements = self.source.count("\n") - 2
        if self.statements > MOST:
            raise RefusedError(
                f"compile: the function has {self.statements:,} array statements, and XLA takes "
                f"minutes for more than {MOST:,}; use backend='llvm' or 'numpy', or write it so "
                "that it repeats: equal neurons, equal rounds of a loop"
            )
        self.constants = lowered.source.constants
        self.run = self._loaded(dtype)

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

    # --- numbers --------------------------------------------------------------------------------

    def prepare(self, arguments: Sequence[Any]) -> Any:
        """The arrays that the source reads, on the host: they go where they are needed."""
        arrays = checked(self.trace, arguments)
        return [
            np.ascontiguousarray(arrays[k], dtype=np.int32 if kind == "index" else np.float64)
            for kind, k in self.given
        ]

    def part(self, data: Any, start: int, stop: int) -> Any:
        """A view."""
        return [array[start:stop] for array in data]

    def pick(self, data: Any, indices: Sequence[int]) -> Any:
        """A copy."""
        return [array[list(indices)] for array in data]

    def copies(self, data: Any, count: int) -> tuple[Any, int]:
        """Two of each, so that the batch is seen."""
        return [np.repeat(array, 2, axis=0) for array in data], 2

    def theta(self, numbers: Sequence[float]) -> Any:
        """A vector of doubles, in the order of the layout."""
        return np.array(numbers, dtype=float)[self.places]

    def numbers(self, theta: Any) -> list[float]:
        """Out of the layout's order."""
        placed = np.zeros(self.parameters)
        placed[self.places] = theta
        found: list[float] = placed.tolist()
        return found

    def tree(self, theta: Any) -> Tree:
        """The tree of a vector, on the host, in the precision in which it is kept."""
        kept = np.asarray(theta).astype(self.kept)
        return {leaf.name: kept[leaf.start : leaf.stop].reshape(leaf.shape) for leaf in self.leaves}

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

    def cells(self, data: Any, i: int) -> list[Sequence[float]]:
        """Out of the arrays that are read."""
        found: list[Sequence[float]] = [()] * len(self.trace.forms)
        for (_, k), array in zip(self.given, data, strict=True):
            found[k] = array[i].ravel().tolist()
        return found

    # --- the function ---------------------------------------------------------------------------

    def function(self, tree: Tree, *data: Any) -> Any:
        """The generated function in the precision in which it computes."""
        return self._computed(self.run, self.dtype, tree, data)

    def _computed(self, run: Any, dtype: str, tree: Tree, data: Sequence[Any]) -> Any:
        def cast(x: Any) -> Any:
            return jnp.asarray(x, dtype) if jnp.issubdtype(jnp.result_type(x), jnp.floating) else x

        kept = KEPT[dtype]
        found = run({name: cast(x) for name, x in tree.items()}, *map(cast, data))
        return jax.tree.map(lambda x: jnp.asarray(x, kept), found)

    def array_function(self) -> Any:
        """The function of the tree and of whole arguments, for the user."""
        shape = _rectangle(self.trace.shape)

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
        dtype = jnp.int32 if kind == "index" else self.dtype
        array = jnp.asarray(argument, dtype)
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

    def placed_tree(self, numbers: Sequence[float]) -> Tree:
        """The tree of the parameters, on the devices."""
        with self.precise():
            tree: Tree = self.devices.put_tree(self.tree(self.theta(numbers)))
        return tree

    def cost(self, tree: Tree, data: Sequence[Any], count: int, weight: Any) -> tuple[Any, Any]:
        """The weighted sum of the losses, and they."""
        losses = jnp.broadcast_to(self.function(tree, *data), (count,))
        return (losses * weight).sum(), losses


def several(outputs: Any) -> tuple[Any, ...]:
    """The outputs as a tuple."""
    return outputs if isinstance(outputs, tuple) else (outputs,)


def _rectangle(shape: Results) -> tuple[int, ...]:
    """The shape of nested results as an array; flat where they are no rectangle."""
    if shape is None:
        return ()
    inner = {_rectangle(part) for part in shape}
    if len(inner) == 1:
        return (len(shape), *inner.pop())
    return (_count(shape),)


def _count(shape: Results) -> int:
    return 1 if shape is None else sum(map(_count, shape))


def _described(shapes: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {list(shape)}" for name, shape in sorted(shapes.items()))
