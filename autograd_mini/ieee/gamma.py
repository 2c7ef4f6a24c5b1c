"""The gamma function: its logarithm, and the derivatives of that to any order.

Vocabulary: *digamma* ψ is the derivative of log |Γ|, *polygamma* ψₙ the n-th derivative of ψ. Far
right all are their asymptotic series (Stirling's); elsewhere what the recurrence Γ(x+1) = x·Γ(x)
adds is taken off, in pairs, since it cancels; far left Euler's reflection leads to the right. Next
to its zeros at 1 and 2 log Γ is (x−1)·(x−2)·G(x), with G the polynomial that agrees in the
Chebyshev points of the interval: the constant term's lost digits, then the coefficients.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from autograd_mini.ieee.normal import _horner
from autograd_mini.ieee.pairs import ONE, Pair, log_of, minus, over, plus, sum_error, times
from autograd_mini.ieee.polynomials import chained, horner

if TYPE_CHECKING:
    from collections.abc import Callable

inf, nan = math.inf, math.nan

HALF_LOG_2PI: Pair = (0.9189385332046728, -3.8782941580672414e-17)
PI: Pair = (math.pi, 1.2246467991473532e-16)
RIGHT = 10.0
"""From here on the asymptotic series holds to 2⁻⁶⁰."""

LEFT = -30.0
"""To the left of it the recurrence would take more steps than reflection is worth."""

# fmt: off
_NEAR_1 = (
    -4.942915152430645e-18, 0.11918565133123243, -0.12261998268315712, -0.10466239556964707,
    0.10745193205528744, 0.09166362936617253, -0.09438011384791399, -0.008272102842945994,
    0.008239879255927165, 0.02846192596266219, -0.029603678019476488, 0.02192967090128611,
    -0.023026210165830497, 0.025796726566437125, -0.02718461214950396, 0.028532022906057074,
    -0.030258869474460874, 0.03222642158709452, -0.03444451820279054, 0.03698950818765652,
    -0.039942903025385654, 0.04341088585343768, -0.04754313461564262, 0.05255632454848378,
    -0.05877794125495988, 0.0667317282366464, -0.07731816853294567, 0.09223900846483857,
    -0.11514654256383149, 0.15543426586395107, -0.24525136852258037, 0.5772156649015329,
)
_NEAR_2 = (
    4.942915152430645e-18, 2.8331179755524595e-08, -5.9191034539430366e-08, 8.673205951095157e-08,
    -1.8231384052730353e-07, 4.0516857334255604e-07, -8.559853958872399e-07, 1.8078213148269973e-06,
    -3.846729097394708e-06, 8.222223538994353e-06, -1.7661749741053172e-05, 3.8168886839303915e-05,
    -8.309512065991473e-05, 0.00018255263918030617, -0.00040570739776849235, 0.0009153769222493582,
    -0.002108130833949211, 0.004998641164697329, -0.012384192193371354, 0.03296500062115582,
    -0.10031730167435392, 0.42278433509846713,
)
# fmt: on

# B₂ₖ for k = 1, 2, …
_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
    -174611 / 330, 854513 / 138,
)  # fmt: skip


def _is_a_pole(x: float) -> bool:
    return x <= 0.0 and x == math.floor(x)


def _series(x: float, n: int) -> float:
    """Σₖ B₂ₖ·(2k+n−1)! / ((2k)!·x^(2k+n)): the tail of (−1)ⁿ⁺¹ψₙ, for n = −1 of log Γ."""
    q, total = 1.0 / x / x, 0.0
    for k in range(len(_BERNOULLI), 0, -1):
        factor = 1.0 if n < 1 else float(math.perm(2 * k + n - 1, n - 1))
        factor *= {-1: 1.0 / ((2 * k) * (2 * k - 1))}.get(n, 1.0 / (2 * k) if n == 0 else 1.0)
        total = total * q + _BERNOULLI[k - 1] * factor
    return total


def _shifted(x: float) -> tuple[Pair, list[Pair]]:
    """x + n ≥ RIGHT as a pair, and x, x + 1, …, x + n − 1."""
    passed = []
    for k in range(max(0, math.ceil(RIGHT - x))):
        s = x + k
        passed.append((s, sum_error(x, float(k), s)))
    s = x + len(passed)
    return (s, sum_error(x, float(len(passed)), s)), passed


def _log(x: Pair) -> Pair:
    high, low = log_of(x[0])
    return plus((high, low), (x[1] / x[0], 0.0))


def lgamma(x: float) -> float:
    """log |Γ(x)|; inf at 0, −1, −2, … and at ±inf."""
    if not -inf < x < inf:
        return x * x
    if _is_a_pole(x):
        return inf
    if 0.5 < x < 2.5:
        middle, row = (1.0, _NEAR_1) if x < 1.5 else (2.0, _NEAR_2)
        zeros = times((x - 1.0, 0.0), (x - 2.0, sum_error(x, -2.0, x - 2.0)))
        return times(zeros, _horner(row, x - middle))[0]
    if -1e-20 < x < 2.3e-308 or (0.0 < x < 1e-20):
        return -math.log(abs(x))
    if x > 1e17:
        return x * (math.log(x) - 1.0)
    if x < LEFT:
        right = _log_gamma_right((1.0 - x, sum_error(1.0, -x, 1.0 - x)))
        sine = _sine(x)
        turned = _log(over(PI, minus(sine) if sine[0] < 0.0 else sine))
        return plus(turned, minus(right))[0]
    y, passed = _shifted(x)
    product = ONE
    for factor in passed:
        product = times(product, factor)
    off = _log(minus(product) if product[0] < 0.0 else product)
    return plus(_log_gamma_right(y), minus(off))[0]


def _log_gamma_right(y: Pair) -> Pair:
    """(y − ½)·log y − y + log √(2π) + Σ B₂ₖ / (2k·(2k−1)·y^(2k−1)) for y ≥ RIGHT."""
    main = times(plus(y, (-0.5, 0.0)), _log(y))
    return plus(plus(main, minus(y)), plus(HALF_LOG_2PI, (_series(y[0], -1) / y[0], 0.0)))


def digamma(x: float) -> float:
    """ψ(x), the derivative of log |Γ(x)|; nan at −1, −2, and so on; ∓∞ at ±0."""
    if not -inf < x < inf:
        return x if x > 0.0 else nan
    if _is_a_pole(x):
        return math.copysign(inf, -math.copysign(1.0, x)) if x == 0.0 else nan
    if x < LEFT:
        right = _digamma_right((1.0 - x, sum_error(1.0, -x, 1.0 - x)))
        turned = times(PI, over(_cosine(x), _sine(x)))
        return plus(right, minus(turned))[0]
    if x > 1e17:
        return math.log(x)
    if -1e-300 < x < 1e-300:
        return -1.0 / x if abs(x) > 5.6e-309 else math.copysign(inf, -x)
    y, passed = _shifted(x)
    off = (0.0, 0.0)
    for factor in reversed(passed):
        off = plus(off, over(ONE, factor))
    right = _digamma_right(y)
    return plus(right, minus(off))[0]


def _digamma_right(y: Pair) -> Pair:
    """log y − 1/(2y) − Σ B₂ₖ / (2k·y^2k) for y ≥ RIGHT."""
    half = over((-0.5, 0.0), y)
    return plus(_log(y), plus(half, (-_series(y[0], 0) / y[0] / y[0], 0.0)))


@cache
def polygamma(n: int) -> Callable[[float], float]:
    """The kernel of ψₙ for n ≥ 1: (−1)ⁿ⁺¹·n!·Σₖ 1/(x+k)ⁿ⁺¹.

    At 0 and the whole numbers below it is the infinity on both sides, or nan where they differ.
    """
    sign, size = (-1.0) ** (n + 1), float(math.factorial(n))
    turned = chained(n, -1, 0, -1)  # cot′ = −1 − cot²

    def kernel(x: float) -> float:
        if not -inf < x < inf:
            return 0.0 * sign if x > 0.0 else nan
        if _is_a_pole(x):
            if n % 2 == 0:
                return math.copysign(inf, -math.copysign(1.0, x)) if x == 0.0 else nan
            return inf
        if -1e-30 < x < 0.0:  # the pole is all of it
            return sign * size * _inverse_power(x, n + 1)
        if x < 0.0:
            return _reflected(x)
        return sign * _right(x)

    def _right(x: float) -> float:
        terms = []
        while x < RIGHT + n:
            terms.append(size * _inverse_power(x, n + 1))
            x += 1.0
        tail = [size / n, size * 0.5 / x, _series(x, n) / x / x]
        return math.fsum([*terms, *[t * _inverse_power(x, n) for t in tail]])

    def _reflected(x: float) -> float:
        if n == 1:
            turned_by = over(PI, _sine(x))
            return times(turned_by, turned_by)[0] - _right(1.0 - x)
        c = over(_cosine(x), _sine(x))[0]
        other = math.pi ** (n + 1) * horner(turned, c)
        return (-1.0) ** n * (sign * _right(1.0 - x)) - other

    return kernel


def _inverse_power(x: float, n: int) -> float:
    try:
        return x**-n
    except (OverflowError, ZeroDivisionError):
        return math.copysign(inf, x) if n % 2 else inf


def _sine(x: float, quarters: int = 0) -> Pair:
    """sin π(x + quarters/2) as a pair: x is so many halves of 1 and a rest from −¼ to ¼."""
    r = math.fmod(x, 2.0)
    halves = round(2.0 * r)
    r -= 0.5 * halves
    turned = _cosine_of(r) if (halves + quarters) % 2 else _sine_of(r)
    return minus(turned) if (halves + quarters) % 4 in (2, 3) else turned


def _cosine(x: float) -> Pair:
    """cos πx as a pair."""
    return _sine(x, 1)


def _sine_of(r: float) -> Pair:
    """sin πr for |r| ≤ ¼: two terms in pairs, the others are small."""
    a = times(PI, (r, 0.0))
    q = times(a, a)
    second = times(q, (-1 / 6, 9.25185853854297e-18))
    return times(a, plus(ONE, plus(second, (_tail(q[0], 1) * q[0] * q[0], 0.0))))


def _cosine_of(r: float) -> Pair:
    """cos πr for |r| ≤ ¼."""
    a = times(PI, (r, 0.0))
    q = times(a, a)
    return plus(plus(ONE, (-0.5 * q[0], -0.5 * q[1])), (_tail(q[0], 0) * q[0] * q[0], 0.0))


def _tail(q: float, odd: int) -> float:
    """Σ (−1)ᵏ·qᵏ⁻² / (2k + odd)! from k = 2 on."""
    tail = 0.0
    for k in range(12, 2, -1):
        tail = (tail + (-1) ** k / math.factorial(2 * k + odd)) * q
    return tail + 1 / math.factorial(4 + odd)
