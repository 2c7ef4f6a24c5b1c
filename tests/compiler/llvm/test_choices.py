"""What the tier does when something is missing, unknown, large, or of many sizes."""

from __future__ import annotations

import importlib.util
import random
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, losses, nn, ops, optim
from autograd_mini.compiler import compile
from autograd_mini.compiler.llvm import functions, prepare
from autograd_mini.compiler.llvm import tier as native
from autograd_mini.compiler.llvm.tier import Native
from tests.compiler.agreement import assert_agrees


def network() -> tuple[Any, list[Value], list[list[float]], list[float]]:
    rng = random.Random(4)
    model = nn.MLP(3, [16, 16, 1], "tanh", rng=rng)
    X = [[rng.uniform(-1, 1) for _ in range(3)] for _ in range(25)]
    Y = [rng.uniform(-1, 1) for _ in X]
    return lambda x, y: losses.squared_error(model(x), y), model.parameters(), X, Y


def recurrent() -> tuple[Any, list[Value], list[list[float]]]:
    """Documents of several lengths."""
    rng = random.Random(5)
    w = [Value(rng.uniform(-1, 1), f"w{i}") for i in range(4)]

    def fn(x: list[Any]) -> Any:
        h: Any = 0.0
        for number in x:
            h = ops.tanh(w[0] * h + w[1] * number + w[2])
        return (w[3] * h - ops.sum([number * number for number in x])) ** 2

    documents = [[rng.uniform(-1, 1) for _ in range(rng.choice([2, 3, 5]))] for _ in range(17)]
    return fn, w, documents


def test_without_llvmlite(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "llvmlite" else find(name)
    )
    fn, params, X, Y = network()
    chosen = compile(fn, params)
    chosen(X, Y)
    assert chosen.tier == "numpy"
    with pytest.raises(ImportError, match=r"llvmlite.*autograd-mini\[llvm\]"):
        compile(fn, params, "llvm")(X, Y)


def test_a_statement_it_does_not_know_goes_to_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "KINDS", prepare.KINDS - {"gram"})
    fn, params, X, Y = network()
    compiled = compile(fn, params, "llvm")
    expected = compile(fn, params, "numpy")(X, Y)
    assert compiled(X, Y) == expected
    assert compiled.tier == "numpy"


def test_a_wrong_program_is_found_and_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: hyperbolic tangents that are off by a little."""
    fn, params, X, Y = network()
    expected = compile(fn, params, "python")(X, Y)
    monkeypatch.setitem(functions.ROWS, "tanh", lambda x: x * 0.999)
    compiled = compile(fn, params, "llvm")
    with pytest.warns(RuntimeWarning, match="differs from the eager engine"):
        found = compiled(X, Y)
    assert compiled.tier == "python"
    assert found == expected


def test_many_sizes_of_batch_need_few_programs() -> None:
    fn, params, X, Y = network()
    compiled = compile(fn, params, "llvm")
    slow = compile(fn, params, "numpy")
    for count in (7, 1, 9, 12, 5, 3, 25, 2):
        value, gradient = compiled(X[:count], Y[:count])
        expected, slopes = slow(X[:count], Y[:count])
        assert value == pytest.approx(expected, rel=1e-13)
        assert gradient == pytest.approx(slopes, rel=1e-12, abs=1e-15)
    assert isinstance(compiled._surroundings.last, Native)
    assert len(compiled._surroundings.last.runners) <= native.SIZES + 1


def test_a_large_batch_runs_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "LARGEST", 8)
    fn, params, X, Y = network()
    before = [p.data for p in params]
    assert_agrees(fn, params, X, Y, tiers=("llvm",))
    after = []
    for tier in ("numpy", "llvm"):
        for p, number in zip(params, before, strict=True):
            p.data = number
        costs = compile(fn, params, tier).train(optim.Adam(params, 0.01), X, Y, steps=20)
        after.append([*costs, *(p.data for p in params)])
    assert after[1] == pytest.approx(after[0], rel=1e-12)
    forward = compile(lambda x: [x[0] * params[0], x[1]], params, "llvm").forward(X)
    assert forward == [[x[0] * params[0].data, x[1]] for x in X]


@pytest.mark.parametrize("shuffled", [False, True])
def test_documents_of_several_lengths(shuffled: bool) -> None:
    fn, w, documents = recurrent()
    before = [p.data for p in w]
    found = []
    for tier in ("python", "llvm"):
        for p, number in zip(w, before, strict=True):
            p.data = number
        compiled = compile(fn, w, tier)
        value, gradient = compiled(documents)
        costs = compiled.train(
            optim.SGD(w, 0.02, momentum=0.5),
            documents,
            steps=60,
            batch_size=5,
            shuffle=random.Random(1) if shuffled else None,
        )
        assert compiled.tier == tier
        found.append([value, *gradient, *costs, *(p.data for p in w)])
    assert found[1] == pytest.approx(found[0], rel=1e-12)


def test_arrays_of_any_memory_order_go_in() -> None:
    fn, params, X, Y = network()
    compiled = compile(fn, params, "llvm")
    expected = compiled(np.array(X), np.array(Y))
    turned = np.asfortranarray(np.array(X, dtype=np.float64))
    thin = np.repeat(np.array(Y), 2)[::2]
    found = compiled(turned, thin)
    assert found[0] == expected[0]
    assert (found[1] == expected[1]).all()
