"""The exercises on training (slides 23 to 25, 30 to 37): right answers and known mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from autograd_mini import losses, ops
from autograd_mini.lessons import gpt
from autograd_mini.lessons.exercises.exercise import Exercise, Trial
from autograd_mini.lessons.exercises.regression import Numbers
from autograd_mini.lessons.slides import classroom, cost, descent, surface, xor
from autograd_mini.lessons.slides.learning import POINTS as LINE
from autograd_mini.numbers import short
from autograd_mini.value import Value

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
        {
            "The minus signs are missing: a logarithm of a number below 1 is negative, and a loss "
            "is not.": lambda p, y: -loss(p, y),
            "The second term is missing: with y = 0, −y log ŷ is 0 whatever ŷ is.": lambda p, y: (
                -y * math.log(p)
            ),
            "You changed the two terms "
            "round: y stands with log ŷ, 1 − y with log(1 − ŷ).": lambda p, y: loss(1.0 - p, y),
            "The second term needs a minus sign too.": lambda p, y: (
                -y * math.log(p) + (1.0 - y) * math.log(1.0 - p)
            ),
            "You used the logarithm to base "
            "10; log is the natural one here (math.log).": lambda p, y: loss(p, y) / math.log(10.0),
            "You used the logarithm to base "
            "2; log is the natural one here (math.log).": lambda p, y: loss(p, y) / math.log(2.0),
        },
        PAIRS,
    ),
    "cost": Exercise(
        lambda ps, ys: cost.computing(ps, ys)["J"],
        "J",
        {
            "That is the mean of the losses; slide "
            "23 defines the cost as their sum.": lambda ps, ys: cost.computing(ps, ys)["J / m"],
            "One example is counted twice: the sum has m terms, as on slide 32.": lambda ps, ys: (
                cost.computing(ps, ys)["J"] + loss(ps[0], ys[0])
            ),
            "The first example is left out: in Python indices begin at 0.": lambda ps, ys: (
                cost.computing(ps, ys)["J"] - loss(ps[0], ys[0])
            ),
            "You added the differences y − ŷ. They have signs and cancel (slide "
            "9); add the losses.": lambda ps, ys: sum(y - p for p, y in zip(ps, ys, strict=True)),
        },
        ((cost.PREDICTIONS, cost.TARGETS), ((0.9, 0.5), (1.0, 0.0))),
    ),
    "slope-of-the-loss": Exercise(
        loss_slope,
        "∂L/∂ŷ",
        {
            "You forgot an inner derivative: that of 1 − ŷ is −1, so the second term is +(1 − "
            "y)/(1 − ŷ).": lambda p, y: -y / p - (1.0 - y) / (1.0 - p),
            "The sign is turned round. For y = 1 a larger ŷ lowers the loss, so the slope is "
            "negative.": lambda p, y: -loss_slope(p, y),
            "ŷ − y is the derivative with respect to z (with the slope of σ multiplied in), not "
            "with respect to ŷ.": lambda p, y: p - y,
            "The second term, −(1 − y) log(1 − ŷ), has a derivative too.": lambda p, y: -y / p,
        },
        PAIRS,
    ),
}


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
        {
            "You went uphill: the rule subtracts, θ − α ∂J/∂θ.": lambda: (
                where()[0] + ALPHA * where()[1]
            ),
            "You forgot the learning rate α: the step is α times the slope.": lambda: (
                where()[0] - where()[1]
            ),
            "That is the step. The new θ is the old one plus the step.": lambda: (
                -ALPHA * where()[1]
            ),
            "You multiplied by θ: the step −α ∂J/∂θ is added to θ.": lambda: (
                where()[0] * (1.0 - ALPHA * where()[1])
            ),
        },
        praise="The slope is negative, so θ grows.",
    ),
    "learning-rate": Trial(
        fault_of_rate,
        1,
        0.1,
        {"uphill": -0.1, "Too large: every step overshoots": 0.5, "Too small": 0.001},
        "J ends below 0.1. From about 0.09 to 0.2 this works; at 0.3 every step overshoots.",
    ),
    "descend": Exercise(
        minimised,
        "θ",
        {
            "You went uphill: subtract α times the slope.": (
                lambda slope_at, theta, alpha, steps: minimised(slope_at, theta, -alpha, steps)
            ),
            "That is one step. Is the “return” inside the loop?": (
                lambda slope_at, theta, alpha, steps: minimised(slope_at, theta, alpha, 1)
            ),
            "You forgot the learning rate α.": (
                lambda slope_at, theta, alpha, steps: minimised(slope_at, theta, 1.0, steps)
            ),
            "You used the first slope for every step. It must be computed anew at each θ.": (
                lambda slope_at, theta, alpha, steps: theta - steps * alpha * slope_at(theta)
            ),
        },
        ((parabola, 0.0, 0.1, 5), (math.sinh, 1.0, 0.2, 3)),
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
        {
            "The second step used the gradients of both passes: leaves add up until zero_grad() is "
            "called. Call it before each backward().": trained(2, zeroed=False),
            "You went uphill: subtract α times the gradient.": trained(2, way=1.0),
            "That is one step; two are asked for.": trained(1),
            "No parameter has moved. Is the step taken, and does it change p.data?": trained(0),
        },
        ((0.01,), (0.002,)),
    ),
    "accuracy": Exercise(
        share,
        "the share",
        {
            "It is always 1: did you ask whether y > 0.5, as slide 29 does? The prediction ŷ must "
            "be asked.": lambda predictions, targets: 1.0,
            "That is the number of right answers; the share is that number divided by m.": (
                lambda predictions, targets: share(predictions, targets) * len(targets)
            ),
            "That is the share of wrong answers.": lambda predictions, targets: (
                1.0 - share(predictions, targets)
            ),
        },
        (((0.45, 0.8, 0.3, 0.6), (1.0, 1.0, 0.0, 1.0)), ((0.2, 0.7, 0.9), (1.0, 0.0, 1.0))),
    ),
}


# A language model


def surprise(shares: Sequence[float], token: int) -> float:
    """−log p of the token that did come next.

    >>> surprise([0.5, 0.25, 0.25], 0) == math.log(2.0)
    True
    """
    return -float(ops.log(shares[token]))


def attended(scores: Sequence[float], place: int) -> list[float]:
    """What a position takes from the positions up to its own: shares that sum to 1."""
    return gpt.softmax(list(scores[: place + 1]))


GPT: dict[str, Exercise | Trial] = {
    "causal": Exercise(
        attended,
        "the list of shares",
        {
            "It looks at positions to the right: take "
            "the scores up to this position only.": lambda scores, place: gpt.softmax(list(scores)),
            "The position itself is missing: a slice ends "
            "before its second number.": lambda scores, place: gpt.softmax(list(scores[:place])),
            "They do not sum to 1 yet: divide by their sum.": lambda scores, place: [
                math.exp(s) for s in scores[: place + 1]
            ],
        },
        (((0.5, -1.0, 2.0), 1), ((1.0, 0.0, 0.25), 2), ((0.5, 1.5, 0.1, 3.0), 2)),
    ),
    "surprise": Exercise(
        surprise,
        "the surprise",
        {
            "That is the surprise of the likeliest token; "
            "the one that came next is asked for.": lambda shares, token: -math.log(max(shares)),
            "That falls with p too, but by at most 1: a model that rules out what happens must pay "
            "more. Take the logarithm.": lambda shares, token: 1.0 - shares[token],
            "In bits it is right; the loss takes "
            "the natural logarithm, math.log.": lambda shares, token: -math.log2(shares[token]),
        },
        (((0.5, 0.2, 0.3), 1), ((0.1, 0.2, 0.7), 2), ((0.25, 0.5, 0.25), 0)),
    ),
}
