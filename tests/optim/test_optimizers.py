"""Optimisers against their papers, transcribed independently in exact and in 50-digit numbers."""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import StaleGraphError, Value, grad, losses, nn, optim

EPS = 2.0**-53


def step(optimizer: optim.Optimizer, gradients: list[float]) -> None:
    """One step with gradients set by hand."""
    for parameter, gradient in zip(optimizer.params, gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()


# --- the updates ----------------------------------------------------------------------------------


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9375, 1.0])
def test_sgd_against_fractions(momentum: float) -> None:
    """With binary fractions nothing is rounded, so the numbers are equal."""
    theta = Value(1.0)
    optimizer = optim.SGD([theta], lr=0.125, momentum=momentum)
    exact, velocity = Fraction(1), None
    for g in (0.5, -2.0, 0.25, 0.0, 1.0):
        step(optimizer, [g])
        # PyTorch: the first step takes the gradient itself as the buffer.
        velocity = Fraction(g) if velocity is None else Fraction(momentum) * velocity + Fraction(g)
        exact -= Fraction(1, 8) * velocity
        assert theta.data == exact


def adam(gradients: list[float], lr: float, betas: tuple[float, float], eps: float) -> list[Any]:
    """Algorithm 1 of Kingma and Ba in its closed form: the averages as sums over the past."""
    theta = mpmath.mpf(1)
    b1, b2 = mpmath.mpf(betas[0]), mpmath.mpf(betas[1])
    path = []
    for t in range(1, len(gradients) + 1):
        past = list(enumerate(gradients[:t], 1))
        m = mpmath.fsum((1 - b1) * b1 ** (t - i) * mpmath.mpf(g) for i, g in past)
        v = mpmath.fsum((1 - b2) * b2 ** (t - i) * mpmath.mpf(g) ** 2 for i, g in past)
        root = mpmath.sqrt(v / (1 - b2**t)) + mpmath.mpf(eps)
        theta -= mpmath.mpf(lr) * (m / (1 - b1**t)) / root
        path.append(theta)
    return path


@pytest.mark.parametrize(
    ("betas", "eps"),
    [((0.9, 0.999), 1e-8), ((0.5, 0.75), 0.125), ((0.0, 0.0), 0.0), ((0.0, 0.9), 1e-8)],
)
def test_adam_against_fifty_digits(betas: tuple[float, float], eps: float) -> None:
    rng = random.Random(1)
    gradients = [rng.uniform(-2, 2) for _ in range(60)]
    theta = Value(1.0)
    optimizer = optim.Adam([theta], lr=0.05, betas=betas, eps=eps)
    with mpmath.workdps(50):
        for g, expected in zip(gradients, adam(gradients, 0.05, betas, eps), strict=True):
            step(optimizer, [g])
            # 1 − 0.999 keeps 1e-13 of its digits, and a step is at most about lr.
            assert abs(theta.data - float(expected)) <= 1e-13
    assert abs(theta.data - 1.0) > 0.01


def test_adam_leaves_out_nothing() -> None:
    """The transcription is sharp: each part of the algorithm matters to it."""
    gradients = [0.5, -1.0, 2.0]
    right = float(adam(gradients, 0.05, (0.9, 0.999), 1e-8)[-1])
    for wrong in (
        adam(gradients, 0.05, (0.8, 0.999), 1e-8),
        adam(gradients, 0.05, (0.9, 0.99), 1e-8),
        adam(gradients, 0.05, (0.9, 0.999), 1e-3),
        adam(gradients, 0.06, (0.9, 0.999), 1e-8),
    ):
        assert abs(float(wrong[-1]) - right) > 1e-6


def test_the_numbers_pytorch_documents() -> None:
    """The first step of Adam is lr · g / (|g| + ε), whatever the betas."""
    for g in (3.0, -1e-3, 1e5):
        theta = Value(0.0)
        step(optim.Adam([theta], lr=0.1), [g])
        assert theta.data == pytest.approx(-0.1 * g / (abs(g) + 1e-8), rel=1e-12)


@given(
    theta=st.floats(-1e3, 1e3), g=st.floats(-1e3, 1e3), lr=st.floats(0, 1), mu=st.floats(0, 0.99)
)
def test_updates_run_on_values_too(theta: float, g: float, lr: float, mu: float) -> None:
    """The update is scalar code: it gives the same numbers on Values, and derivatives by lr."""
    alpha = Value(lr)
    after, velocity = optim.sgd_update(theta, g, Value(0.5), alpha, mu)
    assert (after.data, velocity.data) == optim.sgd_update(theta, g, 0.5, lr, mu)
    (slope,) = grad(after, [alpha])
    assert slope.data == -velocity.data
    numbers = (theta, g, 0.25, 0.5, 3.0, lr, 0.9, 0.999, 1e-8)
    lifted = optim.adam_update(*map(Value, numbers))
    assert tuple(x.data for x in lifted) == optim.adam_update(*numbers)


