"""Training: one jitted step, whose buffers are donated, repeated on the device.

Python only dispatches the steps. It waits at the end of a run of steps, and what the run began with
is kept until then: where a number is not finite the run is made again step by step, with what the
eager engine says; and an interruption finds the state before the run or after it.

Vocabulary: a *change* takes the tree of parameters, that of their gradient, the optimiser's state
and its settings, and gives the new tree and the new state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from autograd_mini.compiler.engines import Task, Trained, cost, load
from autograd_mini.compiler.jax import access, rows
from autograd_mini.compiler.jax.devices import awaited, lost

LARGE = 4096
"""So many numbers are returned by themselves."""

Tree = dict[str, Any]
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
        task: what is to be done; its runner is the engine, or one for several structures.
        state: the optimiser's state, on the host.
        key: what tells how a step changes both; it is compiled once for each.
        change: makes that change.
    """

    def __init__(
        self, engine: Any, task: Task, state: Any, key: Hashable, change: Callable[[], Change]
    ) -> None:
        self.engine, self.task = engine, task
        self.several = task.runner is not engine
        with engine.precise():
            tree, state = engine.placed(task.theta), engine.devices.put_tree(state)
        self.now = State(0, tree, state, [])
        key = key, task.mean
        if key not in engine.steps:
            lie = engine.devices.results((self.now.tree, self.now.state))
            engine.steps[key] = _jitted(engine, change(), task.mean, lie)
        self.step, self.alone, self.begun = engine.steps[key]
        self.placed: dict[int, Any] = {}
        self.spare: Any = None
        """Copies of what there is now, for the next steps to change."""

    def run(self, steps: int, settings: Any) -> list[float]:
        """As many steps; their costs.

        Raises:
            AutogradError: another process that takes part has ended.
        """
        try:
            return self._run(steps, settings)
        except jax.errors.JaxRuntimeError as fault:
            if jax.process_count() == 1:
                raise
            raise lost(self.now.made) from fault

    def _run(self, steps: int, settings: Any) -> list[float]:
        if self.several:  # examples of several structures
            return self._slowly(steps, settings)
        made, tree, state, costs = self.now
        with self.engine.precise():
            settings = self.engine.devices.put_tree(settings)
            batch = self._data(made)
            if self.spare is None:
                self._examine(settings, batch[1])
                self.spare, self.sound = self.begun(tree, state)
            kept, self.spare = self.spare, None
            found, step = [], self.step
            same = self.task.batches.period() == 1
            several = jax.process_count() > 1
            for k in range(made, made + steps):
                if k > made and not same:
                    batch = self._data(k)
                kept, value, _ = step(kept, settings, *batch)
                found.append(value)
                if several:
                    awaited(value, self.now.made)
            values = [float(np.asarray(x)) for x in found]  # faster than device_get for one number
            spare, sound = self.begun(*kept)
            if not (math.isfinite(sum(values)) and sound) and self.sound:
                return self._slowly(steps, settings)
        self.now = State(made + steps, kept[0], kept[1], costs + values)
        self.spare, self.sound = spare, sound
        return values

    def _examine(self, settings: Any, count: int) -> None:
        """Compare the step with the witness, on examples of its own."""
        probe = copy(self.engine)

        def once(theta: Any, data: Any, count: int, weight: float) -> tuple[Any, Any]:
            engine = self.engine
            with engine.precise():
                tree = engine.tree(theta)
                kept = engine.devices.put_tree(tree), self.begun(*self.now[1:3])[0][1]
                data = engine.devices.put_data(data)
                vector, large = engine.devices.whole(self.step(kept, settings, data, count)[2])
                losses, slopes = _unpacked(vector, large, tree, count)
                scale = weight * (count if self.task.mean else 1.0)
                return np.asarray(losses, dtype=float), engine.vector(slopes) * scale

        probe.once = once
        self.engine.examine("step", probe, count)

    def _data(self, k: int) -> tuple[Any, int]:
        """The batch of a step on the devices; one that comes again stays there."""
        part, count = self.task.batches.batch(k)
        if self.task.batches.period() is None:
            return self.engine.devices.put_data(part), count
        if id(part) not in self.placed:
            self.placed[id(part)] = self.engine.devices.put_data(part), part
        return self.placed[id(part)][0], count

    def _slowly(self, steps: int, settings: Any) -> list[float]:
        """The same steps with each cost and gradient as a call gives them."""
        engine, task = self.engine, self.task
        made, tree, state, costs = self.now
        values = []
        for k in range(made, made + steps):
            batch = task.batches.batch(k)
            value, gradient = cost(task.runner, engine.vector(tree), batch, task.mean)
            with engine.precise():
                slopes = engine.devices.put_tree(engine.tree(gradient))
                tree, state = self.alone(tree, slopes, state, settings)
            values.append(value)
        self.now = State(made + steps, tree, state, costs + values)
        self.spare = None
        return values


