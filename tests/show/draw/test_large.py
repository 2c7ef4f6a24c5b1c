"""No picture takes long to lay out, whatever the graph: what is eased, and what it then takes."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from autograd_mini import Value, graph, losses, nn, ops
from autograd_mini.show import draw


def chain(length: int) -> Value:
    """Every step reads x again: the arrows from it span more and more columns."""
    y = x = Value(1.0, "x")
    for _ in range(length // 2):
        y = (y + x).tanh()
    return y


def tangle(size: int) -> Value:
    source = random.Random(0)
    made = [Value(source.random(), f"x{i}") for i in range(20)]
    while len(made) < size:
        a, b = source.choice(made[-40:]), source.choice(made[-40:])
        made.append((a * b).tanh() if source.random() < 0.3 else a + b)
    return ops.sum(made[-60:])  # type: ignore[no-any-return]


def batch(examples: int) -> Value:
    model = nn.MLP(3, [4, 1], "tanh", rng=random.Random(0))
    cost: Value = losses.mse(
        [model([0.1 * i, 1.0, 0.5]) for i in range(examples)], [1.0] * examples
    )
    return cost


GRAPHS: list[tuple[str, Callable[[], Value]]] = [
    ("short arrows", lambda: batch(65)),
    ("long arrows", lambda: chain(270)),
    ("very long arrows", lambda: chain(990)),
    ("many crossings", lambda: tangle(940)),
]


@pytest.mark.parametrize("view", ["expanded", "compact"])
@pytest.mark.parametrize(("name", "make"), GRAPHS, ids=[name for name, _ in GRAPHS])
def test_up_to_a_thousand_nodes_are_laid_out(
    name: str, make: Callable[[], Value], view: str
) -> None:
    """How long it takes is a table of the benchmarks; without easing, some took half a minute."""
    root = make()
    assert len(graph.order(root)) <= 1100, name
    assert draw(root, view=view).svg.count("<g ") > 20


def test_what_spans_too_many_columns_is_collapsed() -> None:
    assert "Collapsed" not in draw(chain(100)).dot
    assert "Collapsed" in draw(chain(990)).dot
