"""Kernels that choose or count, which compute nothing new."""

from __future__ import annotations

import math
from functools import reduce

from autograd_mini.ieee.arithmetic import over_square
from autograd_mini.ieee.elementary import expm1, log
from autograd_mini.ieee.logistic import damped

nan = math.nan


def relu(x: float) -> float:
    return x if x > 0.0 or x != x else 0.0


def leaky_relu(x: float, slope: float) -> float:
    return x if x > 0.0 and slope == slope else slope * x


def leaky_relu_d(x: float, slope: float) -> float:
    """1 for x > 0 and the slope for x < 0; at 0 the number of least size between the two."""
    if x > 0.0:
        return 1.0 if slope == slope else nan
    if x < 0.0 or x != x:
        return slope if x == x else nan
    return _least(slope)


def elu(x: float, alpha: float) -> float:
    return x if x > 0.0 and alpha == alpha else alpha * expm1(x)


def elu_d(x: float, alpha: float) -> float:
    """1 for x > 0 and α·e^x for x < 0; at 0 the number of least size between 1 and α."""
    if x > 0.0:
        return 1.0 if alpha == alpha else nan
    return damped(alpha, x) if x < 0.0 else _least(alpha) if x == 0.0 else nan


def elu_dd(x: float, alpha: float) -> float:
    """α·e^x for x < 0, else 0, at 0 too."""
    if x < 0.0:
        return damped(alpha, x)
    return 0.0 if x == x and alpha == alpha else nan


def _least(slope: float) -> float:
    """The number of least size between 1 and the slope: the subgradient of least norm."""
    return 0.0 if slope < 0.0 else 1.0 if slope > 1.0 else slope  # noqa: FURB136 (nan stays)


def maximum(x: float, y: float) -> float:
    """The larger of two; a nan wins."""
    if x > y:
        return x
    if y > x:
        return y
    return x if x == y != 0.0 else x + y


def minimum(x: float, y: float) -> float:
    """The smaller of two; a nan wins."""
    if x < y:
        return x
    if y < x:
        return y
    return x if x == y != 0.0 else -(-x - y)


def where(condition: float, x: float, y: float) -> float:
    """x where the condition is not 0 (nan is not, as in NumPy), else y."""
    return x if condition else y


def sign(x: float) -> float:
    """-1, 0 or 1; nan for nan."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0 if x == 0.0 else nan


def step(x: float) -> float:
    """1 where x > 0, else 0; nan for nan."""
    return 1.0 if x > 0.0 else 0.0 if x <= 0.0 else nan


def greater(x: float, y: float) -> float:
    """1 where x > y, ½ where they are equal, else 0; nan for nan."""
    return 1.0 if x > y else 0.0 if x < y else 0.5 if x == y else nan


def equal(x: float, y: float) -> float:
    """1 where x = y, else 0; nothing equals nan."""
    return 1.0 if x == y else 0.0


def xlogy(x: float, y: float) -> float:
    """x log y, and 0 where x is 0 (unless y is nan)."""
    if x == 0.0 and y == y:
        return 0.0
    return x * log(y)


def zero_inside(x: float, y: float) -> float:
    """0 for y ≥ 0, where a logarithm lives, nan below: a constant's derivatives, to any order."""
    return 0.0 if y >= 0.0 and x == x else nan


def xlogy_dx(x: float, y: float) -> float:
    """log y, and 0 where x and y are 0."""
    return 0.0 if x == 0.0 == y else log(y) if x == x else x


def xlogy_dy(x: float, y: float) -> float:
    """x / y for y ≥ 0, 0 where both are 0; nan for y < 0, where there is no logarithm."""
    if y > 0.0:
        return x / y
    if y == 0.0:
        return 0.0 if x == 0.0 else x * math.inf
    return nan


def xlogy_dyy(x: float, y: float) -> float:
    """x / y² for y ≥ 0, nan where both are 0 and for y < 0."""
    if y > 0.0:
        return over_square(x, y)
    return x * math.inf if y == 0.0 else nan


def max_of(*numbers: float) -> float:
    """The largest; a nan wins."""
    return reduce(maximum, numbers)
