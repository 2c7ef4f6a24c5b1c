"""The names that an answer may use beside those of arithmetic.

A learner has those of :func:`given`. The answers in ``exercises.txt`` have those of :func:`known`
too: what the lessons and the engine compute.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

from autograd_mini import losses, nn, ops
from autograd_mini.lessons import gpt
from autograd_mini.lessons.exercises.offered import Given
from autograd_mini.lessons.lesson import Lesson
from autograd_mini.lessons.numeric import slope
from autograd_mini.lessons.slides import (
    activations,
    chain_rule,
    classroom,
    collapse,
    cost,
    descent,
    forward,
    learning,
    logistic,
    networks,
    regression,
    shallow,
    surface,
    worked,
    xor,
)
from autograd_mini.numbers import short
from autograd_mini.value import Value

Numbers = Sequence[float]


def parabola(theta: float) -> float:
    """The slope of (θ − 3)²."""
    return 2.0 * (theta - 3.0)


TRIED: dict[str, object] = {
    "POINTS": learning.POINTS,
    "INPUTS": logistic.INPUTS,
    "UNITS": networks.UNITS,
    "ON_TOP": networks.ON_TOP,
    "LAYERS": tuple(forward.layers_of(classroom.PARAMETERS)),
    "SAMPLES": forward.SAMPLES,
    "PREDICTIONS": cost.PREDICTIONS,
    "TARGETS": cost.TARGETS,
    "parabola": parabola,
    "exp": math.exp,
    "sin": math.sin,
    "sinh": math.sinh,
}
"""What the functions of learners are tried with; these functions tell their names."""


@cache
def given() -> dict[str, object]:
    """What a learner may use besides arithmetic: the numbers of the lessons, and some functions."""
    y_hat = classroom.network()([*classroom.X])
    _, a1, z1 = classroom.layer_sums(y_hat)
    weights, bias = classroom.PARAMETERS.output
    return {
        "points": learning.POINTS,
        "z": [v.data for v in z1],
        "a1": [v.data for v in a1],
        "y_hat": y_hat.data,
        "weights": [*weights],
        "bias": bias,
        "slope": learned()["∂J/∂θ"],
        "regression": lambda w, b, x: logistic.model(w, b)([*x]).data,
        "loss": losses.binary_cross_entropy,
        "classroom": Given(network=classroom.network, loss=classroom.loss),
        "gpt": Given(softmax=gpt.softmax),
    }


@cache
def known() -> dict[str, object]:
    """What the right answers and the known mistakes are made of."""
    found = chain_rule.factors_of(classroom.PARAMETERS, classroom.X, 1.0, "relu")
    line = regression.one_dimensional(m=2.0, x=3.0, b=4.0)
    collapsed, data = collapse.collapse(), learning.dataset()
    return {
        **given(),
        **TRIED,
        **found._asdict(),
        "affine": ops.affine,
        "dot": lambda w, x: ops.affine(w, x, 0.0),
        "identity": lambda z: z,
        "misses": lambda: learning.approximation(theta0=0.5, theta1=2.5).column("y − f̂(x)"),
        "mse": lambda theta0, theta1, points: surface.J_at((theta0, theta1), points),
        "shape_of_X": lambda: [data["n"], data["m"]],
        "gradient_of_a_line": lambda: [line[f"∂y/∂{name}"] for name in "mxb"],
        "slope_of_m": slope_of_m,
        "difference": lambda: logistic.difference()["L(a, y)"],
        "parameters_of_the_stack": lambda: len(nn.MLP(2, [3, 1], "sigmoid").parameters()),
        "stack": lambda x, units, top: networks.stacked(units, top, x)["ŷ"],
        "weights_and_biases": weights_and_biases,
        "threshold": lambda: -shallow.neuron(b=0.0)["z"],
        "slope_of_sigmoid": lambda z: activations.output_and_slope("sigmoid", z)[1],
        "slope_of_tanh": lambda z: activations.output_and_slope("tanh", z)[1],
        "collapsed": lambda: [collapsed["w₂w₁"], collapsed["w₂b₁ + b₂"]],
        "layer": lambda W, b, a: forward.triple_loop([(W, b, ops.relu)], [a])[0],
        "triple_loop": forward.triple_loop,
        "total_cost": lambda predictions, targets: cost.computing(predictions, targets)["J"],
        "slope_of_loss": slope_of_loss,
        "first_sum": lambda: worked.first_neuron()["z₁⁽¹⁾"],
        "output_sum": lambda: worked.output_sum()["z₁⁽²⁾"],
        "one_step": lambda: learned()["θ after one step"],
        "descend": descend,
        "chained": lambda x: chain_rule.simple(x)["backward()"],
        "gradient_of_W2": lambda: gradient_of(1),
        "gradient_of_one_weight": lambda: gradient_of(0)[0],
        "central_difference": slope,
        "train": train,
        "train_without_zeroing": lambda alpha, steps: train(alpha, steps, zeroed=False),
        "right_answers": xor.right_answers,
    }


def learned() -> Lesson:
    """The lesson of slide 33 with the numbers of the exercise."""
    return descent.learning_the_weights(theta=-0.5, alpha=0.3)


def slope_of_m(m: float, b: float, points: learning.Points) -> float:
    """∂MSE/∂m of a line, by the engine's backward pass."""
    theta = Value(b, "b"), Value(m, "m")
    surface.line_cost(theta, points).backward()
    return theta[1].grad


