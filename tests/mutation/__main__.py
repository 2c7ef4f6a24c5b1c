"""Mutation testing: ``python -m tests.mutation ops graph value diff``, or some of them.

Plants every fault of :mod:`tests.mutation.mutants` in the module, runs the tests named for it in
``TESTS`` on each, and keeps the score with its survivors in results/NAME.json. ``page`` writes
README.md from these and from ``equivalent.py``. It needs ``pip install -e '.[test,mutation]'`` and
a system that can fork.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tests.mutation import page
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
    parser.add_argument("--again", action="store_true", help="only what survived the last time")
    parser.add_argument("--every", type=int, default=1, help="a sample: each n-th fault")
    given = parser.parse_args()
    for name in given.modules:
        if name != "page":
            score = measured(name, given.workers, given.again, given.every)
            path = HERE / "results" / f"{name}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(score, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (HERE / "README.md").write_text(page.written(HERE / "results"), "utf-8")


def measured(name: str, workers: int, again: bool = False, every: int = 1) -> dict[str, Any]:
    """The score of a module: how many mutants, how they ended, and those that survived."""
    source = (PACKAGE / f"{name}.py").read_text("utf-8")
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    outcomes: Counter[str] = Counter()
    found: Iterator[Mutant] = islice(mutants(source), 0, None, every)
    if again:
        before = json.loads((HERE / "results" / f"{name}.json").read_text("utf-8"))
        left = {(s["operator"], s["change"]) for s in before["survivors"]}
        found = (m for m in mutants(source) if (m.operator, m.key) in left)
        every = before["every"]
        outcomes = Counter(before["outcomes"])
        outcomes["survived"] = 0
    path, tests = PACKAGE / f"{name}.py", TESTS[name]
    ((_, outcome, told),) = trials(path, [Mutant("none", 0, "", "", source, "")], tests, 1)
    if outcome != "survived":
        sys.exit(f"the tests of {name} fail without any fault: {outcome}, {told}")
    since = time.monotonic()
    survivors = []
    for tried, (mutant, outcome, told) in enumerate(trials(path, found, tests, workers), 1):
        outcomes[outcome] += 1
        line = {"operator": mutant.operator, "line": mutant.line, "change": mutant.key}
        if outcome == "survived":
            survivors.append(line)
        seconds = (time.monotonic() - since) / tried
        said = f"{name} {tried} {outcome}, {len(survivors)} so far, {seconds:.1f} s each"
        sys.stderr.write(f"{said}: {mutant.line}: {mutant.key} [{told}]\n")
    survivors.sort(key=lambda line: (line["line"], str(line["operator"])))
    return {"source": digest, "every": every, "outcomes": dict(outcomes), "survivors": survivors}


if __name__ == "__main__":
    main()
