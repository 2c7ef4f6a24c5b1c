"""The options of draw: what is opened, cut, hidden, highlighted and coloured, and the refusals."""

from __future__ import annotations

import math
import random
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value, explain, losses, nn, ops
from autograd_mini.numbers import significant
from autograd_mini.show import draw
from autograd_mini.show.draw import expanded
from autograd_mini.show.draw.options import Options
from autograd_mini.show.palette import ink, luminance
from autograd_mini.show.picture import Picture
from tests.graphs import build, recipes
from tests.show.reading import said

short = significant(4)


def seen(*outputs: Value, **options: Any) -> Picture:
    return expanded.picture(outputs, Options(**options))


def network() -> tuple[nn.MLP, list[Value], Value]:
    model = nn.MLP(2, [2, 1], "tanh", rng=random.Random(0))
    x = [Value(0.5, "x₁"), Value(-1.0, "x₂")]
    y = model(x)
    y.backward()
    return model, x, y


def statements(dot: str) -> dict[str, dict[str, str]]:
    """The attributes of every box and arrow; of arrows between the same boxes, of the first."""
    found: dict[str, dict[str, str]] = {}
    for line in dot.splitlines():
        if made := re.match(r"\t+(\w+(?: -> \w+)?) \[(.*)\]$", line):
            attributes = dict(re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)', made[2]))
            found.setdefault(made[1], {k: v.strip('"') for k, v in attributes.items()})
    return found


def kinds(picture: Picture) -> list[str]:
    return [box.kind for box in picture.boxes]


# --- open ---------------------------------------------------------------------------------------


def test_an_affine_node_opens_into_products_and_their_sum() -> None:
    w, x, b = (
        [Value(0.5, "w₁"), Value(-2.0, "w₂")],
        [Value(3.0, "x₁"), Value(0.1, "x₂")],
        Value(1.0),
    )
    z = ops.affine(w, x, b)
    z.label = "z"
    a = z.sigmoid()
    a.backward()
    picture = seen(a, open_affine=True)
    rows = [box.lines for box in picture.boxes if box.kind in {"interior", "output"}]
    grad = f"grad {short(z.grad)}"
    assert rows == [
        ("×", "1.5", grad),
        ("×", "−0.2", grad),
        ("Σ", f"z = {short(z.data)}", grad),
        ("σ", short(a.data), "grad 1"),
    ]
    assert [arrow.text for arrow in picture.arrows] == [
        "3", "0.5", "0.1", "−2", "1", "1", "1", short(a.data * (1 - a.data)),
    ]  # fmt: skip
    assert "Opened:" in picture.notes[0]


def test_opening_some_leaves_the_others_closed() -> None:
    model, _, y = network()
    first = y.operands[1].operands[0]
    picture = seen(y, open_affine=frozenset([first]))
    tops = [box.lines[0] for box in picture.boxes if box.kind in {"interior", "output"}]
    assert sorted(tops) == ["tanh", "tanh", "×", "×", "Σ", "Σ wx + b", "Σ wx + b"]
    assert draw(y, open_affine=first).dot != draw(y).dot == draw(y, open_affine=False).dot
    assert model.layers


def test_an_opened_node_that_was_not_differentiated_says_so() -> None:
    z = ops.affine([Value(1.0)], [Value(2.0)], Value(3.0))
    lines = {box.lines[-1] for box in seen(z, open_affine=True).boxes}
    assert lines == {"grad –"}


# --- depth and focus ----------------------------------------------------------------------------


def test_depth_counts_arrows_back_from_the_output() -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(9):
        y = y.tanh()
    picture = seen(y, depth=3)
    assert kinds(picture) == ["interior"] * 3 + ["output", "summary"]
    assert picture.boxes[-1].lines == ("…", "1 operand")
    assert picture.notes[0] == (
        "Shown: 4 nodes within 3 steps of the output; 6 nodes left out, at the grey boxes."
    )
    assert len(seen(y, depth=0).boxes) == 2
    assert kinds(seen(y, depth=99)) == kinds(seen(y))


