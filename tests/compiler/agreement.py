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

from autograd_mini import Value, optim
from autograd_mini.compiler import arguments, compile, reference
from autograd_mini.compiler.trace import points, trace

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


def whole(size: float) -> float:
    """A size, if it is a number: 0 times −∞ is none."""
    return size if math.isfinite(size) else 0.0


def running_bounds(
    fn: Callable[..., Any], params: Sequence[Value], *example: Any
) -> tuple[float, list[float]]:
    """What :func:`sizes` says, by the running error bound, which sees changes of slopes too."""
    names = [f"x{k}" for k in range(len(example))]
    forms = [arguments.form_of(x, name) for x, name in zip(example, names, strict=True)]
    traced = trace(fn, params, [arguments.copied(x) for x in example], forms, names)
    point = points(traced)[0]
    found = reference.Reference(traced.recording, [point], gradient=True)
    _, bounds = found.gradient(len(params))
    unit = reference.ROUNDING * 10.0
    root = traced.recording.roots[0]
    return found.value_bounds[0, root] / unit, (bounds[0] / unit).tolist()


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


Span = tuple[int, int]


def assert_every_call(
    fn: Callable[..., Any],
    params: Sequence[Value],
    *examples: Any,
    tiers: Sequence[str] = EVERY_TIER,
    spans: Sequence[Span] = ((0, 3), (0, 1), (1, 3), (2, 3)),
    trains: bool = True,
) -> None:
    """Compiled equals eager for every size of batch, every reduction, the results, and training.

    Args:
        spans: the batches, parts of the examples; one compiled function is called with all.
        trains: whether to train, too.
    """
    count = len(examples[0])
    expected = Expected(fn, params, *examples)
    for tier in tiers:
        for reduce in ("mean", "sum"):
            compiled = compile(fn, params, tier, reduce=reduce)
            for start, stop in spans:
                value, gradient = compiled(*[x[start:stop] for x in examples])
                assert compiled.tier == tier
                weight = 1.0 / (stop - start) if reduce == "mean" else 1.0
                where = f"{tier}, {reduce}, {start}:{stop}"
                expected.check(where, range(start, stop), weight, value, gradient)
        apart = compile(fn, params, tier, reduce="none")
        for i, (value, gradient) in enumerate(zip(*apart(*examples), strict=True)):
            expected.check(f"{tier}, none, {i}", [i], 1.0, value, gradient)
        for i, result in enumerate(compile(fn, params, tier).forward(*examples)):
            expected.check(f"{tier}, forward, {i}", [i], 1.0, result)
        if trains:
            _assert_trains(fn, params, tier, max(1, count - 1), expected, *examples)


class Expected:
    """For each example its loss, its gradient, and how near to these one must come."""

    def __init__(self, fn: Callable[..., Any], params: Sequence[Value], *examples: Any) -> None:
        self.losses, self.gradients = eager(fn, params, *examples)
        each = [sizes(fn, params, *[[x] for x in one]) for one in zip(*examples, strict=True)]
        self.conditions = [condition for condition, _ in each]
        self.sizes = [size for _, size in each]
        bounds = [running_bounds(fn, params, *one) for one in zip(*examples, strict=True)]
        self.conditions = [whole(a) + b for a, (b, _) in zip(self.conditions, bounds, strict=True)]
        self.sizes = [
            [whole(a) + b for a, b in zip(size, more, strict=True)]
            for size, (_, more) in zip(self.sizes, bounds, strict=True)
        ]

    def check(
        self,
        where: str,
        chosen: Sequence[int],
        weight: float,
        value: float,
        gradient: Sequence[float] | None = None,
    ) -> None:
        """Assert that these are the cost of the chosen examples and its gradient."""
        loss = weight * sum(self.losses[i] for i in chosen)
        condition = weight * sum(self.conditions[i] for i in chosen)
        assert near(value, loss, condition), f"{where}: value {value!r}, eager {loss!r}"
        for k, found in enumerate([] if gradient is None else gradient):
            right = weight * sum(self.gradients[i][k] for i in chosen)
            size = weight * sum(self.sizes[i][k] for i in chosen)
            assert near(found, right, size), f"{where}: ∂/∂ number {k} {found!r}, eager {right!r}"


def _assert_trains(
    fn: Callable[..., Any],
    params: Sequence[Value],
    tier: str,
    size: int,
    expected: Expected,
    *examples: Any,
) -> None:
    """Steps so small that they change no number: each makes its batch's gradient known."""
    count, kept = len(examples[0]), [p.data for p in params]
    rate = 2.0**-200
    optimizer = optim.SGD(params, lr=rate, momentum=1.0)
    costs = compile(fn, params, tier).train(optimizer, *examples, steps=4, batch_size=size)
    assert [p.data for p in params] == kept, f"{tier}: such steps change nothing"
    batches = [range(start, min(start + size, count)) for start in range(0, count, size)]
    total = [0.0] * len(params)
    scale = [0.0] * len(params)
    for step, cost in enumerate(costs):
        chosen = batches[step % len(batches)]
        expected.check(f"{tier}, train, step {step}", chosen, 1.0 / len(chosen), cost)
        for k in range(len(params)):
            total[k] += sum(expected.gradients[i][k] for i in chosen) / len(chosen)
            scale[k] += sum(expected.sizes[i][k] for i in chosen) / len(chosen)
    for k, velocity in enumerate(map(sum, zip(*optimizer._columns.values(), strict=True))):
        assert near(velocity, total[k], scale[k]), (
            f"{tier}, train: gradients of number {k} {velocity!r}, eager {total[k]!r}"
        )
