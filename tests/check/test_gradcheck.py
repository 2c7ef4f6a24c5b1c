"""gradcheck: what passes, what fails, what cannot be decided, and how it says so."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, nn, ops
from autograd_mini.check import Report, comparison, gradcheck
from autograd_mini.numbers import short


def reason(report: Report) -> str:
    (row,) = report.rows
    return row.reason


# --- what passes ----------------------------------------------------------------------------------


def test_a_function_of_values() -> None:
    report = gradcheck(lambda x, y: ops.sin(x) * y, [0.3, -1.2])
    assert report
    assert report.verdict == "pass"
    assert [row.input for row in report.rows] == ["x", "y"]
    assert [row.point for row in report.rows] == [0.3, -1.2]
    assert report.rows[0].analytic == pytest.approx(-1.2 * math.cos(0.3), rel=1e-15)


def test_operators_methods_and_rows() -> None:
    assert gradcheck(lambda x: (x**3 - 2 / x) * x.tanh() + abs(x), [0.7])
    assert gradcheck(ops.softplus, [-30.0])
    assert gradcheck(Value.exp, [1.5])


def test_values_as_inputs_bring_their_labels() -> None:
    w = Value(0.5, "w₁")
    report = gradcheck(lambda x: ops.exp(x), [w])
    assert report.rows[0].input == "w₁"
    assert not w.has_grad


def test_a_network() -> None:
    model = nn.MLP(2, [3, 1], activation="tanh", rng=random.Random(1))
    assert gradcheck(lambda x, y: model([x, y]), [0.4, -0.9])


def test_an_input_that_is_not_used() -> None:
    assert gradcheck(lambda x, y: x * 2.0, [0.3, 0.4])
    assert gradcheck(lambda x: Value(2.0) * 3.0, [0.3])
    assert gradcheck(lambda x: 3.0, [0.3])


def test_an_input_itself_as_the_output() -> None:
    assert gradcheck(lambda x: x, [0.3])


def test_dead_units() -> None:
    assert gradcheck(lambda x: ops.relu(x - 5.0) * 3.0 + 1.0, [0.3])
    assert gradcheck(lambda x: ops.relu(x), [-1e-9])


def test_points_where_differences_see_nothing() -> None:
    assert gradcheck(ops.tanh, [20.0])
    assert gradcheck(ops.cos, [1e-20])
    assert gradcheck(ops.cos, [math.pi / 2])
    assert gradcheck(ops.sigmoid, [-700.0])
    assert gradcheck(ops.sin, [1e15])


def test_stationary_points() -> None:
    assert gradcheck(ops.cos, [0.0])
    assert gradcheck(lambda x: (x - 1.0) ** 2, [1.0])
    assert gradcheck(lambda x: ops.gauss(ops.erf(x)), [0.0])


def test_a_tie_that_is_no_kink() -> None:
    assert gradcheck(lambda x: ops.maximum(x, x), [0.7])
    assert gradcheck(lambda x: ops.max([x, x, x]), [0.7])


@pytest.mark.parametrize("x", [1e-150, 1e150, 5e-324, -1e-310, 1e300])
def test_large_and_small_numbers(x: float) -> None:
    assert gradcheck(lambda v: v * 3.0, [x])
    assert gradcheck(lambda v: ops.atan(v) if abs(x) < 1 else ops.log(v), [x])


# --- higher orders --------------------------------------------------------------------------------


def test_the_second_order_contains_the_first() -> None:
    report = gradcheck(lambda x, y: ops.sin(x) * y**2, [0.3, -1.2], order=2)
    assert report
    assert [(row.function, row.input) for row in report.rows] == [
        ("f", "x"),
        ("f", "y"),
        ("∂f/∂x", "x"),
        ("∂f/∂x", "y"),
        ("∂f/∂y", "x"),
        ("∂f/∂y", "y"),
    ]


def test_the_third_order() -> None:
    report = gradcheck(lambda x: ops.exp(x) * x, [0.5], order=3)
    assert report
    assert report.rows[2].function == "∂²f/∂x∂x"
    assert report.rows[2].analytic == pytest.approx(3.5 * math.exp(0.5), rel=1e-14)


def test_a_kink_of_the_first_derivative() -> None:
    report = gradcheck(ops.elu, [0.0], order=2)
    assert [row.verdict for row in report.rows] == ["pass", "inconclusive"]


def test_a_wrong_second_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    # The first derivative of a row is written with a row whose own partial is off.
    monkeypatch.setattr(ops.sech2, "partials", (lambda z, x: -2.001 * ops.tanh(x) * z,))
    assert gradcheck(ops.tanh, [0.4])
    assert [row.verdict for row in gradcheck(ops.tanh, [0.4], order=2).rows] == ["pass", "fail"]


# --- what fails -----------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [1e-6, -1e-6, 1e-3, 2.0, -1.0])
def test_a_gradient_that_is_off(error: float) -> None:
    def gradient(x: float) -> list[float]:
        return [(math.cos(x) + 2.0 * x) * (1.0 + error)]

    report = gradcheck(lambda x: math.sin(x) + x * x, [0.8], gradients=gradient)
    assert not report
    assert report.verdict == "fail"


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_gradient_that_is_no_number(wrong: float) -> None:
    report = gradcheck(math.exp, [0.5], gradients=lambda x: [wrong])
    assert report.verdict == "fail"
    assert reason(report) == f"{short(wrong)} where the slope is 1.64872"


def test_a_branch_not_taken_contributes_no_nan() -> None:
    assert gradcheck(lambda x: ops.where(0.0, ops.sqrt(x), 1.0 + x * 0.0), [-1.0])


def test_a_computation_that_left_the_graph() -> None:
    report = gradcheck(lambda x: ops.exp(x.data) * 2.0, [0.5])
    assert report.verdict == "fail"
    assert report.rows[0].analytic == 0.0


def test_one_wrong_among_many() -> None:
    def gradient(*xs: float) -> list[float]:
        slopes = [2.0 * x for x in xs]
        slopes[3] += 1e-5
        return slopes

    report = gradcheck(
        lambda *xs: sum(x * x for x in xs), [0.1, 0.2, 0.3, 0.4, 0.5], gradients=gradient
    )
    assert [row.verdict for row in report.rows].index("fail") == 3
    assert [row.verdict for row in report.rows].count("pass") == 4


def test_backward_is_checked_as_well_as_grad(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd_mini.fast import backward

    right = backward.sweep

    def doubled(nodes: list[Any], nothing: float, hand_on: Any) -> None:
        nodes[-1]._grad = 2.0
        right(nodes, nothing, hand_on)

    monkeypatch.setattr(backward, "sweep", doubled)
    report = gradcheck(ops.exp, [0.0])
    assert report.verdict == "fail"
    assert report.rows[0].analytic == 2.0


@pytest.mark.parametrize("numbers", [[1.0, math.nan], [math.nan, 1.0], [1.0, 2.0], [math.inf, 1.0]])
def test_the_worst_of_grad_and_backward_counts(
    numbers: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "_gradients", lambda _: [numbers])
    report = gradcheck(ops.exp, [0.0])
    assert report.verdict == "fail"
    assert report.rows[0].analytic != 1.0


# --- what cannot be decided -----------------------------------------------------------------------

KINKS: list[tuple[Any, list[float]]] = [
    (ops.relu, [0.0]),
    (ops.abs, [0.0]),
    (lambda x: ops.leaky_relu(x, 0.5), [0.0]),
    (lambda x: ops.elu(x, 0.5), [0.0]),
    (ops.step, [0.0]),
    (ops.sign, [0.0]),
    (ops.maximum, [1.5, 1.5]),
    (ops.minimum, [1e10, 1e10]),
    (lambda x, y: ops.max([x, y, x]), [0.25, 0.25]),
    (ops.hypot, [0.0, 0.0]),
    (lambda x: ops.relu(x - 0.3) * 2.0 + x, [0.3]),
    (lambda x: x * 1.0 if x > 0.5 else 0.5 + (x - 0.5) * 3.0, [0.5]),
]


@pytest.mark.parametrize(("f", "point"), KINKS)
def test_a_kink_is_inconclusive(f: Any, point: list[float]) -> None:
    report = gradcheck(f, point)
    assert not report
    assert report.verdict == "inconclusive"
    assert all(row.reason for row in report.rows if row.verdict == "inconclusive")


def test_kinks_that_cancel_out() -> None:
    # relu(x) − relu(−x) is x, but by the rule for kinks its derivative at 0 is 0.
    report = gradcheck(lambda x: ops.relu(x) - ops.relu(-x), [0.0])
    assert report.verdict == "inconclusive"
    assert reason(report).startswith("the point is a kink of relu('x' = 0.0)")


@pytest.mark.parametrize("distance", [1e-3, 1e-6, -1e-6, 1e-9, -1e-9, 1e-11])
def test_a_kink_nearby_is_not_mistaken_for_one(distance: float) -> None:
    x = 0.25 + distance
    for f in (
        lambda v: ops.relu(v - 0.25),
        lambda v: ops.abs(v - 0.25) + ops.sin(v),
        lambda v: ops.maximum(v, 0.25) * v,
    ):
        assert gradcheck(f, [x])
        wrong = gradcheck(f, [x], gradients=lambda _: [0.123])
        assert wrong.verdict == "fail"


def test_a_kink_too_near() -> None:
    assert gradcheck(lambda x: ops.relu(x - 0.25), [0.25 + 2.0**-54 * 4]).verdict == "inconclusive"


def test_a_discontinuity_at_the_point() -> None:
    report = gradcheck(lambda x: x * 1.0 if x > 0.5 else x * 2.0, [0.5])
    assert "a jump" in reason(report)


def test_outside_the_domain() -> None:
    assert reason(gradcheck(ops.log, [-1.0])) == "its value nan is not finite"
    assert "on the left" in reason(gradcheck(ops.sqrt, [0.0]))
    assert reason(gradcheck(ops.exp, [1000.0])) == "its value inf is not finite"
    assert "the point is not finite" in reason(gradcheck(ops.exp, [-math.inf]))


def test_a_function_that_is_not_deterministic() -> None:
    rng = random.Random(0)
    report = gradcheck(lambda x: x * rng.random(), [1.0])
    assert report.verdict == "inconclusive"
    assert "not deterministic: it gave 0.844" in reason(report)


def test_a_function_that_changes_while_it_is_checked() -> None:
    calls = []

    def tired(x: Value) -> Value:
        calls.append(x)
        return x * float(len(calls) < 20)

    assert "not deterministic" in reason(gradcheck(tired, [1.0]))


def test_a_bound_too_loose_for_the_derivative() -> None:
    rng = np.random.default_rng(0)
    noise: dict[float, float] = {}

    def noisy(x: float) -> float:
        return math.sin(x) + noise.setdefault(x, 1e-3 * float(rng.standard_normal()))

    report = gradcheck(noisy, [0.5], gradients=math.cos)
    assert report.verdict == "inconclusive"
    assert gradcheck(noisy, [0.5], gradients=lambda x: 3.0 * math.cos(x)).verdict != "pass"


@pytest.mark.parametrize("slope", [0.0, 1e-18])
def test_a_derivative_of_nothing_cannot_pass_where_nothing_is_seen(slope: float) -> None:
    report = gradcheck(math.tanh, [20.0], gradients=lambda x: [slope])
    assert report.verdict == "inconclusive"
    report = gradcheck(lambda x: 1e16 + math.sin(x), [0.5], gradients=math.cos)
    assert report.verdict == "inconclusive"
    assert "one of 0 would pass" in reason(report)


# --- other engines --------------------------------------------------------------------------------


class Dual:
    """Another engine: forward mode, a number with its tangent."""

    def __init__(self, value: float, tangent: float = 0.0) -> None:
        self.value = value
        self.tangent = tangent

    def item(self) -> float:
        return self.value

    def __mul__(self, other: Dual) -> Dual:
        tangent = self.value * other.tangent + other.value * self.tangent
        return Dual(self.value * other.value, tangent)

    def sin(self) -> Dual:
        return Dual(math.sin(self.value), math.cos(self.value) * self.tangent)


def by_duals(x: Dual, y: Dual) -> Dual:
    return (x * y).sin() * x


def dual_gradient(x: float, y: float) -> Sequence[float]:
    along_x = by_duals(Dual(x, 1.0), Dual(y)).tangent
    along_y = by_duals(Dual(x), Dual(y, 1.0)).tangent
    return along_x, along_y


def test_another_engine() -> None:
    def f(x: float, y: float) -> Dual:
        return by_duals(Dual(x), Dual(y))

    assert gradcheck(f, [0.4, 1.3], gradients=dual_gradient)
    wrong = gradcheck(f, [0.4, 1.3], gradients=lambda x, y: dual_gradient(y, x))
    assert wrong.verdict == "fail"


class Boxed:
    """A scalar that shows its number as .data, as micrograd's do."""

    def __init__(self, data: float) -> None:
        self.data = data


