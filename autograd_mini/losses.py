"""Losses of one example, and costs over many.

Vocabulary (slides 23, 24 and 32): the *loss* L(ŷ, y) says how far the prediction ŷ for one example
is from its target y; the *cost* J sums or averages the losses of all examples. The prediction comes
first. A *logit* is a number before its sigmoid or softmax, a *score* one whose sign is the class.

Everything is written over :mod:`autograd_mini.ops`: predictions that are Values give a Value to
differentiate, plain numbers give a float. A target is usually a plain number; it then becomes a
constant called y, and is checked, because a label of the wrong kind (−1 where 0 is meant) would be
a silent mistake. A target that is a Value is taken as it is.

The difference y − a of slide 9 is not here: it is signed, and making it small makes a large.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from reprlib import repr as shown
from typing import Any

from autograd_mini import ops
from autograd_mini.bulk import constant
from autograd_mini.given import function, integer
from autograd_mini.graph import Tag
from autograd_mini.real import is_real, real
from autograd_mini.value import Value

Loss = Callable[[Any, Any], Any]
"""A loss of one example, prediction first."""

Many = Iterable[object]

_TARGET = Tag("y", role="target")


def squared_error(prediction: object, target: object) -> Any:
    """(y − ŷ)², the loss of a regression (slide 24).

    >>> squared_error(2.5, 2)
    0.25
    """
    y = _beside(prediction, target, _number(target, "squared_error"))
    return ops.pow(ops.sub(y, prediction), 2.0)


def binary_cross_entropy(probability: object, target: object) -> Any:
    """−y log ŷ − (1 − y) log(1 − ŷ) (slide 24); a factor 0 makes its term 0, also beside log 0.

    The value is good to about 1e-16. Where ŷ comes from a sigmoid, the loss of the logit,
    :func:`binary_cross_entropy_with_logits`, keeps its digits however sure the model is.

    Args:
        probability: ŷ, from 0 to 1. Outside it is none: the logarithm of a negative number is nan,
            unless its factor is 0, and the loss of ŷ = 1.5 for y = 1 is below 0.
        target: y, 0 or 1, or a probability between them.

    Raises:
        ValueError: the target is below 0 or above 1.

    >>> binary_cross_entropy(0.45, 1)  # slide 28
    0.7985076962177716
    >>> binary_cross_entropy(0.0, 0) == 0.0
    True
    """
    y = _target(probability, target, "binary_cross_entropy", PROBABILITY)
    happens = ops.xlogy(y, probability)
    fails = ops.xlogy(ops.sub(1.0, y), ops.sub(1.0, probability))
    return ops.sub(ops.neg(happens), fails)


def binary_cross_entropy_with_logits(logit: object, target: object) -> Any:
    """The binary cross-entropy of ŷ = σ(z), from z: y softplus(−z) + (1 − y) softplus(z).

    No digit is lost where ŷ rounds to 0 or 1; softplus(z) is −log(1 − σ(z)).

    Args:
        logit: z, any number.
        target: y, as for :func:`binary_cross_entropy`.

    >>> binary_cross_entropy_with_logits(50.0, 1)
    1.9287498479639178e-22
    >>> binary_cross_entropy_with_logits(-1000.0, 1)
    1000.0
    """
    y = _target(logit, target, "binary_cross_entropy_with_logits", PROBABILITY)
    happens = ops.mul(y, ops.softplus(ops.neg(logit)))
    fails = ops.mul(ops.sub(1.0, y), ops.softplus(logit))
    return ops.add(happens, fails)


def cross_entropy(logits: Many, target_index: object) -> Any:
    """−log softmax(z)ₜ, the loss of a classifier whose answer should be class t.

    Computed as softplus(log Σ exp(zₖ − zₜ)), summed over the other classes k ≠ t: nothing
    overflows, and the derivatives softmax(z)ₖ − [k = t] keep their digits however sure the model
    is. A logit may be −inf, a class ruled out, if the target's and one other are finite.

    Args:
        logits: z, one number for each class, two or more.
        target_index: t, an integer from 0.

    Raises:
        TypeError: the index is no integer, or the logits are no sequence.
        ValueError: it is outside the classes, or there is only one class.

    >>> cross_entropy([0.0, 0.0], 1) == math.log(2.0)
    True
    >>> cross_entropy([1000.0, 0.0], 1)
    1000.0
    """
    z = _elements(logits, "cross_entropy: the logits")
    if len(z) < 2:
        raise ValueError(f"cross_entropy: {len(z)} logit(s) given, it takes one for each class")
    if hasattr(type(target_index), "_take_from"):  # a label that a compiled function is given
        z_t = ops.take(z, target_index)
        above = [ops.sub(z_k, z_t) for z_k in z]
        is_target = [ops.equal(target_index, float(k)) for k in range(len(z))]
        others = [ops.where(t, -math.inf, a) for t, a in zip(is_target, above, strict=True)]
        return ops.softplus(_log_sum_exp(others))
    t = integer(target_index)
    if t is None:
        remedy = "; convert it with int(...)" if is_real(target_index) else ""
        raise TypeError(
            f"cross_entropy: the target must be the index of a class, an integer, "
            f"not {type(target_index).__name__} {shown(target_index)}{remedy}"
        )
    if not 0 <= t < len(z):
        raise ValueError(f"cross_entropy: the target {t} is no index from 0 to {len(z) - 1}")
    return ops.softplus(_log_sum_exp([ops.sub(z[k], z[t]) for k in range(len(z)) if k != t]))


def categorical_cross_entropy(probabilities: Many, one_hot: Many) -> Any:
    """−Σ yᵢ log ŷᵢ (slide 24); a factor 0 makes its term 0, also beside log 0.

    Args:
        probabilities: ŷ, one for each class, of a softmax for instance.
        one_hot: y, 1 for the right class and 0 elsewhere, or any probabilities that sum to 1.

    Raises:
        TypeError: one of them is no sequence.
        ValueError: they differ in length or are empty, or y is negative or does not sum to 1.

    >>> categorical_cross_entropy([0.25, 0.5, 0.25], [0, 1, 0]) == math.log(2.0)
    True
    """
    name = "categorical_cross_entropy"
    p, y = _paired(probabilities, one_hot, name, "probabilities", "targets in one_hot")
    numbers = [_number(y_i, name) for y_i in y]
    for y_i, number in zip(y, numbers, strict=True):
        _refuse(PROBABILITY, name, [y_i], [number])
    _refuse(DISTRIBUTION, name, y, numbers)
    rows = zip(p, y, numbers, strict=True)
    terms = [ops.xlogy(_beside(p_i, y_i, number), p_i) for p_i, y_i, number in rows]
    return ops.neg(ops.sum(terms))


def hinge(score: object, target: object) -> Any:
    """max(0, 1 − y s): 0 once the score has the target's sign and is at least 1 away from 0.

    Args:
        score: s, any number.
        target: y, −1 or 1; another number is a ValueError.

    >>> hinge(0.25, 1), hinge(0.25, -1), hinge(2.0, 1)
    (0.75, 1.25, 0.0)
    """
    y = _target(score, target, "hinge", SIGN)
    return ops.relu(ops.sub(1.0, ops.mul(y, score)))


# --- costs ----------------------------------------------------------------------------------------


def total(loss: Loss, predictions: Many, targets: Many) -> Any:
    """J = Σ L(ŷ⁽ⁱ⁾, y⁽ⁱ⁾), the sum of a loss over all examples (slides 23 and 32).

    Args:
        loss: a loss of one example, prediction first.
        predictions, targets: one of each for every example.

    Raises:
        TypeError: predictions or targets are no sequence.
        ValueError: they differ in length, or are empty.

    >>> total(hinge, [0.5, 3.0], [1, -1])
    4.5
    """
    return ops.sum(_losses(loss, predictions, targets, "total"))


def mean(loss: Loss, predictions: Many, targets: Many) -> Any:
    """The mean of a loss over all examples; arguments and errors as for :func:`total`.

    >>> mean(hinge, [0.5, 3.0], [1, -1])
    2.25
    """
    return ops.mean(_losses(loss, predictions, targets, "mean"))


def mse(predictions: Many, targets: Many) -> Any:
    """The mean squared error 1/n Σ (yᵢ − ŷᵢ)² (slide 24); errors as for :func:`total`.

    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return ops.mean(_losses(squared_error, predictions, targets, "mse"))


