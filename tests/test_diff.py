"""backward(): the chain rule in reverse topological order, and what it refuses to get wrong."""

from __future__ import annotations

import linecache
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import AutogradError, StaleGraphError, Value, diff, grad, graph, no_grad, ops
from autograd_mini.engine import engine_info
from autograd_mini.fast import backward
from autograd_mini.rows import op
from tests.graphs import build, choosing_recipes, recipes

Recipe = Any


def test_a_shared_operand_gets_the_sum_of_its_contributions() -> None:
    a = Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad, c.grad) == (4.0, 2.0, 1.0)


def test_interior_nodes_hold_this_pass_only_and_leaves_add_up() -> None:
    x = Value(3.0)
    y = x * x
    z = y * 2
    z.backward()
    z.backward()
    assert (x.grad, y.grad, z.grad) == (24.0, 2.0, 1.0)
    y.backward()
    assert (x.grad, y.grad) == (30.0, 1.0)
    assert graph.passes(x) == 3


def test_the_passes_of_interior_nodes_can_be_told_apart() -> None:
    x = Value(3.0)
    y = x * x
    z = y * 2
    assert graph.pass_of(y) is None
    z.backward()
    assert graph.pass_of(y) == graph.pass_of(z) is not None
    y.backward()
    assert graph.pass_of(y) != graph.pass_of(z)
    x.data = 3.0
    w = z + 1  # made in a later epoch than z
    with pytest.raises(StaleGraphError):
        w.backward()


def test_nodes_of_several_epochs_share_a_pass() -> None:
    x, t = Value(3.0), Value(1.0)
    y = x * x
    t.data = 2.0
    z = y * t
    z.backward()
    z.backward()
    assert (x.grad, t.grad) == (24.0, 18.0)
    assert graph.pass_of(y) == graph.pass_of(z) is not None


def test_zero_grad_forgets_and_the_count_starts_again() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    y.zero_grad()
    assert (x.grad, x.has_grad, y.has_grad, graph.passes(x)) == (0.0, False, False, 0)
    y.backward()
    assert x.grad == 6.0
    x.grad = 0
    y.backward()
    assert x.grad == 6.0


def test_a_gradient_set_by_hand_is_added_to() -> None:
    x = Value(3.0)
    x.grad = 100
    (x * x).backward()
    assert x.grad == 106.0


def test_constants_receive_no_gradient() -> None:
    x, k = Value(3.0), Value.constant(5.0)
    y = x * k + 2 + ops.affine([k, x], [x, 1.0], k) + ops.maximum(k, x)
    y.backward()
    assert not k.has_grad
    assert k.grad == 0.0
    y.zero_grad()
    y.backward()
    assert all(not n.has_grad for n in graph.order(y) if graph.is_constant(n))
    assert x.grad == 5 + 5 + 1


def test_the_local_derivative_of_a_constant_is_not_evaluated() -> None:
    x = Value(-2.0)
    (x**2).backward()  # the derivative in the exponent would be log(-2)
    assert x.grad == -4.0


def test_backward_of_a_leaf_and_of_a_constant() -> None:
    x = Value(3.0)
    x.backward()
    assert x.grad == 1.0
    with no_grad():
        y = x * x
    for constant in (y, Value.constant(1.0)):
        with pytest.raises(AutogradError, match=r"constant.*no_grad"):
            constant.backward()


def test_a_stale_graph_is_refused_by_name_and_nothing_is_lost() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    y = w * x
    y.label = "y"
    z = y + 1
    z.backward()
    w.data = 5.0
    for derivative in (z.backward,):
        with pytest.raises(StaleGraphError, match=r"'w'.*5\.0.*'y'.*forward pass again"):
            derivative()
    assert (w.grad, x.grad, graph.passes(w)) == (3.0, 2.0, 1)
    assert not z.has_grad
    (w * x).backward()  # a new forward pass is fine
    assert (w.grad, x.grad) == (6.0, 7.0)


