"""No row is off by more than is allowed, anywhere on the range of doubles."""

from __future__ import annotations

import pytest

from tests.accuracy.measure import allowed, is_within, worst
from tests.accuracy.points import points
from tests.accuracy.references import REFERENCES, order_of


@pytest.mark.parametrize("name", REFERENCES)
def test_every_error_is_allowed(name: str) -> None:
    for witness in worst(name, points(name, 1500)):
        assert is_within(name, witness), witness


@pytest.mark.slow
@pytest.mark.parametrize("name", REFERENCES)
def test_every_error_is_allowed_at_many_more_points(name: str) -> None:
    for witness in worst(name, points(name, 100_000, seed=1)):
        assert is_within(name, witness), witness


def test_the_orders_of_rows_that_are_derivatives() -> None:
    orders = {"gelu_d": 1, "pow_dy": 1, "silu_dd": 2, "hypot_dxy": 2, "add": 0, "exp": 0, "step": 0}
    assert {name: order_of(name) for name in orders} == orders
    assert allowed("gelu_d", 0) == allowed("gelu", 1) == 4.0
    assert allowed("mul", 0) == 0.5
