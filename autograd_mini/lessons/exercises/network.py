"""The exercises on networks (slides 14 to 29): right answers and known mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from autograd_mini import losses, ops
from autograd_mini.lessons.exercises.exercise import Exercise, Mistake, Trial
from autograd_mini.lessons.exercises.regression import (
    NEURONS,
    ZS,
    Numbers,
    combined,
    constant,
    dot,
    predicted,
    sigma,
)
from autograd_mini.lessons.slides import (
    activations,
    classroom,
    collapse,
    cost,
    forward,
    shallow,
    worked,
    xor,
)
from autograd_mini.value import Value

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
        (
            Mistake(
                constant(12.0, 4.0),
                "That is the hidden layer. The output neuron has weights and a bias too.",
            ),
            Mistake(
                constant(16.0, 8.0),
                "The inputs are numbers of the example; they have no "
                "bias. Count one for each of the five neurons.",
            ),
            Mistake(constant(16.0, 2.0), "Each neuron has its own bias, not each layer."),
            Mistake(
                constant(7.0, 5.0),
                "Every input leads to every hidden neuron: 3 · 4 lines, not 3 + 4.",
            ),
        ),
        praise="3 · 4 + 4 · 1 lines, and a bias for each of the 4 + 1 neurons.",
    ),
    "neuron": Exercise(
        relu_neuron,
        "a",
        (
            Mistake(combined, "That is z: the activation is missing, a = ReLU(z)."),
            Mistake(
                lambda w, a, b: max(0.0, dot(w, a)) + b,
                "You added the bias after ReLU. It belongs to z, where it moves the threshold.",
            ),
            Mistake(lambda w, a, b: max(0.0, dot(w, a)), "You forgot the bias b."),
            Mistake(predicted, "You used the sigmoid. This neuron has ReLU: 0 below 0, z above."),
        ),
        (*NEURONS, ((0.8, -0.5), (1.5, 2.0), -1.0), ((-0.5, 0.2), (1.0, 1.0), 0.7)),
    ),
    "threshold": Exercise(
        threshold,
        "the bias",
        (
            Mistake(
                lambda: -threshold(),
                "That is w₁a₁ + w₂a₂ itself. The bias must cancel it: w₁a₁ + w₂a₂ + b = 0.",
            ),
            Mistake(
                lambda: shallow.neuron()["z"],
                "That is z for the bias 0.3. Which bias makes z exactly 0?",
            ),
        ),
        praise="Above it z is positive and ReLU passes it on, below it nothing passes.",
    ),
}

# Activation functions, and why they must be nonlinear (slides 19 to 21)


def slope_of(name: str) -> Callable[[float], float]:
    """The engine's derivative of an activation."""
    return lambda z: activations.output_and_slope(name, z)[1]


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
        slope_of("sigmoid"),
        "σ′(z)",
        (
            Mistake(
                lambda z: z * (1.0 - z),
                "You used z for a: it is σ(z)(1 − σ(z)), with the output in both places.",
            ),
            Mistake(lambda z: 1.0 - sigma(z), "The first factor is missing: σ(z) · (1 − σ(z))."),
            Mistake(sigma, "That is σ itself, not its slope."),
            Mistake(
                lambda z: sigma(z) * (1.0 - sigma(z)) * -1.0,
                "The sign is turned round: σ rises everywhere, its slope is positive. Did you "
                "forget the inner derivative of e⁻ᶻ, which is −1?",
            ),
        ),
        ZS,
    ),
    "slope-of-tanh": Exercise(
        slope_of("tanh"),
        "tanh′(z)",
        (
            Mistake(lambda z: 1.0 - math.tanh(z), "The square is missing: 1 − tanh² z."),
            Mistake(
                lambda z: 1.0 - z * z, "You used z for a: it is the output tanh z that is squared."
            ),
            Mistake(
                lambda z: math.tanh(z) * (1.0 - math.tanh(z)),
                "That is the sigmoid’s formula a(1 − a). For tanh it is 1 − a².",
            ),
        ),
        ZS,
    ),
    "and-line": Trial(
        fault_of_and,
        3,
        [1.0, 1.0, -1.5],
        (
            Mistake([1.0, 1.0, -0.5], "That is OR"),
            Mistake([-1.0, -1.0, 1.5], "That is NAND"),
            Mistake([1.0, 1.0, -1.0], "exactly on your line"),
            Mistake([1.0, 1.0, -3.0], "For (1, 1) you get"),
        ),
        "One line splits AND. For XOR there is none.",
    ),
    "collapse": Exercise(
        collapsed,
        "the number",
        (
            Mistake(
                constant(0.5, -0.5),
                "You added. Multiply out w₂(w₁x + b₁) + b₂: the weights are multiplied.",
            ),
            Mistake(
                constant(-3.0, -0.5),
                "w is right. b₁ goes through the second layer too: it is "
                "multiplied by w₂ before b₂ is added.",
            ),
            Mistake(constant(-3.0, 1.5), "w is right. You left out b₂."),
            Mistake(constant(-3.0, 0.5), "w is right. You left out w₂b₁."),
        ),
        praise="w = w₂w₁ = −3 and b = w₂b₁ + b₂ = 2.",
    ),
}

