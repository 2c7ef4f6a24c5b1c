"""Formulas become MathML that says the same, in the slides' notation."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from autograd_mini.lessons import course
from autograd_mini.lessons.formula import mathml

FORMULAS = sorted({formula for part in course.PARTS for make in part.lessons
                   for formula in course.build(make).formulas})  # fmt: skip


def inside(formula: str, units: bool = False) -> str:
    return mathml(formula, units).removeprefix('<math display="block">').removesuffix("</math>")


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_formula_of_the_course_is_well_formed_and_loses_nothing(formula: str) -> None:
    root = ET.fromstring(mathml(formula))  # noqa: S314  (our own text)
    said = "".join(root.itertext())
    lowered = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₌ᵢⱼₖₗₘₙ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱʲᵏˡᵐⁿʸᶻ",
                            "0123456789+−=ijklmn0123456789+−=()ijklmnyz")  # fmt: skip
    wanted = formula.translate(lowered)
    for character in " []()/":
        wanted, said = wanted.replace(character, ""), said.replace(character, "")
    assert sorted(said) == sorted(wanted)


def test_a_raised_number_is_a_layer_an_example_or_a_unit() -> None:
    square = "<msup><mi>a</mi><mrow><mo>[</mo><mn>2</mn><mo>]</mo></mrow></msup>"
    assert inside("a⁽²⁾") == square
    assert "<mo>(</mo><mn>2</mn>" in inside("a⁽²⁾", units=True)
    assert "<mo>(</mo><mi>i</mi>" in inside("ŷ⁽ⁱ⁾")


def test_lowered_and_raised_stand_at_one_letter() -> None:
    assert inside("z₁⁽¹⁾") == (
        "<msubsup><mi>z</mi><mrow><mn>1</mn></mrow>"
        "<mrow><mo>[</mo><mn>1</mn><mo>]</mo></mrow></msubsup>"
    )


def test_a_sum_has_its_limits_below_and_above() -> None:
    assert inside("Σᵢ₌₁ᵐ").startswith("<munderover><mo>Σ</mo>")
    assert inside("Σₖ").startswith("<munder>")


@pytest.mark.parametrize("fraction", ["∂J/∂W⁽²⁾", "∂J/∂θⱼ", "∂J(θ)/∂θⱼ", "d/dx", "∂a⁽²⁾/∂z⁽²⁾"])
def test_a_derivative_is_a_fraction(fraction: str) -> None:
    assert re.fullmatch(r"<mfrac><mrow>.*</mrow><mrow>.*</mrow></mfrac>", inside(fraction))


def test_a_bracket_can_be_squared() -> None:
    assert inside("(z − y)²").endswith("<msup><mo>)</mo><mrow><mn>2</mn></mrow></msup>")


def test_comparison_signs_are_escaped() -> None:
    assert "&gt;" in mathml("if ŷ > 0.5: goto_class()")
    assert "<mtext>goto_class()</mtext>" in mathml("if ŷ > 0.5: goto_class()")
