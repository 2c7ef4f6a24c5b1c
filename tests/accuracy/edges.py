"""What the rows do at kinks, ties and edges: the numbers that are promised, and other engines'.

Vocabulary: an *edge* is a row at a point, with the value and the first derivatives promised there.
At kinks and ties they follow the rule in :mod:`autograd_mini.rows`, and those that a row states are
taken from it (:mod:`tests.rows` holds them to the rule); at poles, at infinity and outside the
domain they are IEEE 754's, by limits where there are any.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, nan
from typing import NamedTuple

from mpmath import mp

from autograd_mini.rows import TABLE
from tests.accuracy.references import derivatives, is_helper

ROOT_HALF = 0.7071067811865475
LARGEST = 1.7976931348623157e308


class Edge(NamedTuple):
    """A row at a point, with the numbers that are promised there."""

    row: str
    at: tuple[float, ...]
    value: float
    partials: tuple[float, ...]

    def call(self) -> str:
        """The row applied to the operands, as text."""
        return f"{self.row}({', '.join(map(shown, self.at))})"


def shown(x: float) -> str:
    """A number as a table shows it."""
    return f"{x:.6g}".replace("-", "−").replace("inf", "∞")


def kinks() -> Iterator[Edge]:
    """Every kink that a row for people states, with the value of its definition there."""
    for row in TABLE.values():
        for kink in () if row.arity is None or is_helper(row) else row.kinks:
            here = derivatives(row.name, list(map(mp.mpf, kink.at)), 0)
            if here:  # at an end of the domain the definition says nothing
                yield Edge(row.name, kink.at, float(here[()].number), kink.partials)


# fmt: off
SECTIONS: dict[str, list[Edge]] = {
    "Kinks and ties": [
        *kinks(),
        Edge("elu", (0.0, 2.0), 0.0, (1.0, 0.0)),
        Edge("floor", (-2.0,), -2.0, (0.0,)),
        Edge("round", (1.5,), 2.0, (0.0,)),
        Edge("fmod", (0.0, 3.0), 0.0, (1.0, 0.0)),
        Edge("copysign", (2.0, -0.0), -2.0, (-1.0, 0.0)),
        Edge("maximum", (3.0, 3.0), 3.0, (0.5, 0.5)),
        Edge("minimum", (3.0, 3.0), 3.0, (0.5, 0.5)),
        Edge("max", (3.0, 1.0, 3.0), 3.0, (0.5, 0.0, 0.5)),
        Edge("max", (3.0, 3.0, 3.0), 3.0, (1 / 3, 1 / 3, 1 / 3)),
        Edge("xlogy", (0.0, 0.0), 0.0, (0.0, 0.0)),
        Edge("pow", (0.0, 0.0), 1.0, (0.0, 0.0)),
    ],
    "Powers of 0 and of negative numbers": [
        Edge("pow", (0.0, 1.0), 0.0, (1.0, 0.0)),
        Edge("pow", (0.0, 2.0), 0.0, (0.0, 0.0)),
        Edge("pow", (0.0, 0.5), 0.0, (inf, 0.0)),
        Edge("pow", (0.0, -1.0), inf, (-inf, -inf)),
        Edge("pow", (-2.0, 0.0), 1.0, (0.0, nan)),
        Edge("pow", (-2.0, 1.0), -2.0, (1.0, nan)),
        Edge("pow", (-2.0, 3.0), -8.0, (12.0, nan)),
        Edge("pow", (-2.0, -2.0), 0.25, (0.25, nan)),
        Edge("pow", (-8.0, 1 / 3), nan, (nan, nan)),
        Edge("pow", (nan, 0.0), 1.0, (0.0, nan)),
        Edge("pow", (1.0, nan), 1.0, (nan, 0.0)),
    ],
    "Poles and ends of domains": [
        Edge("div", (1.0, 0.0), inf, (inf, -inf)),
        Edge("div", (-1.0, 0.0), -inf, (inf, inf)),
        Edge("div", (0.0, 0.0), nan, (inf, nan)),
        Edge("sqrt", (0.0,), 0.0, (inf,)),
        Edge("sqrt", (-1.0,), nan, (nan,)),
        Edge("log", (0.0,), -inf, (inf,)),
        Edge("log", (-1.0,), nan, (nan,)),
        Edge("log1p", (-1.0,), -inf, (inf,)),
        Edge("log1p", (-2.0,), nan, (nan,)),
        Edge("xlogy", (0.0, 2.0), 0.0, (0.6931471805599453, 0.0)),
        Edge("xlogy", (2.0, 0.0), -inf, (-inf, inf)),
        Edge("xlogy", (0.0, -2.0), 0.0, (nan, nan)),
        Edge("xlogy", (2.0, -1.0), nan, (nan, nan)),
        Edge("asin", (1.0,), 1.5707963267948966, (inf,)),
        Edge("asin", (2.0,), nan, (nan,)),
        Edge("acos", (-1.0,), 3.141592653589793, (-inf,)),
        Edge("lgamma", (0.0,), inf, (-inf,)),
        Edge("lgamma", (-1.0,), inf, (nan,)),
        Edge("digamma", (0.0,), -inf, (inf,)),
        Edge("digamma", (-1.0,), nan, (inf,)),
        Edge("mod", (1.0, 0.0), nan, (1.0, nan)),
        Edge("floordiv", (1.0, 0.0), inf, (0.0, 0.0)),
        Edge("acosh", (1.0,), 0.0, (inf,)),
        Edge("acosh", (0.5,), nan, (nan,)),
        Edge("atanh", (1.0,), inf, (inf,)),
        Edge("atanh", (2.0,), nan, (nan,)),
    ],
    "Infinities": [
        Edge("exp", (1000.0,), inf, (inf,)),
        Edge("exp", (-1000.0,), 0.0, (0.0,)),
        Edge("exp", (-inf,), 0.0, (0.0,)),
        Edge("mul", (0.0, inf), nan, (inf, 0.0)),
        Edge("affine", (0.0, inf, 1.0), nan, (inf, 0.0, 1.0)),
        Edge("xlogy", (0.0, inf), 0.0, (inf, 0.0)),
        Edge("div", (1.0, inf), 0.0, (0.0, -0.0)),
        Edge("div", (inf, inf), nan, (0.0, nan)),
        Edge("sub", (inf, inf), nan, (1.0, -1.0)),
        Edge("sum", (inf, -inf), nan, (1.0, 1.0)),
        Edge("erfc", (inf,), 0.0, (0.0,)),
        Edge("normal_cdf", (-inf,), 0.0, (0.0,)),
        Edge("lgamma", (-inf,), inf, (nan,)),
        Edge("floor", (inf,), inf, (0.0,)),
        Edge("mod", (-1.0, inf), inf, (1.0, 1.0)),
        Edge("sin", (inf,), nan, (nan,)),
        Edge("tanh", (inf,), 1.0, (0.0,)),
        Edge("sigmoid", (-inf,), 0.0, (0.0,)),
        Edge("sigmoid", (inf,), 1.0, (0.0,)),
        Edge("softplus", (-inf,), 0.0, (0.0,)),
        Edge("softplus", (inf,), inf, (1.0,)),
        Edge("logsigmoid", (-inf,), -inf, (1.0,)),
        Edge("erf", (inf,), 1.0, (0.0,)),
        Edge("silu", (inf,), inf, (1.0,)),
        Edge("silu", (-inf,), -0.0, (0.0,)),
        Edge("gelu", (inf,), inf, (1.0,)),
        Edge("gelu", (-inf,), -0.0, (0.0,)),
        Edge("atan", (inf,), 1.5707963267948966, (0.0,)),
        Edge("logaddexp", (inf, 0.0), inf, (1.0, 0.0)),
        Edge("logaddexp", (-inf, -inf), -inf, (0.5, 0.5)),
        Edge("logaddexp", (inf, inf), inf, (0.5, 0.5)),
        Edge("hypot", (3.0, inf), inf, (0.0, 1.0)),
        Edge("maximum", (inf, inf), inf, (0.5, 0.5)),
        Edge("pow", (inf, 2.0), inf, (inf, inf)),
        Edge("pow", (2.0, inf), inf, (inf, inf)),
    ],
    "nan in, nan out": [
        Edge("relu", (nan,), nan, (nan,)),
        Edge("abs", (nan,), nan, (nan,)),
        Edge("step", (nan,), nan, (0.0,)),
        Edge("sign", (nan,), nan, (0.0,)),
        Edge("maximum", (nan, 1.0), nan, (nan, nan)),
        Edge("minimum", (1.0, nan), nan, (nan, nan)),
        Edge("max", (1.0, nan), nan, (nan, nan)),
        Edge("xlogy", (0.0, nan), nan, (nan, nan)),
        Edge("hypot", (inf, nan), inf, (nan, nan)),
        Edge("where", (1.0, 2.0, nan), 2.0, (0.0, 1.0, 0.0)),
        Edge("where", (nan, 2.0, 3.0), 2.0, (0.0, 1.0, 0.0)),
    ],
    "Zeros with a sign": [
        Edge("relu", (-0.0,), 0.0, (0.0,)),
        Edge("sqrt", (-0.0,), -0.0, (inf,)),
        Edge("log", (-0.0,), -inf, (inf,)),
        Edge("div", (1.0, -0.0), -inf, (-inf, -inf)),
        Edge("maximum", (-0.0, 0.0), 0.0, (0.5, 0.5)),
        Edge("minimum", (0.0, -0.0), -0.0, (0.5, 0.5)),
        Edge("atan2", (-0.0, -1.0), -3.141592653589793, (-1.0, 0.0)),
        Edge("sum", (-0.0, -0.0), -0.0, (1.0, 1.0)),
    ],
    "Overflow and underflow": [
        Edge("add", (LARGEST, LARGEST), inf, (1.0, 1.0)),
        Edge("mul", (1e300, 1e300), inf, (1e300, 1e300)),
        Edge("mul", (1e-300, 1e-300), 0.0, (1e-300, 1e-300)),
        Edge("div", (1e300, 1e-300), inf, (1e300, -inf)),
        Edge("pow", (1e300, 2.0), inf, (2e300, inf)),
        Edge("sinh", (711.0,), inf, (inf,)),
        Edge("cosh", (-711.0,), inf, (-inf,)),
        Edge("softplus", (LARGEST,), LARGEST, (1.0,)),
        Edge("hypot", (LARGEST, LARGEST), inf, (ROOT_HALF, ROOT_HALF)),
        Edge("logaddexp", (-1000.0, -1000.0), -999.3068528194401, (0.5, 0.5)),
    ],
    "Large and small": [
        Edge("hypot", (1e300, 1e300), 1.4142135623730952e300, (ROOT_HALF, ROOT_HALF)),
        Edge("hypot", (5e-324, 5e-324), 5e-324, (ROOT_HALF, ROOT_HALF)),
        Edge("atan2", (1e300, 1e300), 0.7853981633974483, (5e-301, -5e-301)),
        Edge("atan2", (1e-300, 1e-300), 0.7853981633974483, (5e299, -5e299)),
        Edge("div", (1.5e-323, 0.01), 1.482e-321, (100.0, -1.482197e-319)),
        Edge("tanh", (20.0,), 1.0, (1.6993417021166355e-17,)),
        Edge("tanh", (300.0,), 1.0, (1.0601586212017243e-260,)),
        Edge("sigmoid", (100.0,), 1.0, (3.720075976020836e-44,)),
        Edge("sigmoid", (700.0,), 1.0, (9.85967654375977e-305,)),
        Edge("softplus", (-745.0,), 5e-324, (5e-324,)),
        Edge("softplus", (1000.0,), 1000.0, (1.0,)),
        Edge("silu", (-745.0,), -2.105e-321, (-2.1e-321,)),
        Edge("gelu", (-38.0,), -1.095e-314, (-4.1632e-313,)),
        Edge("erf", (26.0,), 1.0, (2.9470349932662693e-294,)),
        Edge("sum", (1e308, 1e308, -1e308), 1e308, (1.0, 1.0, 1.0)),
        Edge("logaddexp", (1e300, 1e300), 1e300, (0.5, 0.5)),
        Edge("pow", (1e-200, 2.0), 0.0, (2e-200, 0.0)),
        Edge("acosh", (1e300,), 691.4686750787736, (1e-300,)),
        Edge("atan", (1e160,), 1.5707963267948966, (1e-320,)),
        Edge("log1p", (1e-300,), 1e-300, (1.0,)),
    ],
}
# fmt: on

EDGES = [edge for section in SECTIONS.values() for edge in section]
