"""What lessons share: leaves, and the network of slides 18, 26 to 29, 37 and 38 (going to class).

Vocabulary: x₁ is the difficulty of the material, x₂ the number of assignments due, x₃ the days
until the midterm; ŷ is the probability of going to class. The network has 3 inputs, 4 hidden
neurons with ReLU (slide 26) and 1 output neuron. Slide 26 gives the inputs and the parameters of
the first hidden neuron; all other numbers are ours, chosen so that the computed ŷ is what slide 28
prints, 0.45 to six digits. The output neuron has a sigmoid, because ŷ is a probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from autograd_mini import graph, losses, nn
from autograd_mini.lessons import lesson
from autograd_mini.lessons.lesson import Edit
from autograd_mini.nn import notation
from autograd_mini.value import Value

M = TypeVar("M", bound=nn.Module)

Numbers = Sequence[float]

Unit = tuple[Numbers, float]
"""The weights and the bias of one neuron, or of one regression."""


class Parameters(NamedTuple):
    """The numbers of a network of two layers, a row for each neuron."""

    hidden: Sequence[Unit]
    output: Unit

    def flat(self) -> list[float]:
        """All numbers in the order of ``parameters()`` of a model."""
        rows = (*self.hidden, self.output)
        return [float(p) for w, b in rows for p in (*w, b)]


X = (0.4, 2.0, 17.0)
"""Slide 26: difficulty 0.4, 2 assignments due, 17 days until the midterm."""

MEANING = ("difficulty of material", "number of assignments due", "days until midterm")

FIRST: Unit = ((0.5, 0.1, 0.0058), 0.2)
"""Slide 26: the first hidden neuron."""

OURS = (((-0.3, 0.25, 0.025), 0.1), ((0.8, -0.1, 0.015), -0.05), ((0.2, -0.6, 0.03), 0.1))
"""The other three hidden neurons; the last one is silent for X (its z is negative)."""

PARAMETERS = Parameters((FIRST, *OURS), ((0.265, -0.36, -0.8, 0.5), 0.2))

OTHER = Parameters(
    (
        ((0.48, 0.12, 0.007), 0.25),
        ((-0.2, 0.3, 0.02), 0.15),
        ((0.7, -0.15, 0.02), -0.02),
        ((0.25, 0.5, 0.01), 0.2),
    ),
    ((0.3, -0.4, -0.7, 0.6), 0.1),
)
SMALLER = Parameters(OTHER.hidden[:3], ((0.3, -0.4, -0.7), 0.1))
OTHER_X = (0.7, 3.0, 11.0)
"""Another network, one with three hidden neurons, and another day, to try in their place."""


def edits(number: str) -> list[Edit]:
    """What a learner may change in a lesson on the network, each of which changes this number."""
    return lesson.edits(number, y=0.0, parameters=OTHER, x=OTHER_X)


def network(parameters: Parameters = PARAMETERS, hidden: str = "relu") -> nn.MLP:
    """The network with these parameters; ``hidden`` is the hidden layer's activation.

    Raises:
        ValueError: the rows do not fit together.

    >>> len(network().parameters())
    21
    """
    nin, width = len(parameters.hidden[0][0]), len(parameters.hidden)
    if len(parameters.output[0]) != width:
        raise ValueError(
            f"network: {width} hidden neurons and {len(parameters.output[0])} weights of the "
            "output neuron; give one weight for each"
        )
    return with_numbers(nn.MLP(nin, [width, 1], hidden, "sigmoid"), parameters.flat())


def with_numbers(model: M, numbers: Iterable[float]) -> M:
    """The model, its parameters set to these numbers, in order."""
    for parameter, value in zip(model.parameters(), numbers, strict=True):
        parameter.data = value
    return model


def predicted() -> float:
    """The number ŷ of the network for the example of slide 26.

    >>> round(predicted(), 6)
    0.45
    """
    y_hat: Value = network()([*X])
    return y_hat.data


def loss(y_hat: Value, y: float) -> Value:
    """The loss of slide 28, −y log ŷ − (1 − y) log(1 − ŷ)."""
    return named("L", losses.binary_cross_entropy(y_hat, y))


def cost(predictions: Sequence[Value], targets: Numbers) -> Value:
    """J, the sum of the losses."""
    return named("J", losses.total(losses.binary_cross_entropy, predictions, targets))


def cost_of_numbers(
    parameters: Parameters, x: Numbers, y: float, hidden: str = "relu"
) -> Callable[..., float]:
    """J of one example as a function of all numbers of the network, in order."""
    model = network(parameters, hidden)
    return lambda *numbers: loss(with_numbers(model, numbers)([*x]), y).data


def layer_sums(y_hat: Value) -> tuple[Value, list[Value], list[Value]]:
    """z⁽²⁾, and the a⁽¹⁾ and z⁽¹⁾ of all hidden neurons, found in the graph of ŷ."""
    z2 = y_hat.operands[0]
    a1 = list(z2.operands[1:-1:2])
    return z2, a1, [a.operands[0] for a in a1]


def named(label: str | graph.Tag, value: Value) -> Value:
    """The value, called so."""
    value.label = label
    return value


def leaf(name: str, value: float, role: str) -> Value:
    """A number that pictures show as a "weight", an "input" or a "bias"."""
    return Value(value, graph.Tag(name, role=role))


def products(w: Sequence[Value], x: Sequence[Value], b: Value) -> Value:
    """w₁x₁ + … + wₙxₙ + b with every product and every sum as a node of its own.

    Raises:
        ValueError: there is not one weight for each input.
    """
    terms = [named(f"{w_k.label}{x_k.label}", w_k * x_k) for w_k, x_k in zip(w, x, strict=True)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    z: Value = total + b
    return z


def weights(values: Numbers) -> list[Value]:
    """w₁, …, wₙ as leaves."""
    return [leaf(f"w{notation.lowered(k)}", w, "weight") for k, w in enumerate(values, 1)]


def inputs(values: Numbers) -> list[Value]:
    """x₁, …, xₙ as leaves."""
    return [Value(x, tag) for x, tag in zip(values, notation.inputs(len(values)), strict=True)]
