"""Batches split over eight devices: one all-reduce a step, and the numbers of one device."""

from __future__ import annotations

import re
from typing import Any

import pytest

from autograd_mini import compile, optim
from tests.compiler.jax.networks import classifier

jax = pytest.importorskip("jax")

MOVES = ("all-reduce", "all-gather", "reduce-scatter", "all-to-all", "collective-permute")


@pytest.fixture(autouse=True)
def eight() -> None:
    if len(jax.devices()) < 8:
        pytest.skip("JAX was imported before, with fewer devices")


def trained(mesh: Any, count: int = 32, widths: tuple[int, ...] = (8, 6, 3), **options: Any) -> Any:
    """Numbers after forty steps of Adam, costs, and the compiled function."""
    network = classifier(count, widths)
    compiled = compile(network.loss, network.params, "jax", mesh=mesh)
    adam = optim.Adam(network.params, 0.01)
    costs = compiled.train(adam, *network.examples, steps=40, **options)
    assert compiled.tier == "jax"
    return [p.data for p in network.params], costs, compiled


def moved(compiled: Any, examples: Any) -> dict[str, int]:
    """How often the compiled step moves numbers between devices, and how."""
    engine = compiled._surroundings.last
    ((step, *_),) = engine.steps.values()
    with engine.precise():
        put = engine.devices.put_tree
        tree = put(engine.tree(engine.theta([p.data for p in compiled.params])))
        zero = put([engine.tree(engine.theta([0.0] * len(compiled.params)))] * 2)
        kept = tree, (zero, put([jax.numpy.zeros(())]))
        data = engine.devices.put_data(engine.prepare(examples))
        settings = put(jax.numpy.array([0.0, 0.01, 0.9, 0.999, 1e-8]))
        text = step.lower(kept, settings, data, len(data[0])).compile().as_text()
    return {move: len(re.findall(rf"= .* {move}(?:-start)?\(", text)) for move in MOVES}


def test_a_batch_is_split_over_eight_devices() -> None:
    numbers, costs, _ = trained(None)
    mesh = jax.make_mesh((8,), ("batch",))
    found, others, compiled = trained(mesh)
    assert max(abs(a - b) for a, b in zip(found, numbers, strict=True)) < 1e-12
    assert max(abs(a - b) for a, b in zip(others, costs, strict=True)) < 1e-12
    assert moved(compiled, classifier(32, (8, 6, 3)).examples) == {
        "all-reduce": 1, **dict.fromkeys(MOVES[1:], 0),
    }  # fmt: skip
    _, tree = compiled.jax_function(*classifier(32, (8, 6, 3)).examples)
    assert all(len(x.sharding.device_set) == 8 for x in tree.values())


def test_a_batch_that_eight_do_not_divide() -> None:
    numbers, *_ = trained(None, 20, batch_size=12)
    found, *_ = trained(jax.make_mesh((8,), ("batch",)), 20, batch_size=12)
    assert max(abs(a - b) for a, b in zip(found, numbers, strict=True)) < 1e-12


def test_large_parameters_are_split_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd_mini.compiler.jax import devices

    monkeypatch.setattr(devices, "LARGE", 8)
    numbers, *_ = trained(None)
    mesh = jax.make_mesh((2, 4), ("batch", "parameters"))
    found, _, compiled = trained(mesh)
    assert max(abs(a - b) for a, b in zip(found, numbers, strict=True)) < 1e-12
    _, tree = compiled.jax_function(*classifier(32, (8, 6, 3)).examples)
    assert tree["W1"].addressable_shards[0].data.shape == (6, 2)
    assert tree["b1"].sharding.is_fully_replicated


def test_optax_and_a_call_on_a_mesh() -> None:
    optax = pytest.importorskip("optax")
    network, other = classifier(16), classifier(16)
    mesh = jax.make_mesh((8,), ("batch",))
    compiled = compile(network.loss, network.params, "jax", mesh=mesh)
    plain = compile(other.loss, other.params, "jax")
    adam = optax.adam(0.1)
    compiled.train(adam, *network.examples, steps=5)
    plain.train(adam, *other.examples, steps=5)
    cost, gradient = compiled(*network.examples)
    expected, slopes = plain(*other.examples)
    assert cost == pytest.approx(expected, rel=1e-12)
    assert gradient == pytest.approx(slopes, rel=1e-10, abs=1e-13)


def test_what_is_no_mesh_is_refused() -> None:
    network = classifier()
    with pytest.raises(TypeError, match=r"jax\.make_mesh"):
        compile(network.loss, network.params, "jax", mesh=8)(*network.examples)
