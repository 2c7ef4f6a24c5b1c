"""The table's rows on whole arrays, where NumPy has no such function.

Vocabulary: a kernel is *plain* where one formula holds to a few units in the last place. Each says
for which numbers that is; the others (next to a root, where digits cancel; where something over- or
underflows; nan and inf) are few, and go through the row's own kernel for floats one by one. So the
edges are the table's. The formulas are those of :mod:`autograd_mini.ieee`, which says why.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd_mini.ieee import normal
from autograd_mini.ieee.pairs import over, plus, square, sum_error, times
from autograd_mini.rows import TABLE, row_named

Array = Any

KERNELS: dict[str, Callable[..., Array]] = {}
"""The functions of this file by the names of their rows."""

ROOT_2 = math.sqrt(2.0)


def _kernel(function: Callable[..., Array]) -> Callable[..., Array]:
    """A function of arrays that holds for every float."""
    KERNELS[function.__name__] = function
    return function


def _where(plain: Callable[..., Array]) -> Callable[[Any], Callable[..., Array]]:
    """A function of arrays that holds where ``plain`` says so; elsewhere the row's own is taken."""

    def decorate(function: Callable[..., Array]) -> Callable[..., Array]:
        name = function.__name__

        @wraps(function)
        def kernel(*operands: Array) -> Array:
            good = plain(*operands)
            made = function(*operands)
            if not np.all(good):
                made = np.array(made, dtype=float)
                others = ~np.broadcast_to(good, made.shape)
                few = [np.broadcast_to(x, made.shape)[others].tolist() for x in operands]
                made[others] = list(map(TABLE[name].forward, *few))
            return made

        return _kernel(kernel)

    return decorate


def number_by_number(name: str) -> Callable[..., Array]:
    """A row that is not here, one that a user has added say."""
    return np.vectorize(row_named(name).forward, otypes=[float])


# --- quotients and powers -------------------------------------------------------------------------


@_where(lambda x: x > 0.0)
def recip(x: Array) -> Array:
    """1 / x."""
    return 1.0 / x


@_where(lambda x, y: _within(np.abs(y), 1e-140, 1e150))
def over_square(x: Array, y: Array) -> Array:
    """x / y²."""
    return x / (y * y)


@_where(lambda x, y: _within(np.abs(y), 1e-90, 1e90) & _within(np.abs(x), 1e-200, 1e200))
def over_cube(x: Array, y: Array) -> Array:
    """x / y³."""
    return x / (y * y * y)


@_kernel
def one_minus_square(x: Array) -> Array:
    """1 − x²."""
    return np.where(np.abs(x) < 0.5, 1.0 - x * x, (1.0 - x) * (1.0 + x))


def _power(x: Array, y: Array, n: float) -> Array:
    """Whether x^(y−n) is far from the ends of the range, and y − n exact."""
    e = y - n
    return (e + n == y) & _within(x, 0.0, math.inf) & (np.abs(e * np.log(x)) < 600.0)


@_where(lambda x, y: _power(x, y, 1.0) & (y != 0.0))
def pow_dx(x: Array, y: Array) -> Array:
    """y·x^(y−1)."""
    return y * x ** (y - 1.0)


@_where(lambda x, y: _power(x, y, 0.0))
def pow_dy(x: Array, y: Array) -> Array:
    """x^y·log x."""
    return x**y * np.log(x)


@_where(lambda x, y: _power(x, y, 2.0) & _within(np.abs(y), 1e-100, 1e100))
def pow_dxx(x: Array, y: Array) -> Array:
    """y·(y−1)·x^(y−2)."""
    return y * (y - 1.0) * x ** (y - 2.0)


@_where(lambda x, y: _power(x, y, 1.0) & (np.abs(1.0 + y * np.log(x)) > 0.5))
def pow_dxy(x: Array, y: Array) -> Array:
    """x^(y−1)·(1 + y·log x)."""
    return x ** (y - 1.0) * (1.0 + y * np.log(x))


