"""The works on graphs of scalars, as their engines run them: micrograd, and *slots* for the GPT.

*Slots* is the thirty-line ``Value`` in the manner of microGPT (:mod:`tests.benchmarks.baseline`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.benchmarks import microgpt, moons
from tests.benchmarks.compiled import transformer
from tests.benchmarks.compiled.works import Perceptron, Transformer, Work
from tests.benchmarks.engines import ENGINES


def prepare(work: Work, engine: str) -> Callable[[int], float]:
    """A function that makes so many steps and returns the cost before the last of them."""
    kit = ENGINES[engine].load()
    return _moons(kit, work) if isinstance(work, Perceptron) else _transformer(kit, work)


def _moons(kit: Any, work: Perceptron) -> Callable[[int], float]:
    cost = moons.Cost(kit, work.batch)
    parameters = kit.parameters(
        [x for layer in work.layers() for w, b in zip(*layer, strict=True) for x in (*w, b)]
    )

    def run(steps: int) -> float:
        for _ in range(steps):
            kit.forget(parameters)
            root = kit.pass_(lambda p: cost(moons.written_out(p), p), parameters)
            moons.update(parameters)
        return float(root.data)

    return run


def _transformer(kit: Any, work: Transformer) -> Callable[[int], float]:
    first = transformer.first_matrices(work)
    parameters = kit.parameters([x for rows in first.values() for row in rows for x in row])
    adam = microgpt.Adam(len(parameters))
    examples = work.examples()
    kit.forget(parameters)

    def cost(p: Any) -> Any:
        numbers = iter(p)
        m = {name: [[next(numbers) for _ in row] for row in rows] for name, rows in first.items()}
        total = sum(microgpt.cost(m, tokens) for tokens in examples)
        return total * (1.0 / len(examples))

    def run(steps: int) -> float:
        for _ in range(steps):
            kit.forget(parameters)
            root = kit.pass_(cost, parameters)
            adam.update(parameters, work.rate)
        return float(root.data)

    return run
