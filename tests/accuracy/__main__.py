"""Measure and write the pages: ``python -m tests.accuracy``, and ``… peers`` for other engines."""

from __future__ import annotations

import argparse
import json
import math
import platform
import sys
from pathlib import Path
from typing import Any

from tests.accuracy import page
from tests.accuracy.edges import EDGES
from tests.accuracy.measure import Witness, worst
from tests.accuracy.points import Point, points
from tests.accuracy.references import REFERENCES

HERE = Path(__file__).parent
COUNT = 3000
WHAT = ("ours", "peers", "edges", "pages")
"""Measure ours, or the peers; their numbers at edges that are new; or write the pages alone."""


def main() -> None:
    """Measure ours (or the peers), keep the numbers as JSON, write both pages."""
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.add_argument("what", nargs="?", choices=WHAT, default="ours")
    parser.add_argument("--points", type=int, default=COUNT, help="for each row, about")
    parser.add_argument("--rows", nargs="+", default=list(REFERENCES), help="of ours, these alone")
    given = parser.parse_args()
    if given.what == "edges":
        measured = json.loads(_path("peers.json").read_text("utf-8"))
        record_edges(measured["edges"])
        _write("peers.json", json.dumps(measured, indent=1, ensure_ascii=False) + "\n")
    elif given.what != "pages":
        measured = peers(given.points) if given.what == "peers" else ours(given.points, given.rows)
        _write(f"{given.what}.json", json.dumps(measured, indent=1, ensure_ascii=False) + "\n")
    kept = [json.loads(_path(f"{what}.json").read_text("utf-8")) for what in ("ours", "peers")]
    (HERE / "ACCURACY.md").write_text(page.accuracy(*kept), encoding="utf-8")
    (HERE / "EDGES.md").write_text(page.edges(*kept), encoding="utf-8")


def ours(count: int, names: list[str]) -> dict[str, Any]:
    """The worst errors of our rows: these measured now, others as they are on the page."""
    before = json.loads(_path("ours.json").read_text("utf-8"))
    known = before["rows"]
    for name in names:
        known[name] = _kept(worst(name, points(name, count)))
        say(f"{name}: {', '.join(format(w['ulps'], '.2f') for w in known[name])}")
    rows = {name: known[name] for name in REFERENCES if name in known}
    libc = " ".join(platform.libc_ver()).strip() or platform.system()
    usual = max(count, before["points"])
    fewer = {name: n for name, n in before.get("fewer", {}).items() if name not in names}
    fewer |= {name: count for name in names if count < usual}
    return {
        "points": usual,
        "fewer": fewer,
        "python": platform.python_version(),
        "libc": libc,
        "rows": rows,
    }


def peers(count: int) -> dict[str, Any]:
    """The worst errors of other engines at the same points, and their numbers at the edges."""
    from tests.accuracy import peers as engines

    def points_of(name: str) -> list[Point]:
        return points(name, count)

    rows: dict[str, dict[str, Any]] = {engine: {} for engine in page.ENGINES}
    for engine, name, witnesses in engines.measured(points_of):
        rows[engine][name] = _kept(witnesses)
        say(f"{engine} {name}: {', '.join(format(w.ulps, '.3g') for w in witnesses)}")
    edges: dict[str, dict[str, Any]] = {engine: {} for engine in page.ENGINES}
    record_edges(edges)
    return {"versions": engines.versions(), "points": count, "rows": rows, "edges": edges}


def record_edges(edges: dict[str, dict[str, Any]]) -> None:
    """Add the other engines' numbers at the edges where they are not known yet."""
    from tests.accuracy import peers as engines

    for engine, known in edges.items():
        for edge in EDGES:
            if edge.call() in known:
                continue
            numbers = engines.at_edge(engine, edge.row, edge.at)
            if numbers is not None:
                known[edge.call()] = [None if x is None else repr(x) for x in numbers]


def _kept(witnesses: list[Witness]) -> list[dict[str, Any]]:
    """Witnesses for JSON, which has no infinity of its own."""
    return [
        {"ulps": w.ulps if math.isfinite(w.ulps) else math.inf, "at": list(w.at), "of": list(w.of)}
        for w in witnesses
    ]


def _path(name: str) -> Path:
    return HERE / "results" / name


def _write(name: str, text: str) -> None:
    _path(name).parent.mkdir(exist_ok=True)
    _path(name).write_text(text, encoding="utf-8")


def say(text: str) -> None:
    """Tell how far the run is."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
