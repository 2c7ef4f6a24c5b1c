"""What a run looks like, in numbers that a page can draw: shares from 0 to 1 or from −1 to 1.

Vocabulary: a *heat map* has a byte for each point of a grid: 0 is the negative end of the scale,
255 the positive one. A *line* of the network is a weight: its share tells its size and its sign.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Sequence

from autograd_mini.numbers import significant
from autograd_mini.play.run import Run
from autograd_mini.play.settings import REACH, Cost
from autograd_mini.show.palette import largest, share

coarse = significant(3)

MOST_POINTS = 120
"""A curve has at most so many points."""


def heat_maps(run: Run, outputs: Sequence[Sequence[float]]) -> dict[str, object]:
    """The heat maps of all hidden neurons, and the boundary, from the outputs on a grid."""
    *hidden, last = outputs
    cost = run.settings.cost
    maps = [_bytes(_shares(values)) for values in hidden]
    neurons = []
    for layer in run.model.layers[:-1]:
        neurons.append(maps[: len(layer.neurons)])
        del maps[: len(layer.neurons)]
    return {"neurons": neurons, "boundary": _bytes(sure(cost, output) for output in last)}


def _shares(values: Sequence[float]) -> list[float]:
    most = largest(values)
    return [share(a, most) for a in values]


def sure(cost: Cost, output: float) -> float:
    """How sure an output is: from −1, class 0, to 1, class 1; 0 is the boundary."""
    if math.isnan(output):
        return 0.0
    return min(max((output - cost.middle) / cost.width, -1.0), 1.0)


def _bytes(shares: Iterable[float]) -> str:
    return base64.b64encode(bytes(round(127.5 * (x + 1.0)) for x in shares)).decode()


def lines(run: Run, numbers: Sequence[float]) -> list[list[list[float]]]:
    """For each layer and neuron the shares of its weights and of its bias."""
    most = largest(numbers)
    shares = iter([round(share(number, most), 4) for number in numbers])
    return [
        [[next(shares) for _ in range(len(neuron.w) + 1)] for neuron in layer.neurons]
        for layer in run.model.layers
    ]


def places(run: Run) -> list[list[float]]:
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


def curves(run: Run) -> dict[str, object]:
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
