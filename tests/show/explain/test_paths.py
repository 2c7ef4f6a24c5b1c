"""The paths of an explanation against paths found one by one."""

from __future__ import annotations

import math
import sys
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd_mini import StaleGraphError, Value, copying, nn, ops
from autograd_mini.show.explain import Explanation, MatrixExplanation, explain
from autograd_mini.show.explain.factoring import Product, Sum, gathered
from autograd_mini.show.explain.paths import Edge, Flow
from tests.counting import calls
from tests.graphs import build, choosing_recipes, recipes

MANY = 3000


def every_path(root: Any, wrt: Any) -> list[list[float]]:
    """The local derivatives along every path, by walking down from the output."""
    found: list[list[float]] = []
    waiting: list[tuple[Any, list[float]]] = [(root, [])]
    while waiting:
        node, above = waiting.pop()
        if node is wrt:
            found.append(above)
            continue
        numbers = [x.data for x in node.operands]
        for i, operand in enumerate(node.operands):
            local = ops.row_named(node.op).local(i, node.data, numbers)
            waiting.append((operand, [*above, local]))
        assume(len(waiting) + len(found) < MANY)
    return found


def explained(root: Any, wrt: Any, **options: Any) -> Explanation:
    made = explain(root, wrt, **options)
    assert isinstance(made, Explanation)
    return made


@given(recipes(most=12), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_all_paths_of_random_graphs(recipe: Any, which: int) -> None:
    leaves, root = build(recipe)
    wrt = leaves[which % len(leaves)]
    expected = every_path(root, wrt)
    told = explained(root, wrt, most=MANY)
    assert told.count == len(expected) == len(told.paths)
    found = [[factor.derivative for factor in path.factors] for path in told.paths]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))
    products = [math.prod(path) for path in expected]
    root.backward()
    assert repr(told.gradient) == repr(wrt.grad)
    if all(map(math.isfinite, products)):
        scale = math.fsum(map(abs, products))
        total = math.fsum(path.product for path in told.paths)
        assert abs(total - told.gradient) <= 1e-12 * scale


@given(recipes(most=12), st.integers(1, 6))
@settings(max_examples=150, deadline=None)
def test_the_largest_paths_of_random_graphs(recipe: Any, most: int) -> None:
    leaves, root = build(recipe)
    sizes = sorted((abs(math.prod(p)) for p in every_path(root, leaves[0])), reverse=True)
    assume(len(sizes) > most and all(map(math.isfinite, sizes)))
    told = explained(root, leaves[0], most=most)
    shown = [abs(path.product) for path in told.paths]
    assert shown == pytest.approx(sizes[:most], rel=1e-12)
    assert told.count == len(sizes)
    if sum(sizes):
        assert told.share == pytest.approx(sum(sizes[:most]) / sum(sizes), rel=1e-10)
    else:
        assert math.isnan(told.share)


@given(recipes(most=12))
@settings(max_examples=150, deadline=None)
def test_gathered_sums_are_the_gradient(recipe: Any) -> None:
    leaves, root = build(recipe)
    sizes = [abs(math.prod(p)) for p in every_path(root, leaves[0])]
    assume(sizes and all(map(math.isfinite, sizes)))
    flow = Flow(root, leaves[0])
    tree = gathered(flow, MANY, 10**6)
    assume(tree is not None)
    assert abs(valued(tree) - flow.gradient) <= 1e-12 * math.fsum(sizes)
    assert expanded(tree) == len(sizes)


def valued(tree: Any) -> float:
    if isinstance(tree, Edge):
        return tree.local
    if isinstance(tree, Product):
        return math.prod(map(valued, tree.factors))
    assert isinstance(tree, Sum)
    return math.fsum(map(valued, tree.terms))


def expanded(tree: Any) -> int:
    """How many products there are when all brackets are multiplied out."""
    if isinstance(tree, Edge):
        return 1
    if isinstance(tree, Product):
        return math.prod(map(expanded, tree.factors))
    return sum(map(expanded, tree.terms))


def test_both_places_of_an_operand_are_paths() -> None:
    a = Value(3.0, "a")
    told = explained(a + a, a)
    assert [(p.factors[0].place, p.product) for p in told.paths] == [(0, 1.0), (1, 1.0)]
    assert told.gradient == 2.0


