"""Programs that repeat along a chain, as a scalar user writes them.

Each entry of :data:`CHAINS` makes, for a number of steps, the function of one example, its
parameters, and ``examples`` of its arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from autograd_mini import Value, ops


class Chain(NamedTuple):
    """A function of one example, its parameters, and examples of its arguments, as columns."""

    fn: Callable[..., Any]
    params: list[Value]
    examples: tuple[list[Any], ...]


def matrix(rng: Random, rows: int, columns: int) -> list[list[Value]]:
    """Parameters, of a size that keeps what they are applied to."""
    return [[Value(rng.gauss(0, columns**-0.5)) for _ in range(columns)] for _ in range(rows)]


def flat(*given: Any) -> list[Value]:
    """The parameters of nested lists in a row."""
    found: list[Value] = []
    for x in given:
        found += flat(*x) if isinstance(x, list) else [x]
    return found


def numbers(rng: Random, *shape: int) -> Any:
    """Nested lists of random numbers."""
    if not shape:
        return rng.gauss(0, 1)
    return [numbers(rng, *shape[1:]) for _ in range(shape[0])]


def affine(w: Sequence[Sequence[Any]], x: Sequence[Any], b: Sequence[Any]) -> list[Any]:
    """W x + b."""
    return [
        sum((w_ij * x_j for w_ij, x_j in zip(row, x, strict=True)), b_i)
        for row, b_i in zip(w, b, strict=True)
    ]


def rnn(steps: int, width: int = 8, size: int = 3, batch: int = 5) -> Chain:
    """A recurrent net with tanh, a loss at the end."""
    rng = Random(1)
    w, u = matrix(rng, width, size), matrix(rng, width, width)
    b, v = matrix(rng, 1, width)[0], matrix(rng, 1, width)[0]

    def loss(xs: Any, y: Any) -> Any:
        h: list[Any] = [0.0] * width
        for x in xs:
            z = affine(w, x, b)
            h = [ops.tanh(s) for s in affine(u, h, z)]
        return (sum(v_i * h_i for v_i, h_i in zip(v, h, strict=True)) - y) ** 2

    return Chain(loss, flat(w, u, b, v), (numbers(rng, batch, steps, size), numbers(rng, batch)))


def labelled(steps: int, width: int = 5, size: int = 2, batch: int = 4) -> Chain:
    """A recurrent net with a target at each step and trained first state."""
    rng = Random(2)
    w, u = matrix(rng, width, size), matrix(rng, width, width)
    b, v, first = (matrix(rng, 1, width)[0] for _ in range(3))

    def loss(xs: Any, ys: Any) -> Any:
        h: list[Any] = first
        total: Any = 0.0
        for x, y in zip(xs, ys, strict=True):
            z = affine(w, x, b)
            h = [ops.tanh(s) for s in affine(u, h, z)]
            total = total + (sum(v_i * h_i for v_i, h_i in zip(v, h, strict=True)) - y) ** 2
        return total / steps

    return Chain(
        loss,
        flat(w, u, b, v, first),
        (numbers(rng, batch, steps, size), numbers(rng, batch, steps)),
    )


def lstm(steps: int, width: int = 8, size: int = 3, batch: int = 4) -> Chain:
    """Long short-term memory: Hochreiter and Schmidhuber 1997, with forget gates."""
    rng = Random(3)
    gates = [(matrix(rng, width, size + width), matrix(rng, 1, width)[0]) for _ in range(4)]
    v = matrix(rng, 1, width)[0]

    def loss(xs: Any, y: Any) -> Any:
        h: list[Any] = [0.0] * width
        c: list[Any] = [0.0] * width
        for x in xs:
            i, o, f, g = (affine(w, [*x, *h], b) for w, b in gates)
            c = [
                ops.sigmoid(f_k) * c_k + ops.sigmoid(i_k) * ops.tanh(g_k)
                for f_k, c_k, i_k, g_k in zip(f, c, i, g, strict=True)
            ]
            h = [ops.sigmoid(o_k) * ops.tanh(c_k) for o_k, c_k in zip(o, c, strict=True)]
        return (sum(v_i * h_i for v_i, h_i in zip(v, h, strict=True)) - y) ** 2

    params = flat(*[[w, b] for w, b in gates], v)
    return Chain(loss, params, (numbers(rng, batch, steps, size), numbers(rng, batch)))


def gru(steps: int, width: int = 6, size: int = 2, batch: int = 4) -> Chain:
    """A gated recurrent unit: Cho et al. 2014."""
    rng = Random(4)
    (wr, wz, wn), (ur, uz, un) = ([matrix(rng, width, k) for _ in range(3)] for k in (size, width))
    br, bz, bn = (matrix(rng, 1, width)[0] for _ in range(3))
    v = matrix(rng, 1, width)[0]

    def loss(xs: Any, y: Any) -> Any:
        h: list[Any] = [Value.constant(0.0) for _ in range(width)]
        for x in xs:
            r = [ops.sigmoid(s) for s in affine(ur, h, affine(wr, x, br))]
            z = [ops.sigmoid(s) for s in affine(uz, h, affine(wz, x, bz))]
            gated = [r_k * h_k for r_k, h_k in zip(r, h, strict=True)]
            n = [ops.tanh(s) for s in affine(un, gated, affine(wn, x, bn))]
            h = [(1 - z_k) * n_k + z_k * h_k for z_k, n_k, h_k in zip(z, n, h, strict=True)]
        return (sum(v_i * h_i for v_i, h_i in zip(v, h, strict=True)) - y) ** 2

    params = flat(wr, wz, wn, ur, uz, un, br, bz, bn, v)
    return Chain(loss, params, (numbers(rng, batch, steps, size), numbers(rng, batch)))


def runge_kutta(rates: Callable[..., list[Any]], state: list[Any], dt: float) -> list[Any]:
    """One step of the classical method."""

    def moved(k: list[Any], by: float) -> list[Any]:
        return [s + by * k_i for s, k_i in zip(state, k, strict=True)]

    k1 = rates(*state)
    k2 = rates(*moved(k1, dt / 2))
    k3 = rates(*moved(k2, dt / 2))
    k4 = rates(*moved(k3, dt))
    return [
        s + dt / 6 * (a + 2 * b + 2 * c + d)
        for s, a, b, c, d in zip(state, k1, k2, k3, k4, strict=True)
    ]


def lotka(steps: int, batch: int = 3) -> Chain:
    """Lotka and Volterra's equations, fitted to what was seen of prey and predator."""
    rng = Random(5)
    a, b, c, d = params = [Value(x) for x in (1.1, 0.4, 0.1, 0.4)]

    def rates(x: Any, y: Any) -> list[Any]:
        return [a * x - b * x * y, c * x * y - d * y]

    def loss(start: Any, seen: Any) -> Any:
        state = list(start)
        for _ in range(steps):
            state = runge_kutta(rates, state, 0.02)
        return sum((s - t) ** 2 for s, t in zip(state, seen, strict=True))

    starts = [[1 + rng.random(), 1 + rng.random()] for _ in range(batch)]
    return Chain(loss, params, (starts, numbers(rng, batch, 2)))


