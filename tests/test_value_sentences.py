"""The description of ``Value``, sentence by sentence, each as a property.

Every test quotes the sentence that it holds the engine to; together they are the whole section on
``Value`` of the design. Random graphs come from :mod:`tests.graphs`.
"""

from __future__ import annotations

import copy
import gc
import math
import operator
import pickle
import sys
import threading
import weakref
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given as given_many
from hypothesis import settings
from hypothesis import strategies as st

from autograd_mini import (
    StaleGraphError,
    Value,
    draw,
    explain,
    grad,
    graph,
    jvp,
    no_grad,
    ops,
    walk,
)
from tests.graphs import build, recipes

Recipe = tuple[list[float], list[Any]]


def given(*strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Hypothesis's ``given`` with forty examples, which keeps the file to a few seconds."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        few: Any = settings(max_examples=40)
        many: Any = given_many
        decorated: Callable[..., None] = few(many(*strategies)(test))
        return decorated

    return decorate


finite = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-50.0, 50.0)
real_numbers = st.one_of(
    st.floats(),
    st.integers(-(2**1000), 2**1000),
    st.booleans(),
    st.fractions(),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**300), max_value=10**300),
    st.floats(width=32).map(lambda x: np.float32(x)),
    st.floats().map(lambda x: np.float64(x)),
    st.integers(-128, 127).map(lambda n: np.int8(n)),
    st.integers(0, 2**63).map(lambda n: np.uint64(n)),
    st.booleans().map(lambda b: np.bool_(b)),
)
no_numbers = st.one_of(
    st.complex_numbers(),
    st.text(),
    st.binary(),
    st.none(),
    st.lists(st.floats(), max_size=3),
    st.tuples(st.floats()),
    st.dictionaries(st.text(), st.floats(), max_size=2),
    st.lists(st.floats(), min_size=1, max_size=3).map(lambda xs: np.array(xs)),
    st.floats().map(lambda x: Value(x)),
    st.complex_numbers().map(lambda z: np.complex128(z)),
)


def bits(x: float) -> bytes:
    return np.float64(x).tobytes() if x == x else b"nan"


def gradients(leaves: list[Any]) -> list[bytes]:
    return [bits(leaf.grad) for leaf in leaves]


# --- what it holds --------------------------------------------------------------------------------


@given(real_numbers, st.text(max_size=8))
def test_data_is_any_real_number_and_is_stored_as_a_float(number: Any, label: str) -> None:
    """``Value(data, label="")``. ``data`` is any real number and is stored as a float."""
    v = Value(number, label)
    assert type(v.data) is float
    assert bits(v.data) == bits(float(number))
    assert (v.label, Value(number).label) == (label, "")


@given(no_numbers)
def test_anything_else_is_a_type_error_that_says_what_was_given(thing: Any) -> None:
    """Anything else … is a ``TypeError`` that says what was given."""
    with pytest.raises(TypeError, match="expected a real number") as refusal:
        Value(thing)
    said = str(refusal.value)
    kinds = ("None", "string", "complex", "Value", type(thing).__name__)
    assert any(kind in said for kind in kinds)


@given(recipes())
def test_grad_reads_zero_before_any_pass_and_has_grad_tells_the_difference(recipe: Recipe) -> None:
    """``.grad`` reads 0.0 before any pass and ``.has_grad`` tells the difference."""
    leaves, root = build(recipe)
    nodes = graph.order(root)
    assert all(node.grad == 0.0 and type(node.grad) is float for node in nodes)
    assert not any(node.has_grad for node in nodes)
    root.backward()
    assert all(type(node.grad) is float and type(node.data) is float for node in nodes)
    assert all(node.has_grad for node in nodes if not graph.is_constant(node))
    assert {leaf.has_grad for leaf in leaves if leaf not in set(nodes)} <= {False}


