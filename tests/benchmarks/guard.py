"""The regression guard: ``python -m tests.benchmarks.guard`` compares instruction counts.

Wall time is noise on a shared machine; the number of instructions that a fixed piece of work takes
is not. Valgrind counts them. What is compared is a *ratio*: the count of a workload divided by that
of a fixed reference in plain Python (:mod:`tests.benchmarks.baseline`), counted in the same run, so
that processor and library largely cancel. What remains is the interpreter: its version, and how it
was compiled (a sixth between Debian's optimised 3.11 and a plain one). So ratios are
stored in ``guard.json`` by *build*.

Two runs of one build agree to the third digit, so there the tolerance is narrow. A build that is
not in the file is compared with the largest ratios of its minor version, with a wide tolerance. The
guard fails when a ratio is above the limit. Where valgrind is missing, or nothing is stored for the
minor version, it says so and passes. Where the compiled core was built it is counted too, after the
Python source. ``--store`` writes the present ratios down. ``--planted``
tries the guard itself: it counts an engine that walks every graph twice, and fails unless that is
found out.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograd_mini.engine import core
from tests.benchmarks.counted import COUNTED

STORED = Path(__file__).with_name("guard.json")
SAME_BUILD, OTHER_BUILD = 0.02, 0.12


Ratios = dict[str, float]


def build() -> str:
    """Version, compiler and processor of this Python."""
    return f"{platform.python_version()}, {platform.python_compiler()}, {platform.machine()}"


def limits(known: dict[str, Ratios], this: str) -> tuple[Ratios, str]:
    """The largest ratios that pass for this build, and where they come from; {} for nowhere."""
    if this in known:
        same = {name: ratio * (1.0 + SAME_BUILD) for name, ratio in known[this].items()}
        return same, f"this build's ratios and {SAME_BUILD:.0%}"
    minor = ".".join(this.split(".")[:2])
    alike = [ratios for stored, ratios in known.items() if stored.startswith(f"{minor}.")]
    if not alike:
        return {}, f"nothing is stored for Python {minor}"
    names = set.intersection(*map(set, alike))
    other = {name: max(r[name] for r in alike) * (1.0 + OTHER_BUILD) for name in names}
    return other, f"the largest ratios of other builds of {minor} and {OTHER_BUILD:.0%}"


def counts(valgrind: str, *arguments: str, pure: str = "1") -> dict[str, int]:
    """Instructions of each counted piece of work; the arguments are those of ``counted``.

    Args:
        pure: "1" for the Python source, "" for the compiled core where there is one.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [valgrind, "--tool=callgrind", "--dump-before=getppid"]
        command += [f"--callgrind-out-file={folder}/out", sys.executable]
        done = subprocess.run(
            [*command, "-m", "tests.benchmarks.counted", *arguments],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": "0", "AUTOGRAD_MINI_PURE": pure},
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"valgrind or the counted program failed:\n{done.stderr[-2000:]}")
        # Dump 1 is everything before the first mark, dump n + 1 the n-th piece of work.
        return {
            name: _total(Path(folder, f"out.{number}")) for number, name in enumerate(COUNTED, 2)
        }


def _total(dump: Path) -> int:
    found = re.search(r"^totals: (\d+)", dump.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{dump} holds no total; is this valgrind too old?")
    return int(found[1])


def ratios(counted: dict[str, int]) -> Ratios:
    """Each count as a multiple of the reference's."""
    return {
        name: count / counted["reference"] for name, count in counted.items() if name != "reference"
    }


def slower(found: Ratios, limit: Ratios) -> list[str]:
    """The workloads whose ratio is above the limit."""
    return [name for name, ratio in found.items() if ratio > limit.get(name, ratio)]


def main() -> int:
    """Count, compare, and say what came out; the exit code."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        say("valgrind is not installed, so no instructions were counted (apt-get install valgrind)")
        return 0
    planted = "--planted" in sys.argv[1:]
    found = ratios(counts(valgrind, "planted") if planted else counts(valgrind))
    if core is not None and not planted:
        of_the_core = ratios(counts(valgrind, pure="")).items()
        found |= {f"{name} in the core": ratio for name, ratio in of_the_core}
    known = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    if "--store" in sys.argv[1:]:
        known[build()] = {name: round(ratio, 4) for name, ratio in found.items()}
        STORED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    limit, source = limits(known, build())
    say(f"Python {build()}; the limits are {source}" if limit else source)
    for name, ratio in found.items():
        against = f"limit {limit[name]:.4f}" if name in limit else "not compared"
        say(f"{name:27} {ratio:8.4f} × reference   {against}")
    risen = slower(found, limit)
    if planted:
        say(f"the slowdown that was planted is {'' if risen else 'not '}found: {', '.join(risen)}")
        return int(bool(limit) and not risen)
    if risen:
        say(f"above the limit: {', '.join(risen)}")
        say("make it faster; or, where it is worth that, store the new ratios with --store")
        return 1
    return 0


def say(text: str) -> None:
    """One line for the reader of the log."""
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
