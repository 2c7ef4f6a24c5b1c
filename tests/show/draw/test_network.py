"""The network view: circles in columns, the weights as lines between them."""

from __future__ import annotations

import math
import random
import re
from itertools import pairwise

import pytest
from hypothesis import given

from autograd_mini import Value, graph, losses, nn, ops
from autograd_mini.numbers import full, significant
from autograd_mini.show import draw, text
from autograd_mini.show.draw.units import Network, network
from autograd_mini.show.palette import THEMES, Theme, ink, luminance
from tests.graphs import build, recipes
from tests.show.reading import arrows, spaced, texts
from tests.show.test_labels import NASTY

short = significant(4)


def of(*outputs: Value) -> Network:
    return network(graph.order(*outputs), outputs)


def kinds(found: Network) -> list[list[str]]:
    return [[found.parts[place].kind for place in column] for column in found.columns()]


def lines(dot: str) -> dict[str, dict[str, str]]:
    """The attributes of the weights' lines, by the weight's name in the tooltip."""
    found = {}
    for line in dot.splitlines():
        if re.match(r"\tp\d+ -> p\d+ ", line) and "arrowhead=none" in line:
            attributes = dict(re.findall(r'(\w+)=("[^"]*"|[^ \]]+)', line))
            found[attributes["tooltip"].strip('"').split("\\n")[0]] = attributes
    return found


# --- which parts there are ---


def test_layers_are_columns() -> None:
    model = nn.MLP(3, [4, 2, 1], rng=random.Random(0))
    found = of(model([1.0, 2.0, 3.0]))
    assert kinds(found) == [["input"] * 3, ["unit"] * 4, ["unit"] * 2, ["unit"]]
    assert len(found.links) == 12 + 8 + 2


def test_a_hand_written_network_of_plain_numbers_shares_its_inputs() -> None:
    rows = [[Value(0.1 * i + j, f"w{i}{j}") for j in range(2)] for i in range(3)]
    hidden = [(row[0] * 0.5 + row[1] * -1.0 + 0.1).tanh() for row in rows]
    v = [Value(0.3, f"v{i}") for i in range(3)]
    y = sum((w * a for w, a in zip(v, hidden, strict=True)), start=Value(0.0, "b"))
    assert kinds(of(y)) == [["input"] * 2, ["unit"] * 3, ["unit"]]


def test_a_batch_is_one_network_and_one_loss() -> None:
    model = nn.MLP(2, [3, 1], rng=random.Random(0))
    examples = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    cost = losses.mse([model(x) for x in examples], [0.0, 1.0, 1.0, 0.0])
    found = of(cost)
    assert kinds(found) == [["input"] * 2, ["unit"] * 3, ["unit"], ["operations"]]
    assert [len(part.nodes) for part in found.parts[:-1]] == [4] * 6
    assert found.applications == 16
    assert len(found.links) == 6 + 3 + 1


def test_values_as_examples_merge_by_place() -> None:
    model = nn.MLP(2, [3, 1], rng=random.Random(0))
    examples = [[Value(0.1 * i), Value(0.2 * i)] for i in range(5)]
    found = of(losses.mse([model(x) for x in examples], [1.0] * 5))
    assert kinds(found)[0] == ["input"] * 2


def test_one_neuron_used_again_on_its_own_output_is_unrolled() -> None:
    cell = nn.Neuron(2, "tanh", rng=random.Random(0))
    h: Value | float = 0.0
    for x in (1.0, 2.0, 3.0):
        h = cell([x, h])
    assert isinstance(h, Value)
    assert kinds(of(h)) == [["input"] * 2, ["unit", "input"], ["unit", "input"], ["unit"]]


