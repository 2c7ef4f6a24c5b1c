"""What neurons, layers, networks and regressions compute and hold."""

from __future__ import annotations

import copy
import inspect
import pickle
import random
from typing import Any

import mpmath
import numpy as np
import pytest

from autograd_mini import Value, graph, nn, no_grad, ops
from autograd_mini.nn.arguments import unary_rows


def numbers_of(model: nn.Module) -> list[float]:
    return [p.data for p in model.parameters()]


# --- activations ----------------------------------------------------------------------------------


def test_every_row_of_one_operand_is_an_activation() -> None:
    names = unary_rows()
    assert {"relu", "sigmoid", "tanh", "leaky_relu", "elu", "gelu", "sin", "abs"} <= set(names)
    assert not {"add", "where", "sum", "max", "affine", "xlogy"} & set(names)
    for name in names:
        row = ops.TABLE[name]
        low, high = row.domain[0]
        neuron = nn.Neuron(1, name)
        neuron.w[0].data, neuron.b.data = 1.0, 0.0
        x = 0.75 * low + 0.25 * high
        a = neuron([x])
        assert (a.op, a.data) == (name, row(x)), name
        assert neuron.activation == name


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ("sigmiod", "did you mean 'sigmoid'"),
        ("ReLU", "did you mean 'relu'"),
        ("leakyrelu", "did you mean 'leaky_relu'"),
        ("linear", "a linear neuron has activation=None"),
        ("", "take one of 'relu', 'sigmoid', 'tanh', …, or None"),
        ("add", "unary row of ops.TABLE"),
        ("max", "unary row of ops.TABLE"),
        ("x" * 10_000_000, "take one of"),
    ],
)
def test_an_unknown_activation_is_told_the_near_ones(wrong: str, advice: str) -> None:
    for make in (
        lambda: nn.Neuron(2, wrong),
        lambda: nn.Layer(2, 2, wrong),
        lambda: nn.MLP(2, [2, 1], wrong),
        lambda: nn.MLP(2, [2, 1], "relu", wrong),
    ):
        with pytest.raises(ValueError, match=r"is not a unary row of ops\.TABLE") as caught:
            make()
        assert advice in str(caught.value)
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize("wrong", [ops.relu, 3, ["relu"], len])
def test_an_activation_is_given_by_name(wrong: Any) -> None:
    with pytest.raises(TypeError, match="expected the name of a row such as 'relu', or None"):
        nn.Neuron(2, wrong)


def test_nonlin_means_what_it_means_in_micrograd() -> None:
    assert nn.Neuron(2, nonlin=True).activation == "relu"
    assert nn.Neuron(2, nonlin=False).activation is None
    assert nn.Neuron(2, False).activation is None  # its second argument by position
    assert [n.nonlin for n in nn.Layer(2, 2, nonlin=False).neurons] == [False, False]
    assert nn.Neuron(2, "tanh").nonlin is True
    with pytest.raises(ValueError, match="'tanh' and nonlin=False contradict each other"):
        nn.Neuron(2, "tanh", nonlin=False)
    with pytest.raises(ValueError, match="None and nonlin=True contradict each other"):
        nn.Layer(2, 2, None, nonlin=True)


# --- parameters -----------------------------------------------------------------------------------


def test_parameters_go_layer_by_layer_neuron_by_neuron_weights_then_bias() -> None:
    model = nn.MLP(2, [2, 1])
    assert [p.label for p in model.parameters()] == [
        *("w₁₁⁽¹⁾", "w₁₂⁽¹⁾", "b₁⁽¹⁾", "w₂₁⁽¹⁾", "w₂₂⁽¹⁾", "b₂⁽¹⁾"),
        *("w₁₁⁽²⁾", "w₁₂⁽²⁾", "b₁⁽²⁾"),
    ]


def test_attributes_are_the_values_themselves() -> None:
    model = nn.MLP(3, [4, 1])
    layer = model.layers[0]
    neuron = layer.neurons[2]
    assert layer.W[2][1] is neuron.w[1]
    assert layer.b[2] is neuron.b
    assert isinstance(neuron.w, list)
    parameters = model.parameters()
    assert parameters[8] is neuron.w[0]
    assert parameters[11] is neuron.b
    neuron.w[1].data = 5.0
    assert parameters[9].data == 5.0


def test_a_parameter_may_be_replaced_by_another_value() -> None:
    neuron = nn.Neuron(2, None)
    shared = Value(3.0)
    neuron.w = [shared, shared]
    neuron.b = Value(1.0)
    z = neuron([10.0, 100.0])
    z.backward()
    assert (z.data, shared.grad) == (331.0, 110.0)


def test_zero_grad_forgets() -> None:
    model = nn.MLP(2, [2, 1])
    model([1.0, 2.0]).backward()
    assert all(p.has_grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.has_grad for p in model.parameters())


