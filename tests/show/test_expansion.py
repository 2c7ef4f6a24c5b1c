"""Affine nodes taken apart: the same numbers and derivatives, from products and a sum."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given

from autograd_mini import StaleGraphError, Value, explain, grad, graph, losses, nn, ops, walk
from autograd_mini.show.expansion import opened
from autograd_mini.show.explain import MatrixExplanation
from tests.graphs import build, recipes


def neuron() -> tuple[list[Value], Value]:
    w1, x1, w2, x2, b = (
        Value(number, label)
        for number, label in zip(
            (2.0, -3.0, 0.5, 4.0, 1.0), ("w₁", "x₁", "w₂", "x₂", "b"), strict=True
        )
    )
    z = ops.affine([w1, w2], [x1, x2], b)
    z.label = "z"
    a = z.tanh()
    a.label = "a"
    return [w1, x1, w2, x2, b], a


@given(recipes(most=12))
def test_numbers_and_derivatives_are_those_of_the_graph(recipe: Any) -> None:
    leaves, root = build(recipe)
    twin = opened(root)[root]
    assert "affine" not in {node.op for node in graph.order(twin)}
    assert repr(twin.data) == repr(root.data)
    pairs = zip(grad(root, leaves), grad(twin, leaves), strict=True)
    for expected, found in pairs:
        assert found.data == pytest.approx(expected.data, rel=1e-9, abs=1e-9, nan_ok=True)


def test_what_has_no_affine_node_under_it_is_kept() -> None:
    leaves, a = neuron()
    y = leaves[0] * leaves[1]
    twins = opened(a, y)
    assert twins[y] is y
    assert all(twins[leaf] is leaf for leaf in leaves)
    assert a.operands[0].op == "affine"


def test_products_have_the_gradient_of_their_sum() -> None:
    leaves, a = neuron()
    a.backward()
    z = opened(a)[a].operands[0]
    assert [x.data for x in z.operands] == [-6.0, 2.0, 1.0]
    assert [x.grad for x in z.operands] == [z.grad, z.grad, leaves[4].grad]
    assert [x.label for x in z.operands] == ["", "", "b"]


def test_a_number_as_bias_stays_a_number() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    z = ops.affine([w], [x], 1.0)
    assert [y.data for y in opened(z)[z].operands] == [6.0, 1.0]


def test_a_walk_through_the_products() -> None:
    leaves, a = neuron()
    walked = walk(a, open_affine=True)
    said = str(walked)
    assert "v₁ = w₁ · x₁" in said
    assert "z = v₁ + v₂ + b" in said
    assert "z = −6 + 2 + 1 = −3" in said
    a.backward()
    assert [(leaf, total) for leaf, total in walked.steps[-1].gradients] == [
        (leaf, leaf.grad) for leaf in leaves
    ]
    assert "<svg" in walked.fragment()
    assert len(walked) > len(walk(a))


def test_an_explanation_through_the_products() -> None:
    leaves, a = neuron()
    told = explain(a, leaves[0], open_affine=True)
    assert "∂z/∂v₁ · ∂v₁/∂w₁" in told.text
    assert (told.root, told.wrt) == (a, leaves[0])
    a.backward()
    assert told.gradient == leaves[0].grad
    assert "∂z/∂w₁" in explain(a, leaves[0]).text


def test_matrices_through_the_products() -> None:
    model = nn.MLP(2, [2, 1], "tanh", rng=random.Random(0))
    J = losses.squared_error(model([1.0, -2.0]), 1.0)
    W = model.layers[0].W
    closed, open_ = explain(J, W), explain(J, W, open_affine=True)
    assert isinstance(closed, MatrixExplanation)
    assert isinstance(open_, MatrixExplanation)
    assert open_.gradient == closed.gradient
    assert repr(open_) == repr(closed)
    assert open_.product == closed.product


def test_a_stale_graph_is_refused_opened_as_well() -> None:
    leaves, a = neuron()
    leaves[0].data = 5.0
    with pytest.raises(StaleGraphError, match="'w₁' was set to"):
        walk(a, open_affine=True)
    with pytest.raises(StaleGraphError, match="'w₁' was set to"):
        explain(a, leaves[1], open_affine=True)