@given(recipes())
def test_op_is_the_name_of_the_row_and_empty_for_a_leaf(recipe: Recipe) -> None:
    """``.op`` (the row's name, ``""`` for a leaf)."""
    leaves, root = build(recipe)
    assert {leaf.op for leaf in leaves} == {""}
    for node in graph.order(root):
        assert node.op in ops.TABLE if node.operands else node.op == ""


@given(moderate, st.integers(1, 4))
def test_operands_are_an_ordered_tuple(x: float, power: int) -> None:
    """``.operands`` (an ordered tuple: a + a has two, x ** 2 has the second as a constant)."""
    a = Value(x)
    assert (a + a).operands == (a, a)
    base, exponent = (a**power).operands
    assert base is a
    assert (exponent.data, exponent.op, exponent.operands) == (float(power), "", ())
    assert graph.is_constant(exponent)
    left, right = (power - a).operands
    assert (left.data, right) == (float(power), a)


@given(st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=6), moderate)
def test_a_misspelt_attribute_is_refused(name: str, x: float) -> None:
    """A misspelt attribute is refused."""
    v = Value(x)
    misspelt = f"{name}_"
    for target in (v, v * 2.0):
        with pytest.raises(AttributeError):
            setattr(target, misspelt, 1.0)
        with pytest.raises(AttributeError):
            getattr(target, misspelt)


@given(finite, real_numbers, no_numbers)
def test_data_of_a_leaf_may_be_set_to_a_real_number_only(x: float, new: Any, thing: Any) -> None:
    """``data`` of a leaf may be set, to a real number only; on an interior node it is an error."""
    leaf = Value(x)
    with pytest.raises(TypeError, match="expected a real number"):
        leaf.data = thing
    assert leaf.data == x
    leaf.data = new
    assert bits(leaf.data) == bits(float(new))
    interior = leaf + 1.0
    with pytest.raises(AttributeError, match="result of an operation"):
        interior.data = 2.0


@given(finite, moderate)
def test_grad_of_a_leaf_may_be_set(given_grad: float, x: float) -> None:
    """``.grad`` of a leaf may be set too (programs write ``p.grad = 0``)."""
    leaf = Value(x)
    leaf.grad = given_grad
    assert (leaf.grad, leaf.has_grad) == (given_grad, True)
    leaf.grad = 0
    (leaf * 3.0).backward()
    assert (leaf.grad, type(leaf.grad)) == (3.0, float)
    with pytest.raises(AttributeError, match="result of an operation"):
        (leaf * 3.0).grad = 0.0


# --- operators ------------------------------------------------------------------------------------

EXACTLY = {"+": operator.add, "-": operator.sub, "*": operator.mul}
small_numbers = st.one_of(
    st.integers(-9, 9),
    st.fractions(-9, 9, max_denominator=64),
    st.decimals(-9, 9, places=3),
    st.booleans(),
    st.floats(-9, 9).map(lambda x: np.float64(x)),
    st.floats(-9, 9, width=32).map(lambda x: np.float32(x)),
    st.integers(-9, 9).map(lambda n: np.int64(n)),
)


@given(st.sampled_from(sorted(EXACTLY)), st.floats(-9, 9), small_numbers)
def test_arithmetic_with_real_numbers_on_either_side(symbol: str, x: float, number: Any) -> None:
    """``+ - * / **`` with Values and real numbers on either side."""
    act: Callable[..., Any] = EXACTLY[symbol]
    for left, right in ((Value(x), number), (number, Value(x)), (Value(x), Value(number))):
        z = act(left, right)
        assert type(z) is type(Value(0.0) + 1.0)
        plain = [side.data if isinstance(side, Value) else float(side) for side in (left, right)]
        assert z.data == act(*plain)


@given(st.floats(0.1, 9), small_numbers)
def test_division_and_powers_with_real_numbers_on_either_side(x: float, number: Any) -> None:
    """``+ - * / **`` with Values and real numbers on either side."""
    assert (number / Value(x)).data == float(number) / x
    assert (Value(x) ** number).data == pytest.approx(x ** float(number), rel=1e-14)
    if number > 0:
        assert (Value(x) / number).data == x / float(number)
        assert (number ** Value(x)).data == pytest.approx(float(number) ** x, rel=1e-14)


