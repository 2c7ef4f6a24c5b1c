"""What explanations look like: golden texts, LaTeX that is sound, MathML that is well-formed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from autograd_mini import Value, losses, nn, ops
from autograd_mini.show import mathml
from autograd_mini.show.explain import explain
from autograd_mini.show.explain.mathml import NAMESPACE
from autograd_mini.show.labels import plain
from autograd_mini.show.names import Names, local
from autograd_mini.show.text import columns

NEURON = """\
1 path leads from a to w.

∂a/∂w = ∂a/∂z  · ∂z/∂v₁ · ∂v₁/∂w
      ≈ 0.1966 ·   1    ·   2
      ≈ 0.3932

Factors:
∂a/∂z  = a · (1 − a) ≈ 0.1966
∂z/∂v₁ = 1
∂v₁/∂w = x           = 2

where:
v₁ = w · x"""

DIAMOND = """\
2 paths lead from y to x.

path 1: ∂y/∂v₁ · ∂v₁/∂p · ∂p/∂x
      =   1    ·  (−5)  ·   6
      = −30

path 2: ∂y/∂v₁ · ∂v₁/∂q · ∂q/∂x
      =   1    ·   9    · (−1)
      = −9

∂y/∂x = −30 + (−9)
      = −39

Shared factors gathered:

∂y/∂x = ∂y/∂v₁ · (∂v₁/∂p · ∂p/∂x + ∂v₁/∂q · ∂q/∂x)
      =   1    · (  −5   ·   6   +   9    · (−1) )
      = −39

Factors:
∂y/∂v₁ = 1
∂v₁/∂p = q     = −5
∂p/∂x  = 2 · x = 6
∂v₁/∂q = p     = 9
∂q/∂x  = −1

