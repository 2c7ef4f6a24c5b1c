"""The checkers are checked: faults planted in the engine are caught, by the fuzzer or gradcheck."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import diff, graph, ops, sweeps
from autograd_mini.check import gradcheck
from autograd_mini.fast import backward
from autograd_mini.rows import Op
from tests.fuzz.checking import faults
from tests.fuzz.dags import applied

ENOUGH = range(40)
"""So many graphs must be enough to catch a planted fault."""


def caught() -> bool:
    return any(faults(seed) for seed in ENOUGH)


def test_without_a_fault_nothing_is_caught() -> None:
    assert not caught()


def sweep_that_assigns(nodes: list[Any], nothing: float) -> None:
    """A forgotten +=."""
    for node in reversed(nodes):
        operands = graph.raw_operands(node)
        for i, contribution in diff.contributions(node, nothing, {}):
            operands[i]._grad = contribution


def sweep_breadth_first(nodes: list[Any], nothing: float) -> None:
    """Nearest to the output first, whether all contributions have come in or not."""
    level, seen = [nodes[-1]], {nodes[-1]}
    while level:
        for node in level:
            diff.hand_on(node, nothing, {})
        below = dict.fromkeys(x for node in level for x in graph.operand_nodes(node))
        level = [x for x in below if x not in seen and not graph.is_leaf(x)]
        seen.update(level)


def sweep_of_sets(nodes: list[Any], nothing: float) -> None:
    """Operands as a set: a + a has one."""
    for node in reversed(nodes):
        operands = graph.raw_operands(node)
        done = set()
        for i, contribution in diff.contributions(node, nothing, {}):
            if operands[i] not in done:
                done.add(operands[i])
                operands[i]._grad += contribution


def sweep_that_stops_early(nodes: list[Any], nothing: float) -> None:
    """The first node is forgotten."""
    for node in reversed(nodes[1:]):
        diff.hand_on(node, nothing, {})


@pytest.mark.parametrize(
    "sweep", [sweep_that_assigns, sweep_breadth_first, sweep_of_sets, sweep_that_stops_early]
)
def test_a_fault_in_backward(
    sweep: Callable[[list[Any], float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backward, "sweep", lambda nodes, nothing, _: sweep(nodes, nothing))
    assert caught()


def test_a_wrong_order_in_grad(monkeypatch: pytest.MonkeyPatch) -> None:
    def breadth_first(root: Any) -> list[Any]:
        found, level = [root], [root]
        while level:
            level = [x for node in level for x in graph.operand_nodes(node) if x not in found]
            found += dict.fromkeys(level)
        return found[::-1]

    monkeypatch.setattr(graph, "order", breadth_first)
    assert caught()


def test_a_set_of_operands_in_grad(monkeypatch: pytest.MonkeyPatch) -> None:
    def places_without_repeats(operands: tuple[Any, ...]) -> list[tuple[int, Any]]:
        first = {id(x): i for i, x in reversed(list(enumerate(operands)))}
        return [(i, x) for i, x in enumerate(operands) if first[id(x)] == i]

    monkeypatch.setattr(sweeps, "enumerate", places_without_repeats, raising=False)
    assert caught()


def test_tanh_by_the_formula_that_cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gradcheck(ops.tanh, [20.0])
    monkeypatch.setattr(ops.tanh, "partials", (lambda z, x: 1.0 - z * z,))
    report = gradcheck(ops.tanh, [20.0])
    assert report.verdict == "fail"
    assert report.rows[0].analytic == 0.0
    assert math.isclose(report.rows[0].numeric, 1.6993417021166355e-17, rel_tol=1e-14)


def at_home(row: Op) -> list[float]:
    """A point well inside the row's domain, away from its kinks."""
    spread = (0.31, 0.62, 0.43)
    domain = list(row.domain) * (3 if row.arity is None else 1)
    return [low + (high - low) * t for (low, high), t in zip(domain, spread, strict=False)]


@pytest.mark.parametrize("name", sorted(ops.TABLE))
def test_a_row_off_by_a_millionth(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row: Any = ops.TABLE[name]
    point = at_home(row)

    def f(*operands: Any) -> Any:
        return applied(name, operands)

    assert gradcheck(f, point)
    right = type(row).at

    def wrong(self: Op, z: Any, operands: Any) -> Callable[[int], Any]:
        partial = right(self, z, operands)
        return (lambda i: partial(i) * (1.0 + 1e-6)) if self is row else partial

    exact = type(row).local
    monkeypatch.setattr(type(row), "at", wrong)
    monkeypatch.setattr(
        type(row),
        "local",
        lambda self, *at: exact(self, *at) * (1.0 + 1e-6 * (self is row)),
    )
    report = gradcheck(f, point)
    for found in report.rows:
        assert found.verdict == ("fail" if found.numeric else "pass"), report
