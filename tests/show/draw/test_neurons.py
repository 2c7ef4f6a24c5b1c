"""Neurons found by structure: in every spelling, in any graph, and nowhere else."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value, grad, graph, losses, nn, ops
from autograd_mini.show.draw.neurons import Neuron, neurons
from tests.graphs import build, recipes


def found(*outputs: Value) -> list[Neuron]:
    return neurons(graph.order(*outputs), outputs)


def leaves() -> tuple[Value, ...]:
    numbers = (("w₁", 0.5), ("x₁", 2.0), ("w₂", -0.25), ("x₂", 3.0), ("b", 0.125))
    return tuple(Value(number, label) for label, number in numbers)


SPELLINGS: dict[str, Callable[..., Value]] = {
    "affine": lambda w, x, v, y, b: ops.affine([w, v], [x, y], b),
    "left to right": lambda w, x, v, y, b: w * x + v * y + b,
    "bias first": lambda w, x, v, y, b: b + (w * x + v * y),
    "inputs first": lambda w, x, v, y, b: x * w + (y * v + b),
    "Python's sum": lambda w, x, v, y, b: sum([w * x, v * y], start=b),
    "Python's sum from 0": lambda w, x, v, y, b: sum([w * x, v * y, b]),
    "the table's sum": lambda w, x, v, y, b: ops.sum([w * x, v * y, b]),
    "a difference": lambda w, x, v, y, b: w * x - (-(v * y) - b),
    "nested negation": lambda w, x, v, y, b: (-(-(w * x + v * y)) - (-b)) + 0.0,  # noqa: B002
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_one_neuron(spelling: str) -> None:
    w, x, v, y, b = leaves()
    z = SPELLINGS[spelling](w, x, v, y, b)
    a = z.tanh()
    (neuron,) = found(a)
    assert neuron.output is a
    assert neuron.sum is z
    terms = {(term.weight, term.input): term.sign for term in neuron.terms}
    assert terms == {(w, x): 1.0, (v, y): 1.0}
    assert neuron.bias is not None
    assert (neuron.bias.weight, neuron.bias.sign) == (b, 1.0)


def test_signs_are_kept() -> None:
    w, x, v, y, b = leaves()
    (neuron,) = found(w * x - v * y - b)
    assert [term.sign for term in neuron.terms] == [1.0, -1.0]
    assert neuron.bias is not None
    assert neuron.bias.sign == -1.0


def test_labels_say_which_factor_is_the_weight_and_else_the_first_is() -> None:
    a, b, c = Value(2.0, "m"), Value(3.0, "hours"), Value(1.0, "c")
    (neuron,) = found(a * b + c)
    assert neuron.terms[0].weight is a
    x, w = Value(2.0, "x"), Value(3.0, "w")
    (neuron,) = found(x * w)
    assert neuron.terms[0].weight is w


def test_plain_numbers_are_inputs_and_biases() -> None:
    w = Value(0.5, "w")
    (neuron,) = found((w * 2.0 + 1.0).relu())
    assert neuron.terms[0].input.data == 2.0
    assert neuron.bias is not None
    assert neuron.bias.weight.data == 1.0


def test_a_slope_of_the_activation_does_not_count_as_an_operand() -> None:
    w, x, *_ = leaves()
    z = w * x
    a = ops.leaky_relu(z, 0.2)
    assert [neuron.output for neuron in found(a)] == [a]


def test_a_sum_that_others_use_too_keeps_its_operation_apart() -> None:
    w, x, v, y, b = leaves()
    z = w * x + v * y + b
    (neuron,) = found(z.tanh() * z)
    assert neuron.activation is None
    assert neuron.output is z
    assert [n.output for n in found(z.tanh(), z)] == [z]


def test_a_second_unary_operation_is_no_part_of_it() -> None:
    w, x, *_ = leaves()
    a = (w * x + 1.0).tanh()
    (neuron,) = found(a.exp())
    assert neuron.output is a


def test_what_is_no_neuron() -> None:
    a, b = Value(-4.0, "a"), Value(2.0, "b")
    w, x, _, _, c = leaves()
    for root in (
        a * b,  # which is the weight?
        a * b + b**3,  # micrograd's example
        w * w + c,  # a regularisation
        w + x + c,
        x.exp() * 2.0 + 1.0,
        a**2 / b,
        a * 2.0 + b,
        a * 2.0 + a,
        -a,
        a,
        losses.squared_error(a, 1.0),
        losses.binary_cross_entropy(a.sigmoid(), 1.0),
        losses.hinge(a, -1),
    ):
        assert found(root) == []


def test_losses_stay_outside_of_the_last_neuron() -> None:
    model = nn.Neuron(2, None)
    a = model([1.0, 2.0])
    assert [n.output for n in found(losses.squared_error(a, 3.0))] == [a]
    w, x, v, y, b = leaves()
    z = w * x + v * y + b
    target = Value(2.0, "y")
    assert [n.output for n in found((z - target) ** 2)] == [z]
    assert [n.output for n in found((z - 2.0) ** 2)] == [z]


def test_nn_gives_as_many_neurons_as_it_applied() -> None:
    model = nn.MLP(3, [4, 2, 1], rng=random.Random(0))
    y = [model([0.1, 0.2, float(i)]) for i in range(5)]
    assert len(found(losses.mse(y, [1.0] * 5))) == 5 * 7


trees = st.recursive(
    st.sampled_from(["product", "product", "product", "zero"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "sub"]), inner, inner),
        st.tuples(st.just("neg"), inner),
        st.tuples(st.just("sum"), st.lists(inner, min_size=1, max_size=4)),
    ),
    max_leaves=12,
)


def spelled(tree: Any, made: list[tuple[Value, Value]]) -> Any:
    """A weighted sum written in the way of the tree."""
    if tree == "zero":
        return 0.0
    if tree == "product":
        n = len(made) + 1
        w, x = Value(0.5 * n - 1.2, f"w{n}"), Value(1.1 - 0.3 * n, f"x{n}")
        made.append((w, x))
        return w * x if n % 2 else x * w
    kind, parts = tree[0], tree[1:]
    if kind == "sum":
        return ops.sum([spelled(part, made) for part in parts[0]])
    operands = [spelled(part, made) for part in parts]
    return {"add": ops.add, "sub": ops.sub, "neg": ops.neg}[kind](*operands)


@given(trees)
def test_any_spelling_is_one_neuron_with_the_right_weights(tree: object) -> None:
    made: list[tuple[Value, Value]] = []
    body = spelled(tree, made)
    z = body + Value(0.75, "b")
    if not made:
        assert found(z.sigmoid()) == []
        return
    (neuron,) = found(z.sigmoid())
    derivatives = grad(z, [x for _, x in made])
    signs = {term.input: term.sign * term.weight.data for term in neuron.terms}
    assert len(neuron.terms) == len(made)
    for (_, x), derivative in zip(made, derivatives, strict=True):
        assert signs[x] == derivative.data


@given(recipes(most=60))
def test_in_any_graph_a_neuron_is_its_weighted_sum(recipe: object) -> None:
    """Against the numbers: the terms and the bias add up to the sum."""
    _, root = build(recipe)  # type: ignore[arg-type]
    for neuron in found(root):
        parts = [t.sign * t.weight.data * t.input.data for t in neuron.terms]
        parts += [neuron.bias.sign * neuron.bias.weight.data] if neuron.bias else []
        if all(map(math.isfinite, parts)):
            size = math.fsum(map(abs, parts))
            assert math.isclose(math.fsum(parts), neuron.sum.data, abs_tol=1e-12 * size)
        if neuron.activation is not None:
            assert neuron.activation.operands[0] is neuron.sum


def test_a_hundred_thousand_terms() -> None:
    terms = [Value(0.5, "w") * Value(1.0, "x") for _ in range(100_000)]
    z = terms[0]
    for term in terms[1:]:
        z = z + term
    (neuron,) = found(z)
    assert len(neuron.terms) == 100_000