def test_the_factors_of_a_path() -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    z = ops.affine([w], [x], b)
    z.label = "z"
    a = z.sigmoid()
    a.label = "a"
    (path,) = explained(a, w).paths
    first, second = path.factors
    assert (first.node, first.operand, first.place) == (a, z, 0)
    assert (first.derivative, first.formula) == (0.25, "a · (1 − a)")
    assert (second.node, second.operand, second.place) == (z, w, 0)
    assert (second.derivative, second.formula) == (2.0, "x")
    assert [f.formula for f in explained(a, x).paths[0].factors] == ["a · (1 − a)", "w"]
    assert [f.formula for f in explained(a, b).paths[0].factors] == ["a · (1 − a)", "1"]


def test_a_difference_quotient_agrees() -> None:
    def f(number: float) -> tuple[Value, Value]:
        x = Value(number)
        return x, (x * x).tanh() / (1.0 + ops.hypot(x, 2.0)) + ops.log(x)

    x, y = f(0.7)
    h = 1e-6
    slope = (f(0.7 + h)[1].data - f(0.7 - h)[1].data) / (2 * h)
    told = explained(y, x)
    assert told.gradient == pytest.approx(slope, rel=1e-8)
    assert math.fsum(path.product for path in told.paths) == pytest.approx(slope, rel=1e-8)


def test_an_input_that_does_not_matter() -> None:
    y, x = Value(1.0, "y") * 2.0, Value(3.0, "x")
    told = explained(y, x)
    assert (told.gradient, told.count, told.paths) == (0.0, 0, ())
    assert told.text == "v₁ does not depend on x: ∂v₁/∂x = 0\n\nwhere:\nv₁ = y · 2"
    constant = explained(Value.constant(2.0, "c"), x)
    assert (constant.gradient, constant.text) == (0.0, "c does not depend on x: ∂c/∂x = 0")


def test_the_output_with_respect_to_itself() -> None:
    y = Value(1.0) * 2.0
    y.label = "y"
    told = explained(y, y)
    assert (told.gradient, told.count, told.share) == (1.0, 1, 1.0)
    assert (len(told.paths[0]), told.paths[0].product) == (0, 1.0)
    assert told.text == "y with respect to itself: ∂y/∂y = 1"


def test_an_interior_node_is_an_input_too() -> None:
    x = Value(2.0, "x")
    p = x * x
    p.label = "p"
    assert explained(p * x + p, p).gradient == 3.0


def test_gradients_are_left_alone() -> None:
    x = Value(2.0, "x")
    y = x * x
    explained(y, x)
    assert not x.has_grad
    assert not y.has_grad
    y.backward()
    explain(y, [x])
    explained(y, x)
    assert (x.grad, y.grad) == (4.0, 1.0)


def test_a_stale_graph_is_refused() -> None:
    x = Value(2.0, "x")
    y = x * x
    x.data = 3.0
    for wrt in (x, [x], y):
        with pytest.raises(StaleGraphError, match="'x'"):
            explain(y, wrt)


def test_an_explanation_is_a_snapshot() -> None:
    x = Value(2.0, "x")
    told = explained(x * x, x)
    x.data = 5.0
    x.label = "u"
    assert told.gradient == 4.0
    assert "∂v₁/∂x = 2 + 2\n       = 4" in told.text


def test_paths_are_counted_not_listed() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(3000):
        y = y + y
    told = explained(y, x, most=3)
    assert told.count == 2**3000
    assert len(told.paths) == 3
    assert told.text.startswith("about 1.23 × 10⁹⁰³ paths lead from ")
    assert "… 2,984 factors …" in told.text


def test_paths_without_cut_nodes_are_counted_too() -> None:
    """Two chains that cross at every step: no node between the ends is on every path."""
    x = Value(1.0, "x")
    a, b = x + 0.0, x * 1.0
    for _ in range(200):
        a, b = a + b, a - b
    told = explained(a * b, x, most=2)
    assert told.count == 2**201
    assert told.gradient == pytest.approx((a * b).data * 2.0)