def test_scalars_in_boxes_and_arrays() -> None:
    assert gradcheck(lambda x: Boxed(math.exp(x)), [0.5], gradients=lambda x: [Boxed(math.exp(x))])
    assert gradcheck(
        lambda x: np.exp(np.array(x)), [0.5], gradients=lambda x: np.exp(np.array([x]))
    )
    assert gradcheck(lambda x: np.float64(x) ** 2, [0.5], gradients=lambda x: 2.0 * x)
    assert gradcheck(lambda x, y: x * y, [0.5, 2.0], gradients=lambda x, y: iter([y, x]))


def test_single_precision() -> None:
    def f(x: float) -> Any:
        return np.float32(np.sin(np.float32(x)))

    assert gradcheck(f, [0.5], gradients=math.cos).verdict != "fail"
    assert not gradcheck(f, [0.5], gradients=lambda x: 1.1 * math.cos(x))


def test_a_gradient_by_hand_for_a_function_of_values() -> None:
    assert gradcheck(lambda x: x.exp(), [0.5], gradients=lambda x: [math.exp(x)])
    assert gradcheck(lambda x: ops.exp(x), [0.5], gradients=lambda x: math.exp(x))


# --- functions of lists ---------------------------------------------------------------------------


def dot(ws: Any, xs: Any) -> Any:
    return ops.sum([w * x for w, x in zip(ws, xs, strict=True)])


