"""Programs whose rows differ in length, as a scalar user writes them.

Neighbourhoods (the tokens of a window, the edges of a graph, all bodies but oneself, an image's
border) and panels that shrink. Each entry of :data:`RAGGED` makes, for a size, what
:mod:`tests.compiler.chains` makes for a number of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from autograd_mini import Value, ops
from tests.compiler.chains import Chain, affine, flat, matrix, numbers


def attention(size: int, width: int = 8, reach: int = 4, batch: int = 2) -> Chain:
    """One head of attention to the tokens at most ``reach`` away."""
    rng = Random(1)
    wq, wk, wv = (matrix(rng, width, width) for _ in range(3))
    zero = [0.0] * width

    def loss(xs: Any, ys: Any) -> Any:
        q, k, v = ([affine(w, x, zero) for x in xs] for w in (wq, wk, wv))
        total: Any = 0.0
        for i in range(size):
            near = range(max(0, i - reach), min(size, i + reach + 1))
            scores = [sum(a * b for a, b in zip(q[i], k[j], strict=True)) / 3 for j in near]
            top = ops.max(scores)
            weights = [ops.exp(s - top) for s in scores]
            whole = sum(weights)
            shares = [w / whole for w in weights]
            for c in range(width):
                mixed = sum(share * v[j][c] for share, j in zip(shares, near, strict=True))
                total = total + (mixed - ys[i][c]) ** 2
        return total

    return Chain(loss, flat(wq, wk, wv), (numbers(rng, batch, size, width),) * 2)


def edges(size: int) -> list[list[int]]:
    """For each node of a graph its neighbours: no two as many, to speak of."""
    rng = Random(2)
    found: list[list[int]] = [[(i + 1) % size] for i in range(size)]
    for _ in range(2 * size):
        i, j = rng.sample(range(size), 2)
        if j not in found[i]:
            found[i].append(j)
    return found


def graph(size: int, width: int = 4, batch: int = 2) -> Chain:
    """Two layers of a graph network that averages over the neighbours."""
    rng = Random(3)
    layers = [(matrix(rng, width, width), matrix(rng, width, width)) for _ in range(2)]
    near, zero = edges(size), [0.0] * width

    def loss(xs: Any, ys: Any) -> Any:
        h = xs
        for w, u in layers:
            means = [[sum(h[j][c] for j in of) / len(of) for c in range(width)] for of in near]
            h = [
                [ops.tanh(z) for z in affine(u, x, affine(w, m, zero))]
                for x, m in zip(h, means, strict=True)
            ]
        return sum((h_i[0] - y) ** 2 for h_i, y in zip(h, ys, strict=True))

    params = flat(*[[w, u] for w, u in layers])
    return Chain(loss, params, (numbers(rng, batch, size, width), numbers(rng, batch, size)))


def bodies(size: int, batch: int = 2) -> Chain:
    """Accelerations of bodies in a plane by all the others."""
    rng = Random(4)
    masses = [Value(1 + rng.random()) for _ in range(size)]

    def loss(places: Any, seen: Any) -> Any:
        total: Any = 0.0
        for i, (x, y) in enumerate(places):
            ax: Any = 0.0
            ay: Any = 0.0
            for j, (u, v) in enumerate(places):
                if j != i:
                    r = (u - x) ** 2 + (v - y) ** 2 + 0.1
                    pull = masses[j] / (r * ops.sqrt(r))
                    ax, ay = ax + pull * (u - x), ay + pull * (v - y)
            total = total + (ax - seen[i][0]) ** 2 + (ay - seen[i][1]) ** 2
        return total

    return Chain(loss, masses, (numbers(rng, batch, size, 2), numbers(rng, batch, size, 2)))


def convolutions(size: int, batch: int = 2) -> Chain:
    """Two filters, one after the other, on an image with nothing around it."""
    rng = Random(5)
    filters = [(matrix(rng, 3, 3), Value(0.1)) for _ in range(2)]

    def loss(image: Any, y: Any) -> Any:
        for w, b in filters:
            image = [
                [
                    ops.tanh(
                        b
                        + sum(
                            w[p][q] * image[i + p - 1][j + q - 1]
                            for p in range(3)
                            for q in range(3)
                            if 0 <= i + p - 1 < size and 0 <= j + q - 1 < size
                        )
                    )
                    for j in range(size)
                ]
                for i in range(size)
            ]
        return (sum(x for row in image for x in row) / size**2 - y) ** 2

    params = flat(*[[w, b] for w, b in filters])
    return Chain(loss, params, (numbers(rng, batch, size, size), numbers(rng, batch)))


def positive(size: int) -> tuple[list[Value], list[list[Any]]]:
    """A matrix with large numbers on the diagonal, symmetric, of parameters."""
    rng = Random(6)
    a = [[Value(rng.gauss(0, 0.3) + size * (i == j)) for j in range(i + 1)] for i in range(size)]
    return flat(a), [[a[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]


def cholesky(size: int, batch: int = 2) -> Chain:
    """The density of a normal distribution, by Cholesky's factor and a triangular solve."""
    params, a = positive(size)

    def loss(xs: Any) -> Any:
        factor: list[list[Any]] = [[0.0] * size for _ in range(size)]
        for i in range(size):
            for j in range(i + 1):
                rest = a[i][j] - sum(factor[i][k] * factor[j][k] for k in range(j))
                factor[i][j] = ops.sqrt(rest) if i == j else rest / factor[j][j]
        solved: list[Any] = []
        for i in range(size):
            rest = xs[i] - sum(factor[i][k] * solved[k] for k in range(i))
            solved.append(rest / factor[i][i])
        return sum(z * z for z in solved) / 2 + sum(ops.log(factor[i][i]) for i in range(size))

    return Chain(loss, params, (numbers(Random(7), batch, size),))


def inverse(size: int, batch: int = 2) -> Chain:
    """A quadratic form of a matrix's inverse, by Gauss and Jordan's elimination."""
    params, a = positive(size)

    def loss(xs: Any) -> Any:
        left = [list(row) for row in a]
        right: list[list[Any]] = [[float(i == j) for j in range(size)] for i in range(size)]
        for k in range(size):
            pivot = left[k][k]
            left[k] = [x / pivot for x in left[k]]
            right[k] = [x / pivot for x in right[k]]
            for i in range(size):
                if i != k:
                    m = left[i][k]
                    left[i] = [x - m * y for x, y in zip(left[i], left[k], strict=True)]
                    right[i] = [x - m * y for x, y in zip(right[i], right[k], strict=True)]
        return sum(xs[i] * right[i][j] * xs[j] for i in range(size) for j in range(size))

    return Chain(loss, params, (numbers(Random(8), batch, size),))


RAGGED: dict[str, Callable[[int], Chain]] = {
    "attention": attention,
    "graph": graph,
    "bodies": bodies,
    "convolutions": convolutions,
    "cholesky": cholesky,
    "inverse": inverse,
}
