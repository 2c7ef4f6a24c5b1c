"""Losses and costs against 50 digits, against the slides, and on what they refuse."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd_mini import Value, grad, graph, losses, ops

EPS = 2.0**-53


def close(computed: float, true: Any, rel: float) -> None:
    """Relative closeness and nothing else: a zero passes for zero only (or far below normal)."""
    true = float(true)
    if math.isinf(true) or abs(true) < 1e-290:
        assert computed == pytest.approx(true, rel=1e-9, abs=1e-300)
    else:
        assert abs(computed - true) <= rel * abs(true), (computed, true)


def differentiated(loss: Callable[..., Any], numbers: list[float], target: Any) -> Any:
    """A loss of one number or of a list, as (value, gradients)."""
    leaves = [Value(number) for number in numbers]
    result = loss(leaves if len(numbers) > 1 else leaves[0], target)
    result.backward()
    return result.data, [leaf.grad for leaf in leaves]


# --- the slides' numbers --------------------------------------------------------------------------


def test_the_worked_example() -> None:
    """Slide 28: −(1) log(0.45) − (1 − (1)) log(1 − (0.45)) = 0.798508."""
    value = losses.binary_cross_entropy(0.45, 1)
    assert f"{value:.6f}" == "0.798508"
    assert value == -math.log(0.45)
    data, (slope,) = differentiated(losses.binary_cross_entropy, [0.45], 1)
    assert data == value
    assert slope == pytest.approx(-1 / 0.45, rel=2 * EPS)


def test_mean_squared_error_by_hand() -> None:
    predictions = [Value(1.0), Value(2.0), Value(5.0)]
    cost = losses.mse(predictions, [1, 4, 4])
    cost.backward()
    assert cost.data == 5 / 3
    expected = [0.0, -4 / 3, 2 / 3]  # 2/n (ŷ − y)
    assert [p.grad for p in predictions] == pytest.approx(expected, rel=2 * EPS, abs=0.0)


def test_cross_entropy_by_hand() -> None:
    assert losses.categorical_cross_entropy([0.25, 0.25, 0.5], [0, 0, 1]) == math.log(2.0)
    assert losses.categorical_cross_entropy([0.25, 0.25, 0.5], [0.5, 0.5, 0.0]) == math.log(4.0)


def test_cost_is_the_sum_of_losses_or_their_mean() -> None:
    """Slides 23 and 32 sum, slide 24 takes the mean."""
    scores, labels = [0.5, 3.0, -1.0, -0.25], [1, -1, -1, 1]
    each = [losses.hinge(s, y) for s, y in zip(scores, labels, strict=True)]
    assert each == [0.5, 4.0, 0.0, 1.25]
    assert losses.total(losses.hinge, scores, labels) == 5.75
    assert losses.mean(losses.hinge, scores, labels) == 5.75 / 4
    logits = [[1.0, 2.0], [0.5, 0.25]]
    assert losses.total(losses.cross_entropy, logits, [0, 1]) == pytest.approx(
        math.log1p(math.e) + math.log1p(math.exp(0.25)), rel=4 * EPS
    )


# --- against fifty digits -------------------------------------------------------------------------

finite = st.floats(-1e3, 1e3)
labels = st.sampled_from([0, 1]) | st.floats(0, 1)


@given(prediction=st.floats(-1e100, 1e100), target=st.floats(-1e100, 1e100))
def test_squared_error(prediction: float, target: float) -> None:
    value, (slope,) = differentiated(losses.squared_error, [prediction], target)
    difference = Fraction(prediction) - Fraction(target)
    close(value, difference**2, 4 * EPS)
    close(slope, 2 * difference, 2 * EPS)


@given(p=st.floats(0, 1, exclude_min=True, exclude_max=True), y=labels)
def test_binary_cross_entropy(p: float, y: float) -> None:
    value, (slope,) = differentiated(losses.binary_cross_entropy, [p], y)
    assert value == losses.binary_cross_entropy(p, y)
    with mpmath.workdps(50):
        q, t = mpmath.mpf(p), mpmath.mpf(y)
        true = -t * mpmath.log(q) - (1 - t) * mpmath.log(1 - q)
        falls, rises = -t / q, (1 - t) / (1 - q)
        assert abs(value - float(true)) <= 4 * EPS * max(1.0, float(true))
        # The two terms of the derivative cancel near ŷ = y, where it is 0.
        bound = 4 * EPS * float(abs(falls) + abs(rises))
        assert abs(slope - float(falls + rises)) <= bound or math.isinf(slope)
        assert math.isfinite(slope) or abs(falls + rises) > 1e308


@given(z=st.floats(-1e4, 1e4), y=labels)
def test_binary_cross_entropy_with_logits(z: float, y: float) -> None:
    value, (slope,) = differentiated(losses.binary_cross_entropy_with_logits, [z], y)
    with mpmath.workdps(5000 if abs(z) > 100 else 60):
        sigma = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        t = mpmath.mpf(y)
        close(value, -t * mpmath.log(sigma) - (1 - t) * mpmath.log(1 - sigma), 8 * EPS)
        gain, loss = t * (1 - sigma), (1 - t) * sigma
        if y in (0, 1):
            close(slope, sigma - t, 8 * EPS)
        else:  # σ(z) − y cancels where they meet
            assert abs(slope - float(loss - gain)) <= 8 * EPS * float(loss + gain)


@given(
    z=st.lists(finite, min_size=2, max_size=6) | st.lists(st.floats(-3, 3), min_size=2, max_size=6),
    data=st.data(),
)
def test_cross_entropy(z: list[float], data: st.DataObject) -> None:
    t = data.draw(st.integers(0, len(z) - 1))
    value, slopes = differentiated(losses.cross_entropy, z, t)
    # exp turns the rounding of a difference d into a relative error of |d| units.
    spread = max(abs(a - b) for a in z for b in z)
    rel = (16 + 4 * spread) * EPS * len(z)
    with mpmath.workdps(2000 if spread > 50 else 60):
        exps = [mpmath.exp(mpmath.mpf(z_k)) for z_k in z]
        others = mpmath.fsum(e for k, e in enumerate(exps) if k != t)
        close(value, mpmath.log1p(others / exps[t]), rel)
        for k, slope in enumerate(slopes):
            probability = exps[k] / mpmath.fsum(exps)
            close(slope, -others / mpmath.fsum(exps) if k == t else probability, rel)


@given(
    p=st.lists(st.floats(1e-300, 1.0), min_size=3, max_size=3),
    y=st.sampled_from([[1, 0, 0], [0, 0, 1], [0.25, 0.5, 0.25]]),
)
def test_categorical_cross_entropy(p: list[float], y: list[float]) -> None:
    value, slopes = differentiated(losses.categorical_cross_entropy, p, y)
    with mpmath.workdps(50):
        true = -mpmath.fsum(t * mpmath.log(mpmath.mpf(q)) for q, t in zip(p, y, strict=True))
        close(value, true, 8 * EPS)
        for slope, q, t in zip(slopes, p, y, strict=True):
            close(slope, -t / mpmath.mpf(q), 4 * EPS)


@given(score=finite, target=st.sampled_from([-1, 1]))
def test_hinge(score: float, target: int) -> None:
    margin = 1 - Fraction(score) * target
    assume(margin != 0)
    value, (slope,) = differentiated(losses.hinge, [score], target)
    close(value, max(0, margin), EPS)
    assert slope == (-target if 1 - score * target > 0 else 0)


def test_the_usual_formulas_would_fail_here() -> None:
    """The tests above bite: log(Σ exp) − z_t and log(1 − σ) lose every digit when they are sure."""
    z = [60.0, 0.0, 1.0]
    usual = math.log(math.fsum(map(math.exp, z))) - z[0]
    assert usual == 0.0
    close(losses.cross_entropy(z, 0), math.exp(-60.0) + math.exp(-59.0), 100 * EPS)
    sigma = ops.sigmoid(60.0)
    assert losses.binary_cross_entropy(sigma, 1) == 0.0
    close(losses.binary_cross_entropy_with_logits(60.0, 1), math.exp(-60.0), 60 * EPS)


# --- second derivatives ---------------------------------------------------------------------------


def second(loss: Callable[[Any, Any], Any], at: float, target: Any) -> float:
    x = Value(at)
    (first,) = grad(loss(x, target), [x])
    return float(grad(first, [x])[0].data)


def test_second_derivatives() -> None:
    assert second(losses.squared_error, 0.0, 0.0) == 2.0
    p = 0.3
    assert second(losses.binary_cross_entropy, p, 1) == pytest.approx(1 / p**2, rel=8 * EPS)
    sigma = 1 / (1 + math.exp(-0.7))
    for y in (0, 1, 0.25):
        assert second(losses.binary_cross_entropy_with_logits, 0.7, y) == pytest.approx(
            sigma * (1 - sigma), rel=16 * EPS
        )


def test_the_hessian_of_cross_entropy_is_diag_p_minus_p_p() -> None:
    z = [Value(0.5), Value(-1.0), Value(0.75)]
    total = math.fsum(math.exp(z_k.data) for z_k in z)
    p = [math.exp(z_k.data) / total for z_k in z]
    for i, first in enumerate(grad(losses.cross_entropy(z, 2), z)):
        for j, derivative in enumerate(grad(first, z)):
            expected = p[i] * ((i == j) - p[j])
            assert derivative.data == pytest.approx(expected, rel=64 * EPS, abs=0.0)


# --- edges ----------------------------------------------------------------------------------------


def test_certainty_that_is_right_costs_nothing_and_wrong_costs_everything() -> None:
    for p in (0.0, 1.0):
        assert losses.binary_cross_entropy(p, p) == 0.0
        assert losses.binary_cross_entropy(p, 1 - p) == math.inf
        # dL/dŷ = −y/ŷ + (1 − y)/(1 − ŷ), the term with factor 0 left out
        assert differentiated(losses.binary_cross_entropy, [p], p)[1] == [1.0 - 2.0 * p]
    value, slopes = differentiated(losses.categorical_cross_entropy, [0.0, 1.0], [0, 1])
    assert (value, slopes) == (0.0, [0.0, -1.0])


def test_large_logits_neither_overflow_nor_vanish() -> None:
    assert losses.cross_entropy([1e308, -1e308], 0) == 0.0
    assert losses.cross_entropy([0.0, 1e308, 1e308], 0) == 1e308
    assert differentiated(losses.cross_entropy, [1000.0, 0.0, -1000.0], 1) == (
        1000.0,
        [1.0, -1.0, 0.0],
    )
    assert losses.binary_cross_entropy_with_logits(1e308, 0) == 1e308
    assert losses.binary_cross_entropy_with_logits(1e308, 1) == 0.0


def test_a_class_ruled_out_is_as_if_it_were_not_there() -> None:
    value, slopes = differentiated(losses.cross_entropy, [0.5, -math.inf, 1.0, -math.inf], 0)
    assert (value, [slopes[0], slopes[2]]) == differentiated(losses.cross_entropy, [0.5, 1.0], 0)
    assert slopes[1] == slopes[3] == 0.0
    assert losses.cross_entropy([0.0, -math.inf], 0) == 0.0


def test_nan_comes_out() -> None:
    nan = math.nan
    for value in (
        losses.squared_error(nan, 0),
        losses.squared_error(0, nan),
        losses.binary_cross_entropy(nan, 1),
        losses.binary_cross_entropy(0.5, nan),
        losses.binary_cross_entropy(1.5, 0),
        losses.binary_cross_entropy_with_logits(nan, 0.5),
        losses.cross_entropy([0.0, nan, 1.0], 0),
        losses.categorical_cross_entropy([nan, 0.5], [1, 0]),
        losses.hinge(nan, 1),
    ):
        assert math.isnan(value)


# --- numbers and Values ---------------------------------------------------------------------------

CASES: list[tuple[Callable[[Any, Any], Any], Any, Any]] = [
    (losses.squared_error, 2, 1),
    (losses.binary_cross_entropy, Fraction(1, 2), True),
    (losses.binary_cross_entropy_with_logits, 2, np.int64(1)),
    (losses.cross_entropy, [1, 2, 3], 0),
    (losses.cross_entropy, np.array([1.0, 2.0, 3.0]), np.int64(2)),
    (losses.cross_entropy, range(3), 0),
    (losses.categorical_cross_entropy, (0.5, 0.5), [0, 1]),
    (losses.hinge, 2, -1),
    (losses.mse, [1, 2], [3, 4]),
    (losses.mse, np.array([1.0, 2.0]), np.array([3, 4])),
    (losses.mse, (n for n in (1, 2)), iter([3, 4])),
]


@pytest.mark.parametrize(("loss", "prediction", "target"), CASES)
def test_numbers_give_a_float(loss: Callable[..., Any], prediction: Any, target: Any) -> None:
    assert type(loss(prediction, target)) is float


@pytest.mark.parametrize(
    ("loss", "prediction", "target"),
    [case for case in CASES if not hasattr(case[1], "__next__")],
)
def test_values_give_the_same_number(
    loss: Callable[..., Any], prediction: Any, target: Any
) -> None:
    expected = loss(prediction, target)
    if hasattr(prediction, "__iter__"):
        lifted: Any = [Value(x) for x in prediction]
    else:
        lifted = Value(prediction)
    assert loss(lifted, target).data == expected


def test_a_number_as_target_is_a_constant_called_y() -> None:
    p, q = Value(0.45), Value(0.2)
    scalar: list[tuple[Any, Any]] = [
        (losses.squared_error, 1),
        (losses.binary_cross_entropy, 1),
        (losses.binary_cross_entropy_with_logits, 1),
        (losses.hinge, 1),
    ]
    for loss, y in scalar:
        nodes = graph.order(loss(p, y))
        (target,) = [node for node in nodes if graph.role(node) == "target"]
        assert (target.label, target.data, graph.is_constant(target)) == ("y", 1.0, True)
    nodes = graph.order(losses.categorical_cross_entropy([p, q], [1, 0]))
    assert [node.data for node in nodes if graph.role(node) == "target"] == [1.0, 0.0]


def test_a_value_as_target_is_taken_as_it_is() -> None:
    y = Value(0.25, "soft")
    losses.binary_cross_entropy(Value(0.5), y).backward()
    assert y.grad == 0.0  # ∂L/∂y = log(1 − ŷ) − log ŷ
    assert y.label == "soft"
    z = Value(2.0)
    losses.squared_error(z, y).backward()
    assert y.grad == -3.5
    assert losses.hinge(z, Value(3.0)).data == 0.0  # not read, so not checked


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [0, 0.5, 2, -2, math.nan, math.inf])
def test_hinge_takes_minus_one_and_one(target: float) -> None:
    for score in (0.5, Value(0.5)):
        with pytest.raises(ValueError, match=r"hinge: the target is .*become -1 and 1 by 2 \* y"):
            losses.hinge(score, target)


@pytest.mark.parametrize("target", [-1, 2, 1.0000001, math.inf])
@pytest.mark.parametrize(
    "loss", [losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits]
)
def test_a_target_is_a_probability(loss: Callable[..., Any], target: float) -> None:
    for prediction in (0.5, Value(0.5)):
        with pytest.raises(ValueError, match=r"the target is .*expected 0, 1 or a probability"):
            loss(prediction, target)


@pytest.mark.parametrize(
    "loss",
    [
        losses.squared_error,
        losses.binary_cross_entropy,
        losses.binary_cross_entropy_with_logits,
        losses.hinge,
    ],
)
@pytest.mark.parametrize("wrong", ["1", None, 1j, [1]])
def test_a_target_is_a_number(loss: Callable[..., Any], wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"the target: expected a real number"):
        loss(Value(0.5), wrong)
    with pytest.raises(TypeError, match="expected a real number"):
        loss(wrong, 1)


@pytest.mark.parametrize(
    ("index", "error", "message"),
    [
        (3, ValueError, "the target 3 is no index from 0 to 2"),
        (-1, ValueError, "the target -1 is no index from 0 to 2"),
        (10**30, ValueError, "is no index"),
        (1.0, TypeError, r"an integer, not float 1.0; convert it with int"),
        (True, TypeError, "an integer, not bool True"),
        ("1", TypeError, "an integer, not str '1'"),
        (None, TypeError, "an integer, not NoneType None"),
        ([0, 1, 0], TypeError, "an integer, not list"),
        (Value(1.0), TypeError, "an integer, not Value"),
    ],
)
def test_wrong_class_indices(index: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"cross_entropy: .*{message}"):
        losses.cross_entropy([0.0, 1.0, 2.0], index)


@pytest.mark.parametrize("logits", [[], [1.0], [Value(1.0)]])
def test_a_classifier_has_two_classes_at_least(logits: Any) -> None:
    with pytest.raises(ValueError, match=r"logit\(s\) given, it takes one for each class"):
        losses.cross_entropy(logits, 0)


@pytest.mark.parametrize(
    ("one_hot", "message"),
    [
        ([0, 1], "3 probabilities and 2 targets in one_hot; give one for each"),
        ([0, 0, 1, 0], "3 probabilities and 4 targets in one_hot"),
        ([1, 1, 0], "one_hot sums to 2.0, expected 1"),
        ([0, 0, 0], "one_hot sums to 0.0, expected 1"),
        ([1, 0.001, 0], "one_hot sums to 1.001, expected 1"),
        ([-1, 1, 1], "the target is -1.0, expected 0, 1 or a probability"),
    ],
)
def test_wrong_one_hots(one_hot: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^categorical_cross_entropy: {message}"):
        losses.categorical_cross_entropy([0.25, 0.25, 0.5], one_hot)


def test_probabilities_that_sum_to_one_up_to_rounding_are_one_hot_enough() -> None:
    assert losses.categorical_cross_entropy([0.1] * 10, [0.1] * 10) == pytest.approx(math.log(10))


@pytest.mark.parametrize(
    "cost",
    [
        losses.mse,
        lambda p, t: losses.total(losses.hinge, p, t),
        lambda p, t: losses.mean(losses.hinge, p, t),
    ],
    ids=["mse", "total", "mean"],
)
@pytest.mark.parametrize(
    ("predictions", "targets", "error", "message"),
    [
        ([1.0, 2.0], [1], ValueError, "2 predictions and 1 targets; give one for each"),
        ([1.0], [1, 1], ValueError, "1 predictions and 2 targets"),
        (iter([1.0]), iter([1, 1]), ValueError, "1 predictions and 2 targets"),
        ([], [], ValueError, "no predictions given; it takes at least one"),
        (Value(1.0), [1], TypeError, "predictions must be a sequence, such as a list, not Value"),
        ([1.0], 1, TypeError, "targets must be a sequence, such as a list, not int 1"),
        ([1.0], "1", TypeError, "targets must be a sequence, such as a list, not str '1'"),
        ({1.0}, [1], TypeError, "predictions must be a sequence, such as a list, not set"),
        ({0: 1.0}, [1], TypeError, "predictions must be a sequence"),
    ],
)
def test_costs_never_cut_off(
    cost: Any, predictions: Any, targets: Any, error: type[Exception], message: str
) -> None:
    if hasattr(predictions, "__next__"):
        predictions, targets = iter([1.0]), iter([1, 1])  # the parameters are used up once
    with pytest.raises(error, match=message):
        cost(predictions, targets)


def test_every_public_name_says_what_it_is() -> None:
    for name, function in inspect.getmembers(losses, inspect.isfunction):
        if function.__module__ == losses.__name__ and not name.startswith("_"):
            assert inspect.getdoc(function), name
