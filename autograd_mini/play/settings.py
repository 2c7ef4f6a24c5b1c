"""What a run learns, with what, and how: read from a question, and refused where it makes no sense.

Vocabulary: a *run* is a network that is being trained. Its *plane* is the square from −REACH to
REACH in x₁ and x₂, in which all points lie.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from autograd_mini import losses, optim
from autograd_mini.data import Dataset, circles, moons
from autograd_mini.errors import AutogradError
from autograd_mini.optim import Optimizer
from autograd_mini.value import Value

REACH = 1.6
"""Half the width of the plane."""

MOST_POINTS, MOST_LAYERS, WIDEST = 400, 4, 8

Pairs = list[tuple[float, float, int]]


class SettingError(AutogradError):
    """A setting that cannot be; the message says which, and what may be."""


class Cost(NamedTuple):
    """A loss, with what it asks of the network.

    Attributes:
        loss: of a prediction and a target.
        output: the activation of the last neuron; None is linear.
        targets: of class 0 and of class 1.
        middle: the output between the classes.
        width: an output so far from the middle is as sure as a picture shows.
    """

    loss: Callable[..., Value]
    output: str | None
    targets: tuple[float, float]
    middle: float
    width: float


COSTS = {
    "cross-entropy": Cost(losses.binary_cross_entropy_with_logits, None, (0.0, 1.0), 0.0, 3.0),
    "squared error": Cost(losses.squared_error, "sigmoid", (0.0, 1.0), 0.5, 0.5),
    "hinge": Cost(losses.hinge, None, (-1.0, 1.0), 0.0, 1.0),
}
ACTIVATIONS = {"tanh": "tanh", "ReLU": "relu", "sigmoid": "sigmoid", "GELU": "gelu", "none": None}

OPTIMIZERS: dict[str, Callable[[list[Value], float], Optimizer]] = {
    "SGD": optim.SGD,
    "momentum": lambda params, lr: optim.SGD(params, lr, momentum=0.9),
    "RMSProp": optim.RMSProp,
    "Adam": optim.Adam,
}
FLAWS = ("", "no zero_grad", "equal weights")
"""What may be done wrong besides unwise settings."""


def _moons(n: int, noise: float, rng: random.Random) -> Pairs:
    found = moons(n, 2.0 * noise, rng)
    return [(0.9 * (x - 0.5), 0.9 * (y - 0.25), label) for (x, y), label in found]


def _circles(n: int, noise: float, rng: random.Random) -> Pairs:
    return [(1.2 * x, 1.2 * y, label) for (x, y), label in circles(n, noise, rng=rng)]


def _xor(n: int, noise: float, rng: random.Random) -> Pairs:
    """Points of the four quarters, opposite ones of one class, away from the axes."""
    found = []
    for i in range(n):
        signs = (1.0 if i & 1 else -1.0), (1.0 if i & 2 else -1.0)
        x, y = (s * rng.uniform(0.12, 1.3) + rng.gauss(0.0, noise) for s in signs)
        found.append((x, y, int(signs[0] == signs[1])))
    return found


def _spiral(n: int, noise: float, rng: random.Random) -> Pairs:
    """Two arms from the middle outward, of one and a quarter turns each."""
    found = []
    for i in range(n):
        label, way = i % 2, (i // 2 + 0.5) / ((n + 1) // 2)
        angle = 2.5 * math.pi * way + math.pi * label
        x, y = 1.4 * way * math.sin(angle), 1.4 * way * math.cos(angle)
        found.append((x + rng.gauss(0.0, 0.5 * noise), y + rng.gauss(0.0, 0.5 * noise), label))
    return found


DATA: dict[str, Callable[[int, float, random.Random], Pairs]] = {
    "moons": _moons,
    "circles": _circles,
    "XOR": _xor,
    "spiral": _spiral,
}
OWN = "own"
"""The name of the data that the learner puts down, point by point."""


class Settings(NamedTuple):
    """What defines a run: equal settings give equal runs.

    Attributes:
        data: a name of DATA, or OWN.
        points: x₁, x₂ and class of each, where they are the learner's own.
        size: how many points.
        noise: the standard deviation of what is added to them.
        seed: decides all that is random.
        layers: the widths of the hidden layers.
        activation, loss, optimizer: by name.
        rate: the learning rate α.
        batch: examples a step; 0 takes all.
        flaw: one of FLAWS.
    """

    data: str = "moons"
    points: tuple[tuple[float, float, int], ...] = ()
    size: int = 200
    noise: float = 0.05
    seed: int = 1
    layers: tuple[int, ...] = (8, 8)
    activation: str = "tanh"
    loss: str = "cross-entropy"
    optimizer: str = "Adam"
    rate: float = 0.03
    batch: int = 20
    flaw: str = ""

    @property
    def cost(self) -> Cost:
        """The loss, with what it asks of the network."""
        return COSTS[self.loss]

    def sets(self) -> tuple[Dataset[float], Dataset[float]]:
        """The points to train on and those held out, a fifth."""
        rng = random.Random(self.seed)
        pairs = list(self.points)
        if self.data != OWN:
            pairs = DATA[self.data](self.size, self.noise, rng)
        X = [[_inside(x), _inside(y)] for x, y, _ in pairs]
        Y = [self.cost.targets[label] for _, _, label in pairs]
        return Dataset(self.data, X, Y).split(0.2, rng)


def _inside(x: float) -> float:
    return min(max(round(x, 4), -REACH), REACH)


def read(asked: object) -> Settings:
    """The settings of a question; what is left out is as usual.

    Raises:
        SettingError: one is out of range.

    >>> read({"layers": [4], "rate": 0.1}).layers
    (4,)
    >>> read({"rate": -1})
    Traceback (most recent call last):
        ...
    autograd_mini.play.settings.SettingError: α is a number from 0 to 100, not -1
    """
    given = asked if isinstance(asked, Mapping) else {}
    usual = Settings()
    data = _choice(given, "data", usual.data, (*DATA, OWN))
    return Settings(
        data,
        _points(given.get("points")) if data == OWN else (),
        int(_number(given, "size", "the number of points", usual.size, 10, MOST_POINTS)),
        _number(given, "noise", "the noise", usual.noise, 0.0, 1.0),
        int(_number(given, "seed", "the seed", usual.seed, 0, 10**9)),
        _layers(given.get("layers", usual.layers)),
        _choice(given, "activation", usual.activation, ACTIVATIONS),
        _choice(given, "loss", usual.loss, COSTS),
        _choice(given, "optimizer", usual.optimizer, OPTIMIZERS),
        _number(given, "rate", "α", usual.rate, 0.0, 100.0),
        int(_number(given, "batch", "the batch", usual.batch, 0, MOST_POINTS)),
        _choice(given, "flaw", usual.flaw, FLAWS),
    )


def _choice(given: Mapping[str, object], key: str, usual: str, known: Iterable[str]) -> str:
    name = given.get(key, usual)
    if name not in [*known]:
        raise SettingError(f"there is no {key} {str(name)[:40]!r}; there are {', '.join(known)}")
    return str(name)


def _number(
    given: Mapping[str, object], key: str, what: str, usual: float, least: float, most: float
) -> float:
    number = given.get(key, usual)
    if isinstance(number, int | float) and not isinstance(number, bool) and least <= number <= most:
        return float(number)
    raise SettingError(f"{what} is a number from {least:g} to {most:g}, not {str(number)[:20]}")


def _layers(asked: object) -> tuple[int, ...]:
    if not isinstance(asked, list | tuple) or len(asked) > MOST_LAYERS:
        raise SettingError(f"a network has at most {MOST_LAYERS} hidden layers here")
    if any(type(width) is not int or not 1 <= width <= WIDEST for width in asked):
        raise SettingError(f"a hidden layer has 1 to {WIDEST} neurons here")
    return tuple(asked)


def _points(asked: object) -> tuple[tuple[float, float, int], ...]:
    if not isinstance(asked, list) or not all(isinstance(p, list) and len(p) == 3 for p in asked):
        raise SettingError("points are put down one by one: [x₁, x₂, class]")
    if not 4 <= len(asked) <= MOST_POINTS or {label for _, _, label in asked} != {0, 1}:
        raise SettingError(f"put down 4 to {MOST_POINTS} points, of both classes")
    numbers = [{"x₁": x, "x₂": y} for x, y, _ in asked]
    at = [[_number(pair, name, name, 0.0, -REACH, REACH) for name in pair] for pair in numbers]
    return tuple((x, y, int(label)) for (x, y), (_, _, label) in zip(at, asked, strict=True))
