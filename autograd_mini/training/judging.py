"""How often a model is right.

Vocabulary: the *answer* of a model is the class that it chooses: of several outputs the place of
the largest, of a single one whether it is above the *threshold*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_mini import no_grad
from autograd_mini.data import Dataset
from autograd_mini.value import Value

HALF = 0.5


def answer(output: Any, threshold: float = HALF) -> int:
    """The class that an output stands for: a Value, a number, or a list of them.

    Args:
        output: what the model gives for one example.
        threshold: for a single output: ½ for a probability, 0 for a score or a logit.

    >>> answer(0.8), answer(-0.3, threshold=0.0), answer([0.1, 2.0, 0.7])
    (1, 0, 1)
    """
    if isinstance(output, (list, tuple)):
        numbers = [x.data if isinstance(x, Value) else float(x) for x in output]
        return numbers.index(max(numbers))
    number = output.data if isinstance(output, Value) else float(output)
    return int(number > threshold)


def accuracy(model: Callable[[Any], Any], examples: Dataset[int], threshold: float = HALF) -> float:
    """The share of examples whose class the model answers, from 0 to 1.

    Args:
        model: a function of one example.
        examples: with classes as labels, as numbers from 0.
        threshold: as for :func:`answer`.

    >>> from autograd_mini import data
    >>> accuracy(lambda x: max(x), data.or_()), accuracy(lambda x: max(x), data.xor())
    (1.0, 0.75)
    """
    with no_grad():
        right = sum(answer(model(x), threshold) == y for x, y in examples)
    return right / len(examples)
