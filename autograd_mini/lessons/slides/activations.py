"""Part 6, slide 19: activation functions, their ranges and their slopes."""

from __future__ import annotations

from autograd_mini import ops
from autograd_mini.lessons.chart import COLOURS, Chart, Curve
from autograd_mini.lessons.content import Picture, Table
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides
from autograd_mini.lessons.numeric import spread
from autograd_mini.lessons.slides.classroom import Numbers
from autograd_mini.value import Value

NAMES = ("sigmoid", "tanh", "relu")


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
def activations(zs: Numbers = (-6.0, -2.0, -0.5, 0.0, 0.5, 2.0, 6.0), z: float = 0.5) -> Lesson:
    """Sigmoid, tanh and ReLU with their ranges.

    Args:
        zs: where the table looks.
        z: the point whose numbers are listed.
    """
    labels = [ops.row_named(name).label for name in NAMES]
    at_z = [output_and_slope(name, z) for name in NAMES]
    outputs, slopes = (
        [(at, *(output_and_slope(name, at)[which] for name in NAMES)) for at in zs]
        for which in (0, 1)
    )
    _, *columns = zip(*outputs, strict=True)
    extremes = [(g, min(a), max(a)) for g, a in zip(labels, columns, strict=True)]
    heads = ("function", "smallest", "largest")
    return Lesson(
        numbers=(
            number("z", z),
            *(number(f"{g}(z)", a) for g, (a, _) in zip(labels, at_z, strict=True)),
            *(number(f"slope of {g}", s, "at z") for g, (_, s) in zip(labels, at_z, strict=True)),
        ),
        tables=(
            Table("Outputs", ("z", *(f"{g}(z)" for g in labels)), outputs),
            Table("Slopes", ("z", *(f"{g}′(z)" for g in labels)), slopes),
            Table("Smallest and largest output in the first table", heads, extremes),
        ),
        pictures=(
            Picture("activations", curves_chart(0)),
            Picture("activation-slopes", curves_chart(1)),
        ),
    )


def curves_chart(which: int) -> Chart:
    """The outputs (0) or the slopes (1) of the three functions."""
    zs = sorted([*spread(-4.0, 4.0, 161), 1e-9])  # where ReLU's slope jumps
    curves = [
        Curve([(z, output_and_slope(g, z)[which]) for z in zs], ops.row_named(g).label, colour=c)
        for g, c in zip(NAMES, COLOURS, strict=False)
    ]
    if which == 0:
        alt = "Sigmoid, tanh and ReLU over z from −4 to 4."
        return Chart(alt, "z", "a", curves, y_range=(-1.2, 2.2))
    alt = "The slopes of sigmoid, tanh and ReLU over z."
    return Chart(alt, "z", "slope", curves, y_range=(-0.1, 1.2))
