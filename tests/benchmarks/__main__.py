"""Measure everything: ``python -m tests.benchmarks`` after ``pip install -e '.[bench]'``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.benchmarks import plots, results, summary, table
from tests.benchmarks.options import parser

FOLDER = Path(__file__).parent / "results"


def main() -> None:
    """Measure, then write results.json, README.md, the plots, and the documentation's summary."""
    given = parser("tests.benchmarks", FOLDER).parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    kept = given.out / "results.json"
    if given.again:
        measured = json.loads(kept.read_text(encoding="utf-8"))
    else:
        plan = results.QUICK if given.quick else results.FULL
        for engine in results.absent():
            say(f"{engine.name} is not installed and will be missing")
        measured = {
            "date": given.date,
            "command": results.command(),
            **results.everything(plan, given.core, say),
        }
        kept.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    (given.out / "README.md").write_text(table.page(measured, measured["date"]), encoding="utf-8")
    plots.write(measured, given.out)
    if given.out == FOLDER and not given.quick:
        summary.write("scalars", table.summary(measured))
    say(f"written to {given.out}")


def say(text: str) -> None:
    """Tell how far the run is."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
