"""Part 9, slides 23 to 25: losses, their sum the cost, and the shape of the cost."""

from __future__ import annotations

from functools import partial

from autograd_mini import losses, ops
from autograd_mini.lessons.chart import COLOURS, Chart, Curve, Dots
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, edit, edits, number, on_slides
from autograd_mini.lessons.numeric import sampled, slope
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import Numbers
from autograd_mini.lessons.slides.learning import Points
from autograd_mini.numbers import equal, lowered, raised, short
from autograd_mini.value import Value

PREDICTIONS = (0.6, 0.8, 0.3)
TARGETS = (1.0, 1.0, 0.0)

EDITS = [
    *edits("J", predictions=(0.7, 0.5, 0.2), targets=(0.0, 0.0, 1.0)),
    edit("m", predictions=(0.7, 0.6), targets=(1.0, 0.0)),
]
"""What to try with predictions and targets; slide 32 shows the cost of slide 23 again."""

POINTS = ((-2.0, 0.0), (-0.5, 1.0), (1.0, 1.0), (2.0, 1.0), (0.7, 0.0))
"""Examples (x, y) that no θ gets all right, so that the valley has a floor."""

OTHER_POINTS = ((-1.5, 0.0), (-0.4, 1.0), (0.9, 1.0), (1.8, 0.0))


def numbered(predictions: Numbers) -> list[Value]:
    """ŷ⁽¹⁾, ŷ⁽²⁾ and so on."""
    return [Value(p, f"ŷ⁽{raised(i)}⁾") for i, p in enumerate(predictions, 1)]


@on_slides(23, edits=EDITS)
def computing(predictions: Numbers = PREDICTIONS, targets: Numbers = TARGETS) -> Lesson:
    """The loss of each example, and their sum."""
    y_hat = numbered(predictions)
    loss_of = [losses.binary_cross_entropy(p, y) for p, y in zip(y_hat, targets, strict=True)]
    J = ops.sum(loss_of)
    m = len(targets)
    rows = [
        (f"{i}", p.data, y, loss.data)
        for i, (p, y, loss) in enumerate(zip(y_hat, targets, loss_of, strict=True), 1)
    ]
    return Lesson(
        numbers=(
            number("m", m, "examples"),
            number("J", J, "sum of the losses"),
            number("J / m", J.data / m, "mean loss"),
            number("terms from i = 0 to m", len(range(m + 1)), "one more than there are examples"),
        ),
        tables=(Table("The losses", ("example", "ŷ", "y", "L(ŷ, y)"), rows),),
    )


@on_slides(
    24,
    edits=[
        *edits("MSE", predictions=(2.0, 0.1, 1.5), targets=(2.0, 0.5, 1.0)),
        *edits("binary cross-entropy", y_hat=0.3, y=0.0),
        *edits("cross-entropy", probabilities=(0.6, 0.3, 0.1), one_hot=(0.0, 0.5, 0.5)),
        edit("cross-entropy", probabilities=(0.5, 0.3, 0.2)),
    ],
)
def examples(
    predictions: Numbers = (2.5, 0.0, 2.0),
    targets: Numbers = (3.0, -0.5, 2.0),
    probabilities: Numbers = (0.7, 0.2, 0.1),
    one_hot: Numbers = (1.0, 0.0, 0.0),
    y_hat: float | None = None,
    y: float = 1.0,
) -> Lesson:
    """Mean squared error, cross-entropy and binary cross-entropy.

    Args:
        predictions, targets: of several examples, for the mean squared error.
        probabilities, one_hot: of one example with several classes, for the cross-entropy.
        y_hat, y: of one example with two classes, for the binary cross-entropy; left out, ŷ is
            the prediction of the going-to-class network.
    """
    mse_at, class_at = (
        [Value(p, f"ŷ{lowered(i)}") for i, p in enumerate(given, 1)]
        for given in (predictions, probabilities)
    )
    binary_at = Value(classroom.predicted() if y_hat is None else y_hat, "ŷ")
    mse = losses.mse(mse_at, targets)
    categorical = losses.categorical_cross_entropy(class_at, one_hot)
    binary = classroom.loss(binary_at, y)
    title = "Every prediction, its target and the derivative of the cost"
    for cost in (mse, categorical, binary):
        cost.backward()
    rows = [
        (name, p.label, p.data, t, p.grad)
        for name, at, wanted in (
            ("mean squared error", mse_at, targets),
            ("cross-entropy", class_at, one_hot),
            ("binary cross-entropy", [binary_at], [y]),
        )
        for p, t in zip(at, wanted, strict=True)
    ]
    return Lesson(
        numbers=(
            number("MSE", mse, f"of {len(targets)} examples: {', '.join(map(short, predictions))}"),
            number("cross-entropy", categorical, f"of {len(one_hot)} classes"),
            number("binary cross-entropy", binary, f"ŷ {equal(binary_at.data)}, y {equal(y)}"),
        ),
        tables=(Table(title, ("cost", "name", "ŷ", "y", "∂cost/∂ŷ"), rows),),
        pictures=(
            Picture("binary-cross-entropy", binary),
            Picture("cross-entropy-curves", cross_entropy_chart()),
        ),
    )


def cross_entropy_chart() -> Chart:
    """The binary cross-entropy over ŷ, for both targets."""
    curves = [
        Curve(
            sampled(partial(losses.binary_cross_entropy, target=y), 0.02, 0.98, 97),
            f"y {equal(y)}",
            colour=colour,
        )
        for y, colour in zip((1.0, 0.0), COLOURS, strict=False)
    ]
    alt = "The loss for y = 1 falls from high on the left to 0 on the right; for y = 0 it rises."
    return Chart(alt, "ŷ", "L", curves)


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
    xs, ys = zip(*points, strict=True)
    predictions = [(theta * x).sigmoid() for x in xs]
    return classroom.cost(predictions, ys)


def valley_curve(points: Points, low: float, high: float) -> Curve:
    """J over θ."""
    return Curve(sampled(lambda t: valley_cost(Value(t), points).data, low, high), "J(θ)")


def valley_chart(points: Points, theta: float, steepness: float) -> Chart:
    """J over θ with the tangent at one point."""
    low, high = min(-1.5, theta - 1.0), max(3.5, theta + 1.0)
    at = valley_cost(Value(theta), points).data
    tangent = [(t, at + steepness * (t - theta)) for t in (theta - 0.6, theta + 0.6)]
    alt = f"A valley; at θ {equal(theta)} a tangent with the slope {short(steepness, 3)}."
    curves = [
        valley_curve(points, low, high),
        Curve(tangent, "slope", dashed=True, colour=COLOURS[1]),
    ]
    return Chart(alt, "θ", "J", curves, [Dots([(theta, at)])])
