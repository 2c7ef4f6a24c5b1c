"""What a model takes as its widths and as an example, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, graph, nn

MAKERS: dict[str, Callable[[Any], Any]] = {
    "Neuron": nn.Neuron,
    "LinearRegression": nn.LinearRegression,
    "LogisticRegression": nn.LogisticRegression,
    "Layer in": lambda n: nn.Layer(n, 2),
    "Layer out": lambda n: nn.Layer(2, n),
    "MLP in": lambda n: nn.MLP(n, [1]),
    "MLP out": lambda n: nn.MLP(2, [3, n]),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
@pytest.mark.parametrize("width", [0, -1])
def test_a_width_below_one_is_refused(make: Callable[[Any], Any], width: int) -> None:
    with pytest.raises(ValueError, match=f"must be at least 1, not {width}"):
        make(width)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
@pytest.mark.parametrize("width", [True, False, 2.0, "2", None, Fraction(2), Value(2.0)])
def test_a_width_that_is_no_whole_number_is_refused(make: Callable[[Any], Any], width: Any) -> None:
    with pytest.raises(TypeError, match=f"must be a whole number, not {type(width).__name__} "):
        make(width)


def test_numpy_integers_are_widths() -> None:
    assert len(nn.MLP(np.int64(2), np.array([3, 1])).parameters()) == 13


@pytest.mark.parametrize(
    ("nouts", "error", "message"),
    [
        ([], ValueError, "MLP: nouts is empty"),
        ([4, 0], ValueError, "MLP: nouts: the width of layer 2 must be at least 1, not 0"),
        ([4, 1.0, 1], TypeError, "MLP: nouts: the width of layer 2 must be a whole number"),
        (4, TypeError, r"MLP: nouts must be the list of the layers' widths, such as \[4, 1\]"),
        ("41", TypeError, "MLP: nouts must be the list"),
        ({4, 1}, TypeError, "MLP: nouts must be the list"),
        (None, TypeError, "MLP: nouts must be the list"),
    ],
)
def test_wrong_lists_of_widths(nouts: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        nn.MLP(3, nouts)


def test_widths_may_come_from_a_generator() -> None:
    assert [layer.nout for layer in nn.MLP(3, (n for n in (4, 1))).layers] == [4, 1]


def numbers() -> Iterator[float]:
    yield from (0.5, -1.0, 2.0)


EXAMPLES: dict[str, Callable[[], Any]] = {
    "list": lambda: [0.5, -1.0, 2.0],
    "tuple": lambda: (0.5, -1.0, 2.0),
    "generator": numbers,
    "map": lambda: map(Value, numbers()),
    "array": lambda: np.array([0.5, -1.0, 2.0]),
    "32 bit": lambda: np.array([0.5, -1.0, 2.0], dtype=np.float32),
    "array of Values": lambda: np.array([Value(0.5), Value(-1.0), Value(2.0)]),
    "mixture": lambda: [Value(0.5), -1, Fraction(2)],
}


@pytest.mark.parametrize("make", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_an_example_may_be_any_sequence(make: Callable[[], Any]) -> None:
    neuron = nn.Neuron(3, None)
    for w, data in zip(neuron.w, (2.0, 3.0, 4.0), strict=True):
        w.data = data
    assert neuron(make()).data == 0.5 * 2.0 - 1.0 * 3.0 + 2.0 * 4.0


MODELS = {
    "Neuron": (nn.Neuron(2), "Neuron"),
    "Layer": (nn.Layer(2, 2), "Layer"),
    "MLP": (nn.MLP(2, [2, 1]), "layer 1"),
    "LinearRegression": (nn.LinearRegression(2), "LinearRegression"),
}


@pytest.mark.parametrize(("model", "name"), MODELS.values(), ids=MODELS.keys())
@pytest.mark.parametrize(
    ("make", "given"),
    [
        (list, "0"),
        (lambda: [1.0], "1"),
        (lambda: (1.0, 2.0, 3.0), "3"),
        (lambda: np.ones(5), "5"),
        (lambda: range(4), "4"),
        (lambda: iter([1.0]), "1"),
        (lambda: iter([1.0, 2.0, 3.0]), "more than 2"),
    ],
)
def test_a_wrong_width_names_the_layer_and_both_widths(
    model: Any, name: str, make: Callable[[], Any], given: str
) -> None:
    with pytest.raises(ValueError, match=f"^{name} expects 2 inputs, {given} given$"):
        model(make())


def test_an_endless_generator_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^Neuron expects 2 inputs, more than 2 given$"):
        nn.Neuron(2)(count())


def test_a_batch_is_told_how_to_go_on() -> None:
    with pytest.raises(ValueError, match=r"one example at a time: \[model\(x\) for x in X\]"):
        nn.MLP(2, [1])(np.ones((5, 2)))
    with pytest.raises(TypeError, match="layer 1: input x₁: expected a real number"):
        nn.MLP(2, [1])(np.ones((2, 2)))


@pytest.mark.parametrize(
    ("x", "what"),
    [
        ("12", "str '12'"),
        (b"12", "bytes b'12'"),
        ({0: 1.0, 1: 2.0}, "dict {0: 1.0, 1: 2.0}"),
        ({1.0, 2.0}, "set {1.0, 2.0}"),
        (3.0, "float 3.0"),
        (None, "NoneType None"),
        (Value(3.0), "Value "),
    ],
)
def test_what_is_no_sequence_is_refused(x: Any, what: str) -> None:
    with pytest.raises(TypeError, match=f"^Neuron expects 2 inputs, one example .* not {what}"):
        nn.Neuron(2)(x)


@pytest.mark.parametrize("wrong", ["2", None, 2j, [2.0]])
def test_a_wrong_input_is_named(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"^layer 1: input x₂: expected a real number"):
        nn.MLP(2, [2, 1])([1.0, wrong])


def test_a_single_input_needs_no_list() -> None:
    line = nn.LinearRegression(1)  # y = mx + b, slide 5
    line.w[0].data, line.b.data = 2.0, 1.0
    assert line(3).data == line([3]).data == line(Value(3.0)).data == 7.0
    with pytest.raises(TypeError, match="not str '3'"):
        line("3")


def test_numbers_are_lifted_once_and_shared_by_the_layer() -> None:
    model = nn.MLP(3, [4, 1])
    nodes = graph.order(model([0.4, 2.0, 17.0]))
    inputs = [node for node in nodes if graph.role(node) == "input"]
    assert [(node.label, node.data) for node in inputs] == [
        ("x₁", 0.4),
        ("x₂", 2.0),
        ("x₃", 17.0),
    ]
    assert all(graph.is_constant(node) for node in inputs)


def test_values_are_used_as_they_are() -> None:
    x = [Value(1.0, "difficulty"), Value(2.0), 3.0]
    z = nn.Neuron(3, None)(x)
    assert z.operands[1] is x[0]
    assert z.operands[3] is x[1]
    assert [operand.label for operand in z.operands[1::2]] == ["difficulty", "", "x₃"]


def test_nan_and_infinities_go_in_and_come_out() -> None:
    neuron = nn.Neuron(2, None)
    assert np.isnan(neuron([float("nan"), 1.0]).data)
    neuron.w[0].data = 1.0
    assert neuron([float("-inf"), 1.0]).data == float("-inf")
