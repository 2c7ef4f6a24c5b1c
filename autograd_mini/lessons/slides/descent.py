"""Part 11, slides 30 to 33 and 36: gradient descent from slope to slope.

Slide 34, with its two parameters, is in :mod:`autograd_mini.lessons.slides.surface`; slides 35 and
37, with a whole network, are in :mod:`autograd_mini.lessons.slides.descent_network`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from autograd_mini import losses, optim
from autograd_mini.lessons.chart import Chart, Dots
from autograd_mini.lessons.content import Picture, Table, TableRow
from autograd_mini.lessons.lesson import Lesson, edit, gradients, number, on_slides
from autograd_mini.lessons.numeric import descend
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import PARAMETERS, Parameters, named
from autograd_mini.lessons.slides.cost import (
    EDITS,
    OTHER_POINTS,
    POINTS,
    PREDICTIONS,
    TARGETS,
    numbered,
    valley_chart,
    valley_cost,
    valley_curve,
)
from autograd_mini.lessons.slides.descent_network import each_slope, network_descent
from autograd_mini.lessons.slides.learning import Points
from autograd_mini.nn import MLP
from autograd_mini.numbers import short
from autograd_mini.value import Value

__all__ = [
    "cost_again", "each_slope", "learning_the_weights", "lowest_point", "network_descent",
    "parameters_and_hyperparameters", "rule"
]  # fmt: skip


@on_slides(
    30,
    31,
    edits=[
        edit("α", alpha=0.002),
        edit("changed by one step", alpha=0.0),
        edit("changed by one step", parameters=classroom.OTHER),
        edit("parameters", parameters=classroom.SMALLER),
    ],
    fixed={
        "layers": "the network of slide 18 has two",
        "The parameters of slide 18, row 4, numbers in it": "it has one output neuron",
    },
)
def parameters_and_hyperparameters(
    parameters: Parameters = PARAMETERS,
    x: Sequence[float] = classroom.X,
    y: float = 1.0,
    alpha: float = 0.001,
) -> Lesson:
    """What training changes, and what we set by hand."""
    model = classroom.network(parameters)
    before = [p.data for p in model.parameters()]
    silence = _silence(model, x, y)
    descend(model.parameters(), lambda: classroom.loss(model([*x]), y), alpha, steps=1)
    moved = sum(p.data != old for p, old in zip(model.parameters(), before, strict=True))
    rows = [
        (f"{what}⁽{up}⁾", float(sum(map(len, layer.W)) if what == "W" else len(layer.b)), "learned")
        for layer, up in zip(model.layers, "¹²", strict=True)
        for what in "Wb"
    ]
    return Lesson(
        numbers=(
            number("parameters", len(before)),
            number("changed by one step", moved),
            number("α", alpha, "a hyperparameter"),
            number("layers", len(model.layers), "a hyperparameter"),
            number("hidden neurons", float(model.layers[0].nout), "a hyperparameter"),
        ),
        tables=(Table("The parameters of slide 18", ("name", "numbers in it", "set by"), rows),),
        told={"silence": silence},
    )


def _silence(model: MLP, x: Sequence[float], y: float) -> str:
    """What is to be said of a hidden neuron that is silent for this example; "" if there is none.

    Its bias is raised until it wakes, to show that the cost is flat here and not everywhere.
    """
    activations = [neuron([*x]) for neuron in model.layers[0].neurons]
    silent = [i for i, a in enumerate(activations) if a.data == 0.0]
    if not silent:
        return ""
    neuron, after = model.layers[0].neurons[silent[0]], model.layers[1].neurons[0].w[silent[0]]
    bias = neuron.b.data
    costs = [classroom.loss(model([*x]), y).data]
    z = activations[silent[0]].operands[0].data
    raised = bias + math.floor(-z) + 1.0
    neuron.b.data = raised
    costs.append(classroom.loss(model([*x]), y).data)
    neuron.b.data = bias
    return (
        f" (A silent hidden neuron keeps its weights and its bias {neuron.b.label}, and the output "
        f"neuron its weight {after.label} for it: no small change of them changes the cost. A "
        f"large one does: {neuron.b.label} from {short(bias)} to {short(raised)} moves J from "
        f"{short(costs[0], 4)} to {short(costs[1], 4)}.)"
    )


@on_slides(32, edits=EDITS)
def cost_again(
    predictions: Sequence[float] = PREDICTIONS, targets: Sequence[float] = TARGETS
) -> Lesson:
    """J = Σ L(ŷ⁽ⁱ⁾, y⁽ⁱ⁾), and J(θ): the same number seen as a function of the parameters."""
    y_hat = numbered(predictions)
    J = named("J", losses.total(losses.binary_cross_entropy, y_hat, targets))
    J.backward()
    return Lesson(
        numbers=(
            number("m", len(targets), "examples"),
            number("J", J, "sum of the losses"),
            *gradients("J", *y_hat),
        ),
        pictures=(Picture("cost-sum", J),),
    )


@on_slides(
    33,
    edits=[
        edit("θ after one step", alpha=0.2),
        edit("J(θ)", theta=0.25),
        edit("θ at the minimum", points=OTHER_POINTS),
    ],
)
def learning_the_weights(
    theta: float = -0.5, alpha: float = 0.4, points: Points = POINTS
) -> Lesson:
    """The sign of the slope says which way; neither sign nor size says where the minimum is."""
    theta_ = Value(theta, "θ")
    J = valley_cost(theta_, points)
    J.backward()
    steepness = theta_.grad
    step = theta - alpha * steepness
    lowest = lowest_point(points)
    return Lesson(
        numbers=(
            number("J(θ)", J),
            number("∂J/∂θ", steepness, "the slope"),
            number("θ after one step", step),
            number("J after one step", valley_cost(Value(step), points)),
            number("θ at the minimum", lowest, "found by many steps"),
        ),
        pictures=(Picture("slope", valley_chart(points, theta, steepness)),),
        told={"way": "larger" if steepness < 0 else "smaller", "distance": abs(lowest - theta)},
    )


def lowest_point(points: Points, alpha: float = 0.4, steps: int = 300) -> float:
    """The θ at the bottom of slide 25's valley, found by gradient descent."""
    theta = Value(0.0, "θ")
    descend([theta], lambda: valley_cost(theta, points), alpha, steps)
    return theta.data


