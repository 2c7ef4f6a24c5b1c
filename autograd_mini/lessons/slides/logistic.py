"""Part 3, slides 7 to 10: logistic regression in its three steps, and whether we can afford it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from autograd_mini import graph, losses, nn, ops
from autograd_mini.lessons.chart import Chart, Curve, Dots
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, edit, edits, number, on_slides
from autograd_mini.lessons.numeric import sampled
from autograd_mini.lessons.slides.classroom import Numbers, named, with_numbers
from autograd_mini.lessons.slides.regression import house_price
from autograd_mini.numbers import short
from autograd_mini.value import Value

WEIGHTS = (0.8, -0.5)
INPUTS = (1.5, 2.0)
BIAS = 0.3


def model(w: Numbers, b: float) -> nn.LogisticRegression:
    """A logistic regression with these weights and this bias."""
    return with_numbers(nn.LogisticRegression(len(w)), (*w, b))


@on_slides(7, edits=edits("z", b=0.0, w=(0.5, 0.5), x=(1.0, 1.0)))
def combination(w: Numbers = WEIGHTS, x: Numbers = INPUTS, b: float = BIAS) -> Lesson:
    """z = w₁x₁ + … + wₙxₙ + b."""
    z = model(w, b)(list(x)).operands[0]
    return Lesson(numbers=(number("z", z),), pictures=(Picture("combination", z),))


@on_slides(8, edits=edits("ŷ", b=0.0, w=(0.5, 0.5), x=(1.0, 1.0)))
def activation(w: Numbers = WEIGHTS, x: Numbers = INPUTS, b: float = BIAS) -> Lesson:
    """a = ŷ = σ(z)."""
    a = model(w, b)(list(x))
    z = a.operands[0]
    alt = "The sigmoid rises from 0 on the left over one half at z = 0 to 1 on the right."
    curve = Curve(sampled(ops.sigmoid, min(-6.0, z.data), max(6.0, z.data)), "σ(z)")
    here = Dots([(z.data, a.data)], texts=[short(a.data, 3)])
    chart = Chart(alt, "z", "a", [curve], [here])
    return Lesson(
        numbers=(number("z", z), number("ŷ", a, "= a = σ(z)")),
        pictures=(Picture("activation", a), Picture("sigmoid", chart)),
    )


@on_slides(
    9,
    edits=[edit("L(a, y)", y=0.0), edit("ŷ", w=(0.5, 0.5)), edit("y", y=0.25, other=0.75)],
    fixed={"∂L/∂a": "why y − a is no loss", "∂/∂a": "the same"},
)
def difference(
    w: Numbers = WEIGHTS, x: Numbers = INPUTS, b: float = BIAS, y: float = 1.0, other: float = 0.0
) -> Lesson:
    """L(a, y) = y − a, and why it is measured but not minimised.

    Args:
        other: what else they might have said, for comparison.
    """
    a = model(w, b)(list(x))
    target = Value.constant(y, graph.Tag("y", role="target"))
    L = named("L", target - a)
    L.backward()
    rows = [*_measures(a.data, y), *_measures(a.data, other)]
    title = "The difference beside two losses, for two possible targets"
    return Lesson(
        numbers=(
            number("ŷ", a, "= a"),
            number("y", target),
            number("L(a, y)", L, "signed"),
            number("∂L/∂a", a.grad, "the same for every y"),
        ),
        tables=(Table(title, ("measure", "y", "value", "∂/∂a"), rows),),
        pictures=(Picture("difference", L),),
    )


def _measures(prediction: float, y: float) -> Iterator[tuple[str, float, float, float]]:
    """The difference and two losses: name, target, value and derivative with respect to a."""
    measures: dict[str, Callable[[Value], Value]] = {
        "difference y − a": lambda a: y - a,
        "squared error (a − y)²": lambda a: losses.squared_error(a, y),
        "binary cross-entropy": lambda a: losses.binary_cross_entropy(a, y),
    }
    for name, measure in measures.items():
        a = Value(prediction, "a")
        found = measure(a)
        found.backward()
        yield name, y, found.data, a.grad


@on_slides(
    10,
    edits=[
        edit("ŷ", budget=400.0),
        edit("price", house=(4.0, 2.0, 2000.0)),
        edit("z", w=(0.01, -0.02)),
    ],
)
def afford(
    budget: float = 510.0,
    house: Numbers = (5.0, 3.0, 3000.0),
    w: Numbers = (0.02, -0.02),
    b: float = 0.0,
) -> Lesson:
    """The house of slide 6, and a sigmoid that says how affordable it is.

    Args:
        budget: what we can spend, in thousand dollars.
        house: bedrooms, bathrooms and square feet; its price is computed as on slide 6.
        w: the weight of the budget and of the price.
        b: the bias.
    """
    price = house_price(x=house)["z"]
    a = model(w, b)([budget, price])
    z = a.operands[0]
    a.backward()
    verdict = "we can afford it" if a > 0.5 else "we cannot afford it"
    return Lesson(
        numbers=(
            number("price", price, "thousand dollars, from slide 6"),
            number("budget", budget, "thousand dollars"),
            number("z", z),
            number("ŷ", a, "how affordable, between 0 and 1"),
        ),
        pictures=(Picture("afford", a),),
        told={"verdict": verdict},
    )
