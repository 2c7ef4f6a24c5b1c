"""Expressions from the command line: Python's arithmetic on the table's functions, and no more.

The truth is Python itself: for what is allowed, `eval` with the functions of `math`.
"""

from __future__ import annotations

import math
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value
from autograd_mini.expression.expression import Expression, settings
from autograd_mini.expression.parsing import ExpressionError

POINT = {"w": 2.0, "x": 1.5, "b": -1.0}


@st.composite
def arithmetic(draw: st.DrawFn, depth: int = 3) -> str:
    """An expression that Python can compute: numbers, names, operators, brackets, functions."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(["w", "x", "b", "2", "0.5", "1e-2", "3.", ".25", "1_0"]))
    part = arithmetic(depth=depth - 1)
    form = draw(
        st.sampled_from(
            [
                "{} + {}",
                "{}-{}",
                "{}*{}",
                "({} + {})",
                "-{}",
                "+{}",
                "tanh({})",
                "({})**2",
                "sin({})",
            ]
        )
    )
    return form.format(*[draw(part) for _ in range(form.count("{}"))])


@given(arithmetic())
def test_it_means_what_python_means(text: str) -> None:
    world = {**POINT, "tanh": math.tanh, "sin": math.sin}
    wanted = float(eval(text, {"__builtins__": {}}, world))
    found = Expression(text)(POINT)
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    leaves = {name: Value(number) for name, number in POINT.items()}
    result = Expression(text)(leaves)
    number = result.data if isinstance(result, Value) else result
    assert number == found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2 - 3 - 4", -5.0),
        ("2 ** 3 ** 2", 512.0),
        ("-2 ** 2", -4.0),
        ("2 ** -1", 0.5),
        ("8 / 4 / 2", 1.0),
        ("1 / 0", math.inf),  # IEEE 754 decides
        ("log(1 - 1)", -math.inf),
        ("sum(1, 2, 3)", 6.0),
        ("sum([1, 2], 3)", 6.0),
        ("max(1, 3, 2)", 3.0),
        ("affine([1, 2], [3, 4], 5)", 16.0),
        ("where(step(2), 5, 6)", 5.0),
        ("leaky_relu(-2)", -0.02),
        ("0x10 + 0b11", 19.0),
        ("(t := 3) * t", 9.0),
        ("1e-3 - 1E+2", 0.001 - 100.0),
        (" 1\n+ 2 ", 3.0),
    ],
)
def test_numbers_alone(text: str, wanted: float) -> None:
    assert Expression(text)({}) == wanted


def test_names_come_in_the_order_of_the_text() -> None:
    assert Expression("exp(b) + w*x + b").names == ("b", "w", "x")
    assert Expression("(z := w*x) + z").names == ("w", "x")
    assert Expression("θ*ŷ").names == ("θ", "ŷ")


def test_a_named_part_is_labelled_and_shared() -> None:
    x = Value(3.0, "x")
    root = Expression("(z := x*x) + sin(z)")({"x": x})
    assert root.operands[0].label == "z"
    assert root.operands[1].operands[0] is root.operands[0]
    root.backward()
    assert x.grad == pytest.approx(2 * 3 * (1 + math.cos(9)))


REFUSED = {
    "": "empty",
    "   ": "empty",
    "x.__class__": "attributes are not looked up",
    "x.real": "attributes",
    "().__class__.__bases__": "attributes",
    "__import__('os')": "no function '__import__'",
    "__import__('os').system('true')": "cannot be called",
    "open('/etc/passwd')": "no function 'open'",
    "eval('x')": "no function 'eval'",
    "exp.forward(x)": "cannot be called",
    "(lambda: x)()": "cannot be called",
    "exp(x)(x)": "cannot be called",
    "sigmiod(x)": "did you mean sigmoid?",
    "bzzt(x)": "no function 'bzzt'; there are exp, log",
    "exp": "exp is a function; write exp",
    "y + 1": "y has no value; add -s y=NUMBER",
    "x y": "invalid syntax",
    "x +* 2": "invalid syntax: x + >>> * 2",
    "(x": "never closed",
    "x)": "unmatched",
    "x = 2": "invalid syntax",
    "import os": "invalid syntax",
    "x; x": "invalid syntax",
    "x < 2": "comparisons are not numbers",
    "x and x": "not arithmetic",
    "not x": "cannot stand here",
    "~x": "cannot stand here",
    "x if x else 1": "where",
    "x[0]": "nothing to index",
    "[x]": "cannot stand here",
    "(x, x)": "one expression",
    "{x}": "cannot stand here",
    "[x for x in x]": "cannot stand here",
    "lambda: x": "functions cannot be made",
    "f'{x}'": "cannot stand here",
    "'a'": "no real number",
    "b'a'": "no real number",
    "True": "no real number",
    "None": "no real number",
    "...": "no real number",
    "2j": "no real number",
    "x // 2": "take +, -",
    "x % 2": "take +, -",
    "x @ 2": "take +, -",
    "x << 2": "take +, -",
    "exp()": "takes 1 operand",
    "exp(x, x)": "takes 1 operand",
    "atan2(x)": "takes 2 operand",
    "sum()": "no values given",
    "exp(x=1)": "without names",
    "sum(*[x])": "one by one",
    "exp([x])": "cannot stand here",
    "affine(x, 2, 1)": "affine takes two lists",
    "affine([x], [2, 3], 1)": "give one weight for each input",
    "(x := 2)": "the name x is taken",
    "await x": "cannot stand here",
    "(yield x)": "cannot stand here",
    "x\0": "null",
    "\ud800": "half of a character",
    "1" * 5000: "Exceeds the limit",
    "9**9**9": "beyond the largest double",
    "x**1e9": "beyond the largest double",
    "10**400": "beyond the largest double",
    "1e999": "beyond the largest double",
    "1" * 400: "beyond the largest double",
    "(" * 100_000 + "x" + ")" * 100_000: "more than 50 brackets",
    "exp(" * 100 + "x" + ")" * 100: "more than 50 brackets",
    "[" * 100_000: "more than 50 brackets",
    "-" * 100_000 + "x": "gives up",
    "-" * 500 + "x": "more than 50 operations",
    "x" + "**x" * 10_000: "gives up",
    "x" + "[0]" * 100_000: "gives up",
    "not " * 100_000 + "x": "gives up",
    "lambda:" * 50_000 + "x": "gives up",
    "x if x else " * 10_000 + "x": "gives up",
    "x" * 600_000: "more than 500,000",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:24].strip() or "blank")
def test_anything_else_is_a_clear_error(text: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(REFUSED[text])) as caught:
        Expression(text)({"x": 2.0})
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        ("x" + "*x" * 10_000, 1.0),
        ("(x" + "+x" * 10_000 + ")", 10_001.0),
        ("x" + ".a" * 100_000, None),
    ],
    ids=["product", "sum", "attributes"],
)
def test_what_python_gives_up_on_is_a_clear_error_or_computed(
    text: str, computed: float | None
) -> None:
    """From 3.14 on, the parser takes what an earlier one gives up on."""
    try:
        found = Expression(text)({"x": 1.0})
    except ExpressionError as error:
        refusal = str(error)
    else:
        assert found == computed
        return
    assert re.search(r"gives up|cannot stand here|has no names in it", refusal)
    assert len(refusal) < 300


@given(st.text(st.sampled_from("xw12.e+-*/()[],:= \n_<>'\"@~lambdaifors"), max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = Expression(text)({"x": 2.0, "w": 3.0})
    except ExpressionError:
        return
    assert isinstance(found, float)


@pytest.mark.parametrize("terms", [499, 500, 501, 502, 10_000])
def test_long_sums_have_the_numbers_of_short_ones(terms: int) -> None:
    rng = random.Random(terms)
    parts = [rng.choice(["x", "2*x", "sin(x - 1)", "-x", "1e-3", "(x + 1)"]) for _ in range(terms)]
    signs = [rng.choice("+-") for _ in parts]
    text = parts[0] + "".join(f" {s} {p}" for s, p in zip(signs[1:], parts[1:], strict=True))
    total = 0.0
    for sign, part in zip(["+", *signs[1:]], parts, strict=True):
        term = float(eval(part, {"sin": math.sin, "x": 1.5}))
        total = total + term if sign == "+" else total - term
    x = Value(1.5, "x")
    root = Expression(text)({"x": x})
    assert root.data == pytest.approx(total, rel=1e-12)
    root.backward()
    slopes = {"x": 1, "2*x": 2, "sin(x - 1)": math.cos(0.5), "-x": -1, "1e-3": 0, "(x + 1)": 1}
    wanted = math.fsum(
        slopes[p] * (1 if s == "+" else -1) for s, p in zip(["+", *signs[1:]], parts, strict=True)
    )
    assert x.grad == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_a_sum_of_many_operands_is_one_node() -> None:
    x = Value(1.0, "x")
    root = Expression(f"sum({','.join('x' * 10_000)})")({"x": x})
    assert root.data == 10_000.0
    assert len(root.operands) == 10_000


def test_settings_are_names_and_finite_numbers() -> None:
    assert settings(["w=2", "x = -1.5e-3", "θ=0.5"]) == {"w": 2.0, "x": -0.0015, "θ": 0.5}
    for wrong, said in {
        "w": "NAME=NUMBER",
        "=2": "NAME=NUMBER",
        "2=w": "NAME=NUMBER",
        "w=two": "'two' is no number",
        "w=": "is no number",
        "w=nan": "finite",
        "w=1e999": "finite",
        "w.x=1": "NAME=NUMBER",
    }.items():
        with pytest.raises(ExpressionError, match=said):
            settings([wrong])
    with pytest.raises(ExpressionError, match="two numbers"):
        settings(["w=1", "w=2"])


def test_what_explanations_print_can_be_typed() -> None:
    assert Expression("w·x − 2 × b")({"w": 2.0, "x": 1.5, "b": 0.25}) == 2.5


@pytest.mark.parametrize(("typed", "here"), [("ln", "log"), ("σ", "sigmoid"), ("ReLU", "relu")])
def test_a_textbooks_name_is_told_the_tables(typed: str, here: str) -> None:
    with pytest.raises(ExpressionError, match=f"{typed} is written {here} here"):
        Expression(f"{typed}(x)")({"x": 1.0})
