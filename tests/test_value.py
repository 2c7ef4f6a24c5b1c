"""What a Value is: one test for each sentence of its description."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import StaleGraphError, Value, graph, ops
from autograd_mini.bulk import set_data
from autograd_mini.value import _infix

finite = st.floats(allow_nan=False, allow_infinity=False)

REAL: list[Any] = [
    3, 3.0, True, Fraction(3, 7), Decimal("0.1"), np.float64(3.5), np.float32(0.5),
    np.int64(3), np.uint8(3), np.bool_(True), 10**300, math.inf, -0.0,
]  # fmt: skip
REFUSED: list[Any] = [
    1j, "3", b"3", [3], (3,), {3: 3}, {3}, None, np.array(3.0), np.array([3.0]), np.complex128(3),
    np.str_("3"), object(), float, range(3),
]  # fmt: skip


@pytest.mark.parametrize("number", REAL, ids=repr)
def test_every_kind_of_real_number_is_kept_as_a_float(number: Any) -> None:
    data = Value(number).data
    assert type(data) is float
    assert data == float(number)


@pytest.mark.parametrize("thing", REFUSED, ids=lambda x: type(x).__name__)
def test_anything_else_is_refused_by_name(thing: Any) -> None:
    with pytest.raises(TypeError, match=r"Value: expected a real number") as error:
        Value(thing)
    named = repr(thing) if isinstance(thing, (complex, str)) else type(thing).__name__
    assert named in str(error.value) or "None" in str(error.value)


def test_a_value_is_refused_as_data() -> None:
    with pytest.raises(TypeError, match="another Value"):
        Value(Value(1.0))


@pytest.mark.parametrize("huge", [10**400, -(10**400), Fraction(10**400), Decimal("1e400")])
def test_a_finite_number_beyond_the_doubles_is_refused(huge: Any) -> None:
    with pytest.raises(OverflowError, match="largest double"):
        Value(huge)


def test_a_label_must_be_a_string() -> None:
    with pytest.raises(TypeError, match="label"):
        Value(1.0, 3)  # type: ignore[arg-type]


def test_a_new_leaf() -> None:
    x = Value(2.0, "x")
    assert (x.data, x.grad, x.has_grad, x.op, x.operands, x.label) == (2.0, 0.0, False, "", (), "x")
    assert Value(2.0).label == ""


def test_a_misspelt_attribute_is_refused() -> None:
    x = Value(2.0)
    for node in (x, x + 1):
        with pytest.raises(AttributeError):
            node.lable = "x"  # type: ignore[attr-defined]


def test_data_of_a_leaf_may_be_set_to_a_real_number_only() -> None:
    x = Value(2.0)
    x.data = Fraction(1, 2)
    assert x.data == 0.5
    with pytest.raises(TypeError, match="data"):
        x.data = "3"
    assert x.data == 0.5
    with pytest.raises(AttributeError, match="result of an operation"):
        (x + 1).data = 3.0


def test_grad_of_a_leaf_may_be_set() -> None:
    x = Value(2.0)
    x.grad = 0
    assert x.grad == 0.0
    assert x.has_grad
    with pytest.raises(TypeError, match="grad"):
        x.grad = "0"
    with pytest.raises(AttributeError, match="result of an operation"):
        (x + 1).grad = 1.0


def test_a_label_may_be_given_to_any_value_and_keeps_its_place() -> None:
    y = Value(1.0) + 1
    y.label = "y"
    assert y.label == "y"
    y.label = graph.Tag("z", ("layer 1",), "sum")
    y.label = "renamed"
    assert (y.label, graph.scope(y), graph.role(y)) == ("renamed", ("layer 1",), "sum")


def test_operands_are_ordered_and_constants_stay_themselves() -> None:
    a = Value(3.0)
    assert (a + a).operands == (a, a)
    square = a**2
    assert square.op == "pow"
    base, exponent = square.operands
    assert base is a
    assert exponent.data == 2.0
    assert square.operands[1] is exponent
    assert graph.is_constant(exponent)
    assert [x.data for x in (2 - a).operands] == [2.0, 3.0]
    w, x, b = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)], Value(5.0)
    assert ops.affine(w, x, b).operands == (w[0], x[0], w[1], x[1], b)
    assert ops.sum([a]).operands == (a,)


OPERATORS: dict[str, Any] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
}


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("number", REAL[:10], ids=repr)
def test_operators_take_real_numbers_on_either_side(name: str, number: Any) -> None:
    apply, x = OPERATORS[name], Value(1.7)
    row = ops.TABLE[name]
    for z, expected in (
        (apply(x, number), row(1.7, float(number))),
        (apply(number, x), row(float(number), 1.7)),
        (apply(x, Value(number)), row(1.7, float(number))),
    ):
        assert isinstance(z, Value)
        assert z.op == name
        assert z.data == expected


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("thing", [1j, "3", [3], None, (1,), {1: 2}], ids=repr)
def test_operators_refuse_the_rest_with_a_remedy(name: str, thing: Any) -> None:
    with pytest.raises(TypeError) as error:
        OPERATORS[name](Value(1.0), thing)
    assert "expected a real number" in str(error.value)
    with pytest.raises(TypeError):
        OPERATORS[name](thing, Value(1.0))


ANY = st.floats()


@given(ANY, ANY)
def test_the_written_out_operators_agree_with_the_plain_way(x: float, y: float) -> None:
    a, b = Value(x), Value(y)
    for name, apply in OPERATORS.items():
        row = ops.TABLE[name]
        for left, right in ((a, b), (a, y), (x, b), (a, 2), (3, b)):
            z = apply(left, right)
            x_, y_ = (float(k) if type(k) is int else k for k in (left, right))
            plain = _infix(row, x_, y_)
            numbers = [k.data if isinstance(k, Value) else k for k in (x_, y_)]
            assert repr(z.data) == repr(plain.data) == repr(row.forward(*numbers))
            assert (z._row, z._a, z._b, z._grad, z._stamp) == (
                plain._row, plain._a, plain._b, plain._grad, plain._stamp,
            )  # fmt: skip


@given(ANY)
def test_methods_of_one_operand_agree_with_the_rows(x: float) -> None:
    a = Value(x)
    for z, row in ((-a, ops.neg), (abs(a), ops.abs), (a.relu(), ops.relu), (a.tanh(), ops.tanh)):
        plain = row(a)
        assert repr(z.data) == repr(plain.data) == repr(row(x))
        assert (z._row, z._a, z._b, z._grad) == (plain._row, plain._a, plain._b, plain._grad)


@given(finite, finite.filter(bool))
def test_division_is_one_correctly_rounded_division(x: float, y: float) -> None:
    assert str((Value(x) / Value(y)).data) == str(x / y)


class Stranger:
    """A type of somebody else's that knows how to compute with anything."""

    def __radd__(self, other: Any) -> str:
        return f"sum with {type(other).__name__}"

    def __rpow__(self, other: Any) -> str:
        return "power"


