"""The compact view: one box per neuron, weights on the arrows, everything else as it is."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given

from autograd_mini import Value, graph, losses, nn, ops
from autograd_mini.numbers import full, significant
from autograd_mini.show import draw, text
from tests.graphs import build, recipes
from tests.show.reading import arrows, boxes, spaced, texts
from tests.show.test_labels import NASTY

short = significant(4)


def mlp() -> tuple[nn.MLP, Value]:
    model = nn.MLP(2, [3, 1], "tanh", rng=random.Random(0))
    y = model([0.5, -1.0])
    y.backward()
    return model, y


def test_a_neuron_is_one_box_with_its_sum_and_its_activation(program: str) -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.25, "b")
    z = w * x + b
    z.label = "z"
    a = z.tanh()
    a.label = "a"
    a.backward()
    svg = draw(a, view="compact", legend=False, program=program).svg
    shown = boxes(svg)
    assert len(shown) == 2
    (neuron,) = [box for box in shown.values() if "Σ" in box.lines]
    assert neuron.lines == [
        "Σ", "z = 0.75", f"grad {short(z.grad)}", "+ b = −0.25", f"grad {short(b.grad)}",
        "tanh", f"a ≈ {short(a.data)}", "grad 1",
    ]  # fmt: skip
    assert f"data {full(a.data)}" in neuron.tooltip
    assert f"gradient {full(z.grad)}" in neuron.tooltip
    (weight,) = [arrow for _, arrow in arrows(svg)]
    assert [line.strip() for line in weight.lines] == ["w = 0.5", f"grad {short(w.grad)}"]
    assert weight.tooltip == f"w\ndata 0.5\ngradient {full(w.grad)}"


def test_every_weight_of_nn_stands_on_an_arrow() -> None:
    model, y = mlp()
    drawing = draw(y, view="compact", clusters=True)
    assert drawing.dot.count("Mrecord") == 4 + 1  # and one in the legend
    for w in (w for layer in model.layers for row in layer.W for w in row):
        assert f"{w.label} ≈ {short(w.data)}\\ngrad {short(w.grad)}" in drawing.dot
    assert "subgraph cluster" in drawing.dot


def test_hand_written_and_nn_look_the_same() -> None:
    neuron = nn.Neuron(2, "tanh", rng=random.Random(0))
    xs = [Value(2.0, "x₁"), Value(-1.0, "x₂")]
    made = neuron(xs)
    w = [Value(v.data, str(v.label)) for v in neuron.w]
    z = w[0] * xs[0] + w[1] * xs[1] + Value(0.0, "b")
    z.label = "z"
    a = z.tanh()
    a.label = "a"
    pictures = [draw(root, view="compact") for root in (made, a)]
    lines = [sorted(set(texts(picture.svg))) for picture in pictures]
    assert lines[0] == lines[1]


def test_what_was_not_computed_is_no_zero() -> None:
    model = nn.MLP(2, [2, 1], rng=random.Random(0))
    svg = draw(model([1.0, 2.0]), view="compact").svg
    assert not [text for text in texts(svg) if text.strip().startswith("grad 0")]
    assert "grad –: not computed" in " ".join(texts(svg))


def test_a_loss_after_the_neuron_is_a_box_or_its_operations() -> None:
    a = nn.LogisticRegression(2)([1.0, 2.0])
    loss = losses.binary_cross_entropy(a, 1.0)
    assert draw(loss, view="compact").dot.count("binary cross-entropy") == 1
    dot = draw(loss, view="compact", open_loss=True).dot
    assert len(re.findall(r'label="[^"\\]* · log ', dot)) == 2
    assert "Number on any other arrow: the local derivative" in dot


def test_a_weight_that_a_penalty_reads_has_a_box_too() -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.25, "b")
    cost = (w * x + b - 1.0) ** 2 + 0.1 * w**2
    dot = draw(cost, view="compact").dot
    assert 'label=" w = 0.5' in dot
    assert '[label="w = 0.5\\ngrad –"' in dot


def test_shared_weights_are_explained() -> None:
    model = nn.Neuron(1, rng=random.Random(0))
    cost = losses.mse([model([1.0]), model([2.0])], [0.0, 1.0])
    assert "A weight on several arrows is one number" in draw(cost, view="compact").dot


def test_without_a_neuron_it_says_so() -> None:
    x = Value(2.0, "x")
    dot = draw(x.exp() / x, view="compact").dot
    assert "No neuron was found here" in dot
    assert "Mrecord" not in dot


def test_a_large_batch_shows_each_neuron_once() -> None:
    model = nn.MLP(2, [4, 1], rng=random.Random(0))
    cost = losses.mse([model([0.1 * i, 1.0]) for i in range(100)], [1.0] * 100)
    cost.backward()
    drawing = draw(cost, view="compact", max_nodes=200)
    assert "Collapsed:" in drawing.dot
    assert "5 neurons" not in drawing.dot
    assert drawing.dot.count("100\\ uses") == 4 * 2 + 1
    assert "100 times (as for 100 examples)" in drawing.dot


@pytest.mark.slow
def test_a_hundred_thousand_nodes_are_one_small_picture() -> None:
    model = nn.MLP(2, [16, 16, 1], rng=random.Random(0))
    cost = losses.mse([model([0.5, i]) for i in range(1430)], [1.0] * 1430)
    assert len(graph.order(cost)) > 100_000
    drawing = draw(cost, view="compact")
    assert drawing.svg
    assert drawing.dot.count("\n") < 1000


@pytest.mark.fuzz
@given(recipes(most=40))
def test_any_graph_can_be_drawn(recipe: object) -> None:
    _, root = build(recipe)  # type: ignore[arg-type]
    root.backward()
    dot = draw(root, view="compact").dot
    ends = {line.split("->")[0].strip() for line in dot.splitlines() if " -> " in line}
    ends |= {line.split("->")[1].split()[0] for line in dot.splitlines() if " -> " in line}
    defined = {line.split()[0] for line in dot.splitlines() if " [" in line and "->" not in line}
    assert {end for end in ends if end.startswith("n")} <= defined


def test_nasty_labels_are_literal(program: str) -> None:
    for label in NASTY:
        w, x = Value(0.5, label), Value(2.0, label)
        z: Value = ops.affine([w], [x], Value(1.0, "b"))
        z.label = label
        a = z.tanh()
        a.label = label
        svg = draw(a, view="compact", legend=False, program=program).svg
        said = spaced(" ".join(texts(svg)))
        if label:
            assert said.count(spaced(label)) >= 3, label
            assert spaced(text.one_line(label, 16)) in said
            assert next(read.tooltip for _, read in arrows(svg)).startswith(spaced(label))
