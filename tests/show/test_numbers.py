"""One number has one spelling on both sides of an equals sign, in every format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Value, explain, graph
from autograd_mini.numbers import full, is_rounded, raised, short
from autograd_mini.show import draw, walk
from tests.show.reading import number_of, texts

FIGURES = r"\d+(?:\.\d+)?(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|inf|nan"
TOKEN = re.compile(rf"(?<![\w#⁽.|])(?:{FIGURES})(?![\w⁾])")
SIZES = st.floats(-1e12, 1e12).filter(lambda x: abs(x) > 1e-12) | st.sampled_from(
    [1.0, -1.0, 2.0, 0.1, 0.1 + 0.2, 1 / 3, 1234567.0, 1234567.5, 1.5e-7, 2.0**70, -1e9]
)


def made(c: float, d: float, number: float) -> tuple[Value, Value]:
    """(c · x + d)² · x and x: constants in formulas, two paths, a node that has no label."""
    x = Value(number, "x")
    y = (c * x + d) ** 2 * x
    y.label = "y"
    return y, x


def occurring(y: Value, x: Value) -> set[float]:
    """The sizes of all numbers that may be shown of a graph."""
    y.backward()
    found = {0.0, 1.0, 2.0, x.grad}
    for node in graph.order(y):
        found |= {node.data, node.grad}
        numbers = [operand.data for operand in node.operands]
        for i, operand in enumerate(node.operands):
            slope = node._row.local(i, node.data, numbers)
            found |= {operand.data, slope, slope * node.grad}
    found |= {path.product for path in explain(y, x).paths}
    return {abs(number) for number in found}


def check(lines: Iterator[str], numbers: set[float], digits: int) -> None:
    """After = every number is exact; after ≈ one at least is not; all are spelled alike."""
    exact = {short(x, digits) for x in numbers if not is_rounded(x, digits)}
    rounded = {short(x, digits) for x in numbers if is_rounded(x, digits)}
    checked = 0
    for line in lines:
        parts = re.split(r" ?([=≈]) ", f"{line} ")
        for sign, side in zip(parts[1::2], parts[2::2], strict=True):
            shown = [bare(token) for token in TOKEN.findall(side)]
            checked += bool(shown)
            if sign == "=":
                assert set(shown) <= exact, (line, exact)
            else:
                assert set(shown) & rounded, (line, rounded)
                assert set(shown) <= exact | rounded, line
    assert checked


def bare(token: str) -> str:
    """A number without the zeros that align it with the others of its sum."""
    return token.rstrip("0").rstrip(".") if "." in token and "×" not in token else token


def of_latex(latex: str) -> Iterator[str]:
    """LaTeX in plain Unicode, as far as numbers and signs are concerned."""
    latex = re.sub(r" \\times 10\^\{(-?\d+)\}", lambda m: f" × 10{raised(m[1])}", latex)
    latex = re.sub(r"[_^]\{[^{}]*\}", "", latex.replace(r"\approx", "≈").replace(r"\infty", "inf"))
    for line in latex.split("\n"):
        yield re.sub(r"&|\\\\$|[{}]", " ", line)


def of_mathml(mathml: str) -> Iterator[str]:
    """The innermost rows of MathML, scripts left out."""
    for row in ET.fromstring(mathml).iter("{http://www.w3.org/1998/Math/MathML}mtr"):  # noqa: S314
        if sum("mtr" in element.tag for element in row.iter()) == 1:
            yield "".join(flat(row))


def flat(element: ET.Element) -> Iterator[str]:
    name = element.tag.rpartition("}")[2]
    children = list(element)
    if name == "msup" and (children[0].text or "") == "10":
        yield f"10{raised((children[1].text or '').replace('−', '-'))}"
    elif name in {"msub", "msup", "msubsup"}:
        yield from flat(children[0])
    else:
        text = (element.text or "").replace("\xa0", " ")
        yield f" {text} " if name == "mo" and text not in {"−", "(", ")"} else text
        for child in children:
            yield from flat(child)


@settings(max_examples=30, deadline=None)
@given(SIZES, SIZES, st.sampled_from([1.5, -0.7, 1 / 3, 3.0]), st.integers(2, 8))
def test_numbers_are_spelled_alike(c: float, d: float, number: float, digits: int) -> None:
    y, x = made(c, d, number)
    told = explain(y, x, digits=digits)
    numbers = occurring(y, x)
    check(iter(told.text.split("\n")), numbers, digits)
    check(of_latex(told.latex), numbers, digits)
    check(of_mathml(told.mathml), numbers, digits)
    said = [line for saying in walk(y, digits=digits).descriptions for _, line in saying.lines]
    check((x.replace("\xa0", " ") for x in said if "accumulates" not in x), numbers, digits)


@pytest.mark.parametrize("c", [0.1 + 0.2, 1.23456789, 1e-9, 12345678.0, 3.0])
def test_pictures_and_pages_too(c: float) -> None:
    y, x = made(c, 0.5, 1.5)
    numbers = occurring(y, x)
    to_the_last_bit = {sign + full(number) for number in numbers for sign in ("= ", "= −")}
    check(iter(texts(draw(y, digits=3).svg)), numbers, 3)
    page = re.sub(r"(?s)<(style|script).*?</\1>|<[^>]*>", "\n", walk(y, digits=3).fragment())
    lines = unescape(page).replace("\xa0", " ").split("\n")
    tips = {line for line in lines if line.partition(" ")[2] in to_the_last_bit}
    check((x for x in lines if "accumulates" not in x and x not in tips), numbers, 3)
    shown = re.sub(r"<[^>]*>", "\n", explain(y, x, digits=3)._repr_html_())
    spelled = {bare(token) for token in TOKEN.findall(unescape(shown)) if "." in token}
    assert spelled <= {short(x, 3).partition(" ")[0] for x in numbers}


def test_a_walk_says_what_a_rounded_constant_is() -> None:
    said = str(walk(1.23456789 * Value(2.0, "x")))
    assert "formula  v₁ ≈ 1.235 · x" in said
    assert "local derivative   ∂v₁/∂x ≈ 1.235\n" in said


def test_one_graph_has_one_set_of_names() -> None:
    w, x = Value(0.5, "w"), Value(2.0, "x")
    y = ((w * x + 1.0) * x).tanh() * 3.0
    of_walk = set(re.findall("v[₀-₉]+", str(walk(y))))
    of_explanation = set(re.findall("v[₀-₉]+", explain(y, w).text))
    assert of_walk == of_explanation == {"v₁", "v₂", "v₃", "v₄", "v₅"}
    for sentence in ("v₁ = w · x", "v₂ = v₁ + 1", "v₃ = v₂ · x", "v₄ = tanh(v₃)", "v₅ = v₄ · 3"):
        assert sentence in explain(y, w).text
        assert sentence in str(walk(y))


@pytest.mark.parametrize("number", [1.5, -1.5e-7, 12345.678, -2e300, 0.1 + 0.2])
def test_numbers_are_read_back(number: float) -> None:
    assert number_of(short(number, 17)) == pytest.approx(number, rel=1e-12)