def pendulum(steps: int, batch: int = 3) -> Chain:
    """A damped pendulum that is driven, its angle compared at every step."""
    rng = Random(6)
    g, damping, angle, speed = params = [Value(x) for x in (9.81, 0.2, 0.5, 0.1)]
    dt = 0.01

    def loss(seen: Any) -> Any:
        state: list[Any] = [angle, speed]
        errors = []
        for t in range(steps):
            force = math.cos(3 * t * dt)

            def rates(q: Any, p: Any, force: float = force) -> list[Any]:
                return [p, force - damping * p - g * ops.sin(q)]

            state = runge_kutta(rates, state, dt)
            errors.append((state[0] - seen[t]) ** 2)
        return sum(errors) / steps

    return Chain(loss, params, (numbers(rng, batch, steps),))


def product(a: Any, b: Any) -> Any:
    """A matrix product of nested lists."""
    columns = list(zip(*b, strict=True))
    return [[sum(x * y for x, y in zip(row, c, strict=True)) for c in columns] for row in a]


def kalman(steps: int, size: int = 4, batch: int = 3) -> Chain:
    """The likelihood of what was seen, by Kalman's filter; one number is seen at each step."""
    rng = Random(7)
    f = [[Value((i == j) * 0.9 + rng.gauss(0, 0.05)) for j in range(size)] for i in range(size)]
    h = [Value(rng.gauss(0, 1)) for _ in range(size)]
    q, r = Value(0.1), Value(0.5)

    def loss(seen: Any) -> Any:
        x: list[Any] = [0.0] * size
        p: list[list[Any]] = [[float(i == j) for j in range(size)] for i in range(size)]
        total: Any = 0.0
        for y in seen:
            x = [sum(a * b for a, b in zip(row, x, strict=True)) for row in f]
            p = product(product(f, p), list(zip(*f, strict=True)))
            p = [[p_ij + q if i == j else p_ij for j, p_ij in enumerate(row)]
                 for i, row in enumerate(p)]  # fmt: skip
            ph = [sum(a * b for a, b in zip(row, h, strict=True)) for row in p]
            s = sum(a * b for a, b in zip(h, ph, strict=True)) + r
            error = y - sum(a * b for a, b in zip(h, x, strict=True))
            gain = [a / s for a in ph]
            x = [a + k * error for a, k in zip(x, gain, strict=True)]
            p = [[p_ij - k * b for p_ij, b in zip(row, ph, strict=True)]
                 for row, k in zip(p, gain, strict=True)]  # fmt: skip
            total = total + ops.log(s) + error * error / s
        return total

    return Chain(loss, flat(f, h, q, r), (numbers(rng, batch, steps),))


