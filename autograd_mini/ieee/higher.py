"""Derivatives of any order of functions whose first two have kernels of their own.

Vocabulary: a *maker* takes orders and returns the kernel of that derivative. Each is the number of
the table's row differentiated again and again, by a closed form that holds at the edges too: a sum
of products of finite numbers, scaled or damped as a whole, where the chain rule would come to ∞ − ∞
or 0·∞.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from autograd_mini.ieee.arithmetic import shifted
from autograd_mini.ieee.logistic import sigmoid
from autograd_mini.ieee.normal import PHI_0, _times_bell
from autograd_mini.ieee.pairs import log_of
from autograd_mini.ieee.powers import _is_odd, _times_power
from autograd_mini.ieee.powers import pow as power

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Kernel = Callable[..., float]

inf, nan = math.inf, math.nan
LARGE = 1e308
FAR = 1e60
"""Beyond it the power of y that is largest says all."""


def polynomial(coefficients: Sequence[int], x: float) -> float:
    """Σ cₖ xᵏ by Horner's rule; where every second coefficient is 0, in x²."""
    if len(coefficients) > 1 and not any(coefficients[1::2]):
        return polynomial(coefficients[::2], x * x)
    if len(coefficients) > 1 and not any(coefficients[::2]):
        return x * polynomial(coefficients[1::2], x * x)
    total = 0.0
    for c in reversed(coefficients):
        total = total * x + c
    return total


def _differentiated(coefficients: Sequence[int]) -> list[int]:
    return [k * c for k, c in enumerate(coefficients)][1:]


def _product(a: Sequence[int], b: Sequence[int]) -> list[int]:
    found = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    return found


def _sum(a: Sequence[int], b: Sequence[int]) -> list[int]:
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    return [x + y for x, y in zip(long, [*short, *[0] * len(long)], strict=False)]


# --- powers ---------------------------------------------------------------------------------------


@cache
def power_derivative(n: int, m: int) -> Kernel:
    """∂ⁿ⁺ᵐ x^y / ∂xⁿ ∂y^m = x^(y−n) · Σₖ C(m, k) · dᵏ(y)ₙ/dyᵏ · (log x)^(m−k).

    (y)ₙ = y·(y−1)·…·(y−n+1). At 0 and at infinity the first k whose coefficient is not 0 decides.
    """
    factors = [_falling(n)]
    for _ in range(min(m, n)):
        factors.append(_differentiated(factors[-1]))

    def coefficients(y: float) -> list[float]:
        if abs(y) > FAR:
            return [math.comb(m, k) * f[-1] * power(y, n - k) for k, f in enumerate(factors)]
        plain = math.prod(y - i for i in range(n))
        others = [math.comb(m, k) * polynomial(f, y) for k, f in enumerate(factors) if k]
        return [plain, *others]

    def kernel(x: float, y: float) -> float:
        if y != y or x != x:
            return 0.0 if m == 0 and y in range(n) else nan
        if x < 0.0 and (m or (abs(y) < inf and y != math.floor(y))):
            return nan
        found = coefficients(y)
        if 0.0 < abs(x) < inf:
            total = _with_logarithms(found, x, y, m)
            if abs(total) < LARGE:
                return _times_power((total, 0.0), x, y, float(n))
            z = _times_power((math.copysign(1.0, total), 0.0), x, y, float(n))
            return math.copysign(inf, z) if z else z
        k = next((k for k, c in enumerate(found) if c), None)
        if k is None:
            return 0.0
        odd = _is_odd(y - n) if abs(y) < inf else n % 2 == 1 and x != 0.0
        z = _end(found[k], m - k, abs(x), y - n)
        return -z if math.copysign(1.0, x) < 0.0 and odd and not m else z

    return kernel


def _falling(n: int) -> list[int]:
    """y·(y−1)·…·(y−n+1) as a polynomial."""
    falling = [1]
    for i in range(n):
        falling = _product(falling, [-i, 1])
    return falling


def _with_logarithms(coefficients: list[float], x: float, y: float, m: int) -> float:
    """Σ cₖ·(log x)^(m−k); far out the first term is all of it."""
    slope = log_of(x)[0] if m else 1.0
    if slope == 0.0:
        return coefficients[m] if m < len(coefficients) else 0.0
    if abs(y) > FAR:
        return coefficients[0] * power(slope, m)
    return math.fsum([c * slope ** (m - k) for k, c in enumerate(coefficients)])


def _end(c: float, logs: int, x: float, e: float) -> float:
    """c·xᵉ·(log x)^logs for x = 0 or ∞."""
    large = x == inf
    if (e < 0.0) is large and e != 0.0:
        return 0.0
    sign = math.copysign(1.0, c) if large or logs % 2 == 0 else -math.copysign(1.0, c)
    if e == 0.0:
        return sign * inf if logs else c
    return sign * inf


# --- bells ----------------------------------------------------------------------------------------


@cache
def hermite(n: int, two: int = 1) -> list[int]:
    """Heₙ, or Hₙ for two = 2: h′ = two·n·h of the order before; from order 0 up."""
    before, now = [0], [1]
    for k in range(n):
        before, now = now, _sum([0, *[two * c for c in now]], [-two * k * c for c in before])
    return now


def _bell_kernel(polynomial_of_x: list[int], factor: tuple[float, float], k: float) -> Kernel:
    def kernel(x: float) -> float:
        if not abs(x) < 40.0:
            return x if x != x else 0.0
        c = polynomial(polynomial_of_x, x)
        return _times_bell((c * factor[0], c * factor[1]), x, k)

    return kernel