def test_the_share_of_the_shown_paths() -> None:
    x = Value(1.0, "x")
    y = ops.sum([x * c for c in (1.0, -7.0, 0.5, 11.5)])
    y.label = "y"
    told = explained(y, x, most=2)
    assert [path.product for path in told.paths] == [11.5, -7.0]
    assert told.share == 18.5 / 20.0
    assert "Shown: the 2 largest; in absolute value they make up 92.5 % of the sum" in told.text
    assert "The shown paths add up to 4.5, all paths to ∂y/∂x = 6." in told.text


def test_the_share_of_more_paths_than_a_float_can_count() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(2000):
        y = y + y
    told = explained(y, x, most=3)
    assert told.count == 2**2000
    assert told.share == 0.0
    assert "they make up less than 1 × 10⁻³⁰⁰ % of the sum" in " ".join(told.text.split())
    half = x
    for _ in range(40):
        half = (half + half) * 1e30
    told = explained(half + half * 3.0, x, most=1)
    assert math.isinf(told.gradient)
    assert told.share == pytest.approx(0.75 / 2**40, rel=1e-12)


def test_products_that_overflow_on_the_way_are_ranked() -> None:
    x = Value(1.0, "x")
    far = x * 1e200 * 1e200 * 1e-200 * 1e-200
    near = x * 1e-200 * 1e-200 * 1e200 * 1e200 * 3.0
    told = explained(near + far + 0.5 * x, x, most=2)
    assert [len(path) for path in told.paths] == [7, 6]


def test_a_dead_unit_contributes_nothing_and_is_shown() -> None:
    x = Value(-1.0, "x")
    told = explained(x.relu() + x, x)
    assert [path.product for path in told.paths] == [0.0, 1.0]


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_numbers_that_are_none(number: float) -> None:
    x = Value(2.0, "x")
    told = explained(x * number + x, x, most=1)
    assert repr(told.paths[0].product) == repr(number)
    assert math.isnan(told.share)
    assert repr(number) in told.text
    assert "Shown: the 1 largest." in told.text


def test_paths_that_cancel_infinitely_are_shown() -> None:
    x = Value(0.0, "x")
    told = explained(1 / x + -(1 / x), x)
    assert sorted(path.product for path in told.paths) == [-math.inf, math.inf]
    assert math.isnan(told.gradient)
    assert "∂v₄/∂x = −inf + inf\n       = nan" in told.text


@pytest.mark.slow
def test_very_deep_graphs() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(200_000):
        y = y * 1.0
    y.label = "y"
    told = explained(y, x)
    assert (told.count, told.gradient, len(told.paths[0])) == (1, 1.0, 200_000)
    assert "… 199,984 factors …" in told.text
    assert len(told.text) < 3000


def test_many_listed_paths_take_work_in_proportion() -> None:
    def explaining(count: int) -> int:
        x = Value(1.0, "x")
        y = ops.sum([x * float(i) for i in range(count)])
        return calls(lambda: explain(y, x, most=count).text)

    assert explaining(400) < 2.2 * explaining(200)


def test_wrong_arguments() -> None:
    x = Value(1.0, "x")
    with pytest.raises(TypeError, match="expected a Value, not float"):
        explain(2.0, x)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="wrt is str 'x'"):
        explain(x, "x")
    with pytest.raises(ValueError, match="most=0"):
        explain(x, x, most=0)
    with pytest.raises(ValueError, match="digits=0"):
        explain(x, x, digits=0)


def test_networks_have_as_many_paths_as_neurons_between() -> None:
    model = nn.MLP(2, [3, 4, 1], "tanh")
    told = explained(model([1.0, 2.0]), model.layers[0].W[0][0], most=2)
    assert told.count == 4


@given(choosing_recipes())
def test_what_is_not_chosen_is_on_no_path_that_counts(recipe: Any) -> None:
    leaves, root = build(recipe)
    root.backward()
    for leaf in leaves:
        told = explained(root, leaf)
        assert repr(told.gradient) == repr(leaf.grad)
        products = [path.product for path in told.paths]
        if told.is_complete and all(map(math.isfinite, [*products, told.gradient])):
            scale = math.fsum(map(abs, products))
            assert abs(math.fsum(products) - told.gradient) <= 1e-9 * scale