def _losses(loss: Loss, predictions: Many, targets: Many, name: str) -> list[Any]:
    function(loss, name, "loss", "a loss of one example, such as losses.squared_error")
    return [*map(loss, *_paired(predictions, targets, name, "predictions", "targets"))]


def _log_sum_exp(values: list[Any]) -> Any:
    """log Σ exp(v), shifted by the largest so that no exponential overflows."""
    if len(values) == 1:
        return values[0]
    largest = ops.max(values)
    return ops.add(largest, ops.log(ops.sum([ops.exp(ops.sub(v, largest)) for v in values])))


def _number(target: object, name: str) -> float | None:
    """The number of a target that is one; None for a Value, whose number is left unread."""
    is_value = hasattr(type(target), "_apply_op")
    return None if is_value else real(target, f"losses.{name}: the target")


def _beside(prediction: object, target: object, number: float | None) -> Any:
    """The target as an operand: beside a Value, a number becomes a constant called y."""
    if number is None:
        return target
    return constant(number, _TARGET) if isinstance(prediction, Value) else number


def _target(prediction: object, target: object, name: str, kind: Kind) -> Any:
    """The same, of a target that must be of a kind."""
    number = _number(target, name)
    _refuse(kind, name, [target], [number])
    return _beside(prediction, target, number)


