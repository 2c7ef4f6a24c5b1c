"""Gradient descent as every lesson uses it (slides 17, 36 and 37).

Vocabulary: a *step* is forward pass, cost, backward pass, update; the *history* is the cost before
each step and after the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autograd_mini import optim
from autograd_mini.lessons.lesson import Progress
from autograd_mini.value import Value


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
