"""Every optimiser, schedule and clipping, step for step beside PyTorch's, eager and compiled."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from autograd_mini import Value, compile, ops, optim
from tests.compiler.agreement import EVERY_TIER as TIERS

STEPS = 300
COUNT = 4

Maker = Callable[[Any, Any], Any]


def named(optimizers: Any, theirs: str) -> Any:
    """Our class, or PyTorch's, which spells one of them in another way."""
    return getattr(optimizers, theirs if hasattr(optimizers, theirs) else "RMSProp")


OPTIMISERS: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD": ("SGD", {"lr": 0.05}),
    "SGD with momentum": ("SGD", {"lr": 0.02, "momentum": 0.9}),
    "SGD with decay": ("SGD", {"lr": 0.05, "weight_decay": 0.1}),
    "SGD with both": ("SGD", {"lr": 0.02, "momentum": 0.9, "weight_decay": 0.1}),
    "RMSProp": ("RMSprop", {"lr": 0.01}),
    "RMSProp by default": ("RMSprop", {}),
    "RMSProp with all": (
        "RMSprop",
        {"lr": 0.01, "alpha": 0.9, "eps": 1e-6, "momentum": 0.5, "weight_decay": 0.1},
    ),
    "Adam": ("Adam", {"lr": 0.01}),
    "Adam with all": (
        "Adam",
        {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.1},
    ),
    "AdamW": ("AdamW", {"lr": 0.01}),
    "AdamW by default": ("AdamW", {}),
    "AdamW without decay": ("AdamW", {"lr": 0.01, "weight_decay": 0.0}),
    "AdamW with decay": ("AdamW", {"lr": 0.01, "betas": (0.5, 0.9), "weight_decay": 0.2}),
}
by_optimiser = pytest.mark.parametrize(("name", "given"), OPTIMISERS.values(), ids=OPTIMISERS)


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch")


def gradients() -> list[list[float]]:
    """Of very different sizes, with a 0 among them."""
    rng = random.Random(7)
    drawn = [[rng.gauss(0, 1) * 10.0 ** (k - 2) for k in range(COUNT)] for _ in range(STEPS)]
    drawn[5][1] = 0.0
    return drawn


def leaf(torch: Any, numbers: list[float]) -> Any:
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


START = [0.5, -1.0, 2.0, 0.25]


@by_optimiser
def test_many_steps_with_given_gradients(torch: Any, name: str, given: dict[str, Any]) -> None:
    theirs, ours = leaf(torch, START), [Value(x) for x in START]
    by_torch, optimizer = (
        getattr(torch.optim, name)([theirs], **given),
        named(optim, name)(ours, **given),
    )
    for g in gradients():
        theirs.grad = torch.tensor(g, dtype=torch.float64)
        for parameter, number in zip(ours, g, strict=True):
            parameter.grad = number
        by_torch.step()
        optimizer.step()
        assert [p.data for p in ours] == pytest.approx(theirs.tolist(), rel=1e-13, abs=1e-13)
    assert all(abs(p.data - x) > 1e-3 for p, x in zip(ours, START, strict=True))


def cost(m: Any, theta: Any, x: Any, y: Any) -> Any:
    return (m.tanh(theta[0] * x + theta[1]) * theta[2] + theta[3] - y) ** 2


EXAMPLES = [(0.5, 1.0), (-1.0, -0.5), (2.0, 0.25), (0.25, 2.0), (-1.5, 1.0)]


def torch_training(
    torch: Any, make: Callable[[Any], Any], steps: int, max_norm: float | None, scheduler: Any
) -> list[float]:
    theta = leaf(torch, START)
    optimizer = make([theta])
    follows = scheduler(optimizer) if scheduler else None
    for _ in range(steps):
        optimizer.zero_grad()
        (sum(cost(torch, theta, x, y) for x, y in EXAMPLES) / len(EXAMPLES)).backward()
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_([theta], max_norm)
        optimizer.step()
        if follows is not None:
            follows.step()
    found: list[float] = theta.tolist()
    return found


def our_training(make: Callable[[list[Value]], Any], steps: int, tier: str) -> list[float]:
    theta = [Value(x) for x in START]
    optimizer = make(theta)
    X, Y = map(list, zip(*EXAMPLES, strict=True))
    compile(lambda x, y: cost(ops, theta, x, y), theta, tier).train(optimizer, X, Y, steps=steps)
    return [p.data for p in theta]


