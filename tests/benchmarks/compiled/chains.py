"""Programs that repeat along a chain, and programs with ragged rows, beside ``jax.jit``.

    python -m tests.benchmarks.compiled.chains [--steps 64,256,1024] [--tier llvm] [NAME ...]

JAX's chains use ``lax.scan``. For each program and number of steps, or size: the lines of the
source of a step; the seconds of processor time that recording takes (µs a node), folding its loops
included, and compiling after that, the comparison with the eager engine and LLVM's own work
included; JAX's seconds from the call to the first answer; and the time of one step of both, value
and gradient of a small batch, taken in turn (the best of several), with what JAX's is divided by
ours. Both run in this process, on one thread.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from autograd_mini.compiler import compile, programs
from autograd_mini.compiler.choice import chosen
from autograd_mini.compiler.trace import trace
from tests.compiler import chains_jax, ragged_jax
from tests.compiler.chains import CHAINS
from tests.compiler.ragged import RAGGED

ROUNDS, RUNS = 8, 5
"""Both are timed so many times in turn, each time the best of so many runs."""


PROGRAMS = {**CHAINS, **RAGGED}

SIZES = {
    **dict.fromkeys(CHAINS, (8, 64, 256, 1024)),
    **dict.fromkeys(("cholesky", "inverse"), (4, 8, 16, 32)),
    "attention": (64,),
    "graph": (200,),
    "bodies": (24,),
    "convolutions": (32,),
}


class Row(NamedTuple):
    """What is known of one program with so many steps; seconds."""

    name: str
    steps: int
    nodes: int
    lines: int
    record: float
    compile: float
    theirs: float
    step: float
    their_step: float
    off: float
    """The largest difference of the gradients, by the largest derivative."""

    def text(self) -> str:
        """A line of the table."""
        return (
            f"| {self.name} | {self.steps:,} | {self.nodes:,} | {self.lines} "
            f"| {1e6 * self.record / self.nodes:.1f} | {self.compile:.2f} | {self.theirs:.2f} "
            f"| {1e6 * self.step:.0f} | {1e6 * self.their_step:.0f} "
            f"| {self.their_step / self.step:.1f} | {self.off:.0e} |"
        )


HEAD = (
    "| program | steps | nodes | lines | µs a node | compile s | JAX s | step µs | JAX µs "
    "| ratio | off |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


def measured(name: str, steps: int, tier: str) -> Row:
    """One row."""
    chain = PROGRAMS[name](steps)
    began = time.process_time()
    peer: Any = (ragged_jax if name in RAGGED else chains_jax).Peer(name, chain, steps)
    _, wanted = peer.answer()
    theirs = time.process_time() - began
    compiled = compile(chain.fn, chain.params, tier)
    spent: dict[str, float] = {}
    nodes = 0

    def timed(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            nonlocal nodes
            began = time.process_time()
            made = function(*given)
            spent[what] = spent.get(what, 0.0) + time.process_time() - began
            nodes = len(made.recording.rows) if what == "trace" else nodes
            return made

        return run

    with (
        mock.patch.object(programs, "trace", timed("trace", trace)),
        mock.patch.object(programs, "chosen", timed("chosen", chosen)),
    ):
        _, gradient = compiled(*chain.examples)
    engine: Any = compiled._surroundings.last
    data = engine.prepare([np.array(x) for x in chain.examples])
    theta = engine.theta([p.data for p in chain.params])
    count = len(chain.examples[0])
    ours, their_step = [], []
    for _ in range(ROUNDS):
        their_step.append(_best(lambda: peer.jax.block_until_ready(peer.run(*peer.given))))
        ours.append(_best(lambda: engine.step(theta, data, count, 1.0 / count)))
    off = np.abs(np.array(gradient) - np.array(wanted)).max() / np.abs(np.array(wanted)).max()
    lines = compiled.source.count("\n")
    return Row(
        name, steps, nodes, lines, spent["trace"], spent["chosen"], theirs,
        min(ours), min(their_step), float(off),
    )  # fmt: skip


def _best(run: Callable[[], Any]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def main(given: Sequence[str] | None = None) -> None:
    """Print the table, a line as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(PROGRAMS), help="programs; all of them")
    parser.add_argument("--steps", default="", help="numbers of steps or sizes, with commas")
    parser.add_argument("--tier", default="llvm")
    asked = parser.parse_args(given)
    sys.stdout.write(f"{HEAD}\n")
    for name in asked.names:
        for steps in map(int, asked.steps.split(",")) if asked.steps else SIZES[name]:
            sys.stdout.write(f"{measured(name, steps, asked.tier).text()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
