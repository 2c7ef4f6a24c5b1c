"""The deck's two stories as generated data: the price of a house, and going to class.

The deck gives no data for them; the rules are ours and stand in the docstrings.
"""

from __future__ import annotations

import math
import random

from autograd_mini import given
from autograd_mini.data.dataset import Dataset


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
        rng: where the numbers come from: a ``random.Random``, or an int as a seed; left out, the
            module ``random``.

    >>> homes = house_prices(3, noise=0.0, rng=random.Random(0))
    >>> for (bedrooms, bathrooms, feet), price in homes:
    ...     assert price == 20 * bedrooms + 15 * bathrooms + 0.1 * feet + 50
    """
    n, noise = _checked(n, noise, "house_prices")
    draw = given.randomness(rng, "house_prices")
    X, Y = [], []
    for _ in range(n):
        bedrooms = draw.randint(1, 6)
        bathrooms = draw.randint(1, min(bedrooms, 4))
        feet = max(300.0, round(draw.gauss(400.0 + 500.0 * bedrooms, 200.0), -1))
        price = 20.0 * bedrooms + 15.0 * bathrooms + 0.1 * feet + 50.0
        X.append([float(bedrooms), float(bathrooms), feet])
        Y.append(price + draw.gauss(0.0, noise))
    return Dataset(
        "house prices",
        X,
        Y,
        ("bedrooms", "bathrooms", "square feet"),
        rule="thousand dollars: 20 bedrooms + 15 bathrooms + 0.1 square feet + 50, "
        f"noise {noise:g}",
    )


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
        rng: where the numbers come from: a ``random.Random``, or an int as a seed; left out, the
            module ``random``.

    >>> day = going_to_class(1, rng=random.Random(1))
    >>> day.features
    ('difficulty of material', 'assignments due', 'days until midterm')
    """
    n, noise = _checked(n, noise, "going_to_class")
    draw = given.randomness(rng, "going_to_class")
    X, Y = [], []
    for _ in range(n):
        x = [draw.randint(0, 100) / 100.0, float(draw.randint(0, 5)), float(draw.randint(0, 30))]
        p = draw.random() or 0.5  # 0 has no logit
        X.append(x)
        Y.append(int(worth_it(*x) + noise * math.log(p / (1.0 - p)) > 0.0))
    return Dataset(
        "going to class",
        X,
        Y,
        ("difficulty of material", "assignments due", "days until midterm"),
        ("skip", "go"),
        "1 with probability σ(z), z = (4 difficulty − 0.8 assignments + 0.4 max(0, 10 − days)) / "
        f"{noise:g}",
    )


def worth_it(difficulty: float, assignments: float, days: float) -> float:
    """The z of :func:`going_to_class`: above 0 it is worth going.

    >>> worth_it(0.5, 2.0, 3.0)
    3.2
    """
    return 4.0 * difficulty - 0.8 * assignments + 0.4 * max(0.0, 10.0 - days)


def _checked(n: int, noise: float, name: str) -> tuple[int, float]:
    return given.whole(n, name, "n", 1, of="example"), given.within(noise, name, "noise", 0.0)
