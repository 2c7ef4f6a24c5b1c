"""Part 11, slides 30 to 33 and 35 to 37: gradient descent, from slope to slope to a network.

Slide 34, with its two parameters, is in :mod:`autograd_mini.lessons.slides.surface`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from autograd_mini import optim
from autograd_mini.lessons.chart import Chart, Curve, Dots
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, Progress, edit, edits, gradients, number, on_slides
from autograd_mini.lessons.numeric import descend, slopes
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import PARAMETERS, Numbers, Parameters, X
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
from autograd_mini.lessons.slides.forward import OTHER_SAMPLES, SAMPLES
from autograd_mini.lessons.slides.forward import TARGETS as SAMPLE_TARGETS
from autograd_mini.lessons.slides.learning import Points
from autograd_mini.nn import MLP
from autograd_mini.numbers import short
from autograd_mini.value import Value


@on_slides(
    30,
    31,
    edits=[
        edit("α", alpha=0.002),
        *edits("changed by one step", alpha=0.0, parameters=classroom.OTHER),
        edit("parameters", parameters=classroom.SMALLER),
    ],
    fixed={
        "layers": "the network of slide 18 has two",
        "The parameters of slide 18, row 4, numbers in it": "it has one output neuron",
    },
)
def parameters_and_hyperparameters(
    parameters: Parameters = PARAMETERS, x: Numbers = X, y: float = 1.0, alpha: float = 0.001
) -> Lesson:
    """What training changes, and what we set by hand."""
    model = classroom.network(parameters)
    before = [p.data for p in model.parameters()]
    silence = _silence(model, x, y)
    descend(model.parameters(), lambda: classroom.loss(model([*x]), y), alpha, steps=1)
    moved = sum(p.data != old for p, old in zip(model.parameters(), before, strict=True))
    rows = [
        (f"{name}⁽{up}⁾", size, "learned")
        for layer, up in zip(model.layers, "¹²", strict=True)
        for name, size in (("W", layer.nout * layer.nin), ("b", layer.nout))
    ]
    return Lesson(
        numbers=(
            number("parameters", len(before)),
            number("changed by one step", moved),
            number("α", alpha, "a hyperparameter"),
            number("layers", len(model.layers), "a hyperparameter"),
            number("hidden neurons", model.layers[0].nout, "a hyperparameter"),
        ),
        tables=(Table("The parameters of slide 18", ("name", "numbers in it", "set by"), rows),),
        told={"silence": silence},
    )


def _silence(model: MLP, x: Numbers, y: float) -> str:
    """What is to be said of a hidden neuron that is silent for this example; "" if there is none.

    Its bias is raised until it wakes, to show that the cost is flat here and not everywhere.
    """
    for neuron, after in zip(model.layers[0].neurons, model.layers[1].neurons[0].w, strict=True):
        a = neuron([*x])
        if a.data == 0.0:
            costs, bias = [classroom.loss(model([*x]), y).data], neuron.b.data
            raised = neuron.b.data = bias + math.floor(-a.operands[0].data) + 1.0
            costs.append(classroom.loss(model([*x]), y).data)
            neuron.b.data = bias
            return (
                f" (A silent hidden neuron keeps its weights and its bias {neuron.b.label}, and "
                f"the output neuron its weight {after.label} for it: no small change of them "
                f"changes the cost. A large one does: {neuron.b.label} from {short(bias)} to "
                f"{short(raised)} moves J from {short(costs[0], 4)} to {short(costs[1], 4)}.)"
            )
    return ""


@on_slides(32, edits=EDITS)
def cost_again(predictions: Numbers = PREDICTIONS, targets: Numbers = TARGETS) -> Lesson:
    """J = Σ L(ŷ⁽ⁱ⁾, y⁽ⁱ⁾), and J(θ): the same number seen as a function of the parameters."""
    y_hat = numbered(predictions)
    J = classroom.cost(y_hat, targets)
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


def lowest_point(points: Points) -> float:
    """The θ at the bottom of slide 25's valley, found by gradient descent."""
    theta = Value(0.0, "θ")
    descend([theta], lambda: valley_cost(theta, points), alpha=0.4, steps=300)
    return theta.data


@on_slides(
    35,
    edits=[
        *classroom.edits("All slopes, row 1, backward()"),
        edit("parameters", parameters=classroom.SMALLER),
    ],
)
def each_slope(parameters: Parameters = PARAMETERS, x: Numbers = X, y: float = 1.0) -> Lesson:
    """∂J/∂θⱼ of all parameters of the network, by one backward pass and by measuring each."""
    model = classroom.network(parameters)
    classroom.loss(model([*x]), y).backward()
    measured = slopes(classroom.cost_of_numbers(parameters, x, y), parameters.flat())
    rows = [
        (str(p.label), p.data, p.grad, m) for p, m in zip(model.parameters(), measured, strict=True)
    ]
    return Lesson(
        numbers=(
            number("parameters", len(rows)),
            number("forward passes to measure", 2 * len(rows)),
            number("largest disagreement", max(abs(found - m) for _, _, found, m in rows)),
        ),
        tables=(Table("All slopes", ("θⱼ", "value", "backward()", "measured"), rows),),
    )