@given(finite)
def test_signs_and_absolute_value(x: float) -> None:
    """Unary ``+ -``, ``abs``."""
    v = Value(x)
    assert (+v).data == x
    assert bits((-v).data) == bits(-x)
    assert bits(abs(v).data) == bits(abs(x))


@given(moderate, st.floats(0.5, 9.0))
def test_in_place_forms_rebind(x: float, y: float) -> None:
    """In-place forms that rebind."""
    start = v = Value(x)
    acts: list[Any] = [operator.iadd, operator.isub, operator.imul, operator.itruediv]
    for act in acts:
        before, v = v, act(v, y)
        assert v is not before
        assert before in v.operands
    assert (start.data, start.op) == (x, "")
    v = Value(y)
    v **= 2
    assert (v.op, v.operands[1].data) == ("pow", 2.0)


@given(st.floats(), st.floats(), st.one_of(st.integers(), st.fractions(), st.booleans()))
def test_ordering_comparisons_are_by_value(x: float, y: float, number: Any) -> None:
    """Ordering comparisons by value (the slides say ``if y > 0.5``)."""
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        assert compare(Value(x), Value(y)) is compare(x, y)
        assert compare(Value(x), y) is compare(x, y) is compare(x, Value(y))
        assert compare(Value(x), number) is compare(x, number)


@given(finite, st.one_of(finite, st.integers(), st.fractions(), st.booleans()))
def test_equality_is_identity_and_numbers_are_refused(x: float, number: Any) -> None:
    """Identity for ``hash`` and for ``==`` between Values, while ``v == 2`` is a ``TypeError``."""
    v, twin = Value(x), Value(x)
    assert v == v
    assert v != twin
    assert len({v, twin, v}) == 2
    for compare in (operator.eq, operator.ne):
        for left, right in ((v, number), (number, v)):
            with pytest.raises(TypeError, match=r"compare its \.data"):
                compare(left, right)


@given(st.floats(), st.sampled_from([".2f", "+.3e", "010.4g", "%", ">12.1f"]))
def test_format_is_that_of_the_number(x: float, spec: str) -> None:
    """``format(v, ".2f")``."""
    assert format(Value(x), spec) == format(x, spec)
    assert f"{Value(x) * 1.0:{spec}}" == format(x * 1.0, spec)


@given(st.floats())
def test_truth_is_by_value(x: float) -> None:
    """``bool(v)`` by value."""
    assert bool(Value(x)) is bool(x)


@given(moderate, st.sampled_from([float, int, complex, round, math.exp, math.floor, math.trunc]))
def test_ways_to_lose_the_gradient_raise(x: float, lose: Callable[[Any], Any]) -> None:
    """``float(v)`` and ``math.exp(v)`` … raise, naming ``.data`` and ``autograd_mini.ops.exp``."""
    for v in (Value(x), Value(x) * 2.0):
        with pytest.raises(TypeError, match=r"\.data.*autograd_mini\.ops\.exp"):
            lose(v)


@given(finite, finite.filter(bool))
def test_division_is_one_correctly_rounded_division(x: float, y: float) -> None:
    """``a / b`` is one correctly rounded division."""
    z = Value(x) / Value(y)
    assert (z.op, len(z.operands)) == ("div", 2)
    exact = Fraction(x) / Fraction(y)
    try:
        rounded = exact.numerator / exact.denominator
    except OverflowError:
        rounded = math.inf if exact > 0 else -math.inf
    assert z.data == rounded


