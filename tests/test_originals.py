"""Copies that cut a gradient off are named; copies that somebody holds compute on their own."""

from __future__ import annotations

import copy
import gc
import random
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import (
    AutogradError,
    Value,
    compile,
    copying,
    detach,
    explain,
    grad,
    gradcheck,
    hessian,
    hvp,
    jvp,
    nn,
    optim,
)

SAID = r"the output depends on a copy of .*; compute with the Value itself, or, .*detach\(value\)"
WAYS = pytest.mark.parametrize("again", [copy.copy, copy.deepcopy], ids=["copy", "deepcopy"])


def of_copies(xs: list[Value], again: Any) -> Any:
    total: Any = 0.0
    for i in (1, 2):
        total = total + i * sum(again(x) for x in xs)
    return total


def partly(xs: list[Value], again: Any) -> Any:
    return sum(xs) + 2.0 * of_copies(xs, again)


@WAYS
@pytest.mark.parametrize("f", [of_copies, partly])
def test_a_function_that_copies_its_inputs(again: Any, f: Any) -> None:
    def fresh() -> list[Value]:
        return [Value(1.0, "a"), Value(2.0, "b")]

    xs = fresh()
    actions: list[Callable[[], Any]] = [
        lambda: grad(f(xs, again), xs),
        lambda: grad(f(xs, again), xs[1]),
        lambda: jvp(f(xs, again), xs, [1.0, 1.0]),
        lambda: explain(f(xs, again), wrt=xs[0]),
        lambda: f(xs, again).backward(),
        lambda: gradcheck(lambda a, b: f([a, b], again), [1.0, 2.0]),
        lambda: grad(lambda xs: f(xs, again))([1.0, 2.0]),
        lambda: hessian(lambda xs: f(xs, again) ** 2)([1.0, 2.0]),
        lambda: hvp(lambda xs: f(xs, again) ** 2)([1.0, 2.0], [1.0, 1.0]),
    ]
    for action in actions:
        with pytest.raises(AutogradError, match=SAID):
            action()
    assert not any(x.has_grad for x in xs)
    assert [g.data for g in grad(f(xs, lambda x: x), xs)] == [3.0 if f is of_copies else 7.0] * 2


@WAYS
def test_a_copy_of_a_copy_and_copies_of_lists(again: Any) -> None:
    x = Value(3.0, "x")
    with pytest.raises(AutogradError, match="grad: the output depends on a copy of 'x'"):
        grad(again(again(x)) ** 2, [x])
    with pytest.raises(AutogradError, match="copy of 'x'"):
        (copy.deepcopy({"x": [x, x]})["x"][1] ** 2).backward()
    layer = nn.Layer(2, 2, rng=random.Random(0))
    with pytest.raises(AutogradError, match=r"copy of 'w"):
        sum(copy.deepcopy(layer)([1.0, 2.0])).backward()


def test_a_copied_result_hands_on_its_gradient() -> None:
    x = Value(2.0, "x")
    z = x * 3.0
    assert grad(copy.copy(z) ** 2, [x])[0].data == 36.0
    (copy.copy(z) ** 2).backward()
    assert x.grad == 36.0
    with pytest.raises(AutogradError, match=r"grad: .* copy of"):
        grad(copy.copy(z) ** 2, [z])
    with pytest.raises(AutogradError, match="copy of 'x'"):
        grad(copy.deepcopy(z) ** 2, [x])


def test_a_copy_that_is_held_is_warned_of_where_the_input_itself_is_not_reached() -> None:
    x = Value(3.0, "x")
    c = copy.copy(x)
    y = c**2
    with pytest.warns(UserWarning, match="grad: the output depends on a copy of 'x'"):
        assert grad(y, [x])[0].data == 0.0
    with pytest.warns(UserWarning, match="explain: the output depends on a copy of 'x'"):
        explain(y, wrt=x)
    y.backward()
    assert (c.grad, x.has_grad) == (6.0, False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [g.data for g in grad(x * c, [x])] == [3.0]
        assert [g.data for g in grad(y, [x, c])] == [0.0, 6.0]
        assert grad(detach(c) * 2.0 + c.detach(), [x])[0].data == 0.0


def test_what_does_not_depend_has_derivative_0() -> None:
    x, other = Value(3.0), Value(4.0)
    held = copy.copy(x)
    assert grad(other * 2.0, [x])[0].data == 0.0
    assert grad(other * copy.copy(other.detach()), [x])[0].data == 0.0
    assert held.data == 3.0


def test_a_copied_model_trains_on_its_own() -> None:
    model = nn.MLP(2, [3, 1], "tanh", rng=random.Random(0))
    optimizer = optim.Adam(model.parameters(), 0.1)
    target = copy.deepcopy(model)
    again, its = copy.deepcopy((model, optimizer))
    before = [p.data for p in model.parameters()]
    for _ in range(2):
        its.zero_grad()
        ((again([1.0, 2.0]) - detach(target([0.5, 0.25]))) ** 2).backward()
        its.step()
    assert [p.data for p in model.parameters()] == before
    assert [p.data for p in again.parameters()] != before
    ((model([1.0, 2.0]) - target([0.5, 0.25])) ** 2).backward()
    assert all(p.has_grad for p in (*model.parameters(), *target.parameters()))


def test_a_copied_graph_is_gone_backward_through() -> None:
    x = Value(2.0, "x")
    y = x * x
    twin = copy.deepcopy(y)
    twin.backward()
    assert (twin.operands[0].grad, x.has_grad) == (4.0, False)
    w, z = copy.deepcopy((x, y))
    (z * 2.0).backward()
    assert w.grad == 8.0


def test_nothing_is_kept_alive_and_nothing_is_left_behind() -> None:
    gc.collect()
    before = len(copying.known), len(copying.unread)
    gc.disable()
    try:
        x = Value(2.0)
        c = copy.deepcopy(x)
        watched = weakref.ref(x), weakref.ref(c)
        assert len(copying.known) == before[0] + 1
        del x
        assert watched[0]() is None
        (c * 2.0).backward()  # its original is gone
        del c
        assert watched[1]() is None
        assert (len(copying.known), len(copying.unread)) == before
    finally:
        gc.enable()


def test_a_compiled_function_refuses_copies() -> None:
    x = Value(1.0, "x")
    with pytest.raises(Exception, match="copy"):
        compile(lambda _: copy.deepcopy(x) * 2.0, [x], backend="python")([0.0])
