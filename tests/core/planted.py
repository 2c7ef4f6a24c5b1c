"""Faults planted in the core: ``python -m tests.core.planted --seed 1 --sample 60``.

As tests/mutation does with Python: one small fault at a time, drawn by a seed, and the tests are to
notice. A fault is noticed when the core no longer answers as the Python source does
(:mod:`tests.core.both`) or a test of the engine fails. What does not compile is no fault. The
outcome goes to tests/mutation/results and its page.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.core import build

RESULTS = build.ROOT / "tests" / "mutation" / "results" / "_core.json"
PROGRAMS = ("2026", "420")
SECONDS = 60.0
SWAPS = {
    " < ": " <= ", " > ": " >= ", " <= ": " < ", " >= ": " > ", " == ": " != ", " != ": " == ",
    " && ": " || ", " || ": " && ", " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ",
    "++": "--", "return 0;": "return 1;", "return 1;": "return 0;", "return -1;": "return 0;",
}  # fmt: skip
TESTS = """
import sys
import autograd_mini
import pytest
root = sys.argv[1]
names = "core/test_core test_diff test_memory test_modes test_value test_copying test_originals"
skipped = "not sanitizers and not both_engines and not which_engine and not 800 and not mode_on"
sys.exit(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-k", skipped, "--rootdir", root,
                      *[f"{root}/tests/{name}.py" for name in names.split()]]))
"""


class Fault(NamedTuple):
    """One change of one line, counted from 1."""

    operator: str
    line: int
    before: str
    after: str

    @property
    def change(self) -> str:
        """What it does, in words."""
        return f"{self.before.strip()} → {self.after.strip() or '(left out)'}"


def faults(text: str) -> list[Fault]:
    """Every fault that could be planted: operators, numbers, conditions, statements left out."""
    found = []
    for i, line in enumerate(text.splitlines(), 1):
        code = line.split("/*")[0]
        if not code.startswith(" ") or code.strip().startswith(("*", "#", "{", "GETSET")):
            continue
        for old, new in SWAPS.items():
            found += [
                Fault("operator", i, line, line[: m.start()] + new + line[m.end() :])
                for m in re.finditer(re.escape(old), code)
            ]
        found += [
            Fault("number", i, line, f"{line[: m.start()]}{int(m[0]) + 1}{line[m.end() :]}")
            for m in re.finditer(r"(?<![\w.-])\d+(?![\w.])", code)
        ]
        if m := re.match(r"( *(?:\} else )?if )\((.*)\)( [^()]*;| \{|$)", code):
            found.append(Fault("condition", i, line, f"{m[1]}(!({m[2]})){m[3]}"))
        if re.fullmatch(r" +[^{}=]*(=[^{}]*)?;\s*", code) and not re.match(
            r" +(return|static|const|goto|case|double|int|Node|PyObject|Py_ssize_t)\b", code
        ):
            found.append(Fault("statement", i, line, ""))
    return found


def noticed(fault: Fault, text: str, right: str) -> str:
    """How the fault comes out: "" if it does not compile, "killed", "timeout" or "survived"."""
    lines = text.splitlines()
    lines[fault.line - 1] = fault.after
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if not build.made(folder, "\n".join(lines) + "\n"):
            return ""
        try:
            run = build.run(
                folder, "-m", "tests.core.both", *PROGRAMS, limit=SECONDS, AUTOGRAD_MINI_PURE=""
            )
            if run.returncode or run.stdout != right:
                return "killed"
            run = build.run(
                folder, "-c", TESTS, str(build.ROOT), limit=3 * SECONDS, AUTOGRAD_MINI_PURE=""
            )
        except subprocess.TimeoutExpired:
            return "timeout"
        return "killed" if run.returncode else "survived"


def main() -> None:
    """Plant a sample of faults and write down what became of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=60)
    given = parser.parse_args()
    text = build.SOURCE.read_text(encoding="utf-8")
    found = faults(text)
    random.Random(given.seed).shuffle(found)
    outcomes, survivors = dict.fromkeys(("killed", "timeout", "survived"), 0), []
    with tempfile.TemporaryDirectory() as place:
        build.made(Path(place))
        right = build.run(
            Path(place), "-m", "tests.core.both", *PROGRAMS, AUTOGRAD_MINI_PURE="1"
        ).stdout
    for fault in found:
        if sum(outcomes.values()) == given.sample:
            break
        outcome = noticed(fault, text, right)
        if outcome:
            outcomes[outcome] += 1
            sys.stderr.write(f"{outcome:9} {fault.line}: {fault.change}\n")
        if outcome == "survived":
            survivors.append(fault._asdict() | {"change": fault.change})
    kept = [{key: one[key] for key in ("operator", "line", "change")} for one in survivors]
    measured = {"of": len(found), "outcomes": outcomes, "survivors": kept}
    RESULTS.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
