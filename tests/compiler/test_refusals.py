"""Whatever would fix a program to one example raises, with the line and the remedy."""

from __future__ import annotations

import copy
import math
import numbers
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache, singledispatch
from typing import Any

import pytest

from autograd_mini import AutogradError, StrictError, Value, losses, no_grad, ops, optim, strict
from autograd_mini.compiler import TracingError, compile
from tests.compiler.agreement import EVERY_TIER

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


@cache
def by_label(i: Any) -> Any:
    return TABLE_OF_WEIGHTS[i]


@singledispatch
def doubled(x: Any) -> Any:
    return 2.0 * x


@doubled.register
def _(x: float) -> Any:
    return 20.0 * x


def caught(fn: Callable[[Any], Any], *faults: type[Exception]) -> Callable[[Any], Any]:
    """The function with a way out that hides what happened."""
    faults = faults or (Exception,)

    def catching(x: Any) -> Any:
        try:
            return fn(x) * w
        except faults:
            return w

    return catching


LOOK_UP: Any = {1: w, "1": w, "w1": w}

SWALLOWED: dict[str, Callable[[Any], Any]] = {
    "math": caught(math.log, ValueError, TypeError),
    "comparison": caught(lambda x: x if x > 0 else -x),
    "get": lambda x: LOOK_UP.get(x, w * w) * x,
    "get by a result": lambda x: LOOK_UP.get(x + 0, w * w) * x,
    "in a set": lambda x: w if x in {1, 3} else w * w,
    "text": lambda x: LOOK_UP.get(str(x), w * w) * x,
    "format": lambda x: LOOK_UP.get(f"w{x}", w * w) * x,
    "percent": lambda x: LOOK_UP.get("w%s" % x, w * w) * x,  # noqa: UP031
    "cache": lambda x: by_label(x) * w,
    "index": caught(lambda x: TABLE_OF_WEIGHTS[x], TypeError),
    "take outside": caught(lambda x: ops.take(TABLE_OF_WEIGHTS[:1], x), IndexError),
    "isinstance of a result": lambda x: w if isinstance(x + 1, int) else w * w,
    "attribute": caught(lambda x: x.bit_length(), AttributeError),
    "hasattr": lambda x: w if hasattr(x, "numerator") else w * w,
    "floor": caught(math.floor, TypeError),
    "and": caught(lambda x: x & 1, TypeError),
    "invert": caught(lambda x: ~x, TypeError),
    "pickle": caught(lambda x: pickle.loads(pickle.dumps(x))),
    "deep copy": caught(copy.deepcopy),
    "Fraction": caught(Fraction),
    "data of a parameter": caught(lambda x: w.data * x),
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_a_refusal_is_remembered_whatever_the_function_catches(name: str) -> None:
    fn = SWALLOWED[name]
    with pytest.raises((TracingError, IndexError)) as raised:
        compile(fn, [w, *TABLE_OF_WEIGHTS], "python")([1, 2])
    if raised.type is TracingError:
        assert f"{__file__}, line " in str(raised.value)
    assert type(w) is type(other)


def test_another_exception_in_the_place_of_a_refusal_is_named_as_its_consequence() -> None:
    def fn(x: Any) -> Any:
        try:
            return w * math.exp(x)
        except TypeError:
            raise RuntimeError("no exponential") from None

    with pytest.raises(TracingError, match="the number of the traced number 'x'") as raised:
        compile(fn, [w], "python")([1.0])
    assert isinstance(raised.value.__cause__, RuntimeError)


def test_strict_inside_looks_at_one_example_and_is_refused() -> None:
    def fn(x: Any) -> Any:
        try:
            with strict():
                return ops.log(w * x)
        except StrictError:
            return w

    with pytest.raises(TracingError, match=r"strict\(\) .*test_refusals"):
        compile(fn, [w], "python")([-1.0, 1.0])


ANSWERED: dict[str, Callable[[Any], Any]] = {
    "repr": lambda x: w * x if repr(x) and f"{x!r}" else w,
    "a Value": lambda x: w * x if all(isinstance(z, Value) for z in (w, w * x)) else w,
    "a float": lambda x: w * x if isinstance(x, float) else w,
    "a real number": lambda x: w * x if isinstance(x * 2, numbers.Real) else w,
    "no list": lambda x: w if isinstance(x, (list, tuple, dict)) else w * x,
    "no float": lambda x: w if isinstance(w * x, (float, int)) else w * x,
    "dispatch": lambda x: w * doubled(x),
    "no such attribute": lambda x: w if hasattr(x, "shape") or hasattr(w, "real") else w * x,
    "a set of Values": lambda x: w * x if w in {w, w * x} else w,
    "no decimal": lambda x: w if isinstance(x, Decimal) else w * x,
}


@pytest.mark.parametrize("name", ANSWERED)
def test_questions_that_have_the_same_answer_as_eagerly_are_answered(name: str) -> None:
    fn = ANSWERED[name]
    assert compile(fn, [w], "python").forward([2.0, 3.0]) == [fn(x).data for x in (2.0, 3.0)]


def test_every_traced_number_is_a_value_too() -> None:
    seen = []

    def fn(x: Any, y: Any) -> Any:
        seen.extend([isinstance(z, Value) for z in (x, y, x * y, w, w * x)])
        return w * x * (y if isinstance(y, int) else 0.0)

    assert compile(fn, [w], "python", reduce="sum")([2.0, 3.0], [1, 2]) == (16.0, [8.0])
    assert seen == [True] * 5


def test_values_made_inside_are_constants() -> None:
    def fn(x: Any) -> Any:
        total, one = Value(0.0), Value(1.0)
        for k in range(3):
            total = total + one * w * x**k
        return total + Value(3.0) * Value(2.0)

    assert compile(fn, [w], "python")([2.0]) == (20.0, [7.0])


def test_a_value_made_once_and_kept_is_captured() -> None:
    kept: list[Value] = []

    def fn(x: Any) -> Any:
        if not kept:
            kept.append(Value(1.0, "kept"))
        return w * x * kept[0]

    with pytest.raises(TracingError, match=r"uses 'kept' .*neither an argument nor a parameter"):
        compile(fn, [w], "python")([2.0])


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


def test_no_grad_outside_does_nothing() -> None:
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
    "dtype": (lambda: compile(abs, [w], "jax", dtype="half"), ValueError, "'float32', 'bfloat16'"),
    "dtype elsewhere": (lambda: compile(abs, [w], dtype="float32"), ValueError, "backend='jax'"),
    "mesh elsewhere": (lambda: compile(abs, [w], "numpy", mesh=1), ValueError, "backend='jax'"),
    "reduce": (lambda: compile(abs, [w], reduce="max"), ValueError, "'mean', 'sum', 'none'"),
    "parameters": (lambda: compile(abs, [1.0]), TypeError, "no Value"),
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
        lambda: compile(lambda x: x * w, [w]).train(0.1, [1.0], steps=1),
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


TARGETS: dict[str, tuple[Callable[..., Any], list[Any], list[Any]]] = {
    "hinge": (lambda x, y: losses.hinge(w * x, y), [1, -1.0], [0, 2.0, 0.5]),
    "hinge of labels": (lambda x, y: losses.hinge(w * x, 2 * y - 1), [0, 1], [-1, 0.5]),
    "probability": (
        lambda x, y: losses.binary_cross_entropy(ops.sigmoid(w * x), y),
        [0, 1.0, 0.25, math.nan],
        [-1, 2.0, math.inf],
    ),
    "logit": (
        lambda x, y: losses.binary_cross_entropy_with_logits(w * x, (y + 1) / 2),
        [-1, 1.0, 0.5],
        [2, -1.5],
    ),
    "one-hot": (
        lambda x, y: losses.categorical_cross_entropy([ops.sigmoid(w * x), ops.sigmoid(-w)], y),
        [[0.0, 1.0], [0.5, 0.5], [1.0, 1e-9]],
        [[1.0, 1.0], [0.0, 0.5], [-0.5, 1.5]],
    ),
    "one-hot, half of it known": (
        lambda x, y: losses.categorical_cross_entropy([ops.sigmoid(w * x), 0.5], [y, 0.25]),
        [0.75],
        [1.0, 0.5],
    ),
}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("tier", EVERY_TIER)
def test_losses_check_targets_at_every_call_as_eagerly(name: str, tier: str) -> None:
    fn, right, wrong = TARGETS[name]
    compiled = compile(fn, [w], tier)
    found = compiled.forward([0.5] * len(right), right)
    assert found == pytest.approx([fn(0.5, y).data for y in right], rel=1e-14, nan_ok=True)
    for y in wrong:
        with pytest.raises(ValueError, match=r"the target is|one_hot sums to") as eagerly:
            fn(0.5, y)
        for targets in ([y], [right[0], y], [y, right[0]]):
            for made in (compiled, compile(fn, [w], tier)):
                with pytest.raises(ValueError, match=r"the target is|one_hot sums to") as refused:
                    made([0.5] * len(targets), targets)
                assert str(refused.value) == str(eagerly.value)
    assert math.isfinite(compiled([0.5], right[:1])[0])


def test_a_target_that_is_a_value_is_taken_as_it_is() -> None:
    compiled = compile(lambda x: losses.hinge(w * x, w * x), [w], "python")
    assert compiled([0.25]) == ((1 - 0.25), [-0.25])
