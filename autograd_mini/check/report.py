"""What a check comes to: estimates, and a table of them beside the derivatives under test.

Vocabulary: an *estimate* is *settled* when some step size gave a number with a bound. Else there is
an *obstacle*: a kink, a jump, no finite values, or no step size at which the slope settles. A *row*
compares one derivative with its estimate. Its *verdict* is "pass" where they agree within the
bound, "fail" where they do not, and "inconclusive" where the comparison decides nothing; the
*reason* says why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd_mini.given import one_line, visible
from autograd_mini.numbers import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


@dataclass(slots=True, eq=False, repr=False)
class Estimate:
    """A derivative found numerically; it unpacks as the pair ``value, error``.

    Attributes:
        value: the estimate; nan where there is none.
        error: a bound on ``|value − derivative|``; inf where the estimate did not settle.
        obstacle: "" where it settled, else "kink", "jump", "undefined" or "unsettled".
        reason: the obstacle in a sentence.
        method: "differences" or "complex step".
        slope: the steepest chord seen around the point, the scale for a derivative of 0.

    >>> value, error = Estimate(2.0, 1e-12)
    >>> value, error
    (2.0, 1e-12)
    """

    value: float
    error: float
    obstacle: str = ""
    reason: str = ""
    method: str = "differences"
    slope: float = 0.0

    @property
    def settled(self) -> bool:
        """Whether there is a number with a bound."""
        return not self.obstacle

    def __iter__(self) -> Iterator[float]:
        yield self.value
        yield self.error

    def __repr__(self) -> str:
        said = f"{self.value!r} ± {short(self.error, 2)} by {self.method}"
        return f"<{said}: {self.reason}>" if self.reason else f"<{said}>"


def unsettled(obstacle: str, reason: str, value: float = math.nan, slope: float = 0.0) -> Estimate:
    """An estimate without a bound, and why."""
    return Estimate(value, math.inf, obstacle, reason, slope=slope)


COLUMNS = ("function", "input", "point", "analytic", "numeric", "difference", "bound", "verdict")

WORDS = ("function", "input", "verdict")  # to the left; numbers to the right

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
        bound = short(self.bound, 2)
        if not estimate.settled:
            return "inconclusive", f"{estimate.reason}; {at_kink}" if kink else estimate.reason
        if not self.difference <= self.bound:
            if kink:
                return "inconclusive", at_kink
            if not math.isfinite(self.analytic):
                return "fail", f"{short(self.analytic)} where the slope is {short(self.numeric)}"
            return "fail", f"off by {short(self.difference, 2)}, which is more than {bound}"
        is_rounding = self.rounding < math.inf and estimate.error <= ALIKE * self.rounding
        if self._is_resolved(estimate) or is_rounding:
            return "pass", ""
        known = f"it is known to {bound} only, too little for a derivative of this size"
        zero_would_pass = abs(self.numeric) <= self.bound
        if self.analytic == 0.0:
            known = f"a slope of up to {bound} would not be seen"
        elif zero_would_pass:
            known += "; one of 0 would pass"
        if self.is_given and zero_would_pass:
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
        columns = []
        for name, *cells in zip(*table, strict=True):
            width = max(map(len, [name, *cells]))
            align = str.ljust if name in WORDS else str.rjust
            columns.append([align(cell, width) for cell in (name, *cells)])
        lines = ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
        reasons = [
            f"{one_line(row.function)} by {one_line(row.input)}: {visible(row.reason)}"
            for row in self.rows
            if row.reason
        ]
        return "\n".join([self._heading(), *lines, *reasons])

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


def _tell_pytest(report: Report) -> None:
    """In a pytest run put the table into the captured output.

    There a failing assertion shows the report's repr on one line, cut to 240 characters.
    """
    import os
    import sys

    if "PYTEST_CURRENT_TEST" in os.environ:
        sys.stdout.write(f"{report}\n")
