"""Expressions as they are typed: the table's functions in Python's and in a textbook's notation.

The truth of what Python's notation means is Python's own parser.
"""

from __future__ import annotations

import ast
import math
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from autograd_mini import Value, expr, graph, ops, partials
from autograd_mini.expression import Expression, ExpressionError, normalized, settings, typed

X, Y = 0.75, -1.25


FORMS = [
    "{} + {}", "{}-{}", "{}*{}", "{} / {}", "{}**{}", "({} + {})", "-{}", "+{}", "({})**2",
    "{}**-{}", "tanh({})", "sin({})", "e({})", "sum({}, {},)", "sum([{}, {}], {})", "max({}, {})",
    "where(step({}), {}, {})", "affine([{}], [{}], {})", "(q := {})*q", "leaky_relu({})", "abs({})",
    "{} · {}", "{} × {}", "{} − {}", "({}) # {}", "{}\n+{}", "log2({}, )",
]  # fmt: skip
ATOMS = ["w", "e", "pi", "sin", "σ", "min", "θ", "x̄", "xₐ", "2", "0.5", "1e-2", "3.", ".25", "0x1F"]
GIVEN = {"w": 2.0, "e": 1.5, "pi": -1.0, "sin": 0.5, "σ": 0.25, "min": 3.0, "θ": 0.75, "x̄": 1.25}
GIVEN["xa"] = -0.5