SHRINK = "The steps shrink by themselves, because the slope does."
OVERSHOOT = "This α is too large: the steps overshoot the minimum and do not shrink."


@on_slides(
    36,
    edits=[
        *edits("θ at the end", alpha=0.2, steps=9),
        edit("θ at the start", theta=0.5),
        edit("J at the end", points=OTHER_POINTS),
    ],
)
def rule(
    theta: float = -0.5, alpha: float = 0.4, steps: int = 8, points: Points = POINTS
) -> Lesson:
    """θⱼ := θⱼ − α ∂J/∂θⱼ, written out and by optim.SGD."""
    by_hand, by_sgd = Value(theta, "θ"), Value(theta, "θ")
    optimizer = optim.SGD([by_sgd], lr=alpha)
    rows: list[tuple[str, float, float, float, float]] = []
    for step in range(steps):
        J = valley_cost(by_hand, points)
        by_hand.zero_grad()
        J.backward()
        rows.append((str(step), by_hand.data, J.data, by_hand.grad, -alpha * by_hand.grad))
        by_hand.data = by_hand.data - alpha * by_hand.grad
        optimizer.zero_grad()
        valley_cost(by_sgd, points).backward()
        optimizer.step()
    visited = [*(row[1] for row in rows), by_hand.data]
    sizes = [abs(row[4]) for row in rows]
    shrink = all(after <= before for before, after in pairwise(sizes))
    low, high = min(-1.5, *visited), max(3.5, *visited)
    places = [(t, valley_cost(Value(t), points).data) for t in visited]
    alt = "Points that walk down the wall of a valley, closer and closer to each other."
    chart = Chart(alt, "θ", "J", [valley_curve(points, low, high)], [Dots(places, "steps")])
    return Lesson(
        numbers=(
            number("α", alpha, "the learning rate"),
            number("θ at the start", theta),
            number("θ at the end", by_hand, "by the rule"),
            number("θ by optim.SGD", by_sgd),
            number("J at the end", valley_cost(by_hand, points)),
        ),
        tables=(Table("Step by step", ("step", "θ", "J(θ)", "∂J/∂θ", "−α ∂J/∂θ"), rows),),
        pictures=(Picture("descent-steps", chart),),
        told={"verdict": SHRINK if shrink else OVERSHOOT},
    )


@on_slides(
    37,
    edits=[
        *edits("J after", steps=100, alpha=0.001),
        edit("J before", parameters=classroom.OTHER),
        edit("J before", samples=OTHER_SAMPLES, steps=30),
        edit("J before", targets=(0.0, 0.0, 1.0), steps=30),
    ],
)
def network_descent(
    parameters: Parameters = PARAMETERS,
    samples: Sequence[Numbers] = SAMPLES,
    targets: Numbers = SAMPLE_TARGETS,
    alpha: float = 0.002,
    steps: int = 400,
    progress: Progress | None = None,
) -> Lesson:
    """W and b of both layers, updated for many iterations."""
    model = classroom.network(parameters)
    rows_in = [list(map(float, sample)) for sample in samples]

    before = [model(row).data for row in rows_in]
    start = {str(p.label): p.data for p in model.parameters()}
    history = descend(
        model.parameters(),
        lambda: classroom.cost([*map(model, rows_in)], targets),
        alpha,
        steps,
        progress,
    )
    rows = [
        (f"{i}", y, old, model(row).data)
        for i, (y, old, row) in enumerate(zip(targets, before, rows_in, strict=True), 1)
    ]
    shown = [p for layer in model.layers for p in (layer.W[0][0], layer.b[0])]
    alt = f"The cost falls from {short(history[0], 3)} to {short(history[-1], 3)}."
    curve = Curve([*enumerate(history)], "J")
    chart = Chart(alt, "step", "J", [curve], y_range=(0.0, 1.06 * max(history)))
    return Lesson(
        numbers=(
            number("J before", history[0]),
            number("J after", history[-1]),
            *(number(f"{p.label} before", start[str(p.label)]) for p in shown),
            *(number(f"{p.label} after", p) for p in shown),
        ),
        tables=(Table("The samples", ("sample", "y", "ŷ before", "ŷ after"), rows),),
        pictures=(Picture("cost-history", chart),),
        told={"m": len(targets)},
    )
