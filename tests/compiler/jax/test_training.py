"""Training in JAX: the library's optimisers and optax's, batches, and what is not finite."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, compile, ops, optim
from autograd_mini.errors import AutogradError
from tests.compiler.jax.networks import Network, classifier, ragged

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")

OPTIMISERS: dict[str, Callable[[list[Value]], optim.Optimizer]] = {
    "momentum and decay": lambda p: optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    "RMSProp": lambda p: optim.RMSProp(p, 0.01),
    "AdamW": lambda p: optim.AdamW(p, 0.01, weight_decay=0.1),
    "schedule": lambda p: optim.Adam(p, lambda step: 0.1 / (1 + step)),
}


def trained(
    network: Network, tier: str, make: Callable[[list[Value]], Any], **options: Any
) -> tuple[list[float], list[float], Any]:
    """Costs, numbers and optimiser after seven steps, in two calls."""
    optimizer = make(network.params)
    compiled = compile(network.loss, network.params, tier)
    costs = compiled.train(optimizer, *network.examples, steps=4, **options)
    costs += compiled.train(optimizer, *network.examples, steps=3, **options)
    assert compiled.tier == tier
    return costs, [p.data for p in network.params], optimizer


def near(found: Any, expected: Any) -> None:
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_optimiser_of_the_library(name: str) -> None:
    costs, numbers, kept = trained(classifier(), "jax", OPTIMISERS[name])
    expected, others, optimizer = trained(classifier(), "numpy", OPTIMISERS[name])
    near(costs, expected)
    near(numbers, others)
    assert kept._columns.keys() == optimizer._columns.keys()
    for state, column in kept._columns.items():
        near(column, optimizer._columns[state])
    assert kept._steps == optimizer._steps


def test_batches_in_turn_and_shuffled() -> None:
    for shuffle in (None, random.Random(3)):
        again = shuffle and random.Random(3)
        make: Any = OPTIMISERS["momentum and decay"]
        found = trained(classifier(10), "jax", make, batch_size=4, shuffle=shuffle)
        expected = trained(classifier(10), "numpy", make, batch_size=4, shuffle=again)
        near(found[0], expected[0])
        near(found[1], expected[1])


def test_examples_of_several_structures() -> None:
    for make in (lambda p: optim.Adam(p, 0.1), lambda _: optax.adam(0.1)):
        costs, numbers, _ = trained(ragged(), "jax", make)
        expected, others, _ = trained(ragged(), "numpy", lambda p: optim.Adam(p, 0.1))
        assert costs == pytest.approx(expected, rel=1e-6)
        assert numbers == pytest.approx(others, rel=1e-6)


def test_an_optimiser_of_optax_goes_on_where_it_was_left() -> None:
    network = classifier()
    costs, numbers, _ = trained(network, "jax", lambda p: optax.adam(0.01, eps=1e-8))
    expected, others, _ = trained(classifier(), "numpy", lambda p: optim.Adam(p, 0.01))
    near(costs, expected)
    near(numbers, others)


def test_its_state_can_be_saved_and_set() -> None:
    one, other = classifier(), classifier()
    adam = optax.adam(0.05)
    whole = compile(one.loss, one.params, "jax")
    whole.train(adam, *one.examples, steps=6)
    half = compile(other.loss, other.params, "jax")
    half.train(adam, *other.examples, steps=3)
    _, tree = half.jax_function(*other.examples)
    saved = jax.device_get((tree, half.optimizer_state))
    for p in other.params:
        p.data = 0.0
    again = compile(other.loss, other.params, "jax")
    again.forward(*other.examples)
    again.write_back(saved[0])
    again.optimizer_state = saved[1]
    again.train(adam, *other.examples, steps=3)
    assert [p.data for p in other.params] == [p.data for p in one.params]


def test_optax_elsewhere_is_refused() -> None:
    network = classifier()
    with pytest.raises(AutogradError, match="backend='jax'"):
        compile(network.loss, network.params, "numpy").train(
            optax.sgd(0.1), *network.examples, steps=1
        )


def test_what_is_not_chosen_makes_no_nan() -> None:
    """JAX multiplies an infinite slope by 0; the step is made again as the eager engine does."""
    a = Value(1.0, "a")

    def loss(x: Any) -> Any:
        return (ops.where(ops.step(x), ops.sqrt(ops.maximum(x, 0.0) * a), a) - 2.0) ** 2

    X = [-3.0, 4.0, -1.0, 0.25]
    costs = compile(loss, [a], "jax").train(optim.SGD([a], 0.1), X, steps=4)
    b = a.data
    a.data = 1.0
    near(costs, compile(loss, [a], "python").train(optim.SGD([a], 0.1), X, steps=4))
    near(b, a.data)
    assert math.isfinite(b)


def test_an_interruption_finds_whole_steps() -> None:
    network = classifier()
    compiled = compile(network.loss, network.params, "jax")

    def stop(step: int, _: float) -> None:
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compiled.train(optim.Adam(network.params, 0.1), *network.examples, steps=9, progress=stop)
    other = classifier()
    compile(other.loss, other.params, "numpy").train(
        optim.Adam(other.params, 0.1), *other.examples, steps=3
    )
    near([p.data for p in network.params], [p.data for p in other.params])


def test_a_training_compiles_once() -> None:
    network = classifier()
    compiled: Any = compile(network.loss, network.params, "jax")
    sgd = optim.SGD(network.params, 0.1)
    for _ in range(3):
        compiled.train(sgd, *network.examples, steps=2)
    ((step, *_),) = compiled._surroundings.last.steps.values()
    assert step._cache_size() == 1
