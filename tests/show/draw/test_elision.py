"""Wide layers: the first, the last, and an ellipsis that says what stands between."""

from __future__ import annotations

import random
import re

import pytest

from autograd_mini import Value, draw, nn
from tests.show.geometry import seen
from tests.show.sights import network


def test_a_wide_layer_shows_its_ends_and_says_what_is_between() -> None:
    dot = draw(network(8, 8, 8, 1).root).dot
    assert re.findall(r'label="…\\n(neurons.*?)"', dot) == [r"neurons 3 to 7\nof 8"] * 2
    assert re.findall(r'label="…\\n(x.*?)"', dot) == ["x3 to x7"]
    assert len(re.findall(r'label="…\\nw₁₃⁽¹⁾ to w₁₇⁽¹⁾"', dot)) == 1
    assert "Left out at …: 10 neurons" in dot
    assert "neuron 5" not in dot
    assert "neuron 8" in dot


def test_all_neurons_are_shown_when_they_are_asked_for() -> None:
    root = network(8, 8, 8, 1).root
    assert "neuron 5" in draw(root, all_neurons=True).dot
    assert "…" not in draw(root, all_neurons=True).dot
    assert len(seen(draw(root).svg).boxes) < 70


@pytest.mark.parametrize("sizes", [(6, 6, 1), (2, 3, 1)])
def test_six_are_not_too_many(sizes: tuple[int, ...]) -> None:
    root = network(*sizes).root
    assert draw(root).dot == draw(root, all_neurons=True).dot


def test_a_path_through_what_is_left_out_leads_through_the_ellipsis() -> None:
    sight = network(8, 8, 1)
    weight = sight.columns[5][4]  # neuron 5 of the first layer
    dot = draw(sight.root, path=[weight, sight.root]).dot
    assert re.search(r"^\te0 \[.*penwidth=3\.5", dot, re.MULTILINE)


def test_a_wide_layer_that_feeds_itself_keeps_its_neurons() -> None:
    layer = nn.MLP(9, [8], "tanh", output="tanh", rng=random.Random(0)).layers[0]
    h = [Value(0.1 * i, f"h{i}") for i in range(8)]
    for step in range(4):
        h = layer([Value(0.3 * step, f"x{step}"), *h])
    drawing = draw(h[0] * h[1])
    assert len(re.findall(r"^\tn\d+ ->", drawing.dot, re.MULTILINE)) > 8 * 8
    assert "Left out" not in drawing.dot


def test_it_is_for_yes_or_no() -> None:
    with pytest.raises(TypeError, match="all_neurons"):
        draw(Value(1.0), all_neurons="yes")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="all_neurons= is for view='expanded'"):
        draw(Value(1.0), view="compact", all_neurons=True)
