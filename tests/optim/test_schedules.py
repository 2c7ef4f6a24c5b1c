"""Schedules and clipping: what is refused, what stays when the steps are over, copies."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import pytest

from autograd_mini import Value, nn, optim
from autograd_mini.optim import SCHEDULES, schedule

GIVEN: dict[str, dict[str, Any]] = {
    "step": {"every": 3},
    "exponential": {"factor": 0.5},
    "linear": {"steps": 4},
    "cosine": {"steps": 4, "last": 0.125},
    "polynomial": {"steps": 4, "power": 2},
}


def test_every_schedule_is_tried() -> None:
    assert set(GIVEN) == set(SCHEDULES)


@pytest.mark.parametrize("name", ["linear", "cosine", "polynomial"])
def test_when_the_steps_are_over_the_rate_stays(name: str) -> None:
    rate = schedule(name, 0.5, **GIVEN[name])
    assert rate(4) == rate(5) == rate(1000) == {"linear": 0.5, "cosine": 0.125}.get(name, 0.0)
    assert rate(3) != rate(4)


@pytest.mark.parametrize("name", GIVEN)
def test_an_optimiser_on_a_schedule_is_copied_with_the_steps_it_has_made(name: str) -> None:
    theta = Value(1.0)
    optimizer = optim.Adam([theta], schedule(name, 0.5, **GIVEN[name]))
    for _ in range(3):
        theta.grad = 1.0
        optimizer.step()
    for again in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        assert again.lr == optimizer.lr == schedule(name, 0.5, **GIVEN[name])(3)
        again.params[0].grad = 2.0
        again.step()
    theta.grad = 2.0
    optimizer.step()
    assert again.params[0].data == theta.data
    assert repr(schedule(name, 0.5, **GIVEN[name])).startswith(f"schedule({name!r}, 0.5")


def test_a_rate_may_be_any_function_and_a_number_again() -> None:
    theta = Value(0.0)
    optimizer = optim.SGD([theta], lr=lambda made: 1.0 / (made + 1))
    for wanted in (-1.0, -1.5):
        theta.grad = 1.0
        optimizer.step()
        assert theta.data == wanted
    optimizer.lr = 0.25
    optimizer.step()
    assert (theta.data, optimizer.lr) == (-1.75, 0.25)
    optimizer.lr = lambda made: -1.0
    with pytest.raises(ValueError, match="SGD: lr must be finite and at least 0"):
        optimizer.step()
    assert theta.data == -1.75


@pytest.mark.parametrize(
    ("name", "lr", "settings", "error", "said"),
    [
        ("Cosine", 0.1, {}, ValueError, "there is no schedule 'Cosine'; take one of 'step', "),
        ("cosine", 0.1, {}, TypeError, "'cosine' missing 1 required .*'steps'"),
        ("cosine", 0.1, {"steps": 3, "end": 0}, TypeError, "'cosine' got an unexpected .*'end'"),
        ("cosine", -0.1, {"steps": 3}, ValueError, "schedule: lr must be finite and at least 0"),
        ("cosine", 0.1, {"steps": 0}, ValueError, "'cosine': steps must be at least 1, not 0"),
        ("cosine", 0.1, {"steps": 2.5}, TypeError, "'cosine': steps must be a whole number"),
        ("step", 0.1, {"every": True}, TypeError, "'step': every must be a whole number"),
        ("step", 0.1, {"every": 2, "factor": math.nan}, ValueError, "'step': factor must be"),
    ],
)
def test_what_cannot_be_right_is_refused(
    name: str, lr: float, settings: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        schedule(name, lr, **settings)


def test_clipping_takes_all_parameters_that_have_a_gradient() -> None:
    a, b, idle = Value(1.0), Value(1.0), Value(1.0)
    a.grad, b.grad = 3e200, 4e200  # whose squares overflow
    assert optim.clip_grad_norm([a, idle, b], 5.0) == pytest.approx(5e200)
    assert (a.grad, b.grad, idle.has_grad) == (pytest.approx(3.0), pytest.approx(4.0), False)
    assert optim.clip_grad_norm([idle], 1.0) == 0.0
    with pytest.raises(ValueError, match="clip_grad_norm: max_norm must be finite and at least 0"):
        optim.clip_grad_norm([a], -1.0)
    with pytest.raises(TypeError, match=r"clip_grad_norm: .* not a model; give model\.parameters"):
        optim.clip_grad_norm(nn.Neuron(1), 1.0)  # type: ignore[arg-type]


def test_a_clipped_step_leaves_the_gradient_as_it_is() -> None:
    a, b = Value(0.0), Value(0.0)
    optimizer = optim.SGD([a, b], 1.0, max_norm=1.0)
    a.grad, b.grad = 3.0, 4.0
    optimizer.step()
    assert (a.grad, b.grad) == (3.0, 4.0)
    assert math.hypot(a.data, b.data) == pytest.approx(1.0, abs=1e-6)
    optimizer.max_norm = None
    optimizer.step()
    assert b.data == pytest.approx(-4.8)


@pytest.mark.parametrize("name", ["weight_decay", "max_norm"])
@pytest.mark.parametrize("kind", [optim.SGD, optim.RMSProp, optim.Adam, optim.AdamW])
def test_numbers_out_of_range(kind: Any, name: str) -> None:
    with pytest.raises(ValueError, match=f"{kind.__name__}: {name} must be .*, not -1.0"):
        kind([Value(1.0)], lr=0.1, **{name: -1.0})
    with pytest.raises(TypeError, match=f"{kind.__name__}: {name}: expected a real number"):
        kind([Value(1.0)], lr=0.1, **{name: "1"})


def test_momentum_may_be_switched_on_and_off() -> None:
    """What else is kept stays: the average of g² of RMSProp."""
    theta, beside = Value(1.0), Value(1.0)
    optimizer, plain = optim.RMSProp([theta], momentum=0.5), optim.RMSProp([beside])
    for momentum in (0.0, 0.5, 0.0):
        optimizer.momentum = momentum
        for p in (theta, beside):
            p.grad = 2.0
        optimizer.step()
        plain.step()
    assert theta.data == beside.data  # the velocity began anew from 0
