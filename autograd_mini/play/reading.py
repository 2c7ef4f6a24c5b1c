"""What a run's reading shows: pictures, as numbers that a page can draw, and what goes wrong, said.

Vocabulary: a *heat map* has a byte for each point of a grid: 0 is the negative end of the scale,
255 the positive one. A *line* of the network is a weight: its share tells its size and its sign.

A ReLU is *dead* when its output is 0 for every example: no gradient comes through it, so its
weights stay what they are. A neuron is *saturated* when its activation is flat for most examples:
hardly any gradient comes through. A cost *explodes* when it has become many times what it was at
first.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from autograd_mini.nn.notation import lowered, raised
from autograd_mini.numbers import significant
from autograd_mini.play.run import NetworkRun
from autograd_mini.play.settings import REACH, Cost
from autograd_mini.show.palette import largest, share

coarse = significant(3)

MOST_POINTS = 120
"""A curve has at most so many points."""


def heat_maps(run: NetworkRun, outputs: Sequence[Sequence[float]]) -> dict[str, object]:
    """The heat maps of all hidden neurons, and the boundary, from the outputs on a grid."""
    *hidden, last = outputs
    cost = run.settings.cost
    maps = iter([_heat_map(values) for values in hidden])
    neurons = [[next(maps) for _ in layer.neurons] for layer in run.model.layers[:-1]]
    return {"neurons": neurons, "boundary": _bytes(sure(cost, output) for output in last)}


def _heat_map(values: Sequence[float]) -> str:
    most = largest(values)
    return _bytes(share(a, most) for a in values)


def sure(cost: Cost, output: float) -> float:
    """How sure an output is: from −1, class 0, to 1, class 1; 0 is the boundary."""
    if math.isnan(output):
        return 0.0
    return min(max((output - cost.middle) / cost.width, -1.0), 1.0)


def _bytes(shares: Iterable[float]) -> str:
    return base64.b64encode(bytes(round(127.5 * (x + 1.0)) for x in shares)).decode()


def lines(run: NetworkRun, numbers: Sequence[float]) -> list[list[list[float]]]:
    """For each layer and neuron the shares of its weights and of its bias."""
    most = largest(numbers)
    shares = iter([round(share(number, most), 4) for number in numbers])
    return [
        [[next(shares) for _ in range(len(neuron.w) + 1)] for neuron in layer.neurons]
        for layer in run.model.layers
    ]


def places(run: NetworkRun) -> list[list[float]]:
    """The points: how far right and down, the class, and whether it is held out."""
    found = []
    for held_out, examples in enumerate((run.train, run.test)):
        for (x, y), target in examples:
            label = int(target == run.settings.cost.targets[1])
            found.append(
                [round((x + REACH) / (2 * REACH), 4), round((REACH - y) / (2 * REACH), 4),
                 label, held_out]
            )  # fmt: skip
    return found


def curves(run: NetworkRun) -> dict[str, object]:
    """The costs of both sets against the steps; the height is the cost's logarithm."""
    kept = run.history[:: max(len(run.history) // MOST_POINTS, 1)]
    kept = kept if kept[-1] is run.history[-1] else [*kept, run.history[-1]]
    known = [c for _, *costs in kept for c in costs if 0.0 < c < math.inf] or [1.0]
    low, high = min(*known, 1.0), max(*known, 1e-9)
    low, high = 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))
    low, high = max(low, 1e-6), max(high, 1.0)
    last = max(kept[-1][0], 1)

    def place(step: int, cost: float) -> list[float] | None:
        if not 0.0 <= cost < math.inf:
            return None
        height = math.log(max(cost, low) / low) / math.log(high / low)
        return [round(step / last, 4), round(min(height, 1.0), 4)]

    return {
        "train": [place(step, cost) for step, cost, _ in kept],
        "test": [place(step, cost) for step, _, cost in kept],
        "low": coarse(low),
        "high": coarse(high),
        "last": f"{last:,}",
    }


# --- what goes wrong ------------------------------------------------------------------------------

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


def remarks(run: NetworkRun, outputs: Sequence[Sequence[float]]) -> list[Remark]:
    """What is wrong with a run.

    Args:
        run: the run.
        outputs: for each neuron, layer by layer, its output for every example trained on.
    """
    return [*_of_the_cost(run), *_of_the_neurons(run, outputs)]


def _of_the_cost(run: NetworkRun) -> Iterator[Remark]:
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


def _of_the_neurons(run: NetworkRun, outputs: Sequence[Sequence[float]]) -> Iterator[Remark]:
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
