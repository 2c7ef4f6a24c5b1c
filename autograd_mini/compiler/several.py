"""Examples of several structures in one batch: each structure's share runs in its own program.

The losses of the shares are put back into the order of the examples, their gradients are added. All
programs have the parameters in one order, so that θ and its gradient are the same to all of them.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from autograd_mini.compiler.engines import Engine, Loop, Runner, Task


class Share(NamedTuple):
    """Examples of one structure.

    Attributes:
        engine: what they run in.
        data: they, in the engine's form.
        places: where they stand among all examples, or in a batch.
    """

    engine: Engine
    data: Any
    places: list[int]


class Several(Runner):
    """The engines of several structures as one engine."""

    def __init__(self, shares: Sequence[Share]) -> None:
        self.shares = shares
        self.first = shares[0].engine
        self.tier = self.first.tier
        self.order: Sequence[int] = self.first.order
        self.source = "\n\n".join(share.engine.source for share in shares)
        self.statements = sum(share.engine.statements for share in shares)
        self.where = {
            i: (k, local) for k, share in enumerate(shares) for local, i in enumerate(share.places)
        }

    def pick(self, data: Any, indices: Sequence[int]) -> list[Share]:
        """The examples with these numbers; ``data`` is not needed."""
        places: dict[int, list[int]] = {}
        for place, i in enumerate(indices):
            places.setdefault(self.where[i][0], []).append(place)
        made = []
        for k, here in places.items():
            engine, examples, _ = self.shares[k]
            local = [self.where[indices[place]][1] for place in here]
            made.append(Share(engine, engine.pick(examples, local), here))
        return made

    def part(self, data: Any, start: int, stop: int) -> list[Share]:
        return self.pick(data, range(start, min(stop, len(self.where))))

    def theta(self, numbers: Sequence[float]) -> Any:
        return self.first.theta(numbers)

    def numbers(self, theta: Any) -> list[float]:
        return self.first.numbers(theta)

    def forward(self, theta: Any, data: list[Share], count: int) -> list[Any]:
        results: list[Any] = [None] * count
        for engine, part, places in data:
            rows = engine.forward(theta, part, len(places))
            for place, row in zip(places, rows, strict=True):
                results[place] = row
        return results

    def step(self, theta: Any, data: list[Share], count: int, weight: float) -> tuple[Any, Any]:
        losses: list[float] = [0.0] * count
        total: Any = None
        for engine, part, places in data:
            found, gradient = engine.step(theta, part, len(places), weight)
            for place, loss in zip(places, found, strict=True):
                losses[place] = float(loss)
            if total is None:
                total = gradient
            elif isinstance(total, list):
                total = list(map(operator.add, total, gradient))
            else:
                total = total + gradient
        return losses, total

    def quiet(self) -> AbstractContextManager[Any]:
        return self.first.quiet()

    def loop(self, task: Task) -> Loop:
        return self.first.loop(task)
