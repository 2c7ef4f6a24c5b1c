"""All contestants that can be installed everywhere do the same work, and that is checked."""

from __future__ import annotations

import json

import pytest

from autograd_mini import Value
from autograd_mini.compiler import compile
from tests.benchmarks.compiled import (
    by_hand,
    chains,
    growth,
    measure,
    ours,
    peers,
    scalars,
    table,
    works,
)
from tests.benchmarks.compiled.__main__ import FOLDER
from tests.benchmarks.compiled.works import Perceptron, Transformer
from tests.benchmarks.summary import PAGE, with_summary
from tests.compiler.ragged import RAGGED

SMALL = (
    Perceptron("hinge", (2, 5, 4, 1), 12, "hinge", 0.05, 1e-4),
    Perceptron("softmax", (6, 5, 3), 8, "softmax", 0.1),
)

HEAD = ("processor", "features", "python", "system", "versions")


@pytest.mark.parametrize("work", SMALL, ids=lambda work: work.title)
@pytest.mark.parametrize("tier", ["python", "numpy"])
def test_the_tiers_train_as_numpy_by_hand_does(work: Perceptron, tier: str) -> None:
    run, reference = ours.prepare(work, tier), by_hand.perceptron(work)
    for _ in range(4):
        assert run(1) == pytest.approx(reference(1), rel=1e-12)


def test_micrograd_makes_the_same_steps_on_moons() -> None:
    work = works.WORKS[works.MOONS]
    assert isinstance(work, Perceptron)
    few = work._replace(batch=6)
    run, reference = scalars.prepare(few, peers.MICROGRAD), by_hand.perceptron(few)
    for _ in range(3):
        assert run(1) == pytest.approx(reference(1), rel=1e-12)


def test_the_scalar_transformer_begins_where_the_compiled_one_does() -> None:
    work = Transformer("small", batch=2, length=3)
    eager = scalars.prepare(work, peers.SLOTS)
    _, cost, (documents,), _ = ours.program(work)
    begun = sum(cost(document).data for document in documents) / len(documents)
    assert begun == pytest.approx(eager(1), rel=1e-12)


def test_a_contestant_that_does_other_work_stops_the_run() -> None:
    rows = {"a": {"costs": [1.0, 0.5]}, "b": {"costs": [1.0, 0.5 + 1e-6]}, "c": {"failure": "no"}}
    with pytest.raises(AssertionError, match="b has the costs"):
        measure.refuse_different("work", rows)
    measure.refuse_different("work", {"a": rows["a"], "c": rows["c"]})


def test_every_published_pair_is_measured() -> None:
    for pair in peers.PAIRS:
        assert {pair.tier, pair.peer} <= set(peers.WHO[pair.work]), pair


def test_flops_are_those_of_the_products() -> None:
    work = works.WORKS[works.WIDE]
    assert isinstance(work, Perceptron)
    forward = 2 * 64 * (784 * 128 + 128 * 10)
    assert work.flops == 3 * forward - 2 * 64 * 784 * 128
    assert work.numbers == 784 * 128 + 128 + 128 * 10 + 10


def test_the_page_names_what_failed() -> None:
    row = {"seconds": 1e-5, "spread": 0.1, "rounds": 5, "first": 0.2, "call": 0.001}
    made = table.page(
        {
            "date": "today",
            "machine": dict.fromkeys(HEAD, "?"),
            "works": {
                "w": {
                    "title": "a work",
                    "contestants": {"tier llvm": row, "jax.jit": {"failure": "needs jax"}},
                    "ratios": [{"peer": "jax.jit", "tier": "tier llvm", "ratio": 2.5, "aim": 2.0}],
                }
            },
            "growth": {},
        }
    )
    assert "| tier llvm | 10.0 µs |" in made
    assert "| jax.jit | needs jax |" in made
    assert "2.50×" in made


def test_both_pages_show_what_the_results_say() -> None:
    measured = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))
    shown = PAGE.read_text(encoding="utf-8")
    assert with_summary(shown, "compiled", table.summary(measured)) == shown
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == table.page(measured)


def test_chains_are_measured_beside_scan() -> None:
    pytest.importorskip("jax")
    row = chains.measured("lotka", 8, "numpy")
    assert row.off < 1e-12
    assert min(row.record, row.compile, row.theirs, row.step, row.their_step) > 0.0
    assert row.text().count("|") == chains.HEAD.splitlines()[0].count("|")


def test_growth_sees_every_stage() -> None:
    a = Value(0.5)
    with growth._watched() as watch:
        compile(lambda x: (a * x - 1.0) ** 2, [a], "numpy")([1.0, 2.0])
    assert watch["nodes"] > 3
    assert min(watch["record"], watch["group"]) > 0.0


@pytest.mark.parametrize("name", RAGGED)
def test_ragged_programs_are_those_of_jax(name: str) -> None:
    pytest.importorskip("jax")
    assert chains.measured(name, 6, "numpy").off < 1e-12