@given(st.lists(moderate, min_size=1, max_size=4), moderate)
def test_object_arrays_work_elementwise_in_both_orders(numbers: list[float], x: float) -> None:
    """NumPy object arrays of Values work elementwise in both orders, ``np.exp`` gives Values."""
    array = np.array([Value(number) for number in numbers], dtype=object)
    v = Value(x)
    for act in EXACTLY.values():
        for found, plain in (
            (act(array, v), [act(n, x) for n in numbers]),
            (act(v, array), [act(x, n) for n in numbers]),
            (act(array, array), [act(n, n) for n in numbers]),
        ):
            assert isinstance(found, np.ndarray)
            assert [z.data for z in found] == plain
    assert [z.op for z in np.exp(array)] == ["exp"] * len(numbers)


@given(moderate)
def test_an_operand_it_does_not_know_gets_its_turn(x: float) -> None:
    """An operand it does not know gets its turn (``NotImplemented``)."""

    class Other:
        def __radd__(self, left: Any) -> tuple[str, Any]:
            return ("radd", left)

        __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = __rmod__ = __radd__

        def __gt__(self, left: Any) -> str:
            return "turned round"

    v = Value(x)
    acts = (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow)
    for act in (*acts, operator.matmul, operator.mod):
        assert act(v, Other()) == ("radd", v)
    turned: Any = v < Other()
    assert turned == "turned round"
    with pytest.raises(TypeError, match="unsupported operand"):
        operator.matmul(v, v)


# --- the table ------------------------------------------------------------------------------------

COMMON = (
    "exp log sqrt sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh erf sigmoid "
    "logsigmoid softplus log1p expm1 relu leaky_relu elu gelu silu abs hypot atan2 logaddexp xlogy "
    "maximum minimum pow where sign step"
)
METHODS = COMMON.split()


@given(st.sampled_from(METHODS), st.data())
def test_every_row_is_a_function_and_the_common_ones_are_methods(name: str, data: Any) -> None:
    """Every row … is a function in ``ops`` of Values or floats; the common ones are methods."""
    row: Any = getattr(ops, name)
    at = [data.draw(st.floats(low, high)) for low, high in row.domain]
    number = row(*at)
    assert type(number) is float
    values = [Value(x) for x in at]
    for z in (row(*values), getattr(values[0], name)(*values[1:]), row(values[0], *at[1:])):
        assert (bits(z.data), z.op) == (bits(number), name)
        assert z.operands[0] is values[0]


@given(st.lists(finite, min_size=1, max_size=6))
def test_sum_and_max_are_one_node_even_for_one_value(numbers: list[float]) -> None:
    """The n-ary ``sum(values)``, ``max(values)`` (a node even for one value)."""
    values = [Value(x) for x in numbers]
    assert (ops.max(values).data, ops.max(values).op) == (max(numbers), "max")
    assert (ops.sum(values).operands, ops.max(values).operands) == (tuple(values), tuple(values))
    assert type(ops.max(numbers)) is float is type(ops.sum(numbers))


@given(st.lists(st.tuples(moderate, moderate), min_size=1, max_size=4), moderate)
def test_affine_is_one_node_that_can_be_opened(pairs: list[tuple[float, float]], b: float) -> None:
    """``affine(w, x, b)``: one node, operands w₁, x₁, …, wₙ, xₙ, b, that … can be opened."""
    w = [Value(p, f"w{i}") for i, (p, _) in enumerate(pairs)]
    x = [Value(q, f"x{i}") for i, (_, q) in enumerate(pairs)]
    bias = Value(b, "b")
    z = ops.affine(w, x, bias)
    flat = [v for pair in zip(w, x, strict=True) for v in pair]
    assert z.op == "affine"
    assert z.operands == (*flat, bias)
    slopes = [slope.data for slope in grad(z, [*flat, bias])]
    assert slopes == [*[v.data for q, p in zip(x, w, strict=True) for v in (q, p)], 1.0]
    assert len(explain(z, wrt=w[0]).paths) == 1
    assert str(walk(z)).count("w0") > 0


