"""Training in the backend is training by hand, step by step, and hands everything back."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, losses, nn, ops, optim
from autograd_mini.compiler import compile, update
from tests.compiler.agreement import EVERY_TIER as TIERS

OPTIMISERS: dict[str, Callable[[list[Value]], Any]] = {
    "SGD": lambda params: optim.SGD(params, 0.05),
    "SGD with momentum": lambda params: optim.SGD(params, 0.02, momentum=0.9),
    "Adam": lambda params: optim.Adam(params, 0.02),
    "SGD with decay": lambda params: optim.SGD(params, 0.05, weight_decay=0.1),
    "SGD with both": lambda params: optim.SGD(params, 0.02, momentum=0.9, weight_decay=0.1),
    "SGD, clipped": lambda params: optim.SGD(params, 0.05, max_norm=0.25),
    "SGD on a schedule": lambda params: optim.SGD(
        params, optim.schedule("cosine", 0.1, steps=50, last=0.01)
    ),
    "RMSProp": lambda params: optim.RMSProp(params, 0.005),
    "RMSProp with all": lambda params: optim.RMSProp(
        params, 0.002, alpha=0.9, momentum=0.5, weight_decay=0.1
    ),
    "Adam with decay": lambda params: optim.Adam(params, 0.02, weight_decay=0.1),
    "AdamW": lambda params: optim.AdamW(params, 0.02, weight_decay=0.1),
    "AdamW, clipped, on a schedule": lambda params: optim.AdamW(
        params, optim.schedule("step", 0.02, every=20, factor=0.5), max_norm=0.25
    ),
    "Adam with betas": lambda params: optim.Adam(params, 0.01, betas=(0.5, 0.9), eps=1e-6),
}


def problem() -> tuple[Any, list[Value], list[list[float]], list[float]]:
    rng = random.Random(3)
    model = nn.MLP(2, [6, 5, 1], "tanh", rng=rng)
    params = model.parameters()
    X = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(14)]
    Y = [1.0 if x * y > 0 else -1.0 for x, y in X]

    def fn(x: list[Any], y: Any) -> Any:
        return losses.squared_error(model(x), y) + 1e-3 * sum(p * p for p in params)

    return fn, params, X, Y


def by_hand(
    make: Callable[[list[Value]], Any], steps: int, size: int, reduce: str
) -> tuple[list[float], list[float], Any]:
    fn, params, X, Y = problem()
    optimizer = make(params)
    costs = []
    for step in range(steps):
        start = size * (step % -(-len(X) // size))
        pairs = list(zip(X, Y, strict=True))[start : start + size]
        cost = ops.sum([fn(x, y) for x, y in pairs])
        cost = cost / len(pairs) if reduce == "mean" else cost
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        costs.append(cost.data)
    return costs, [p.data for p in params], optimizer


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize(("size", "reduce"), [(14, "mean"), (4, "mean"), (5, "sum")])
def test_sixty_steps(tier: str, name: str, size: int, reduce: str) -> None:
    make = OPTIMISERS[name]
    expected, numbers, by_eager = by_hand(make, 60, size, reduce)
    fn, params, X, Y = problem()
    optimizer = make(params)
    compiled = compile(fn, params, tier, reduce=reduce)
    first = compiled.train(
        optimizer, X, Y, steps=25 // -(-14 // size) * -(-14 // size), batch_size=size
    )
    rest = compiled.train(optimizer, X, Y, steps=60 - len(first), batch_size=size)
    assert first + rest == pytest.approx(expected, rel=1e-12)
    assert [p.data for p in params] == pytest.approx(numbers, rel=1e-12)
    assert optimizer._columns.keys() == by_eager._columns.keys()
    for kept, ours in optimizer._columns.items():
        assert ours == pytest.approx(by_eager._columns[kept], rel=1e-9)


@pytest.mark.parametrize("tier", TIERS)
def test_eager_training_goes_on_where_compiled_training_stopped(tier: str) -> None:
    _, numbers, _ = by_hand(OPTIMISERS["Adam"], 8, 14, "mean")
    fn, params, X, Y = problem()
    optimizer = OPTIMISERS["Adam"](params)
    compile(fn, params, tier).train(optimizer, X, Y, steps=6)
    for _ in range(2):
        optimizer.zero_grad()
        (ops.sum([fn(x, y) for x, y in zip(X, Y, strict=True)]) / 14.0).backward()
        optimizer.step()
    assert [p.data for p in params] == pytest.approx(numbers, rel=1e-12)


@pytest.mark.parametrize("tier", TIERS)
def test_progress_sees_every_step_and_may_change_the_rate(tier: str) -> None:
    theta = Value(1.0)
    optimizer = optim.SGD([theta], 0.25)
    seen: list[tuple[int, float]] = []

    def progress(step: int, cost: float) -> None:
        seen.append((step, cost))
        optimizer.lr = 0.0

    costs = compile(lambda x: (theta * x) ** 2, [theta], tier).train(
        optimizer, [1.0, 1.0], steps=3, progress=progress
    )
    assert seen == [(1, 1.0), (2, 0.25), (3, 0.25)]
    assert costs == [1.0, 0.25, 0.25]
    assert theta.data == 0.5


@pytest.mark.parametrize("tier", TIERS)
def test_after_an_exception_the_parameters_are_written_back(tier: str) -> None:
    theta = Value(1.0)

    def stop(step: int, cost: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compile(lambda x: (theta * x) ** 2, [theta], tier).train(
            optim.SGD([theta], 0.25), [1.0], steps=3, progress=stop
        )
    assert theta.data == 0.5


@pytest.mark.parametrize("tier", TIERS)
def test_parameters_of_one_side_only(tier: str) -> None:
    a, b, unused = Value(1.0, "a"), Value(2.0, "b"), Value(3.0, "unused")
    compiled = compile(lambda x: (a * x + b) ** 2, [unused, a, b], tier)
    assert compiled([1.0])[1] == [0.0, 6.0, 6.0]
    optimizer = optim.Adam([b, unused], 0.5)  # not a: it stays
    compiled.train(optimizer, [1.0], steps=1)
    assert (a.data, unused.data) == (1.0, 3.0)
    assert b.data == pytest.approx(1.5)
    compiled.train(optim.SGD([b, unused, a], 0.125), [1.0], steps=1)
    assert (a.data, b.data, unused.data) == pytest.approx((0.375, 0.875, 3.0))


class Halving(optim.Optimizer):
    """An optimiser that the compiler has never seen."""

    def _updated(self, i: int, theta: float, g: float) -> float:
        return theta - self.lr * (1.0 if g > 0 else -1.0)


@pytest.mark.parametrize("tier", TIERS)
def test_an_optimiser_of_ones_own(tier: str) -> None:
    a = Value(1.0, "a")
    costs = compile(lambda x: (a * x) ** 2, [a], tier).train(Halving([a], 0.5), [1.0], steps=3)
    assert costs == [1.0, 0.25, 0.0]


def test_no_steps() -> None:
    a = Value(1.0)
    assert compile(lambda x: a * x, [a]).train(optim.SGD([a], 0.5), [1.0], steps=0) == []
    assert a.data == 1.0


@pytest.mark.parametrize("tier", TIERS)
def test_training_that_diverges_goes_on_without_warnings(tier: str) -> None:
    theta = [Value(0.5), Value(-0.5)]
    compiled = compile(lambda x: (theta[0] * x * x + theta[1]) ** 3, theta, tier)
    costs = compiled.train(optim.SGD(theta, 1e6), [3.0, -2.0], steps=12)
    assert len(costs) == 12
    assert not math.isfinite(costs[-1])
    assert not math.isfinite(theta[0].data)


INTERRUPTED = """
import random, signal
from autograd_mini import Value, compile, optim

