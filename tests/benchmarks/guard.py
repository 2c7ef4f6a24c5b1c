"""The regression guard: ``python -m tests.benchmarks.guard`` compares instruction counts.

Wall time is noise on a shared machine; the number of instructions that a fixed piece of work takes
is not. Valgrind counts them. What is compared is a *ratio*: the count of a workload divided by that
of a fixed reference in plain Python (:mod:`tests.benchmarks.baseline`), counted in the same run, so
that processor and library largely cancel. What remains is the interpreter: its minor version, and
whether it was compiled with profile-guided optimisation (a sixth between two builds of 3.11).
Ratios are stored for each such *kind* of Python, in ``guard.json``, with the build they come from.

Two runs of one build agree to the fourth digit, so there the tolerance is narrow; another build of
the same kind gets a wide one. It fails when a ratio has risen by more. Where valgrind is missing,
or nothing is stored for this kind, it says so and passes. ``--store`` writes the ratios down.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.benchmarks.counted import COUNTED

STORED = Path(__file__).with_name("guard.json")
SAME_BUILD, SAME_KIND = 0.02, 0.12


def kind() -> str:
    """Minor version and optimisation, as "3.11 plain" or "3.11 optimised"."""
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    optimised = "optimised" if "--enable-optimizations" in options else "plain"
    return f"{sys.version_info.major}.{sys.version_info.minor} {optimised}"


def build() -> str:
    """Exact version and compiler."""
    return f"{platform.python_version()}, {platform.python_compiler()}, {platform.machine()}"


def counts(valgrind: str) -> dict[str, int]:
    """Instructions of each counted piece of work."""
    with tempfile.TemporaryDirectory() as folder:
        command = [valgrind, "--tool=callgrind", "--dump-before=getppid"]
        command += [f"--callgrind-out-file={folder}/out", sys.executable]
        done = subprocess.run(
            [*command, "-m", "tests.benchmarks.counted"],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": "0"},
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


def ratios(counted: dict[str, int]) -> dict[str, float]:
    """Each count as a multiple of the reference's."""
    return {
        name: count / counted["reference"] for name, count in counted.items() if name != "reference"
    }


def slower(
    found: dict[str, float], stored: dict[str, float], tolerance: float = SAME_BUILD
) -> list[str]:
    """The workloads whose ratio has risen by more than the tolerance."""
    return [name for name, ratio in found.items() if ratio > stored[name] * (1.0 + tolerance)]


def main() -> int:
    """Count, compare, and say what came out; the exit code."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        say("valgrind is not installed, so no instructions were counted (apt-get install valgrind)")
        return 0
    found = ratios(counts(valgrind))
    known = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    if "--store" in sys.argv[1:]:
        rounded = {name: round(ratio, 4) for name, ratio in found.items()}
        known[kind()] = {"build": build(), "ratios": rounded}
        STORED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    entry = known.get(kind(), {"build": "", "ratios": {}})
    stored = entry["ratios"]
    for name, ratio in found.items():
        change = f"{ratio / stored[name] - 1.0:+.1%}" if name in stored else "nothing stored"
        say(f"{name:16} {ratio:8.4f} × reference   {change}")
    if set(stored) != set(found):
        say(f"nothing is stored for Python {kind()}, so nothing was compared")
        return 0
    tolerance = SAME_BUILD if entry["build"] == build() else SAME_KIND
    say(f"compared with {entry['build']}; this is {build()}: tolerance {tolerance:.0%}")
    if risen := slower(found, stored, tolerance):
        say(f"slower than that: {', '.join(risen)}")
        say("make it faster; or, where it is worth that, store the new ratios with --store")
        return 1
    return 0


def say(text: str) -> None:
    """One line for the reader of the log."""
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
