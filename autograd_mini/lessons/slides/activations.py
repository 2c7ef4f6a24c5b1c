"""Part 6, slide 19: activation functions, their ranges and their slopes."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini import ops
from autograd_mini.lessons.chart import COLOURS, Chart, Curve
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides
from autograd_mini.lessons.numeric import spread
from autograd_mini.value import Value

NAMES = ("sigmoid", "tanh", "relu")
RANGES = {
    "sigmoid": "between 0 and 1, both excluded",
    "tanh": "between −1 and 1, both excluded",
    "relu": "0 and all positive numbers",
}


def output_and_slope(name: str, z: float) -> tuple[float, float]:
    """An activation function and its derivative at z.

    >>> output_and_slope("relu", -2.0)
    (0.0, 0.0)
    """
    at = Value(z, "z")
    a = ops.row_named(name)(at)
    a.backward()
    return a.data, at.grad


@on_slides(
    19,
    edits=[
        edit("σ(z)", z=-0.25),
        edit("Outputs, row 1, σ(z)", zs=(-7.0, -3.0, 0.25, 0.75, -0.75, 3.0, 7.0)),
        edit("Outputs, row 1, z", zs=(6.0, 2.0, 0.5, 1.0, -0.5, -2.0, -6.0)),
        edit("Outputs, row 1, z", zs=(1.0, 2.0, 3.0)),
    ],
)
def activations(
    zs: Sequence[float] = (-6.0, -2.0, -0.5, 0.0, 0.5, 2.0, 6.0), z: float = 0.5
) -> Lesson:
    """Sigmoid, tanh and ReLU with their ranges.

    Args:
        zs: where the table looks.
        z: the point whose numbers are listed.
    """
    labels = {name: ops.row_named(name).label for name in NAMES}
    values = {name: output_and_slope(name, z) for name in NAMES}
    rows = tuple((float(at), *(output_and_slope(name, at)[0] for name in NAMES)) for at in zs)
    slopes = tuple((float(at), *(output_and_slope(name, at)[1] for name in NAMES)) for at in zs)
    columns = ("z", *(f"{labels[name]}(z)" for name in NAMES))
    smallest = {name: min(row[k] for row in rows) for k, name in enumerate(NAMES, 1)}
    largest = {name: max(row[k] for row in rows) for k, name in enumerate(NAMES, 1)}
    return Lesson(
        numbers=(
            number("z", z),
            *(number(f"{labels[name]}(z)", values[name][0]) for name in NAMES),
            *(number(f"slope of {labels[name]}", values[name][1], "at z") for name in NAMES),
        ),
        tables=(
            Table("Outputs", columns, rows),
            Table("Slopes", ("z", *(f"{labels[name]}′(z)" for name in NAMES)), slopes),
            Table(
                "Smallest and largest output in the first table",
                ("function", "smallest", "largest"),
                tuple((labels[name], smallest[name], largest[name]) for name in NAMES),
            ),
        ),
        pictures=(
            Picture(
                "activations", curves_chart(0, "a", "Sigmoid, tanh and ReLU over z from −4 to 4.")
            ),
            Picture(
                "activation-slopes",
                curves_chart(1, "slope", "The slopes of sigmoid, tanh and ReLU over z."),
            ),
        ),
    )


def curves_chart(which: int, axis: str, alt: str) -> Chart:
    """The outputs (0) or the slopes (1) of the three functions."""
    zs = sorted([*spread(-4.0, 4.0, 161), 1e-9])  # where ReLU's slope jumps
    curves = tuple(
        Curve(
            tuple((z, output_and_slope(name, z)[which]) for z in zs),
            ops.row_named(name).label,
            colour=colour,
        )
        for name, colour in zip(NAMES, COLOURS, strict=False)
    )
    return Chart(alt, "z", axis, curves, y_range=(-1.2, 2.2) if which == 0 else (-0.1, 1.2))
