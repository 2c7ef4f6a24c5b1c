"""Copies and pickles: independent, sharing what was shared, of any depth."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import StaleGraphError, Value, graph, nn, ops


def pickled(protocol: int) -> Callable[[Any], Any]:
    return lambda x: pickle.loads(pickle.dumps(x, protocol))


WAYS: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy,
    **{f"pickle {n}": pickled(n) for n in range(6)},
    "python pickle": lambda x: pickle._loads(pickle._dumps(x)),  # type: ignore[attr-defined]
}


@pytest.fixture(params=WAYS)
def again(request: pytest.FixtureRequest) -> Any:
    return WAYS[request.param]


def graph_with_everything() -> tuple[Value, Value, Value]:
    x = Value(0.5, "x")
    h = ops.tanh(2 * x + 1)
    h.label = "h"
    y = ops.affine([x, h], [h, x], 0.25) + ops.sum([h, x, h]) * ops.where(x, h, 3) - ops.max([x, h])
    return x, h, y


def test_shared_nodes_stay_shared(again: Any) -> None:
    x, h, y = graph_with_everything()
    p, g, q = again((x, h, y))
    assert len(graph.order(q)) == len(graph.order(y))
    assert g in graph.order(q)
    assert p in graph.order(g)
    s = x + x
    p, t = again((x, s))
    assert t.operands[0] is p
    assert t.operands[1] is p
    assert p is not x


def test_the_order_of_a_container_does_not_matter(again: Any) -> None:
    x, h, y = graph_with_everything()
    q, g, p = again([y, h, x])
    assert {p, g} <= set(graph.order(q))


def test_a_copy_is_independent_and_equal(again: Any) -> None:
    x, _, y = graph_with_everything()
    y.backward()
    p, q = again((x, y))
    assert (p.data, p.grad, p.label, p.has_grad) == (x.data, x.grad, "x", True)
    assert [(n.data, n.op, n.label, n.grad) for n in graph.order(q)] == [
        (n.data, n.op, n.label, n.grad) for n in graph.order(y)
    ]
    q.backward()
    assert p.grad == 2 * x.grad
    p.data = 9.0
    assert x.data == 0.5
    y.backward()


def test_a_label_keeps_its_place(again: Any) -> None:
    x = Value(1.0, graph.Tag("w", ("layer 1",), "weight"))
    assert (graph.scope(again(x)), graph.role(again(x))) == (("layer 1",), "weight")


def test_a_stale_graph_stays_stale(again: Any) -> None:
    x = Value(1.0, "x")
    y = x * x
    x.data = 2.0
    with pytest.raises(StaleGraphError):
        again(y).backward()
    z = again(x * x)
    z.backward()


def test_constants_stay_constants(again: Any) -> None:
    y = again(Value(3.0) ** 2)
    assert graph.is_constant(y.operands[1])
    y = Value(3.0) * Value.constant(2.0, "k")
    assert graph.is_constant(again(y).operands[1])


def test_a_subclass_survives(again: Any) -> None:
    w = again(Parameter(2.0, "w"))
    assert type(w) is Parameter
    assert type(again(w + 1)) is type(Value(1.0))


class Parameter(Value):
    __slots__ = ()


def test_a_shallow_copy_shares_its_operands() -> None:
    x, h, y = graph_with_everything()
    again = copy.copy(y)
    assert again is not y
    assert again.operands == y.operands
    leaf = copy.copy(x)
    leaf.data = 3.0
    assert x.data == 0.5
    assert h.data == ops.tanh(2.0)


def chain(n: int) -> tuple[Value, Value]:
    x = z = Value(1.0, "x")
    for i in range(n):
        z = z + x if i % 2 else z * 1.000001
    return x, z


@pytest.mark.parametrize("way", ["deepcopy", "pickle 5"])
def test_a_deep_graph_does_not_recurse(way: str) -> None:
    x, z = chain(100_000)
    p, q = WAYS[way]((x, z))
    q.backward()
    z.backward()
    assert p.grad == x.grad


def test_an_inner_node_can_be_pickled_after_a_pickle_of_the_whole() -> None:
    x, h, y = graph_with_everything()
    pickle.dumps(y)
    g = pickle.loads(pickle.dumps(h))
    assert g.operands[0].operands[0].operands[1].label == x.label


def test_a_failed_pickle_leaves_nothing_behind() -> None:
    _, z = chain(5000)
    inner = z.operands[0]
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps([z, lambda: 0])
    assert pickle.loads(pickle.dumps(inner)).data == inner.data


def test_roots_that_share_a_result_share_its_copy(again: Any) -> None:
    x = Value(0.5, "x")
    h = ops.tanh(x)
    roots = [h * i + x for i in range(1, 4)]
    copies = again([*roots, h, x])
    assert {id(root.operands[0].operands[0]) for root in copies[:3]} == {id(copies[3])}
    assert all(root.operands[1] is copies[4] for root in copies[:3])


class Keeping(Value):
    """A leaf that keeps what was made of it: a cycle."""

    result: Value


def test_a_leaf_may_keep_its_result(again: Any) -> None:
    x = Keeping(2.0, "x")
    x.result = x * 3 + 1
    for p, q in (again((x, x.result)), reversed(again((x.result, x)))):
        assert p.result is q
        assert q.operands[0].operands[0] is p
    del x.result


def test_neurons_of_a_layer_share_their_inputs_again() -> None:
    layer = nn.Layer(2, 2, activation=None)
    first, second = pickle.loads(pickle.dumps(layer([1.0, 2.0])))
    assert first.operands[1].data == second.operands[1].data == 1.0
    assert first._b is second._b