# --- randomness -----------------------------------------------------------------------------------


def test_weights_are_drawn_one_by_one_from_rng() -> None:
    model = nn.MLP(2, [3, 1], rng=random.Random(7))
    rng = random.Random(7)
    for neuron in [neuron for layer in model.layers for neuron in layer.neurons]:
        assert [w.data for w in neuron.w] == [rng.uniform(-1, 1) for _ in neuron.w]
        assert neuron.b.data == 0.0


MAKERS = [
    nn.Neuron,
    nn.LinearRegression,
    nn.LogisticRegression,
    lambda n, **rng: nn.Layer(n, 2, **rng),
    lambda n, **rng: nn.MLP(n, [2], **rng),
]


@pytest.mark.parametrize("make", MAKERS)
def test_without_rng_the_module_random_is_used_and_with_it_left_alone(make: Any) -> None:
    random.seed(3)
    expected = numbers_of(make(2, rng=random.Random(3)))
    state = random.getstate()
    assert numbers_of(make(2)) == expected
    assert random.getstate() != state
    random.setstate(state)
    make(2, rng=random.Random(0))
    assert random.getstate() == state


def test_numpy_generators_draw_too() -> None:
    values = numbers_of(nn.Neuron(3, rng=np.random.default_rng(1)))  # type: ignore[arg-type]
    assert all(type(value) is float and -1 <= value < 1 for value in values)


@pytest.mark.parametrize("make", MAKERS)
def test_a_seed_is_a_source_of_its_own(make: Any) -> None:
    assert numbers_of(make(2, rng=3)) == numbers_of(make(2, rng=random.Random(3)))
    for wrong in (True, 3.0, "3", [3]):
        with pytest.raises(TypeError, match=r"rng must be random.Random\(seed\), a whole number"):
            make(2, rng=wrong)


# --- what is computed -----------------------------------------------------------------------------


def test_the_slides_forward_pass() -> None:
    """Slide 26: 0.5·0.4 + 0.1·2 + 0.0058·17 + 0.2 is 0.6986, and ReLU leaves it."""
    neuron = nn.Neuron(3, "relu")
    for w, data in zip(neuron.w, (0.4, 2.0, 17.0), strict=True):
        w.data = data
    neuron.b.data = 0.2
    assert neuron([0.5, 0.1, 0.0058]).data == pytest.approx(0.6986, rel=1e-15)


def test_width_one_gives_a_value_and_others_a_list() -> None:
    assert isinstance(nn.Layer(2, 1)([1.0, 2.0]), Value)
    assert isinstance(nn.MLP(2, [3, 1])([1.0, 2.0]), Value)
    outputs = nn.MLP(2, [1, 3])([1.0, 2.0])
    assert isinstance(outputs, list)
    assert [type(output) for output in outputs] == [type(outputs[0])] * 3


def sigmoid(z: Any) -> Any:
    return 1 / (1 + mpmath.exp(-z))


def reference(theta: list[Any], x: list[float], sizes: list[int], g: Any) -> Any:
    """The network in 50 digits, from the flat list of its parameters."""
    a: list[Any] = [mpmath.mpf(number) for number in x]
    rest = iter(theta)
    for _ in range(len(sizes) - 1):
        width = sizes[_ + 1]
        a = [g(mpmath.fdot([(next(rest), a_k) for a_k in a]) + next(rest)) for _j in range(width)]
    return a[0]


@pytest.mark.parametrize(("name", "g"), [("sigmoid", sigmoid), ("tanh", mpmath.tanh)])
def test_outputs_and_gradients_against_fifty_digits(name: str, g: Any) -> None:
    sizes, x = [3, 4, 2, 1], [0.4, -2.0, 1.7]
    model = nn.MLP(3, sizes[1:], name, name, rng=random.Random(5))
    for p in model.parameters():
        p.data += 0.125  # biases too
    y = model(x)
    y.backward()
    with mpmath.workdps(50):
        theta = [mpmath.mpf(p.data) for p in model.parameters()]
        assert y.data == pytest.approx(float(reference(theta, x, sizes, g)), rel=4e-16)
        for i, p in enumerate(model.parameters()):
            expected = mpmath.diff(
                lambda t, i=i: reference([*theta[:i], t, *theta[i + 1 :]], x, sizes, g), theta[i]
            )
            assert p.grad == pytest.approx(float(expected), rel=2e-15, abs=0.0), p.label


def test_the_graph_has_one_affine_node_for_each_neuron() -> None:
    a = nn.MLP(3, [4, 1], "tanh", "sigmoid")([0.4, 2.0, 17.0])
    (z,) = a.operands
    assert (a.op, z.op, len(z.operands)) == ("sigmoid", "affine", 9)
    assert [operand.op for operand in z.operands[1::2]] == ["tanh"] * 4


