"""Part 1, slides 1 to 4: how to read the pictures, what learning is, and what data look like."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini import losses
from autograd_mini.lessons.chart import Chart, Curve, Dots
from autograd_mini.lessons.content import Picture, Table, TableRow
from autograd_mini.lessons.lesson import Lesson, edit, edits, gradients, number, on_slides
from autograd_mini.lessons.slides.classroom import Numbers, leaf, named
from autograd_mini.nn.notation import lowered
from autograd_mini.numbers import equals, short
from autograd_mini.value import Value

Points = Sequence[tuple[float, float]]

POINTS = ((0.0, 1.2), (1.0, 2.7), (2.0, 5.4), (3.0, 6.9))
HOUSES = ((5.0, 3.0, 3000.0), (3.0, 2.0, 1800.0), (2.0, 1.0, 900.0), (4.0, 2.0, 2200.0))
PRICES = (495.0, 330.0, 200.0, 395.0)
FEATURES = ("bedrooms", "bathrooms", "square feet")

OTHER_POINTS = ((0.5, 2.0), (1.5, 3.0), (2.5, 3.5), (3.5, 6.0))
OTHER_HOUSES = ((11.0, 7.0, 6001.0), (7.0, 5.0, 3601.0), (5.0, 3.0, 1801.0), (9.0, 5.0, 4401.0))
"""Other data to try in their place."""


@on_slides(1, edits=edits("z", w=2.5, x=3.5, b=0.5), fixed={"∂z/∂b": "a sum"})
def reading(w: float = 2.0, x: float = 3.0, b: float = 1.0) -> Lesson:
    """One small expression with its derivatives, to learn the pictures by.

    >>> reading()["z"], reading()["∂z/∂w"]
    (7.0, 3.0)
    """
    w_, x_, b_ = Value(w, "w"), leaf("x", x, "input"), Value(b, "b")
    z = named("z", named("w·x", w_ * x_) + b_)
    z.backward()
    return Lesson(
        numbers=(
            number("z", z, "computed forward, from left to right"),
            *gradients("z", w_, note="computed backward; it is x"),
            *gradients("z", x_, note="it is w"),
            *gradients("z", b_, note="b counts as it is"),
        ),
        pictures=(Picture("how-to-read", z),),
    )


@on_slides(
    2, 3, edits=[*edits("MSE", theta0=1.5, points=OTHER_POINTS), edit("∂MSE/∂θ₁", theta1=1.5)]
)
def approximation(theta0: float = 1.0, theta1: float = 2.0, points: Points = POINTS) -> Lesson:
    """A straight line f̂ = θ₀ + θ₁x held against data: how wrong is it, point by point?"""
    theta = Value(theta0, "θ₀"), Value(theta1, "θ₁")
    estimates = [theta[0] + theta[1] * x for x, _ in points]
    cost = losses.mse(estimates, [y for _, y in points])
    cost.backward()
    rows: list[TableRow] = [
        (x, y, estimate.data, y - estimate.data)
        for (x, y), estimate in zip(points, estimates, strict=True)
    ]
    start, slope = short(theta0), short(theta1)
    return Lesson(
        numbers=(
            number("θ₀", theta[0]),
            number("θ₁", theta[1]),
            number("MSE", cost, "mean of the squared misses"),
            *gradients("MSE", *theta),
        ),
        tables=(Table("The data and the line", ("x", "y", "f̂(x)", "y − f̂(x)"), rows),),
        pictures=(Picture("line-and-data", line_chart(theta0, theta1, points)),),
        told={"line": f"{equals(start, slope)} {start} + {slope}x"},
    )


def line_chart(theta0: float, theta1: float, points: Points) -> Chart:
    """Data points and the straight line θ₀ + θ₁x."""
    xs, _ = zip(*points, strict=True)
    low, high = min(xs), max(xs)
    margin = 0.1 * (high - low)
    line = [(x, theta0 + theta1 * x) for x in (low - margin, high + margin)]
    alt = f"{len(points)} data points and a straight line through their neighbourhood."
    return Chart(alt, "x", "y", [Curve(line, "f̂ = θ₀ + θ₁x")], [Dots(points, "data")])


@on_slides(
    4,
    edits=[
        edit(
            "X and Y in code: examples are rows, row 1, Y (thousand dollars)",
            prices=(500.0, 340.0, 210.0, 400.0),
        ),
        edit("X and Y in code: examples are rows, row 1, bedrooms", houses=OTHER_HOUSES),
        edit("m", houses=((1.0, 2.0), (3.0, 4.0)), prices=(5.0, 6.0)),
    ],
)
def dataset(houses: Sequence[Numbers] = HOUSES, prices: Numbers = PRICES) -> Lesson:
    """m examples with n features each, as the slide arranges them and as code does.

    Args:
        houses: one row for each example.
        prices: the label of each example.
    """
    if len(houses) != len(prices):
        raise ValueError(f"dataset: {len(houses)} houses and {len(prices)} prices; give one each")
    m, n = len(houses), len(houses[0])
    examples = (f"X{lowered(i)}" for i in range(1, m + 1))
    columns: list[TableRow] = [
        (name, *column) for name, column in zip(FEATURES, zip(*houses, strict=True), strict=False)
    ]
    rows: list[TableRow] = [
        (f"X[{i}]", *house, price)
        for i, (house, price) in enumerate(zip(houses, prices, strict=True))
    ]
    heads = ("example", *FEATURES[:n], "Y (thousand dollars)")
    return Lesson(
        numbers=(number("m", m, "examples"), number("n", n, "features")),
        tables=(
            Table("X as on the slide: examples are columns", ("feature", *examples), columns),
            Table("X and Y in code: examples are rows", heads, rows),
        ),
    )
