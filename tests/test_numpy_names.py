"""NumPy's functions on arrays of Values give Values: the numbers of plain arrays, and gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, finite_difference, grad, ops

ONE = (
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "fabs"),
    *("absolute", "negative", "reciprocal", "sin", "cos", "tan", "arcsin", "arccos", "arctan"),
    *("sinh", "cosh", "tanh", "arcsinh", "arctanh", "deg2rad", "rad2deg", "radians", "degrees"),
    *("rint", "conjugate", "positive"),
)
TWO = (
    *("add", "subtract", "multiply", "divide", "power", "arctan2", "hypot", "maximum", "minimum"),
    *("fmax", "fmin", "remainder", "mod", "floor_divide", "fmod"),
)
WHOLE = ("mean", "sum", "prod", "std", "var", "median", "max", "min", "ptp", "average")


def array(*numbers: float) -> Any:
    return np.array([Value(x) for x in numbers], dtype=object)


@pytest.mark.parametrize("name", [*ONE, "arccosh"])
def test_a_function_of_one_array(name: str) -> None:
    fn, x = getattr(np, name), 1.3 if name == "arccosh" else 0.4
    xs = array(x)
    (y,) = fn(xs)
    assert y.data == pytest.approx(float(fn(x)), rel=4e-16)
    (estimate,) = finite_difference(lambda t: float(fn(t)), [x])
    assert abs(grad(y, list(xs))[0].data - estimate.value) <= 2 * estimate.error + 1e-12


@pytest.mark.parametrize("name", TWO)
def test_a_function_of_two_arrays(name: str) -> None:
    fn = getattr(np, name)
    (y,) = fn(array(0.7), array(1.5))
    assert y.data == pytest.approx(float(fn(0.7, 1.5)), rel=4e-16)


@pytest.mark.parametrize("name", WHOLE)
def test_a_function_of_a_whole_array(name: str) -> None:
    fn, numbers = getattr(np, name), [1.0, 3.0, 4.5]
    xs = array(*numbers)
    y = fn(xs)
    assert y.data == pytest.approx(float(fn(numbers)), rel=4e-16)
    estimates = finite_difference(lambda *t: float(fn(t)), numbers)
    for slope, estimate in zip(grad(y, list(xs)), estimates, strict=True):
        assert abs(slope.data - estimate.value) <= 2 * estimate.error + 1e-12


def test_products_of_arrays() -> None:
    xs, weights = array(1.0, 3.0, 4.0), np.array([0.2, 0.6, 0.1])
    for y in (np.dot(weights, xs), xs.dot(weights), xs @ weights, np.inner(weights, xs)):
        assert [g.data for g in grad(y, list(xs))] == pytest.approx([0.2, 0.6, 0.1], rel=1e-15)


def test_clip_of_an_array() -> None:
    found = np.clip(array(-1.0, 0.5, 9.0), 0.0, 2.0)
    assert [getattr(x, "data", x) for x in found] == [0.0, 0.5, 2.0]


@pytest.mark.parametrize("name", ["isnan", "logaddexp", "copysign"])
def test_what_numpy_has_for_arrays_of_numbers_alone(name: str) -> None:
    """It has no loop over objects, and asks nobody; np.frompyfunc makes one of a row."""
    fn = getattr(np, name)
    with pytest.raises(TypeError, match="not supported for the input types"):
        fn(*[array(0.4)] * fn.nin)


def test_the_sign_of_0_in_an_array_is_refused() -> None:
    """NumPy asks whether it equals 0."""
    with pytest.raises(TypeError, match=r"compare its \.data"):
        np.sign(array(0.0))
    assert list(np.sign(array(-2.0, 3.0))) == [-1, 1]


@pytest.mark.parametrize("name", ["logaddexp", "copysign"])
def test_a_function_without_a_loop_of_values_themselves(name: str) -> None:
    fn = getattr(np, name)
    x, y = Value(0.4), Value(1.5)
    assert fn(x, y).data == pytest.approx(float(fn(0.4, 1.5)), rel=4e-16)
    assert fn(x, 1.5).op == fn(0.4, y).op == name
    assert [z.data for z in fn(array(0.4, 0.5), y)] == pytest.approx(fn([0.4, 0.5], 1.5), rel=4e-16)
    ours = np.frompyfunc(getattr(ops, name), 2, 1)
    assert [z.op for z in ours(array(0.4, 0.5), array(1.0, 2.0))] == [name, name]


@pytest.mark.parametrize("name", ["isnan", "isinf", "isfinite", "signbit"])
@pytest.mark.parametrize("x", [0.0, -0.0, 2.5, math.nan, math.inf, -math.inf])
def test_a_question_about_a_value_itself(name: str, x: float) -> None:
    assert bool(getattr(np, name)(Value(x))) == bool(getattr(np, name)(x))


@pytest.mark.parametrize("x", [0.0, -2.0])
def test_the_sign_of_a_value_itself(x: float) -> None:
    assert np.sign(Value(x)).data == np.sign(x)


def test_values_themselves_compute_as_in_arrays() -> None:
    x = Value(0.4)
    assert np.exp(x).op == "exp"
    assert (np.float64(2.0) * x).data == (x * np.float64(2.0)).data == 0.8
    two: Any = np.array([1.0, 2.0])
    outer: Any = np.multiply.outer
    for ys in (two * x, x * two, outer(x, two), two.astype(np.longdouble) * x):
        assert [y.data for y in ys] == [0.4, 0.8]


def test_the_mean_of_a_column_of_pandas_is_its_sum_over_its_length() -> None:
    """It takes the mean of numbers alone: it asks for float(value)."""
    column = pytest.importorskip("pandas").Series([Value(1.0), Value(3.0), Value(4.0)])
    with pytest.raises(TypeError, match="Could not convert") as caught:
        column.mean()
    assert "use .data for the number" in str(caught.value.__cause__)
    assert (column.sum() / len(column)).data == 8.0 / 3.0