@given(st.lists(moderate, min_size=1, max_size=5), st.data())
def test_take_selects_one_of_a_list_by_an_integer(numbers: list[float], data: Any) -> None:
    """``take(values, index)`` selects one of a list by an integer."""
    values = [Value(x) for x in numbers]
    index = data.draw(st.integers(-3, len(numbers) + 2))
    if 0 <= index < len(numbers):
        assert ops.take(values, index) is values[index] is ops.take(values, np.int64(index))
    else:
        with pytest.raises(IndexError, match="outside 0 to"):
            ops.take(values, index)


# --- backward -------------------------------------------------------------------------------------


@given(recipes())
def test_backward_gives_the_derivative_with_respect_to_everything(recipe: Recipe) -> None:
    """``backward()`` gives the derivative of this output … to everything it depends on."""
    _, root = build(recipe)
    nodes = [node for node in graph.order(root) if not graph.is_constant(node)]
    wanted = grad(root, nodes)
    root.backward()
    for node, slope in zip(nodes, wanted, strict=True):
        assert node.has_grad
        assert slope.data == pytest.approx(node.grad, rel=1e-12, abs=1e-300, nan_ok=True)


@given(recipes())
def test_interior_nodes_hold_this_pass_and_leaves_accumulate(recipe: Recipe) -> None:
    """Interior nodes hold the gradient of *this* pass …; leaves accumulate until zeroed."""
    leaves, first = build(recipe)
    second = first * 0.5 + leaves[0]
    first.backward()
    after_one = [leaf.grad for leaf in leaves]
    second.backward()
    alone_leaves, alone_first = build(recipe)
    alone = alone_first * 0.5 + alone_leaves[0]
    alone.backward()
    inside = [node for node in graph.order(second) if not graph.is_leaf(node)]
    twins = [node for node in graph.order(alone) if not graph.is_leaf(node)]
    assert gradients(inside) == gradients(twins)
    for leaf, before, twin in zip(leaves, after_one, alone_leaves, strict=True):
        assert bits(leaf.grad) == bits(before + twin.grad)
    second.zero_grad()
    assert not any(node.has_grad for node in graph.order(second))


@given(recipes())
def test_twice_doubles_the_leaves_and_changes_nothing_inside(recipe: Recipe) -> None:
    """So calling it twice on one graph doubles the leaves and changes nothing inside."""
    _, root = build(recipe)
    nodes = graph.order(root)
    root.backward()
    once = {node: node.grad for node in nodes}
    root.backward()
    for node in nodes:
        times = 2.0 if graph.is_leaf(node) else 1.0
        assert bits(node.grad) == bits(times * once[node])


@given(recipes(), moderate)
def test_a_changed_leaf_makes_the_graph_stale(recipe: Recipe, new: float) -> None:
    """When a leaf's data was changed after a node used it, … raise ``StaleGraphError``."""
    leaves, root = build(recipe)
    used = [leaf for leaf in leaves if leaf in set(graph.order(root))]
    if not used:
        return
    changed = used[-1]
    changed.label = "the changed one"
    before = [leaf.grad for leaf in leaves]
    changed.data = new
    attempts: list[Callable[[], Any]] = [
        root.backward,
        lambda: grad(root, [changed]),
        lambda: jvp(root, [changed], [1.0]),
        lambda: explain(root, wrt=changed),
    ]
    for attempt in attempts:
        with pytest.raises(StaleGraphError, match=r"'the changed one'.*had used it"):
            attempt()
    assert [leaf.grad for leaf in leaves] == before
    again = changed * 2.0  # a node made after the change is not stale
    again.backward()


# --- depth, copies, memory ------------------------------------------------------------------------


def chain(n: int) -> tuple[Value, Value]:
    x = y = Value(0.5)
    for _ in range(n):
        y = y * 1.0
    return x, y


@settings(max_examples=3)
@given_many(st.integers(2 * sys.getrecursionlimit(), 4 * sys.getrecursionlimit()))
def test_no_recursion_anywhere(n: int) -> None:
    """No recursion anywhere: … under the default recursion limit."""
    x, y = chain(n)
    y.backward()
    assert x.grad == 1.0 == grad(y, [x])[0].data == jvp(y, [x], [1.0]).data
    twin = copy.deepcopy(y)
    assert len(graph.order(twin)) == n + 1
    assert pickle.loads(pickle.dumps(y)).data == 0.5
    assert repr(y) == "Value(data=0.5, grad=1.0, op='mul')"
    assert "digraph" in draw(y).dot
    del twin, y


