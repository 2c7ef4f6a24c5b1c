"""grad, value_and_grad, jacobian, hessian, hvp of functions: against JAX, and against outputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import (
    StrictError,
    Value,
    compile,
    derivatives,
    finite_difference,
    grad,
    gradcheck,
    hessian,
    hvp,
    jacobian,
    nested,
    no_grad,
    ops,
    strict,
    value_and_grad,
)


def numbers(x: Any) -> Any:
    """The same structure with numbers in the place of Values."""
    return nested.mapped(lambda value: value.data, x)


def pair(x: Any, y: Any, m: Any) -> Any:
    return m.sin(x * y) * m.exp(y) + x / y


def of_list(xs: Any, m: Any) -> Any:
    return m.exp(xs[0] * xs[1]) - m.tanh(xs[2]) * xs[0]


def of_lists(weights: Any, x: Any, m: Any) -> Any:
    (w, b), v = weights
    hidden = [m.tanh(w[0] * x[0] + w[1] * x[1] + b), m.sin(w[0] * x[1])]
    return v[0] * hidden[0] + v[1] * hidden[1] * hidden[0]


def several(xs: Any, m: Any) -> Any:
    return [xs[0] * xs[1], m.sin(xs[0]), [xs[1] * xs[1] * xs[0]]]


WEIGHTS = [([0.5, -1.5], 0.25), [2.0, 0.75]]
CASES: dict[str, tuple[Callable[..., Any], list[Any], Any]] = {
    "f(x, y) by x": (pair, [0.75, 1.25], 0),
    "f(x, y) by y": (pair, [0.75, 1.25], 1),
    "f(x, y) by both": (pair, [0.75, 1.25], (0, 1)),
    "f(x, y) by both, from the end": (pair, [0.75, 1.25], (-1, 0)),
    "f(x, y) by the last": (pair, [0.75, 1.25], -1),
    "f(xs)": (of_list, [[0.5, -1.25, 2.0]], 0),
    "f(tuple)": (of_list, [(0.5, -1.25, 2.0)], 0),
    "f(nested lists) by the first": (of_lists, [WEIGHTS, [1.5, -0.5]], 0),
    "f(nested lists) by the second": (of_lists, [WEIGHTS, [1.5, -0.5]], 1),
    "f(nested lists) by both": (of_lists, [WEIGHTS, [1.5, -0.5]], (1, 0)),
}


@pytest.fixture(scope="module")
def jax() -> Any:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    return jax


def agree(ours: Any, theirs: Any) -> None:
    """The same structure and, to rounding, the same numbers."""
    if isinstance(ours, (list, tuple)):
        assert type(ours) is type(theirs)
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            agree(a, b)
    else:
        assert isinstance(ours, Value)
        assert ours.data == pytest.approx(float(theirs), rel=1e-13, abs=1e-15)


@pytest.mark.slow
@pytest.mark.parametrize(("f", "args", "argnums"), CASES.values(), ids=CASES)
def test_the_structure_and_the_numbers_are_those_of_jax(
    jax: Any, f: Any, args: Any, argnums: Any
) -> None:
    ours, theirs = (lambda *x: f(*x, ops)), (lambda *x: f(*x, jax.numpy))
    agree(grad(ours, argnums)(*args), jax.grad(theirs, argnums)(*args))
    agree(value_and_grad(ours, argnums)(*args), jax.value_and_grad(theirs, argnums)(*args))
    agree(jacobian(ours, argnums)(*args), jax.jacobian(theirs, argnums)(*args))
    agree(hessian(ours, argnums)(*args), jax.hessian(theirs, argnums)(*args))
    given = tuple(args[i] for i in argnums) if isinstance(argnums, tuple) else args[argnums]
    steps = iter(range(1, 100))
    vector = nested.mapped(lambda _: next(steps) / 8.0, given)

    def along(*point: Any) -> Any:  # ∇f · vector, whose gradient is the product
        slopes = nested.elements(jax.grad(theirs, argnums)(*point))
        return sum(a * b for a, b in zip(slopes, nested.elements(vector), strict=True))

    agree(hvp(ours, argnums)(*args, vector), jax.grad(along, argnums)(*args))


@pytest.mark.slow
def test_a_jacobian_has_the_structure_of_the_results(jax: Any) -> None:
    ours = jacobian(lambda xs: several(xs, ops))([0.5, 3.0])
    theirs = jax.jacobian(lambda xs: several(xs, jax.numpy))([0.5, 3.0])
    agree(ours, theirs)
    agree(jacobian(lambda x: [x, x * x])(3.0), jax.jacobian(lambda x: [x, x * x])(3.0))
    agree(jacobian(lambda x: x * x)(3.0), 6.0)


@pytest.mark.slow
def test_transforms_of_transforms(jax: Any) -> None:
    def f(x: Any, m: Any) -> Any:
        return m.sin(x) * x * x

    def nest(g: Any, m: Any) -> Any:
        inner = g(lambda x: f(x, m))
        return g(lambda x: x * g(lambda y: inner(x * y))(x))

    agree(nest(grad, ops)(0.75), nest(jax.grad, jax.numpy)(0.75))
    agree(
        hessian(grad(lambda x: f(x, ops)))(0.75),
        jax.hessian(jax.grad(lambda x: f(x, jax.numpy)))(0.75),
    )


def test_three_transforms_against_50_digits() -> None:
    third = [
        grad(grad(grad(lambda x: ops.sin(x) * x * x)))(0.75),
        hessian(grad(lambda x: ops.sin(x) * x * x))(0.75),
        hvp(grad(lambda x: ops.sin(x) * x * x))(0.75, 1.0),
    ]
    with mpmath.workdps(50):
        wanted = float(mpmath.diff(lambda x: mpmath.sin(x) * x * x, mpmath.mpf(0.75), 3))
    assert [x.data for x in third] == pytest.approx([wanted] * 3, rel=1e-14)


def test_perturbations_are_not_confused() -> None:
    # d/dx [x · d/dy (x + y) at y = x] = 1, but 2 where y is taken for x
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(1.0).data == 1.0
    assert grad(lambda x: x * hessian(lambda y: x * y * y)(x))(3.0).data == 12.0
    assert jacobian(lambda x: x * jacobian(lambda y: [x * y])(x)[0])(3.0).data == 6.0
    along = grad(lambda x: hvp(lambda y: x * y * y)(x, 1.0))(3.0)
    assert along.data == 2.0  # ∂²/∂y² x·y² = 2x, whatever y is


def test_the_vector_of_a_product_is_a_coefficient() -> None:
    x = Value(3.0)
    (product,) = hvp(x**3, [x], [x])  # 6x · v with v = x, as a Value
    assert product.data == 54.0
    assert grad(product, [x])[0].data == 36.0  # d/dx 6x² = 12x


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=4), st.data())
def test_a_product_is_the_hessian_times_the_vector(xs: list[float], data: Any) -> None:
    vector = data.draw(st.lists(st.floats(-3, 3), min_size=len(xs), max_size=len(xs)))

    def f(xs: Any) -> Any:
        return ops.sin(ops.sum(xs)) * ops.exp(xs[0]) + sum(x * x * xs[-1] for x in xs)

    rows = numbers(hessian(f)(xs))
    for row, entry in zip(rows, hvp(f)(xs, vector), strict=True):
        terms = [a * b for a, b in zip(row, vector, strict=True)]
        scale = sum(map(abs, terms)) + 1e-300
        assert abs(entry.data - math.fsum(terms)) <= 1e-13 * max(scale, *map(abs, row))


def test_arguments_that_are_values_stay_in_the_graph() -> None:
    x = Value(2.0, "x")
    slope = grad(lambda t: t**3)(x)
    assert not x.has_grad
    assert grad(slope, [x])[0].data == 12.0
    slope.backward()
    assert x.grad == 12.0
    value, (down, up) = value_and_grad(lambda xs: xs[0] / xs[1])([x, 4.0])
    assert (value.data, down.data, up.data) == (0.5, 0.25, -0.125)
    assert grad(value, [x])[0].data == 0.25


def test_a_function_may_use_what_it_was_not_given() -> None:
    w = Value(3.0, "w")
    slope = grad(lambda x, scale, power=1: (w * x * scale) ** power)(2.0, 5.0, power=2)
    assert slope.data == 900.0
    assert grad(slope, [w])[0].data == 600.0
    assert [s.data for s in grad(lambda x, name: x * len(name), (0,))(2.0, "abc")] == [3.0]


def test_what_is_independent_has_derivative_0() -> None:
    assert grad(lambda x: 5.0)(2.0).data == 0.0
    assert numbers(grad(lambda x, y: 2 * y, (0, 1))(1.0, 1.0)) == (0.0, 2.0)
    assert numbers(hessian(lambda xs: 3.0 * xs[0])([1.0, 2.0])) == [[0.0, 0.0], [0.0, 0.0]]
    assert numbers(jacobian(lambda xs: [1.0, xs[0]])([1.0, 2.0])) == [[0.0, 0.0], [1.0, 0.0]]
    assert hvp(lambda x: 3.0 * x)(1.0, 1.0).data == 0.0
    assert grad(lambda x: x)(2.0).data == 1.0


class Point(NamedTuple):
    x: Any
    y: Any


def test_named_tuples_and_arrays_keep_their_kind() -> None:
    slope = grad(lambda p: p.x * p.x * p.y)(Point(3.0, 2.0))
    assert numbers(slope) == Point(12.0, 9.0)
    np = pytest.importorskip("numpy")
    table = np.array([[1.0, 2.0], [3.0, 4.0]])
    slopes = grad(lambda a: np.sum(np.exp(a) * a))(table)
    assert slopes.shape == (2, 2)
    wanted = np.exp(table) * (table + 1.0)
    assert np.vectorize(lambda v: v.data)(slopes) == pytest.approx(wanted, rel=1e-15)
    assert grad(lambda x: x * x)(np.float64(3.0)).data == 6.0
    matrix = jacobian(lambda a: a @ np.array([1.0, 10.0]))(table)
    assert matrix.shape == (2,)
    assert numbers(list(matrix[1].ravel())) == [0.0, 0.0, 1.0, 10.0]
    mixed = grad(lambda xs: np.sum(xs[0]) * xs[1])([table, 2.0])
    assert mixed[0].shape == (2, 2)
    assert mixed[1].data == 10.0


def test_under_no_grad_a_transform_computes_and_its_results_are_constants() -> None:
    with no_grad():
        value, slope = value_and_grad(lambda x: x**3)(2.0)
        assert not (Value(1.0) * 2.0).operands
    assert (value.data, slope.data, slope.operands) == (8.0, 12.0, ())

    def cut(x: Value) -> Any:
        with no_grad():
            fixed = x * x
        return fixed * x

    with no_grad():
        assert grad(cut)(3.0).data == 9.0


def test_strict_looks_into_the_function() -> None:
    with strict(), pytest.raises(StrictError, match=r"log\('x' = -1\.0\) is nan"):
        grad(ops.log)(Value(-1.0, "x"))


def test_rows_models_and_checks_are_functions_too() -> None:
    assert grad(ops.sin)(0.5).data == math.cos(0.5)
    assert gradcheck(grad(lambda x: x**3 * ops.sin(x)), [0.75])
    (estimate,) = finite_difference(grad(ops.exp), [0.5])
    assert abs(estimate.value - math.exp(0.5)) <= estimate.error


@pytest.mark.parametrize("backend", ["python", "numpy", "llvm"])
def test_a_transform_inside_of_a_compiled_function(backend: str) -> None:
    pytest.importorskip({"llvm": "llvmlite"}.get(backend, "numpy"))
    w = Value(0.5, "w")

    def loss(x: Any) -> Any:
        at_w = grad(lambda t: ops.sin(t * x) * t)(w)
        at_2 = grad(lambda t: t**3 * x)(2.0)
        (product,) = hvp(lambda ts: ts[0] ** 3 * w)([x], [2.0])
        return at_w * at_2 + product

    value, (slope,) = compile(loss, [w], backend=backend)([0.75])
    truth = loss(Value(0.75))
    assert value == pytest.approx(truth.data, rel=1e-14)
    assert slope == pytest.approx(derivatives.grad(truth, [w])[0].data, rel=1e-14)


REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "several results": (
        lambda: grad(lambda x: [x, x])(1.0),
        TypeError,
        r"grad: the function returned 2 results in a list, .* or use jacobian",
    ),
    "no number": (
        lambda: value_and_grad(lambda x: "x")(1.0),
        TypeError,
        r"value_and_grad: the function returned str 'x'; it must return a Value or a real number",
    ),
    "a result of a Jacobian": (
        lambda: jacobian(lambda x: [x, None])(1.0),
        TypeError,
        r"jacobian: the function returned NoneType None",
    ),
    "Values in the place of argnums": (
        lambda: grad(lambda x: x, [Value(1.0)]),  # type: ignore[list-item]
        TypeError,
        r"grad of a function takes argnums, .*: grad\(f\)\(x\)",
    ),
    "a truth value": (lambda: grad(ops.sin, argnums=True), TypeError, r"not bool True"),
    "no place": (lambda: hessian(ops.sin, ()), ValueError, r"argnums is \(\)"),
    "a place twice": (lambda: hvp(ops.sin, (0, 0)), ValueError, r"argnums is \(0, 0\)"),
    "a missing argument": (
        lambda: grad(ops.hypot, 2)(3.0, 4.0),
        TypeError,
        r"argnums names the argument 2, and 2 positional argument\(s\) were given",
    ),
    "an argument by name": (
        lambda: grad(lambda x: x * x)(x=3.0),
        TypeError,
        r"0 positional argument\(s\) were given; pass what is to be differentiated by its position",
    ),
    "a string": (lambda: grad(ops.sin)("1"), TypeError, r"grad: input.* not the string '1'"),
    "an output": (
        lambda: value_and_grad(Value(1.0)),  # type: ignore[arg-type]
        TypeError,
        r"value_and_grad takes a function, not Value .*grad\(output, inputs\)",
    ),
    "too short a vector": (
        lambda: hvp(lambda xs: xs[0] * xs[1])([1.0, 2.0], [1.0]),
        ValueError,
        r"hvp: 2 input\(s\), 1 tangent\(s\)",
    ),
    "no vector": (
        lambda: hvp(ops.sin)(1.0),
        TypeError,
        r"hvp: argnums names the argument 0, and 0",
    ),
    "a dictionary": (lambda: grad(lambda d: d["x"])({"x": 1.0}), TypeError, r"input.*not a dict"),
}


@pytest.mark.parametrize(("action", "kind", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_right_is_refused(
    action: Callable[[], Any], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        action()
