"""What gradcheck found: a table that is true, false, or false because nothing could be decided.

Vocabulary: a *row* compares one derivative with its estimate. Its *verdict* is "pass" where they
agree within the bound, "fail" where they do not, and "inconclusive" where the comparison decides
nothing; the *reason* says why.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini.check.estimate import Estimate
from autograd_mini.given import one_line, visible
from autograd_mini.numbers import short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

COLUMNS = ("function", "input", "point", "analytic", "numeric", "difference", "bound", "verdict")

WORDS = ("function", "input", "verdict")

ROUNDING = 2.0**-49
"""The rounding of an analytic derivative, relative to it, in a graph of good condition."""

RESOLUTION = 1e-3
"""A derivative must be known to this part of itself, or a wrong one could pass."""

FLATNESS = 1e-10
"""A derivative of 0 must be known to this part of the slopes around the point.

Where there are none, to this part of its path products; and where those are not known, of 1.
"""

ALIKE = 64.0
"""A derivative that is 0 up to its rounding must be known to so many times that rounding."""


class Row:
    """One derivative beside its estimate.

    Attributes:
        function: what is differentiated, as "f" or "∂f/∂x".
        input: the name of the input, and ``point`` its number.
        analytic: the derivative under test.
        numeric: the estimate's value, and ``difference`` how far the two are apart.
        bound: how far they may be apart: the estimate's own error and the rounding of ``analytic``
            (for a derivative that is 0 up to rounding, that of its path products).
        paths: the path products of ``analytic`` added up by size, and ``rounding``, how far off
            that may have put it; nan and inf where they are not known or made no difference.
        is_given: whether ``analytic`` was given by the user.
        verdict: "pass", "fail" or "inconclusive", and ``reason`` why, for the latter two.
    """

    def __init__(
        self,
        place: tuple[str, str, float],
        analytic: float,
        estimate: Estimate,
        kink: str = "",
        products: tuple[float, float] | None = None,
        is_given: bool = False,
    ) -> None:
        self.function, self.input, self.point = place
        self.analytic = analytic
        self.numeric = estimate.value
        self.is_given = is_given
        self.paths, self.rounding = products or (math.nan, math.inf)
        self.bound = estimate.error
        if math.isfinite(analytic):
            known = self.rounding if self.rounding < math.inf else 0.0
            self.bound += max(ROUNDING * abs(analytic), known)
        self.difference = abs(analytic - self.numeric)
        self.verdict, self.reason = self._judged(estimate, kink)

    def _judged(self, estimate: Estimate, kink: str) -> tuple[str, str]:
        at_kink = f"the point is a kink of {kink}, where the derivative is a convention"
        if not estimate.settled:
            return "inconclusive", f"{estimate.reason}; {at_kink}" if kink else estimate.reason
        if not self.difference <= self.bound:
            if kink:
                return "inconclusive", at_kink
            if not math.isfinite(self.analytic):
                return "fail", f"{short(self.analytic)} where the slope is {short(self.numeric)}"
            return (
                "fail",
                f"off by {short(self.difference, 2)}, which is more than {short(self.bound, 2)}",
            )
        if self._is_resolved(estimate) or self._is_rounding(estimate):
            return "pass", ""
        known = (
            f"it is known to {short(self.bound, 2)} only, too little for a derivative of this size"
        )
        if self.analytic == 0.0:
            known = f"a slope of up to {short(self.bound, 2)} would not be seen"
        elif self._zero_would_pass():
            known += "; one of 0 would pass"
        if self.is_given and self._zero_would_pass():
            known += ". Of a derivative that is given, nobody knows how far rounding puts it off"
        return "inconclusive", known

    def _is_resolved(self, estimate: Estimate) -> bool:
        if self.bound <= RESOLUTION * max(abs(self.analytic), abs(self.numeric)):
            return True
        if self.analytic != 0.0:
            return False
        if not self.numeric == 0.0 == estimate.slope:
            return self.bound <= FLATNESS * estimate.slope
        scale = 1.0 if math.isnan(self.paths) else self.paths
        return not scale or self.bound <= FLATNESS * scale

    @property
    def is_flat(self) -> bool:
        """Whether it is a 0 of a function that does not move."""
        return self.analytic == self.numeric == self.difference == 0.0

    def _is_rounding(self, estimate: Estimate) -> bool:
        """Whether it is known as exactly as rounding of its path products lets it be."""
        return self.rounding < math.inf and estimate.error <= ALIKE * self.rounding

    def _zero_would_pass(self) -> bool:
        return abs(self.numeric) <= self.bound

    def cells(self) -> tuple[str, ...]:
        """The row as text, in the order of the columns."""
        numbers = (short(self.analytic, 12), short(self.numeric, 12))
        sizes = (short(self.difference, 2), short(self.bound, 2))
        names = (one_line(self.function), one_line(self.input))
        return (*names, short(self.point), *numbers, *sizes, self.verdict)

    def __repr__(self) -> str:
        cells = zip(COLUMNS, self.cells(), strict=True)
        return ", ".join(f"{column} {cell}" for column, cell in cells)


class Report:
    """What gradcheck found: true if every row passes.

    ``str(report)`` is a table with a row for each derivative; ``repr(report)`` a line that tells
    the worst of them.

    Attributes:
        rows: a :class:`Row` for each derivative.
        verdict: "fail" if any row fails, else "inconclusive" if any is, else "pass".
    """

    __slots__ = ("name", "rows")

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name = name
        self.rows = tuple(rows)

    @property
    def verdict(self) -> str:
        """The worst of the rows' verdicts."""
        found = {row.verdict for row in self.rows}
        return next(v for v in ("fail", "inconclusive", "pass") if v in found)

    def __bool__(self) -> bool:
        passed = self.verdict == "pass"
        if not passed:
            _tell_pytest(self)
        return passed

    def __str__(self) -> str:
        table = [COLUMNS, *[row.cells() for row in self.rows]]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [self._heading()]
        for cells in table:
            padded = [_aligned(i, cell, widths[i]) for i, cell in enumerate(cells)]
            lines.append("  ".join(padded).rstrip())
        unsure = [row for row in self.rows if row.reason]
        reasons = [
            f"{one_line(row.function)} by {one_line(row.input)}: {visible(row.reason)}"
            for row in unsure
        ]
        return "\n".join([*lines, *reasons])

    def __repr__(self) -> str:
        worst = [row for row in self.rows if row.verdict == self.verdict]
        if self.verdict == "pass":
            return f"<{self._heading()}>"
        row = max(worst, key=lambda row: row.difference / row.bound if row.bound else math.inf)
        return f"<{self._heading()}: {row!r}: {row.reason}>"

    def _heading(self) -> str:
        alike = sum([row.verdict == self.verdict for row in self.rows])
        return f"gradcheck of {one_line(self.name)}: {self.verdict} ({alike} of {len(self.rows)})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How IPython and Jupyter show it."""
        printer.text(str(self))


def _aligned(i: int, cell: str, width: int) -> str:
    """Names and the verdict to the left, numbers to the right."""
    return cell.ljust(width) if COLUMNS[i] in WORDS else cell.rjust(width)


def _tell_pytest(report: Report) -> None:
    """In a pytest run put the table into the captured output.

    There a failing assertion shows the report's repr on one line, cut to 240 characters.
    """
    import os
    import sys

    if "PYTEST_CURRENT_TEST" in os.environ:
        sys.stdout.write(f"{report}\n")