where:
v₁ = p · q"""


def neuron() -> Any:
    w, x = Value(0.5, "w"), Value(2.0, "x")
    z = w * x + Value(0.0, "b")
    z.label = "z"
    a = z.sigmoid()
    a.label = "a"
    return explain(a, w)


def diamond() -> Any:
    x = Value(3.0, "x")
    p, q = x**2, -2.0 - x
    p.label, q.label = "p", "q"
    y = p * q + 1.0
    y.label = "y"
    return explain(y, x)


def matrix_form() -> Any:
    model = nn.MLP(2, [2, 1], "tanh", output="sigmoid", rng=random.Random(0))
    J = losses.binary_cross_entropy(model([0.4, 2.0]), 1.0)
    J.label = "J"
    return explain(J, model.layers[0].W)


def going_to_class() -> Any:
    model = nn.MLP(3, [4, 1], "relu", output="sigmoid", rng=random.Random(1))
    x = [Value(number, f"x{low}") for number, low in zip((0.4, 2.0, 1.7), "₁₂₃", strict=True)]
    J = losses.binary_cross_entropy(model(x), 1.0)
    J.label = "J"
    return explain(J, model.layers[0].W)


def three_layers() -> Any:
    model = nn.MLP(4, [5, 5, 5, 1], "sigmoid", rng=random.Random(1))
    J = losses.mse([model([0.4, 2.0, -1.0, 0.5]), model([1.4, -2.0, 1.0, 0.25])], [1.0, 0.0])
    return explain(J, model.layers[0].W)


def one_weight() -> Any:
    model = nn.MLP(2, [2, 2, 1], "relu", rng=random.Random(3))
    J = ops.add(model([0.4, 2.0]), model([1.0, -1.0]))
    return explain(J, model.layers[0].W[0][0], most=3)


def tall() -> Any:
    x = Value(1.0, "x")
    y = x
    for _ in range(100):
        y = y + y
    return explain(y, x, most=2)


def shifty() -> Any:
    x = Value(0.3, "x")
    y = x
    for row in ops.TABLE.values():
        if row.arity == 1 and row.name != "acosh":
            y = y + row(x)
    return explain(y, x, most=60)


CASES: dict[str, Callable[[], Any]] = {
    "neuron": neuron,
    "diamond": diamond,
    "matrix form": matrix_form,
    "going to class": going_to_class,
    "three layers": three_layers,
    "one weight": one_weight,
    "tall": tall,
    "every function": shifty,
    "independent": lambda: explain(Value(2.0, "y"), Value(3.0, "x")),
}


def test_golden_neuron() -> None:
    assert neuron().text == NEURON
    assert str(neuron()) == NEURON


def test_golden_diamond() -> None:
    assert diamond().text == DIAMOND


# --- plain text -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_text_fits_a_terminal(case: str) -> None:
    lines = CASES[case]().text.split("\n")
    assert max(map(columns, lines)) <= 80
    assert not [line for line in lines if line != line.rstrip()]


def test_numbers_stand_below_their_symbols() -> None:
    symbols, values = neuron().text.split("\n")[2:4]
    places = [i for i, c in enumerate(symbols) if c == "·"]
    assert {values[i] for i in places if symbols[i - 1 : i + 2] == " · "} <= {"·", " "}
    assert symbols.index("=") == values.index("≈")


# --- LaTeX ----------------------------------------------------------------------------------------

KNOWN_COMMANDS = """
noindent begin end text frac partial cdot approx cdots dots vdots ddots quad left right
biggl biggr times
underset underbrace mathrm operatorname smallmatrix ensuremath langle rangle infty textbackslash
textasciicircum textasciitilde textless textgreater textbar symbol textsubscript
textsuperscript hat tilde bar dot ddot acute grave sqrt sin cos tan arcsin arccos arctan sinh
cosh tanh log max min sum sigma alpha theta Phi Gamma psi lfloor rfloor lceil rceil varphi
"""
COMMANDS = set(KNOWN_COMMANDS.split())


def check_latex(latex: str) -> None:
    """ASCII, known commands, and balanced braces, environments, \\left and \\right."""
    assert latex.isascii()
    assert latex.replace("\n", "").isprintable()
    depth = 0
    environments: list[str] = []
    for piece in re.findall(r"\\(?:begin|end)\{[a-z*]+\}|\\[A-Za-z]+|\\.|.", latex, re.DOTALL):
        if piece.startswith(r"\begin"):
            environments.append(piece[7:-1])
        elif piece.startswith(r"\end"):
            assert environments.pop() == piece[5:-1]
        elif piece[0] == "\\" and piece[1:].isalpha() and len(piece) > 2:
            assert piece[1:] in COMMANDS, piece
        depth += {"{": 1, "}": -1}.get(piece, 0)
        assert depth >= 0
        if piece in "$&#%_^~" and len(piece) == 1:
            assert environments or piece in "$_^", piece
    assert depth == 0
    assert not environments
    assert latex.count("\\left") == latex.count("\\right")
    for display in re.findall(r"\\begin\{align\*\}(.*?)\\end\{align\*\}", latex, re.DOTALL):
        assert "\n\n" not in display
        assert not display.rstrip().endswith("\\\\")


@pytest.mark.parametrize("case", CASES)
def test_latex_is_sound(case: str) -> None:
    check_latex(CASES[case]().latex)


@pytest.mark.parametrize(
    "broken",
    ["{", "}", r"\begin{align*}", r"\unheard", "é", "a & b", "50 % of it", r"\left( x"],
)
def test_the_check_finds_what_is_broken(broken: str) -> None:
    with pytest.raises((AssertionError, IndexError)):
        check_latex(broken)


def test_latex_of_the_slides() -> None:
    latex = matrix_form().latex
    assert r"\underset{1\times 4}{\frac{\partial J}{\partial {W^{[1]}}}} &= " in latex
    assert r"\frac{\partial {z^{[2]}}}{\partial {a^{[1]}}}" in latex
    assert "{w_{12}^{[1]}}" in latex


# --- MathML ---------------------------------------------------------------------------------------

KNOWN_ELEMENTS = """
math mtable mtr mtd mrow mi mn mo mtext mspace mfrac msub msup msubsup munder mover msqrt mroot
"""
ELEMENTS = set(KNOWN_ELEMENTS.split())


def check_mathml(mathml: str) -> ET.Element:
    """It is well-formed, of presentation elements with the right number of children."""
    root = ET.fromstring(mathml)  # noqa: S314  (our own)
    for element in root.iter():
        name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        assert name in ELEMENTS
        if name in {"mfrac", "mroot", "msub", "msup", "munder", "mover"}:
            assert len(element) == 2, mathml
        if name == "msubsup":
            assert len(element) == 3
        if name in {"mi", "mn", "mo", "mtext"}:
            assert len(element) == 0
        assert set(element.attrib) <= {
            "display",
            "style",
            "columnalign",
            "displaystyle",
            "form",
            "accent",
            "stretchy",
            "width",
        }
    return root


@pytest.mark.parametrize("case", CASES)
def test_mathml_is_well_formed(case: str) -> None:
    check_mathml(CASES[case]().mathml)


def test_mathml_of_the_slides() -> None:
    layer = "<mrow><mo {0}>[</mo><mn>1</mn><mo {1}>]</mo></mrow>"
    tight = 'stretchy="false"'
    layer = layer.format(f'form="prefix" {tight}', f'form="postfix" {tight}')
    assert f"<msup><mi>W</mi>{layer}</msup>" in matrix_form().mathml


@pytest.mark.parametrize("name", [n for n, r in ops.TABLE.items() if r.arity is not None])
def test_every_formula_of_the_table_as_mathml(name: str) -> None:
    """Each operand that the formula names in LaTeX is in the MathML, and no brace is left."""
    row = ops.TABLE[name]
    points = [low + 0.4 * (high - low) for low, high in row.domain]
    operands = [Value(point, letter) for point, letter in zip(points, "uvw", strict=False)]
    z = row(*operands)
    z.label = "z"
    names = Names([*operands, z], 6)
    for place in range(len(operands)):
        term = local(z, place, names.of)
        assert term is not None
        written = mathml.written(term)[0]
        root = check_mathml(f'<math xmlns="{NAMESPACE}">{written}</math>')
        shown = "".join(root.itertext())
        assert not set("{}\\") & set(shown)
        for letter in "uvwz":
            found = len(re.findall(rf"(?<![a-zA-Z]){letter}(?![a-zA-Z(])", plain(term)))
            assert shown.count(letter) >= found


# --- notebooks ------------------------------------------------------------------------------------


def test_what_a_notebook_shows() -> None:
    told = diamond()
    bundle = told._repr_mimebundle_()
    assert bundle["text/plain"] == DIAMOND
    assert told.mathml in bundle["text/html"]
    assert set(told._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert set(told._repr_mimebundle_(exclude=["text/html"])) == {"text/plain"}


def test_the_same_explanation_reads_the_same() -> None:
    for case in CASES.values():
        first, second = case(), case()
        assert (first.text, first.latex, first.mathml) == (second.text, second.latex, second.mathml)
