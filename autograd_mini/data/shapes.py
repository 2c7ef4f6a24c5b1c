"""Points in the plane whose two classes no straight line separates.

Each label has half of the points (class 0 one more, if their number is odd), in turn; *noise* is
the standard deviation of a Gaussian added to both coordinates.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from autograd_mini import given
from autograd_mini.data.dataset import Dataset


def moons(n: int = 200, noise: float = 0.1, rng: random.Random | int | None = None) -> Dataset[int]:
    """Two half circles of radius 1 that reach into each other, as in scikit-learn's make_moons.

    Class 0 lies at (cos t, sin t), class 1 at (1 − cos t, ½ − sin t), for t in equal steps from 0
    to π.

    Args:
        n: how many points, at least 2.
        noise: the standard deviation of the noise.
        rng: where the noise comes from: a ``random.Random``, or an int as a seed; left out, the
            module ``random``.

    >>> moons(4, noise=0.0).X[1]  # the first of class 1
    [0.0, 0.5]
    """
    n, noise = _checked(n, noise, "moons")
    points = []
    for label, t in _angles(n, math.pi, closed=True):
        x, y = math.cos(t), math.sin(t)
        points.append((1.0 - x, 0.5 - y) if label else (x, y))
    rule = f"two half circles of radius 1, noise {noise:g}"
    return _points("moons", points, noise, rng, ("upper", "lower"), rule)


def circles(
    n: int = 200, noise: float = 0.1, inner: float = 0.5, rng: random.Random | int | None = None
) -> Dataset[int]:
    """A circle of radius 1, class 0, around a smaller one, class 1.

    Args:
        n: how many points, at least 2.
        noise: the standard deviation of the noise.
        inner: the radius of the smaller circle, above 0 and below 1.
        rng: where the noise comes from: a ``random.Random``, or an int as a seed; left out, the
            module ``random``.

    >>> circles(4, noise=0.0).X[1]
    [0.5, 0.0]
    """
    n, noise = _checked(n, noise, "circles")
    inner = given.between(inner, "circles", "inner", 0.0, 1.0)
    points = []
    for label, t in _angles(n, 2.0 * math.pi, closed=False):
        radius = inner if label else 1.0
        points.append((radius * math.cos(t), radius * math.sin(t)))
    rule = f"circles of radius 1 and {inner:g}, noise {noise:g}"
    return _points("circles", points, noise, rng, ("outer", "inner"), rule)


def _checked(n: int, noise: float, name: str) -> tuple[int, float]:
    return given.whole(n, name, "n", 2, of="points"), given.within(noise, name, "noise", 0.0)


def _angles(n: int, turn: float, closed: bool) -> Iterator[tuple[int, float]]:
    """The class and the angle of each point; ``closed`` puts the last of a class at the end."""
    for k in range(n):
        label = k % 2
        count = (n - label + 1) // 2
        yield label, turn * (k // 2) / max(count - closed, 1)


def _points(
    name: str,
    points: list[tuple[float, float]],
    noise: float,
    rng: random.Random | int | None,
    classes: tuple[str, str],
    rule: str,
) -> Dataset[int]:
    gauss = given.randomness(rng, name).gauss
    X = [[x + gauss(0.0, noise), y + gauss(0.0, noise)] for x, y in points]
    return Dataset(name, X, [k % 2 for k in range(len(X))], classes=classes, rule=rule)
