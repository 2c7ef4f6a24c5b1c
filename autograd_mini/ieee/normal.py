"""The normal distribution: e^(−x²), and the GELU with its derivatives.

Vocabulary: φ is the density, Φ the distribution, and the *tail ratio* N(t) = Φ(−t)·e^(t²/2) is what
is left of the left tail when the exponential is taken out (Mills' ratio but for a factor).
e^(−x²) needs x² to more digits than a double has, since an error there is relative to the result.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from autograd_mini.ieee.pairs import (
    ONE,
    Pair,
    exp_of,
    minus,
    over,
    plus,
    product_error,
    square,
    times,
    times_exp,
)
from autograd_mini.ieee.polynomials import added, hermite, polynomial

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

inf, nan = math.inf, math.nan

PHI_0: Pair = (0.3989422804014327, -2.4923272022777433e-17)
"""φ(0) = 1 / √(2π)."""

ROOT_2, ROOT_2_LOW = 1.4142135623730951, -9.667293313452913e-17

# N(t) on three intervals as polynomials in t − middle, and beyond 5 t·N(t) as one in 1/t² − middle:
# those that agree with it in the Chebyshev points. The first number of each is the constant term's
# lost digits, the rest the coefficients from the highest power down to that term.
# fmt: off
_TO_1 = (
    5.862467220280495e-18, -1.6002080156260884e-09, 7.132758339682795e-09,
    -2.913896215038222e-08, 1.2236317005777729e-07, -4.989512045015709e-07,
    1.96515542752079e-06, -7.468790214397934e-06, 2.7315698145326982e-05,
    -9.581456104339871e-05, 0.00032106433094582535, -0.0010228632134214903,
    0.003079946249505348, -0.008700015618760808, 0.022829685306586345, -0.054914920747096106,
    0.11877620159989062, -0.22413286304123364, 0.34961883472039806,
)
_TO_2_5 = (
    5.204928727591149e-18, 3.2020371208787547e-12, -1.6958923588633308e-11,
    7.93407855033009e-11, -4.0001627355507634e-10, 1.9777980311113333e-09,
    -9.488306663414752e-09, 4.4288994154689774e-08, -2.00839384539527e-07,
    8.829384298548622e-07, -3.7543799157147104e-06, 1.5399548834966883e-05,
    -6.073862890175059e-05, 0.0002294889912946256, -0.000826776137158621, 0.002823792187793046,
    -0.009075517014426885, 0.027177323526419297, -0.0747868672145145, 0.18523166467823896,
)
_TO_5 = (
    -3.4263544556381647e-18, 1.3570315360344662e-16, -9.267885565780033e-16,
    5.123143946271672e-15, -3.37217440417734e-14, 2.2225767154299495e-13,
    -1.4164750631916769e-12, 8.861174538729543e-12, -5.445963973487966e-11,
    3.282878214084538e-10, -1.9390722854655622e-09, 1.1210969336405447e-08,
    -6.337091879799981e-08, 3.4975064138468294e-07, -1.8819031788028856e-06,
    9.855142050903168e-06, -5.0130104941520334e-05, 0.000247118745836222,
    -0.0011773458215935451, 0.005403521814320675, -0.023795244268483163, 0.10003920963545321,
)
_BEYOND = (
    -7.857725315545893e-18, -1263357113078134.8, 79950685682302.77, -2957765245743.736,
    211204448286.05646, -17381461457.909134, 1322553318.0309756, -105127271.09116654,
    8913031.167582903, -805314.2201989713, 78230.45705364877, -8270.91579982098,
    966.7211318887747, -127.61496447565547, 19.619220885617086, -3.682756589630472,
    0.9154983592208461, -0.35714981602183477, 0.39140000024926486,
)
# fmt: on


def gauss(x: float) -> float:
    """e^(−x²)."""
    return _times_bell(ONE, x, 1.0)


def gauss_d(x: float) -> float:
    """−2x·e^(−x²)."""
    return _times_bell((-2.0 * x, 0.0), x, 1.0)


def erfc(x: float) -> float:
    """1 − erf x, with the tail; the C library's own is off by more than 2 units near 1.2."""
    if not -6.0 < x < 30.0:
        return 0.0 if x > 0.0 else 2.0 if x < 0.0 else x
    a = abs(x)
    t = a * ROOT_2
    ratio = tail_ratio(t)
    lost = product_error(a, ROOT_2, t) + a * ROOT_2_LOW  # of t: N′ = t·N − φ(0)
    slope = t * ratio[0] - PHI_0[0]
    tail = plus(ratio, (slope * lost, 0.0))
    if x >= 0.0:
        return 2.0 * _times_bell(tail, x, 1.0)
    tail = times(tail, _bell(x, 1.0))
    return plus((2.0, 0.0), (-2.0 * tail[0], -2.0 * tail[1]))[0]


