"""Every refusal in full: what was asked, what stood in the way, what to do instead."""
# ruff: noqa: E501 (a message stands on one line)

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import StaleGraphError, Value, grad, graph, jvp, nan_origin, no_grad, ops

EXPECTED = "expected a real number (int, float, Fraction, Decimal, bool, NumPy scalar)"


def said(action: Callable[[], Any]) -> str:
    with pytest.raises(Exception) as error:  # noqa: PT011 (the text below tells which)
        action()
    return f"{type(error.value).__name__}: {error.value}"


def no_grad_output() -> Any:
    with no_grad():
        return Value(1.0, "x") * 2


def stale(name: str) -> Value:
    x = Value(1.0, name)
    y = x * x
    x.data = 2
    return y


REFUSALS: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: statistics.mean([Value(1.0), Value(2.0)]),  # type: ignore[type-var]
        "TypeError: as_integer_ratio() of a Value, which the functions of statistics call, would "
        "lose the gradient; use .data for the number, or write the mean as "
        "ops.sum(values) / len(values)",
    ),
    (
        lambda: pow(Value(2.0), 2, 5),
        "TypeError: pow() of a Value and two numbers: a power modulo a number is one of integers, "
        "and has no derivative; use pow(value, exponent), or .data for the number",
    ),
    (
        lambda: nan_origin(Value(1.0)),
        "TypeError: nan_origin() takes no output: it watches operations as they happen. Write "
        "'with nan_origin() as origin:', compute the output and call its backward() in that "
        "block, and print(origin)",
    ),
    (lambda: Value("1"), f"TypeError: Value: {EXPECTED}, not the string '1'; convert it with float(...)"),
    (lambda: Value(1j), f"TypeError: Value: {EXPECTED}, not the complex number 1j; take its .real or .imag"),
    (lambda: Value(None), f"TypeError: Value: {EXPECTED}, not None"),
    (lambda: Value([1]), f"TypeError: Value: {EXPECTED}, not a list; pass its elements one by one"),
    (lambda: Value(object()), f"TypeError: Value: {EXPECTED}, not an object"),
    (
        lambda: Value(Value(1.0)),
        f"TypeError: Value: {EXPECTED}, not another Value; use it as it is, or its .data for the number",
    ),
    (
        lambda: Value(10**400),
        "OverflowError: Value: an int of 1329 bits is beyond the largest double, about 1.8e308; "
        "scale the data, or pass math.inf if an infinity is meant",
    ),
    (lambda: Value(1.0, 3), "TypeError: label: expected a string, not int 3"),  # type: ignore[arg-type]
    (
        lambda: Value(1.0) * "2",
        f"TypeError: Value ×: {EXPECTED}, not the string '2'; convert it with float(...)",
    ),
    (
        lambda: [2] - Value(1.0),
        f"TypeError: Value −: {EXPECTED}, not a list; pass its elements one by one",
    ),
    (
        lambda: ops.hypot(Value(1.0), "2"),
        f"TypeError: ops.hypot: {EXPECTED}, not the string '2'; convert it with float(...)",
    ),
    (
        lambda: setattr(Value(2.0, "x") + 1, "data", 3),
        "AttributeError: data: (add without label, data 3.0) is the result of an operation and "
        "cannot be set; set the data of a leaf and compute the forward pass again",
    ),
    (
        lambda: setattr(Value(2.0, "x") + 1, "grad", 3),
        "AttributeError: grad: (add without label, data 3.0) is the result of an operation; its "
        "gradient is made by backward(). The gradient of a leaf may be set",
    ),
    (
        lambda: Value(2.0) == 2,
        "TypeError: ==: a Value is equal to itself only, so comparing it with 2 would always be "
        "False; compare its .data",
    ),
    (
        lambda: float(Value(2.0)),
        "TypeError: float() of a Value, which math's functions and '%f' call too, would lose the "
        "gradient; use .data for the number, f'{value:.4f}' to print it, or the functions of "
        "autograd_mini.ops, such as autograd_mini.ops.exp",
    ),
    (
        lambda: no_grad_output().backward(),
        "AutogradError: backward: (constant without label, data 2.0) is a constant, made from a "
        "number or under no_grad(), and depends on nothing; compute it from Values outside "
        "no_grad()",
    ),
    (
        lambda: stale("x").backward(),
        "StaleGraphError: the data of the leaf 'x' was set to 2.0 after (mul without label, data "
        "1.0) had used it, so derivatives of that graph would be wrong; compute the forward pass "
        "again",
    ),
    (
        lambda: grad(Value(1.0), [1.0]),  # type: ignore[list-item]
        "TypeError: grad: an input is float 1.0; derivatives are taken with respect to Values, so "
        "build the expression from Value(...)",
    ),
    (
        lambda: jvp(Value(1.0), [Value(1.0)], []),
        "ValueError: jvp: 1 input(s), 0 tangent(s); give each input once and one tangent for it",
    ),
    (
        lambda: ops.affine([1.0], [1.0, 2.0], 0.0),
        "ValueError: ops.affine: 1 weight(s) and 2 input(s); give one weight for each input, and "
        "at least one of them",
    ),
    (lambda: ops.max([]), "ValueError: ops.max: no values given; it takes at least one"),
    (lambda: ops.atan2(1.0), "TypeError: ops.atan2 takes 2 operand(s), 1 given"),
    (lambda: ops.leaky_relu(), "TypeError: ops.leaky_relu takes 1 to 2 operand(s), 0 given"),
    (
        lambda: ops.take([1.0], 1.0),
        "TypeError: ops.take: the index is float 1.0; convert it with int(...)",
    ),
    (lambda: ops.take([1.0], 1), "IndexError: ops.take: index 1 is outside 0 to 0"),
    (
        lambda: ops.op("add", lambda x: x, lambda z, x: 1.0, domain=((0, 1),)),
        "ValueError: op: there is a row named 'add' already; choose another name",
    ),
    (
        lambda: ops.op("new", lambda x: x, lambda z, x: 1.0, domain=()),
        "ValueError: op: 'new' needs a partial and a domain for each of its operands",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("action", "message"), REFUSALS, ids=[m[:40] for _, m in REFUSALS])