def _jitted(engine: Any, change: Change, mean: bool, lie: Any) -> tuple[Any, Any, Any]:
    """What is compiled for a way of training.

    The step, ((tree, state), settings, data, count) → the next such two, the cost, and its parts;
    the change alone; and :func:`_begun`.
    """

    def step(kept: Any, settings: Any, data: Any, count: int) -> Any:
        def whole(tree: Tree) -> Any:
            return engine.cost(tree, data, count, 1.0 / count if mean else 1.0)

        (value, losses), slopes = jax.value_and_grad(whole, has_aux=True)(kept[0])
        parts = () if engine.exact is not engine else _packed(losses, slopes)
        return change(kept[0], slopes, kept[1], settings), value, parts

    shardings = None if lie is None else (lie, engine.devices.everywhere, None)
    made = jax.jit(step, static_argnums=3, donate_argnums=0, out_shardings=shardings)
    return made, jax.jit(change), jax.jit(_begun)


def _packed(losses: Any, slopes: Tree) -> tuple[Any, Tree]:
    """The losses and all small slopes in one vector, the large ones by themselves.

    They are asked for once, when the step is compared with the witness; but each array that a
    program returns costs some microseconds in every step.
    """
    small = [x.reshape(-1) for _, x in sorted(slopes.items()) if x.size < LARGE]
    large = {name: x for name, x in slopes.items() if x.size >= LARGE}
    return jnp.concatenate([losses, *small]), large


def _unpacked(vector: Any, large: Tree, tree: Tree, count: int) -> tuple[Any, Tree]:
    """The losses and the slopes of this tree again."""
    losses, rest = vector[:count], vector[count:]
    slopes = dict(large)
    for name, x in sorted(tree.items()):
        if name not in slopes:
            slopes[name], rest = rest[: x.size].reshape(x.shape), rest[x.size :]
    return losses, slopes


def _begun(tree: Tree, state: Any) -> tuple[Any, Any]:
    """Copies of parameters and state, and whether the parameters are finite."""
    sound = [jnp.isfinite(x).all() for x in jax.tree.leaves(tree)]
    return jax.tree.map(jnp.copy, (tree, state)), jnp.array(sound).all()


class Stepping(Steps):
    """The loop for an update that is known: its state is a tree for each name, and the number t."""

    def __init__(self, engine: Any, task: Task) -> None:
        made = [np.zeros((), engine.kept)] if task.update.counts else []
        state = list(map(engine.tree, task.states)), made
        source = task.update.source(rows.template)
        super().__init__(engine, task, state, source, partial(changing, source))

    def run(self, steps: int, settings: Sequence[float]) -> list[float]:
        """As many steps; ``settings`` are those of the first."""
        if self.task.update.counts:  # the steps made before these, and in them by the state
            settings = (settings[0] - 1.0 - self.now.made, *settings[1:])
        return super().run(steps, np.array(settings, self.engine.kept))

    def read(self) -> Trained:
        made, tree, (states, _), costs = self.now
        vector = self.engine.vector
        return Trained(made, vector(tree), list(map(vector, states)), costs)


def changing(source: str) -> Change:
    """The change that an update makes of every leaf; the settings begin with the steps before."""
    function = load(source, "update", {**rows.library(), **access.LIBRARY})

    def change(tree: Tree, slopes: Tree, state: Any, settings: Any) -> tuple[Tree, Any]:
        states, made = state
        made = [x + 1.0 for x in made]
        given = [*settings]
        if made:
            given[0] = given[0] + made[0]
        moved = {
            name: function(x, slopes[name], *[s[name] for s in states], *given)
            for name, x in tree.items()
        }
        parts = [{name: x[k] for name, x in moved.items()} for k in range(len(states) + 1)]
        return parts[0], (parts[1:], made)

    return change


def transformed(optimizer: Any) -> Change:
    """The change that a gradient transformation of optax makes."""

    def change(tree: Tree, slopes: Tree, state: Any, settings: Any) -> tuple[Tree, Any]:
        moves, state = optimizer.update(slopes, state, tree)
        return jax.tree.map(lambda x, move: (x + move).astype(x.dtype), tree, moves), state

    return change


class Transformed(Steps):
    """One call of ``train`` with an optimiser of optax.

    Args:
        engine: as for :class:`Steps`.
        task: likewise; its update is not asked for.
        optimizer: the gradient transformation.
        state: where it was left, or None.
    """

    def __init__(self, engine: Any, task: Task, optimizer: Any, state: Any) -> None:
        with engine.precise():
            state = optimizer.init(engine.tree(task.theta)) if state is None else state
        super().__init__(engine, task, state, optimizer.update, partial(transformed, optimizer))