Kind = tuple[Callable[..., Any], str]
"""Whether targets are wrong, of numbers or of arrays, and what was expected instead of them."""

PROBABILITY: Kind = (
    lambda y: (y < 0.0) | (y > 1.0),
    "the target is {!r}, expected 0, 1 or a probability between them; "
    "labels of -1 and 1 are for losses.hinge, and become 0 and 1 by (y + 1) / 2",
)
SIGN: Kind = (
    lambda y: abs(y) != 1.0,
    "the target is {!r}, expected -1 or 1; labels of 0 and 1 become -1 and 1 by 2 * y - 1",
)
DISTRIBUTION: Kind = (
    lambda *y: abs(sum(y) - 1.0) > 1e-6,
    "one_hot sums to {!r}, expected 1: 1 for the right class and 0 elsewhere",
)


def _refuse(kind: Kind, name: str, targets: list[Any], numbers: list[float | None]) -> None:
    """Raise ValueError for targets whose numbers, or whose sum, are wrong.

    Numbers that a compiled function is given are looked at when it runs, in arrays. A target that
    is another Value is taken as it is.
    """
    wrong, sentence = kind

    def message(*y: Any) -> str:
        return f"{name}: {sentence.format(y[0] if len(y) == 1 else math.fsum(y))}"

    if None not in numbers:
        if wrong(*numbers):
            raise ValueError(message(*numbers))
        return
    for target in targets:
        hook = getattr(type(target), "_check_later", None)
        if hook is not None:
            hook(target, wrong, message, targets)
            return


def _paired(first: Many, second: Many, name: str, one: str, other: str) -> list[list[Any]]:
    """Two sequences as lists of one length, which is not 0; nothing is cut off."""
    a, b = _elements(first, f"{name}: {one}"), _elements(second, f"{name}: {other}")
    if len(a) != len(b):
        raise ValueError(f"{name}: {len(a)} {one} and {len(b)} {other}; give one for each")
    if not a:
        raise ValueError(f"{name}: no {one} given; it takes at least one")
    return [a, b]


def _elements(given: Any, what: str) -> list[Any]:
    if not isinstance(given, (str, bytes, Mapping, Set)) and hasattr(type(given), "__iter__"):
        with suppress(TypeError):  # an array of no dimension
            return list(given)
    raise TypeError(
        f"{what} must be a sequence, such as a list, not {type(given).__name__} {shown(given)}"
    )