def test_a_change_before_use_is_no_staleness() -> None:
    w, other = Value(2.0), Value(1.0)
    w.data = 3.0
    y = w * w
    other.data = 7.0  # nothing to do with this graph
    y.backward()
    assert w.grad == 6.0


def test_an_interrupted_pass_leaves_the_leaves_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(z: float, x: float) -> float:
        raise KeyboardInterrupt

    row = op("interrupting", lambda x: x, interrupt, domain=((-1, 1),))
    try:
        x = Value(2.0)
        y = x * 3
        z = row(y) + x
        (x * x).backward()
        with pytest.raises(KeyboardInterrupt):
            z.backward()
        assert (x.grad, graph.passes(x)) == (4.0, 1)
        assert not any(node.has_grad for node in graph.order(z) if node.op)
    finally:
        del ops.TABLE["interrupting"]


def interrupted_at(line: int, work: Callable[[], None]) -> bool:
    """Run ``work``, press Ctrl-C when the pass comes to its n-th line; whether it came so far."""
    left = line

    def local(frame: Any, event: str, _: Any) -> Any:
        nonlocal left
        # A real Ctrl-C does not come at a try, nor between the end of a block and its __exit__.
        statement = linecache.getline(frame.f_code.co_filename, frame.f_lineno).lstrip()
        if event == "line" and not statement.startswith(("with ", "try:")):
            left -= 1
            if left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return local

    def enter(frame: Any, event: str, _: Any) -> Any:
        ours = frame.f_code.co_filename in (diff.__file__, backward.__file__)
        return local if ours and frame.f_code.co_name != "undo" else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_a_pass_interrupted_at_any_line_leaves_the_leaves_as_they_were() -> None:
    # From the first line of backward() to its last: Ctrl-C may come anywhere.
    def made() -> tuple[Value, Value, Value]:
        x, w, k = Value(2.0), Value(0.5), Value.constant(3.0)
        y = x * 3
        z = ops.affine([w, y], [y, x], k) + ops.sum([y.tanh(), y / w]) * (y - 1).relu() + k * y
        x.grad = 10.0
        return x, w, z

    x, w, z = made()
    z.backward()
    whole, line = x.grad, 1
    x, w, z = made()
    while interrupted_at(line, z.backward):
        # Once all is added up, only the leaves' memory of their passes can be cut short.
        if x.grad != whole:
            assert (x.grad, w.has_grad) == (10.0, False), line
            assert not any(node.has_grad for node in graph.order(z) if node.op), line
        x, w, z = made()
        line += 1
        assert not graph.lock._is_owned()  # type: ignore[attr-defined]
    assert line > (300 if engine_info() == "pure Python" else 10)  # the core has no lines
    assert w.has_grad


# --- the fast paths and the plain ones, bit for bit ---


Sweep = Callable[[list[Any], float], None]


def swept(root: Value, leaves: list[Value], sweep: Sweep) -> list[str]:
    """The gradients that a sweep gives the leaves, after the plain walk."""
    nothing, _ = backward.begin()
    for node in (*leaves, *graph.order(root)):
        node._grad = nothing
    root._grad = 1.0
    sweep([node for node in graph.order(root) if node.op], nothing)
    return [repr(leaf.grad) for leaf in leaves]


def plain_gradients(recipe: Recipe, sweep: Sweep) -> list[str]:
    leaves, root = build(recipe)
    return swept(root, leaves, sweep)


@given(st.one_of(recipes(), choosing_recipes()))
def test_the_fast_sweep_agrees_with_the_plain_one_bit_for_bit(recipe: Recipe) -> None:
    leaves, root = build(recipe)
    root.backward()
    fast = [repr(leaf.grad) for leaf in leaves]
    assert fast == plain_gradients(recipe, diff.sweep)


@given(recipes())
def test_the_fast_walk_agrees_with_the_plain_order(recipe: Recipe) -> None:
    _, root = build(recipe)
    found = backward.Walk()
    backward.visit(root, found)
    order = graph.order(root)
    assert found.nodes == [node for node in order if node.op]
    assert found.leaves == [n for n in order if not n.op and not graph.is_constant(n)]