def determinant(m: Any) -> Any:
    (a, b), (c, d) = m
    return a * d - b * c


def test_functions_of_lists() -> None:
    report = gradcheck(dot, [[0.5, -1.0], [2.0, 3.0]])
    assert report
    assert [row.input for row in report.rows] == ["ws[0]", "ws[1]", "xs[0]", "xs[1]"]
    assert [row.analytic for row in report.rows] == [2.0, 3.0, 0.5, -1.0]
    report = gradcheck(lambda xs, y: ops.max(xs) * y, [(1.0, Value(2.0, "w")), 3.0], order=2)
    assert report
    assert [row.input for row in report.rows[:3]] == ["xs[0]", "w", "y"]


def test_a_function_of_one_list() -> None:
    """It is given as the only argument, or as the inputs themselves."""
    for inputs in ([0.5, 2.0], [[0.5, 2.0]], (0.5, 2.0), np.array([0.5, 2.0])):
        report = gradcheck(lambda xs: xs[0] * xs[1], inputs)
        assert report
        assert [(row.input, row.analytic) for row in report.rows] == [
            ("xs[0]", 2.0),
            ("xs[1]", 0.5),
        ]
    assert gradcheck(lambda *xs: xs[0] * xs[1], [0.5, 2.0])
    assert gradcheck(lambda xs: xs[0] ** 2, [[0.5]])


