"""What is not finite in an array program is what the eager engine says, in every row and call."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, ops, optim
from autograd_mini.compiler import compile
from tests.compiler.agreement import EVERY_TIER, assert_every_call

# Each function with its parameters and examples, of which the first is harmless.
Case = tuple[Callable[..., Any], list[float], list[list[Any]]]

CASES: dict[str, Case] = {
    "a root beside what is taken": (
        lambda w, i, x: ops.take([ops.sqrt(w[0] * w[0]), ops.log(w[1])], i) * x + w[1],
        [0.0, 2.0],
        [[1, 1, 1], [0.5, -1.0, 2.0]],
    ),
    "an overflow beside what is taken": (
        lambda w, i, x: ops.take([ops.exp(w[0] * x), 1.0 + w[0]], i),
        [2.0],
        [[0, 1, 1], [0.5, 1000.0, 2.0]],
    ),
    "a sum that overflows on the way": (
        lambda w, x, y: ops.sum([w[0] * x, w[0] * x, -y]) * 1e-308,
        [1.0],
        [[1.0, 1e308, 2.0], [0.0, 1e308, 1.0]],
    ),
    "powers of −∞": (
        lambda w, x, y: ops.sigmoid(w[0] * y) + x**0.5 * y,
        [0.5],
        [[4.0, -math.inf, 1.0], [1.0, 1.0, 0.0]],
    ),
    "logarithms of 0": (
        lambda w, x, y: w[0] * ops.log(x) + y,
        [0.5],
        [[4.0, 0.0, 1.0], [1.0, 1.0, 0.0]],
    ),
}


@pytest.mark.parametrize("tier", EVERY_TIER)
@pytest.mark.parametrize("name", CASES)
def test_later_rows(name: str, tier: str) -> None:
    fn, numbers, examples = CASES[name]
    w = [Value(x) for x in numbers]
    assert_every_call(lambda x, y: fn(w, x, y), w, *examples, tiers=[tier], trains=False)


@pytest.mark.parametrize("momentum", [0.0, 0.5])
@pytest.mark.parametrize("tier", EVERY_TIER)
def test_training_goes_on_where_a_choice_that_is_not_taken_is_infinite(
    tier: str, momentum: float
) -> None:
    """20 steps, in one of which each round the array program's gradient would be nan."""

    def fn(i: Any, x: Any) -> Any:
        return ops.take([(w - x) ** 2, ops.sqrt(w - 0.5) * x], i)

    found = []
    examples = [0, 0, 0, 0], [0.25, 1.0, -1.0, 0.5]
    for eager in (True, False):
        w = Value(0.25)
        optimizer = optim.SGD([w], lr=0.125, momentum=momentum)
        if not eager:
            costs = compile(fn, [w], tier).train(optimizer, *examples, steps=20, batch_size=1)
            assert all(map(math.isfinite, costs))
        for step in range(20 if eager else 0):
            optimizer.zero_grad()
            fn(*[column[step % 4] for column in examples]).backward()
            optimizer.step()
        found.append(w.data)
    assert found[0] == pytest.approx(found[1], rel=1e-12)


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_what_is_infinite_stays_so(tier: str) -> None:
    w = Value(0.0)
    compiled = compile(lambda x: ops.log(w * x), [w], tier)
    value, gradient = compiled([1.0, 2.0])
    assert value == -math.inf
    assert gradient == [math.inf]
    w.data = math.nan
    value, gradient = compiled([1.0, 2.0])
    assert math.isnan(value)
    assert math.isnan(gradient[0])