def test_focus_shows_what_is_near_a_node() -> None:
    model, _, y = network()
    a = y.operands[1]
    picture = seen(y, focus=(a,), depth=1)
    assert sorted(kinds(picture)) == ["interior", "interior", "output", "summary", "summary"]
    cut = {box.lines[-1] for box in picture.boxes if box.kind == "summary"}
    assert cut == {"4 operands", "5 operands"}
    assert len(seen(y, focus=(a,)).boxes) > len(picture.boxes)
    w = model.layers[0].W[0][0]
    assert "w₁₁⁽¹⁾" in draw(y, view="compact", focus=y, depth=1).dot or w


def test_a_part_of_a_huge_graph_is_not_collapsed() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(5000):
        y = (y + x).tanh()
    assert "Collapsed" not in draw(y, depth=3).dot
    with pytest.raises(ValueError, match=r"the part asked for has .* give a smaller depth="):
        draw(y, depth=4000)


def test_the_focus_may_be_on_what_has_no_box_of_its_own() -> None:
    model, _, y = network()
    weight = model.layers[0].neurons[1].w[0]
    dot = draw(y, view="compact", focus=weight, depth=0).dot
    assert "a₂⁽¹⁾" in dot
    assert "a₁⁽¹⁾" not in dot
    loss = losses.squared_error(y, 1.0)
    inside = loss.operands[0]
    for view in ("expanded", "compact"):
        assert "squared error" in draw(loss, view=view, focus=inside, depth=0).dot


def test_nothing_may_be_left_to_show() -> None:
    drawing = draw(Value(2.0, "x"), hide="leaves")
    assert repr(drawing) == "<Drawing: 0 boxes, 0 arrows>"
    assert "Hidden: 1 leaf." in drawing.dot


@given(recipes(most=30), st.integers(0, 4))
def test_every_cut_arrow_is_counted(recipe: object, depth: int) -> None:
    _, root = build(recipe)  # type: ignore[arg-type]
    nodes = expanded.in_order([root])
    shown = seen(root, depth=depth)
    names = {box.id for box in shown.boxes}
    assert {end for arrow in shown.arrows for end in arrow[:2]} <= names
    kept = set(shown.nodes.values())
    uses = [(x in kept, n in kept) for n in nodes for x in n.operands]
    said = sum(int(b.lines[-1].split()[0]) for b in shown.boxes if b.kind == "summary")
    assert said == sum(a != b for a, b in uses)
    assert sum(arrow.place >= 0 for arrow in shown.arrows) == sum(a and b for a, b in uses)


# --- hide ---------------------------------------------------------------------------------------


def test_kinds_can_be_hidden() -> None:
    _, _, y = network()
    loss = losses.squared_error(y, 1.0)
    all_of_them = set(kinds(seen(loss, open_loss=True)))
    for plural, kind in (("weights", "weight"), ("biases", "bias"), ("inputs", "input")):
        dot = draw(loss, hide=plural, open_loss=True).dot
        assert f"legend_{kind} " not in dot
        assert "Hidden: " in dot
    assert {"constant", "weight", "bias", "input", "target"} <= all_of_them
    picture = seen(loss, hide=frozenset(["constant", "weight"]), open_loss=True)
    assert picture.notes[0] == "Hidden: 6 weights, 1 constant."
    assert not {"constant", "weight"} & set(kinds(picture))


def test_single_values_can_be_hidden() -> None:
    _, (x, _), y = network()
    assert not [box for box in seen(y, hide=frozenset([x])).boxes if box.lines[0][:2] == "x₁"]
    assert draw(y, hide=[x, "weights"]).dot != draw(y, hide="weights").dot


def test_weights_hidden_in_the_other_views_leave_their_lines() -> None:
    _, _, y = network()
    for view in ("compact", "network"):
        full, bare = draw(y, view=view), draw(y, view=view, hide=["weights", "biases"])
        assert full.dot.count(" -> ") == bare.dot.count(" -> ")
        assert re.search(r'label="[^"]*w₁₁', full.dot)
        assert not re.search(r'label="[^"]*[wb]₁', bare.dot)