@_where(lambda x, y: _power(x, y, 0.0) & (np.abs(np.log(x)) > 1e-100))
def pow_dyy(x: Array, y: Array) -> Array:
    """x^y·(log x)²."""
    slope = np.log(x)
    return x**y * slope * slope


@_where(lambda x: np.abs(x) < 1e140)
def cauchy(x: Array) -> Array:
    """1 / (1 + x²)."""
    return 1.0 / (1.0 + x * x)


@_kernel
def xlogy(x: Array, y: Array) -> Array:
    """x log y, and 0 where x is 0 (unless y is nan)."""
    return np.where((x == 0.0) & (y == y), 0.0, x * np.log(y))


@_kernel
def zero_inside(x: Array, y: Array) -> Array:
    """0 for y ≥ 0, nan below."""
    return np.where((y >= 0.0) & (x == x), 0.0, np.nan)


@_kernel
def xlogy_dx(x: Array, y: Array) -> Array:
    """log y, and 0 where x and y are 0."""
    return np.where((x == 0.0) & (y == 0.0), 0.0, np.where(x == x, np.log(y), x))


@_where(lambda x, y: y > 0.0)
def xlogy_dy(x: Array, y: Array) -> Array:
    """x / y."""
    return x / y


@_where(lambda x, y: _within(y, 1e-140, 1e150))
def xlogy_dyy(x: Array, y: Array) -> Array:
    """x / y²."""
    return x / (y * y)


# --- the logistic function ------------------------------------------------------------------------


@_kernel
def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), written so that neither tail loses a digit."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0.0, 1.0, e) / (1.0 + e)


@_kernel
def softplus(x: Array) -> Array:
    """log(1 + e^x)."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


@_kernel
def logsigmoid(x: Array) -> Array:
    """log σ(x)."""
    return -softplus(-x)


@_where(lambda x: np.abs(x) < 350.0)
def sech2(x: Array) -> Array:
    """1 / cosh² x."""
    e = np.exp(-2.0 * np.abs(x))
    t = 1.0 + e
    return 4.0 * e / (t * t)


@_where(lambda x: np.abs(x) < 700.0)
def silu(x: Array) -> Array:
    """x / (1 + e^-x)."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0.0, x, x * e) / (1.0 + e)


@_where(lambda x: (np.abs(x) < 700.0) & (np.abs(x + 1.2784645427610738) > 0.05))
def silu_d(x: Array) -> Array:
    """σ(x) + x·σ(x)·σ(−x); 0 at x = −1.28, about."""
    e = np.exp(-np.abs(x))
    t = 1.0 + e
    return np.where(x > 0.0, 1.0 + (1.0 + x) * e, ((1.0 + x) + e) * e) / (t * t)


@_where(lambda x: (np.abs(x) < 700.0) & (np.abs(np.abs(x) - 2.3993572805154) > 0.6))
def silu_dd(x: Array) -> Array:
    """σ(x)·σ(−x)·(2 − x·tanh(x/2)); 0 at x = ±2.4, about."""
    a = np.abs(x)
    e = np.exp(-a)
    t = 1.0 + e
    return e * (2.0 - a * ((1.0 - e) / t)) / (t * t)


@_where(lambda x, y: np.abs(np.logaddexp(x, y)) > 0.03)
def logaddexp(x: Array, y: Array) -> Array:
    """log(e^x + e^y), which is near 0 where e^x + e^y is near 1."""
    low, high = np.minimum(x, y), np.maximum(x, y)
    near = np.log1p(np.expm1(np.minimum(high, 0.0)) + np.exp(low))
    return np.where((high > -1.5) & (high <= 0.0), near, np.logaddexp(x, y))


def _share(x: Array, y: Array) -> tuple[Array, Array]:
    """x − y, and e to the power −|x − y| with the digits that the difference loses."""
    d = x - y
    e = np.exp(-np.abs(d))
    return d, e - e * np.sign(d) * sum_error(x, -y, d)