def test_nested_lists() -> None:
    for inputs in ([[1.0, 2.0], [3.0, 4.0]], [[[1.0, 2.0], [3.0, 4.0]]]):
        report = gradcheck(determinant, inputs)
        assert [row.input for row in report.rows] == ["m[0][0]", "m[0][1]", "m[1][0]", "m[1][1]"]
        assert [row.analytic for row in report.rows] == [4.0, -3.0, -2.0, 1.0]
        assert report


def test_what_a_function_is_given_has_the_type_it_came_in() -> None:
    seen: list[Any] = []

    def f(x: Any, y: Any) -> Any:
        seen.append((type(x), type(y), type(y[1]), len(y[1])))
        return x[0] * y[1][1]

    assert gradcheck(f, [(1.0,), [2.0, (3.0, 4.0)]])
    assert set(seen) == {(tuple, list, tuple, 2)}


@pytest.mark.parametrize(
    "gradients",
    [
        lambda m: [[m[1][1], -m[1][0]], [-m[0][1], m[0][0]]],
        lambda m: [m[1][1], -m[1][0], -m[0][1], m[0][0]],
        lambda m: np.linalg.inv(np.array(m)).T * np.linalg.det(np.array(m)),
        lambda m: iter([[m[1][1], -m[1][0]], (-m[0][1], m[0][0])]),
    ],
)
def test_gradients_of_nested_lists(gradients: Any) -> None:
    point = [[1.0, 2.0], [3.0, 4.5]]
    assert gradcheck(determinant, point, gradients=gradients)
    for k in range(4):

        def wrong(m: Any, k: int = k) -> list[float]:
            slopes = [m[1][1], -m[1][0], -m[0][1], m[0][0]]
            slopes[k] *= 1.0 + 1e-6
            return slopes

        report = gradcheck(determinant, point, gradients=wrong)
        assert [row.verdict == "fail" for row in report.rows] == [i == k for i in range(4)]


# --- samples that are not there -------------------------------------------------------------------


class NoValueHereError(Exception):
    """What another engine may raise."""


def only_to_the_right(x: float) -> float:
    if x < 0.2:
        raise NoValueHereError(x)
    return math.pow(x - 0.2, 1.5)