# Forward propagation (slide 22)

LAYER = ([[0.5, -1.0], [2.0, 0.25], [-0.5, 1.5]], [0.1, -0.2, 0.3])


def layer_output(W: Sequence[Numbers], b: Numbers, a: Numbers) -> list[float]:
    """One layer of ReLU neurons, by the lesson's loops."""
    rows = [list(row) for row in W]
    return forward.triple_loop([(rows, list(b), ops.relu)], [a])[0]


def _identity(z: float) -> float:
    return z


def whole(layers: Sequence[forward.Layer], samples: Sequence[Numbers]) -> list[list[float]]:
    """The lesson's three loops."""
    return forward.triple_loop(layers, samples)


def changed(
    layers: Sequence[forward.Layer], biased: bool = True, active: bool = True
) -> list[forward.Layer]:
    """The layers, perhaps without their biases or activations."""
    return [(W, b if biased else [0.0] * len(b), g if active else _identity) for W, b, g in layers]


FORWARD: dict[str, Exercise | Trial] = {
    "layer": Exercise(
        layer_output,
        "the layer’s output",
        (
            Mistake(
                lambda W, b, a: [combined(row, a, b_j) for row, b_j in zip(W, b, strict=True)],
                "Those are the z of the layer; the activation is missing, aⱼ = ReLU(zⱼ).",
            ),
            Mistake(
                lambda W, b, a: [max(0.0, dot(row, a)) for row in W],
                "You forgot the biases: + b[j].",
            ),
            Mistake(
                lambda W, b, a: [max(0.0, combined(row, a, b[0])) for row in W],
                "Every neuron got the bias of the first one: take b[j], not b[0].",
            ),
        ),
        ((*LAYER, [1.0, 2.0]), (*LAYER, [-0.5, 0.75])),
    ),
    "triple-loop": Exercise(
        whole,
        "the list of outputs",
        (
            Mistake(
                lambda layers, samples: whole(changed(layers, active=False), samples),
                "You used z for a: each layer’s activation g is missing.",
            ),
            Mistake(
                lambda layers, samples: whole(changed(layers, biased=False), samples),
                "You forgot the biases.",
            ),
            Mistake(
                lambda layers, samples: [whole(layers, samples)[-1]] * len(samples),
                "Every sample has the output of the last one. Begin each sample anew, and append "
                "its own result.",
            ),
        ),
        ((tuple(forward.layers_of(classroom.PARAMETERS)), forward.SAMPLES),),
    ),
}

# Cost functions (slides 23 to 25)


def loss(p: float, y: float) -> float:
    """The engine's binary cross-entropy."""
    L: float = losses.binary_cross_entropy(p, y)
    return L


def loss_slope(p: float, y: float) -> float:
    """Its derivative with respect to the prediction, by the engine's backward pass."""
    at = Value(p, "ŷ")
    classroom.loss(at, y).backward()
    return at.grad


PAIRS = ((0.8, 1.0), (0.3, 0.0), (0.6, 0.25))

