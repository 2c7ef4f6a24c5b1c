"""A choice not taken contributes nothing, and nothing is not a 0: in every way to derive."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from autograd_mini import (
    StrictError,
    Value,
    choices,
    diff,
    explain,
    grad,
    graph,
    hessian,
    jvp,
    nan_origin,
    ops,
    strict,
    walk,
)
from autograd_mini.fast import backward
from autograd_mini.ops import TABLE, affine, maximum, minimum, relu, sqrt, step, where
from tests.counting import calls
from tests.graphs import CHOICES, applied, build, choosing_recipes

INF, NAN = math.inf, math.nan
OFF = Value.constant(0.0)

Function = Callable[..., Any]


def by_backward(f: Function, point: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in point]
    f(*xs).backward()
    assert all(x.has_grad for x in xs)
    return [x.grad for x in xs]


def by_grad(f: Function, point: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in point]
    return [slope.data for slope in grad(f(*xs), xs)]


def by_jvp(f: Function, point: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in point]
    return [jvp(f(*xs), [x], [1.0]).data for x in xs]


def by_walk(f: Function, point: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in point]
    gradients = dict(walk(f(*xs)).steps[-1].gradients)
    return [gradients[x] for x in xs]


def by_explain(f: Function, point: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in point]
    y = f(*xs)
    return [explain(y, wrt=x).gradient for x in xs]


WAYS = [by_backward, by_grad, by_jvp, by_walk, by_explain]

# fmt: off
RIGHT: list[tuple[str, Function, tuple[float, ...], list[float]]] = [
    ("where, a root of what is negative", lambda x: where(step(x), sqrt(x), 0), (-3.0,), [0.0]),
    ("maximum, a root at its pole", lambda x: maximum(1, sqrt(x)), (0.0,), [0.0]),
    ("minimum, a root at its pole", lambda x: minimum(-1 + x, sqrt(x)), (0.0,), [1.0]),
    ("relu, a root at its pole", lambda x: relu(sqrt(x) - 1), (0.0,), [0.0]),
    ("the condition's pole", lambda x: where(step(sqrt(x) - 1), x, 2 * x), (0.0,), [2.0]),
    ("the chosen one's slope alone", lambda x: maximum(x + 1, sqrt(x) - 1), (0.0,), [1.0]),
    ("max of three", lambda x: ops.max([ops.log(x), x, 1 + x * x]), (0.0,), [0.0]),
    ("max, a tie above", lambda x: ops.max([x, 3 * x, ops.log(x)]), (0.0,), [2.0]),
    ("an overflow", lambda a, b: where(0.0, ops.exp(a), b), (1000.0, 2.0), [0.0, 1.0]),
    ("a constant Value", lambda a, b: where(OFF, ops.exp(a), b), (1000.0, 2.0), [0.0, 1.0]),
    ("an overflow that decides", lambda a: where(step(5 - ops.exp(a)), a, 3 * a), (1000.0,), [3.0]),
    ("a number off 0 as condition", lambda x: where(x - 1, 2 * x, sqrt(x)), (0.0,), [2.0]),
    ("several", lambda x: where(step(x + 1) * (1 - step(x - 1)), 5 * x, sqrt(x)), (0.0,), [5.0]),
    ("a comparison", lambda x: where(ops.greater(x, 2.0), sqrt(x), x), (0.0,), [1.0]),
    ("a condition cut off by relu", lambda x: where(relu(x - 1), sqrt(x), x), (0.0,), [1.0]),
    ("inside", lambda x: where(where(step(x + 1), step(x - 1), x), sqrt(x), x), (0.0,), [1.0]),
    ("nothing goes deep", lambda x: maximum(2, ops.exp(ops.tanh(sqrt(x)) ** 2 - 5)), (0.0,), [0.0]),
    ("nothing beside something", lambda x: maximum(1, sqrt(x)) * x + x, (0.0,), [2.0]),
    ("a step is flat", lambda x: ops.sign(1 + sqrt(x)) * x, (0.0,), [1.0]),
    ("affine", lambda w, x: relu(affine([w], [sqrt(x)], -1.0)), (2.0, 0.0), [0.0, 0.0]),
    ("an infinite input", lambda w, x: relu(affine([w], [x], 0.0)), (-1.0, INF), [0.0, 0.0]),
]

STILL_NAN: list[tuple[str, Function, float, float]] = [
    # the last number: the derivative, where a zero for what is not chosen would be wrong
    ("the condition is on its edge", lambda x: where(x, ops.expm1(x) / x, 1), 0.0, 0.5),
    ("relu at its 0", lambda x: relu(sqrt(x)), 0.0, INF),
    ("a jump", lambda x: where(step(x), sqrt(x), 0), 0.0, INF),
    ("a square of a root", lambda x: sqrt(x) ** 2, 0.0, 1.0),
    ("a computed 0 of affine", lambda x: affine([1], [sqrt(x)], 0) ** 2, 0.0, 1.0),
    ("a product with 0", lambda x: sqrt(x) * x, 0.0, 0.0),
    ("a tie", lambda x: maximum(sqrt(x), sqrt(4 * x) / 2) ** 2, 0.0, 1.0),
    ("a jump below the condition", lambda x: where(step(step(x) - 0.5), sqrt(x), x), 0.0, INF),
    ("a pole below the condition", lambda x: where(step(-1 / x), sqrt(x), x), 0.0, 1.0),
    ("a jump of the inner condition", lambda x: where(where(step(x), 1, 0), sqrt(x), x), 0.0, INF),
    ("nan is compared", lambda x: where(step(x - x / 0.0), sqrt(x), x), 0.0, 1.0),
    ("nan as condition", lambda x: where(NAN, 2 * x, sqrt(x)), 0.0, 2.0),
]
# fmt: on


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("f", "point", "right"), [x[1:] for x in RIGHT], ids=[x[0] for x in RIGHT])
def test_what_is_not_chosen_contributes_nothing(
    way: Callable[[Function, tuple[float, ...]], list[float]],
    f: Function,
    point: tuple[float, ...],
    right: list[float],
) -> None:
    assert way(f, point) == right


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("f", "at"), [x[1:3] for x in STILL_NAN], ids=[x[0] for x in STILL_NAN])
def test_where_a_number_would_be_wrong_it_is_nan(
    way: Callable[[Function, tuple[float, ...]], list[float]], f: Function, at: float
) -> None:
    (found,) = way(f, (at,))
    assert math.isnan(found)


@pytest.mark.parametrize("f", [x[1] for x in RIGHT if len(x[2]) == 1], ids=lambda f: "")
def test_the_second_derivatives_follow_the_same_rule(f: Function) -> None:
    (point,) = next(x[2] for x in RIGHT if x[1] is f)
    x = Value(point)
    ((second,),) = hessian(f(x), [x])
    again = jvp(jvp(f(x), [x], [1.0]), [x], [1.0])
    # Of what is chosen only max's and the product's have one: (1 + x²)″ = 2.
    wanted = 2.0 if f is RIGHT[6][1] else 0.0
    assert (second.data, again.data) == (wanted, wanted)


def test_a_chosen_operand_receives_the_adjoint_itself() -> None:
    # An infinite adjoint times a recorded selector would be differentiated to inf · 0.
    x = Value(0.0)
    (slope,) = grad(maximum(sqrt(x), x - 1), [x])
    assert slope.data == INF
    assert grad(slope, [x])[0].data == -INF  # √″ = −1/4 x^(−3/2)
    assert not any(node.op in ("greater", "mul") for node in graph.order(slope) if node.data == 1.0)
    (plain,) = grad(where(1.0, x * x, x), [x])
    assert "where" not in {node.op for node in graph.order(plain)}


def test_leaves_that_received_nothing_read_0() -> None:
    x, y = Value(0.0), Value(2.0)
    inner = sqrt(x)
    z = maximum(y, inner)
    z.backward()
    assert (x.grad, x.has_grad, y.grad, inner.grad, inner.has_grad) == (0.0, True, 1.0, 0.0, True)
    assert math.copysign(1.0, x.grad) == 1.0
    z.backward()
    assert (x.grad, graph.passes(x), y.grad) == (0.0, 2, 2.0)


def test_a_pass_leaves_no_trace_in_the_next() -> None:
    x, y = Value(0.25), Value(2.0)
    inner = sqrt(x)
    maximum(y, inner).backward()
    assert inner.grad == 0.0
    minimum(y, inner).backward()
    assert (inner.grad, x.grad) == (1.0, 1.0)


# --- the table ------------------------------------------------------------------------------------


def points(name: str) -> list[tuple[float, ...]]:
    """Operands at corners and off them, for a row of at most three."""
    row = TABLE[name]
    count = row.arity or 3
    some = (0.0, -0.0, 1.0, -1.0, 0.5, -1.5, 2.0, 2.5)
    corners: list[tuple[float, ...]] = [()]
    for _ in range(count):
        corners = [(*corner, x) for corner in corners for x in some]
    return corners


def near(name: str, at: tuple[float, ...], i: int, by: float) -> float:
    return TABLE[name].forward(*at[:i], at[i] + by, *at[i + 1 :])


CHOOSING = [name for name, row in TABLE.items() if row.boundary is not None]


def test_a_row_whose_derivatives_are_all_0_has_a_boundary() -> None:
    for name, row in TABLE.items():
        found = {
            row.local(i, row.forward(*at), at) for at in points(name) for i in range(len(at))
        }  # nan is not 0
        assert found != {0.0} or (row.boundary is not None and row.jumps), name
    assert {*CHOICES} <= {*CHOOSING}


@pytest.mark.parametrize("name", CHOOSING)
def test_off_its_boundary_a_row_is_constant_where_its_partial_is_0_and_shifts_where_it_is_1(
    name: str,
) -> None:
    row, kinds = TABLE[name], set()
    for at in points(name):
        assert row.boundary is not None
        if row.boundary(*at) != 0.0:
            continue
        z = row.forward(*at)
        for i, chosen in enumerate(choices.taken(row, z, at)):
            kinds.add(chosen)
            for by in (2.0**-20, -(2.0**-20)):
                moved = near(name, at, i, by)
                if chosen is not None:
                    assert moved == z + (by if chosen else 0.0), (at, i)
    assert False in kinds


@pytest.mark.parametrize("name", TABLE)
def test_every_jump_of_every_row_is_known(name: str) -> None:
    row = TABLE[name]
    for at in points(name):
        z = row.forward(*at)
        for i in range(len(at)):
            sides = [near(name, at, i, by) for by in (1e-9, -1e-9)]
            real = all(side == side for side in (z, *sides))
            jumps = real and any(abs(side - z) > 1e-3 for side in sides)
            states = [choices.MOVES if k == i else choices.FIXED for k in range(len(at))]
            known = choices.state(row, z, at, states)
            # At a pole without a change of sign the number is infinite, so that it is settled.
            assert not jumps or known == choices.JUMPS or math.isinf(z), (at, i)
            if real and known == choices.FIXED:
                assert sides == [z, z], (at, i)


# --- random graphs --------------------------------------------------------------------------------


def with_branches(name: str, operands: Sequence[Any]) -> Any:
    """The operation as Python's own branches would write it: what is not chosen is not recorded."""
    numbers = [x.data if isinstance(x, Value) else x for x in operands]
    row = TABLE[name]
    compared = numbers[:1] if name == "where" else numbers
    if name in CHOICES and not any(x != x for x in compared):
        if name == "where" and (numbers[0] or not isinstance(operands[0], Value)):
            return operands[1 if numbers[0] else 2]
        if name in ("minimum", "maximum", "max"):
            best = min(numbers) if name == "minimum" else max(numbers)
            if numbers.count(best) == 1:
                return operands[numbers.index(best)]
        if name in ("step", "sign") and numbers[0] != 0.0:
            return row.forward(*numbers)
        if name == "greater" and numbers[0] != numbers[1]:
            return row.forward(*numbers)
        if name == "relu" and numbers[0] != 0.0:
            return operands[0] if numbers[0] > 0.0 else 0.0
    return applied(name, operands)


