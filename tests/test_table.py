"""What the table declares beside its mathematics is true of the row: brackets, domains, kinks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp

from autograd_mini import ops
from autograd_mini.check.complex_step import EXTENSIONS
from autograd_mini.rows import TABLE, Kink
from tests import rows
from tests.accuracy.references import derivatives
from tests.accuracy.test_references import copied


@pytest.mark.parametrize("name", TABLE)
def test_what_a_row_states_is_true_of_it(name: str) -> None:
    assert rows.complaints(name) == []


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


def test_what_the_table_offers_beside_its_rows() -> None:
    offered = {"CONSTANT", "LEAF", "TABLE", "Kink", "NaryOp", "Op", "op", "row_named"}
    lists = {"clip", "dot", "logsumexp", "mean", "norm", "prod", "softmax"}
    assert set(ops.__all__) == {*offered, *lists, "affine", "take"}


@pytest.mark.parametrize("name", TABLE)
def test_a_nan_goes_in_and_comes_out(name: str) -> None:
    """But for operands that a row with jumps does not choose, and for a comparison with nan."""
    row = TABLE[name]
    domain = row.domain if row.arity is not None else row.domain * 3
    for i in range(len(domain)):
        point = [low + 0.4 * (high - low) for low, high in domain]
        slope = row.local(i, row.forward(*point), point)
        point[i] = math.nan
        is_hidden = row.jumps and slope == 0.0 and len(domain) > 1
        assert math.isnan(row.forward(*point)) or is_hidden


@pytest.mark.parametrize("x", [1e300, 1.7e308, 1.7976931348623157e308])
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.arity == 1])
def test_no_finite_number_in_the_domain_gives_nan(name: str, x: float) -> None:
    row = TABLE[name]
    for number in (x, -x, 1.0 / x, -1.0 / x):
        z = row.forward(number)
        if derivatives(name, [mp.mpf(number)], 0):
            assert z == z, number
            assert row.local(0, z, [number]) == row.local(0, z, [number]), number


ANY = (-3.0, 3.0)
FAULTS: list[tuple[str, Callable[[str], list[str]], dict[str, Any]]] = [
    ("add", rows.misbound, {"precedence": 20}),
    ("mul", rows.misbound, {"precedence": 25}),
    ("pow", rows.misbound, {"precedence": 20}),
    ("neg", rows.misbound, {"precedence": 40}),
    ("sin", rows.misbound, {"precedence": 30}),
    ("over_cube", rows.misbound, {"precedence": 40}),
    ("sqrt", rows.domains, {"domain": (ANY,)}),
    ("div", rows.domains, {"domain": (ANY, ANY)}),
    ("acosh", rows.domains, {"domain": ((0.9, 4.0),)}),
    ("lgamma", rows.domains, {"domain": ((-0.5, 4.0),)}),
    ("floor", rows.domains, {"domain": (ANY,)}),
    ("sin", rows.domains, {"domain": ((-2.0, 3.0),)}),
    ("add", rows.domains, {"domain": (ANY, (0.1, 4.0))}),
    ("relu", rows.stated_kinks, {"kinks": ()}),
    ("relu", rows.stated_kinks, {"kinks": (Kink((1.0,), (1.0,)),)}),
    ("relu", rows.stated_kinks, {"kinks": (Kink((0.0,), (0.5,)),)}),
    ("abs", rows.stated_kinks, {"kinks": (Kink((0.0,), (1.0,)),)}),
    ("sign", rows.stated_kinks, {"kinks": (Kink((0.0,), (math.inf,)),)}),
    ("cbrt", rows.stated_kinks, {"kinks": (Kink((0.0,), (0.0,)),)}),
    ("elu", rows.stated_kinks, {"kinks": (Kink((0.0, 0.5), (1.0, 0.0)),)}),
    ("leaky_relu", rows.stated_kinks, {"kinks": (Kink((0.0, 0.01), (0.0, 0.0)),)}),
    ("maximum", rows.stated_kinks, {"kinks": (Kink((1.0, 1.0), (1.0, 0.0)),)}),
    ("minimum", rows.stated_kinks, {"kinks": ()}),
    ("hypot", rows.stated_kinks, {"kinks": (Kink((0.0, 0.0), (0.5, 0.5)),)}),
    ("mod", rows.stated_kinks, {"kinks": (Kink((6.0, 3.0), (1.0, -2.0)),)}),
    ("where", rows.stated_kinks, {"kinks": (Kink((1.0, 1.0, 2.0), (0.0, 1.0, 0.0)),)}),
    ("exp", rows.unfilled, {"latex": "e^({0}"}),
    ("div", rows.unfilled, {"text": "{0} / 2"}),
]
"""What is wrong in a copy of a row, and the check that says so."""


@pytest.mark.parametrize(
    ("name", "check", "wrong"), FAULTS, ids=[f"{f[0]} {f[1].__name__} {f[2]}" for f in FAULTS]
)
def test_a_planted_fault_is_seen(
    name: str,
    check: Callable[[str], list[str]],
    wrong: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert check(name) == []
    monkeypatch.setitem(TABLE, name, copied(TABLE[name], **wrong))
    assert check(name)


@pytest.mark.parametrize("name", ["relu", "hypot"])
def test_a_row_that_breaks_is_not_analytic(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows.not_analytic(name) == []
    monkeypatch.setitem(EXTENSIONS, name, abs)
    assert rows.not_analytic(name)
