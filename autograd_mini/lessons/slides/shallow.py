"""Part 5, slides 14 to 18: layers, neurons, the three steps of training, and going to class."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograd_mini import nn, ops, optim
from autograd_mini.lessons.content import Picture, Table, TableRow
from autograd_mini.lessons.lesson import Lesson, edit, edits, number, on_slides
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import (
    PARAMETERS,
    Numbers,
    Parameters,
    X,
    inputs,
    named,
    weights,
)
from autograd_mini.lessons.slides.logistic import BIAS, INPUTS, WEIGHTS
from autograd_mini.numbers import short
from autograd_mini.value import Value


@on_slides(
    14,
    15,
    edits=[
        *edits("parameters", nin=5, nouts=(6, 2)),
        edit("parameters of the deeper one", deeper=(3, 2)),
    ],
)
def layers(
    nin: int = 3, nouts: Sequence[int] = (4, 1), deeper: Sequence[int] = (4, 4, 1)
) -> Lesson:
    """How many neurons and parameters a network has, layer by layer.

    Args:
        nin: the number of inputs.
        nouts: the widths of the layers, the output layer last.
        deeper: the widths of a second network to compare with.
    """
    model, other = (nn.MLP(nin, widths).parameters() for widths in (nouts, deeper))
    this, that = ("–".join(map(str, widths)) for widths in (nouts, deeper))
    rows = [
        (f"{'output' if i == len(nouts) else 'hidden'} layer [{i}]", before, n, n * before, n)
        for i, (before, n) in enumerate(pairwise((nin, *nouts)), 1)
    ]
    return Lesson(
        numbers=(
            number("parameters", len(model), f"layers {this}"),
            number("parameters of the deeper one", len(other), f"layers {that}"),
        ),
        tables=(Table("The layers", ("layer", "inputs", "neurons", "weights", "biases"), rows),),
        told={"this": this, "that": that},
    )


@on_slides(
    16,
    edits=[
        *edits("z", b=-0.1, w=(0.5, 0.5), a=(1.0, 1.0)),
        edit("The bias as a threshold, row 2, z", lower=0.4),
    ],
)
def neuron(
    w: Numbers = WEIGHTS, a: Numbers = INPUTS, b: float = BIAS, lower: float = -1.0
) -> Lesson:
    """z = w₁a₁ + … + wₙaₙ + b, then a = g(z), with g = ReLU.

    Args:
        w, a, b: weights, activations of the layer before, and bias.
        lower: another bias, for comparison.
    """
    shown, other = nn_neuron(w, a, b), nn_neuron(w, a, lower)
    neurons = ((b, shown), (lower, other))
    rows = [(bias, neuron.operands[0].data, neuron.data) for bias, neuron in neurons]
    shown.backward()
    return Lesson(
        numbers=(number("z", shown.operands[0]), number("a", shown, "= ReLU(z)")),
        tables=(Table("The bias as a threshold", ("b", "z", "a = ReLU(z)"), rows),),
        pictures=(Picture("neuron-network", shown, view="network"), Picture("neuron", shown)),
    )


def nn_neuron(w: Numbers, a: Numbers, b: float) -> Value:
    """The activation of one ReLU neuron."""
    z = named("z", ops.affine(weights(w), inputs(a), Value(b, "b")))
    return named("a", z.relu())


@on_slides(
    17,
    edits=[
        edit("J after", alpha=0.02),
        *edits("J", y=0.0, parameters=classroom.SMALLER),
        *edits("ŷ", parameters=classroom.OTHER, x=classroom.OTHER_X),
    ],
)
def three_steps(
    parameters: Parameters = PARAMETERS, x: Numbers = X, y: float = 1.0, alpha: float = 0.01
) -> Lesson:
    """Forward, cost, backward: one round on the network of slide 18, and the cost after it."""
    model = classroom.network(parameters)
    optimizer = optim.SGD(model.parameters(), lr=alpha)
    y_hat = model(list(x))
    J = classroom.loss(y_hat, y)
    J.backward()
    before = y_hat.data, J.data
    steepest = max(model.parameters(), key=lambda p: abs(p.grad))
    label, gradient, old = str(steepest.label), steepest.grad, steepest.data
    optimizer.step()
    after = model(list(x))
    return Lesson(
        numbers=(
            number("ŷ", before[0], "before the step"),
            number("J", before[1], "before the step"),
            number(f"∂J/∂{label}", gradient, "the steepest"),
            number(f"{label} before", old),
            number(f"{label} after", steepest),
            number("ŷ after", after),
            number("J after", classroom.loss(after, y), "lower than before"),
        ),
        told={
            "count": len(model.parameters()),
            "label": label,
            "gradient": gradient,
            "old": old,
            "new": steepest.data,
        },
    )


@on_slides(
    18,
    edits=[
        *edits("ŷ", x=classroom.OTHER_X, parameters=classroom.OTHER),
        edit("parameters", parameters=classroom.SMALLER),
    ],
)
def going_to_class(parameters: Parameters = PARAMETERS, x: Numbers = X) -> Lesson:
    """Three inputs, four hidden neurons, one output: the probability of going to class.

    >>> round(going_to_class()["ŷ"], 6)
    0.45
    """
    model = classroom.network(parameters)
    y_hat = model(list(x))
    z2, a1, z1 = classroom.layer_sums(y_hat)
    rows: list[TableRow] = [
        (f"{j}", *w, b, z.data, a.data)
        for j, ((w, b), z, a) in enumerate(zip(parameters.hidden, z1, a1, strict=True), 1)
    ]
    y_hat.backward()
    described = (f"{m} ({short(v)})" for m, v in zip(classroom.MEANING, x, strict=True))
    return Lesson(
        numbers=(
            *(number(a.label, a) for a in a1),
            number("z₁⁽²⁾", z2),
            number("ŷ", y_hat, "= a₁⁽²⁾, the probability of going to class"),
            number("parameters", len(model.parameters())),
        ),
        tables=(
            Table("The hidden layer", ("neuron", "w₁", "w₂", "w₃", "b", "z", "a = ReLU(z)"), rows),
        ),
        pictures=(
            Picture("going-to-class-network", y_hat, view="network"),
            Picture("going-to-class", y_hat),
        ),
        told={"inputs": ", the ".join(described)},
    )
