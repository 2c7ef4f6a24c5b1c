"""What a function reads around itself is watched: what changes is traced anew, or named."""

from __future__ import annotations

import functools
import random
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd_mini import AutogradError, Value, ops, optim
from autograd_mini.compiler import TracingError, compile
from autograd_mini.compiler.captured import MANY, Captured
from tests.compiler.agreement import EVERY_TIER

w = Value(2.0, "w")
beta = 0.5
table = {"beta": 0.5}
settings = types.ModuleType("settings")
settings.beta = 0.5  # type: ignore[attr-defined]


class Config:
    shared = 0.5

    def __init__(self) -> None:
        self.beta = 0.5
        self.inner = types.SimpleNamespace(beta=0.5)


class Model:
    """Ways of reading a number from ``self``."""

    slope = 0.5

    def __init__(self) -> None:
        self.training = True
        self.beta = 0.5
        self.config = Config()
        self.layers = [Layer(), Layer()]

    def loss(self, x: Any) -> Any:
        return w * x if self.training else w * x * 2.0

    def by_helper(self, x: Any) -> Any:
        return self.scaled(x)

    def scaled(self, x: Any) -> Any:
        return w * x * self.beta

    @property
    def scale(self) -> float:
        return 2.0 * self.beta

    def by_property(self, x: Any) -> Any:
        return w * x * self.scale

    def by_class(self, x: Any) -> Any:
        return w * x * self.slope

    def by_config(self, x: Any) -> Any:
        return w * x * self.config.inner.beta

    def by_layers(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return w * x

    def __call__(self, x: Any) -> Any:
        return w * x * self.beta


class Layer:
    __slots__ = ("gain",)

    def __init__(self) -> None:
        self.gain = 0.5

    def __call__(self, x: Any) -> Any:
        return x * self.gain


def by_global(x: Any) -> Any:
    return w * x * beta


def by_helper(x: Any) -> Any:
    return sum([by_global(part) for part in (x, x)])


def by_lambda(x: Any) -> Any:
    return sum(map(lambda part: w * part * beta, [x]))  # noqa: C417 (code inside of code)


def by_dict(x: Any) -> Any:
    return w * x * table["beta"]


def by_module(x: Any) -> Any:
    return w * x * settings.beta


def by_default(x: Any, factor: float = 0.5) -> Any:
    return w * x * factor


def set_global(number: float) -> None:
    global beta
    beta = number


def closure() -> tuple[Callable[[Any], Any], Callable[[float], None]]:
    number = 0.5

    def fn(x: Any) -> Any:
        return w * x * number

    def change(new: float) -> None:
        nonlocal number
        number = new

    return fn, change


def attribute(thing: Any, name: str) -> Callable[[Any], None]:
    return lambda new: setattr(thing, name, new)


def cases() -> dict[str, tuple[Callable[[Any], Any], Callable[[Any], None], Any]]:
    """A function, what changes a number that it reads, and the number before."""
    inside, change = closure()
    model, K, schedule = Model(), Value.constant(0.5), [0.25, 0.5]
    grid, nested = np.array([0.5, 1.0]), {"a": [{"b": 0.5}]}
    return {
        "a global": (by_global, set_global, 0.5),
        "a global of what it calls": (by_helper, set_global, 0.5),
        "a global in a lambda": (by_lambda, set_global, 0.5),
        "an entry of a dict": (by_dict, lambda new: table.update(beta=new), 0.5),
        "a number of a module": (by_module, attribute(settings, "beta"), 0.5),
        "a default": (by_default, lambda new: setattr(by_default, "__defaults__", (new,)), 0.5),
        "a variable of an enclosing function": (inside, change, 0.5),
        "a flag of self": (model.loss, attribute(model, "training"), True),
        "through a method": (model.by_helper, attribute(model, "beta"), 0.5),
        "through a property": (model.by_property, attribute(model, "beta"), 0.5),
        "of the class": (model.by_class, attribute(Model, "slope"), 0.5),
        "of an object of an object": (
            model.by_config,
            attribute(model.config.inner, "beta"),
            0.5,
        ),
        "of an object in a list": (model.by_layers, attribute(model.layers[1], "gain"), 0.5),
        "of what is called": (model, attribute(model, "beta"), 0.5),
        "of a captured object": (lambda x: w * x * model.beta, attribute(model, "beta"), 0.5),
        "a captured model": (lambda x: model(x), attribute(model, "beta"), 0.5),
        "a constant": (lambda x: w * x * K, attribute(K, "data"), 0.5),
        "an element of a list": (
            lambda x: w * x * schedule[1],
            lambda new: schedule.__setitem__(1, new),
            0.5,
        ),
        "a cell of an array": (
            lambda x: w * x * grid[0],
            lambda new: grid.__setitem__(0, new),
            0.5,
        ),
        "something nested": (
            lambda x: w * x * nested["a"][0]["b"],
            lambda new: nested["a"][0].update(b=new),
            0.5,
        ),
    }


@pytest.mark.parametrize("name", cases())
def test_a_number_that_changes_is_seen_at_the_next_call(name: str) -> None:
    fn, change, before = cases()[name]
    compiled = compile(fn, [w], "python")
    try:
        for new in (before, 0.0, 3.0, before, 3.0):
            change(new)
            assert compiled([2.0])[0] == fn(2.0).data
            assert compiled.forward([2.0]) == [fn(2.0).data]
    finally:
        change(before)


@pytest.mark.parametrize("tier", EVERY_TIER)
def test_programs_of_earlier_surroundings_are_kept(tier: str) -> None:
    model, runs = Model(), []

    def fn(x: Any) -> Any:
        runs.append(model.training)
        return model.loss(x)

    compiled = compile(fn, [w], tier)
    for _ in range(3):
        for model.training in (True, False):
            assert compiled([3.0])[0] == (6.0 if model.training else 12.0)
    assert runs == [True, False]


def test_a_function_that_is_bound_anew_is_seen() -> None:
    activation = ops.tanh

    def fn(x: Any) -> Any:
        return activation(w * x)

    compiled = compile(fn, [w], "python")
    assert compiled.forward([1.0]) == [ops.tanh(2.0)]
    activation = ops.exp
    assert compiled.forward([1.0]) == [ops.exp(2.0)]


def test_a_number_that_becomes_a_value_is_refused_as_at_first() -> None:
    k: Any = 2.0

    def fn(x: Any) -> Any:
        return w * x * k

    compiled = compile(fn, [w], "python")
    assert compiled([1.0])[0] == 4.0
    k = Value(3.0, "k")
    with pytest.raises(TracingError, match="'k'"):
        compiled([1.0])


def test_what_changes_at_every_call_is_named() -> None:
    rate = 0.0

    def fn(x: Any) -> Any:
        return w * x * rate

    compiled = compile(fn, [w], "python")

    def call() -> list[float]:
        nonlocal rate
        found = []
        for step in range(20):
            rate = float(step)
            found.append(compiled([1.0])[0])
        return found

    with pytest.warns(RuntimeWarning, match="8 times, as rate changes; give what changes as an"):
        found = call()
    assert found == [2.0 * step for step in range(20)]


def test_training_refuses_to_go_on_when_progress_changes_what_is_read() -> None:
    rate = 1.0
    theta = Value(1.0)

    def progress(step: int, cost: float) -> None:
        nonlocal rate
        rate = 1.0 if step < 3 else 2.0

    compiled = compile(lambda x: theta * x * rate, [theta], "python")
    optimizer = optim.SGD([theta], 0.125)
    with pytest.raises(AutogradError, match="rate, which the function reads, was changed"):
        compiled.train(optimizer, [1.0], steps=10, progress=progress)
    assert theta.data == 1.0 - 3 * 0.125
    compiled.train(optimizer, [1.0], steps=1)
    assert theta.data == 1.0 - 5 * 0.125


generator = random.Random(3)
numpy_generator = np.random.default_rng(3)

DRAWING: dict[str, Callable[[Any], Any]] = {
    "random": lambda x: w * x + random.random(),
    "random, what it calls": lambda x: w * x + sum(random.gauss() for _ in range(2)),
    "shuffle": lambda x: w * x * random.sample([1.0, 2.0], 2)[0],
    "numpy": lambda x: w * x + np.random.rand(),
    "a source of one's own": lambda x: w * x + generator.random(),
    "a generator of numpy": lambda x: w * x + float(numpy_generator.normal()),
}


@pytest.mark.parametrize("name", DRAWING)
def test_drawing_random_numbers_is_noticed(name: str) -> None:
    compiled = compile(DRAWING[name], [w], "python")
    with pytest.warns(RuntimeWarning, match="draws random numbers, which are drawn once") as caught:
        first = compiled([1.0])
    assert [each.filename for each in caught] == [__file__]
    assert compiled([1.0]) == first


counter = 0


def counting(x: Any) -> Any:
    global counter
    counter += 1
    return w * x * counter


def test_a_function_that_changes_what_it_reads_is_noticed() -> None:
    with pytest.warns(RuntimeWarning, match="changes counter, which happens once"):
        compile(counting, [w], "python")([1.0])


def test_a_log_is_no_change() -> None:
    log: list[int] = []
    seen: dict[int, int] = {}

    def fn(x: Any) -> Any:
        log.append(len(log))
        seen[len(seen)] = 1
        return w * x

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(fn, [w], "python")([1.0])


def test_what_is_not_watched() -> None:
    long = [0.0] * (MANY + 1)
    weights = [Value(1.0), Value(2.0)]
    captured = Captured(lambda x: weights[0] * x * long[0] + random.random())
    long[0] = 1.0
    assert captured.holds()
    assert captured.changed() is None
    long = [0.0]
    assert not captured.holds()
    assert captured.changed() == "long"


def test_looking_runs_no_code_of_the_users_and_none_of_installed_packages() -> None:
    class Lazy:
        @functools.cached_property
        def weights(self) -> Any:
            raise RuntimeError("not yet")

        @property
        def beta(self) -> float:
            raise RuntimeError("not yet")

    lazy, frame = Lazy(), pytest.importorskip("pandas").DataFrame({"a": [1.0]})
    captured = Captured(lambda x: x * lazy.weights * lazy.beta * frame.values.mean())
    assert [cell.name for cell in captured.cells] == ["frame", "lazy"]
    assert captured.holds()


def test_a_call_pays_little_for_it() -> None:
    """Counted, not timed: what is compared at a call is what the code names, nothing else."""
    captured = Captured(Model().by_layers)
    names = sorted(cell.name for cell in captured.cells)
    # beta of __call__, as self may be called
    assert names == ["self.beta", "self.gain", "self.gain", "self.layers", "w"]