def test_a_path_that_is_not_chosen_is_shown_as_such() -> None:
    x = Value(0.0, "x")
    root = ops.maximum(x + 1, x.sqrt() - 1)
    told = explained(root, x)
    assert [path.product for path in told.paths] == [1.0, 0.0]
    assert told.share == 1.0
    said = " ".join(told.text.split())
    assert "Not chosen: ∂v₄/∂v₃. Such a path contributes nothing even if another factor" in said
    matrix = explain(root, wrt=[x], through=[list(root.operands)])
    assert isinstance(matrix, MatrixExplanation)
    assert (matrix.gradient, matrix.product) == ([1.0], [1.0])


@pytest.mark.parametrize("constant", [1234567.0, -9999999.0, 1234567.5, 1.23456789, 2.0**70, 0.1])
def test_one_number_has_one_spelling(constant: float) -> None:
    x = Value(2.0, "x")
    told = explained(constant * x, x)
    factors = told.text.partition("Factors:")[2].partition("where:")[0].strip()
    is_exact = float(f"{constant:.3e}") == constant or constant in (1234567.0, -9999999.0)
    sign = " = " if is_exact else " ≈ "
    assert factors.count(" = ") + factors.count(" ≈ ") == factors.count(sign) == 1
    headline = next(line for line in told.text.splitlines() if line.startswith("∂"))
    assert factors.rpartition(sign)[2] == headline.rpartition(sign)[2]
    if constant.is_integer() and abs(constant) < 1e7:
        assert f"{abs(constant):.0f} · x" in told.text


def beginning(told: Any) -> str:
    said: str = " ".join(told.text.split())
    return said


def test_of_a_derivative_that_is_nan_it_is_said_where_the_nan_began() -> None:
    x = Value(-1.0, "x")
    told = explained(ops.log(x) * 2.0 + 1.0, x)
    assert "log(x) = log(−1) = nan: the operation is not defined there, and" in beginning(told)
    for form in (told.latex, told.mathml):
        assert "begins." in form
    z = ops.sqrt(x - 1.0)
    z.label = "z"
    assert "z = √(−2) = nan: the operation" in beginning(explained(ops.exp(z) / z, x))
    assert "y = nan" not in beginning(explained(Value(3.0, "y") * x, x))
    given_nan = Value(math.nan, "x")
    assert "x is nan from the start." in beginning(explained(given_nan * given_nan, given_nan))
    many = ops.sum([ops.log(x), *[Value(1.0)] * 20])
    assert "log(x) = log(−1) = nan" in beginning(explained(many * x, x))
    infinite = Value(math.inf, "v")
    added = ops.sum([infinite, -infinite, *[Value(1.0)] * 20])
    said = beginning(explained(added * x, x))
    assert "= nan: the operation is not defined there, and there the nan begins." in said


def test_a_nan_may_begin_with_a_slope_or_between_two_of_them() -> None:
    x = Value(0.0, "x")
    said = beginning(explained(ops.sqrt(x) ** 2, x))
    assert "The nan begins where 0 meets an infinity" in said
    said = beginning(explained(ops.atan2(x, Value(0.0)) + x, x))
    assert "is not defined here: the nan begins with it." in said
    assert "nan" not in beginning(explained(ops.sqrt(x + 1.0), x))


def test_an_explanation_is_made_on_a_straight_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads explain() function by function, in the order of their first calls, turns little."""
    monkeypatch.setattr(copying, "known", {})  # copies that other tests hold are asked about
    w, x, b = (Value(number, label) for number, label in ((2.0, "w"), (1.5, "x"), (-1.0, "b")))
    a = ops.sigmoid(w * x + b)
    a.label = "a"
    explain(a, wrt=w)  # what is made once is made
    order: dict[Any, str] = {}

    def note(frame: Any, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and "autograd_mini" in code.co_filename and code.co_name[0] != "<":
            order.setdefault(code, code.co_filename)

    sys.setprofile(note)
    try:
        explain(a, wrt=w)
    finally:
        sys.setprofile(None)
    files = [*order.values()]
    stays = sum(one != other for one, other in pairwise(["", *files]))
    assert stays <= 46  # it was 69 in 23 files
    assert len(set(files)) <= 20
