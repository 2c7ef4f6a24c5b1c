"""What the table declares beside its mathematics: levels of brackets, domains, marks."""

from __future__ import annotations

import math

import pytest

from autograd_mini import ops
from autograd_mini.rows import CALL, TABLE

LEVELS = {
    "add sub one_minus_square": 10,
    "mul div xlogy recip over_square over_cube cauchy xlogy_dy xlogy_dyy": 20,
    "neg": 25,
    "pow": 30,
}
"""A sum is looser than a product, that than a sign, that than a power, that than a call."""


@pytest.mark.parametrize("name", TABLE)
def test_how_tightly_a_row_binds(name: str) -> None:
    level = next((level for names, level in LEVELS.items() if name in names.split()), CALL)
    assert TABLE[name].precedence == level


NOT_ANALYTIC = {
    *("abs", "hypot", "atan2", "erf", "relu", "leaky_relu", "elu", "gelu", "xlogy", "maximum"),
    *(
        "minimum",
        "where",
        "sign",
        "step",
        "max",
        "gelu_d",
        "gelu_dd",
        "leaky_relu_d",
        "elu_d",
        "elu_dd",
    ),
    *("direction", "hypot_dxx", "hypot_dxy", "dipole", "quadrupole", "skew_quadrupole"),
    *("cbrt", "erfc", "normal_cdf", "normal_pdf", "lgamma", "digamma", "floor", "ceil", "round"),
    *("trunc", "mod", "mod_dy", "floordiv", "fmod", "fmod_dy", "copysign"),
    *("zero_inside", "xlogy_dx", "xlogy_dy", "xlogy_dyy", "greater", "equal"),
}
"""No formula in complex numbers: a kink, a choice, or a function that is not written for them."""


@pytest.mark.parametrize("name", TABLE)
def test_a_complex_step_is_allowed_on_analytic_rows_alone(name: str) -> None:
    assert TABLE[name].analytic == (name not in NOT_ANALYTIC)


@pytest.mark.parametrize("name", TABLE)
def test_a_row_is_finite_with_its_derivatives_everywhere_in_its_domain(name: str) -> None:
    row = TABLE[name]
    corners: list[tuple[float, ...]] = [()]
    for low, high in row.domain:
        corners = [(*corner, x) for corner in corners for x in (low, high)]
    for corner in corners:
        point = corner if row.arity is not None else corner * 3
        z = row.forward(*point)
        slopes = [row.local(i, z, point) for i in range(len(point))]
        assert all(map(math.isfinite, [z, *slopes])), point


UP = (0.1, 4.0)
ANY = (-3.0, 3.0)
DOMAINS: dict[str, tuple[tuple[float, float], ...]] = {
    **dict.fromkeys(("sqrt", "log", "sign", "step", "recip"), (UP,)),
    **dict.fromkeys(("pow", "pow_dx", "pow_dy", "pow_dxx", "pow_dxy", "pow_dyy"), (UP, ANY)),
    **dict.fromkeys(("div", "hypot", "atan2"), (ANY, UP)),
    **dict.fromkeys(("xlogy", "xlogy_dx", "xlogy_dy", "xlogy_dyy", "zero_inside"), (ANY, UP)),
    **dict.fromkeys(("over_square", "over_cube", "direction", "hypot_dxx", "hypot_dxy"), (ANY, UP)),
    **dict.fromkeys(("dipole", "quadrupole", "skew_quadrupole"), (ANY, UP)),
    **dict.fromkeys(("asin", "acos", "atanh"), ((-0.95, 0.95),)),
    **dict.fromkeys(("leaky_relu", "leaky_relu_d"), (ANY, (0.0, 0.5))),
    **dict.fromkeys(("elu", "elu_d", "elu_dd"), (ANY, (0.5, 1.5))),
    **dict.fromkeys(("greater", "equal"), ((2.0, 3.0), (0.0, 1.0))),
    **dict.fromkeys(("log2", "log10", "cbrt", "lgamma", "digamma"), (UP,)),
    **dict.fromkeys(("floor", "ceil", "trunc"), ((0.1, 0.9),)),
    **dict.fromkeys(("mod", "mod_dy", "floordiv", "fmod", "fmod_dy"), ((4.2, 4.9), (2.0, 2.05))),
    "round": ((0.6, 1.4),),
    "copysign": (UP, UP),
    "log1p": ((-0.9, 4.0),),
    "tan": ((-1.4, 1.4),),
    "acosh": ((1.1, 4.0),),
    "where": ((1.0, 2.0), ANY, ANY),
}
"""Where they are not (−3, 3): off the poles, and inside where the function is real."""


