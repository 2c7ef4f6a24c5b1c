"""Mutation testing: ``python -m tests.mutation ops graph value diff``, or some of them.

Plants every fault of :mod:`tests.mutation.mutants` in the module, runs the tests named for it in
``TESTS`` on each, and keeps the score with its survivors in results/NAME.json. ``page`` writes
README.md from these and from ``equivalent.py``. It needs ``pip install -e '.[test,mutation]'`` and
a system that can fork.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from tests.mutation import page
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.modules import MODULES, TESTS
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.trial import trials

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "autograd_mini"


def main() -> None:
    """Try the mutants of each module named; then write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="+", choices=[*MODULES, "page"])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--again",
        action="store_true",
        help="only what survived the last time, unless it is equivalent",
    )
    parser.add_argument("--sample", type=int, default=0, help="so many faults, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--no-control", action="store_true", help="not first without a fault")
    given = parser.parse_args()
    for name in given.modules:
        if name != "page":
            if not given.no_control:
                refuse_failing_tests(name)
            measure(name, given.workers, given.again, given.sample, given.seed)
    (HERE / "README.md").write_text(page.written(HERE / "results"), "utf-8")


def refuse_failing_tests(name: str) -> None:
    """The control: without a fault all the tests must pass."""
    path = PACKAGE / f"{name}.py"
    control = Mutant("none", 0, "", "", path.read_text("utf-8"), "")
    ((_, outcome, told),) = trials(path, [control], TESTS[name], 1)
    if outcome != "survived":
        sys.exit(f"the tests of {name} fail without any fault: {outcome}, {told}")


def measure(name: str, workers: int, again: bool, sample: int, seed: int) -> None:
    """Try the faults of a module and keep the score after each of them."""
    path, kept = PACKAGE / f"{name}.py", HERE / "results" / f"{name}.json"
    found = list(mutants(path.read_text("utf-8")))
    score: dict[str, Any] = {"of": len(found), "outcomes": {}, "survivors": []}
    if again:
        score = json.loads(kept.read_text("utf-8"))
        shown = [s for s in score["survivors"] if (name, s["change"]) in EQUIVALENT]
        left = {(s["line"], s["change"]) for s in score["survivors"] if s not in shown}
        found = [m for m in found if (m.line, m.key) in left]
        score["survivors"] = shown
        score["outcomes"]["survived"] = len(shown)
    elif sample:
        found = Random(seed).sample(found, min(sample, len(found)))
    outcomes: Counter[str] = Counter(score["outcomes"])
    since = time.monotonic()
    for tried, (mutant, outcome, told) in enumerate(trials(path, found, TESTS[name], workers), 1):
        outcomes[outcome] += 1
        if outcome == "survived":
            line = {"operator": mutant.operator, "line": mutant.line, "change": mutant.key}
            score["survivors"] = sorted([*score["survivors"], line], key=lambda s: s["line"])
        score["outcomes"] = dict(outcomes)
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(score, indent=1, ensure_ascii=False) + "\n", "utf-8")
        seconds = (time.monotonic() - since) / tried
        said = f"{name} {tried} of {len(found)} {outcome}, {seconds:.1f} s each"
        sys.stderr.write(f"{said}: {mutant.line}: {mutant.key} [{told}]\n")


if __name__ == "__main__":
    main()
