"""Training: one jitted step, whose buffers are donated, repeated on the device.

Python only dispatches the steps. It waits at the end of a run of steps, and what the run began with
is kept until then: where a number is not finite the run is made again step by step, with what the
eager engine says; and an interruption finds the state before the run or after it.

Vocabulary: a *change* takes the tree of parameters, that of their gradient, the optimiser's state
and its settings, and gives the new tree and the new state.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from autograd_mini.compiler.engines import Batched, Runner, Trained, cost, load
from autograd_mini.compiler.jax import access, rows
from autograd_mini.compiler.jax.jitted import Jitted, Tree
from autograd_mini.compiler.training import next_pace
from autograd_mini.compiler.update import Update

Change = Callable[[Tree, Tree, Any, Any], tuple[Tree, Any]]


class State(NamedTuple):
    """What training has come to after a number of whole steps, on the device."""

    made: int
    tree: Tree
    state: Any
    costs: list[float]


class Steps:
    """The steps of one call of ``train``; ``now`` changes in one assignment.

    Args:
        engine: whose tree the parameters are.
        runner: what gives the cost of a batch: the engine, or one for several structures.
        batches: where the batches come from.
        mean: whether the cost is the mean of the losses, or their sum.
        theta: the parameters as a vector.
        state: the optimiser's state, on the host.
        change: how a step changes both.
    """

    def __init__(
        self,
        engine: Jitted,
        runner: Runner,
        batches: Batched,
        mean: bool,
        theta: Any,
        state: Any,
        change: Change,
    ) -> None:
        self.engine, self.runner, self.batches, self.mean = engine, runner, batches, mean
        with engine.precise():
            tree = engine.devices.put_tree(engine.tree(theta))
            self.now = State(0, tree, engine.devices.put_tree(state), [])
        self.change = change
        self.placed: dict[int, Any] = {}
        self.step = self._jitted()
        self.alone = jax.jit(change)
        self.copied = jax.jit(partial(jax.tree.map, jnp.copy))

    def _jitted(self) -> Any:
        """((tree, state), settings, data, count) → the next such two, and the cost."""
        engine, change = self.engine, self.change

        def step(kept: Any, settings: Any, data: Any, count: int) -> Any:
            def whole(tree: Tree) -> Any:
                return engine.cost(tree, data, count, 1.0 / count if self.mean else 1.0)[0]

            value, slopes = jax.value_and_grad(whole)(kept[0])
            return change(kept[0], slopes, kept[1], settings), value

        given = self.now.tree, self.now.state
        shardings = engine.devices.results(given)
        return jax.jit(step, static_argnums=3, donate_argnums=0, out_shardings=shardings)

    def run(self, steps: int, settings: Any) -> list[float]:
        """As many steps; their costs."""
        if hasattr(self.runner, "shares"):  # examples of several structures
            return self._slowly(steps, settings)
        made, tree, state, costs = self.now
        with self.engine.precise():
            kept = self.copied((tree, state))
            found = []
            for k in range(made, made + steps):
                data, count = self._data(k)
                kept, value = self.step(kept, settings, data, count)
                found.append(value)
            values = list(map(float, jax.device_get(found)))
            finite = math.isfinite(sum(values)) and _finite(kept[0])
            if not finite and _finite(tree):
                return self._slowly(steps, settings)
        self.now = State(made + steps, kept[0], kept[1], costs + values)
        return values

    def _data(self, k: int) -> tuple[Any, int]:
        """The batch of a step on the devices; one that comes again stays there."""
        part, count = self.batches.batch(k)
        if self.batches.period() is None:
            return self.engine.devices.put_data(part), count
        if id(part) not in self.placed:
            self.placed[id(part)] = self.engine.devices.put_data(part), part
        return self.placed[id(part)][0], count

    def _slowly(self, steps: int, settings: Any) -> list[float]:
        """The same steps with each cost and gradient as a call gives them."""
        engine = self.engine
        made, tree, state, costs = self.now
        values = []
        for k in range(made, made + steps):
            batch = self.batches.batch(k)
            value, gradient = cost(self.runner, engine.vector(tree), batch, self.mean)
            with engine.precise():
                slopes = engine.devices.put_tree(engine.tree(gradient))
                tree, state = self.alone(tree, slopes, state, settings)
            values.append(value)
        self.now = State(made + steps, tree, state, costs + values)
        return values


def _finite(tree: Tree) -> bool:
    return all(bool(jnp.isfinite(x).all()) for x in jax.tree.leaves(tree))


# --- the library's optimisers ---------------------------------------------------------------------


class Stepping:
    """The loop for an update that is known: its state is a tree for each name, and the number t."""

    def __init__(
        self,
        engine: Jitted,
        runner: Runner,
        update: Update,
        theta: Any,
        states: list[Any],
        batches: Batched,
        mean: bool,
    ) -> None:
        self.engine, self.counts = engine, update.settings[:1] == ("t",)
        first = np.zeros((), engine.kept)
        state = list(map(engine.tree, states)), first
        change = changing(update, self.counts)
        self.steps = Steps(engine, runner, batches, mean, theta, state, change)

    def run(self, steps: int, settings: Sequence[float]) -> list[float]:
        """As many steps; ``settings`` are those of the first."""
        before = settings[0] - 1.0 - self.steps.now.made if self.counts else 0.0
        given = [np.asarray(x, self.engine.kept) for x in (before, *settings[self.counts :])]
        return self.steps.run(steps, given)

    def read(self) -> Trained:
        """Vectors on the host."""
        made, tree, (states, _), costs = self.steps.now
        vector = self.engine.vector
        return Trained(made, vector(tree), list(map(vector, states)), costs)


def changing(update: Update, counts: bool) -> Change:
    """The change that the update makes of every leaf; the settings begin with the steps before."""
    source = update.source(rows.template)
    function = load(source, "update", {**rows.library(), **access.LIBRARY})

    def change(tree: Tree, slopes: Tree, state: Any, settings: Any) -> tuple[Tree, Any]:
        states, made = state
        made = made + 1.0
        before, *others = settings
        given = (*([before + made] if counts else []), *others)
        moved = {
            name: _several(function(x, slopes[name], *[s[name] for s in states], *given))
            for name, x in tree.items()
        }
        parts = [{name: x[k] for name, x in moved.items()} for k in range(len(states) + 1)]
        return parts[0], (parts[1:], made)

    return change


def _several(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)


# --- those of optax -------------------------------------------------------------------------------


def transformed(optimizer: Any) -> Change:
    """The change that a gradient transformation of optax makes."""

    def change(tree: Tree, slopes: Tree, state: Any, settings: Any) -> tuple[Tree, Any]:
        moves, state = optimizer.update(slopes, state, tree)
        return jax.tree.map(lambda x, move: (x + move).astype(x.dtype), tree, moves), state

    return change


class Transformed:
    """One call of ``train`` with an optimiser of optax.

    Args:
        engine: as for :class:`Steps`.
        runner: likewise.
        optimizer: the gradient transformation.
        state: where it was left, or None.
        theta: the parameters as a vector.
        batches: where the batches come from.
        mean: whether the cost is the mean of the losses.
    """

    def __init__(
        self,
        engine: Jitted,
        runner: Runner,
        optimizer: Any,
        state: Any,
        theta: Any,
        batches: Batched,
        mean: bool,
    ) -> None:
        with engine.precise():
            state = optimizer.init(engine.tree(theta)) if state is None else state
        change = transformed(optimizer)
        self.steps = Steps(engine, runner, batches, mean, theta, state, change)

    def run(self, steps: int, progress: Callable[[int, float], object] | None) -> None:
        """As many steps in all."""
        pace, made = 1, 0
        while made < steps:
            began = time.perf_counter()
            found = self.steps.run(1 if progress else min(pace, steps - made), [])
            pace = next_pace(len(found), time.perf_counter() - began)
            made += len(found)
            if progress is not None:
                progress(made, found[-1])

    def read(self) -> tuple[Any, Any, list[float]]:
        """The parameters as a vector, the state, and the costs."""
        return self.steps.engine.vector(self.steps.now.tree), *self.steps.now[2:]