@pytest.mark.parametrize("name", TABLE)
def test_where_tests_and_examples_draw_from(name: str) -> None:
    row = TABLE[name]
    assert row.domain == DOMAINS.get(name, (ANY,) * len(row.partials))


ORIGIN = ((0.0, 0.0),)
KINKS: dict[str, tuple[tuple[float, ...], ...]] = {
    **dict.fromkeys(("abs", "relu", "sign", "step", "cbrt", "floor", "ceil"), ((0.0,),)),
    **dict.fromkeys(("mod", "mod_dy", "floordiv", "fmod", "fmod_dy"), ((6.0, 3.0),)),
    "round": ((0.5,),),
    "trunc": ((1.0,),),
    "copysign": ((0.0, 1.0),),
    **dict.fromkeys(("pow", "pow_dx", "hypot", "atan2"), ORIGIN),
    **dict.fromkeys(("xlogy", "xlogy_dx", "xlogy_dy", "xlogy_dyy"), ORIGIN),
    **dict.fromkeys(("direction", "hypot_dxx", "hypot_dxy"), ORIGIN),
    **dict.fromkeys(("dipole", "quadrupole", "skew_quadrupole"), ORIGIN),
    **dict.fromkeys(("maximum", "minimum", "max", "greater", "equal"), ((1.0, 1.0),)),
    **dict.fromkeys(("leaky_relu", "leaky_relu_d"), ((0.0, 0.01),)),
    "elu": ((0.0, 0.5), (0.0, 1.0)),
    **dict.fromkeys(("elu_d", "elu_dd"), ((0.0, 1.0),)),
    "where": ((0.0, 1.0, 2.0),),
}
"""Where a row has no derivative; all others have one all over their domains."""


@pytest.mark.parametrize("name", TABLE)
def test_where_the_kinks_are(name: str) -> None:
    assert tuple(kink.at for kink in TABLE[name].kinks) == KINKS.get(name, ())


def test_what_the_table_offers_beside_its_rows() -> None:
    offered = {"CONSTANT", "LEAF", "TABLE", "Kink", "NaryOp", "Op", "op", "row_named"}
    lists = {"clip", "dot", "logsumexp", "mean", "norm", "prod", "softmax"}
    assert set(ops.__all__) == {*offered, *lists, "affine", "take"}


HIDDEN = {("where", 0), ("where", 2), ("equal", 0), ("equal", 1)}
"""Operands whose nan does not show in the value: those not chosen, and comparisons with nan."""


@pytest.mark.parametrize("name", TABLE)
def test_a_nan_goes_in_and_comes_out(name: str) -> None:
    row = TABLE[name]
    domain = row.domain if row.arity is not None else row.domain * 3
    for i in range(len(domain)):
        point = [low + 0.4 * (high - low) for low, high in domain]
        point[i] = math.nan
        comes_out = math.isnan(row.forward(*point))
        assert comes_out or (name, i) in HIDDEN


@pytest.mark.parametrize("x", [1e300, 1.7e308, 1.7976931348623157e308])
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.arity == 1])
def test_no_finite_number_in_the_domain_gives_nan(name: str, x: float) -> None:
    row = TABLE[name]
    for number in (x, -x, 1.0 / x, -1.0 / x):
        z = row.forward(number)
        outside = name in ("asin", "acos", "atanh") or number < (1.0 if name == "acosh" else 0.0)
        if not (outside and name in OUTSIDE):
            assert z == z, number
            assert row.local(0, z, [number]) == row.local(0, z, [number]), number


OUTSIDE = {
    *("asin", "acos", "atanh", "acosh", "sqrt", "log", "log1p", "log2", "log10", "recip"),
    *("lgamma", "digamma"),
}
"""Rows that are real on a part of the line alone."""