def alike(found: float, wanted: float) -> bool:
    if not math.isfinite(wanted) or not math.isfinite(found):
        return repr(found) == repr(wanted)
    return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)


def may_jump(condition: Value) -> bool:
    """Whether something below a condition might jump where it stands: then no branch is right."""
    return any(
        node.op in ("div", "recip", "atan2", "where")
        or (node.op in ("step", "sign") and node.operands[0].data in (0.0, NAN))
        or (node.op == "greater" and node.operands[0].data == node.operands[1].data)
        or node.data != node.data
        for node in graph.order(condition)
    )


@given(choosing_recipes())
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_it_is_what_a_program_with_branches_gives(recipe: Any) -> None:
    leaves, root = build(recipe)
    conditions = [node.operands[0] for node in graph.order(root) if node.op == "where"]
    assume(not any(map(may_jump, conditions)))
    root.backward()
    others, branched = build(recipe, call=with_branches)
    if isinstance(branched, Value):
        branched.backward()
    for leaf, other in zip(leaves, others, strict=True):
        assert alike(leaf.grad, other.grad)


@given(choosing_recipes())
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_second_derivatives_are_what_a_program_with_branches_gives(recipe: Any) -> None:
    leaves, root = build(recipe)
    conditions = [node.operands[0] for node in graph.order(root) if node.op == "where"]
    assume(not any(map(may_jump, conditions)))
    others, branched = build(recipe, call=with_branches)
    assume(isinstance(branched, Value))
    ours, theirs = hessian(root, leaves), hessian(branched, others)
    for row, other in zip(ours, theirs, strict=True):
        for found, wanted in zip(row, other, strict=True):
            # Sums in another order may cancel, or overflow, in one of them alone.
            if math.isfinite(found.data) and math.isfinite(wanted.data):
                assert alike(found.data, wanted.data)
            assert math.isnan(wanted.data) or not math.isnan(found.data)


