"""The exercises on training (slides 30 to 38): right answers and known mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd_mini.lessons.exercises.exercise import Exercise, Mistake, Trial
from autograd_mini.lessons.exercises.regression import ZS, Numbers
from autograd_mini.lessons.numeric import slope
from autograd_mini.lessons.slides import chain_rule, classroom, descent, surface, xor
from autograd_mini.lessons.slides.learning import POINTS as LINE
from autograd_mini.numbers import short
from autograd_mini.value import Value

# Gradient descent (slides 30 to 37)

ALPHA = 0.3


def where() -> tuple[float, float]:
    """θ and its slope, before the one step of slide 33."""
    return -0.5, descent.learning_the_weights(theta=-0.5, alpha=ALPHA)["∂J/∂θ"]


def minimised(slope_at: Callable[[float], float], theta: float, alpha: float, steps: int) -> float:
    """θ after some steps of the rule of slide 36; a negative α goes uphill."""
    at = Value(theta, "θ")
    for _ in range(steps):
        at.data -= alpha * slope_at(at.data)
    return at.data


def parabola(theta: float) -> float:
    """The slope of (θ − 3)²."""
    return 2.0 * (theta - 3.0)


def fault_of_rate(numbers: Numbers) -> str:
    """What is wrong with a learning rate for slide 34's cost in 40 steps."""
    (alpha,) = numbers
    if alpha <= 0.0:
        return "α must be above 0: with a negative one every step would go uphill."
    path = surface.descent_path((3.0, 0.0), alpha, 40, LINE)
    costs = [surface.J_at(theta, LINE) for theta in path]
    if not costs[-1] < costs[0]:
        return (
            f"Too large: every step overshoots the valley, and J grows from {short(costs[0], 3)} "
            f"to {short(costs[-1], 3)}."
        )
    if costs[-1] > 0.1:
        way = "small: the steps are short" if costs[1] < costs[0] else "large: it jumps about"
        return f"Too {way}; after 40 steps J is still {short(costs[-1], 3)}."
    return ""


DESCENT: dict[str, Exercise | Trial] = {
    "one-step": Exercise(
        lambda: descent.learning_the_weights(theta=-0.5, alpha=ALPHA)["θ after one step"],
        "θ after the step",
        (
            Mistake(
                lambda: where()[0] + ALPHA * where()[1],
                "You went uphill: the rule subtracts, θ − α ∂J/∂θ.",
            ),
            Mistake(
                lambda: where()[0] - where()[1],
                "You forgot the learning rate α: the step is α times the slope.",
            ),
            Mistake(
                lambda: -ALPHA * where()[1],
                "That is the step. The new θ is the old one plus the step.",
            ),
            Mistake(
                lambda: where()[0] * (1.0 - ALPHA * where()[1]),
                "You multiplied by θ: the step −α ∂J/∂θ is added to θ.",
            ),
        ),
        praise="The slope is negative, so θ grows.",
    ),
    "learning-rate": Trial(
        fault_of_rate,
        1,
        0.1,
        (
            Mistake(-0.1, "uphill"),
            Mistake(0.5, "Too large: every step overshoots"),
            Mistake(0.001, "Too small"),
        ),
        "J ends below 0.1. From about 0.09 to 0.2 this works; at 0.3 every step overshoots.",
    ),
    "descend": Exercise(
        minimised,
        "θ",
        (
            Mistake(
                lambda slope_at, theta, alpha, steps: minimised(slope_at, theta, -alpha, steps),
                "You went uphill: subtract α times the slope.",
            ),
            Mistake(
                lambda slope_at, theta, alpha, steps: minimised(slope_at, theta, alpha, 1),
                "That is one step. Is the “return” inside the loop?",
            ),
            Mistake(
                lambda slope_at, theta, alpha, steps: minimised(slope_at, theta, 1.0, steps),
                "You forgot the learning rate α.",
            ),
            Mistake(
                lambda slope_at, theta, alpha, steps: theta - steps * alpha * slope_at(theta),
                "You used the first slope for every step. It must be computed anew at each θ.",
            ),
        ),
        ((parabola, 0.0, 0.1, 5), (math.sinh, 1.0, 0.2, 3)),
    ),
}

# The chain rule (slide 38)


