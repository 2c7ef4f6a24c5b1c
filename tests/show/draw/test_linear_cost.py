"""A walk and an explanation take work in proportion to the nodes: ten times as many, not a hundred.

The measure is the number of calls, which is the same on every machine, however busy.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograd_mini import Value, explain, ops, walk
from tests.counting import calls

MARK = 15.0


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


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("shape", GRAPHS)
def test_ten_times_the_nodes_take_about_ten_times_the_work(shape: str, task: str) -> None:
    def run(size: int) -> int:
        x, y = GRAPHS[shape](size)
        return calls(lambda: TASKS[task](x, y))

    run(20)  # imports and caches
    small, large = run(120), run(1200)
    assert large < MARK * small
