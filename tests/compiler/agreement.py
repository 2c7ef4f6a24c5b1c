"""What the compiler's tests share: the eager answer for a batch, and how near to it one must come.

The eager engine sums the examples' losses and takes one backward pass. How much re-ordering may
change a gradient is judged by its *condition*: the same gradient with every example's contribution
taken by its size. A sum of n terms of total size S is good to about n·S·2⁻⁵³.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini import Value
from autograd_mini.compiler import compile

TIERS = ("python", "numpy")
ULPS = 2e-13
"""Allowed: this times the size of what was summed."""


def eager(
    fn: Callable[..., Any], params: Sequence[Value], *arguments: Any
) -> tuple[list[float], list[list[float]]]:
    """For each example its loss and its gradient, by the eager engine."""
    losses, gradients = [], []
    before = [p.grad for p in params]
    for example in zip(*arguments, strict=True):
        for p in params:
            p.grad = 0.0
        loss = fn(*example)
        if loss.operands:
            loss.backward()
        losses.append(loss.data)
        gradients.append([p.grad for p in params])
    for p, gradient in zip(params, before, strict=True):
        p.grad = gradient
    return losses, gradients


def near(x: float, y: float, size: float) -> bool:
    """Whether two numbers agree, where terms of this total size were summed."""
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if math.isinf(x) or math.isinf(y):
        return x == y
    return abs(x - y) <= ULPS * size + 1e-300


def assert_agrees(
    fn: Callable[..., Any],
    params: Sequence[Value],
    *arguments: Any,
    tiers: Sequence[str] = TIERS,
    slack: float = 1.0,
) -> None:
    """Compiled equals eager in every tier: the sum of losses, and the gradient of it."""
    losses, gradients = eager(fn, params, *arguments)
    for tier in tiers:
        compiled = compile(fn, params, tier, reduce="sum")
        value, gradient = compiled(*arguments)
        assert compiled.tier == tier
        size = slack * sum(map(abs, losses))
        assert near(value, sum(losses), size), f"{tier}: value {value!r}, eager {sum(losses)!r}"
        largest = max([abs(g) for row in gradients for g in row if math.isfinite(g)], default=0.0)
        for i, (g, column) in enumerate(zip(gradient, zip(*gradients, strict=True), strict=True)):
            size = slack * (sum(map(abs, column)) + 0.01 * largest)
            assert near(g, sum(column), size), (
                f"{tier}: ∂/∂{params[i].label or i} is {g!r}, eager {sum(column)!r}\n"
                f"{compiled.source}"
            )
