"""What a data set is: examples as rows, a label for each.

Vocabulary: ``X[i]`` is one example, a list of n numbers, as in code (on slide 4 an example is a
column); ``Y[i]`` is its label: a number to predict, or the index of a *class*. To *split* is to
hold some examples back, which the model never trains on. A feature is *standardised* when it has
mean 0 and standard deviation 1 over the training examples.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

Label = TypeVar("Label", bound=float)
Example = tuple[list[float], Label]


class Dataset(Generic[Label]):
    """m examples with n features each, and their labels. Iterating gives pairs (x, y).

    Args:
        name: what it is called.
        X: one row of numbers for each example, all of one width.
        Y: one label for each example: ints for classes, floats for a number to predict.
        features: the names of the features; left out, x₁, x₂, …
        classes: the names of the classes; none where the label is a number to predict.
        rule: one sentence that says where the numbers come from.

    Raises:
        ValueError: there are no examples, or not one label for each, or the widths differ, or a
            label is no index of a class.

    >>> pairs = Dataset("pairs", [[0.0, 1.0], [2.0, 3.0]], [1.0, 5.0])
    >>> len(pairs), pairs.features, [y for x, y in pairs]
    (2, ('x₁', 'x₂'), [1.0, 5.0])
    """

    def __init__(
        self,
        name: str,
        X: Sequence[Sequence[float]],
        Y: Sequence[Label],
        features: Sequence[str] = (),
        classes: Sequence[str] = (),
        rule: str = "",
    ) -> None:
        self.name = name
        self.X = [list(map(float, x)) for x in X]
        self.Y: list[Label] = list(Y)
        self.classes = tuple(classes)
        self.rule = rule
        self._refuse_misfits()
        width = len(self.X[0])
        self.features = tuple(features) or tuple(_numbered(k) for k in range(1, width + 1))
        if len(self.features) != width:
            raise ValueError(f"Dataset {name}: {len(self.features)} names for {width} features")

    def _refuse_misfits(self) -> None:
        if len(self.X) != len(self.Y) or not self.X:
            raise ValueError(
                f"Dataset {self.name}: {len(self.X)} examples and {len(self.Y)} labels; "
                "give one label for each, and at least one"
            )
        widths = {len(x) for x in self.X}
        if len(widths) > 1:
            raise ValueError(f"Dataset {self.name}: its examples have widths {sorted(widths)}")
        wrong = [y for y in self.Y if self.classes and y not in range(len(self.classes))]
        if wrong:
            raise ValueError(
                f"Dataset {self.name}: the label {wrong[0]!r} is no class from 0 to "
                f"{len(self.classes) - 1}"
            )

    def __len__(self) -> int:
        return len(self.X)

    def __iter__(self) -> Iterator[Example[Label]]:
        return iter(zip(self.X, self.Y, strict=True))

    def __repr__(self) -> str:
        kind = f", {len(self.classes)} classes" if self.classes else ""
        return f"<Dataset {self.name}: {len(self)} examples, {len(self.features)} features{kind}>"

    def take(self, places: Sequence[int]) -> Dataset[Label]:
        """The examples at these places, in this order."""
        return self.with_rows([self.X[i] for i in places], [self.Y[i] for i in places])

    def with_rows(self, X: Sequence[Sequence[float]], Y: Sequence[Label]) -> Dataset[Label]:
        """Other examples under the same names."""
        return Dataset(self.name, X, Y, self.features, self.classes, self.rule)

    def shuffled(self, rng: random.Random) -> Dataset[Label]:
        """The examples in a random order."""
        return self.take(rng.sample(range(len(self)), len(self)))

    def split(
        self, held_out: float = 0.2, rng: random.Random | None = None
    ) -> tuple[Dataset[Label], Dataset[Label]]:
        """Two parts, drawn at random: to train on, and held out.

        Args:
            held_out: the share of the second part, above 0 and below 1; both parts get an example.
            rng: where the order comes from; left out, the module ``random``.

        Raises:
            ValueError: the share is out of range, or there is one example only.

        >>> from autograd_mini import data
        >>> train, test = data.moons().split(0.2, random.Random(0))
        >>> len(train), len(test)
        (160, 40)
        """
        if not 0.0 < held_out < 1.0 or len(self) < 2:
            raise ValueError(
                f"split: held_out={held_out!r} of {len(self)} examples; take a share above 0 and "
                "below 1, of at least two examples"
            )
        order = list(range(len(self)))
        (rng or random).shuffle(order)
        count = min(max(round(held_out * len(self)), 1), len(self) - 1)
        return self.take(order[count:]), self.take(order[:count])


def standardised(train: Dataset[Label], *others: Dataset[Label]) -> tuple[Dataset[Label], ...]:
    """Every feature shifted and scaled to mean 0 and standard deviation 1.

    The numbers come from ``train`` alone, since what is held out is not known when a model trains;
    the others get the same shift and scale. A feature that never changes is shifted to 0.

    Raises:
        ValueError: the data sets have different widths.

    >>> a = Dataset("a", [[1.0, 7.0], [3.0, 7.0]], [0, 1])
    >>> b = Dataset("b", [[4.0, 9.0]], [0])
    >>> [d.X for d in standardised(a, b)]
    [[[-1.0, 0.0], [1.0, 0.0]], [[2.0, 2.0]]]
    """
    means, scales = [], []
    for column in zip(*train.X, strict=True):
        mean = math.fsum(column) / len(column)
        deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in column) / len(column))
        means.append(mean)
        scales.append(deviation or 1.0)

    def moved(x: Sequence[float]) -> list[float]:
        return [(a - mean) / scale for a, mean, scale in zip(x, means, scales, strict=True)]

    for other in others:
        if len(other.features) != len(means):
            raise ValueError(
                f"standardised: {other.name} has {len(other.features)} features, {train.name} has "
                f"{len(means)}"
            )
    sets: tuple[Dataset[Label], ...] = (train, *others)
    return tuple(d.with_rows(list(map(moved, d.X)), d.Y) for d in sets)


def _numbered(k: int) -> str:
    return "x" + str(k).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