def test_regressions_are_neurons() -> None:
    linear, logistic = nn.LinearRegression(3), nn.LogisticRegression(3)
    assert (linear.activation, logistic.activation) == (None, "sigmoid")
    z = logistic([1.0, 2.0, 3.0])
    assert (z.label, z.operands[0].label, linear([1.0, 2.0, 3.0]).label) == ("ŷ", "z", "ŷ")
    assert [w.label for w in linear.w] == ["w₁", "w₂", "w₃"]


def test_regressions_side_by_side_have_units() -> None:
    """Slides 12 and 13: several regressions, then one on their outputs."""
    units = [nn.LogisticRegression(2, unit=k) for k in (1, 2, 3)]
    a = [unit([1.0, 2.0]) for unit in units]
    assert [a_k.label for a_k in a] == ["a₁", "a₂", "a₃"]
    assert units[1].w[0].label == "w₁⁽²⁾"
    y = nn.LogisticRegression(3)(a)
    assert y.operands[0].operands[3] is a[1]
    with pytest.raises(ValueError, match="LogisticRegression: its unit must be at least 1"):
        nn.LogisticRegression(2, unit=0)


def test_under_no_grad_nothing_is_recorded() -> None:
    model = nn.MLP(2, [2, 1])
    with no_grad():
        y = model([1.0, 2.0])
    assert y.operands == ()
    assert y.data == model([1.0, 2.0]).data


# --- the objects ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (nn.Neuron(2), "ReLUNeuron(2)"),
        (nn.Neuron(2, None), "LinearNeuron(2)"),
        (nn.Neuron(2, "leaky_relu"), "LeakyReLUNeuron(2)"),
        (nn.Layer(2, 2, "tanh"), "Layer of [TanhNeuron(2), TanhNeuron(2)]"),
        (nn.MLP(2, [1, 1]), "MLP of [Layer of [ReLUNeuron(2)], Layer of [LinearNeuron(1)]]"),
        (nn.LinearRegression(2), "LinearRegression(2)"),
        (nn.LogisticRegression(2, unit=1), "LogisticRegression(2)"),
    ],
)
def test_reprs(model: nn.Module, text: str) -> None:
    assert repr(model) == text


COPIES = {"copy": copy.deepcopy, "pickle": lambda model: pickle.loads(pickle.dumps(model))}


@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES.keys())
def test_models_can_be_copied_and_pickled(again: Any) -> None:
    model = nn.MLP(2, [3, 1], "tanh", "sigmoid")
    twin = again(model)
    assert numbers_of(twin) == numbers_of(model)
    assert not {id(p) for p in twin.parameters()} & {id(p) for p in model.parameters()}
    y, y_twin = model([1.0, 2.0]), twin([1.0, 2.0])
    assert (y.data, y.label) == (y_twin.data, y_twin.label)


@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES.keys())
def test_a_copied_neuron_reads_its_weights_anew(
    again: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    neuron = nn.Neuron(2, None)
    neuron([1.0, 2.0])
    read_in = graph.epoch
    neuron.w[0].data, neuron.w[1].data, neuron.b.data = 2.0, 3.0, 0.5
    twin = again(neuron)
    monkeypatch.setattr(graph, "epoch", read_in)  # another process has epochs of its own
    assert twin([1.0, 10.0]).data == 32.5


@pytest.mark.parametrize("place", ["weight", "bias", "data", "longer"])
def test_a_neuron_sees_every_change_of_its_weights(place: str) -> None:
    neuron, x = nn.Neuron(2, None), [1.0, 10.0]
    neuron(x)
    if place == "weight":
        neuron.w[0] = Value(5.0)
    elif place == "bias":
        neuron.b = Value(5.0)
    elif place == "data":
        neuron.w[1].data = 5.0
    else:
        neuron.w.append(Value(5.0))
        x = [*x, 100.0]
    z = neuron(x)
    assert z.data == ops.affine(neuron.w, x, neuron.b).data
    assert z.operands[:-1:2] == tuple(neuron.w)
    assert z.operands[-1] is neuron.b


def test_a_module_of_ones_own() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            self.inner = nn.Layer(2, 2, "tanh")

        def __call__(self, x: list[Value]) -> list[Value]:
            return [a + b for a, b in zip(x, self.inner(x), strict=True)]

        def parameters(self) -> list[Value]:
            return self.inner.parameters()

    model = Residual()
    model([Value(1.0), Value(2.0)])[0].backward()
    assert [p.has_grad for p in model.parameters()] == [True] * 3 + [False] * 3
    model.zero_grad()
    assert not any(p.has_grad for p in model.parameters())
    assert nn.Module().parameters() == []


def test_every_public_name_says_what_it_is() -> None:
    for name in nn.__all__:
        assert inspect.getdoc(getattr(nn, name)), name
