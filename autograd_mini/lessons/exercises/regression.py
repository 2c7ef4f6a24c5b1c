"""The exercises on regressions (slides 1 to 13): right answers and known mistakes.

Right answers come from the lessons and the engine. A wrong one is written as the learner would
compute it, so that it is recognised by its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_mini import nn, ops
from autograd_mini.lessons.exercises.exercise import Exercise, Trial, floats
from autograd_mini.lessons.slides import learning, logistic, networks, regression, surface
from autograd_mini.lessons.slides.classroom import Unit
from autograd_mini.lessons.slides.learning import POINTS, Points
from autograd_mini.value import Value

Numbers = Sequence[float]


def dot(w: Numbers, x: Numbers) -> float:
    """w₁x₁ + … + wₙxₙ."""
    return math.fsum(w_k * x_k for w_k, x_k in zip(w, x, strict=True))


def sigma(z: float) -> float:
    """The engine's sigmoid of a float."""
    a: float = ops.sigmoid(z)
    return a


# What learning is (slides 1 to 4)


def misses() -> list[float]:
    """Of the line 0.5 + 2.5x, as the lesson on slide 3 has them."""
    return floats(learning.approximation(theta0=0.5, theta1=2.5).column("y − f̂(x)"))


def mse(theta0: float, theta1: float, points: Points) -> float:
    """The engine's mean squared error of a line."""
    return surface.J_at((theta0, theta1), points)


def residuals(theta0: float, theta1: float, points: Points) -> list[float]:
    """How far the line misses each point."""
    return [y - (theta0 + theta1 * x) for x, y in points]


LINES = ((1.0, 2.0, POINTS), (0.5, 1.5, POINTS[:3]))

LEARNING: dict[str, Exercise | Trial] = {
    "misses": Exercise(
        misses,
        "the miss",
        {
            "You computed f̂(x) − y. The miss is y − f̂(x): the data come first, and it is "
            "positive where the line is too low.": lambda: [-miss for miss in misses()],
            "You left out θ₀: f̂(x) = θ₀ + θ₁x, and θ₀ = 0.5 counts for every x.": lambda: [
                y - 2.5 * x for x, y in POINTS
            ],
            "Those are the squares of the misses; here they are asked for as they are.": lambda: [
                miss**2 for miss in misses()
            ],
        },
    ),
    "mean-squared-error": Exercise(
        mse,
        "the mean squared error",
        {
            "That is the sum of the squares; the mean is the sum divided "
            "by the number of points.": lambda *line: sum(miss**2 for miss in residuals(*line)),
            "You forgot the square: here misses of different sign cancel.": lambda *line: (
                sum(residuals(*line)) / len(line[2])
            ),
            "That is the mean of the sizes |y − f̂(x)|. It is a cost too, but the squares are "
            "asked for.": lambda *line: sum(map(abs, residuals(*line))) / len(line[2]),
            "You squared the mean. Square each miss first, then take the mean.": lambda *line: (
                (sum(residuals(*line)) / len(line[2])) ** 2
            ),
        },
        LINES,
    ),
    "shape-of-X": Exercise(
        lambda: [learning.dataset()[name] for name in "nm"],
        "the number",
        {
            "That is how code arranges X, an example in each row. On the slide an example is a "
            "column: n rows, m columns.": (4.0, 3.0),
            "The price is the label Y, not a feature in X.": (4.0, 4.0),
        },
        praise="n = 3 features are the rows, m = 4 examples the columns.",
    ),
}

# Linear regression (slides 5 and 6)


def line_gradient() -> list[float]:
    """∂y/∂m, ∂y/∂x and ∂y/∂b at m = 2, x = 3, b = 4."""
    lesson = regression.one_dimensional(m=2.0, x=3.0, b=4.0)
    return [lesson[f"∂y/∂{name}"] for name in "mxb"]


def combined(w: Numbers, x: Numbers, b: float) -> float:
    """The engine's linear combination."""
    z: float = ops.affine(w, x, b)
    return z


def slope_of_m(m: float, b: float, points: Points) -> float:
    """∂MSE/∂m of a line, by the engine's backward pass."""
    theta = Value(b, "b"), Value(m, "m")
    surface.line_cost(theta, points).backward()
    return theta[1].grad


def of_m(m: float, b: float, points: Points) -> list[float]:
    """The terms 2(mx + b − y)x."""
    return [2.0 * (m * x + b - y) * x for x, y in points]


def of_b(m: float, b: float, points: Points) -> list[float]:
    """The terms 2(mx + b − y), without the factor x."""
    return [2.0 * (m * x + b - y) for x, y in points]


NEURONS = (((0.8, -0.5), (1.5, 2.0), 0.3), ((1.0, 2.0, -1.0), (0.5, 0.25, 2.0), -0.75))