# --- training -------------------------------------------------------------------------------------


def test_the_slides_rule() -> None:
    """Slide 36: θⱼ := θⱼ − α ∂J/∂θⱼ, each parameter with its own derivative."""
    theta = [Value(1.0), Value(-2.0)]
    optimizer = optim.SGD(theta, lr=0.5)
    (theta[0] * theta[1] * 3.0).backward()
    optimizer.step()
    assert [t.data for t in theta] == [1.0 - 0.5 * (-6.0), -2.0 - 0.5 * 3.0]


@pytest.mark.parametrize(
    "make",
    [
        lambda params: optim.SGD(params, lr=0.5, momentum=0.9),
        lambda params: optim.Adam(params, lr=0.1),
    ],
    ids=["SGD", "Adam"],
)
def test_a_network_learns_xor(make: Callable[[list[Value]], optim.Optimizer]) -> None:
    model = nn.MLP(2, [4, 1], "tanh", rng=random.Random(3))
    X, Y = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]
    optimizer = make(model.parameters())
    cost: Any = None
    for _ in range(150):
        optimizer.zero_grad()
        logits = [model(x) for x in X]
        cost = losses.mean(losses.binary_cross_entropy_with_logits, logits, Y)
        cost.backward()
        optimizer.step()
    assert cost.data < 0.01
    assert [model(x).data > 0 for x in X] == [False, True, True, False]


def test_a_parameter_without_a_gradient_is_left_alone_with_its_state() -> None:
    used, idle = Value(1.0), Value(1.0)
    optimizer = optim.Adam([used, idle], lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        (used * 2).backward()
        optimizer.step()
    assert idle.data == 1.0
    first = Value(1.0)
    step(optim.Adam([first], lr=0.1), [2.0])
    idle.grad = 2.0
    used.zero_grad()
    before = used.data
    optimizer.step()
    assert idle.data == first.data  # its first step, not its third
    assert used.data == before
    optimizer.zero_grad()
    optimizer.step()  # no gradient at all: nothing happens, as in PyTorch
    assert (used.data, idle.data) == (before, first.data)


def test_what_is_kept_is_read_for_each_parameter() -> None:
    p, q = Value(1.0), Value(2.0)
    adam = optim.Adam([p, q], lr=0.1, betas=(0.75, 0.5))
    assert adam._states == [(), ()]
    (2.0 * q).backward()
    adam.step()
    assert adam._states == [(0.0, 0.0), (0.5, 2.0)]  # (1 − β₁) g and (1 − β₂) g²


def test_a_gradient_set_to_zero_by_hand_counts_as_computed() -> None:
    theta = Value(1.0)
    optimizer = optim.SGD([theta], lr=0.5, momentum=0.5)
    step(optimizer, [1.0])
    step(optimizer, [0])
    assert theta.data == 1.0 - 0.5 * 1.0 - 0.5 * 0.5


def test_hyperparameters_may_change_between_steps() -> None:
    theta = Value(8.0)
    optimizer = optim.SGD([theta], lr=1)
    step(optimizer, [1.0])
    optimizer.lr = 0.25
    step(optimizer, [1.0])
    optimizer.momentum = 0.5
    step(optimizer, [1.0])
    step(optimizer, [1.0])
    assert theta.data == 8.0 - 1.0 - 0.25 - 0.25 * 1.0 - 0.25 * 1.5
    with pytest.raises(ValueError, match=r"SGD: lr must be finite and at least 0, not -1\.0"):
        optimizer.lr = -1
    with pytest.raises(ValueError, match=r"SGD: momentum must be from 0 to 1, not 1\.5"):
        optimizer.momentum = 1.5
    assert (optimizer.lr, optimizer.momentum) == (0.25, 0.5)


def test_an_infinite_gradient_leaves_nothing_behind_without_momentum() -> None:
    theta = Value(1.0)
    optimizer = optim.SGD([theta], lr=0.5)
    step(optimizer, [math.inf])
    assert theta.data == -math.inf
    theta.data = 1.0
    step(optimizer, [1.0])
    assert theta.data == 0.5


def test_nan_goes_where_it_must() -> None:
    theta = Value(1.0)
    step(optim.Adam([theta], lr=0.5), [math.nan])
    assert math.isnan(theta.data)
    still = Value(1.0)
    step(optim.Adam([still], lr=0.5, eps=0.0), [0.0])
    assert math.isnan(still.data)  # 0 / (√0 + 0), as in PyTorch


def test_after_a_step_the_old_graph_is_stale() -> None:
    theta = Value(1.0)
    optimizer = optim.SGD([theta], lr=0.5)
    cost = theta * theta
    cost.backward()
    optimizer.step()
    with pytest.raises(StaleGraphError):
        cost.backward()


# --- refusals -------------------------------------------------------------------------------------

MAKERS = {"SGD": lambda params: optim.SGD(params, 0.1), "Adam": lambda p: optim.Adam(p, 0.1)}
by_both = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())


