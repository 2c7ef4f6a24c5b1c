"""The course: the parts of the deck and their lessons, in the deck's order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from autograd_mini.lessons.lesson import Lesson, Progress, heading
from autograd_mini.lessons.slides import (
    activations,
    chain_rule,
    collapse,
    cost,
    descent,
    forward,
    learning,
    logistic,
    networks,
    regression,
    shallow,
    surface,
    worked,
    xor,
)

Builder = Callable[..., Lesson]


class Part(NamedTuple):
    """One part of the deck: its number, its title, and the functions that make its lessons."""

    number: int
    title: str
    lessons: tuple[Builder, ...]

    @property
    def slides(self) -> tuple[int, ...]:
        """The slides that the part covers."""
        return tuple(sorted({place for make in self.lessons for place in heading(make).slides}))


_PARTS: tuple[tuple[str, tuple[Builder, ...]], ...] = (
    ("What learning is", (learning.reading, learning.approximation, learning.dataset)),
    (
        "Linear regression",
        (
            regression.one_dimensional,
            regression.many_dimensional,
            regression.fitted_line,
            regression.house_price,
            regression.scaling,
        ),
    ),
    (
        "Logistic regression",
        (logistic.combination, logistic.activation, logistic.difference, logistic.afford),
    ),
    (
        "From one logistic regression to a network",
        (networks.single, networks.several, networks.stacked),
    ),
    (
        "Layers and neurons",
        (shallow.layers, shallow.neuron, shallow.three_steps, shallow.going_to_class),
    ),
    ("Activation functions", (activations.activations,)),
    (
        "Why activations must be nonlinear",
        (xor.linear_model, xor.two_layers, collapse.collapse),
    ),
    ("Forward propagation", (forward.loops,)),
    ("Cost functions", (cost.computing, cost.examples, cost.valley)),
    (
        "The worked example",
        (worked.first_neuron, worked.output_sum, worked.prediction_and_loss, worked.decision),
    ),
    (
        "Gradient descent",
        (
            descent.parameters_and_hyperparameters,
            descent.cost_again,
            descent.learning_the_weights,
            surface.steepest,
            descent.each_slope,
            descent.rule,
            descent.network_descent,
        ),
    ),
    ("The chain rule", (chain_rule.simple, chain_rule.output_layer, chain_rule.hidden_layer)),
)

PARTS = tuple(Part(number, title, lessons) for number, (title, lessons) in enumerate(_PARTS, 1))
"""All parts, in the deck's order."""

LONG: frozenset[Builder] = frozenset(
    (regression.fitted_line, xor.linear_model, xor.two_layers, descent.network_descent)
)
"""The lessons that train for a while and take ``progress``."""


def part(number: int) -> Part:
    """The part of that number.

    Raises:
        ValueError: there is none; the message names those there are.

    >>> part(7).slides
    (20, 21)
    """
    for candidate in PARTS:
        if candidate.number == number:
            return candidate
    listed = ", ".join(f"{p.number} {p.title}" for p in PARTS)
    raise ValueError(f"there is no part {number}; the parts are {listed}")


def build(make: Builder, progress: Progress | None = None) -> Lesson:
    """One lesson with the slide's numbers; ``progress`` is told of a long one's rounds."""
    return make(progress=progress) if make in LONG else make()
