"""Measure compiled code: ``python -m tests.benchmarks.compiled`` with the extra ``bench``."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

from tests.benchmarks import results, summary
from tests.benchmarks.__main__ import say
from tests.benchmarks.compiled import growth, measure, plots, table
from tests.benchmarks.options import parser

FOLDER = Path(__file__).parent / "results"
PACKAGES = ("numpy", "llvmlite", "jax", "torch", "micrograd")
ROUNDS, FEW = 25, 3


def main() -> None:
    """Measure, then write results.json, README.md, the plots, and the documentation's summary."""
    given = parser("tests.benchmarks.compiled", FOLDER).parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    kept = given.out / "results.json"
    if given.again:
        measured = json.loads(kept.read_text(encoding="utf-8"))
    else:
        measured = {
            "date": given.date,
            "machine": _machine(given.core),
            "works": measure.works(FEW if given.quick else ROUNDS, given.core, say),
            "growth": growth.everything(given.core, given.quick, say),
        }
        kept.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    (given.out / "README.md").write_text(table.page(measured), encoding="utf-8")
    plots.write(measured["growth"], given.out)
    if given.out == FOLDER and not given.quick:
        summary.write("compiled", table.summary(measured))
    say(f"written to {given.out}")


def _machine(core: int) -> dict[str, Any]:
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"no {package}")
    return {
        **{key: results.machine(core)[key] for key in ("processor", "system", "python")},
        "features": _vectors(),
        "versions": ", ".join(versions),
    }


def _vectors() -> str:
    """The widest vectors that the processor says it has."""
    described = Path("/proc/cpuinfo")
    flags = described.read_text().split() if described.exists() else []
    return next((name for name in ("avx512f", "avx2", "avx", "asimd") if name in flags), "unknown")


if __name__ == "__main__":
    main()
