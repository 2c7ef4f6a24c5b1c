"""Handouts: the blanks are where the numbers are on the solution, and these are the engine's."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograd_mini import Value, nn, ops, walk
from autograd_mini.cli import main
from autograd_mini.errors import AutogradError
from autograd_mini.expression import Expression
from autograd_mini.numbers import short
from autograd_mini.show import Handout
from autograd_mini.show.kit import figure
from autograd_mini.show.kit.by_hand import drawn, labour
from autograd_mini.show.kit.handout import BLANK
from tests.show.kit.reading import pdf_fonts, pdf_images, pdf_pages, pdf_text
from tests.show.test_labels import NASTY
from tests.show.walk.test_walk_page import Read

EXPRESSIONS = (
    "(w*x + b - y)**2",
    "sigmoid(w1*x1 + w2*x2 + b)",
    "x*x*y + sin(x)",
    "log(x) + sqrt(y)*exp(z)",
    "relu(w*x + b)*v",
    "x/y + y",
)


def cost() -> Value:
    w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(-1.0, "b")
    root: Value = (w * x + b) * x
    root.label = "J"
    return root


def texts(svg: str) -> list[str]:
    return [text.line for group in figure.read(svg).groups for text in group.texts]


def test_the_solution_has_the_gradients_of_backward() -> None:
    root = cost()
    handout = Handout(walk(root))
    root.backward()
    shown = {row.name: row.result.rpartition(" ")[2] for row in handout.solution.backward}
    for node in (root.operands[0], *root.operands[0].operands, root.operands[1]):
        name = node.label or handout_name(root, node)
        assert shown[f"∂J/∂{name}"] == short(node.grad)
    assert "∂J/∂x" in shown
    assert [row.result for row in handout.solution.forward][-1].endswith(short(root.data))


def handout_name(root: Value, node: Value) -> str:
    return walk(root).names[node]


def test_what_comes_along_several_arrows_is_added_up() -> None:
    (row,) = [row for row in Handout(walk(cost())).solution.backward if row.name == "∂J/∂x"]
    assert row.formula.count("+") == 1
    assert row.result == "1 · 5 + 3 · 2 = 11"


def test_the_blanks_are_where_the_solution_has_its_numbers() -> None:
    handout = Handout(walk(cost()))
    asked, solved = texts(handout.sheet.picture), texts(handout.solution.picture)
    assert len(asked) == len(solved)
    for blank, number in zip(asked, solved, strict=True):
        if BLANK in blank:
            head, _, tail = blank.partition(BLANK)
            assert number.startswith(head.strip())
            assert tail.strip() == ""
            assert number.strip() != blank.strip()
        else:
            assert blank == number
    assert sum(BLANK in text for text in asked) == 3 + 6 + 6  # numbers, gradients, arrows
    assert not any(row.result for row in (*handout.sheet.forward, *handout.sheet.backward))


def test_both_sheets_have_the_same_places() -> None:
    handout = Handout(walk(cost()))
    asked, solved = (figure.read(x.picture).groups for x in (handout.sheet, handout.solution))
    assert [x.outlines for x in asked] == [x.outlines for x in solved]


def test_whatever_the_view_of_the_walk_a_handout_shows_every_operation() -> None:
    model = nn.MLP(2, [2, 1], activation="tanh", rng=random.Random(0))
    out = model([Value(1.0, "x₁"), Value(-2.0, "x₂")])
    views = ("expanded", "compact", "network")
    assert len({Handout(walk(out, view=view)).sheet.picture for view in views}) == 1


def test_an_operand_that_is_not_chosen_gets_nothing() -> None:
    x, y = Value(1.0, "x"), Value(2.0, "y")
    rows = {row.name: row for row in Handout(walk(ops.maximum(x, y) * 2.0)).solution.backward}
    (name,) = [name for name in rows if name.endswith("∂x")]
    assert rows[name].result == "0"


def test_rounded_numbers_are_announced() -> None:
    exact, rounded = Handout(walk(cost())), Handout(walk(Value(1.0, "x").exp() * 2.0))
    assert not any("Round" in task for task in exact.tasks)
    assert rounded.tasks[-1] == "Round to 4 significant digits."


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_drawn_numbers_can_be_reckoned_with(text: str) -> None:
    expression = Expression(text)

    def graph_of(numbers: Mapping[str, float]) -> Value:
        root: Value = expression(expression.leaves(numbers))
        return root

    numbers = drawn(graph_of, expression.names, random.Random(0))
    assert drawn(graph_of, expression.names, random.Random(0)) == numbers
    recorder = walk(graph_of(numbers)).recorder
    found = [node.data for node in recorder.nodes] + list(recorder.totals.values())
    assert all(math.isfinite(x) and abs(x) <= 50 for x in found)
    assert sum(len(short(x, 12)) > 6 for x in found) == 0
    assert "sin" in text or sum(x == 0.0 for x in found) <= 2  # sin has no other short number
    usual = dict.fromkeys(expression.names, 0.7)
    assert labour(graph_of(numbers)) < labour(graph_of(usual))


def test_seeds_give_other_numbers() -> None:
    expression = Expression("w*x + b")
    found = [
        drawn(lambda n: expression(expression.leaves(n)), expression.names, random.Random(seed), 20)
        for seed in range(5)
    ]
    assert len({tuple(x.values()) for x in found}) > 1


def test_where_no_number_will_do_the_error_says_so() -> None:
    with pytest.raises(AutogradError, match="give the numbers yourself"):
        drawn(lambda n: ops.log(Value(n["x"], "x") * 0.0 - 1.0), ["x"], random.Random(0), 5)


@pytest.mark.parametrize("label", NASTY)
def test_labels_of_any_content_do_nothing(label: str, tmp_path: Path) -> None:
    handout = Handout(walk(Value(2.0, label) * 3.0, title=label or "none"))
    page = Read(handout.save(tmp_path / "a.html").read_text("utf-8"))
    assert page.tags["script"] == page.tags["img"] == 0
    assert handout.save(tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_the_page_needs_nothing_else(tmp_path: Path) -> None:
    html = Handout(walk(cost())).save(tmp_path / "a.html").read_text("utf-8")
    assert set(re.findall(r"""(?:https?:)?//[^\s"'<>]+""", html)) <= {"http://www.w3.org/2000/svg"}
    assert "∂J/∂x" in Read(html).texts


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.png.*\.pdf or \.html"):
        Handout(walk(cost())).save(tmp_path / "a.png")


