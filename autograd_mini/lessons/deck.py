"""The deck as data: every slide by its place.

Vocabulary: a slide's *place* counts from 1 for the title slide. The deck repeats titles (two slides
are called "Logistic Regression to Neural Networks (2)", three "Gradient descent"), so lessons cite
places. The deck is "Intro to Neural Networks" of the Boston University Machine Intelligence
Community, 2019.
"""

from __future__ import annotations

from typing import NamedTuple


class Slide(NamedTuple):
    """One slide: its place in the deck, its title, and the part of the course that shows it."""

    place: int
    title: str
    part: str


_PARTS = {
    "What learning is": (
        "Intro to Neural Networks",
        "Building up to Neural Networks",
        "What is learning?",
        "Dataset",
    ),
    "Linear regression": ("Linear Regression", "Linear Regression example"),
    "Logistic regression": (
        "Logistic Regression (1)",
        "Logistic Regression (2)",
        "Logistic Regression (3)",
        "Logistic Regression (example)",
    ),
    "From one logistic regression to a network": (
        "Logistic Regression to Neural Networks (1)",
        "Logistic Regression to Neural Networks (2)",
        "Logistic Regression to Neural Networks (2)",
    ),
    "Layers and neurons": (
        "Shallow Neural Networks",
        "Neural Network",
        "Activations (Neuron)",
        "Three steps to training a neural network",
        "Shallow Neural Networks (example)",
    ),
    "Activation functions": ("Activation Functions",),
    "Why activations must be nonlinear": (
        "Why do you need nonlinear activation functions?",
        "Linear Activation Functions",
    ),
    "Forward propagation": ("Forward Propagation",),
    "Cost functions": (
        "Computing the cost",
        "Example cost functions",
        "Cost function for gradient descent",
    ),
    "The worked example": (
        "Forward Propagation (example)",
        "Forward Propagation (example)",
        "Forward Propagation (example)",
        "Back to the example",
    ),
    "Gradient descent": (
        "Training a network with Calculus",
        "Terminology for later - Parameters vs Hyperparameters",
        "Cost Function: revisited",
        "Learning the weights",
        "Gradient descent",
        "Gradient descent",
        "Gradient descent",
        "Gradient descent for Neural Networks",
    ),
    "The chain rule": ("Chain Rule",),
}

SLIDES = tuple(
    Slide(place, title, part)
    for place, (part, title) in enumerate(
        ((part, title) for part, titles in _PARTS.items() for title in titles), 1
    )
)
"""All slides in order."""

PARTS = tuple(_PARTS)
"""The titles of the parts, which are ours, in order."""


def slide(place: int) -> Slide:
    """The slide at a place, counted from 1.

    Raises:
        ValueError: the deck has no such slide.

    >>> slide(38).title
    'Chain Rule'
    """
    if not 1 <= place <= len(SLIDES):
        raise ValueError(f"there is no slide {place}; the deck has slides 1 to {len(SLIDES)}")
    return SLIDES[place - 1]


def cited(places: tuple[int, ...]) -> str:
    """Slides as a reader is told of them; places that follow each other are drawn together.

    >>> cited((5,)), cited((12, 13)), cited((1, 2, 3, 7))
    ('slide 5', 'slides 12 and 13', 'slides 1 to 3 and 7')
    """
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    parts = [part for run in runs for part in _run(run)]
    listed = " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"slide{'s' if len(places) > 1 else ''} {listed}"


def _run(run: list[int]) -> list[str]:
    return [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(place) for place in run]
