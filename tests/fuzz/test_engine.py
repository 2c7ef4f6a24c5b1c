"""The engine against eighty digits, over random graphs of all rows with re-used operands."""

from __future__ import annotations

import pytest

from autograd_mini import ops
from tests.fuzz.checking import faults, is_vacuous
from tests.fuzz.dags import random_dag
from tests.references import REFERENCES

FEW = range(300)
MANY = range(10_000)


def test_every_row_has_a_reference() -> None:
    assert set(REFERENCES) == set(ops.TABLE), "a row needs a line in tests/references.py"


def test_every_row_is_in_some_graph_with_and_without_fan_out() -> None:
    names: set[str] = set()
    shared = 0
    for seed in FEW:
        dag = random_dag(seed)
        names |= {name for name, _ in dag.steps}
        places = [x for _, operands in dag.steps for x in operands if isinstance(x, int)]
        shared += len(places) > len(set(places))
    assert names == set(ops.TABLE)
    assert len(FEW) / 2 < shared < len(FEW)


@pytest.mark.fuzz
@pytest.mark.parametrize("start", FEW[::50])
def test_values_and_gradients(start: int) -> None:
    found = [fault for seed in range(start, start + 50) for fault in faults(seed)]
    assert not found, "\n".join(found)


def test_the_tolerances_mean_something() -> None:
    assert sum(map(is_vacuous, FEW)) <= 0.02 * len(FEW)


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize("start", MANY[::500])
def test_values_and_gradients_of_many(start: int) -> None:
    found = [fault for seed in range(start, start + 500) for fault in faults(seed)]
    assert not found, "\n".join(found)