@given(recipes())
def test_a_second_pass_doubles_the_leaves_exactly(recipe: Recipe) -> None:
    leaves, root = build(recipe)
    root.backward()
    once = [leaf.grad for leaf in leaves]
    inside = [repr(node.grad) for node in graph.order(root) if node.op]
    root.backward()
    assert [repr(leaf.grad) for leaf in leaves] == [repr(g + g) for g in once]
    assert inside == [repr(node.grad) for node in graph.order(root) if node.op]


# --- planted faults: the comparison above must notice ---


def forgotten_plus(nodes: list[Any], nothing: float) -> None:
    for node in reversed(nodes):
        operands = graph.raw_operands(node)
        for i, contribution in diff.contributions(node, nothing, {}):
            operands[i]._grad = contribution  # = instead of +=


def wrong_order(nodes: list[Any], nothing: float) -> None:
    for node in nodes:  # operands before results
        diff.hand_on(node, nothing, {})


def set_of_operands(nodes: list[Any], nothing: float) -> None:
    for node in reversed(nodes):
        operands = graph.raw_operands(node)
        done = set()
        for i, contribution in diff.contributions(node, nothing, {}):
            if operands[i] not in done:  # a + a has one operand only
                done.add(operands[i])
                operands[i]._grad += contribution


def cancelling_tanh(nodes: list[Any], nothing: float) -> None:
    for node in reversed(nodes):
        if node.op == "tanh":
            node._a._grad += node._grad * (1.0 - node._data * node._data)
        else:
            diff.hand_on(node, nothing, {})


FAULTS = [forgotten_plus, wrong_order, set_of_operands, cancelling_tanh]
CATCHES: Recipe = ([0.7, 20.0], [("add", (0, 0), 1.0), ("mul", (2, 2), 1.0), ("tanh", (1,), 1.0)])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_planted_faults_are_caught(fault: Sweep) -> None:
    right = plain_gradients(CATCHES, diff.sweep)
    assert plain_gradients(CATCHES, fault) != right


# --- from process to process ---

PROGRAM = """
import random
from autograd_mini import Value, ops
rng = random.Random(3)
leaves = [Value(rng.gauss(0, 1)) for _ in range(5)]
made = list(leaves)
for _ in range(300):
    a, b = rng.choice(made[-20:]), rng.choice(made[-20:])
    made.append(rng.choice([a * b, a + b, a.tanh(), a - b, ops.affine([a, b], [b, a], 1), abs(a)]))
total = ops.sum(made)
total.backward()
print([leaf.grad.hex() for leaf in leaves])
"""


