"""What training remembers: costs and learning rates, and why it ended."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class History:
    """The course of one training; a list has one number for each epoch unless it says otherwise.

    Attributes:
        costs: the mean loss over the epoch's examples, each before the step of its batch.
        validation: the mean loss over the held-out examples after the epoch; empty without them.
        rates: the learning rate α of the epoch.
        steps: the cost of each batch before its step, one for each step.
        stopped: why training ended before its last epoch; empty if it did not.
        best: the epoch, from 1, of the lowest cost that early stopping saw; 0 without early stop.
    """

    costs: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    stopped: str = ""
    best: int = 0

    def __len__(self) -> int:
        return len(self.costs)

    def __repr__(self) -> str:
        if not self.costs:
            return "<History: no epochs>"
        ended = f"; {self.stopped}" if self.stopped else ""
        span = f"cost {self.costs[0]:.4g} to {self.costs[-1]:.4g}"
        return f"<History: {len(self)} epoch(s), {len(self.steps)} step(s), {span}{ended}>"
