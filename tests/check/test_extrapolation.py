"""The extrapolation to step 0: exact for polynomials, honest about noise."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from autograd_mini.check.extrapolation import (
    NODES,
    STUDENT,
    TERMS,
    WINDOW,
    bases,
    extrapolated,
)
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


def by_least_squares(ys: list[float], h: float, noise: float, powers: list[int]) -> float:
    """The least error over all degrees, from the weighted normal equations."""
    t, y = np.array(NODES), np.array(ys)
    best: float = math.inf
    before: float = math.nan
    for terms in range(1, TERMS + 1):
        columns = t[:, None] * t[:, None] ** np.array(powers[:terms])
        found, *_ = np.linalg.lstsq(columns, t * y, rcond=None)
        left = float(np.linalg.norm(t * y - columns @ found))
        residual = left * h / math.sqrt(WINDOW - terms)
        gain = math.sqrt(np.linalg.inv(columns.T @ columns)[0, 0])
        last = abs(found[0] - before) if terms > 1 else math.inf
        spread = max(STUDENT[WINDOW - terms] * residual, 3.0 * noise)
        best, before = min(best, float(last + spread * gain / h)), float(found[0])
    return best


@pytest.mark.parametrize("noise", [0.0, 1e-9, 1e-6])
def test_the_error_is_what_it_is_said_to_be(noise: float) -> None:
    even, odd = bases(NODES)
    for seed in range(20):
        rng = random.Random(seed)
        h = 10.0 ** rng.uniform(-6, 0)
        ys = [2.0 + 3.0 * t * t + t**3 + rng.gauss(0.0, 1e-7) / t for t in NODES]
        for basis, powers in ((even, range(0, 12, 2)), (odd, [0, 1, 3, 5, 7, 9])):
            expected = by_least_squares(ys, h, noise, list(powers))
            assert extrapolated(ys, h, noise, basis)[1] == pytest.approx(expected, rel=1e-3)


def test_of_values_that_agree_the_error_is_three_times_the_noise() -> None:
    even, _ = bases(NODES)
    value, error, residual = extrapolated([2.0] * WINDOW, 0.25, 1e-9, even)
    assert value == pytest.approx(2.0, rel=1e-15)
    assert residual <= 1e-15
    assert extrapolated([0.0] * WINDOW, 0.25, 0.0, even) == (0.0, 0.0, 0.0)
    assert error >= 3.0 * 1e-9 / math.hypot(*NODES) / 0.25 * (1.0 - 1e-12)


def test_steps_that_are_rounded() -> None:
    nodes = [t * (1.0 + 0.02 * (-1) ** k) for k, t in enumerate(NODES)]
    even, _ = bases(tuple(nodes))
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