@pytest.mark.slow
def test_ten_million_deep_builds_runs_backward_and_is_freed() -> None:
    """10⁷ operations deep builds, runs backward and is freed."""
    x, y = chain(10**7)
    y.backward()
    assert x.grad == 1.0
    gone = weakref.ref(y)
    gc.disable()
    try:
        del y
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize(
    "do",
    [
        lambda y: graph.order(copy.deepcopy(y))[0].data,
        lambda y: graph.order(pickle.loads(pickle.dumps(y)))[0].data,
        lambda y: float(repr(y)[11:14]),
        lambda y: 0.5 if "digraph" in draw(y).dot else None,
        lambda y: grad(y, [graph.order(y)[0]])[0].data / 2.0,
    ],
    ids=["deepcopy", "pickle", "repr", "draw", "grad"],
)
def test_a_million_deep_is_copied_pickled_printed_and_drawn(do: Callable[[Value], Any]) -> None:
    """10⁶ deep is copied, pickled, printed and drawn (collapsed)."""
    assert do(chain(10**6)[1]) == 0.5


@given(recipes(), st.sampled_from([copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]))
def test_a_copy_keeps_shared_nodes_shared(recipe: Recipe, again: Callable[[Any], Any]) -> None:
    """A copy or pickle of ``(x, y)`` keeps ``y.operands[0] is x``."""
    leaves, root = build(recipe)
    y = leaves[0] * root
    x_twin, y_twin = again((leaves[0], y))
    assert y_twin.operands[0] is x_twin
    assert len(graph.order(y_twin)) == len(graph.order(y))
    assert not set(graph.order(y_twin)) & set(graph.order(y))
    y.backward()
    assert not x_twin.has_grad
    y_twin.backward()
    assert bits(x_twin.grad) == bits(leaves[0].grad)


@given(recipes())
def test_dropping_the_root_frees_the_graph_at_once(recipe: Recipe) -> None:
    """No reference cycles: dropping the root frees the graph at once, the collector off."""
    leaves, root = build(recipe)
    root.backward()
    (slope,) = grad(root, [leaves[0]])
    repr(root), root.operands, slope.data
    inside = [weakref.ref(node) for node in graph.order(root) if node not in leaves]
    gc.disable()
    try:
        del root, slope
        assert not any(node() is not None for node in inside)
    finally:
        gc.enable()


@given(recipes())
def test_gradients_are_bit_identical_from_run_to_run(recipe: Recipe) -> None:
    """Gradients are bit-identical from run to run (from process to process: test_diff.py)."""
    found = []
    for _ in range(3):
        leaves, root = build(recipe)
        junk = [Value(0.0) for _ in range(17)]  # other addresses, other hashes
        root.backward()
        found.append(gradients(leaves))
        del junk
    assert found[0] == found[1] == found[2]


@given(recipes(), st.booleans())
def test_no_grad_is_per_thread_and_restored_after_an_exception(recipe: Recipe, fail: bool) -> None:
    """``no_grad()`` is a context manager, per thread, restored after an exception."""
    elsewhere: list[Any] = []
    try:
        with no_grad():
            _, root = build(recipe)
            assert root.operands == ()
            other = threading.Thread(target=lambda: elsewhere.append(build(recipe)[1]))
            other.start()
            other.join()
            if fail:
                raise KeyError
    except KeyError:
        pass
    assert elsewhere[0].operands
    assert build(recipe)[1].operands


def test_decimals_and_fractions_are_read_exactly() -> None:
    """``data`` is any real number …: the nearest double, where there is no exact one."""
    assert Value(Decimal("0.1")).data == Value(Fraction(1, 10)).data == 0.1
