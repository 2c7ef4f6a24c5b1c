"""What the lessons compute beside the engine: measured slopes, and gradient descent.

Vocabulary: the *central difference* (f(x + h) − f(x − h)) / 2h uses no rule of calculus. Its error
is of the order of h², and the subtraction loses digits when h is too small; with h = 10⁻⁵ about
nine digits are right for numbers near 1. The *history* of a descent is the cost before each step
and after the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from autograd_mini import optim
from autograd_mini.lessons.lesson import Progress
from autograd_mini.value import Value

STEP = 1e-5


def slope(f: Callable[[float], float], x: float, h: float = STEP) -> float:
    """The central difference of f at x.

    >>> abs(slope(lambda x: x**3, 2.0) - 12.0) < 1e-8
    True
    """
    return (f(x + h) - f(x - h)) / (2.0 * h)


def slopes(f: Callable[..., float], point: Sequence[float], h: float = STEP) -> list[float]:
    """The central difference of f with respect to each coordinate of a point.

    >>> [round(s, 6) for s in slopes(lambda x, y: x * y**2, [5.0, 3.0])]
    [9.0, 30.0]
    """

    def along(i: int) -> Callable[[float], float]:
        return lambda at: f(*point[:i], at, *point[i + 1 :])

    return [slope(along(i), x, h) for i, x in enumerate(point)]


def spread(low: float, high: float, count: int) -> list[float]:
    """Evenly spaced numbers from low to high.

    >>> spread(0.0, 1.0, 5)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def sampled(
    f: Callable[[float], float], low: float, high: float, count: int = 121
) -> list[tuple[float, float]]:
    """Points of the curve of f, evenly spaced from low to high.

    >>> sampled(lambda x: x * x, 0.0, 2.0, 3)
    [(0.0, 0.0), (1.0, 1.0), (2.0, 4.0)]
    """
    return [(x, f(x)) for x in spread(low, high, count)]


def descend(
    parameters: Iterable[Value],
    cost: Callable[[], Value],
    alpha: float,
    steps: int,
    progress: Progress | None = None,
) -> list[float]:
    """Train: ``steps`` times θ := θ − α ∂J/∂θ for every parameter θ.

    Args:
        parameters: what is learned.
        cost: the forward pass; it builds the graph of J anew at each call.
        alpha: the learning rate α.
        steps: how many steps.
        progress: told after each step how many are done.

    Returns:
        The history, steps + 1 numbers.

    >>> theta = Value(3.0, "θ")
    >>> descend([theta], lambda: theta**2, alpha=0.25, steps=2)
    [9.0, 2.25, 0.5625]
    """
    optimizer = optim.SGD(parameters, lr=alpha)
    history = []
    for done in range(1, steps + 1):
        J = cost()
        history.append(J.data)
        optimizer.zero_grad()
        J.backward()
        optimizer.step()
        if progress is not None:
            progress(done, steps)
    return [*history, cost().data]