def test_the_command_line_draws_what_is_not_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "a.html"
    assert main(["handout", "sigmoid(w*x + b)", "-s", "w=3", "-o", str(target)]) == 0
    assert f"Open {target}" in capsys.readouterr().out
    read = Read(target.read_text("utf-8")).texts
    assert "w = 3" in read
    assert any(re.fullmatch(r"b = −?[\d.]+", text) for text in read)
    assert main(["handout", "w*x", "-s", "q=3", "-o", str(target)]) == 2


@pytest.mark.latex
def test_a_pdf_has_two_sheets_of_a4(tmp_path: Path) -> None:
    path = Handout(walk(cost(), title="J by hand")).save(tmp_path / "a.pdf")
    pages, size = pdf_pages(path)
    assert pages == 2
    assert size == pytest.approx((595.28, 841.89), abs=1)
    assert pdf_images(path) == 0
    assert all(embedded for _, embedded in pdf_fonts(path))
    said = "".join(pdf_text(path).split())
    assert "1·5+3·2=11" in said
    assert "Solution:Jbyhand" in said
    model = nn.MLP(2, [3, 1], activation="tanh")
    long = Handout(walk(model([Value(1.0, "x₁"), Value(-2.0, "x₂")]), open_affine=True))
    assert pdf_pages(long.save(tmp_path / "b.pdf"))[0] >= 2