signal.signal(signal.SIGALRM, signal.default_int_handler)

class Reversed(optim.Adam):
    "An optimiser of one's own: it goes through the parameters backwards."

    def step(self):
        for i in reversed(range(len(self.params))):
            parameter = self.params[i]
            parameter.data = self._updated(i, parameter.data, parameter.grad)

def trained(tier, kind, steps, delay=None):
    theta = [Value(0.0), Value(0.5), Value(0.25)]
    adam = kind(theta, lr=1e-6)
    compiled = compile(lambda x, y: (theta[0] * x + theta[1] - y) ** 2 * theta[2], theta, tier)
    X, Y = [1.0, 2.0, 3.0], [5.0, 7.0, 9.0]
    compiled.train(adam, X, Y, steps=min(steps, 1))
    try:
        if delay is not None:
            signal.setitimer(signal.ITIMER_REAL, delay)
        compiled.train(adam, X, Y, steps=steps - 1)
    except KeyboardInterrupt:
        pass
    signal.setitimer(signal.ITIMER_REAL, 0)
    return adam._steps, [p.data.hex() for p in theta], adam._columns

rng = random.Random({seed})
for kind in ({kind},):
    for _ in range({times}):
        steps, *found = trained({tier!r}, kind, 10**8, rng.uniform(1e-5, 0.03))
        assert len(set(steps)) == 1, steps
        again, *wanted = trained({tier!r}, kind, steps[0])
        assert again == steps
        assert found == wanted, (steps, found, wanted)
        print(steps[0])
"""


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("kind", ["optim.Adam", "Reversed"])
def test_ctrl_c_leaves_the_state_after_a_whole_number_of_steps(tier: str, kind: str) -> None:
    times = 30
    script = INTERRUPTED.format(tier=tier, kind=kind, times=times, seed=len(tier + kind))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    counts = list(map(int, done.stdout.split()))
    assert len(counts) == times
    assert len(set(counts)) >= 3  # at different moments: native code looks up every so often


TRACED = """
import random, signal
from autograd_mini import Value, compile

signal.signal(signal.SIGALRM, signal.default_int_handler)
rng, came = random.Random(7), 0
theta = [Value(0.1 * i) for i in range(300)]
classes, stamps = [type(p) for p in theta], [p._stamp for p in theta]
for _ in range(200):
    try:
        signal.setitimer(signal.ITIMER_REAL, rng.uniform(1e-5, 0.004))
        compile(lambda x: sum(p * x for p in theta), theta, "python")([1.0])
    except KeyboardInterrupt:
        came += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert [type(p) for p in theta] == classes
    assert [p._stamp for p in theta] == stamps
print(came)
"""


def test_ctrl_c_while_tracing_leaves_the_parameters_as_they_were() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRACED], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50


@pytest.mark.parametrize("tier", TIERS)
def test_ctrl_c_that_comes_again_while_the_state_is_written_back_waits(
    tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theta = Value(1.0)
    ordinary, faults = update.stored, [KeyboardInterrupt("second"), KeyboardInterrupt()]

    def stored(*given: Any) -> Any:
        if faults:
            raise faults.pop()
        return ordinary(*given)

    monkeypatch.setattr(update, "stored", stored)
    optimizer = optim.Adam([theta], 0.25)
    with pytest.raises(KeyboardInterrupt, match="second"):
        compile(lambda x: (theta * x) ** 2, [theta], tier).train(optimizer, [1.0], steps=3)
    assert optimizer._steps == [3]
    assert theta.data == pytest.approx(0.25, abs=0.1)