@_where(lambda x, y: np.abs(x - y) < 700.0)
def share(x: Array, y: Array) -> Array:
    """e^x / (e^x + e^y)."""
    d, e = _share(x, y)
    return np.where(d > 0.0, 1.0, e) / (1.0 + e)


@_where(lambda x, y: np.abs(x - y) < 700.0)
def share_d(x: Array, y: Array) -> Array:
    """σ(x − y)·σ(y − x)."""
    _, e = _share(x, y)
    return e / ((1.0 + e) * (1.0 + e))


# --- the normal distribution ----------------------------------------------------------------------


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
            high[here], low[here] = normal._horner(row, shifted(t[here]))  # type: ignore[no-untyped-call]
    far: Array = np.maximum(t, 5.0)
    quotient: Array = over((high, low), (far, 0.0))  # type: ignore[arg-type]
    return np.where(t > 5.0, quotient[0], high), np.where(t > 5.0, quotient[1], low)


@_where(lambda x: np.abs(x) < 26.0)
def gauss(x: Array) -> Array:
    """e^(−x²)."""
    return _bell(x, 1.0)


@_where(lambda x: np.abs(x) < 26.0)
def gauss_d(x: Array) -> Array:
    """−2x·e^(−x²)."""
    return -2.0 * x * _bell(x, 1.0)


_ERF = [(-1) ** n * 2.0 / math.sqrt(math.pi) / math.factorial(n) / (2 * n + 1) for n in range(14)]


@_where(lambda x: _within(np.abs(x), 1e-300, 25.0))
def erf(x: Array) -> Array:
    """2/√π ∫ e^(−t²) dt from 0: its series near 0, one minus the tail beyond."""
    a = np.abs(np.asarray(x))
    q, series = a * a, 0.0
    for c in reversed(_ERF):
        series = series * q + c
    far = 1.0 - 2.0 * _tail_ratio(a * ROOT_2)[0] * _bell(a, 1.0)
    return np.copysign(np.where(a < 0.5, a * series, far), x)


@_where(lambda x: np.abs(x) < 25.0)
def erfc(x: Array) -> Array:
    """1 − erf x, with the tail."""
    a = np.abs(np.asarray(x))
    tail = 2.0 * _tail_ratio(a * ROOT_2)[0] * _bell(a, 1.0)
    return np.where(x >= 0.0, tail, 2.0 - tail)


@_where(lambda x: np.abs(x) < 36.0)
def normal_cdf(x: Array) -> Array:
    """Φ(x)."""
    tail = _tail_ratio(np.abs(np.asarray(x)))[0] * _bell(x, 0.5)
    return np.where(x > 0.0, 1.0 - tail, tail)


@_where(lambda x: np.abs(x) < 36.0)
def normal_pdf(x: Array) -> Array:
    """φ(x)."""
    return normal.PHI_0[0] * _bell(x, 0.5)


@_where(lambda x: _within(np.abs(x), 1e-300, 36.0))
def gelu(x: Array) -> Array:
    """x·Φ(x)."""
    tail = _tail_ratio(np.abs(np.asarray(x)))[0] * _bell(x, 0.5)
    return x * np.where(x > 0.0, 1.0 - tail, tail)


@_where(lambda x: np.abs(x) < 36.0)
def gelu_d(x: Array) -> Array:
    """Φ(x) + x·φ(x)."""
    a = np.abs(np.asarray(x))
    high, low = plus(_tail_ratio(a), times((-a, 0.0), normal.PHI_0))
    tail = (high + low) * _bell(x, 0.5)
    return np.where(x > 0.0, 1.0 - tail, tail)


@_where(lambda x: np.abs(x) < 36.0)
def gelu_dd(x: Array) -> Array:
    """φ(x)·(2 − x²)."""
    high, low = square(x)
    return normal.PHI_0[0] * _bell(x, 0.5) * ((2.0 - high) - low)


# --- the plane ------------------------------------------------------------------------------------


def _reach(x: Array, y: Array) -> Array:
    """Whether squares of the point's coordinates neither over- nor underflow."""
    return _within(np.hypot(x, y), 1e-70, 1e70) & _within(np.minimum(np.abs(x), np.abs(y)), 1e-70)