@on_slides(
    36,
    edits=[
        edit("θ at the end", alpha=0.2),
        edit("θ at the start", theta=0.5),
        edit("J at the end", points=OTHER_POINTS),
        edit("θ at the end", steps=9),
    ],
)
def rule(
    theta: float = -0.5, alpha: float = 0.4, steps: int = 8, points: Points = POINTS
) -> Lesson:
    """θⱼ := θⱼ − α ∂J/∂θⱼ, written out and by optim.SGD."""
    by_hand, by_sgd = Value(theta, "θ"), Value(theta, "θ")
    optimizer = optim.SGD([by_sgd], lr=alpha)
    rows: list[TableRow] = []
    for step in range(steps):
        J = valley_cost(by_hand, points)
        by_hand.zero_grad()
        J.backward()
        rows.append((str(step), by_hand.data, J.data, by_hand.grad, -alpha * by_hand.grad))
        by_hand.data = by_hand.data - alpha * by_hand.grad
        optimizer.zero_grad()
        valley_cost(by_sgd, points).backward()
        optimizer.step()
    visited = [row[1] for row in rows if isinstance(row[1], float)]
    return Lesson(
        numbers=(
            number("α", alpha, "the learning rate"),
            number("θ at the start", theta),
            number("θ at the end", by_hand, "by the rule"),
            number("θ by optim.SGD", by_sgd),
            number("J at the end", valley_cost(by_hand, points)),
        ),
        tables=(Table("Step by step", ("step", "θ", "J(θ)", "∂J/∂θ", "−α ∂J/∂θ"), rows),),
        pictures=(Picture("descent-steps", steps_chart([*visited, by_hand.data], points)),),
        told={"verdict": _told_of_steps([row[4] for row in rows if isinstance(row[4], float)])},
    )


def steps_chart(thetas: Sequence[float], points: Points) -> Chart:
    """The valley of slide 25 with the points that were visited."""
    low, high = min(-1.5, *thetas), max(3.5, *thetas)
    visited = [(t, valley_cost(Value(t), points).data) for t in thetas]
    return Chart(
        "Points that walk down the wall of a valley, closer and closer to each other.",
        "θ",
        "J",
        curves=(valley_curve(points, low, high),),
        dots=(Dots(visited, "steps"),),
    )


def _told_of_steps(steps: list[float]) -> str:
    """What the sizes of the steps did."""
    sizes = [abs(step) for step in steps]
    if all(after <= before for before, after in pairwise(sizes)):
        return "The steps shrink by themselves, because the slope does."
    return "This α is too large: the steps overshoot the minimum and do not shrink."
