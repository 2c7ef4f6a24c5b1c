"""The rows of the table at any precision, written with mpmath: the truth that tests compare with.

Vocabulary: a *reference* takes mpf numbers and returns one, for real operands inside the row's
domain. It knows nothing of the row's partials. Derivatives of references are taken as central
differences at a hundred digits, where a step of 10⁻³⁰ leaves sixty of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp

Number = Any
"""An mpf; mpmath is published without types."""

DIGITS = 100


def _sigmoid(x: Number) -> Number:
    return 1 / (1 + mp.exp(-x))


def _softplus(x: Number) -> Number:
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def _logaddexp(x: Number, y: Number) -> Number:
    return max(x, y) + mp.log1p(mp.exp(-abs(x - y)))


def _xlogy(x: Number, y: Number) -> Number:
    return x * mp.log(y) if x != 0 else mp.mpf(0)


def _affine(*operands: Number) -> Number:
    return mp.fdot(operands[0:-1:2], operands[1::2]) + operands[-1]


def _greater(x: Number, y: Number) -> Number:
    return mp.mpf(1 + int(x > y) - int(x < y)) / 2


REFERENCES: dict[str, Callable[..., Number]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "pow": lambda x, y: x**y,
    "abs": abs,
    "sqrt": mp.sqrt,
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": mp.log1p,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "asinh": mp.asinh,
    "acosh": mp.acosh,
    "atanh": mp.atanh,
    "hypot": mp.hypot,
    "atan2": mp.atan2,
    "erf": mp.erf,
    "sigmoid": _sigmoid,
    "logsigmoid": lambda x: -_softplus(-x),
    "softplus": _softplus,
    "relu": lambda x: max(x, mp.mpf(0)),
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "elu": lambda x, alpha: x if x > 0 else alpha * mp.expm1(x),
    "gelu": lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2,
    "silu": lambda x: x * _sigmoid(x),
    "logaddexp": _logaddexp,
    "xlogy": _xlogy,
    "maximum": max,
    "minimum": min,
    "where": lambda condition, x, y: x if condition != 0 else y,
    "sign": mp.sign,
    "step": lambda x: mp.mpf(x > 0),
    "sech2": lambda x: mp.sech(x) ** 2,
    "gauss": lambda x: mp.exp(-x * x),
    "greater": _greater,
    "equal": lambda x, y: mp.mpf(x == y),
    "sum": lambda *xs: mp.fsum(xs),
    "max": lambda *xs: max(xs),
    "affine": _affine,
}
"""For each row of the table the function that it computes."""
