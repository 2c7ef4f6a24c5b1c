"""The table's rows on whole arrays, where NumPy has no such function.

Vocabulary: a formula is *plain* where it holds to a few units in the last place. Beside each stands
for which numbers that is; the others (next to a root, where digits cancel; where something over- or
underflows; nan and inf) are few, and go through the row's own kernel for floats one by one. So the
edges are the table's. The formulas are those of :mod:`autograd_mini.ieee`, which says why.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini.ieee import normal
from autograd_mini.ieee.pairs import over, plus, square, sum_error, times
from autograd_mini.rows import TABLE, row_named

Array = Any
Kernel = Callable[..., Array]

ROOT_2 = math.sqrt(2.0)


def number_by_number(name: str) -> Kernel:
    """A row that is not here, one that a user has added say."""
    return np.vectorize(row_named(name).forward, otypes=[float])


def _where(forward: Callable[..., float], formula: Kernel, plain: Kernel) -> Kernel:
    """The formula where ``plain`` says so; elsewhere ``forward``, the row's own function."""

    def kernel(*operands: Array) -> Array:
        good = plain(*operands)
        made = formula(*operands)
        if not np.all(good):
            made = np.array(made, dtype=float)
            others = ~np.broadcast_to(good, made.shape)
            few = [np.broadcast_to(x, made.shape)[others].tolist() for x in operands]
            made[others] = list(map(forward, *few))
        return made

    return kernel


def _by(part: Kernel, rule: Kernel) -> Kernel:
    """A rule of the operands, and of what a part makes of them."""
    return lambda *operands: rule(*operands, part(*operands))


def _within(x: Array, low: float, high: float = math.inf) -> Array:
    return (x > low) & (x < high)


# --- what several rows use ------------------------------------------------------------------------


def _power(x: Array, y: Array, n: float) -> Array:
    """Whether x^(y−n) is far from the ends of the range, and y − n exact."""
    e = y - n
    return (e + n == y) & _within(x, 0.0, math.inf) & (np.abs(e * np.log(x)) < 600.0)


def _tail(x: Array) -> Array:
    """e^−|x|."""
    return np.exp(-np.abs(x))


def _share(x: Array, y: Array) -> Array:
    """e to the power −|x − y|, with the digits that the difference loses."""
    d = x - y
    e = _tail(d)
    return e - e * np.sign(d) * sum_error(x, -y, d)


def _reach(x: Array, y: Array) -> Array:
    """Whether squares of the point's coordinates neither over- nor underflow."""
    return _within(np.hypot(x, y), 1e-70, 1e70) & _within(np.minimum(np.abs(x), np.abs(y)), 1e-70)


def _few(x: Array, y: Array) -> Array:
    """Whether y is not 0, and a multiple of it near x has a number of few digits."""
    return (np.abs(x) < 1e15 * np.abs(y)) & (np.abs(y) < math.inf)


def _below(size: float) -> Kernel:
    return lambda x: np.abs(x) < size


def _apart(x: Array, y: Array) -> Array:
    return np.abs(x - y) < 700.0


def _bell(x: Array, k: float) -> Array:
    """e^(−k·x²), with x² to more digits than a double has."""
    high, low = square(x)
    e = np.exp(-k * high)
    return e - e * (k * low)


def _tail_ratio(t: Array) -> tuple[Array, Array]:
    """Φ(−t)·e^(t²/2) for t ≥ 0 as a pair, each number by the polynomial of its interval."""
    pieces = (
        (t <= 1.0, normal._TO_1, lambda t: t - 0.5),
        ((t > 1.0) & (t <= 2.5), normal._TO_2_5, lambda t: t - 1.75),
        ((t > 2.5) & (t <= 5.0), normal._TO_5, lambda t: t - 3.75),
        (t > 5.0, normal._BEYOND, lambda t: 1.0 / (t * t) - 0.02),
    )
    high, low = np.zeros(np.shape(t)), np.zeros(np.shape(t))
    for here, row, shifted in pieces:
        if np.any(here):
            found = normal._horner(row, shifted(t[here]))  # type: ignore[no-untyped-call]
            high[here], low[here] = found
    far: Array = np.maximum(t, 5.0)
    quotient: Array = over((high, low), (far, 0.0))  # type: ignore[arg-type]
    return np.where(t > 5.0, quotient[0], high), np.where(t > 5.0, quotient[1], low)


def _normal_tail(x: Array) -> Array:
    """Φ(−|x|)."""
    return _tail_ratio(np.abs(np.asarray(x)))[0] * _bell(x, 0.5)


def _erf_tail(x: Array) -> Array:
    """1 − erf |x|."""
    a = np.abs(np.asarray(x))
    return 2.0 * _tail_ratio(a * ROOT_2)[0] * _bell(a, 1.0)


