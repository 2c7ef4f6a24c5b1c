"""What goes wrong while a network learns, said when it happens.

Vocabulary: a ReLU is *dead* when its output is 0 for every example: no gradient comes through it,
so its weights stay what they are. A neuron is *saturated* when its activation is flat for most
examples: hardly any gradient comes through. A cost *explodes* when it has become many times what it
was at first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd_mini.nn.notation import lowered, raised
from autograd_mini.play.run import Run

FLAT = 0.05
"""A slope below this share of the steepest is flat."""

MOST_OF = 0.9
"""So large a share of the examples makes a neuron saturated."""

TIMES = 5.0
"""A cost so many times the first one has exploded."""

STEEPEST = {"sigmoid": 0.25, "tanh": 1.0}


class Remark(NamedTuple):
    """What is wrong, and where.

    Attributes:
        kind: "dead", "saturated", "exploding", "same" or "overfitting".
        words: a sentence or two.
        layer, neuron: where, counted from 0; −1 is the whole.
    """

    kind: str
    words: str
    layer: int = -1
    neuron: int = -1


def remarks(run: Run, outputs: Sequence[Sequence[float]]) -> list[Remark]:
    """What is wrong with a run.

    Args:
        run: the run.
        outputs: for each neuron, layer by layer, its output for every example trained on.
    """
    return [*_of_the_cost(run), *_of_the_neurons(run, outputs)]


def _of_the_cost(run: Run) -> Iterator[Remark]:
    cost, first = run.costs[0], run.history[0][1]
    if run.ended or not math.isfinite(cost):
        yield Remark(
            "exploding",
            "The cost is no finite number any more: the steps went so far that the numbers left "
            "the range of floats. Start again with a smaller α.",
        )
    elif cost > TIMES * max(first, 0.1):
        yield Remark(
            "exploding",
            f"The cost explodes: it is {cost / first:.0f} times what it was at first. Each step "
            "goes past the valley and lands higher up; take a smaller α.",
        )


def _of_the_neurons(run: Run, outputs: Sequence[Sequence[float]]) -> Iterator[Remark]:
    place = 0
    for number, layer in enumerate(run.model.layers[:-1]):
        width = len(layer.neurons)
        mine = outputs[place : place + width]
        place += width
        name = layer.neurons[0].activation or ""
        for j, values in enumerate(mine):
            called = f"a{lowered(j + 1)}{raised(number + 1)}"
            if name == "relu" and not any(values):
                yield Remark(
                    "dead",
                    f"{called} is dead: its ReLU gives 0 for all {len(values)} examples, so no "
                    "gradient reaches its weights, and no step will change them.",
                    number,
                    j,
                )
            elif name in STEEPEST and (flat := _flat(name, values)) >= MOST_OF:
                yield Remark(
                    "saturated",
                    f"{called} is saturated: for {flat:.0%} of the examples its curve is flat, so "
                    "hardly any gradient comes through.",
                    number,
                    j,
                )
        if width > 1 and all(values == mine[0] for values in mine):
            yield Remark(
                "same",
                f"All {width} neurons of layer {number + 1} compute the same: they began with "
                "equal weights, so they get equal gradients, and stay equal for ever.",
                number,
            )


def _flat(name: str, values: Sequence[float]) -> float:
    """The share of outputs at which the activation's slope is flat."""
    slopes = [a * (1.0 - a) if name == "sigmoid" else 1.0 - a * a for a in values]
    return sum(slope < FLAT * STEEPEST[name] for slope in slopes) / len(values)
