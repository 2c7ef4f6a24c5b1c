"""The steps' numbers are the engine's, to the last bit, and a walk leaves no trace in the graph."""

from __future__ import annotations

import math
import struct
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import AutogradError, StaleGraphError, Value, nn, ops
from autograd_mini.show import walk
from autograd_mini.show.walk.pitfalls import without_zero_grad, wrong_way_round
from autograd_mini.show.walk.steps import RECEIVED_NOTHING, Step, count, passes
from tests import graphs


def bits(number: float | None) -> bytes:
    assert number is not None
    return b"nan" if math.isnan(number) else struct.pack("<d", number)


def totals(steps: list[Step]) -> dict[Value, float]:
    """Every node's gradient as the walk leaves it."""
    found: dict[Value, float] = {}
    for step in steps:
        receiver = step.node if step.phase == "seed" else step.operand
        if receiver is not None and step.total is not None:
            found[receiver] = step.total
    return found


@given(st.one_of(graphs.recipes(), graphs.choosing_recipes()))
def test_the_numbers_are_those_of_backward_to_the_last_bit(recipe: Any) -> None:
    leaves, root = graphs.build(recipe)
    walked = passes(root)
    assert not any(leaf.has_grad for leaf in leaves)
    root.backward()
    for node, total in totals(walked.steps).items():
        assert bits(total + 0.0) == bits(node.grad)  # .grad reads −0.0 as 0.0
    for leaf, gradient in walked.steps[-1].gradients:
        assert bits(gradient) == bits(leaf.grad)
    assert {leaf for leaf, _ in walked.steps[-1].gradients} == {x for x in leaves if x.has_grad}


@given(st.one_of(graphs.recipes(), graphs.choosing_recipes()))
def test_each_step_is_one_factor_of_the_chain_rule(recipe: Any) -> None:
    _, root = graphs.build(recipe)
    walked = passes(root)
    so_far: dict[Value, float] = {root: 1.0}
    for step in walked.steps:
        if step.phase != "backward":
            continue
        node, operand = step.node, step.operand
        assert node is not None
        assert operand is not None
        assert step.incoming is not None
        row = ops.row_named(node.op)
        local = row.local(step.place, node.data, [x.data for x in node.operands])
        assert operand is node.operands[step.place]
        assert bits(step.incoming) == bits(so_far.get(node, -0.0))
        assert bits(step.local) == bits(local)
        assert (step.nothing == RECEIVED_NOTHING) == (node not in so_far)
        assert (step.before is None) == (operand not in so_far)
        if step.nothing:
            assert step.contribution is None
        else:
            assert bits(step.contribution) == bits(step.incoming * local)
            assert step.contribution is not None
            so_far[operand] = so_far.get(operand, -0.0) + step.contribution
        assert bits(step.total) == bits(so_far.get(operand, -0.0))


@given(graphs.recipes())
def test_a_node_hands_on_only_when_all_of_its_uses_have_contributed(recipe: Any) -> None:
    _, root = graphs.build(recipe)
    awaited: dict[Value, int] = defaultdict(int)
    for step in passes(root).steps:
        if step.phase == "backward" and step.node is not None and step.operand is not None:
            assert step.missing == awaited[step.node] == 0
            assert not step.again
            awaited[step.operand] = step.awaited
    assert not any(awaited.values())


@given(graphs.recipes())
def test_the_count_of_steps_is_known_before_they_are_taken(recipe: Any) -> None:
    _, root = graphs.build(recipe)
    assert count(root) == len(passes(root).steps)


def test_forward_steps_come_in_the_order_of_making_with_the_graphs_numbers() -> None:
    x = Value(0.5, "x")
    y = (x * x).tanh()
    forward = [step for step in walk(y).steps if step.phase == "forward"]
    assert [step.node for step in forward] == [y.operands[0], y]
    assert [step.number for step in forward] == [0.25, math.tanh(0.25)]


def test_gradients_that_are_there_stay_as_they_are_and_do_not_count() -> None:
    a = Value(3.0, "a")
    c = a * a
    c.backward()
    c.backward()
    walked = walk(c)
    assert a.grad == 12.0
    assert c.grad == 1.0
    assert walked.steps[-1].gradients == ((a, 6.0),)


def test_a_walk_is_a_sequence_of_its_steps() -> None:
    walked = walk(Value(3.0, "a") ** 2)
    assert list(walked) == list(walked.steps)
    assert walked[-1].phase == "end"
    assert len(walked) == len(walked.steps)


def test_numbers_that_are_none_are_shown_as_they_are() -> None:
    x = Value(0.0, "x")
    y = (1.0 / x) * x
    y.label = "y"
    said = str(walk(y))
    assert "v₁ = 1 / 0 = inf" in said
    assert "y = inf · 0 = nan" in said
    assert "∂v₁/∂x = −1 / (x · x) = −1 / (0 · 0) = −inf" in said
    assert "∂y/∂x = nan" in said
    assert "−0" not in str(walk(Value(-0.0, "z") * x))