@by_both
def test_params_may_be_a_generator(make: Any) -> None:
    model = nn.MLP(2, [2, 1])
    optimizer = make(p for p in model.parameters())
    assert len(optimizer.params) == 9
    model([1.0, 2.0]).backward()
    optimizer.zero_grad()
    assert not any(p.has_grad for p in model.parameters())


def twice() -> list[Value]:
    w, b = Value(1.0, "w"), Value(2.0, "b")
    return [w, b, w]


@by_both
@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        (list, ValueError, "the list of parameters is empty; give at least one"),
        (lambda: iter(()), ValueError, "the list of parameters is empty"),
        (twice, ValueError, "'w' is listed twice, at 0 and at 2"),
        (lambda: [Value(1.0), 2.0], TypeError, "parameter 1 is no Value but float 2.0"),
        (lambda: [[Value(1.0)]], TypeError, "parameter 0 is no Value but list"),
        (
            lambda: [Value(1.0) + 1],
            ValueError,
            r"parameter 0, \(.*\), is the result of an operation \(add\)",
        ),
        (lambda: [Value.constant(1.0, "c")], ValueError, "parameter 0 is the constant 'c'"),
        (lambda: nn.Neuron(1), TypeError, r"not a model; give model.parameters\(\)"),
        (lambda: Value(1.0), TypeError, "expected a list of parameters, not Value"),
        (lambda: None, TypeError, "expected a list of parameters, not NoneType None"),
    ],
)
def test_wrong_parameters(
    make: Any, params: Callable[[], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^(SGD|Adam): .*{message}"):
        make(params())


@pytest.mark.parametrize("number", [-0.1, -5e-324, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["lr", "momentum", "eps"])
def test_numbers_out_of_range(name: str, number: float) -> None:
    make: Any = optim.SGD if name == "momentum" else optim.Adam
    arguments = {"lr": 0.1, name: number}
    with pytest.raises(ValueError, match=rf": {name} must be .*, not {number!r}$"):
        make([Value(1.0)], **arguments)


@pytest.mark.parametrize("wrong", ["0.1", None, [0.1], 1j, Value(0.1)])
def test_numbers_that_are_none(wrong: Any) -> None:
    with pytest.raises(TypeError, match="SGD: lr: expected a real number"):
        optim.SGD([Value(1.0)], wrong)


@pytest.mark.parametrize(
    ("betas", "error", "message"),
    [
        ((1.0, 0.9), ValueError, "each of betas must be below 1"),
        ((0.9, 1.0), ValueError, "each of betas must be below 1"),
        ((0.9, 1.1), ValueError, "each of betas must be from 0 to 1, not 1.1"),
        ((-0.1, 0.9), ValueError, "each of betas must be from 0 to 1, not -0.1"),
        ((math.nan, 0.9), ValueError, "each of betas must be from 0 to 1, not nan"),
        ((0.9,), ValueError, "betas must be two numbers, 1 given"),
        ((0.9, 0.9, 0.9), ValueError, "betas must be two numbers, 3 given"),
        (0.9, TypeError, "betas must be a pair of numbers, not 0.9"),
        ("99", TypeError, "betas must be a pair of numbers, not '99'"),
        ((0.9, "x"), TypeError, "each of betas: expected a real number"),
    ],
)
def test_wrong_betas(betas: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^Adam: {message}"):
        optim.Adam([Value(1.0)], 0.1, betas)


def test_a_learning_rate_of_zero_changes_nothing() -> None:
    for optimizer in (optim.SGD([Value(0.1)], 0), optim.Adam([Value(0.1)], 0)):
        step(optimizer, [3.0])
        assert optimizer.params[0].data == 0.1


def test_every_public_name_says_what_it_is() -> None:
    for name, thing in inspect.getmembers(optim):
        if getattr(thing, "__module__", "").startswith(optim.__name__):
            assert inspect.getdoc(thing), name
