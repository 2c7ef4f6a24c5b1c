"""Programs in JAX agree with the eager engine: models, rows that differ in length, loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value
from autograd_mini.compiler import compile, repeats
from tests.compiler.agreement import Expected
from tests.compiler.chains import CHAINS
from tests.compiler.ragged import RAGGED
from tests.compiler.test_holes import (
    CASES,
    SELECTED,
    an_additive_mask_of_minus_infinity,
    causal,
    values,
    window_attention,
)
from tests.compiler.test_models import MODELS

jax = pytest.importorskip("jax")


def assert_agrees(
    fn: Callable[..., Any], params: list[Value], *examples: Any, source: str = ""
) -> None:
    """The cost and its gradient, and the results."""
    count = len(examples[0])
    expected = Expected(fn, params, *examples)
    compiled = compile(fn, params, "jax")
    value, gradient = compiled(*examples)
    assert compiled.tier == "jax"
    expected.check("jax", range(count), 1.0 / count, value, gradient)
    assert source in compiled.source


@pytest.mark.parametrize("name", MODELS)
def test_a_model(name: str) -> None:
    fn, params, batch = MODELS[name]()
    assert_agrees(fn, params, *batch)


@pytest.mark.parametrize("case", CASES)
def test_holes(case: Callable[[], Any]) -> None:
    fn, params, examples = case()
    assert_agrees(fn, params, *examples)


LARGE = (causal, an_additive_mask_of_minus_infinity, window_attention)


@pytest.mark.parametrize("case", LARGE)
def test_holes_make_no_nan_of_large_weights(case: Callable[..., Any]) -> None:
    """Without what the eager engine would repair."""
    fn, params, examples = case(5) if case is causal else case()
    compiled: Any = compile(fn, params, "jax")
    compiled(*examples)
    engine = compiled._surroundings.last
    for scale in (30.0, 900.0):
        theta = engine.theta([scale * p.data for p in params])
        losses, gradient = engine.once(theta, engine.prepare(examples), len(examples[0]), 1.0)
        assert engine.finite(losses, gradient)


@pytest.mark.parametrize("name", SELECTED)
def test_a_selection(name: str) -> None:
    w = values(6)
    assert_agrees(lambda i, x: SELECTED[name](w, i, x), w, [0, 1, 2], [0.0, 1.5, -2.0])


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_scanned(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "WORTH", 0)
    fn, params, examples = CHAINS[name](6)
    assert_agrees(fn, params, *examples, source="scan(")


@pytest.mark.parametrize("name", RAGGED)
def test_rows_that_differ_in_length(name: str) -> None:
    fn, params, examples = RAGGED[name](6)
    assert_agrees(fn, params, *examples)
