"""The programs of :mod:`tests.compiler.chains` as a user of JAX writes them, with ``lax.scan``."""

from __future__ import annotations

import importlib
import math
import os
from collections.abc import Callable
from typing import Any

from tests.compiler.chains import Chain

Loss = Callable[..., Any]


class Peer:
    """JAX, in doubles on one thread, and one of the programs.

    Args:
        name: which one.
        chain: the program, for its parameters and examples.
        steps: how many steps it makes.
    """

    def __init__(self, name: str, chain: Chain, steps: int) -> None:
        os.environ.setdefault(
            "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        )
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
        jax = self.jax = importlib.import_module("jax")
        jax.config.update("jax_enable_x64", True)
        self.np = np = jax.numpy
        self.steps = steps
        one: Loss = getattr(self, name)

        def mean(theta: Any, *examples: Any) -> Any:
            return jax.vmap(lambda *x: one(theta, *x))(*examples).mean()

        self.theta = np.array([p.data for p in chain.params])
        self.examples = [np.array(x) for x in chain.examples]
        self.given = (self.theta, *self.examples)
        self.run = jax.jit(jax.value_and_grad(mean))

    def answer(self) -> tuple[float, Any]:
        """The mean loss and its gradient."""
        value, gradient = self.run(*self.given)
        return float(value), gradient

    def split(self, theta: Any, *shapes: tuple[int, ...]) -> list[Any]:
        """Parameters in these shapes, one after the other."""
        found, start = [], 0
        for shape in shapes:
            stop = start + math.prod(shape)
            found.append(theta[start:stop].reshape(shape))
            start = stop
        return found

    def scan(self, step: Any, state: Any, *rows: Any, length: int | None = None) -> tuple[Any, Any]:
        """``lax.scan`` over rows."""
        made: tuple[Any, Any] = self.jax.lax.scan(step, state, rows or None, length=length)
        return made

    # --- the programs ---------------------------------------------------------------------------

    def rnn(self, theta: Any, xs: Any, y: Any) -> Any:
        np = self.np
        w, u, b, v = self.split(theta, (8, 3), (8, 8), (8,), (8,))
        h, _ = self.scan(lambda h, row: (np.tanh(w @ row[0] + b + u @ h), None), np.zeros(8), xs)
        return (v @ h - y) ** 2

    def labelled(self, theta: Any, xs: Any, ys: Any) -> Any:
        np = self.np
        w, u, b, v, first = self.split(theta, (5, 2), (5, 5), (5,), (5,), (5,))

        def step(h: Any, row: Any) -> Any:
            x, y = row
            h = np.tanh(w @ x + b + u @ h)
            return h, (v @ h - y) ** 2

        _, errors = self.scan(step, first, xs, ys)
        return errors.mean()

    def lstm(self, theta: Any, xs: Any, y: Any) -> Any:
        np, sigmoid = self.np, self.jax.nn.sigmoid
        shapes = [shape for _ in range(4) for shape in ((8, 11), (8,))]
        *gates, v = self.split(theta, *shapes, (8,))
        w, b = np.concatenate(gates[::2]), np.concatenate(gates[1::2])

        def step(state: Any, row: Any) -> Any:
            h, c = state
            i, o, f, g = np.split(w @ np.concatenate([row[0], h]) + b, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            return (sigmoid(o) * np.tanh(c), c), None

        (h, _), _ = self.scan(step, (np.zeros(8), np.zeros(8)), xs)
        return (v @ h - y) ** 2

    def gru(self, theta: Any, xs: Any, y: Any) -> Any:
        np, sigmoid = self.np, self.jax.nn.sigmoid
        shapes = [(6, 2)] * 3 + [(6, 6)] * 3 + [(6,)] * 4
        wr, wz, wn, ur, uz, un, br, bz, bn, v = self.split(theta, *shapes)

        def step(h: Any, row: Any) -> Any:
            (x,) = row
            r = sigmoid(wr @ x + br + ur @ h)
            z = sigmoid(wz @ x + bz + uz @ h)
            n = np.tanh(wn @ x + bn + un @ (r * h))
            return (1 - z) * n + z * h, None

        h, _ = self.scan(step, np.zeros(6), xs)
        return (v @ h - y) ** 2

    def _runge_kutta(self, rates: Any, s: Any, dt: float) -> Any:
        k1 = rates(s)
        k2 = rates(s + dt / 2 * k1)
        k3 = rates(s + dt / 2 * k2)
        k4 = rates(s + dt * k3)
        return s + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    def lotka(self, theta: Any, start: Any, seen: Any) -> Any:
        np = self.np
        a, b, c, d = theta

        def rates(s: Any) -> Any:
            x, y = s
            return np.stack([a * x - b * x * y, c * x * y - d * y])

        state, _ = self.scan(
            lambda s, _: (self._runge_kutta(rates, s, 0.02), None), start, length=self.steps
        )
        return ((state - seen) ** 2).sum()

    def pendulum(self, theta: Any, seen: Any) -> Any:
        np, dt = self.np, 0.01
        g, damping, angle, speed = theta

        def step(s: Any, row: Any) -> Any:
            y, force = row

            def rates(s: Any) -> Any:
                q, p = s
                return np.stack([p, force - damping * p - g * np.sin(q)])

            s = self._runge_kutta(rates, s, dt)
            return s, (s[0] - y) ** 2

        forces = np.cos(3 * np.arange(len(seen)) * dt)
        _, errors = self.scan(step, np.stack([angle, speed]), seen, forces)
        return errors.mean()

    def kalman(self, theta: Any, seen: Any) -> Any:
        np = self.np
        f, h, q, r = self.split(theta, (4, 4), (4,), (), ())

        def step(state: Any, row: Any) -> Any:
            (x, p), (y,) = state, row
            x = f @ x
            p = f @ p @ f.T + q * np.eye(4)
            ph = p @ h
            s = h @ ph + r
            error = y - h @ x
            gain = ph / s
            return (x + gain * error, p - np.outer(gain, ph)), np.log(s) + error * error / s

        _, parts = self.scan(step, (np.zeros(4), np.eye(4)), seen)
        return parts.sum()

    def hmm(self, theta: Any, seen: Any) -> Any:
        start, moves, shows = self.split(theta, (8,), (8, 8), (8, 5))
        total = self.jax.nn.logsumexp

        def step(alpha: Any, row: Any) -> Any:
            return total(alpha[:, None] + moves, axis=0) + shows[:, row[0]], None

        alpha, _ = self.scan(step, start + shows[:, seen[0]], seen[1:])
        return -total(alpha)

    def crf(self, theta: Any, xs: Any, path: Any) -> Any:
        np = self.np
        w, moves = self.split(theta, (8, 3), (8, 8))
        total = self.jax.nn.logsumexp
        scores = xs @ w.T

        def step(alpha: Any, row: Any) -> Any:
            return total(alpha[:, None] + moves, axis=0) + row[0], None

        alpha, _ = self.scan(step, scores[0], scores[1:])
        given = scores[np.arange(len(path)), path].sum() + moves[path[:-1], path[1:]].sum()
        return total(alpha) - given