def test_gradients_are_bit_identical_from_process_to_process() -> None:
    said = set()
    for seed in ("0", "1", "random"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        run = [sys.executable, "-c", PROGRAM]
        said.add(subprocess.run(run, env=env, capture_output=True, text=True, check=True).stdout)
    assert len(said) == 1
    assert "0x" in said.pop()


def test_a_tuple_of_operands_is_skipped_only_when_it_is_finished() -> None:
    # The weights of the outer node lead, through an inner node, to the very tuple of inputs that
    # the outer node reads: nothing may come before its operands.
    x = Value(2.0, "x")
    deep = x * 3
    inputs = (deep, x)
    inner = ops.affine([x, x], inputs, x)
    outer = ops.affine([inner, x], inputs, inner)
    outer._b = inner._b
    again = ops.affine([outer, inner], inputs, 1.0)
    again._b = inner._b
    again.backward()
    (slope,) = grad(again, [x])
    assert slope.data == x.grad
    place = {node: i for i, node in enumerate(graph.order(again))}
    found = backward.Walk()
    backward.visit(again, found)
    assert found.nodes == [node for node in place if node.op]


def test_a_leaf_remembers_its_last_pass() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    assert graph.pass_of(x) == graph.pass_of(y) is not None
    x.grad = 0
    assert graph.pass_of(x) is None
    (y + 1).backward()
    assert graph.pass_of(x) == graph.pass_of(y)
    z = x * 2
    z.backward()
    assert graph.pass_of(x) == graph.pass_of(z) != graph.pass_of(y)
    x.zero_grad()
    assert graph.pass_of(x) is None


@pytest.mark.parametrize("data", [2.0, 0.5, 0.0, -0.0, -2.0, float("nan"), float("inf")])
@pytest.mark.parametrize("adjoint", [1.0, -3.0, float("inf"), float("nan")])
def test_every_branch_of_relu_agrees_with_the_plain_rule(data: float, adjoint: float) -> None:
    x = Value(data)
    (x.relu() * adjoint).backward()
    y = Value(data)
    assert [repr(x.grad)] == swept(y.relu() * adjoint, [y], diff.sweep)


@pytest.mark.parametrize("bad", [2.0, float("inf"), float("-inf"), float("nan")])
def test_a_computed_zero_is_handed_on_and_nothing_is_not(bad: float) -> None:
    def leaves_and(choose: Callable[[Value, Value], Value]) -> tuple[list[Value], Value]:
        w, x, b = [Value(-1.0), Value(-2.0)], [Value(1.0), Value(bad)], Value(-0.5)
        return [*w, *x, b], choose(ops.affine(w, x, b), x[0])

    for choose in (lambda z, x: z * 0.0 + x, lambda z, x: ops.where(0.0, z, x)):
        leaves, y = leaves_and(choose)
        y.backward()
        fast = [repr(leaf.grad) for leaf in leaves]
        assert fast == swept(y, leaves, diff.sweep)
        assert all(leaf.has_grad for leaf in leaves)
    assert fast == ["0.0", "0.0", "1.0", "0.0", "0.0"]  # by where, whatever z is
    leaves, y = leaves_and(lambda z, x: z * 0.0 + x)
    y.backward()
    assert leaves[1].grad == 0.0 or bad - bad != 0.0  # 0 · inf and 0 · nan are nan


def test_a_gradient_of_zero_has_no_sign() -> None:
    # Adjoints start at −0.0, and nobody should have to know.
    x, y = Value(-1.0), Value(2.0)
    z = x.relu() * y
    z.backward()
    assert [repr(v.grad) for v in (x, y, z)] == ["0.0", "0.0", "1.0"]
    assert "grad=0.0" in repr(x)


def test_zero_grad_goes_past_constants() -> None:
    x = Value(3.0)
    y = 2 * x + Value.constant(1.0)
    y.backward()
    y.zero_grad()
    assert (x.has_grad, y.has_grad, graph.passes(x), graph.passes(y)) == (False, False, 0, 0)
    y.backward()
    assert (graph.passes(x), graph.passes(y)) == (1, 1)
    x.zero_grad()
    assert (x.has_grad, graph.passes(x), graph.pass_of(x)) == (False, 0, None)


def test_a_refused_pass_leaves_no_pass_behind() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    x.data = 1.0
    with pytest.raises(StaleGraphError):
        y.backward()
    assert graph.pass_of(y) is None
    assert not y.has_grad


def test_absolute_values_and_signs_pass_the_gradient_on() -> None:
    x = Value(-3.0)
    (abs(x) + -x + +x).backward()
    assert x.grad == -1.0


def test_constants_may_be_labelled_and_hold_no_gradient_of_their_own() -> None:
    k, x = Value.constant(2.0, "k"), Value(3.0)
    (k * x + k).backward()
    assert (k.label, k.grad, k.has_grad, x.grad) == ("k", 0.0, False, 2.0)


def test_a_node_of_any_number_of_operands_knows_its_pass() -> None:
    x = Value(1.0)
    y = ops.sum([x, x * 2, 3.0])
    assert graph.pass_of(y) is None
    y.backward()
    assert graph.pass_of(y) == graph.pass_of(x) is not None