# --- path ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["expanded", "compact", "network"])
def test_a_path_is_highlighted_in_every_view(view: str) -> None:
    model, (x, _), y = network()
    a = y.operands[1]
    for path in ([x, a, y], [y, a, x]):
        dot = draw(y, view=view, path=path, legend=False).dot
        marked = [name for name, look in statements(dot).items() if look.get("color") == "#7b1fa2"]
        arrows = [name for name in marked if "->" in name]
        assert len(arrows) == {"expanded": 3, "compact": 2, "network": 2}[view]
        assert len(marked) - len(arrows) == {"expanded": 4, "compact": 3, "network": 3}[view]
        assert "Highlighted: the path x₁ → z₁⁽¹⁾ → a₁⁽¹⁾ → a₁⁽²⁾." in said(dot)
        local = model.layers[0].W[0][0].data * (1 - a.data**2) * model.layers[1].W[0][0].data
        assert f"local derivatives is {short(local)}." in said(dot)


def test_a_path_from_a_weight_marks_the_line_that_it_is() -> None:
    model, _, y = network()
    w = model.layers[0].W[1][0]
    for view in ("compact", "network"):
        dot = draw(y, view=view, path=[w, y], legend=False).dot
        marked = [look for look in statements(dot).values() if look.get("color") == "#7b1fa2"]
        assert [look for look in marked if look.get("tooltip", "").startswith("w₂₁⁽¹⁾\\n")]


def test_a_path_leads_through_an_opened_node() -> None:
    _, (x, _), y = network()
    dot = draw(y, open_affine=True, path=[x, y.operands[1], y], legend=False).dot
    marked = [name for name, look in statements(dot).items() if look.get("color") == "#7b1fa2"]
    assert sum("->" in name for name in marked) == 5


def test_a_path_of_an_explanation_can_be_drawn() -> None:
    a = Value(3.0, "a")
    y = a * a + a
    for path in explain(y, a).paths:
        dot = draw(y, path=path, legend=False).dot
        assert dot.count('color="#7b1fa2"') == 2 * len(path) + 1
        assert f"derivatives is {short(path.product)}." in said(dot)


def test_a_path_must_be_one_path() -> None:
    a, b = Value(3.0, "a"), Value(1.0, "b")
    c = a * 2.0
    y = c * c + b
    with pytest.raises(ValueError, match=r"2 paths lead from 'a' to .*name a node between"):
        draw(y, path=[a, y])
    assert "Highlighted" in draw(y, path=[a, c, y.operands[0], y]).dot
    with pytest.raises(ValueError, match=r"no path leads from .* to 'b'"):
        draw([y, c], path=[b, c])
    with pytest.raises(ValueError, match="path= names 'z', which the output does not use"):
        draw(y, path=[Value(1.0, "z"), y])
    for wrong in ([y], "a", 3, [a, "y"]):
        with pytest.raises(TypeError, match=r"path= takes a list of two or more Values"):
            draw(y, path=wrong)


# --- colour -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["value", "gradient"])
def test_fills_show_sign_and_size(colour: str, theme: str) -> None:
    _, _, y = network()
    picture = seen(y)
    marks = statements(draw(y, colour=colour, theme=theme).dot)
    found: list[tuple[float, float, float]] = []
    for name, node in picture.nodes.items():
        number = node.data if colour == "value" else node.grad
        fill = marks[name]["fillcolor"]
        assert marks[name]["fontcolor"] == ink(fill)
        found.append((abs(number), luminance(fill), number))
        red, blue = int(fill[1:3], 16), int(fill[5:7], 16)
        if abs(number) > 0.05:
            assert (blue > red) == (number > 0), (number, fill)
    shades = [shade for _, shade, _ in sorted(found)]
    if theme == "dark":
        shades = [-shade for shade in shades]
    assert all(a >= b - 0.03 for a, b in pairwise(shades))


def test_a_gradient_that_was_not_computed_keeps_the_usual_fill() -> None:
    y = Value(2.0, "x") * 3.0
    plain, coloured = statements(draw(y).dot), statements(draw(y, colour="gradient").dot)
    assert plain["n0"]["fillcolor"] == coloured["n0"]["fillcolor"]
    assert "legend_0" not in coloured


def test_numbers_that_are_none_have_no_share() -> None:
    y = Value(math.nan, "x") * 3.0 + Value(math.inf)
    marks = statements(draw(y, colour="value").dot)
    assert marks["n0"]["color"] == "#c40000"
    assert marks["legend_4"]["label"] == "3"