@given(choosing_recipes())
def test_every_way_agrees_with_backward(recipe: Any) -> None:
    leaves, root = build(recipe)
    slopes = [slope.data for slope in grad(root, leaves)]
    along = [jvp(root, [leaf], [1.0]).data for leaf in leaves]
    root.backward()
    for leaf, slope, tangent in zip(leaves, slopes, along, strict=True):
        assert repr(slope + 0.0) == repr(leaf.grad)
        # Sums that cancel before a product in one mode and after it in the other may differ in nan.
        if math.isfinite(leaf.grad) and math.isfinite(tangent):
            assert alike(tangent, leaf.grad)


# --- what it costs, and whether these tests would notice ------------------------------------------


def many_conditions(count: int) -> Value:
    """Wheres whose conditions are each made from the one before."""
    x = condition = Value(0.25)
    total = x
    for _ in range(count):
        condition = condition * 1.0 + 0.0
        total = total + where(condition, x, sqrt(x))
    return total


def test_conditions_are_looked_at_once_in_a_pass_and_however_deep() -> None:
    few, many = (many_conditions(count) for count in (300, 600))
    work = [calls(few.backward), calls(many.backward)]
    assert work[1] < 2.05 * work[0]
    x = deep = Value(0.0)
    for _ in range(5000):
        deep = deep + 1.0
    z = where(deep, 2.0 * x, sqrt(x))
    z.backward()
    assert (x.grad, grad(z, [x])[0].data) == (2.0, 2.0)


