"""Wrong and odd uses of the public names: a clear error, or the answer that was meant."""

from __future__ import annotations

import copy
import os
import pickle
import signal
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_mini
from autograd_mini import Value, grad, hessian, jacobian, jvp, no_grad, ops
from autograd_mini.bulk import neuron


def numbers(table: list[list[Value]]) -> list[list[float]]:
    return [[entry.data for entry in row] for row in table]


def test_constants_have_derivatives_of_every_order() -> None:
    x = Value(2.0)
    once = grad(x * 0.0 + 1.0, x)
    assert [slope.data for slope in grad(once[0], x)] == [0.0]
    assert [slope.data for slope in grad(3.0, [x])] == [0.0]  # type: ignore[call-overload]
    assert numbers(hessian(x * 2.0, x)) == numbers(hessian(x, x)) == [[0.0]]


def test_an_input_may_be_an_interior_node_or_the_output_itself() -> None:
    x, y = Value(2.0), Value(3.0)
    z = x * y
    w = z * x
    assert [slope.data for slope in grad(w, [w, z, x, y])] == [1.0, 2.0, 12.0, 4.0]
    assert jvp(w, [w], [1.0]).data == 1.0
    assert numbers(hessian(w, [z, x])) == [[0.0, 1.0], [1.0, 6.0]]
    assert numbers(hessian(w, [x, x, y])) == [[6.0, 6.0, 4.0], [6.0, 6.0, 4.0], [4.0, 4.0, 0.0]]


def test_empty_lists_and_single_values() -> None:
    x = Value(2.0)
    w = x * x
    assert grad(w, []) == ()
    assert jacobian([], [x]) == []
    assert jacobian([w], []) == [[]]
    assert hessian(w, []) == []
    assert numbers(jacobian(w, x)) == [[4.0]]
    assert numbers(hessian(w, x)) == [[2.0]]


any_use: Any = autograd_mini
X: Any = Value(2.0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: any_use.grad(X, None), "grad: the inputs are NoneType None"),
        (lambda: any_use.grad(X, "X"), "grad: the inputs are str 'X'"),
        (lambda: any_use.grad(X, 2.0), "grad: an input is float 2.0"),
        (lambda: any_use.grad([X], X), "grad: output: expected a real number"),
        (lambda: any_use.jvp(X, X, None), "jvp: the tangents are NoneType None"),
        (lambda: any_use.jvp(X, X, ["a"]), "jvp: tangent: expected a real number"),
        (lambda: any_use.jacobian(None, X), "jacobian: the outputs are NoneType None"),
        (lambda: any_use.hessian([X], X), "expected a real number"),
        (
            lambda: any_use.ops.sum(X, X),
            r"ops.sum takes one list of values, as ops.sum\(\[a, b\]\)",
        ),
        (lambda: any_use.ops.max(X), "ops.max takes one list of values"),
        (lambda: any_use.ops.sum(None), "ops.sum takes one list of values"),
        (lambda: round(X, 2), r"use \.data"),
        (lambda: any_use.Value(np.timedelta64(1, "D")), "not a timedelta64"),
        (lambda: X == 10**5000, "comparing it with an int of 16610 bits"),
    ],
)
def test_wrong_uses_say_what_to_do(wrong: Callable[[], Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        wrong()


class Tagged(Value):
    __slots__ = ("tag",)

    def __init__(self, data: Any, tag: Any) -> None:
        super().__init__(data)
        self.tag = tag


class Free(Value):
    pass


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_subclass_keeps_its_own_attributes(again: Callable[[Any], Any]) -> None:
    tagged, free = Tagged(2.0, ["a"]), Free(3.0)
    free.note = {"b": 1}  # type: ignore[attr-defined]
    assert again(tagged).tag == ["a"]
    assert again(free).note == {"b": 1}
    if again is not copy.copy:
        assert again(tagged).tag is not tagged.tag
        product = again(tagged * free)
        assert (product.operands[0].tag, product.operands[1].note) == (["a"], {"b": 1})


def test_backward_of_a_recorded_graph_under_no_grad() -> None:
    x = Value(2.0)
    z = x * x
    with no_grad():
        z.backward()
        slopes = grad(z, x)
    assert x.grad == 4.0 == slopes[0].data
    assert slopes[0].operands == ()


def test_ctrl_c_in_backward_leaves_the_leaf_as_it_was() -> None:
    leaf = y = Value(1.0)
    for _ in range(200_000):
        y = y * 1.0
    leaf.grad = 5.0
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)

    def again_and_again() -> None:
        threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGINT)).start()
        while True:
            y.backward()
            leaf.grad = 5.0

    try:
        with pytest.raises(KeyboardInterrupt):
            again_and_again()
    finally:
        signal.signal(signal.SIGINT, previous)
    assert leaf.grad in (5.0, 6.0)
    leaf.zero_grad()
    y.backward()
    assert leaf.grad == 1.0


def test_a_dead_unit_hands_on_nothing_and_stops_nothing_else() -> None:
    for turned in (False, True):
        x, w, v = Value(1.0), Value(-1.0), Value(2.0)
        units = [ops.affine([w], [x], 0.0).relu(), ops.affine([v], [x], 0.0).relu()]
        left, right = reversed(units) if turned else units
        (left + right).backward()
        assert (x.grad, w.grad, v.grad) == (2.0, 0.0, 1.0)


def test_the_same_weighted_sum_twice() -> None:
    """The tuples of operands are shared, so the walk has met them when it meets the second node."""
    w, x = (Value(2.0), Value(1.0)), (Value(3.0),)
    one, two = (neuron(w, x, (2.0, 1.0), (3.0,), "z", None, "") for _ in range(2))
    (one * two).backward()
    assert (w[0].grad, w[1].grad, x[0].grad) == (42.0, 14.0, 28.0)


@pytest.mark.parametrize("row", [ops.sum, ops.max])
def test_data_and_gradient_of_a_row_of_many_operands_cannot_be_set(row: Any) -> None:
    node = row([Value(1.0), Value(2.0)])
    with pytest.raises(AttributeError, match="result of an operation"):
        node.data = 3.0
    with pytest.raises(AttributeError, match="result of an operation"):
        node.grad = 3.0


def test_a_plain_label_is_a_plain_string() -> None:
    v = Value(1.0, "x")
    v.label = "y"
    assert type(v.label) is str


def test_a_stale_node_behind_a_fresh_one_is_found() -> None:
    x, z = Value(1.0), Value(2.0)
    old = x * 2.0
    x.data = 5.0
    root = z * 3.0 + old
    for use in (lambda: grad(root, z), lambda: jvp(root, z, 1.0), root.backward):
        with pytest.raises(autograd_mini.StaleGraphError):
            use()
