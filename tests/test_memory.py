"""Depth, memory and freeing: nothing recurses, nothing forms a cycle, nothing stays behind."""

from __future__ import annotations

import gc
import threading
import tracemalloc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from autograd_mini import Value, grad, graph, ops


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def network(x: Value) -> Value:
    h = [ops.tanh(ops.affine([x, x], [x, 2.0], 0.5)) for _ in range(3)]
    z: Value = ops.sum(h) * ops.max(h) + x**2 / 3 - ops.where(x, h[0], 1.0)
    return z


def test_dropping_the_root_frees_the_graph_at_once(no_collector: None) -> None:
    x = Value(0.5)
    y = network(x)
    y.backward()
    grad(grad(y, [x])[0], [x])
    refs = [weakref.ref(node) for node in graph.order(y) if node is not x]
    assert len(refs) > 10
    del y
    assert [ref() for ref in refs] == [None] * len(refs)


def test_a_thousand_steps_leave_no_object_and_no_byte_behind(no_collector: None) -> None:
    w = Value(0.5, "w")

    def step() -> None:
        y = network(w)
        w.grad = 0
        y.backward()
        w.data -= 0.001 * w.grad

    tracemalloc.start()
    try:
        for _ in range(1000):  # caches of the interpreter fill up
            step()
        objects, size = len(gc.get_objects()), tracemalloc.get_traced_memory()[0]
        for _ in range(1000):
            step()
        assert len(gc.get_objects()) <= objects
        assert tracemalloc.get_traced_memory()[0] <= size + 128  # the two numbers above
    finally:
        tracemalloc.stop()


def test_a_node_is_at_most_128_bytes() -> None:
    x = Value(1.0)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        z = x
        for _ in range(10_000):
            z = z * x
        per_node = (tracemalloc.get_traced_memory()[0] - before) / 10_000
    finally:
        tracemalloc.stop()
    assert per_node <= 128


def chain(n: int) -> tuple[Value, Value]:
    x = z = Value(1.0)
    for _ in range(n // 2):
        z = z * 1.0000001
        z = z + x
    return x, z


@pytest.mark.parametrize("n", [200_000, pytest.param(10_000_000, marks=pytest.mark.slow)])
def test_depth_is_no_limit(n: int) -> None:
    x, z = chain(n)
    z.backward()
    assert repr(z).startswith("Value(data=")
    (slope,) = grad(z, [x])
    assert slope.data == x.grad
    assert x.grad >= n // 2
    del slope, z  # freed without recursion


def test_eight_threads_with_graphs_of_their_own() -> None:
    found: dict[int, float] = {}

    def work(i: int) -> None:
        x = Value(float(i))
        for _ in range(20):
            x.grad = 0
            z = x
            for _ in range(200):
                z = z * 1.01 + x
            z.backward()
        found[i] = x.grad

    _in_threads(work, 8)
    x = Value(0.0)
    z = x
    for _ in range(200):
        z = z * 1.01 + x
    z.backward()
    assert found == dict.fromkeys(range(8), x.grad)


def test_threads_accumulating_into_one_leaf_lose_nothing() -> None:
    x = Value(1.0)

    def work(i: int) -> None:
        for _ in range(200):
            (x * 2 + x).backward()

    _in_threads(work, 8)
    assert x.grad == 8 * 200 * 3.0
    assert graph.passes(x) == 8 * 200


def test_threads_passing_over_one_graph_lose_nothing() -> None:
    x = Value(1.0)
    z = network(x)
    z.backward()
    once = x.grad
    x.grad = 0

    def work(i: int) -> None:
        for _ in range(50):
            z.backward()

    _in_threads(work, 8)
    assert x.grad == pytest.approx(400 * once, rel=1e-12)


def _in_threads(work: Any, n: int) -> None:
    threads = [threading.Thread(target=work, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