def test_an_unknown_operand_gets_its_turn() -> None:
    x: Any = Value(1.0)
    assert x + Stranger() == "sum with Value"
    assert x ** Stranger() == "power"
    with pytest.raises(TypeError, match="unsupported operand"):
        x * Stranger()


def test_signs_and_absolute_value() -> None:
    x = Value(-2.0)
    assert ((-x).data, (-x).op, +x is x) == (2.0, "neg", True)
    assert (abs(x).data, abs(x).op) == (2.0, "abs")


def test_in_place_forms_rebind() -> None:
    x = y = Value(3.0)
    y += 1
    y *= 2
    y -= 1
    y /= 2
    y **= 2
    assert (x.data, y.data) == (3.0, 3.5**2)
    y.backward()
    assert x.grad == 2 * 3.5


@given(finite, finite)
def test_ordering_is_by_value(x: float, y: float) -> None:
    a, b = Value(x), Value(y)
    assert ((a < b), (a <= b), (a > b), (a >= b)) == (x < y, x <= y, x > y, x >= y)
    assert ((a < y), (a <= y), (a > y), (a >= y)) == (x < y, x <= y, x > y, x >= y)
    assert ((x < b), (x <= b), (x > b), (x >= b)) == (x < y, x <= y, x > y, x >= y)


def test_ordering_with_other_things_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        _ = Value(1.0) < "2"
    assert Value(0.5) > Fraction(1, 3)
    assert min([Value(2.0), Value(1.0)]).data == 1.0


def test_equality_is_identity_and_numbers_are_refused() -> None:
    a, b = Value(2.0), Value(2.0)
    assert a == a
    assert a != b
    assert len({a, b, a}) == 2
    assert a != "2"
    assert a is not None
    for number in (2, 2.0, Fraction(2), True, np.float64(2)):
        with pytest.raises(TypeError, match=r"\.data"):
            _ = a == number
        with pytest.raises(TypeError, match=r"\.data"):
            _ = a != number
    with pytest.raises(TypeError, match=r"\.data"):
        _ = a == 2


def test_truth_and_format() -> None:
    assert Value(0.1)
    assert not Value(0.0)
    assert not Value(-0.0)
    assert f"{Value(0.798508):.2f}" == "0.80"
    assert f"{Value(2.0)}" == "Value(data=2.0)"
    assert repr(Value(2.0, "w") + 1) == "Value(data=3.0, op='add')"


@pytest.mark.parametrize("lose", [float, int, complex, round, math.exp, math.floor, math.trunc])
def test_ways_to_lose_the_gradient_are_refused(lose: Any) -> None:
    for x in (Value(1.0), Value(1.0) + 1):
        with pytest.raises(TypeError, match=r"\.data.*autograd_mini\.ops\.exp"):
            lose(x)