def zeros_are_nothing(node: Any, nothing: float, states: Any) -> Any:
    if node._grad != 0.0:
        yield from CONTRIBUTIONS(node, nothing, states)


def nothing_is_zero(node: Any, nothing: float, states: Any) -> Any:
    operands = graph.raw_operands(node)
    local = node._row.at(node._data, graph.numbers(operands))
    for i, operand in enumerate(operands):
        if type(operand) is not float and not graph.is_constant(operand):
            yield i, node._grad * local(i)


def boundaries_decide(node: Any, nothing: float, states: Any) -> Any:
    numbers = graph.numbers(graph.raw_operands(node))
    off = choices.taken(node._row, node._data, numbers) if node._row.boundary else []
    for i, contribution in nothing_is_zero(node, nothing, states):
        if node._grad is not nothing and (not off or off[i] is not False):
            yield i, contribution


CONTRIBUTIONS = diff.contributions


@pytest.mark.parametrize("fault", [zeros_are_nothing, nothing_is_zero, boundaries_decide])
def test_planted_faults_are_caught(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong() -> int:
        right = sum(by_backward(f, point) != wanted for _, f, point, wanted in RIGHT)
        return right + sum(math.isfinite(by_backward(f, (at,))[0]) for _, f, at, _ in STILL_NAN)

    monkeypatch.setattr(backward, "sweep", lambda nodes, nothing, _: diff.sweep(nodes, nothing))
    assert wrong() == 0
    monkeypatch.setattr(diff, "contributions", fault)
    assert wrong() > 2


def test_watchers_see_no_contribution_of_what_is_not_chosen() -> None:
    x = Value(0.0)
    z = maximum(x + 1, sqrt(x) - 1)
    with strict(), nan_origin() as origin:
        z.backward()
    assert not origin
    assert x.grad == 1.0
    with strict(), pytest.raises(StrictError, match=r"derivative of sqrt\("):
        sqrt(x).backward()


def test_of_a_list_the_largest_is_chosen_and_a_tie_is_open() -> None:
    x, y = Value(1.0), Value(2.0)
    assert list(choices.chosen(ops.max([x, y, x]), {})) == [False, True, False]
    assert list(choices.chosen(ops.max([y, y, x]), {})) == [None, None, False]
