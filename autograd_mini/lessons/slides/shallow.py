"""Part 5, slides 14 to 18: layers, neurons, the three steps of training, and going to class."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograd_mini import nn, ops, optim
from autograd_mini.lessons.content import Picture, Table, TableRow
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import PARAMETERS, Parameters, inputs, named, weights
from autograd_mini.lessons.slides.logistic import BIAS, INPUTS, WEIGHTS
from autograd_mini.numbers import equal, short
from autograd_mini.value import Value


@on_slides(
    14,
    15,
    title="A neural network is made of layers",
    edits=[
        edit("parameters", nin=5),
        edit("parameters", nouts=(6, 2)),
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
        formulas=("a⁽ˡ⁾ = g(W⁽ˡ⁾a⁽ˡ⁻¹⁾ + b⁽ˡ⁾)",),
        text=(
            f"The input layer is the example itself, {nin} numbers. A hidden layer takes its "
            "inputs from the layer before it, and the output layer from the last hidden layer. "
            "Every neuron has one weight for each of its inputs, and one bias.",
            "More layers can express more complicated functions, and have more parameters to "
            f"learn: the layers {that} need {len(other)} where {this} need {len(model)}.",
        ),
        numbers=(
            number("parameters", len(model), f"layers {this}"),
            number("parameters of the deeper one", len(other), f"layers {that}"),
        ),
        tables=(Table("The layers", ("layer", "inputs", "neurons", "weights", "biases"), rows),),
        ours="The deeper network; the other has the widths of slide 18.",
    )


@on_slides(
    16,
    title="A neuron: affine function, then activation",
    edits=[
        edit("z", b=-0.1),
        edit("z", w=(0.5, 0.5)),
        edit("z", a=(1.0, 1.0)),
        edit("The bias as a threshold, row 2, z", lower=0.4),
    ],
)
def neuron(
    w: Sequence[float] = WEIGHTS, a: Sequence[float] = INPUTS, b: float = BIAS, lower: float = -1.0
) -> Lesson:
    """z = w₁a₁ + … + wₙaₙ + b, then a = g(z), with g = ReLU.

    Args:
        w, a, b: weights, activations of the layer before, and bias.
        lower: another bias, for comparison.
    """
    shown, other = nn_neuron(w, a, b), nn_neuron(w, a, lower)
    rows = [
        (out.operands[0].operands[-1].data, out.operands[0].data, out.data)
        for out in (shown, other)
    ]
    shown.backward()
    return Lesson(
        formulas=("z = w₁a₁⁽ˡ⁻¹⁾ + ⋯ + wₙaₙ⁽ˡ⁻¹⁾ + b", "a = g(z)"),
        text=(
            "The affine function gathers the features and weights them; the activation g decides "
            "how much of the result is passed on. With g = ReLU the threshold is plain: below "
            "z = 0 nothing passes. The bias moves the threshold, as the table shows.",
            "Where are the weights in this diagram? On the lines: every line from a neuron of the "
            "layer before carries one weight. In the second picture below each weight is a box of "
            "its own, so that its gradient can be read in it.",
        ),
        numbers=(number("z", shown.operands[0]), number("a", shown, "= ReLU(z)")),
        tables=(Table("The bias as a threshold", ("b", "z", "a = ReLU(z)"), rows),),
        pictures=(
            Picture(
                "neuron-network",
                shown,
                "The slide’s diagram of one neuron: the weights are the lines.",
                view="network",
            ),
            Picture("neuron", shown, "The same neuron, with its weights as boxes."),
        ),
        ours="All numbers; g = ReLU is the choice of slide 26.",
        slips=(
            "The slide’s weights carry no index of the neuron they belong to, and biases carry no "
            "index at all; slide 22 writes wⱼₖ and bⱼ.",
        ),
    )


def nn_neuron(w: Sequence[float], a: Sequence[float], b: float) -> Value:
    """The activation of one ReLU neuron."""
    z = named("z", ops.affine(weights(w), inputs(a), Value(b, "b")))
    return named("a", z.relu())


@on_slides(
    17,
    title="The three steps of training",
    edits=[
        edit("J after", alpha=0.02),
        edit("J", y=0.0),
        edit("ŷ", parameters=classroom.OTHER),
        edit("ŷ", x=classroom.OTHER_X),
        edit("J", parameters=classroom.SMALLER),
    ],
)
def three_steps(
    parameters: Parameters = PARAMETERS,
    x: Sequence[float] = classroom.X,
    y: float = 1.0,
    alpha: float = 0.01,
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
        formulas=("ŷ = a⁽²⁾", "J = L(ŷ, y)", "θ := θ − α ∂J/∂θ"),
        text=(
            f"1. Forward propagation pushes the example through the network: ŷ = "
            f"{short(before[0])}.",
            f"2. The cost compares it with y {equal(y)}: J {equal(before[1])}.",
            "3. Backward propagation finds how J changes with each of the "
            f"{len(model.parameters())} parameters, and each is moved a little against its "
            f"derivative. The steepest is {label}: its derivative is {short(gradient)}, so "
            f"α {equal(alpha)} moves it from {short(old)} to {short(steepest.data)}.",
        ),
        numbers=(
            number("ŷ", before[0], "before the step"),
            number("J", before[1], "before the step"),
            number(f"∂J/∂{label}", gradient, "the steepest"),
            number(f"{label} before", old),
            number(f"{label} after", steepest),
            number("ŷ after", after),
            number("J after", classroom.loss(after, y), "lower than before"),
        ),
        ours="α, and most weights of the network (slide 18).",
        slips=(
            "Step 2 calls the cost a difference; the cost of slide 28 is used, since a signed "
            "difference cannot be minimised (slide 9).",
        ),
    )


@on_slides(
    18,
    title="Is it worth going to class? The 3-4-1 network",
    edits=[
        edit("ŷ", x=classroom.OTHER_X),
        edit("ŷ", parameters=classroom.OTHER),
        edit("parameters", parameters=classroom.SMALLER),
    ],
)
def going_to_class(parameters: Parameters = PARAMETERS, x: Sequence[float] = classroom.X) -> Lesson:
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
    return Lesson(
        formulas=(
            "aᵢ⁽¹⁾ = g(z) = g(w₁x₁ + w₂x₂ + w₃x₃ + b)",
            "a⁽²⁾ = g(w₁a₁⁽¹⁾ + w₂a₂⁽¹⁾ + w₃a₃⁽¹⁾ + w₄a₄⁽¹⁾ + b)",
        ),
        text=(
            "The inputs are the "
            + ", the ".join(f"{m} ({short(v)})" for m, v in zip(classroom.MEANING, x, strict=True))
            + ". Four hidden neurons with ReLU read them, and one output neuron with a sigmoid "
            "reads the four.",
            f"The probability of going to class comes out as ŷ {equal(y_hat.data)}.",
        ),
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
            Picture(
                "going-to-class-network",
                y_hat,
                "The 3-4-1 network as layers: a circle for each neuron, a line for each weight.",
                view="network",
            ),
            Picture(
                "going-to-class",
                y_hat,
                "The same network, expanded: every weight, sum and gradient.",
            ),
        ),
        ours=(
            "All weights and biases but those of the first hidden neuron, which slide 26 gives "
            "with x; and the sigmoid at the output, which makes ŷ a probability."
        ),
        slips=(
            "Each neuron has its own weights and its own bias; the slide writes w₁, w₂, w₃ and b "
            "for all of them.",
        ),
    )