def chained(x: float) -> float:
    """d/dx tanh(x²), by the engine's backward pass."""
    return chain_rule.simple(x)["backward()"]


def slope_of_tanh(u: float) -> float:
    """1 − tanh² u."""
    return 1.0 - math.tanh(u) ** 2


def found() -> chain_rule.Factors:
    """The factors of the worked example."""
    return chain_rule.factors_of(classroom.PARAMETERS, classroom.X, 1.0, "relu")


def gradient_of(layer: int) -> list[list[float]]:
    """∂J/∂W of a layer of the worked example, by the engine's backward pass."""
    model = classroom.network()
    classroom.loss(model([*classroom.X]), 1.0).backward()
    return [[w.grad for w in row] for row in model.layers[layer].W]


def from_sums() -> list[float]:
    """∂J/∂W⁽²⁾ with the hidden z in place of the hidden a."""
    _, _, z1 = classroom.layer_sums(classroom.network()([*classroom.X]))
    factors = found()
    return [factors.dJ_da2 * factors.da2_dz2 * z.data for z in z1]


def first(**forgotten: Any) -> float:
    """∂J/∂w₁₁⁽¹⁾ as a product, some factors replaced."""
    return found()._replace(**forgotten).dJ_dW1()[0][0]


ONES = [1.0] * 4

CHAIN: dict[str, Exercise | Trial] = {
    "chain": Exercise(
        chained,
        "the derivative",
        (
            Mistake(
                lambda x: slope_of_tanh(x * x),
                "You forgot the inner derivative: multiply by g′(x) = 2x.",
            ),
            Mistake(
                lambda x: slope_of_tanh(x) * 2.0 * x,
                "The outer derivative is taken at x. It belongs at the inner value g(x) = x².",
            ),
            Mistake(
                lambda x: slope_of_tanh(x * x) + 2.0 * x,
                "You added the factors; the chain rule multiplies them.",
            ),
            Mistake(
                lambda x: slope_of_tanh(2.0 * x),
                "You put the inner derivative inside f′. It stands beside it: f′(g(x)) · g′(x).",
            ),
        ),
        ZS,
    ),
    "gradient-of-W2": Exercise(
        lambda: gradient_of(1),
        "∂J/∂W⁽²⁾",
        (
            Mistake(
                lambda: found()._replace(da2_dz2=1.0).dJ_dW2(),
                "You forgot ∂a⁽²⁾/∂z⁽²⁾, the slope of the sigmoid, ŷ(1 − ŷ).",
            ),
            Mistake(
                lambda: found()._replace(dJ_da2=1.0).dJ_dW2(),
                "You forgot ∂J/∂a⁽²⁾, how the cost changes with the prediction.",
            ),
            Mistake(
                from_sums,
                "You used z for a: what a weight of the output neuron multiplies is a⁽¹⁾, and the "
                "fourth one is 0.",
            ),
            Mistake(
                lambda: found()._replace(dz2_dW2=found().dz2_da1).dJ_dW2(),
                "Your third factor is the weight. ∂z⁽²⁾/∂w is what the weight multiplies, the "
                "activation a⁽¹⁾.",
            ),
            Mistake(
                lambda: [-g for g in found().dJ_dW2()],
                "The sign is turned round: ∂J/∂a⁽²⁾ = −1/ŷ is negative for y = 1.",
            ),
        ),
    ),
    "gradient-of-one-weight": Exercise(
        lambda: gradient_of(0)[0][0],
        "∂J/∂w₁₁⁽¹⁾",
        (
            Mistake(
                lambda: first(dz2_da1=ONES),
                "You forgot ∂z⁽²⁾/∂a₁⁽¹⁾, the weight that carries the neuron to the output.",
            ),
            Mistake(
                lambda: first(dz1_dW1=[ONES] * 4),
                "You forgot the inner derivative ∂z₁⁽¹⁾/∂w₁₁⁽¹⁾, the input x₁.",
            ),
            Mistake(lambda: first(da2_dz2=1.0), "You forgot the slope of the sigmoid, ŷ(1 − ŷ)."),
            Mistake(lambda: first(dJ_da2=1.0), "You forgot ∂J/∂a⁽²⁾, the factor of the cost."),
            Mistake(
                lambda: first(dz2_da1=found().dz2_dW2),
                "∂z⁽²⁾/∂a₁⁽¹⁾ is the weight w₁₁⁽²⁾, not the activation.",
            ),
            Mistake(lambda: -first(), "The sign is turned round: −1/ŷ is negative for y = 1."),
        ),
        praise="Five factors, one for each step back.",
    ),
}

