"""The exercises on derivatives (slides 35 and 38): right answers and known mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable

from autograd_mini.lessons.exercises.exercise import Exercise, Trial
from autograd_mini.lessons.exercises.regression import ZS, Numbers
from autograd_mini.lessons.numeric import slope
from autograd_mini.lessons.slides import chain_rule, classroom, factors

# The chain rule (slide 38)


def chained(x: float) -> float:
    """d/dx tanh(x²), by the engine's backward pass."""
    return chain_rule.simple(x)["backward()"]


def slope_of_tanh(u: float) -> float:
    """1 − tanh² u."""
    return 1.0 - math.tanh(u) ** 2


def found() -> factors.Factors:
    """The factors of the worked example."""
    return factors.factors_of(classroom.PARAMETERS, classroom.X, 1.0, "relu")


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


def first(factors: factors.Factors) -> float:
    """∂J/∂w₁₁⁽¹⁾ as a product."""
    return factors.dJ_dW1()[0][0]


ONES = [1.0] * 4

CHAIN: dict[str, Exercise | Trial] = {
    "chain": Exercise(
        chained,
        "the derivative",
        {
            "You forgot the inner derivative: multiply by g′(x) = 2x.": lambda x: slope_of_tanh(
                x * x
            ),
            "The outer derivative is taken "
            "at x. It belongs at the inner value g(x) = x².": lambda x: slope_of_tanh(x) * 2.0 * x,
            "You added the factors; the chain rule multiplies them.": lambda x: (
                slope_of_tanh(x * x) + 2.0 * x
            ),
            "You put the inner derivative "
            "inside f′. It stands beside it: f′(g(x)) · g′(x).": lambda x: slope_of_tanh(2.0 * x),
        },
        ZS,
    ),
    "gradient-of-W2": Exercise(
        lambda: gradient_of(1),
        "∂J/∂W⁽²⁾",
        {
            "You forgot ∂a⁽²⁾/∂z⁽²⁾, the slope of the sigmoid, ŷ(1 − ŷ).": lambda: (
                found()._replace(da2_dz2=1.0).dJ_dW2()
            ),
            "You forgot ∂J/∂a⁽²⁾, how the cost changes with the prediction.": lambda: (
                found()._replace(dJ_da2=1.0).dJ_dW2()
            ),
            "You used z for a: what a weight of the output neuron multiplies is a⁽¹⁾, and the "
            "fourth one is 0.": from_sums,
            "Your third factor is the weight. ∂z⁽²⁾/∂w is what the weight multiplies, the "
            "activation a⁽¹⁾.": lambda: found()._replace(dz2_dW2=found().dz2_da1).dJ_dW2(),
            "The sign is turned round: ∂J/∂a⁽²⁾ = −1/ŷ is negative for y = 1.": lambda: [
                -g for g in found().dJ_dW2()
            ],
        },
    ),
    "gradient-of-one-weight": Exercise(
        lambda: gradient_of(0)[0][0],
        "∂J/∂w₁₁⁽¹⁾",
        {
            "You forgot ∂z⁽²⁾/∂a₁⁽¹⁾, the weight that carries the neuron to the output.": lambda: (
                first(found()._replace(dz2_da1=ONES))
            ),
            "You forgot the inner derivative ∂z₁⁽¹⁾/∂w₁₁⁽¹⁾, the input x₁.": lambda: first(
                found()._replace(dz1_dW1=[ONES] * 4)
            ),
            "You forgot the slope of the sigmoid, ŷ(1 − ŷ).": lambda: first(
                found()._replace(da2_dz2=1.0)
            ),
            "You forgot ∂J/∂a⁽²⁾, the factor of the cost.": lambda: first(
                found()._replace(dJ_da2=1.0)
            ),
            "∂z⁽²⁾/∂a₁⁽¹⁾ is the weight w₁₁⁽²⁾, not the activation.": lambda: first(
                found()._replace(dz2_da1=found().dz2_dW2)
            ),
            "The sign is turned round: −1/ŷ is negative for y = 1.": lambda: -first(found()),
        },
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
        {
            "That is the forward difference: its error is of order h. The central one looks to "
            "both sides, f(x + h) and f(x − h).": lambda f, x, h: (f(x + h) - f(x)) / h,
            "The two points are 2h apart: divide by 2h.": lambda f, x, h: (f(x + h) - f(x - h)) / h,
            "Brackets: / (2 * h). Python divides "
            "by 2 first and then multiplies by h.": lambda f, x, h: (f(x + h) - f(x - h)) / 2.0 * h,
        },
        ((math.exp, 1.0, 0.1), (math.sin, 0.5, 0.25)),
    ),
    "step-size": Trial(
        fault_of_step,
        1,
        1e-5,
        {"Too large": 0.1, "Too small": 1e-12, "divides 0 by 0": 0.0},
        "Between the error of order h² and the lost digits lies a narrow best range.",
    ),
}
