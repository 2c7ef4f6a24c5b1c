"""The two pages: how accurate the rows are, and what they do at the edges, beside other engines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from tests.accuracy.edges import SECTIONS, Edge, shown
from tests.accuracy.measure import ALLOWED, ALLOWED_OF_TERM, EXACT
from tests.accuracy.references import order_of

Results = dict[str, Any]
"""What results/*.json holds."""

ENGINES = ("PyTorch", "JAX")
LISTS = ("sum", "max", "affine")
"""Rows of any number of operands."""

ACCURACY = """\
# How accurate the rows are

The worst error found, in units in the last place (ulp), of the value z, the first derivatives d1
(`grad`) and the second derivatives d2 (`grad` of `grad`, mixed ones included), against references
of fifty digits. {points} points for each row{fewer}:
random bit patterns over all doubles, subnormals among them, the ranges in which the row is neither
constant nor out of its domain, and points next to its poles, zeros and changes of formula. The same
points for every engine, all in float64.

Allowed are {exact} for {rounded}, else {z:g} for z, {d1:g} for d1 and {d2:g} for d2. Where a
function is smaller than a sixteenth of the largest term that it is the sum of, {term:g} ulp of that
term are allowed, and the error is shown on the same scale. A subnormal number's ulp is 5e-324.
Where the engine's worst error exceeds what is allowed it is set in bold; ∞ stands for nan or an
infinity where there is a number, 0 where it should not be for as many ulp as there are. Most of
JAX's in the simplest rows are subnormal numbers, which it takes for zero on a CPU.

Measured with Python {python}, {libc}; {versions}. `python -m tests.accuracy` measures ours anew and
writes this page, `python -m tests.accuracy peers` does the others where they are installed.
"""

HELPERS = """\
## Rows that are the derivatives of others

They are measured as far as the second derivatives of the rows above reach, and allowed what the
derivative that they are is allowed.
"""

EDGES = """\
# Kinks, ties and edges

What each row gives at a point, and its derivatives with respect to its operands: ours, to which
the tests hold the table, and what PyTorch and JAX compute in float64. Numbers that differ from ours
are set in bold. A dash: the engine has no such operation, or takes the operand as a fixed setting.

The rule: the gradient where the function is differentiable; else the subgradient of least norm
where it is convex, the supergradient of least norm where it is concave; else the limit of the
derivative; else nan. Outside the domain, at poles and on overflow, IEEE 754 decides, for
derivatives as for values.

A choice not taken contributes nothing. What is strictly beaten in `maximum`, `minimum` and `max`,
what `relu` cuts off below 0, the operand that `where` does not choose, and the operand of `step`,
`sign` and the comparisons off their jumps receive nothing. Nothing is not a 0: it is never
multiplied, so an infinite slope or an overflow below it makes no nan, and what received nothing
hands nothing on. `where` chooses so where its condition is settled: a constant, a number off 0, or
locally constant, made of `step`, `sign` and comparisons, say, and nothing below it at a jump or a
pole. Elsewhere, at ties, at relu's 0, at a jump, with a condition at 0, or where nan is compared,
adjoint times local derivative stays, and a 0 that was computed counts: `relu(sqrt(x))` at 0 is
0 · ∞, since no number would be right. PyTorch and JAX multiply by 0 in all these places.

| the derivative at | ours | PyTorch and JAX |
| --- | --- | --- |
| `where(step(x), sqrt(x), 0)` at −3 | 0 | nan |
| `maximum(1, sqrt(x))` at 0 | 0 | nan |
| `relu(sqrt(x) − 1)` at 0 | 0 | nan |
| `where(step(x), sqrt(x), 0)` at 0 | nan | nan |
| `relu(sqrt(x))` at 0 | nan | nan |

Recorded with {versions}.
"""


def accuracy(ours: Results, peers: Results) -> str:
    """The page of the accuracy table in Markdown."""
    head = ACCURACY.format(
        points=f"About {ours['points']:,}", fewer=_fewer(ours.get("fewer", {})),
        exact="½ ulp", rounded=", ".join(EXACT),
        z=ALLOWED[0], d1=ALLOWED[1], d2=ALLOWED[2], term=ALLOWED_OF_TERM,
        python=ours["python"], libc=ours["libc"], versions=_versions(peers),
    )  # fmt: skip
    public = {name: row for name, row in ours["rows"].items() if len(row) == 3}
    helpers = {name: row for name, row in ours["rows"].items() if len(row) < 3}
    parts = [head, _public(public, peers), HELPERS, _helpers(helpers)]
    return "\n".join(parts)


def _fewer(counts: Results) -> str:
    """Which rows were measured at fewer points."""
    if not counts:
        return ""
    names = ", ".join(f"`{name}`" for name in counts)
    return f" ({min(counts.values()):,} for {names})"


def _public(rows: Results, peers: Results) -> str:
    head = [
        "row",
        "z",
        "d1",
        "d2",
        "worst at",
        *[f"{e} {o}" for e in ENGINES for o in ("z", "d1", "d2")],
    ]
    lines = []
    for name, worst in rows.items():
        cells = [f"`{name}`", *[_ulps(w["ulps"], None) for w in worst], _where(worst)]
        for engine in ENGINES:
            theirs = peers["rows"][engine].get(name, [])
            cells += [_ulps(w["ulps"], ALLOWED[order]) for order, w in enumerate(theirs)] or [
                "–"
            ] * 3
        lines.append(cells)
    return grid(head, lines)


def _helpers(rows: Results) -> str:
    lines = []
    for name, worst in rows.items():
        numbers = [_ulps(w["ulps"], None) for w in worst] + [""] * (2 - len(worst))
        lines.append([f"`{name}`", *numbers, f"{ALLOWED[order_of(name)]:g}", _where(worst)])
    return grid(["row", "z", "d1", "allowed of z", "worst at"], lines)


def _ulps(ulps: float, limit: float | None) -> str:
    text = "∞" if not math.isfinite(ulps) else f"{ulps:.2f}" if ulps < 1e3 else f"{ulps:.0e}"
    text = text.replace("e+", "e")
    return f"**{text}**" if limit is not None and not ulps <= limit else text


def _where(worst: Sequence[Results]) -> str:
    """Where the error that is largest for its order was found."""
    order, largest = max(enumerate(worst), key=lambda pair: pair[1]["ulps"] / ALLOWED[pair[0]])
    if not largest["ulps"]:
        return ""
    point = ", ".join(shown(x) for x in largest["at"])
    return f"{('z', 'd1', 'd2')[order]} at {point}"


def edges(ours: Results, peers: Results) -> str:
    """The page of kinks and edges in Markdown, of the rows that have been measured."""
    parts = [EDGES.format(versions=_versions(peers))]
    measured = {*ours["rows"], *LISTS}
    for title, section in SECTIONS.items():
        lines = [_edge(edge, peers["edges"]) for edge in section if edge.row in measured]
        parts += [f"## {title}\n", grid(["at", "ours", *ENGINES], lines), ""]
    return "\n".join(parts)


def _edge(edge: Edge, peers: Results) -> list[str]:
    ours = [edge.value, *edge.partials]
    cells = [f"`{edge.call()}`", _numbers(ours, ours)]
    for engine in ENGINES:
        theirs = peers[engine].get(edge.call())
        cells.append("–" if theirs is None else _numbers(map(_number, theirs), ours))
    return cells


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _numbers(numbers: Iterable[float | None], ours: Sequence[float]) -> str:
    """The value; then the derivatives, a dash for one that the engine does not have."""
    value, *slopes = [_beside(x, y) for x, y in zip(numbers, ours, strict=True)]
    return f"{value}; {', '.join(slopes)}"


def _beside(x: float | None, ours: float) -> str:
    if x is None:
        return "–"
    return shown(x) if _agree(x, ours) else f"**{shown(x)}**"


def _agree(x: float, y: float) -> bool:
    """Whether two numbers are the same to six digits, nan and the sign of zero included."""
    return shown(x) == shown(y) or abs(x - y) <= 1e-6 * abs(y)


def _versions(peers: Results) -> str:
    return ", ".join(f"{engine} {version}" for engine, version in peers["versions"].items())


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), ["---"] * len(head), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
