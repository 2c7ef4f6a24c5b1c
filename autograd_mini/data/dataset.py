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

from autograd_mini import given
from autograd_mini.numbers import lowered
from autograd_mini.real import real, shown

Label_co = TypeVar("Label_co", bound=float, covariant=True)
Example = tuple[list[float], Label_co]


class Dataset(Generic[Label_co]):
    """m examples with n features each, and their labels. Iterating gives pairs (x, y).

    Args:
        name: what it is called.
        X: one row of numbers for each example, all of one width.
        Y: one label for each example: ints for classes, floats for a number to predict.
        features: the names of the features; left out, x₁, x₂, …
        classes: the names of the classes; none where the label is a number to predict.
        rule: one sentence that says where the numbers come from.

    Raises:
        TypeError: the examples are no rows of numbers, or a label is no number.
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
        Y: Sequence[Label_co],
        features: Sequence[str] = (),
        classes: Sequence[str] = (),
        rule: str = "",
    ) -> None:
        self.name = given.text(name, "Dataset", "name")
        who = self._who
        rows = given.series(X, who, "X", "a list of rows of numbers")
        self.X = [given.numbers(x, who, f"X[{i}]") for i, x in enumerate(rows)]
        self.Y: list[Label_co] = given.series(Y, who, "Y", "a list of labels")
        self.classes = given.names(classes, who, "classes")
        self.rule = given.text(rule, who, "rule")
        self._refuse_misfits()
        self.features = given.names(features, who, "features")
        width = len(self.X[0])
        self.features = self.features or tuple(f"x{lowered(k)}" for k in range(1, width + 1))
        if len(self.features) != width:
            raise ValueError(f"{who}: {len(self.features)} names for {width} features")

    def _refuse_misfits(self) -> None:
        if len(self.X) != len(self.Y) or not self.X:
            raise ValueError(
                f"{self._who}: {len(self.X)} examples and {len(self.Y)} labels; "
                "give one label for each, and at least one"
            )
        widths = {len(x) for x in self.X}
        if len(widths) > 1:
            raise ValueError(f"{self._who}: its examples have widths {shown(sorted(widths))}")
        if widths == {0}:
            raise ValueError(f"{self._who}: its examples have no features")
        last = len(self.classes) - 1
        for i, y in enumerate(self.Y):
            if real(y, f"{self._who}: Y[{i}]") not in range(last + 1) and self.classes:
                said = f"the label {shown(y)} is no class from 0 to {last}"
                raise ValueError(f"{self._who}: {said}")

    @property
    def _who(self) -> str:
        return f"Dataset {given.brief(self.name)}"

    def __len__(self) -> int:
        return len(self.X)

    def __iter__(self) -> Iterator[Example[Label_co]]:
        return iter(zip(self.X, self.Y, strict=True))

    def __repr__(self) -> str:
        kind = f", {len(self.classes)} classes" if self.classes else ""
        return f"<{self._who}: {len(self)} examples, {len(self.features)} features{kind}>"

    def take(self, places: Sequence[int]) -> Dataset[Label_co]:
        """The examples at these places, in this order.

        Raises:
            ValueError: there is no example at a place, or no place is given.
        """
        asked = given.series(places, "take", "places", "a list of places")
        kept = [given.whole(i, "take", "place", -len(self), len(self) - 1) for i in asked]
        return self.with_rows([self.X[i] for i in kept], [self.Y[i] for i in kept])

    def with_rows(self, X: Sequence[Sequence[float]], Y: Sequence[Label_co]) -> Dataset[Label_co]:
        """Other examples under the same names."""
        return Dataset(self.name, X, Y, self.features, self.classes, self.rule)

    def shuffled(self, rng: random.Random | int | None = None) -> Dataset[Label_co]:
        """The examples in a random order; ``rng`` as for :meth:`split`."""
        source = given.randomness(rng, "shuffled")
        return self.take(source.sample(range(len(self)), len(self)))

    def split(
        self, held_out: float = 0.2, rng: random.Random | int | None = None
    ) -> tuple[Dataset[Label_co], Dataset[Label_co]]:
        """Two parts, drawn at random: to train on, and held out.

        Args:
            held_out: the share of the second part, above 0 and below 1; both parts get an example.
            rng: where the order comes from: a ``random.Random``, or an int as a seed; left out, the
                module ``random``.

        Raises:
            ValueError: the share is out of range, or there is one example only.

        >>> from autograd_mini import data
        >>> train, test = data.moons().split(0.2, random.Random(0))
        >>> len(train), len(test)
        (160, 40)
        """
        share = given.between(held_out, "split", "held_out", 0.0, 1.0)
        if len(self) < 2:
            raise ValueError("split: there is 1 example; it takes at least two, one for each part")
        order = list(range(len(self)))
        given.randomness(rng, "split").shuffle(order)
        count = min(max(round(share * len(self)), 1), len(self) - 1)
        return self.take(order[count:]), self.take(order[:count])


def standardised(
    train: Dataset[Label_co], *others: Dataset[Label_co]
) -> tuple[Dataset[Label_co], ...]:
    """Every feature shifted and scaled to mean 0 and standard deviation 1.

    The numbers come from ``train`` alone, since what is held out is not known when a model trains;
    the others get the same shift and scale. A feature that never changes is shifted to 0.

    Raises:
        TypeError: one of them is no data set.
        ValueError: the data sets have different widths.

    >>> a = Dataset("a", [[1.0, 7.0], [3.0, 7.0]], [0, 1])
    >>> b = Dataset("b", [[4.0, 9.0]], [0])
    >>> [d.X for d in standardised(a, b)]
    [[[-1.0, 0.0], [1.0, 0.0]], [[2.0, 2.0]]]
    """
    for other in (train, *others):
        given.instance(other, Dataset, "standardised", "every argument", "a Dataset")
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
            has = f"{other.name} has {len(other.features)} features"
            raise ValueError(f"standardised: {has}, {train.name} has {len(means)}")
    sets: tuple[Dataset[Label_co], ...] = (train, *others)
    return tuple(d.with_rows(list(map(moved, d.X)), d.Y) for d in sets)
