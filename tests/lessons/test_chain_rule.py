"""The chain rule factor by factor: the products agree, and none of the factors can be left out.

A *mutation* replaces one factor by 1, as if it had been forgotten.
"""

from __future__ import annotations

import functools
from typing import Any

import pytest

from autograd_mini import Value
from autograd_mini.lessons.slides import chain_rule, classroom
from autograd_mini.lessons.slides.chain_rule import Factors

FACTORS = Factors._fields


def ones(factor: Any) -> Any:
    """As many ones as the factor has numbers."""
    return [ones(part) for part in factor] if isinstance(factor, list) else 1.0


def found(hidden: str = "relu", y: float = 1.0) -> Factors:
    return chain_rule.factors_of(classroom.PARAMETERS, classroom.X, y, hidden)


@functools.cache
def compared(hidden: str, y: float = 1.0) -> list[chain_rule.Comparison]:
    return chain_rule.compare(classroom.PARAMETERS, classroom.X, y, hidden)


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("hidden", ["relu", "sigmoid", "tanh"])
def test_every_product_is_the_gradient_and_the_measured_slope(hidden: str, y: float) -> None:
    comparisons = compared(hidden, y)
    assert len(comparisons) == 3 * 4 + 4
    for comparison in comparisons:
        assert comparison.agree(), comparison
    assert max(abs(c.backward) for c in comparisons) > 0.1


@pytest.mark.parametrize("hidden", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("factor", FACTORS)
def test_a_forgotten_factor_is_noticed(factor: str, hidden: str) -> None:
    factors = found(hidden)
    mutated = factors._replace(**{factor: ones(getattr(factors, factor))})
    assert mutated != factors
    pairs = zip(compared(hidden), mutated.products(), strict=True)
    wrong = [c for c, product in pairs if not c._replace(product=product).agree()]
    assert wrong
    layers = {name.name[-2] for name in wrong}  # ¹ or ² of w₁₂⁽¹⁾
    expected = {
        "dJ_da2": {"¹", "²"},
        "da2_dz2": {"¹", "²"},
        "dz2_dW2": {"²"},
        "dz2_da1": {"¹"},
        "da1_dz1": {"¹"},
        "dz1_dW1": {"¹"},
    }
    assert layers == expected[factor]


def test_the_factors_are_what_the_slide_calls_them() -> None:
    factors = found()
    y_hat = classroom.predicted()
    assert factors.dJ_da2 == pytest.approx(-1.0 / y_hat, rel=1e-15)
    assert factors.da2_dz2 == pytest.approx(y_hat * (1.0 - y_hat), rel=1e-15)
    weights, _ = classroom.PARAMETERS.output
    assert factors.dz2_da1 == list(weights)
    assert factors.dz1_dW1 == [list(classroom.X)] * 4
    assert factors.da1_dz1 == [1.0, 1.0, 1.0, 0.0]


def test_the_outer_derivative_is_taken_at_the_inner_value() -> None:
    lesson = chain_rule.simple(x=0.8)
    inner = 0.8**2
    assert lesson["g′(x)"] == 2 * 0.8
    assert lesson["f′(g(x))"] == pytest.approx(1.0 - Value(inner).tanh().data ** 2, rel=1e-14)
    assert lesson["product"] == pytest.approx(lesson["backward()"], rel=1e-15)
    assert lesson["product"] == pytest.approx(lesson["measured"], rel=1e-8)


def test_the_lessons_show_every_weight_of_both_layers() -> None:
    output, hidden = chain_rule.output_layer(), chain_rule.hidden_layer()
    assert output.column("w") == [f"w₁{k}⁽²⁾" for k in "₁₂₃₄"]
    assert hidden.column("w") == [f"w{j}{k}⁽¹⁾" for j in "₁₂₃₄" for k in "₁₂₃"]
    for lesson in (output, hidden):
        for product, backward in zip(
            lesson.column("product"), lesson.column("backward()"), strict=True
        ):
            assert product == pytest.approx(backward, rel=1e-14)
    assert output["∂J/∂z⁽²⁾"] == output["∂J/∂b₁⁽²⁾"]


def test_a_factor_counts_an_operand_as_often_as_it_is_used() -> None:
    a = Value(3.0, "a")
    assert chain_rule.local(a * a, a) == 6.0