def weights_and_biases() -> list[int]:
    """How many the 3-4-1 network has."""
    model = classroom.network()
    weights = sum(len(row) for layer in model.layers for row in layer.W)
    return [weights, len(model.parameters()) - weights]


def slope_of_loss(p: float, y: float) -> float:
    """∂L/∂ŷ, by the engine's backward pass."""
    at = Value(p, "ŷ")
    classroom.loss(at, y).backward()
    return at.grad


def descend(slope_at: Callable[[float], float], theta: float, alpha: float, steps: int) -> float:
    """θ after some steps of the rule of slide 36; a negative α goes uphill."""
    at = Value(theta, "θ")
    for _ in range(steps):
        at.data -= alpha * slope_at(at.data)
    return at.data


def gradient_of(layer: int) -> list[float]:
    """∂J/∂W of a layer of the worked example, row by row, by the engine's backward pass."""
    model = classroom.network()
    classroom.loss(model([*classroom.X]), 1.0).backward()
    return [w.grad for row in model.layers[layer].W for w in row]


def train(alpha: float, steps: int, zeroed: bool = True) -> list[float]:
    """The parameters of the network after some steps on the example; a negative α goes uphill."""
    model = classroom.network()
    for _ in range(steps):
        if zeroed:
            model.zero_grad()
        classroom.loss(model([*classroom.X]), 1.0).backward()
        for p in model.parameters():
            p.data -= alpha * p.grad
    return [p.data for p in model.parameters()]


# What is wrong with an answer, where many are right


def fault_of_and(line: Numbers) -> str:
    """What a logistic regression with these w₁, w₂ and b answers wrongly, if AND is wanted."""
    w1, w2, b = line
    outputs = [logistic.model((w1, w2), b)([*x]).data for x in xor.X]
    for x, output in zip(xor.X, outputs, strict=True):
        if abs(output - 0.5) < 1e-12:
            return (
                f"{xor.point_name(x)} lies exactly on your line: ŷ is one half, neither yes nor no."
            )
    answers = tuple(float(output > 0.5) for output in outputs)
    if answers == GATES["AND"]:
        return ""
    for name, table in GATES.items():
        if answers == table:
            return f"That is {name}. AND is 1 only where both inputs are 1."
    wanted = GATES["AND"]
    k = next(k for k, (got, want) in enumerate(zip(answers, wanted, strict=True)) if got != want)
    side = "above" if answers[k] else "below"
    return (
        f"For {xor.point_name(xor.X[k])} you get ŷ = {outputs[k]:.3f}, {side} one half, but AND "
        f"is {wanted[k]:.0f} there. {xor.right_answers(outputs, wanted)} of 4 are right."
    )


GATES = {
    "AND": (0.0, 0.0, 0.0, 1.0),
    "XOR": (0.0, 1.0, 1.0, 0.0),
    "OR": (0.0, 1.0, 1.0, 1.0),
    "NAND": (1.0, 1.0, 1.0, 0.0),
}


def fault_of_rate(numbers: Numbers) -> str:
    """What is wrong with a learning rate for slide 34's cost in 40 steps."""
    (alpha,) = numbers
    if alpha <= 0.0:
        return "α must be above 0: with a negative one every step would go uphill."
    path = surface.descent_path((3.0, 0.0), alpha, 40, learning.POINTS)
    costs = [surface.J_at(theta, learning.POINTS) for theta in path]
    if not costs[-1] < costs[0]:
        return (
            f"Too large: every step overshoots the valley, and J grows from {short(costs[0], 3)} "
            f"to {short(costs[-1], 3)}."
        )
    if costs[-1] > 0.1:
        way = "small: the steps are short" if costs[1] < costs[0] else "large: it jumps about"
        return f"Too {way}; after 40 steps J is still {short(costs[-1], 3)}."
    return ""


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


FAULTS: dict[str, Callable[[Numbers], str]] = {
    "and-line": fault_of_and,
    "learning-rate": fault_of_rate,
    "step-size": fault_of_step,
}
"""By the names of the exercises."""
