"""Names of nodes, and labels that hold anything."""

from __future__ import annotations

from typing import Any

import pytest

from autograd_mini import Value, graph, nn, ops
from autograd_mini.show import labels, mathml
from autograd_mini.show.explain import explain, latex
from tests.show.explain.test_formats import check_latex, check_mathml

UNTRUSTED = {
    "quotes": "\"q\" 's' `b`",
    "script": "<script>alert(1)</script>",
    "comment": "<!-- x -->",
    "cdata": "]]>",
    "entity": "&amp;&#60;",
    "end of document": r"\end{document}",
    "LaTeX": r"$x_1^2$ & #1 % {\bf",
    "run together": "--- ?` ''",
    "braces": "|a|{b}",
    "right to left": "שלום",
    "marks of direction": "a\u202eb\u200fc",
    "controls": "a\nb\tc\x00\x1b[31m",
    "surrogate": "\ud800",
    "private": "\ue000\U000f0000",
    "CJK": "漢字",
    "blank": "  ",
    "long": "x" * 10_000,
    "long and wide": "漢" * 10_000,
}
"""Labels and, in the names, what they try."""

VISIBLE = {
    "marks of direction": "a\\u202eb\\u200fc",
    "controls": "a\\nb\\tc\\x00\\x1b[31m",
    "surrogate": "\\ud800",
    "private": "\\ue000\\U000f0000",
    "blank": '"  "',
    "long": "x" * 29 + "…",
    "long and wide": "漢" * 29 + "…",
}
"""As what a label is shown that cannot be shown as it is."""


def every_place(label: str) -> list[Any]:
    """Explanations with the label as output, input, node between, other factor, and list."""
    x, w = Value(0.5, label), Value(2.0, "w")
    z = x * w
    z.label = label
    y = z.tanh() * x
    y.label = label
    return [explain(y, x), explain(y, w), explain(y, [x, w]), explain(y, w, through=[z])]


@pytest.mark.parametrize("case", UNTRUSTED)
def test_untrusted_labels_are_shown_literally(case: str) -> None:
    label = UNTRUSTED[case]
    shown = VISIBLE.get(case, label)
    for told in every_place(label):
        assert shown in told.text
        assert not [c for c in told.text if (c != "\n" and ord(c) < 32) or c in "\u202e\u200f"]
        root = check_mathml(told.mathml)
        assert shown in "".join(root.itertext()).replace("\xa0", " ")
        check_latex(told.latex)
        assert len(told.text) + len(told.latex) + len(told.mathml) < 60_000


@pytest.mark.parametrize(
    ("label", "in_latex"),
    [
        ("w₁₂⁽¹⁾", "{w_{12}^{[1]}}"),
        ("w₁₁,₂⁽¹²⁾", "{w_{11,2}^{[12]}}"),
        ("ŷ", r"\hat{y}"),
        ("ŷ₁", r"{\hat{y}_{1}}"),
        ("θ₀", r"{\theta_{0}}"),
        ("x²", "{x^{2}}"),
        ("loss", r"\mathrm{loss}"),
        ("z̃", r"\tilde{z}"),
        ("w_1", r"\text{w\_{}1}"),
        ("f(x)", r"\text{f(x)}"),
        ("x,", r"\text{x,{}}"),
        ("₁", r"\text{\textsubscript{1}}"),
    ],
)
def test_labels_in_latex(label: str, in_latex: str) -> None:
    found = latex.name(labels.read(label))
    assert found.replace(r"\_{}", r"\_") == in_latex.replace(r"\_{}", r"\_")


def test_a_raised_unit_keeps_round_brackets() -> None:
    unit = Value(1.0, graph.Tag("w₁⁽²⁾", scope=("unit 2",), role="weight"))
    assert latex.name(labels.label_of(unit)) == "{w_{1}^{(2)}}"
    layer = nn.MLP(1, [1, 1]).layers[1].W[0][0]
    assert latex.name(labels.label_of(layer)) == "{w_{11}^{[2]}}"
    assert mathml.name(labels.label_of(unit)).count("(") == 1


def test_nodes_of_one_label_are_told_apart() -> None:
    model = nn.LinearRegression(1)
    J = model([2.0]) + model([3.0])
    J.label = "J"
    told = explain(J, model.parameters()[0])
    assert "∂J/∂ŷ#1 · ∂ŷ#1/∂w₁" in told.text
    assert "∂J/∂ŷ#2 · ∂ŷ#2/∂w₁" in told.text
    assert r"{\hat{y}_{\#2}}" in told.latex
    assert "#1, #2, …: nodes of the same label, in the order of their making." in told.text


def test_labels_that_look_alike_when_cut_are_told_apart() -> None:
    x, y = Value(1.0, "x" * 99 + "1"), Value(2.0, "x" * 99 + "2")
    assert "x…#2" in explain(x * y, y).text


def test_numbered_names_avoid_labels() -> None:
    x, t = Value(1.0, "x"), Value(2.0, "v₁")
    y = (x * t + 1.0) * x
    names = {line.split(" = ")[0] for line in explain(y, x).text.split("where:\n")[1].split("\n")}
    assert "v₁" not in names
    assert "v₂" in names


def test_equal_formulas_of_different_nodes_are_told_apart() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    told = explain((x * w) + (x * w), x)
    assert "∂v₁/∂x" in told.text
    assert "∂v₂/∂x" in told.text
    assert "v₁ = x · w\nv₂ = x · w\nv₃ = v₁ + v₂" in told.text


def test_names_without_labels() -> None:
    x = Value(2.0)
    told = explain(x * 3.0 + 1.0, x)
    assert "v₁ = 2" in told.text
    wide = explain(ops.sum([x, *[1.0] * 20]), x)
    assert "Σ (21 operands)" in wide.text


def test_loose_names_are_bracketed() -> None:
    hours = Value(7.0, "hours of sleep")
    y = hours * 2.0
    y.label = "y"
    assert "∂y/∂(hours of sleep)" in explain(y, hours).text
    assert r"\partial (\text{hours\ of\ sleep})" in explain(y, hours).latex
    z = Value(1.0, "a + b")
    y = z * 2.0
    assert "∂v₁/∂(a + b)" in explain(y, z).text
    assert "v₁ = (a + b) · 2" in explain(y, z).text
