"""The public rows over the whole range of doubles, subnormals and both tails included.

A few hundred points for each row; `tests/test_ops.py` looks inside the domains.
"""

from __future__ import annotations

import pytest

from autograd_mini.rows import TABLE
from tests.accuracy.measure import is_within, worst
from tests.accuracy.points import points

NAMES = """
add sub mul div neg pow abs sqrt exp expm1 log log1p sin cos tan asin acos atan sinh cosh tanh asinh
acosh atanh hypot atan2 erf sigmoid logsigmoid softplus relu leaky_relu elu gelu silu logaddexp
xlogy maximum minimum where sign step
"""
PUBLIC = NAMES.split()


@pytest.mark.parametrize("name", PUBLIC)
def test_values_and_derivatives_are_within_their_units(name: str) -> None:
    for witness in worst(name, points(name, 300)):
        assert is_within(name, witness), witness


def test_no_public_row_is_left_out() -> None:
    helpers = {name for name in TABLE if name not in PUBLIC and TABLE[name].arity is not None}
    assert helpers == {
        "recip", "over_square", "over_cube", "one_minus_square", "pow_dx", "pow_dy", "pow_dxx",
        "pow_dxy", "pow_dyy", "sech2", "cauchy", "gauss", "gauss_d", "gelu_d", "gelu_dd", "silu_d",
        "silu_dd", "leaky_relu_d", "elu_d", "direction", "hypot_dxx", "hypot_dxy", "dipole",
        "quadrupole", "skew_quadrupole", "share", "share_d", "xlogy_dy", "greater", "equal",
    }  # fmt: skip
