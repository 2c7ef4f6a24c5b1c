"""All parameters changed at once, beside one at a time: the same numbers to the bit."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, optim
from autograd_mini.optim.columns import Column

CORNERS = (0.0, -0.0, 1e-310, 1e200, -1e200, math.inf, -math.inf, math.nan)
MAKERS: dict[str, Callable[[type[Any], list[Value]], Any]] = {
    "SGD": lambda of, params: of(params, 0.1),
    "momentum": lambda of, params: of(params, 0.1, 0.9, weight_decay=0.01),
    "RMSProp": lambda of, params: of(params, optim.schedule("cosine", 0.1, steps=9), momentum=0.5),
    "Adam": lambda of, params: of(params, 0.1, max_norm=1.0),
    "AdamW": lambda of, params: of(params, 0.1, weight_decay=0.5),
}
OF = {"momentum": optim.SGD}


def one_by_one(of: type[Any]) -> type[Any]:
    """The optimiser as a user's subclass: each parameter is changed by itself."""
    return type(of.__name__, (of,), {"__module__": __name__})


def bits(optimizer: Any) -> list[bytes]:
    rows = zip([p.data for p in optimizer.params], *optimizer._kept().values(), strict=True)
    return [struct.pack(f"{len(row)}d", *[math.nan if x != x else x for x in row]) for row in rows]


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("corners", [False, True])
def test_at_once_is_one_by_one_to_the_bit(name: str, corners: bool) -> None:
    of = OF.get(name) or getattr(optim, name)
    rng = random.Random(5)
    starts = [rng.uniform(-2, 2) for _ in range(9)]
    made = [MAKERS[name](one, [*map(Value, starts)]) for one in (of, one_by_one(of))]
    for _ in range(12):
        for i in range(len(starts)):
            g = None if rng.random() < 0.2 else rng.choice(CORNERS) if corners else rng.gauss(0, 1)
            for optimizer in made:
                optimizer.params[i].grad = g
        for optimizer in made:
            optimizer.step()
        assert bits(made[0]) == bits(made[1])
        assert made[0]._steps == made[1]._steps
        assert made[0]._made == made[1]._made
    made[0].zero_grad()
    assert not any(p.has_grad for p in made[0].params)
    made[0].step()
    assert bits(made[0]) == bits(made[1])


def test_what_a_subclass_of_value_does_when_it_is_set_or_forgotten_is_done() -> None:
    told = []

    class Told(Value):
        def zero_grad(self) -> None:
            told.append("forgotten")
            super().zero_grad()

    params = [Value(1.0), Told(2.0)]
    optimizer = optim.SGD(params, 0.5)
    (params[0] * params[1]).backward()
    optimizer.step()
    optimizer.zero_grad()
    assert [p.data for p in params] == [0.0, 1.5]
    assert told == ["forgotten"]
    assert not params[0].has_grad


def test_a_step_that_fails_changes_nothing() -> None:
    def rate(step: int) -> float:
        return -1.0 if step else 0.1

    params = [Value(1.0), Value(2.0)]
    optimizer = optim.Adam(params, rate)
    for p in params:
        p.grad = 1.0
    optimizer.step()
    before = bits(optimizer), [*optimizer._steps]
    with pytest.raises(ValueError, match="lr must be"):
        optimizer.step()
    assert (bits(optimizer), optimizer._steps) == before


def test_every_operator_of_a_column_is_that_of_its_numbers() -> None:
    x, y = Column([2.0, -3.0]), Column([0.5, 4.0])
    assert (x + y).numbers == [2.5, 1.0]
    assert (1.0 + x).numbers == (x + 1.0).numbers == [3.0, -2.0]
    assert (x - y).numbers == [1.5, -7.0]
    assert (1.0 - x).numbers == [-1.0, 4.0]
    assert (x * y).numbers == [1.0, -12.0]
    assert (2.0 * x).numbers == (x * 2.0).numbers == [4.0, -6.0]
    assert (x / y).numbers == [4.0, -0.75]
    assert (2.0**y).numbers == [2.0**0.5, 16.0]