def in_a_table(x: float) -> float:
    return [0.0, 1.0, 4.0, 9.0][int(x)] * x


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: x**0.5, 0.2, 0.5 * 0.2**-0.5),
        (lambda x: x**1.5, 0.2, 1.5 * 0.2**0.5),
        (lambda x: x**-0.3, 1e-3, -0.3 * 1e-3**-1.3),
        (lambda x: math.exp(x) * x**0.3, 0.01, math.exp(0.01) * (0.01**0.3 + 0.3 * 0.01**-0.7)),
        (lambda x: (0.25 - x) ** 0.5, 0.2, -0.5 * 0.05**-0.5),
        (only_to_the_right, 0.21, 1.5 * 0.01**0.5),
        (in_a_table, 3.9, 9.0),
        (in_a_table, 3.999, 9.0),
        (lambda x: 1.0 / (x - 0.3) if x > 0.3 else None, 0.4, -100.0),
        (lambda x: math.log(x) if x > 0.0 else "nothing", 0.1, 10.0),
        (lambda x: 1.0 / x, 1e-3, -1e6),
        (lambda x: math.exp(690.0 * x), 1.0, 690.0 * math.exp(690.0)),
    ],
)
def test_a_sample_that_raises_or_is_no_number_is_not_there(f: Any, x: float, slope: float) -> None:
    assert gradcheck(f, [x], gradients=lambda _: [slope])
    for wrong in (0.0, 1.001 * slope, -slope):
        assert gradcheck(f, [x], gradients=lambda _, w=wrong: [w]).verdict == "fail"


def test_where_one_side_is_missing_nothing_is_decided() -> None:
    assert gradcheck(only_to_the_right, [0.2], gradients=lambda _: [0.0]).verdict == "inconclusive"

    def half_a_line(x: Value) -> Value:
        if x.data < 1.0:
            raise NoValueHereError(x)
        return x * 2.0

    report = gradcheck(half_a_line, [1.0])
    assert "no finite values on the left" in reason(report)


def test_what_f_raises_at_the_point_itself_comes_through() -> None:
    with pytest.raises(NoValueHereError):
        gradcheck(only_to_the_right, [0.1], gradients=lambda _: [0.0])
    with pytest.raises(TypeError, match=r"f returned complex .*one real scalar"):
        gradcheck(lambda x: x**0.5, [-1.0], gradients=lambda _: [0.0])


# --- wrong uses -----------------------------------------------------------------------------------


def changes_its_input(x: Value) -> Value:
    x.data = 2.0
    return x * 1.0


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((3.0, [1.0]), TypeError, r"pass the function itself, as gradcheck\(f"),
        ((ops.exp, []), ValueError, "no inputs given"),
        ((ops.exp, "1.0"), TypeError, "give a list of numbers or Values"),
        ((ops.exp, [None]), TypeError, "input 1: expected a real number"),
        ((ops.exp, [[1.0]]), TypeError, "ops.exp.*list"),
        ((ops.exp, [[]]), ValueError, "no inputs given"),
        ((lambda x: [x, x], [1.0]), TypeError, r"f returned list \[.*one real scalar.*their sum"),
        ((lambda x: "1.0", [1.0]), TypeError, "f returned str '1.0'"),
        ((lambda x: None, [1.0]), TypeError, "f returned None"),
        ((changes_its_input, [1.0]), ValueError, "changes_its_input set the data of its input x"),
        ((ops.exp, [1.0], 0), ValueError, "order is 0"),
        ((ops.exp, [1.0], 1.5), ValueError, "order is 1.5"),
        ((ops.exp, [1.0], True), ValueError, "order is True"),
        ((ops.exp, [1.0], 1_000_000), ValueError, "order is 1000000; it must be 1, 2, … 10"),
        ((ops.sum, [[1.0] * 10], 5), ValueError, "order 5 of 10 inputs is 111,110 derivatives"),
        ((math.exp, [1.0], 2, math.exp), ValueError, "pass the first one as f"),
        ((math.exp, [1.0], 1, [2.7]), TypeError, "gradients is a list"),
        ((math.exp, [1.0], 1, lambda x: [x, x]), ValueError, r"2 derivative\(s\) for 1 input"),
        ((math.exp, [1.0], 1, lambda x: ["x"]), TypeError, "gradients returned str 'x'"),
        ((math.exp, [1.0], 1, lambda x: None), TypeError, "gradients returned None"),
    ],
)
def test_wrong_uses(arguments: tuple[Any, ...], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        gradcheck(*arguments)


def test_functions_of_math_are_told_what_to_use() -> None:
    with pytest.raises(TypeError, match=r"autograd_mini\.ops\.exp"):
        gradcheck(math.exp, [1.0])