COST: dict[str, Exercise | Trial] = {
    "binary-cross-entropy": Exercise(
        loss,
        "L(ŷ, y)",
        (
            Mistake(
                lambda p, y: -loss(p, y),
                "The minus signs are missing: a logarithm of a number below 1 is negative, and a "
                "loss is not.",
            ),
            Mistake(
                lambda p, y: -y * math.log(p),
                "The second term is missing: with y = 0, −y log ŷ is 0 whatever ŷ is.",
            ),
            Mistake(
                lambda p, y: loss(1.0 - p, y),
                "You changed the two terms round: y stands with log ŷ, 1 − y with log(1 − ŷ).",
            ),
            Mistake(
                lambda p, y: -y * math.log(p) + (1.0 - y) * math.log(1.0 - p),
                "The second term needs a minus sign too.",
            ),
            Mistake(
                lambda p, y: loss(p, y) / math.log(10.0),
                "You used the logarithm to base 10; log is the natural one here (math.log).",
            ),
            Mistake(
                lambda p, y: loss(p, y) / math.log(2.0),
                "You used the logarithm to base 2; log is the natural one here (math.log).",
            ),
        ),
        PAIRS,
    ),
    "cost": Exercise(
        lambda ps, ys: cost.computing(ps, ys)["J"],
        "J",
        (
            Mistake(
                lambda ps, ys: cost.computing(ps, ys)["J / m"],
                "That is the mean of the losses; slide 23 defines the cost as their sum.",
            ),
            Mistake(
                lambda ps, ys: cost.computing(ps, ys)["J"] + loss(ps[0], ys[0]),
                "One example is counted twice: the sum has m terms, as on slide 32.",
            ),
            Mistake(
                lambda ps, ys: cost.computing(ps, ys)["J"] - loss(ps[0], ys[0]),
                "The first example is left out: in Python indices begin at 0.",
            ),
            Mistake(
                lambda ps, ys: sum(y - p for p, y in zip(ps, ys, strict=True)),
                "You added the differences y − ŷ. They have signs and cancel (slide 9); add the "
                "losses.",
            ),
        ),
        ((cost.PREDICTIONS, cost.TARGETS), ((0.9, 0.5), (1.0, 0.0))),
    ),
    "slope-of-the-loss": Exercise(
        loss_slope,
        "∂L/∂ŷ",
        (
            Mistake(
                lambda p, y: -y / p - (1.0 - y) / (1.0 - p),
                "You forgot an inner derivative: that of 1 − ŷ is −1, so the second term is "
                "+(1 − y)/(1 − ŷ).",
            ),
            Mistake(
                lambda p, y: -loss_slope(p, y),
                "The sign is turned round. For y = 1 a larger ŷ lowers the loss, so the slope is "
                "negative.",
            ),
            Mistake(
                lambda p, y: p - y,
                "ŷ − y is the derivative with respect to z (with the slope of σ multiplied in), "
                "not with respect to ŷ.",
            ),
            Mistake(
                lambda p, y: -y / p,
                "The second term, −(1 − y) log(1 − ŷ), has a derivative too.",
            ),
        ),
        PAIRS,
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
        (
            Mistake(
                constant(0.7),
                "0.7 is what the slide prints, rounded. What is the sum before rounding?",
            ),
            Mistake(
                lambda: worked.first_neuron()["z₁⁽¹⁾"] - classroom.FIRST[1],
                "You forgot the bias, 0.2.",
            ),
            Mistake(
                lambda: sigma(worked.first_neuron()["z₁⁽¹⁾"]),
                "You went one step too far and took the sigmoid; the sum z is asked for.",
            ),
        ),
        praise="0.6986, which the slide rounds to 0.7.",
    ),
    "output-sum": Exercise(
        lambda: worked.output_sum()["z₁⁽²⁾"],
        "the sum",
        (
            Mistake(lambda: terms(biased=False), "You forgot the bias of the output neuron, 0.2."),
            Mistake(
                lambda: terms(active=False),
                "You used z for a: the fourth hidden neuron has a negative z, so its a is 0.",
            ),
            Mistake(
                lambda: worked.prediction_and_loss()["ŷ"],
                "That is ŷ = σ(z); the sum z before the sigmoid is asked for.",
            ),
        ),
        praise="Its sigmoid is ŷ = 0.45 to six digits.",
    ),
    "loss-of-the-example": Exercise(
        lambda: worked.prediction_and_loss()["L(ŷ, y)"],
        "the loss",
        (
            Mistake(
                lambda: worked.prediction_and_loss(y=0.0)["L(ŷ, y)"],
                "That is the loss for y = 0, −log(1 − ŷ). It turned out that y = 1.",
            ),
            Mistake(
                lambda: -worked.prediction_and_loss()["L(ŷ, y)"],
                "The minus sign is missing: −log ŷ is positive, since ŷ is below 1.",
            ),
            Mistake(
                lambda: worked.prediction_and_loss()["L(ŷ, y)"] / math.log(10.0),
                "You used the logarithm to base 10; take the natural one (math.log).",
            ),
            Mistake(
                lambda: 1.0 - worked.prediction_and_loss()["ŷ"],
                "That is the difference y − ŷ; the loss of slide 28 is the cross-entropy.",
            ),
        ),
        praise="The slide prints 0.798508.",
    ),
}
