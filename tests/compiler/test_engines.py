"""What is not finite in an array program is what the eager engine says, in every row and call."""

from __future__ import annotations

import functools
import math
import random
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, ops, optim
from autograd_mini.compiler import compile
from autograd_mini.compiler.engines import ArrayProgramError
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


@pytest.mark.parametrize("tier", ["numpy", "llvm"])
def test_a_program_that_fails_later_gives_way_to_straight_code(
    tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the third call, and in the middle of training, where nothing is lost or done twice."""
    w = Value(0.5)
    compiled = compile(lambda x: (w * x - 1.0) ** 2, [w], tier)
    compiled([1.0, 2.0, 3.0, 4.0])
    (engine,) = compiled._surroundings.here.engines.values()
    once = engine.once

    def failing(*given: Any) -> Any:
        if given[2] == 2:
            raise ArrayProgramError("planted")
        return once(*given)

    monkeypatch.setattr(engine, "once", failing)
    assert compiled([1.0])[1] == [-1.0]
    with pytest.warns(
        RuntimeWarning, match=r"failed \(.planted.\); straight-line code is used"
    ) as said:
        value, gradient = compiled([1.0, 3.0])
    assert said[0].filename == __file__
    assert (value, gradient) == (0.25, pytest.approx([1.0]))
    assert compiled.tier == "python"


@pytest.mark.parametrize("shuffle", [None, 3])
@pytest.mark.parametrize("tier", ["numpy", "llvm"])
def test_training_goes_on_in_straight_code(
    tier: str, shuffle: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = [0.5, 1.0, -1.0, 0.25, 2.0], [1.0, 0.0, 2.0, 1.0, -1.0]
    found = []
    for fails in (False, True):
        w = Value(0.25)
        optimizer = optim.SGD([w], lr=0.125, momentum=0.5)
        compiled = compile(functools.partial(error, w), [w], tier)
        compiled(*examples)
        steps: list[int] = []
        if fails:
            (engine,) = compiled._surroundings.here.engines.values()
            monkeypatch.setattr(engine, "loop", failing_loop(engine.loop, 4))
        rng = None if shuffle is None else random.Random(shuffle)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            costs = compiled.train(
                optimizer,
                *examples,
                steps=12,
                batch_size=2,
                shuffle=rng,
                progress=functools.partial(note, steps),
            )
        assert len(said) == fails
        assert steps == list(range(1, 13))
        found.append((costs, w.data))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-12)
    assert found[0][1] == pytest.approx(found[1][1], rel=1e-12)


def error(w: Value, x: Any, y: Any) -> Any:
    return (w * x - y) ** 2


def note(steps: list[int], step: int, cost: float) -> None:
    steps.append(step)


def failing_loop(started: Callable[..., Any], last: int) -> Callable[..., Any]:
    """The same training loops, which fail after so many steps."""

    def made(*given: Any) -> Any:
        loop = started(*given)
        run = loop.run
        done: list[float] = []

        def failing(steps: int, settings: Any) -> Any:
            if len(done) >= last:
                raise ArrayProgramError("planted")
            costs = run(steps, settings)
            done.extend(costs)
            return costs

        loop.run = failing
        return loop

    return made
