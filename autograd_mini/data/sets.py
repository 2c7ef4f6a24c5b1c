"""Data sets made by a rule, which the docstring states, and two measured ones of scikit-learn.

Truth tables of two inputs (slide 20); points in the plane whose two classes no straight line
separates; and the deck's two stories, the price of a house and going to class, for which the deck
gives no data: the rules are ours. Of the points in the plane each class has half (class 0 one more,
if their number is odd), in turn; *noise* is the standard deviation of a Gaussian added to both
coordinates. Every ``rng`` is a ``random.Random``, or an int as a seed; left out, the module
``random``.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

from autograd_mini import given
from autograd_mini.data.dataset import Dataset


def xor() -> Dataset[int]:
    """1 where exactly one input is 1.

    >>> [y for x, y in xor()]
    [0, 1, 1, 0]
    """
    return _table("xor", "1 where exactly one input is 1", [0, 1, 1, 0])


def and_() -> Dataset[int]:
    """1 where both inputs are 1.

    >>> [y for x, y in and_()]
    [0, 0, 0, 1]
    """
    return _table("and", "1 where both inputs are 1", [0, 0, 0, 1])


def or_() -> Dataset[int]:
    """1 where an input is 1.

    >>> [y for x, y in or_()]
    [0, 1, 1, 1]
    """
    return _table("or", "1 where an input is 1", [0, 1, 1, 1])


def _table(name: str, rule: str, labels: list[int]) -> Dataset[int]:
    inputs = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    return Dataset(name, inputs, labels, classes=("0", "1"), rule=rule)


def moons(n: int = 200, noise: float = 0.1, rng: random.Random | int | None = None) -> Dataset[int]:
    """Two half circles of radius 1 that reach into each other, as in scikit-learn's make_moons.

    Class 0 lies at (cos t, sin t), class 1 at (1 − cos t, ½ − sin t), for t in equal steps from 0
    to π.

    Args:
        n: how many points, at least 2.
        noise: the standard deviation of the noise.

    >>> moons(4, noise=0.0).X[1]  # the first of class 1
    [0.0, 0.5]
    """
    n, noise = _checked(n, noise, "moons", 2)
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

    >>> circles(4, noise=0.0).X[1]
    [0.5, 0.0]
    """
    n, noise = _checked(n, noise, "circles", 2)
    inner = given.between(inner, "circles", "inner", 0.0, 1.0)
    points = []
    for label, t in _angles(n, 2.0 * math.pi, closed=False):
        radius = inner if label else 1.0
        points.append((radius * math.cos(t), radius * math.sin(t)))
    rule = f"circles of radius 1 and {inner:g}, noise {noise:g}"
    return _points("circles", points, noise, rng, ("outer", "inner"), rule)


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


def house_prices(
    n: int = 100, noise: float = 15.0, rng: random.Random | int | None = None
) -> Dataset[float]:
    """Houses with bedrooms, bathrooms and square feet, and their prices (slide 6).

    price = 20 · bedrooms + 15 · bathrooms + 0.1 · square feet + 50 + a Gaussian, in thousand
    dollars: the weights of the lesson on slide 6. Bedrooms are 1 to 6; bathrooms 1 to as many as
    bedrooms, at most 4; square feet 400 + 500 · bedrooms, give or take a Gaussian of 200, at least
    300, in whole tens.

    Args:
        n: how many houses, at least 1.
        noise: the standard deviation of the Gaussian, in thousand dollars.

    >>> homes = house_prices(3, noise=0.0, rng=random.Random(0))
    >>> for (bedrooms, bathrooms, feet), price in homes:
    ...     assert price == 20 * bedrooms + 15 * bathrooms + 0.1 * feet + 50
    """
    n, noise = _checked(n, noise, "house_prices", 1)
    draw = given.randomness(rng, "house_prices")
    X, Y = [], []
    for _ in range(n):
        bedrooms = draw.randint(1, 6)
        bathrooms = draw.randint(1, min(bedrooms, 4))
        feet = max(300.0, round(draw.gauss(400.0 + 500.0 * bedrooms, 200.0), -1))
        price = 20.0 * bedrooms + 15.0 * bathrooms + 0.1 * feet + 50.0
        X.append([float(bedrooms), float(bathrooms), feet])
        Y.append(price + draw.gauss(0.0, noise))
    names = ("bedrooms", "bathrooms", "square feet")
    rule = "thousand dollars: 20 bedrooms + 15 bathrooms + 0.1 square feet + 50, noise"
    return Dataset("house prices", X, Y, names, rule=f"{rule} {noise:g}")


