"""Functions of lists made of rows: values and derivatives beside mpmath's, NumPy's and by hand."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from autograd_mini import Value, compile, grad, gradcheck, hessian, ops
from tests.compiler.agreement import EVERY_TIER

NUMBERS = (0.3, -0.4, 1.2, 2.5)
OF_LISTS: dict[str, Any] = {
    "prod": ops.prod,
    "mean": ops.mean,
    "logsumexp": ops.logsumexp,
    "norm": ops.norm,
    "hypot": lambda xs: ops.hypot(*xs),
    "softmax": lambda xs: ops.softmax(xs)[1],
    "dot": lambda xs: ops.dot(xs, xs[::-1]),
    "clip": lambda xs: ops.sum([ops.clip(x, 0.0, 1.0) for x in xs]),
}


def true_softmax(xs: Any) -> Any:
    return [mp.exp(x) / mp.fsum([mp.exp(y) for y in xs]) for x in xs]


TRUE: dict[str, Any] = {
    "prod": mp.fprod,
    "mean": lambda xs: mp.fsum(xs) / len(xs),
    "logsumexp": lambda xs: mp.log(mp.fsum([mp.exp(x) for x in xs])),
    "norm": mp.norm,
    "hypot": mp.norm,
    "softmax": lambda xs: true_softmax(xs)[1],
    "dot": lambda xs: mp.fdot(xs, xs[::-1]),
    "clip": lambda xs: mp.fsum([min(max(x, 0), 1) for x in xs]),
}


def true_slope(name: str, at: Any, i: int) -> float:
    with mp.workdps(60):
        step = mp.mpf(10) ** -20
        above = [mp.mpf(x) + step * (j == i) for j, x in enumerate(at)]
        below = [mp.mpf(x) - step * (j == i) for j, x in enumerate(at)]
        return float((TRUE[name](above) - TRUE[name](below)) / (2 * step))


@pytest.mark.parametrize("name", OF_LISTS)
@pytest.mark.parametrize("n", [2, 3, 4])
def test_value_and_gradient_by_mpmath(name: str, n: int) -> None:
    xs = [Value(x) for x in NUMBERS[:n]]
    y = OF_LISTS[name](xs)
    assert y.data == pytest.approx(float(TRUE[name](list(map(mp.mpf, NUMBERS[:n])))), rel=4e-16)
    for i, slope in enumerate(grad(y, xs)):
        assert slope.data == pytest.approx(true_slope(name, NUMBERS[:n], i), rel=2e-15, abs=1e-300)


@pytest.mark.parametrize("name", OF_LISTS)
def test_second_derivatives_pass_their_check(name: str) -> None:
    assert gradcheck(lambda *xs: OF_LISTS[name](list(xs)), list(NUMBERS), order=2)


@pytest.mark.parametrize("name", OF_LISTS)
@pytest.mark.parametrize("tier", EVERY_TIER)
def test_compiled(name: str, tier: str) -> None:
    w = [Value(x) for x in NUMBERS]
    y = OF_LISTS[name](w)
    value, gradient = compile(lambda _: OF_LISTS[name](w), w, backend=tier)([0.0])
    assert value == pytest.approx(y.data, rel=4e-15)
    assert gradient == pytest.approx([g.data for g in grad(y, w)], rel=4e-15, abs=1e-300)


@pytest.mark.parametrize("zeros", [1, 2, 3])
def test_a_product_with_zeros_has_right_derivatives(zeros: int) -> None:
    """∂/∂x of x·y·z is y·z, also where others are 0: to every order."""
    xs = [Value(0.0)] * 0 + [Value(0.0) for _ in range(zeros)] + [Value(3.0), Value(5.0)]
    y = ops.prod(xs)
    for k in range(1, len(xs) + 1):
        for which in itertools.combinations(range(len(xs)), k):
            slope = y
            for i in which:
                (slope,) = grad(slope, [xs[i]])
            left = [x.data for j, x in enumerate(xs) if j not in which]
            assert slope.data == math.prod(left), which


def test_norm_at_zeros() -> None:
    xs = [Value(0.0), Value(0.0)]
    assert [g.data for g in grad(ops.norm(xs), xs)] == [0.0, 0.0]
    xs = [Value(0.0), Value(0.0), Value(-3.0)]
    third = 1.0 / 3.0
    found = [[h.data for h in row] for row in hessian(ops.norm(xs), xs)]
    assert found == [[third, 0.0, 0.0], [0.0, third, 0.0], [0.0, 0.0, 0.0]]
    assert ops.norm([-3.0]) == 3.0
    assert ops.norm([3e200, 4e200]) == pytest.approx(5e200, rel=2.3e-16)


def test_logsumexp_and_softmax_at_edges() -> None:
    inf = math.inf
    assert ops.logsumexp([inf, 0.0, 1.0]) == inf
    assert ops.logsumexp([-inf, -inf]) == -inf
    assert ops.logsumexp([1e4, 1e4, -inf]) == 1e4 + math.log(2.0)
    assert ops.softmax([inf, 0.0]) == [1.0, 0.0]
    assert ops.softmax([5.0]) == [1.0]


@given(st.lists(st.floats(-40.0, 40.0), min_size=2, max_size=6))
def test_softmax_keeps_the_digits_of_what_is_next_to_1(numbers: list[float]) -> None:
    xs = [Value(x) for x in numbers]
    p = ops.softmax(xs)
    with mp.workdps(60):
        true = true_softmax(list(map(mp.mpf, numbers)))
        for i, j in itertools.product(range(len(xs)), repeat=2):
            slope = float(true[i] * ((i == j) - true[j]))
            assert grad(p[i], [xs[j]])[0].data == pytest.approx(slope, rel=4e-14)
    assert [x.data for x in p] == pytest.approx(list(map(float, true)), rel=2e-14)


def test_bounds_that_are_not_given() -> None:
    assert ops.clip(5.0, None, 2.0) == 2.0
    assert ops.clip(-5.0, 0.0) == 0.0
    assert ops.clip(-5.0) == -5.0


@pytest.mark.parametrize("name", ["prod", "mean", "logsumexp", "softmax", "norm"])
def test_no_values_and_no_list(name: str) -> None:
    nothing: list[Any] = [[], 3.0]
    for wrong in nothing:
        with pytest.raises(ValueError, match=rf"ops\.{name}: no values given; it takes a list"):
            getattr(ops, name)(wrong)


def test_a_far_tail_keeps_its_digits() -> None:
    """1 + erf is 0 at −10; erfc and the normal distribution are not."""
    x = Value(-10.0)
    with mp.workdps(50):
        assert ops.normal_cdf(x).data == pytest.approx(float(mp.ncdf(-10)), rel=4e-16)
        assert ops.erfc(-x).data == pytest.approx(float(mp.erfc(10)), rel=4e-16)


@pytest.mark.parametrize(("a", "b"), [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (-0.25, 1.0)])
def test_remainders_are_pythons(a: float, b: float) -> None:
    x, y = Value(a), Value(b)
    assert ((x % y).data, (x // y).data) == (a % b, a // b)
    assert ((x % b).data, (a % y).data, (x // b).data, (a // y).data) == (a % b,) * 2 + (
        a // b,
    ) * 2
    assert (
        tuple(v.data for v in divmod(x, y)) == tuple(v.data for v in divmod(x, b)) == divmod(a, b)
    )
    assert tuple(v.data for v in divmod(a, y)) == divmod(a, b)
    assert [g.data for g in grad(x % y, [x, y])] == [1.0, -(a // b)]
    assert ops.fmod(a, b) == math.fmod(a, b)


def test_the_largest_operands_are_counted_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the slopes of the largest of n would take n² additions."""
    counted = []
    fsum = math.fsum

    def noted(numbers: list[float]) -> float:
        counted.append(numbers)
        return fsum(numbers)

    monkeypatch.setattr(math, "fsum", noted)
    slope = ops.max.at(3.0, (3.0, 1.0, 3.0))
    assert [slope(i) for i in range(3)] == [0.5, 0.0, 0.5]
    assert len(counted) == 1
