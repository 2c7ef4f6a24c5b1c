"""The timed workloads by name: what is done in one round, and which engines can do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tests.benchmarks import microgpt, moons, programs
from tests.benchmarks.engines import Engine, Kit

Prepared = tuple[Callable[[], None], Sequence[Any]]
"""The step to be timed, and the variables whose gradients it leaves behind."""


class Workload(NamedTuple):
    """One table: ``size`` is what the step's cost grows with, ``small`` is for a quick check."""

    title: str
    needs: frozenset[str]
    prepare: Callable[[Kit, int], Prepared]
    size: int
    small: int
    unit: str

    def suits(self, engine: Engine) -> bool:
        """Whether the engine has the operations."""
        return self.needs <= engine.abilities


def random_graph(kit: Kit, operations: int) -> Prepared:
    """Variables made, forward, backward, graph dropped: all of it is the step."""
    program = programs.for_kit(kit, programs.random_program(operations))
    numbers = programs.inputs(operations)
    latest: list[Any] = []

    def step() -> None:
        latest[:] = kit.parameters(numbers)
        kit.pass_(lambda variables: programs.run(program, variables), latest)

    return step, latest


WORKLOADS = {
    "W1": Workload(
        "random graph of 10,000 operations with re-use",
        frozenset({"relu"}),
        random_graph,
        10_000,
        60,
        "operations",
    ),
    "W2": Workload(
        "moons 2-16-16-1, one training step, the library's own network",
        frozenset({"relu", "mlp"}),
        moons.step_of_library,
        100,
        4,
        "examples",
    ),
    "W2 written out": Workload(
        "moons 2-16-16-1, one training step, neurons as sums of products",
        frozenset({"relu"}),
        moons.step_written_out,
        100,
        4,
        "examples",
    ),
    "W3": Workload(
        "microGPT, one training step on a name, no fused nodes",
        frozenset({"exp"}),
        microgpt.step,
        microgpt.BLOCK,
        2,
        "positions",
    ),
}