@st.composite
def arithmetic(draw: st.DrawFn, depth: int = 3) -> str:
    """An expression of the language that Python's parser reads too; many names are given."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(ATOMS))
    part = arithmetic(depth=depth - 1)
    form = draw(st.sampled_from(FORMS))
    return form.format(*[draw(part) for _ in range(form.count("{}"))])


def as_python_reads_it(text: str, values: dict[str, Any]) -> Any:
    """The graph by Python's own parser: what such a text has always meant.

    Raises:
        LookupError: a name has no value, or a function is not there.
    """
    known = dict(values)

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Constant():
                return float(node.value)  # type: ignore[arg-type]
            case ast.Name():
                return known[node.id]
            case ast.BinOp():
                row = ROWS[type(node.op)]
                return row(value(node.left), value(node.right))
            case ast.UnaryOp():
                operand = value(node.operand)
                return ops.neg(operand) if isinstance(node.op, ast.USub) else operand
            case ast.NamedExpr():
                made = value(node.value)
                assert known.setdefault(node.target.id, made) is made
                if isinstance(made, Value) and not made.label:
                    made.label = node.target.id
                return made
            case ast.List():
                return list(map(value, node.elts))
            case ast.Call(func=ast.Name() as name):
                row = ops.TABLE[name.id]
                operands = list(map(value, node.args))
                if row.takes_list and row is not ops.affine:
                    return row([x for y in operands for x in (y if isinstance(y, list) else [y])])
                return row(*operands)
        raise LookupError

    return value(ast.parse(" ".join(text.translate(SIGNS).split()), mode="eval").body)


SIGNS = str.maketrans({"·": "*", "×": "*", "−": "-"})
ROWS: dict[type[ast.operator], Any] = {
    ast.Add: ops.add,
    ast.Sub: ops.sub,
    ast.Mult: ops.mul,
    ast.Div: ops.div,
    ast.Pow: ops.pow,
}


def picture(root: Any) -> object:
    """All that can be seen of a graph, to be compared."""
    if not isinstance(root, Value):
        return repr(root)
    place: dict[Any, int] = {}
    seen = []
    for node in graph.order(root):
        place[node] = len(place)
        operands = [place.get(x, repr(x)) for x in graph.raw_operands(node)]
        seen.append((node.op, normalized(node.label), repr(node.data), operands))
    return seen


@settings_of_hypothesis(max_examples=400)
@given(arithmetic())
def test_what_was_valid_in_pythons_notation_keeps_its_meaning(text: str) -> None:
    """Node by node, to the bit, with names that are constants and functions elsewhere."""
    try:
        wanted = as_python_reads_it(text, {name: Value(x, name) for name, x in GIVEN.items()})
    except (LookupError, SyntaxError, AssertionError):
        return
    expression = Expression(text, GIVEN)
    try:
        found = expression(expression.leaves(GIVEN))
    except ExpressionError as error:
        if "beyond the largest double" in str(error):
            return
        raise
    assert picture(found) == picture(wanted)


SCHOOL = {
    "2x + 1": 2 * X + 1,
    "y = x^2": X**2,
    "f(x) = x² − 1": X**2 - 1,
    "x²": X**2,
    "x⁻¹": 1 / X,
    "2x²y": 2 * X**2 * Y,
    "sin x": math.sin(X),
    "sin 2x": math.sin(2 * X),
    "sin 2πx": math.sin(2 * math.pi * X),
    "sin x²": math.sin(X**2),
    "sin² x + cos^2 x": 1.0,
    "sin x cos x": math.sin(X) * math.cos(X),
    "sin -x": -math.sin(X),
    "x(1−x)": X * (1 - X),
    "x (1 - x)(1 + x)": X * (1 - X) * (1 + X),
    "2 x y": 2 * X * Y,
    "2πx": 2 * math.pi * X,
    "pi x": math.pi * X,
    "e^x": math.exp(X),
    "e^-x²": math.exp(-(X**2)),
    "e²x": math.exp(2) * X,
    "e x": math.e * X,
    "2^-x": 2**-X,
    "x^2 (1 - x)": X**2 * (1 - X),
    "√x": math.sqrt(X),
    "√(x+1)": math.sqrt(X + 1),
    "2√x": 2 * math.sqrt(X),
    "√x / 2": math.sqrt(X) / 2,
    "∛x": X ** (1 / 3),
    "|x − 2|": 2 - X,
    "2|x| + |y|": 2 * X + abs(Y),
    "||x| − 1|": abs(X - 1),
    "|x|²": X**2,
    "⌊x⌋ + ⌈x⌉": 1.0,
    "ln x": math.log(X),
    "log₂ x + log₁₀ x": math.log2(X) + math.log10(X),
    "σ(x) + ReLU(x) + arctan x": 1 / (1 + math.exp(-X)) + X + math.atan(X),
    "leaky ReLU(−x, 0.5)": -0.5 * X,
    "min(x, y) + max(x, y)": X + Y,
    "1.5 × 10⁻²x": 0.015 * X,
    "x ÷ y": X / Y,
    "(z := x²) + √z": X**2 + X,
}


@pytest.mark.parametrize("text", SCHOOL)
def test_school_notation(text: str) -> None:
    assert Expression(text)({"x": X, "y": Y}) == pytest.approx(SCHOOL[text], rel=1e-14)


AMBIGUOUS = [
    "1/2x", "1/2(x+1)", "x/y z", "2x/3y", "e^2x", "x^2(1-x)", "x**2y", "sin x/2", "sin x y",
    "2 sin x · y", "sin 2x y", "√2x", "√x²", "√x^2", "√x(1+y)", "|x|y|z|", "x + |x|y|z| + 1",
]  # fmt: skip


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_an_ambiguous_text_is_refused_with_two_readings_that_can_be_typed(text: str) -> None:
    with pytest.raises(ExpressionError, match="can be read in two ways") as caught:
        Expression(text)
    doubtful = re.search("‘(.*)’", str(caught.value))
    readings = re.search("write (.*) or (.*)$", str(caught.value))
    assert doubtful
    assert readings
    assert doubtful[1] in text
    point = {"x": -0.75, "y": -1.25, "z": 0.3}
    one, other = (Expression(reading)(point) for reading in readings.groups())
    assert one != pytest.approx(other)


@pytest.mark.parametrize(
    ("text", "readings"), [("sin⁻¹ x", ["asin(", "1/sin("]), ("sin^-1 x", ["is a function"])]
)
def test_an_inverse_is_no_reciprocal(text: str, readings: list[str]) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression(text)
    assert all(reading in str(caught.value) for reading in readings)


def test_a_name_with_a_number_is_a_variable() -> None:
    assert typed("e*x + pi", {"e": 2.0, "x": 3.0, "pi": 4.0}).root.data == 10.0
    assert typed("e^x", {"e": 2.0, "x": 3.0}).root.data == 8.0
    assert typed("πr", {"πr": 2.0}).root.data == 2.0
    assert typed("sin*sin(x)", {"sin": 2.0, "x": 0.5}).root.data == 2 * math.sin(0.5)
    with pytest.raises(ExpressionError, match=re.escape("sigmoid(x) or σ*(x)")):
        typed("σ(x)", {"σ": 1.0, "x": 2.0})


def test_a_name_that_may_be_a_product_is_told_so() -> None:
    with pytest.raises(ExpressionError, match=r"write x\*y for the product, or add -s xy=NUMBER"):
        typed("2xy", {"x": 1.0, "y": 2.0})
    with pytest.raises(ExpressionError, match="did you mean theta"):
        typed("x*thata", {"x": 1.0, "theta": 2.0})
    with pytest.raises(ExpressionError, match="no wieght in the expression; did you mean weight"):
        typed("x*weight + x", {"x": 1.0, "weight": 1.0, "wieght": 2.0})


def test_the_result_has_the_name_that_the_text_gives_it() -> None:
    assert typed("y = x²", {"x": 2.0}).root.label == "y"
    assert typed("g(x) = x²", {"x": 2.0}).root.label == "g"
    assert typed("f·x", {"x": 2.0, "f": 1.0}).root.label == "y"
    with pytest.raises(ExpressionError, match="y is both the result and a name in it"):
        typed("y = y + 1", {"y": 2.0})


def test_names_keep_their_scripts() -> None:
    found = typed("z⁽¹⁾ = w₁₁,₂x₁ + w₂·x₁", {"w11,2": 1.0, "x1": 2.0, "w2": 3.0})
    assert [leaf.label for leaf in found.leaves.values()] == ["w₁₁,₂", "x₁", "w₂"]
    assert found.root.label == "z⁽¹⁾"
    assert found.root.data == 8.0


ROWS_TO_TYPE = [x for x in ops.TABLE.values() if x.partials[0].__module__ != partials.__name__]
"""Without those that exist to be partials of others, which nobody types."""


@pytest.mark.parametrize("row", ROWS_TO_TYPE, ids=lambda row: row.name)
def test_what_is_printed_of_a_row_can_be_typed(row: ops.Op) -> None:
    """Its formula, alone and inside a product and a difference, has the number that it has."""
    places = row.domain * 3 if row.arity is None else row.domain
    numbers = [low + 0.37 * (high - low) for low, high in places]
    values = {f"x{i}": number for i, number in enumerate(numbers)}
    made = expr.call(row, [expr.Name(name) for name in values])
    wanted = row.forward(*numbers)
    for whole, number in ((made, wanted), (made * 2.0, 2 * wanted), (3.0 - made, 3.0 - wanted)):
        text = expr.write(whole)
        assert Expression(text)(values) == pytest.approx(number, rel=1e-12), text


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
    "().__class__.__bases__": "unmatched",
    "__import__('os')": "no function '__import__'",
    "__import__('os').system('true')": "no function",
    "open('/etc/passwd')": "no function 'open'",
    "eval('x')": "no function 'eval'",
    "exp.forward(x)": "exp is a function",
    "(lambda: x)()": "functions cannot be made",
    "sigmiod(x)": "did you mean sigmoid?",
    "bzzt(x)": "no function 'bzzt'; ‘autograd-mini functions’ lists",
    "exp": "exp is a function; write exp",
    "y + 1": "y has no value; add -s y=NUMBER",
    "x y": "y has no value",
    "x 2": "a number cannot stand here",
    "1 000": "a number cannot stand here",
    "1,5": "decimals have a point",
    "x +* 2": "'*' cannot stand here: x + >>> * 2",
    "x +": "the text ends where",
    "(x": "never closed",
    "x)": "unmatched",
    "x = y = 2": "an equals sign stands at the beginning only",
    "import os": "import has no value",
    "x; x": "';' cannot stand here",
    "x < 2": "comparisons are not numbers",
    "x and x": "not arithmetic",
    "not x": "not arithmetic",
    "~x": "no such operator",
    "x if x else 1": "where(step(x), a, b)",
    "x[0]": "nothing to index",
    "[x]": "nothing to index",
    "(x, x)": "one expression",
    "{x}": "curly brackets",
    "[x for x in x]": "nothing to index",
    "lambda: x": "functions cannot be made",
    "f'{x}'": "cannot stand here",
    "'a'": "cannot stand here",
    "b'a'": "cannot stand here",
    "True": "True has no value",
    "None": "None has no value",
    "...": "attributes are not looked up",
    "2j": "j has no value",
    "0x1g": "no digit of 0x1",
    "1__0": "no number",
    "x // 2": "no such operator",
    "x % 2": "no such operator",
    "x @ 2": "no such operator",
    "x << 2": "comparisons",
    "exp()": "takes 1 operand",
    "exp(x, x)": "takes 1 operand",
    "atan2(x)": "takes 2 operand",
    "sum()": "no values given",
    "exp(x=1)": "without names",
    "sum(*[x])": "one by one",
    "exp([x])": "nothing to index",
    "affine(x, 2, 1)": "affine takes two lists",
    "affine([x], [2, 3], 1)": "give one weight for each input",
    "(x := 2)": "the name x is taken",
    "await x": "await has no value",
    "(yield x)": "yield has no value",
    "x\0": "null",
    "\ud800": "half of a character",
    "1" * 5000: "beyond the largest double",
    "9**9**9": "beyond the largest double",
    "x**1e9": "beyond the largest double",
    "10**400": "beyond the largest double",
    "1e999": "beyond the largest double",
    "1" * 400: "beyond the largest double",
    "(" * 100_000 + "x" + ")" * 100_000: "more than 50 brackets or functions inside each other",
    "exp(" * 100 + "x" + ")" * 100: "more than 50 brackets or functions",
    "[" * 100_000: "nothing to index",
    "√" * 100 + "x": "inside each other",
    "sin " * 100 + "x": "inside each other",
    "|" * 200 + "x" + "|" * 200: "inside each other",
    "x" + "[0]" * 100_000: "nothing to index",
    "not " * 100_000 + "x": "not arithmetic",
    "lambda:" * 50_000 + "x": "functions cannot be made",
    "x if x else " * 10_000 + "x": "where(step(x), a, b)",
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
        ("x" + "**x" * 10_000, 1.0),
        ("-" * 100_001 + "x", -1.0),
        ("2" + " x" * 10_000, 2.0),
    ],
    ids=["product", "sum", "powers", "signs", "beside each other"],
)
def test_long_texts_are_computed(text: str, computed: float) -> None:
    assert Expression(text)({"x": 1.0}) == computed


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
