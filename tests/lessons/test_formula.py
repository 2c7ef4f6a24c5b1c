"""Formulas become MathML that says the same, in the slides' notation."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from autograd_mini.lessons import course
from autograd_mini.lessons.formula import mathml

FORMULAS = sorted({formula for part in course.PARTS for make in part.lessons
                   for formula in course.build(make).formulas})  # fmt: skip


def said(markup: str) -> str:
    return "".join(ET.fromstring(f"<row>{markup}</row>").itertext())  # noqa: S314


def inside(formula: str, units: bool = False) -> str:
    return mathml(formula, units).removeprefix('<math display="block">').removesuffix("</math>")


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_formula_of_the_course_is_well_formed_and_loses_nothing(formula: str) -> None:
    lowered = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₌ᵢⱼₖₗₘₙ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱʲᵏˡᵐⁿʸᶻ",
                            "0123456789+−=ijklmn0123456789+−=()ijklmnyz")  # fmt: skip
    wanted = formula.translate(lowered).replace("ŷ", "y^").replace("\u0302", "^")
    shown = said(inside(formula))
    for character in " []()/":
        wanted, shown = wanted.replace(character, ""), shown.replace(character, "")
    assert sorted(shown) == sorted(wanted)


def test_a_raised_number_is_a_layer_an_example_or_a_unit() -> None:
    assert said(inside("a⁽²⁾")) == "a[2]"
    assert said(inside("a⁽²⁾", units=True)) == "a(2)"
    assert said(inside("ŷ⁽ⁱ⁾")) == "y^(i)"


def test_lowered_and_raised_stand_at_one_letter() -> None:
    start = "<msubsup><mi>z</mi><mrow><mn>1</mn></mrow><mrow><mo"
    assert inside("z₁⁽¹⁾").startswith(start)
    assert said(inside("z₁⁽¹⁾")) == "z1[1]"


def test_a_sum_has_its_limits_below_and_above() -> None:
    assert inside("Σᵢ₌₁ᵐ").startswith("<munderover><mo>Σ</mo>")
    assert inside("Σₖ").startswith("<munder>")


@pytest.mark.parametrize("fraction", ["∂J/∂W⁽²⁾", "∂J/∂θⱼ", "∂J(θ)/∂θⱼ", "d/dx", "∂a⁽²⁾/∂z⁽²⁾"])
def test_a_derivative_is_a_fraction(fraction: str) -> None:
    assert re.fullmatch(r"<mfrac><mrow>.*</mrow><mrow>.*</mrow></mfrac>", inside(fraction))


def test_a_bracket_can_be_squared() -> None:
    assert inside("(z − y)²").endswith(">)</mo><mrow><mn>2</mn></mrow></msup>")


def test_comparison_signs_are_escaped() -> None:
    assert "&gt;" in mathml("if ŷ > 0.5: goto_class()")
    assert "<mtext>goto_class()</mtext>" in mathml("if ŷ > 0.5: goto_class()")


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_word_of_two_letters_is_no_product(formula: str) -> None:
    for word in re.findall(r"(?<=[A-Za-z]{3} )([A-Za-z]{2})(?= [A-Za-z]{3})", formula):
        assert f"<mi>{word}</mi>" in inside(formula)


def test_words_of_two_letters_are_among_the_formulas_and_products_are_none() -> None:
    assert any("set by hand" in formula for formula in FORMULAS)
    assert inside("y = mx") == "<mi>y</mi><mo>=</mo><mi>m</mi><mi>x</mi>"
