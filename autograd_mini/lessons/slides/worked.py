"""Part 10, slides 26 to 29: the worked example, number by number."""

from __future__ import annotations

from autograd_mini import ops
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, edit, edits, number, on_slides
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import (
    FIRST,
    MEANING,
    PARAMETERS,
    Numbers,
    Parameters,
    Unit,
    X,
    inputs,
    leaf,
    named,
    products,
    weights,
)
from autograd_mini.nn import notation
from autograd_mini.numbers import short
from autograd_mini.value import Value


@on_slides(
    26,
    edits=edits("z₁⁽¹⁾", x=classroom.OTHER_X, row=classroom.OTHER.hidden[0]),
    prints={"z₁⁽¹⁾": "0.7", "a₁⁽¹⁾": "0.7"},
)
def first_neuron(row: Unit = FIRST, x: Numbers = X) -> Lesson:
    """z₁⁽¹⁾ = w₁x₁ + w₂x₂ + w₃x₃ + b, then ReLU, with the numbers of the slide.

    Args:
        row: the weights and the bias of the neuron.

    >>> round(first_neuron()["z₁⁽¹⁾"], 10)
    0.6986
    """
    w, b = row
    z = named("z₁⁽¹⁾", products(weights(w), inputs(x), Value(b, "b")))
    a = named("a₁⁽¹⁾", z.relu())
    a.backward()
    rows = [(name, w_k, x_k, w_k * x_k) for name, w_k, x_k in zip(MEANING, w, x, strict=True)]
    summed = " + ".join(f"{short(w_k)} · {short(x_k)}" for w_k, x_k in zip(w, x, strict=True))
    return Lesson(
        numbers=(number("z₁⁽¹⁾", z), number("a₁⁽¹⁾", a, "= ReLU(z₁⁽¹⁾)")),
        tables=(Table("Term by term", ("input", "w", "x", "w·x"), rows),),
        pictures=(Picture("worked-neuron", a),),
        told={
            "summed": summed,
            "b": b,
            "inputs": ", ".join(f"{m} {short(v)}" for m, v in zip(MEANING, x, strict=True)),
            "given": as_given(),
        },
    )


def as_given() -> float:
    """The sum of slide 26 with the slide's own numbers.

    >>> round(as_given(), 10)
    0.6986
    """
    return products(weights(FIRST[0]), inputs(X), Value(FIRST[1], "b")).data


@on_slides(27, edits=edits("z₁⁽²⁾", x=classroom.OTHER_X, parameters=classroom.OTHER))
def output_sum(parameters: Parameters = PARAMETERS, x: Numbers = X) -> Lesson:
    """z₁⁽²⁾ from the four hidden activations."""
    y_hat = classroom.network(parameters)(list(x))
    z2, a1, _ = classroom.layer_sums(y_hat)
    w, b = parameters.output
    alone = output_neuron(parameters, [a.data for a in a1])
    alone.backward()
    rows = [
        (f"{j}", a.data, w_j, w_j * a.data) for j, (a, w_j) in enumerate(zip(a1, w, strict=True), 1)
    ]
    return Lesson(
        numbers=(
            *(number(a.label, a) for a in a1),
            number("b", b, "of the output neuron"),
            number("z₁⁽²⁾", z2),
        ),
        tables=(Table("Term by term", ("hidden neuron", "a", "w", "w·a"), rows),),
        pictures=(Picture("worked-output", alone),),
    )


def output_neuron(parameters: Parameters, activations: Numbers) -> Value:
    """z₁⁽²⁾ by itself, the hidden activations as leaves: one neuron, without frames of layers."""
    width, (w, b) = len(activations), parameters.output
    names = notation.in_layer(width, 1, 2)
    hidden = (notation.in_layer(1, j, 1).activation for j in range(1, width + 1))
    z = products(
        [leaf(str(tag), w_j, "weight") for w_j, tag in zip(w, names.weights, strict=True)],
        [leaf(str(tag), a, "input") for a, tag in zip(activations, hidden, strict=True)],
        leaf(str(names.bias), b, "bias"),
    )
    return named(str(names.sum), z)


@on_slides(28, edits=classroom.edits("L(ŷ, y)"), prints={"ŷ": "0.45", "L(ŷ, y)": "0.798508"})
def prediction_and_loss(
    parameters: Parameters = PARAMETERS, x: Numbers = X, y: float = 1.0
) -> Lesson:
    """ŷ = g(z₁⁽²⁾), and the loss against y.

    >>> round(prediction_and_loss()["L(ŷ, y)"], 6)
    0.798508
    """
    y_hat = classroom.network(parameters)(list(x))
    z2 = y_hat.operands[0]
    L = classroom.loss(y_hat, y)
    L.backward()
    sign, way = ("negative", "larger") if y_hat.grad < 0 else ("positive", "smaller")
    return Lesson(
        numbers=(
            number("z₁⁽²⁾", z2),
            number("ŷ", y_hat, "= σ(z₁⁽²⁾)"),
            number("y", y),
            number("L(ŷ, y)", L),
            number("∂L/∂ŷ", y_hat.grad, f"{sign}: a {way} ŷ would be better"),
        ),
        pictures=(Picture("worked-loss", L),),
    )


@on_slides(
    29,
    edits=[*classroom.edits("L(ŷ, y)"), edit("L(ŷ, y)", y=0.0, threshold=0.4)],
    prints={"ŷ": "0.45", "L(ŷ, y)": "0.798508", "threshold": "0.5"},
)
def decision(
    parameters: Parameters = PARAMETERS, x: Numbers = X, y: float = 1.0, threshold: float = 0.5
) -> Lesson:
    """``if ŷ > 0.5: goto_class()``, and what the mistake cost.

    Args:
        threshold: where yes begins.

    >>> decision().text[0]
    'ŷ ≈ 0.45 is not above 0.5, so the answer is skip().'
    """
    y_hat = classroom.network(parameters)(list(x))
    L = classroom.loss(y_hat, y)
    if y_hat > threshold:
        taken, compared, right = "goto_class()", "is above", y > threshold
    else:
        taken, compared, right = "skip()", "is not above", y <= threshold
    verdict = "That was right" if right else "That was a mistake"
    return Lesson(
        numbers=(
            number("ŷ", y_hat),
            number("y", y),
            number("L(ŷ, y)", L, "the mistake in numerical form"),
        ),
        told={
            "compared": compared,
            "taken": taken,
            "verdict": verdict,
            "even": -ops.log(threshold),
        },
    )
