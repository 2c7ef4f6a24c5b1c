"""The exercises on networks (slides 14 to 22, 26 to 29): right answers and known mistakes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_mini import ops
from autograd_mini.lessons.exercises.exercise import Exercise, Trial
from autograd_mini.lessons.exercises.regression import (
    NEURONS,
    ZS,
    Numbers,
    combined,
    dot,
    predicted,
    sigma,
)
from autograd_mini.lessons.slides import (
    activations,
    classroom,
    collapse,
    forward,
    shallow,
    worked,
    xor,
)

# Neurons and layers (slides 14 to 18)


def relu_neuron(w: Numbers, a: Numbers, b: float) -> float:
    """The engine's ReLU neuron."""
    return shallow.nn_neuron(w, a, b).data


def counted() -> list[float]:
    """Weights and biases of the 3-4-1 network."""
    model = classroom.network()
    weights = sum(len(row) for layer in model.layers for row in layer.W)
    return [float(weights), float(len(model.parameters()) - weights)]


def threshold() -> float:
    """The bias at which the neuron of slide 16 begins to pass something on."""
    return -shallow.neuron(b=0.0)["z"]


LAYERS: dict[str, Exercise | Trial] = {
    "weights-and-biases": Exercise(
        counted,
        "the number",
        {
            "That is the hidden layer. The output neuron has weights and a bias too.": (12.0, 4.0),
            "The inputs are numbers of the example; they have no bias. Count one for each of the "
            "five neurons.": (16.0, 8.0),
            "Each neuron has its own bias, not each layer.": (16.0, 2.0),
            "Every input leads to every hidden neuron: 3 · 4 lines, not 3 + 4.": (7.0, 5.0),
        },
        praise="3 · 4 + 4 · 1 lines, and a bias for each of the 4 + 1 neurons.",
    ),
    "neuron": Exercise(
        relu_neuron,
        "a",
        {
            "That is z: the activation is missing, a = ReLU(z).": combined,
            "You added the bias after ReLU. It "
            "belongs to z, where it moves the threshold.": lambda w, a, b: max(0.0, dot(w, a)) + b,
            "You forgot the bias b.": lambda w, a, b: max(0.0, dot(w, a)),
            "You used the sigmoid. This neuron has ReLU: 0 below 0, z above.": predicted,
        },
        (*NEURONS, ((0.8, -0.5), (1.5, 2.0), -1.0), ((-0.5, 0.2), (1.0, 1.0), 0.7)),
    ),
    "threshold": Exercise(
        threshold,
        "the bias",
        {
            "That is w₁a₁ + w₂a₂ itself. The bias must cancel it: w₁a₁ + w₂a₂ + b = 0.": lambda: (
                -threshold()
            ),
            "That is z for the bias 0.3. Which bias makes z exactly 0?": lambda: shallow.neuron()[
                "z"
            ],
        },
        praise="Above it z is positive and ReLU passes it on, below it nothing passes.",
    ),
}


# Activation functions, and why they must be nonlinear (slides 19 to 21)


AND = (0.0, 0.0, 0.0, 1.0)
CHOICES = {"XOR": (0.0, 1.0, 1.0, 0.0), "OR": (0.0, 1.0, 1.0, 1.0), "NAND": (1.0, 1.0, 1.0, 0.0)}


def fault_of_and(line: Numbers) -> str:
    """What a logistic regression with these w₁, w₂ and b answers wrongly, if AND is wanted."""
    w1, w2, b = line
    outputs = [predicted((w1, w2), x, b) for x in xor.X]
    if any(abs(output - 0.5) < 1e-12 for output in outputs):
        x = next(x for x, a in zip(xor.X, outputs, strict=True) if abs(a - 0.5) < 1e-12)
        return f"{xor.point_name(x)} lies exactly on your line: ŷ is one half, neither yes nor no."
    answers = tuple(float(output > 0.5) for output in outputs)
    if answers == AND:
        return ""
    for name, table in CHOICES.items():
        if answers == table:
            return f"That is {name}. AND is 1 only where both inputs are 1."
    k = next(k for k, (got, want) in enumerate(zip(answers, AND, strict=True)) if got != want)
    side = "above" if answers[k] else "below"
    return (
        f"For {xor.point_name(xor.X[k])} you get ŷ = {outputs[k]:.3f}, {side} one half, but AND "
        f"is {AND[k]:.0f} there. {xor.right_answers(outputs, AND)} of 4 are right."
    )


