"""Small networks for the tests in JAX: parameters, a loss, and examples."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd_mini import Value, losses, nn, ops


class Network(NamedTuple):
    """A loss of one example over these parameters, and a batch for it."""

    params: list[Value]
    loss: Callable[..., Any]
    examples: tuple[Any, Any]


def classifier(count: int = 16, widths: tuple[int, ...] = (4, 6, 3)) -> Network:
    """A perceptron with tanh, and the numbers of classes."""
    model = nn.MLP(widths[0], list(widths[1:]), "tanh", rng=random.Random(0))
    rng = random.Random(1)
    X = [[rng.gauss(0.0, 1.0) for _ in range(widths[0])] for _ in range(count)]
    y = [k % widths[-1] for k in range(count)]
    return Network(model.parameters(), lambda x, t: losses.cross_entropy(model(x), t), (X, y))


def ragged() -> Network:
    """Series of two lengths, summed up by one weight."""
    w = [Value(0.5, "w"), Value(-0.25, "b")]

    def loss(xs: Any, y: Any) -> Any:
        return (ops.sum([ops.tanh(w[0] * x) for x in xs]) + w[1] - y) ** 2

    return Network(w, loss, ([[1.0, 2.0], [0.5, -1.0, 2.0], [2.0, 0.1]], [1.0, 0.0, -1.0]))
