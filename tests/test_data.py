"""Data sets keep their documented rules; the rules are compared with scikit-learn and NumPy."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets

import autograd_mini
from autograd_mini import data


@pytest.mark.parametrize(
    ("made", "of_python"),
    [
        (data.xor(), lambda a, b: a ^ b),
        (data.and_(), lambda a, b: a & b),
        (data.or_(), lambda a, b: a | b),
    ],
    ids=["xor", "and", "or"],
)
def test_a_gate_is_pythons_operator(
    made: data.Dataset[int], of_python: Callable[[int, int], int]
) -> None:
    assert [y for _, y in made] == [of_python(int(a), int(b)) for (a, b), _ in made]
    assert len(made) == 4 == len({tuple(x) for x in made.X})


@pytest.mark.parametrize("n", [2, 10, 101])
def test_moons_and_circles_lie_where_scikit_learn_puts_them(n: int) -> None:
    for made, (X, Y) in (
        (data.moons(n, noise=0.0), datasets.make_moons(((n + 1) // 2, n // 2), shuffle=False)),
        (
            data.circles(n, noise=0.0, inner=0.3),
            datasets.make_circles(((n + 1) // 2, n // 2), factor=0.3, shuffle=False),
        ),
    ):
        for label in (0, 1):
            ours = [x for x, y in made if y == label]
            np.testing.assert_allclose(ours, X[label == Y], atol=1e-12)


@pytest.mark.parametrize("make", [data.moons, data.circles])
def test_noise_is_gaussian_of_the_stated_width(make: Callable[..., Any]) -> None:
    clean = np.array(make(4000, noise=0.0).X)
    noisy = np.array(make(4000, noise=0.2, rng=random.Random(0)).X)
    moved = (noisy - clean).ravel()  # 8,000 draws: both estimates are good to about 0.003
    assert abs(moved.mean()) < 0.01
    assert abs(moved.std() - 0.2) < 0.01
    assert np.mean(np.abs(moved) < 0.2) == pytest.approx(math.erf(1 / math.sqrt(2)), abs=0.02)


def test_least_squares_recovers_the_price_of_a_house() -> None:
    houses = data.house_prices(2000, rng=random.Random(3))
    design = np.column_stack([np.array(houses.X), np.ones(len(houses))])
    found, *_ = np.linalg.lstsq(design, np.array(houses.Y), rcond=None)
    np.testing.assert_allclose(found, [20.0, 15.0, 0.1, 50.0], rtol=0.1)
    left = np.array(houses.Y) - design @ found
    assert left.std() == pytest.approx(15.0, rel=0.05)
    bedrooms, bathrooms, feet = np.array(houses.X).T
    assert set(bedrooms) == {1, 2, 3, 4, 5, 6}
    assert np.all((bathrooms >= 1) & (bathrooms <= np.minimum(bedrooms, 4)))
    assert np.all((feet >= 300) & (feet % 10 == 0))


def test_going_to_class_is_as_likely_as_its_rule_says() -> None:
    days = data.going_to_class(20_000, noise=0.5, rng=random.Random(5))
    difficulty, assignments, left = np.array(days.X).T
    z = 4 * difficulty - 0.8 * assignments + 0.4 * np.maximum(0, 10 - left)
    p = 1 / (1 + np.exp(-z / 0.5))
    said = np.array(days.Y)
    for low in np.arange(0.0, 1.0, 0.25):
        near = (p >= low) & (p <= low + 0.25)
        error = 4 * 0.5 / math.sqrt(near.sum())
        assert said[near].mean() == pytest.approx(p[near].mean(), abs=error)
    certain = data.going_to_class(500, noise=0.0, rng=random.Random(5))
    difficulty, assignments, left = np.array(certain.X).T
    z = 4 * difficulty - 0.8 * assignments + 0.4 * np.maximum(0, 10 - left)
    assert (z > 0).astype(int).tolist() == certain.Y


def test_the_digits_and_the_irises_are_whole() -> None:
    digits, iris = data.digits(), data.iris()
    # The counts that the UCI repository states for the digits' test set.
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert [Counter(digits.Y)[k] for k in range(10)] == counts
    pixels = np.array(digits.X)
    assert pixels.shape == (1797, 64)
    assert pixels.min() == 0.0
    assert pixels.max() == 1.0
    assert Counter(iris.Y) == {0: 50, 1: 50, 2: 50}
    assert iris.classes == ("setosa", "versicolor", "virginica")
    assert iris.X[0] == [5.1, 3.5, 1.4, 0.2]  # Fisher's first flower


@pytest.mark.parametrize("name", ["digits", "iris"])
def test_without_scikit_learn_the_extra_is_named(name: str) -> None:
    root = Path(autograd_mini.__file__).parents[1]
    code = "import sys; sys.path.insert(0, sys.argv[1]); from autograd_mini import data\n"
    code += f"len(data.moons(10)); data.{name}()"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(root)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"ImportError: data.{name}: ")
    assert "pip install 'autograd-mini[data]'" in last


MADE: dict[str, Callable[[random.Random | None], Any]] = {
    "moons": lambda rng: data.moons(20, rng=rng),
    "circles": lambda rng: data.circles(20, rng=rng),
    "house prices": lambda rng: data.house_prices(20, rng=rng),
    "going to class": lambda rng: data.going_to_class(20, rng=rng),
}


@pytest.mark.parametrize("name", MADE)
def test_a_seed_decides_the_numbers(name: str) -> None:
    make = MADE[name]
    first, again, other = (make(random.Random(seed)) for seed in (1, 1, 2))
    assert (first.X, first.Y) == (again.X, again.Y)
    assert first.X != other.X
    assert first.name == name
    assert first.rule
    random.seed(4)
    without = make(None)
    random.seed(4)
    assert make(None).X == without.X  # left out, the module random decides


@given(st.integers(2, 60), st.floats(0.01, 0.99), st.integers(0, 9))
def test_a_split_loses_and_repeats_nothing(n: int, share: float, seed: int) -> None:
    whole = data.Dataset("count", [[float(i)] for i in range(n)], list(range(n)))
    train, test = whole.split(share, random.Random(seed))
    assert sorted(train.Y + test.Y) == list(range(n))
    assert all(x == [float(y)] for part in (train, test) for x, y in part)
    assert abs(len(test) - share * n) <= 1.0
    assert len(train) > 0
    assert len(test) > 0


def test_shuffling_keeps_examples_with_their_labels() -> None:
    whole = data.Dataset("count", [[float(i)] for i in range(50)], list(range(50)))
    mixed = whole.shuffled(random.Random(0))
    assert mixed.Y != whole.Y
    assert sorted(mixed.Y) == whole.Y
    assert all(x == [float(y)] for x, y in mixed)


def test_standardising_uses_the_training_examples_alone() -> None:
    train, test = data.house_prices(50, rng=random.Random(1)).split(0.4, random.Random(2))
    ours, held_out = data.standardised(train, test)
    X, held = np.array(train.X), np.array(test.X)
    np.testing.assert_allclose(ours.X, (X - X.mean(0)) / X.std(0), atol=1e-12)
    np.testing.assert_allclose(held_out.X, (held - X.mean(0)) / X.std(0), atol=1e-12)
    assert ours.Y == train.Y
    assert ours.features == train.features


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "no examples": (lambda: data.Dataset("d", [], []), "give one label for each"),
    "a label too few": (lambda: data.Dataset("d", [[1.0]], []), "1 examples and 0 labels"),
    "two widths": (lambda: data.Dataset("d", [[1.0], [1.0, 2.0]], [0, 1]), r"widths \[1, 2\]"),
    "no such class": (
        lambda: data.Dataset("d", [[1.0]], [2], classes=("a", "b")),
        "label 2 is no class from 0 to 1",
    ),
    "half a class": (lambda: data.Dataset("d", [[1.0]], [0.5], classes=("a", "b")), "no class"),
    "a name too few": (lambda: data.Dataset("d", [[1.0, 2.0]], [0], ("a",)), "1 names for 2"),
    "one moon": (lambda: data.moons(1), "at least 2 points"),
    "less than no noise": (lambda: data.circles(noise=-1.0), "noise of 0 or more"),
    "nan for noise": (lambda: data.moons(noise=math.nan), "noise of 0 or more"),
    "inside out": (lambda: data.circles(inner=1.5), "above 0 and below 1"),
    "no houses": (lambda: data.house_prices(0), "at least 1 example"),
    "nothing held out": (lambda: data.xor().split(0.0), "above 0 and below 1"),
    "all held out": (lambda: data.xor().split(1.0), "above 0 and below 1"),
    "other features": (lambda: data.standardised(data.xor(), data.iris()), "4 features"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_refused(name: str) -> None:
    make, said = WRONG[name]
    with pytest.raises(ValueError, match=said):
        make()