def largest_first(values: list[Any]) -> Any:
    """log Σ exp, as it is written where nothing may overflow."""
    m = ops.max(values)
    return m + ops.log(sum(ops.exp(v - m) for v in values))


def hmm(steps: int, states: int = 8, symbols: int = 5, batch: int = 3) -> Chain:
    """The forward algorithm of a hidden Markov model, in logarithms."""
    rng = Random(8)
    start, moves, shows = (
        matrix(rng, 1, states)[0], matrix(rng, states, states), matrix(rng, states, symbols),
    )  # fmt: skip

    def loss(seen: Any) -> Any:
        alpha = [s + ops.take(row, seen[0]) for s, row in zip(start, shows, strict=True)]
        for symbol in seen[1:]:
            alpha = [
                largest_first([a + moves[i][j] for i, a in enumerate(alpha)])
                + ops.take(shows[j], symbol)
                for j in range(states)
            ]
        return -largest_first(alpha)

    seen = [[rng.randrange(symbols) for _ in range(steps)] for _ in range(batch)]
    return Chain(loss, flat(start, moves, shows), (seen,))


def crf(steps: int, states: int = 8, size: int = 3, batch: int = 3) -> Chain:
    """A linear-chain conditional random field: log Z minus the score of the given path."""
    rng = Random(9)
    w, moves = matrix(rng, states, size), matrix(rng, states, states)

    def loss(xs: Any, path: Any) -> Any:
        scores = [affine(w, x, [0.0] * states) for x in xs]
        alpha = scores[0]
        given = ops.take(scores[0], path[0])
        for t in range(1, steps):
            alpha = [
                largest_first([a + moves[i][j] for i, a in enumerate(alpha)]) + scores[t][j]
                for j in range(states)
            ]
            step = ops.take([ops.take(row, path[t]) for row in moves], path[t - 1])
            given = given + step + ops.take(scores[t], path[t])
        return largest_first(alpha) - given

    paths = [[rng.randrange(states) for _ in range(steps)] for _ in range(batch)]
    return Chain(loss, flat(w, moves), (numbers(rng, batch, steps, size), paths))


CHAINS: dict[str, Callable[[int], Chain]] = {
    "rnn": rnn,
    "labelled": labelled,
    "lstm": lstm,
    "gru": gru,
    "lotka": lotka,
    "pendulum": pendulum,
    "kalman": kalman,
    "hmm": hmm,
    "crf": crf,
}
