"""Part 11, slides 35 and 37: all slopes of a network, and its descent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd_mini import losses
from autograd_mini.lessons.chart import Chart, Curve
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, Progress, edit, number, on_slides
from autograd_mini.lessons.numeric import descend, slopes
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import PARAMETERS, Parameters, named
from autograd_mini.lessons.slides.forward import OTHER_SAMPLES, SAMPLES
from autograd_mini.lessons.slides.forward import TARGETS as SAMPLE_TARGETS
from autograd_mini.numbers import short
from autograd_mini.value import Value


@on_slides(
    35,
    edits=[
        *classroom.edits("All slopes, row 1, backward()"),
        edit("parameters", parameters=classroom.SMALLER),
    ],
)
def each_slope(
    parameters: Parameters = PARAMETERS, x: Sequence[float] = classroom.X, y: float = 1.0
) -> Lesson:
    """∂J/∂θⱼ of all parameters of the network, by one backward pass and by measuring each."""
    model = classroom.network(parameters)
    classroom.loss(model([*x]), y).backward()
    measured = slopes(cost_of_numbers(parameters, x, y), parameters.flat())
    rows = [
        (str(p.label), p.data, p.grad, m) for p, m in zip(model.parameters(), measured, strict=True)
    ]
    return Lesson(
        numbers=(
            number("parameters", len(rows)),
            number("forward passes to measure", float(2 * len(rows))),
            number(
                "largest disagreement",
                max(abs(p.grad - m) for p, m in zip(model.parameters(), measured, strict=True)),
            ),
        ),
        tables=(Table("All slopes", ("θⱼ", "value", "backward()", "measured"), rows),),
    )


def cost_of_numbers(
    parameters: Parameters, x: Sequence[float], y: float
) -> Callable[[Sequence[float]], float]:
    """J as a function of all numbers of the network, in order."""

    def cost(numbers: Sequence[float]) -> float:
        model = classroom.with_numbers(classroom.network(parameters), numbers)
        return classroom.loss(model([*x]), y).data

    return cost


@on_slides(
    37,
    edits=[
        edit("J after", steps=100),
        edit("J before", parameters=classroom.OTHER),
        edit("J before", samples=OTHER_SAMPLES, steps=30),
        edit("J before", targets=(0.0, 0.0, 1.0), steps=30),
        edit("J after", alpha=0.001),
    ],
)
def network_descent(
    parameters: Parameters = PARAMETERS,
    samples: Sequence[Sequence[float]] = SAMPLES,
    targets: Sequence[float] = SAMPLE_TARGETS,
    alpha: float = 0.002,
    steps: int = 400,
    progress: Progress | None = None,
) -> Lesson:
    """W and b of both layers, updated for many iterations."""
    model = classroom.network(parameters)
    rows_in = [list(map(float, sample)) for sample in samples]

    def cost() -> Value:
        return named(
            "J", losses.total(losses.binary_cross_entropy, [*map(model, rows_in)], targets)
        )

    before = [model(row).data for row in rows_in]
    start = {str(p.label): p.data for p in model.parameters()}
    history = descend(model.parameters(), cost, alpha, steps, progress)
    rows = [
        (f"{i}", y, old, model(row).data)
        for i, (y, old, row) in enumerate(zip(targets, before, rows_in, strict=True), 1)
    ]
    shown = [p for layer in model.layers for p in (layer.W[0][0], layer.b[0])]
    return Lesson(
        numbers=(
            number("J before", history[0]),
            number("J after", history[-1]),
            *(number(f"{p.label} before", start[str(p.label)]) for p in shown),
            *(number(f"{p.label} after", p) for p in shown),
        ),
        tables=(Table("The samples", ("sample", "y", "ŷ before", "ŷ after"), rows),),
        pictures=(Picture("cost-history", history_chart(history)),),
        told={"m": len(targets)},
    )


def history_chart(history: Sequence[float]) -> Chart:
    """The cost over the steps."""
    return Chart(
        f"The cost falls from {short(history[0], 3)} to {short(history[-1], 3)}.",
        "step",
        "J",
        curves=(Curve(tuple((i, J) for i, J in enumerate(history)), "J"),),
        y_range=(0.0, 1.06 * max(history)),
    )
