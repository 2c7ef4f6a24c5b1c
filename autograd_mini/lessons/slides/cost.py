"""Part 9, slides 23 to 25: losses, their sum the cost, and the shape of the cost."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini import losses, ops
from autograd_mini.lessons.chart import COLOURS, Chart, Curve, Dots
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides
from autograd_mini.lessons.numeric import slope, spread
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.learning import Points
from autograd_mini.numbers import equal, short
from autograd_mini.value import Value

PREDICTIONS = (0.6, 0.8, 0.3)
TARGETS = (1.0, 1.0, 0.0)

EDITS = [
    edit("J", predictions=(0.7, 0.5, 0.2)),
    edit("J", targets=(0.0, 0.0, 1.0)),
    edit("m", predictions=(0.7, 0.6), targets=(1.0, 0.0)),
]
"""What to try with predictions and targets; slide 32 shows the cost of slide 23 again."""

POINTS = ((-2.0, 0.0), (-0.5, 1.0), (1.0, 1.0), (2.0, 1.0), (0.7, 0.0))
"""Examples (x, y) that no θ gets all right, so that the valley has a floor."""

OTHER_POINTS = ((-1.5, 0.0), (-0.4, 1.0), (0.9, 1.0), (1.8, 0.0))


def numbered(predictions: Sequence[float]) -> list[Value]:
    """ŷ⁽¹⁾, ŷ⁽²⁾ and so on."""
    return [Value(p, f"ŷ⁽{up}⁾") for p, up in zip(predictions, "¹²³⁴⁵⁶⁷⁸⁹", strict=False)]


@on_slides(23, edits=EDITS)
def computing(
    predictions: Sequence[float] = PREDICTIONS, targets: Sequence[float] = TARGETS
) -> Lesson:
    """The loss of each example, and their sum.

    Args:
        predictions: ŷ of each example.
        targets: y of each example.

    Raises:
        ValueError: there is not one target for each prediction.
    """
    y_hat = numbered(predictions)
    loss_of = [losses.binary_cross_entropy(p, y) for p, y in zip(y_hat, targets, strict=True)]
    J = ops.sum(loss_of)
    J.label = "J"
    J.backward()
    m = len(targets)
    rows = tuple(
        (f"{i}", p.data, float(y), loss.data)
        for i, (p, y, loss) in enumerate(zip(y_hat, targets, loss_of, strict=True), 1)
    )
    return Lesson(
        numbers=(
            number("m", float(m), "examples"),
            number("J", J, "sum of the losses"),
            number("J / m", J.data / m, "mean loss"),
            number(
                "terms from i = 0 to m",
                float(len(range(m + 1))),
                "one more than there are examples",
            ),
        ),
        tables=(Table("The losses", ("example", "ŷ", "y", "L(ŷ, y)"), rows),),
    )


@on_slides(
    24,
    edits=[
        edit("MSE", predictions=(2.0, 0.1, 1.5)),
        edit("binary cross-entropy", y_hat=0.3),
        edit("MSE", targets=(2.0, 0.5, 1.0)),
        edit("cross-entropy", probabilities=(0.6, 0.3, 0.1)),
        edit("cross-entropy", one_hot=(0.0, 0.5, 0.5)),
        edit("binary cross-entropy", y=0.0),
        edit("cross-entropy", probabilities=(0.5, 0.3, 0.2)),
    ],
)
def examples(
    predictions: Sequence[float] = (2.5, 0.0, 2.0),
    targets: Sequence[float] = (3.0, -0.5, 2.0),
    probabilities: Sequence[float] = (0.7, 0.2, 0.1),
    one_hot: Sequence[float] = (1.0, 0.0, 0.0),
    y_hat: float | None = None,
    y: float = 1.0,
) -> Lesson:
    """Mean squared error, cross-entropy and binary cross-entropy.

    Args:
        predictions, targets: of several examples, for the mean squared error.
        probabilities, one_hot: of one example with several classes, for the cross-entropy.
        y_hat, y: of one example with two classes, for the binary cross-entropy; left out, ŷ is
            the prediction of the going-to-class network.

    Raises:
        ValueError: two sequences differ in length.
    """
    mse_at = [Value(p, f"ŷ{low}") for p, low in zip(predictions, "₁₂₃₄₅₆₇₈₉", strict=False)]
    class_at = [Value(p, f"ŷ{low}") for p, low in zip(probabilities, "₁₂₃₄₅₆₇₈₉", strict=False)]
    binary_at = Value(classroom.predicted() if y_hat is None else y_hat, "ŷ")
    mse = losses.mse(mse_at, targets)
    categorical = losses.categorical_cross_entropy(class_at, one_hot)
    binary = losses.binary_cross_entropy(binary_at, y)
    binary.label = "L"
    for cost in (mse, categorical, binary):
        cost.backward()
    rows = (
        *(("mean squared error", p.label, p.data, float(t), p.grad)
          for p, t in zip(mse_at, targets, strict=True)),
        *(("cross-entropy", p.label, p.data, float(t), p.grad)
          for p, t in zip(class_at, one_hot, strict=True)),
        ("binary cross-entropy", "ŷ", binary_at.data, float(y), binary_at.grad)
    )  # fmt: skip
    return Lesson(
        numbers=(
            number("MSE", mse, f"of {len(targets)} examples: {', '.join(map(short, predictions))}"),
            number("cross-entropy", categorical, f"of {len(one_hot)} classes"),
            number("binary cross-entropy", binary, f"ŷ {equal(binary_at.data)}, y {equal(y)}"),
        ),
        tables=(
            Table(
                "Every prediction, its target and the derivative of the cost",
                ("cost", "name", "ŷ", "y", "∂cost/∂ŷ"),
                rows,
            ),
        ),
        pictures=(
            Picture("binary-cross-entropy", binary),
            Picture("cross-entropy-curves", cross_entropy_chart()),
        ),
    )


def cross_entropy_chart() -> Chart:
    """The binary cross-entropy over ŷ, for both targets."""
    grid = spread(0.02, 0.98, 97)
    curves = tuple(
        Curve(
            tuple((p, losses.binary_cross_entropy(Value(p), y).data) for p in grid),
            f"y {equal(y)}",
            colour=colour,
        )
        for y, colour in zip((1.0, 0.0), COLOURS, strict=False)
    )
    return Chart(
        "The loss for y = 1 falls from high on the left to 0 on the right; for y = 0 it rises.",
        "ŷ",
        "L",
        curves,
    )


@on_slides(25, edits=[edit("∂J/∂θ", theta=2.0), edit("J(θ)", points=OTHER_POINTS)])
def valley(theta: float = -0.5, points: Points = POINTS) -> Lesson:
    """J(θ) for a model with one parameter: a valley, and the slope where we stand.

    Args:
        theta: the parameter θ of the model ŷ = σ(θx).
        points: the examples, pairs (x, y) with y 0 or 1.
    """
    theta_ = Value(theta, "θ")
    J = valley_cost(theta_, points)
    J.backward()
    measured = slope(lambda t: valley_cost(Value(t), points).data, theta)
    return Lesson(
        numbers=(
            number("J(θ)", J),
            number("∂J/∂θ", theta_.grad, "by backward()"),
            number("slope measured", measured, "by a central difference"),
        ),
        pictures=(Picture("cost-valley", valley_chart(points, theta, theta_.grad)),),
        told={"side": "right" if theta_.grad < 0 else "left"},
    )


def valley_cost(theta: Value, points: Points) -> Value:
    """J(θ), the sum of the binary cross-entropies of ŷ = σ(θx) over the examples."""
    J: Value = losses.total(
        losses.binary_cross_entropy,
        [(theta * x).sigmoid() for x, _ in points],
        [y for _, y in points],
    )
    J.label = "J"
    return J


def valley_chart(points: Points, theta: float, steepness: float) -> Chart:
    """J over θ with the tangent at one point."""
    low, high = min(-1.5, theta - 1.0), max(3.5, theta + 1.0)
    at = valley_cost(Value(theta), points).data
    curve = tuple((t, valley_cost(Value(t), points).data) for t in spread(low, high, 121))
    tangent = tuple((t, at + steepness * (t - theta)) for t in (theta - 0.6, theta + 0.6))
    return Chart(
        f"A valley; at θ {equal(theta)} a tangent with the slope {short(steepness, 3)}.",
        "θ",
        "J",
        curves=(Curve(curve, "J(θ)"), Curve(tangent, "slope", dashed=True, colour=COLOURS[1])),
        dots=(Dots(((theta, at),)),),
    )