def collapsed() -> list[float]:
    """Slide 21's w and b."""
    lesson = collapse.collapse()
    return [lesson["w₂w₁"], lesson["w₂b₁ + b₂"]]


ACTIVATIONS: dict[str, Exercise | Trial] = {
    "slope-of-sigmoid": Exercise(
        lambda z: activations.output_and_slope("sigmoid", z)[1],
        "σ′(z)",
        {
            "You used z for a: it is σ(z)(1 − σ(z)), with the output in both places.": lambda z: (
                z * (1.0 - z)
            ),
            "The first factor is missing: σ(z) · (1 − σ(z)).": lambda z: 1.0 - sigma(z),
            "That is σ itself, not its slope.": sigma,
            "The sign is turned round: σ rises everywhere, its slope is positive. Did you forget "
            "the inner derivative of e⁻ᶻ, which is −1?": lambda z: (
                sigma(z) * (1.0 - sigma(z)) * -1.0
            ),
        },
        ZS,
    ),
    "slope-of-tanh": Exercise(
        lambda z: activations.output_and_slope("tanh", z)[1],
        "tanh′(z)",
        {
            "The square is missing: 1 − tanh² z.": lambda z: 1.0 - math.tanh(z),
            "You used z for a: it is the output tanh z that is squared.": lambda z: 1.0 - z * z,
            "That is the sigmoid’s formula a(1 − a). For tanh it is 1 − a².": lambda z: (
                math.tanh(z) * (1.0 - math.tanh(z))
            ),
        },
        ZS,
    ),
    "and-line": Trial(
        fault_of_and,
        3,
        [1.0, 1.0, -1.5],
        {
            "That is OR": [1.0, 1.0, -0.5],
            "That is NAND": [-1.0, -1.0, 1.5],
            "exactly on your line": [1.0, 1.0, -1.0],
            "For (1, 1) you get": [1.0, 1.0, -3.0],
        },
        "One line splits AND. For XOR there is none.",
    ),
    "collapse": Exercise(
        collapsed,
        "the number",
        {
            "You added. Multiply out w₂(w₁x + b₁) + b₂: the weights are multiplied.": (0.5, -0.5),
            "w is right. b₁ goes through the second layer too: it is multiplied by w₂ before b₂ is "
            "added.": (-3.0, -0.5),
            "w is right. You left out b₂.": (-3.0, 1.5),
            "w is right. You left out w₂b₁.": (-3.0, 0.5),
        },
        praise="w = w₂w₁ = −3 and b = w₂b₁ + b₂ = 2.",
    ),
}


# Forward propagation (slide 22)

LAYER = ([[0.5, -1.0], [2.0, 0.25], [-0.5, 1.5]], [0.1, -0.2, 0.3])


def layer_output(W: Sequence[Numbers], b: Numbers, a: Numbers) -> list[float]:
    """One layer of ReLU neurons, by the lesson's loops."""
    rows = [list(row) for row in W]
    return forward.triple_loop([(rows, list(b), ops.relu)], [a])[0]


whole = forward.triple_loop


def changed(
    layers: Sequence[forward.LayerRule], biased: bool = True, active: bool = True
) -> list[forward.LayerRule]:
    """The layers, perhaps without their biases or activations."""
    return [
        (W, b if biased else [0.0] * len(b), g if active else lambda z: z) for W, b, g in layers
    ]


