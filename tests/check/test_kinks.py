"""Kinks of recorded graphs, found by asking the rows themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, ops
from autograd_mini.check.comparison import kink_at


def kink(f: Callable[..., Any], *point: float) -> str:
    leaves = [Value(x) for x in point]
    return kink_at(f(*leaves), leaves)


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (ops.relu, (0.0,)),
        (ops.abs, (0.0,)),
        (ops.sign, (0.0,)),
        (ops.step, (-0.0,)),
        (lambda x: ops.leaky_relu(x, 0.7), (0.0,)),
        (lambda x: ops.elu(x, 0.5), (0.0,)),
        (ops.maximum, (1.0, 1.0)),
        (ops.maximum, (0.0, 0.0)),
        (ops.minimum, (1e200, 1e200)),
        (ops.minimum, (-1e-200, -1e-200)),
        (ops.hypot, (0.0, 0.0)),
        (lambda x, y: ops.max([x, 3.0, y]), (3.0, 1.0)),
        (lambda x: ops.relu(x * 2.0 - 1.0) + x, (0.5,)),
        (ops.equal, (2.0, 2.0)),
        (ops.greater, (2.0, 2.0)),
    ],
)
def test_at_a_kink(f: Callable[..., Any], point: tuple[float, ...]) -> None:
    assert kink(f, *point)


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (ops.relu, (1e-300,)),
        (ops.relu, (-1e-9,)),
        (ops.abs, (-1e-20,)),
        (lambda x: ops.elu(x), (0.0,)),  # its slope is 1 on both sides
        (ops.maximum, (1.0, 1.0 + 1e-5)),
        (ops.maximum, (1e-20, 1.0)),
        (ops.hypot, (0.0, 1.0)),
        (ops.hypot, (1e-20, 1e-20)),
        (ops.hypot, (3.0, 4.0)),
        (lambda x, y: x / (x * x + y * y), (1.0, 1.0)),
        (lambda x: ops.max([x, 3.0]), (5.0,)),
        (lambda x: ops.relu(Value(0.0)) + x, (0.5,)),  # the kink does not move with x
        (lambda x: ops.exp(x * 1e6) + ops.relu(x), (1.0,)),
    ],
)
def test_beside_a_kink(f: Callable[..., Any], point: tuple[float, ...]) -> None:
    assert kink(f, *point) == ""


def test_it_is_named_as_a_call() -> None:
    assert kink(lambda x: ops.relu(x - 0.5), 0.5) == "relu(0.0)"


@pytest.mark.parametrize("name", sorted(name for name, row in ops.TABLE.items() if row.kinks))
def test_no_row_is_kinked_well_inside_its_domain(name: str) -> None:
    row: Any = ops.TABLE[name]
    domain = list(row.domain) * (3 if row.arity is None else 1)
    places = (0.81, 0.62, 0.43)
    leaves = [Value(a + (b - a) * t) for (a, b), t in zip(domain, places, strict=False)]
    assert kink_at(row(leaves) if row.arity is None else row(*leaves), leaves) == ""
