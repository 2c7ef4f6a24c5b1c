"""The tier "jax" at run time: a program under ``jax.jit``."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import AbstractContextManager
from copy import copy
from functools import cached_property
from typing import Any

import jax
import numpy as np

from autograd_mini.compiler.engines import (
    ArrayProgramError,
    Loop,
    Runner,
    each,
    repaired,
    repaired_rows,
)
from autograd_mini.compiler.jax.jitted import Jitted, Tree, several
from autograd_mini.compiler.jax.training import Stepping
from autograd_mini.compiler.trace import Trace
from autograd_mini.compiler.update import Update


class Tier(Jitted):
    """The tier."""

    tier = "jax"

    def __init__(self, trace: Trace, parameters: int, dtype: str, mesh: Any = None) -> None:
        super().__init__(trace, parameters, dtype, mesh)
        self.witness: Any = None
        self.examined: set[str] = set()
        self.steps: dict[Hashable, Any] = {}
        """What has been compiled for training, by the optimiser."""

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

    def examine_function(self) -> None:
        """Compare the function and its derivative with the witness, on two examples."""
        self.examine("forward" if self.trace.shape is not None else "slopes", self, 2)

    @cached_property
    def _forward(self) -> Any:
        return jax.jit(self.function)

    @cached_property
    def _slopes(self) -> Any:
        def slopes(tree: Tree, data: Any, weight: Any) -> Any:
            return jax.grad(self.cost, has_aux=True)(tree, data, len(weight), weight)

        return jax.jit(slopes)

    def forward(self, theta: Any, data: Any, count: int) -> Any:
        """Run the code; an array of one or two axes."""
        self.examine("forward", self, count)
        with self.precise():
            tree, placed = self.devices.put_tree(self.tree(theta)), self.devices.put_data(data)
            outputs = self.devices.whole(self._forward(tree, *placed))
        columns = []
        for output, batched in zip(several(outputs), self.batched, strict=True):
            found = np.asarray(output, dtype=float)
            found = found if batched else np.broadcast_to(found, (count, *found.shape))
            columns.append(found.reshape(count, -1))
        made = columns[0][:, 0] if self.trace.shape is None else np.concatenate(columns, axis=1)
        if np.isfinite(made).all():
            return made
        return np.array(repaired_rows(self, theta, data, made.tolist()))

    def step(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code; what is not finite is computed again."""
        found = self.once(theta, data, count, weight)
        if self.finite(*found):
            return found
        losses, gradient = repaired(self, theta, data, count, weight, found)
        return np.array(losses), gradient

    def finite(self, losses: Any, gradient: Any) -> bool:
        """Whether all numbers are."""
        return bool(np.isfinite(losses).all() and np.isfinite(gradient).all())

    def once(self, theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
        """Run the code."""
        self.examine("slopes", self, count)
        with self.precise():
            weights = np.full(count, weight, self.kept)
            tree, placed = self.devices.put_tree(self.tree(theta)), self.devices.put_data(data)
            gradient, losses = self.devices.whole(self._slopes(tree, placed, weights))
        return np.asarray(losses, dtype=float), self.vector(gradient)

    def each(self, theta: Any, data: Any, count: int) -> tuple[list[float], list[list[float]]]:
        """One after the other."""
        return each(self, theta, data, count)

    def mean(self, losses: Any) -> float:
        """The mean."""
        return float(np.add.reduce(losses)) / len(losses)

    def quiet(self) -> AbstractContextManager[Any]:
        """NumPy's own block."""
        return np.errstate(all="ignore")

    # --- training -------------------------------------------------------------------------------

    def loop(self, *given: Any) -> Loop:
        """Step by step, on the device."""
        return self.loop_of(self, *given)

    def loop_of(self, runner: Runner, update: Update, *given: Any) -> Loop:
        """The same for examples of several structures: each step from Python."""
        return Stepping(self, runner, update, *given)
