"""Part 8, slide 22: forward propagation as three loops, over samples, layers and activations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd_mini import ops
from autograd_mini.lessons.content import Table, TableRow
from autograd_mini.lessons.lesson import Lesson, edit, number, on_slides
from autograd_mini.lessons.slides import classroom
from autograd_mini.lessons.slides.classroom import PARAMETERS, Numbers, Parameters, X
from autograd_mini.numbers import raised

SAMPLES = (X, (0.9, 1.0, 3.0), (0.1, 4.0, 30.0))
"""The example of slide 26 and two of ours."""

TARGETS = (1.0, 1.0, 0.0)

OTHER_SAMPLES = ((0.5, 1.0, 12.0), (0.8, 2.0, 5.0), (0.2, 3.0, 25.0))

LayerRule = tuple[list[list[float]], list[float], Callable[[float], float]]
"""W, b and g of one layer."""


def layers_of(parameters: Parameters) -> list[LayerRule]:
    """The network's numbers as the loops want them: W, b and g for each layer."""
    return [
        ([[*map(float, w)] for w, _ in units], [float(b) for _, b in units], g)
        for units, g in ((parameters.hidden, ops.relu), ([parameters.output], ops.sigmoid))
    ]


def triple_loop(layers: Sequence[LayerRule], samples: Sequence[Numbers]) -> list[list[float]]:
    """The final activations for each sample, by the slide's three loops.

    >>> identity = ([[2.0, 1.0]], [0.5], lambda z: z)
    >>> triple_loop([identity], [[1.0, 3.0]])
    [[5.5]]
    """
    results = []
    for sample in samples:  # for each sample i
        a = list(map(float, sample))
        for W, b, g in layers:  # for each layer l
            new = [0.0] * len(W)
            for j in range(len(W)):  # for each activation j
                z = sum(W[j][k] * a[k] for k in range(len(a))) + b[j]
                new[j] = g(z)
            a = new
        results.append(a)
    return results


@on_slides(
    22,
    edits=[
        edit("ŷ⁽²⁾", samples=OTHER_SAMPLES),
        edit("ŷ⁽²⁾", parameters=classroom.OTHER),
        edit("J", targets=(0.0, 0.0, 1.0)),
    ],
)
def loops(
    parameters: Parameters = PARAMETERS,
    samples: Sequence[Numbers] = SAMPLES,
    targets: Numbers = TARGETS,
) -> Lesson:
    """The three loops of the slide, the same through nn.MLP, and the cost at the end."""
    by_hand = [a[0] for a in triple_loop(layers_of(parameters), samples)]
    model = classroom.network(parameters)
    by_model = [model(list(map(float, sample))) for sample in samples]
    loss_of = [classroom.loss(y, t) for y, t in zip(by_model, targets, strict=True)]
    columns = zip(samples, by_hand, by_model, targets, loss_of, strict=True)
    rows: list[TableRow] = [
        (f"{i}", *sample, y_hat, same.data, target, loss.data)
        for i, (sample, y_hat, same, target, loss) in enumerate(columns, 1)
    ]
    heads = ("i", "x₁", "x₂", "x₃", "ŷ, three loops", "ŷ, nn.MLP", "y", "L(ŷ, y)")
    return Lesson(
        numbers=(
            *(number(f"ŷ⁽{raised(i)}⁾", y, f"sample {i}") for i, y in enumerate(by_hand, 1)),
            number("J", ops.sum(loss_of), "sum of the losses"),
        ),
        tables=(Table("Samples, outputs and losses", heads, rows),),
    )