def test_every_row_is_a_function_and_the_common_ones_are_methods() -> None:
    x = Value(0.5)
    for name, row in ops.TABLE.items():
        if row.arity == 1 and name not in ("neg", "sech2", "gauss") and hasattr(x, name):
            assert str(getattr(x, name)().data) == str(row(0.5))
            assert getattr(x, name)().op == name
    for name in [
        "exp",
        "log",
        "sqrt",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "asin",
        "acos",
        "atan",
        "asinh",
        "acosh",
        "atanh",
        "erf",
        "sigmoid",
        "logsigmoid",
        "softplus",
        "log1p",
        "expm1",
        "relu",
        "leaky_relu",
        "elu",
        "gelu",
        "silu",
        "abs",
    ]:
        assert isinstance(getattr(x, name)(), Value), name
    for name in ["hypot", "atan2", "logaddexp", "xlogy", "maximum", "minimum", "pow"]:
        assert getattr(x, name)(2).data == ops.TABLE[name](0.5, 2), name
    assert x.where(2.0, 3.0).data == 2.0
    assert x.leaky_relu(0.2).operands[1].data == 0.2


def test_floats_in_floats_out() -> None:
    assert type(ops.exp(1)) is float
    assert ops.exp(1) == math.e
    assert ops.hypot(3, 4.0) == 5.0
    with pytest.raises(TypeError, match=r"ops\.exp"):
        ops.exp("1")


def test_object_arrays_work_elementwise_in_both_orders() -> None:
    v: Any = Value(3.0)
    numbers = np.array([1.0, 2.0])
    values: Any = np.array([Value(1.0), Value(2.0)])
    for result, expected in (
        (values + v, [4.0, 5.0]),
        (v + values, [4.0, 5.0]),
        (values * 2, [2.0, 4.0]),
        (2 - values, [1.0, 0.0]),
        (v * numbers, [3.0, 6.0]),
        (numbers / v, [1 / 3, 2 / 3]),
        (values**2, [1.0, 4.0]),
        (np.exp(values), [math.exp(1), math.exp(2)]),
        (np.tanh(values), [math.tanh(1), math.tanh(2)]),
    ):
        assert result.dtype == object
        assert [z.data for z in result] == expected
    assert (values @ values).data == 5.0
    assert values.sum().data == 3.0


@pytest.mark.parametrize("scalar", [np.float64(2), np.float32(2), np.int32(2), np.bool_(True)])
def test_numpy_scalars_on_either_side(scalar: Any) -> None:
    v = Value(3.0)
    for z, expected in ((v * scalar, 3.0 * float(scalar)), (scalar * v, 3.0 * float(scalar))):
        assert isinstance(z, Value)
        assert z.data == expected


def test_a_subclass_keeps_its_class_and_its_gradient() -> None:
    class Parameter(Value):
        __slots__ = ()

    w = Parameter(3.0)
    assert type(w) is Parameter
    (w * w + 2 * w).backward()
    assert w.grad == 8.0


def test_take_selects_by_an_integer() -> None:
    values = [Value(1.0), Value(2.0)]
    assert ops.take(values, 1) is values[1]
    assert ops.take(values, np.int64(0)) is values[0]
    for index, error in ((-1, IndexError), (2, IndexError), (0.0, TypeError), (True, TypeError)):
        with pytest.raises(error, match=r"ops\.take"):
            ops.take(values, index)
    with pytest.raises(TypeError, match=r"ops\.take"):
        ops.take(values, values[0])


def test_what_a_value_cannot_be_compared_with_gets_its_turn() -> None:
    class Agreeable:
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            return True

    assert Value(1.0) == Agreeable()
    assert Value(1.0).__eq__("1.0") is NotImplemented


@pytest.mark.parametrize("huge", [10**400, -(10**400)])
def test_an_integer_beyond_the_doubles_is_refused_with_the_operation(huge: int) -> None:
    with pytest.raises(OverflowError, match="Value ×: an int of 1329 bits is beyond"):
        Value(1.0) * huge


def test_many_leaves_may_be_given_new_data_as_one_change() -> None:
    a, b = Value(1.0), Value(2.0)
    z = a * b
    set_data([a, b], [3.0, 4.0])
    assert (a.data, b.data, (a * b).data) == (3.0, 4.0, 12.0)
    with pytest.raises(StaleGraphError):
        z.backward()
    with pytest.raises(ValueError, match=r"shorter|longer"):
        set_data([a, b], [3.0])


def test_a_gradient_set_by_hand_sums_up_no_passes() -> None:
    x = Value(3.0)
    (x * x).backward()
    (x * x).backward()
    assert graph.passes(x) == 2
    x.grad = 0
    assert (graph.passes(x), graph.pass_of(x)) == (0, None)