def going_to_class(
    n: int = 200, noise: float = 0.5, rng: random.Random | int | None = None
) -> Dataset[int]:
    """Whether it was worth going to class (slide 18): 1 for going, 0 for skipping.

    Difficulty of the material is a number from 0 to 1 with two decimals, assignments due are 0 to
    5, days until the midterm 0 to 30. With

        z = 4 · difficulty − 0.8 · assignments + 0.4 · max(0, 10 − days)

    the answer is 1 where z + noise · (a number from the logistic distribution) is above 0, that is,
    with probability σ(z / noise): hard material and a midterm that is less than ten days away speak
    for going, homework against. Because of the max, no logistic regression is quite right.

    Args:
        n: how many days, at least 1.
        noise: the width of the logistic distribution; at 0 the rule alone decides.

    >>> day = going_to_class(1, rng=random.Random(1))
    >>> day.features
    ('difficulty of material', 'assignments due', 'days until midterm')
    """
    n, noise = _checked(n, noise, "going_to_class", 1)
    draw = given.randomness(rng, "going_to_class")
    X, Y = [], []
    for _ in range(n):
        x = [draw.randint(0, 100) / 100.0, float(draw.randint(0, 5)), float(draw.randint(0, 30))]
        p = draw.random() or 0.5  # 0 has no logit
        X.append(x)
        Y.append(int(worth_it(*x) + noise * math.log(p / (1.0 - p)) > 0.0))
    names = ("difficulty of material", "assignments due", "days until midterm")
    rule = "1 with probability σ(z), z = (4 difficulty − 0.8 assignments + 0.4 max(0, 10 − days)) /"
    return Dataset("going to class", X, Y, names, ("skip", "go"), f"{rule} {noise:g}")


def worth_it(difficulty: float, assignments: float, days: float) -> float:
    """The z of :func:`going_to_class`: above 0 it is worth going.

    >>> worth_it(0.5, 2.0, 3.0)
    3.2
    """
    return 4.0 * difficulty - 0.8 * assignments + 0.4 * max(0.0, 10.0 - days)


def _checked(n: int, noise: float, name: str, least: int) -> tuple[int, float]:
    of = "points" if least > 1 else "example"
    return given.whole(n, name, "n", least, of=of), given.within(noise, name, "noise", 0.0)


# --- measured -------------------------------------------------------------------------------------


def digits() -> Dataset[int]:
    """1,797 handwritten digits, 8×8 pixels, each divided by 16 so that it lies from 0 to 1.

    Source: E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository, 1998 (its test set).

    Raises:
        ImportError: scikit-learn is not installed; it is the extra ``data``.
    """
    found = _loaded("digits")
    names = [f"pixel {row},{column}" for row in range(8) for column in range(8)]
    X = [[pixel / 16.0 for pixel in image] for image in found.data.tolist()]
    classes = [str(digit) for digit in range(10)]
    rule = "handwritten digits of 13 people, 8×8 pixels from 0 to 1"
    return Dataset("digits", X, found.target.tolist(), names, classes, rule)


def iris() -> Dataset[int]:
    """150 irises of three species: length and width of sepal and petal, in centimetres.

    Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936.

    Raises:
        ImportError: scikit-learn is not installed; it is the extra ``data``.
    """
    found = _loaded("iris")
    names = [name.removesuffix(" (cm)") for name in found.feature_names]
    classes = list(map(str, found.target_names))
    rule = "measured by E. Anderson, in centimetres"
    return Dataset("iris", found.data.tolist(), found.target.tolist(), names, classes, rule)


def _loaded(name: str) -> Any:
    from importlib import import_module

    try:
        datasets = import_module("sklearn.datasets")
    except ImportError as error:
        raise ImportError(
            f"data.{name}: it comes with scikit-learn, which is not installed; install it with "
            "pip install 'autograd-mini[data]'"
        ) from error
    return getattr(datasets, f"load_{name}")()
