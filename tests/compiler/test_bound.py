"""The NumPy program bound to θ and a batch: the same results, from buffers that stay."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from autograd_mini import Value, losses, nn, ops, optim
from autograd_mini.compiler import bound, calls, compile, update
from autograd_mini.compiler.numpy_tier import Grouped
from autograd_mini.lessons import gpt
from tests.compiler.test_fuzz import graph, vector_code
from tests.compiler.test_models import MODELS
from tests.compiler.test_recovery import MADE


def engine_of(fn: Any, params: Any, batch: Any) -> Grouped:
    compiled = compile(fn, params, "numpy")
    compiled(*batch)
    (engine,) = compiled._surroundings.here.engines.values()
    assert isinstance(engine, Grouped)
    return engine


def both(fn: Any, params: Any, batch: Any) -> tuple[Any, Any]:
    """The results of the source and of the bound program, after θ has changed in its place."""
    engine = engine_of(fn, params, batch)
    theta = engine.theta([p.data for p in params])
    data, count = engine.prepare(batch), len(batch[0])
    with np.errstate(all="ignore"):
        step = bound.bind(engine.program, theta, count, 0.25)
        step(*data)
        theta *= 0.9
        plain = engine.run(theta, *data, np.full(count, 0.25))
        return plain, [np.array(x) for x in step(*data)]


def language() -> Any:
    model = gpt.GPT(rng=random.Random(0))
    return model.loss, model.parameters(), [[gpt.tokens("isabella"), gpt.tokens("benjamin")]]


CASES: dict[str, Callable[[], Any]] = {
    **MODELS,
    **{name: partial(make, 3) for name, (make, _) in MADE.items()},
    "gpt": language,
}


@pytest.mark.parametrize("name", [name for name in CASES if name != "recurrent"])  # a loop
def test_bound_is_the_source(name: str) -> None:
    plain, got = both(*CASES[name]())
    for x, y in zip(plain, got, strict=True):
        np.testing.assert_allclose(y, x, rtol=1e-11, atol=1e-13 * np.abs(x).max())


@pytest.mark.parametrize("seed", range(100))
def test_random_functions_bound(seed: int) -> None:
    rng = random.Random(seed)
    made: Any = vector_code(rng)
    fn, params, width = made if seed % 2 else (*graph(rng, 12), 2)
    plain, got = both(fn, params, [[[rng.uniform(-1, 1) for _ in range(width)] for _ in range(4)]])
    for x, y in zip(plain, got, strict=True):
        np.testing.assert_allclose(y, x, rtol=1e-10, atol=1e-12 * (1.0 + np.abs(x).max()))


def test_a_program_is_bound_when_the_same_parameters_come_again() -> None:
    model = nn.MLP(2, [4, 1], "relu", rng=random.Random(0))
    fn = lambda x, y: losses.hinge(model(x), y)  # noqa: E731
    batch = [[[0.5, 1.0], [0.25, -1.0]], [1.0, -1.0]]
    engine = engine_of(fn, model.parameters(), batch)
    data = engine.prepare(batch)
    theta = engine.theta([p.data for p in model.parameters()])
    first = engine.step(theta, data, 2, 0.5)
    second = engine.step(theta, data, 2, 0.5)
    third = engine.step(theta, data, 2, 0.5)
    assert third[1] is second[1] is not first[1]  # the buffer
    np.testing.assert_allclose(third[1], first[1], rtol=1e-14)
    for _ in range(40):  # a new θ each time is not bound, and not kept
        engine.step(theta.copy(), data, 2, 0.5)
    assert len(engine.bound) <= 9


def test_a_wrong_bound_program_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    w = [Value(0.5), Value(-0.25)]
    fn = lambda x: sum(a * ops.tanh(b) for a, b in zip(w, x, strict=True)) ** 2  # noqa: E731
    batch = [[[0.5, 1.0], [0.25, -1.0]]]
    engine = engine_of(fn, w, batch)
    monkeypatch.setitem(calls.UFUNCS, ops.tanh, "sin")
    data = engine.prepare(batch)
    theta = engine.theta([p.data for p in w])
    first = engine.step(theta, data, 2, 0.5)
    for _ in range(3):
        np.testing.assert_array_equal(engine.step(theta, data, 2, 0.5)[1], first[1])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_an_update_of_whole_arrays_is_the_update(name: str, seed: int) -> None:
    params = [Value(0.0) for _ in range(50)]
    make = {
        "sgd": lambda: optim.SGD(params, 0.1),
        "momentum": lambda: optim.SGD(params, 0.1, momentum=0.9),
        "adam": lambda: optim.Adam(params, 0.01),
    }
    optimizer = make[name]()  # type: ignore[no-untyped-call]
    traced = update.traced(optimizer)
    assert traced is not None
    rng = np.random.default_rng(seed)
    theta, g = rng.normal(size=50), rng.normal(size=50)
    states = [np.abs(rng.normal(size=50)) for _ in traced.state]
    settings = update.settings(optimizer, 0, 2)
    rows = zip(theta, g, *states, strict=True)
    if name == "adam":
        wanted: Any = [optim.adam_update(t, d, m, v, *settings) for t, d, m, v in rows]
    else:
        rate, momentum = (*settings, 0.0)[:2]
        wanted = [optim.sgd_update(t, d, sum(kept), rate, momentum) for t, d, *kept in rows]
    now, places = np.concatenate([theta, [0.0]]), (states, [np.empty(50) for _ in states])
    first, second = calls.advancing(traced, 50, now, places)
    first(g, 1.0, *settings)
    for got, column in zip([now[:-1], *places[1]], zip(*wanted, strict=True), strict=False):
        np.testing.assert_allclose(got, column, rtol=1e-15)
    assert now[-1] == 1.0
    other, back = np.concatenate([now[:-1], [0.0]]), (list(places[1]), [x.copy() for x in states])
    second(g, 2.0, *settings)
    calls.advancing(traced, 50, other, back)[0](g, 2.0, *settings)
    assert now.tolist() == other.tolist()
    assert [x.tolist() for x in places[0]] == [x.tolist() for x in back[1]]
