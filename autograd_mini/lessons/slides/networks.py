"""Part 4, slides 11 to 13: from one logistic regression to several, to one on their outputs."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini import nn, ops
from autograd_mini.graph import Tag
from autograd_mini.lessons.content import Picture, Table, TableRow
from autograd_mini.lessons.lesson import Lesson, edit, edits, gradients, number, on_slides
from autograd_mini.lessons.slides.classroom import (
    Numbers,
    Unit,
    inputs,
    named,
    products,
    weights,
    with_numbers,
)
from autograd_mini.lessons.slides.logistic import BIAS, INPUTS, WEIGHTS, model
from autograd_mini.nn.notation import lowered
from autograd_mini.value import Value

UNITS = (((0.8, -0.5), 0.3), ((-1.0, 0.6), 0.1), ((0.4, 0.7), -1.2))
"""For each unit its weights and its bias."""

OTHER_UNITS = (((0.5, -0.2), 0.1), ((-0.7, 0.9), 0.4), ((0.3, 0.6), -0.5))

ON_TOP = ((1.2, -0.8, 0.5), -0.2)
"""The weights and the bias of the regression on their outputs."""


@on_slides(11, edits=edits("a, compact", b=0.0, w=(0.5, 0.5), x=(1.0, 1.0)))
def single(w: Numbers = WEIGHTS, x: Numbers = INPUTS, b: float = BIAS) -> Lesson:
    """a = σ(w₁x₁ + … + wₙxₙ + b), every operation shown, and as one neuron."""
    w_, b_ = weights(w), Value(b, "b")
    z = named("z", products(w_, inputs(x), b_))
    a = named("a", z.sigmoid())
    a.backward()
    neuron = model(w, b)([*x])
    neuron.backward()
    return Lesson(
        numbers=(number("a, expanded", a), number("a, compact", neuron), *gradients("a", *w_, b_)),
        pictures=(Picture("single-expanded", a), Picture("single-compact", neuron, view="compact")),
    )


@on_slides(12, edits=edits("a₁", x=(1.0, 1.0), units=OTHER_UNITS))
def several(units: Sequence[Unit] = UNITS, x: Numbers = INPUTS) -> Lesson:
    """a₁, …, aₖ: k regressions that read the same inputs.

    Args:
        units: the weights and the bias of each.
        x: the inputs they share.
    """
    outputs = side_by_side(units, inputs(x))
    return Lesson(
        numbers=tuple(number(a.label, a) for a in outputs),
        tables=(_unit_table(units),),
        pictures=(Picture("several", tuple(outputs), view="compact"),),
        told={"k": len(units), "n": len(x)},
    )


@on_slides(
    13,
    edits=[edit("ŷ", top=((1.0, -1.0, 0.3), 0.3)), *edits("a₁", units=OTHER_UNITS, x=(1.0, 1.0))],
)
def stacked(units: Sequence[Unit] = UNITS, top: Unit = ON_TOP, x: Numbers = INPUTS) -> Lesson:
    """ŷ = σ(w₁⁽ʸ⁾a₁ + … + wₖ⁽ʸ⁾aₖ + b⁽ʸ⁾).

    Args:
        units: the weights and the bias of each regression below.
        top: the weights and the bias of the one on their outputs.
    """
    outputs = side_by_side(units, inputs(x))
    prediction = on_top(outputs, top)
    prediction.backward()
    return Lesson(
        numbers=(
            *(number(a.label, a) for a in outputs),
            number("ŷ", prediction),
            *gradients("ŷ", *outputs, note="how much this unit matters"),
        ),
        tables=(_unit_table(units), _unit_table([top], "ʸ")),
        pictures=(
            Picture("stacked", prediction, view="compact"),
            Picture("stacked-network", prediction, view="network"),
        ),
    )


def side_by_side(units: Sequence[Unit], x: Sequence[Value]) -> list[Value]:
    """The outputs of several regressions on the same inputs."""
    return [
        with_numbers(nn.LogisticRegression(len(w), unit=place), (*w, b))(x)
        for place, (w, b) in enumerate(units, 1)
    ]


def on_top(outputs: Sequence[Value], top: Unit) -> Value:
    """One more logistic regression, whose parameters carry a raised y."""
    w, b = top
    scope = ("unit y",)
    w_ = [Value(w_k, Tag(f"w{lowered(k)}⁽ʸ⁾", scope, "weight")) for k, w_k in enumerate(w, 1)]
    z = ops.affine(w_, outputs, Value(b, Tag("b⁽ʸ⁾", scope, "bias")))
    z.label = Tag("z⁽ʸ⁾", scope, "sum")
    return named(Tag("ŷ", scope, "activation"), z.sigmoid())


def _unit_table(units: Sequence[Unit], name: str = "") -> Table:
    """The parameters of some units, a row for each."""
    columns = ("unit", *(f"w{lowered(k)}" for k, _ in enumerate(units[0][0], 1)), "b")
    rows: list[TableRow] = [
        (f"({'y' if name else place})", *w, b) for place, (w, b) in enumerate(units, 1)
    ]
    return Table("The one on top" if name else "Weights and biases of the units", columns, rows)
