"""Labels as the slides write them, with scope and role."""

from __future__ import annotations

import pytest

from autograd_mini import graph, nn
from autograd_mini.nn import notation


def test_indices_beyond_nine_are_separated() -> None:
    layer = nn.Layer(12, 11, number=10)
    assert layer.W[0][1].label == "w₁₂⁽¹⁰⁾"
    assert layer.W[8][8].label == "w₉₉⁽¹⁰⁾"
    assert layer.W[9][1].label == "w₁₀,₂⁽¹⁰⁾"
    assert layer.W[10][1].label == "w₁₁,₂⁽¹⁰⁾"
    assert layer.W[0][11].label == "w₁,₁₂⁽¹⁰⁾"
    assert layer.b[10].label == "b₁₁⁽¹⁰⁾"


def test_no_two_parameters_of_a_network_share_a_label() -> None:
    model = nn.MLP(12, [111, 3, 1])
    labels = [p.label for p in model.parameters()]
    assert len(set(labels)) == len(labels) == 12 * 111 + 111 + 111 * 3 + 3 + 3 + 1


@pytest.mark.parametrize(
    ("names", "weight", "bias", "sum", "activation", "scope"),
    [
        (notation.alone(2), "w₂", "b", "z", "a", ()),
        (notation.alone(2, "ŷ"), "w₂", "b", "z", "ŷ", ()),
        (notation.unit(2, 12), "w₂⁽¹²⁾", "b⁽¹²⁾", "z₁₂", "a₁₂", ("unit 12",)),
        (notation.in_layer(2, 3), "w₃₂", "b₃", "z₃", "a₃", ("neuron 3",)),
        (
            notation.in_layer(2, 3, 1),
            "w₃₂⁽¹⁾",
            "b₃⁽¹⁾",
            "z₃⁽¹⁾",
            "a₃⁽¹⁾",
            ("layer 1", "neuron 3"),
        ),
    ],
)
def test_each_place_has_its_names(
    names: notation.NeuronNames,
    weight: str,
    bias: str,
    sum: str,
    activation: str,
    scope: tuple[str, ...],
) -> None:
    tags = (names.weights[1], names.bias, names.sum, names.activation)
    assert tags == (weight, bias, sum, activation)
    assert [tag.role for tag in tags] == ["weight", "bias", "sum", "activation"]
    assert {tag.scope for tag in tags} == {scope}


def test_a_forward_pass_labels_every_node_by_layer_and_neuron() -> None:
    model = nn.MLP(3, [4, 1], "relu", "sigmoid")
    nodes = graph.order(model([0.4, 2.0, 17.0]))
    by_label = {node.label: node for node in nodes}
    assert len(by_label) == len(nodes) == 3 + 21 + 2 * 5
    place = graph.scope(by_label["z₃⁽¹⁾"])
    assert place == ("layer 1", "neuron 3")
    assert place == graph.scope(by_label["a₃⁽¹⁾"]) == graph.scope(by_label["w₃₁⁽¹⁾"])
    roles = [graph.role(node) for node in nodes]
    assert {role: roles.count(role) for role in roles} == {
        "weight": 16,
        "input": 3,
        "bias": 5,
        "sum": 5,
        "activation": 5,
    }


def test_the_one_node_of_a_linear_neuron_is_its_activation() -> None:
    a = nn.MLP(2, [1])([1.0, 2.0])
    assert (a.label, graph.role(a), a.op) == ("a₁⁽¹⁾", "activation", "affine")