_ERF = [(-1) ** n * 2.0 / math.sqrt(math.pi) / math.factorial(n) / (2 * n + 1) for n in range(14)]


# --- rows of more than a line ---------------------------------------------------------------------


def _sech2(x: Array) -> Array:
    e = np.exp(-2.0 * np.abs(x))
    t = 1.0 + e
    return 4.0 * e / (t * t)


def _logaddexp(x: Array, y: Array) -> Array:
    """Near 0 where e^x + e^y is near 1."""
    low, high = np.minimum(x, y), np.maximum(x, y)
    near = np.log1p(np.expm1(np.minimum(high, 0.0)) + np.exp(low))
    return np.where((high > -1.5) & (high <= 0.0), near, np.logaddexp(x, y))


def _erf(x: Array) -> Array:
    """Its series near 0, one minus the tail beyond."""
    a = np.abs(np.asarray(x))
    q, series = a * a, 0.0
    for c in reversed(_ERF):
        series = series * q + c
    return np.copysign(np.where(a < 0.5, a * series, 1.0 - _erf_tail(x)), x)


_normal_cdf = _by(_normal_tail, lambda x, tail: np.where(x > 0.0, 1.0 - tail, tail))


def _gelu_d(x: Array) -> Array:
    a = np.abs(np.asarray(x))
    high, low = plus(_tail_ratio(a), times((-a, 0.0), normal.PHI_0))
    tail = (high + low) * _bell(x, 0.5)
    return np.where(x > 0.0, 1.0 - tail, tail)


def _gelu_dd(x: Array) -> Array:
    high, low = square(x)
    return normal.PHI_0[0] * _bell(x, 0.5) * ((2.0 - high) - low)


def _greater(x: Array, y: Array) -> Array:
    order = 0.5 + 0.5 * (np.greater(x, y) * 1.0 - np.less(x, y))
    return np.where((x == x) & (y == y), order, np.nan)


# --- the table ------------------------------------------------------------------------------------
# fmt: off

EVERYWHERE: dict[str, Kernel] = {
    "one_minus_square": lambda x: np.where(np.abs(x) < 0.5, 1.0 - x * x, (1.0 - x) * (1.0 + x)),
    "xlogy":       lambda x, y: np.where((x == 0.0) & (y == y), 0.0, x * np.log(y)),
    "zero_inside": lambda x, y: np.where((y >= 0.0) & (x == x), 0.0, np.nan),
    "xlogy_dx":    lambda x, y: np.where((x == 0.0) & (y == 0.0), 0.0,
                                         np.where(x == x, np.log(y), x)),
    "sigmoid":     _by(_tail, lambda x, e: np.where(x >= 0.0, 1.0, e) / (1.0 + e)),
    "softplus":    _by(_tail, lambda x, e: np.maximum(x, 0.0) + np.log1p(e)),
    "logsigmoid":  _by(_tail, lambda x, e: -(np.maximum(-x, 0.0) + np.log1p(e))),
    "leaky_relu":  lambda x, slope: np.where((x > 0.0) & (slope == slope), x, slope * x),
    "elu":         lambda x, alpha: np.where((x > 0.0) & (alpha == alpha), x, alpha * np.expm1(x)),
    "copysign":    lambda x, y: np.where(y == y, np.copysign(x, y), np.nan),
    "greater":     _greater,
    "equal":       lambda x, y: np.equal(x, y) * 1.0,
}
"""Formulas that hold for every float."""