def test_a_line_that_would_pass_behind_a_circle_goes_around_it() -> None:
    layer = nn.Layer(2, 2, "relu", rng=random.Random(0), number=1)
    x = [Value(1.0, "x₁"), Value(2.0, "x₂")]
    sums = [a + b for a, b in zip(layer(x), x, strict=True)]  # a residual connection
    y = nn.Layer(2, 1, None, rng=random.Random(1), number=2)(sums)
    dot = draw(y, view="network").dot
    routes = [places.split() for places in re.findall(r'-> \w+ \[.* pos="([^"]*)"', dot)]
    bent = [route for route in routes if len(route) == 8]  # two straight pieces each
    assert len(bent) == 2
    assert {len(route) for route in routes} <= {4, 5, 8}
    found = re.finditer(r'\t(p\w+) \[.*pos="(.*?),(.*?)"', dot)
    circles = {(float(m[2]), float(m[3])) for m in found}
    for route in bent:
        across, tall = map(float, route[4].split(","))
        below = max(down for at, down in circles if at == across and down < tall)
        assert tall - below > 0.45 * 72


def test_a_deep_network_has_a_gap_and_says_so() -> None:
    y = nn.MLP(1, [1] * 100, "tanh", rng=random.Random(0))([1.0])
    dot = draw(y, view="network").dot
    assert "89 columns\\nnot shown" in dot
    assert len(re.findall(r"\tp\d+ \[", dot)) == 12


def test_hidden_inputs_take_their_lines_along() -> None:
    y = nn.MLP(2, [3, 1], "tanh", rng=random.Random(0))([1.0, 2.0])
    assert len(lines(draw(y, view="network", hide="inputs").dot)) == 3


def test_operations_in_between_have_their_own_column() -> None:
    first = nn.Layer(2, 3, "tanh", rng=random.Random(0), number=1)
    second = nn.Neuron(3, None, rng=random.Random(1))
    scaled = [a * 0.5 for a in first([1.0, 2.0])]
    assert kinds(of(second(scaled))) == [["input"] * 2, ["unit"] * 3, ["operations"] * 3, ["unit"]]


def test_preparing_the_inputs_stands_left_and_the_target_of_a_loss_right() -> None:
    x, y = Value(2.0, "x"), Value(1.0, "y")
    a = nn.LogisticRegression(1)([x / 3.0])
    found = of(losses.binary_cross_entropy(a, y))
    assert kinds(found) == [["input"], ["operations"], ["unit"], ["operations"]]


@given(recipes(most=60))
def test_links_run_from_left_to_right_and_nothing_is_drawn_twice(recipe: object) -> None:
    _, root = build(recipe)  # type: ignore[arg-type]
    found = of(root)
    for link in found.links:
        assert found.parts[link.tail].column < found.parts[link.head].column
    nodes = [node for part in found.parts for node in part.nodes]
    assert len(nodes) == len(set(nodes))
    assert sum(part.is_output for part in found.parts) <= 1


# --- how it looks ---


def test_the_weights_are_the_lines() -> None:
    model = nn.MLP(2, [3, 1], "tanh", rng=random.Random(0))
    y = model([0.5, -1.0])
    y.backward()
    for edges in ("weight", "gradient"):
        drawing = draw(y, view="network", edges=edges)
        seen = lines(drawing.dot)
        weights = [w for layer in model.layers for row in layer.W for w in row]
        assert set(seen) == {w.label for w in weights}
        numbers = {w.label: w.data if edges == "weight" else w.grad for w in weights}
        most = max(map(abs, numbers.values()))
        for name, number in numbers.items():
            wide = 0.6 + 5.4 * abs(number) / most
            assert math.isclose(float(seen[name]["penwidth"]), wide, abs_tol=0.006)
            assert (seen[name].get("style") == "dashed") == (number < 0)
        by_size = sorted(numbers, key=lambda name: abs(numbers[name]))
        shades = [luminance(seen[name]["color"].strip('"')) for name in by_size]
        assert all(a >= b - 0.02 for a, b in pairwise(shades))
    assert "Where are the weights? They are the lines" in drawing.dot


