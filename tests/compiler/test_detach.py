"""detach and no_grad: eager, nested and compiled in every tier, against hand derivations."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import (
    Value,
    compile,
    detach,
    grad,
    gradcheck,
    hessian,
    hvp,
    jvp,
    nn,
    no_grad,
    ops,
    optim,
)
from autograd_mini.errors import AutogradError

TIERS = ("python", "numpy", "llvm")


@pytest.fixture(params=TIERS)
def tier(request: pytest.FixtureRequest) -> str:
    if request.param != "python":
        pytest.importorskip("numpy" if request.param == "numpy" else "llvmlite")
    return str(request.param)


def test_a_detached_value_is_a_constant_with_the_same_number_and_label() -> None:
    x = Value(3.0, "x")
    c = detach(x)
    assert (c.data, c.label, c.operands, c.has_grad) == (3.0, "x", (), False)
    (x * c).backward()
    assert (x.grad, c.has_grad) == (3.0, False)
    with pytest.raises(AutogradError, match="constant"):
        c.backward()
    assert grad(c * c, [x])[0].data == 0.0
    assert x.detach().data == 3.0
    assert detach(2.5) == 2.5
    assert detach([x, (x, 1.0)])[1][0].data == 3.0
    with pytest.raises(TypeError, match="detach"):
        detach("3")


@given(st.floats(-3, 3))
def test_a_straight_through_estimator_at_every_order(p: float) -> None:
    x = Value(p)
    soft = ops.tanh(x)
    y = soft + detach(ops.step(x) - soft)
    t = math.tanh(p)
    assert y.data == pytest.approx(float(p > 0.0), abs=1e-15)
    (slope,) = grad(y, [x])
    assert slope.data == grad(ops.tanh(x), [x])[0].data == jvp(y, [x], [1.0]).data
    assert grad(slope, [x])[0].data == pytest.approx(-2 * t * (1 - t * t), rel=1e-12, abs=1e-15)


def test_no_infinity_comes_through() -> None:
    x = Value(0.0)  # √′(0) is infinite, and 0 · ∞ would be nan
    assert grad(detach(ops.sqrt(x)) * x, [x])[0].data == 0.0
    assert hvp(x * x + detach(ops.sqrt(x)), [x], [1.0])[0].data == 2.0


def test_a_target_network_stands_still() -> None:
    import copy
    import random

    model = nn.MLP(2, [3, 1], "tanh", rng=random.Random(0))
    target = copy.deepcopy(model)
    loss = (model([0.5, -1.0]) - detach(target([1.0, 0.25]))) ** 2
    loss.backward()
    assert all(p.has_grad for p in model.parameters())
    assert not any(p.has_grad for p in target.parameters())


def straight_through(w: Value, b: Value, x: Any) -> Any:
    soft = ops.tanh(w * x + b)
    return (soft + detach(ops.step(w * x + b) - soft)) * w


def bootstrapped(w: Value, b: Value, x: Any) -> Any:
    target = 0.9 * detach(w * x * x + b) + x
    return (w * x + b - target) ** 2


def nested(w: Value, b: Value, x: Any) -> Any:
    return ops.exp(detach(w) * b) * detach(detach(x * w) + b) * w


def all_cut(w: Value, b: Value, x: Any) -> Any:
    return detach(w * b * x)


def cut_by_no_grad(w: Value, b: Value, x: Any) -> Any:
    soft = ops.tanh(w * x + b)
    with no_grad():
        rest = ops.step(w * x + b) - soft * 1.0
    return (soft + rest) * w + ops.sum([rest, w]) + ops.affine([rest], [b], w)


def of_lists(w: Value, b: Value, x: Any) -> Any:
    scores = [w * x, b * x, w * b]
    largest = detach(ops.max(scores))
    return ops.log(ops.sum([ops.exp(s - largest) for s in scores])) + largest * 2.0


def with_derivatives_inside(w: Value, b: Value, x: Any) -> Any:
    (slope,) = grad(ops.sin(w * x) * detach(w) * b, [w])
    return slope * detach(slope) + b


PROGRAMS = {
    f.__name__: f
    for f in (
        straight_through,
        bootstrapped,
        nested,
        all_cut,
        cut_by_no_grad,
        of_lists,
        with_derivatives_inside,
    )
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_compiled_is_eager(program: Any, tier: str) -> None:
    w, b = Value(0.75, "w"), Value(-0.25, "b")
    examples = [0.5, -1.5, 2.0, 0.125]
    value, slopes = compile(lambda x: program(w, b, x), [w, b], tier, reduce="sum")(examples)
    results = [program(w, b, x) for x in examples]
    wanted = [math.fsum(grad(y, [p])[0].data for y in results) for p in (w, b)]
    assert value == pytest.approx(math.fsum(y.data for y in results), rel=1e-13)
    assert slopes == pytest.approx(wanted, rel=1e-13)


def test_the_number_is_computed_anew_for_each_example_and_each_step(tier: str) -> None:
    w = Value(2.0, "w")
    compiled = compile(lambda x: detach(w * x) * w, [w], tier, reduce="none")
    assert [list(g) for g in compiled([1.0, 3.0])[1]] == [[2.0], [6.0]]
    costs = compile(lambda x: detach(w) * w * x, [w], tier).train(
        optim.SGD([w], lr=0.25), [1.0], steps=3
    )
    assert costs == [4.0, 2.25, 1.265625]  # w := w − w/4
    assert w.data == 0.84375


def test_a_layer_with_a_target_network_is_compiled(tier: str) -> None:
    import random

    model = nn.MLP(3, [8, 8, 1], "tanh", rng=random.Random(0))
    rng = random.Random(1)
    X = [[rng.uniform(-1, 1) for _ in range(3)] for _ in range(5)]

    def loss(x: Any) -> Any:
        return (model(x) - 0.9 * detach(model([v * 0.5 for v in x])) - x[0]) ** 2

    params = model.parameters()
    value, slopes = compile(loss, params, tier, reduce="sum")(X)
    total = sum((loss(x) for x in X), Value.constant(0.0))
    assert value == pytest.approx(total.data, rel=1e-12)
    wanted = [g.data for g in grad(total, params)]
    assert list(slopes) == pytest.approx(wanted, rel=1e-11, abs=1e-14)


def test_a_check_sees_what_is_cut() -> None:
    """Differences see the whole function, so a derivative with a part cut off is not its own."""
    assert gradcheck(lambda x: x * detach(x), [1.5]).verdict != "pass"
    assert hessian(lambda x: x * x * detach(x))(3.0).data == 6.0