@_where(_reach)
def direction(x: Array, y: Array) -> Array:
    """x / r."""
    return x / np.hypot(x, y)


@_where(_reach)
def hypot_dxx(x: Array, y: Array) -> Array:
    """y² / r³."""
    r = np.hypot(x, y)
    return (y / r) ** 2 / r


@_where(_reach)
def hypot_dxy(x: Array, y: Array) -> Array:
    """−x·y / r³."""
    r = np.hypot(x, y)
    return -((x / r) * (y / r)) / r


@_where(_reach)
def dipole(x: Array, y: Array) -> Array:
    """x / r²."""
    return x / (x * x + y * y)


@_where(_reach)
def quadrupole(x: Array, y: Array) -> Array:
    """(x² − y²) / r⁴."""
    q = x * x + y * y
    return (x - y) * (x + y) / (q * q)


@_where(_reach)
def skew_quadrupole(x: Array, y: Array) -> Array:
    """2·x·y / r⁴."""
    q = x * x + y * y
    return 2.0 * x * y / (q * q)


# --- choices --------------------------------------------------------------------------------------


@_kernel
def leaky_relu(x: Array, slope: Array) -> Array:
    """x where it is positive, else slope · x."""
    return np.where((x > 0.0) & (slope == slope), x, slope * x)


@_where(lambda x, slope: (x != 0.0) & (x == x) & (slope == slope))
def leaky_relu_d(x: Array, slope: Array) -> Array:
    """1 for x > 0, the slope for x < 0."""
    return np.where(x > 0.0, 1.0, slope)


@_kernel
def elu(x: Array, alpha: Array) -> Array:
    """x where it is positive, else alpha (e^x − 1)."""
    return np.where((x > 0.0) & (alpha == alpha), x, alpha * np.expm1(x))


@_where(lambda x, alpha: (x != 0.0) & (x > -700.0) & (alpha == alpha))
def elu_d(x: Array, alpha: Array) -> Array:
    """1 for x > 0, alpha · e^x for x < 0."""
    return np.where(x > 0.0, 1.0, alpha * np.exp(np.minimum(x, 0.0)))


@_where(lambda x, alpha: (x == x) & (x > -700.0) & (alpha == alpha))
def elu_dd(x: Array, alpha: Array) -> Array:
    """alpha · e^x for x < 0, else 0."""
    return np.where(x < 0.0, alpha * np.exp(np.minimum(x, 0.0)), 0.0)


@_kernel
def copysign(x: Array, y: Array) -> Array:
    """|x| with the sign of y; nan for nan."""
    return np.where(y == y, np.copysign(x, y), np.nan)


@_where(lambda x, y: _few(x, y) & (np.remainder(x, y) != 0.0))
def mod_dy(x: Array, y: Array) -> Array:
    """−⌊x/y⌋."""
    return -np.floor_divide(x, y)


@_where(lambda x, y: _few(x, y) & (np.fmod(x, y) != 0.0))
def fmod_dy(x: Array, y: Array) -> Array:
    """−trunc(x/y)."""
    return -np.rint((x - np.fmod(x, y)) / y)


def _few(x: Array, y: Array) -> Array:
    """Whether y is not 0, and a multiple of it near x has a number of few digits."""
    return (np.abs(x) < 1e15 * np.abs(y)) & (np.abs(y) < math.inf)


@_kernel
def greater(x: Array, y: Array) -> Array:
    """1 where x > y, 0.5 where they are equal, else 0; nan for nan."""
    order = 0.5 + 0.5 * (np.greater(x, y) * 1.0 - np.less(x, y))
    return np.where((x == x) & (y == y), order, np.nan)


@_kernel
def equal(x: Array, y: Array) -> Array:
    """1 where x = y, else 0."""
    return np.equal(x, y) * 1.0


def _within(x: Array, low: float, high: float = math.inf) -> Array:
    return (x > low) & (x < high)
