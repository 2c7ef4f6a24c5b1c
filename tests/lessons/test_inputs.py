"""Every number that a lesson prints is computed: change an input, and it changes.

A *variation* is a lesson built with other arguments. Each number, in a list, in a table or in the
prose, must differ from the slide's own in at least one variation. What mathematics fixes (the
derivative of a sum with respect to its bias is 1) is listed with its reason.
"""

from __future__ import annotations

import functools
import math
import re
from typing import Any

import pytest

from autograd_mini.lessons import course
from autograd_mini.lessons.course import Builder
from autograd_mini.lessons.lesson import Lesson, heading
from autograd_mini.lessons.slides import (
    activations,
    chain_rule,
    classroom,
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
from autograd_mini.lessons.slides.classroom import Parameters

OTHER_ROWS = (
    ((0.45, 0.12, 0.007), 0.25),
    ((-0.2, 0.3, 0.02), 0.15),
    ((0.7, -0.15, 0.02), -0.02),
    ((0.25, 0.5, 0.01), 0.2),
)
OTHER = Parameters(OTHER_ROWS, ((0.3, -0.4, -0.7, 0.6), 0.1))
SMALLER = Parameters(OTHER_ROWS[:3], ((0.3, -0.4, -0.7), 0.1))
X = (0.7, 3.0, 11.0)
NETWORK: list[dict[str, Any]] = [{"parameters": OTHER}, {"x": X}, {"y": 0.0}]
EXAMPLES: list[dict[str, Any]] = [
    {"predictions": (0.7, 0.6, 0.2)},
    {"targets": (0.0, 0.0, 1.0)},
    {"predictions": (0.7, 0.6), "targets": (1.0, 0.0)},
]
POINTS = ((-1.5, 0.0), (-0.4, 1.0), (0.9, 1.0), (1.8, 0.0))
LINE = ((0.5, 2.0), (1.5, 3.0), (2.5, 3.5), (3.5, 6.0))
UNITS = (((0.5, -0.2), 0.1), ((-0.7, 0.9), 0.4), ((0.3, 0.6), -0.5))
SAMPLES = ((0.5, 1.0, 12.0), (0.8, 2.0, 5.0), (0.2, 3.0, 25.0))

VARIATIONS: dict[Builder, list[dict[str, Any]]] = {
    learning.reading: [{"w": 2.5}, {"x": 3.5}, {"b": 0.5}],
    learning.approximation: [{"theta0": 1.5, "theta1": 1.7}, {"points": LINE}],
    learning.dataset: [
        {
            "houses": tuple(tuple(2.0 * f + 1.0 for f in house) for house in learning.HOUSES),
            "prices": tuple(2.0 * price for price in learning.PRICES),
        },
        {"houses": ((1.0, 2.0), (3.0, 4.0)), "prices": (5.0, 6.0)},
    ],
    regression.one_dimensional: [{"m": 0.5}, {"x": 10.0}, {"b": -1.0}],
    regression.many_dimensional: [{"w": (0.1, 0.2, 0.3)}, {"x": (1.0, 2.0, 3.0)}, {"b": 2.0}],
    regression.fitted_line: [{"points": LINE}, {"alpha": 0.02, "steps": 10}],
    regression.house_price: [{"w": (10.0, 11.0, 0.2)}, {"x": (4.0, 2.0, 2000.0)}, {"b": 5.0}],
    regression.scaling: [
        {"w": (10.0, 11.0, 0.2)},
        {"x": (4.0, 2.0, 2000.0)},
        {"alpha": 0.02},
        {"price": 400.0},
        {"units": (2.0, 2.0, 500.0)},
    ],
    logistic.combination: [{"w": (0.5, 0.5)}, {"x": (1.0, 1.0)}, {"b": 0.0}],
    logistic.activation: [{"w": (0.5, 0.5)}, {"x": (1.0, 1.0)}, {"b": 0.0}],
    logistic.difference: [{"w": (0.5, 0.5)}, {"y": 0.25, "other": 0.75}],
    logistic.afford: [{"budget": 400.0}, {"house": (4.0, 2.0, 2000.0)}, {"w": (0.01, -0.02)}],
    networks.single: [{"w": (0.5, 0.5)}, {"x": (1.0, 1.0)}, {"b": 0.0}],
    networks.several: [{"units": UNITS}, {"x": (1.0, 1.0)}],
    networks.stacked: [{"units": UNITS}, {"top": ((1.0, -1.0, 0.3), 0.3)}, {"x": (1.0, 1.0)}],
    shallow.layers: [{"nin": 5, "nouts": (6, 2), "deeper": (3, 2)}],
    shallow.neuron: [{"w": (0.5, 0.5)}, {"a": (1.0, 1.0)}, {"b": 0.0}, {"lower": 0.4}],
    shallow.three_steps: [*NETWORK, {"alpha": 0.02}, {"parameters": SMALLER}],
    shallow.going_to_class: [{"parameters": OTHER}, {"x": X}, {"parameters": SMALLER}],
    activations.activations: [
        {"z": -0.25, "zs": (-7.0, -3.0, 0.25, 0.75, -0.75, 3.0, 7.0)},
        {"zs": (6.0, 2.0, 0.5, 1.0, -0.5, -2.0, -6.0)},
        {"zs": (1.0, 2.0, 3.0)},
    ],
    xor.linear_model: [
        {"seed": 5, "alpha": 0.2, "lines": ((0.5, 0.0, -0.1), (2.0, 3.0, 0.5), (2.0, 0.5, -0.25))},
        {"targets": (0.0, 0.0, 0.0, 1.0)},
        {"targets": (1, 0, 0, 1)},
    ],
    xor.two_layers: [
        {"seed": 5, "width": 4},
        {"targets": (0.0, 0.0, 0.0, 1.0)},
        {"targets": (1.0, 0.0, 0.0, 1.0), "steps": 1},
        {"steps": 50, "alpha": 0.5},
    ],
    collapse.collapse: [{"w1": 1.5}, {"b1": 1.0}, {"w2": 0.5}, {"b2": 2.0}, {"xs": (1, 2, 4, 5)}],
    forward.loops: [
        {"parameters": OTHER},
        {"samples": SAMPLES},
        {"targets": (0.0, 0.0, 1.0)},
    ],
    cost.computing: EXAMPLES,
    cost.examples: [
        {"predictions": (2.0, 0.1, 1.5), "probabilities": (0.6, 0.3, 0.1), "y_hat": 0.3},
        {"targets": (2.0, 0.5, 1.0), "one_hot": (0.0, 0.5, 0.5), "y": 0.0},
        {"probabilities": (0.5, 0.3, 0.2)},
    ],
    cost.valley: [{"theta": 0.25}, {"points": POINTS}],
    worked.first_neuron: [{"row": OTHER_ROWS[0]}, {"x": X}],
    worked.output_sum: [{"parameters": OTHER}, {"x": X}],
    worked.prediction_and_loss: NETWORK,
    worked.decision: [*NETWORK, {"threshold": 0.4}],
    descent.parameters_and_hyperparameters: [
        {"parameters": OTHER},
        {"parameters": SMALLER},
        {"alpha": 0.002},
    ],
    descent.cost_again: EXAMPLES,
    descent.learning_the_weights: [{"theta": 0.25}, {"alpha": 0.2}, {"points": POINTS}],
    surface.steepest: [{"theta0": 2.0, "theta1": 1.0}, {"alpha": 0.01}, {"points": LINE}],
    descent.each_slope: [*NETWORK, {"parameters": SMALLER}],
    descent.rule: [{"theta": 0.5}, {"alpha": 0.2}, {"points": POINTS}, {"steps": 9}],
    descent.network_descent: [
        {"parameters": OTHER},
        {"samples": SAMPLES, "steps": 30},
        {"targets": (0.0, 0.0, 1.0), "steps": 30},
        {"alpha": 0.001},
    ],
    chain_rule.simple: [{"x": 0.5}],
    chain_rule.output_layer: [*NETWORK, {"hidden": "tanh"}],
    chain_rule.hidden_layer: [*NETWORK, {"hidden": "tanh"}],
}

FIXED: dict[Builder, dict[str, str]] = {
    learning.reading: {"∂z/∂b": "a sum"},
    regression.one_dimensional: {"∂y/∂b": "a sum"},
    regression.many_dimensional: {"∂y/∂b": "a sum"},
    regression.house_price: {"∂z/∂b": "a sum"},
    logistic.difference: {"∂L/∂a": "why y − a is no loss", "∂/∂a": "the same"},
    xor.linear_model: {"J at one half": "4 log 2, whatever the targets"},
    descent.parameters_and_hyperparameters: {
        "layers": "the network of slide 18 has two",
        "The parameters of slide 18, row 4, numbers in it": "it has one output neuron",
    },
}
"""Numbers that no input changes, with the reason; a column's name stands for its cells."""

QUOTED = {
    worked.first_neuron: {"0.7", "0.6986"},
    worked.prediction_and_loss: {"0.45"},
    worked.decision: {"0.5"},
}
"""Decimals in the prose that speak of the slide itself: its own words, and the sum it writes."""

LESSONS = [make for part in course.PARTS for make in part.lessons]


def name(make: Builder) -> str:
    return make.__name__


@functools.cache
def built(make: Builder) -> tuple[Lesson, tuple[Lesson, ...]]:
    """The slide's own lesson and its variations, built once for all tests."""
    return make(), tuple(make(**arguments) for arguments in VARIATIONS[make])


def prose(lesson: Lesson) -> str:
    """Everything a reader sees that is not in a list of numbers or in a table."""
    captions = [picture.caption for picture in lesson.pictures]
    notes = [number.note for number in lesson.numbers]
    return "\n".join(
        [*lesson.formulas, *lesson.text, *captions, *notes, lesson.ours, *lesson.slips]
    )


def test_every_lesson_has_variations() -> None:
    assert set(VARIATIONS) == set(LESSONS)


@pytest.mark.parametrize("make", LESSONS, ids=name)
def test_every_printed_number_follows_an_input(make: Builder) -> None:
    lesson, variations = built(make)
    shown = dict(lesson.printed())
    varied = [dict(other.printed()) for other in variations]
    fixed = FIXED.get(make, {})
    still = [
        place
        for place, value in shown.items()
        if all(place not in other or other[place] == value for other in varied)
        and place not in fixed
        and place.rpartition(", ")[2] not in fixed
    ]
    assert not still


@pytest.mark.parametrize("make", LESSONS, ids=name)
def test_every_decimal_in_the_prose_follows_an_input(make: Builder) -> None:
    lesson, variations = built(make)
    decimals = set(re.findall(r"\d+\.\d+", prose(lesson)))
    for other in variations:
        decimals &= set(re.findall(r"\d+\.\d+", prose(other)))
    assert decimals <= QUOTED.get(make, set())


@pytest.mark.parametrize("make", LESSONS, ids=name)
def test_every_variation_is_a_whole_lesson(make: Builder) -> None:
    """Titles, slides and finite numbers stay, and the text and the pictures can be made."""
    for lesson in built(make)[1]:
        assert (lesson.title, lesson.slides) == heading(make)
        assert all(math.isfinite(value) for _, value in lesson.printed())
        assert str(lesson)
        for picture in lesson.pictures:
            assert picture.drawing.dot.startswith("digraph")


def test_the_network_is_the_slides_own_where_nothing_is_given() -> None:
    assert classroom.PARAMETERS.hidden[0] == ((0.5, 0.1, 0.0058), 0.2)
    assert classroom.X == (0.4, 2.0, 17.0)