LINEAR: dict[str, Exercise | Trial] = {
    "gradient-of-a-line": Exercise(
        line_gradient,
        "the derivative",
        {
            "You gave m for m and x for x. The derivative with respect to a factor is the other "
            "factor.": (2.0, 3.0, 1.0),
            "The last one is not the value of b: raise b by 1 and y rises by 1.": (3.0, 2.0, 4.0),
            "b is a number in the sum like any other: its derivative is 1, not 0. It would be 0 if "
            "y did not depend on b.": (3.0, 2.0, 0.0),
        },
        praise="x, m and 1: what stands beside each of them.",
    ),
    "linear-combination": Exercise(
        combined,
        "z",
        {
            "You forgot the bias b.": lambda w, x, b: dot(w, x),
            "You added b once for every input. It is added once in all.": lambda w, x, b: (
                dot(w, x) + len(w) * b
            ),
            "You multiplied the sum of the weights by the sum of the inputs. Each weight "
            "multiplies its own input only.": lambda w, x, b: sum(w) * sum(x) + b,
        },
        NEURONS,
    ),
    "slope-of-m": Exercise(
        slope_of_m,
        "∂MSE/∂m",
        {
            "You forgot the inner derivative: what is squared, mx + b − y, changes by x when m "
            "changes by 1. (What you have "
            "is the derivative with respect to b.)": lambda *line: sum(of_b(*line)) / len(line[2]),
            "You summed where the mean is meant: divide by the number of points.": lambda *line: (
                sum(of_m(*line))
            ),
            "The sign is turned round. If you wrote the miss as y − (mx + b), its own derivative "
            "with respect to m is −x.": lambda *line: -sum(of_m(*line)) / len(line[2]),
            "The factor 2 is missing: the derivative of a square u² is 2u.": lambda *line: (
                sum(of_m(*line)) / len(line[2]) / 2.0
            ),
        },
        LINES,
    ),
}

# Logistic regression (slides 7 to 10)

ZS = ((0.5,), (-2.0,), (3.0,))


def predicted(w: Numbers, x: Numbers, b: float) -> float:
    """The engine's logistic regression."""
    a: float = logistic.model(w, b)(list(x)).data
    return a


LOGISTIC: dict[str, Exercise | Trial] = {
    "sigmoid": Exercise(
        sigma,
        "σ(z)",
        {
            "A sign is missing: it is e⁻ᶻ. Yours falls where σ rises; it is σ(−z).": lambda z: (
                1.0 / (1.0 + math.exp(z))
            ),
            "The 1 below the line is missing: what you have is 1 / e⁻ᶻ, which is eᶻ.": math.exp,
            "Brackets: 1 / (1 + e⁻ᶻ), the whole sum stands below the line. (Python divides before "
            "it adds.)": lambda z: 1.0 + math.exp(-z),
        },
        ZS,
    ),
    "logistic-regression": Exercise(
        predicted,
        "ŷ",
        {
            "That is z. The activation is missing: ŷ = σ(z).": combined,
            "You forgot the bias b.": lambda w, x, b: sigma(dot(w, x)),
            "The bias belongs inside: z = w₁x₁ + ⋯ + b, and then σ(z).": lambda w, x, b: (
                sigma(dot(w, x)) + b
            ),
        },
        NEURONS,
    ),
    "difference": Exercise(
        lambda: logistic.difference()["L(a, y)"],
        "the difference",
        {
            "You computed a − y. The slide writes y − a: "
            "positive when the prediction is too low.": lambda: -logistic.difference()["L(a, y)"],
            "You used z for a: the activation a = σ(z) is compared with y.": lambda: (
                1.0 - logistic.combination()["z"]
            ),
            "That is the squared error; the slide’s L has no square.": lambda: (
                logistic.difference()["L(a, y)"] ** 2
            ),
        },
    ),
}

# From one logistic regression to a network (slides 11 to 13)


def stack(x: Numbers, units: Sequence[Unit], top: Unit) -> float:
    """The engine's regression on the outputs of regressions."""
    return networks.stacked(units, top, x)["ŷ"]


def on_sums(x: Numbers, units: Sequence[Unit], top: Unit) -> float:
    """The same, the sigmoids of the units left out."""
    return sigma(combined(top[0], [combined(w, x, b) for w, b in units], top[1]))


def top_sum(x: Numbers, units: Sequence[Unit], top: Unit) -> float:
    """The same, the last sigmoid left out."""
    return combined(top[0], [predicted(w, x, b) for w, b in units], top[1])


STACKS = (
    (logistic.INPUTS, networks.UNITS, networks.ON_TOP),
    ((0.5, -1.0), networks.UNITS[:2], ((1.5, 0.5), 0.25)),
)


def parameters_of_stack() -> float:
    """Of 3 regressions on 2 inputs and one on top, counted in the engine's network."""
    return float(len(nn.MLP(2, [3, 1], "sigmoid").parameters()))


NETWORKS: dict[str, Exercise | Trial] = {
    "parameters-of-the-stack": Exercise(
        parameters_of_stack,
        "the number of parameters",
        {
            "9 is what you get without the biases, and also without the regression on top. All "
            "four regressions have weights, and each has one bias.": 9.0,
            "6 are the weights of the first three alone.": 6.0,
            "4 is the number of regressions. How many numbers has each?": 4.0,
            "The regression on top reads 3 outputs and has a bias too.": 12.0,
        },
        praise="3 · (2 + 1) for the units, and 3 + 1 for the one on top.",
    ),
    "stack": Exercise(
        stack,
        "ŷ",
        {
            "That is z of the regression on top; its sigmoid is missing.": top_sum,
            "You used z for a: what the regression on top reads are the outputs σ(z) of the units, "
            "not their sums.": on_sums,
            "The biases are missing.": (
                lambda x, units, top: predicted(top[0], [sigma(dot(w, x)) for w, _ in units], 0.0)
            ),
        },
        STACKS,
    ),
}
