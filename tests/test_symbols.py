"""Formulas written by the table: brackets where they are needed, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, ops, symbols
from autograd_mini.symbols import Symbol

x, y, c = Symbol("x"), Symbol("y"), Symbol("c")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (x + y * c, "x + y · c"),
        ((x + y) * c, "(x + y) · c"),
        (x - (y - c), "x − (y − c)"),
        (x - y - c, "x − y − c"),
        (x / (y * c), "x / (y · c)"),
        (x / y * c, "x / y · c"),
        ((x**y) ** c, "(x ^ y) ^ c"),
        (x ** (y**c), "x ^ y ^ c"),
        ((-x) ** y, "(−x) ^ y"),
        (-(x**y), "−x ^ y"),
        (-(x + y), "−(x + y)"),
        (ops.neg(-x), "−(−x)"),
        (x + -y, "x + (−y)"),
        (-x + y, "−x + y"),
        (2 * x, "2 · x"),
        (x * -0.5, "x · (−0.5)"),
        (-2.0 - x, "−2 − x"),
        (ops.tanh(x + y) ** 2, "tanh(x + y) ^ 2"),
        (ops.hypot(x, y + 1), "hypot(x, y + 1)"),
        (ops.sum([x, y, 1.0]), "x + y + 1"),
        (1.0 * x, "x"),
        (x * -1.0, "−x"),
        (x + 0.0, "x"),
        (0 + x, "x"),
        (x / 1, "x"),
    ],
)
def test_text(written: Any, expected: str) -> None:
    assert written.text == expected


@pytest.mark.parametrize(
    ("row", "i", "names", "expected"),
    [
        (ops.div, 0, ("z", "x", "y"), r"\frac{1}{y}"),
        (ops.div, 1, ("z", "x + 1", "y"), r"-\frac{x + 1}{y \cdot y}"),
        (ops.cos, 0, ("z", "x"), r"-\sin x"),
        (ops.tanh, 0, ("a", "z"), r"1 - a \cdot a"),
        (ops.mul, 0, ("z", "w_1", "x_1"), "x_1"),
    ],
)
def test_latex(row: Any, i: int, names: Any, expected: str) -> None:
    assert symbols.formula(row, i, names, form="latex") == expected


def test_numbers_are_written_as_mathematics() -> None:
    plain, latex = Symbol("x"), Symbol("x", "latex")
    assert (plain * 3e-7).text == "x · 3e−7"
    assert (latex * 3e-7).text == r"x \cdot 3 \cdot 10^{-7}"
    assert (latex ** float("inf")).text == r"x^{\infty}"
    assert (latex + float("nan")).text == r"x + \operatorname{nan}"
    assert ops.sum([latex, -2.0, latex - 1.0]).text == "x + (-2) + x - 1"
    assert ops.sum([plain] * 9).text == "Σ(x, x, x, x, x, x, x, x, x)"


def test_a_prefix_is_bracketed_as_the_base_of_a_power() -> None:
    v = Symbol("x", "latex")
    assert (ops.sin(v) ** 2).text == r"(\sin x)^{2}"
    assert (ops.exp(v) ** 2).text == "(e^{x})^{2}"
    assert ops.sin(v + 1).text == r"\sin (x + 1)"


class _Arrays:
    """NumPy, and beside it the table's own rows for what NumPy lacks."""

    def __getattr__(self, name: str) -> Any:
        if hasattr(np, name) and name not in ("where", "sum", "max"):
            return getattr(np, name)
        return np.vectorize(ops.TABLE[name].forward)


@pytest.mark.parametrize("name", [n for n, r in ops.TABLE.items() if r.arity is not None])
def test_the_array_formula_of_every_partial_computes_it(name: str) -> None:
    row = ops.TABLE[name]
    point = [low + 0.37 * (high - low) for low, high in row.domain]
    z = row.forward(*point)
    names = ["z", *"abc"[: len(point)]]
    scope = {"xp": _Arrays(), **dict(zip(names, map(np.float64, [z, *point]), strict=True))}
    for i in range(len(point)):
        for shown in (True, False):
            text = symbols.formula(row, i, names, form="array", shown=shown)
            assert float(eval(text, scope)) == pytest.approx(
                row.local(i, z, point), rel=1e-13, abs=1e-15
            ), text


def test_a_value_beside_a_symbol_leaves_the_turn_to_it() -> None:
    class Recorder(Symbol):
        @classmethod
        def _apply_op(cls, row: Any, operands: Any) -> Any:
            return (row.name, operands)

    v, s = Value(1.0), Recorder("x")
    assert (v + s) == ("add", (v, s))
    assert (s + v) == ("add", (s, v))
    assert ops.affine([v], [s], v) == ("affine", (v, s, v))