def normal_cdf(x: float) -> float:
    """Φ(x), the probability of a number below x."""
    if not -40.0 < x < 9.0:
        return 1.0 if x > 0.0 else 0.0 if x < 0.0 else x  # noqa: FURB136 (nan stays)
    if x <= 0.0:
        return _times_bell(tail_ratio(-x), x, 0.5)
    return _left(x)[0]


def normal_pdf(x: float) -> float:
    """φ(x) = Φ′(x)."""
    return _times_bell(PHI_0, x, 0.5)


def gelu(x: float) -> float:
    """x·Φ(x)."""
    if x < -40.0:
        return -0.0
    if 0.0 < x < 9.0:
        return times((x, 0.0), _left(x))[0]
    if x < 0.0:
        return _times_bell(times((x, 0.0), tail_ratio(-x)), x, 0.5)
    return x


def gelu_d(x: float) -> float:
    """Φ(x) + x·φ(x)."""
    if not -40.0 < x < 40.0:
        return 1.0 if x > 0.0 else -0.0 if x < 0.0 else x
    c = plus(tail_ratio(abs(x)), times((-abs(x), 0.0), PHI_0))
    if x <= 0.0:
        return _times_bell(c, x, 0.5)
    return plus(ONE, times(minus(c), _bell(x, 0.5)))[0]


def gelu_dd(x: float) -> float:
    """φ(x)·(2 − x²)."""
    if not -40.0 < x < 40.0:
        return -0.0 if x == x else x
    h, low = square(x)
    return _times_bell(times(PHI_0, plus((2.0, 0.0), (-h, -low))), x, 0.5)


def _left(x: float) -> Pair:
    """Φ(x) for x > 0."""
    return plus(ONE, minus(times(tail_ratio(x), _bell(x, 0.5))))


def _bell(x: float, k: float) -> Pair:
    """e^(−k·x²) for k = 1 or ½."""
    h, low = square(x)
    return exp_of(-k * h, -k * low)


def _times_bell(c: Pair, x: float, k: float) -> float:
    """c·e^(−k·x²) for k = 1 or ½."""
    if not -40.0 < x < 40.0:
        return math.copysign(0.0, c[0]) if x == x else x
    h, low = square(x)
    return times_exp(c, -k * h, -k * low)


def tail_ratio(t: float) -> Pair:
    """Φ(−t)·e^(t²/2) for t ≥ 0, with an error below half a unit of a double."""
    if t > 5.0:
        return over(_horner(_BEYOND, 1.0 / (t * t) - 0.02), (t, 0.0))
    if t > 2.5:
        return _horner(_TO_5, t - 3.75)
    return _horner(_TO_2_5, t - 1.75) if t > 1.0 else _horner(_TO_1, t - 0.5)


def _horner(row: tuple[float, ...], s: float) -> Pair:
    p = 0.0
    for c in row[1:-1]:
        p = (p + c) * s
    high = p + row[-1]
    return high, (p - (high - row[-1])) + row[0]


def _bells(
    polynomial_of: Callable[[int], Sequence[int]], factor: Pair, k: float
) -> Callable[[int], Callable[[float], float]]:
    """A family of derivatives: a polynomial of x, by the order n, times factor·e^(−k·x²)."""

    @cache
    def derivative(n: int) -> Callable[[float], float]:
        coefficients = polynomial_of(n)

        def kernel(x: float) -> float:
            if not abs(x) < 40.0:
                return x if x != x else 0.0
            c = polynomial(coefficients, x)
            return _times_bell((c * factor[0], c * factor[1]), x, k)

        return kernel

    return derivative


def _alternating(n: int, two: int = 1) -> list[int]:
    return [(-1) ** n * c for c in hermite(n, two)]


gauss_derivative = _bells(lambda n: _alternating(n, 2), ONE, 1.0)
"""dⁿ e^(−x²) / dxⁿ = (−1)ⁿ Hₙ(x) e^(−x²)."""

normal_pdf_derivative = _bells(_alternating, PHI_0, 0.5)
"""dⁿφ/dxⁿ = (−1)ⁿ Heₙ(x) φ(x)."""

gelu_derivative = _bells(
    lambda n: added([0, *_alternating(n - 1)], [n * c for c in _alternating(n - 2)]), PHI_0, 0.5
)
"""dⁿ (x·Φ(x)) / dxⁿ = (−1)ⁿ⁻¹ (x·Heₙ₋₁ − n·Heₙ₋₂) φ(x), for n ≥ 2."""