@pytest.mark.parametrize("tier", TIERS)
@by_optimiser
def test_compiled_training(torch: Any, tier: str, name: str, given: dict[str, Any]) -> None:
    steps = 100
    theirs = torch_training(
        torch, lambda p: getattr(torch.optim, name)(p, **given), steps, None, None
    )
    ours = our_training(lambda p: named(optim, name)(p, **given), steps, tier)
    assert ours == pytest.approx(theirs, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("max_norm", [0.05, 0.5, 100.0])
def test_compiled_training_with_clipping(torch: Any, tier: str, max_norm: float) -> None:
    theirs = torch_training(
        torch, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.5), 50, max_norm, None
    )
    ours = our_training(lambda p: optim.SGD(p, 0.05, momentum=0.5, max_norm=max_norm), 50, tier)
    assert ours == pytest.approx(theirs, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("max_norm", [0.0, 0.5, 5.0, 1e6])
def test_clipping_by_the_global_norm(torch: Any, max_norm: float) -> None:
    for g in gradients()[:20]:
        theirs, ours = leaf(torch, START), [Value(x) for x in START]
        theirs.grad = torch.tensor(g, dtype=torch.float64)
        for parameter, number in zip(ours, g, strict=True):
            parameter.grad = number
        norm = torch.nn.utils.clip_grad_norm_([theirs], max_norm)
        assert optim.clip_grad_norm(ours, max_norm) == pytest.approx(norm.item(), rel=1e-15)
        assert [p.grad for p in ours] == pytest.approx(theirs.grad.tolist(), rel=1e-15)


SCHEDULES: dict[str, tuple[Callable[[Any, Any], Any], str, dict[str, Any]]] = {
    "step": (lambda s, o: s.StepLR(o, 7, 0.5), "step", {"every": 7, "factor": 0.5}),
    "exponential": (lambda s, o: s.ExponentialLR(o, 0.95), "exponential", {"factor": 0.95}),
    "linear": (
        lambda s, o: s.LinearLR(o, 0.25, 0.75, 20),
        "linear",
        {"first": 0.25, "last": 0.75, "steps": 20},
    ),
    "linear by default": (lambda s, o: s.LinearLR(o), "linear", {"steps": 5}),
    "cosine": (
        lambda s, o: s.CosineAnnealingLR(o, 60, 0.01),
        "cosine",
        {"steps": 60, "last": 0.01},
    ),
    "polynomial": (
        lambda s, o: s.PolynomialLR(o, 40, 2.0),
        "polynomial",
        {"steps": 40, "power": 2.0},
    ),
}


@pytest.mark.parametrize(("theirs", "name", "settings"), SCHEDULES.values(), ids=SCHEDULES)
def test_schedules(torch: Any, theirs: Any, name: str, settings: dict[str, Any]) -> None:
    by_torch = torch.optim.SGD([leaf(torch, START)], lr=0.125)
    scheduler = theirs(torch.optim.lr_scheduler, by_torch)
    theta = Value(1.0)
    optimizer = optim.SGD([theta], lr=optim.schedule(name, 0.125, **settings))
    seen = set()
    for _ in range(60):
        assert optimizer.lr == pytest.approx(by_torch.param_groups[0]["lr"], rel=1e-13)
        seen.add(optimizer.lr)
        theta.grad = 1.0
        optimizer.step()
        by_torch.step()
        scheduler.step()
    assert len(seen) > 4


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(("theirs", "name", "settings"), SCHEDULES.values(), ids=SCHEDULES)
def test_compiled_training_on_a_schedule(
    torch: Any, tier: str, theirs: Any, name: str, settings: dict[str, Any]
) -> None:
    rate = optim.schedule(name, 0.05, **settings)
    wanted = torch_training(
        torch,
        lambda p: torch.optim.Adam(p, lr=0.05),
        40,
        None,
        lambda o: theirs(torch.optim.lr_scheduler, o),
    )
    assert our_training(lambda p: optim.Adam(p, rate), 40, tier) == pytest.approx(
        wanted, rel=1e-13, abs=1e-13
    )


def test_the_comparison_is_sharp() -> None:
    """Decay in the gradient and beside it, in the wrong order, or left out: all are told apart."""
    after = []
    for make in (
        lambda p: optim.AdamW(p, 0.01, weight_decay=0.1),
        lambda p: optim.Adam(p, 0.01, weight_decay=0.1),
        lambda p: optim.Adam(p, 0.01),
        lambda p: optim.RMSProp(p, 0.01),
    ):
        theta = Value(2.0)
        optimizer = make([theta])
        for g in (1.0, -0.5, 0.25):
            theta.grad = g
            optimizer.step()
        after.append(theta.data)
    pairs = [(a, b) for i, a in enumerate(after) for b in after[:i]]
    assert all(math.dist([a], [b]) > 1e-4 for a, b in pairs)