# Checking derivatives (slides 35 and 38)


def central(f: Callable[[float], float], x: float, h: float) -> float:
    """The lessons' central difference."""
    return slope(f, x, h)


def fault_of_step(numbers: Numbers) -> str:
    """What is wrong with a step h for the central difference of exp at 1."""
    (h,) = numbers
    if h == 0.0:
        return "h = 0 divides 0 by 0."
    off = abs(slope(math.exp, 1.0, h) - math.e)
    if off <= 1e-9:
        return ""
    if abs(h) > 1e-5:
        return f"Too large: the error of order h² is {off:.0e}."
    return f"Too small: the subtraction loses digits, and the error is {off:.0e}."


CHECKING: dict[str, Exercise | Trial] = {
    "central-difference": Exercise(
        central,
        "the central difference",
        (
            Mistake(
                lambda f, x, h: (f(x + h) - f(x)) / h,
                "That is the forward difference: its error is of order h. The central one looks to "
                "both sides, f(x + h) and f(x − h).",
            ),
            Mistake(
                lambda f, x, h: (f(x + h) - f(x - h)) / h,
                "The two points are 2h apart: divide by 2h.",
            ),
            Mistake(
                lambda f, x, h: (f(x + h) - f(x - h)) / 2.0 * h,
                "Brackets: / (2 * h). Python divides by 2 first and then multiplies by h.",
            ),
        ),
        ((math.exp, 1.0, 0.1), (math.sin, 0.5, 0.25)),
    ),
    "step-size": Trial(
        fault_of_step,
        1,
        1e-5,
        (
            Mistake(0.1, "Too large"),
            Mistake(1e-12, "Too small"),
            Mistake(0.0, "divides 0 by 0"),
        ),
        "Between the error of order h² and the lost digits lies a narrow best range.",
    ),
}

# The going-to-class network, end to end (slides 17, 18, 29 and 37)


def trained(steps: int, way: float = -1.0, zeroed: bool = True) -> Callable[[float], list[float]]:
    """Trains the network on the example, perhaps wrongly; gives the parameters for a rate α."""

    def parameters(alpha: float) -> list[float]:
        model = classroom.network()
        for _ in range(steps):
            if zeroed:
                model.zero_grad()
            classroom.loss(model([*classroom.X]), 1.0).backward()
            for p in model.parameters():
                p.data += way * alpha * p.grad
        return [p.data for p in model.parameters()]

    return parameters


def share(predictions: Numbers, targets: Numbers) -> float:
    """The share of right answers, each decided as on slide 29."""
    return xor.right_answers(predictions, targets) / len(targets)


CLASSROOM: dict[str, Exercise | Trial] = {
    "training-step": Exercise(
        trained(2),
        "the list of parameters",
        (
            Mistake(
                trained(2, zeroed=False),
                "The second step used the gradients of both passes: leaves add up until "
                "zero_grad() is called. Call it before each backward().",
            ),
            Mistake(
                trained(2, way=1.0),
                "You went uphill: subtract α times the gradient.",
            ),
            Mistake(trained(1), "That is one step; two are asked for."),
            Mistake(
                trained(0),
                "No parameter has moved. Is the step taken, and does it change p.data?",
            ),
        ),
        ((0.01,), (0.002,)),
    ),
    "accuracy": Exercise(
        share,
        "the share",
        (
            Mistake(
                lambda predictions, targets: 1.0,
                "It is always 1: did you ask whether y > 0.5, as slide 29 does? The prediction ŷ "
                "must be asked.",
            ),
            Mistake(
                lambda predictions, targets: share(predictions, targets) * len(targets),
                "That is the number of right answers; the share is that number divided by m.",
            ),
            Mistake(
                lambda predictions, targets: 1.0 - share(predictions, targets),
                "That is the share of wrong answers.",
            ),
        ),
        (((0.45, 0.8, 0.3, 0.6), (1.0, 1.0, 0.0, 1.0)), ((0.2, 0.7, 0.9), (1.0, 0.0, 1.0))),
    ),
}
