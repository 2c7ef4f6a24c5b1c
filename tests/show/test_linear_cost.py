"""A walk and an explanation take time in proportion to the nodes: ten times as many, not a hundred.

The measure is processor time, the least of several runs; between ten and a hundred lies the mark.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from autograd_mini import Value, explain, ops, walk

MARK = 30.0


def deep(size: int) -> tuple[Value, Value]:
    x = y = Value(0.5, "x")
    for _ in range(size // 2):
        y = y.sin() + x
    return x, y


def wide(row: Callable[[list[Value]], Value]) -> Callable[[int], tuple[Value, Value]]:
    def made(size: int) -> tuple[Value, Value]:
        leaves = [Value(1.0 + i % 7, f"x{i}") for i in range(size)]
        return leaves[0], row(leaves)

    return made


GRAPHS = {
    "deep": deep,
    "sum": wide(ops.sum),
    "max": wide(ops.max),
    "affine": wide(lambda xs: ops.affine(xs[::2], xs[1::2], 1.0)),
}
TASKS: dict[str, Callable[[Value, Value], object]] = {
    "walk": lambda _, y: str(walk(y, max_steps=10**6)),
    "explain": lambda x, y: explain(y, x).text,
    "explain a list": lambda x, y: explain(y, [x, *y.operands]).text,
}


def least_time(task: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        began = time.process_time()
        task()
        times.append(time.process_time() - began)
    return min(times)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("shape", GRAPHS)
def test_ten_times_the_nodes_take_about_ten_times_as_long(shape: str, task: str) -> None:
    def run(size: int) -> float:
        x, y = GRAPHS[shape](size)
        return least_time(lambda: TASKS[task](x, y), 3)

    run(20)  # imports and caches
    small, large = run(120), run(1200)
    assert large < MARK * max(small, 1e-3)
