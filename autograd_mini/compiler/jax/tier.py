"""The tier "jax" at run time: a program under ``jax.jit``."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

import jax
import numpy as np

from autograd_mini.compiler.engines import Loop, Runner, each, repaired, repaired_rows
from autograd_mini.compiler.jax.jitted import Jitted, Tree, several
from autograd_mini.compiler.jax.training import Stepping
from autograd_mini.compiler.update import Update


class Tier(Jitted):
    """The tier."""

    tier = "jax"

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
        with self.precise():
            outputs = jax.device_get(self._forward(self.tree(theta), *data))
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
        with self.precise():
            weights = np.full(count, weight, self.kept)
            gradient, losses = jax.device_get(self._slopes(self.tree(theta), data, weights))
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
