"""Formulas written by the table: brackets where they are needed, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, ops
from autograd_mini.expr import Name, call, derivative, write
from autograd_mini.notation import ARRAY, LATEX

x, y, c = map(Name, "xyc")


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
        (ops.neg(-x), "x"),
        (x + -y, "x − y"),
        (x - -y, "x + y"),
        (x * -y, "−x · y"),
        (x + call(ops.neg, [y]), "x − y"),
        (call(ops.add, [x, -y]), "x + (−y)"),
        (call(ops.add, [x, call(ops.mul, [-y, c])]), "x + (−y) · c"),
        (call(ops.add, [call(ops.mul, [-y, c]), x]), "−y · c + x"),
        (call(ops.neg, [-x]), "−(−x)"),
        (-x + y, "−x + y"),
        (2 * x, "2 · x"),
        (x * -0.5, "x · (−0.5)"),
        (-2.0 - x, "−2 − x"),
        (ops.tanh(x + y) ** 2, "tanh(x + y) ^ 2"),
        (ops.hypot(x, y + 1), "hypot(x, y + 1)"),
        (ops.sum([x, y, 1.0]), "x + y + 1"),
        (1.0 * x, "x"),
        (x * -1.0, "−x"),
        (x + 0.0, "x + 0"),
        (x - 0.0, "x"),
        (0 + x, "x"),
        (x / 1, "x"),
    ],
)
def test_text(written: Any, expected: str) -> None:
    assert write(written) == expected


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
    assert write(derivative(row, i, [*map(Name, names)]), LATEX) == expected


def test_numbers_are_written_as_mathematics() -> None:
    assert write(x * 3e-7) == "x · 3 × 10⁻⁷"
    assert write(x * 3e-7, LATEX) == r"x \cdot 3 \times 10^{-7}"
    assert write(x ** float("inf"), LATEX) == r"x^{\infty}"
    assert write(x + float("nan"), LATEX) == r"x + \operatorname{nan}"
    assert write(ops.sum([x, -2.0, x - 1.0]), LATEX) == "x + (-2) + x - 1"
    assert write(ops.sum([x] * 9)) == "Σ(x, x, x, x, x, x, x, x, x)"


def test_a_prefix_is_bracketed_as_the_base_of_a_power() -> None:
    assert write(ops.sin(x) ** 2, LATEX) == r"(\sin x)^{2}"
    assert write(ops.exp(x) ** 2, LATEX) == "(e^{x})^{2}"
    assert write(ops.sin(x + 1), LATEX) == r"\sin (x + 1)"


class _Arrays:
    """NumPy, and beside it the table's own rows for what NumPy lacks."""

    def __getattr__(self, name: str) -> Any:
        if hasattr(np, name) and name not in ("where", "sum", "max"):
            return getattr(np, name)
        return np.vectorize(ops.row_named(name).forward)


@pytest.mark.parametrize("name", [n for n, r in ops.TABLE.items() if r.arity is not None])
def test_the_array_formula_of_every_partial_computes_it(name: str) -> None:
    row = ops.TABLE[name]
    point = [low + 0.37 * (high - low) for low, high in row.domain]
    z = row.forward(*point)
    names = ["z", *"abc"[: len(point)]]
    scope = {"xp": _Arrays(), **dict(zip(names, map(np.float64, [z, *point]), strict=True))}
    for i in range(len(point)):
        for shown in (True, False):
            text = write(derivative(row, i, [*map(Name, names)], shown), ARRAY)
            assert float(eval(text, scope)) == pytest.approx(
                row.local(i, z, point), rel=1e-13, abs=1e-15
            ), text


def test_a_value_beside_a_symbol_leaves_the_turn_to_it() -> None:
    class Recorder(Name):
        @classmethod
        def _apply_op(cls, row: Any, operands: Any) -> Any:
            return (row.name, operands)

    v: Any = Value(1.0)
    s: Any = Recorder("x")
    assert (v + s) == ("add", (v, s))
    assert (s + v) == ("add", (s, v))
    assert ops.affine([v], [s], v) == ("affine", (v, s, v))


def test_a_function_without_brackets_takes_no_more_than_its_operand() -> None:
    a, b, c = map(Name, "abc")
    wanted = {
        "a · log (b · c)": ops.xlogy(a, b * c),
        "a · log (b / c)": ops.xlogy(a, b / c),
        "(a · log b) · c": ops.xlogy(a, b) * c,
        "(a · log b) / c": ops.xlogy(a, b) / c,
        "c · a · log b": c * ops.xlogy(a, b),
        "−a · log b": -ops.xlogy(a, b),
    }
    assert {write(made): made for made in wanted.values()} == wanted
