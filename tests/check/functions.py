"""Thousands of functions of one number, each computed in floats and at eighty digits.

Vocabulary: a *family* is written once over a namespace of operations (the table's rows, or their
references) with two parameters; a *case* is a family with parameters and a point. The point's scale
spans six decades, and in one case of ten three hundred: f is then used as f(s·x) at x₀/s.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

from mpmath import mp

from autograd_mini import ops
from tests.accuracy.references import Number
from tests.references import REFERENCES

EXACT = SimpleNamespace(**REFERENCES)

Family = Callable[[Any, Any, float, float], Any]

FAMILIES: dict[str, Family] = {
    "sine": lambda m, x, a, b: m.sin(a * x + b),
    "ringing": lambda m, x, a, b: m.exp(-a * x) * m.cos(b * x),
    "exponential": lambda m, x, a, b: m.exp(a * x) - b,
    "logarithm": lambda m, x, a, b: m.log(a * x) * b,
    "power": lambda m, x, a, b: m.pow(x, 3 * b) * a,
    "kernel": lambda m, x, a, b: 1 / (1 + (a * x) * (a * x)) + b,
    "cubic": lambda m, x, a, b: (x - a) * (x - b) * x + 1,
    "root": lambda m, x, a, b: m.sqrt(b + a * x * x),
    "step": lambda m, x, a, b: m.tanh(10 * a * (x - b)),
    "error function": lambda m, x, a, b: m.erf(a * x - b),
    "bell": lambda m, x, a, b: m.gauss(a * x - 2 * b),
    "ratio": lambda m, x, a, b: (x - b) / (x + a),
    "nested": lambda m, x, a, b: m.sin(m.exp(m.cos(a * x))) * b,
    "cancelling": lambda m, x, a, b: (1 - m.cos(a * x)) / (x * x) + b,
    "edge": lambda m, x, a, b: m.sqrt(x) * m.log1p(a * x) + m.atan(b / x),
    "fast": lambda m, x, a, b: m.sin(1000 * a * x + b),
    "offset": lambda m, x, a, b: 1e6 * b + m.sigmoid(a * x),
    "activation": lambda m, x, a, b: m.gelu(a * x) + m.silu(b - x),
    "saturated": lambda m, x, a, b: m.logsigmoid(20 * a * x) - m.softplus(-8 * b * x),
    "hinge": lambda m, x, a, b: m.relu(x - b) + m.abs(a - x),
    "smooth maximum": lambda m, x, a, b: m.logaddexp(a * x, b / x),
    "arc": lambda m, x, a, b: m.asin(a / (1 + a + x)) * m.acosh(1 + b * x),
}


class Case(NamedTuple):
    """A function of one number at a point."""

    name: str
    a: float
    b: float
    scale: float
    x: float

    def __call__(self, x: Any) -> Any:
        """In floats or Values."""
        return FAMILIES[self.name](ops, x * self.scale, self.a, self.b)

    def slope(self) -> Number:
        """The derivative at the point, at eighty digits."""
        with mp.workdps(500):
            step = mp.mpf(self.x) * mp.mpf(10) ** -170
            above, below = (self._exact(mp.mpf(self.x) + h) for h in (step, -step))
            return (above - below) / (2 * step)

    def _exact(self, x: Number) -> Number:
        a, b = mp.mpf(self.a), mp.mpf(self.b)
        return FAMILIES[self.name](EXACT, x * mp.mpf(self.scale), a, b)


def random_case(seed: int) -> Case:
    rng = random.Random(seed)
    name = rng.choice(list(FAMILIES))
    scale = 10.0 ** rng.uniform(-150, 150) if rng.random() < 0.1 else 1.0
    point = 10.0 ** rng.uniform(-3, 1) if rng.random() < 0.3 else rng.uniform(0.05, 3.0)
    return Case(name, rng.uniform(0.2, 2.0), rng.uniform(0.2, 2.0), scale, point / scale)