# --- the rest -----------------------------------------------------------------------------------


def test_the_format_of_numbers_can_be_chosen() -> None:
    _, _, y = network()
    for view in ("expanded", "compact", "network"):
        assert f"{y.data:.2e}".replace("-", "−") in draw(y, view=view, format=".2e").dot
    with pytest.raises(ValueError, match=r"format='q' is no format of a number .*try '.3f'"):
        draw(y, format="q")


def test_dark_is_dark_everywhere() -> None:
    _, _, y = network()
    for view in ("expanded", "compact", "network"):
        dot = draw(y, view=view, theme="dark").dot
        assert 'bgcolor="#121212"' in dot
        fills = set(re.findall(r'fillcolor="(#\w+)"', dot))
        assert fills
        assert all(luminance(fill) < 0.1 for fill in fills)


def test_frames_name_layers_and_neurons() -> None:
    _, _, y = network()
    dot = draw(y).dot
    for name in ("layer 1", "neuron 2", "layer 2"):
        assert dot.count(f'label="{name}"') == 1
    assert "subgraph cluster" not in draw(y, clusters=False, legend=False).dot
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(1.0, "b")
    one = draw((w * x + b).tanh(), legend=False)  # a frame would hold nearly all
    assert "subgraph cluster" not in one.dot
    assert "label=neuron bb" in draw((w * x + b).tanh(), clusters=True).dot
    pair = [(Value(0.5, f"w{i}") * x + b).tanh() for i in range(2)]
    assert '"neuron 2"' in draw(pair).dot
    assert [b.scope for b in hand_written().boxes if b.lines[0] == "tanh"] == [
        ("layer 1", "neuron 1"),
        ("layer 1", "neuron 2"),
        ("layer 2", "neuron 1"),
    ]


def hand_written() -> Picture:
    x = Value(2.0, "x")
    hidden = [(Value(0.5, f"w{i}") * x + Value(0.1, "b")).tanh() for i in range(2)]
    total = Value(0.3, "w4") * hidden[0] + Value(0.2, "w5") * hidden[1]
    return seen(total.tanh())


def test_options_that_a_view_does_not_have_are_refused() -> None:
    _, _, y = network()
    for view, name, value, where in (
        ("compact", "open_affine", True, "expanded"),
        ("network", "depth", 2, "expanded' or view='compact"),
        ("network", "focus", y, "expanded"),
        ("expanded", "edges", "gradient", "network"),
    ):
        options: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"{name}= is for view='{where}"):
            draw(y, view=view, **options)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"open_affine": 3}, TypeError, "open_affine= takes True, False, a Value or a list"),
        (
            {"open_affine": Value(1.0, "q")},
            ValueError,
            "open_affine= names 'q', which is no affine node",
        ),
        ({"depth": 1.5}, TypeError, "depth= takes a whole number"),
        ({"depth": -1}, ValueError, "depth=-1; it must be 0 or more"),
        ({"focus": "x"}, TypeError, "focus= takes a Value or a list of Values, not str 'x'"),
        ({"focus": Value(1.0, "q")}, ValueError, "focus= names 'q', which the output does not use"),
        (
            {"hide": "wheights"},
            ValueError,
            "hide= knows no 'wheights'; it hides Values, and 'consta",
        ),
        ({"hide": [3]}, TypeError, "hide= takes names of kinds .* and Values, not int 3"),
        ({"hide": 3}, TypeError, "hide= takes names of kinds .* and Values, not int 3"),
        ({"colour": "size"}, ValueError, "no colour 'size'; there is 'kind', 'value', 'gradient'"),
        ({"view": ["network"]}, ValueError, "there is no view"),
    ],
)
def test_wrong_options_are_refused_with_a_remedy(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    _, _, y = network()
    with pytest.raises(error, match=message):
        draw(y, **options)


def test_a_path_that_is_not_chosen_says_so() -> None:
    x = Value(0.0, "x")
    y = ops.maximum(x + 1, x.sqrt() - 1)
    left, right = y.operands
    through = draw(y, path=[y, right, right.operands[0], x], legend=False).dot
    assert "An operand on it is not chosen, so that it contributes nothing." in said(through)
    assert "derivatives is 1." in said(draw(y, path=[y, left, x], legend=False).dot)