def test_numbers_are_the_engines() -> None:
    model = nn.MLP(2, [2, 1], "tanh", rng=random.Random(0))
    y = model([0.5, -1.0])
    y.backward()
    said = texts(draw(y, view="network").svg)
    for w in (*model.layers[0].W[0], *model.layers[1].W[0]):
        assert f"{w.label} ≈ {short(w.data)}" in said
    tips = {read.tooltip for _, read in arrows(draw(y, view="network").svg)}
    w = model.layers[0].W[0][0]
    assert f"{w.label}\ndata {full(w.data)}\ngradient {full(w.grad)}" in tips
    said = texts(draw(y, view="network", edges="gradient").svg)
    assert f"{w.label}: grad {short(w.grad)}" in said
    assert f"a₁⁽²⁾|{short(y.data)}|grad 1|Σ" in "|".join(said)


def test_gradients_that_were_not_computed_are_dotted() -> None:
    y = nn.MLP(2, [2, 1], rng=random.Random(0))([1.0, 2.0])
    drawing = draw(y, view="network", edges="gradient")
    assert {line["style"] for line in lines(drawing.dot).values()} == {"dotted"}
    assert "grad –: not computed" in drawing.dot
    assert "grad 0" not in drawing.dot


def test_columns_have_titles() -> None:
    model = nn.MLP(2, [3, 3, 1], rng=random.Random(0))
    said = texts(draw(losses.squared_error(model([1.0, 2.0]), 1.0), view="network").svg)
    titles = [
        "input layer",
        "hidden layer 1",
        "hidden layer 2",
        "output layer",
        "after the neurons",
    ]
    assert [title for title in titles if title in said] == titles


def test_a_wide_layer_has_a_gap_and_says_so() -> None:
    y = nn.MLP(2, [1000, 1], rng=random.Random(0))([1.0, 2.0])
    drawing = draw(y, view="network")
    assert "988 more not shown" in drawing.dot
    assert "Left out at ⋮: 988 circles" in drawing.dot
    assert drawing.dot.count("\n") < 120


def test_no_neuron_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match=r"found no neuron here.*view='expanded'"):
        draw(Value(1.0).exp(), view="network")


def test_unknown_choices_name_the_known() -> None:
    y = nn.Neuron(1)([1.0])
    for name, known in (("view", "'network'"), ("edges", "'gradient'"), ("theme", "'dark'")):
        with pytest.raises(ValueError, match=rf"there is no {name} 'x'; there is .*{known}"):
            draw(y, **{name: "x"})  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
def test_colours_grow_with_the_size_and_text_stays_readable(theme: Theme) -> None:
    for palette in (theme.lines, theme.fills):
        for sign in (1, -1):
            shades = [luminance(palette.colour(sign * i / 20)) for i in range(21)]
            assert shades in (sorted(shades), sorted(shades, reverse=True))
        for i in range(21):
            a, b = luminance(palette.colour(i / 20)), luminance(palette.colour(-i / 20))
            assert math.isclose(a, b, abs_tol=0.03)  # one grey for one size
            fill = palette.colour(i / 20)
            pair = sorted((luminance(fill), luminance(ink(fill))))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


def test_nasty_labels_are_literal(program: str) -> None:
    for label in NASTY:
        w, x = Value(0.5, label), Value(2.0, label)
        a = ops.affine([w], [x], Value(1.0, label)).tanh()
        a.label = label
        svg = draw(a, view="network", program=program).svg
        said = spaced(" ".join(texts(svg)))
        if label:
            cut = spaced(text.one_line(label, 16))
            assert said.count(cut) >= 4, label
            assert spaced(text.visible(label)) in next(read.tooltip for _, read in arrows(svg))


@pytest.mark.slow
def test_a_hundred_thousand_nodes_are_one_small_picture() -> None:
    model = nn.MLP(2, [16, 16, 1], rng=random.Random(0))
    cost = losses.mse([model([0.5, i]) for i in range(1430)], [1.0] * 1430)
    drawing = draw(cost, view="network")
    assert drawing.svg
    assert drawing.dot.count("\n") < 1000
