"""Trainings with settings that are known to work; ``autograd-mini train`` runs them.

Vocabulary: a *recipe* is a data set, the widths of a network and all hyperparameters; a *trained*
network comes with its history and how often it is right. A seed decides everything that is random:
the data, what is held out, the first weights, the order of the examples.

The accuracy of each is measured over many seeds by ``tests/training/test_recipes.py``.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from autograd_mini import data, given, losses, optim
from autograd_mini.data import Dataset
from autograd_mini.nn import MLP
from autograd_mini.training.fitting import History, Progress, cosine, fit
from autograd_mini.training.running import Loss, accuracy

Sets = tuple[Dataset[int], Dataset[int] | None]


@dataclass(frozen=True)
class Recipe:
    """What to train, and how.

    Attributes:
        name: what it is called on the command line.
        about: one sentence on it.
        sets: the examples to train on and those held out, if any, from a source of randomness.
        widths: of the layers, the output layer last.
        hidden, output: the activations.
        loss: of one example.
        optimizer: makes the optimiser for the parameters and a learning rate.
        lr: the learning rate α, of the first epoch if it falls.
        falls: whether α falls to 0 along a cosine.
        epochs, batch_size: as for :func:`~autograd_mini.training.fit`.
        threshold: as for :func:`~autograd_mini.training.answer`.
        engine: what runs it fast enough.
        scaled: whether the first weights are scaled to the number of inputs.
    """

    name: str
    about: str
    sets: Callable[[random.Random], Sets]
    widths: tuple[int, ...]
    hidden: str
    output: str | None
    loss: Loss
    optimizer: Callable[..., optim.Optimizer]
    lr: float
    epochs: int
    batch_size: int | None = None
    falls: bool = False
    threshold: float = 0.5
    engine: str = "eager"
    scaled: bool = False


@dataclass
class Trained:
    """What came of a recipe.

    Attributes:
        recipe, seed: what was run.
        model: the trained network.
        first: the parameters before training, in their order.
        train, test: the examples learned from, and those held out; None if there are none.
        history: the course of the training.
    """

    recipe: Recipe
    seed: int
    model: MLP
    first: list[float]
    train: Dataset[int]
    test: Dataset[int] | None
    history: History

    def accuracy(self, examples: Dataset[int]) -> float:
        """How many of the examples the network gets right, from 0 to 1."""
        return accuracy(self.model, examples, self.recipe.threshold)


def scale_weights(model: MLP) -> None:
    """Multiply a neuron's first weights by √(3/n), for its n inputs.

    Drawn between −1 and 1, as ``nn`` does, n weights make a sum whose variance grows with n: with
    64 pixels the first answers are far too sure, and training has to unlearn them. Scaled, the
    weights have variance 1/n and the sum is about as large as one input (LeCun et al., "Efficient
    BackProp", 1998).

    >>> import random
    >>> model = MLP(12, [1], rng=random.Random(0))
    >>> before = model.layers[0].neurons[0].w[0].data
    >>> scale_weights(model)
    >>> model.layers[0].neurons[0].w[0].data == 0.5 * before
    True
    """
    given.instance(model, MLP, "scale_weights", "model", "an nn.MLP")
    for layer in model.layers:
        for neuron in layer.neurons:
            factor = math.sqrt(3.0 / len(neuron.w))
            for weight in neuron.w:
                weight.data *= factor


XOR = Recipe(
    name="xor",
    about="Two inputs, a hidden layer of 3 sigmoids, one sigmoid (slide 20)",
    sets=lambda rng: (data.xor(), None),
    widths=(3, 1),
    hidden="sigmoid",
    output="sigmoid",
    loss=losses.binary_cross_entropy,
    optimizer=optim.SGD,
    lr=4.0,
    epochs=500,
)
"""The settings of the lesson on XOR: there the cost is the sum of four losses and α is 1."""

MOONS = Recipe(
    name="moons",
    about="200 points on two half circles, a hidden layer of 8 and one of 8, both tanh",
    sets=lambda rng: data.moons(200, noise=0.1, rng=rng).split(0.2, rng),
    widths=(8, 8, 1),
    hidden="tanh",
    output=None,
    loss=losses.binary_cross_entropy_with_logits,
    optimizer=optim.Adam,
    lr=0.05,
    epochs=60,
    batch_size=20,
    falls=True,
    threshold=0.0,
    engine="auto",
)

DIGITS = Recipe(
    name="digits",
    about="1,797 handwritten digits of 8×8 pixels, a hidden layer of 64 tanh, ten outputs",
    sets=lambda rng: data.digits().split(0.2, rng),
    widths=(64, 10),
    hidden="tanh",
    output=None,
    loss=losses.cross_entropy,
    optimizer=optim.Adam,
    lr=0.01,
    epochs=30,
    batch_size=32,
    falls=True,
    engine="auto",
    scaled=True,
)

RECIPES = {recipe.name: recipe for recipe in (XOR, MOONS, DIGITS)}
"""Every recipe by its name, which is what ``autograd-mini train`` takes."""


def run(
    recipe: Recipe,
    seed: int = 0,
    *,
    epochs: int | None = None,
    patience: int | None = None,
    engine: str | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Follow a recipe.

    Args:
        recipe: one of ``RECIPES``, or your own.
        seed: decides all that is random.
        epochs, engine: instead of the recipe's.
        patience: stop early, as for :func:`~autograd_mini.training.fit`.
        progress: told after each epoch.

    >>> trained = run(XOR, seed=1)
    >>> trained.accuracy(trained.train)
    1.0
    """
    given.instance(recipe, Recipe, "run", "recipe", "one of RECIPES.values(), or your own Recipe")
    seed = given.whole(seed, "run", "seed", -math.inf)
    if engine is not None:
        engine = given.text(engine, "run", "engine")
    rng = random.Random(seed)
    train, test = recipe.sets(rng)
    model = MLP(len(train.features), recipe.widths, recipe.hidden, recipe.output, rng=rng)
    if recipe.scaled:
        scale_weights(model)
    first = [p.data for p in model.parameters()]
    rounds = recipe.epochs if epochs is None else epochs
    history = fit(
        model,
        train,
        recipe.loss,
        recipe.optimizer(model.parameters(), lr=recipe.lr),
        epochs=rounds,
        batch_size=recipe.batch_size,
        rng=rng,
        validation=test,
        patience=patience,
        rate=cosine(recipe.lr, max(rounds, 1)) if recipe.falls else None,
        engine=engine or recipe.engine,
        progress=progress,
    )
    return Trained(recipe, seed, model, first, train, test, history)
