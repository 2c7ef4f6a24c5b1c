"""Part 7, slide 20: XOR, which no linear classifier can learn and two layers can."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from autograd_mini import nn, ops
from autograd_mini.lessons.chart import COLOURS, Cells, Chart, Curve, Dots
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, Progress, edit, number, on_slides
from autograd_mini.lessons.numeric import descend, spread
from autograd_mini.lessons.slides.classroom import Numbers, cost
from autograd_mini.numbers import short
from autograd_mini.show.palette import LIGHT
from autograd_mini.value import Value

X = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
Y = (0.0, 1.0, 1.0, 0.0)

WIDTH, ALPHA, STEPS = 3, 1.0, 500
"""Three hidden neurons; with these settings every one of 100 seeds tried learned all four."""

GIVES_UP = (
    "The classifier gives up: its weights shrink towards 0, and it answers about one half to every "
    "input. More steps bring it still nearer to one half."
)
SPLIT = "These targets can be split by one line, as those of XOR cannot."

Model = Callable[[Numbers], Value]

Boundary = tuple[float, float, float]
"""w₁, w₂ and b of the line where w₁x₁ + w₂x₂ + b = 0."""

LINES: tuple[Boundary, ...] = ((1.0, 1.0, -0.5), (1.0, 1.0, -1.5), (0.0, 1.0, -0.5))
"""Possible linear decision boundaries, as the slide calls them."""

OTHER_LINES: tuple[Boundary, ...] = ((0.5, 0.0, -0.1), (2.0, 3.0, 0.5), (2.0, 0.5, -0.25))


def cost_of(model: Model, targets: Numbers) -> Value:
    """The sum of the binary cross-entropies over the four inputs."""
    return cost([model(x) for x in X], targets)


def right_answers(outputs: Numbers, targets: Numbers) -> int:
    """How many outputs lie on their target's side of one half.

    >>> right_answers([0.1, 0.8, 0.4, 0.2], Y)
    3
    """
    pairs = zip(outputs, targets, strict=True)
    return sum((output > 0.5) == (target > 0.5) for output, target in pairs)


@on_slides(
    20,
    edits=[
        edit("J after", targets=(0.0, 0.0, 0.0, 1.0)),
        edit("w₁", seed=5, alpha=0.2, lines=OTHER_LINES),
        edit("The linear classifier after training, row 1, y", targets=(1, 0, 0, 1)),
    ],
    fixed={"J at one half": "4 log 2, whatever the targets"},
)
def linear_model(
    targets: Numbers = Y,
    seed: int = 0,
    alpha: float = 0.3,
    steps: int = 60,
    lines: Sequence[Boundary] = LINES,
    progress: Progress | None = None,
) -> Lesson:
    """A logistic regression trained on XOR, and why no weights could have done better.

    Args:
        targets: what is to be learned for (0, 0), (0, 1), (1, 0) and (1, 1).
        lines: other straight lines to try, as w₁, w₂ and b.
    """
    model = nn.LogisticRegression(2, rng=random.Random(seed))
    history = descend(model.parameters(), lambda: cost_of(model, targets), alpha, steps, progress)
    outputs = [model(x).data for x in X]
    right = right_answers(outputs, targets)
    half = cost([Value(0.5) for _ in X], targets)
    (w1, w2), b = (w.data for w in model.w), model.b.data
    asked = inequalities(w1, w2, b, targets)
    tried = [(*line, right_of(line, targets)) for line in lines]
    alt = (
        "A square nearly without colour: ŷ is near one half everywhere. No dashed line has both "
        "points of one class on one side and those of the other on the other."
    )
    return Lesson(
        numbers=(
            number("w₁", w1, "learned"),
            number("w₂", w2, "learned"),
            number("b", b, "learned"),
            number("right answers", right, "of 4"),
            number("J before", history[0], "sum of the four cross-entropies"),
            number("J after", history[-1]),
            number("J at one half", half.data, "if all four outputs were ½"),
            number("w₁ + w₂ + 2b", w1 + w2 + 2.0 * b, "would have to be above 0 and below 0"),
        ),
        tables=(
            outputs_table("The linear classifier after training", outputs, targets),
            Table(
                "The four inequalities at the learned weights",
                ("input", "XOR asks for", "left side", "holds"),
                asked,
            ),
            Table(
                "Other lines do no better: right answers of 4",
                ("w₁", "w₂", "b", "right answers"),
                tried,
            ),
        ),
        pictures=(Picture("xor-linear", regions(model, targets, alt, lines)),),
        told={
            "lowest": min(outputs),
            "highest": max(outputs),
            "verdict": SPLIT if right == len(X) else GIVES_UP,
        },
    )


def inequalities(
    w1: float, w2: float, b: float, targets: Numbers = Y
) -> list[tuple[str, str, float, str]]:
    """What each target asks of w₁x₁ + w₂x₂ + b, the left side as a number, and whether it holds."""
    sides = {"b": b, "w₂ + b": w2 + b, "w₁ + b": w1 + b, "w₁ + w₂ + b": w1 + w2 + b}
    rows = []
    for x, (name, left), target in zip(X, sides.items(), targets, strict=True):
        wanted, holds = (">", left > 0.0) if target > 0.5 else ("<", left < 0.0)
        rows.append((point_name(x), f"{name} {wanted} 0", left, "yes" if holds else "no"))
    return rows


@on_slides(
    20,
    edits=[
        edit("parameters", width=2),
        edit("J before", seed=5, width=4),
        edit("J after", targets=(0.0, 0.0, 0.0, 1.0)),
        edit("right answers", targets=(1.0, 0.0, 0.0, 1.0), steps=1),
        edit("J after", steps=50, alpha=0.5),
    ],
)
def two_layers(
    targets: Numbers = Y,
    width: int = WIDTH,
    seed: int = 0,
    alpha: float = ALPHA,
    steps: int = STEPS,
    progress: Progress | None = None,
) -> Lesson:
    """A hidden layer of sigmoids, then one sigmoid, trained on XOR.

    Args:
        targets: what is to be learned for (0, 0), (0, 1), (1, 0) and (1, 1).
        width: the number of hidden neurons.
    """
    model = nn.MLP(2, [width, 1], "sigmoid", "sigmoid", rng=random.Random(seed))
    history = descend(model.parameters(), lambda: cost_of(model, targets), alpha, steps, progress)
    outputs = [model(x).data for x in X]
    alt = "Each of the four points lies in its own colour."
    return Lesson(
        numbers=(
            number("right answers", right_answers(outputs, targets), "of 4"),
            number("J before", history[0], "sum of the four cross-entropies"),
            number("J after", history[-1]),
            number("parameters", len(model.parameters())),
        ),
        tables=(outputs_table("The network after training", outputs, targets),),
        pictures=(Picture("xor-network", regions(model, targets, alt)),),
    )


def point_name(x: Numbers) -> str:
    """An input as a pair: (0, 1)."""
    return f"({', '.join(short(x_k) for x_k in x)})"


def outputs_table(title: str, outputs: Numbers, targets: Numbers) -> Table:
    """The outputs for the four inputs beside their targets."""
    rows = [
        (point_name(x), y, output, "yes" if (output > 0.5) == (y > 0.5) else "no")
        for x, y, output in zip(X, targets, outputs, strict=True)
    ]
    return Table(title, ("(x₁, x₂)", "y", "ŷ", "right"), rows)


def right_of(line: Boundary, targets: Numbers) -> int:
    """How many answers are right when yes is said on the positive side of a line.

    >>> right_of((1.0, 1.0, -0.5), Y)
    3
    """
    w1, w2, b = line
    return right_answers([ops.sigmoid(w1 * x1 + w2 * x2 + b) for x1, x2 in X], targets)


def boundary(line: Boundary) -> Curve:
    """A line across the chart."""
    w1, w2, b = line
    if w2 == 0.0:
        ends = [(-b / w1, x2) for x2 in (-0.5, 1.5)]
    else:
        ends = [(x1, -(w1 * x1 + b) / w2) for x1 in (-0.5, 1.5)]
    return Curve(ends, dashed=True, colour=LIGHT.page["quiet"])


def regions(model: Model, targets: Numbers, alt: str, lines: Sequence[Boundary] = ()) -> Chart:
    """ŷ over the plane, orange where it is near 1, with the four inputs and some lines."""
    low, high, count = -0.5, 1.5, 32
    edge = (high - low) / count / 2.0
    grid = spread(low + edge, high - edge, count)
    rows = [[1.0 - model((x1, x2)).data for x1 in grid] for x2 in grid]
    dots = []
    for name, above in (("y = 0", False), ("y = 1", True)):
        points = [x for x, y in zip(X, targets, strict=True) if (y > 0.5) == above]
        if points:
            dots.append(Dots(points, name, hollow=above, colour=COLOURS[above]))
    cells = Cells((low, low), (high, high), rows)
    return Chart(alt, "x₁", "x₂", [*map(boundary, lines)], dots, cells, (low, high))