@cache
def gauss_derivative(n: int) -> Kernel:
    """dⁿ e^(−x²) / dxⁿ = (−1)ⁿ Hₙ(x) e^(−x²)."""
    return _bell_kernel([(-1) ** n * c for c in hermite(n, 2)], (1.0, 0.0), 1.0)


@cache
def normal_pdf_derivative(n: int) -> Kernel:
    """dⁿφ/dxⁿ = (−1)ⁿ Heₙ(x) φ(x)."""
    return _bell_kernel([(-1) ** n * c for c in hermite(n)], PHI_0, 0.5)


@cache
def gelu_derivative(n: int) -> Kernel:
    """dⁿ (x·Φ(x)) / dxⁿ = (−1)ⁿ⁻¹ (x·Heₙ₋₁ − n·Heₙ₋₂) φ(x), for n ≥ 2."""
    row = _sum([0, *hermite(n - 1)], [-n * c for c in hermite(n - 2)])
    return _bell_kernel([(-1) ** (n - 1) * c for c in row], PHI_0, 0.5)


@cache
def exp2_derivative(n: int) -> Kernel:
    """dⁿ 2ˣ / dxⁿ = 2ˣ·(log 2)ⁿ, although 2ˣ alone may over- or underflow."""
    factor = math.log(2.0) ** n

    def kernel(x: float) -> float:
        if not abs(x) < 2e4:
            return x if x != x else 0.0 if x < 0.0 else inf
        whole = math.floor(x)
        return shifted(factor * math.exp2(x - whole), whole)

    return kernel


# --- the logistic function ------------------------------------------------------------------------


@cache
def _logistic_polynomial(n: int) -> list[int]:
    """dⁿσ/dxⁿ as a polynomial in σ."""
    p = [0, 1]
    for _ in range(n):
        p = _product(_differentiated(p), [0, 1, -1])
    return p


@cache
def silu_derivative(n: int) -> Kernel:
    """dⁿ (x·σ(x)) / dxⁿ = x·σ⁽ⁿ⁾ + n·σ⁽ⁿ⁻¹⁾, for n ≥ 2; both are even or odd."""
    above, below = _logistic_polynomial(n), _logistic_polynomial(n - 1)

    def kernel(x: float) -> float:
        a = abs(x)
        if not a < 800.0:
            return x if x != x else 0.0
        t = sigmoid(-a)
        z = -a * polynomial(above, t) + n * polynomial(below, t)
        return z if x <= 0.0 or n % 2 == 0 else -z

    return kernel


# --- the plane ------------------------------------------------------------------------------------


@cache
def hypot_derivative(a: int, b: int) -> Kernel:
    """∂ᵃ⁺ᵇ r / ∂xᵃ ∂yᵇ for a + b ≥ 2, from ∂²r/∂x² = y²/r³ (or ∂²r/∂y² = x²/r³) on.

    A sum of cᵢⱼₖ·xⁱ·yʲ/rᵏ, taken at the point scaled to r ≈ 1.
    """
    if a == b == 1:
        terms = {(1, 1, 3): -1}
    elif a >= 2:
        terms = _slopes(_slopes({(0, 2, 3): 1}, 0, a - 2), 1, b)
    else:
        terms = _slopes({(2, 0, 3): 1}, 1, b - 2)
        terms = _slopes(terms, 0, a)

    def kernel(x: float, y: float) -> float:
        if not (abs(x) < inf and abs(y) < inf):
            return nan if x != x or y != y else 0.0
        if x == y == 0.0:
            return nan
        u, v, k = _near_1(x, y)
        r = math.hypot(u, v)
        z = math.fsum([c * u**i * v**j / r**power for (i, j, power), c in terms.items()])
        return shifted(z, k * (1 - a - b))

    return kernel


def _near_1(x: float, y: float) -> tuple[float, float, int]:
    """(x, y) / 2ᵏ and k, with the larger of the two between 1 and 2: no subnormal is lost there."""
    k = math.frexp(max(abs(x), abs(y)))[1] - 1
    return math.ldexp(x, -k), math.ldexp(y, -k), k


Terms = dict[tuple[int, int, int], int]


def _slopes(terms: Terms, place: int, times: int) -> Terms:
    """The sum of cᵢⱼₖ·xⁱ·yʲ/rᵏ differentiated by x (place 0) or y (place 1)."""
    for _ in range(times):
        found: Terms = {}
        for (i, j, k), c in terms.items():
            step = (1, 0) if place == 0 else (0, 1)
            n = (i, j)[place]
            up = i + step[0], j + step[1], k + 2
            found[up] = found.get(up, 0) - k * c
            if n:
                down = i - step[0], j - step[1], k
                found[down] = found.get(down, 0) + n * c
        terms = found
    return terms


@cache
def multipole(n: int, skew: bool) -> Kernel:
    """The real part of 1/(x + iy)ⁿ; if skew, the imaginary part with its sign changed."""

    def kernel(x: float, y: float) -> float:
        if not (abs(x) < inf and abs(y) < inf):
            return nan if x != x or y != y else 0.0
        if x == y == 0.0:
            return nan
        u, v, k = _near_1(x, y)
        q = u * u + v * v
        real, other = 1.0, 0.0
        for _ in range(n):
            real, other = (real * u - other * v) / q, (other * u + real * v) / q
        return shifted(other if skew else real, -k * n)

    return kernel
