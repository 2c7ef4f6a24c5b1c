"""Whole programs on the tier "llvm": every kind of statement, sizes that fill no vector, edges."""

from __future__ import annotations

import math
import random
import threading
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, losses, nn, ops, optim
from autograd_mini.compiler import compile
from autograd_mini.compiler.llvm import host
from autograd_mini.errors import AutogradError
from tests.compiler.agreement import assert_agrees, eager, near
from tests.compiler.test_fuzz import graph, vector_code
from tests.compiler.test_models import MODELS
from tests.compiler.test_rows import EDGES, FIXED, NARY

TOGETHER = 8
"""Rows that are tried in one program: compiling is what takes the time."""


def classifier() -> tuple[Any, list[Value]]:
    model = nn.MLP(7, [9, 5], "relu", rng=random.Random(1))
    params = model.parameters()

    def fn(x: list[Any], label: Any) -> Any:
        return losses.cross_entropy(model(x), label) + 1e-3 * ops.sum([p * p for p in params])

    return fn, params


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 13])
def test_batches_that_fill_no_vector(count: int) -> None:
    fn, params = classifier()
    rng = random.Random(count)
    X = [[rng.uniform(-1, 1) for _ in range(7)] for _ in range(count)]
    labels = [rng.randrange(5) for _ in range(count)]
    assert_agrees(fn, params, X, labels, tiers=("llvm",))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("count", [1, 3])
def test_a_model(name: str, count: int) -> None:
    fn, params, arguments = MODELS[name]()
    some = [[*x, *x, *x][:count] for x in arguments]
    assert_agrees(fn, params, *some, tiers=("llvm",))


@pytest.mark.parametrize("start", range(0, len(FIXED), TOGETHER))
def test_rows_and_their_derivatives_at_the_edges(start: int) -> None:
    """Each point has parameters of its own, so that no gradient hides another."""
    calls: list[tuple[Any, list[Value]]] = []
    for row in FIXED[start : start + TOGETHER]:
        rng = random.Random(row.name)
        at = [[rng.choice(EDGES) for _ in row.domain] for _ in range(10)]
        at += [[rng.uniform(low, high) for low, high in row.domain] for _ in range(5)]
        calls += [(row, [Value(x_i, f"w{i}") for x_i in x]) for i, x in enumerate(at)]
    flat = [w for _, ws in calls for w in ws]

    def fn(x: list[Any]) -> Any:
        return ops.sum([row(*[w + 0.0 * x[0] for w in ws]) for row, ws in calls])

    found = compile(fn, flat, "llvm", reduce="sum")
    _, gradient = found([[1.0]] * 3)
    _, (expected,) = eager(fn, flat, [[1.0]])
    assert found.tier == "llvm"
    named = [f"{row.name} at {w.data}" for row, ws in calls for w in ws]
    for name, g, true in zip(named, gradient, expected, strict=True):
        assert near(g, 3.0 * true, 40.0 * abs(true) + 1e-2), f"{name}: {g}, eager {true}"


@pytest.mark.parametrize("row", NARY, ids=lambda row: row.name)
@pytest.mark.parametrize("width", [1, 2, 5])
def test_a_row_of_any_number_of_operands(row: Any, width: int) -> None:
    params = [Value(0.5 - 0.25 * i, f"w{i}") for i in range(width)]
    apply = (lambda v: ops.affine(v, v, v[0])) if row is ops.affine else row
    rng = random.Random(width)
    X = [[rng.choice([-1.0, 0.5, 2.0]) for _ in params] for _ in range(9)]  # with ties
    fn = lambda x: apply([w * x_i for w, x_i in zip(params, x, strict=True)])  # noqa: E731
    assert_agrees(fn, params, X, tiers=("llvm",))


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs(seed: int) -> None:
    rng = random.Random(seed)
    fn, params = graph(rng, rng.randint(1, 25))
    X = [[rng.uniform(-1, 1) for _ in range(2)] for _ in range(rng.choice([1, 3, 4, 6]))]
    assert_agrees(fn, params, X, tiers=("llvm",))


@pytest.mark.parametrize("seed", range(12))
def test_random_vector_code(seed: int) -> None:
    rng = random.Random(seed)
    fn, params, width = vector_code(rng)
    X = [[rng.uniform(-1, 1) for _ in range(width)] for _ in range(rng.choice([1, 3, 4, 6]))]
    assert_agrees(fn, params, X, tiers=("llvm",))


