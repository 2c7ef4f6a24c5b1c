"""Programs whose rows differ in length: every tier agrees, and the statements stay few."""

from __future__ import annotations

import pytest

from autograd_mini.compiler import compile
from tests.compiler.agreement import assert_every_call
from tests.compiler.ragged import RAGGED

FEW = 80
"""Statements of a step with its gradient, where neighbourhoods are read."""


@pytest.mark.parametrize("name", RAGGED)
@pytest.mark.parametrize("size", [3, 6])
def test_ragged_rows_agree(name: str, size: int) -> None:
    fn, params, examples = RAGGED[name](size)
    assert_every_call(fn, params, *examples, spans=((0, 2), (0, 1)))


@pytest.mark.parametrize(
    ("name", "size"), [("attention", 64), ("graph", 200), ("bodies", 24), ("convolutions", 32)]
)
def test_neighbourhoods_are_few_statements(name: str, size: int) -> None:
    fn, params, examples = RAGGED[name](size)
    compiled = compile(fn, params, "numpy")
    compiled(*examples)
    assert compiled.source.count("\n") <= FEW
