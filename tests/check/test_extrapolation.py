"""The extrapolation to step 0: exact for polynomials, honest about noise."""

from __future__ import annotations

import math
import random

import pytest

from autograd_mini.check.extrapolation import NODES, TERMS, WINDOW, bases, extrapolated
from autograd_mini.check.noise import jump_between, measured_noise


@pytest.mark.parametrize("terms", range(1, TERMS + 1))
def test_polynomials_are_continued_exactly(terms: int) -> None:
    even, odd = bases(NODES)
    rng = random.Random(terms)
    c = [rng.uniform(-1, 1) for _ in range(terms)]
    ys = [sum(c[m] * t ** (2 * m) for m in range(terms)) for t in NODES]
    value, error, _ = extrapolated(ys, 0.5, 1e-16, even)
    assert abs(value - c[0]) <= error
    assert abs(value - c[0]) <= 1e-13
    powers = [0, *range(1, 2 * TERMS - 2, 2)][:terms]
    ys = [sum(a * t**power for a, power in zip(c, powers, strict=True)) for t in NODES]
    value, error, _ = extrapolated(ys, 0.5, 1e-16, odd)
    assert abs(value - c[0]) <= error
    assert abs(value - c[0]) <= 1e-13


def test_the_error_covers_noise() -> None:
    even, _ = bases(NODES)
    rng = random.Random(1)
    held = 0
    for _ in range(1000):
        h, noise = 0.1, 1e-6
        ys = [2.0 + 3.0 * t * t + rng.gauss(0.0, noise) / (h * t) for t in NODES]
        value, error, residual = extrapolated(ys, h, 0.0, even)
        held += abs(value - 2.0) <= error
        assert residual < 5.0 * noise
    assert held >= 999


def test_steps_that_are_rounded() -> None:
    nodes = [t * (1.0 + 0.02 * (-1) ** k) for k, t in enumerate(NODES)]
    even, _ = bases(nodes)
    ys = [1.0 + 2.0 * t**2 - t**6 for t in nodes]
    assert len(ys) == WINDOW
    value, error, _ = extrapolated(ys, 1.0, 1e-16, even)
    assert abs(value - 1.0) <= error <= 1e-13


def test_noise_is_measured() -> None:
    rng = random.Random(2)
    found, is_grid = measured_noise(lambda x: (math.sin(x) + rng.gauss(0, 1e-9), 0.0), 0.7, 1e-3)
    assert 3e-10 < found < 3e-9
    assert not is_grid
    found, is_grid = measured_noise(lambda x: ((x + 1e6) - 1e6, 0.0), 0.7, 1e-3)
    assert 2e-11 < found < 2e-10
    assert is_grid
    assert measured_noise(lambda x: (3.0, 0.0), 0.7, 1e-3) == (0.0, False)
    found, _ = measured_noise(lambda x: (1e3 * math.sin(1717.5 * x), 0.0), 0.665, 1e-3)
    assert 1e-12 < found < 1e-9


def test_jumps_are_found() -> None:
    def step(x: float) -> tuple[float, float]:
        return float(x > 0.3) + x, 1e-16

    assert jump_between(step, 0.0, 1.0, 1.0, 1.0) == pytest.approx(1.0, rel=1e-12)
    assert jump_between(lambda x: (math.sin(x), 1e-16), 0.0, 1.0, 1.0, 1.0) == 0.0
    assert jump_between(lambda x: (abs(x - 0.3), 1e-16), 0.0, 1.0, -1.0, 1.0) == 0.0
    assert jump_between(lambda x: None if x > 0.5 else (x, 0.0), 0.0, 1.0, 1.0, 1.0) == 0.0
