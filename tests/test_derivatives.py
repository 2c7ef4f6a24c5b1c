"""grad, jvp, jacobian, hessian: any order, both modes, one set of rules."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
from hypothesis import given

from autograd_mini import StaleGraphError, Value, grad, graph, hessian, jacobian, jvp, no_grad, ops
from tests.graphs import build, recipes


def test_grad_agrees_with_backward_bit_for_bit_and_touches_no_grad() -> None:
    @given(recipes())
    def check(recipe: Any) -> None:
        leaves, root = build(recipe)
        slopes = grad(root, leaves)
        assert not any(node.has_grad for node in graph.order(root))
        root.backward()
        for leaf, slope in zip(leaves, slopes, strict=True):
            assert repr(slope.data) == repr(leaf.grad) or slope.data == leaf.grad == 0.0

    check()


@given(recipes())
def test_forward_mode_agrees_with_reverse_mode(recipe: Any) -> None:
    leaves, root = build(recipe)
    reverse = [slope.data for slope in grad(root, leaves)]
    forward = [jvp(root, [leaf], [1.0]).data for leaf in leaves]
    if not all(map(math.isfinite, reverse + forward)):
        return
    scale = _size_of_terms(root, leaves)
    for r, f, s in zip(reverse, forward, scale, strict=True):
        assert abs(r - f) <= 1e-12 * s


def _size_of_terms(root: Value, leaves: list[Value]) -> list[float]:
    """For each leaf the sum over paths of the products' absolute values: the rounding's scale."""
    size = dict.fromkeys(graph.order(root), 0.0)
    size[root] = 1.0
    for node in reversed(graph.order(root)):
        operands = node.operands
        numbers = [x.data for x in operands]
        for i, x in enumerate(operands):
            if x in size:
                size[x] += size[node] * abs(ops.TABLE[node.op].local(i, node.data, numbers))
    return [size.get(leaf, 0.0) for leaf in leaves]


def nth(f: Any, x: float, n: int) -> list[float]:
    """The first n derivatives of f at x, by grad of grad of …"""
    v = Value(x)
    z, found = f(v), []
    for _ in range(n):
        (z,) = grad(z, [v])
        found.append(z.data)
    return found


@pytest.mark.parametrize(
    ("f", "reference"),
    [
        (lambda x: x**5, lambda x: x**5),
        (lambda x: ops.exp(2 * x), lambda x: mpmath.exp(2 * x)),
        (lambda x: ops.tanh(x), mpmath.tanh),
        (lambda x: ops.sigmoid(x) * ops.sin(x), lambda x: mpmath.sin(x) / (1 + mpmath.exp(-x))),
        (lambda x: ops.log(1 + x * x) / x, lambda x: mpmath.log(1 + x * x) / x),
        (lambda x: x**x, lambda x: x**x),
    ],
)
def test_five_derivatives_against_50_digits(f: Any, reference: Any) -> None:
    with mpmath.workdps(50):
        truth = mpmath.taylor(reference, mpmath.mpf(0.75), 5)
        wanted = [float(c * mpmath.factorial(k)) for k, c in enumerate(truth)][1:]
    assert nth(f, 0.75, 5) == pytest.approx(wanted, rel=1e-11)


def test_perturbations_are_not_confused() -> None:
    # d/dx [x · d/dy (x + y) at y = 1] = 1, but 2 where the two are confused (Siskind, Pearlmutter)
    x, y = Value(1.0), Value(1.0)
    assert grad(x * grad(x + y, [y])[0], [x])[0].data == 1.0
    assert jvp(x * jvp(x + y, [y], [1.0]), [x], [1.0]).data == 1.0
    # d/dx [x · d/dy (x·y)] = d/dx x² = 2x
    assert grad(x * grad(x * y, [y])[0], [x])[0].data == 2.0
    assert jvp(x * jvp(x * y, [y], [1.0]), [x], [1.0]).data == 2.0


def test_mixed_modes_agree() -> None:
    x, y = Value(0.7), Value(1.3)
    f = ops.sin(x * y) * ops.exp(x) + x / y
    over_reverse = jvp(grad(f, [x])[0], [y], [1.0]).data
    over_forward = grad(jvp(f, [x], [1.0]), [y])[0].data
    twice_forward = jvp(jvp(f, [x], [1.0]), [y], [1.0]).data
    with mpmath.workdps(50):
        g = lambda a, b: mpmath.sin(a * b) * mpmath.exp(a) + a / b  # noqa: E731
        truth = float(mpmath.diff(g, (mpmath.mpf(0.7), mpmath.mpf(1.3)), (1, 1)))
    for mixed in (over_reverse, over_forward, twice_forward, hessian(f, [x, y])[0][1].data):
        assert mixed == pytest.approx(truth, rel=1e-14)


def test_a_tangent_may_be_a_value() -> None:
    x, t = Value(3.0), Value(2.0)
    along = jvp(x * x, [x], [t])
    assert along.data == 12.0
    assert grad(along, [t])[0].data == 6.0
    assert jvp(x, [x], [t]).data == 2.0


def test_an_input_that_is_an_interior_node_or_depends_on_another() -> None:
    x = Value(3.0)
    y = x * x
    z = y * x
    assert [g.data for g in grad(z, [x, y])] == [27.0, 3.0]
    assert jvp(z, [x, y], [1.0, 0.0]).data == 27.0
    assert jvp(z, [y], [1.0]).data == 3.0
    assert grad(x, x)[0].data == 1.0


def test_no_dependence_gives_a_constant_zero() -> None:
    x, y = Value(3.0), Value(4.0)
    (zero,) = grad(x * x, [y])
    assert zero.data == 0.0
    assert graph.is_constant(zero)
    assert grad(2.5, [x])[0].data == 0.0  # type: ignore[call-overload]
    assert jvp(x * x, [y], [1.0]).data == 0.0
    (second,) = grad(grad(2 * x, [x])[0], [x])
    assert second.data == 0.0


def test_a_result_is_never_a_node_of_the_graph_itself() -> None:
    x, y = Value(3.0), Value(4.0)
    (slope,) = grad(x * y, [x])
    y.data = 100.0
    assert slope is not y
    assert slope.data == 4.0


def test_jacobian_and_hessian() -> None:
    x, y, z = (Value(v) for v in (1.0, 2.0, 3.0))
    wide = jacobian([x * y * z], [x, y, z])
    assert [[e.data for e in row] for row in wide] == [[6.0, 3.0, 2.0]]
    tall = jacobian([x * y, x + y, x / y], [x])
    assert [[e.data for e in row] for row in tall] == [[2.0], [1.0], [0.5]]
    curved = hessian(x * y * z + x**3, [x, y, z])
    assert [[e.data for e in row] for row in curved] == [[6, 3, 2], [3, 0, 1], [2, 1, 0]]
    third = grad(curved[0][0], [x])[0]
    assert third.data == 6.0


def test_inputs_given_twice() -> None:
    x = Value(3.0)
    assert [g.data for g in grad(x * x, [x, x])] == [6.0, 6.0]
    assert [[e.data for e in row] for row in jacobian([x * x, x], [x, x])] == [[6, 6], [1, 1]]
    with pytest.raises(ValueError, match="jvp"):
        jvp(x * x, [x, x], [1.0, 1.0])


def test_wrong_uses_are_refused() -> None:
    x = Value(3.0)
    with pytest.raises(TypeError, match="grad: an input is float"):
        grad(x * x, [3.0])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="grad: output"):
        grad("x", [x])  # type: ignore[call-overload]
    with pytest.raises(ValueError, match=r"jvp: 1 input.*2 tangent"):
        jvp(x * x, [x], [1.0, 2.0])
    with pytest.raises(TypeError, match="jvp: tangent"):
        jvp(x * x, [x], ["1"])


def test_stale_graphs_are_refused() -> None:
    x = Value(3.0, "x")
    y = x * x
    x.data = 4.0
    for derivative in (lambda: grad(y, [x]), lambda: jvp(y, [x], [1.0]), lambda: hessian(y, [x])):
        with pytest.raises(StaleGraphError, match="'x'"):
            derivative()


def test_what_nobody_asked_for_is_not_evaluated() -> None:
    x, n = Value(-2.0), Value(2.0)
    z = x**n
    assert grad(z, [x])[0].data == -4.0  # and log(-2), the partial in n, is not in the graph
    assert not any(node.op == "log" for node in graph.order(grad(z, [x])[0]))
    assert math.isnan(grad(z, [n])[0].data)


def test_under_no_grad_derivatives_are_constants() -> None:
    x = Value(3.0)
    y = x**3
    with no_grad():
        (slope,) = grad(y, [x])
    assert slope.data == 27.0
    assert graph.is_constant(slope)