@pytest.mark.fuzz
@pytest.mark.slow
def test_many_random_functions() -> None:
    for seed in range(100, 500):
        test_random_graphs(seed)
        test_random_vector_code(seed)


@pytest.mark.parametrize("scale", [1.0, 800.0, 1e200])
def test_overflow_and_nan_are_what_the_eager_engine_says(scale: float) -> None:
    w = [Value(0.5), Value(-1.0), Value(2.0)]
    fn = lambda x: ops.log(ops.sum([ops.exp(w_i * x_i) for w_i, x_i in zip(w, x, strict=True)]))  # noqa: E731
    X = [[scale, -scale, scale * 0.5], [1.0, 2.0, math.nan], [0.1, 0.2, 0.3]]
    found, expected = compile(fn, w, "llvm", reduce="none")(X), eager(fn, w, X)
    for value, true in zip(found[0], expected[0], strict=True):
        assert near(value, true, abs(true))
    for row, trues in zip(found[1], expected[1], strict=True):
        assert all(near(g, true, abs(true)) for g, true in zip(row, trues, strict=True))


def test_a_nan_in_one_example_stays_there() -> None:
    w = Value(0.5)
    X = [1.0, math.nan, 2.0, math.inf, 3.0]
    forward = compile(lambda x: ops.tanh(w * x), [w], "llvm").forward(X)
    assert forward == pytest.approx([ops.tanh(0.5 * x) for x in X], nan_ok=True, rel=1e-15)


def test_forward_of_several_results_and_of_none_that_depends_on_the_batch() -> None:
    w = [Value(0.5), Value(2.0)]
    fn = lambda x: [w[0] * x, [w[1] * w[0], x + w[1]]]  # noqa: E731
    assert compile(fn, w, "llvm").forward([1.0, 3.0]) == [[0.5, [1.0, 3.0]], [1.5, [1.0, 5.0]]]


def test_several_threads_at_once() -> None:
    fn, params = classifier()
    rng = random.Random(0)
    X = np.array([[rng.uniform(-1, 1) for _ in range(7)] for _ in range(64)])
    labels = np.array([rng.randrange(5) for _ in range(64)])
    compiled = compile(fn, params, "llvm")
    expected = compiled(X, labels)
    wrong: list[float] = []

    def work() -> None:
        for _ in range(200):
            value, gradient = compiled(X, labels)
            if value != expected[0] or (gradient != expected[1]).any():
                wrong.append(value)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_progress_function_may_use_the_compiled_function() -> None:
    fn, params = classifier()
    rng = random.Random(0)
    X = [[rng.uniform(-1, 1) for _ in range(7)] for _ in range(6)]
    labels = [rng.randrange(5) for _ in range(6)]
    before = [p.data for p in params]
    compiled = compile(fn, params, "llvm")
    alone = compiled.train(optim.Adam(params, 0.01), X, labels, steps=9)
    for p, number in zip(params, before, strict=True):
        p.data = number
    seen = []
    costs = compiled.train(
        optim.Adam(params, 0.01),
        X,
        labels,
        steps=9,
        progress=lambda i, cost: seen.append(compiled(X, labels)[0]),
    )
    assert costs == alone
    assert seen == [pytest.approx(costs[0], rel=1e-15)] * 9  # it sees the parameters as they were


def test_what_was_made_can_be_read() -> None:
    fn, params = classifier()
    compiled = compile(fn, params, "llvm")
    compiled([[0.1] * 7] * 4, [0, 1, 2, 3])
    assert "X @ W1.T + b1" in compiled.source
    assert "define void @step(" in compiled.llvm
    assert "step:" in compiled.assembly
    assert "tier 'llvm'" in repr(compiled)
    slow = compile(fn, params, "numpy")
    slow([[0.1] * 7] * 4, [0, 1, 2, 3])
    with pytest.raises(AutogradError, match="tier 'numpy'"):
        assert slow.llvm


@pytest.mark.parametrize("width", [1, 2, 8])
def test_vectors_of_another_width(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "host", lambda: host.Host(width, 16))
    fn, params = classifier()
    rng = random.Random(width)
    X = [[rng.uniform(-1, 1) for _ in range(7)] for _ in range(11)]
    labels = [rng.randrange(5) for _ in range(11)]
    assert_agrees(fn, params, X, labels, tiers=("llvm",))
