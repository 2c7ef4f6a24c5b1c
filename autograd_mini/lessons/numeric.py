"""The second opinion on a derivative: the slope measured from two values of the function.

Vocabulary: the *central difference* (f(x + h) − f(x − h)) / 2h uses no rule of calculus. Its error
is of the order of h², and the subtraction loses digits when h is too small; with h = 10⁻⁵ about
nine digits are right for numbers near 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

STEP = 1e-5


def slope(f: Callable[[float], float], x: float, h: float = STEP) -> float:
    """The central difference of f at x.

    >>> abs(slope(lambda x: x**3, 2.0) - 12.0) < 1e-8
    True
    """
    return (f(x + h) - f(x - h)) / (2.0 * h)


def slopes(
    f: Callable[[Sequence[float]], float], point: Sequence[float], h: float = STEP
) -> list[float]:
    """The central difference of f with respect to each coordinate of a point.

    >>> [round(s, 6) for s in slopes(lambda p: p[0] * p[1] ** 2, [5.0, 3.0])]
    [9.0, 30.0]
    """
    return [slope(_along(f, point, i), x, h) for i, x in enumerate(point)]


def _along(
    f: Callable[[Sequence[float]], float], point: Sequence[float], i: int
) -> Callable[[float], float]:
    """f as a function of coordinate i alone, the others as they are."""
    return lambda value: f([*point[:i], value, *point[i + 1 :]])


def spread(low: float, high: float, count: int) -> list[float]:
    """Evenly spaced numbers from low to high.

    >>> spread(0.0, 1.0, 5)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    return [low + (high - low) * i / (count - 1) for i in range(count)]
