"""Real functions on Python floats with the results of IEEE 754: none of them raises.

Vocabulary: a *kernel* takes floats and returns a float. Where the number does not exist it
returns nan, at a pole or beyond the largest double it returns inf with the right sign, and a nan
goes in and comes out. Python's own ``math`` raises ``ValueError``, ``OverflowError`` or
``ZeroDivisionError`` in those places, and ``(-8) ** (1/3)`` turns complex.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence

inf = math.inf
nan = math.nan


def total(fn: Callable[..., float]) -> Callable[..., float]:
    """Make ``fn`` total: nan outside its domain, inf where it overflows."""

    def kernel(*numbers: float) -> float:
        try:
            return fn(*numbers)
        except ValueError:
            return nan
        except OverflowError:
            return inf

    kernel.__name__ = getattr(fn, "__name__", "kernel")
    return kernel


def add(x: float, y: float) -> float:
    return x + y


def sub(x: float, y: float) -> float:
    return x - y


def mul(x: float, y: float) -> float:
    return x * y


def neg(x: float) -> float:
    return -x


def div(x: float, y: float) -> float:
    """x / y: 1/0 is inf, -1/0 is -inf, 0/0 is nan."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0.0 or x != x:
            return nan
        return math.copysign(inf, x) * math.copysign(1.0, y)


def pow(x: float, y: float) -> float:
    """x to the power y, as C's pow: 0 to a negative power is inf, (-8)^(1/3) is nan."""
    try:
        return math.pow(x, y)
    except OverflowError:
        odd = y == math.floor(y) and math.fmod(y, 2.0) != 0.0
        return -inf if x < 0.0 and odd else inf
    except ValueError:
        if x == 0.0:  # a negative power of zero: a pole
            odd = y == math.floor(y) and math.fmod(y, 2.0) != 0.0
            return math.copysign(inf, x) if odd else inf
        return nan


exp = total(math.exp)
expm1 = total(math.expm1)
cosh = total(math.cosh)
sin, cos, tan = total(math.sin), total(math.cos), total(math.tan)
asin, acos, atan = total(math.asin), total(math.acos), math.atan
acosh, asinh, tanh, erf = total(math.acosh), math.asinh, math.tanh, math.erf
atan2 = math.atan2
sqrt = total(math.sqrt)


def sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def log(x: float) -> float:
    """Natural logarithm: log 0 is -inf, of a negative number nan."""
    if x > 0.0:
        return math.log(x)
    return -inf if x == 0.0 else nan


def log1p(x: float) -> float:
    if x > -1.0:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


def atanh(x: float) -> float:
    if -1.0 < x < 1.0:
        return math.atanh(x)
    return math.copysign(inf, x) if x in (-1.0, 1.0) else nan


def hypot(x: float, y: float) -> float:
    return math.hypot(x, y)


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x), written so that neither tail loses a digit."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def softplus(x: float) -> float:
    """log(1 + e^x)."""
    if x > 0.0:
        return x + math.log1p(math.exp(-x))
    return math.log1p(math.exp(x))


def sech2(x: float) -> float:
    """1 / cosh² x = tanh′ x."""
    e = math.exp(-2.0 * abs(x))
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


def gauss(x: float) -> float:
    """e^(-x²)."""
    return math.exp(-x * x)


def relu(x: float) -> float:
    return x if x > 0.0 or x != x else 0.0


def leaky_relu(x: float, slope: float) -> float:
    return x if x > 0.0 else slope * x


def elu(x: float, alpha: float) -> float:
    return x if x > 0.0 else alpha * math.expm1(x)


def gelu(x: float) -> float:
    """x Φ(x)."""
    return 0.5 * x * math.erfc(-x / math.sqrt(2.0))


def silu(x: float) -> float:
    return x * sigmoid(x) if x != -inf else nan


def logaddexp(x: float, y: float) -> float:
    """log(e^x + e^y)."""
    if x == y:
        return x + math.log(2.0)
    return max(x, y) + math.log1p(math.exp(-abs(x - y)))


def xlogy(x: float, y: float) -> float:
    """x log y, and 0 where x is 0 (unless y is nan)."""
    if x == 0.0 and y == y:
        return 0.0
    return x * log(y)


def maximum(x: float, y: float) -> float:
    """The larger of two; a nan wins."""
    return x if x >= y or x != x else y


def minimum(x: float, y: float) -> float:
    """The smaller of two; a nan wins."""
    return x if x <= y or x != x else y


def where(condition: float, x: float, y: float) -> float:
    """x where the condition is not 0, else y."""
    return x if condition else y


def sign(x: float) -> float:
    """-1, 0 or 1; nan for nan."""
    return float((x > 0.0) - (x < 0.0)) if x == x else nan


def step(x: float) -> float:
    """1 where x > 0, else 0; nan for nan."""
    return float(x > 0.0) if x == x else nan


def sum_of(numbers: Sequence[float]) -> float:
    """The sum, rounded once; where an infinity or an overflow is in play, added left to right."""
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        total = 0.0
        for number in numbers:
            total += number
        return total


def dot(weights: Sequence[float], inputs: Sequence[float]) -> float:
    """w₁x₁ + … + wₙxₙ + b for the weights (w₁, …, wₙ, b): products rounded, their sum once."""
    terms = list(map(operator.mul, weights, inputs))
    terms.append(weights[-1])
    return sum_of(terms)


def max_of(numbers: Sequence[float]) -> float:
    """The largest; a nan wins."""
    largest = numbers[0]
    for number in numbers[1:]:
        largest = maximum(largest, number)
    return largest
