"""The works in JAX: the whole step under ``jax.jit``, parameters and state donated, doubles.

Vocabulary: how a loop asks for the steps. *Each*: it reads the cost after every step, as a loop
that keeps a history does. *Ahead*: it dispatches them all and waits at the end. *Scan*: the steps
themselves are a ``lax.scan`` inside one compiled program, recompiled for each number of steps.
"""

from __future__ import annotations

import importlib
import math
import os
from collections.abc import Callable
from typing import Any

from tests.benchmarks.compiled.works import Perceptron, Recurrent, Transformer, Work

ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def prepare(work: Work | Recurrent, loop: str) -> Callable[[int], float]:
    """A function that makes so many steps and returns the cost before the last of them."""
    os.environ["XLA_FLAGS"] = ONE_THREAD
    os.environ["JAX_PLATFORMS"] = "cpu"
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    return stepping(jax, work, loop)


def stepping(jax: Any, work: Work | Recurrent, loop: str) -> Callable[[int], float]:
    """The same in a JAX that is set up already: in doubles, or in what it has instead."""
    made_by: dict[type, Any] = {Perceptron: _perceptron, Recurrent: _recurrent}
    step, state = made_by.get(type(work), _transformer)(jax, jax.numpy, work)
    if loop == "scan":
        return _scan(jax, step, state)
    step = jax.jit(step, donate_argnums=0)
    read: Callable[[Any], Any] = float if loop == "each" else lambda cost: cost

    def run(steps: int) -> float:
        nonlocal state
        for _ in range(steps):
            state, cost = step(state)
            value = read(cost)
        return float(value)

    return run


def _scan(jax: Any, step: Any, state: Any) -> Callable[[int], float]:
    def many(state: Any, steps: int) -> Any:
        return jax.lax.scan(lambda s, _: step(s), state, None, length=steps)

    many = jax.jit(many, static_argnums=1, donate_argnums=0)

    def run(steps: int) -> float:
        nonlocal state
        state, costs = many(state, steps)
        return float(costs[-1])

    return run


def _perceptron(jax: Any, np: Any, work: Any) -> tuple[Any, Any]:
    inputs, labels = map(np.array, work.examples())
    layers = [(np.array(w), np.array(b)) for w, b in work.layers()]

    def cost(layers: Any) -> Any:
        a = inputs
        for w, b in layers[:-1]:
            a = jax.nn.relu(a @ w.T + b)
        w, b = layers[-1]
        scores = a @ w.T + b
        if work.loss == "softmax":
            shares = jax.nn.log_softmax(scores)
            return -np.take_along_axis(shares, labels[:, None], axis=1).mean()
        decay = sum((w * w).sum() + (b * b).sum() for w, b in layers)
        return jax.nn.relu(1.0 - labels * scores[:, 0]).mean() + work.decay * decay

    def step(layers: Any) -> Any:
        value, gradients = jax.value_and_grad(cost)(layers)
        moved = jax.tree.map(lambda p, g: p - work.rate * g, layers, gradients)
        return moved, value

    return step, layers


def _transformer(jax: Any, np: Any, work: Transformer) -> tuple[Any, Any]:
    from tests.benchmarks.compiled import transformer

    tokens = np.array(work.examples())
    first = {name: np.array(rows) for name, rows in transformer.first_matrices(work).items()}
    hidden = np.triu(np.full((work.length, work.length), -np.inf), 1)

    def norm(x: Any) -> Any:
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)

    def heads(x: Any) -> Any:
        return x.reshape(*x.shape[:2], transformer.HEADS, -1).swapaxes(1, 2)

    def cost(m: Any) -> Any:
        x = norm(m["token"][tokens[:, :-1]] + m["place"][: work.length])
        n = norm(x)
        q, k, v = (heads(n @ m[name].T) for name in ("query", "key", "value"))
        scores = q @ k.swapaxes(2, 3) / math.sqrt(q.shape[-1]) + hidden
        mixed = (jax.nn.softmax(scores) @ v).swapaxes(1, 2).reshape(x.shape)
        x = x + mixed @ m["mix"].T
        x = x + jax.nn.relu(norm(x) @ m["up"].T) @ m["down"].T
        shares = jax.nn.log_softmax(x @ m["logits"].T)
        return -np.take_along_axis(shares, tokens[:, 1:, None], axis=2).mean()

    def step(state: Any) -> Any:
        m, means, squares, done = state
        value, gradients = jax.value_and_grad(cost)(m)
        done = done + 1.0
        b1, b2 = transformer.BETAS
        means = jax.tree.map(lambda s, g: b1 * s + (1.0 - b1) * g, means, gradients)
        squares = jax.tree.map(lambda s, g: b2 * s + (1.0 - b2) * g * g, squares, gradients)
        right1, right2 = 1.0 - b1**done, 1.0 - b2**done
        moved = jax.tree.map(
            lambda p, s, t: p - work.rate * (s / right1) / (np.sqrt(t / right2) + transformer.EPS),
            m,
            means,
            squares,
        )
        return (moved, means, squares, done), value

    zeros = [{name: np.zeros_like(x) for name, x in first.items()} for _ in range(2)]
    return step, (first, *zeros, 0.0)


def _recurrent(jax: Any, np: Any, work: Recurrent) -> tuple[Any, Any]:
    w, u, b, v = map(np.array, work.matrices())
    series, targets = map(np.array, work.examples())

    def cost(m: Any) -> Any:
        inputs = np.moveaxis(series @ m["w"].T + m["b"], 1, 0)
        first = np.zeros((work.batch, work.width))
        h, _ = jax.lax.scan(lambda h, x: (np.tanh(x + h @ m["u"].T), None), first, inputs)
        return ((h @ m["v"] - targets) ** 2).mean()

    def step(m: Any) -> Any:
        value, gradients = jax.value_and_grad(cost)(m)
        return jax.tree.map(lambda p, g: p - work.rate * g, m, gradients), value

    return step, {"w": w, "u": u, "b": b[0], "v": v[0]}
