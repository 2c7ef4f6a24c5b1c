"""Loops in native code: they agree with the eager engine and with JAX, and are one loop."""

from __future__ import annotations

from typing import Any

import pytest

from autograd_mini import Value
from autograd_mini.compiler import compile, pipeline, repeats
from autograd_mini.compiler.llvm import memory, planner
from autograd_mini.compiler.llvm.kernels import Kernel, Repeat
from autograd_mini.compiler.llvm.prepare import prepare
from tests.compiler.agreement import assert_every_call
from tests.compiler.chains import CHAINS, Chain, lotka, rnn
from tests.compiler.test_loops import FOUND, STEPS, USES, around, stepped
from tests.compiler.test_repeats import traced

ONLY = ("llvm",)


@pytest.fixture(autouse=True)
def short_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops of few entries are loops here too."""
    monkeypatch.setattr(repeats, "WORTH", 0)


@pytest.mark.parametrize("name", CHAINS)
def test_chains_agree(name: str) -> None:
    fn, params, examples = CHAINS[name](7)
    assert_every_call(fn, params, *examples, tiers=ONLY, spans=((0, 3),))


@pytest.mark.parametrize("use", USES)
def test_results_are_used_outside(use: str) -> None:
    fn, params, examples = around(USES[use])
    assert_every_call(fn, params, *examples, tiers=ONLY, spans=((0, 3), (0, 1)))


@pytest.mark.parametrize("step", STEPS)
def test_steps_agree(step: str) -> None:
    fn, params, examples = stepped(STEPS[step], Value(0.8))
    assert_every_call(fn, params, *examples, tiers=ONLY, spans=((0, 3), (0, 1)))


@pytest.mark.parametrize("name", CHAINS)
def test_long_chains_agree_with_jax(name: str) -> None:
    pytest.importorskip("jax")
    from tests.compiler.chains_jax import Peer

    chain = CHAINS[name](64)
    expected, wanted = Peer(name, chain, 64).answer()
    largest = float(abs(wanted).max())
    for tier in ("numpy", "llvm"):
        value, gradient = compile(chain.fn, chain.params, tier)(*chain.examples)
        assert value == pytest.approx(expected, rel=1e-12)
        assert gradient == pytest.approx(wanted.tolist(), rel=1e-9, abs=1e-12 * largest)


def test_the_code_does_not_grow() -> None:
    sizes = []
    for steps in (8, 80):
        compiled = compile(*rnn(steps)[:2], "llvm")
        compiled(*rnn(steps).examples)
        sizes.append(compiled.llvm.count("\n"))
    assert sizes[0] == sizes[1]


def planned(chain: Chain) -> Any:
    program = pipeline.grouped(traced(chain), ["start", "seen"], True)
    return planner.plan(prepare(program))


def test_what_the_rounds_read_keeps_its_place() -> None:
    plan = planned(lotka(6))
    loops = [kernel for kernel in plan.kernels if isinstance(kernel.core, Repeat)]
    assert [(loop.core.rounds, loop.core.backward) for loop in loops] == [(6, False), (6, True)]
    memory.assign(plan.kernels, plan.buffers, 8)
    memory.validate(plan.kernels, plan.buffers, 8)


def test_the_memory_plan_sees_a_place_that_a_round_overwrites() -> None:
    plan = planned(lotka(6))
    memory.assign(plan.kernels, plan.buffers, 8)
    first = next(kernel for kernel in plan.kernels if isinstance(kernel.core, Repeat))
    trails = [b for b in _written(first) if b not in first.core.buffers]
    inside = next(b for b in first.core.buffers if b in plan.buffers)
    inside.start = trails[0].start
    with pytest.raises(AssertionError, match="overwrit"):
        memory.validate(plan.kernels, plan.buffers, 8)


def _written(kernel: Kernel) -> list[Any]:
    return [action.target.buffer.memory for one in kernel.core.kernels for action in one.actions]


@pytest.mark.parametrize("fault", ["shift", "step"])
def test_faults_of_rows_are_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = planner._row
    wrong = {
        "shift": lambda place, size, shift: right(place, size, 0),
        "step": lambda place, size, shift: right(place, size + 1, shift),
    }[fault]
    monkeypatch.setattr(planner, "_row", wrong)
    fn, params, examples = rnn(6)
    with pytest.warns(RuntimeWarning, match=FOUND):
        compile(fn, params, "llvm")(*examples)