PLAIN: dict[str, tuple[Kernel, Kernel]] = {
    # quotients and powers
    "recip":       (lambda x: 1.0 / x, lambda x: x > 0.0),
    "over_square": (lambda x, y: x / (y * y), lambda x, y: _within(np.abs(y), 1e-140, 1e150)),
    "over_cube":   (lambda x, y: x / (y * y * y),
                    lambda x, y: _within(abs(y), 1e-90, 1e90) & _within(abs(x), 1e-200, 1e200)),
    "pow_dx":      (lambda x, y: y * x ** (y - 1.0), lambda x, y: _power(x, y, 1.0) & (y != 0.0)),
    "pow_dy":      (lambda x, y: x**y * np.log(x), lambda x, y: _power(x, y, 0.0)),
    "pow_dxx":     (lambda x, y: y * (y - 1.0) * x ** (y - 2.0),
                    lambda x, y: _power(x, y, 2.0) & _within(np.abs(y), 1e-100, 1e100)),
    "pow_dxy":     (lambda x, y: x ** (y - 1.0) * (1.0 + y * np.log(x)),
                    lambda x, y: _power(x, y, 1.0) & (np.abs(1.0 + y * np.log(x)) > 0.5)),
    "pow_dyy":     (lambda x, y: x**y * np.log(x) ** 2,
                    lambda x, y: _power(x, y, 0.0) & (np.abs(np.log(x)) > 1e-100)),
    "cauchy":      (lambda x: 1.0 / (1.0 + x * x), _below(1e140)),
    "xlogy_dy":    (lambda x, y: x / y, lambda x, y: y > 0.0),
    "xlogy_dyy":   (lambda x, y: x / (y * y), lambda x, y: _within(y, 1e-140, 1e150)),
    # the logistic function; silu' is 0 at −1.28, silu'' at ±2.4, about
    "sech2":       (_sech2, _below(350.0)),
    "silu":        (_by(_tail, lambda x, e: np.where(x >= 0.0, x, x * e) / (1.0 + e)),
                    _below(700.0)),
    "silu_d":      (_by(_tail, lambda x, e: np.where(x > 0.0, 1.0 + (1.0 + x) * e,
                                                     ((1.0 + x) + e) * e) / np.square(1.0 + e)),
                    lambda x: (np.abs(x) < 700.0) & (np.abs(x + 1.2784645427610738) > 0.05)),
    "silu_dd":     (_by(_tail, lambda x, e: e * (2.0 - np.abs(x) * ((1.0 - e) / (1.0 + e)))
                                            / np.square(1.0 + e)),
                    lambda x: (np.abs(x) < 700.0) & (np.abs(np.abs(x) - 2.3993572805154) > 0.6)),
    "logaddexp":   (_logaddexp, lambda x, y: np.abs(np.logaddexp(x, y)) > 0.03),
    "share":       (_by(_share, lambda x, y, e: np.where(x > y, 1.0, e) / (1.0 + e)), _apart),
    "share_d":     (_by(_share, lambda x, y, e: e / np.square(1.0 + e)), _apart),
    # the normal distribution
    "gauss":       (lambda x: _bell(x, 1.0), _below(26.0)),
    "gauss_d":     (lambda x: -2.0 * x * _bell(x, 1.0), _below(26.0)),
    "erf":         (_erf, lambda x: _within(np.abs(x), 1e-300, 25.0)),
    "erfc":        (_by(_erf_tail, lambda x, tail: np.where(x >= 0.0, tail, 2.0 - tail)),
                    _below(25.0)),
    "normal_cdf":  (_normal_cdf, _below(36.0)),
    "normal_pdf":  (lambda x: normal.PHI_0[0] * _bell(x, 0.5), _below(36.0)),
    "gelu":        (lambda x: x * _normal_cdf(x), lambda x: _within(np.abs(x), 1e-300, 36.0)),
    "gelu_d":      (_gelu_d, _below(36.0)),
    "gelu_dd":     (_gelu_dd, _below(36.0)),
    # the plane
    "direction":   (lambda x, y: x / np.hypot(x, y), _reach),
    "hypot_dxx":   (lambda x, y: (y / np.hypot(x, y)) ** 2 / np.hypot(x, y), _reach),
    "hypot_dxy":   (lambda x, y: -x / np.hypot(x, y) * y / np.hypot(x, y) ** 2, _reach),
    "dipole":      (lambda x, y: x / (x * x + y * y), _reach),
    "quadrupole":  (lambda x, y: (x - y) * (x + y) / (x * x + y * y) ** 2, _reach),
    "skew_quadrupole": (lambda x, y: 2.0 * x * y / (x * x + y * y) ** 2, _reach),
    # choices
    "leaky_relu_d": (lambda x, slope: np.where(x > 0.0, 1.0, slope),
                     lambda x, slope: (x != 0.0) & (x == x) & (slope == slope)),
    "elu_d":       (lambda x, alpha: np.where(x > 0.0, 1.0, alpha * np.exp(np.minimum(x, 0.0))),
                    lambda x, alpha: (x != 0.0) & (x > -700.0) & (alpha == alpha)),
    "elu_dd":      (lambda x, alpha: np.where(x < 0.0, alpha * np.exp(np.minimum(x, 0.0)), 0.0),
                    lambda x, alpha: (x == x) & (x > -700.0) & (alpha == alpha)),
    "mod_dy":      (lambda x, y: -np.floor_divide(x, y),
                    lambda x, y: _few(x, y) & (np.remainder(x, y) != 0.0)),
    "fmod_dy":     (lambda x, y: -np.rint((x - np.fmod(x, y)) / y),
                    lambda x, y: _few(x, y) & (np.fmod(x, y) != 0.0)),
}
"""Formulas, each with the numbers for which it holds."""

# fmt: on

KERNELS: dict[str, Kernel] = EVERYWHERE | {
    name: _where(TABLE[name].forward, *row) for name, row in PLAIN.items()
}
"""The functions of this file by the names of their rows."""
