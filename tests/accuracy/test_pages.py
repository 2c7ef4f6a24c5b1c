"""The pages say what was measured, cover the whole table, and do not fall behind the code."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from mpmath import mp

from autograd_mini import ops
from tests.accuracy import page
from tests.accuracy.measure import allowed, derivatives, errors
from tests.accuracy.references import DIGITS, REFERENCES, orders

HERE = Path(__file__).parent
OURS: Any = json.loads((HERE / "results" / "ours.json").read_text("utf-8"))
PEERS: Any = json.loads((HERE / "results" / "peers.json").read_text("utf-8"))


def test_the_pages_are_written_from_what_was_measured() -> None:
    assert (HERE / "ACCURACY.md").read_text("utf-8") == page.accuracy(OURS, PEERS)
    assert (HERE / "EDGES.md").read_text("utf-8") == page.edges(OURS, PEERS)


def test_the_pages_know_of_no_row_that_is_gone() -> None:
    """A row that is new is measured by the tests; it comes onto the page when that is written."""
    assert set(OURS["rows"]) <= set(REFERENCES)
    assert len(OURS["rows"]) > 90


@pytest.mark.parametrize("name", OURS["rows"])
def test_no_row_has_lost_digits_since(name: str) -> None:
    """At the published points the errors are those published; half a unit is left to the libm."""
    for published in OURS["rows"][name]:
        of, point = tuple(published["of"]), tuple(published["at"])
        assert published["ulps"] <= allowed(name, len(of))
        with mp.workdps(DIGITS):
            computed = derivatives(ops.TABLE[name], point, orders(name))
            found = {w.of: w.ulps for w in errors(name, point, computed)}
        assert found[of] <= published["ulps"] + 0.5


WHERE_DIGITS_ARE_LOST = {"tanh": 1, "sigmoid": 1, "silu": 1, "gelu": 1, "erf": 0, "acosh": 1}


@pytest.mark.parametrize("name", WHERE_DIGITS_ARE_LOST)
def test_the_comparison_is_one(name: str) -> None:
    """Where the others lose all digits, the page shows it beside errors of a few units."""
    order = WHERE_DIGITS_ARE_LOST[name]
    theirs = [PEERS["rows"][engine][name][order]["ulps"] for engine in page.ENGINES]
    assert max(theirs) > 1e6 or math.inf in theirs or name == "erf"
    assert OURS["rows"][name][order]["ulps"] <= 4.0
