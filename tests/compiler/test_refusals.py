"""Whatever would fix a program to one example raises, with the line and the remedy."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import AutogradError, Value, losses, no_grad, ops, optim
from autograd_mini.compiler import TracingError, compile

w = Value(2.0, "w")
other = Value(3.0, "other")
TABLE_OF_WEIGHTS: Any = [Value(1.0), Value(2.0)]

READING: dict[str, tuple[Callable[[Any], Any], str]] = {
    "comparison": (lambda x: x if x > 0 else -x, "ops.where"),
    "comparison, other side": (lambda x: x if x >= 1.0 else -x, "ops.where"),
    "comparison of parameters": (lambda x: x * w if w < 3 else x, "ops.where"),
    "comparison of results": (lambda x: x * w if x * w < 3 else x, "ops.where"),
    "equality": (lambda x: x * w if x == 2.0 else x, "ops.where"),
    "inequality": (lambda x: x * w if x != w else x, "ops.where"),
    "maximum": (lambda x: max(x * w, 0.0 * w), "ops.maximum"),
    "truth value": (lambda x: x and w, "ops.where"),
    "truth value of a parameter": (lambda x: x if w else -x, "ops.where"),
    "float": (lambda x: float(x) * w, "compute with the Value itself"),
    "int": (lambda x: int(x) * w, "compute with the Value itself"),
    "round": (lambda x: round(x) * w, "compute with the Value itself"),
    "math": (lambda x: math.exp(x) * w, "compute with the Value itself"),
    "data": (lambda x: x.data * w, "compute with the Value itself"),
    "data of a parameter": (lambda x: x * w.data, "compute with the Value itself"),
    "data of a result": (lambda x: w * (x * w).data, "compute with the Value itself"),
    "format": (lambda x: w * float(f"{x:.2f}"), "compute with the Value itself"),
    "index": (lambda x: TABLE_OF_WEIGHTS[x] * w, "ops.take"),
    "index by a parameter": (lambda x: x * TABLE_OF_WEIGHTS[w], "ops.take"),
    "range": (lambda x: sum([w * x for _ in range(x)]), "ops.take"),
    "take by a real": (lambda x: ops.take([w, x], x), "integers"),
    "take by a parameter": (lambda x: x * ops.take([1.0, 2.0], w), "integers"),
    "gradient": (lambda x: x * w.grad, "autograd_mini.grad"),
    "operands": (lambda x: (x * w).operands[0], "outside of the function"),
    "pickle": (lambda x: x * pickle.loads(pickle.dumps(w)), "compute with the Value itself"),
    "backward": (lambda x: (x * w).backward(), "autograd_mini.grad"),
}


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("backend", ["python", "auto"])
def test_reading_a_traced_number_raises(name: str, backend: str) -> None:
    fn, remedy = READING[name]
    with pytest.raises(TracingError) as caught:
        compile(fn, [w], backend)([2.0])
    message = str(caught.value)
    assert remedy in message
    assert f"{fn.__code__.co_filename}, line {fn.__code__.co_firstlineno})" in message
    assert w.data == 2.0
    assert w < 3  # the parameter may be read again


MADE = w * other
CAPTURED: dict[str, Callable[[Any], Any]] = {
    "a leaf": lambda x: x * w + other,
    "a leaf, first": lambda x: other * x * w,
    "the result of an operation": lambda x: x * w + MADE,
    "a leaf as the result": lambda x: other,
}


@pytest.mark.parametrize("name", CAPTURED)
def test_a_captured_value_raises(name: str) -> None:
    with pytest.raises(TracingError, match="neither an argument nor a parameter nor a constant"):
        compile(CAPTURED[name], [w], "python")([2.0])


def test_constants_and_numbers_may_be_captured() -> None:
    k = Value.constant(3.0)
    assert compile(lambda x: k * x * w + 1.0, [w], "python")([2.0]) == (13.0, [6.0])


def test_no_grad_inside_raises_and_outside_does_nothing() -> None:
    def fn(x: Any) -> Any:
        with no_grad():
            half = w * 0.5
        return half * x

    with pytest.raises(TracingError, match="no_grad"):
        compile(fn, [w], "python")([2.0])
    with no_grad():
        assert compile(lambda x: x * w, [w], "python")([2.0]) == (4.0, [2.0])


def test_setting_data_inside_raises() -> None:
    def fn(x: Any) -> Any:
        w.data = 1.0
        return x * w

    with pytest.raises(TracingError, match="outside of the function"):
        compile(fn, [w], "python")([2.0])
    assert w.data == 2.0


def test_an_exception_inside_leaves_the_parameters_as_they_were() -> None:
    def fn(x: Any) -> Any:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        compile(fn, [w], "python")([2.0])
    assert type(w) is type(other)
    assert (w * 1.0).data == 2.0


WRONG: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no function": (lambda: compile(3, [w]), TypeError, "expected a function"),  # type: ignore[arg-type]
    "backend": (lambda: compile(abs, [w], "numpi"), ValueError, "'auto', 'python', 'numpy'"),
    "jax": (lambda: compile(abs, [w], "jax"), ValueError, "not there yet"),
    "reduce": (lambda: compile(abs, [w], reduce="max"), ValueError, "'mean', 'sum', 'none'"),
    "parameters": (lambda: compile(abs, [1.0]), TypeError, "no Value"),  # type: ignore[list-item]
    "parameter twice": (lambda: compile(abs, [w, w]), ValueError, "listed twice"),
    "result": (lambda: compile(lambda x: 3.0, [w])([1.0]), TypeError, "must return a Value"),
    "list as loss": (lambda: compile(lambda x: [x * w], [w])([1.0]), TypeError, "forward"),
    "lengths": (
        lambda: compile(lambda x, y: x * y * w, [w])([1.0], [1.0, 2.0]),
        ValueError,
        "differ in their number of examples: x 1, y 2",
    ),
    "no examples": (lambda: compile(lambda x: x * w, [w])([]), ValueError, "at least one"),
    "no batch": (lambda: compile(lambda x: x * w, [w])(2.0), TypeError, "list or an array"),
    "shuffle": (
        lambda: compile(lambda x: x * w, [w]).train(
            optim.SGD([w], 0.1),
            [1.0],
            steps=1,
            shuffle=True,  # type: ignore[arg-type]
        ),
        TypeError,
        "random.Random",
    ),
    "strings": (lambda: compile(lambda x: x * w, [w])(["a"]), TypeError, "holds str"),
    "source": (lambda: compile(lambda x: x * w, [w]).source, AutogradError, "no program yet"),
    "train none": (
        lambda: compile(lambda x: x * w, [w], reduce="none").train(
            optim.SGD([w], 0.1), [1.0], steps=1
        ),
        ValueError,
        "reduce='none'",
    ),
    "train steps": (
        lambda: compile(lambda x: x * w, [w]).train(optim.SGD([w], 0.1), [1.0], steps=1.5),  # type: ignore[arg-type]
        TypeError,
        "whole number",
    ),
    "train optimiser": (
        lambda: compile(lambda x: x * w, [w]).train(0.1, [1.0], steps=1),  # type: ignore[arg-type]
        TypeError,
        "optim.SGD",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_say_what_to_do(name: str) -> None:
    make, kind, message = WRONG[name]
    with pytest.raises(kind, match=message):
        make()


@pytest.mark.parametrize("backend", ["python", "numpy"])
@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_outside_raises(backend: str, index: int) -> None:
    params = [Value(float(i)) for i in range(3)]
    compiled = compile(lambda t: ops.take(params, t), params, backend, reduce="sum")
    assert compiled([0, 2, 2]) == (4.0, [1.0, 0.0, 2.0])
    with pytest.raises(IndexError, match="outside 0 to 2"):
        compiled([0, index])


def test_losses_check_no_traced_target() -> None:
    compiled = compile(lambda x, y: losses.hinge(w * x, y), [w], "python", reduce="sum")
    assert compiled([0.25, 1.0], [1.0, -1.0]) == (0.5 + 3.0, [-0.25 + 1.0])
