"""Each workload runs at a tiny size, and all engines find the gradients that this project finds."""

from __future__ import annotations

import functools
import json
import math

import pytest

from tests.benchmarks import guard, microgpt, moons, programs, table
from tests.benchmarks.__main__ import FOLDER
from tests.benchmarks.engines import OURS, Engine, installed
from tests.benchmarks.rounds import MODULE, Worker
from tests.benchmarks.summary import PAGE, with_summary
from tests.benchmarks.workloads import WORKLOADS

PAIRS = [
    pytest.param(name, engine, id=f"{name}-{engine.name}")
    for name, workload in WORKLOADS.items()
    for engine in installed()
    if workload.suits(engine) and engine.name != OURS
]


@functools.cache
def gradients(workload: str, engine: str) -> tuple[float, ...]:
    worker = Worker(MODULE, engine, workload, str(WORKLOADS[workload].small), "0")
    worker.round()
    assert not worker.failure
    found = worker.gradients()
    worker.round()
    timing = worker.close()
    assert not timing.failure
    assert timing.median > 0.0
    return tuple(found)


@pytest.mark.parametrize(("workload", "engine"), PAIRS)
def test_gradients_agree(workload: str, engine: Engine) -> None:
    ours, theirs = gradients(workload, OURS), gradients(workload, engine.name)
    assert len(ours) == len(theirs) > 0
    assert all(map(math.isfinite, ours))
    assert sum(map(bool, ours)) >= min(4, len(ours))
    for mine, other in zip(ours, theirs, strict=True):
        assert math.isclose(mine, other, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("operations", [20, 1_000])
def test_every_operation_of_a_random_program_matters(operations: int) -> None:
    program = programs.random_program(operations)
    assert len(program) == operations
    first = len(programs.inputs(operations))
    used = {i for _, i, _, _ in program} | {j for kind, _, j, _ in program if kind in "am"}
    assert used == set(range(first + operations - 1))
    assert {kind for kind, *_ in program} == set("amnr")
    assert random_programs_repeat(operations)


def random_programs_repeat(operations: int) -> bool:
    once, again = programs.random_program(operations), programs.random_program(operations)
    return once == again


def test_moons_are_two_halves() -> None:
    points, labels = moons.moons(100)
    assert len(points) == 100
    assert sum(labels) == 0
    assert len(moons.first_weights()) == 337


def test_a_name_becomes_tokens() -> None:
    assert microgpt.encoded("ab", 8) == [microgpt.MARK, 0, 1, microgpt.MARK]
    assert len(microgpt.encoded("benjamin", 4)) == 5


KNOWN = {
    "3.11.2, GCC": {"W1": 0.7, "W3": 10.0},
    "3.11.7, GCC": {"W1": 0.6, "W3": 9.0},
}


def test_the_guard_is_narrow_for_a_build_it_knows() -> None:
    limit, _ = guard.limits(KNOWN, "3.11.7, GCC")
    assert not guard.slower({"W1": 0.61, "W3": 1.0}, limit)
    assert guard.slower({"W1": 0.62, "W3": 9.0}, limit) == ["W1"]


def test_the_guard_is_wide_for_another_build_of_the_version() -> None:
    limit, _ = guard.limits(KNOWN, "3.11.9, Clang")
    assert not guard.slower({"W1": 0.78, "W3": 11.0}, limit)
    assert guard.slower({"W1": 0.79, "W3": 11.3}, limit) == ["W1", "W3"]


def test_the_guard_has_no_limits_for_another_version() -> None:
    limit, source = guard.limits(KNOWN, "3.1.1, GCC")
    assert not limit
    assert source == "nothing is stored for Python 3.1"


def test_the_page_shows_what_the_results_say() -> None:
    measured = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))
    shown = PAGE.read_text(encoding="utf-8")
    assert with_summary(shown, "scalars", table.summary(measured)) == shown
    assert "µs per operation" in shown
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert page == table.page(measured, measured["date"])


def test_a_table_says_who_is_absent() -> None:
    rows = {
        "micrograd": {"seconds": 0.2, "spread": 0.1, "ratio": 1.0, "rounds": 5},
        OURS: {"seconds": 0.1, "spread": 0.1, "ratio": 2.0, "rounds": 5},
        "PyTorch": {"failure": "not installed"},
    }
    lines = table.workload("W1", {"engines": rows}).splitlines()
    assert lines[2] == f"| {OURS} | 100.00 ms | 10% | 2.00× | 5 |"
    assert lines[-1] == "| PyTorch | not installed |  |  |  |"