def test_a_refusal_in_full(action: Callable[[], Any], message: str) -> None:
    assert said(action) == message


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("x", "'x'"),
        ("a" * 60, repr("a" * 60)),
        ("a" * 61, repr("a" * 57 + "...")),
        (graph.Tag("w", ("layer 1",), "weight"), "'w'"),
    ],
)
def test_a_node_is_named_by_its_label(label: str, shown: str) -> None:
    assert graph.name(Value(1.0, label)) == shown


def test_a_node_without_label_is_named_by_what_it_is() -> None:
    x = Value(1.0)
    assert graph.name(x) == "(leaf without label, data 1.0)"
    assert graph.name(x * 2) == "(mul without label, data 2.0)"
    assert graph.name((x * 2).operands[1]) == "(constant without label, data 2.0)"


def test_where_plain_labels_have_no_place() -> None:
    x = Value(1.0, "x")
    assert (graph.scope(x), graph.role(x)) == ((), "")
    assert issubclass(StaleGraphError, RuntimeError)


def test_repr_tells_data_gradient_operation_and_label() -> None:
    x = Value(2.0, "x")
    y = x * x
    y.label = graph.Tag("y", ("layer 1",))
    y.backward()
    assert repr(x) == "Value(data=2.0, grad=4.0, label='x')"
    assert repr(y) == "Value(data=4.0, grad=1.0, op='mul', label='y')"


def test_methods_are_documented_by_the_table() -> None:
    assert Value.tanh.__doc__ == "``tanh(self)``: the row ``tanh`` of the table."
    assert Value.tanh.__name__ == "tanh"
    assert Value.tanh.__qualname__ == "Value.tanh"
    assert Value.hypot.__doc__ == "``hypot(self, …)``: the row ``hypot`` of the table."
    assert Value.hypot.__qualname__ == "Value.hypot"