def test_a_walk_is_a_snapshot() -> None:
    a = Value(3.0, "a")
    walked = walk(a * a)
    before = str(walked), walked.fragment("same")
    a.data = 100.0
    assert (str(walked), walked.fragment("same")) == before


def test_a_stale_graph_is_refused() -> None:
    a = Value(3.0, "a")
    c = a * a
    a.data = 4.0
    with pytest.raises(StaleGraphError, match="'a'"):
        walk(c)


def test_a_leaf_alone_is_a_walk_of_three_steps() -> None:
    a = Value(3.0, "a")
    walked = walk(a)
    assert [step.phase for step in walked.steps] == ["inputs", "seed", "end"]
    assert walked.steps[-1].gradients == ((a, 1.0),)


def test_constants_get_no_gradient_and_no_step() -> None:
    x = Value(2.0, "x")
    steps = walk(3.0 * x + 1.0).steps
    receivers = [step.operand for step in steps if step.phase == "backward"]
    assert not any(node is not x and node is not None and not node.op for node in receivers)


def test_what_is_no_value_or_a_constant_is_refused_with_the_reason() -> None:
    with pytest.raises(TypeError, match="walk: expected a Value, not float"):
        walk(2.0)  # type: ignore[arg-type]
    with pytest.raises(AutogradError, match="is a constant"):
        walk(Value.constant(2.0))
    with pytest.raises(ValueError, match="digits=0"):
        walk(Value(2.0), digits=0)


def test_a_graph_too_large_to_walk_is_refused_at_once_with_ways_on() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(200_000):
        y = y + x
    with pytest.raises(ValueError, match=r"600,003 steps.*max_steps=1,000.*draw\(root\)"):
        walk(y)


def test_more_steps_can_be_allowed() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(400):
        y = y + x
    assert len(walk(y, max_steps=2000)) == 1203


def test_a_network_walks_like_any_graph() -> None:
    model = nn.MLP(2, [3, 1], activation="tanh")
    out = model([Value(1.0, "x₁"), Value(-2.0, "x₂")])
    walked = walk(out)
    out.backward()
    assert {
        leaf: g for leaf, g in walked.steps[-1].gradients if leaf in set(model.parameters())
    } == {p: p.grad for p in model.parameters()}


def recursive_gradients(node: Value) -> dict[Value, float]:
    """The mistake itself, as micrograd's users write it: independent of the recorder."""
    gradients = {node: 1.0}

    def go(result: Value) -> None:
        numbers = [x.data for x in result.operands]
        for i, operand in enumerate(result.operands):
            local = ops.row_named(result.op).local(i, result.data, numbers)
            gradients[operand] = gradients.get(operand, 0.0) + gradients[result] * local
            go(operand)

    go(node)
    return gradients


def test_the_wrong_way_round_is_really_gone() -> None:
    wrong, right = wrong_way_round().walks
    ((leaf, gradient),) = wrong.steps[-1].gradients
    a = Value(3.0)
    b = a + a
    c = b + b
    assert gradient == recursive_gradients(c)[a] == 6.0
    c.backward()
    assert right.steps[-1].gradients[0][1] == a.grad == 4.0
    assert wrong.steps[-1].right is not None
    assert wrong.steps[-1].right[leaf] == a.grad
    assert wrong.descriptions[-1].wrong
    assert not any(description.wrong for description in right.descriptions)


def test_two_passes_are_what_the_engine_makes_of_them() -> None:
    wrong, right = without_zero_grad().walks
    w = Value(1.0)
    cost = (w * 2.0 - 5.0) ** 2
    cost.backward()
    cost.backward()
    assert wrong.steps[-1].gradients[0][1] == w.grad == -24.0
    cost.zero_grad()
    cost.backward()
    assert right.steps[-1].gradients[0][1] == w.grad == -12.0
    assert [step.phase for step in wrong.steps].count("carry") == 1
    assert [step.phase for step in right.steps].count("zero") == 1


def test_what_is_not_chosen_contributes_nothing_and_says_so() -> None:
    x = Value(0.0, "x")
    root = ops.maximum(x + 1, x.sqrt() - 1)
    root.label = "y"
    told = str(walk(root))
    assert "contribution       not chosen: contributes nothing" in told
    assert "contribution   v₃ received nothing: contributes nothing" in told
    assert "running total  grad of x = 0 (nothing so far)" in told
    assert told.endswith("∂y/∂x = 1")
    assert "inf" not in told
    assert "nan" not in told
    again = str(walk(x * 2 + ops.minimum(x, x.sqrt() + 1)))
    assert "grad of x = 1 (as before)" in again
