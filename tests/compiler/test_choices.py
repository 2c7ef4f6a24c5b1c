"""A choice not taken contributes nothing in compiled functions either, in every tier."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings

from autograd_mini import Value, compile, detach, grad, hessian, jvp, ops
from autograd_mini.ops import maximum, minimum, relu, sqrt, step, where
from tests.compiler.agreement import EVERY_TIER, TIERS, assert_agrees, near
from tests.graphs import build, choosing_recipes
from tests.test_choices import RIGHT, STILL_NAN

FINITE = [x for x in RIGHT if all(map(math.isfinite, x[2]))]
"""With a parameter that is not finite a program's numbers are left as they are."""

(NESTED,) = [f for name, f, _, _ in RIGHT if name == "inside"]


@pytest.mark.parametrize("tier", EVERY_TIER)
@pytest.mark.parametrize(
    ("f", "point", "right"), [x[1:] for x in FINITE], ids=[x[0] for x in FINITE]
)
def test_what_is_not_chosen_contributes_nothing(
    tier: str, f: Any, point: tuple[float, ...], right: list[float]
) -> None:
    params = [Value(x) for x in point]
    _, gradient = compile(lambda _: f(*params), params, tier)([0.0])
    assert list(gradient) == right


@pytest.mark.parametrize("tier", EVERY_TIER)
@pytest.mark.parametrize(("f", "at"), [x[1:3] for x in STILL_NAN], ids=[x[0] for x in STILL_NAN])
def test_where_a_number_would_be_wrong_it_is_nan(tier: str, f: Any, at: float) -> None:
    x = Value(at)
    _, (gradient,) = compile(lambda _: f(x), [x], tier)([0.0])
    assert math.isnan(gradient)


def test_examples_choose_for_themselves_and_arguments_are_constants() -> None:
    w, v = Value(1.0), Value(2.0)
    X = [-3.0, 0.0, 4.0, 1000.0, 0.25]

    def masked(x: Any) -> Any:
        return where(step(x), sqrt(w * x), v * x) + relu(1 - maximum(sqrt(w * x), 2 * w))

    assert_agrees(masked, [w, v], X, tiers=EVERY_TIER)
    c = [0.0, 1.0, 0.0, 1.0, 0.0]
    assert_agrees(lambda c, x: where(c, ops.exp(w * x), v), [w, v], c, X, tiers=EVERY_TIER)
    _, (dw, dv) = compile(lambda c, x: where(c, ops.exp(w * x), v), [w, v])([0.0], [1000.0])
    assert (dw, dv) == (0.0, 1.0)


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_training_passes_by_what_is_not_chosen(tier: str) -> None:
    from autograd_mini import optim

    w = Value(0.5)
    fit = compile(lambda x: (where(step(x), sqrt(w * x), w) - 1.0) ** 2, [w], tier)
    costs = fit.train(optim.SGD([w], lr=0.05), [-1.0, 4.0, -2.0, 9.0], steps=50)
    assert math.isfinite(w.data)
    assert costs[-1] < costs[0]


@given(choosing_recipes())
@settings(max_examples=40)
def test_random_programs_full_of_choices(recipe: Any) -> None:
    numbers, steps = recipe
    params = [Value(x) for x in numbers]

    def fn(x: Any) -> Any:
        made = iter(params)
        return build((numbers, steps), leaf=lambda _: next(made))[1] * x

    _, root = build((numbers, steps))
    # With a parameter that is not finite a program's numbers are left as they are.
    assume(isinstance(root, Value) and all(map(math.isfinite, [*numbers, root.data])))
    assert_agrees(fn, params, [1.0], tiers=TIERS)


def test_the_smaller_of_two_poles() -> None:
    w = Value(1.0)
    X = [0.0, -0.0, 1.0, math.inf, -math.inf]
    for x in X:
        assert_agrees(lambda x: minimum(sqrt(w * x), 1 / (w * x)), [w], [x])


def test_a_derivative_in_a_compiled_function_does_not_choose_for_the_first_example() -> None:
    a, b = Value(2.0), Value(3.0)

    def conditions(x: Any) -> list[Any]:
        return [step(x), detach(step(x)), detach(step(a * x)), 1 - detach(step(-x))]

    for k in range(4):

        def fn(x: Any, k: int = k) -> Any:
            return grad(where(conditions(x)[k], a * a, b * b) + relu(a * x), [a])[0]

        X = [1.0, -1.0]
        right = [fn(x).data for x in X]
        for tier in EVERY_TIER:
            for one, other in ((0, 1), (1, 0)):
                compiled = compile(fn, [a, b], tier)
                found = compiled.forward([X[one], X[other]])
                assert list(found) == [right[one], right[other]], (tier, k)


@pytest.mark.parametrize("tier", EVERY_TIER)
@pytest.mark.parametrize(
    ("f", "point", "right"), [x[1:] for x in FINITE], ids=[x[0] for x in FINITE]
)
def test_derivatives_taken_inside_a_compiled_function_follow_the_rule(
    tier: str, f: Any, point: tuple[float, ...], right: list[float]
) -> None:
    if f is NESTED:  # which is not known of while it is recorded
        return
    params = [Value(x) for x in point]
    curvature = [[entry.data for entry in row] for row in hessian(f(*params), params)]
    for i in range(len(params)):
        for slope in (
            lambda _, i=i: grad(f(*params), params)[i],
            lambda _, i=i: jvp(f(*params), [params[i]], [1.0]),
        ):
            value, gradient = compile(slope, params, tier)([0.0])
            assert (value, list(gradient)) == (right[i], curvature[i])


@pytest.mark.parametrize(("f", "at"), [x[1:3] for x in STILL_NAN], ids=[x[0] for x in STILL_NAN])
def test_and_are_nan_where_a_number_would_be_wrong(f: Any, at: float) -> None:
    x = Value(at)
    for tier in TIERS:
        (slope,) = compile(lambda _: grad(f(x), [x])[0], [x], tier).forward([0.0])
        assert math.isnan(slope)


@pytest.mark.parametrize("tier", TIERS)
def test_slopes_that_are_all_constant(tier: str) -> None:
    params = [Value(0.5), Value(2.0)]

    def slopes(_: Any) -> Any:
        return [slope * 1.0 for slope in grad(ops.step(params[0]), params)]

    assert compile(slopes, params, tier).forward([0.0, 1.0]) == [[0.0, 0.0], [0.0, 0.0]]


@given(choosing_recipes())
@settings(max_examples=40)
def test_random_derivatives_inside_a_compiled_function(recipe: Any) -> None:
    numbers, steps = recipe
    params = [Value(x) for x in numbers]
    assume(all(map(math.isfinite, numbers)))

    def slopes(_: Any) -> Any:
        made = iter(params)
        _, root = build((numbers, steps), leaf=lambda _: next(made))
        return [slope * 1.0 for slope in grad(root, params)]

    assume(build((numbers, steps))[1].operands)
    right = [x.data for x in slopes(0.0)]
    for tier in TIERS:
        found = compile(slopes, params, tier).forward([0.0])[0]
        for x, y in zip(found, right, strict=True):
            # What cannot be known of a condition while it is recorded stays nan.
            assert math.isnan(x) or near(x, y, abs(y))
