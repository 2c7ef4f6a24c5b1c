"""Part 11, slide 34: the cost over two parameters, and the direction of steepest descent."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini import losses
from autograd_mini.lessons.canvas import INK
from autograd_mini.lessons.chart import COLOURS, Cells, Chart, Curve, Dots
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, edit, gradients, number, on_slides
from autograd_mini.lessons.numeric import descend, spread
from autograd_mini.lessons.slides.classroom import Numbers, named
from autograd_mini.lessons.slides.learning import OTHER_POINTS, Points
from autograd_mini.lessons.slides.learning import POINTS as LINE
from autograd_mini.value import Value


def line_cost(theta: Sequence[Value], points: Points) -> Value:
    """J(θ₀, θ₁), the mean squared error of the line θ₀ + θ₁x."""
    xs, ys = zip(*points, strict=True)
    return named("J", losses.mse([theta[0] + theta[1] * x for x in xs], ys))


@on_slides(
    34,
    edits=[
        edit("J after one step", theta0=2.0, theta1=1.0),
        edit("J after one step", alpha=0.01),
        edit("J(θ)", points=OTHER_POINTS),
    ],
)
def steepest(
    theta0: float = 3.0,
    theta1: float = 0.0,
    alpha: float = 0.05,
    steps: int = 40,
    points: Points = LINE,
) -> Lesson:
    """Two parameters: of all directions, the negative gradient lowers the cost fastest."""
    theta = Value(theta0, "θ₀"), Value(theta1, "θ₁")
    J = line_cost(theta, points)
    J.backward()
    gradient = [t.grad for t in theta]
    length = sum(g * g for g in gradient) ** 0.5
    path = descent_path((theta0, theta1), alpha, steps, points)
    tried = {
        "against the gradient": [-g / length for g in gradient],
        "θ₀ alone": [-1.0 if gradient[0] > 0 else 1.0, 0.0],
        "θ₁ alone": [0.0, -1.0 if gradient[1] > 0 else 1.0],
        "across the gradient": [-gradient[1] / length, gradient[0] / length],
    }
    reach = alpha * length
    rows = [
        (name, J_at([t.data + reach * d for t, d in zip(theta, way, strict=True)], points))
        for name, way in tried.items()
    ]
    return Lesson(
        numbers=(
            number("J(θ)", J),
            *gradients("J", *theta),
            number("length of ∇J", length),
            number("J after one step", J_at(path[1], points)),
            number(f"J after {steps} steps", J_at(path[-1], points)),
        ),
        tables=(Table("Steps of the same length", ("direction", "J after it"), rows),),
        pictures=(Picture("descent-path", path_chart(path, points)),),
        told={"reach": reach},
    )


def J_at(theta: Numbers, points: Points) -> float:
    """The cost of the line at these numbers."""
    return line_cost([Value(t) for t in theta], points).data


def descent_path(
    start: tuple[float, float], alpha: float, steps: int, points: Points
) -> list[tuple[float, float]]:
    """Every pair (θ₀, θ₁) that gradient descent visits."""
    theta = [Value(start[0], "θ₀"), Value(start[1], "θ₁")]
    path = [start]

    def visit(done: int, total: int) -> None:
        path.append((theta[0].data, theta[1].data))

    descend(theta, lambda: line_cost(theta, points), alpha, steps, visit)
    return path


def path_chart(path: Sequence[tuple[float, float]], points: Points) -> Chart:
    """The logarithm of the cost as shades, and the path."""
    xs, ys = zip(*path, strict=True)
    low, high = (min(xs) - 1.0, min(ys) - 1.0), (max(xs) + 1.0, max(ys) + 1.0)
    across, up = spread(low[0], high[0], 36), spread(low[1], high[1], 36)
    levels = [[Value(J_at((t0, t1), points)).log().data for t0 in across] for t1 in up]
    least, most = min(map(min, levels)), max(map(max, levels))
    shades = [[(level - least) / (most - least) for level in row] for row in levels]
    alt = "A long valley, and a path that first falls into it and then follows its floor."
    ends = [
        Dots([path[0]], "start", hollow=True, colour=COLOURS[1]),
        Dots([path[-1]], "end", colour=COLOURS[1]),
    ]
    curves = [Curve(path, "path", colour=INK)]
    return Chart(alt, "θ₀", "θ₁", curves, ends, Cells(low, high, shades))