FORWARD: dict[str, Exercise | Trial] = {
    "layer": Exercise(
        layer_output,
        "the layer’s output",
        {
            "Those are the z of the layer; the activation is missing, aⱼ = ReLU(zⱼ).": (
                lambda W, b, a: [combined(row, a, b_j) for row, b_j in zip(W, b, strict=True)]
            ),
            "You forgot the biases: + b[j].": lambda W, b, a: [max(0.0, dot(row, a)) for row in W],
            "Every neuron got the bias of the first one: take b[j], not b[0].": lambda W, b, a: [
                max(0.0, combined(row, a, b[0])) for row in W
            ],
        },
        ((*LAYER, [1.0, 2.0]), (*LAYER, [-0.5, 0.75])),
    ),
    "triple-loop": Exercise(
        whole,
        "the list of outputs",
        {
            "You used z for a: each layer’s activation g is missing.": (
                lambda layers, samples: whole(changed(layers, active=False), samples)
            ),
            "You forgot the biases.": (
                lambda layers, samples: whole(changed(layers, biased=False), samples)
            ),
            "Every sample has the output of the last one. Begin each sample anew, and append its "
            "own result.": lambda layers, samples: [whole(layers, samples)[-1]] * len(samples),
        },
        ((tuple(forward.layers_of(classroom.PARAMETERS)), forward.SAMPLES),),
    ),
}


# The worked example (slides 26 to 29)


def terms(biased: bool = True, active: bool = True) -> float:
    """z₁⁽²⁾ of slide 27, perhaps without the bias or from the hidden z."""
    y_hat = classroom.network()(list(classroom.X))
    z2, a1, z1 = classroom.layer_sums(y_hat)
    bias = z2.operands[-1].data if biased else 0.0
    used = [v.data for v in (a1 if active else z1)]
    return combined(classroom.PARAMETERS.output[0], used, bias)


WORKED: dict[str, Exercise | Trial] = {
    "first-sum": Exercise(
        lambda: worked.first_neuron()["z₁⁽¹⁾"],
        "the sum",
        {
            "0.7 is what the slide prints, rounded. What is the sum before rounding?": 0.7,
            "You forgot the bias, 0.2.": lambda: (
                worked.first_neuron()["z₁⁽¹⁾"] - classroom.FIRST[1]
            ),
            "You went one step too far and took the sigmoid; the sum z is asked for.": lambda: (
                sigma(worked.first_neuron()["z₁⁽¹⁾"])
            ),
        },
        praise="0.6986, which the slide rounds to 0.7.",
    ),
    "output-sum": Exercise(
        lambda: worked.output_sum()["z₁⁽²⁾"],
        "the sum",
        {
            "You forgot the bias of the output neuron, 0.2.": lambda: terms(biased=False),
            "You used z for a: the fourth hidden neuron has a negative z, so its a is 0.": lambda: (
                terms(active=False)
            ),
            "That is ŷ = σ(z); the sum z before the sigmoid is asked for.": lambda: (
                worked.prediction_and_loss()["ŷ"]
            ),
        },
        praise="Its sigmoid is ŷ = 0.45 to six digits.",
    ),
    "loss-of-the-example": Exercise(
        lambda: worked.prediction_and_loss()["L(ŷ, y)"],
        "the loss",
        {
            "That is the loss for y = 0, −log(1 − ŷ). It turned out that y = 1.": lambda: (
                worked.prediction_and_loss(y=0.0)["L(ŷ, y)"]
            ),
            "The minus sign is missing: −log ŷ is positive, since ŷ is below 1.": lambda: (
                -worked.prediction_and_loss()["L(ŷ, y)"]
            ),
            "You used the logarithm to base 10; take the natural one (math.log).": lambda: (
                worked.prediction_and_loss()["L(ŷ, y)"] / math.log(10.0)
            ),
            "That is the difference y − ŷ; the loss of slide 28 is the cross-entropy.": lambda: (
                1.0 - worked.prediction_and_loss()["ŷ"]
            ),
        },
        praise="The slide prints 0.798508.",
    ),
}
