"""What the compiler's tests share: the eager answer for a batch, and how near to it one must come.

The eager engine sums the examples' losses and takes one backward pass. How much rounding and
re-ordering may change a result is judged by its *condition*, and a gradient by its *size*, the
gradient with every contribution of every path taken by its size: see
:mod:`autograd_mini.compiler.scalar`. A sum of n terms of total size S is good to about n·S·2⁻⁵³.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini import Value
from autograd_mini.compiler import arguments, compile
from autograd_mini.compiler.trace import trace

TIERS = ("python", "numpy")
EVERY_TIER = (*TIERS, "llvm")
"""LLVM takes a tenth of a second for each program: its own tests are in the folder llvm."""

ULPS = 200 * 2.0**-53
"""Allowed: this times the size of what was computed, for each example."""


def eager(
    fn: Callable[..., Any], params: Sequence[Value], *examples: Any
) -> tuple[list[float], list[list[float]]]:
    """For each example its loss and its gradient, by the eager engine."""
    losses, gradients = [], []
    before = [p.grad for p in params]
    for example in zip(*examples, strict=True):
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


def sizes(
    fn: Callable[..., Any], params: Sequence[Value], *examples: Any
) -> tuple[float, list[float]]:
    """The condition of the sum of losses, and the sizes of its gradient."""
    condition, total = 0.0, [0.0] * len(params)
    for example in zip(*examples, strict=True):
        names = [f"x{k}" for k in range(len(example))]
        forms = [arguments.form_of(x, name) for x, name in zip(example, names, strict=True)]
        found = trace(fn, params, [arguments.copied(x) for x in example], forms, names).derivatives
        if found is not None:
            condition += found.condition
            total = [a + b for a, b in zip(total, found.sizes, strict=True)]
    return condition, total


def near(x: float, y: float, size: float) -> bool:
    """Whether two numbers agree, where numbers of this size were summed."""
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if math.isinf(x) or math.isinf(y):
        return x == y
    return abs(x - y) <= ULPS * (size if math.isfinite(size) else abs(x)) + 1e-300


def assert_agrees(
    fn: Callable[..., Any],
    params: Sequence[Value],
    *examples: Any,
    tiers: Sequence[str] = TIERS,
) -> None:
    """Compiled equals eager in every tier: the sum of losses, and the gradient of it."""
    losses, gradients = eager(fn, params, *examples)
    condition, size = sizes(fn, params, *examples)
    for tier in tiers:
        compiled = compile(fn, params, tier, reduce="sum")
        value, gradient = compiled(*examples)
        assert compiled.tier == tier
        expected = sum(losses)
        assert near(value, expected, condition), f"{tier}: value {value!r}, eager {expected!r}"
        for i, (g, column) in enumerate(zip(gradient, zip(*gradients, strict=True), strict=True)):
            assert near(g, sum(column), size[i]), (
                f"{tier}: ∂/∂{params[i].label or i} is {g!r}, eager {sum(column)!r}, "
                f"size {size[i]!r}\n{compiled.source}"
            )
